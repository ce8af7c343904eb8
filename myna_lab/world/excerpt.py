"""A world for a question: only what can bear on one person, so that asking does not cost a copy of everything.

entries about her, her cards and phones, whoever is tied to them, and the authorities -> a world of its own in memory
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from myna_lab import events as ev
from myna_lab.events import Entry
from myna_lab.world.file.journal import Journal
from myna_lab.world.world import World

__all__ = ["Excerpt"]

_COMMON = (
    *("sign", "sign_responder", "auth", "auth_responder", "mdoc", "mdoc_signer", "mdoc_status"),
    *("ocsp", "crl", "status_list"),
)
"""Authorities and sources of revocation data: what bears on everybody."""
_TOLD = (ev.SignatureComputed, ev.TimePassed)
"""Kinds that no state follows from."""
_COUNTER = (ev.ReferenceDataTried, ev.ReferenceDataVerified, ev.ReferenceDataRefused, ev.ReferenceDataUnblocked)
"""Kinds that say a counter anew: the newest one holds, as of the verdicts of a service on one certificate."""


class Excerpt:
    """What a world knows of one person.

    Args:
        world: the whole world; it is left as it is.
        person: whom the question is about; None: nobody, the authorities alone.
    """

    def __init__(self, world: World, person: str | None) -> None:
        log = world.log
        about = () if person is None else log.connected(person)
        self.world = world
        self.person = person
        self._entries = sorted({entry.seq: entry for entry in (log[0], *log.about(*_COMMON), *about)}.items())

    def at(self, when: datetime) -> World:
        """A world in memory as of an instant; nothing in it is recorded in the whole one.

        Raises:
            MisuseError: it had not begun then.
        """
        self.world.check_begun(when)
        entries = tuple(_needed(entry for _, entry in self._entries if entry.at <= when))
        renumbered = (Entry(seq, entry.at, entry.event) for seq, entry in enumerate(entries, 1))
        copy = self.world.following(Journal.aside(self.world.journal), renumbered)
        if when > copy.now:
            copy.advance_to(when)
        return copy


def _needed(entries: Iterable[Entry]) -> Iterator[Entry]:
    kept = [entry for entry in entries if not isinstance(entry.event, _TOLD)]
    newest = {_said(entry.event): entry.seq for entry in kept}
    for entry in kept:
        said = _said(entry.event)
        if said is None or newest[said] == entry.seq:
            yield entry


def _said(event: ev.Event) -> tuple[str, str, int] | tuple[str, str] | None:
    """What an event says anew: a counter, or what a service fetched about a certificate; None: something for good."""
    if isinstance(event, _COUNTER):
        return event.chip, event.reference
    if isinstance(event, ev.VerdictGiven):
        return event.service, event.verdict.usage, event.verdict.serial or 0
    return None
