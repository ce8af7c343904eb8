"""One certificate for one device: number, validity, names and the event, alike for cards and phones."""

from __future__ import annotations

from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from myna_lab import jpki
from myna_lab.books import Books
from myna_lab.chance import Chance
from myna_lab.events import CertificateIssued
from myna_lab.parameters import Parameters
from myna_lab.registry.authorities import Authorities
from myna_lab.residents import Resident

__all__ = ["issue_certificate", "partition_of", "subject_of"]


def partition_of(resident: Resident) -> jpki.Partition:
    """The resident's town, as certificates name it."""
    return jpki.Partition(resident.prefecture_latin, resident.city_latin, resident.municipality)


def subject_of(resident: Resident) -> jpki.Subject:
    """The resident, as a signing certificate states her."""
    return jpki.Subject(resident.name, resident.address, resident.born, resident.sex)


def issue_certificate(
    kind: str,
    *,
    holder: Resident,
    device: str,
    public_key: RSAPublicKey,
    within: datetime | None,
    books: Books,
    authorities: Authorities,
    chance: Chance,
    at: datetime,
    not_before: datetime,
    activates_at: datetime,
    parameters: Parameters,
) -> CertificateIssued:
    """Issue a certificate.

    Args:
        kind: one of ``jpki.KINDS``.
        holder: whose it is.
        device: the card or phone that holds the key.
        public_key: of that device.
        within: end of the certificate that this one may not outlive; None: there is none.
        books: for the next serial number.
        authorities: who signs.
        chance: a source named for the card or flow.
        at: now.
        not_before: from when it is valid.
        activates_at: from when the books say that it works.
        parameters: the lab's.

    Returns:
        The event, with the certificate in it.
    """
    authority = jpki.authority_of(kind)
    serial = books.next_serial(authority, parameters.count("first_serial"))
    not_after = jpki.end_of_validity(
        kind, issued=at, born=holder.born, card_expires=holder.card_expires, parameters=parameters, within=within
    )
    partition = partition_of(holder)
    der = jpki.issue(
        kind,
        authority=authorities.of(kind),
        serial=serial,
        public_key=public_key,
        subject=subject_of(holder) if authority == "sign" else None,
        partition=partition,
        common_name=jpki.common_name(
            kind, partition=partition, requested_at=at, sequence=serial % 100_000, chance=chance.child(kind)
        ),
        not_before=not_before,
        not_after=not_after,
        parameters=parameters,
    )
    return CertificateIssued(
        authority, serial, kind, device, holder.person, holder.municipality, der, activates_at, not_after
    )
