"""Numbers made from a person's data: the check digit of My Number, and the verification number B (照合番号B)."""

from __future__ import annotations

from datetime import date, datetime

from myna_lab.ground.chance import Chance
from myna_lab.ground.durations import JST, birth_number

__all__ = ["impossible_my_number", "my_number_check_digit", "verification_number_b"]


def my_number_check_digit(first_eleven: str) -> str:
    """The twelfth digit that a real My Number with these eleven would have.

    Args:
        first_eleven: 11 decimal digits.

    Source: ordinance No. 85 of 2014 of the Ministry of Internal Affairs, art. 5: weights 2 to 7, then 2 to 6, from the
    right; 11 minus the sum modulo 11, or 0 if that is above 9.
    """
    weights = (2, 3, 4, 5, 6, 7, 2, 3, 4, 5, 6)
    total = sum(int(digit) * weight for digit, weight in zip(reversed(first_eleven), weights, strict=True))
    rest = total % 11
    return "0" if rest <= 1 else str(11 - rest)


def impossible_my_number(chance: Chance) -> str:
    """Twelve digits whose last is never the check digit: no real person can have this My Number."""
    eleven = chance.digits(11)
    wrong = (int(my_number_check_digit(eleven)) + chance.integer(1, 9)) % 10
    return f"{eleven}{wrong}"


def verification_number_b(
    born: date, expires: date | datetime, security_code: str, known: str = "day", *, western: bool = False
) -> str:
    """照合番号B: what is printed on the card's face and opens it for reading.

    Args:
        born: day of birth.
        expires: the card's last day or second; its year in JST is used.
        security_code: 4 digits.
        known: how much of the birth is known, as for :func:`~myna_lab.ground.durations.birth_number`.
        western: whether the birth is written in the Western calendar.

    Returns:
        14 digits: era year, month and day of birth; Gregorian year of expiry; security code.

    Source: card facts 1.3.17 (measured by one source).

    Example:
        >>> verification_number_b(date(1980, 2, 17), date(2035, 2, 17), "2285")
        '55021720352285'
    """
    year = expires.astimezone(JST).year if isinstance(expires, datetime) else expires.year
    return f"{birth_number(born, known, western=western)}{year:04d}{security_code}"
