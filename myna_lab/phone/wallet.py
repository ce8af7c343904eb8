"""Apple Wallet as far as the card is concerned: a pass that is there, usable or not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from myna_lab.durations import show

__all__ = ["Pass"]


@dataclass(frozen=True, slots=True)
class Pass:
    """The card's face in the wallet.

    It goes only when the holder deletes it: the certificates' revocation leaves the picture where it is.
    """

    title: str
    holder: str
    added_at: datetime
    usable: bool
    """Whether its certificates are still live in the books."""

    def __str__(self) -> str:
        state = "usable" if self.usable else "cannot be used (revoked); delete it by hand"
        return f"TEST {self.title}: {self.holder}, added {show(self.added_at)}, {state}"

    __repr__ = __str__
