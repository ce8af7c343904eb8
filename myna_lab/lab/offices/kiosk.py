"""A store's kiosk (キオスク端末): resets one PIN of a card that the app has registered, while the other works."""

from __future__ import annotations

from datetime import datetime

from myna_lab import events as ev
from myna_lab.devices import terminal
from myna_lab.devices.card import Chip
from myna_lab.errors import RegistrationRefused
from myna_lab.events import Decision
from myna_lab.ground.arguments import only_secret
from myna_lab.ground.durations import show
from myna_lab.jlis.office import Office, kiosk_opens
from myna_lab.lab.handles import PhoneHandle
from myna_lab.lab.offices.door import Door
from myna_lab.residents import normalise

__all__ = ["Kiosk"]

_EFS = {"user_authentication": 0x0018, "signing": 0x001B}
_OTHER = {"user_authentication": "signing", "signing": "user_authentication"}


class Kiosk(Door):
    """The kiosk, and the step in the app that comes before it; every day, within its hours.

    Source: life-cycle facts 1.2.10.
    """

    __slots__ = ()
    _name = "kiosk"

    @property
    def opens(self) -> datetime:
        """When it serves: now, or as soon as it is switched on again."""
        return kiosk_opens(self._world.now, self._world.parameters)

    def register(self, card: Chip, pin: str, *, phone: PhoneHandle) -> datetime:
        """The step in the app: say which PIN the kiosk is to reset.

        Args:
            card: the plastic card, such as ``hanako.card``.
            pin: ``user_authentication`` or ``signing``.
            phone: any phone that is on line.

        Returns:
            Until when the kiosk does it (parameter ``kiosk_within``).

        Raises:
            RegistrationRefused: ``other_pin_blocked``, ``not_reset_here``, ``deceased``, ``offline``, ``maintenance``;
                ``wrong_state``: the card is not valid.
            MisuseError: no card or phone of this lab, or no such PIN.
        """
        world, name = self._world, self._card(card)
        self._phone(phone)

        def decide(office: Office) -> Decision:
            decided = office.prepare_reset(card, pin, at=world.now)
            office.lawful_card(name, ev.CardRewritten)
            if not phone.online:
                raise RegistrationRefused(f"{phone.name} is offline.", code="offline")
            return decided

        with world.lock:
            self._ask("register", world.books.card(name).person, decide)
            return world.now + world.parameters.duration("kiosk_within")

    def reset_pin(self, card: Chip, pin: str, new: str, *, other: str) -> None:
        """Lay the card into the kiosk, type the PIN that is still known, and choose the other anew.

        Args:
            card: the plastic card.
            pin: the PIN that is reset: ``user_authentication`` or ``signing``.
            new: its new value.
            other: the one of the two that is still known; the chip compares it, and a wrong one costs a try.

        Raises:
            RegistrationRefused: ``kiosk_closed``, ``not_prepared``, ``other_pin_blocked``, ``not_reset_here``,
                ``deceased``; ``wrong_state``: the card is not valid.
            CardRefused: the other PIN is wrong; nothing was reset.
            MisuseError: no card of this lab, no such PIN, or a value of another form.
        """
        world, name = self._world, self._card(card)
        only_secret("the PIN that is still known is", other)

        def decide(office: Office) -> Decision:
            decided = office.reset_at_kiosk(card, pin, new, at=world.now)
            office.lawful_card(name, ev.CardRewritten)
            if (opens := self.opens) > world.now:
                raise RegistrationRefused(
                    f"the kiosk is closed; it opens at {show(opens)}.", code="kiosk_closed", opens=opens
                )
            known = _OTHER[pin]
            with card.connect() as transmit:
                terminal.select_application(transmit, terminal.AID_JPKI)
                terminal.verify(transmit, _EFS[known], normalise(known, other), reference=known)
            return decided

        with world.lock:
            self._ask("reset_pin", world.books.card(name).person, decide)
