"""OCSP answers: the books at the last 15-minute tick, or at the certificate's activation if that is later."""

from __future__ import annotations

from datetime import datetime

from myna_lab.formats import jpki
from myna_lab.formats.jpki.ocsp import refusal
from myna_lab.ground.arguments import only_bool, only_bytes
from myna_lab.ground.durations import at as instant
from myna_lab.ground.durations import tick
from myna_lab.jlis.books import Books, CertificateKey, CertificateRow, CertificateState
from myna_lab.jlis.publishing.generations import STOPPED, Clock, Directory, Generations, reason_of, standing
from myna_lab.jlis.publishing.places import facts_of
from myna_lab.parameters import Parameters

__all__ = ["Answers"]

C = CertificateState
_OCSP_STATE = {C.REQUESTED: "unknown", C.ISSUED: "unknown", C.GOOD: "good", C.ON_HOLD: "on_hold", C.REVOKED: "revoked"}


class Answers(Generations):
    """The OCSP responders of all authorities; arguments as for :class:`Generations`."""

    def __init__(self, books: Books, directory: Directory, parameters: Parameters, clock: Clock) -> None:
        super().__init__(books, directory, parameters, clock)
        self._period = parameters.duration("ocsp_refresh")
        self._activations_at_once = parameters.text("ocsp_activation") == "at_once"
        self._before_activation = parameters.text("ocsp_before_activation")
        self._signed: dict[bytes, dict[bytes, bytes]] = {}
        self._signed_at: datetime | None = None

    def ocsp(self, request: bytes, *, at: str | datetime | None = None, presigned: bool = False) -> bytes:
        """Answer an OCSP request.

        Args:
            request: DER, RFC 6960 4.1; anything at all may come in.
            at: the instant at which it is asked; None: now.
            presigned: give answers without a nonce again until the data are renewed, instead of signing each.

        Returns:
            The response, DER; a malformed request gets a response that says so.

        Raises:
            MisuseError: an instant that is not reached yet.
        """
        only_bytes("a request", request)
        only_bool(presigned=presigned)
        when = self._instant(at)
        known_at = tick(when, self._period)
        with self._clock.lock:
            # Before and after its time an authority answers for nothing.
            at_work = [
                authority
                for kind in ("sign", "auth")
                for authority in reversed(self._directory.generations[kind])
                if facts_of(authority.certificate).is_at_work(when)
            ]
            authority = jpki.asked_of(request, at_work)
            if authority is None:
                return refusal(request)
            signed = self._signed_of(authority, known_at) if presigned else None

        def status(serial: int) -> jpki.CertificateStatus:
            with self._clock.lock:
                return self._status(authority, serial, known_at, when)

        # Signing takes a hundred times as long as looking up, and needs no lock.
        return jpki.ocsp_response(
            request,
            authority=authority,
            status=status,
            next_update=known_at + self._period,
            produced_at=when,
            signed=signed,
        )

    def answered_from(self, row: CertificateRow, at: str | datetime) -> datetime:
        """When the first answer about a certificate is given that knows of an instant: of the next tick, or at once.

        A tick knows of what happened at it; an activation that is told at once tells everything before it, too.
        """
        when = instant(at)
        newest = tick(when, self._period)
        ticks = newest if newest == when else newest + self._period
        is_told_at_once = self._activations_at_once and row.activates_at > when
        return min(ticks, row.activates_at) if is_told_at_once else ticks

    def _signed_of(self, authority: jpki.Authority, known_at: datetime) -> dict[bytes, bytes]:
        """What this authority's responder signed since the data were renewed."""
        if self._signed_at != known_at:
            self._signed.clear()
            self._signed_at = known_at
        return self._signed.setdefault(authority.responder_certificate, {})

    def _status(
        self, authority: jpki.Authority, serial: int, known_at: datetime, at: datetime
    ) -> jpki.CertificateStatus:
        if serial in (facts_of(authority.certificate).serial, facts_of(authority.responder_certificate).serial):
            return jpki.CertificateStatus("good", this_update=known_at)
        row = self._books.certificates.get(CertificateKey(authority.kind, serial))
        if row is None or self._directory.generations[authority.kind][self.issuer(row) - 1] is not authority:
            return jpki.CertificateStatus("unknown", this_update=known_at)
        if self._activations_at_once and known_at < row.activates_at <= at:
            known_at = row.activates_at
        past = standing(row, known_at)
        if past.state in (C.REQUESTED, C.ISSUED) and row.issued_at <= at:
            return jpki.CertificateStatus(self._before_activation, this_update=known_at)
        if past.state in STOPPED:
            return jpki.CertificateStatus(
                _OCSP_STATE[past.state], this_update=known_at, revoked_at=past.at, reason=reason_of(past)
            )
        return jpki.CertificateStatus(_OCSP_STATE[past.state], this_update=known_at)
