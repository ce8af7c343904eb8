"""A reader's side of a response: all that ISO/IEC 18013-5 9.3.1 asks, in its order, whatever the first checks say.

    chain -> signer_usage -> issuer_signature -> doc_type -> digests -> validity -> status -> device_auth -> asked

The status has three answers: valid, revoked, and not known; a list that cannot be had is no revocation.
Source: attribute facts 5.1 to 5.5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric import ec

from myna_lab.events import Check, reason
from myna_lab.formats.mdoc import cose
from myna_lab.formats.mdoc.elements import DOC_TYPE, MY_NUMBER
from myna_lab.formats.mdoc.record import Record
from myna_lab.formats.mdoc.request import Elements
from myna_lab.formats.mdoc.response import Document, settles
from myna_lab.formats.mdoc.session import device_mac_key
from myna_lab.formats.mdoc.status_list import Status, StatusSeen
from myna_lab.formats.mdoc.transcript import Transcript, device_authentication, differing
from myna_lab.formats.mdoc.verifying import issuer_checks
from myna_lab.ground.durations import show

__all__ = ["Session", "code_of", "inspect", "over_asked"]

_STATUS = "token status list, draft 21, 8.3"
_DEVICE = "ISO/IEC 18013-5 9.1.3"
_ASKED = "ISO/IEC 18013-5 8.3.2.1.2.2"


@dataclass(frozen=True, slots=True)
class Session:
    """What a reader knows of the session in which a document was shown."""

    transcript: Transcript
    """The reader's own."""
    asked: Elements
    """What it asked for."""
    reader_key: ec.EllipticCurvePrivateKey | None = None
    """Its ephemeral key: a MAC can be checked with it alone."""
    device_transcript: Transcript | None = None
    """The phone's, where it can be had (in this laboratory, never in a shop): a failed signature is explained by it."""
    doc_type: str = DOC_TYPE
    """Which document it asked for."""


def inspect(
    document: Document,
    session: Session,
    *,
    anchors: Sequence[bytes],
    at: datetime,
    status: StatusSeen | None = None,
) -> tuple[Check, ...]:
    """Check a document of a response.

    Args:
        document: as received.
        session: in which it was shown.
        anchors: roots (IACA) that the reader trusts, DER.
        at: now, timezone-aware.
        status: what a status list says; None: nobody asked for one.

    Returns:
        Nine checks, in the order of the module's first lines.
    """
    return (
        *issuer_checks(document.record, anchors=anchors, at=at, doc_type=session.doc_type),
        _status(document.record, status),
        _device(document, session),
        _asked(document.record, session.asked),
    )


def code_of(checks: Sequence[Check]) -> str:
    """The answer: ``accepted``, or the code of the first check that failed."""
    failed = next((check for check in checks if not check.passed), None)
    if failed is None:
        return "accepted"
    if failed.name == "status":
        return "revoked" if failed.seen.code in ("record.status_invalid", "record.status_suspended") else "undetermined"
    return _CODES.get(failed.name, failed.name)


_CODES = {
    "chain": "untrusted_issuer",
    "signer_usage": "untrusted_issuer",
    "issuer_signature": "bad_signature",
    "doc_type": "wrong_document",
    "digests": "changed_record",
    "validity": "record_not_valid",
    "device_auth": "other_device",
    "asked": "not_asked",
}


def over_asked(elements: Elements) -> tuple[str, ...]:
    """What a request asks that hardly anybody may ask: the My Number, without a law that allows it."""
    return tuple(name for asked in elements.values() for name in asked if name == MY_NUMBER)


def _status(record: Record, seen: StatusSeen | None) -> Check:
    if record.status is None:
        return Check("status", True, _STATUS, reason("record.no_status"))
    if seen is None:
        return Check("status", False, _STATUS, reason("record.status_not_known", why="no_list"))
    if seen.status is Status.UNDETERMINED:
        return Check("status", False, _STATUS, reason("record.status_not_known", why=seen.why))
    assert seen.issued_at is not None, "a status comes from a list with a time"
    at = show(seen.issued_at)
    if seen.status is Status.VALID:
        return Check("status", True, _STATUS, reason("record.status_valid", at=at))
    suspended = seen.status is Status.SUSPENDED
    said = reason("record.status_suspended", at=at) if suspended else reason("record.status_invalid", at=at)
    return Check("status", False, _STATUS, said)


def _device(document: Document, session: Session) -> Check:
    """Whether the phone that shows the record holds its key, and shows it in this session."""
    key = cose.public_key(document.record.device_key)
    if key is None:
        return Check("device_auth", False, _DEVICE, reason("record.device_key_unreadable"))
    payload = device_authentication(session.transcript, document.record.doc_type, document.device_name_spaces)
    if document.mac is not None:
        if session.reader_key is None:
            return Check("device_auth", False, _DEVICE, reason("record.device_mac_elsewhere"))
        secret = device_mac_key(session.reader_key, key, session.transcript)
        fits, said = cose.mac_fits(document.mac, secret, payload), reason("record.device_mac_fits")
    else:
        assert document.signature is not None, "a document has either"
        fits, said = cose.verified(document.signature, key, payload), reason("record.device_signature_fits")
    if fits:
        return Check("device_auth", True, _DEVICE, said)
    parts = () if session.device_transcript is None else differing(session.transcript, session.device_transcript)
    seen = reason("record.device_differs", parts=", ".join(parts)) if parts else reason("record.device_does_not_fit")
    return Check("device_auth", False, _DEVICE, seen)


def _asked(record: Record, asked: Elements) -> Check:
    """Whether nothing came that was not asked, but an age that settles one that was."""
    unasked = [
        item.element_identifier
        for name_space, items in record.items.items()
        for item in items
        if not any(settles(item, name) for name in asked.get(name_space, {}))
    ]
    seen = reason("record.not_asked", elements=", ".join(unasked)) if unasked else reason("record.only_asked")
    return Check("asked", not unasked, _ASKED, seen)
