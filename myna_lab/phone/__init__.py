"""Phones that carry the card: secure element (a chip with the phone profile), wallet, biometrics.

EventLog -> PhoneModel.evolve(event, at) -> what the phone remembers -> a Chip, once the card is installed
"""

from myna_lab.phone.identities import IDENTITIES, Identity
from myna_lab.phone.model import PendingPair, PhoneModel
from myna_lab.phone.models import IPHONE_RELEASES, Requirements, checked_model, version_of
from myna_lab.phone.requests import certification_request
from myna_lab.phone.wallet import Pass

__all__ = [
    "IDENTITIES",
    "IPHONE_RELEASES",
    "Identity",
    "Pass",
    "PendingPair",
    "PhoneModel",
    "Requirements",
    "certification_request",
    "checked_model",
    "version_of",
]
