"""Phones that carry the card: secure element (a chip with the phone profile), wallet, biometrics.

EventLog -> PhoneModel.evolve(event, at) -> what the phone remembers -> a Chip, once the card is installed
"""

from myna_lab.devices.phone.identities import IDENTITIES, Identity
from myna_lab.devices.phone.model import PendingPair, PhoneModel
from myna_lab.devices.phone.models import IPHONE_RELEASES, Platform, Requirements, checked_model, version_of
from myna_lab.devices.phone.requests import certification_request
from myna_lab.devices.phone.wallet import Pass

__all__ = [
    "IDENTITIES",
    "IPHONE_RELEASES",
    "Identity",
    "Pass",
    "PendingPair",
    "PhoneModel",
    "Platform",
    "Requirements",
    "certification_request",
    "checked_model",
    "version_of",
]
