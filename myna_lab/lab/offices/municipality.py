"""The municipal window (市区町村の窓口): register, PINs, certificates and cards; on working days only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from myna_lab import events as ev
from myna_lab.devices.card import Chip
from myna_lab.errors import MisuseError, RegistrationRefused
from myna_lab.events import Decision
from myna_lab.ground.arguments import one_of, only_bool, only_secret
from myna_lab.ground.chance import Chance
from myna_lab.ground.durations import show
from myna_lab.jlis.office import REISSUES, Office, window_opens
from myna_lab.lab.offices.door import Door
from myna_lab.lab.people import Person
from myna_lab.residents import Resident, moved, renamed, well_formed, with_alias
from myna_lab.world.erasing import closed

__all__ = ["Municipality"]


class Municipality(Door):
    """The window of a town. Closed, it refuses everything (``window_closed``) and says when it opens.

    Source: life-cycle facts 1.1.2, 1.3 and 1.5; its hours: life-cycle facts 8.5.
    """

    __slots__ = ()
    _name = "municipality"

    @property
    def opens(self) -> datetime:
        """When it serves: now, or as soon as it opens again."""
        return window_opens(self._world.now, self._world.parameters)

    # ----------------------------------------------------------------------------------------------------- the register

    def move_out(self, holder: Person) -> None:
        """Take the notice of moving out (転出届): until the next town takes hers, stores give her no certificates.

        Raises:
            RegistrationRefused: ``moved_out``: she has moved out already; ``deceased``.
        """
        person = self._person(holder)
        self._at_window("move_out", person, lambda office: office.notify_moving_out(person))

    def move(self, holder: Person, to: str | None = None, *, card: bool = True) -> None:
        """Take the notice of a new address (転入届, 転居届).

        The signing certificates of card and phone lapse at the next midnight (parameter ``signing_lapses``);
        log-in goes on; what was issued before, such as the attribute record on a phone, still says the old address.

        Args:
            holder: who has moved.
            to: the new address from the prefecture on; None: one is drawn.
            card: whether she brings her plastic card, onto which the new address is written.

        Raises:
            RegistrationRefused: ``same_address``, ``deceased``.
            MisuseError: no address whose prefecture and town can be told.
        """
        person = self._person(holder)
        only_bool(card=card)
        with self._world.lock:
            new = moved(self._resident(person), to, self._chance(person))
            self._at_window("move", person, lambda office: office.move(new, card=card, licence=self._licence(person)))

    def change_name(self, holder: Person, to: str, *, card: bool = True) -> None:
        """Take another name, as after a marriage; what follows is as for :meth:`move`.

        Args:
            holder: whose.
            to: surname, space, given name.
            card: whether she brings her plastic card.

        Raises:
            RegistrationRefused: ``same_name``, ``deceased``.
            MisuseError: no name.
        """
        person = self._person(holder)
        with self._world.lock:
            self._rename(renamed(self._resident(person), to, self._chance(person)), "name", card=card)

    def _rename(self, new: Resident, what: str, *, card: bool) -> None:
        only_bool(card=card)
        request = {"name": "change_name", "alias": "change_alias"}[what]
        self._at_window(
            request,
            new.person,
            lambda office: office.rename(new, what=what, card=card, licence=self._licence(new.person)),
        )

    def change_alias(self, holder: Person, to: str, *, card: bool = True) -> None:
        """Take another alias (通称) of a foreign resident; empty: she has none any more. As :meth:`change_name`."""
        person = self._person(holder)
        with self._world.lock:
            self._rename(with_alias(self._resident(person), to), "alias", card=card)

    def record_death(self, holder: Person) -> None:
        """Take the notice of a death: card, certificates and phone end at once, and nothing is issued any more.

        Her phones are left behind: nobody can use them until one is handed to somebody (``phone.hand_to``).

        Raises:
            RegistrationRefused: ``deceased``: it is registered already.
        """
        person, things = self._person(holder), self._world.things

        def decide(office: Office) -> Decision:
            died = office.record_death(person)
            hers = [phone.name for phone in things.phones.values() if phone.in_hands_of == person]
            left = [event for phone in hers for event in closed(phone, things, "who had the phone died")]
            return Decision((*left, *died.events), died.secrets)

        self._at_window("record_death", person, decide)

    # --------------------------------------------------------------------------------------------- a lost, a found card

    def report_lost(self, holder: Person) -> None:
        """Report the plastic card as lost or stolen: it is stopped for the time being, with its certificates.

        Raises:
            RegistrationRefused: ``wrong_state``: it is not in force, such as after a call to the hotline.
        """
        person = self._person(holder)
        card = self._newest_card(person)

        def decide(office: Office) -> Decision:
            office.lawful_card(card, ev.CardSuspended)
            return office.stop(person, card=True, phone=False)

        self._at_window("report_lost", person, decide)

    def resume(self, holder: Person, *, card: bool = True, phone: bool = True) -> None:
        """End a stop after a card or phone was found; the holder brings the card.

        Log-in works again; signing is to be issued anew (:meth:`reissue_signing`; a phone: the card is added again).
        Which holds are lifted is parameter ``hold_release``: sources disagree.

        Args:
            holder: whose.
            card: the plastic card.
            phone: the phone's certificates.

        Raises:
            RegistrationRefused: ``not_stopped``, ``hold_is_final``.

        Source: life-cycle facts 1.4.3 to 1.4.5.
        """
        person = self._person(holder)
        only_bool(card=card, phone=phone)
        self._at_window("resume", person, lambda office: office.release_stop(person, card=card, phone=phone))

    # ------------------------------------------------------------------------------------------- cards and certificates

    def return_card(self, holder: Person) -> None:
        """Give the plastic card back: it is abolished, and with it whatever hangs on it.

        Raises:
            RegistrationRefused: ``wrong_state``: it is revoked or expired already.
        """
        person = self._person(holder)
        card = self._newest_card(person)
        self._at_window("return_card", person, lambda office: office.abolish(card))

    def reissue(self, holder: Person, cause: str = "lost", *, special: bool = False) -> datetime:
        """Apply for another card, with new keys and certificates; its PINs are those that the holder has now.

        A lost or stolen card is abolished at once, a damaged one when the new one is handed over; what was abolished or
        has expired before stays so. With the card the phone's certificates end (parameter ``card_end_ends_phone``).

        Args:
            holder: who applies.
            cause: ``lost``, ``stolen``, ``damaged``, ``revoked``, ``expired`` or ``renewed``.
            special: by the quick way (特急発行).

        Returns:
            When the new card is handed over.

        Raises:
            RegistrationRefused: ``reissue_under_way``, ``no_quick_way``, ``quick_way_over``, ``wrong_cause``.
            MisuseError: no such cause.

        Source: life-cycle facts 1.3.12 and 1.5.6.
        """
        person = self._person(holder)
        one_of("a cause", cause, REISSUES, code="unknown_cause")
        only_bool(special=special)
        card = self._newest_card(person)
        world = self._world
        with world.lock:
            decision = self._at_window(
                "reissue", person, lambda office: office.reissue(card, cause=cause, special=special, at=world.now)
            )
        return next(event.due for event in decision.events if isinstance(event, ev.ReissueAccepted))

    def renew(self, holder: Person) -> None:
        """Renew the card's certificates, from three months before their end; near its own end, apply for another card.

        Raises:
            RegistrationRefused: ``too_early`` (it says from when), ``wrong_state``.
        """
        person = self._person(holder)
        card, world = self._newest_card(person), self._world
        with world.lock:
            one, two = world.new_keys(2)
            self._at_window(
                "renew",
                person,
                lambda office: office.renew(
                    card, keys=(one, two), chance=self._writing(card), licence=self._licence(person), at=world.now
                ),
            )

    def reissue_signing(self, holder: Person, password: str | None = None) -> None:
        """Have a new signing certificate written onto the card, as after a move.

        Args:
            holder: who brings the card.
            password: the signing password that she chooses; None: the one that she has.

        Raises:
            RegistrationRefused: ``wrong_state``, ``no_log_in``, ``too_young_to_sign``.
            MisuseError: a password of another form.
        """
        person = self._person(holder)
        if password is not None and not well_formed("signing", only_secret("the new password is", password)):
            raise MisuseError("the new value has not the form of a signing password.", code="bad_pin")
        card, world = self._newest_card(person), self._world
        with world.lock:
            (key,) = world.new_keys(1)
            self._at_window(
                "reissue_signing",
                person,
                lambda office: office.reissue_signing(
                    card, key=key, chance=self._writing(card), licence=self._licence(person), at=world.now
                ),
            )
            if password is not None:
                self.unblock(world.things.cards[card], "signing", password)

    def revoke(self, holder: Person) -> None:
        """Have the certificates of the plastic card revoked at the holder's wish; the card stays.

        Raises:
            RegistrationRefused: ``nothing_to_revoke``.
        """
        person = self._person(holder)
        card = self._newest_card(person)
        self._at_window("revoke", person, lambda office: office.revoke_at_wish(card, cause="owner_at_window"))

    def unblock(self, card: Chip, pin: str, new: str) -> None:
        """Set a PIN of a plastic card anew, blocked or not; the holder brings it.

        Args:
            card: the chip, such as ``hanako.card``.
            pin: ``user_authentication``, ``signing`` or ``input_aid``.
            new: its new value.

        Raises:
            RegistrationRefused: ``not_reset_here``: the card has no such PIN; ``wrong_state``: it is not valid.
            MisuseError: no such PIN, or a value of another form.
        """
        person = self._world.books.card(self._card(card)).person

        def decide(office: Office) -> Decision:
            decided = office.reset_pin(card, pin, new, where="window")
            office.lawful_card(card.name, ev.CardRewritten)
            return decided

        self._at_window("unblock", person, decide)

    # -------------------------------------------------------------------------------------------------------- machinery

    def _at_window(self, request: str, person: str, decide: Callable[[Office], Decision]) -> Decision:
        def during_hours(office: Office) -> Decision:
            office.living(person)
            decided = decide(office)  # what cannot be asked is said before whether it can be asked now
            if (opens := self.opens) > self._world.now:
                raise RegistrationRefused(
                    f"the window is closed; it opens at {show(opens)}.", code="window_closed", opens=opens
                )
            return decided

        return self._ask(request, person, during_hours)

    def _newest_card(self, person: str) -> str:
        return self._world.things.card_of[person]

    def _resident(self, person: str) -> Resident:
        return self._world.people.resident(person)

    def _chance(self, person: str) -> Chance:
        """A source named for the next change of a person."""
        return self._world.chance(f"resident/{person}/{self._world.books.person(person).n_entries + 1}")

    def _writing(self, card: str) -> Chance:
        """A source named for the next writing onto a card."""
        return self._world.chance(f"card/{card}/{self._world.books.card(card).n_written + 1}")

    def _licence(self, person: str) -> Chance:
        """The source of the licence on her first card."""
        return self._world.chance(f"card/{self._world.books.cards_of(person)[0].card}").child("licence")
