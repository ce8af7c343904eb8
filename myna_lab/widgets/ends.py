"""The ends of a set-up, and what leads on from each: the name of the blue button there."""

from __future__ import annotations

from myna_lab.lab import Holder
from myna_lab.lab.handles import PhoneHandle
from myna_lab.provisioning import Screen
from myna_lab.widgets.at_window import PHONE, bars, blocked, is_dead, needs
from myna_lab.widgets.offices import at_kiosk, possible

__all__ = ["DEAD_ENDS", "way_on"]

DEAD_ENDS = (Screen.PIN_BLOCKED, Screen.REFUSED)
"""Ends that a second try may reach again."""


def way_on(screen: Screen, phone: PhoneHandle) -> str:
    """What a person would do next: the name of an office, or of the word of something else.

    Args:
        screen: the end that is reached.
        phone: on which.
    """
    holder = phone.holder
    if is_dead(holder):
        return "another_resident"
    if phone.lost:
        return "hotline" if possible("hotline", holder) else "found_again"
    if screen is Screen.DONE:  # what one has come for: it is tried where one looks
        return "try_portal"
    if screen in DEAD_ENDS and bars(holder):
        return _office(holder) or "another_resident"
    return "restart"


def _office(holder: Holder) -> str:
    """The office that removes what keeps her card from a phone; empty: none can.

    Of two the kiosk, which is nearer and longer open; but it resets one PIN, and the app asks for it by the network.
    """
    wanted = [need for need in needs(holder) if need != PHONE]
    is_one_pin = wanted == ["pins"] and blocked(holder) == (at_kiosk(holder),)
    if is_one_pin and any(phone.online for phone in holder.phones):
        return "kiosk"
    return "window" if wanted else ""
