"""The QR code with which a phone begins to show its record near by, and the same in words.

Source: ISO/IEC 18013-5 8.2.2.3 (``mdoc:`` and the engagement in base64url), 8.2.1.1.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from html import escape

from myna_lab.errors import MisuseError
from myna_lab.formats.mdoc.encoded import Encoded
from myna_lab.formats.mdoc.session import from_qr
from myna_lab.ground.arguments import one_of, shown
from myna_lab.ground.extras import part_of_workbench
from myna_lab.lab.presented import Presented
from myna_lab.texts import LANGUAGES, text

__all__ = ["EngagementCode", "engagement_code"]

_SCALE, _QUIET = 4, 4
"""Points of a module, and modules of the quiet zone around the code (ISO/IEC 18004 9.1)."""


@dataclass(frozen=True, slots=True)
class EngagementCode:
    """A QR code to be looked at, or read: ``print`` tells what is in it."""

    uri: str
    """What it says: ``mdoc:…``."""

    @property
    def modules(self) -> tuple[str, ...]:
        """The code row by row without its quiet zone: ``1`` for a dark module, ``0`` for a light one."""
        with part_of_workbench("a QR code"):
            import segno
        rows = segno.make(self.uri, error="m", boost_error=False, micro=False).matrix
        return tuple("".join("1" if module else "0" for module in row) for row in rows)

    def svg(self, language: str = "en") -> str:
        """The picture, black on white whatever the page's colours; its words for those who cannot see it.

        Raises:
            MisuseError: another language, or the extra ``workbench`` is not installed.
        """
        one_of("a language", language, LANGUAGES, code="unknown_language")
        with part_of_workbench("a QR code"):
            import segno
        code, out = segno.make(self.uri, error="m", boost_error=False, micro=False), io.BytesIO()
        title = text("word.engagement.title", language)
        code.save(out, kind="svg", scale=_SCALE, border=_QUIET, light="#fff", xmldecl=False, title=title, desc=self.uri)
        return out.getvalue().decode("utf-8").replace("<svg ", '<svg role="img" ', 1)

    def in_language(self, language: str) -> str:
        """What is in the code, in ``ja`` or ``en``, line by line."""
        point = from_qr(self.uri).device_key.public_numbers()
        inner = Encoded(from_qr(self.uri).encoded).unwrapped("the engagement", "8.2.1.1").octets
        return "\n".join(
            (
                text("word.engagement.title", language),
                f"  {self.uri}",
                "  " + text("word.engagement.holds", language, n=len(inner)),
                "  " + text("word.engagement.key", language, x=f"{point.x:064x}", y=f"{point.y:064x}"),
                "  " + text("word.engagement.no_radio", language),
            )
        )

    def __str__(self) -> str:
        return self.in_language("en")

    __repr__ = __str__

    def _repr_html_(self) -> str:
        words = "\n\n".join(map(self.in_language, ("ja", "en")))
        style = "white-space: pre-wrap; overflow-wrap: anywhere; max-width: 48rem"
        caption = f'<figcaption style="{style}">{escape(words)}</figcaption>'
        return f'<figure style="margin: 0">{self.svg("ja")}{caption}</figure>'


def engagement_code(what: Presented) -> EngagementCode:
    """The code with which a presentation near by began.

    近くで見せるときに、スマホが最初に出すQRコード。

    Args:
        what: what ``phone.present()`` gave.

    Raises:
        MisuseError: something else, or a presentation by another way: it has no code.

    Example:
        >>> from myna_lab import Lab
        >>> lab = Lab(seed=7)
        >>> iphone = lab.iphone(lab.resident())
        >>> _ = iphone.add_card().run(), lab.advance("20min")
        >>> engagement_code(iphone.present()).uri[:5]
        'mdoc:'
    """
    code = what.messages.get("qr_code") if isinstance(what, Presented) else None
    if code is None:
        got = f"one by {what.way!r}" if isinstance(what, Presented) else shown(what)
        raise MisuseError(f"a presentation near by begins with a code: phone.present(); got {got}.", code="no_code")
    return EngagementCode(code.decode("ascii"))
