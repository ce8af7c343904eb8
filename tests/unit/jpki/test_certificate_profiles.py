"""The four kinds of certificate, decoded by asn1crypto, which took no part in building them."""

from __future__ import annotations

from typing import Any

import pytest
from asn1crypto import x509
from authorities import HERE, HOLDER, NOW, PARAMETERS, REAL_ARC, authority, certificate, serial_of

from myna_lab import jpki
from myna_lab.durations import at
from myna_lab.keys import rsa_key
from myna_lab.parameters import Parameters

KINDS = list(jpki.KINDS)
SIGN = ["card_sign", "phone_sign"]
AUTH = ["card_auth", "phone_auth"]
UNIT = {"sign": "JPKI for digital signature", "auth": "JPKI for user authentication"}
JAPANESE_UNIT = {"sign": "公的個人認証サービス署名用", "auth": "公的個人認証サービス利用者証明用"}

SHARED = [
    ("certificate_policies", True),
    ("issuer_alt_name", False),
    ("crl_distribution_points", False),
    ("authority_key_identifier", False),
    ("key_identifier", False),
]
EXTENSIONS = {
    "sign": [("key_usage", True), ("subject_alt_name", False), *SHARED],
    "auth": [("key_usage", True), *SHARED],
}
POLICY = {"card_sign": "1.20", "card_auth": "3.30", "phone_sign": "1.40", "phone_auth": "3.50"}


def decode(der: bytes) -> Any:
    return x509.Certificate.load(der, strict=True)


def attributes(name: Any) -> list[tuple[str, str, str]]:
    """(type, string type, value) of each RDN; each holds one attribute."""
    assert all(len(rdn) == 1 for rdn in name.chosen)
    return [
        (rdn[0]["type"].native, type(rdn[0]["value"].chosen).__name__, rdn[0]["value"].native) for rdn in name.chosen
    ]


def extension(certificate_: Any, name: str) -> Any:
    return next(
        e["extn_value"].parsed for e in certificate_["tbs_certificate"]["extensions"] if e["extn_id"].native == name
    )


@pytest.mark.parametrize("kind", KINDS)
def test_extensions_stand_in_the_order_of_the_profile(kind: str) -> None:
    """Order and criticality of the extensions are those of the fact sheet, and nothing else is there."""
    found = [
        (e["extn_id"].native, e["critical"].native) for e in decode(certificate(kind))["tbs_certificate"]["extensions"]
    ]
    assert found == EXTENSIONS[jpki.authority_of(kind)]


@pytest.mark.parametrize("kind", KINDS)
def test_head_of_the_certificate(kind: str) -> None:
    """Version, serial number, algorithm with NULL, key and dates are as asked, in the encoding of RFC 5280 4.1."""
    whole = decode(certificate(kind))
    body = whole["tbs_certificate"]
    assert body["version"].native == "v3"
    assert body["serial_number"].native == serial_of(kind)
    for algorithm in (body["signature"], whole["signature_algorithm"]):
        assert algorithm.dump() == bytes.fromhex("300d06092a864886f70d01010b0500")
    public = whole.public_key
    assert (public.algorithm, public.bit_size, public["public_key"].parsed["public_exponent"].native) == (
        "rsa",
        2048,
        65537,
    )
    assert (
        public["public_key"].parsed["modulus"].native == rsa_key(20 + KINDS.index(kind)).public_key().public_numbers().n
    )
    assert body["validity"]["not_before"].chosen.contents == b"250624000005Z"
    assert body["validity"]["not_after"].chosen.contents == b"300217145959Z"


@pytest.mark.parametrize("kind", KINDS)
def test_names(kind: str) -> None:
    """Issuer and subject have one attribute per RDN in order; C is a PrintableString, the rest UTF8String."""
    whole, side = decode(certificate(kind)), jpki.authority_of(kind)
    assert attributes(whole.issuer) == [
        ("country_name", "PrintableString", "JP"),
        ("organization_name", "UTF8String", "JPKI-EMU"),
        ("organizational_unit_name", "UTF8String", UNIT[side]),
        (
            "organizational_unit_name",
            "UTF8String",
            "Japan Agency for Local Authority Information Systems (TEST)",
        ),
    ]
    town = [("locality_name", "UTF8String", "Hinode-ken"), ("locality_name", "UTF8String", "Aoba-shi")]
    assert attributes(whole.subject) == [
        ("country_name", "PrintableString", "JP"),
        *(town if side == "sign" else []),
        ("common_name", "UTF8String", "202506240900050000799201001A"),
    ]


@pytest.mark.parametrize(("kind", "bits"), [*((k, "030206c0") for k in SIGN), *((k, "03020780") for k in AUTH)])
def test_key_usage_octets(kind: str, bits: str) -> None:
    """Signing certificates have digitalSignature and nonRepudiation, the others digitalSignature only."""
    assert extension(decode(certificate(kind)), "key_usage").dump().hex() == bits


@pytest.mark.parametrize("kind", KINDS)
def test_policy_has_one_identifier_and_one_qualifier(kind: str) -> None:
    """The policy is the kind's own below the arc, with one CPS address on a host that cannot exist."""
    for parameters, arc in ((PARAMETERS, "2.999.5.1"), (REAL_ARC, "1.2.392.200149.8.5.1")):
        (policy,) = extension(decode(certificate(kind, parameters=parameters)), "certificate_policies")
        (qualifier,) = policy["policy_qualifiers"]
        assert policy["policy_identifier"].dotted == f"{arc}.{POLICY[kind]}"
        assert qualifier["policy_qualifier_id"].native == "certification_practice_statement"
        assert qualifier["qualifier"].native == "http://www.jpki-emu.invalid/cps.html"


@pytest.mark.parametrize("kind", KINDS)
def test_distribution_point_names_the_town(kind: str) -> None:
    """CRLDistributionPoints holds one directoryName: the authority, the prefecture, the town's list."""
    (point,) = extension(decode(certificate(kind)), "crl_distribution_points")
    (name,) = point["distribution_point"].chosen
    assert [value for _, _, value in attributes(name.chosen)] == [
        "JP",
        "JPKI-EMU",
        UNIT[jpki.authority_of(kind)],
        "CRL Distribution Points",
        "Hinode-ken",
        "Aoba-shi Mobile CRLDP" if kind.startswith("phone_") else "Aoba-shi CRLDP",
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_issuer_is_named_in_japanese_and_by_key(kind: str) -> None:
    """The issuerAltName is the authority's subjectAltName; both key identifiers are SHA-1, and AKI holds no more."""
    whole, issuer = decode(certificate(kind)), decode(authority(jpki.authority_of(kind)).certificate)
    names = extension(whole, "issuer_alt_name")
    assert names.dump() == extension(issuer, "subject_alt_name").dump()
    assert [v for _, _, v in attributes(names[0].chosen)][1:3] == [
        "公的個人認証サービス（TEST）",
        JAPANESE_UNIT[jpki.authority_of(kind)],
    ]
    identifier = extension(whole, "authority_key_identifier")
    assert identifier["key_identifier"].native == issuer.public_key.sha1
    assert identifier["authority_cert_serial_number"].native is None
    assert extension(whole, "key_identifier").native == whole.public_key.sha1


@pytest.mark.parametrize("kind", SIGN)
def test_personal_data_stand_in_other_names(kind: str) -> None:
    """A signing certificate has the six otherNames in the order of cards, every value a UTF8String."""
    names = extension(decode(certificate(kind)), "subject_alt_name")
    found = [(n.chosen["type_id"].native.rpartition(".")[2], n.chosen["value"].native) for n in names]
    assert found == [
        ("1", "試験　花子"),
        ("4", "419900217"),
        ("3", "2"),
        ("5", "日出県青葉市中央一丁目２番３号"),
        ("2", "00010"),
        ("6", "0" * 15),
    ]
    assert {n.chosen["type_id"].native.rpartition(".")[0] for n in names} == {"1.2.392.200149.8.5.5"}
    assert {type(n.chosen["value"].parsed).__name__ for n in names} == {"UTF8String"}


@pytest.mark.parametrize("kind", AUTH)
def test_authentication_certificates_say_nothing_of_the_holder(kind: str) -> None:
    """Neither name nor address nor town of the holder is in a user-authentication certificate, and none is needed."""
    der = certificate(kind, subject=None)
    assert der == certificate(kind)
    for text in (HOLDER.name, HOLDER.address, "試験", "花子"):
        assert text.encode() not in der


def test_switches_add_the_optional_extensions_at_the_end() -> None:
    """ExtendedKeyUsage and the OCSP address are there if their switches say so, after all others, not critical."""
    both = Parameters({"extended_key_usage": "true", "authority_information_access": "true"})
    for kind, usage in (("card_auth", "client_auth"), ("card_sign", "1.3.6.1.5.5.7.3.36")):
        whole = decode(certificate(kind, parameters=both))
        last = [(e["extn_id"].native, e["critical"].native) for e in whole["tbs_certificate"]["extensions"]][-2:]
        assert last == [("extended_key_usage", False), ("authority_information_access", False)]
        assert extension(whole, "extended_key_usage").native == [usage]
        assert whole.ocsp_urls == [f"http://ocsp.jpki-emu.invalid/{jpki.authority_of(kind)}"]
    one = decode(certificate("card_auth", parameters=Parameters({"extended_key_usage": "true"})))
    assert one["tbs_certificate"]["extensions"][-1]["extn_id"].native == "extended_key_usage"


@pytest.mark.parametrize("serial", [1, 0x7F, 0x80, 0xFFFFFFFF, (1 << 159) - 1])
def test_serial_numbers_stay_positive(serial: int) -> None:
    """A serial number whose first bit is set gets a leading zero octet (X.690 8.3), so it reads back as it was."""
    number = decode(certificate("card_auth", serial=serial))["tbs_certificate"]["serial_number"]
    assert number.native == serial
    assert len(number.contents) == serial.bit_length() // 8 + 1


def test_the_same_request_gives_the_same_octets() -> None:
    """Issuing is deterministic (PKCS #1 v1.5), and a second's fraction does not show."""
    assert certificate("card_sign") == certificate("card_sign")
    assert certificate("card_sign", not_before=NOW.replace(microsecond=999_999)) == certificate("card_sign")
    assert certificate("card_sign") != certificate("card_sign", serial=5)


def test_dates_from_2050_are_generalized_time() -> None:
    """UTCTime ends with 2049 (RFC 5280 4.1.2.5)."""
    long = Parameters({"authority_years": 30})
    issuer = authority("auth")
    root = jpki.establish("auth", key=issuer.key, serial=1, not_before=at("2023-07-16"), parameters=long)
    old = jpki.Authority("auth", root, issuer.key, issuer.responder_certificate, issuer.responder_key)
    validity = {"not_before": at("2045-06-24 09:00:05"), "not_after": at("2050-02-17 23:59:59")}
    whole = decode(certificate("card_auth", authority=old, **validity))
    assert whole["tbs_certificate"]["validity"]["not_after"].name == "general_time"
    assert whole.not_valid_after == at("2050-02-17 23:59:59")


def test_the_partition_is_the_town_of_the_common_name() -> None:
    """The window identifier at the end of a common name starts with the town's code."""
    assert HERE.window_identifier == "99201001A"
