"""ISO/IEC 7816: what a reader and a card say to each other.

apdu            CommandApdu and ResponseApdu, to and from bytes
commands        the commands that readers send, built
instructions    instruction bytes by name
status_words    StatusWord, and what they mean
tlv             BER-TLV data objects
explain         one exchange in words
"""

from myna_lab.formats.iso7816.apdu import CommandApdu, ResponseApdu
from myna_lab.formats.iso7816.in_words import explain
from myna_lab.formats.iso7816.instructions import INSTRUCTIONS, shows_data
from myna_lab.formats.iso7816.status_words import StatusWord, meaning, retry_counter
from myna_lab.formats.iso7816.tlv import Tlv, decode, decode_all, encode, total_length

__all__ = [
    "INSTRUCTIONS",
    "CommandApdu",
    "ResponseApdu",
    "StatusWord",
    "Tlv",
    "decode",
    "decode_all",
    "encode",
    "explain",
    "meaning",
    "retry_counter",
    "shows_data",
    "total_length",
]
