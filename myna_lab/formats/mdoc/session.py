"""Two devices beside each other: engagement, session keys, encrypted messages (ISO/IEC 18013-5 8.2 and 9.1.1).

    phone shows a QR code -> reader: SessionEstablishment(its key, request) -> phone: SessionData(response)

AES-256-GCM; each direction counts its own messages. The radio is left out: who carries the octets is a function.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import cbor2
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256, Hash
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from myna_lab.errors import MalformedMdoc
from myna_lab.formats.mdoc import cose
from myna_lab.formats.mdoc.base64url import base64url, octets_of
from myna_lab.formats.mdoc.encoded import Encoded, member
from myna_lab.formats.mdoc.transcript import NULL, Transcript, engagement_of, near

__all__ = [
    "DECODING_ERROR",
    "ENCRYPTION_ERROR",
    "END",
    "Engagement",
    "SealedSession",
    "device_mac_key",
    "engage",
    "establishment",
    "from_qr",
    "read_data",
    "read_establishment",
    "session_data",
    "to_qr",
]

ENCRYPTION_ERROR, DECODING_ERROR, END = 10, 11, 20
"""Status of SessionData: cannot be decrypted, cannot be read, the session ends (9.1.1.4)."""
_ENGAGEMENT, _SESSION = "ISO/IEC 18013-5 8.2.1.1", "ISO/IEC 18013-5 9.1.1.4"
_READER, _DEVICE = b"\0\0\0\0\0\0\0\0", b"\0\0\0\0\0\0\0\1"
"""First eight octets of the initialization vector, by who encrypts."""


class Engagement(NamedTuple):
    """What the phone shows."""

    encoded: bytes
    """DeviceEngagementBytes, in tag 24."""
    device_key: ec.EllipticCurvePublicKey
    """The phone's ephemeral key."""


def engage(device_key: ec.EllipticCurvePublicKey) -> Engagement:
    """Make an engagement for a phone's ephemeral key on P-256."""
    return Engagement(engagement_of(cose.cose_key(device_key)), device_key)


def to_qr(engagement: Engagement) -> str:
    """The text of the QR code: ``mdoc:`` and the engagement's octets in base64url (8.2.2.3)."""
    inner = Encoded(engagement.encoded).unwrapped("the engagement", _ENGAGEMENT).octets
    return "mdoc:" + base64url(inner)


def from_qr(text: str) -> Engagement:
    """Read a QR code.

    Raises:
        MalformedMdoc: not an engagement of ISO/IEC 18013-5, or its key is not on P-256.
    """
    scheme, _, data = text.partition(":")
    try:
        octets = octets_of(data)
    except ValueError:
        octets = b""
    if scheme != "mdoc" or not octets:
        raise MalformedMdoc(f"octet 0: the code is mdoc: and base64url ({_ENGAGEMENT}).", clause=_ENGAGEMENT, offset=0)
    found = Encoded(octets)
    parts = found.mapping("the engagement", _ENGAGEMENT)
    security = parts.get(1)
    right = "the engagement has security 1: [1, key in tag 24]"
    found.expect(isinstance(security, list | tuple) and len(security) == 2 and security[0] == 1, right, _ENGAGEMENT)
    tag = security[1] if isinstance(security, list | tuple) else None
    found.expect(isinstance(tag, cbor2.CBORTag) and tag.tag == 24 and isinstance(tag.value, bytes), right, _ENGAGEMENT)
    assert isinstance(tag, cbor2.CBORTag), "just asked"
    key = cose.public_key(Encoded(tag.value, found.at).mapping("the device's key", _ENGAGEMENT))
    if key is None:
        found.fail("the device's key is on P-256", _ENGAGEMENT)
    return Engagement(cbor2.dumps(cbor2.CBORTag(24, octets)), key)


def _key(secret: bytes, transcript: Transcript, info: bytes) -> bytes:
    digest = Hash(SHA256())
    digest.update(transcript.wrapped)
    return HKDF(SHA256(), 32, digest.finalize(), info).derive(secret)


class SealedSession:
    """One side of a session; both count what they encrypt and what they decrypt, each from 1.

    Args:
        own: this side's ephemeral key.
        other: the other side's.
        transcript: of this session.
        is_reader: which side this is.
    """

    def __init__(
        self,
        own: ec.EllipticCurvePrivateKey,
        other: ec.EllipticCurvePublicKey,
        transcript: Transcript,
        *,
        is_reader: bool,
    ) -> None:
        secret = own.exchange(ec.ECDH(), other)
        keys = {True: _key(secret, transcript, b"SKReader"), False: _key(secret, transcript, b"SKDevice")}
        roles = {True: _READER, False: _DEVICE}
        self._out, self._in = AESGCM(keys[is_reader]), AESGCM(keys[not is_reader])
        self._out_role, self._in_role = roles[is_reader], roles[not is_reader]
        self._n_out = self._n_in = 0

    def seal(self, message: bytes) -> bytes:
        """Encrypt the next message."""
        self._n_out += 1
        return self._out.encrypt(self._out_role + self._n_out.to_bytes(4, "big"), message, None)

    def open(self, data: bytes) -> bytes:
        """Decrypt the next message.

        Raises:
            MalformedMdoc: not encrypted in this session, or out of order; the counter stays.
        """
        try:
            message = self._in.decrypt(self._in_role + (self._n_in + 1).to_bytes(4, "big"), data, None)
        except InvalidTag:
            raise MalformedMdoc(
                f"octet 0: message {self._n_in + 1} is encrypted with this session's keys, in order ({_SESSION}).",
                clause=_SESSION,
                offset=0,
            ) from None
        self._n_in += 1
        return message

    def __repr__(self) -> str:
        return f"<SealedSession: {self._n_out} sent, {self._n_in} received>"


def device_mac_key(own: ec.EllipticCurvePrivateKey, other: ec.EllipticCurvePublicKey, transcript: Transcript) -> bytes:
    """EMacKey: from the phone's record key and the reader's ephemeral one, by either side (9.1.3.5)."""
    return _key(own.exchange(ec.ECDH(), other), transcript, b"EMacKey")


def establishment(reader_key: ec.EllipticCurvePublicKey, sealed: bytes) -> bytes:
    """SessionEstablishment: the reader's ephemeral key and its first message."""
    key = cbor2.CBORTag(24, cbor2.dumps(cose.cose_key(reader_key)))
    return cbor2.dumps({"eReaderKey": key, "data": sealed})


def read_establishment(
    message: bytes, engagement: Engagement, handover: bytes = NULL
) -> tuple[Transcript, ec.EllipticCurvePublicKey, bytes]:
    """Take a SessionEstablishment apart.

    Args:
        message: as received.
        engagement: what the phone had shown.
        handover: see :func:`~myna_lab.formats.mdoc.transcript.near`.

    Returns:
        The transcript of this session, the reader's key, and the first message, still encrypted.

    Raises:
        MalformedMdoc: not one.
    """
    encoded = Encoded(message)
    parts = encoded.members("SessionEstablishment", _SESSION)
    key_bytes = member(parts, "eReaderKey", encoded, _SESSION)
    found: Mapping[object, object] = key_bytes.unwrapped("eReaderKey", _SESSION).mapping("eReaderKey", _SESSION)
    key = cose.public_key(found)
    if key is None:
        key_bytes.fail("the reader's key is on P-256", _SESSION)
    data = member(parts, "data", encoded, _SESSION).bytes_("data", _SESSION)
    return near(engagement.encoded, key_bytes.octets, handover), key, data


def session_data(sealed: bytes | None, status: int | None = None) -> bytes:
    """SessionData: a message, a status, or both."""
    parts: dict[str, object] = {} if sealed is None else {"data": sealed}
    return cbor2.dumps(parts if status is None else {**parts, "status": status})


def read_data(message: bytes) -> tuple[bytes | None, int | None]:
    """Take SessionData apart.

    Returns:
        The message, still encrypted, and the status; None: not there.

    Raises:
        MalformedMdoc: not one, or it has neither.
    """
    encoded = Encoded(message)
    parts = encoded.members("SessionData", _SESSION)
    data = parts["data"].bytes_("data", _SESSION) if "data" in parts else None
    status = parts["status"].integer("status", _SESSION) if "status" in parts else None
    encoded.expect(data is not None or status is not None, "SessionData has data or a status", _SESSION)
    return data, status
