"""How often somebody may be wrong: ten times at once, then once in half a minute.

A try is spent before it is compared, as a chip does it; who is right gets it back. Nobody is locked out for good, and
what one address spends, another keeps.
"""

from __future__ import annotations

import ipaddress
import math
from collections import OrderedDict
from dataclasses import dataclass, field

__all__ = ["Tries", "device"]

REMEMBERED = 4096
"""Whose tries are remembered at a time; the oldest are forgotten first."""


def device(address: str) -> str:
    """Whom an address stands for: an IPv6 computer has a whole /64 to choose from."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "?"
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(parsed.ipv4_mapped or ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


@dataclass(slots=True)
class Tries:
    """What is left to each: a bucket that refills."""

    most: int = 10
    """Tries at once."""
    back_after: float = 30.0
    """Seconds after which one comes back."""
    _spent: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def spend(self, who: str, at: float) -> int:
        """Take one try.

        Args:
            who: an address, or a name.
            at: seconds on a clock that never goes back.

        Returns:
            0, or the seconds to wait: then nothing was taken, and nothing may be compared.
        """
        spent = self._now(who, at)
        if spent > self.most - 1:
            return math.ceil((spent - (self.most - 1)) * self.back_after)
        self._keep(who, spent + 1, at)
        return 0

    def give_back(self, who: str, at: float) -> None:
        """It was right."""
        self._keep(who, max(0.0, self._now(who, at) - 1), at)

    def _now(self, who: str, at: float) -> float:
        spent, since = self._spent.get(who, (0.0, at))
        return max(0.0, spent - (at - since) / self.back_after)

    def _keep(self, who: str, spent: float, at: float) -> None:
        self._spent[who] = (spent, at)
        self._spent.move_to_end(who)
        while len(self._spent) > REMEMBERED:
            self._spent.popitem(last=False)
