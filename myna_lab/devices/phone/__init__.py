"""Phones that carry the card: secure element (a chip with the phone profile), wallet, biometrics.

EventLog -> PhoneModel.evolve(event, at) -> what the phone remembers -> a SecureElement, once the card is installed

requirements     which phone and system may hold the card
secure_element   the card on a phone: applet, two identities, attribute record; device_key: what binds the record to it
model            what one phone remembers; hands: in whose it is
identities       how apps use the two identities
requests         certification requests of a set-up; wallet: the card's face
"""

from myna_lab.devices.phone.hands import NOBODY, STRANGERS
from myna_lab.devices.phone.model import PhoneModel
from myna_lab.devices.phone.requests import certification_request
from myna_lab.devices.phone.requirements import IPHONE_RELEASES, Platform, Requirements, checked_model, version_of
from myna_lab.devices.phone.secure_element import IDENTITIES, Identity, PendingPair, SecureElement
from myna_lab.devices.phone.wallet import Pass

__all__ = [
    "IDENTITIES",
    "IPHONE_RELEASES",
    "NOBODY",
    "STRANGERS",
    "Identity",
    "Pass",
    "PendingPair",
    "PhoneModel",
    "Platform",
    "Requirements",
    "SecureElement",
    "certification_request",
    "checked_model",
    "version_of",
]
