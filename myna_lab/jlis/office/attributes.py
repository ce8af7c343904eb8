"""Attribute records: the card's face, signed for one phone, and renewed without anybody's doing.

    issue_record(…) -> [AttributesIssued]   …mdoc_renewal later, on line…   renew_record(…) -> [AttributesRenewed]

A renewal states the same about the holder, with new salts and new dates, for the same device key. What is no longer so
is not renewed: the record of a dead or held pass, and one whose holder has moved or has another name, ends on its day.
Source: attribute facts 7.4, 7.5 and 7.10.
"""

from __future__ import annotations

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import ec

from myna_lab import events as ev
from myna_lab.errors import IssuanceRefused
from myna_lab.events import Decision
from myna_lab.formats import mdoc
from myna_lab.formats.mdoc.status_list import place_for
from myna_lab.ground.chance import Chance
from myna_lab.jlis.books import CertificateState
from myna_lab.jlis.office.section import Section
from myna_lab.residents import Resident

__all__ = ["AttributesSection"]


class AttributesSection(Section):
    """Issues and renews attribute records."""

    def issue_record(
        self,
        flow: str,
        phone: str,
        holder: Resident,
        *,
        device_public: bytes,
        auth_serial: int,
        ends: datetime,
        chance: Chance,
        at: datetime,
    ) -> Decision:
        """The record that comes with a phone's certificates.

        Args:
            flow: the set-up.
            phone: the phone.
            holder: whose card it is.
            device_public: the device key, uncompressed point on P-256.
            auth_serial: number of the user-authentication certificate, with which the record ends.
            ends: that certificate's last instant.
            chance: a source named for the record.
            at: now.
        """
        record, until = self._signed(holder, device_public, auth_serial, ends, chance, at)
        record_ref = f"record/{flow}"
        return Decision((ev.AttributesIssued(flow, phone, record_ref, until),), {record_ref: record})

    def renew_record(
        self, flow: str, phone: str, *, device_public: bytes, auth_serial: int, chance: Chance, at: datetime
    ) -> Decision:
        """The next record for a phone that asks by itself; empty: its pass is not live, or its holder was restated.

        Args:
            flow: the set-up with which the card came onto the phone; the rest as :meth:`issue_record`.
        """
        row = self.books.certificate("auth", auth_serial)
        is_stale = self.books.restated_since(row.person, row.issued_at) is not None
        if row.state is not CertificateState.GOOD or at >= row.not_after or is_stale or not self.is_alive(row.person):
            return Decision(())
        holder = self.register(row.person)
        try:
            record, until = self._signed(holder, device_public, auth_serial, row.not_after, chance, at)
        except IssuanceRefused:  # no signer is valid now: nobody asked, so nobody is told
            return Decision(())
        record_ref = f"record/{flow}/{at:%Y%m%d%H%M%S}"
        return Decision((ev.AttributesRenewed(phone, record_ref, until),), {record_ref: record})

    def _signed(
        self, holder: Resident, device_public: bytes, auth_serial: int, ends: datetime, chance: Chance, at: datetime
    ) -> tuple[bytes, datetime]:
        """The record and its last instant."""
        parameters = self.parameters
        until, update = min(at + parameters.duration("mdoc_validity"), ends), at + parameters.duration("mdoc_renewal")
        record = mdoc.issue(
            mdoc.Attributes(
                full_name=holder.written_name,
                resident_address=holder.address,
                local_gov_code=holder.municipality,
                birth_date=holder.born,
                sex=holder.sex,
                individual_number=holder.my_number,
                portrait=holder.portrait,
                birth_known=holder.birth_known,
                western_birth_date=holder.western_birth_date,
            ),
            issuer=self.authorities.mdoc,
            device_key=ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), device_public),
            chance=chance,
            signed_at=at,
            valid_until=until,
            expected_update=update if update < until else None,
            status=None if parameters.text("mdoc_status") == "none" else place_for(auth_serial),
            parameters=parameters,
        )
        return record, until
