"""Whose card it is: what is printed on it, and the numbers that are made from that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from myna_lab.errors import MisuseError
from myna_lab.ground.durations import birth_digits, birth_number

__all__ = ["Cardholder"]


@dataclass(frozen=True, slots=True, repr=False)
class Cardholder:
    """The holder, as the municipality has her personalised. Her repr shows no number.

    Raises:
        MisuseError: a number has not its digits, or the sex cannot be coded.
    """

    name: str
    """氏名: surname, U+3000, given name."""
    address: str
    """住所, at most 200 characters."""
    born: date
    sex: str
    """``male`` or ``female``."""
    my_number: str
    """個人番号, 12 digits."""
    municipality: str
    """Five digits."""
    portrait: bytes
    """JPEG 2000 in its JP2 container."""
    expires: date
    """The card's last day."""
    security_code: str
    """4 digits."""
    birth_known: str = "day"
    """How much of :attr:`born` is known: a key of :data:`~myna_lab.ground.durations.KNOWN`; the rest is zeros."""
    western_birth_date: bool = False
    """Whether the birth is written in the Western calendar, as for foreign residents."""

    def __post_init__(self) -> None:
        for name, length in (("my_number", 12), ("municipality", 5), ("security_code", 4)):
            value = getattr(self, name)
            if not (value.isascii() and value.isdecimal() and len(value) == length):
                raise MisuseError(f"{name} has {length} digits.", code="bad_holder")
        if self.sex not in ("male", "female"):
            raise MisuseError(f"sex is 'male' or 'female'; got {self.sex!r}.", code="bad_holder")

    @property
    def birth_digits(self) -> str:
        """The birth as the chip's files have it, YYYYMMDD in either calendar, zeros for what is not known."""
        return birth_digits(self.born, self.birth_known)

    @property
    def birth_number(self) -> str:
        """Six digits with the year of the era: 1980-02-17 is ``550217``. Source: card facts 1.4."""
        return birth_number(self.born, self.birth_known, western=self.western_birth_date)

    @property
    def verification_number_b(self) -> str:
        """照合番号B, 14 digits: birth number, year of expiry, security code. Source: card facts 1.3.16 and 1.3.17."""
        return f"{self.birth_number}{self.expires.year:04d}{self.security_code}"

    def __repr__(self) -> str:
        return f"<Cardholder {self.name} (TEST)>"
