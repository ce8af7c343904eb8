"""J-LIS and the municipal windows: the office decides, and changes nothing itself.

    Office(books, register, authorities, parameters, keys).apply(request, chance, at) -> Decision(events, secrets)

Each section of it has a file: cards, phones, revoking, PIN resets.
"""

from myna_lab.jlis.office.application import Application, application_document
from myna_lab.jlis.office.authorities import Authorities
from myna_lab.jlis.office.cards import TrustAnchor
from myna_lab.jlis.office.hours import carries_attributes, issue_due, maintenance_until, next_maintenance
from myna_lab.jlis.office.office import Office
from myna_lab.jlis.office.pin_resets import PIN_RESETS, PinReset
from myna_lab.jlis.office.subjects import partition_of

__all__ = [
    "PIN_RESETS",
    "Application",
    "Authorities",
    "Office",
    "PinReset",
    "TrustAnchor",
    "application_document",
    "carries_attributes",
    "issue_due",
    "maintenance_until",
    "next_maintenance",
    "partition_of",
]
