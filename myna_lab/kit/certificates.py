"""A certificate of a test kit, with its key; and what is changed in it by a byte."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from myna_lab.formats import jpki
from myna_lab.formats.jpki.names import read_certificate

__all__ = ["KitCertificate"]


@dataclass(frozen=True, slots=True)
class KitCertificate:
    """A certificate with its key."""

    state: str
    kind: str
    der: bytes = field(repr=False)
    key: RSAPrivateKey = field(repr=False)
    municipality: str
    generation: int
    not_before: datetime
    not_after: datetime

    @property
    def name(self) -> str:
        """Name of its file."""
        return f"{self.kind}-{self.state}"

    @property
    def authority(self) -> str:
        """``sign`` or ``auth``."""
        return jpki.authority_of(self.kind)

    @property
    def serial(self) -> int:
        """Serial number."""
        return int(read_certificate(self.der).serial_number)

    @property
    def with_another_name(self) -> bytes:
        """The octets, with one octet of the subject's common name changed."""
        common_name = read_certificate(self.der).subject.rdns[-1].rfc4514_string().partition("=")[2].encode()
        place = self.der.rindex(common_name) + len(common_name) - 2
        return self.der[:place] + bytes((self.der[place] ^ 1,)) + self.der[place + 1 :]

    @property
    def with_another_signature(self) -> bytes:
        """The octets, with the last one changed."""
        return self.der[:-1] + bytes((self.der[-1] ^ 1,))
