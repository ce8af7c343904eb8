"""The resident register at the municipal window: moving, another name, death.

    move   -> ResidentMoved [, CardRewritten]         the signing certificates end at the next midnight, by the agenda
    rename -> ResidentRenamed [, CardRewritten]       the same
    record_death -> ResidentDied, CardRevoked, CertificateRevoked …

Source: life-cycle facts 1.3.7, 1.3.8 and 1.5.
"""

from __future__ import annotations

from myna_lab import events as ev
from myna_lab.errors import RegistrationRefused
from myna_lab.events import Decision
from myna_lab.ground.chance import Chance
from myna_lab.jlis.books import CARD_RULES, PERSON_RULES, PersonRow, PersonState, revocable
from myna_lab.jlis.office.rewriting import RewritingSection
from myna_lab.residents import Resident
from myna_lab.rules import allows

__all__ = ["RegisterSection"]


class RegisterSection(RewritingSection):
    """Keeps the resident register."""

    def notify_moving_out(self, person: str) -> Decision:
        """Take the notice of moving out; until a town takes the notice of moving in, no store gives certificates.

        Raises:
            RegistrationRefused: ``moved_out``: the person has moved out already; ``deceased``.
        """
        self._lawful_person(person, ev.MovingOutNotified)
        return Decision((ev.MovingOutNotified(person),))

    def move(self, moved: Resident, *, card: bool, licence: Chance) -> Decision:
        """Register another address.

        Args:
            moved: the person, with her new address.
            card: whether she brings her plastic card: the window writes the address onto it.
            licence: the source of the licence on her first card.

        Raises:
            RegistrationRefused: she lives there already, or is dead.
        """
        row, former = self._lawful_person(moved.person, ev.ResidentMoved), self.register(moved.person)
        if moved.address == former.address:
            left = row.state is PersonState.MOVING
            raise RegistrationRefused(
                f"{moved.person} {'has moved out of' if left else 'lives at'} this address already.",
                code="same_address",
            )
        ref = _ref(row)
        written = self._on_card(moved, licence) if card else Decision(())
        return Decision(
            (ev.ResidentMoved(moved.person, ref, moved.municipality), *written.events),
            {ref: moved.encode(), **written.secrets},
        )

    def rename(self, renamed: Resident, *, what: str, card: bool, licence: Chance) -> Decision:
        """Register another name, or another alias.

        Args:
            renamed: the person, with her new name or alias.
            what: ``name`` or ``alias``.
            card, licence: as for :meth:`move`.

        Raises:
            RegistrationRefused: it is her name already, or she is dead.
        """
        row, former = self._lawful_person(renamed.person, ev.ResidentRenamed), self.register(renamed.person)
        if renamed.written_name == former.written_name:
            raise RegistrationRefused(f"this is the {what} of {renamed.person} already.", code="same_name")
        ref = _ref(row)
        written = self._on_card(renamed, licence) if card else Decision(())
        return Decision(
            (ev.ResidentRenamed(renamed.person, ref, what), *written.events),
            {ref: renamed.encode(), **written.secrets},
        )

    def record_death(self, person: str) -> Decision:
        """Register a death: card, certificates and phone end in the same batch.

        Raises:
            RegistrationRefused: the register has it already.
        """
        self._lawful_person(person, ev.ResidentDied)
        live = [card for card in self.books.cards_of(person) if allows(CARD_RULES, card.state, ev.CardRevoked)]
        rows = [row for row in self.books.of_person(person) if revocable(row)]
        revoked = self.revoke(rows, reason="CESSATION_OF_OPERATION", cause="death")
        return Decision(
            (ev.ResidentDied(person), *(ev.CardRevoked(card.card, "death") for card in live), *revoked.events)
        )

    def lapse(self, person: str, cause: str) -> Decision:
        """End the signing certificates that state what the register has no longer: the day of the change is over.

        Args:
            person: whose.
            cause: ``moved`` or ``renamed``.
        """
        rows = [self.books.certificates[key] for key in self.books.person(person).lapsing]
        return self.revoke(
            [row for row in rows if revocable(row)],
            reason="AFFILIATION_CHANGED",
            cause="moved" if cause == "moved" else "renamed",
        )

    def lose_validity(self, person: str) -> Decision:
        """End the card of somebody who told no town in time where she lives.

        Source: life-cycle facts 1.3.7 (reported).
        """
        live = [card for card in self.books.cards_of(person) if allows(CARD_RULES, card.state, ev.CardRevoked)]
        return Decision(tuple(event for card in live for event in self.end_of_card(card, "no_address")))

    def _on_card(self, holder: Resident, licence: Chance) -> Decision:
        """Her new address or name on the card that she brings, if it is one that is written to."""
        own = self.books.cards_of(holder.person)
        valid = [card for card in own if allows(CARD_RULES, card.state, ev.CardRewritten)]
        return self.rewritten(valid[-1], holder, licence) if valid else Decision(())

    def _lawful_person(self, person: str, event: type[ev.Event]) -> PersonRow:
        self.living(person)
        row = self.books.person(person)
        if not allows(PERSON_RULES, row.state, event):  # of the living, only who has moved out is between two notices
            raise RegistrationRefused(
                f"{person} has given the notice of moving out already; that of moving in comes next.", code="moved_out"
            )
        return row


def _ref(row: PersonRow) -> str:
    return f"resident/{row.person}/{row.n_entries + 1}"
