"""The practice issuer's certificates, by the profiles of ISO/IEC 18013-5 Annex B."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from myna_lab.errors import MisuseError
from myna_lab.formats import mdoc
from myna_lab.ground.chance import Chance
from myna_lab.ground.durations import at
from myna_lab.keys import elliptic_key
from myna_lab.parameters import Parameters

BORN = at("2023-06-25 09:00")
ROOT_KEY, SIGNER_KEY = (elliptic_key(Chance(7).child(name)) for name in ("root", "signer"))


def make(parameters: Parameters | None = None) -> tuple[bytes, bytes]:
    """A root's and a signer's certificate."""
    parameters = parameters or Parameters()
    root = mdoc.establish(key=ROOT_KEY, serial=1, not_before=BORN, parameters=parameters)
    signer = mdoc.establish_signer(
        issuer_certificate=root, issuer_key=ROOT_KEY, key=SIGNER_KEY, serial=2, not_before=BORN, parameters=parameters
    )
    return root, signer


def test_certificates_are_deterministic() -> None:
    """The same keys and times give the same bytes (ECDSA of RFC 6979)."""
    assert make() == make()


def test_root_profile() -> None:
    """The root is self-signed, may sign certificates and CRLs, and has no authorities below it (B.1.2)."""
    root = x509.load_der_x509_certificate(make()[0])
    root.verify_directly_issued_by(root)
    critical = {e.oid: e.critical for e in root.extensions}
    basic = root.extensions.get_extension_for_class(x509.BasicConstraints).value
    usage = root.extensions.get_extension_for_class(x509.KeyUsage).value
    assert (basic.ca, basic.path_length) == (True, 0)
    assert (usage.key_cert_sign, usage.crl_sign, usage.digital_signature) == (True, True, False)
    assert critical == {
        x509.SubjectKeyIdentifier.oid: False,
        x509.KeyUsage.oid: True,
        x509.IssuerAlternativeName.oid: False,
        x509.BasicConstraints.oid: True,
        x509.CRLDistributionPoints.oid: False,
    }


def test_signer_profile() -> None:
    """The signer is issued by the root and may only sign documents (B.1.4)."""
    root, signer = (x509.load_der_x509_certificate(der) for der in make())
    signer.verify_directly_issued_by(root)
    critical = {e.oid: e.critical for e in signer.extensions}
    purposes = signer.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    usage = signer.extensions.get_extension_for_class(x509.KeyUsage).value
    authority = signer.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
    identifier = root.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    assert [purpose.dotted_string for purpose in purposes] == ["1.0.18013.5.1.2"]
    assert (usage.digital_signature, usage.key_cert_sign) == (True, False)
    assert authority.key_identifier == identifier.digest
    assert critical == {
        x509.AuthorityKeyIdentifier.oid: False,
        x509.SubjectKeyIdentifier.oid: False,
        x509.KeyUsage.oid: True,
        x509.IssuerAlternativeName.oid: False,
        x509.CRLDistributionPoints.oid: False,
        x509.ExtendedKeyUsage.oid: True,
    }


def test_everything_says_test() -> None:
    """Subjects name JP, the emulated organisation and TEST; addresses end in .invalid."""
    for der, organization in ((make()[0], "JPKI-EMU"), (make(Parameters({"organization": "EMU-2"}))[1], "EMU-2")):
        subject = x509.load_der_x509_certificate(der).subject.rfc4514_string()
        assert subject.startswith(f"CN={organization} TEST")
        assert subject.endswith(f"O={organization},C=JP")
        assert der.count(b"jpki-emu.invalid") == 2


def test_validity_follows_the_parameter() -> None:
    """The root lives for the stated years, as JPKI's authorities do, to the end of a day; the signer ends with it."""
    for years, end in ((10, "2033-06-24 23:59:59"), (9, "2032-06-24 23:59:59")):
        for der in make(Parameters({"authority_years": years})):
            assert x509.load_der_x509_certificate(der).not_valid_before_utc == BORN
            assert x509.load_der_x509_certificate(der).not_valid_after_utc == at(end)


def test_a_root_made_on_a_leap_day_ends_on_the_28th() -> None:
    """Ten years after 29 February there is no such day."""
    root = mdoc.establish(key=ROOT_KEY, serial=1, not_before=at("2024-02-29"), parameters=Parameters())
    assert x509.load_der_x509_certificate(root).not_valid_after_utc == at("2034-02-28 23:59:59")


def test_misuse_is_refused() -> None:
    """A naive time and a key on another curve are errors of the caller."""
    with pytest.raises(MisuseError, match="time zone"):
        mdoc.establish(key=ROOT_KEY, serial=1, not_before=datetime(2023, 1, 1), parameters=Parameters())
    other = ec.derive_private_key(12345, ec.SECP384R1())
    with pytest.raises(MisuseError, match="P-256"):
        mdoc.establish(key=other, serial=1, not_before=BORN + timedelta(days=1), parameters=Parameters())


def test_issuer_repr_shows_no_key() -> None:
    """The repr of an issuer holds neither key nor bytes."""
    assert repr(mdoc.Issuer(*make(), SIGNER_KEY)) == "Issuer()"
