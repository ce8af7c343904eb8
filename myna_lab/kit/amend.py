"""Certificates, lists and answers with one thing changed: signed again, or with the old signature, which then is wrong.

What is not changed keeps its octets. Without a key the old signature stays: that is tampering.

Source: RFC 5280 4.1, 5.1; RFC 6960 4.2.1.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from myna_lab.formats.jpki import der
from myna_lab.formats.jpki.cert_id import key_octets
from myna_lab.formats.jpki.extensions import extension
from myna_lab.formats.jpki.names import read_certificate
from myna_lab.formats.jpki.subject import oid_of
from myna_lab.kit.encoding import NULL, children, explicit, octet_string, oid, sequence, signed

__all__ = ["DELTA_CRL_INDICATOR", "UNKNOWN", "amended_answer", "amended_certificate", "amended_list"]

UNKNOWN = "1.3.6.1.4.1.32473.1"
"""An extension that no program knows: below the number for examples of RFC 5612."""
DELTA_CRL_INDICATOR, _CRL_REASON = "2.5.29.27", oid_of("2.5.29.21")
_UNKNOWN = extension(oid_of(UNKNOWN), NULL, critical=True)
_STATUS = {"good": b"\x80\x00", "unknown": b"\x82\x00"}


def _whole(octets: bytes, content: Sequence[bytes], key: RSAPrivateKey | None, *further: bytes) -> bytes:
    """Content, algorithm and signature again, after the content was changed."""
    former, algorithm, signature, *rest = children(octets)
    body = der.encode(former[0], *content)
    if key is not None:
        signature = der.encode(der.BIT_STRING, b"\x00", signed(body, key))
    return sequence(body, algorithm, signature, *(further or rest))


def amended_certificate(
    octets: bytes,
    key: RSAPrivateKey,
    *,
    serial: int | None = None,
    validity: tuple[datetime, datetime] | None = None,
    extensions: Mapping[str, bytes | None] | None = None,
) -> bytes:
    """A certificate with another serial number, validity or other extensions.

    Args:
        octets: the certificate, DER.
        key: signs it again.
        serial: None: as it was.
        validity: None: as it was.
        extensions: by identifier, the new value, DER; None takes it out. One that was there stays where it was and as
            critical as it was; a new one comes last, and is critical if it is ``UNKNOWN``.
    """
    content = children(children(octets)[0])
    if serial is not None:
        content[1] = der.integer(serial)
    if validity is not None:
        content[4] = sequence(*map(der.time, validity))
    changes, kept = {oid(name): value for name, value in (extensions or {}).items()}, []
    for one in children(children(content[-1])[0]):
        name, *rest = children(one)
        if name not in changes:
            kept.append(one)
        elif (value := changes.pop(name)) is not None:
            kept.append(sequence(name, *rest[:-1], octet_string(value)))
    for name, value in changes.items():
        if value is not None:
            flag = der.TRUE if name == oid(UNKNOWN) else b""
            kept.append(sequence(name, flag, octet_string(value)))
    content[-1] = der.encode(content[-1][0], sequence(*kept))
    return _whole(octets, content, key)


def _serial(line: bytes) -> int:
    return der.read_integer(line, der.read(line, der.read(line, 0, len(line)).start, len(line)))


def amended_list(
    octets: bytes,
    key: RSAPrivateKey | None,
    *,
    this_update: datetime | None = None,
    next_update: datetime | None = None,
    without: int | None = None,
    line: tuple[int, datetime, int] | None = None,
    critical: tuple[str, bytes] | None = None,
    critical_in_line: bool = False,
) -> bytes:
    """A CRL with other times, lines or extensions.

    Args:
        octets: the list, DER.
        key: signs it again; None: the old signature stays.
        this_update: None: as it was.
        next_update: None: as it was.
        without: serial number of a line that goes.
        line: a further line: serial number, time, CRLReason.
        critical: a critical extension for the list: identifier and value, DER.
        critical_in_line: whether the first line gets a critical extension that no program knows.
    """
    version, algorithm, issuer, begins, ends, *rest = children(children(octets)[0])
    lines = children(rest.pop(0)) if rest[0][0] == der.SEQUENCE else []
    lines = [one for one in lines if _serial(one) != without]
    if line is not None:
        serial, since, code = line
        reason = extension(_CRL_REASON, der.integer(code, der.ENUMERATED))
        lines.append(sequence(der.integer(serial), der.time(since), sequence(reason)))
    lines.sort(key=_serial)
    if critical_in_line:
        number, since_octets, *extensions = children(lines[0])
        former = children(extensions[0]) if extensions else []
        lines[0] = sequence(number, since_octets, sequence(*former, _UNKNOWN))
    further = children(children(rest[0])[0])
    if critical is not None:
        further.append(extension(oid_of(critical[0]), critical[1], critical=True))
    content = (
        version,
        algorithm,
        issuer,
        begins if this_update is None else der.time(this_update),
        ends if next_update is None else der.time(next_update),
        sequence(*lines) if lines else b"",
        explicit(sequence(*further)),
    )
    return _whole(octets, content, key)


def amended_answer(
    octets: bytes,
    key: RSAPrivateKey | None,
    *,
    this_update: datetime | None = None,
    next_update: datetime | None = None,
    produced_at: datetime | None = None,
    status: str = "",
    responder: bytes | None = None,
    critical: bool = False,
) -> bytes:
    """An OCSP response about one certificate with other times, another status or responder.

    Args:
        octets: the response, DER.
        key: signs it again; None: the old signature stays.
        this_update: None: as it was.
        next_update: None: as it was.
        produced_at: None: as it was.
        status: ``good`` or ``unknown``; empty: as it was.
        responder: certificate of who answers, DER, which goes into the response; None: as it was.
        critical: whether the answer gets a critical extension that no program knows.
    """
    outcome, content = children(octets)
    kind, inner = children(children(content)[0])
    span = der.read(inner, 0, len(inner))
    basic = inner[span.start : span.end]
    identifier, produced, singles, *rest = children(children(basic)[0])
    certificate, state, begins, ends, *extensions = children(children(singles)[0])
    single = sequence(
        certificate,
        _STATUS[status] if status else state,
        begins if this_update is None else der.generalized_time(this_update),
        ends if next_update is None else explicit(der.generalized_time(next_update)),
        *([explicit(sequence(_UNKNOWN), number=1)] if critical else extensions),
    )
    further: tuple[bytes, ...] = ()
    if responder is not None:
        identifier = explicit(octet_string(hashlib.sha1(key_octets(read_certificate(responder))).digest()), number=2)
        further = (explicit(sequence(responder)),)
    made = produced if produced_at is None else der.generalized_time(produced_at)
    basic = _whole(basic, (identifier, made, sequence(single), *rest), key, *further)
    answer = sequence(kind, octet_string(basic))
    return sequence(outcome, explicit(answer))
