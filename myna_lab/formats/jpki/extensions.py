"""Extensions of people's certificates: made by the library, once for all certificates of a kind and town.

    Order (kind, authority, town, parameters) -> name of each extension, its DER; empty where the holder decides

Making them for each certificate would cost more than all the rest of it but the signature.

Source: RFC 5280 4.2; certificate facts 2; the order is that of :mod:`~myna_lab.formats.jpki.profiles`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID

from myna_lab.formats.jpki import der
from myna_lab.formats.jpki.authority import key_usage
from myna_lab.formats.jpki.names import Partition, distribution_point, read_certificate
from myna_lab.formats.jpki.profiles import (
    CPS_URI,
    KEY_IDENTIFIER_WITH_ISSUER,
    KINDS,
    OCSP_URI,
    Profile,
    policy_identifier,
)
from myna_lab.formats.jpki.subject import oid_of

__all__ = ["Issuer", "Order", "extension", "shared", "signer"]


class Issuer(NamedTuple):
    """What every certificate of an authority repeats."""

    name: x509.Name
    octets: bytes
    """The name, DER."""
    alternative_name: x509.IssuerAlternativeName
    key_identifier: bytes
    serial: int
    """Of its certificate, which is self-signed: its issuer is the name above."""
    not_before: datetime
    not_after: datetime


@functools.lru_cache(maxsize=64)
def signer(certificate_der: bytes) -> Issuer:
    """What is repeated of an authority's certificate, DER."""
    certificate = read_certificate(certificate_der)
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    identifier = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return Issuer(
        certificate.subject,
        certificate.subject.public_bytes(),
        x509.IssuerAlternativeName(list(names)),
        identifier.digest,
        certificate.serial_number,
        certificate.not_valid_before_utc,
        certificate.not_valid_after_utc,
    )


class Order(NamedTuple):
    """What all certificates of one kind, town, authority and parameters have in common."""

    kind: str
    authority_certificate: bytes
    partition: Partition
    policy_arc: str
    switched_on: frozenset[str]

    @property
    def profile(self) -> Profile:
        """Of its kind."""
        return KINDS[self.kind]

    @property
    def issuer(self) -> Issuer:
        """Of its authority."""
        return signer(self.authority_certificate)


def _policies(order: Order) -> x509.CertificatePolicies:
    identifier = x509.ObjectIdentifier(policy_identifier(order.profile, order.policy_arc))
    return x509.CertificatePolicies([x509.PolicyInformation(identifier, [CPS_URI])])


def _distribution_points(order: Order) -> x509.CRLDistributionPoints:
    place = distribution_point(order.issuer.name, order.partition, order.profile.kind)
    return x509.CRLDistributionPoints([x509.DistributionPoint([place], None, None, None)])


def _information_access(order: Order) -> x509.AuthorityInformationAccess:
    uri = x509.UniformResourceIdentifier(OCSP_URI + order.profile.authority)
    return x509.AuthorityInformationAccess([x509.AccessDescription(AuthorityInformationAccessOID.OCSP, uri)])


def _authority_key(order: Order) -> x509.AuthorityKeyIdentifier:
    """RFC 5280 4.2.1.1: issuer and serial number of the authority's certificate stand there both, or neither."""
    issuer = order.issuer
    if KEY_IDENTIFIER_WITH_ISSUER not in order.switched_on:
        return x509.AuthorityKeyIdentifier(issuer.key_identifier, None, None)
    return x509.AuthorityKeyIdentifier(issuer.key_identifier, [x509.DirectoryName(issuer.name)], issuer.serial)


_SHARED: Mapping[str, Callable[[Order], x509.ExtensionType]] = {
    "key_usage": lambda order: key_usage(order.profile.key_usage),
    "certificate_policies": _policies,
    "issuer_alternative_name": lambda order: order.issuer.alternative_name,
    "crl_distribution_points": _distribution_points,
    "authority_key_identifier": _authority_key,
    "extended_key_usage": lambda order: x509.ExtendedKeyUsage([order.profile.extended_key_usage]),
    "authority_information_access": _information_access,
}
"""How each extension is made that does not depend on the holder."""


def extension(oid: bytes, value: bytes, *, critical: bool = False) -> bytes:
    """An Extension of RFC 5280 4.1, DER."""
    octets = der.encode(der.OCTET_STRING, value)
    return der.encode(der.SEQUENCE, der.encode(der.OID, oid), der.TRUE if critical else b"", octets)


@functools.lru_cache(maxsize=4096)
def shared(order: Order) -> Mapping[str, bytes]:
    """Extensions of a profile, DER, in its order; empty where the holder decides.

    They are made by the library, once for all certificates of a town: making them each time costs more than the rest.
    """
    made: dict[str, bytes] = {}
    for rule in order.profile.extensions:
        if rule.name not in _SHARED:
            made[rule.name] = b""
        elif not rule.switch or rule.switch in order.switched_on:
            value = _SHARED[rule.name](order)
            oid = oid_of(value.oid.dotted_string)
            made[rule.name] = extension(oid, value.public_bytes(), critical=rule.critical)
    return made
