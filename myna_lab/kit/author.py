"""Writes cases: each a certificate, an anchor, revocation data, an instant, and what a verifier must find.

world -> list, answer (published, or given) -> files by name -> a row of the manifest
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from myna_lab.formats import jpki
from myna_lab.ground.durations import JST
from myna_lab.kit.amend import amended_answer, amended_list
from myna_lab.kit.certificates import KitCertificate
from myna_lab.kit.pkcs12 import pkcs12
from myna_lab.kit.world import KitWorld

__all__ = ["PASSWORD", "Author", "Files", "pem"]

PASSWORD = "TEST"
"""Of every PKCS #12 file."""
_SPARE = timedelta(hours=1)
"""What a kit for real clocks lasts longer than it says."""


def pem(octets: bytes, label: str = "CERTIFICATE") -> bytes:
    """PEM (RFC 7468)."""
    from asn1crypto import pem as encoding

    return bytes(encoding.armor(label, octets))


@dataclass(slots=True)
class Files:
    """What is to be written: path within the folder to octets."""

    octets: dict[str, bytes] = field(default_factory=dict)

    def put(self, path: str, octets: bytes) -> str:
        """Add a file; the same path twice means the same octets."""
        if self.octets.setdefault(path, octets) != octets:
            raise AssertionError(f"two different files would be {path}")
        return path


class Author:
    """Writes cases with their files."""

    def __init__(self, world: KitWorld, files: Files) -> None:
        self.world, self.files = world, files

    # ------------------------------------------------------------------------------------------------------- octets

    def list(
        self, certificate: KitCertificate, at: datetime, *, full: bool = False, generation: int | None = None
    ) -> bytes:
        """The list that names a certificate if it is stopped: the town's or the full one, of another generation too."""
        what, town = (certificate.authority, None) if full else (certificate.kind, certificate.municipality)
        number = generation or certificate.generation
        der = self.world.published.crl(what, town, generation=number, at=at)
        return self._lasting_list(der, certificate.authority, number)

    def own_list(self, certificate: KitCertificate, at: datetime) -> bytes:
        """The list of its authority's own certificates (ARL)."""
        der = self.world.published.arl(certificate.authority, generation=certificate.generation, at=at)
        return self._lasting_list(der, certificate.authority, certificate.generation)

    def _lasting_list(self, der: bytes, authority: str, generation: int) -> bytes:
        times = self.world.times
        ends = jpki.read_crl(der).next_update
        if not times.lasts or (ends is not None and ends >= times.until + _SPARE):
            return der
        key = self.world.authority(authority, generation).key
        return amended_list(der, key, next_update=times.until + _SPARE)

    def answer(self, certificate: KitCertificate, at: datetime, *, request: bytes | None = None) -> bytes:
        """What the responder answers; by default to a request without a nonce."""
        asked = request or jpki.ocsp_request(certificate.der, self.world.anchor_of(certificate))
        der = self.world.published.ocsp(asked, at=at)
        times = self.world.times
        if not times.lasts:
            return der
        key = self.world.authority_of(certificate).responder_key
        return amended_answer(der, key, next_update=times.until + _SPARE)

    # -------------------------------------------------------------------------------------------------------- files

    def anchor(self, der: bytes) -> str:
        """The file of an authority's certificate."""
        authority, number = self.world.name_of_anchor(der)
        return self.files.put(f"anchors/{authority}-{number}.cer", der)

    def certificate(self, name: str, der: bytes) -> str:
        """The file of a certificate."""
        return self.files.put(f"certificates/{name}.cer", der)

    def key(self, name: str, der: bytes, key: RSAPrivateKey, chain: tuple[bytes, ...]) -> str:
        """The file of a private key: PEM, with the certificate behind it; beside it the same as PKCS #12."""
        if (path := f"keys/{name}.pem") in self.files.octets:
            return path
        self.files.put(f"keys/{name}.p12", pkcs12(key, der, chain=chain, name=name, password=PASSWORD))
        plain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return self.files.put(path, plain + pem(der))

    def crl(self, certificate: KitCertificate, at: datetime, *, full: bool = False) -> str:
        """The file of a published list."""
        der, number = self.list(certificate, at, full=full), certificate.generation
        name = f"{certificate.authority}-full" if full else f"{certificate.kind}-{certificate.municipality}"
        return self.files.put(f"crl/{name}-{number}-{jpki.read_crl(der).this_update:%Y%m%dT%H%M}.crl", der)

    def ocsp(self, certificate: KitCertificate, at: datetime) -> str:
        """The file of a published answer."""
        return self.files.put(f"ocsp/{certificate.name}-{at:%Y%m%dT%H%M%S}.ors", self.answer(certificate, at))

    # --------------------------------------------------------------------------------------------------------- rows

    def case(
        self,
        name: str,
        certificate: KitCertificate,
        expected: str,
        reason: str,
        *,
        at: datetime | None = None,
        by: str = "both",
        der: bytes | None = None,
        key: RSAPrivateKey | None = None,
        anchor: bytes | None = None,
        crl: bytes | str | None = None,
        ocsp: bytes | None = None,
        request: bytes | None = None,
        full: bool = False,
    ) -> dict[str, Any]:
        """One case.

        Args:
            name: its id after the kind.
            certificate: whose.
            expected: a word of the legend.
            reason: CRLReason, or why, in words.
            at: the instant to judge at; None: the kit's.
            by: which published data it holds: both, crl, ocsp or none.
            der: another certificate in its place.
            key: its private key; None: the certificate's.
            anchor: None: the certificate of its authority.
            crl: octets of another list in place of the published one, or its file.
            ocsp: octets of another answer in place of the published one.
            request: the request that the answer is to; None: any would do.
            full: whether the list is that of all towns.
        """
        at = at or self.world.at
        own, stem = certificate.der if der is None else der, f"{certificate.kind}-{name}"
        file = certificate.name if der is None else stem
        private = certificate.key if key is None else key
        if isinstance(crl, bytes):
            crl = self.files.put(f"crl/{stem}.crl", crl)
        if crl is None and by in ("both", "crl"):
            crl = self.crl(certificate, at, full=full)
        answered = self.files.put(f"ocsp/{stem}.ors", ocsp) if ocsp is not None else None
        if answered is None and by in ("both", "ocsp"):
            answered = self.ocsp(certificate, at)
        return {
            "id": stem,
            "kind": certificate.kind,
            "certificate": self.certificate(file, own),
            "key": self.key(file, own, private, tuple({self.world.anchor_of(certificate)} - {own})),
            "anchor": self.anchor(self.world.anchor_of(certificate) if anchor is None else anchor),
            "crl": crl,
            "ocsp": answered,
            "request": self.files.put(f"ocsp/{stem}.orq", request) if request is not None else None,
            "at": at.astimezone(JST).isoformat(timespec="seconds"),
            "expected": expected,
            "reason": reason,
        }
