"""PINs: VERIFY, its query, CHANGE REFERENCE DATA."""

from __future__ import annotations

from myna_lab.devices.terminal.files import select_file
from myna_lab.devices.terminal.link import Transmit, refusal, send
from myna_lab.errors import MisuseError
from myna_lab.formats.iso7816 import ResponseApdu, commands

__all__ = ["tries_left", "verify"]


def tries_left(transmit: Transmit, identifier: int) -> int:
    """Ask how many tries reference data have left (VERIFY without data); costs none.

    Raises:
        CardRefused: the card does not answer 63Cx.
    """
    select_file(transmit, identifier)
    command = commands.verify()
    sw = ResponseApdu.decode(transmit(command.encode())).sw
    if sw & 0xFFF0 != 0x63C0:
        raise refusal(command, sw)
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
    send(transmit, commands.verify(sent), reference=reference)
    if changed:
        send(transmit, commands.change_reference_data(changed), reference=reference)


def _sent(pin: object, *others: str) -> bytes:
    """A PIN's octets; an error does not repeat it."""
    if not isinstance(pin, str) or not pin.isascii() or (not pin and pin not in others):
        raise MisuseError("a PIN is half-width (半角) ASCII text, in quotes; nothing was sent.", code="pin_expected")
    return pin.encode("ascii")
