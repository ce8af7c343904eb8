"""The JPKI application (公的個人認証AP): two certificates with their keys, their authorities, and two PINs.

On the plastic card the user-authentication certificate is read freely; on a phone it needs the PIN (or the face or
finger that stands for it).
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from myna_lab.devices.card.personalisation import Filled, Personalisation, pin
from myna_lab.devices.card.structure import FREE, NEVER, DedicatedFile, ElementaryFile, Kind, after

__all__ = ["JPKI_ANDROID", "JPKI_IPHONE", "JPKI_PLASTIC"]

_USER_PIN, _SIGN_PASSWORD = 0x0018, 0x001B

_LABELS = {"plastic": "JPKIAPICCTOKEN2", "iphone": "JPKIAPIOSTOKEN", "android": "JPKIAPGPSETOKEN"}
_PRESENT = {True: 0x8F, False: 0x00}


def _token_information(of: Personalisation) -> bytes:
    """EF 0006: a PKCS #11 token-information record of 160 bytes. Source: card facts 1.7; model and serial are ours."""
    texts = ((_LABELS[of.profile], 32), ("JPKI-EMU TEST", 32), ("EMU", 16), ("TEST", 16))
    label = b"".join(text.encode().ljust(length) for text, length in texts)
    flags, sessions, pin_lengths, memory = "0000040D", "00000001 00000000" * 2, "00000010 00000006", "FFFFFFFF" * 4
    return label + bytes.fromhex(flags + sessions + pin_lengths + memory) + b"03" + b"01" + b"9" * 16


def _certificate(name: str) -> Filled:
    """A certificate's DER; the file is there and empty for who has none."""
    return lambda of: of.certificates.get(name) or b""


def _presence(of: Personalisation) -> bytes:
    """EF 0008: which of the holder's two certificates are there (the signing one is not, as for one under 15)."""
    return bytes((*(_PRESENT[bool(of.certificates.get(name))] for name in ("sign", "auth")), 0))


_ef = partial(ElementaryFile, "jpki")

JPKI_PLASTIC = DedicatedFile(
    "jpki",
    bytes.fromhex("D392F000260100000001"),
    "jpki",
    (
        #   EF      kind            contents                              read                    use
        _ef(0x0001, Kind.DATA, "sign_certificate", after(_SIGN_PASSWORD), filled=_certificate("sign")),
        _ef(0x0002, Kind.DATA, "sign_ca", FREE, filled=_certificate("sign_ca")),
        _ef(0x0005, Kind.OTHER, "unknown"),
        _ef(0x0006, Kind.DATA, "token_information", FREE, filled=_token_information),
        _ef(0x0008, Kind.DATA, "presence", FREE, filled=_presence),
        _ef(0x0009, Kind.DATA, "never_read", NEVER, filled=lambda _: b""),
        _ef(0x000A, Kind.DATA, "auth_certificate", FREE, filled=_certificate("auth")),
        _ef(0x000B, Kind.DATA, "auth_ca", FREE, filled=_certificate("auth_ca")),
        _ef(0x0010, Kind.OTHER, "unknown"),
        _ef(0x0016, Kind.OTHER, "terminal_key"),
        _ef(0x0017, Kind.KEY, "auth_key", use=after(_USER_PIN), key="auth"),
        _ef(_USER_PIN, Kind.REFERENCE, "auth_pin", use=after(_USER_PIN), form="[0-9]{4}",
            filled=pin("user_authentication"), tries="user_authentication"),
        _ef(0x0019, Kind.OTHER, "unknown"),
        _ef(0x001A, Kind.KEY, "sign_key", use=after(_SIGN_PASSWORD), key="sign"),
        _ef(_SIGN_PASSWORD, Kind.REFERENCE, "sign_password", use=after(_SIGN_PASSWORD), form="[A-Z0-9]{6,16}",
            filled=pin("signing"), tries="signing"),
        _ef(0x001C, Kind.OTHER, "unknown"),
        _ef(0x001E, Kind.OTHER, "unknown"),
    ),
)  # fmt: skip
"""Files, conditions and PINs of the plastic card. Source: card facts 1.2."""

_AFTER_USER_PIN = {0x000A: after(_USER_PIN)}


def _phone(title: str) -> DedicatedFile:
    rows = (replace(row, read=_AFTER_USER_PIN.get(row.identifier, row.read)) for row in JPKI_PLASTIC.files)
    return DedicatedFile("jpki", JPKI_PLASTIC.aid, title, tuple(rows))


JPKI_IPHONE = _phone("jpki_iphone")
JPKI_ANDROID = _phone("jpki_android")
