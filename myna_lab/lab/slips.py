"""The phone's own PINs as its owner noted them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

__all__ = ["PhoneSlip"]


@dataclass(frozen=True, slots=True)
class PhoneSlip:
    """A note with the phone's user PIN and sign password; shown only when it is asked for."""

    phone: str
    pins: Mapping[str, str] = field(repr=False)

    def __str__(self) -> str:
        if not self.pins:
            return f"TEST {self.phone}: no card on this phone (カードは入っていません)"
        return "\n".join(
            (
                f"TEST {self.phone}",
                f"  利用者証明用暗証番号  user PIN       {self.pins['user']}",
                f"  署名用パスワード      sign password  {self.pins['signing']}",
            )
        )

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return f"<pre>{escape(str(self))}</pre>"
