"""The wallet as far as the card is concerned: a pass that is there, usable or not."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from myna_lab.ground.durations import show

__all__ = ["Pass", "next_check"]


def next_check(added_at: datetime, after: datetime, interval: timedelta) -> datetime:
    """When a wallet asks next whether its card is still good.

    Args:
        added_at: when the card came into it; it asks ``interval`` later, and so on.
        after: what it is to hear of.
        interval: from one check to the next (parameter ``wallet_check_interval``).

    Returns:
        The first check later than ``after``, and at most ``interval`` later.
    """
    return added_at + ((after - added_at) // interval + 1) * interval


@dataclass(frozen=True, slots=True)
class Pass:
    """The card's face in the wallet, drawn from the attribute record: a name that changed since is the old one here.

    On an iPhone it goes only when the holder deletes it: the certificates' revocation leaves the picture where it is.
    """

    title: str
    holder: str
    added_at: datetime
    usable: bool
    """Whether its certificates are still live in the books."""
    heard: bool = True
    """Whether the wallet has heard of the revocation; before, a dead pass looks as good as a live one."""
    by_hand: bool = True
    """Whether a dead one stays until it is deleted by hand; an Android erases it."""
    portrait: bytes = field(default=b"", repr=False)
    """As the record has it, JPEG 2000."""

    def __str__(self) -> str:
        goes = "delete it by hand" if self.by_hand else "it is erased when the phone is online"
        revoked = "revoked" if self.heard else "revoked, and has not heard of it yet"
        state = "usable" if self.usable else f"cannot be used ({revoked}); {goes}"
        return f"TEST {self.title}: {self.holder}, added {show(self.added_at)}, {state}"

    __repr__ = __str__
