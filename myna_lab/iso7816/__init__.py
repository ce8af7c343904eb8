"""ISO/IEC 7816: what a reader and a card say to each other.

apdu            CommandApdu and ResponseApdu, to and from bytes
instructions    instruction bytes by name
status_words    StatusWord, and what they mean
tlv             BER-TLV data objects
explain         one exchange in words
"""

from myna_lab.iso7816.apdu import CommandApdu, ResponseApdu
from myna_lab.iso7816.explain import explain
from myna_lab.iso7816.instructions import INSTRUCTIONS, PIN_INSTRUCTIONS
from myna_lab.iso7816.status_words import StatusWord, meaning, retry_counter
from myna_lab.iso7816.tlv import Tlv, decode, decode_all, encode, total_length

__all__ = [
    "INSTRUCTIONS",
    "PIN_INSTRUCTIONS",
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
    "total_length",
]
