"""Is this certificate good, here and now? The library pyhanko-certvalidator decides; this module asks and translates.

    certificate, anchors, instant -> library: path, dates, policy -> library: revocation, one piece of data at a time
                                  -> every check with clause and reason -> one code

All is well in one run of the library. If it is not, the same path is judged again without each condition, so that every
check can be listed. Nothing is fetched, so the library's coroutines never wait and need no event loop (a notebook
already runs one). An authority's own end of validity is no input of RFC 5280 6.1: who trusts an anchor gives it.
"""

from __future__ import annotations

import functools
from collections.abc import Coroutine, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from asn1crypto import crl as crls_der
from asn1crypto import ocsp as ocsp_der
from asn1crypto import x509 as certificates_der

from myna_lab.durations import at as instant_of
from myna_lab.durations import show
from myna_lab.errors import MalformedCertificate, MisuseError
from myna_lab.events import Check
from myna_lab.jpki.names import UNREADABLE, read_certificate
from myna_lab.jpki.profiles import AUTHORITIES, KINDS, policy_identifier
from myna_lab.parameters import Parameters

if TYPE_CHECKING:
    from pyhanko_certvalidator import PKIXValidationParams, ValidationContext
    from pyhanko_certvalidator.path import ValidationPath
    from pyhanko_certvalidator.registry import SimpleTrustManager

__all__ = ["CODES", "PathResult", "validate_path"]

T = TypeVar("T")

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
_NOT_JUDGED = "not judged: "


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
    reason: str

    @property
    def check(self) -> Check:
        return Check(self.name, self.code == "accepted", _CLAUSES[self.name], self.reason)


class _Piece(NamedTuple):
    """One OCSP answer for one certificate, or one CRL."""

    what: str
    this_update: datetime
    data: Any


class _Status(NamedTuple):
    """What one piece of revocation data says of the certificate."""

    code: str
    reason: str
    this_update: datetime | None = None


def run_without_waiting(coroutine: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that waits for nothing."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        value: T = done.value
        return value
    coroutine.close()
    raise RuntimeError("the library waits for something, though nothing is fetched.")


@functools.lru_cache(maxsize=64)
def _trust(anchors: tuple[bytes, ...]) -> SimpleTrustManager:
    from pyhanko_certvalidator.registry import SimpleTrustManager

    try:
        return SimpleTrustManager.build(trust_roots=[_certificate(der) for der in anchors])
    except (MalformedCertificate, *UNREADABLE) as error:
        raise MisuseError(f"a trust anchor is a certificate in DER: {error}", code="bad_anchor") from error


@functools.lru_cache(maxsize=256)
def _certificate(der: bytes) -> Any:
    read_certificate(der)
    return certificates_der.Certificate.load(der, strict=True)


@functools.lru_cache(maxsize=256)
def _answers(der: bytes) -> tuple[tuple[int, _Piece], ...]:
    """(serial number, piece) of each answer in an OCSP response; none if it is an error or cannot be read."""
    from pyhanko_certvalidator.revinfo.archival import OCSPContainer

    try:
        answers = OCSPContainer.load_multi(ocsp_der.OCSPResponse.load(der, strict=True))
        singles: list[tuple[OCSPContainer, Any]] = [(answer, answer.extract_single_response()) for answer in answers]
        return tuple(
            (one["cert_id"]["serial_number"].native, _Piece("OCSP", one["this_update"].native, answer))
            for answer, one in singles
        )
    except UNREADABLE:
        return ()


@functools.lru_cache(maxsize=64)
def _list(der: bytes) -> tuple[_Piece, ...]:
    from pyhanko_certvalidator.revinfo.archival import CRLContainer

    try:
        content = crls_der.CertificateList.load(der, strict=True)
        return (_Piece("CRL", content["tbs_cert_list"]["this_update"].native, CRLContainer(content)),)
    except UNREADABLE:
        return ()


def _context(
    anchors: tuple[bytes, ...], at: datetime, tolerance: timedelta, piece: _Piece | None = None
) -> ValidationContext:
    from pyhanko_certvalidator import ValidationContext
    from pyhanko_certvalidator.policy_decl import NO_REVOCATION, CertRevTrustPolicy

    return ValidationContext(
        trust_manager=_trust(anchors),
        moment=at,
        time_tolerance=tolerance,
        revinfo_policy=CertRevTrustPolicy(NO_REVOCATION),
        ocsps=[piece.data] if piece and piece.what == "OCSP" else None,
        crls=[piece.data] if piece and piece.what == "CRL" else None,
    )


@functools.lru_cache(maxsize=64)
def _policy(usage: str, arc: str) -> PKIXValidationParams:
    from pyhanko_certvalidator import PKIXValidationParams

    accepted = frozenset(policy_identifier(profile, arc) for profile in KINDS.values() if profile.authority == usage)
    return PKIXValidationParams(user_initial_policy_set=accepted, initial_explicit_policy=True)


def _path(certificate: Any, context: ValidationContext, policy: PKIXValidationParams | None) -> ValidationPath | str:
    """The valid path to an anchor, or why there is none."""
    from pyhanko_certvalidator import CertificateValidator
    from pyhanko_certvalidator.errors import PathError, ValidationError

    validator = CertificateValidator(certificate, validation_context=context, pkix_params=policy)
    try:
        return run_without_waiting(validator.async_validate_path())
    except (PathError, ValidationError) as error:
        return str(error)


def _status(
    certificate: Any,
    path: ValidationPath,
    anchors: tuple[bytes, ...],
    at: datetime,
    tolerance: timedelta,
    piece: _Piece,
) -> _Status:
    """What one piece of data says, by the library."""
    from pyhanko_certvalidator import errors
    from pyhanko_certvalidator.revinfo.validate_crl import verify_crl
    from pyhanko_certvalidator.revinfo.validate_ocsp import verify_ocsp_response

    verify = verify_ocsp_response if piece.what == "OCSP" else verify_crl
    # The library counts a CRL line only after its second; a moment later, and as much more tolerant, it counts at once.
    later = timedelta(microseconds=piece.what == "CRL")
    try:
        run_without_waiting(verify(certificate, path, _context(anchors, at + later, tolerance + later, piece)))
    except errors.RevokedError as error:
        code = "on_hold" if error.reason.native == "certificate_hold" else "revoked"
        text = f"{piece.what}: since {show(error.revocation_dt)} JST, {error.reason.native}"
        return _Status(code, text, piece.this_update)
    except (errors.OCSPValidationIndeterminateError, errors.CRLValidationIndeterminateError) as error:
        if error.suspect_stale:
            text = f"{piece.what} of {show(piece.this_update)} JST: too old"
            return _Status("stale_revocation_data", text, piece.this_update)
        if piece.what == "OCSP" and not error.failures:
            if piece.data.extract_single_response()["cert_status"].name == "unknown":
                return _Status("unknown", "OCSP: the responder does not know this certificate", piece.this_update)
            return _Status("no_revocation_information", "OCSP: revoked at a later time than now")
        return _Status("no_revocation_information", f"{piece.what}: {'; '.join(str(f[0]) for f in error.failures)}")
    except (errors.OCSPValidationError, errors.CRLValidationError) as error:
        return _Status("no_revocation_information", f"{piece.what}: {error}")
    except UNREADABLE as error:
        return _Status("no_revocation_information", f"{piece.what}: cannot be read ({type(error).__name__})")
    return _Status("accepted", f"{piece.what} of {show(piece.this_update)} JST: not revoked", piece.this_update)


def _revocation(
    certificate: Any,
    path: ValidationPath,
    anchors: tuple[bytes, ...],
    at: datetime,
    tolerance: timedelta,
    ocsp_responses: Sequence[bytes],
    crls: Sequence[bytes],
) -> _Status:
    """The first definite word, the newest data first, OCSP before CRL; else the best of what is left."""
    asked = certificate.serial_number
    answers = [piece for der in ocsp_responses for serial, piece in _answers(der) if serial == asked]
    lists = [piece for der in crls for piece in _list(der)]
    best = _Status("no_revocation_information", "neither an OCSP answer nor a CRL for this certificate")
    for piece in (*_newest_first(answers), *_newest_first(lists)):
        found = _status(certificate, path, anchors, at, tolerance, piece)
        if found.code in ("accepted", "revoked", "on_hold"):
            return found
        if best.this_update is None or CODES.index(found.code) < CODES.index(best.code):
            best = found
    return best


def _newest_first(pieces: list[_Piece]) -> Iterator[_Piece]:
    return iter(sorted(pieces, key=lambda piece: piece.this_update, reverse=True))


def _validity(certificate: Any, at: datetime, tolerance: timedelta) -> _Finding:
    start, end = certificate.not_valid_before, certificate.not_valid_after
    code = "not_yet_valid" if at + tolerance < start else "expired" if at - tolerance > end else "accepted"
    return _Finding("validity_period", code, f"{show(start)} to {show(end)} JST; judged at {show(at)}")


def _key_usage(certificate: Any, usage: str) -> _Finding:
    wanted = next(profile.key_usage for profile in KINDS.values() if profile.authority == usage)
    extension = certificate.key_usage_value
    bits = frozenset(extension.native) if extension is not None else frozenset()
    shown = ", ".join(sorted(bits)) or "none"
    code = "accepted" if bits == wanted else "wrong_usage"
    return _Finding("key_usage", code, f"{shown}; for {usage}: {', '.join(sorted(wanted))}")


def _policies(certificate: Any) -> str:
    extension = certificate.certificate_policies_value
    return ", ".join(one["policy_identifier"].dotted for one in extension) if extension is not None else "none"


def validate_path(
    certificate_der: bytes,
    *,
    anchors: Sequence[bytes],
    at: datetime,
    ocsp_responses: Sequence[bytes] = (),
    crls: Sequence[bytes] = (),
    usage: str,
    parameters: Parameters,
) -> PathResult:
    """Validate a certificate as a relying party does, and list every check.

    電子証明書の有効性を確認する。

    Args:
        certificate_der: the certificate; anything at all may come in.
        anchors: trusted authority certificates, DER; several generations with one name are told apart by key.
        at: the instant of the decision.
        ocsp_responses: OCSP responses that the service holds, DER.
        crls: CRLs that the service holds, DER.
        usage: ``sign`` or ``auth``: what the certificate shall serve for.
        parameters: ``policy_arc``, ``portal_clock_skew``.

    Returns:
        The result with its six checks.

    Raises:
        MisuseError: an unknown usage, a naive time, or an anchor that is no certificate.

    Source: RFC 5280 6; RFC 6960 3.2.
    """
    if usage not in AUTHORITIES:
        raise MisuseError(f"a usage is one of {', '.join(AUTHORITIES)}; got {usage!r}.", code="unknown_usage")
    moment, tolerance, roots = instant_of(at), parameters.duration("portal_clock_skew"), tuple(anchors)
    policy = _policy(usage, parameters.text("policy_arc"))
    _trust(roots)
    try:
        certificate = _certificate(certificate_der)
        return _judge(certificate, roots, moment, tolerance, usage, policy, ocsp_responses, crls)
    except (MalformedCertificate, *UNREADABLE) as error:
        return _unreadable(error)


def _unreadable(error: Exception) -> PathResult:
    first = Check("readable", False, _CLAUSES["readable"], str(error) or type(error).__name__)
    rest = (Check(name, False, clause, _NOT_JUDGED + "unreadable") for name, clause in _CLAUSES.items())
    return PathResult(False, "malformed_certificate", (first, *list(rest)[1:]))


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
    path = _path(certificate, _context(anchors, at, tolerance), policy)
    chain = _Finding("chain", "accepted", "signed by a trusted authority")
    policies = _Finding("policy", "accepted", _policies(certificate))
    if isinstance(path, str):
        # Judge it again at an instant at which its dates are not the reason, without policies and with them.
        within = min(max(at, certificate.not_valid_before), certificate.not_valid_after)
        failed, path = path, _path(certificate, _context(anchors, within, tolerance), None)
        if isinstance(path, str):
            chain = _Finding("chain", "untrusted", path)
            policies = _Finding("policy", "untrusted", _NOT_JUDGED + "no path")
        elif isinstance(_path(certificate, _context(anchors, within, tolerance), policy), str):
            policies = _Finding("policy", "wrong_usage", f"{_policies(certificate)}: none that serves for {usage}")
        elif validity.code == "accepted":
            chain = _Finding("chain", "untrusted", failed)
    status = _Status("untrusted", _NOT_JUDGED + "no path")
    if not isinstance(path, str):
        status = _revocation(certificate, path, anchors, at, tolerance, ocsp_responses, crls)
    findings = (
        _Finding("readable", "accepted", f"serial number {certificate.serial_number:08X}"),
        chain,
        validity,
        usage_finding,
        policies,
        _Finding("revocation", status.code, status.reason),
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
