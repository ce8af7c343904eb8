"""Numbers at the axes of a picture, as people read them."""

from __future__ import annotations

from math import floor, log10

__all__ = ["plain"]

_DIGITS = 6


def plain(number: float, _place: int | None = None) -> str:
    """A number with its thousands divided, six digits of it at most, and never with an exponent.

    Args:
        number: such as 1000000.0, which is 1,000,000.
        _place: where it stands at the axis, as matplotlib tells; it does not matter.

    Example:
        >>> plain(1e6), plain(0.25), plain(12.3456789)
        ('1,000,000', '0.25', '12.3457')
    """
    if not number:
        return "0"
    decimals = max(0, _DIGITS - 1 - floor(log10(abs(number))))
    text = f"{number:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if decimals else text
