"""Reading OCSP responses: strictly, octet by octet, before anything in them is believed.

    read_answer(octets) -> Answer -> .singles, .is_signed_by(key)          what it means: revocation_data

    OCSPResponse ::= SEQUENCE { responseStatus, responseBytes { id-pkix-ocsp-basic, BasicOCSPResponse } }
    BasicOCSPResponse ::= SEQUENCE { tbsResponseData, signatureAlgorithm, signature, certs }

Source: RFC 6960 4.2.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple

from myna_lab.formats.jpki import der
from myna_lab.formats.jpki.algorithms import fits, read_algorithm
from myna_lab.formats.jpki.cert_id import CertId, read_cert_id
from myna_lab.formats.jpki.status import reason_read

__all__ = ["Answer", "Single", "read_answer"]

_BASIC = bytes.fromhex("06092b0601050507300101")
_NONCE = bytes.fromhex("2b0601050507300102")
_STATUS = ("successful", "malformed_request", "internal_error", "try_later", "", "sig_required", "unauthorized")
"""CRLReason (RFC 5280 5.3.1): 7 is not used."""


class Single(NamedTuple):
    """What an answer says of one certificate (SingleResponse)."""

    about: CertId
    state: str
    """``good``, ``revoked`` or ``unknown``."""
    revoked_at: datetime | None
    reason: int
    """CRLReason of a revocation; 0 where none is told."""
    this_update: datetime
    next_update: datetime | None


class Answer(NamedTuple):
    """An OCSP response that could be read."""

    status: str
    """``successful``; otherwise nothing else is in it."""
    singles: tuple[Single, ...] = ()
    responder_name: bytes | None = None
    """Name of who signed, DER, ..."""
    responder_key: bytes | None = None
    """... or SHA-1 of its key: one of the two."""
    produced_at: datetime | None = None
    certificates: tuple[bytes, ...] = ()
    """That came along, DER."""
    algorithm: bytes = b""
    signature: bytes = b""
    signed: bytes = b""

    def is_signed_by(self, key: object) -> bool:
        """Whether this key made the signature."""
        return fits(key, self.algorithm, self.signature, self.signed)


def read_answer(data: bytes) -> Answer:
    """Read an OCSP response.

    Args:
        data: OCSPResponse, DER; anything at all may come in.

    Raises:
        MalformedError: not a response of RFC 6960 with an RSA signature, or one that says something critical that is
            not known; with the offset.
    """
    whole = der.read(data, 0, len(data), der.SEQUENCE)
    if whole.end != len(data):
        raise der.malformed("nothing more was expected", whole.end)
    status = der.read(data, whole.start, whole.end, der.ENUMERATED)
    number = der.read_integer(data, status)
    if not 0 <= number < len(_STATUS) or not _STATUS[number]:
        raise der.malformed(f"{number} is no responseStatus (RFC 6960 4.2.1)", status.start)
    if number:
        return Answer(_STATUS[number])
    explicit = der.last(data, status.end, whole, 0xA0)
    content = der.last(data, explicit.start, explicit, der.SEQUENCE)
    kind = der.read(data, content.start, content.end, der.OID)
    if data[kind.offset : kind.end] != _BASIC:
        raise der.malformed("id-pkix-ocsp-basic was expected", kind.offset)
    octets = der.last(data, kind.end, content, der.OCTET_STRING)
    return _basic(data, der.last(data, octets.start, octets, der.SEQUENCE))


def _basic(data: bytes, basic: der.Span) -> Answer:
    body = der.read(data, basic.start, basic.end, der.SEQUENCE)
    algorithm, offset = read_algorithm(data, body.end, basic.end)
    signature = der.read(data, offset, basic.end, der.BIT_STRING)
    if signature.start == signature.end or data[signature.start]:
        raise der.malformed("a signature has whole octets", signature.start)
    certificates: tuple[bytes, ...] = ()
    if signature.end < basic.end:
        explicit = der.last(data, signature.end, basic, 0xA0)
        rows = der.last(data, explicit.start, explicit, der.SEQUENCE)
        certificates = tuple(data[row.offset : row.end] for row in der.children(data, rows))
    return Answer(
        "successful",
        **_body(data, body),
        certificates=certificates,
        algorithm=algorithm,
        signature=data[signature.start + 1 : signature.end],
        signed=data[body.offset : body.end],
    )


def _body(data: bytes, body: der.Span) -> dict[str, Any]:
    """The fields of ResponseData."""
    first = der.read(data, body.start, body.end)
    if first.tag == 0xA0:
        # v1 is the default and must be left out (X.690 11.5), but some write it.
        version = der.last(data, first.start, first, der.INTEGER)
        if der.read_integer(data, version):
            raise der.malformed("a response has version 1", version.start)
        first = der.read(data, first.end, body.end)
    fields: dict[str, Any] = {}
    if first.tag == 0xA1:
        name = der.last(data, first.start, first, der.SEQUENCE)
        fields["responder_name"] = data[name.offset : name.end]
    elif first.tag == 0xA2:
        key = der.last(data, first.start, first, der.OCTET_STRING)
        fields["responder_key"] = data[key.start : key.end]
    else:
        raise der.malformed("a ResponderID was expected", first.offset)
    produced_at = der.read(data, first.end, body.end, der.GENERALIZED_TIME)
    fields["produced_at"] = der.read_time(data, produced_at)
    rows = der.read(data, produced_at.end, body.end, der.SEQUENCE)
    fields["singles"] = tuple(_single(data, row) for row in der.children(data, rows))
    _extensions(data, rows.end, body, 0xA1, known=frozenset({_NONCE}))
    return fields


def _single(data: bytes, row: der.Span) -> Single:
    if row.tag != der.SEQUENCE:
        raise der.malformed("a SingleResponse is a SEQUENCE", row.offset)
    asked = der.read(data, row.start, row.end, der.SEQUENCE)
    state = der.read(data, asked.end, row.end)
    revoked_at, reason = None, 0
    if state.tag == 0xA1:
        revoked_at, reason = _revoked(data, state)
    elif state.tag not in (0x80, 0x82) or state.start != state.end:
        raise der.malformed("a CertStatus was expected", state.offset)
    this_update = der.read(data, state.end, row.end, der.GENERALIZED_TIME)
    offset, next_update = this_update.end, None
    if offset < row.end and data[offset] == 0xA0:
        explicit = der.read(data, offset, row.end)
        next_update = der.read_time(data, der.last(data, explicit.start, explicit, der.GENERALIZED_TIME))
        offset = explicit.end
    _extensions(data, offset, row, 0xA1)
    return Single(
        read_cert_id(data, asked),
        {0x80: "good", 0xA1: "revoked", 0x82: "unknown"}[state.tag],
        revoked_at,
        reason,
        der.read_time(data, this_update),
        next_update,
    )


def _revoked(data: bytes, state: der.Span) -> tuple[datetime, int]:
    """Time and reason of RevokedInfo."""
    clock, reason = der.read(data, state.start, state.end, der.GENERALIZED_TIME), 0
    if clock.end < state.end:
        explicit = der.last(data, clock.end, state, 0xA0)
        code = der.last(data, explicit.start, explicit, der.ENUMERATED)
        reason = reason_read(der.read_integer(data, code))
    else:
        der.end(state, clock.end)
    return der.read_time(data, clock), reason


def _extensions(data: bytes, offset: int, outer: der.Span, tag: int, *, known: frozenset[bytes] = frozenset()) -> None:
    """Extensions, with which a part may end: one that is critical and not known forbids the use of the answer."""
    if offset == outer.end:
        return
    explicit = der.last(data, offset, outer, tag)
    rows = der.last(data, explicit.start, explicit, der.SEQUENCE)
    for oid, critical, value in der.extensions(data, rows):
        if critical and oid not in known:
            raise der.malformed("a critical extension that is not known (RFC 6960 4.4)", value.offset)
