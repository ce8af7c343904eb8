"""最新の利用者情報: the newest name, address, birth and sex of somebody, for a service that has her certificate.

J-LIS answers from the signing certificate that is in force, not from the resident register: on the day of a move it
gives the old address still, from midnight to the next certificate nothing.

Source: life-cycle facts 5.12.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from myna_lab import events as ev
from myna_lab.errors import MalformedCertificate, RegistrationRefused
from myna_lab.events import Decision
from myna_lab.formats.jpki import stated_in
from myna_lab.formats.jpki.names import read_certificate
from myna_lab.ground.durations import show
from myna_lab.jlis.books import CertificateRow, CertificateState
from myna_lab.jlis.office.section import Section

__all__ = ["LatestInformation", "RecordsSection"]


@dataclass(frozen=True, slots=True, repr=False)
class LatestInformation:
    """What a service is given."""

    name: str
    address: str
    born: str
    """Date of birth as certificates write it: a digit for the era, year, month, day."""
    sex: str
    """``1`` male, ``2`` female, ``3`` unknown."""
    serial: int
    """Serial number of the certificate that states it."""
    since: datetime
    """When that certificate was issued."""

    def __repr__(self) -> str:
        return f"<LatestInformation TEST {self.name}, {self.address}, since {show(self.since)}>"


class RecordsSection(Section):
    """Answers services."""

    def signing_certificate(self, certificate: bytes) -> CertificateRow:
        """The row of a signing certificate that a service has, in force or not.

        Args:
            certificate: DER; anything at all may come in.

        Raises:
            RegistrationRefused: ``unknown_certificate``.
        """
        try:
            asked = self.books.certificate("sign", read_certificate(certificate).serial_number)
        except (MalformedCertificate, LookupError, ValueError) as error:
            raise RegistrationRefused("no such certificate was ever issued.", code="unknown_certificate") from error
        if asked.der != certificate:
            raise RegistrationRefused("this certificate was not issued here.", code="unknown_certificate")
        return asked

    def latest_information(self, asked: CertificateRow, *, at: datetime) -> tuple[Decision, LatestInformation]:
        """What the newest signing certificate in force of the same person states.

        Args:
            asked: the signing certificate that the service has.
            at: now.

        Raises:
            RegistrationRefused: ``no_live_certificate``: none of hers is in force; ``maintenance``.
        """
        self.at_work(at)
        live = [
            row
            for row in self.books.of_person(asked.person)
            if row.key.authority == "sign" and row.state is CertificateState.GOOD
        ]
        if not live:
            raise RegistrationRefused(
                "nothing is given while no signing certificate of this person is in force.", code="no_live_certificate"
            )
        newest = max(live, key=lambda row: row.key.serial)
        stated = stated_in(newest.der)
        given = ev.LatestInformationGiven(asked.person, asked.key.serial, newest.key.serial)
        return Decision((given,)), LatestInformation(
            stated["common_name"],
            stated["address"],
            stated["date_of_birth"],
            stated["gender"],
            newest.key.serial,
            newest.issued_at,
        )
