"""The four kinds of certificate, decoded by asn1crypto, which took no part in building them."""

from __future__ import annotations

from typing import Any

import pytest
from asn1crypto import x509
from authorities import HERE, HOLDER, NOW, PARAMETERS, REAL_ARC, authority, certificate, serial_of

from myna_lab.formats import jpki
from myna_lab.ground.durations import at
from myna_lab.keys import rsa_key
from myna_lab.parameters import Parameters

KINDS = list(jpki.KINDS)
SIGN = ["card_sign", "phone_sign"]
AUTH = ["card_auth", "phone_auth"]
UNIT = {"sign": "JPKI for digital signature", "auth": "JPKI for user authentication"}
JAPANESE_UNIT = {"sign": "公的個人認証サービス署名用", "auth": "公的個人認証サービス利用者証明用"}

KU, EKU, SAN, CP, IAN, CRLDP, AIA, AKI, SKI = (
    "2.5.29.15", "2.5.29.37", "2.5.29.17", "2.5.29.32", "2.5.29.18", "2.5.29.31", "1.3.6.1.5.5.7.1.1", "2.5.29.35",
    "2.5.29.14",
)  # fmt: skip
CRITICAL = {KU, CP}
SIGN_ORDER, AUTH_ORDER = [KU, SAN, CP, IAN, CRLDP, AKI, SKI], [KU, EKU, CP, IAN, CRLDP, AIA, AKI, SKI]
ORDER = {"card_sign": SIGN_ORDER, "phone_sign": SIGN_ORDER, "card_auth": AUTH_ORDER, "phone_auth": AUTH_ORDER}
"""As decoded from certificates of the test hierarchy, 2025-10; phones: assumed."""
CLIENT_AUTH, DOCUMENT_SIGNING = "1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.36"
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


def order(der: bytes) -> list[tuple[str, bool]]:
    """Identifier and criticality of each extension."""
    return [(e["extn_id"].dotted, e["critical"].native) for e in decode(der)["tbs_certificate"]["extensions"]]


@pytest.mark.parametrize("kind", KINDS)
def test_extensions_stand_in_the_order_of_the_profile(kind: str) -> None:
    """Order and criticality of the extensions are those of the real ones, and nothing else is there."""
    assert order(certificate(kind)) == [(oid, oid in CRITICAL) for oid in ORDER[kind]]


@pytest.mark.parametrize("kind", AUTH)
def test_authentication_certificates_say_what_for_and_where_to_ask(kind: str) -> None:
    """ExtendedKeyUsage is clientAuth alone, and AIA one OCSP address over http, on a host that cannot exist."""
    whole = decode(certificate(kind))
    assert extension(whole, "extended_key_usage").dump().hex() == "300a06082b06010505070302"
    (access,) = extension(whole, "authority_information_access")
    assert access["access_method"].dotted == "1.3.6.1.5.5.7.48.1"
    assert access["access_location"].name == "uniform_resource_identifier"
    assert access["access_location"].native == "http://ocsp.jpki-emu.invalid/auth"


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
    """The issuerAltName is the authority's subjectAltName; AKI is SHA-1 of its key, its name and its serial number."""
    whole, issuer = decode(certificate(kind)), decode(authority(jpki.authority_of(kind)).certificate)
    names = extension(whole, "issuer_alt_name")
    assert names.dump() == extension(issuer, "subject_alt_name").dump()
    assert [v for _, _, v in attributes(names[0].chosen)][1:3] == [
        "公的個人認証サービス（TEST）",
        JAPANESE_UNIT[jpki.authority_of(kind)],
    ]
    identifier = extension(whole, "authority_key_identifier")
    assert identifier["key_identifier"].native == issuer.public_key.sha1
    (name,) = identifier["authority_cert_issuer"]
    assert name.name == "directory_name" and name.chosen.untag().dump() == issuer.issuer.dump() == issuer.subject.dump()
    assert identifier["authority_cert_serial_number"].native == issuer.serial_number == 109_000_000
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


@pytest.mark.parametrize(
    ("switches", "sign", "auth"),
    [
        ({"extended_key_usage": False}, SIGN_ORDER, [KU, CP, IAN, CRLDP, AIA, AKI, SKI]),
        ({"authority_information_access": False}, SIGN_ORDER, [KU, EKU, CP, IAN, CRLDP, AKI, SKI]),
        ({"sign_extended_key_usage": True}, [KU, EKU, SAN, CP, IAN, CRLDP, AKI, SKI], AUTH_ORDER),
        ({"sign_authority_information_access": True}, [KU, SAN, CP, IAN, CRLDP, AIA, AKI, SKI], AUTH_ORDER),
    ],
)
def test_switches_add_and_remove_one_extension(switches: dict[str, bool], sign: list[str], auth: list[str]) -> None:
    """Each switch moves one extension of the kinds that it names, in its place, and nothing of the others."""
    parameters = Parameters(switches)
    for kinds, expected in ((SIGN, sign), (AUTH, auth)):
        for kind in kinds:
            assert [oid for oid, _ in order(certificate(kind, parameters=parameters))] == expected


def test_what_the_switches_put_into_a_signing_certificate() -> None:
    """ExtendedKeyUsage of a signing certificate is documentSigning (RFC 9336); its OCSP address is its authority's."""
    both = Parameters({"sign_extended_key_usage": True, "sign_authority_information_access": True})
    whole = decode(certificate("phone_sign", parameters=both))
    assert extension(whole, "extended_key_usage").native == [DOCUMENT_SIGNING]
    assert whole.ocsp_urls == ["http://ocsp.jpki-emu.invalid/sign"]


@pytest.mark.parametrize("kind", KINDS)
def test_the_authority_may_be_named_by_its_key_alone(kind: str) -> None:
    """Without the switch the AKI holds the key identifier, and neither name nor number (RFC 5280 4.2.1.1)."""
    whole = decode(certificate(kind, parameters=Parameters({"key_identifier_with_issuer": False})))
    identifier = extension(whole, "authority_key_identifier")
    assert identifier["key_identifier"].native == decode(authority(jpki.authority_of(kind)).certificate).public_key.sha1
    assert identifier["authority_cert_issuer"].native is None
    assert identifier["authority_cert_serial_number"].native is None
    assert [oid for oid, _ in order(certificate(kind))] == ORDER[kind]


def test_the_serial_number_in_the_key_identifier_tells_generations_apart() -> None:
    """Two generations have one name; the AKI names the certificate of the one that issued by key and number."""
    old, new = authority("sign"), authority("sign", 1)
    renewed = jpki.establish("sign", key=new.key, serial=0x067C6A21, not_before=NOW, parameters=PARAMETERS)
    younger = jpki.Authority("sign", renewed, new.key, new.responder_certificate, new.responder_key)
    first, second = (
        extension(decode(certificate("card_sign", authority=one)), "authority_key_identifier") for one in (old, younger)
    )
    assert first["authority_cert_issuer"].native == second["authority_cert_issuer"].native
    assert second["authority_cert_serial_number"].contents.hex() == "067c6a21"
    assert first["key_identifier"].native != second["key_identifier"].native


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
