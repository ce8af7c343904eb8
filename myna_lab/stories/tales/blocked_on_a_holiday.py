"""A PIN is blocked on a holiday: the window is shut; the store helps with one PIN, and never with both."""

from collections.abc import Iterator
from contextlib import suppress

from myna_lab.errors import Refused
from myna_lab.lab import Lab
from myna_lab.stories.acting import block_pin, password, pin, until
from myna_lab.stories.playing import Line, line


def tale(lab: Lab) -> Iterator[Line]:
    """Three wrong entries on Sunday; the shut window; the kiosk; and somebody who forgot both."""
    until(lab, "Sun 10:00")
    owner = lab.resident()
    phone = lab.iphone(owner)
    block_pin(owner, "user_authentication")
    lab.portal.log_in(owner.card, pin(owner))
    yield line("blocked")
    with suppress(Refused):
        lab.municipality.unblock(owner.card, "user_authentication", "8642")
    yield line("shut", opens=lab.municipality.opens)
    lab.kiosk.register(owner.card, "user_authentication", phone=phone)
    until(lab, "14:00")
    lab.kiosk.reset_pin(owner.card, "user_authentication", "8642", other=password(owner))
    lab.portal.log_in(owner.card, pin(owner))
    yield line("kiosk")
    block_pin(owner, "user_authentication", "signing")
    with suppress(Refused):
        lab.kiosk.register(owner.card, "user_authentication", phone=phone)
    lab.portal.log_in(owner.card, pin(owner))
    yield line("both")
    until(lab, "Mon 09:00")
    lab.municipality.unblock(owner.card, "user_authentication", "1357")
    lab.municipality.unblock(owner.card, "signing", "MADOGUCHI8")
    lab.portal.log_in(owner.card, pin(owner))
    lab.desk.accept(owner.card, password=password(owner))
    yield line("window")
