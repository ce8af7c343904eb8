"""Is this certificate good, here and now? The library pyhanko-certvalidator decides; this module asks and translates.

    certificate, anchors, instant -> library: path, dates, policy -> revocation_data -> every check with clause and
                                     what was seen -> one code

All is well in one run of the library. If it is not, the same path is judged again without each condition, so that every
check can be listed. An authority's own end of validity is no input of RFC 5280 6.1: who trusts an anchor gives it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from myna_lab.durations import at as instant_of
from myna_lab.durations import show
from myna_lab.errors import MalformedCertificate, MisuseError
from myna_lab.events import Check, Reason, reason
from myna_lab.jpki.library import certificate_in, context, octets_of, path_to_anchor, policy_of, trust
from myna_lab.jpki.names import UNREADABLE
from myna_lab.jpki.profiles import AUTHORITIES, KINDS
from myna_lab.jpki.revocation_data import Judge, Status
from myna_lab.parameters import Parameters

if TYPE_CHECKING:
    from pyhanko_certvalidator import PKIXValidationParams

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

_CLAUSES = {
    "readable": "RFC 5280 4.1",
    "chain": "RFC 5280 6.1.3 (a)(1), (a)(4)",
    "validity_period": "RFC 5280 6.1.3 (a)(2)",
    "key_usage": "RFC 5280 4.2.1.3",
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


def _validity(certificate: Any, at: datetime, tolerance: timedelta) -> _Finding:
    start, end = certificate.not_valid_before, certificate.not_valid_after
    code = "not_yet_valid" if at + tolerance < start else "expired" if at - tolerance > end else "accepted"
    return _Finding("validity_period", code, reason("path.period", begins=show(start), ends=show(end), at=show(at)))


def _key_usage(certificate: Any, usage: str) -> _Finding:
    wanted = next(profile.key_usage for profile in KINDS.values() if profile.authority == usage)
    extension = certificate.key_usage_value
    bits = frozenset(extension.native) if extension is not None else frozenset()
    code = "accepted" if bits == wanted else "wrong_usage"
    return _Finding("key_usage", code, reason("path.key_usage", bits=_told(bits), usage=usage, wanted=_told(wanted)))


def _told(bits: frozenset[str]) -> str:
    return ", ".join(sorted(bits)) or "–"


def _policies(certificate: Any) -> str:
    extension = certificate.certificate_policies_value
    return ", ".join(one["policy_identifier"].dotted for one in extension) if extension is not None else "–"


def validate_path(
    certificate_der: bytes,
    *,
    anchors: bytes | Sequence[bytes],
    at: datetime,
    ocsp_responses: bytes | Sequence[bytes] = (),
    crls: bytes | Sequence[bytes] = (),
    usage: str,
    parameters: Parameters,
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

    Returns:
        The result with its six checks.

    Raises:
        MisuseError: an unknown usage, a naive time, an anchor that is no certificate, or data that are not bytes.

    Source: RFC 5280 6; RFC 6960 3.2.
    """
    if usage not in AUTHORITIES:
        raise MisuseError(f"a usage is one of {', '.join(AUTHORITIES)}; got {usage!r}.", code="unknown_usage")
    moment, tolerance = instant_of(at), parameters.duration("portal_clock_skew")
    roots = octets_of(anchors, "trust anchors")
    answers, lists = octets_of(ocsp_responses, "OCSP responses"), octets_of(crls, "CRLs")
    policy = policy_of(usage, parameters.text("policy_arc"))
    trust(roots)
    try:
        certificate = certificate_in(certificate_der)
        return _judge(certificate, roots, moment, tolerance, usage, policy, answers, lists)
    except (MalformedCertificate, *UNREADABLE) as error:
        return _unreadable(error)


def _unreadable(error: Exception) -> PathResult:
    seen = reason("path.unreadable", error=str(error) or type(error).__name__)
    first = Check("readable", False, _CLAUSES["readable"], seen)
    rest = [Check(name, False, clause, reason("path.not_judged_unreadable")) for name, clause in _CLAUSES.items()]
    return PathResult(False, "malformed_certificate", (first, *rest[1:]))


def _judge(
    certificate: Any,
    anchors: tuple[bytes, ...],
    at: datetime,
    tolerance: timedelta,
    usage: str,
    policy: PKIXValidationParams,
    ocsp_responses: Sequence[bytes],
    crls: Sequence[bytes],
) -> PathResult:
    validity, usage_finding = _validity(certificate, at, tolerance), _key_usage(certificate, usage)
    path = path_to_anchor(certificate, context(anchors, at, tolerance), policy)
    chain = _Finding("chain", "accepted", reason("path.trusted"))
    policies = _Finding("policy", "accepted", reason("path.policy", policies=_policies(certificate)))
    if isinstance(path, str):
        # Judge it again at an instant at which its dates are not the reason, without policies and with them.
        within = context(anchors, min(max(at, certificate.not_valid_before), certificate.not_valid_after), tolerance)
        failed, path = path, path_to_anchor(certificate, within, None)
        if isinstance(path, str):
            chain = _Finding("chain", "untrusted", reason("path.no_path", error=path))
            policies = _Finding("policy", "untrusted", reason("path.not_judged_no_path"))
        elif isinstance(path_to_anchor(certificate, within, policy), str):
            seen = reason("path.wrong_policy", policies=_policies(certificate), usage=usage)
            policies = _Finding("policy", "wrong_usage", seen)
        elif validity.code == "accepted":
            chain = _Finding("chain", "untrusted", reason("path.no_path", error=failed))
    status = Status("untrusted", reason("path.not_judged_no_path"))
    if not isinstance(path, str):
        status = Judge(path, anchors, at, tolerance).status(certificate, ocsp_responses, crls)
    findings = (
        _Finding("readable", "accepted", reason("path.readable", serial=f"{certificate.serial_number:08X}")),
        chain,
        validity,
        usage_finding,
        policies,
        _Finding("revocation", status.code, status.seen),
    )
    code = min((finding.code for finding in findings), key=CODES.index)
    return PathResult(
        accepted=code == "accepted",
        code=code,
        checks=tuple(finding.check for finding in findings),
        knowledge_at=status.this_update.astimezone(at.tzinfo) if status.this_update else None,
        usable_from=certificate.not_valid_before.astimezone(at.tzinfo) if code == "not_yet_valid" else None,
        serial=certificate.serial_number,
    )
