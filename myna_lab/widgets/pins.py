"""What the holder would type on a screen, so that learners need no PIN; and a wrong entry on purpose."""

from __future__ import annotations

from string import ascii_uppercase, digits

from myna_lab.provisioning import Flow

__all__ = ["right_entry", "wrong_entry"]


def right_entry(flow: Flow, *, same: bool = False) -> str:
    """What the holder types: from her slip, or new for the phone, or the same once more.

    Args:
        flow: at a screen that asks for something.
        same: the phone gets the card's PINs.

    Returns:
        The entry; empty on a screen that asks for nothing.
    """
    return flow.own_entry(same=same) or ""


def wrong_entry(flow: Flow) -> str:
    """An entry of the right form that is not the right one; empty on a screen that asks for nothing."""
    return right_entry(flow).translate(_NEXT)


_NEXT = str.maketrans(digits + ascii_uppercase, digits[1:] + digits[0] + ascii_uppercase[1:] + ascii_uppercase[0])
"""Each character becomes the next one: the form stays, the value changes."""
