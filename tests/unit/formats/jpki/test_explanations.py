"""A certificate in words."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from asn1crypto import core
from asn1crypto import x509 as asn1_x509
from authorities import authority, certificate
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from myna_lab.errors import MalformedCertificate, MisuseError
from myna_lab.formats import jpki
from myna_lab.keys import rsa_key
from myna_lab.parameters import Parameters

BOTH = Parameters({"sign_extended_key_usage": "true", "sign_authority_information_access": "true"})


def told(der: bytes, language: str = "en") -> dict[str, str]:
    return {field.name: field.value for field in jpki.fields(der, language)}


def test_everything_in_a_sign_certificate_is_told() -> None:
    """Each field of a signing certificate, its six otherNames included, is told in words."""
    found = told(certificate("card_sign", parameters=BOTH))
    assert found["serial_number"] == "067F354A"
    assert found["not_before"] == "2025-06-24 09:00:05 JST"
    assert found["not_after"] == "2030-02-17 23:59:59 JST"
    assert found["subject"] == "C=JP, L=Hinode-ken, L=Aoba-shi, CN=202506240900050000799201001A"
    assert found["key_usage"] == "digital signature, non-repudiation"
    assert found["common_name"] == "試験　花子"
    assert found["date_of_birth"] == "1990-02-17, 平成 (Heisei) 2"
    assert found["gender"] == "female"
    assert found["address"] == "日出県青葉市中央一丁目２番３号"
    assert found["substitute_character_of_common_name"] == "4 (00010)"
    assert found["substitute_character_of_address"] == f"none ({'0' * 15})"
    assert found["certificate_policies"] == "2.999.5.1.1.20 http://www.jpki-emu.invalid/cps.html"
    assert found["crl_distribution_points"].endswith("OU=Hinode-ken, CN=Aoba-shi CRLDP")
    assert found["extended_key_usage"] == "document signing"
    assert found["authority_information_access"] == "OCSP http://ocsp.jpki-emu.invalid/sign"


def test_whose_key_signed_is_told_in_full() -> None:
    """Key, name and serial number of the authority's certificate, purpose and OCSP address, in both languages."""
    der = certificate("card_auth")
    name = "C=JP, O=JPKI-EMU, OU=JPKI for user authentication, OU=Japan Agency for Local Authority Information Systems"
    key = authority_key("auth")
    assert told(der)["authority_key_identifier"] == f"{key}; issuer {name} (TEST); serial number 067F3540"
    japanese = told(der, "ja")
    assert japanese["authority_key_identifier"] == f"{key}; 発行者 {name} (TEST); シリアル番号（発行番号） 067F3540"
    assert (told(der)["extended_key_usage"], japanese["extended_key_usage"]) == (
        "client authentication", "クライアント認証",
    )  # fmt: skip
    assert japanese["authority_information_access"] == "OCSP http://ocsp.jpki-emu.invalid/auth"
    short = certificate("card_auth", parameters=Parameters({"key_identifier_with_issuer": False}))
    assert told(short)["authority_key_identifier"] == key


def authority_key(side: str) -> str:
    """SHA-1 of an authority's key, by asn1crypto."""
    return str(asn1_x509.Certificate.load(authority(side).certificate).public_key.sha1.hex())


def test_japanese_words() -> None:
    """In Japanese the labels and words are Japanese; every label differs from the English one."""
    english, japanese = (jpki.fields(certificate("card_sign"), language) for language in ("en", "ja"))
    assert [f.name for f in english] == [f.name for f in japanese]
    assert not {f.label for f in english} & {f.label for f in japanese}
    assert {f.name: f.value for f in japanese}["gender"] == "女"
    assert "! 鍵用途: デジタル署名, 否認防止" in jpki.explain(certificate("card_sign"), "ja").splitlines()


@pytest.mark.parametrize("kind", list(jpki.KINDS))
def test_critical_extensions_are_marked(kind: str) -> None:
    """The two critical extensions of each kind, and no others, are marked."""
    marked = [line for line in jpki.explain(certificate(kind)).splitlines() if line.startswith("!")]
    assert [line[2:].partition(":")[0] for line in marked] == ["key usage", "certificate policy"]


def test_authorities_and_responders_are_told() -> None:
    """The certificates of an authority and its responder are told, too."""
    root, responder = told(authority("sign").certificate), told(authority("sign").responder_certificate)
    assert root["basic_constraints"] == "yes"
    assert root["key_usage"] == "signs certificates, signs CRLs"
    assert "公的個人認証サービス署名用" in root["subject_alternative_name"]
    assert responder["extended_key_usage"] == "signs OCSP answers"
    assert responder["ocsp_no_check"] == "not checked"


def strange(*names: x509.GeneralName, extra: Any = None) -> bytes:
    """A certificate of nobody's profile."""
    key = rsa_key(41)
    name = x509.Name([x509.NameAttribute(NameOID.SURNAME, "Strange")])
    begin, end = datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 5, begin, end)
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    if extra:
        builder = builder.add_extension(extra, critical=True)
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def other_name(arc: str, text: str) -> x509.OtherName:
    return x509.OtherName(x509.ObjectIdentifier(arc), core.UTF8String(text).dump())


@pytest.mark.parametrize(
    ("digits", "words"),
    [
        ("519000000", "1900-??-??, 令和 (Reiwa)"),
        ("000000000", "????-??-??, unknown"),
        ("319800000", "1980-??-??, 昭和 (Showa) 55"),
        ("300000203", "????-02-03, 昭和 (Showa)"),
        ("119120729", "1912-07-29, 明治 (Meiji) 45"),
        ("yesterday", "yesterday"),
    ],
)
def test_birth_dates_with_unknown_parts(digits: str, words: str) -> None:
    """Unknown parts of a birth date are shown as unknown, and what is no date as it is."""
    assert told(strange(other_name("1.2.392.200149.8.5.5.4", digits)))["date_of_birth"] == words


def test_what_is_unknown_is_shown_all_the_same() -> None:
    """Unknown otherNames, name attributes and extensions are shown by object identifier, never left out."""
    extra = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.999.7"), b"\x05\x00")
    names = other_name("1.2.392.200149.8.5.5.7", "しけん　はなこ"), x509.DNSName("host.invalid")
    found = jpki.fields(strange(*names, extra=extra))
    values = [field.value for field in found]
    assert "1.2.392.200149.8.5.5.7 しけん　はなこ" in values
    assert "host.invalid" in values
    assert jpki.Field("2.999.7", "2.999.7", "0500", True) in found
    assert "2.5.4.4=Strange" in values


def test_an_other_name_that_is_no_text() -> None:
    """A value that is no text, under a known identifier, is shown as octets."""
    odd = x509.OtherName(x509.ObjectIdentifier("1.2.392.200149.8.5.5.1"), core.Integer(5).dump())
    assert told(strange(odd))["common_name"] == "020105"


def test_other_digits_for_the_sex() -> None:
    """The digit 9, which some readers accept, is told as unknown."""
    assert told(strange(other_name("1.2.392.200149.8.5.5.3", "9")))["gender"] == "unknown"


def test_what_cannot_be_explained() -> None:
    """Octets that are no certificate are malformed, and another language is a misuse."""
    for junk in (b"", b"\x30\x00", certificate("card_auth")[:-1]):
        with pytest.raises(MalformedCertificate):
            jpki.explain(junk)
    with pytest.raises(MisuseError, match="one of en, ja"):
        jpki.explain(certificate("card_auth"), "fr")


def test_every_sex_has_words() -> None:
    """Male, female and unknown are told in both languages."""
    for sex, word in (("male", "男"), ("female", "女"), ("unknown", "不明")):
        holder = jpki.Subject("試験　太郎", "日出県", date(1990, 2, 17), sex)
        der = certificate("card_sign", subject=holder)
        assert (told(der)["gender"], told(der, "ja")["gender"]) == (sex, word)
