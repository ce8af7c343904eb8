"""The services of a lab. A new one is a file beside this one, and a row here."""

from __future__ import annotations

from myna_lab.relying_parties.clinic import Clinic
from myna_lab.relying_parties.desk import Desk
from myna_lab.relying_parties.outside import Outside
from myna_lab.relying_parties.police import Police
from myna_lab.relying_parties.portal import Portal

__all__ = ["Services"]


class Services:
    """What a lab offers under these names."""

    def __init__(self, outside: Outside) -> None:
        self.portal = Portal(outside)
        self.desk = Desk(outside)
        self.clinic = Clinic(outside)
        self.police = Police(outside)
