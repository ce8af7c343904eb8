"""What J-LIS publishes: CRL and OCSP answers, made from the books of their own instant.

    OCSP: the books at the last 15-minute tick, or at the certificate's activation if that is later
    CRL:  the books at the last day's list, one list a municipality

So a service learns of a revocation late because it must, not because a script says so.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from myna_lab import jpki
from myna_lab.books import CertificateRow, CertificateState
from myna_lab.durations import next_tick, tick
from myna_lab.errors import MisuseError

if TYPE_CHECKING:
    from myna_lab.lab.lab import Lab

__all__ = ["Revocation"]

C = CertificateState
_OCSP_STATE = {C.REQUESTED: "unknown", C.ISSUED: "unknown", C.GOOD: "good", C.ON_HOLD: "on_hold", C.REVOKED: "revoked"}


class Revocation:
    """Published revocation data of a lab."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab

    @property
    def anchors(self) -> tuple[bytes, ...]:
        """Certificates of the sign and the auth authority, DER."""
        authorities = self._lab._model.authorities
        return authorities.sign.certificate, authorities.auth.certificate

    def ocsp(self, request: bytes) -> bytes:
        """Answer an OCSP request.

        Args:
            request: DER, RFC 6960 4.1.

        Returns:
            The response, DER; a malformed request gets a response that says so.
        """
        authorities = self._lab._model.authorities
        at, period = self._lab.now, self._lab.parameters.duration("ocsp_refresh")
        # Who asks about a stranger's certificate is told "unauthorized" by either responder.
        authority = jpki.asked_of(request, (authorities.sign, authorities.auth)) or authorities.sign
        with self._lab.log.lock:
            return jpki.ocsp_response(
                request,
                authority=authority,
                status=lambda serial: self._status(authority.kind, serial, at),
                next_update=next_tick(at, period),
                produced_at=at,
            )

    def _status(self, authority: str, serial: int, at: datetime) -> jpki.CertificateStatus:
        known_at = tick(at, self._lab.parameters.duration("ocsp_refresh"))
        try:
            row = self._lab.books.certificate(authority, serial)
        except MisuseError:
            return jpki.CertificateStatus("unknown", this_update=known_at)
        if known_at < row.activates_at <= at:
            known_at = row.activates_at
        return status_of(row, known_at)

    def crl(self, kind: str, municipality: str | None = None) -> bytes:
        """The newest list of an authority.

        Args:
            kind: ``sign`` or ``auth``.
            municipality: five digits: the list of that town; None: the full list.

        Returns:
            The CRL, DER.

        Raises:
            MisuseError: no such authority, or no holder from that town.
        """
        parameters, authorities = self._lab.parameters, self._lab._model.authorities
        if kind not in ("sign", "auth"):
            raise MisuseError(f"{kind!r} is not an authority; there are sign and auth.", code="unknown_authority")
        period = parameters.duration("crl_period")
        with self._lab.log.lock:
            this_update = tick(self._lab.now, period)
            begun = self._lab.log[0].at
            entries = [
                jpki.RevokedEntry(row.key.serial, past.at, past.reason or "CERTIFICATE_HOLD")
                for row in self._lab.books.certificates.values()
                if row.key.authority == kind and municipality in (None, row.municipality)
                if (past := row.past_at(this_update)).state in (C.REVOKED, C.ON_HOLD)
            ]
            return jpki.crl(
                authority=authorities.sign if kind == "sign" else authorities.auth,
                entries=entries,
                partition=None if municipality is None else self._lab._model.partition(municipality),
                number=1 + int((this_update - tick(begun, period)) / period),
                this_update=this_update,
                next_update=this_update + parameters.duration("crl_validity"),
            )


def status_of(row: CertificateRow, at: datetime) -> jpki.CertificateStatus:
    """What a responder says of a certificate whose books it saw at an instant; an expired one keeps its last answer."""
    past = row.past_at(at)
    if past.state is C.EXPIRED:
        past = row.history[-2]
    if past.state in (C.REVOKED, C.ON_HOLD):
        reason = past.reason or "CERTIFICATE_HOLD"
        return jpki.CertificateStatus(_OCSP_STATE[past.state], this_update=at, revoked_at=past.at, reason=reason)
    return jpki.CertificateStatus(_OCSP_STATE[past.state], this_update=at)
