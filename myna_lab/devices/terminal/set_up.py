"""Everything that adding the card to a phone needs of the plastic card."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from myna_lab.devices.terminal.files import AID_TEXT, AID_VISUAL, read_binary, select_application
from myna_lab.devices.terminal.link import Transmit
from myna_lab.devices.terminal.pins import verify
from myna_lab.devices.terminal.signing import KEYS, open_jpki, sign
from myna_lab.formats.iso7816 import tlv

__all__ = ["CardReading", "read_for_set_up"]


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
    if len(digits) != 8 or not digits.isdigit():
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
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
    照合番号A: the portrait. JPKI application: signing password, signing certificate, signature.

    Args:
        transmit: the link to the plastic card.
        input_aid_pin: 券面事項入力補助用暗証番号.
        signing_password: 署名用パスワード, as it is sent.
        application: the bytes to be signed, or a function that makes them of what was read so far.

    Raises:
        CardRefused: code ``pin_wrong`` or ``pin_blocked``, with ``reference`` in its values: ``input_aid``,
            ``verification_number`` or ``signing``; ``no_sign_certificate``, before the signing password costs a try; or
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

    certificate = open_jpki(transmit, "sign", signing_password)
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
