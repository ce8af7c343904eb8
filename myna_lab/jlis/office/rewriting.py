"""What a window writes into a card that goes on: another address or name, and certificates with new keys.

    reissue_signing, renew_certificates -> CertificateRevoked … CertificateIssued, CertificateActivated … CardRewritten

Source: life-cycle facts 1.1.2 and 1.5.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from myna_lab import events as ev
from myna_lab.devices.card import Licence
from myna_lab.errors import RegistrationRefused
from myna_lab.events import Decision
from myna_lab.ground.chance import Chance
from myna_lab.jlis.books import CardRow, CertificateRow, CertificateState, newest
from myna_lab.jlis.office.cards import CardSection
from myna_lab.jlis.office.licences import licence_of
from myna_lab.jlis.office.revoking import RevokingSection
from myna_lab.keys import rsa_key
from myna_lab.residents import Resident

__all__ = ["RewritingSection"]

_KINDS = {"auth": "card_auth", "sign": "card_sign"}


class RewritingSection(CardSection, RevokingSection):
    """Writes into plastic cards."""

    def reissue_signing(self, card: str, *, key: int, chance: Chance, licence: Chance, at: datetime) -> Decision:
        """Write a new signing certificate with a new key onto a card; what was live before ends in the same batch.

        Args:
            card: its identifier.
            key: number of the new key, never used before.
            chance: a source named for this writing.
            licence: the source of the licence on the holder's first card.
            at: now.

        Raises:
            RegistrationRefused: the card is not valid, its certificate for log-in does not work, or its holder is too
                young.
        """
        row = self.lawful_card(card, ev.CardRewritten)
        self.living(row.person)
        holder, auth = self.register(row.person), self.newest_on(card, "auth")
        if not self.signs(holder, at):
            raise RegistrationRefused("there is no signing certificate at this age.", code="too_young_to_sign")
        if auth is None or auth.state is not CertificateState.GOOD:
            raise RegistrationRefused(
                "the card's certificate for log-in does not work, and a signing certificate does not outlive it.",
                code="no_log_in",
            )
        issued = self._issued(row, holder, ("sign",), (key,), within=auth.not_after, chance=chance, at=at)
        ended = self._ended(row, ("sign",), "SUPERSEDED", "signing_reissued")
        return self._with_card(row, holder, (key, *row.keys[1:]), ended, issued, licence)

    def rewritten(
        self,
        row: CardRow,
        holder: Resident,
        licence: Chance,
        *,
        keys: tuple[int, ...] = (),
        new: Mapping[str, bytes] = {},
    ) -> Decision:
        """The writing alone: the card's files as the register has its holder now.

        Args:
            row: the card.
            holder: as she is from now on.
            licence: the source of the licence on her first card.
            keys: of the chip; empty: as before.
            new: ``sign`` and ``auth`` to the certificates that are new.
        """
        there = {authority: self.newest_on(row.card, authority) for authority in _KINDS}
        certificates = {authority: each.der for authority, each in there.items() if each is not None}
        keys, ref = keys or row.keys, f"contents/{row.card}/{row.n_written + 1}"
        contents = self.contents(
            holder,
            card=row.card,
            keys=keys,
            certificates={**certificates, **new},
            licence=self.licence_on_card(holder, licence),
        )
        return Decision((ev.CardRewritten(row.card, ref, keys),), {ref: contents.encode()})

    def licence_on_card(self, holder: Resident, chance: Chance) -> Licence | None:
        """The driving licence on somebody's card, as it was drawn when her first card was handed over."""
        first = self.books.cards_of(holder.person)[0]
        return licence_of(holder, chance, on=first.issued_at.date()) if holder.licence else None

    def newest_on(self, card: str, authority: str) -> CertificateRow | None:
        """The newest certificate of an authority that was written onto a card, live or not."""
        return newest(self._on(card), _KINDS[authority])

    def _ended(
        self, row: CardRow, authorities: tuple[str, ...], reason: str, cause: str
    ) -> tuple[ev.CertificateRevoked, ...]:
        return tuple(
            ev.CertificateRevoked(*each.key, reason, cause)
            for each in self.revocable_on(row.card)
            if each.key.authority in authorities
        )

    def _issued(
        self,
        row: CardRow,
        holder: Resident,
        authorities: tuple[str, ...],
        keys: tuple[int, ...],
        *,
        within: datetime | None,
        chance: Chance,
        at: datetime,
        counted_from: datetime | None = None,
    ) -> tuple[ev.CertificateIssued, ...]:
        """Certificates of a card that goes on, made at the window while the holder waits; the first bounds the next."""
        issued: list[ev.CertificateIssued] = []
        for authority, key in zip(authorities, keys, strict=True):
            event = self.issue_certificate(
                _KINDS[authority],
                holder=holder,
                device=row.card,
                public_key=rsa_key(key).public_key(),
                within=issued[-1].not_after if issued else within,
                chance=chance,
                at=at,
                not_before=at.replace(microsecond=0),
                activates_at=at,
                counted_from=counted_from,
            )
            issued.append(event)
        return tuple(issued)

    def _with_card(
        self,
        row: CardRow,
        holder: Resident,
        keys: tuple[int, ...],
        ended: tuple[ev.Event, ...],
        issued: tuple[ev.CertificateIssued, ...],
        licence: Chance,
    ) -> Decision:
        written = self.rewritten(row, holder, licence, keys=keys, new={event.authority: event.der for event in issued})
        active = (ev.CertificateActivated(event.authority, event.serial) for event in issued)
        return Decision((*ended, *issued, *active, *written.events), written.secrets)
