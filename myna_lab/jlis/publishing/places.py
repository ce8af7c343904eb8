"""What is read from certificates to find lists and answers: name, key and time of an authority, the place of a list."""

from __future__ import annotations

import functools
import hashlib
from datetime import datetime, timedelta
from typing import NamedTuple

from cryptography import x509

from myna_lab.errors import MalformedCertificate
from myna_lab.formats.jpki.names import read_certificate

__all__ = ["Facts", "Place", "facts_of", "place", "place_of"]


class Facts(NamedTuple):
    """What is asked of the certificate of an authority or of its responder."""

    name: x509.Name
    key_identifier: bytes
    serial: int
    begins: datetime
    ends: datetime
    """Its last second."""

    def is_at_work(self, at: datetime) -> bool:
        """Whether it is valid at an instant."""
        return self.begins <= at < self.ends + timedelta(seconds=1)


@functools.lru_cache(maxsize=64)
def facts_of(der: bytes) -> Facts:
    """Read the certificate of an authority or of its responder."""
    own = read_certificate(der)
    identifier = own.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    return Facts(own.subject, identifier, own.serial_number, own.not_valid_before_utc, own.not_valid_after_utc)


class Place(NamedTuple):
    """Where a list stands: name and key, because all generations of an authority bear one name."""

    key_identifier: str
    """Of the authority that signs the list, hexadecimal."""
    name_hash: str
    """SHA-1 of the name of the distribution point, DER, hexadecimal."""


def place(key_identifier: bytes, name: x509.Name) -> Place:
    """The place of a list by its authority's key and its distribution point."""
    return Place(key_identifier.hex(), hashlib.sha1(name.public_bytes()).hexdigest())


def place_of(certificate: bytes) -> Place | None:
    """Where a certificate says that its list stands.

    Args:
        certificate: DER; anything at all may come in.

    Returns:
        The place; None if it is no certificate, or names no directory entry or no key of its issuer.

    Source: RFC 5280 4.2.1.1, 4.2.1.13.
    """
    try:
        extensions = read_certificate(certificate).extensions
        key = extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
        points = extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except (MalformedCertificate, x509.ExtensionNotFound):
        return None
    names = (name.value for point in points for name in point.full_name or () if isinstance(name, x509.DirectoryName))
    return next((place(key, name) for name in names if key), None)
