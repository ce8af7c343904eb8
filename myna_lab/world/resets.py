"""A phone's PIN set anew in the app: decided by the rules of the office, recorded in the phone's world."""

from __future__ import annotations

from myna_lab.devices import terminal
from myna_lab.devices.phone import PhoneModel
from myna_lab.devices.phone.identities import IDENTITIES, applet
from myna_lab.errors import Refused
from myna_lab.ground.arguments import one_of, only_secret
from myna_lab.residents import normalise
from myna_lab.world.world import World

__all__ = ["reset_in_app"]


def reset_in_app(world: World, phone: PhoneModel, identity: str, new: str, password: str) -> None:
    """As ``PhoneHandle.reset_pin`` of :mod:`myna_lab.lab.handles`."""
    one_of("a phone's identity", identity, IDENTITIES, code="unknown_pin", secret=True)
    typed = normalise("signing", only_secret("the plastic card's signing password is", password))
    with world.lock:
        world.refuse_stranger(phone.phone)
        if not phone.online:
            raise Refused(f"{phone.phone} is offline.", code="offline")
        world.office.at_work(world.now)
        decision = world.office.reset_pin(applet(phone), IDENTITIES[identity].form, new, where="app")
        challenge = world.chance(f"reset/{phone.phone}/{len(world.log)}").bytes(32)
        # The newest plastic card of whose certificates are on the phone, be it not its owner.
        held = phone.installed
        card = world.card(held.applicant if held and held.applicant else phone.person)
        with card.connect() as transmit:
            certificate, _ = terminal.authenticate(transmit, challenge, pin=typed, kind="sign")
        world.office.vouching(certificate)
        world.record(decision.events, decision.secrets)
