"""Status words: the two bytes that end every answer. What they mean stands in ``texts/exchanges.toml``."""

from __future__ import annotations

from enum import IntEnum

from myna_lab.texts import both, text

__all__ = ["StatusWord", "meaning", "retry_counter"]


class StatusWord(IntEnum):
    """Status words that the card answers; each member has its ``meaning`` and its ``clause``.

    ``63Cx`` and ``6Cxx`` carry a number, so they are no members: see :func:`retry_counter` and :func:`meaning`.
    """

    clause: str
    """Where it is defined, or who saw it."""

    def __new__(cls, value: int, clause: str = "ISO/IEC 7816-4 5.6") -> StatusWord:
        """A status word with its clause, which becomes part of the docstring."""
        member = int.__new__(cls, value)
        member._value_ = value
        member.clause = clause
        member.__doc__ = f"{value:04X} ({clause})."
        return member

    @property
    def meaning(self) -> str:
        """In words."""
        return meaning(self)

    SUCCESS = 0x9000
    VERIFICATION_FAILED = 0x6300
    MEMORY_FAILURE = 0x6581
    WRONG_LENGTH = 0x6700
    LOGICAL_CHANNEL_NOT_SUPPORTED = 0x6881
    SECURE_MESSAGING_NOT_SUPPORTED = 0x6882
    INCOMPATIBLE_WITH_FILE_STRUCTURE = 0x6981
    SECURITY_STATUS_NOT_SATISFIED = 0x6982
    REFERENCE_DATA_BLOCKED = 0x6984, "ISO/IEC 7816-4 5.6; seen on cards where others say 6983"
    CONDITIONS_OF_USE_NOT_SATISFIED = 0x6985
    NO_CURRENT_EF = 0x6986
    SECURE_MESSAGING_OBJECTS_MISSING = 0x6987
    SECURE_MESSAGING_OBJECTS_INCORRECT = 0x6988
    NO_SESSION_KEY = 0x69FC, "measured by one source; not in ISO/IEC 7816-4"
    WRONG_DATA = 0x6A80
    FILE_NOT_FOUND = 0x6A82
    RECORD_NOT_FOUND = 0x6A83
    WRONG_PARAMETERS = 0x6A86
    REFERENCED_DATA_NOT_FOUND = 0x6A88
    WRONG_OFFSET = 0x6B00
    NO_KEY_DELIVERY = 0x66F1, "measured by one source; not in ISO/IEC 7816-4"
    INSTRUCTION_NOT_SUPPORTED = 0x6D00
    CLASS_NOT_SUPPORTED = 0x6E00
    NO_PRECISE_DIAGNOSIS = 0x6F00


def retry_counter(tries_left: int) -> int:
    """The status word ``63Cx``.

    Args:
        tries_left: 0 to 15.

    Source: ISO/IEC 7816-4 5.6.
    """
    return 0x63C0 | tries_left


def meaning(sw: int, language: str = "en") -> str:
    """A status word in words, those of other cards too.

    Args:
        sw: 0x0000 to 0xFFFF; an unknown one is "not explained", so that explaining never fails.
        language: ``en`` or ``ja``.
    """
    high, low = sw >> 8, sw & 0xFF
    if sw & 0xFFF0 == 0x63C0:
        return text("exchange.status.tries_left", language, n=sw & 0x0F)
    if high in (0x61, 0x6C):
        return text(f"exchange.status.{high:X}", language, n=low or 256)
    key = f"exchange.status.{sw:04X}"
    return text(key if both(key) else "exchange.status.unknown", language)
