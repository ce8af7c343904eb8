"""Issuing people's certificates, and the rule of when they end.

    end_of_validity(kind, ...) -> not_after
    issue(kind, authority, serial, public key, subject, ...) -> DER

Each extension of a profile has one function here that makes it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509.oid import AuthorityInformationAccessOID

from myna_lab.birthdays import nth_birthday
from myna_lab.durations import at, end_of_day, show
from myna_lab.errors import IssuanceRefused, MisuseError
from myna_lab.jpki.authority import Authority, certificate_of, key_usage
from myna_lab.jpki.names import CN, C, L, Partition, distribution_point, name, read_certificate
from myna_lab.jpki.profiles import CPS_URI, OCSP_URI, Profile, policy_identifier, profile_of
from myna_lab.jpki.subject import Subject, other_names
from myna_lab.parameters import Parameters

__all__ = ["end_of_validity", "issue"]

_SMALLEST_KEY = 2048
_LARGEST_SERIAL = (1 << 159) - 1


def end_of_validity(
    kind: str,
    *,
    issued: datetime,
    born: date,
    card_expires: datetime,
    parameters: Parameters,
    within: datetime | None = None,
) -> datetime:
    """When a certificate that is issued now will end: always 23:59:59 JST of a day.

    証明書の有効期間の満了日時。

    Args:
        kind: one of ``KINDS``.
        issued: time of issue.
        born: the holder's date of birth.
        card_expires: end of the plastic card.
        parameters: ``certificate_birthdays``.
        within: end of the certificate that this one may not outlive (``KINDS[kind].within`` names its kind).

    Returns:
        The earliest of: the fifth birthday after issue (that day included), the card's last day, ``within``.

    Raises:
        MisuseError: no such kind, a naive time, or a ``within`` for a kind that has none.

    Source: certificates fact sheet 2 and 4 (confirmed).
    """
    profile = profile_of(kind)
    if within is not None and not profile.within:
        raise MisuseError(f"a {kind} certificate is not bound to another certificate.", code="bad_validity")
    birthday = nth_birthday(born, at(issued).date(), parameters.count("certificate_birthdays"))
    ends = [birthday, at(card_expires).date(), *([at(within).date()] if within else [])]
    return end_of_day(min(ends))


class _Issuer(NamedTuple):
    """What every certificate of an authority repeats."""

    name: x509.Name
    alternative_name: x509.IssuerAlternativeName
    key_identifier: x509.AuthorityKeyIdentifier
    not_before: datetime
    not_after: datetime


@functools.lru_cache(maxsize=64)
def _issuer(certificate_der: bytes) -> _Issuer:
    certificate = read_certificate(certificate_der)
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    identifier = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return _Issuer(
        certificate.subject,
        x509.IssuerAlternativeName(list(names)),
        x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier),
        certificate.not_valid_before_utc,
        certificate.not_valid_after_utc,
    )


@dataclass(frozen=True, slots=True)
class _Order:
    """What is asked for."""

    profile: Profile
    issuer: _Issuer
    public_key: RSAPublicKey
    subject: Subject | None
    partition: Partition
    parameters: Parameters


def _personal_data(order: _Order) -> x509.SubjectAlternativeName:
    if order.subject is None:
        raise MisuseError(f"a {order.profile.kind} certificate states its holder; give a subject.", code="bad_subject")
    return other_names(order.subject)


@functools.lru_cache(maxsize=64)
def _policies(identifier: str) -> x509.CertificatePolicies:
    return x509.CertificatePolicies([x509.PolicyInformation(x509.ObjectIdentifier(identifier), [CPS_URI])])


def _distribution_points(order: _Order) -> x509.CRLDistributionPoints:
    place = distribution_point(order.issuer.name, order.partition)
    return x509.CRLDistributionPoints([x509.DistributionPoint([place], None, None, None)])


def _information_access(order: _Order) -> x509.AuthorityInformationAccess:
    uri = x509.UniformResourceIdentifier(OCSP_URI + order.profile.authority)
    return x509.AuthorityInformationAccess([x509.AccessDescription(AuthorityInformationAccessOID.OCSP, uri)])


_MAKE: Mapping[str, Callable[[_Order], x509.ExtensionType]] = {
    "key_usage": lambda order: key_usage(order.profile.key_usage),
    "subject_alternative_name": _personal_data,
    "certificate_policies": lambda o: _policies(policy_identifier(o.profile, o.parameters.text("policy_arc"))),
    "issuer_alternative_name": lambda order: order.issuer.alternative_name,
    "crl_distribution_points": _distribution_points,
    "authority_key_identifier": lambda order: order.issuer.key_identifier,
    "subject_key_identifier": lambda order: x509.SubjectKeyIdentifier.from_public_key(order.public_key),
    "extended_key_usage": lambda order: x509.ExtendedKeyUsage([order.profile.extended_key_usage]),
    "authority_information_access": _information_access,
}
"""How each extension that a profile may name is made."""


def issue(
    kind: str,
    *,
    authority: Authority,
    serial: int,
    public_key: RSAPublicKey,
    subject: Subject | None,
    partition: Partition,
    common_name: str,
    not_before: datetime,
    not_after: datetime,
    parameters: Parameters,
) -> bytes:
    """Issue a certificate.

    電子証明書を発行する。

    Args:
        kind: one of ``KINDS``.
        authority: the authority of this kind.
        serial: positive, up to 20 octets; the caller keeps the counter.
        public_key: the holder's RSA key, 2048 bits or more.
        subject: the holder; only signing certificates state them, so None will do for the others.
        partition: the holder's town.
        common_name: see :func:`myna_lab.jpki.common_name`.
        not_before: from when it is valid.
        not_after: see :func:`end_of_validity`.
        parameters: ``policy_arc``, and the switches ``extended_key_usage``, ``authority_information_access``.

    Returns:
        The certificate, DER; the same arguments give the same octets.

    Raises:
        MisuseError: arguments that do not fit together.
        IssuanceRefused: a weak key, or a validity that is empty or not within the authority's own.

    Source: certificates fact sheet 2 and 3; RFC 5280 4.1, 4.2.
    """
    profile = profile_of(kind)
    if authority.kind != profile.authority:
        raise MisuseError(
            f"a {kind} certificate comes from authority {profile.authority}; got authority {authority.kind}.",
            code="wrong_authority",
        )
    if not 0 < serial <= _LARGEST_SERIAL:
        raise MisuseError(
            "a serial number is positive and has at most 20 octets (RFC 5280 4.1.2.2).", code="bad_serial"
        )
    if not isinstance(public_key, RSAPublicKey) or public_key.key_size < _SMALLEST_KEY:
        raise IssuanceRefused(
            f"an RSA key of {_SMALLEST_KEY} bits or more is certified; got another key.", code="weak_key"
        )
    issuer = _issuer(authority.certificate)
    start, end = at(not_before).replace(microsecond=0), at(not_after).replace(microsecond=0)
    if not issuer.not_before <= start < end <= issuer.not_after:
        raise IssuanceRefused(
            f"a validity lies within the authority's, {show(issuer.not_before)} to {show(issuer.not_after)} JST; "
            f"asked for {show(start)} to {show(end)} JST.",
            code="bad_validity",
        )
    town = ((L, partition.prefecture_latin), (L, partition.municipality_latin)) if profile.names_town else ()
    holder = name((C, "JP"), *town, (CN, common_name))
    order = _Order(profile, issuer, public_key, subject, partition, parameters)
    builder = x509.CertificateBuilder(issuer.name, holder, public_key, serial, start, end)
    for rule in profile.extensions:
        if not rule.switch or parameters.switch(rule.switch):
            builder = builder.add_extension(_MAKE[rule.name](order), critical=rule.critical)
    return certificate_of(builder, authority.key)
