"""The holder as a signing certificate states them: six otherNames, and the common names of certificates.

    GeneralName [0] { OBJECT IDENTIFIER, [0] EXPLICIT UTF8String }      in the order 1, 4, 3, 5, 2, 6

The object identifiers are the real ones, because clients look for exactly these. The My Number is in no certificate.

Source: certificate facts 2 and 3 (common names, otherNames).
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import date, datetime

from cryptography import x509

from myna_lab.errors import MisuseError
from myna_lab.formats.jpki import der
from myna_lab.formats.jpki.names import Partition, read_certificate
from myna_lab.formats.jpki.profiles import profile_of
from myna_lab.ground.chance import Chance
from myna_lab.ground.durations import JST, KNOWN, at, birth_digits, era_of

__all__ = ["OTHER_NAMES", "SEXES", "Subject", "common_name", "oid_of", "other_names", "stated_in"]

_UTF8_STRING = 0x0C
_ARC = "1.2.392.200149.8.5.5"
OTHER_NAMES = {
    f"{_ARC}.1": "common_name",
    f"{_ARC}.4": "date_of_birth",
    f"{_ARC}.3": "gender",
    f"{_ARC}.5": "address",
    f"{_ARC}.2": "substitute_character_of_common_name",
    f"{_ARC}.6": "substitute_character_of_address",
}
"""Object identifier to field, in the order of the certificate."""
SEXES = {"male": "1", "female": "2", "unknown": "3"}
_ADDRESS_LENGTH = 200
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


@dataclass(frozen=True, slots=True)
class Subject:
    """The four basic attributes (基本4情報) of a fictional holder, and which characters stand for others.

    Args:
        name: surname, U+3000, given name.
        address: full-width text from the prefecture on, up to 200 characters.
        born: date of birth, from the Meiji era on.
        sex: ``male``, ``female`` or ``unknown``.
        name_substitutes: one ``0`` or ``1`` per character of the name, the space too; ``1``: a substitute character
            (代替文字); empty: none is.
        address_substitutes: the same for the address.
        birth_known: how much of ``born`` is known: to the ``day``, ``month`` or ``year``, or ``nothing``; the rest is
            written as zeros, while the rules go by ``born``.
        western_birth_date: whether the birth is written in the Western calendar, as for foreign residents: no era, so
            the digit that says so is 0 (assumed).

    Raises:
        MisuseError: a value of another form.
    """

    name: str
    address: str
    born: date
    sex: str
    name_substitutes: str = ""
    address_substitutes: str = ""
    birth_known: str = "day"
    western_birth_date: bool = False

    def __post_init__(self) -> None:
        if not self.name or not 1 <= len(self.address) <= _ADDRESS_LENGTH:
            raise MisuseError(
                f"a subject has a name, and an address of 1 to {_ADDRESS_LENGTH} characters.", code="bad_subject"
            )
        if self.sex not in SEXES:
            raise MisuseError(f"a sex is one of {', '.join(SEXES)}; got {self.sex!r}.", code="bad_subject")
        if self.birth_known not in KNOWN:
            raise MisuseError(
                f"a birth is known to one of {', '.join(KNOWN)}; got {self.birth_known!r}.", code="bad_subject"
            )
        for text, flags in ((self.name, self.name_substitutes), (self.address, self.address_substitutes)):
            if flags and (len(flags) != len(text) or set(flags) - {"0", "1"}):
                raise MisuseError("substitute flags are one 0 or 1 per character, or empty.", code="bad_subject")

    @property
    def values(self) -> dict[str, str]:
        """Field to value, as the certificate writes them."""
        is_of_era = self.birth_known != "nothing" and not self.western_birth_date
        era = era_of(self.born).digit if is_of_era else 0
        return {
            "common_name": self.name,
            "date_of_birth": f"{era}{birth_digits(self.born, self.birth_known)}",
            "gender": SEXES[self.sex],
            "address": self.address,
            "substitute_character_of_common_name": self.name_substitutes or "0" * len(self.name),
            "substitute_character_of_address": self.address_substitutes or "0" * len(self.address),
        }


@functools.lru_cache(maxsize=64)
def oid_of(dotted: str) -> bytes:
    """Content octets of an OBJECT IDENTIFIER; every number after the second in base 128."""
    first, second, *rest = map(int, dotted.split("."))
    octets = bytearray()
    for number in (40 * first + second, *rest):
        groups = [number >> shift & 0x7F for shift in range(0, max(1, number.bit_length()), 7)]
        octets += bytes(group | 0x80 for group in reversed(groups[1:])) + bytes((groups[0],))
    return bytes(octets)


@functools.lru_cache(maxsize=16)
def _identifier(dotted: str) -> bytes:
    return der.encode(der.OID, oid_of(dotted))


def other_names(subject: Subject) -> bytes:
    """The subjectAltName of a signing certificate: GeneralNames, DER."""
    values = subject.values
    return der.encode(
        der.SEQUENCE,
        *(
            der.encode(0xA0, _identifier(oid), der.encode(0xA0, der.encode(_UTF8_STRING, values[field].encode())))
            for oid, field in OTHER_NAMES.items()
        ),
    )


def common_name(kind: str, *, partition: Partition, requested_at: datetime, sequence: int, chance: Chance) -> str:
    """The common name of a new certificate.

    Args:
        kind: one of ``KINDS``.
        partition: the holder's town.
        requested_at: time of the request.
        sequence: number of the request, 0 to 99999.
        chance: where the letters of a user-authentication name are drawn.

    Returns:
        For sign: time (14 digits), sequence (5 digits), window identifier. For auth: 14 letters and digits, window
        identifier. Neither says who the holder is.

    Raises:
        MisuseError: no such kind, or a sequence of more than five digits.

    Source: certificate facts 2 (reported; the split of the auth name is assumed).
    """
    if not 0 <= sequence <= 99999:
        raise MisuseError(f"a sequence number has up to five digits; got {sequence}.", code="bad_sequence")
    if profile_of(kind).authority == "sign":
        start = f"{at(requested_at).astimezone(JST):%Y%m%d%H%M%S}{sequence:05}"
    else:
        start = chance.text(14, _ALPHABET)
    return start + partition.window_identifier


def stated_in(certificate: bytes) -> dict[str, str]:
    """What a signing certificate states of its holder, by the fields of :data:`OTHER_NAMES`.

    Args:
        certificate: DER.

    Returns:
        The values as they are written; empty for a certificate that states nobody.

    Raises:
        MalformedCertificate: it cannot be read.
    """
    try:
        extension = read_certificate(certificate).extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return {}
    others = (one for one in extension.value if isinstance(one, x509.OtherName))
    values = {OTHER_NAMES.get(one.type_id.dotted_string, ""): one.value for one in others}
    values.pop("", None)
    return {field: own[der.read(own, 0, len(own), _UTF8_STRING).start :].decode() for field, own in values.items()}
