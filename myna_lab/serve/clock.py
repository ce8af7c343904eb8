"""A door's clock: the lab's, or the computer's with the lab following it.

The lab follows only when it must: when something falls due there, and with each renewal of the revocation data.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from myna_lab.errors import StorageError
from myna_lab.ground.durations import JST, tick

if TYPE_CHECKING:
    from myna_lab.lab import Lab

__all__ = ["Clock", "computers_time"]


def computers_time() -> datetime:
    """What the computer's clock says."""
    return datetime.now(UTC)  # noqa: TID251 - asked for with clock="real"


class Clock:
    """What time it is at a door.

    Args:
        lab: whose time.
        real: whether the computer's clock counts, and the lab follows it.
    """

    def __init__(self, lab: Lab, *, real: bool) -> None:
        self._lab = lab
        self._refresh = lab.parameters.duration("ocsp_refresh")
        self.real = real
        self.failure = ""
        """Why the lab cannot follow the computer's clock; empty if it can."""

    @property
    def latest(self) -> datetime:
        """Now; the lab stays where it is."""
        now = self._lab.now
        return max(now, computers_time().astimezone(JST).replace(microsecond=0)) if self.real else now

    def moment(self) -> datetime:
        """Now, and the lab has followed.

        Raises:
            StorageError: the lab's file cannot be written, so the lab cannot move.
        """
        lab = self._lab
        if not self.real:
            return lab.now
        with lab.world.log.lock:
            now = self.latest
            try:
                if next(lab.world.agenda.due(now), None) or tick(now, self._refresh) > lab.now:
                    lab.advance_to(now)
            except StorageError as error:
                self.failure = str(error)
                raise
            self.failure = ""
            return now
