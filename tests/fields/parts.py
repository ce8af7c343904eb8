"""Certificates, lists and OCSP answers as parts that can be left out, doubled, exchanged, and signed again.

    good_certificate("sign") -> Certificate(fields, extensions) -> change -> .der()

Written apart from myna_lab's own encoder: what is tested must not make its own test data.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from asn1crypto import core, crl, x509
from authorities import NOW, authority, certificate
from authorities import crl as made_list
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from myna_lab.formats import jpki

AT = NOW + timedelta(minutes=10)
"""When every row is judged."""
NULL = b"\x05\x00"
SEQ, SET, OCT, BIT, INT, BOOL, ENUM, UTF8, PRINTABLE = 0x30, 0x31, 0x04, 0x03, 0x02, 0x01, 0x0A, 0x0C, 0x13


def t(tag: int, *parts: bytes) -> bytes:
    """One object of DER."""
    content = b"".join(parts)
    size = len(content)
    length = (
        bytes([size])
        if size < 128
        else (b := size.to_bytes((size.bit_length() + 7) // 8, "big")) and bytes([128 | len(b)]) + b
    )
    return bytes([tag]) + length + content


def integer(value: int) -> bytes:
    return bytes(core.Integer(value).dump())


def oid(dotted: str) -> bytes:
    return bytes(core.ObjectIdentifier(dotted).dump())


def utc(instant: datetime, form: str = "%y%m%d%H%M%SZ") -> bytes:
    return t(0x17, instant.astimezone(UTC).strftime(form).encode())


def general(instant: datetime, form: str = "%Y%m%d%H%M%SZ") -> bytes:
    return t(0x18, instant.astimezone(UTC).strftime(form).encode())


def algorithm(name: str, parameters: bytes = NULL) -> bytes:
    number = {"md5": 4, "sha1": 5, "sha256": 11, "sha384": 12, "sha512": 13}[name]
    return t(SEQ, oid(f"1.2.840.113549.1.1.{number}"), parameters)


SHA256 = algorithm("sha256")
PSS = t(SEQ, oid("1.2.840.113549.1.1.10"), bytes.fromhex(
    "3034a00f300d06096086480165030402010500a11c301a06092a864886f70d010108300d06096086480165030402010500a203020120"
))  # fmt: skip
"""RSASSA-PSS with SHA-256 and a salt of 32 octets."""

OIDS = {
    "key_usage": "2.5.29.15",
    "extended_key_usage": "2.5.29.37",
    "policies": "2.5.29.32",
    "basic_constraints": "2.5.29.19",
    "subject_alternative_name": "2.5.29.17",
    "issuer_alternative_name": "2.5.29.18",
    "distribution_points": "2.5.29.31",
    "authority_key": "2.5.29.35",
    "subject_key": "2.5.29.14",
    "information_access": "1.3.6.1.5.5.7.1.1",
    "subject_information_access": "1.3.6.1.5.5.7.1.11",
    "name_constraints": "2.5.29.30",
    "policy_constraints": "2.5.29.36",
    "policy_mappings": "2.5.29.33",
    "inhibit_any_policy": "2.5.29.54",
    "freshest_list": "2.5.29.46",
    "qualified": "1.3.6.1.5.5.7.1.3",
    "no_check": "1.3.6.1.5.5.7.48.1.5",
    "poison": "1.3.6.1.4.1.11129.2.4.3",
    "unknown": "2.999.77",
    "list_number": "2.5.29.20",
    "delta": "2.5.29.27",
    "scope": "2.5.29.28",
    "reason": "2.5.29.21",
    "invalidity": "2.5.29.24",
    "line_issuer": "2.5.29.29",
    "nonce": "1.3.6.1.5.5.7.48.1.2",
    "cutoff": "1.3.6.1.5.5.7.48.1.6",
}


@dataclass
class Extension:
    """One extension; ``raw`` replaces all of it."""

    name: str
    value: bytes
    critical: bool = False
    raw: bytes | None = None

    def der(self) -> bytes:
        flag = t(BOOL, b"\xff") if self.critical else b""
        return self.raw if self.raw is not None else t(SEQ, oid(OIDS[self.name]), flag, t(OCT, self.value))


def read_extensions(rows: Any) -> list[Extension]:
    names = {dotted: name for name, dotted in OIDS.items()}
    return [Extension(names[row["extn_id"].dotted], row["extn_value"].contents, row["critical"].native) for row in rows]


@dataclass
class Signed:
    """What is common: fields by name, extensions, and how it is signed."""

    fields: dict[str, bytes]
    extensions: list[Extension]
    key: RSAPrivateKey
    digest: str = "sha256"
    outer: bytes | None = None
    """signatureAlgorithm, if it differs from the inner one."""
    padded: bytes = b"\x00"
    """Number of unused bits of the signature."""
    flipped: bool = False
    tail: bytes = b""

    def named(self, name: str) -> Extension:
        return next(one for one in self.extensions if one.name == name)

    def rows(self) -> bytes:
        return b"".join(one.der() for one in self.extensions)

    def signature(self, signed: bytes) -> bytes:
        with_pss = self.digest == "pss"
        digest = {"md5": hashes.MD5, "sha1": hashes.SHA1, "sha384": hashes.SHA384, "sha512": hashes.SHA512}
        how: Any = padding.PSS(padding.MGF1(hashes.SHA256()), 32) if with_pss else padding.PKCS1v15()
        made = bytearray(_sign(self.key, signed, how, self.digest, digest))
        made[9] ^= 0x10 * self.flipped
        return t(BIT, self.padded, bytes(made))


def _sign(key: RSAPrivateKey, signed: bytes, how: Any, name: str, digest: Any) -> bytes:
    if name != "md5":
        return key.sign(signed, how, digest.get(name, hashes.SHA256)())
    # cryptography makes no signature with MD5 any more: EMSA-PKCS1-v1_5 by hand (RFC 8017 9.2).
    info = t(SEQ, t(SEQ, oid("1.2.840.113549.2.5"), NULL), t(OCT, hashlib.md5(signed).digest()))
    numbers = key.private_numbers()
    size = (key.key_size + 7) // 8
    block = b"\x00\x01" + b"\xff" * (size - 3 - len(info)) + b"\x00" + info
    modulus = numbers.public_numbers.n
    return pow(int.from_bytes(block, "big"), numbers.d, modulus).to_bytes(size, "big")


@dataclass
class Certificate(Signed):
    """TBSCertificate in parts."""

    usage: str = "sign"

    def body(self) -> bytes:
        f = self.fields
        validity = t(SEQ, f["not_before"], f["not_after"])
        explicit = f.get("extensions")
        if explicit is None:
            explicit = t(0xA3, t(SEQ, self.rows()))
        head = f["version"] + f["serial"] + f["algorithm"] + f["issuer"] + validity + f["subject"] + f["key"]
        return t(SEQ, head, f["unique"], explicit)

    def der(self) -> bytes:
        body = self.body()
        return t(SEQ, body, self.outer or self.fields["algorithm"], self.signature(body)) + self.tail


def fields_of(body: x509.TbsCertificate) -> dict[str, bytes]:
    """The fields of a certificate but for its extensions, DER."""
    return {
        "version": bytes.fromhex("a003020102"),
        "serial": body["serial_number"].dump(),
        "algorithm": SHA256,
        "issuer": body["issuer"].dump(),
        "not_before": body["validity"]["not_before"].dump(),
        "not_after": body["validity"]["not_after"].dump(),
        "subject": body["subject"].dump(),
        "key": body["subject_public_key_info"].dump(),
        "unique": b"",
    }


def good_certificate(usage: str = "sign") -> Certificate:
    """The card's certificate of a usage, in parts, without what a profile may or may not have (EKU, AIA)."""
    body = x509.Certificate.load(certificate(f"card_{usage}"))["tbs_certificate"]
    rows = [
        one
        for one in read_extensions(body["extensions"])
        if one.name not in ("extended_key_usage", "information_access")
    ]
    made = Certificate(fields_of(body), rows, authority(usage).key, usage=usage)
    # With the key identifier alone: rows of their own add issuer and serial number.
    made.named("authority_key").value = t(SEQ, t(0x80, key_identifier(authority(usage).certificate)))
    return made


def key_identifier(der: bytes) -> bytes:
    return bytes(x509.Certificate.load(der).key_identifier)


def responder(**changes: Any) -> Certificate:
    """The certificate of the sign authority's responder, in parts."""
    body = x509.Certificate.load(authority("sign").responder_certificate)["tbs_certificate"]
    return replace(Certificate(fields_of(body), read_extensions(body["extensions"]), authority("sign").key), **changes)


@dataclass
class Line:
    """One line of a list."""

    serial: bytes
    date: bytes = utc(NOW)
    extensions: list[Extension] = field(default_factory=list)
    explicit: bytes | None = None

    def der(self) -> bytes:
        rows = b"".join(one.der() for one in self.extensions)
        extra = self.explicit if self.explicit is not None else t(SEQ, rows) if rows else b""
        return t(SEQ, self.serial, self.date, extra)


@dataclass
class List(Signed):
    """TBSCertList in parts."""

    lines: list[Line] = field(default_factory=list)

    def body(self) -> bytes:
        f = self.fields
        lines = f.get("lines")
        if lines is None:
            lines = t(SEQ, *(one.der() for one in self.lines)) if self.lines else b""
        explicit = f.get("extensions")
        if explicit is None:
            explicit = t(0xA0, t(SEQ, self.rows()))
        head = f["version"] + f["algorithm"] + f["issuer"] + f["this_update"] + f["next_update"]
        return t(SEQ, head, lines, explicit)

    def der(self) -> bytes:
        body = self.body()
        return t(SEQ, body, self.outer or self.fields["algorithm"], self.signature(body)) + self.tail


def own_serial() -> bytes:
    return bytes(good_certificate().fields["serial"])


def good_list() -> List:
    """The town's list for the card's signing certificates, with a line for another one."""
    body = crl.CertificateList.load(made_list("card_sign", jpki.RevokedEntry(5, NOW, "SUPERSEDED")))["tbs_cert_list"]
    fields = {
        "version": integer(1),
        "algorithm": SHA256,
        "issuer": body["issuer"].dump(),
        "this_update": utc(NOW),
        "next_update": utc(NOW + timedelta(days=2)),
    }
    another = Line(integer(5), extensions=[Extension("reason", t(ENUM, b"\x04"))])
    return List(fields, read_extensions(body["crl_extensions"]), authority("sign").key, lines=[another])


@dataclass
class Single:
    """What an answer says of one certificate."""

    digest: bytes = t(SEQ, oid("1.3.14.3.2.26"), NULL)
    name_hash: bytes = b""
    key_hash: bytes = b""
    serial: bytes = b""
    status: bytes = b"\x80\x00"
    this_update: bytes = general(NOW)
    next_update: bytes = t(0xA0, general(NOW + timedelta(minutes=15)))
    extensions: list[Extension] = field(default_factory=list)

    def der(self) -> bytes:
        rows = b"".join(one.der() for one in self.extensions)
        asked = t(SEQ, self.digest, t(OCT, self.name_hash), t(OCT, self.key_hash), self.serial)
        return t(SEQ, asked, self.status, self.this_update, self.next_update, t(0xA1, t(SEQ, rows)) if rows else b"")


@dataclass
class Answer(Signed):
    """OCSPResponse in parts."""

    singles: list[Single] = field(default_factory=list)
    certificates: list[bytes] = field(default_factory=list)

    def body(self) -> bytes:
        f = self.fields
        rows = t(SEQ, *(one.der() for one in self.singles))
        extra = t(0xA1, t(SEQ, self.rows())) if self.extensions else b""
        return t(SEQ, f["version"], f["responder"], f["produced_at"], rows, extra)

    def der(self) -> bytes:
        f, body = self.fields, self.body()
        sent = t(0xA0, t(SEQ, *self.certificates)) if self.certificates else b""
        basic = t(SEQ, body, f["algorithm"], self.signature(body), sent)
        explicit = f.get("bytes")
        if explicit is None:
            explicit = t(0xA0, t(SEQ, f["type"], t(OCT, basic)))
        return t(SEQ, t(ENUM, f["status"]), explicit) + self.tail


def key_bits(key: Any) -> bytes:
    return bytes(key.public_key().public_bytes(Encoding.DER, PublicFormat.PKCS1))


def cert_id(digest: str = "sha1") -> Single:
    """The card's signing certificate, as an answer names it."""
    numbers = {"sha1": "1.3.14.3.2.26", "sha256": "2.16.840.1.101.3.4.2.1", "sha384": "2.16.840.1.101.3.4.2.2"}
    hashed = getattr(hashlib, digest)
    return Single(
        t(SEQ, oid(numbers[digest]), NULL),
        hashed(good_certificate().fields["issuer"]).digest(),
        hashed(key_bits(authority("sign").key)).digest(),
        own_serial(),
    )


def by_key(key: Any) -> bytes:
    return t(0xA2, t(OCT, hashlib.sha1(key_bits(key)).digest()))


def good_answer() -> Answer:
    """The sign authority's responder: good, until 09:15."""
    issuer = authority("sign")
    fields = {
        "status": b"\x00",
        "type": oid("1.3.6.1.5.5.7.48.1.1"),
        "version": b"",
        "responder": by_key(issuer.responder_key),
        "produced_at": general(NOW),
        "algorithm": SHA256,
    }
    return Answer(fields, [], issuer.responder_key, singles=[cert_id()], certificates=[issuer.responder_certificate])
