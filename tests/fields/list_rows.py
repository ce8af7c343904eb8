"""Lists (CRL) of the certificate's town: one field changed. RFC 5280 5 and 6.3."""

from __future__ import annotations

from datetime import timedelta

from authorities import ELSEWHERE, NOW, authority, crl
from fields.certificate_rows import OTHER_KEY, OWN_KEY, aki
from fields.changes import Row, add, critical, drop, line, put, row, sign, twice, value
from fields.parts import (
    BOOL,
    ENUM,
    NULL,
    OCT,
    PSS,
    SEQ,
    SHA256,
    Extension,
    Line,
    algorithm,
    general,
    good_certificate,
    good_list,
    integer,
    own_serial,
    t,
    utc,
)  # fmt: skip

GOOD, NOTHING, STALE = "accepted", "no_revocation_information", "stale_revocation_data"
DAY = timedelta(days=1)
OWN = own_serial()
PLACE = good_list().named("scope").value
ONLY_USERS = t(0x81, b"\xff")


def reason(number: int, *, flag: bool = False) -> Extension:
    return Extension("reason", t(ENUM, bytes([number])), flag)


def own(*extensions: Extension, date: bytes = utc(NOW)) -> Line:
    return Line(OWN, date, list(extensions))


def other(*extensions: Extension, serial: int = 7, date: bytes = utc(NOW)) -> Line:
    return Line(integer(serial), date, list(extensions))


def town(partition: object) -> bytes:
    """The scope of another town's list."""
    from asn1crypto import crl as reader

    rows = reader.CertificateList.load(crl("card_sign", partition=partition))["tbs_cert_list"]["crl_extensions"]  # type: ignore[arg-type]
    return next(bytes(one["extn_value"].contents) for one in rows if one["extn_id"].dotted == "2.5.29.28")


UNKNOWN = Extension("unknown", NULL, True)
ROWS: list[Row] = [
    row("list", "as it is made", "5.1", GOOD),
    row("list", "trailing octet", "5.1", NOTHING, sign(tail=b"\x00")),
    row("version", "absent (v1), extensions there", "5.1.2.1", NOTHING, put("version", b"")),
    row(
        "version",
        "absent (v1), no extensions",
        "5.1.2.1",
        NOTHING,
        put("version", b""),
        put("extensions", b""),
        put("lines", b""),
        why="authorities of RFC 5280 make v2; without a number and a key identifier it could be any",
    ),
    row("version", "v3", "5.1.2.1", NOTHING, put("version", integer(2))),
    row(
        "signature",
        "SHA-384 within, SHA-256 outside",
        "5.1.1.2",
        NOTHING,
        put("algorithm", algorithm("sha384")),
        sign(outer=SHA256),
    ),
    row("signature", "parameters absent", "RFC 4055 5", GOOD, put("algorithm", algorithm("sha256", b""))),
    row("signature", "SHA-384", "RFC 4055 5", GOOD, put("algorithm", algorithm("sha384")), sign(digest="sha384")),
    row("signature", "SHA-512", "RFC 4055 5", GOOD, put("algorithm", algorithm("sha512")), sign(digest="sha512")),
    row(
        "signature",
        "SHA-1",
        "RFC 4055 2.1",
        NOTHING,
        put("algorithm", algorithm("sha1")),
        sign(digest="sha1"),
        why="our own choice, as for certificates",
    ),
    row("signature", "MD5", "RFC 6151 2", NOTHING, put("algorithm", algorithm("md5")), sign(digest="md5")),
    row(
        "signature",
        "RSASSA-PSS",
        "RFC 4055 3",
        NOTHING,
        put("algorithm", PSS),
        sign(digest="pss"),
        why="JPKI's lists are signed PKCS #1 v1.5; another form is not expected of it",
    ),
    row("issuer", "empty", "5.1.2.3", NOTHING, put("issuer", t(SEQ))),
    row("issuer", "of another", "6.3.3 (f)", NOTHING, put("issuer", good_certificate("auth").fields["issuer"])),
    row(
        "issuer",
        "in small letters",
        "7.1",
        NOTHING,
        put("issuer", good_list().fields["issuer"].replace(b"JPKI-EMU", b"jpki-emu")),
        why="the name of an authority is one and the same octets (4.1.2.6)",
    ),
    row("thisUpdate", "in the future", "6.3.3", NOTHING, put("this_update", utc(NOW + DAY))),
    row(
        "thisUpdate",
        "GeneralizedTime before 2050",
        "5.1.2.4",
        GOOD,
        put("this_update", general(NOW)),
        why="the form binds authorities; the instant is clear",
    ),
    row(
        "thisUpdate", "UTCTime with an offset", "4.1.2.5.1", NOTHING, put("this_update", t(0x17, b"250624090005+0900"))
    ),
    row("thisUpdate", "UTCTime without seconds", "4.1.2.5.1", NOTHING, put("this_update", utc(NOW, "%y%m%d%H%MZ"))),
    row("thisUpdate", "absent", "5.1.2.4", NOTHING, put("this_update", b""), put("next_update", b"")),
    row(
        "nextUpdate",
        "absent",
        "5.1.2.5",
        NOTHING,
        put("next_update", b""),
        why="MUST be there; without it nobody knows how old the list may be",
    ),
    row("nextUpdate", "over", "6.3.3", STALE, put("this_update", utc(NOW - 2 * DAY)), put("next_update", utc(NOW))),
    row("nextUpdate", "before thisUpdate", "5.1.2.5", STALE, put("next_update", utc(NOW - DAY))),
    row("nextUpdate", "99991231235959Z", "5.1.2.5", GOOD, put("next_update", t(0x18, b"99991231235959Z"))),
    row(
        "nextUpdate",
        "GeneralizedTime with a fraction",
        "4.1.2.5.2",
        NOTHING,
        put("next_update", t(0x18, b"20250626000000.5Z")),
    ),
    row("revokedCertificates", "absent", "5.1.2.6", GOOD, put("lines", b"")),
    row(
        "revokedCertificates",
        "no line in the SEQUENCE",
        "5.1.2.6",
        GOOD,
        put("lines", t(SEQ)),
        why="MUST be absent then; what it says is clear",
    ),
    row("revokedCertificates", "this certificate", "6.3.3 (i)", "revoked", line(own())),
    row("revokedCertificates", "this certificate, key compromised", "6.3.3 (i)", "revoked", line(own(reason(1)))),
    row("revokedCertificates", "this certificate, on hold", "5.3.1", "on_hold", line(own(reason(6)))),
    row("revokedCertificates", "this certificate, twice", "5.1.2.6", "revoked", line(own(), own())),
    row(
        "revokedCertificates",
        "this certificate, dated in the future",
        "6.3.3 (i)",
        "revoked",
        line(own(date=utc(NOW + DAY))),
        why="who is on the list is revoked, whatever the date",
    ),
    row("revokedCertificates", "this certificate, GeneralizedTime", "5.3", "revoked", line(own(date=general(NOW)))),
    row(
        "revokedCertificates",
        "another one, dated in the future",
        "5.1.2.6",
        GOOD,
        line(other(date=utc(NOW + DAY))),
        why="it is not about this certificate",
    ),
    row("revokedCertificates", "another one, date malformed", "5.1.2.6", NOTHING, line(other(date=t(0x17, b"2506")))),
    row(
        "revokedCertificates", "serial number 0", "4.1.2.2", NOTHING, line(other(serial=0)), why="no certificate has it"
    ),
    row(
        "revokedCertificates",
        "negative serial number",
        "4.1.2.2",
        NOTHING,
        line(other(serial=-3)),
        why="no certificate has it",
    ),
    row(
        "revokedCertificates",
        "serial number of 21 octets",
        "4.1.2.2",
        NOTHING,
        line(other(serial=1 << 166)),
        why="no certificate has it",
    ),
    row(
        "reasonCode",
        "critical",
        "5.3.1",
        NOTHING,
        line(own(reason(1, flag=True))),
        why="MUST not be critical, so the list is not used; refused in either case",
    ),
    row("reasonCode", "of another, critical", "5.3.1", NOTHING, line(other(reason(1, flag=True)))),
    row("reasonCode", "of another: removeFromCRL", "5.3.1", GOOD, line(other(reason(8)))),
    row("reasonCode", "of another: 7", "5.3.1", GOOD, line(other(reason(7)))),
    row("reasonCode", "of another: aACompromise", "5.3.1", GOOD, line(other(reason(10)))),
    row("reasonCode", "of another: 11", "5.3.1", GOOD, line(other(reason(11)))),
    row("reasonCode", "of another: -1", "5.3.1", GOOD, line(other(reason(255)))),
    row(
        "reasonCode",
        "this certificate: removeFromCRL",
        "5.3.1",
        NOTHING,
        line(own(reason(8))),
        why="only a delta list may say so: neither revoked, which would be final, nor good, as 6.3.3 (k) has it",
    ),
    row("reasonCode", "this certificate: 7", "5.3.1", "revoked", line(own(reason(7)))),
    row("reasonCode", "this certificate: privilegeWithdrawn", "5.3.1", "revoked", line(own(reason(9)))),
    row("reasonCode", "this certificate: aACompromise", "5.3.1", "revoked", line(own(reason(10)))),
    row("reasonCode", "this certificate: 11", "5.3.1", "revoked", line(own(reason(11)))),
    row("reasonCode", "of another: no ENUMERATED", "5.3.1", NOTHING, line(other(Extension("reason", NULL)))),
    row("reasonCode", "this certificate: twice", "4.2", NOTHING, line(own(reason(1), reason(6)))),
    row("entry extension", "one that is not known", "5.3", GOOD, line(other(Extension("unknown", NULL)))),
    row(
        "entry extension",
        "critical, not known, of this certificate",
        "5.3",
        NOTHING,
        line(own(UNKNOWN)),
        why="the list must not be used (5.3); refused in either case",
    ),
    row("entry extension", "critical, not known, of another", "5.3", NOTHING, line(other(UNKNOWN))),
    row(
        "entry extension",
        "certificateIssuer",
        "5.3.3",
        NOTHING,
        line(other(Extension("line_issuer", t(SEQ, t(0xA4, good_certificate("auth").fields["issuer"])), True))),
        why="of indirect lists, which JPKI has none of",
    ),
    row("entry extension", "invalidityDate", "5.3.2", GOOD, line(other(Extension("invalidity", general(NOW))))),
    row(
        "entry extension",
        "none in the SEQUENCE",
        "5.1",
        NOTHING,
        line(Line(integer(7), explicit=t(SEQ))),
        why="Extensions are one or more (4.1)",
    ),
    row(
        "crlExtensions",
        "absent",
        "5.2",
        GOOD,
        put("extensions", b""),
        why="MUST hold number and key identifier; the signature tells whose it is, and it is of all towns then",
    ),
    row(
        "crlExtensions",
        "none in the SEQUENCE",
        "5.1",
        NOTHING,
        put("extensions", t(0xA0, t(SEQ))),
        why="Extensions are one or more (4.1)",
    ),
    row("crlExtensions", "one that is not known", "5.2", GOOD, add("unknown", NULL)),
    row("crlExtensions", "one that is not known, critical", "5.2", NOTHING, add("unknown", NULL, True)),
    row(
        "crlExtensions",
        "critical 01",
        "X.690 11.1",
        NOTHING,
        lambda parts: setattr(
            parts.named("scope"), "raw", t(SEQ, bytes.fromhex("0603551d1c"), t(BOOL, b"\x01"), t(OCT, PLACE))
        ),
    ),
    row(
        "authorityKeyIdentifier",
        "absent",
        "5.2.1",
        GOOD,
        drop("authority_key"),
        why="MUST be there; the signature tells the key all the same",
    ),
    row("authorityKeyIdentifier", "critical", "5.2.1", NOTHING, critical("authority_key")),
    row("authorityKeyIdentifier", "of another key", "6.3.3 (f)", NOTHING, value("authority_key", aki(OTHER_KEY))),
    row("authorityKeyIdentifier", "of this key, twice", "4.2", NOTHING, add("authority_key", aki(OWN_KEY))),
    row("authorityKeyIdentifier", "no SEQUENCE", "5.2.1", NOTHING, value("authority_key", NULL)),
    row("cRLNumber", "absent", "5.2.3", GOOD, drop("list_number"), why="MUST be there; nothing is decided by it"),
    row("cRLNumber", "critical", "5.2.3", NOTHING, critical("list_number")),
    row("cRLNumber", "no INTEGER", "5.2.3", NOTHING, value("list_number", NULL)),
    row(
        "cRLNumber",
        "21 octets",
        "5.2.3",
        GOOD,
        value("list_number", integer(1 << 166)),
        why="bound of authorities; nothing is decided by it",
    ),
    row("cRLNumber", "twice", "4.2", NOTHING, twice("list_number")),
    row(
        "issuingDistributionPoint",
        "absent",
        "5.2.5",
        GOOD,
        drop("scope"),
        why="then it is of all that the authority certified",
    ),
    row(
        "issuingDistributionPoint",
        "not critical",
        "5.2.5",
        GOOD,
        critical("scope", False),
        why="MUST be critical; it is honoured",
    ),
    row("issuingDistributionPoint", "another town", "6.3.3 (b)(2)(i)", NOTHING, value("scope", town(ELSEWHERE))),
    row(
        "issuingDistributionPoint",
        "another town, this certificate on it",
        "6.3.3 (b)(2)(i)",
        NOTHING,
        value("scope", town(ELSEWHERE)),
        line(own()),
    ),
    row("issuingDistributionPoint", "users, no place", "5.2.5", GOOD, value("scope", t(SEQ, ONLY_USERS))),
    row(
        "issuingDistributionPoint",
        "authorities only",
        "6.3.3 (b)(2)(iii)",
        NOTHING,
        value("scope", t(SEQ, t(0x82, b"\xff"))),
    ),
    row(
        "issuingDistributionPoint",
        "users and authorities only",
        "5.2.5",
        NOTHING,
        value("scope", t(SEQ, ONLY_USERS, t(0x82, b"\xff"))),
    ),
    row(
        "issuingDistributionPoint",
        "attribute certificates only",
        "6.3.3 (b)(2)(iv)",
        NOTHING,
        value("scope", t(SEQ, t(0x85, b"\xff"))),
    ),
    row(
        "issuingDistributionPoint",
        "indirect",
        "6.3.3 (b)(1)",
        NOTHING,
        value("scope", t(SEQ, t(0x84, b"\xff"))),
        why="JPKI has no indirect lists; whose line it is would be open",
    ),
    row(
        "issuingDistributionPoint",
        "some reasons only",
        "6.3.3 (d)",
        NOTHING,
        value("scope", t(SEQ, t(0x83, bytes.fromhex("0640")))),
    ),
    row(
        "issuingDistributionPoint",
        "a URI instead of the town",
        "6.3.3 (b)(2)(i)",
        NOTHING,
        value("scope", t(SEQ, t(0xA0, t(0xA0, t(0x86, b"http://a.invalid/"))))),
    ),
    row(
        "issuingDistributionPoint",
        "empty",
        "5.2.5",
        GOOD,
        value("scope", t(SEQ)),
        why="MUST not be empty; it restricts nothing",
    ),
    row("issuingDistributionPoint", "no SEQUENCE", "5.2.5", NOTHING, value("scope", NULL)),
    row("deltaCRLIndicator", "critical", "5.2.4", NOTHING, add("delta", integer(1), True)),
    row("deltaCRLIndicator", "not critical", "5.2.4", NOTHING, add("delta", integer(1))),
    row(
        "freshestCRL",
        "there",
        "5.2.6",
        GOOD,
        add("freshest_list", t(SEQ, t(SEQ, t(0xA0, t(0xA0, t(0x86, b"http://a.invalid/")))))),
        why="no delta is asked for: 6.3.3 (c) lets us",
    ),
    row(
        "authorityInfoAccess",
        "there",
        "5.2.7",
        GOOD,
        add("information_access", t(SEQ, t(SEQ, bytes.fromhex("06082b06010505073002"), t(0x86, b"http://a.invalid/")))),
    ),
    row("signatureAlgorithm", "SHA-384 outside, SHA-256 within", "5.1.1.2", NOTHING, sign(outer=algorithm("sha384"))),
    row("signatureValue", "one bit changed", "6.3.3 (g)", NOTHING, sign(flipped=True)),
    row("signatureValue", "of another generation", "6.3.3 (g)", NOTHING, sign(key=authority("sign", 1).key)),
    row("signatureValue", "of the other authority", "6.3.3 (g)", NOTHING, sign(key=authority("auth").key)),
    row("signatureValue", "of the responder", "6.3.3 (f)", NOTHING, sign(key=authority("sign").responder_key)),
    row("signatureValue", "one unused bit", "5.1.1.3", NOTHING, sign(padded=b"\x01")),
]
