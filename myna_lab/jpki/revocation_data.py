"""What the OCSP answers and CRLs that a service holds say of a certificate. The library decides; this module asks it.

    OCSP responses, CRLs -> pieces, the newest first -> the library judges each alone -> the first definite word

What it decides of a piece that serves for nothing is told in words of our own: its reasons are for programmers.

Source: RFC 5280 6.3; RFC 6960 3.2.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from asn1crypto import crl as crls_der
from asn1crypto import ocsp as ocsp_der

from myna_lab.durations import show
from myna_lab.events import Reason, reason
from myna_lab.jpki.library import context, run_without_waiting
from myna_lab.jpki.names import UNREADABLE

if TYPE_CHECKING:
    from pyhanko_certvalidator.path import ValidationPath

__all__ = ["CODES", "Judge", "Status"]

CODES = ("revoked", "on_hold", "unknown", "stale_revocation_data", "no_revocation_information", "accepted")
"""What data can say; of several pieces that are not definite, the first of these counts."""
_DEFINITE = ("accepted", "revoked", "on_hold")


class _Piece(NamedTuple):
    """One OCSP answer for one certificate, or one CRL."""

    what: str
    this_update: datetime
    data: Any


class Status(NamedTuple):
    """What revocation data say of a certificate."""

    code: str
    """One of ``CODES``."""
    seen: Reason
    this_update: datetime | None = None
    """Of the data that decided, if any did."""


def _nothing(seen: Reason) -> Status:
    return Status("no_revocation_information", seen)


@functools.lru_cache(maxsize=256)
def _answers(der: bytes) -> tuple[tuple[int, _Piece], ...] | Reason:
    """(serial number, piece) of each answer in an OCSP response; or what it is instead."""
    from pyhanko_certvalidator.revinfo.archival import OCSPContainer

    try:
        response = ocsp_der.OCSPResponse.load(der, strict=True)
        if (status := response["response_status"].native) != "successful":
            return reason("path.error_answer", status=status)
        singles = [(answer, answer.extract_single_response()) for answer in OCSPContainer.load_multi(response)]
        return tuple(
            (one["cert_id"]["serial_number"].native, _Piece("OCSP", one["this_update"].native, answer))
            for answer, one in singles
            if one is not None
        )
    except UNREADABLE:
        return reason("path.unreadable_data", what="OCSP")


@functools.lru_cache(maxsize=64)
def _list(der: bytes) -> _Piece | Reason:
    from pyhanko_certvalidator.revinfo.archival import CRLContainer

    try:
        content = crls_der.CertificateList.load(der, strict=True)
        return _Piece("CRL", content["tbs_cert_list"]["this_update"].native, CRLContainer(content))
    except UNREADABLE:
        return reason("path.unreadable_data", what="CRL")


def _newest_first(pieces: list[_Piece]) -> Iterator[_Piece]:
    return iter(sorted(pieces, key=lambda piece: piece.this_update, reverse=True))


def _is_of_its_authority(crl: Any, certificate: Any) -> bool:
    """Whether a list is of the authority and key that certified."""
    same_name = crl.issuer == certificate.issuer
    return bool(same_name and crl.authority_key_identifier == certificate.authority_key_identifier)


def _is_of_its_place(crl: Any, certificate: Any) -> bool:
    """Whether a list is of all towns, or of the place that the certificate names."""
    scope = crl.issuing_distribution_point_value
    if scope is None:
        return True
    if scope["only_contains_ca_certs"].native:
        return False
    place = scope["distribution_point"]
    points = certificate.crl_distribution_points_value or ()
    return place.native is None or any(point["distribution_point"].dump() == place.dump() for point in points)


class Judge(NamedTuple):
    """What a service judges revocation by."""

    path: ValidationPath
    """From the certificate to its anchor."""
    anchors: tuple[bytes, ...]
    at: datetime
    tolerance: timedelta

    def status(self, certificate: Any, ocsp_responses: Sequence[bytes], crls: Sequence[bytes]) -> Status:
        """The first definite word, the newest data first, OCSP before CRL; else the best of what is left."""
        best = _nothing(reason("path.no_data"))
        answers, lists = [], []
        for der in ocsp_responses:
            if isinstance(found := _answers(der), Reason):
                best = _nothing(found)
                continue
            of_it = [piece for serial, piece in found if serial == certificate.serial_number]
            best = best if of_it else _nothing(reason("path.answer_for_another"))
            answers += of_it
        for der in crls:
            if isinstance(listed := _list(der), Reason):
                best = _nothing(listed)
            else:
                lists.append(listed)
        for piece in (*_newest_first(answers), *_newest_first(lists)):
            said = self._said(certificate, piece)
            if said.code in _DEFINITE:
                return said
            if best.this_update is None or CODES.index(said.code) < CODES.index(best.code):
                best = said
        return best

    def _said(self, certificate: Any, piece: _Piece) -> Status:
        """What one piece of data says, by the library."""
        from pyhanko_certvalidator import errors
        from pyhanko_certvalidator.revinfo.validate_crl import verify_crl
        from pyhanko_certvalidator.revinfo.validate_ocsp import verify_ocsp_response

        what, of = piece.what, show(piece.this_update)
        verify, given = (verify_ocsp_response, "ocsp") if what == "OCSP" else (verify_crl, "crl")
        # The library counts a CRL line only after its second; a moment later, and as much more tolerant, it counts at
        # once.
        more = timedelta(microseconds=what == "CRL")
        asked = context(self.anchors, self.at + more, self.tolerance + more, **{given: piece.data})
        try:
            run_without_waiting(verify(certificate, self.path, asked))
        except errors.RevokedError as error:
            cause = error.reason.native
            seen = reason("path.revoked", what=what, since=show(error.revocation_dt), cause=cause)
            return Status("on_hold" if cause == "certificate_hold" else "revoked", seen, piece.this_update)
        except (errors.OCSPValidationIndeterminateError, errors.CRLValidationIndeterminateError) as error:
            if error.suspect_stale:
                return Status("stale_revocation_data", reason("path.stale", what=what, of=of), piece.this_update)
            if what == "OCSP" and not error.failures:
                if piece.data.extract_single_response()["cert_status"].name == "unknown":
                    return Status("unknown", reason("path.unknown"), piece.this_update)
                return _nothing(reason("path.revoked_later"))
            return _nothing(self._unfit(certificate, piece, "; ".join(str(failure[0]) for failure in error.failures)))
        except (errors.OCSPValidationError, errors.CRLValidationError) as error:
            return _nothing(self._unfit(certificate, piece, str(error)))
        except UNREADABLE:
            return _nothing(reason("path.unreadable_data", what=what))
        return Status("accepted", reason("path.not_revoked", what=what, of=of), piece.this_update)

    def _unfit(self, certificate: Any, piece: _Piece, error: str) -> Reason:
        """Why a piece serves for nothing; where we cannot tell, in the library's words."""
        if piece.this_update > self.at + self.tolerance:
            return reason("path.data_of_later", what=piece.what, of=show(piece.this_update))
        if piece.what == "CRL":
            if not _is_of_its_authority(piece.data.crl_data, certificate):
                return reason("path.list_of_another_authority")
            if not _is_of_its_place(piece.data.crl_data, certificate):
                return reason("path.list_of_another_place")
        return reason("path.data_not_fitting", what=piece.what, error=error)
