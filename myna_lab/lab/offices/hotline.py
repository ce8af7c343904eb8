"""The loss hotline (紛失時のフリーダイヤル): day and night, every day; it stops things, and releases nothing."""

from __future__ import annotations

from datetime import datetime

from myna_lab.errors import MisuseError
from myna_lab.ground.arguments import only_bool
from myna_lab.lab.offices.door import Door
from myna_lab.lab.people import Person

__all__ = ["Hotline"]


class Hotline(Door):
    """Stops a card, a phone or both for the time being; the municipal window releases them."""

    __slots__ = ()
    _name = "hotline"

    def suspend(self, holder: Person, *, card: bool = True, phone: bool = True) -> datetime:
        """Have lost things stopped.

        Args:
            holder: whose.
            card: the plastic card, with its two certificates.
            phone: the certificates on her phone.

        Returns:
            When the stop is in the books (parameter ``hotline_delay``); OCSP and lists follow later.

        Raises:
            RegistrationRefused: ``nothing_to_stop``, ``deceased``.
            MisuseError: a holder of another lab, or neither card nor phone.

        Source: life-cycle facts 1.4.2 and 2.4.7.
        """
        person = self._person(holder)
        only_bool(card=card, phone=phone)
        if not (card or phone):
            raise MisuseError("say what is lost: card=True, phone=True or both.", code="nothing_lost")
        world = self._world
        with world.lock:
            call, at = f"call-{len(world.log) + 1}", world.now
            self._ask("suspend", person, lambda office: office.take_call(call, person, card=card, phone=phone, at=at))
            return at + world.parameters.duration("hotline_delay")
