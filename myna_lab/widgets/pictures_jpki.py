"""Pictures of the certification authorities: who signs whom, and from when to when."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from cryptography import x509

from myna_lab.errors import MisuseError
from myna_lab.formats.jpki.names import read_certificate
from myna_lab.texts import text
from myna_lab.texts.fonts import JAPANESE_FONTS
from myna_lab.texts.session import drawn_in
from myna_lab.texts.terms import Term

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from myna_lab.lab import Lab

__all__ = ["fonts", "validity_picture", "validity_rows"]

_COLOURS = {
    "authority": "#5b6577",
    "issued": "#c98a1b",
    "good": "#15703f",
    "on hold": "#c98a1b",
    "revoked": "#b3261e",
    "expired": "#9aa3b2",
}
_NOW = "#1f5fbf"
_HEIGHT = 0.32
_INK = "#727c8f"
"""Reads on light and dark alike."""


def validity_rows(lab: Lab) -> pd.DataFrame:
    """What the picture shows, as a table.

    Returns:
        DataFrame in the order of the picture, each authority above what it signed; index ``name``; columns
        ``signed_by`` (a name; its own for an authority), ``state`` (``authority``, or what the books say now),
        ``not_before``, ``not_after`` (JST).

    Raises:
        MisuseError: not a lab.
    """
    from myna_lab.ground.frames import Table
    from myna_lab.lab import Lab

    if not isinstance(lab, Lab):
        raise MisuseError(f"validity is drawn of a lab; got {type(lab).__name__}.", code="no_lab")

    rows: list[tuple[str, str, str, x509.Certificate]] = []
    published = lab.revocation
    for kind in ("sign", "auth"):
        for number in range(1, published.generations(kind) + 1):
            authority = f"{kind} authority {number}"
            rows.append((authority, authority, "authority", read_certificate(published.generation(kind, number))))
            rows += [
                (
                    f"{own.kind} of {own.row.device}, {own.serial:08X}",
                    authority,
                    own.state(),
                    read_certificate(own.der),
                )
                for own in lab.certificates()
                if own.key.authority == kind and published.issuer(own.row) == number
            ]
    zone = lab.now.tzinfo
    table = Table(
        [
            (name, by, state, der.not_valid_before_utc.astimezone(zone), der.not_valid_after_utc.astimezone(zone))
            for name, by, state, der in rows
        ],
        columns=["name", "signed_by", "state", "not_before", "not_after"],
    )
    return table.set_index("name")


def validity_picture(lab: Lab, language: str = "") -> Figure:
    """Hierarchy and validity: a bar for each certificate, a branch to it from the authority that signed it, and now.

    認証局の階層と、証明書の有効期間の図。

    Args:
        lab: the lab.
        language: ``ja`` or ``en``; for ``ja`` a Japanese font is needed, see ``myna-lab doctor``.

    Returns:
        The figure; :func:`validity_rows` has the same as a table.
    """
    import matplotlib.pyplot as plt

    language = drawn_in(language)
    with plt.rc_context({"font.family": fonts(language), "text.color": _INK, "axes.edgecolor": _INK}):
        return _drawn(lab, language)


def fonts(language: str) -> list[str]:
    """Families to draw with: Japanese ones that are there, if that is the language, then one that always is."""
    from matplotlib.font_manager import get_font_names

    known = set(get_font_names()) if language == "ja" else set()
    return [*(font for font in JAPANESE_FONTS if font in known), "DejaVu Sans"]


def _words(name: str, state: str, language: str) -> str:
    """What stands at a bar."""
    if language == "en":
        return name if state == "authority" else f"{name}: {state}"
    kind, middle, rest = name.split(" ", 2)
    said = f"word.state_of.{state.upper().replace(' ', '_')}" if state != "authority" else "word.state"
    values = {"kind": Term(f"word.kind.{kind}"), "rest": rest, "state": Term(said)}
    return text(f"word.validity.{middle}", language, **values)


def _drawn(lab: Lab, language: str) -> Figure:
    import matplotlib.pyplot as plt
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num

    rows = validity_rows(lab)
    place_of = {name: place for place, name in enumerate(rows.index)}
    trunk = timedelta(days=60)  # to the left of an authority's bar, so that branches cross no bar
    figure, axes = plt.subplots(figsize=(9, 0.8 + _HEIGHT * len(rows)), layout="constrained")
    for place, (name, row) in enumerate(rows.iterrows()):
        begins, ends = date2num(row["not_before"]), date2num(row["not_after"])
        is_authority = row["state"] == "authority"
        axes.barh(place, ends - begins, left=begins, height=0.62 if is_authority else 0.4, color=_COLOURS[row["state"]])
        words, where = f" {_words(str(name), row['state'], language)}", begins if is_authority else ends
        axes.text(where, place, words, va="center", color="white" if is_authority else _INK, fontsize=8)
        signer = rows.loc[row["signed_by"]]
        if not is_authority:
            root, stem = date2num(signer["not_before"]), date2num(signer["not_before"] - trunk)
            top = place_of[row["signed_by"]]
            axes.plot([root, stem, stem, begins], [top, top, place, place], color=_COLOURS["authority"], linewidth=0.8)
    axes.axvline(date2num(lab.now), color=_NOW, linewidth=1)
    now = text("word.validity.now", language)
    axes.annotate(
        now, (date2num(lab.now), 1), (0, 3), xycoords=("data", "axes fraction"), textcoords="offset points",
        ha="center", va="bottom", color=_NOW, fontsize=8,
    )  # fmt: skip
    axes.set_yticks([])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    locator = AutoDateLocator()
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))
    axes.set_title(text("word.authorities_and_signed", language), fontsize=10, loc="left", pad=18)
    for side in ("left", "right", "top"):
        axes.spines[side].set_visible(False)
    # The page shows through, be its theme light or dark.
    figure.patch.set_alpha(0)
    axes.patch.set_alpha(0)
    axes.tick_params(colors=_INK)
    axes.xaxis.get_offset_text().set_color(_INK)
    return figure
