"""The session transcript: what both sides saw of each other before anything was shown.

    near           [engagement, reader's key, null for a QR code]; elsewhere [null, null, handover]:
    web (annex C)  ["dcapi", SHA-256([encryption info, origin])]
    in an app      ["AppleIdentityPresentment_1.0", nonce, merchant, team, SHA-256(recipient's key)]
    OpenID4VP      ["OpenID4VPDCAPIHandover", SHA-256([origin, nonce, thumbprint of the key])]

The device signs it and the reader's key is agreed over it: what is signed for one page is worth nothing on another.
Each transcript keeps its parts by name, so that two of them can be compared (:func:`differing`).

Source: attribute facts 2.1, 2.3, 2.5; ISO/IEC 18013-5 9.1.5.1; ISO/IEC TS 18013-7 annex C; OpenID4VP 1.0 B.2.6.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from types import MappingProxyType

import cbor2

from myna_lab.formats.mdoc.encoded import Encoded
from myna_lab.formats.mdoc.encoding import wrapped

__all__ = [
    "NULL",
    "Transcript",
    "device_authentication",
    "differing",
    "engagement_of",
    "in_app",
    "layout",
    "near",
    "openid4vp",
    "reader_authentication",
    "reader_authentication_all",
    "web",
]

NULL = cbor2.dumps(None)
_TRANSCRIPT = "ISO/IEC 18013-5 9.1.5.1"


@dataclass(frozen=True, slots=True)
class Transcript:
    """A session transcript with the parts that it was made of."""

    way: str
    """``near``, ``web``, ``app`` or ``openid4vp``."""
    encoded: bytes
    """CBOR of the array, bare."""
    parts: Mapping[str, bytes]
    """What entered it, by name, in the order of entering."""

    @property
    def wrapped(self) -> bytes:
        """The same in tag 24 (``SessionTranscriptBytes``)."""
        return cbor2.dumps(cbor2.CBORTag(24, self.encoded))

    def __repr__(self) -> str:
        return f"<Transcript {self.way}: {', '.join(self.parts)}>"


def near(engagement: bytes, reader_key: bytes, handover: bytes = NULL) -> Transcript:
    """Two devices beside each other.

    Args:
        engagement: DeviceEngagementBytes, in tag 24 as shown.
        reader_key: EReaderKeyBytes, in tag 24 as received.
        handover: CBOR of what the engagement went by: null for a QR code, ``[Hs, Hr or null]`` for NFC.
    """
    encoded = b"\x83" + engagement + reader_key + handover
    return _made("near", encoded, engagement=engagement, reader_key=reader_key, handover=handover)


def web(encryption_info: str, origin: str) -> Transcript:
    """A web page that asks through the browser (ISO/IEC TS 18013-7 annex C).

    Args:
        encryption_info: the text of base64url as received; it is not encoded again.
        origin: of the page, such as ``https://shop.example``.
    """
    digest = sha256(cbor2.dumps([encryption_info, origin])).digest()
    encoded = cbor2.dumps([None, None, ["dcapi", digest]])
    return _made("web", encoded, encryption_info=encryption_info.encode(), origin=origin.encode())


def in_app(nonce: bytes, merchant: str, team: str, recipient: bytes) -> Transcript:
    """An app on the same iPhone.

    Args:
        nonce: of the app's server, 16 octets or more.
        merchant: the app's merchant identifier.
        team: the developer's team identifier.
        recipient: the recipient's public key, uncompressed point.
    """
    key_digest = sha256(recipient).digest()
    handover = ["AppleIdentityPresentment_1.0", nonce, merchant, team, key_digest]
    return _made(
        "app",
        cbor2.dumps([None, None, handover]),
        nonce=nonce,
        merchant=merchant.encode(),
        team=team.encode(),
        recipient_key=key_digest,
    )


def openid4vp(origin: str, nonce: str, thumbprint: bytes | None) -> Transcript:
    """A web page that asks by OpenID4VP over the browser's digital-credentials call.

    Args:
        origin: of the page.
        nonce: of the request.
        thumbprint: SHA-256 thumbprint (RFC 7638) of the key that the answer is encrypted to; None: not encrypted.
    """
    digest = sha256(cbor2.dumps([origin, nonce, thumbprint])).digest()
    encoded = cbor2.dumps([None, None, ["OpenID4VPDCAPIHandover", digest]])
    return _made("openid4vp", encoded, origin=origin.encode(), nonce=nonce.encode(), key_thumbprint=thumbprint or b"")


def _made(way: str, encoded: bytes, **parts: bytes) -> Transcript:
    return Transcript(way, encoded, MappingProxyType(parts))


def differing(mine: Transcript, other: Transcript) -> tuple[str, ...]:
    """Which parts two transcripts do not share: ``way`` alone if they are of two ways.

    A verifier that is shown the device's transcript can say by this why a device signature does not fit.
    """
    if mine.way != other.way:
        return ("way",)
    return tuple(name for name, value in mine.parts.items() if other.parts.get(name) != value)


_HANDOVERS: Mapping[str, tuple[str, ...]] = {
    "near": (),
    "web": ("name", "web digest"),
    "app": ("name", "nonce", "merchant", "team", "recipient digest"),
    "openid4vp": ("name", "openid4vp digest"),
}
"""What stands in the handover, by way; near by it is one value."""


def layout(transcript: Transcript) -> tuple[tuple[str, bytes], ...]:
    """Each octet of a transcript in order: what it is, and the octets."""
    parts = Encoded(transcript.encoded).elements("SessionTranscript", _TRANSCRIPT, n=3)
    rows = [
        ("array of 3", transcript.encoded[:1]),
        ("device engagement", parts[0].octets),
        ("reader's key", parts[1].octets),
    ]
    names = _HANDOVERS[transcript.way]
    if not names:
        return (*rows, ("handover", parts[2].octets))
    inside = parts[2].elements("the handover", _TRANSCRIPT, n=len(names))
    rows.append((f"handover: array of {len(names)}", parts[2].octets[:1]))
    return (*rows, *((f"handover: {name}", each.octets) for name, each in zip(names, inside, strict=True)))


def device_authentication(transcript: Transcript, doc_type: str, name_spaces: bytes) -> bytes:
    """What the device key signs: DeviceAuthenticationBytes.

    Args:
        transcript: of this session.
        doc_type: of the document shown.
        name_spaces: DeviceNameSpacesBytes, in tag 24: elements that the device itself states, usually none.

    Source: ISO/IEC 18013-5 9.1.3.4.
    """
    inner = b"\x84" + cbor2.dumps("DeviceAuthentication") + transcript.encoded + cbor2.dumps(doc_type) + name_spaces
    return cbor2.dumps(cbor2.CBORTag(24, inner))


def reader_authentication(transcript: Transcript, items_request: bytes) -> bytes:
    """What a reader signs for one document: ReaderAuthenticationBytes (ISO/IEC 18013-5 9.1.4.4).

    Args:
        transcript: of this session.
        items_request: ItemsRequestBytes, in tag 24 as sent.
    """
    inner = b"\x83" + cbor2.dumps("ReaderAuthentication") + transcript.encoded + items_request
    return cbor2.dumps(cbor2.CBORTag(24, inner))


def reader_authentication_all(transcript: Transcript, items_requests: list[bytes], info: bytes | None) -> bytes:
    """What a reader signs for the whole request (second edition): ReaderAuthenticationAllBytes.

    Args:
        transcript: of this session.
        items_requests: each in tag 24 as sent, in order.
        info: DeviceRequestInfoBytes, in tag 24; None: there is none.
    """
    head = cbor2.dumps("ReaderAuthenticationAll") + transcript.encoded
    array = _array_head(len(items_requests)) + b"".join(items_requests)
    inner = b"\x84" + head + array + (cbor2.dumps(None) if info is None else info)
    return cbor2.dumps(cbor2.CBORTag(24, inner))


def _array_head(n: int) -> bytes:
    return cbor2.dumps([0] * n)[:-n] if n else cbor2.dumps([])


def engagement_of(key: Mapping[int, int | bytes]) -> bytes:
    """DeviceEngagementBytes with one ephemeral key and no radio: ``{0: "1.0", 1: [1, EDeviceKeyBytes]}`` in tag 24."""
    return wrapped({0: "1.0", 1: [1, cbor2.CBORTag(24, cbor2.dumps(key))]})
