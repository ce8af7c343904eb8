"""J-LIS: it decides, and changes nothing itself.

    decide(request, books, at, authorities, parameters) -> Decision(events, secrets)

One phone per person, iPhone and Android counted together: a new application revokes what is live before.
"""

from myna_lab.jlis.office.application import Application, application_document
from myna_lab.jlis.office.authorities import Authorities
from myna_lab.jlis.office.cards import TrustAnchor, issue_card, trust_anchors
from myna_lab.jlis.office.certificates import partition_of
from myna_lab.jlis.office.hours import carries_attributes, issue_due, maintenance_until, next_maintenance
from myna_lab.jlis.office.phones import apply, confirm, issue_pair
from myna_lab.jlis.office.pin_resets import PIN_RESETS, PinReset, reset_pin
from myna_lab.jlis.office.revoking import abolish, hold, release, resume, revoke, suspend

__all__ = [
    "PIN_RESETS",
    "Application",
    "Authorities",
    "PinReset",
    "TrustAnchor",
    "abolish",
    "application_document",
    "apply",
    "carries_attributes",
    "confirm",
    "hold",
    "issue_card",
    "issue_due",
    "issue_pair",
    "maintenance_until",
    "next_maintenance",
    "partition_of",
    "release",
    "reset_pin",
    "resume",
    "revoke",
    "suspend",
    "trust_anchors",
]
