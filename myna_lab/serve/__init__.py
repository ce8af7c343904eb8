"""Doors for other people's programs, on this machine only.

reader    a chip in a virtual PC/SC reader (vpcd)
"""

from myna_lab.serve.reader import Reader, card

__all__ = ["Reader", "card"]
