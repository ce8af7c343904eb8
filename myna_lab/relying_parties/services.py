"""The services of a lab. A new one is a file beside this one, and a row here."""

from __future__ import annotations

from myna_lab.relying_parties.bank import Bank
from myna_lab.relying_parties.clinic import Clinic
from myna_lab.relying_parties.convenience_store import ConvenienceStore
from myna_lab.relying_parties.counter import Counter
from myna_lab.relying_parties.desk import Desk
from myna_lab.relying_parties.outside import Outside
from myna_lab.relying_parties.police import Police
from myna_lab.relying_parties.portal import Portal
from myna_lab.relying_parties.private_service import PrivateService
from myna_lab.relying_parties.service import Service
from myna_lab.relying_parties.shop import Shop

__all__ = ["Services"]


class Services:
    """What a lab offers under these names."""

    def __init__(self, outside: Outside) -> None:
        self.portal = Portal(outside)
        self.desk = Desk(outside)
        self.convenience_store = ConvenienceStore(outside)
        self.clinic = Clinic(outside)
        self.bank = Bank(outside)
        self.counter = Counter(outside)
        self.shop = Shop(outside)
        self.police = Police(outside)
        self.private_service = PrivateService(outside)

    @property
    def services(self) -> tuple[Service, ...]:
        """All of them, in the order of the rows."""
        return tuple(own for own in vars(self).values() if isinstance(own, Service))
