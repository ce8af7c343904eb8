"""A card in place of another, and certificates in place of others, with what they take with them.

    renew   -> CertificateRevoked …, CertificateIssued …, CardRewritten; or ReissueAccepted, if the card ends, too
    reissue -> [CardRevoked, CertificateRevoked …] ReissueAccepted   …weeks…
    hand_over -> [CardRevoked, CertificateRevoked …] CardIssued, CertificateIssued …

Source: life-cycle facts 1.3 and 1.5.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from myna_lab import events as ev
from myna_lab.errors import RegistrationRefused
from myna_lab.events import Decision
from myna_lab.ground.birthdays import months_before
from myna_lab.ground.chance import Chance
from myna_lab.ground.durations import show
from myna_lab.jlis.books import CardRow, CardState
from myna_lab.jlis.office.hours import window_opens
from myna_lab.jlis.office.rewriting import RewritingSection
from myna_lab.residents import Resident, card_expiry

__all__ = ["REISSUES", "Reissue", "ReplacingSection"]


@dataclass(frozen=True, slots=True)
class Reissue:
    """One cause for another card."""

    cause: str
    of: tuple[CardState, ...]
    """In which states of the former card."""
    ends: str
    """When the former card is abolished: ``application`` or ``hand_over``."""
    quick: bool
    """Whether the quick way (特急発行) is open."""
    carries_licence: bool
    """Whether the new card takes over the licence on the former one."""
    basis: str


_IN_USE = (CardState.VALID, CardState.SUSPENDED)
_RENEWED = "confirmed: life-cycle facts 1.3.4; that it takes the licence over: reported, life-cycle facts 1.3.13"
_QUICK = "reported: the quick way (life-cycle facts 1.3.12); when the former card ends: assumed"
REISSUES: Mapping[str, Reissue] = MappingProxyType(
    {
        row.cause: row
        for row in (
            Reissue("lost", _IN_USE, "application", True, False, _QUICK),
            Reissue("stolen", _IN_USE, "application", True, False, _QUICK),
            Reissue("damaged", _IN_USE, "hand_over", True, False, _QUICK),
            Reissue("revoked", (CardState.REVOKED,), "application", False, False, "assumed: as a first card"),
            Reissue("expired", (CardState.EXPIRED,), "application", False, False, "confirmed: life-cycle facts 1.3.3"),
            Reissue("renewed", (CardState.VALID,), "hand_over", False, True, _RENEWED),
        )
    }
)
"""Every cause; ``renewed`` only in the last months of the card."""


class ReplacingSection(RewritingSection):
    """Renews certificates and replaces cards."""

    def renew(self, card: str, *, keys: tuple[int, int], chance: Chance, licence: Chance, at: datetime) -> Decision:
        """Renew a card's certificates in their last months, or later; where the card ends, too, apply for another one.

        Args:
            card: its identifier.
            keys: numbers of two keys, never used before: signing, user authentication.
            chance: a source named for this writing.
            licence: the source of the licence on the holder's first card.
            at: now.

        Returns:
            The phone's pair ends in the same batch (parameter ``card_end_ends_phone``): it must be applied for again.

        Raises:
            RegistrationRefused: it is too early, or the card is not valid.
        """
        row = self.lawful_card(card, ev.CardRewritten)
        self.living(row.person)
        holder, auth = self.register(row.person), self.newest_on(card, "auth")
        months = self.parameters.count("renewal_months")
        if at >= self._renewable_from(row):
            return self.reissue(card, cause="renewed", special=False, at=at)
        ends = at if auth is None else auth.not_after
        if at < (opens := months_before(ends, months)):
            raise RegistrationRefused(
                f"certificates are renewed from {months} months before their end, here from {show(opens)}.",
                code="too_early",
                opens=opens,
            )
        both = ("auth", "sign") if self.signs(holder, at) else ("auth",)
        reaches_on = self.parameters.switch("renewal_reaches_sixth_birthday") and at < ends
        issued = self._issued(
            row,
            holder,
            both,
            (keys[1], keys[0])[: len(both)],
            within=None,
            chance=chance,
            at=at,
            counted_from=ends if reaches_on else None,
        )
        ended = (*self._ended(row, ("sign", "auth"), "SUPERSEDED", "renewed"), *self._phone_ends(row, "renewed"))
        written = (keys[0] if "sign" in both else row.keys[0], keys[1], *row.keys[2:])
        return self._with_card(row, holder, written, ended, issued, licence)

    def _renewable_from(self, row: CardRow) -> datetime:
        """From when a card itself is replaced because it ends."""
        return months_before(row.expires, self.parameters.count("renewal_months"))

    def _phone_ends(self, row: CardRow, cause: str) -> tuple[ev.Event, ...]:
        ended = self.end_of_card(row, cause, "SUPERSEDED")
        phones = {each.key for each in self.books.live_on_phones(row.person)}
        return tuple(
            event
            for event in ended
            if isinstance(event, ev.CertificateRevoked) and (event.authority, event.serial) in phones
        )

    def reissue(self, card: str, *, cause: str, special: bool, at: datetime) -> Decision:
        """Take an application for another card.

        Args:
            card: the newest card of its holder.
            cause: key of :data:`REISSUES`.
            special: whether it is to be the quick way.
            at: now.

        Returns:
            ReissueAccepted; before it, where the cause says so, what abolishes the former card now.

        Raises:
            RegistrationRefused: the holder is dead, another application is under way, there is no quick way, or the
                card is not in the state that the cause says.
        """
        row, way = self.books.card(card), REISSUES[cause]
        self.living(row.person)
        if (waits := self.books.reissue_due(row.person)) is not None:
            raise RegistrationRefused(
                f"another card is applied for already; it comes at {show(waits)}.", code="reissue_under_way", due=waits
            )
        if row.state not in way.of or (cause == "renewed" and at < self._renewable_from(row)):
            lawful = [name for name, other in REISSUES.items() if row.state in other.of]
            when = f" (from {show(self._renewable_from(row))})" if "renewed" in lawful else ""
            raise RegistrationRefused(
                f"{card} is {row.state.value}, which does not go with the cause {cause}; "
                f"causes now: {', '.join(lawful)}{when}.",
                code="wrong_cause",
            )
        if special and not way.quick:
            raise RegistrationRefused(f"there is no quick way for a card that is {cause}.", code="no_quick_way")
        within = self.parameters.duration("reissue_special_within")
        if special and row.state is CardState.SUSPENDED and at > row.since + within:
            ended = row.since + within
            raise RegistrationRefused(
                f"the quick way was open until {show(ended)}.", code="quick_way_over", until=ended
            )
        takes = self.parameters.duration("reissue_special" if special else "reissue_ordinary")
        accepted = ev.ReissueAccepted(row.person, card, cause, special, window_opens(at + takes, self.parameters))
        ends = self.end_of_card(row, f"card_{cause}") if way.ends == "application" else ()
        return Decision((*ends, accepted))

    def hand_over(
        self,
        accepted: ev.ReissueAccepted,
        *,
        card: str,
        keys: tuple[int, ...],
        pins: Mapping[str, Any],
        chance: Chance,
        licence: Chance,
        at: datetime,
    ) -> Decision:
        """Hand over the card that was applied for; the former one, and what hangs on it, ends in the same batch.

        Args:
            accepted: the application.
            card: the new card's identifier.
            keys: numbers of its four keys, none used before.
            pins: the attributes of the resident that are PINs: what she chooses now.
            chance: a source named for the new card.
            licence: the source of the licence on her first card.
            at: now.

        Returns:
            Nothing, if she died meanwhile.
        """
        if not self.is_alive(accepted.person):
            return Decision(())
        former, row = self.register(accepted.person), self.books.card(accepted.card)
        carried = REISSUES[accepted.cause].carries_licence and at.date() >= self.parameters.date("licence_carried_from")
        on_it = self.licence_on_card(former, licence) if carried else None
        resident = replace(
            former,
            **pins,
            security_code=chance.child("security_code").digits(4),
            card_expires=self._next_end(former, row, at),
            licence=on_it is not None,
        )
        issued = self.issue_card(resident, card=card, keys=keys, chance=chance, at=at, licence=on_it)
        return Decision((*self.end_of_card(row, "card_replaced", "SUPERSEDED"), *issued.events), issued.secrets)

    def _next_end(self, resident: Resident, row: CardRow, at: datetime) -> datetime:
        """When a further card ends: where the former one was bound to a stay in Japan, with that stay."""
        is_bound = resident.card_expires < card_expiry(resident.born, row.issued_at.date(), self.parameters)
        return resident.card_expires if is_bound else card_expiry(resident.born, at.date(), self.parameters)
