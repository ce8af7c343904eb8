"""Is this certificate good, here and now? One verdict, and every check with its clause and what was seen.

    certificate, anchors, instant -> path_to_anchor                    -> six checks -> one code
                                  -> dates, usage, policy (this module)
                                  -> revocation_data

What comes in may be anything: what is far too long is not read (:mod:`names`), and nothing here calls itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, TypeVar

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from myna_lab.errors import MalformedCertificate, MisuseError
from myna_lab.events import Check, Reason, reason
from myna_lab.formats.jpki.authority import BITS
from myna_lab.formats.jpki.names import UNREADABLE, read_certificate
from myna_lab.formats.jpki.path_to_anchor import path_to_anchor, policies_of, trust
from myna_lab.formats.jpki.profiles import AUTHORITIES, DOCUMENT_SIGNING, KINDS
from myna_lab.formats.jpki.revocation_data import Judge, Status
from myna_lab.ground.arguments import octets_of
from myna_lab.ground.durations import at as instant_of
from myna_lab.ground.durations import in_zone, show
from myna_lab.parameters import Parameters

__all__ = ["CODES", "PathResult", "validate_path"]

CODES = (
    "malformed_certificate",
    "untrusted",
    "wrong_usage",
    "expired",
    "revoked",
    "on_hold",
    "not_yet_valid",
    "unknown",
    "stale_revocation_data",
    "no_revocation_information",
    "accepted",
)
"""Every code of a result; of several that apply, the first is given."""

_ANY_POLICY = "2.5.29.32.0"
_SHOWN = 5
"""So many policies or purposes are told; a certificate may state thousands."""

_LONGEST = 500
"""Letters of an error or of a serial number that are told."""

_CLAUSES = {
    "readable": "RFC 5280 4.1",
    "chain": "RFC 5280 6.1.3 (a)(1), (a)(4)",
    "validity_period": "RFC 5280 6.1.3 (a)(2)",
    "key_usage": "RFC 5280 4.2.1.3, 4.2.1.12",
    "policy": "RFC 5280 6.1.5 (g)",
    "revocation": "RFC 5280 6.1.3 (a)(3)",
}


@dataclass(frozen=True, slots=True)
class PathResult:
    """What the validation of one certificate gave; true if it was accepted."""

    accepted: bool
    code: str
    """One of ``CODES``."""
    checks: tuple[Check, ...]
    """All six, in order, passed or not."""
    knowledge_at: datetime | None = None
    """thisUpdate of the revocation data that decided, if any did."""
    usable_from: datetime | None = None
    """notBefore, if the code is ``not_yet_valid``."""
    serial: int | None = None

    def __bool__(self) -> bool:
        return self.accepted


class _Finding(NamedTuple):
    """One check with the code that it leads to if it fails."""

    name: str
    code: str
    seen: Reason

    @property
    def check(self) -> Check:
        return Check(self.name, self.code == "accepted", _CLAUSES[self.name], self.seen)


def _validity(certificate: x509.Certificate, at: datetime, tolerance: timedelta) -> _Finding:
    start, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    code = "not_yet_valid" if at < start - tolerance else "expired" if at - tolerance > end else "accepted"
    if end >= _NO_END:
        return _Finding("validity_period", code, reason("path.period_without_end", begins=show(start), at=show(at)))
    return _Finding("validity_period", code, reason("path.period", begins=show(start), ends=show(end), at=show(at)))


_NO_END = datetime(9999, 12, 31, tzinfo=UTC)
"""99991231235959Z: no well-defined end (RFC 5280 4.1.2.5); it has no name in Japan's time, where the year is over."""

T = TypeVar("T")


def _extension(certificate: x509.Certificate, kind: type[T]) -> T | None:
    return next((one.value for one in certificate.extensions if isinstance(one.value, kind)), None)


_PURPOSES = {
    "auth": frozenset({ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE}),
    "sign": frozenset({DOCUMENT_SIGNING, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE}),
}
"""Where extendedKeyUsage is there, one of these must be in it. anyExtendedKeyUsage is taken: the authority restricts
nothing, and a service may refuse it, but need not (RFC 5280 4.2.1.12)."""


def _key_usage(certificate: x509.Certificate, usage: str) -> _Finding:
    """Exactly the bits of the profile, a purpose that serves, and no authority."""
    wanted = next(profile.key_usage for profile in KINDS.values() if profile.authority == usage)
    extension, purposes = _extension(certificate, x509.KeyUsage), _extension(certificate, x509.ExtendedKeyUsage)
    bits = _bits(extension) if extension is not None else frozenset()
    seen = reason("path.key_usage", bits=_told(sorted(bits)), usage=usage, wanted=_told(sorted(wanted)))
    if bits != wanted:
        return _Finding("key_usage", "wrong_usage", seen)
    basic = _extension(certificate, x509.BasicConstraints)
    if basic is not None and basic.ca:
        return _Finding("key_usage", "wrong_usage", reason("path.is_authority"))
    if purposes is not None and not _PURPOSES[usage] & set(purposes):
        seen = reason("path.wrong_purpose", purposes=_told([_named(one) for one in purposes]), usage=usage)
        return _Finding("key_usage", "wrong_usage", seen)
    return _Finding("key_usage", "accepted", seen)


def _bits(extension: x509.KeyUsage) -> frozenset[str]:
    agrees = {"encipher_only", "decipher_only"} if not extension.key_agreement else set()
    names = {"non_repudiation": "content_commitment"}
    return frozenset(bit for bit in BITS if bit not in agrees and getattr(extension, names.get(bit, bit)))


def _named(purpose: x509.ObjectIdentifier) -> str:
    return purpose.dotted_string if purpose._name == "Unknown OID" else purpose._name


def _told(rows: Sequence[str]) -> str:
    return ", ".join((*rows[:_SHOWN], *(["…"] if len(rows) > _SHOWN else []))) or "–"


def _policy(certificate: x509.Certificate, usage: str, arc: str) -> _Finding:
    """One of the policies that serve, or anyPolicy, which nothing here inhibits (RFC 5280 6.1.3 (d), 6.1.5 (g))."""
    extension = _extension(certificate, x509.CertificatePolicies)
    stated = [one.policy_identifier.dotted_string for one in extension or ()]
    if len(set(stated)) == len(stated) and set(stated) & {*policies_of(usage, arc), _ANY_POLICY}:
        return _Finding("policy", "accepted", reason("path.policy", policies=_told(stated)))
    return _Finding("policy", "wrong_usage", reason("path.wrong_policy", policies=_told(stated), usage=usage))


def validate_path(
    certificate_der: bytes,
    *,
    anchors: bytes | Sequence[bytes],
    at: datetime,
    ocsp_responses: bytes | Sequence[bytes] = (),
    crls: bytes | Sequence[bytes] = (),
    usage: str,
    parameters: Parameters,
    status_at: datetime | None = None,
) -> PathResult:
    """Validate a certificate as a relying party does, and list every check.

    電子証明書の有効性を確認する。

    Args:
        certificate_der: the certificate; anything at all may come in.
        anchors: trusted authority certificates, DER; several generations with one name are told apart by key. One
            alone need not stand in a list; so with OCSP responses and CRLs.
        at: the instant of the decision.
        ocsp_responses: OCSP responses that the service holds, DER.
        crls: CRLs that the service holds, DER.
        usage: ``sign`` or ``auth``: what the certificate shall serve for.
        parameters: ``policy_arc``, ``portal_clock_skew``.
        status_at: when the revocation data were fetched, for who keeps them: by that instant they must not be too old.
            None: at ``at``.

    Returns:
        The result with its six checks.

    Raises:
        MisuseError: an unknown usage, a naive time, an anchor that is no certificate, or data that are not bytes.

    Source: RFC 5280 6; RFC 6960 3.2; what is decided of revocation data, and in which order: :mod:`revocation_data`.
    """
    if usage not in AUTHORITIES:
        raise MisuseError(f"a usage is one of {', '.join(AUTHORITIES)}; got {usage!r}.", code="unknown_usage")
    moment, tolerance = instant_of(at), parameters.duration("portal_clock_skew")
    roots = trust(octets_of(anchors, "trust anchors"))
    answers, lists = octets_of(ocsp_responses, "OCSP responses"), octets_of(crls, "CRLs")
    try:
        certificate = read_certificate(certificate_der)
        anchor = path_to_anchor(certificate, roots, moment)
        if isinstance(anchor, str):
            status = Status("untrusted", reason("path.not_judged_no_path"))
        else:
            fetched = moment if status_at is None else instant_of(status_at)
            status = Judge(anchor, fetched, tolerance).status(certificate, answers, lists)
        chain = reason("path.no_path", error=anchor) if isinstance(anchor, str) else reason("path.trusted")
        findings = (
            _Finding(
                "readable", "accepted", reason("path.readable", serial=_short(f"{certificate.serial_number:08X}"))
            ),
            _Finding("chain", "untrusted" if isinstance(anchor, str) else "accepted", chain),
            _validity(certificate, moment, tolerance),
            _key_usage(certificate, usage),
            _policy(certificate, usage, parameters.text("policy_arc")),
            _Finding("revocation", status.code, status.seen),
        )
    except (MalformedCertificate, *UNREADABLE) as error:
        return _unreadable(error)
    code = min((finding.code for finding in findings), key=CODES.index)
    return PathResult(
        accepted=code == "accepted",
        code=code,
        checks=tuple(finding.check for finding in findings),
        knowledge_at=in_zone(status.this_update, at.tzinfo) if status.this_update else None,
        usable_from=in_zone(certificate.not_valid_before_utc, at.tzinfo) if code == "not_yet_valid" else None,
        serial=certificate.serial_number,
    )


def _short(text: str) -> str:
    """What is told of octets that may be anything."""
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def _unreadable(error: Exception) -> PathResult:
    seen = reason("path.unreadable", error=_short(str(error)) or type(error).__name__)
    first = Check("readable", False, _CLAUSES["readable"], seen)
    rest = [Check(name, False, clause, reason("path.not_judged_unreadable")) for name, clause in _CLAUSES.items()]
    return PathResult(False, "malformed_certificate", (first, *rest[1:]))
