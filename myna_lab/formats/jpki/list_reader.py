"""Reading CRLs, those of a whole nation too: loaded once, then a serial number is found in about a microsecond.

    read_crl(octets) -> RevocationList -> find(serial) -> RevokedEntry or None

Source: RFC 5280 5.1 to 5.3, 6.3.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from myna_lab.errors import MisuseError
from myna_lab.formats.jpki import der
from myna_lab.formats.jpki.algorithms import fits, read_algorithm
from myna_lab.formats.jpki.columns import Columns, columns_of
from myna_lab.formats.jpki.names import read_certificate
from myna_lab.formats.jpki.status import REASON_NAMES, RevokedEntry
from myna_lab.ground.durations import in_zone

__all__ = ["RevocationList", "read_crl", "read_scope"]

_NUMBER, _SCOPE, _KEY, _DELTA = (bytes.fromhex(f"551d{number}") for number in ("14", "1c", "23", "1b"))


@dataclass(frozen=True, slots=True)
class RevocationList:
    """A CRL, ready to be asked."""

    issuer: bytes = field(repr=False)
    """Name, DER."""
    number: int | None
    """cRLNumber."""
    this_update: datetime
    next_update: datetime | None
    place: bytes | None
    """Directory name of its distribution point, DER; None: a list of all towns."""
    only: str
    """``user``, ``authority``, or empty: both."""
    key_identifier: bytes | None = field(repr=False)
    """keyIdentifier of authorityKeyIdentifier; None: it states none."""
    columns: Columns = field(repr=False)
    """Its lines, in the order of serial numbers."""
    _serials: memoryview = field(repr=False)
    _seconds: memoryview = field(repr=False)
    _reasons: memoryview = field(repr=False)
    _long: dict[int, tuple[datetime, int]] = field(repr=False)
    _data: bytes = field(repr=False)
    _signed: slice = field(repr=False)
    _signature: slice = field(repr=False)
    _algorithm: bytes = field(repr=False)

    def find(self, serial: int) -> RevokedEntry | None:
        """The line of a certificate; None if it is not on the list."""
        serials = self._serials
        index = bisect_left(serials, serial)
        if index < len(serials) and serials[index] == serial:
            return self._entry(index)
        if serial in self._long:
            revoked_at, reason = self._long[serial]
            return RevokedEntry(serial, in_zone(revoked_at), REASON_NAMES[reason])
        return None

    def _entry(self, index: int) -> RevokedEntry:
        revoked_at = in_zone(datetime.fromtimestamp(self._seconds[index], UTC))
        return RevokedEntry(self._serials[index], revoked_at, REASON_NAMES[self._reasons[index]])

    def is_signed_by(self, certificate_der: bytes) -> bool:
        """Whether this authority made it: the name and the signature fit.

        Raises:
            MalformedCertificate: not a certificate.

        Source: RFC 5280 6.3.3 (f), (g).
        """
        certificate = read_certificate(certificate_der)
        if certificate.subject.public_bytes() != self.issuer:
            return False
        signed = memoryview(self._data)[self._signed]
        return fits(certificate.public_key(), self._algorithm, self._data[self._signature], signed)

    def __len__(self) -> int:
        return len(self._serials) + len(self._long)

    def __contains__(self, serial: object) -> bool:
        return isinstance(serial, int) and self.find(serial) is not None

    def __iter__(self) -> Iterator[RevokedEntry]:
        yield from (self._entry(index) for index in range(len(self._serials)))
        yield from (entry for serial in sorted(self._long) if (entry := self.find(serial)) is not None)


def read_crl(data: bytes) -> RevocationList:
    """Read a CRL.

    失効リストを読む。

    Args:
        data: CertificateList, DER; anything at all may come in. Its signature is judged by ``is_signed_by``.

    Returns:
        The list, with all its lines checked.

    Raises:
        MisuseError: no bytes.
        MalformedError: not a CRL of RFC 5280 with an RSA signature, or one that says something critical that is not
            known; ``values["offset"]`` is where.
    """
    if not isinstance(data, bytes):
        raise MisuseError(f"a list is read from bytes; got {type(data).__name__}.", code="bad_octets")
    whole = der.read(data, 0, len(data), der.SEQUENCE)
    if whole.end != len(data):
        raise der.malformed("nothing more was expected", whole.end)
    body = der.read(data, whole.start, whole.end, der.SEQUENCE)
    algorithm, offset = read_algorithm(data, body.end, whole.end)
    signature = der.read(data, offset, whole.end, der.BIT_STRING)
    der.end(whole, signature.end)
    if signature.start == signature.end or data[signature.start]:
        raise der.malformed("a signature has whole octets", signature.start)

    version = der.read(data, body.start, body.end, der.INTEGER)
    if der.read_integer(data, version) != 1:
        raise der.malformed("a CRL has version 2", version.start)
    inner, offset = read_algorithm(data, version.end, body.end)
    if inner != algorithm:
        raise der.malformed("the two algorithms of a list are the same (RFC 5280 5.1.1.2)", version.end)
    issuer = der.read(data, offset, body.end, der.SEQUENCE)
    begins = der.read(data, issuer.end, body.end)
    this_update, next_update, offset = der.read_time(data, begins), None, begins.end
    lines, extensions = der.Span(der.SEQUENCE, offset, offset, offset), None
    if offset < body.end and data[offset] in (der.UTC_TIME, der.GENERALIZED_TIME):
        ends = der.read(data, offset, body.end)
        next_update, offset = der.read_time(data, ends), ends.end
    if offset < body.end and data[offset] == der.SEQUENCE:
        lines = der.read(data, offset, body.end)
        offset = lines.end
    if offset < body.end:
        extensions = der.read(data, offset, body.end, 0xA0)
        offset = extensions.end
    der.end(body, offset)

    columns, long = columns_of(data, lines)
    columns = _sorted(columns)
    number, place, only, key_identifier = _extensions(data, extensions) if extensions else (None, None, "", None)
    return RevocationList(
        issuer=data[issuer.offset : issuer.end],
        number=number,
        this_update=in_zone(this_update),
        next_update=in_zone(next_update) if next_update else None,
        place=place,
        only=only,
        key_identifier=key_identifier,
        columns=columns,
        # Asked one by one, a column is faster as a plain buffer.
        _serials=columns.serials.data,
        _seconds=columns.revoked_at.data,
        _reasons=columns.reasons.data,
        _long=long,
        _data=data,
        _signed=slice(body.offset, body.end),
        _signature=slice(signature.start + 1, signature.end),
        _algorithm=algorithm,
    )


def _sorted(columns: Columns) -> Columns:
    """The lines in the order of serial numbers; another authority's list need not have it."""
    import numpy as np

    serials = columns.serials
    if bool((serials[1:] > serials[:-1]).all()):
        return columns
    order = np.argsort(serials, kind="stable")
    return Columns(serials[order], columns.revoked_at[order], columns.reasons[order])


def _extensions(data: bytes, explicit: der.Span) -> tuple[int | None, bytes | None, str, bytes | None]:
    """Number, place, scope and key identifier; another extension that is critical forbids the use of the list."""
    rows = der.read(data, explicit.start, explicit.end, der.SEQUENCE)
    der.end(explicit, rows.end)
    number, place, only, key = None, None, "", None
    for oid, critical, value in der.extensions(data, rows):
        if oid == _DELTA:
            raise der.malformed("a delta list says only what changed, and serves for nothing alone", value.offset)
        if critical and oid != _SCOPE:
            raise der.malformed("a critical extension that is not known, or must not be (RFC 5280 5.2)", value.offset)
        if oid == _NUMBER:
            inner = der.read(data, value.start, value.end, der.INTEGER)
            der.end(value, inner.end)
            number = der.read_integer(data, inner)
        elif oid == _SCOPE:
            place, only = read_scope(data, value)
        elif oid == _KEY:
            identifier = der.read(data, value.start, value.end, der.SEQUENCE)
            der.end(value, identifier.end)
            keys = [part for part in der.children(data, identifier) if part.tag == 0x80]
            key = data[keys[0].start : keys[0].end] if keys else None
    return number, place, only, key


def read_scope(data: bytes, value: der.Span) -> tuple[bytes | None, str]:
    """Place (a name, DER) and scope of an issuingDistributionPoint (RFC 5280 5.2.5), as far as the profile uses it.

    Raises:
        MalformedError: it says something else.
    """
    point = der.read(data, value.start, value.end, der.SEQUENCE)
    der.end(value, point.end)
    place, only = None, ""
    for part in der.children(data, point):
        if part.tag == 0xA0 and place is None:
            full_name = der.read(data, part.start, part.end, 0xA0)
            general = der.read(data, full_name.start, full_name.end, 0xA4)
            name = der.read(data, general.start, general.end, der.SEQUENCE)
            for outer, inner in ((part, full_name), (full_name, general), (general, name)):
                der.end(outer, inner.end)
            place = data[name.offset : name.end]
        elif part.tag in (0x81, 0x82) and not only and data[part.start : part.end] == b"\xff":
            only = "user" if part.tag == 0x81 else "authority"
        else:
            raise der.malformed("a scope that the profile does not know", part.offset)
    return place, only
