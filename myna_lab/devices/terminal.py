"""The reader's side: what apps and services send to a chip, and how they read its answers.

    transmit: bytes -> bytes   (a chip's, a reader's, or anything that behaves like one)

Functions send commands of ISO/IEC 7816-4 and raise CardRefused where the card does not answer 9000. A link that is lost
raises its own error inside ``transmit``, which passes through.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256

from myna_lab.errors import CardRefused, MalformedTlv, MisuseError
from myna_lab.formats.iso7816 import CommandApdu, ResponseApdu, StatusWord, explain, meaning, tlv
from myna_lab.formats.iso7816.instructions import (
    INS_CHANGE_REFERENCE_DATA,
    INS_COMPUTE_DIGITAL_SIGNATURE,
    INS_READ_BINARY,
    INS_SELECT,
    INS_VERIFY,
)
from myna_lab.ground.arguments import whole_number
from myna_lab.ground.durations import JST

__all__ = [
    "AID_COMMON",
    "AID_JPKI",
    "AID_JUKI",
    "AID_LICENCE",
    "AID_TEXT",
    "AID_VISUAL",
    "CardReading",
    "Transmit",
    "authenticate",
    "digest_info",
    "read_binary",
    "read_certificate",
    "read_for_set_up",
    "select_application",
    "select_file",
    "sign",
    "tries_left",
    "verify",
]

Transmit = Callable[[bytes], bytes]

AID_JPKI = bytes.fromhex("D392F000260100000001")
AID_TEXT = bytes.fromhex("D3921000310001010408")
AID_VISUAL = bytes.fromhex("D3921000310001010402")
AID_COMMON = bytes.fromhex("D3921000310001010100")
AID_JUKI = bytes.fromhex("D3921000310001010401")
AID_LICENCE = bytes.fromhex("A0000002310600000000000000000000")

CERTIFICATES = {"sign": 0x0001, "sign_ca": 0x0002, "auth": 0x000A, "auth_ca": 0x000B}
"""EFs of the certificates in the JPKI application (card facts 1.2)."""
KEYS = {"sign": 0x001A, "auth": 0x0017}
"""EFs of the private keys."""
PINS = {"sign": (0x001B, "signing"), "auth": (0x0018, "user_authentication")}
"""EFs of the PINs, and what people call them."""

_WHOLE_ANSWER = 256
_ADDRESSABLE = 0x8000
"""Bytes that READ BINARY reaches with an offset of 15 bits."""
_HEADER = 7
"""Bytes that hold every BER-TLV header of the card's files."""

_CODES: dict[int, str] = {
    StatusWord.MEMORY_FAILURE: "memory_failure",
    StatusWord.WRONG_LENGTH: "wrong_length",
    StatusWord.SECURITY_STATUS_NOT_SATISFIED: "security_status_not_satisfied",
    StatusWord.REFERENCE_DATA_BLOCKED: "pin_blocked",
    StatusWord.CONDITIONS_OF_USE_NOT_SATISFIED: "conditions_of_use_not_satisfied",
    StatusWord.FILE_NOT_FOUND: "file_not_found",
    StatusWord.WRONG_OFFSET: "wrong_offset",
}


def _refusal(command: CommandApdu, sw: int, *, code: str = "", reference: str = "") -> CardRefused:
    counted = sw & 0xFFF0 == 0x63C0
    tries = sw & 0x0F if counted else 0 if sw == StatusWord.REFERENCE_DATA_BLOCKED else None
    words = explain(command)
    return CardRefused(
        f"the card answered {sw:04X} ({meaning(sw)}) to {words}; 9000 was expected.",
        sw=sw,
        command=words,
        code=code or ("pin_wrong" if counted else _CODES.get(sw, "")),
        tries_left=tries,
        **({"reference": reference} if reference else {}),
    )


def _send(transmit: Transmit, command: CommandApdu, *, reference: str = "") -> bytes:
    """Send a command that must succeed, and give the answer's data."""
    response = ResponseApdu.decode(transmit(command.encode()))
    if response.sw != StatusWord.SUCCESS:
        raise _refusal(command, response.sw, reference=reference)
    return response.data


# ---------------------------------------------------------------------------------------------------------- commands


def select_application(transmit: Transmit, aid: bytes) -> None:
    """SELECT an application; what was verified before is forgotten.

    Raises:
        CardRefused: code ``application_not_found``, or another.
    """
    command = CommandApdu(0x00, INS_SELECT, 0x04, 0x0C, aid)
    response = ResponseApdu.decode(transmit(command.encode()))
    if response.sw != StatusWord.SUCCESS:
        code = "application_not_found" if response.sw == StatusWord.FILE_NOT_FOUND else ""
        raise _refusal(command, response.sw, code=code)


def select_file(transmit: Transmit, identifier: int) -> None:
    """SELECT an EF of the application.

    Args:
        transmit: the link to the chip.
        identifier: 0x0001 to 0xFFFF.

    Raises:
        CardRefused: code ``file_not_found``, or another.
        MisuseError: another number.
    """
    whole_number("an EF's identifier", identifier, 1, 0xFFFF, code="bad_identifier")
    _send(transmit, CommandApdu(0x00, INS_SELECT, 0x02, 0x0C, identifier.to_bytes(2, "big")))


def read_binary(transmit: Transmit, identifier: int, *, length: int | None = None) -> bytes:
    """SELECT an EF and read the whole of it.

    Args:
        transmit: the link to the chip.
        identifier: the EF.
        length: how many bytes, at most 32768; None: as many as the BER-TLV object at its start says (filler after it
            is left).

    Raises:
        CardRefused: code ``file_not_found``, ``security_status_not_satisfied``, or another.
        MalformedTlv: the file does not hold what its first bytes say.
    """
    select_file(transmit, identifier)
    content = b""
    if length is None:
        content = _send(transmit, CommandApdu(0x00, INS_READ_BINARY, 0, 0, ne=_HEADER))
        length = tlv.total_length(content)
    if length > _ADDRESSABLE:
        raise MalformedTlv(f"EF {identifier:04X} says {length} bytes; READ BINARY reaches {_ADDRESSABLE}.")
    while len(content) < length:
        offset, rest = len(content), length - len(content)
        part = _send(
            transmit, CommandApdu(0x00, INS_READ_BINARY, offset >> 8, offset & 0xFF, ne=min(rest, _WHOLE_ANSWER))
        )
        if not part:
            raise MalformedTlv(f"EF {identifier:04X} ends after {offset} of {length} bytes.")
        content += part
    return content[:length]


def tries_left(transmit: Transmit, identifier: int) -> int:
    """Ask how many tries reference data have left (VERIFY without data); costs none.

    Raises:
        CardRefused: the card does not answer 63Cx.
    """
    select_file(transmit, identifier)
    command = CommandApdu(0x00, INS_VERIFY, 0x00, 0x80)
    sw = ResponseApdu.decode(transmit(command.encode())).sw
    if sw & 0xFFF0 != 0x63C0:
        raise _refusal(command, sw)
    return sw & 0x0F


def verify(transmit: Transmit, identifier: int, pin: str, *, new: str = "", reference: str = "") -> None:
    """SELECT reference data and VERIFY a PIN; then CHANGE REFERENCE DATA, if there is a new one.

    Args:
        transmit: the link to the chip.
        identifier: EF of the reference data.
        pin: ASCII; sent as it is.
        new: the new value, ASCII; empty: the PIN stays.
        reference: what people call it; an error carries it in ``values``.

    Raises:
        CardRefused: code ``pin_wrong`` with ``tries_left`` (0: it is blocked now), or ``pin_blocked``.
        MisuseError: a PIN that is not half-width ASCII text; nothing was sent.
    """
    sent, changed = _sent(pin), _sent(new, "")
    select_file(transmit, identifier)
    _send(transmit, CommandApdu(0x00, INS_VERIFY, 0x00, 0x80, sent), reference=reference)
    if changed:
        _send(transmit, CommandApdu(0x00, INS_CHANGE_REFERENCE_DATA, 0x01, 0x80, changed), reference=reference)


def _sent(pin: object, *others: str) -> bytes:
    """A PIN's octets; an error does not repeat it."""
    if not isinstance(pin, str) or not pin.isascii() or (not pin and pin not in others):
        raise MisuseError("a PIN is half-width (半角) ASCII text, in quotes; nothing was sent.", code="pin_expected")
    return pin.encode("ascii")


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
    data = digest_info(message)
    return _send(transmit, CommandApdu(0x80, INS_COMPUTE_DIGITAL_SIGNATURE, 0x00, 0x80, data, _WHOLE_ANSWER))


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


# -------------------------------------------------------------------------------------------------------- procedures


@dataclass(frozen=True, slots=True, repr=False)
class CardReading:
    """What an app reads from a plastic card to set a phone up. Its repr shows no My Number."""

    my_number: str
    name: str
    address: str
    born: date | None
    """None: the register does not know the day, and the card has zeros there."""
    sex: str
    """``male``, ``female``, ``not applicable`` or ``unknown``."""
    portrait: bytes
    """JPEG 2000 in its JP2 container."""
    sign_certificate: bytes
    """DER."""
    application_signature: bytes
    """The sign key's signature over the application; empty until it is made."""
    files: tuple[str, ...]
    """What was read, in order: ``text/0001`` …"""

    def __repr__(self) -> str:
        return f"<CardReading of {self.name}: {', '.join(self.files)}>"


def _day(digits: bytes) -> date | None:
    """YYYYMMDD; None for one with zeros, or none at all."""
    try:
        return datetime.strptime(digits.decode("ascii"), "%Y%m%d").replace(tzinfo=JST).date()
    except ValueError:
        return None


_SEX = {b"1": "male", b"2": "female", b"9": "not applicable"}


def read_for_set_up(
    transmit: Transmit,
    *,
    input_aid_pin: str,
    signing_password: str,
    application: bytes | Callable[[CardReading], bytes],
) -> CardReading:
    """Read everything that adding the card to a phone needs, and have the card sign the application.

    Text application: input-aid PIN, My Number, the four items. Visual application, opened with My Number as
    照合番号A: the portrait. JPKI application: sign password, sign certificate, signature.

    Args:
        transmit: the link to the plastic card.
        input_aid_pin: 券面事項入力補助用暗証番号.
        signing_password: 署名用パスワード, as it is sent.
        application: the bytes to be signed, or a function that makes them of what was read so far.

    Raises:
        CardRefused: code ``pin_wrong`` or ``pin_blocked``, with ``reference`` in its values: ``input_aid``,
            ``verification_number`` or ``signing``; ``no_sign_certificate``, before the sign password costs a try; or
            another.
        MalformedTlv: a file is not what it should be.

    Source: card facts 1.2 to 1.4 and 3; the order of the steps is assumed.
    """
    select_application(transmit, AID_TEXT)
    verify(transmit, 0x0011, input_aid_pin, reference="input_aid")
    my_number = tlv.decode(read_binary(transmit, 0x0001)).value.decode("ascii")
    items = tlv.decode(read_binary(transmit, 0x0002))

    select_application(transmit, AID_VISUAL)
    verify(transmit, 0x0013, my_number, reference="verification_number")
    face = tlv.decode(read_binary(transmit, 0x0002))

    certificate = _open_jpki(transmit, "sign", signing_password)
    reading = CardReading(
        my_number=my_number,
        name=items.find(0xDF22).decode(),
        address=items.find(0xDF23).decode(),
        born=_day(items.find(0xDF24)),
        sex=_SEX.get(items.find(0xDF25), "unknown"),
        portrait=face.find(0xDF27),
        sign_certificate=certificate,
        application_signature=b"",
        files=("text/0001", "text/0002", "visual/0002", "jpki/0001"),
    )
    document = application if isinstance(application, bytes) else application(reading)
    return replace(reading, application_signature=sign(transmit, KEYS["sign"], document))


def authenticate(transmit: Transmit, challenge: bytes, *, pin: str | None, kind: str = "auth") -> tuple[bytes, bytes]:
    """Have a chip sign a challenge.

    Args:
        transmit: the link to the chip.
        challenge: any bytes; their SHA-256 is signed.
        pin: the PIN of ``kind``; None: the chip was opened by a face or finger in this session, which leaves its JPKI
            application selected.
        kind: ``auth`` (user-authentication PIN) or ``sign`` (sign password).

    Returns:
        Certificate (DER) and signature (256 bytes).

    Raises:
        CardRefused: code ``pin_wrong`` or ``pin_blocked``, with ``reference`` in its values: ``user_authentication`` or
            ``signing``; ``no_sign_certificate``; ``security_status_not_satisfied``; or another.
    """
    certificate = _open_jpki(transmit, kind, pin) if pin is not None else read_certificate(transmit, kind)
    return certificate, sign(transmit, KEYS[kind], challenge)


def _open_jpki(transmit: Transmit, kind: str, pin: str) -> bytes:
    """Select the JPKI application, verify the PIN of a kind, and read its certificate."""
    select_application(transmit, AID_JPKI)
    if kind == "sign" and read_binary(transmit, 0x0008, length=1) == b"\0":
        raise CardRefused(
            "EF 0008 says that there is no sign certificate on this card (as for holders under 15).",
            sw=StatusWord.SUCCESS,
            command="READ BINARY",
            code="no_sign_certificate",
        )
    identifier, reference = PINS[kind]
    verify(transmit, identifier, pin, reference=reference)
    return read_certificate(transmit, kind)
