"""A phone shows elements of its attribute record to a reader near by, off line too, after a face or finger."""

from __future__ import annotations

from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from myna_lab.devices.phone.identities import IDENTITIES, reach
from myna_lab.devices.phone.model import PhoneModel
from myna_lab.errors import Refused
from myna_lab.formats import mdoc

__all__ = ["present"]


def present(
    phone: PhoneModel,
    elements: Sequence[str],
    transcript: bytes,
    *,
    record: bytes,
    key: EllipticCurvePrivateKey,
    other_face: bool = False,
) -> tuple[bytes, bytes]:
    """Show some elements.

    Args:
        phone: the phone.
        elements: identifiers of what is asked for.
        transcript: SessionTranscript, CBOR.
        record: the attribute record that is on it; empty: its card came without.
        key: the device key of its secure element.
        other_face: whether the face or finger is somebody else's.

    Returns:
        The record with these elements, and the device's signature.

    Raises:
        PhoneRefused: ``no_biometrics`` or ``biometrics_failed``; the passcode does not stand for them.
        Refused: ``no_attributes``; or as :func:`~myna_lab.devices.phone.identities.reach`.

    Source: life-cycle facts 7.1.2 and 7.1.3.
    """
    reach(phone, IDENTITIES["user"], by_face=True, other_face=other_face)
    if not record:
        raise Refused(f"the card on {phone.phone} came without its face, the attribute record.", code="no_attributes")
    return mdoc.disclose(record, elements), mdoc.prove(mdoc.parse(record).doc_type, transcript, key)
