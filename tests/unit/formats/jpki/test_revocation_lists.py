"""CRLs, read by cryptography's decoder: their octets are made by hand here."""

from __future__ import annotations

from datetime import timedelta

import pytest
from asn1crypto import crl as other_reader
from authorities import ELSEWHERE, HERE, NOW, authority, certificate, crl
from cryptography import x509

from myna_lab.errors import MisuseError
from myna_lab.formats import jpki
from myna_lab.ground.durations import at

REASONS = {
    "UNSPECIFIED": None,
    "": None,
    "KEY_COMPROMISE": x509.ReasonFlags.key_compromise,
    "CA_COMPROMISE": x509.ReasonFlags.ca_compromise,
    "AFFILIATION_CHANGED": x509.ReasonFlags.affiliation_changed,
    "SUPERSEDED": x509.ReasonFlags.superseded,
    "CESSATION_OF_OPERATION": x509.ReasonFlags.cessation_of_operation,
    "CERTIFICATE_HOLD": x509.ReasonFlags.certificate_hold,
}


def scope(der: bytes) -> x509.IssuingDistributionPoint:
    extension = x509.load_der_x509_crl(der).extensions.get_extension_for_class(x509.IssuingDistributionPoint)
    assert extension.critical
    return extension.value


def test_lines_hold_serial_time_and_reason() -> None:
    """Each line reads back as given, sorted by serial number; no reason means unspecified (RFC 5280 5.3.1)."""
    rows = {
        serial: jpki.RevokedEntry(serial, NOW - timedelta(minutes=serial % 1000), reason)
        for serial, reason in zip((0x80, 1, 0x7F, 0xFFFFFFFF, 5, (1 << 159) - 1, 9, 8), REASONS, strict=True)
    }
    read = x509.load_der_x509_crl(crl("card_sign", *rows.values()))
    assert [line.serial_number for line in read] == sorted(rows)
    for line in read:
        row = rows[line.serial_number]
        reasons = [e.value.reason for e in line.extensions if isinstance(e.value, x509.CRLReason)]
        assert line.revocation_date_utc == row.revoked_at
        assert reasons == ([REASONS[row.reason]] if REASONS[row.reason] else [])
        assert not any(e.critical for e in line.extensions)


@pytest.mark.parametrize("side", ["sign", "auth"])
def test_head_and_extensions(side: str) -> None:
    """Version, name, key identifier, number and times are as asked, and the signature verifies."""
    der = crl(f"card_{side}", number=300)
    read, root = x509.load_der_x509_crl(der), x509.load_der_x509_certificate(authority(side).certificate)
    assert other_reader.CertificateList.load(der, strict=True)["tbs_cert_list"]["version"].native == "v2"
    assert read.issuer == root.subject
    assert read.is_signature_valid(root.public_key())  # type: ignore[arg-type]
    assert (read.last_update_utc, read.next_update_utc) == (NOW, NOW + timedelta(days=2))
    assert [e.oid.dotted_string for e in read.extensions] == ["2.5.29.35", "2.5.29.20", "2.5.29.28"]
    assert read.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number == 300
    key = root.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    assert read.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier == key


def test_scope_of_a_town_is_the_distribution_point_of_its_people() -> None:
    """The critical issuingDistributionPoint holds the very name that the certificates of that town point at."""
    people = x509.load_der_x509_certificate(certificate("card_sign", partition=ELSEWHERE))
    (point,) = people.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    found = scope(crl("card_sign", partition=ELSEWHERE))
    assert found.full_name == point.full_name
    assert found.only_contains_user_certs and not found.only_contains_ca_certs and not found.indirect_crl
    assert scope(crl("card_sign", partition=HERE)).full_name != point.full_name


def test_scope_of_the_whole_lists() -> None:
    """The list of all towns has no distribution point; the ARL has the authority's own name."""
    whole, own = scope(crl("card_auth", partition=None)), scope(crl("card_auth", partition=None, only="authority"))
    assert whole.full_name is None and whole.only_contains_user_certs
    root = x509.load_der_x509_certificate(authority("auth").certificate)
    assert own.full_name == [x509.DirectoryName(root.subject)]
    assert own.only_contains_ca_certs and not own.only_contains_user_certs


def test_an_empty_list_has_no_lines() -> None:
    """Without entries, revokedCertificates is absent, not empty (RFC 5280 5.1.2.6)."""
    body = other_reader.CertificateList.load(crl("card_sign"), strict=True)["tbs_cert_list"]
    assert body["revoked_certificates"].native is None
    assert len(x509.load_der_x509_crl(crl("card_sign"))) == 0


def test_dates_from_2050_on_the_list() -> None:
    """Times from 2050 are GeneralizedTime (RFC 5280 5.1.2.4), in the head and in the lines."""
    late = at("2050-01-01 09:00")
    before = other_reader.CertificateList.load(crl("card_sign", this_update=at("2050-01-01 08:59:59")), strict=True)
    body = before["tbs_cert_list"]
    assert (body["this_update"].name, body["next_update"].name) == ("utc_time", "general_time")
    der = crl("card_sign", jpki.RevokedEntry(5, late, "SUPERSEDED"), this_update=late)
    body = other_reader.CertificateList.load(der, strict=True)["tbs_cert_list"]
    assert body["revoked_certificates"][0]["revocation_date"].name == "general_time"
    assert body["revoked_certificates"][0]["revocation_date"].native == late


def test_a_big_list_reads_back() -> None:
    """Ten thousand lines keep their lengths right (long form of X.690 8.1.3.5) and their order."""
    entries = [jpki.RevokedEntry(109_000_000 + n, NOW, "SUPERSEDED") for n in range(10_000)]
    read = x509.load_der_x509_crl(crl("card_sign", *reversed(entries)))
    assert [line.serial_number for line in read] == [entry.serial for entry in entries]


def test_the_same_facts_give_the_same_list() -> None:
    """A list is deterministic, whatever the order of the facts."""
    first, second = jpki.RevokedEntry(5, NOW, "SUPERSEDED"), jpki.RevokedEntry(6, NOW, "")
    assert crl("card_sign", first, second) == crl("card_sign", second, first)


def test_lists_that_cannot_be() -> None:
    """An unknown reason or scope, a list of the authority's certificates by town, and reversed times are misuses."""
    with pytest.raises(MisuseError, match="a reason for revocation is one of"):
        crl("card_sign", jpki.RevokedEntry(5, NOW, "superseded"))
    for changes in ({"only": "dogs"}, {"only": "authority", "partition": HERE}):
        with pytest.raises(MisuseError, match="scope"):
            crl("card_sign", **changes)
    for serials, words in (((5, 5), "twice"), ((-1,), "positive"), ((0,), "positive")):
        with pytest.raises(MisuseError, match=words):
            crl("card_sign", *(jpki.RevokedEntry(serial, NOW, "SUPERSEDED") for serial in serials))
    with pytest.raises(MisuseError, match="at its thisUpdate or before"):
        crl("card_sign", jpki.RevokedEntry(5, NOW + timedelta(seconds=1), "SUPERSEDED"))
    with pytest.raises(MisuseError, match="nextUpdate"):
        jpki.crl(authority=authority("sign"), entries=(), partition=None, number=1, this_update=NOW, next_update=NOW)
