"""A card that is left on a reader: programs come and go, the power stays, and so does what was verified.

    program() -> transmit     one program's session, ended as that program ends it
    take_away()               the power goes

A program that ends does not lock the card. The next one goes on where it stood, without a PIN, until another
application is selected or the power goes. Source: card facts 2.5.21 to 2.5.23.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType

from myna_lab.devices import terminal
from myna_lab.devices.card import Chip
from myna_lab.errors import CardRefused
from myna_lab.formats.iso7816.commands import select_application

__all__ = ["ENDINGS", "AfterIt", "OnReader", "after_each_ending"]


class OnReader:
    """A chip in the field of one reader, for as long as nobody takes it away.

    Args:
        chip: a card's, or a phone's that is held there.

    A service or an app that reads the same chip takes it away from here, and the power with it.

    Example:
        >>> from myna_lab import Lab
        >>> from myna_lab.devices import terminal
        >>> reader = OnReader(Lab(seed=7).resident(user_authentication_pin="2222").card)
        >>> with reader.program() as transmit:
        ...     _ = terminal.authenticate(transmit, b"first", pin="2222")
        >>> with reader.program() as transmit:  # another program, which knows no PIN
        ...     len(terminal.sign(transmit, terminal.KEYS["auth"], b"second"))
        256
    """

    def __init__(self, chip: Chip) -> None:
        self.chip = chip
        chip.power_off()

    @contextmanager
    def program(self) -> Iterator[terminal.Transmit]:
        """One program's session; at its end the card stays as it is (SCARD_LEAVE_CARD)."""
        yield self.chip.transmit

    def take_away(self) -> None:
        """Take the card off the reader: what was verified is forgotten, counters stay."""
        self.chip.power_off()

    def __repr__(self) -> str:
        return f"<OnReader TEST {self.chip.name}>"


def _reset(reader: OnReader, transmit: terminal.Transmit) -> None:
    reader.chip.reset()


def _select(aid: bytes) -> Callable[[OnReader, terminal.Transmit], object]:
    """Whatever the chip answers: a phone's applet stands alone, there is no other application to select."""
    return lambda reader, transmit: transmit(select_application(aid).encode())


ENDINGS: Mapping[str, Callable[[OnReader, terminal.Transmit], object]] = MappingProxyType(
    {
        "leaves the card": lambda reader, transmit: None,
        "resets it warm": _reset,
        "selects the same application": _select(terminal.AID_JPKI),
        "selects another application": _select(terminal.AID_COMMON),
        "takes it away": lambda reader, transmit: reader.take_away(),
    }
)
"""How a program may end."""


@dataclass(frozen=True, slots=True)
class AfterIt:
    """What the next program gets, which knows no PIN."""

    ending: str
    """One of :data:`ENDINGS`: how the first program ended."""
    signs: bool
    """Whether the chip signs for the next one."""
    sw: str
    """The chip's status word, in hexadecimal."""


def after_each_ending(chip: Chip, pin: str) -> tuple[AfterIt, ...]:
    """Log in with one program, end it in each way, and let another program try to sign without a PIN.

    Args:
        chip: a card's or a phone's.
        pin: its user-authentication PIN.

    Returns:
        A row for each of :data:`ENDINGS`, in their order.

    Raises:
        CardRefused: the first program's PIN is wrong or blocked.
    """
    return tuple(_after(OnReader(chip), pin, ending) for ending in ENDINGS)


def _after(reader: OnReader, pin: str, ending: str) -> AfterIt:
    with reader.program() as transmit:
        terminal.authenticate(transmit, b"TEST first program", pin=pin)
        ENDINGS[ending](reader, transmit)
    with reader.program() as transmit:
        try:
            terminal.select_application(transmit, terminal.AID_JPKI)
            terminal.sign(transmit, terminal.KEYS["auth"], b"TEST next program")
            sw = "9000"
        except CardRefused as refused:
            sw = f"{refused.sw:04X}"
    reader.take_away()
    return AfterIt(ending, sw == "9000", sw)
