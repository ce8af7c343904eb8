"""Pictures of the certification authorities: who signs whom, and from when to when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography import x509

from myna_lab.jpki.names import read_certificate
from myna_lab.texts import text

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from myna_lab.lab import Lab

__all__ = ["validity_picture", "validity_rows"]

_COLOURS = {
    "authority": "#5b6577",
    "issued": "#c98a1b",
    "good": "#15703f",
    "on hold": "#c98a1b",
    "revoked": "#b3261e",
    "expired": "#9aa3b2",
}
_HEIGHT = 0.32


def validity_rows(lab: Lab) -> pd.DataFrame:
    """What the picture shows, as a table.

    Returns:
        DataFrame in the order of the picture, each authority above what it signed; index ``name``; columns
        ``signed_by`` (a name; its own for an authority), ``state`` (``authority``, or what the books say now),
        ``not_before``, ``not_after`` (JST).
    """
    import pandas as pd

    rows: list[tuple[str, str, str, x509.Certificate]] = []
    published = lab.revocation
    for kind in ("sign", "auth"):
        for number in range(1, published.generations(kind) + 1):
            authority = f"{kind} authority {number}"
            rows.append((authority, authority, "authority", read_certificate(published.generation(kind, number))))
            rows += [
                (
                    f"{own.kind} of {own._row.device}, {own.serial:08X}",
                    authority,
                    own.state(),
                    read_certificate(own.der),
                )
                for own in lab.certificates()
                if own.key.authority == kind and published.issuer(own._row) == number
            ]
    zone = lab.now.tzinfo
    table = pd.DataFrame(
        [
            (name, by, state, der.not_valid_before_utc.astimezone(zone), der.not_valid_after_utc.astimezone(zone))
            for name, by, state, der in rows
        ],
        columns=["name", "signed_by", "state", "not_before", "not_after"],
    )
    return table.set_index("name")


def validity_picture(lab: Lab) -> Figure:
    """Hierarchy and validity: a bar for each certificate, below the authority that signed it; a line for now.

    認証局の階層と、証明書の有効期間の図。

    Returns:
        The figure; :func:`validity_rows` has the same as a table.
    """
    import matplotlib.pyplot as plt
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num

    rows = validity_rows(lab)
    figure, axes = plt.subplots(figsize=(9, 0.8 + _HEIGHT * len(rows)), layout="constrained")
    for place, (name, row) in enumerate(rows.iterrows()):
        begins, ends = date2num(row["not_before"]), date2num(row["not_after"])
        is_authority = row["state"] == "authority"
        axes.barh(place, ends - begins, left=begins, height=0.62 if is_authority else 0.4, color=_COLOURS[row["state"]])
        words, where = (f" {name}", begins) if is_authority else (f" {name}: {row['state']}", ends)
        axes.text(where, place, words, va="center", color="white" if is_authority else "#1d2433", fontsize=8)
    axes.axvline(date2num(lab.now), color="#1f5fbf", linewidth=1)
    axes.text(date2num(lab.now), len(rows) - 0.45, " now", color="#1f5fbf", fontsize=8, va="bottom")
    axes.set_yticks([])
    axes.invert_yaxis()
    locator = AutoDateLocator()
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))
    axes.set_title(text("word.authorities_and_signed", "en"), fontsize=10, loc="left")
    for side in ("left", "right", "top"):
        axes.spines[side].set_visible(False)
    return figure
