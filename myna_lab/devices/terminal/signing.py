"""The JPKI application: its certificates, and signatures with its keys."""

from __future__ import annotations

from hashlib import sha256

from myna_lab.devices.terminal.files import AID_JPKI, read_binary, select_application, select_file
from myna_lab.devices.terminal.link import Transmit, send
from myna_lab.devices.terminal.pins import verify
from myna_lab.errors import CardRefused
from myna_lab.formats.iso7816 import StatusWord, commands

__all__ = ["KEYS", "authenticate", "digest_info", "open_jpki", "read_certificate", "sign"]

CERTIFICATES = {"sign": 0x0001, "sign_ca": 0x0002, "auth": 0x000A, "auth_ca": 0x000B}
"""EFs of the certificates in the JPKI application (card facts 1.2)."""
KEYS = {"sign": 0x001A, "auth": 0x0017}
"""EFs of the private keys."""
PINS = {"sign": (0x001B, "signing"), "auth": (0x0018, "user_authentication")}
"""EFs of the PINs, and what people call them."""


def digest_info(message: bytes) -> bytes:
    """The DigestInfo of a message's SHA-256, 51 bytes. Source: RFC 8017 9.2."""
    return bytes.fromhex("3031300D060960864801650304020105000420") + sha256(message).digest()


def sign(transmit: Transmit, identifier: int, message: bytes) -> bytes:
    """SELECT a key and have it sign a message: PKCS #1 v1.5 with SHA-256.

    Args:
        transmit: the link to the chip.
        identifier: EF of the key.
        message: any bytes; the hash is made here, on the reader's side.

    Returns:
        The signature, 256 bytes.

    Raises:
        CardRefused: code ``security_status_not_satisfied`` before the PIN, or another.
    """
    select_file(transmit, identifier)
    return send(transmit, commands.compute_digital_signature(digest_info(message)))


def read_certificate(transmit: Transmit, kind: str) -> bytes:
    """Read a certificate of the JPKI application, which is selected.

    Args:
        transmit: the link to the chip.
        kind: ``sign``, ``auth``, ``sign_ca`` or ``auth_ca``.

    Returns:
        DER.

    Raises:
        CardRefused: as :func:`read_binary`.
    """
    return read_binary(transmit, CERTIFICATES[kind])


def authenticate(transmit: Transmit, challenge: bytes, *, pin: str | None, kind: str = "auth") -> tuple[bytes, bytes]:
    """Have a chip sign a challenge.

    Args:
        transmit: the link to the chip.
        challenge: any bytes; their SHA-256 is signed.
        pin: the PIN of ``kind``; None: the chip was opened by a face or finger in this session, which leaves its JPKI
            application selected.
        kind: ``auth`` (user-authentication PIN) or ``sign`` (signing password).

    Returns:
        Certificate (DER) and signature (256 bytes).

    Raises:
        CardRefused: code ``pin_wrong`` or ``pin_blocked``, with ``reference`` in its values: ``user_authentication`` or
            ``signing``; ``no_sign_certificate``; ``security_status_not_satisfied``; or another.
    """
    certificate = open_jpki(transmit, kind, pin) if pin is not None else read_certificate(transmit, kind)
    return certificate, sign(transmit, KEYS[kind], challenge)


def open_jpki(transmit: Transmit, kind: str, pin: str) -> bytes:
    """Select the JPKI application, verify the PIN of a kind, and read its certificate."""
    select_application(transmit, AID_JPKI)
    if kind == "sign" and read_binary(transmit, 0x0008, length=1) == b"\0":
        raise CardRefused(
            "EF 0008 says that there is no signing certificate on this card (as for holders under 15).",
            sw=StatusWord.SUCCESS,
            command="READ BINARY",
            code="no_sign_certificate",
        )
    identifier, reference = PINS[kind]
    verify(transmit, identifier, pin, reference=reference)
    return read_certificate(transmit, kind)
