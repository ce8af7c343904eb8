"""An application for phone certificates: what the plastic card signs, and the requests that are bound to it.

    document (JSON: phone, flow, terms, face digest, nonce) <- signature by the plastic card's signing key
    two certification requests, whose subject is SHA-256(document) <- signed by the phone's new keys

How the real application looks is not published; this one is assumed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields

import cbor2

from myna_lab.errors import RegistrationRefused

__all__ = ["Application", "application_document"]

TERMS_VERSION = "TEST terms 1"


def application_document(*, flow: str, phone: str, platform: str, face: bytes, nonce: bytes) -> bytes:
    """What the plastic card signs.

    Args:
        flow: identifier of the set-up.
        phone: identifier of the phone.
        platform: ``iphone`` or ``android``.
        face: SHA-256 of the captured face; empty on Android, which captures none.
        nonce: 16 bytes that make each application a new one.

    Returns:
        JSON with a fixed order, UTF-8.
    """
    stated = {
        "purpose": "TEST application for phone certificates",
        "terms": TERMS_VERSION,
        "platform": platform,
        "phone": phone,
        "flow": flow,
        "face": face.hex(),
        "nonce": nonce.hex(),
    }
    return json.dumps(stated, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True)
class Application:
    """What the app sends to J-LIS."""

    document: bytes
    signature: bytes
    """RSASSA-PKCS1-v1_5 with SHA-256 by the plastic card's signing key."""
    sign_certificate: bytes
    """The plastic card's, DER."""
    sign_request: bytes
    """PKCS #10, DER."""
    auth_request: bytes
    """PKCS #10, DER."""
    device_public: bytes = b""
    """Uncompressed P-256 point of the attribute record's key; empty: no record is asked for."""

    def stated(self, name: str) -> str:
        """A field of the document.

        Raises:
            RegistrationRefused: the document is not one of ours.
        """
        try:
            return str(json.loads(self.document)[name])
        except (ValueError, KeyError, TypeError) as error:
            raise RegistrationRefused(
                "the application is not a JSON object with the expected fields.", code="malformed_application"
            ) from error

    def encode(self) -> bytes:
        """The form that is kept in the vault: CBOR."""
        return cbor2.dumps({f.name: getattr(self, f.name) for f in fields(self)})

    @classmethod
    def decode(cls, data: bytes) -> Application:
        """Read the kept form."""
        return cls(**cbor2.loads(data))
