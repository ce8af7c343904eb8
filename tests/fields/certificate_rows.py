"""Certificates: one field changed. RFC 5280 4.1, 4.2 and 6.1."""

from __future__ import annotations

from datetime import timedelta

from authorities import NOW, authority
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fields.changes import Change, Row, add, critical, drop, put, raw, row, sign, twice, value
from fields.parts import (
    BIT,
    BOOL,
    INT,
    NULL,
    OCT,
    OIDS,
    PRINTABLE,
    PSS,
    SEQ,
    SET,
    SHA256,
    UTF8,
    Extension,
    algorithm,
    general,
    good_certificate,
    integer,
    key_identifier,
    oid,
    t,
    utc,
)  # fmt: skip

GOOD = good_certificate()
MALFORMED, UNTRUSTED, USAGE = "malformed_certificate", "untrusted", "wrong_usage"
YEAR = timedelta(days=365)


def rdn(kind: str, text: str, tag: int = UTF8) -> bytes:
    return t(SEQ, oid(kind), t(tag, text.encode()))


CN, OU, C = "2.5.4.3", "2.5.4.11", "2.5.4.6"


def name(*rows: bytes) -> bytes:
    return t(SEQ, *(t(SET, one) for one in rows))


def rsa_numbers(bits: int, exponent: int = 65537, last: int = 1) -> bytes:
    """An RSA key of a size whose private half nobody has."""
    modulus = (1 << bits - 1) | int.from_bytes(bytes(range(8, 108)), "big") << 8 | last
    key = t(SEQ, integer(modulus), integer(exponent))
    return t(SEQ, t(SEQ, oid("1.2.840.113549.1.1.1"), NULL), t(BIT, b"\x00", key))


def ec_key() -> bytes:
    key = ec.derive_private_key(7, ec.SECP256R1()).public_key()
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def policies(*dotted: str) -> bytes:
    return t(SEQ, *(t(SEQ, oid(one)) for one in dotted))


def purposes(*numbers: str) -> bytes:
    known = {"server": "1", "client": "2", "code": "3", "email": "4", "ocsp": "9", "document": "36"}
    return t(SEQ, *(oid("2.5.29.37.0") if one == "any" else oid(f"1.3.6.1.5.5.7.3.{known[one]}") for one in numbers))


def aki(key: bytes, *more: bytes) -> bytes:
    return t(SEQ, t(0x80, key), *more)


def add_many(count: int) -> Change:
    """So many extensions that nobody knows."""
    rows = [Extension("unknown", b"", raw=t(SEQ, oid(f"2.999.78.{n}"), t(OCT, NULL))) for n in range(count)]
    return lambda parts: parts.extensions.extend(rows)


OWN = "2.999.5.1.1.20"
OWN_KEY = key_identifier(authority("sign").certificate)
OTHER_KEY = key_identifier(authority("auth").certificate)
ISSUER = t(0xA1, t(0xA4, GOOD.fields["issuer"]))
ISSUER_SERIAL = t(0x82, (109_000_000).to_bytes(4, "big"))
AIA = t(SEQ, t(SEQ, oid("1.3.6.1.5.5.7.48.1"), t(0x86, b"http://ocsp.jpki-emu.invalid/sign")))
USAGE_BITS = "key_usage"
AUTH = {"usage": "auth"}

FIELDS: list[Row] = [
    row("certificate", "as it is issued, without EKU and AIA", "4.1", "accepted"),
    row("certificate", "trailing octet", "4.1", MALFORMED, sign(tail=b"\x00")),
    row("version", "absent (v1), extensions there", "4.1.2.1", UNTRUSTED, put("version", b"")),
    row(
        "version", "v1 written out, extensions there", "4.1.2.1", MALFORMED, put("version", bytes.fromhex("a003020100"))
    ),
    row("version", "v2, extensions there", "4.1.2.1", MALFORMED, put("version", bytes.fromhex("a003020101"))),
    row("version", "v1, no extensions", "4.1.2.1", UNTRUSTED, put("version", b""), put("extensions", b"")),
    row("version", "v4", "4.1.2.1", MALFORMED, put("version", bytes.fromhex("a003020103"))),
    row("version", "INTEGER of two octets", "4.1.2.1", MALFORMED, put("version", bytes.fromhex("a00402020002"))),
    row(
        "serialNumber", "0", "4.1.2.2", MALFORMED, put("serial", integer(0)), why="MUST be positive; none of ours is 0"
    ),
    row("serialNumber", "negative", "4.1.2.2", MALFORMED, put("serial", integer(-5))),
    row("serialNumber", "20 octets", "4.1.2.2", "accepted", put("serial", integer(1 << 158))),
    row("serialNumber", "21 octets", "4.1.2.2", "accepted", put("serial", integer(1 << 166))),
    row(
        "serialNumber",
        "1,000 octets",
        "4.1.2.2",
        UNTRUSTED,
        put("serial", integer(1 << 7999)),
        why="MUST not be longer than 20 octets; the library draws the line at 21",
    ),
    row("serialNumber", "not in its shortest form", "X.690 8.3.2", MALFORMED, put("serial", t(INT, b"\x00\x06\x7f"))),
    row("serialNumber", "absent", "4.1.2.2", MALFORMED, put("serial", b"")),
    row(
        "signature",
        "SHA-384 within, SHA-256 outside",
        "4.1.1.2",
        UNTRUSTED,
        put("algorithm", algorithm("sha384")),
        sign(outer=SHA256),
    ),
    row(
        "signature",
        "parameters absent",
        "RFC 4055 5",
        UNTRUSTED,
        put("algorithm", algorithm("sha256", b"")),
        why="RFC 4055 would have it taken; the library takes NULL alone, which our authorities write",
    ),
    row(
        "signature",
        "parameters an OCTET STRING",
        "RFC 4055 5",
        MALFORMED,
        put("algorithm", algorithm("sha256", t(OCT, b""))),
    ),
    row("signature", "SHA-384", "RFC 4055 5", "accepted", put("algorithm", algorithm("sha384")), sign(digest="sha384")),
    row("signature", "SHA-512", "RFC 4055 5", "accepted", put("algorithm", algorithm("sha512")), sign(digest="sha512")),
    row(
        "signature",
        "SHA-1",
        "RFC 4055 2.1",
        UNTRUSTED,
        put("algorithm", algorithm("sha1")),
        sign(digest="sha1"),
        why="our own choice: nobody has signed people's certificates with SHA-1 for years",
    ),
    row("signature", "MD5", "RFC 6151 2", UNTRUSTED, put("algorithm", algorithm("md5")), sign(digest="md5")),
    row("signature", "RSASSA-PSS", "RFC 4055 3", "accepted", put("algorithm", PSS), sign(digest="pss")),
    row("issuer", "empty", "4.1.2.4", UNTRUSTED, put("issuer", t(SEQ))),
    row("issuer", "of another", "6.1.3 (a)(4)", UNTRUSTED, put("issuer", good_certificate("auth").fields["issuer"])),
    row(
        "issuer",
        "in small letters",
        "7.1",
        UNTRUSTED,
        put("issuer", GOOD.fields["issuer"].replace(b"JPKI-EMU", b"jpki-emu")),
        why="an authority writes its name in one way (4.1.2.6); octets are compared, as 7.1 lets us",
    ),
    row("validity", "begins in the future", "4.1.2.5", "not_yet_valid", put("not_before", utc(NOW + YEAR))),
    row("validity", "over", "4.1.2.5", "expired", put("not_before", utc(NOW - YEAR)), put("not_after", utc(NOW))),
    row(
        "validity",
        "ends before it begins",
        "4.1.2.5",
        UNTRUSTED,
        put("not_before", utc(NOW + 2 * YEAR)),
        put("not_after", utc(NOW + YEAR)),
    ),
    row("validity", "ends 99991231235959Z", "4.1.2.5", "accepted", put("not_after", t(0x18, b"99991231235959Z"))),
    row("validity", "ends 20600101000000Z", "4.1.2.5", "accepted", put("not_after", t(0x18, b"20600101000000Z"))),
    row(
        "validity",
        "GeneralizedTime before 2050",
        "4.1.2.5",
        UNTRUSTED,
        put("not_after", general(NOW + YEAR)),
        why="MUST be UTCTime until 2049",
    ),
    row(
        "validity",
        "UTCTime of 1950",
        "4.1.2.5.1",
        UNTRUSTED,
        put("not_before", t(0x17, b"500101000000Z")),
        put("not_after", t(0x17, b"500102000000Z")),
    ),
    row("validity", "UTCTime without seconds", "4.1.2.5.1", MALFORMED, put("not_before", utc(NOW, "%y%m%d%H%MZ"))),
    row("validity", "UTCTime with an offset", "4.1.2.5.1", MALFORMED, put("not_before", t(0x17, b"250624090005+0900"))),
    row(
        "validity",
        "GeneralizedTime with a fraction",
        "4.1.2.5.2",
        MALFORMED,
        put("not_after", t(0x18, b"20600101000000.5Z")),
    ),
    row("validity", "30 February", "4.1.2.5", MALFORMED, put("not_before", t(0x17, b"250230000000Z"))),
    row("validity", "absent", "4.1.2.5", MALFORMED, put("not_before", b""), put("not_after", b"")),
    row("subject", "empty, subjectAltName not critical", "4.1.2.6", UNTRUSTED, put("subject", t(SEQ))),
    row(
        "subject",
        "empty, subjectAltName critical",
        "4.2.1.6",
        "accepted",
        put("subject", t(SEQ)),
        critical("subject_alternative_name"),
        why="Go knows no otherName, so it cannot process the extension; we do",
    ),
    row(
        "subject", "500 RDNs", "4.1.2.6", "accepted", put("subject", name(*(rdn(OU, f"unit {n}") for n in range(500))))
    ),
    row(
        "subject",
        "two attributes in one RDN",
        "4.1.2.4",
        "accepted",
        put("subject", t(SEQ, t(SET, rdn(CN, "a"), rdn(OU, "b")))),
    ),
    row(
        "subject",
        "a SET in another order than DER's",
        "X.690 11.6",
        MALFORMED,
        put("subject", t(SEQ, t(SET, rdn(OU, "b"), rdn(CN, "a")))),
        why="not DER, and what is signed must be",
    ),
    row(
        "subject",
        "UTF8String that is none",
        "4.1.2.4",
        MALFORMED,
        put("subject", t(SEQ, t(SET, t(SEQ, oid(CN), t(UTF8, b"\xff\xfe"))))),
    ),
    row(
        "subject",
        "common name of 100 characters",
        "A.1",
        MALFORMED,
        put("subject", name(rdn(CN, "x" * 100))),
        why="the bound is part of the ASN.1 (A.1)",
    ),
    row(
        "subject",
        "country of three letters",
        "A.1",
        MALFORMED,
        put("subject", name(rdn(C, "JPN", PRINTABLE))),
        why="X520countryName has two; cryptography warns of it, and a certificate of ours never has it",
    ),
    row("subject", "absent", "4.1.2.6", MALFORMED, put("subject", b"")),
    row(
        "subjectPublicKey",
        "RSA of 1024 bits",
        "4.1.2.7",
        UNTRUSTED,
        put("key", rsa_numbers(1024)),
        why="too short for years; the practice rules name 2048",
    ),
    row("subjectPublicKey", "RSA with exponent 1", "4.1.2.7", UNTRUSTED, put("key", rsa_numbers(2048, 1))),
    row(
        "subjectPublicKey",
        "RSA with an even modulus",
        "4.1.2.7",
        UNTRUSTED,
        put("key", rsa_numbers(2048, last=2)),
        why="no RSA key: nothing can be verified with it",
    ),
    row(
        "subjectPublicKey",
        "EC, P-256",
        "4.1.2.7",
        "accepted",
        put("key", ec_key()),
        why="the path is good; that signatures here are RSA is the service's check",
    ),
    row(
        "subjectPublicKey",
        "of an algorithm that is not known",
        "4.1.2.7",
        UNTRUSTED,
        put("key", t(SEQ, t(SEQ, oid("2.999.1")), t(BIT, b"\x00\x01"))),
    ),
    row("subjectPublicKey", "absent", "4.1.2.7", MALFORMED, put("key", b"")),
    row("issuerUniqueID", "there", "4.1.2.8", "accepted", put("unique", t(0x81, b"\x00\x01"))),
    row("extensions", "absent", "4.2", UNTRUSTED, put("extensions", b"")),
    row("extensions", "none in the SEQUENCE", "4.1", UNTRUSTED, put("extensions", t(0xA3, t(SEQ)))),
    row("extensions", "one that is not known", "4.2", "accepted", add("unknown", NULL)),
    row("extensions", "one that is not known, critical", "4.2", UNTRUSTED, add("unknown", NULL, True)),
    row(
        "extensions",
        "critical FALSE written out",
        "X.690 11.5",
        MALFORMED,
        raw("subject_key", t(SEQ, oid(OIDS["subject_key"]), t(BOOL, b"\x00"), t(OCT, GOOD.named("subject_key").value))),
        why="a default must be left out in DER; a signed certificate has one form only",
    ),
    row(
        "extensions",
        "critical 01",
        "X.690 11.1",
        MALFORMED,
        raw("key_usage", t(SEQ, oid(OIDS["key_usage"]), t(BOOL, b"\x01"), t(OCT, GOOD.named("key_usage").value))),
    ),
    row(
        "extensions",
        "value no OCTET STRING",
        "4.1",
        MALFORMED,
        raw("key_usage", t(SEQ, oid(OIDS["key_usage"]), GOOD.named("key_usage").value)),
    ),
    row(
        "extensions",
        "10,000 that are not known",
        "4.2",
        MALFORMED,
        add_many(10_000),
        why="beyond 65,536 octets: a verdict must come in bounded time",
    ),
    row("signatureAlgorithm", "SHA-384 outside, SHA-256 within", "4.1.1.2", UNTRUSTED, sign(outer=algorithm("sha384"))),
    row("signatureValue", "one bit changed", "6.1.3 (a)(1)", UNTRUSTED, sign(flipped=True)),
    row("signatureValue", "of another generation", "6.1.3 (a)(1)", UNTRUSTED, sign(key=authority("sign", 1).key)),
    row("signatureValue", "of the other authority", "6.1.3 (a)(1)", UNTRUSTED, sign(key=authority("auth").key)),
    row("signatureValue", "one unused bit", "4.1.1.3", MALFORMED, sign(padded=b"\x01")),
]


EXTENSIONS: list[Row] = [
    row(
        "keyUsage",
        "absent",
        "4.2.1.3",
        USAGE,
        drop("key_usage"),
        why="RFC 5280 lets it be; JPKI tells its two kinds apart by it",
    ),
    row(
        "keyUsage",
        "not critical",
        "4.2.1.3",
        "accepted",
        critical("key_usage", False),
        why="SHOULD be critical; it is honoured all the same",
    ),
    row(
        "keyUsage",
        "without nonRepudiation",
        "4.2.1.3",
        USAGE,
        value("key_usage", bytes.fromhex("03020780")),
        why="a signing certificate has both bits; the judges are not asked for a usage",
    ),
    row("keyUsage", "with keyCertSign", "4.2.1.3", USAGE, value("key_usage", bytes.fromhex("030202c4"))),
    row("keyUsage", "no bit", "4.2.1.3", USAGE, value("key_usage", bytes.fromhex("030100"))),
    row("keyUsage", "zero bits at the end", "X.690 11.2.2", "accepted", value("key_usage", bytes.fromhex("030200c0"))),
    row("keyUsage", "no BIT STRING", "4.2.1.3", MALFORMED, value("key_usage", NULL)),
    row("keyUsage", "twice", "4.2", MALFORMED, twice("key_usage")),
    row(
        "extKeyUsage (sign)",
        "documentSigning",
        "RFC 9336 3.1",
        "accepted",
        add("extended_key_usage", purposes("document")),
    ),
    row(
        "extKeyUsage (sign)", "anyExtendedKeyUsage", "4.2.1.12", "accepted", add("extended_key_usage", purposes("any"))
    ),
    row(
        "extKeyUsage (sign)",
        "emailProtection",
        "4.2.1.12",
        USAGE,
        add("extended_key_usage", purposes("email")),
        why="a document is no mail; the judges are not asked for a purpose",
    ),
    *[
        row(
            "extKeyUsage (sign)",
            f"{word}, critical",
            "4.2.1.12",
            USAGE,
            add("extended_key_usage", purposes(one), True),
            why="only for the purposes named; the judges are not asked for a purpose",
        )
        for one, word in (("server", "serverAuth"), ("code", "codeSigning"), ("ocsp", "OCSPSigning"))
    ],
    row("extKeyUsage (auth)", "absent", "4.2.1.12", "accepted", **AUTH),
    row(
        "extKeyUsage (auth)",
        "clientAuth",
        "4.2.1.12",
        "accepted",
        add("extended_key_usage", purposes("client")),
        **AUTH,
    ),
    row(
        "extKeyUsage (auth)",
        "clientAuth, critical",
        "4.2.1.12",
        "accepted",
        add("extended_key_usage", purposes("client"), True),
        **AUTH,
    ),
    row(
        "extKeyUsage (auth)",
        "serverAuth and clientAuth",
        "4.2.1.12",
        "accepted",
        add("extended_key_usage", purposes("server", "client")),
        **AUTH,
    ),
    row(
        "extKeyUsage (auth)",
        "anyExtendedKeyUsage",
        "4.2.1.12",
        "accepted",
        add("extended_key_usage", purposes("any")),
        why="the authority restricts nothing; refusing is a MAY",
        **AUTH,
    ),
    row("extKeyUsage (auth)", "serverAuth", "4.2.1.12", USAGE, add("extended_key_usage", purposes("server")), **AUTH),
    *[
        row(
            "extKeyUsage (auth)",
            f"{word}, critical",
            "4.2.1.12",
            USAGE,
            add("extended_key_usage", purposes(one), True),
            **AUTH,
        )
        for one, word in (("server", "serverAuth"), ("code", "codeSigning"), ("ocsp", "OCSPSigning"))
    ],
    row("extKeyUsage (auth)", "no purpose", "4.2.1.12", MALFORMED, add("extended_key_usage", t(SEQ)), **AUTH),
    row("extKeyUsage (auth)", "no SEQUENCE", "4.2.1.12", MALFORMED, add("extended_key_usage", NULL), **AUTH),
    row("certificatePolicies", "absent", "6.1.5 (g)", USAGE, drop("policies")),
    row("certificatePolicies", "not critical", "4.2.1.4", "accepted", critical("policies", False)),
    row("certificatePolicies", "another", "6.1.5 (g)", USAGE, value("policies", policies("2.999.5.1.3.30"))),
    row(
        "certificatePolicies",
        "another, and the right one",
        "6.1.5 (g)",
        "accepted",
        value("policies", policies("2.999.5.1.3.30", OWN)),
    ),
    row(
        "certificatePolicies",
        "anyPolicy",
        "6.1.3 (d)(2)",
        "accepted",
        value("policies", policies("2.5.29.32.0")),
        why="nothing inhibits it",
    ),
    row("certificatePolicies", "the same twice", "4.2.1.4", USAGE, value("policies", policies(OWN, OWN))),
    row("certificatePolicies", "none in the SEQUENCE", "4.2.1.4", USAGE, value("policies", t(SEQ))),
    row(
        "certificatePolicies",
        "a qualifier that is not known",
        "4.2.1.4",
        MALFORMED,
        value("policies", t(SEQ, t(SEQ, oid(OWN), t(SEQ, t(SEQ, oid("2.999.3"), NULL))))),
        why="critical, so it must be understood (4.2.1.4)",
    ),
    row("certificatePolicies", "no SEQUENCE", "4.2.1.4", MALFORMED, value("policies", NULL)),
    row(
        "certificatePolicies",
        "4,000, the right one last",
        "4.2.1.4",
        "accepted",
        value("policies", policies(*(f"2.999.9.{n}" for n in range(4_000)), OWN)),
        why="OpenSSL 3.0 gives up (malloc failure); the policy is there",
    ),
    row("basicConstraints", "cA FALSE", "4.2.1.9", "accepted", add("basic_constraints", t(SEQ))),
    row("basicConstraints", "cA FALSE, critical", "4.2.1.9", "accepted", add("basic_constraints", t(SEQ), True)),
    row(
        "basicConstraints",
        "cA TRUE",
        "4.2.1.9",
        USAGE,
        add("basic_constraints", t(SEQ, t(BOOL, b"\xff")), True),
        why="an authority is no person",
    ),
    row(
        "basicConstraints",
        "pathLenConstraint without cA",
        "4.2.1.9",
        MALFORMED,
        add("basic_constraints", t(SEQ, integer(0)), True),
    ),
    row("basicConstraints", "no SEQUENCE", "4.2.1.9", MALFORMED, add("basic_constraints", NULL)),
    row("subjectAltName", "absent", "4.2.1.6", "accepted", drop("subject_alternative_name")),
    row(
        "subjectAltName",
        "critical",
        "4.2.1.6",
        "accepted",
        critical("subject_alternative_name"),
        why="Go knows no otherName; it is honoured here",
    ),
    row("subjectAltName", "no name in it", "4.2.1.6", UNTRUSTED, value("subject_alternative_name", t(SEQ))),
    row("subjectAltName", "no SEQUENCE", "4.2.1.6", MALFORMED, value("subject_alternative_name", NULL)),
    row("issuerAltName", "absent", "4.2.1.7", "accepted", drop("issuer_alternative_name")),
    row("issuerAltName", "critical", "4.2.1.7", UNTRUSTED, critical("issuer_alternative_name")),
    row(
        "issuerAltName",
        "no SEQUENCE",
        "4.2.1.7",
        MALFORMED,
        value("issuer_alternative_name", NULL),
        why="what is known to the profile is read, and must be readable",
    ),
    row("cRLDistributionPoints", "absent", "4.2.1.13", "accepted", drop("distribution_points")),
    row(
        "cRLDistributionPoints",
        "critical",
        "4.2.1.13",
        "accepted",
        critical("distribution_points"),
        why="SHOULD not be critical, and we process it",
    ),
    row("cRLDistributionPoints", "no SEQUENCE", "4.2.1.13", MALFORMED, value("distribution_points", NULL)),
    row("authorityKeyIdentifier", "absent", "4.2.1.1", UNTRUSTED, drop("authority_key")),
    row("authorityKeyIdentifier", "critical", "4.2.1.1", UNTRUSTED, critical("authority_key")),
    row("authorityKeyIdentifier", "no keyIdentifier in it", "4.2.1.1", UNTRUSTED, value("authority_key", t(SEQ))),
    row("authorityKeyIdentifier", "of another key", "4.2.1.1", UNTRUSTED, value("authority_key", aki(OTHER_KEY))),
    row(
        "authorityKeyIdentifier",
        "with issuer and serial number",
        "4.2.1.1",
        "accepted",
        value("authority_key", aki(OWN_KEY, ISSUER, ISSUER_SERIAL)),
    ),
    row(
        "authorityKeyIdentifier",
        "with another serial number",
        "4.2.1.1",
        UNTRUSTED,
        value("authority_key", aki(OWN_KEY, ISSUER, t(0x82, b"\x07"))),
    ),
    row(
        "authorityKeyIdentifier",
        "with another issuer",
        "4.2.1.1",
        UNTRUSTED,
        value("authority_key", aki(OWN_KEY, t(0xA1, t(0xA4, name(rdn(CN, "other")))), ISSUER_SERIAL)),
    ),
    row(
        "authorityKeyIdentifier",
        "issuer without serial number",
        "4.2.1.1",
        MALFORMED,
        value("authority_key", aki(OWN_KEY, ISSUER)),
        why="both or neither (4.2.1.1)",
    ),
    row("authorityKeyIdentifier", "no SEQUENCE", "4.2.1.1", MALFORMED, value("authority_key", NULL)),
    row("authorityKeyIdentifier", "twice", "4.2", MALFORMED, twice("authority_key")),
    row(
        "subjectKeyIdentifier",
        "absent",
        "4.2.1.2",
        "accepted",
        drop("subject_key"),
        why="SHOULD be there in people's certificates",
    ),
    row("subjectKeyIdentifier", "critical", "4.2.1.2", UNTRUSTED, critical("subject_key")),
    row(
        "subjectKeyIdentifier",
        "of another key",
        "4.2.1.2",
        "accepted",
        value("subject_key", t(OCT, OTHER_KEY)),
        why="how it is made is free",
    ),
    row("subjectKeyIdentifier", "no OCTET STRING", "4.2.1.2", MALFORMED, value("subject_key", NULL)),
    row("authorityInfoAccess", "there", "4.2.2.1", "accepted", add("information_access", AIA)),
    row("authorityInfoAccess", "critical", "4.2.2.1", UNTRUSTED, add("information_access", AIA, True)),
    row("authorityInfoAccess", "no SEQUENCE", "4.2.2.1", MALFORMED, add("information_access", NULL)),
    row("subjectInfoAccess", "critical", "4.2.2.2", UNTRUSTED, add("subject_information_access", AIA, True)),
    row(
        "nameConstraints",
        "critical",
        "4.2.1.10",
        UNTRUSTED,
        add("name_constraints", t(SEQ, t(0xA0, t(SEQ, t(0x82, b"example.invalid")))), True),
        why="MUST be in authorities' certificates only",
    ),
    row(
        "policyConstraints",
        "critical",
        "4.2.1.11",
        UNTRUSTED,
        add("policy_constraints", t(SEQ, t(0x80, b"\x00")), True),
        why="only for authorities' certificates",
    ),
    row(
        "policyMappings",
        "critical",
        "4.2.1.5",
        UNTRUSTED,
        add("policy_mappings", t(SEQ, t(SEQ, oid(OWN), oid("2.999.4"))), True),
        why="only for authorities' certificates",
    ),
    row(
        "inhibitAnyPolicy",
        "critical",
        "4.2.1.14",
        UNTRUSTED,
        add("inhibit_any_policy", integer(0), True),
        why="only for authorities' certificates",
    ),
    row(
        "freshestCRL",
        "there",
        "4.2.1.15",
        "accepted",
        add("freshest_list", t(SEQ, t(SEQ, t(0xA0, t(0xA0, t(0x86, b"http://a.invalid/")))))),
    ),
    row(
        "freshestCRL",
        "critical",
        "4.2.1.15",
        UNTRUSTED,
        add("freshest_list", t(SEQ, t(SEQ, t(0xA0, t(0xA0, t(0x86, b"http://a.invalid/"))))), True),
    ),
    row("qcStatements", "there", "RFC 3739 3.2.6", "accepted", add("qualified", t(SEQ, t(SEQ, oid("0.4.0.1862.1.1"))))),
    row("precertificate poison", "critical", "RFC 6962 3.1", UNTRUSTED, add("poison", NULL, True)),
]
ROWS = FIELDS + EXTENSIONS
