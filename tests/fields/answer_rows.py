"""OCSP answers about the certificate: one field changed. RFC 6960 3.2, 4.2 and 4.4."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from authorities import NOW, authority, certificate
from fields.certificate_rows import purposes
from fields.changes import Change, Row, add, critical, drop, put, row, sent, sign, single, singles, twice, value
from fields.parts import (
    AT,
    BOOL,
    ENUM,
    NULL,
    OCT,
    PSS,
    SEQ,
    Extension,
    algorithm,
    by_key,
    cert_id,
    general,
    good_certificate,
    integer,
    key_bits,
    oid,
    responder,
    t,
    utc,
)  # fmt: skip

from myna_lab.keys import rsa_key

GOOD, NOTHING, STALE = "accepted", "no_revocation_information", "stale_revocation_data"
DAY = timedelta(days=1)
SIGN, AUTH = authority("sign"), authority("auth")
RESPONDER = responder()


def revoked(*, since: bytes = general(NOW), number: int | None = None) -> bytes:
    return t(0xA1, since, b"" if number is None else t(0xA0, t(ENUM, bytes([number]))))


def until(octets: bytes) -> bytes:
    return t(0xA0, octets)


def by(*changes: Change, **values: Any) -> Change:
    """The responder's certificate is a changed one."""

    def change(parts: Any) -> None:
        made = responder(**values)
        for one in changes:
            one(made)
        parts.certificates = [made.der()]

    return change


def clock(field: str, octets: bytes) -> Callable[[Any], object]:
    return lambda parts: setattr(parts.singles[0], field, octets)


def self_signed() -> bytes:
    made = responder(key=SIGN.responder_key)
    made.fields["issuer"] = made.fields["subject"]
    return made.der()


OTHER = replace(cert_id(), serial=integer(77))

ROWS: list[Row] = [
    row("answer", "as it is made", "4.2", GOOD),
    row("answer", "trailing octet", "4.2.1", NOTHING, sign(tail=b"\x00")),
    *[
        row("responseStatus", f"{word}, with a good answer inside", "4.2.1", NOTHING, put("status", bytes([number])))
        for number, word in (
            (1, "malformedRequest"),
            (3, "tryLater"),
            (4, "4, which is not used"),
            (6, "unauthorized"),
            (7, "7"),
        )
    ],
    row("responseStatus", "tryLater", "4.2.1", NOTHING, put("status", b"\x03"), put("bytes", b"")),
    row("responseStatus", "successful, nothing inside", "4.2.1", NOTHING, put("bytes", b"")),
    row("responseType", "another", "4.2.1", NOTHING, put("type", oid("2.999.1"))),
    row(
        "version",
        "v1 written out",
        "X.690 11.5",
        GOOD,
        put("version", t(0xA0, integer(0))),
        why="a default must be left out in DER, but some write it; what it says is clear",
    ),
    row(
        "version",
        "v2",
        "4.2.2.3",
        NOTHING,
        put("version", t(0xA0, integer(1))),
        why="there is no v2, and what it means is not known",
    ),
    row("responderID", "by name", "4.2.2.3", GOOD, put("responder", t(0xA1, RESPONDER.fields["subject"]))),
    row("responderID", "name of another", "4.2.2.3", NOTHING, put("responder", t(0xA1, RESPONDER.fields["issuer"]))),
    row("responderID", "key of another", "4.2.2.3", NOTHING, put("responder", by_key(AUTH.responder_key))),
    row(
        "responderID",
        "SHA-256 of the key",
        "4.2.2.3",
        NOTHING,
        put("responder", t(0xA2, t(OCT, hashlib.sha256(key_bits(SIGN.responder_key)).digest()))),
    ),
    row("responderID", "absent", "4.2.2.3", NOTHING, put("responder", b"")),
    row(
        "producedAt",
        "in the future",
        "4.2.2.1",
        NOTHING,
        put("produced_at", general(AT + DAY)),
        why="signed later than now: a clock is wrong, or it is a lie",
    ),
    row("producedAt", "long ago", "4.2.2.1", GOOD, put("produced_at", general(NOW - DAY))),
    row("producedAt", "UTCTime", "4.2.2.1", NOTHING, put("produced_at", utc(NOW))),
    row(
        "producedAt",
        "with a fraction",
        "RFC 5280 4.1.2.5.2",
        NOTHING,
        put("produced_at", t(0x18, b"20250624000005.5Z")),
        why="times are to the second",
    ),
    row("producedAt", "absent", "4.2.2.3", NOTHING, put("produced_at", b"")),
    row("responses", "none", "4.2.2.3", NOTHING, singles()),
    row("responses", "of another certificate", "3.2 (1)", NOTHING, singles(OTHER)),
    row("responses", "another first, then this", "4.2.2.3", GOOD, singles(OTHER, cert_id())),
    row(
        "responses",
        "good, and revoked",
        "3.2",
        "revoked",
        singles(cert_id(), replace(cert_id(), status=revoked())),
        why="a revocation for good is final, wherever it stands",
    ),
    row("responses", "good twice", "4.2.2.3", GOOD, singles(cert_id(), cert_id())),
    row(
        "certID",
        "SHA-256",
        "4.3",
        GOOD,
        singles(cert_id("sha256")),
        why="the others look for their own question, which they ask with SHA-1",
    ),
    row(
        "certID",
        "SHA-384",
        "4.3",
        GOOD,
        singles(cert_id("sha384")),
        why="the others look for their own question, which they ask with SHA-1",
    ),
    row("certID", "digest without parameters", "4.1.1", GOOD, single(digest=t(SEQ, oid("1.3.14.3.2.26")))),
    row("certID", "digest that is not known", "3.2 (1)", NOTHING, single(digest=t(SEQ, oid("2.999.5"), NULL))),
    row(
        "certID",
        "digest with an OCTET STRING",
        "4.1.1",
        NOTHING,
        single(digest=t(SEQ, oid("1.3.14.3.2.26"), t(OCT, b""))),
    ),
    row(
        "certID",
        "name of another authority",
        "3.2 (1)",
        NOTHING,
        single(name_hash=hashlib.sha1(good_certificate("auth").fields["issuer"]).digest()),
    ),
    row(
        "certID",
        "key of another generation",
        "3.2 (1)",
        NOTHING,
        single(key_hash=hashlib.sha1(key_bits(authority("sign", 1).key)).digest()),
    ),
    row("certID", "key hash empty", "3.2 (1)", NOTHING, single(key_hash=b"")),
    row("certID", "serial number of another", "3.2 (1)", NOTHING, single(serial=integer(77))),
    row(
        "certID",
        "serial number not in its shortest form",
        "X.690 8.3.2",
        NOTHING,
        single(serial=b"\x02\x05\x00" + cert_id().serial[2:]),
    ),
    row("certStatus", "revoked", "2.2", "revoked", single(status=revoked())),
    row("certStatus", "revoked, key compromised", "2.2", "revoked", single(status=revoked(number=1))),
    row("certStatus", "revoked, on hold", "2.2", "on_hold", single(status=revoked(number=6))),
    row(
        "certStatus",
        "revoked in the future",
        "2.2",
        "revoked",
        single(status=revoked(since=general(AT + DAY))),
        why="as on a list: who is revoked is revoked, whatever the date",
    ),
    row("certStatus", "revoked, reason 7", "RFC 5280 5.3.1", "revoked", single(status=revoked(number=7))),
    row("certStatus", "revoked, removeFromCRL", "RFC 5280 5.3.1", "revoked", single(status=revoked(number=8))),
    row("certStatus", "revoked, reason 11", "RFC 5280 5.3.1", "revoked", single(status=revoked(number=11))),
    row("certStatus", "revoked, without its time", "4.2.1", NOTHING, single(status=t(0xA1))),
    row("certStatus", "unknown", "2.2", "unknown", single(status=b"\x82\x00")),
    row("certStatus", "good with content", "4.2.1", NOTHING, single(status=b"\x80\x01\x00")),
    row("certStatus", "tag 3", "4.2.1", NOTHING, single(status=b"\x83\x00")),
    row(
        "thisUpdate",
        "in the future",
        "3.2 (5)",
        NOTHING,
        clock("this_update", general(AT + timedelta(minutes=1))),
        clock("next_update", until(general(AT + DAY))),
    ),
    row("thisUpdate", "UTCTime", "4.2.2.1", NOTHING, clock("this_update", utc(NOW))),
    row("thisUpdate", "absent", "4.2.1", NOTHING, clock("this_update", b"")),
    row(
        "nextUpdate",
        "absent",
        "4.2.2.1",
        NOTHING,
        clock("next_update", b""),
        why="newer data would be there at any time, so nobody knows how old these may be",
    ),
    row("nextUpdate", "over", "3.2 (6)", STALE, clock("next_update", until(general(NOW + timedelta(minutes=5))))),
    row("nextUpdate", "before thisUpdate", "4.2.2.1", STALE, clock("next_update", until(general(NOW - DAY)))),
    row("nextUpdate", "UTCTime", "4.2.2.1", NOTHING, clock("next_update", until(utc(NOW + DAY)))),
    row("singleExtensions", "one that is not known", "4.4", GOOD, single(extensions=[Extension("unknown", NULL)])),
    row(
        "singleExtensions",
        "one that is not known, critical",
        "4.4",
        NOTHING,
        single(extensions=[Extension("unknown", NULL, True)]),
        why="critical: must be understood (RFC 5280 4.2)",
    ),
    row(
        "singleExtensions",
        "archive cutoff",
        "4.4.4",
        GOOD,
        single(extensions=[Extension("cutoff", general(NOW - DAY))]),
    ),
    row(
        "singleExtensions",
        "the same twice",
        "RFC 5280 4.2",
        NOTHING,
        single(extensions=[Extension("unknown", NULL)] * 2),
        why="which of the two would count is open",
    ),
    row("responseExtensions", "a nonce that nobody asked for", "4.4.1", GOOD, add("nonce", t(OCT, b"12345678"))),
    row("responseExtensions", "one that is not known", "4.4", GOOD, add("unknown", NULL)),
    row(
        "responseExtensions",
        "one that is not known, critical",
        "4.4",
        NOTHING,
        add("unknown", NULL, True),
        why="critical: must be understood (RFC 5280 4.2)",
    ),
    row(
        "responseExtensions",
        "the same twice",
        "RFC 5280 4.2",
        NOTHING,
        add("unknown", NULL),
        twice("unknown"),
        why="which of the two would count is open",
    ),
    row(
        "responseExtensions",
        "critical 01",
        "X.690 11.1",
        NOTHING,
        lambda parts: parts.extensions.append(
            Extension("unknown", b"", raw=t(SEQ, oid("2.999.77"), t(BOOL, b"\x01"), t(OCT, NULL)))
        ),
    ),
    row("signatureAlgorithm", "parameters absent", "RFC 4055 5", GOOD, put("algorithm", algorithm("sha256", b""))),
    row(
        "signatureAlgorithm",
        "SHA-384",
        "RFC 4055 5",
        GOOD,
        put("algorithm", algorithm("sha384")),
        sign(digest="sha384"),
    ),
    row(
        "signatureAlgorithm",
        "SHA-512",
        "RFC 4055 5",
        GOOD,
        put("algorithm", algorithm("sha512")),
        sign(digest="sha512"),
    ),
    row(
        "signatureAlgorithm",
        "SHA-1",
        "4.3",
        NOTHING,
        put("algorithm", algorithm("sha1")),
        sign(digest="sha1"),
        why="our own choice, as for certificates; 4.3 lets a client take it",
    ),
    row("signatureAlgorithm", "MD5", "RFC 6151 2", NOTHING, put("algorithm", algorithm("md5")), sign(digest="md5")),
    row(
        "signatureAlgorithm",
        "RSASSA-PSS",
        "RFC 4055 3",
        NOTHING,
        put("algorithm", PSS),
        sign(digest="pss"),
        why="JPKI signs PKCS #1 v1.5; another form is not expected of it",
    ),
    row("signatureAlgorithm", "SHA-384 named, SHA-256 made", "3.2 (2)", NOTHING, put("algorithm", algorithm("sha384"))),
    row("signature", "one bit changed", "3.2 (2)", NOTHING, sign(flipped=True)),
    row("signature", "one unused bit", "4.2.1", NOTHING, sign(padded=b"\x01")),
    row(
        "signature",
        "of the authority itself",
        "4.2.2.2",
        GOOD,
        sign(key=SIGN.key),
        put("responder", by_key(SIGN.key)),
        sent(),
    ),
    row(
        "signature",
        "of the authority, its certificate sent",
        "4.2.2.2",
        GOOD,
        sign(key=SIGN.key),
        put("responder", by_key(SIGN.key)),
        sent(SIGN.certificate),
    ),
    row(
        "signature",
        "of another generation's responder",
        "4.2.2.2",
        NOTHING,
        sign(key=authority("sign", 1).responder_key),
        put("responder", by_key(authority("sign", 1).responder_key)),
        sent(authority("sign", 1).responder_certificate),
    ),
    row(
        "signature",
        "of the other authority's responder",
        "4.2.2.2",
        NOTHING,
        sign(key=AUTH.responder_key),
        put("responder", by_key(AUTH.responder_key)),
        sent(AUTH.responder_certificate),
    ),
    row(
        "signature",
        "of a person",
        "4.2.2.2",
        NOTHING,
        sign(key=rsa_key(20)),
        put("responder", by_key(rsa_key(20))),
        sent(certificate("card_sign")),
    ),
    row(
        "certs",
        "absent",
        "4.2.2.2",
        NOTHING,
        sent(),
        why="a delegated responder that does not show itself; nobody stores it here",
    ),
    row("certs", "the authority's too", "4.2.1", GOOD, sent(SIGN.certificate, SIGN.responder_certificate)),
    row("certs", "a stranger's first", "4.2.1", GOOD, sent(AUTH.responder_certificate, SIGN.responder_certificate)),
    row("certs", "no certificate among them", "4.2.1", NOTHING, sent(SIGN.responder_certificate[:-1] + b"\x00", NULL)),
    row("responder's certificate", "self-signed", "4.2.2.2", NOTHING, sent(self_signed())),
    row("responder's certificate", "extKeyUsage absent", "4.2.2.2", NOTHING, by(drop("extended_key_usage"))),
    row(
        "responder's certificate",
        "anyExtendedKeyUsage alone",
        "4.2.2.2",
        NOTHING,
        by(value("extended_key_usage", purposes("any"))),
    ),
    row(
        "responder's certificate",
        "clientAuth alone",
        "4.2.2.2",
        NOTHING,
        by(value("extended_key_usage", purposes("client"))),
    ),
    row("responder's certificate", "OCSPSigning, critical", "4.2.2.2", GOOD, by(critical("extended_key_usage"))),
    row(
        "responder's certificate",
        "OCSPSigning and clientAuth",
        "4.2.2.2",
        GOOD,
        by(value("extended_key_usage", purposes("ocsp", "client"))),
    ),
    row("responder's certificate", "keyUsage absent", "RFC 5280 4.2.1.3", GOOD, by(drop("key_usage"))),
    row(
        "responder's certificate",
        "keyUsage without digitalSignature",
        "RFC 5280 4.2.1.3",
        NOTHING,
        by(value("key_usage", bytes.fromhex("03020520"))),
        why="a key that must not sign answers did sign one",
    ),
    row(
        "responder's certificate",
        "ocsp-nocheck absent",
        "4.2.2.2.1",
        GOOD,
        by(drop("no_check")),
        why="it names no place to ask, so the rule is ours: it is taken while it is valid",
    ),
    row("responder's certificate", "over", "3.2 (4)", NOTHING, by(put("not_after", utc(NOW - DAY)))),
    row("responder's certificate", "begins in the future", "3.2 (4)", NOTHING, by(put("not_before", utc(NOW + DAY)))),
    row(
        "responder's certificate",
        "one that is not known, critical",
        "RFC 5280 4.2",
        NOTHING,
        by(add("unknown", NULL, True)),
    ),
    row(
        "responder's certificate",
        "authorityKeyIdentifier absent",
        "RFC 5280 4.2.1.1",
        NOTHING,
        by(drop("authority_key")),
        why="as for people's certificates",
    ),
    row(
        "responder's certificate",
        "SHA-1",
        "RFC 4055 2.1",
        NOTHING,
        by(put("algorithm", algorithm("sha1")), digest="sha1"),
        why="our own choice, as for people's certificates",
    ),
    row("responder's certificate", "a signature that does not fit", "3.2 (4)", NOTHING, by(flipped=True)),
    row("responder's certificate", "of a key of another authority", "4.2.2.2", NOTHING, by(key=AUTH.key)),
]
