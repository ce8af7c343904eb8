"""One certificate for one device: number, validity, names and the event, alike for cards and phones."""

from __future__ import annotations

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from myna_lab.events import CertificateIssued
from myna_lab.formats import jpki
from myna_lab.ground.chance import Chance
from myna_lab.ground.durations import end_of_day
from myna_lab.jlis.office.section import Section
from myna_lab.jlis.office.subjects import partition_of, subject_of
from myna_lab.residents import Resident

__all__ = ["CertificateSection"]


class CertificateSection(Section):
    """Issues certificates."""

    def issue_certificate(
        self,
        kind: str,
        *,
        holder: Resident,
        device: str,
        public_key: RSAPublicKey,
        within: datetime | None,
        chance: Chance,
        at: datetime,
        not_before: datetime,
        activates_at: datetime,
        counted_from: datetime | None = None,
    ) -> CertificateIssued:
        """Issue a certificate.

        Args:
            kind: one of ``jpki.KINDS``.
            holder: whose it is.
            device: the card or phone that holds the key.
            public_key: of that device.
            within: end of the certificate that this one may not outlive; None: there is none.
            chance: a source named for the card or flow.
            at: when it is asked for.
            not_before: from when it is valid.
            activates_at: from when the books say that it works.
            counted_from: from when its birthdays are counted; None: from ``at``.

        Returns:
            The event, with the certificate in it.
        """
        authority, parameters = jpki.authority_of(kind), self.parameters
        serial = self.books.next_serial(authority, parameters.count("first_serial"))
        not_after = jpki.end_of_validity(
            kind,
            issued=counted_from or at,
            born=holder.born,
            card_expires=holder.card_expires,
            parameters=parameters,
            within=within,
        )
        partition = partition_of(holder)
        der = jpki.issue(
            kind,
            authority=self.authorities.of(kind),
            serial=serial,
            public_key=public_key,
            subject=subject_of(holder, parameters),
            partition=partition,
            common_name=jpki.common_name(
                kind, partition=partition, requested_at=at, sequence=serial % 100_000, chance=chance.child(kind)
            ),
            not_before=not_before,
            not_after=not_after,
            parameters=parameters,
            within=within or end_of_day(holder.card_expires.date()),
            counted_from=counted_from,
        )
        return CertificateIssued(
            authority, serial, kind, device, holder.person, holder.municipality, der, activates_at, not_after
        )
