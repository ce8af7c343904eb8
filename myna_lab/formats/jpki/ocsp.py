"""OCSP: the request, and the answer of an authority's delegated responder.

    certificates, issuer -> ocsp_request -> bytes -> ocsp_response (asks ``status`` for each serial number) -> bytes

A request may ask for several certificates. Each gets its answer (RFC 6960 4.2.2.3), and one responder signs for one
authority: what is another's, or named by a digest that is not known here, is "unknown" (2.2); if all are, the whole
answer is "unauthorized". A nonce is repeated. What was signed once for a state of the data may be given again
(``signed``), unless a nonce is asked for.

The messages are read and written by hand: what the libraries need for it costs several times the signature.

Source: RFC 6960; RFC 9654 (nonce); certificate facts 5 (delegation, SHA-1 in CertID: assumed).
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from datetime import datetime
from typing import NamedTuple

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from myna_lab.errors import MalformedError, MisuseError
from myna_lab.formats.jpki import der
from myna_lab.formats.jpki.authority import Authority
from myna_lab.formats.jpki.cert_id import DIGESTS, CertId, issuer_in_cert_id, key_octets, read_cert_id
from myna_lab.formats.jpki.names import read_certificate
from myna_lab.formats.jpki.status import CertificateStatus
from myna_lab.ground.durations import at

__all__ = [
    "ERRORS",
    "Question",
    "is_of",
    "ocsp_error",
    "ocsp_request",
    "ocsp_response",
    "read_request",
    "refusal",
    "times_of",
]

ERRORS: Mapping[str, int] = {"malformed_request": 1, "internal_error": 2, "try_later": 3, "unauthorized": 6}
"""OCSPResponseStatus of RFC 6960 4.2.1, as far as it is used here."""
_LONGEST_NONCE = 128
_NONCE = bytes.fromhex("2b0601050507300102")
_OF_REQUEST, _OF_ONE = 0xA2, 0xA0
"""Tags of the extensions of a request, and of one of its questions (RFC 6960 4.1.1)."""
_BASIC = bytes.fromhex("06092b0601050507300101")


class Question(NamedTuple):
    """A request, read."""

    ids: tuple[CertId, ...]
    nonce: bytes | None


# ------------------------------------------------------------------------------------------------------------ request


def ocsp_request(
    certificates: bytes | Sequence[bytes], issuer_der: bytes, *, digest: str = "sha1", nonce: bytes | None = None
) -> bytes:
    """Ask for the status of one certificate, or of several of one authority.

    Args:
        certificates: one certificate, DER, or several.
        issuer_der: their authority's certificate, DER.
        digest: of the CertIDs: ``sha1``, ``sha224``, ``sha256``, ``sha384`` or ``sha512``.
        nonce: 1 to 128 octets that the answer must repeat; None: an answer that was signed before will do.

    Returns:
        OCSPRequest, DER.

    Raises:
        MalformedCertificate: a certificate cannot be read.
        MisuseError: another digest, or a nonce of another length.

    Source: RFC 6960 4.1; RFC 9654 2.1.
    """
    if digest not in DIGESTS:
        raise MisuseError(f"a CertID uses one of {', '.join(DIGESTS)}; got {digest!r}.", code="bad_digest")
    if nonce is not None and not 1 <= len(nonce) <= _LONGEST_NONCE:
        raise MisuseError(f"a nonce has 1 to {_LONGEST_NONCE} octets; got {len(nonce)}.", code="bad_nonce")
    issuer = issuer_in_cert_id(issuer_der, digest)
    asked = [certificates] if isinstance(certificates, bytes) else certificates
    rows = [
        der.encode(der.SEQUENCE, der.encode(der.SEQUENCE, issuer, der.integer(read_certificate(one).serial_number)))
        for one in asked
    ]
    body = der.encode(der.SEQUENCE, *rows) + (b"" if nonce is None else der.encode(0xA2, _nonce(nonce)))
    return der.encode(der.SEQUENCE, der.encode(der.SEQUENCE, body))


def _nonce(nonce: bytes) -> bytes:
    """Extensions with a nonce."""
    value = der.encode(der.OCTET_STRING, der.encode(der.OCTET_STRING, nonce))
    return der.encode(der.SEQUENCE, der.encode(der.SEQUENCE, der.encode(der.OID, _NONCE), value))


@functools.lru_cache(maxsize=256)
def read_request(request: bytes) -> Question:
    """Read a request.

    Args:
        request: OCSPRequest, DER; anything at all may come in. A signature on it is not judged: anybody may ask.

    Raises:
        MalformedError: not a request of version 1, with the offset.

    Source: RFC 6960 4.1.1.
    """
    whole = der.read(request, 0, len(request), der.SEQUENCE)
    if whole.end != len(request):
        raise der.malformed("nothing more was expected", whole.end)
    body = der.read(request, whole.start, whole.end, der.SEQUENCE)
    offset, named = body.start, False
    for tag in (0xA0, 0xA1):
        if offset < body.end and request[offset] == tag:
            part = der.read(request, offset, body.end, tag)
            if tag == 0xA0 and request[part.start : part.end] != b"\x02\x01\x00":
                raise der.malformed("a request has version 1", part.start)
            if tag == 0xA1:
                der.end(part, der.read(request, part.start, part.end).end)
                named = True
            offset = part.end
    if body.end < whole.end:
        _signature(request, der.read(request, body.end, whole.end, 0xA0), whole)
        if not named:
            raise der.malformed("who signs a request names itself (RFC 6960 4.1.2)", body.end)
    rows = der.read(request, offset, body.end, der.SEQUENCE)
    ids = tuple(_cert_id(request, row) for row in der.children(request, rows))
    if not ids:
        raise der.malformed("a request asks for one certificate or more", rows.offset)
    return Question(ids, _extensions(request, rows.end, body, _OF_REQUEST))


def _signature(request: bytes, explicit: der.Span, whole: der.Span) -> None:
    """A Signature: algorithm, bits, and certificates or none."""
    der.end(whole, explicit.end)
    own = der.read(request, explicit.start, explicit.end, der.SEQUENCE)
    der.end(explicit, own.end)
    bits = der.read(request, der.read(request, own.start, own.end, der.SEQUENCE).end, own.end, der.BIT_STRING)
    der.end(own, bits.end if bits.end == own.end else der.read(request, bits.end, own.end, 0xA0).end)


def _cert_id(request: bytes, row: der.Span) -> CertId:
    if row.tag != der.SEQUENCE:
        raise der.malformed("a Request is a SEQUENCE", row.offset)
    whole = der.read(request, row.start, row.end, der.SEQUENCE)
    _extensions(request, whole.end, row, _OF_ONE)
    return read_cert_id(request, whole)


def _extensions(request: bytes, offset: int, whole: der.Span, tag: int) -> bytes | None:
    """Read the extensions with which a part of a request may end, and give the nonce if there is one."""
    if offset == whole.end:
        return None
    explicit = der.read(request, offset, whole.end, tag)
    der.end(whole, explicit.end)
    extensions = der.read(request, explicit.start, explicit.end, der.SEQUENCE)
    der.end(explicit, extensions.end)
    known, nonce = set(), None
    for one in der.children(request, extensions):
        oid, critical, value = der.extension(request, one)
        if oid in known:
            raise der.malformed("an extension stands once (RFC 5280 4.2)", one.offset)
        known.add(oid)
        if oid == _NONCE and tag == _OF_REQUEST:
            octets = der.read(request, value.start, value.end, der.OCTET_STRING)
            der.end(value, octets.end)
            nonce = request[octets.start : octets.end]
            if not 1 <= len(nonce) <= _LONGEST_NONCE:
                raise der.malformed(f"a nonce has 1 to {_LONGEST_NONCE} octets (RFC 9654 2.1)", octets.offset)
        elif critical:
            raise der.malformed("a critical extension that is not known (RFC 6960 4.4)", one.offset)
    if not known:
        raise der.malformed("Extensions hold one or more (RFC 5280 4.1)", extensions.offset)
    return nonce


def is_of(asked: CertId, authority: Authority) -> bool:
    """Whether a question is about this authority's certificates.

    Source: RFC 6960 4.1.1 (issuerNameHash, issuerKeyHash).
    """
    return asked.is_of(authority.certificate)


# ------------------------------------------------------------------------------------------------------------- answer


def ocsp_error(status: str) -> bytes:
    """An unsigned OCSP error response: one of :data:`ERRORS` (RFC 6960 2.3)."""
    return der.encode(der.SEQUENCE, der.integer(ERRORS[status], der.ENUMERATED))


def refusal(request: bytes) -> bytes:
    """The answer to a request about nobody's certificates: ``unauthorized``, or ``malformed_request`` if it is none.

    Source: RFC 6960 2.3; RFC 5019 2.2.3.
    """
    try:
        read_request(request)
    except MalformedError:
        return ocsp_error("malformed_request")
    return ocsp_error("unauthorized")


_UNSAID = {"good": b"\x80\x00", "unknown": b"\x82\x00"}


def _cert_status(known: CertificateStatus) -> bytes:
    if known.revoked_at is None or known.state in _UNSAID:
        return _UNSAID[known.state]
    code = known.reason_code
    reason = der.encode(0xA0, der.integer(code, der.ENUMERATED)) if code else b""
    return der.encode(0xA1, der.generalized_time(known.revoked_at), reason)


@functools.lru_cache(maxsize=64)
def _responder(certificate_der: bytes) -> tuple[bytes, bytes]:
    """ResponderID by key, and the certificate as the answer carries it."""
    key_hash = hashlib.sha1(key_octets(read_certificate(certificate_der))).digest()
    certificates = der.encode(0xA0, der.encode(der.SEQUENCE, certificate_der))
    return der.encode(0xA2, der.encode(der.OCTET_STRING, key_hash)), certificates


def ocsp_response(
    request: bytes,
    *,
    authority: Authority,
    status: Callable[[int], CertificateStatus],
    produced_at: datetime,
    next_update: datetime,
    signed: MutableMapping[bytes, bytes] | None = None,
) -> bytes:
    """Answer a request as the authority's responder.

    Args:
        request: OCSPRequest, DER; anything at all may come in.
        authority: whose responder answers.
        status: what is known of a serial number, with what it dates from.
        produced_at: time of signing.
        next_update: when newer data will be there.
        signed: answers that this authority's responder signed before; a request without a nonce about one certificate
            that is known gets the same octets again (so it holds one answer a certificate at most, whatever is asked),
            produced when its data were made, whoever asks first. The caller empties it when the data are renewed.

    Returns:
        OCSPResponse, DER: ``malformedRequest`` for what is no request, ``unauthorized`` if no certificate is this
        authority's.

    Raises:
        MisuseError: nextUpdate before thisUpdate, or a naive time.

    Source: RFC 6960 2.2 (unknown), 2.3 (error answers), 2.5 (answers made before), 4.2; RFC 5019 2.2.3 (unauthorized).
    """
    try:
        ids, nonce = read_request(request)
    except MalformedError:
        return ocsp_error("malformed_request")
    ours = [is_of(asked, authority) for asked in ids]
    if not any(ours):
        return ocsp_error("unauthorized")
    strangers = CertificateStatus("unknown", this_update=at(produced_at))
    until, singles, keeps = at(next_update), [], signed is not None and nonce is None and len(ids) == 1
    ending = der.encode(0xA0, der.generalized_time(until))
    for asked, is_ours in zip(ids, ours, strict=True):
        known = status(asked.serial) if is_ours else strangers
        keeps &= known.state != "unknown"
        if known.this_update > until:
            raise MisuseError("an answer's nextUpdate lies after its thisUpdate.", code="bad_ocsp_time")
        times = der.generalized_time(known.this_update) + ending
        singles.append(der.encode(der.SEQUENCE, asked.octets, _cert_status(known), times))
    responses = der.encode(der.SEQUENCE, *singles)
    if not keeps or signed is None:
        return _signed(authority, responses, nonce, at(produced_at))
    if (answer := signed.get(responses)) is None:
        answer = signed[responses] = _signed(authority, responses, None, known.this_update)
    return answer


def _signed(authority: Authority, responses: bytes, nonce: bytes | None, produced_at: datetime) -> bytes:
    identifier, certificates = _responder(authority.responder_certificate)
    extensions = b"" if nonce is None else der.encode(0xA1, _nonce(nonce))
    data = der.encode(der.SEQUENCE, identifier, der.generalized_time(produced_at), responses, extensions)
    signature = authority.responder_key.sign(data, padding.PKCS1v15(), hashes.SHA256())
    basic = der.encode(
        der.SEQUENCE, data, der.SHA256_WITH_RSA, der.encode(der.BIT_STRING, b"\x00", signature), certificates
    )
    octets = der.encode(der.SEQUENCE, _BASIC, der.encode(der.OCTET_STRING, basic))
    return der.encode(der.SEQUENCE, b"\x0a\x01\x00", der.encode(0xA0, octets))


def times_of(response: bytes) -> tuple[datetime, datetime] | None:
    """The latest thisUpdate and the earliest nextUpdate of a response; None: an error, an "unknown", no nextUpdate.

    Raises:
        MalformedError: not a response of this profile.
    """
    whole = der.read(response, 0, len(response), der.SEQUENCE)
    status = der.read(response, whole.start, whole.end, der.ENUMERATED)
    if response[status.start : status.end] != b"\x00":
        return None
    inner = der.read(response, status.end, whole.end, 0xA0)
    content = der.read(response, inner.start, inner.end, der.SEQUENCE)
    octets = der.read(response, der.read(response, content.start, content.end, der.OID).end, content.end)
    basic = der.read(response, octets.start, octets.end, der.SEQUENCE)
    data = der.read(response, basic.start, basic.end, der.SEQUENCE)
    singles = next(part for part in der.children(response, data) if part.tag == der.SEQUENCE)
    rows = [list(der.children(response, single)) for single in der.children(response, singles)]
    if any(state.tag == _UNSAID["unknown"][0] for _, state, *_ in rows):
        return None
    times = [_times(response, row) for row in rows]
    until = [end for _, end in times if end is not None]
    return (max(start for start, _ in times), min(until)) if len(until) == len(times) else None


def _times(response: bytes, single: list[der.Span]) -> tuple[datetime, datetime | None]:
    this_update, *rest = single[2:]
    ends = [der.read(response, part.start, part.end) for part in rest if part.tag == 0xA0]
    return der.read_time(response, this_update), der.read_time(response, ends[0]) if ends else None
