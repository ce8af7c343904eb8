"""Issue a record: salted items, their digests in a mobile security object, one signature over all."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import lru_cache
from hashlib import sha256

from cbor2 import CBORTag, dumps
from cryptography.hazmat.primitives.asymmetric import ec

from myna_lab.errors import IssuanceRefused, MisuseError
from myna_lab.formats.mdoc import cose
from myna_lab.formats.mdoc.authority import Issuer
from myna_lab.formats.mdoc.elements import (
    DOC_TYPE,
    ELEMENTS,
    EXPIRY,
    LICENCE,
    LICENCE_NAME_SPACE,
    TAG_FULL_DATE,
    Attributes,
)
from myna_lab.formats.mdoc.encoding import array, embedded, head, mapping, texts, wrapped
from myna_lab.formats.mdoc.paths import read_signer
from myna_lab.formats.mdoc.record import StatusPlace
from myna_lab.ground.chance import Chance
from myna_lab.ground.durations import JST, end_of_day, show
from myna_lab.ground.durations import at as instant
from myna_lab.parameters import Parameters

__all__ = ["issue", "issue_licence"]

_SALT = 32
"""Bytes of an item's ``random``; 9.1.2.5 asks for at least 16. A digest of nothing is drawn, and as long as SHA-256."""
_PLACE = 8
"""Bytes drawn for the order of the numbers."""


def issue(
    attributes: Attributes,
    *,
    issuer: Issuer,
    device_key: ec.EllipticCurvePublicKey,
    chance: Chance,
    signed_at: datetime,
    valid_until: datetime | None = None,
    expected_update: datetime | None = None,
    status: StatusPlace | None = None,
    parameters: Parameters,
) -> bytes:
    """Issue a signed record for a phone.

    Args:
        attributes: what is stated about the holder.
        issuer: who signs.
        device_key: the phone's public key on P-256, made in its secure element.
        chance: a source named for this record.
        signed_at: now, timezone-aware; also ``validFrom``. Fractions of a second are cut off.
        valid_until: last instant of validity; None: ``mdoc_validity`` later.
        expected_update: when the next record is meant to be issued; None: the record does not say.
        status: where the record's status is published; None: nowhere.
        parameters: ``mdoc_validity`` and ``mdoc_decoys`` are used.

    Returns:
        CBOR of ``{"docType", "issuerSigned": {"nameSpaces", "issuerAuth"}}``. Same arguments, same bytes.

    Raises:
        MisuseError: a naive time, ``valid_until`` not after ``signed_at``, a key on another curve, an unknown sex.
        IssuanceRefused: the signer's certificate is not valid at ``signed_at``.

    Source: ISO/IEC 18013-5 8.3.2.1.2.2, 9.1.2.4, 9.1.2.5.
    """
    if attributes.sex not in ("male", "female"):
        raise MisuseError(f"sex is 'male' or 'female'; got {attributes.sex!r}.", code="bad_attribute")
    if not attributes.western_birth_date and parameters.text("mdoc_birth_date") == "western":
        attributes = replace(attributes, western_birth_date=True)
    on = instant(signed_at).astimezone(JST).date()
    values = {(one.name_space, one.identifier): one.value(attributes, on) for one in ELEMENTS}
    return _document(
        DOC_TYPE, values, issuer, device_key, chance, signed_at, valid_until, parameters, expected_update, status
    )


def issue_licence(
    expires: date,
    *,
    issuer: Issuer,
    device_key: ec.EllipticCurvePublicKey,
    chance: Chance,
    signed_at: datetime,
    parameters: Parameters,
) -> bytes:
    """Issue a driving licence as a document of its own (what if: Japan's wallets hold none); the rest as :func:`issue`.

    Args:
        expires: the licence's last day, which ends the document, too.

    Source: ISO/IEC 18013-5 7.2.1, of whose elements only ``expiry_date`` is in it.
    """
    values = {(LICENCE_NAME_SPACE, EXPIRY): CBORTag(TAG_FULL_DATE, expires.isoformat())}
    return _document(LICENCE, values, issuer, device_key, chance, signed_at, end_of_day(expires), parameters)


def _document(
    doc_type: str,
    values: Mapping[tuple[str, str], object],
    issuer: Issuer,
    device_key: ec.EllipticCurvePublicKey,
    chance: Chance,
    signed_at: datetime,
    valid_until: datetime | None,
    parameters: Parameters,
    expected_update: datetime | None = None,
    status: StatusPlace | None = None,
) -> bytes:
    """A signed document: values by name space and identifier."""
    signed_at = instant(signed_at)
    until = signed_at + parameters.duration("mdoc_validity") if valid_until is None else instant(valid_until)
    if until <= signed_at:
        raise MisuseError(
            f"valid_until must lie after signed_at, {show(signed_at)}; got {show(until)}.", code="bad_validity"
        )
    if not isinstance(device_key.curve, ec.SECP256R1):
        raise MisuseError(f"the device key is on P-256, not on {device_key.curve.name}.", code="wrong_curve")
    signer = read_signer(issuer.signer_certificate)
    if not signer.not_valid_before_utc <= signed_at <= signer.not_valid_after_utc:
        raise IssuanceRefused(
            f"the document signer's certificate is valid from {show(signer.not_valid_before_utc)} to "
            f"{show(signer.not_valid_after_utc)}, not at {show(signed_at)}.",
            code="signer_not_valid",
        )

    signed = _tdate(signed_at)
    made = _items(values, chance, parameters.count("mdoc_decoys"))
    validity = {"signed": signed, "validFrom": signed, "validUntil": _tdate(until)}
    if expected_update is not None:
        validity["expectedUpdate"] = _tdate(instant(expected_update))
    mobile_security_object: dict[str, object] = {
        "version": "1.0",
        "digestAlgorithm": "SHA-256",
        "valueDigests": {name_space: digests for name_space, (_, digests) in made.items()},
        "deviceKeyInfo": {"deviceKey": cose.cose_key(device_key)},
        "docType": doc_type,
        "validityInfo": validity,
    }
    if status is not None:
        mobile_security_object["status"] = {"status_list": {"idx": status.idx, "uri": status.uri}}
    auth = cose.sign(wrapped(mobile_security_object), issuer.signer_key, issuer.signer_certificate)
    issuer_signed = {
        "nameSpaces": mapping({name_space: array(items) for name_space, (items, _) in made.items()}),
        "issuerAuth": dumps(list(auth)),
    }
    return mapping({"docType": texts(doc_type), "issuerSigned": mapping(issuer_signed)})


def _items(
    values: Mapping[tuple[str, str], object], chance: Chance, n_decoys: int
) -> dict[str, tuple[list[bytes], dict[int, bytes]]]:
    """Name space to the items' tag-24 bytes, in the order of the values, and to the digests by their numbers.

    Each name space numbers its items in a drawn order, so that a digestID says nothing of what it stands for. In the
    numbers between them stand digests of nothing, so that the number of digests tells nothing of that of the elements.
    """
    spaces: dict[str, list[tuple[str, object]]] = {}
    for (name_space, identifier), value in values.items():
        spaces.setdefault(name_space, []).append((identifier, value))
    drawn = io.BytesIO(chance.bytes((_SALT + _PLACE) * (len(values) + n_decoys * len(spaces))))
    made = {}
    for name_space, elements in spaces.items():
        n_digests = len(elements) + n_decoys
        places = [drawn.read(_PLACE) for _ in range(n_digests)]
        numbers = sorted(range(n_digests), key=places.__getitem__)
        items = [
            embedded(
                _begun(number) + drawn.read(_SALT) + texts("elementIdentifier", name, "elementValue") + dumps(value)
            )
            for number, (name, value) in zip(numbers, elements, strict=False)
        ]
        digests = [sha256(item).digest() for item in items] + [drawn.read(_SALT) for _ in range(n_decoys)]
        made[name_space] = items, dict(sorted(zip(numbers, digests, strict=True)))
    return made


_IDENTIFIER, _VALUE = "elementIdentifier", "elementValue"


@lru_cache(maxsize=256)
def _begun(number: int) -> bytes:
    """An IssuerSignedItem up to its salt: a map of four, which stand in this order."""
    return head(5, 4) + dumps("digestID") + dumps(number) + dumps("random") + head(2, _SALT)


def _tdate(instant: datetime) -> CBORTag:
    """A date-time without fraction, in UTC with Z (9.1.2.4)."""
    return CBORTag(0, f"{instant.astimezone(UTC).isoformat()[:19]}Z")
