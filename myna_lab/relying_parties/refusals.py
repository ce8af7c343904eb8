"""What a service sees of a device that did not answer: a reason that renders in both languages."""

from __future__ import annotations

from myna_lab.errors import Refused
from myna_lab.events import Reason, reason
from myna_lab.texts import both

__all__ = ["refusal"]

_VALUES = ("sw", "tries_left")


def refusal(refused: Refused) -> Reason:
    """The reason of a refusal, by its code; a device of other make may refuse for what has no sentence here."""
    code = f"refused.{refused.code}"
    if not both(f"reason.{code}"):
        return reason("refused.other", said=str(refused))
    known = ((name, refused.values.get(name)) for name in _VALUES)
    return Reason(code, tuple((name, value) for name, value in known if isinstance(value, str | int)))
