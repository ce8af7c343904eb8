"""Every exchange with a chip, decoded into words, with dots for what is secret.

Secrets never get in: the answers of secret files, and the data of all commands but those that certainly carry no PIN,
are zeroed before they are kept. A VERIFY with one wrong byte is some other command, or none, and still carries a PIN.
"""

from __future__ import annotations

import html
import logging
from collections import deque
from collections.abc import Callable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, overload

from myna_lab.devices.card.structure import Subject
from myna_lab.errors import MalformedApdu
from myna_lab.formats.iso7816 import INSTRUCTIONS, CommandApdu, StatusWord, explain, shows_data
from myna_lab.ground.arguments import one_of, only_bool
from myna_lab.texts import LANGUAGES
from myna_lab.texts.session import one

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MOST_EXCHANGES", "Exchange", "Trace"]

MOST_EXCHANGES = 10_000
"""A trace keeps the newest ones; older ones fall out."""
_SHOWN = 100
"""A notebook shows the newest ones."""
_SHOWN_BYTES = 24
"""A line shows the first ones; the table has all."""
_LOG = logging.getLogger(__name__)
_SUCCESS = StatusWord.SUCCESS.to_bytes(2, "big")
_UNKNOWN = frozenset(
    {
        StatusWord.INSTRUCTION_NOT_SUPPORTED,
        StatusWord.CLASS_NOT_SUPPORTED,
        StatusWord.LOGICAL_CHANNEL_NOT_SUPPORTED,
    }
)
_TEXT = range(0x20, 0x80)
"""Classes that the chip has not, and with which a PIN begins whose header was forgotten."""
_CLASS, _INSTRUCTION, _HEADER, _LC, _EXTENDED_LC = 1, 2, 4, 5, 7
"""Bytes of a command up to there."""


class Exchange(NamedTuple):
    """One command and its answer. Secret bytes are zero here, and dots where they are shown."""

    n: int
    """1, 2, 3 … since the trace was cleared."""
    command: bytes
    response: bytes
    """With the status word; empty if the card was pulled out before it answered."""
    subject: Subject | str = ""
    """The file or application that it was about."""
    command_secret_from: int | None = None
    """Offset from which the command is secret."""
    response_secret: bool = False
    """Whether the answer's data are secret."""

    @property
    def sw(self) -> str:
        """The status word in hexadecimal; empty if there was no answer."""
        return self.response[-2:].hex().upper()

    @property
    def words(self) -> str:
        """The exchange in words."""
        return self.in_language("en")

    def in_language(self, language: str) -> str:
        """The exchange in words, in ``en`` or ``ja``."""
        subject = self.subject.in_language(language) if isinstance(self.subject, Subject) else self.subject
        command, shown = self.command, self.command_secret_from
        if shown in (_CLASS, _HEADER):  # not a command; what follows is zero, and would be read as if it were one
            command = command[: min(shown, _INSTRUCTION)]
        elif shown == _INSTRUCTION:
            command = command[:_INSTRUCTION] + bytes(_HEADER - _INSTRUCTION)
        return explain(command, self.response, subject=subject, language=language)

    @property
    def command_text(self) -> str:
        """The command in hexadecimal, with dots for secret bytes."""
        start = self.command_secret_from
        return _hex(self.command) if start is None else _dotted(self.command[:start], len(self.command) - start)

    @property
    def response_text(self) -> str:
        """The answer in hexadecimal, with dots for secret bytes."""
        if not self.response_secret:
            return _hex(self.response)
        return f"{_dotted(b'', len(self.response) - 2)} {_hex(self.response[-2:])}".strip()

    def __str__(self) -> str:
        return (
            f"{self.n:4} {self.in_language(one())}\n     > {_cut(self.command_text)}\n     < {_cut(self.response_text)}"
        )

    def __repr__(self) -> str:
        return f"<Exchange {self.n}: {self.in_language(one())}>"


def _n_shown(command: bytes, response: bytes) -> int:
    """How many bytes of a command may be kept: all, or its header and Lc, or less.

    What the chip does not know, or is no command, may be a PIN whose header was forgotten in whole or in part.
    """
    sw = int.from_bytes(response[-2:], "big")
    if len(command) < _INSTRUCTION or command[0] in _TEXT:
        return _CLASS
    if sw in _UNKNOWN or command[1] not in INSTRUCTIONS:
        return _INSTRUCTION
    try:
        apdu = CommandApdu.decode(command)
    except MalformedApdu:
        return _HEADER
    if not apdu.data or shows_data(apdu.ins, sw, apdu.data):
        return len(command)
    return _LC if command[_HEADER] else _EXTENDED_LC


def _hex(data: bytes) -> str:
    return data.hex(" ").upper()


def _dotted(shown: bytes, n_hidden: int) -> str:
    return " ".join([*(f"{byte:02X}" for byte in shown), *["••"] * n_hidden])


def _cut(text: str) -> str:
    n = (len(text) + 1) // 3
    if n <= _SHOWN_BYTES + 2:
        return text
    return f"{text[: 3 * _SHOWN_BYTES - 1]} … {text[-5:]} ({n} bytes)"


class Trace:
    """The newest exchanges of one chip, at most :data:`MOST_EXCHANGES`.

    Example:
        >>> trace = Trace()
        >>> trace.add(bytes.fromhex("002000800431323334"), bytes.fromhex("9000"))
        >>> trace[0].command_text
        '00 20 00 80 04 •• •• •• ••'
    """

    def __init__(self) -> None:
        self._is_on = True
        self._exchanges: deque[Exchange] = deque(maxlen=MOST_EXCHANGES)
        self._n = 0
        self._watcher: Callable[[Exchange], object] | None = None

    @property
    def enabled(self) -> bool:
        """Whether exchanges are kept; may be set. Without it they cost nothing."""
        return self._is_on

    @enabled.setter
    def enabled(self, value: bool) -> None:
        only_bool(enabled=value)
        self._is_on = value

    def watch(self, watcher: Callable[[Exchange], object] | None) -> None:
        """Have each new exchange shown as it happens.

        Args:
            watcher: is called with it, once its secrets are gone; None: nobody. One that fails is not called again.
        """
        self._watcher = watcher

    def add(self, command: bytes, response: bytes, subject: Subject | str = "", *, secret: bool = False) -> None:
        """Keep one exchange.

        Args:
            command: as transmitted, well formed or not; data that may be a PIN are not kept.
            response: as transmitted; empty: there was none.
            subject: the file or application that it was about.
            secret: whether the answer's data are secret.
        """
        secret_from = None
        # Most commands are a header and Le, and are taken; the others are looked into.
        if (len(command) != 5 or response[-2:] != _SUCCESS) and (n := _n_shown(command, response)) < len(command):
            secret_from = n
            command = command[:n] + bytes(len(command) - n)
        if secret and response:
            response = bytes(len(response) - 2) + response[-2:]
        self._n += 1
        exchange = Exchange(self._n, command, response, subject, secret_from, secret)
        self._exchanges.append(exchange)
        if self._watcher is not None:
            try:
                self._watcher(exchange)
            except Exception:  # whoever waits for the answer gets it all the same
                self._watcher = None
                _LOG.exception("who watched a trace failed, and is told nothing more")

    def clear(self) -> None:
        """Forget all exchanges; the next one has number 1."""
        self._exchanges.clear()
        self._n = 0

    def table(self, language: str = "") -> pd.DataFrame:
        """All exchanges.

        Args:
            language: of the words, ``en`` or ``ja``; empty: the session's.

        Returns:
            DataFrame of shape (n_exchanges, 4), index ``n``; columns ``words``, ``command``, ``response`` (hexadecimal,
            dots for secret bytes) and ``sw``, all text.
        """
        language = one_of("a language", one(language), LANGUAGES, code="unknown_language")
        import pandas as pd

        rows = [(e.n, e.in_language(language), e.command_text, e.response_text, e.sw) for e in self]
        return pd.DataFrame(rows, columns=["n", "words", "command", "response", "sw"]).set_index("n")

    def __len__(self) -> int:
        return len(self._exchanges)

    def __iter__(self) -> Iterator[Exchange]:
        return iter(tuple(self._exchanges))

    @overload
    def __getitem__(self, index: int) -> Exchange: ...
    @overload
    def __getitem__(self, index: slice) -> list[Exchange]: ...
    def __getitem__(self, index: int | slice) -> Exchange | list[Exchange]:
        return list(self._exchanges)[index] if isinstance(index, slice) else self._exchanges[index]

    def _newest(self) -> Iterator[Exchange]:
        return islice(self, max(0, len(self) - _SHOWN), None)

    def __str__(self) -> str:
        return "\n".join(str(exchange) for exchange in self)

    def __repr__(self) -> str:
        older = len(self) - _SHOWN
        head = [f"… {older} older exchanges"] if older > 0 else []
        return "\n".join([*head, *map(str, self._newest())]) or "<Trace: no exchange yet>"

    def _repr_html_(self) -> str:
        cells = ((str(e.n), e.in_language(one()), _cut(e.command_text), _cut(e.response_text)) for e in self._newest())
        rows = "".join(f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in row)}</tr>" for row in cells)
        head = "".join(f"<th>{name}</th>" for name in ("n", "words", "command", "response"))
        return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
