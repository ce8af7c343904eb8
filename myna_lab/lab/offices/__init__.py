"""The offices of a lab, where its people go. A new one is a file beside this one, and a row here."""

from __future__ import annotations

from myna_lab.lab.offices.hotline import Hotline
from myna_lab.lab.offices.kiosk import Kiosk
from myna_lab.lab.offices.municipality import Municipality
from myna_lab.lab.offices.online_desk import OnlineDesk
from myna_lab.lab.offices.records import Records
from myna_lab.world.world import World

__all__ = ["Offices"]


class Offices:
    """What a lab has under these names."""

    def _open_offices(self, world: World) -> None:
        self.municipality = Municipality(world)
        self.hotline = Hotline(world)
        self.online_desk = OnlineDesk(world)
        self.kiosk = Kiosk(world)
        self.records = Records(world)
