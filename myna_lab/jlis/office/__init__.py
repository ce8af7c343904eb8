"""J-LIS and the municipal windows: the office decides, and changes nothing itself.

    Office(books, register, authorities, parameters, keys).apply(request, chance, at) -> Decision(events, secrets)

Each section of it has a file: the register, cards, what is written into them and takes their place, phones, revoking,
stops, requests on line, PIN resets.
"""

from myna_lab.jlis.office.application import Application, application_document
from myna_lab.jlis.office.authorities import Authorities
from myna_lab.jlis.office.cards import TrustAnchor
from myna_lab.jlis.office.hours import (
    carries_attributes,
    issue_due,
    kiosk_opens,
    maintenance_until,
    next_maintenance,
    window_opens,
)
from myna_lab.jlis.office.office import Office
from myna_lab.jlis.office.pin_resets import PIN_RESETS, PinReset
from myna_lab.jlis.office.records import LatestInformation
from myna_lab.jlis.office.replacing import REISSUES, Reissue
from myna_lab.jlis.office.subjects import partition_of

__all__ = [
    "PIN_RESETS",
    "REISSUES",
    "Application",
    "Authorities",
    "LatestInformation",
    "Office",
    "PinReset",
    "Reissue",
    "TrustAnchor",
    "application_document",
    "carries_attributes",
    "issue_due",
    "kiosk_opens",
    "maintenance_until",
    "next_maintenance",
    "partition_of",
    "window_opens",
]
