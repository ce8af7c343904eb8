"""Distinguished names: those of an authority, and those of the partitions that its CRL is cut into.

All generations of an authority bear one name, so a name never selects a key; the key identifier and the signature do.
Every attribute stands in an RDN of its own; C is a PrintableString, the rest UTF8String.

Source: certificate facts 1, 2 and 5 (the CN of a distribution point is assumed).
"""

from __future__ import annotations

import functools
import warnings
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509.oid import NameOID

from myna_lab.errors import MalformedCertificate, MisuseError
from myna_lab.formats.jpki.profiles import AGENCY, AUTHORITIES, JAPANESE_AGENCY, JAPANESE_ORGANIZATION, KINDS

__all__ = [
    "LARGEST",
    "UNREADABLE",
    "Partition",
    "authority_name",
    "distribution_point",
    "japanese_name",
    "name",
    "read_certificate",
]

C, O, OU, L, CN = (  # noqa: E741 - the attributes are known by these names
    NameOID.COUNTRY_NAME,
    NameOID.ORGANIZATION_NAME,
    NameOID.ORGANIZATIONAL_UNIT_NAME,
    NameOID.LOCALITY_NAME,
    NameOID.COMMON_NAME,
)


@dataclass(frozen=True, slots=True)
class Partition:
    """A town, as the certificates of its people name it: one part of the CRL.

    市区町村。失効リストの分割の単位。

    Args:
        prefecture_latin: such as ``Hinode-ken``.
        municipality_latin: such as ``Aoba-shi``.
        municipality_code: five digits.
        window: the town's window (受付窓口), three digits and a capital letter.

    Raises:
        MisuseError: a code or window of another form, or an empty name.
    """

    prefecture_latin: str
    municipality_latin: str
    municipality_code: str
    window: str = "001A"

    def __post_init__(self) -> None:
        code, window = self.municipality_code, self.window
        if not (len(code) == 5 and code.isascii() and code.isdigit()):
            raise MisuseError(f"a municipality code has five digits; got {code!r}.", code="bad_partition")
        if not (len(window) == 4 and window.isascii() and window[:3].isdigit() and window[3].isupper()):
            raise MisuseError(f"a window is three digits and a capital letter; got {window!r}.", code="bad_partition")
        if not (self.prefecture_latin and self.municipality_latin):
            raise MisuseError(
                "a partition needs the names of its prefecture and its municipality.", code="bad_partition"
            )

    @property
    def window_identifier(self) -> str:
        """The end of every common name issued there (受付窓口識別記号): nine characters."""
        return self.municipality_code + self.window


def name(*attributes: tuple[x509.ObjectIdentifier, str]) -> x509.Name:
    """A distinguished name, one attribute per RDN, in the order given."""
    return x509.Name([x509.NameAttribute(kind, value) for kind, value in attributes])


def authority_name(kind: str, organization: str) -> x509.Name:
    """Issuer and subject of an authority."""
    return name((C, "JP"), (O, organization), (OU, AUTHORITIES[kind].unit), (OU, AGENCY))


def japanese_name(kind: str) -> x509.DirectoryName:
    """The authority's Japanese name: its subjectAltName, and issuerAltName of what it issues."""
    names = ((C, "JP"), (O, JAPANESE_ORGANIZATION), (OU, AUTHORITIES[kind].japanese_unit), (OU, JAPANESE_AGENCY))
    return x509.DirectoryName(name(*names))


@functools.lru_cache(maxsize=4096)
def distribution_point(authority: x509.Name, partition: Partition, kind: str) -> x509.DirectoryName:
    """Where the CRL of one town and kind of certificate stands below an authority."""
    stem = [(a.oid, str(a.value)) for a in list(authority)[:3]]
    town = (
        (OU, "CRL Distribution Points"),
        (OU, partition.prefecture_latin),
        (CN, KINDS[kind].list_name.format(town=partition.municipality_latin)),
    )
    return x509.DirectoryName(name(*stem, *town))


UNREADABLE = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    NotImplementedError,
    UserWarning,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)
"""What the libraries raise on octets that are no certificate, CRL or OCSP message (found by mutation)."""


LARGEST = 1 << 16
"""Octets of a certificate; people's have 2,000. RFC 5280 names no limit, but a verdict must come in bounded time."""


@functools.lru_cache(maxsize=1024)
def read_certificate(der: bytes) -> x509.Certificate:
    """Parse a certificate, with all its extensions.

    Raises:
        MalformedCertificate: not a certificate in DER, or one of more than ``LARGEST`` octets.

    Source: RFC 5280 4.1.
    """
    if len(der) > LARGEST:
        raise MalformedCertificate(f"a certificate has at most {LARGEST} octets here; got {len(der)}.")
    try:
        with warnings.catch_warnings():
            # It only warns of a serial number that is not positive, a country of three letters, and the like.
            warnings.simplefilter("error", UserWarning)
            certificate = x509.load_der_x509_certificate(der)
            _ = certificate.version, certificate.serial_number, certificate.not_valid_after_utc
            _ = certificate.subject, certificate.issuer, certificate.extensions
    except UNREADABLE as error:
        raise MalformedCertificate(f"these {len(der)} octets are not a certificate (RFC 5280 4.1): {error}") from error
    # The library overlooks unused bits as long as they are 0, though a signature is no list of flags.
    if der[-1 - len(certificate.signature)]:
        raise MalformedCertificate("a signature has whole octets (RFC 5280 4.1.1.3; RFC 8017 8.2.1).")
    return certificate
