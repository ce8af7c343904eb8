"""The status list of attribute records: each has a place by the number of the certificate with which it ends.

books at the instant of the list -> {index: INVALID or SUSPENDED} -> a signed CWT
"""

from __future__ import annotations

from datetime import datetime, timedelta

from myna_lab.formats.mdoc.status_list import PLACES, Status, place_for, status_list
from myna_lab.jlis.books import CertificateState
from myna_lab.jlis.publishing.generations import Generations
from myna_lab.jlis.publishing.schedule import Schedule

__all__ = ["Records"]

_STATED = {CertificateState.REVOKED: Status.INVALID, CertificateState.ON_HOLD: Status.SUSPENDED}


class Records(Generations):
    """Who publishes the list; arguments as for :class:`Generations`."""

    def recorded_from(self, at: datetime) -> datetime | None:
        """When the first list is made that knows of an instant: the one made at it, or the next; None: none is made."""
        if self._directory.status_signer is None:
            return None
        schedule = Schedule(self._parameters.duration("mdoc_status_period"), timedelta())
        newest = schedule.newest(at)
        return newest if newest == at else schedule.next(at)

    def record_status(self, uri: str, at: str | datetime | None = None) -> bytes:
        """The newest list at a place that a record names.

        Args:
            uri: of the list.
            at: the instant at which it is fetched; None: now.

        Returns:
            CWT; empty: no list stands there (parameter ``mdoc_status``).

        Raises:
            MisuseError: an instant that is not reached yet.

        Source: attribute facts 7.2 and 7.7.
        """
        period = self._parameters.duration("mdoc_status_period")
        made_at = Schedule(period, timedelta()).newest(self._instant(at))
        signer = self._directory.status_signer
        if signer is None or uri != place_for(0).uri:
            return b""
        with self._clock.lock:
            statuses = {
                place_for(row.key.serial).idx: _STATED[state]
                for row in self._books.certificates.values()
                if row.kind == "phone_auth" and (state := row.past_at(made_at).state) in _STATED
            }
        key, certificate = signer
        return status_list(
            statuses,
            PLACES,
            uri=uri,
            key=key,
            certificate=certificate,
            at=made_at,
            ttl=period,
            valid_for=self._parameters.duration("mdoc_status_validity"),
        )
