"""A lab for a question: only what can bear on one person, so that asking does not cost a copy of everything.

entries about her, her cards and phones, whoever is tied to them, and the authorities -> a lab of its own in memory
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from myna_lab import events as ev
from myna_lab.events import Entry
from myna_lab.world.file.journal import Journal

if TYPE_CHECKING:
    from myna_lab.lab.lab import Lab

__all__ = ["Excerpt"]

_AUTHORITIES = ("sign", "sign_responder", "auth", "auth_responder", "mdoc", "mdoc_signer")
_TOLD = (ev.VerdictGiven, ev.SignatureComputed, ev.TimePassed)
"""Kinds that no state follows from."""
_COUNTER = (ev.ReferenceDataTried, ev.ReferenceDataVerified, ev.ReferenceDataRefused, ev.ReferenceDataUnblocked)
"""Kinds that say a counter anew: the newest one holds."""


class Excerpt:
    """What a lab knows of one person.

    Args:
        lab: the whole lab; it is left as it is.
        person: whom the question is about; None: nobody, the authorities alone.
    """

    def __init__(self, lab: Lab, person: str | None) -> None:
        log = lab.log
        about = () if person is None else log.connected(person)
        self.lab = lab
        self.person = person
        self._entries = sorted({entry.seq: entry for entry in (log[0], *log.about(*_AUTHORITIES), *about)}.items())

    def at(self, when: datetime) -> Lab:
        """A lab in memory as of an instant; nothing in it is recorded in the whole one.

        Raises:
            MisuseError: the lab had not begun then.
        """
        self.lab._refuse_before_start(when)
        entries = tuple(_needed(entry for _, entry in self._entries if entry.at <= when))
        renumbered = (Entry(seq, entry.at, entry.event) for seq, entry in enumerate(entries, 1))
        copy = self.lab._replayed(Journal.aside(self.lab.journal), renumbered)
        if when > copy.now:
            copy.advance_to(when)
        return copy


def _needed(entries: Iterable[Entry]) -> Iterator[Entry]:
    kept = [entry for entry in entries if not isinstance(entry.event, _TOLD)]
    newest = {(e.event.chip, e.event.reference): e.seq for e in kept if isinstance(e.event, _COUNTER)}
    for entry in kept:
        event = entry.event
        if not isinstance(event, _COUNTER) or newest[event.chip, event.reference] == entry.seq:
            yield entry
