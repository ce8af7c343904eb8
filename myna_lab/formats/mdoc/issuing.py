"""Issue a record: salted items, their digests in a mobile security object, one signature over all."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

import cbor2
from cbor2 import CBORTag
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
from myna_lab.formats.mdoc.encoded import wrapped
from myna_lab.formats.mdoc.paths import read_signer
from myna_lab.formats.mdoc.record import StatusPlace
from myna_lab.ground.chance import Chance
from myna_lab.ground.durations import JST, end_of_day, show
from myna_lab.ground.durations import at as instant
from myna_lab.parameters import Parameters

__all__ = ["issue", "issue_licence"]

_SALT = 32
"""Bytes of an item's ``random``; 9.1.2.5 asks for at least 16."""


def issue(
    attributes: Attributes,
    *,
    issuer: Issuer,
    device_key: ec.EllipticCurvePublicKey,
    chance: Chance,
    signed_at: datetime,
    valid_until: datetime | None = None,
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
    western = attributes.western_birth_date or parameters.text("mdoc_birth_date") == "western"
    attributes, on = replace(attributes, western_birth_date=western), instant(signed_at).astimezone(JST).date()
    values = {(one.name_space, one.identifier): one.value(attributes, on) for one in ELEMENTS}
    return _document(DOC_TYPE, values, issuer, device_key, chance, signed_at, valid_until, parameters, status)


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

    name_spaces = _items(values, chance, parameters)
    mobile_security_object: dict[str, object] = {
        "version": "1.0",
        "digestAlgorithm": "SHA-256",
        "valueDigests": {
            name_space: _digests(items, parameters.count("mdoc_decoys"), chance.child(f"decoy/{name_space}"))
            for name_space, items in name_spaces.items()
        },
        "deviceKeyInfo": {"deviceKey": cose.cose_key(device_key)},
        "docType": doc_type,
        "validityInfo": {"signed": _tdate(signed_at), "validFrom": _tdate(signed_at), "validUntil": _tdate(until)},
    }
    if status is not None:
        mobile_security_object["status"] = {"status_list": {"idx": status.idx, "uri": status.uri}}
    payload = wrapped(mobile_security_object)
    return cbor2.dumps(
        {
            "docType": doc_type,
            "issuerSigned": {
                "nameSpaces": {ns: [cbor2.loads(item) for item in items.values()] for ns, items in name_spaces.items()},
                "issuerAuth": list(cose.sign(payload, issuer.signer_key, issuer.signer_certificate)),
            },
        }
    )


def _digests(items: Mapping[int, bytes], n_decoys: int, chance: Chance) -> dict[int, bytes]:
    """Each item's digest by its number, and in the numbers between them digests of nothing.

    So the number of digests does not tell how many elements there are.
    """
    numbers = range(len(items) + n_decoys)
    drawn = {n: chance.child(str(n)).bytes(hashlib.sha256().digest_size) for n in numbers if n not in items}
    return {n: hashlib.sha256(items[n]).digest() if n in items else drawn[n] for n in numbers}


def _items(
    values: Mapping[tuple[str, str], object], chance: Chance, parameters: Parameters
) -> dict[str, dict[int, bytes]]:
    """Name space to digestID to the item's tag-24 bytes, in the order of the values.

    Each name space numbers its items in a drawn order, so that a digestID says nothing of what it stands for.
    """
    made: dict[str, dict[int, bytes]] = {}
    for name_space in dict.fromkeys(name_space for name_space, _ in values):
        elements = {identifier: value for (space, identifier), value in values.items() if space == name_space}
        numbers = list(range(len(elements) + parameters.count("mdoc_decoys")))
        drawn = chance.child(f"digest_id/{name_space}")
        made[name_space] = {}
        for identifier, value in elements.items():
            digest_id = numbers.pop(drawn.integer(0, len(numbers) - 1))
            made[name_space][digest_id] = wrapped(
                {
                    "digestID": digest_id,
                    "random": chance.child(f"random/{name_space}/{identifier}").bytes(_SALT),
                    "elementIdentifier": identifier,
                    "elementValue": value,
                }
            )
    return made


def _tdate(instant: datetime) -> CBORTag:
    """A date-time without fraction, in UTC with Z (9.1.2.4)."""
    return CBORTag(0, instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
