"""One certificate for one device: number, validity, names and the event, alike for cards and phones."""

from __future__ import annotations

import re
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from myna_lab.events import CertificateIssued
from myna_lab.formats import jpki
from myna_lab.ground.chance import Chance
from myna_lab.ground.durations import end_of_day
from myna_lab.jlis.books import Books
from myna_lab.jlis.office.authorities import Authorities
from myna_lab.parameters import Parameters
from myna_lab.residents import Resident

__all__ = ["issue_certificate", "partition_of", "subject_of"]


def partition_of(resident: Resident) -> jpki.Partition:
    """The resident's town, as certificates name it."""
    return jpki.Partition(resident.prefecture_latin, resident.city_latin, resident.municipality)


_CHARACTERS = re.compile(".[\ufe00-\ufe0f\U000e0100-\U000e01ef]?", re.DOTALL)
"""A character, with the selector of its variant if it has one."""
_SAME = str.maketrans("－～∥￠￡￢", "−〜‖¢£¬")
"""One character of JIS, two of Unicode."""
_HALF_WIDTH = 0x8E


def _is_strange(character: str) -> bool:
    """Whether it is outside JIS X 0208 (levels 1 and 2) and X 0212 (supplementary kanji).

    EUC-JP holds them, and half-width katakana behind 8E.
    """
    try:
        return character.translate(_SAME).encode("euc_jp")[0] == _HALF_WIDTH
    except UnicodeEncodeError:
        return True


def _substituted(text: str, substitute: str) -> tuple[str, str]:
    """A text in the characters that a certificate has, and its flags: one 0 or 1 for each, 1 for a substitute."""
    characters: list[str] = _CHARACTERS.findall(text)
    strange = [_is_strange(character) for character in characters]
    written = "".join(substitute if flag else one for one, flag in zip(characters, strange, strict=True))
    return written, "".join("01"[flag] for flag in strange)


def subject_of(resident: Resident, parameters: Parameters) -> jpki.Subject:
    """The resident, as a signing certificate states her: strange characters of name and address are replaced.

    Args:
        resident: as the register has her.
        parameters: ``substitute_character``.

    Source: certificate facts 3 (which characters are replaced: confirmed).
    """
    substitute = parameters.text("substitute_character")
    (name, name_flags), (address, address_flags) = (
        _substituted(text, substitute) for text in (resident.written_name, resident.address)
    )
    return jpki.Subject(
        name,
        address,
        resident.born,
        resident.sex,
        name_flags,
        address_flags,
        resident.birth_known,
        resident.western_birth_date,
    )


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
        at: when it is asked for.
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
        subject=subject_of(holder, parameters),
        partition=partition,
        common_name=jpki.common_name(
            kind, partition=partition, requested_at=at, sequence=serial % 100_000, chance=chance.child(kind)
        ),
        not_before=not_before,
        not_after=not_after,
        parameters=parameters,
        within=within or end_of_day(holder.card_expires.date()),
    )
    return CertificateIssued(
        authority, serial, kind, device, holder.person, holder.municipality, der, activates_at, not_after
    )
