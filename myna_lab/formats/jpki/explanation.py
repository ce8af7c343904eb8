"""A certificate in words, field by field, the personal data in otherNames included.

Generic viewers show an otherName as "unsupported", so what a holder gives away by showing a signing certificate stays
hidden. Here everything is shown: what this module does not know, by its object identifier and octets, never left out.

Source: RFC 5280 4.1, 4.2; certificate facts 2 and 3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from asn1crypto import core
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from myna_lab.formats.jpki.names import read_certificate
from myna_lab.formats.jpki.profile_tables import basis
from myna_lab.formats.jpki.profiles import DOCUMENT_SIGNING, KINDS
from myna_lab.formats.jpki.subject import OTHER_NAMES, SEXES
from myna_lab.ground.arguments import one_of, only_bool
from myna_lab.ground.durations import ERAS, show
from myna_lab.texts import LANGUAGES, text

__all__ = ["SHORT_NAMES", "Field", "explain", "fields"]


class Field(NamedTuple):
    """One field of a certificate."""

    name: str
    """In snake_case, as RFC 5280 or the JPKI profile names it; an object identifier if unknown."""
    label: str
    """The name in the language asked for."""
    value: str
    critical: bool = False
    """Whether a reader that does not know the extension must refuse the certificate."""
    basis: str = ""
    """How sure it is that real ones have this, and from where; empty outside the six profiles."""

    def __str__(self) -> str:
        return f"{self.label}: {self.value}"


_BITS = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
         "key_cert_sign", "crl_sign")  # fmt: skip
_USAGES = {
    ExtendedKeyUsageOID.CLIENT_AUTH: "client_auth",
    DOCUMENT_SIGNING: "document_signing",
    ExtendedKeyUsageOID.OCSP_SIGNING: "ocsp_signing",
}
_METHODS = {
    AuthorityInformationAccessOID.OCSP: "OCSP",
    AuthorityInformationAccessOID.CA_ISSUERS: "caIssuers",
}
SHORT_NAMES = {
    NameOID.COUNTRY_NAME: "C",
    NameOID.ORGANIZATION_NAME: "O",
    NameOID.ORGANIZATIONAL_UNIT_NAME: "OU",
    NameOID.LOCALITY_NAME: "L",
    NameOID.COMMON_NAME: "CN",
}
"""Attribute of a distinguished name to how it is written (RFC 4514)."""
_ERAS = {str(era.digit): era for era in ERAS}
_SEXES = {digit: sex for sex, digit in SEXES.items()}

Words = Callable[[str], str]


def _name(name: x509.Name) -> str:
    return ", ".join(f"{SHORT_NAMES.get(a.oid, a.oid.dotted_string)}={a.value!s}" for a in name)


def _general_name(name: x509.GeneralName) -> str:
    if isinstance(name, x509.OtherName):
        return f"{name.type_id.dotted_string} {_text(name.value)}"
    return _name(name.value) if isinstance(name.value, x509.Name) else str(name.value)


def _text(der: bytes) -> str:
    """A text value as it is, anything else as octets."""
    try:
        value = core.load(der, strict=True)
        return str(value.native) if isinstance(value, core.AbstractString) else der.hex()
    except ValueError:
        return der.hex()


def _birth(digits: str, word: Words) -> str:
    """``319800203`` -> ``1980-02-03, 昭和 (Showa) 55``; parts that are not known stay as the certificate has them."""
    if len(digits) != 9 or not digits.isdigit():
        return digits
    era, parts = _ERAS.get(digits[0]), (digits[1:5], digits[5:7], digits[7:])
    shown = "-".join(part if part.strip("0") else "?" * len(part) for part in parts)
    if era is None:
        return f"{shown}, {word('unknown')}"
    year = int(parts[0]) - era.first_day.year + 1
    return f"{shown}, {era.name} ({era.romaji}){f' {year}' if year > 0 else ''}"


def _flags(flags: str, word: Words) -> str:
    places = [str(index + 1) for index, flag in enumerate(flags) if flag == "1"]
    return f"{', '.join(places) or word('none')} ({flags})"


_SHOW: Mapping[str, Callable[[str, Words], str]] = {
    "date_of_birth": _birth,
    "gender": lambda digit, word: word(_SEXES.get(digit, "unknown")),
    "substitute_character_of_common_name": _flags,
    "substitute_character_of_address": _flags,
}
"""How a value of an otherName is told; the others are shown as they are."""


def _subject_alternative_name(value: Any, word: Words, critical: bool) -> Iterator[Field]:
    for one in value:
        known = OTHER_NAMES.get(one.type_id.dotted_string) if isinstance(one, x509.OtherName) else None
        if known:
            text = _text(one.value)
            yield Field(known, word(known), _SHOW[known](text, word) if known in _SHOW else text, critical)
        else:
            yield Field("subject_alternative_name", word("subject_alternative_name"), _general_name(one), critical)


def _public_key(certificate: x509.Certificate) -> str:
    try:
        key = certificate.public_key()
    except (ValueError, UnsupportedAlgorithm):
        return certificate.public_key_algorithm_oid.dotted_string
    return f"RSA {key.key_size}" if isinstance(key, RSAPublicKey) else type(key).__name__


def _key_usage(usage: x509.KeyUsage, word: Words) -> str:
    return ", ".join(word(bit) for bit in _BITS if getattr(usage, bit)) or word("none")


def _policies(policies: x509.CertificatePolicies, _: Words) -> str:
    rows = []
    for policy in policies:
        qualifiers = [one for one in policy.policy_qualifiers or () if isinstance(one, str)]
        rows.append(" ".join((policy.policy_identifier.dotted_string, *qualifiers)))
    return "; ".join(rows)


def _points(points: x509.CRLDistributionPoints, _: Words) -> str:
    return "; ".join(_general_name(name) for point in points for name in point.full_name or ())


def _octets(value: bytes | None, word: Words) -> str:
    return value.hex() if value else word("none")


def _authority_key(key: x509.AuthorityKeyIdentifier, word: Words) -> str:
    """The key, and the authority's certificate by issuer and serial number if they are there, too."""
    told = [_octets(key.key_identifier, word)]
    for name in key.authority_cert_issuer or ():
        told.append(f"{word('issuer')} {_general_name(name)}")
    if key.authority_cert_serial_number is not None:
        told.append(f"{word('serial_number')} {key.authority_cert_serial_number:08X}")
    return "; ".join(told)


def _access(rows: x509.AuthorityInformationAccess, _: Words) -> str:
    return "; ".join(f"{_METHODS.get(row.access_method, row.access_method.dotted_string)} "
                     f"{_general_name(row.access_location)}" for row in rows)  # fmt: skip


_EXTENSIONS: Mapping[type[x509.ExtensionType], tuple[str, Callable[[Any, Words], str]]] = {
    x509.KeyUsage: ("key_usage", _key_usage),
    x509.CertificatePolicies: ("certificate_policies", _policies),
    x509.IssuerAlternativeName: ("issuer_alternative_name", lambda names, _: "; ".join(map(_general_name, names))),
    x509.CRLDistributionPoints: ("crl_distribution_points", _points),
    x509.AuthorityKeyIdentifier: ("authority_key_identifier", _authority_key),
    x509.SubjectKeyIdentifier: ("subject_key_identifier", lambda key, word: _octets(key.digest, word)),
    x509.ExtendedKeyUsage: (
        "extended_key_usage",
        lambda oids, word: ", ".join(word(_USAGES[oid]) if oid in _USAGES else oid.dotted_string for oid in oids),
    ),
    x509.AuthorityInformationAccess: ("authority_information_access", _access),
    x509.BasicConstraints: ("basic_constraints", lambda basic, word: word("yes" if basic.ca else "no")),
    x509.OCSPNoCheck: ("ocsp_no_check", lambda _, word: word("not_checked")),
}
"""Extension to its name and how its value is told."""


def _extension(extension: x509.Extension[Any], word: Words) -> Iterator[Field]:
    kind = type(extension.value)
    if kind is x509.SubjectAlternativeName:
        yield from _subject_alternative_name(extension.value, word, extension.critical)
    elif kind in _EXTENSIONS:
        name, tell = _EXTENSIONS[kind]
        yield Field(name, word(name), tell(extension.value, word), extension.critical)
    else:
        oid = extension.oid.dotted_string
        yield Field(oid, oid, extension.value.public_bytes().hex(), extension.critical)


def fields(certificate_der: bytes, language: str = "en") -> tuple[Field, ...]:
    """Every field of a certificate, in the order of its octets.

    Args:
        certificate_der: any X.509 certificate, DER.
        language: ``en`` or ``ja``; names and addresses stay as they are.

    Returns:
        The fields, each otherName of subjectAltName one of its own.

    Raises:
        MalformedCertificate: not a certificate.
        MisuseError: another language.
    """
    one_of("a language", language, sorted(LANGUAGES), code="unknown_language")

    def word(name: str) -> str:
        return text(f"field.{name}", language)

    certificate = read_certificate(certificate_der)
    head = {
        "version": str(certificate.version.value + 1),
        "serial_number": f"{certificate.serial_number:08X}",
        "signature_algorithm": certificate.signature_algorithm_oid._name,
        "issuer": _name(certificate.issuer),
        "not_before": f"{show(certificate.not_valid_before_utc)} JST",
        "not_after": f"{show(certificate.not_valid_after_utc)} JST",
        "subject": _name(certificate.subject),
        "public_key": _public_key(certificate),
    }
    told = [Field(name, word(name), value) for name, value in head.items()]
    for extension in certificate.extensions:
        told.extend(_extension(extension, word))
    profile = profile_of_certificate(certificate)
    if not profile:
        return tuple(told)
    of_holder = set(OTHER_NAMES.values())
    return tuple(
        field._replace(
            basis=basis(profile, "subject_alternative_name" if field.name in of_holder else field.name, language)
        )
        for field in told
    )


def profile_of_certificate(certificate: x509.Certificate) -> str:
    """Which of the six profiles a certificate follows, by its extensions; empty: none."""
    found = {type(extension.value): extension.value for extension in certificate.extensions}
    if getattr(found.get(x509.BasicConstraints), "ca", False):
        return "authority"
    if x509.OCSPNoCheck in found:
        return "responder"
    policies = [policy.policy_identifier.dotted_string for policy in found.get(x509.CertificatePolicies, ())]
    return next((kind for kind, row in KINDS.items() if any(one.endswith(f".{row.policy}") for one in policies)), "")


def explain(certificate_der: bytes, language: str = "en", *, with_basis: bool = False) -> str:
    """A certificate as text, one line per field; ``!`` marks a critical extension.

    電子証明書を項目ごとに言葉で示す。

    Args:
        certificate_der: any X.509 certificate, DER.
        language: ``en`` or ``ja``.
        with_basis: say of each field how sure it is that real certificates have it.

    Raises:
        MalformedCertificate: not a certificate.
        MisuseError: another language.
    """
    only_bool(with_basis=with_basis)
    return "\n".join(
        f"{'!' if field.critical else ' '} {field}{f'  [{field.basis}]' if with_basis and field.basis else ''}"
        for field in fields(certificate_der, language)
    )
