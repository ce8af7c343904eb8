"""Status words: the two bytes that end every answer."""

from __future__ import annotations

from enum import IntEnum

__all__ = ["StatusWord", "meaning", "retry_counter"]


class StatusWord(IntEnum):
    """Status words that the card answers; each member has its ``meaning`` and its ``clause``.

    ``63Cx`` and ``6Cxx`` carry a number, so they are no members: see :func:`retry_counter` and :func:`meaning`.
    """

    meaning: str
    """In words."""
    clause: str
    """Where it is defined, or who saw it."""

    def __new__(cls, value: int, meaning: str = "", clause: str = "ISO/IEC 7816-4 5.6") -> StatusWord:
        """A status word with its meaning; the clause becomes part of the docstring."""
        member = int.__new__(cls, value)
        member._value_ = value
        member.meaning, member.clause = meaning, clause
        member.__doc__ = f"{value:04X}: {meaning} ({clause})."
        return member

    SUCCESS = 0x9000, "success"
    VERIFICATION_FAILED = 0x6300, "verification failed"
    MEMORY_FAILURE = 0x6581, "memory failure, nothing was changed"
    WRONG_LENGTH = 0x6700, "wrong length"
    SECURE_MESSAGING_NOT_SUPPORTED = 0x6882, "secure messaging is not supported here"
    INCOMPATIBLE_WITH_FILE_STRUCTURE = 0x6981, "the command does not fit this kind of file"
    SECURITY_STATUS_NOT_SATISFIED = 0x6982, "security status not satisfied: verify the PIN first"
    REFERENCE_DATA_BLOCKED = 0x6984, "the PIN is blocked", "ISO/IEC 7816-4 5.6; seen on cards where others say 6983"
    CONDITIONS_OF_USE_NOT_SATISFIED = 0x6985, "conditions of use not satisfied"
    NO_CURRENT_EF = 0x6986, "no file is selected"
    SECURE_MESSAGING_OBJECTS_MISSING = 0x6987, "expected secure messaging data objects are missing"
    SECURE_MESSAGING_OBJECTS_INCORRECT = 0x6988, "secure messaging data objects are incorrect; the session key is gone"
    NO_SESSION_KEY = 0x69FC, "no session key was delivered", "measured by one source; not in ISO/IEC 7816-4"
    WRONG_DATA = 0x6A80, "wrong data"
    FILE_NOT_FOUND = 0x6A82, "file or application not found"
    RECORD_NOT_FOUND = 0x6A83, "record not found"
    WRONG_PARAMETERS = 0x6A86, "wrong P1 or P2"
    REFERENCED_DATA_NOT_FOUND = 0x6A88, "referenced data not found"
    WRONG_OFFSET = 0x6B00, "offset outside the file"
    NO_KEY_DELIVERY = 0x66F1, "no key delivery here", "measured by one source; not in ISO/IEC 7816-4"
    INSTRUCTION_NOT_SUPPORTED = 0x6D00, "instruction not supported"
    CLASS_NOT_SUPPORTED = 0x6E00, "class not supported"
    NO_PRECISE_DIAGNOSIS = 0x6F00, "no precise diagnosis"


def retry_counter(tries_left: int) -> int:
    """The status word ``63Cx``.

    Args:
        tries_left: 0 to 15.

    Source: ISO/IEC 7816-4 5.6.
    """
    return 0x63C0 | tries_left


def meaning(sw: int) -> str:
    """A status word in words.

    Args:
        sw: 0x0000 to 0xFFFF; an unknown one is "not explained", so that explaining never fails.
    """
    if sw & 0xFFF0 == 0x63C0:
        n = sw & 0x0F
        return f"{n} {'try' if n == 1 else 'tries'} left"
    if sw & 0xFF00 == 0x6C00:
        return f"wrong Le, {sw & 0xFF or 256} bytes would come"
    try:
        return StatusWord(sw).meaning
    except ValueError:
        return "not explained"
