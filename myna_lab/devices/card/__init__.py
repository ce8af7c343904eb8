"""The chip of a plastic card, and of a phone's secure element: bytes in, bytes out.

structure         rows and conditions: how an application is declared
applications/     one file each: its rows as data, and what fills each file
profiles          which applications a plastic card, an iPhone, an Android phone carries
cardholder, issuer, pictures, personalisation
                  what the rows take their values from
personalise       every row filled: the contents of a chip
contents          files, reference data, key numbers, tries
security_status   the rules of one PIN, as a table
state             what a chip remembers, for good and until the next reset
behaviour         what is assumed about its answers, as parameters
commands, records, authenticating, messaging, signing, lookup
                  what each command checks and does
listing           every file, key and PIN as a table
chip              Chip.transmit
trace             every exchange in words
"""

from myna_lab.devices.card.applications.licence import Licence
from myna_lab.devices.card.applications.manager import CONTACTLESS_ATR, is_contactless
from myna_lab.devices.card.behaviour import Behaviour
from myna_lab.devices.card.cardholder import Cardholder
from myna_lab.devices.card.chip import ATR, Chip
from myna_lab.devices.card.chip_kinds import PROFILES
from myna_lab.devices.card.contents import CardContents
from myna_lab.devices.card.interior import CardRemoved
from myna_lab.devices.card.personalise import personalise, phone_contents
from myna_lab.devices.card.security_status import SECURITY_STATUS_RULES, SecurityStatus
from myna_lab.devices.card.state import ChipState, evolve
from myna_lab.devices.card.trace import Exchange, Trace

__all__ = [
    "ATR",
    "CONTACTLESS_ATR",
    "PROFILES",
    "SECURITY_STATUS_RULES",
    "Behaviour",
    "CardContents",
    "CardRemoved",
    "Cardholder",
    "Chip",
    "ChipState",
    "Exchange",
    "Licence",
    "SecurityStatus",
    "Trace",
    "evolve",
    "is_contactless",
    "personalise",
    "phone_contents",
]
