"""PINs set anew for their holder: decided by the rules of the office, recorded in her lab."""

from __future__ import annotations

from typing import TYPE_CHECKING

from myna_lab.devices import terminal
from myna_lab.devices.card import Chip
from myna_lab.devices.phone.identities import IDENTITIES, applet
from myna_lab.errors import Refused
from myna_lab.ground.arguments import one_of, only_secret
from myna_lab.residents import normalise

if TYPE_CHECKING:
    from myna_lab.lab.handles import PhoneHandle
    from myna_lab.lab.holders import Holder

__all__ = ["reset_card", "reset_in_app"]


def reset_card(holder: Holder, pin: str, new: str, where: str) -> None:
    """As :meth:`myna_lab.lab.Holder.reset_pin`."""
    with holder.lab.log.lock:
        decision = holder.lab.office.reset_pin(holder.card, pin, new, where=where)
        holder.lab.record(decision.events, decision.secrets)


def reset_in_app(phone: PhoneHandle, identity: str, new: str, password: str) -> None:
    """As :meth:`myna_lab.lab.handles.PhoneHandle.reset_pin`."""
    one_of("a phone's identity", identity, IDENTITIES, code="unknown_pin", secret=True)
    typed = normalise("signing", only_secret("the plastic card's sign password is", password))
    lab = phone.lab
    with lab.log.lock:
        if not phone.online:
            raise Refused(f"{phone.phone} is off line.", code="offline")
        decision = lab.office.reset_pin(applet(phone._phone), IDENTITIES[identity].form, new, where="app")
        challenge = lab.chance(f"reset/{phone.phone}/{len(lab.log)}").bytes(32)
        with _card_behind(phone).connect() as transmit:
            terminal.authenticate(transmit, challenge, pin=typed, kind="sign")
        lab.record(decision.events, decision.secrets)


def _card_behind(phone: PhoneHandle) -> Chip:
    """The newest plastic card of whose certificates are on the phone, be it not its owner."""
    held, model = phone._phone.installed, phone.lab.things
    return model.cards[model.card_of[held.applicant if held and held.applicant else phone.person]]
