"""What an authority and each kind of certificate look like, as data; :mod:`issuance` only looks it up.

    kind        authority  subject                          says
    card_sign   sign       C, L prefecture, L town, CN      the four basic attributes of the holder
    card_auth   auth       C, CN                            nothing about the holder
    phone_sign  sign       as card_sign                     the same, another key and serial number
    phone_auth  auth       as card_auth

Assumed: that phones use the same two authorities and differ by their policy identifier only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from cryptography.x509 import ObjectIdentifier
from cryptography.x509.oid import ExtendedKeyUsageOID

from myna_lab.ground.arguments import one_of

__all__ = [
    "AUTHORITIES",
    "KINDS",
    "AuthorityProfile",
    "ExtensionRule",
    "Profile",
    "authority_of",
    "policy_identifier",
    "profile_of",
]

AGENCY = "Japan Agency for Local Authority Information Systems (TEST)"
JAPANESE_ORGANIZATION = "公的個人認証サービス（TEST）"
JAPANESE_AGENCY = "地方公共団体情報システム機構（TEST）"
CPS_URI = "http://www.jpki-emu.invalid/cps.html"
OCSP_URI = "http://ocsp.jpki-emu.invalid/"


@dataclass(frozen=True, slots=True)
class AuthorityProfile:
    """What tells the two authorities apart."""

    unit: str
    """OU of its name."""
    japanese_unit: str
    """OU of its Japanese name, in subjectAltName."""
    responder: str
    """CN of its OCSP responder."""


AUTHORITIES: Mapping[str, AuthorityProfile] = MappingProxyType(
    {
        "sign": AuthorityProfile(
            "JPKI for digital signature", "公的個人認証サービス署名用", "OCSP Responder for sign (TEST)"
        ),
        "auth": AuthorityProfile(
            "JPKI for user authentication", "公的個人認証サービス利用者証明用", "OCSP Responder for auth (TEST)"
        ),
    }
)
"""Profile of each certification authority."""


@dataclass(frozen=True, slots=True)
class ExtensionRule:
    """One extension of a profile."""

    name: str
    """Name of RFC 5280 4.2 in snake_case."""
    critical: bool = False
    switch: str = ""
    """Parameter that turns it on; empty: always there."""


KEY_USAGE = ExtensionRule("key_usage", critical=True)
PERSONAL_DATA = ExtensionRule("subject_alternative_name")
ISSUER = (
    ExtensionRule("certificate_policies", critical=True),
    ExtensionRule("issuer_alternative_name"),
    ExtensionRule("crl_distribution_points"),
)
KEYS = (ExtensionRule("authority_key_identifier"), ExtensionRule("subject_key_identifier"))
KEY_IDENTIFIER_WITH_ISSUER = "key_identifier_with_issuer"
"""Parameter: whether authorityKeyIdentifier names the authority's certificate, too."""


def _purpose(switch: str) -> ExtensionRule:
    return ExtensionRule("extended_key_usage", switch=switch)


def _responder(switch: str) -> ExtensionRule:
    return ExtensionRule("authority_information_access", switch=switch)


SIGN_EXTENSIONS = (
    KEY_USAGE, _purpose("sign_extended_key_usage"), PERSONAL_DATA,
    *ISSUER, _responder("sign_authority_information_access"), *KEYS,
)  # fmt: skip
"""Without those of a switch in the order of real ones (confirmed); these stand where the others have them (assumed)."""
AUTH_EXTENSIONS = (
    KEY_USAGE, _purpose("extended_key_usage"), *ISSUER, _responder("authority_information_access"), *KEYS,
)  # fmt: skip
"""In the order of a certificate of the test hierarchy (confirmed)."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One kind of end-entity certificate."""

    kind: str
    authority: str
    """``sign`` or ``auth``."""
    names_town: bool
    """Whether the subject has the two L attributes."""
    key_usage: frozenset[str]
    """Exactly these bits, by their names in RFC 5280 4.2.1.3 (snake_case)."""
    policy: str
    """Its arc below parameter ``policy_arc``."""
    extended_key_usage: ObjectIdentifier
    """Its purpose, put in where the switch of the extension says so."""
    extensions: tuple[ExtensionRule, ...]
    """In the order of the certificate."""
    within: str
    """Kind of the holder's certificate that this one may not outlive; empty: none."""
    device: Literal["card", "phone"]
    """Where its key is: in the plastic card, or in a phone."""
    mark: str
    """Mark of the policy arc (certificate facts 2 and 4)."""

    @property
    def list_name(self) -> str:
        """CN of the distribution point, under which the town's CRL for this kind stands (assumed)."""
        return "{town} CRLDP" if self.device == "card" else "{town} Mobile CRLDP"

    @property
    def switches(self) -> tuple[str, ...]:
        """Parameters that decide what stands in its extensions."""
        return (*(rule.switch for rule in self.extensions if rule.switch), KEY_IDENTIFIER_WITH_ISSUER)


SIGN_USAGE = frozenset({"digital_signature", "non_repudiation"})
AUTH_USAGE = frozenset({"digital_signature"})
DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")
"""RFC 9336."""
CLIENT_AUTH = ExtendedKeyUsageOID.CLIENT_AUTH

_ROWS = (
    Profile(
        "card_sign", "sign", True, SIGN_USAGE, "1.20", DOCUMENT_SIGNING, SIGN_EXTENSIONS, "card_auth", "card",
        "confirmed",
    ),
    Profile("card_auth", "auth", False, AUTH_USAGE, "3.30", CLIENT_AUTH, AUTH_EXTENSIONS, "", "card", "reported"),
    Profile(
        "phone_sign", "sign", True, SIGN_USAGE, "1.40", DOCUMENT_SIGNING, SIGN_EXTENSIONS, "card_sign", "phone",
        "reported",
    ),
    Profile(
        "phone_auth", "auth", False, AUTH_USAGE, "3.50", CLIENT_AUTH, AUTH_EXTENSIONS, "card_auth", "phone",
        "assumed",
    ),
)  # fmt: skip
KINDS: Mapping[str, Profile] = MappingProxyType({profile.kind: profile for profile in _ROWS})
"""Profile of each kind of certificate, by its name."""


def profile_of(kind: str) -> Profile:
    """The profile of a kind.

    Raises:
        MisuseError: no such kind.
    """
    return KINDS[one_of("a kind of certificate", kind, KINDS, code="unknown_kind")]


def authority_of(kind: str) -> str:
    """``sign`` or ``auth``: which authority issues this kind of certificate.

    Raises:
        MisuseError: no such kind.
    """
    return profile_of(kind).authority


def policy_identifier(profile: Profile, arc: str) -> str:
    """The profile's certificate policy below an arc, dotted.

    Example:
        >>> policy_identifier(KINDS["card_sign"], "2.999.5.1")
        '2.999.5.1.1.20'
    """
    return f"{arc}.{profile.policy}"
