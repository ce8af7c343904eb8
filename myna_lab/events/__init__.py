"""What can happen, and the append-only log of what did.

    request -> decide() -> Decision(events, secrets) -> EventLog.append -> Store -> folds -> tables, views

Events are facts, named by past participles. They hold no secret: PINs, keys and personal data stand in the vault, and
an event carries a reference to the entry. Every event of a device names it as ``device``, ``chip`` or ``phone``, so
that a fold finds its owner by one look-up. A name that stands for a thing (``person-1``, ``flow-2``) is given in the
event that makes it.
"""

from myna_lab.events import official, set_up, things
from myna_lab.events.entries import Entry
from myna_lab.events.kinds import EVENTS, Event
from myna_lab.events.log import Clock, Decision, EventLog, Fold, Log, Store, Vault
from myna_lab.events.official import *  # noqa: F403 - every kind of event, each named where it is made
from myna_lab.events.set_up import *  # noqa: F403
from myna_lab.events.things import *  # noqa: F403
from myna_lab.events.verdicts import Check, Reason, Verdict, reason

__all__ = [
    "EVENTS",
    "Check",
    "Clock",
    "Decision",
    "Entry",
    "Event",
    "EventLog",
    "Fold",
    "Log",
    "Reason",
    "Store",
    "Vault",
    "Verdict",
    "reason",
]
__all__ += official.__all__
__all__ += set_up.__all__
__all__ += things.__all__
