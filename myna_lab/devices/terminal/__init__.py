"""The reader's side: what apps and services send to a chip, and how they read its answers.

    transmit: bytes -> bytes   (a chip's, a reader's, or anything that behaves like one)

link      a command sent, and errors by name
files     applications and files
pins      PINs
signing   certificates and signatures of the JPKI application
set_up    all that adding the card to a phone reads

Functions send commands of ISO/IEC 7816-4 and raise CardRefused where the card does not answer 9000. A link that is lost
raises its own error inside ``transmit``, which passes through.
"""

from myna_lab.devices.terminal.files import (
    AID_COMMON,
    AID_JPKI,
    AID_JUKI,
    AID_LICENCE,
    AID_TEXT,
    AID_VISUAL,
    read_binary,
    select_application,
    select_file,
)
from myna_lab.devices.terminal.link import Transmit
from myna_lab.devices.terminal.pins import tries_left, verify
from myna_lab.devices.terminal.set_up import CardReading, read_for_set_up
from myna_lab.devices.terminal.signing import KEYS, authenticate, digest_info, read_certificate, sign

__all__ = [
    "AID_COMMON",
    "AID_JPKI",
    "AID_JUKI",
    "AID_LICENCE",
    "AID_TEXT",
    "AID_VISUAL",
    "KEYS",
    "CardReading",
    "Transmit",
    "authenticate",
    "digest_info",
    "read_binary",
    "read_certificate",
    "read_for_set_up",
    "select_application",
    "select_file",
    "sign",
    "tries_left",
    "verify",
]
