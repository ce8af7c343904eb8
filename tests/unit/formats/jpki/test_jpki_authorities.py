"""The authorities' own certificates and their responders', decoded by asn1crypto."""

from __future__ import annotations

from datetime import datetime

import pytest
from asn1crypto import x509
from authorities import BEGINNING, PARAMETERS, authority

from myna_lab.errors import IssuanceRefused, MisuseError
from myna_lab.formats import jpki
from myna_lab.ground.durations import at
from myna_lab.keys import rsa_key
from myna_lab.parameters import Parameters

SIDES = ["sign", "auth"]


def extensions(der: bytes) -> list[tuple[str, bool, bytes]]:
    body = x509.Certificate.load(der, strict=True)["tbs_certificate"]
    return [(e["extn_id"].native, e["critical"].native, e["extn_value"].contents) for e in body["extensions"]]


@pytest.mark.parametrize("side", SIDES)
def test_root_has_the_five_extensions_of_the_real_ones(side: str) -> None:
    """Five extensions stand in the order of the real roots, two of them critical, and no more."""
    found = extensions(authority(side).certificate)
    assert [(name, critical) for name, critical, _ in found] == [
        ("key_usage", True),
        ("subject_alt_name", False),
        ("basic_constraints", True),
        ("crl_distribution_points", False),
        ("key_identifier", False),
    ]
    assert found[0][2].hex() == "03020106"
    assert found[2][2].hex() == "30030101ff"


@pytest.mark.parametrize("side", SIDES)
def test_root_is_self_signed_and_points_at_its_own_list(side: str) -> None:
    """Issuer and subject are one name, which is also where the ARL stands; the key identifier is SHA-1 of the key."""
    root = x509.Certificate.load(authority(side).certificate, strict=True)
    assert root.issuer.dump() == root.subject.dump()
    (point,) = root.crl_distribution_points_value
    assert point["distribution_point"].chosen[0].chosen == root.subject
    assert root.key_identifier == root.public_key.sha1
    (name,) = root.subject_alt_name_value
    assert [rdn[0]["value"].native for rdn in name.chosen.chosen][1] == "公的個人認証サービス（TEST）"


UNITS = {
    "sign": ("JPKI for digital signature", "公的個人認証サービス署名用"),
    "auth": ("JPKI for user authentication", "公的個人認証サービス利用者証明用"),
}


def rdns(name: x509.Name) -> list[tuple[str, str, str]]:
    """Type, string type and value of each RDN, which holds one attribute."""
    assert all(len(rdn) == 1 for rdn in name.chosen)
    found = [rdn[0] for rdn in name.chosen]
    return [(one["type"].dotted, type(one["value"].chosen).__name__, one["value"].native) for one in found]


@pytest.mark.parametrize("side", SIDES)
def test_root_row_by_row(side: str) -> None:
    """Version, algorithm with NULL, key, names and their string types, times: as decoded from the real roots."""
    unit, japanese_unit = UNITS[side]
    root = x509.Certificate.load(authority(side).certificate, strict=True)
    body = root["tbs_certificate"]
    assert body["version"].native == "v3"
    algorithm = bytes.fromhex("300d06092a864886f70d01010b0500")
    assert body["signature"].dump() == root["signature_algorithm"].dump() == algorithm
    public = body["subject_public_key_info"]
    assert (public.algorithm, public.bit_size, public["public_key"].parsed["public_exponent"].native) == (
        "rsa", 2048, 65537,
    )  # fmt: skip
    c, o, ou = "2.5.4.6", "2.5.4.10", "2.5.4.11"
    assert rdns(root.issuer) == [
        (c, "PrintableString", "JP"),
        (o, "UTF8String", "JPKI-EMU"),
        (ou, "UTF8String", unit),
        (ou, "UTF8String", "Japan Agency for Local Authority Information Systems (TEST)"),
    ]
    (name,) = root.subject_alt_name_value
    assert rdns(name.chosen) == [
        (c, "PrintableString", "JP"),
        (o, "UTF8String", "公的個人認証サービス（TEST）"),
        (ou, "UTF8String", japanese_unit),
        (ou, "UTF8String", "地方公共団体情報システム機構（TEST）"),
    ]
    assert [body["validity"][end].name for end in ("not_before", "not_after")] == ["utc_time", "utc_time"]
    assert body["validity"]["not_before"].chosen.contents == b"230716010741Z"
    assert body["validity"]["not_after"].chosen.contents == b"330715145959Z"
    (point,) = root.crl_distribution_points_value
    assert point["distribution_point"].name == "full_name" and point["reasons"].native is None
    assert [one.name for one in point["distribution_point"].chosen] == ["directory_name"]


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        ("2023-07-16 10:07:41", "2033-07-15 23:59:59"),
        ("2015-10-20 00:00", "2025-10-19 23:59:59"),
        ("2024-02-29 12:00", "2034-02-28 23:59:59"),
        ("2024-12-31 23:30", "2034-12-30 23:59:59"),
    ],
)
def test_root_lasts_ten_years(begins: str, ends: str) -> None:
    """A root ends with the day before its tenth anniversary, in JST; it begins at the second of the ceremony."""
    root = x509.Certificate.load(
        jpki.establish("sign", key=rsa_key(0), serial=1, not_before=at(begins), parameters=PARAMETERS)
    )
    assert (root.not_valid_before, root.not_valid_after) == (at(begins), at(ends))


@pytest.mark.parametrize("side", SIDES)
def test_responder_is_delegated(side: str) -> None:
    """The responder's certificate is for OCSPSigning, needs no check of its own, and ends with the authority's."""
    found = extensions(authority(side).responder_certificate)
    assert [(name, critical) for name, critical, _ in found] == [
        ("key_usage", True),
        ("extended_key_usage", False),
        ("ocsp_no_check", False),
        ("authority_key_identifier", False),
        ("key_identifier", False),
    ]
    root, own = (
        x509.Certificate.load(der) for der in (authority(side).certificate, authority(side).responder_certificate)
    )
    assert own.extended_key_usage_value.native == ["ocsp_signing"]
    assert own.issuer.dump() == root.subject.dump()
    assert own.authority_key_identifier == root.key_identifier
    assert own.not_valid_after == root.not_valid_after


def test_generations_bear_one_name() -> None:
    """A newer authority has the name of the older and another key identifier: names never select a key."""
    first, second = (x509.Certificate.load(authority("sign", generation).certificate) for generation in (0, 1))
    assert first.subject.dump() == second.subject.dump()
    assert first.key_identifier != second.key_identifier


def test_organization_is_a_parameter() -> None:
    """The organisation in every name is the parameter, JPKI-EMU by default."""
    other = Parameters({"organization": "ANOTHER-TEST"})
    der = jpki.establish("auth", key=rsa_key(2), serial=1, not_before=BEGINNING, parameters=other)
    root = x509.Certificate.load(der)
    assert [rdn[0]["value"].native for rdn in root.subject.chosen][1] == "ANOTHER-TEST"
    assert b"JPKI-EMU" not in der


def test_keys_do_not_show_in_a_repr() -> None:
    """An authority's repr names its kind, and neither keys nor octets."""
    assert repr(authority("sign")) == "Authority(kind='sign')"


def test_what_does_not_fit_is_refused() -> None:
    """Unknown authorities, naive times, and a responder outside its authority's validity are refused."""
    arguments = {"key": rsa_key(0), "serial": 1, "parameters": PARAMETERS}
    with pytest.raises(MisuseError, match="there are sign, auth"):
        jpki.establish("bank", not_before=BEGINNING, **arguments)
    with pytest.raises(MisuseError, match="time zone"):
        jpki.establish("sign", not_before=datetime(2023, 7, 16), **arguments)
    root = {"authority_certificate": authority("sign").certificate, "authority_key": authority("sign").key}
    for late in ("2023-07-16 10:07:40", "2033-07-16"):
        with pytest.raises(IssuanceRefused, match="authority"):
            jpki.establish_responder("sign", not_before=at(late), **root, **arguments)
