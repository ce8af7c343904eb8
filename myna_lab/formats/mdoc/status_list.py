"""A token status list: two bits a record, compressed, signed as a CWT below the root of the records.

    {index: Status} -> status_list -> CWT -> status_of(place in the record, CWT) -> VALID, INVALID, SUSPENDED …

A list that cannot be had, read or trusted says nothing: that is neither valid nor revoked (attribute facts 7.3).
Source: IETF draft-ietf-oauth-status-list-21 sections 4, 5.2, 6.3, 8.3; attribute facts 7.2.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import NamedTuple

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from myna_lab.errors import MalformedCertificate, MalformedMdoc, MisuseError
from myna_lab.formats.jpki.names import UNREADABLE
from myna_lab.formats.mdoc import cose
from myna_lab.formats.mdoc.authority import STATUS_SIGNER
from myna_lab.formats.mdoc.encoded import Encoded
from myna_lab.formats.mdoc.paths import path_to, read_signer
from myna_lab.formats.mdoc.record import StatusPlace
from myna_lab.ground.durations import at as instant
from myna_lab.ground.durations import in_zone

__all__ = ["PLACES", "Status", "StatusSeen", "place_for", "status_list", "status_of"]

_TYPE = "application/statuslist+cwt"
_DRAFT = "token status list, draft 21, 5.2"
_HEADER_TYPE = 16
_SUBJECT, _EXPIRES, _ISSUED, _TTL, _LIST = 2, 4, 6, 65534, 65533
_BITS = 2
_LARGEST_LIST = 1 << 24
"""Octets of the largest list that is unpacked: it would hold 67 million records of two bits."""


_NEVER = 253_402_300_799
"""The last second of the year 9999."""


PLACES = 1 << 20
"""Of the lab's list (assumed: attribute facts 7.6): so many that none tells how many records there are."""


def place_for(serial: int) -> StatusPlace:
    """The place of a record in the lab's list, by the serial number of the certificate with which it ends."""
    return StatusPlace(serial % PLACES, "https://status.jpki-emu.invalid/records")


class Status(Enum):
    """What a list says of one record."""

    VALID = 0
    INVALID = 1
    SUSPENDED = 2
    UNDETERMINED = -1
    """There is no list that can be trusted, or it does not reach so far."""


class StatusSeen(NamedTuple):
    """A status, since when it is known, and why it is not."""

    status: Status
    issued_at: datetime | None = None
    why: str = ""
    """``no_list``, ``malformed``, ``untrusted``, ``bad_signature``, ``other_list``, ``expired``, ``future`` or
    ``too_short``; empty: it is determined."""


def status_list(
    statuses: Mapping[int, Status],
    size: int,
    *,
    uri: str,
    key: ec.EllipticCurvePrivateKey,
    certificate: bytes,
    at: datetime,
    ttl: timedelta,
    valid_for: timedelta,
) -> bytes:
    """Make a signed list.

    Args:
        statuses: those that are not valid, by index.
        size: how many records the list has room for.
        uri: where it is published; records name it.
        key: of the status signer, P-256.
        certificate: the status signer's, DER; issued by the root of the records.
        at: when it is made, timezone-aware.
        ttl: how long a reader may use it before it asks again.
        valid_for: until when it may be used at all.

    Returns:
        CWT: COSE_Sign1 in tag 18. Same arguments, same bytes.

    Raises:
        MisuseError: an index that is not in the list, or a status that no list can state.
    """
    packed = bytearray(-(-size * _BITS // 8))
    for index, status in statuses.items():
        if not 0 <= index < size or status is Status.UNDETERMINED:
            raise MisuseError(f"record {index} of {size} cannot be {status.name} in a list.", code="bad_status")
        position = index * _BITS
        packed[position // 8] |= status.value << position % 8
    issued = int(instant(at).timestamp())
    claims = {
        _SUBJECT: uri,
        _ISSUED: issued,
        _EXPIRES: issued + int(valid_for.total_seconds()),
        _TTL: int(ttl.total_seconds()),
        _LIST: {"bits": _BITS, "lst": zlib.compress(bytes(packed), 9)},
    }
    protected = {_HEADER_TYPE: _TYPE}
    signed = cose.sign(cbor2.dumps(claims), key, certificate, further=protected)
    return cbor2.dumps(cbor2.CBORTag(cose.TAG_SIGN1, list(signed)))


def status_of(place: StatusPlace, cwt: bytes, *, anchors: Sequence[bytes], at: datetime) -> StatusSeen:
    """What a list says of one record.

    Args:
        place: where the record says that its status is.
        cwt: the list as fetched; empty: nothing could be fetched.
        anchors: roots of records, DER: the list's signer comes from one of them.
        at: now, timezone-aware.

    Returns:
        The status; UNDETERMINED for whatever cannot be trusted.
    """
    at = instant(at)
    if not cwt:
        return StatusSeen(Status.UNDETERMINED, why="no_list")
    try:
        message = cose.read_sign1(Encoded(cwt), "the list", _DRAFT)
        header = Encoded(message.protected).mapping("the protected header", _DRAFT)
        claims = Encoded(message.payload or b"").mapping("the claims", _DRAFT)
        listed = claims.get(_LIST)
        packed = _unpacked(listed)
    except (MalformedMdoc, zlib.error):
        return StatusSeen(Status.UNDETERMINED, why="malformed")
    issued, expires = _time(claims.get(_ISSUED)), _time(claims.get(_EXPIRES, _NEVER))
    if header.get(_HEADER_TYPE) != _TYPE or packed is None or issued is None or expires is None:
        return StatusSeen(Status.UNDETERMINED, why="malformed")
    issued_at = in_zone(datetime.fromtimestamp(issued, UTC))
    why = _distrusted(message, anchors, at)
    if not why and claims.get(_SUBJECT) != place.uri:
        why = "other_list"
    if not why and issued_at > at:
        why = "future"
    if not why and at.timestamp() >= expires:
        why = "expired"
    if why:
        return StatusSeen(Status.UNDETERMINED, issued_at, why)
    bits, octets = packed
    position = place.idx * bits
    if position + bits > len(octets) * 8:
        return StatusSeen(Status.UNDETERMINED, issued_at, "too_short")
    value = octets[position // 8] >> position % 8 & (1 << bits) - 1
    known = {status.value: status for status in Status}
    return StatusSeen(known.get(value, Status.INVALID), issued_at)  # an unknown kind is no "valid" (section 7.1)


def _time(value: object) -> int | None:
    """Seconds since 1970; None: no time of day that a calendar has."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _NEVER else None


def _unpacked(listed: object) -> tuple[int, bytes] | None:
    if not isinstance(listed, Mapping):
        return None
    bits, lst = listed.get("bits"), listed.get("lst")
    if bits not in (1, 2, 4, 8) or not isinstance(lst, bytes):
        return None
    unpacker = zlib.decompressobj()
    octets = unpacker.decompress(lst, _LARGEST_LIST)
    return (bits, octets) if unpacker.eof else None


def _distrusted(message: cose.Sign1, anchors: Sequence[bytes], at: datetime) -> str:
    """Why the list's signer is not trusted; empty: it is."""
    if (leaf := cose.leaf_of(message)) is None:
        return "untrusted"
    try:
        certificate = read_signer(leaf)
        key, usage = certificate.public_key(), certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except (MalformedCertificate, *UNREADABLE, x509.ExtensionNotFound):
        return "untrusted"
    if list(usage.value) != [STATUS_SIGNER]:
        return "untrusted"
    if isinstance(path_to(anchors, certificate, at), str):
        return "untrusted"
    fits = isinstance(key, ec.EllipticCurvePublicKey) and cose.verified(message, key)
    return "" if fits else "bad_signature"
