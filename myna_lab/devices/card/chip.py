"""The chip: bytes in, bytes out.

    transmit(bytes) -> decode -> execute -> events recorded, then taken in -> bytes, and a line in the trace

Whatever comes in, a status word goes out. The chip changes what it remembers for good only by :meth:`Chip.evolve`; who
owns it makes each event durable first (``record``), and a chip without an owner evolves itself.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from myna_lab.devices.card.applications.manager import ATR
from myna_lab.devices.card.behaviour import Behaviour
from myna_lab.devices.card.chip_kinds import BIOMETRIC
from myna_lab.devices.card.commands import execute
from myna_lab.devices.card.contents import CardContents
from myna_lab.devices.card.interior import CardRemoved, Interior, Record
from myna_lab.devices.card.listing import listing
from myna_lab.devices.card.lookup import Answer
from myna_lab.devices.card.security_status import ON, SECURITY_STATUS_RULES, SecurityStatus
from myna_lab.devices.card.state import ChipState, VolatileState
from myna_lab.devices.card.structure import ElementaryFile, Kind
from myna_lab.devices.card.trace import Trace
from myna_lab.errors import CardRefused, MalformedApdu, MisuseError, StorageError
from myna_lab.events import Event, ReferenceDataChanged, ReferenceDataUnblocked
from myna_lab.formats.iso7816 import CommandApdu, StatusWord
from myna_lab.ground.arguments import one_of, only_secret, whole_number
from myna_lab.ground.chance import Chance
from myna_lab.rules import after
from myna_lab.texts import counted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ATR", "Chip"]

_USUAL = Behaviour()
_NO_ANSWER = Answer(0)
_MANY = 1_000_000


def _bytes(command: object) -> bytes:
    """A command that is no ``bytes``, as bytes; an error does not quote it, for it may be a PIN."""
    if isinstance(command, bytearray | memoryview | array | list | tuple):
        with suppress(TypeError, ValueError):
            return bytes(command)
    raise MisuseError(
        f"a command is bytes, such as bytes.fromhex('00200080'); got {type(command).__name__}.", code="no_bytes"
    )


class Chip:
    """A chip, plastic card or secure element of a phone.

    Args:
        name: its name in events: ``card-1``.
        contents: what is on it.
        key: an RSA-2048 key by number.
        record: makes an event and the secrets that it refers to durable, and calls :meth:`evolve`; None: the chip
            evolves itself. If it raises StorageError the chip answers 6581 and stays as it was.
        lock: held during each exchange, and for as long as a reader is connected; re-entrant. None: no lock.
        secret: a vault entry by reference, for PINs that were changed; needed with ``record``.
        atr: answer to reset.
        behaviour: what is assumed about its answers.
        chance: the source of challenges; None: one of the chip's name.

    Raises:
        MisuseError: contents of an unknown profile.
    """

    def __init__(
        self,
        name: str,
        contents: CardContents,
        *,
        key: Callable[[int], RSAPrivateKey],
        record: Record | None = None,
        lock: AbstractContextManager[Any] | None = None,
        secret: Callable[[str], bytes] | None = None,
        atr: bytes = ATR,
        behaviour: Behaviour = _USUAL,
        chance: Chance | None = None,
    ) -> None:
        self.name = name
        self.profile = contents.profile
        """``plastic``, ``iphone`` or ``android``."""
        self.atr = atr
        self.trace = Trace()
        """Every exchange in words."""
        self._interior = Interior(
            name, contents, key, record, secret, behaviour, chance or Chance(0).child(f"challenge/{name}")
        )
        self._lock = nullcontext() if lock is None else lock
        self._execute: Callable[[Interior, CommandApdu], Answer] = execute

    # -------------------------------------------------------------------------------------------------------- bytes

    def transmit(self, command: bytes) -> bytes:
        """Answer one command; a chip without power is powered up by it.

        Args:
            command: any bytes; a list of numbers, as PC/SC libraries have it, is taken too.

        Returns:
            Data and status word, at least 2 bytes.

        Raises:
            CardRemoved: only after :meth:`fail_power`.
            MisuseError: no bytes.

        Source: card facts 2.5.
        """
        if not isinstance(command, bytes):
            command = _bytes(command)
        with self._lock:
            interior = self._interior
            try:
                sw, data, about = self._execute(interior, CommandApdu.decode(command))
            except MalformedApdu:
                sw, data, about = Answer(StatusWord.WRONG_LENGTH)
            except StorageError:  # commands record before they change anything
                sw, data, about = Answer(StatusWord.MEMORY_FAILURE)
            except CardRemoved:  # in the middle of the command
                sw, data, about = _NO_ANSWER
            is_cut = interior.events_until_power_fails == 0
            response = b"" if is_cut else data + sw.to_bytes(2, "big")
            if self.trace.enabled:
                if about is None:
                    self.trace.add(command, response)
                else:
                    self.trace.add(command, response, about.subject, secret=about.secret)
            if is_cut:
                self._lose_power()
            return response

    def fail_power(self, after_events: int = 0) -> None:
        """Have a command end in the middle: the card is pulled out, and nobody gets an answer.

        Args:
            after_events: the moment: when so many more events are durable. With 1 the next VERIFY ends between the try
                that it spent and the comparison; with 0 the next command is done, and its answer lost.

        Raises:
            MisuseError: no whole number, or a negative one.
        """
        whole_number("after_events", after_events, 0, _MANY)
        self._interior.events_until_power_fails = after_events

    def fail_next_command(self, sw: int = 0x6F00) -> None:
        """Have the next command answered without being looked at, as one card answered its first after power-up.

        Args:
            sw: status word, 0x6000 to 0x9FFF.

        Raises:
            MisuseError: no status word.

        Source: card facts 2.5.40.
        """
        if not isinstance(sw, int) or not 0x6000 <= sw <= 0x9FFF:
            raise MisuseError("a status word is a number from 0x6000 to 0x9FFF, such as 0x6F00.", code="bad_sw")

        def fail(_: Interior, command: CommandApdu) -> Answer:
            self._execute = execute
            return Answer(sw)

        self._execute = fail

    def _lose_power(self) -> None:
        self._interior.events_until_power_fails = None
        self._interior.volatile = VolatileState()
        raise CardRemoved(f"{self.name} was pulled out before its answer had left.")

    def reset(self) -> bytes:
        """A warm reset: the power stays on, and what was verified stays verified, unless the behaviour says otherwise.

        Returns:
            The answer to reset.
        """
        with self._lock:
            interior = self._interior
            keeps = interior.behaviour.warm_reset_keeps_verified
            interior.volatile = interior.volatile.again(keeps_verified=True) if keeps else VolatileState()
            return self.atr

    def power_off(self) -> None:
        """Leave the reader's field: what was selected and verified is gone, counters and changed PINs stay."""
        with self._lock:
            self._interior.volatile = VolatileState()

    @contextmanager
    def connect(self) -> Iterator[Callable[[bytes], bytes]]:
        """Be in the field of one reader: powered up on entry, others kept waiting, without power at the end.

        Example:
            >>> with chip.connect() as transmit:  # doctest: +SKIP
            ...     transmit(bytes.fromhex("00A4040C0AD392F000260100000001"))
        """
        with self._lock:
            self.power_off()
            try:
                yield self.transmit
            finally:
                self.power_off()

    # -------------------------------------------------------------------------------------------------------- state

    def files(self) -> pd.DataFrame:
        """Every application, file, key and PIN with conditions, sizes and meaning; no contents, no secret.

        Returns:
            DataFrame, index ``file`` (``jpki/0018``); columns ``application``, ``kind``, ``meaning``, ``read``,
            ``use``, ``size``, ``tries_left``.
        """
        return listing(self._interior)

    @property
    def state(self) -> ChipState:
        """What the chip remembers for good."""
        return self._interior.state

    @property
    def failure(self) -> str:
        """Why the chip answered 6581 when it last had something to remember; empty if it did not."""
        return self._interior.failure

    def evolve(self, event: Event) -> None:
        """Take in a durable event that names this chip."""
        self._interior.evolve(event)

    def tries_left(self, reference: str) -> int:
        """Tries left of reference data.

        Args:
            reference: application and EF: ``jpki/0018``.

        Raises:
            MisuseError: the chip has no such reference data.
        """
        return self._interior.n_tries(self._reference(reference))

    def status(self, reference: str) -> SecurityStatus:
        """The security status of reference data, as of now.

        Raises:
            MisuseError: the chip has no such reference data.
        """
        return self._interior.status(self._reference(reference))

    def reset_of(self, reference: str, value: str, where: str) -> tuple[tuple[Event, ...], Mapping[str, bytes]]:
        """What gives reference data a new value and all their tries, once it is recorded; nothing is changed here.

        Args:
            reference: ``jpki/0018``.
            value: the new PIN.
            where: who does it: :class:`ReferenceDataUnblocked` has the names.

        Returns:
            Events, and the secrets that they refer to.

        Raises:
            MisuseError: the chip has no such reference data, or the value is no text.
        """
        file = self._reference(reference)
        one_of("who resets it", where, ("window", "store", "app"))
        new = only_secret("the new PIN is", value).encode()
        tries, ref = self._interior.most_tries(file), self._interior.next_value_ref(file)
        events = (
            ReferenceDataUnblocked(self.name, reference, tries, where),
            ReferenceDataChanged(self.name, reference, tries, ref),
        )
        return events, {ref: new}

    def verify_by_biometrics(self, reference: str) -> None:
        """On a phone: the holder's face or finger stands for a PIN, without a command and without a try.

        The application is selected, if it was not; selecting another one forgets what was verified, as always.

        Args:
            reference: ``jpki/0018``.

        Raises:
            MisuseError: a plastic card, no such reference data, or the signing password (``jpki/001B``), which nothing
                stands for.
            CardRefused: code ``pin_blocked``: no try is left.

        Source: :data:`BIOMETRIC`; that it does not open a blocked PIN is assumed (card facts 8.4).
        """
        if self.profile not in BIOMETRIC:
            raise MisuseError(
                f"{self.name} is a {self.profile} card: it sees no face; send VERIFY.", code="no_biometrics"
            )
        file = self._reference(reference)
        if reference not in BIOMETRIC[self.profile]:
            raise MisuseError(f"{reference} opens by its password only; send VERIFY.", code="no_biometrics")
        with self._lock:
            status = self.status(reference)
            if status is SecurityStatus.BLOCKED:
                raise CardRefused(
                    f"{reference} is blocked; a face or finger does not open it.",
                    sw=StatusWord.REFERENCE_DATA_BLOCKED,
                    code="pin_blocked",
                    tries_left=0,
                )
            after(SECURITY_STATUS_RULES, status, ON.FACE_OR_FINGER, subject=reference)
            interior = self._interior
            application = next(a for a in interior.applications if a.name == file.application)
            volatile = interior.volatile if interior.volatile.application is application else VolatileState(application)
            interior.volatile = volatile._replace(verified=volatile.verified | {file.identifier})

    def _reference(self, reference: str) -> ElementaryFile:
        rows = (row for application in self._interior.applications for row in application.files)
        table = {row.reference: row for row in rows if row.kind is Kind.REFERENCE}
        return table[one_of(f"reference data of {self.name}", reference, table, code="unknown_reference")]

    def __repr__(self) -> str:
        return f"<Chip TEST {self.name}: {self.profile}, {counted(len(self.trace), 'exchange', 'exchanges')}>"
