"""A reader's side: show what a record says, and check that the issuer said it.

Checks of ISO/IEC 18013-5 9.3.1, all of them, whatever the first ones say. Whether the phone that shows the record holds
the device key is another question (device authentication), and so is revocation.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache

from cbor2 import CBORTag
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from myna_lab.errors import MalformedCertificate
from myna_lab.events import Check, reason
from myna_lab.formats.jpki.names import UNREADABLE
from myna_lab.formats.mdoc import cose
from myna_lab.formats.mdoc.authority import DOCUMENT_SIGNER
from myna_lab.formats.mdoc.elements import DOC_TYPE, MY_NUMBER
from myna_lab.formats.mdoc.paths import name_of, path_to, read_signer, store_of
from myna_lab.formats.mdoc.record import Record, parse
from myna_lab.ground.arguments import only_bool
from myna_lab.ground.durations import at as instant
from myna_lab.ground.durations import show

__all__ = ["issuer_checks", "read", "shown_value", "verify_issuer"]

HIDDEN = "••••••••••••"
_INSPECTION = "ISO/IEC 18013-5 9.3.1"
_DIGESTS = {"SHA-256": hashlib.sha256, "SHA-384": hashlib.sha384, "SHA-512": hashlib.sha512}


def read(record: bytes, *, show_my_number: bool = False) -> dict[str, dict[str, object]]:
    """What a record says, for display; nothing is verified.

    Args:
        record: CBOR.
        show_my_number: whether the My Number is shown; else it is dots.

    Returns:
        Name space to element identifier to value; dates are plain text.

    Raises:
        MalformedMdoc: not a record.
        MisuseError: a switch that is neither True nor False.
    """
    only_bool(show_my_number=show_my_number)
    shown: dict[str, dict[str, object]] = {}
    for name_space, items in parse(record).items.items():
        shown[name_space] = {}
        for item in items:
            name = item.element_identifier
            shown[name_space][name] = shown_value(name, item.element_value, show_my_number=show_my_number)
    return shown


def shown_value(name: str, value: object, *, show_my_number: bool) -> object:
    """One element for display: a date as plain text, the My Number as dots unless it is to be shown."""
    if name == MY_NUMBER and not show_my_number:
        return HIDDEN
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, CBORTag) else value


def verify_issuer(
    record: bytes, *, anchors: Sequence[bytes], at: datetime, doc_type: str = DOC_TYPE
) -> tuple[Check, ...]:
    """Check that a trusted issuer signed this record, and that it is valid now.

    Args:
        record: CBOR; items may be left out (selective disclosure), none may be added or changed.
        anchors: DER of the IACA certificates that the reader trusts.
        at: now, timezone-aware.
        doc_type: which document the reader asked for.

    Returns:
        Six checks in order: ``chain``, ``signer_usage``, ``issuer_signature``, ``doc_type``, ``digests``, ``validity``.

    Raises:
        MalformedMdoc: not a record at all.
        MisuseError: no anchors, an anchor that is not a certificate, or a naive time.

    Source: ISO/IEC 18013-5 9.3.1, B.1.4; RFC 5280 6.1 for the path.
    """
    at = instant(at)
    store_of(anchors)
    return issuer_checks(parse(record), anchors=anchors, at=at, doc_type=doc_type)


def issuer_checks(
    parsed: Record, *, anchors: Sequence[bytes], at: datetime, doc_type: str = DOC_TYPE
) -> tuple[Check, ...]:
    """The six checks of :func:`verify_issuer` on a record that was taken apart."""
    try:
        signer = read_signer(parsed.signer_certificate)
        key = signer.public_key()
        _ = signer.extensions, signer.not_valid_after_utc
    except (MalformedCertificate, *UNREADABLE) as error:
        unread = reason("record.signer_unreadable", error=str(error))
        of_signer = [Check(name, False, _INSPECTION, unread) for name in ("chain", "signer_usage", "issuer_signature")]
        return (*of_signer, _doc_type(parsed, doc_type), _digests(parsed), _validity(parsed, None, at))
    return (
        _chain(signer, anchors, at),
        _signer_usage(signer),
        _issuer_signature(parsed, key),
        _doc_type(parsed, doc_type),
        _digests(parsed),
        _validity(parsed, signer, at),
    )


def _chain(signer: x509.Certificate, anchors: Sequence[bytes], at: datetime) -> Check:
    """The path to a trusted root; purposes are the next check's."""
    root = path_to(anchors, signer, at)
    if isinstance(root, str):
        return Check("chain", False, _INSPECTION, reason("record.no_path", error=root))
    return Check("chain", True, _INSPECTION, reason("record.issued_by", issuer=name_of(root)))


@lru_cache(maxsize=64)
def _signer_usage(signer: x509.Certificate) -> Check:
    clause = "ISO/IEC 18013-5 B.1.4"
    try:
        purposes = signer.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
        usage = signer.extensions.get_extension_for_class(x509.KeyUsage)
    except x509.ExtensionNotFound as error:
        return Check("signer_usage", False, clause, reason("record.signer_lacks", oid=error.oid.dotted_string))
    named = [purpose.dotted_string for purpose in purposes.value]
    passed = named == [DOCUMENT_SIGNER.dotted_string] and purposes.critical and usage.value.digital_signature
    return Check("signer_usage", passed, clause, reason("record.signer_usage", purposes=", ".join(named)))


def _issuer_signature(record: Record, key: object) -> Check:
    passed = isinstance(key, ec.EllipticCurvePublicKey) and cose.verified(record.issuer_auth, key)
    seen = reason("record.signature_fits" if passed else "record.signature_does_not_fit")
    return Check("issuer_signature", passed, _INSPECTION, seen)


def _doc_type(record: Record, asked: str) -> Check:
    passed = record.doc_type == record.signed_doc_type == asked
    seen = reason("record.doc_type", shown=record.doc_type, signed=record.signed_doc_type)
    return Check("doc_type", passed, _INSPECTION, seen)


def _digests(record: Record) -> Check:
    """Every item received has its digest under the signature; it is taken over the bytes received."""
    clause = "ISO/IEC 18013-5 9.1.2.5"
    algorithm = _DIGESTS.get(record.digest_algorithm)
    if algorithm is None:
        return Check("digests", False, clause, reason("record.unknown_digest", algorithm=record.digest_algorithm))
    wrong = []
    for name_space, items in record.items.items():
        expected = dict(record.value_digests.get(name_space, {}))
        for item in items:
            # Taken out once used: a second item cannot stand on the same digest.
            if expected.pop(item.digest_id, None) != algorithm(item.received).digest():
                wrong.append(item.element_identifier)
    n_items = sum(map(len, record.items.values()))
    seen = reason("record.changed", elements=", ".join(wrong)) if wrong else reason("record.unchanged", n=n_items)
    return Check("digests", not wrong, clause, seen)


def _validity(record: Record, signer: x509.Certificate | None, at: datetime) -> Check:
    clause = "ISO/IEC 18013-5 9.1.2.4"
    if signer is not None and not signer.not_valid_before_utc <= record.signed <= signer.not_valid_after_utc:
        return Check("validity", False, clause, reason("record.signed_outside", at=show(record.signed)))
    if not record.signed <= record.valid_from < record.valid_until:
        signed, begins, ends = map(show, (record.signed, record.valid_from, record.valid_until))
        return Check("validity", False, clause, reason("record.times", signed=signed, begins=begins, ends=ends))
    passed = record.valid_from <= at <= record.valid_until
    seen = reason("record.period", begins=show(record.valid_from), ends=show(record.valid_until))
    return Check("validity", passed, clause, seen)
