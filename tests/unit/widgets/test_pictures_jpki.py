"""The picture of authorities and validity: every certificate has its bar, below the authority that signed it."""

from __future__ import annotations

import re

import matplotlib as mpl
import pytest
from matplotlib.dates import date2num

from myna_lab import Lab
from myna_lab.widgets import validity_picture, validity_rows


@pytest.fixture
def lab() -> Lab:
    """Two residents, one phone, three generations of authorities, one certificate revoked."""
    lab = Lab(seed=7)
    lab.iphone(lab.resident()).add_card().run()
    lab.certificates(kind="phone_sign")[0].revoke()
    lab.advance("671d")
    lab.resident()
    return lab


def test_rows_are_in_the_order_of_the_hierarchy(lab: Lab) -> None:
    """Each certificate stands below its own generation, with its state and its dates."""
    rows = validity_rows(lab)
    assert len(rows) == 2 * 3 + len(lab.certificates())
    above = ""
    for name, row in rows.iterrows():
        above = str(name) if row["state"] == "authority" else above
        assert row["signed_by"] == above
        assert row["not_before"] < row["not_after"]
    assert list(rows["state"]).count("revoked") == 1
    assert rows.loc["sign authority 3", "signed_by"] == "sign authority 3"


def test_the_picture_speaks_both_languages_on_any_page(lab: Lab) -> None:
    """In Japanese no English state or kind is left; the background is the page's."""
    mpl.use("Agg")
    figure = validity_picture(lab, "ja")
    (axes,) = figure.axes
    said = " ".join(label.get_text() for label in axes.texts)
    assert "カードの署名用" in said and "有効" in said and "署名用の認証局 1" in said
    assert not re.search(r"good|revoked|authority|sign|auth|now", said)
    assert (figure.patch.get_alpha(), axes.patch.get_alpha()) == (0, 0)
    mpl.pyplot.close(figure)  # type: ignore[attr-defined]


def test_the_picture_shows_the_rows(lab: Lab) -> None:
    """A bar from notBefore to notAfter and a name for each row, a branch from its authority, and now above all."""
    mpl.use("Agg")
    rows = validity_rows(lab)
    figure = validity_picture(lab, "en")
    (axes,) = figure.axes
    assert len(axes.patches) == len(rows)
    for bar, (name, row) in zip(axes.patches, rows.iterrows(), strict=True):
        begins, ends = bar.get_x(), bar.get_x() + bar.get_width()  # type: ignore[attr-defined]
        assert (begins, ends) == pytest.approx((date2num(row["not_before"]), date2num(row["not_after"])))
        assert any(str(name) in text.get_text() for text in axes.texts)
    *branches, now = axes.lines
    assert now.get_xdata()[0] == pytest.approx(date2num(lab.now))  # type: ignore[index]
    signed = [(list(rows.index).index(row["signed_by"]), place) for place, (_, row) in enumerate(rows.iterrows())]
    ends = [(line.get_ydata()[0], line.get_ydata()[-1]) for line in branches]  # type: ignore[index]
    assert ends == [(top, place) for top, place in signed if top != place]
    figure.canvas.draw()
    (label,) = (text for text in axes.texts if text.get_text() == "now")
    box = label.get_window_extent()
    others = [text for text in (*axes.texts, axes.title, axes._left_title) if text is not label and text.get_text()]  # type: ignore[attr-defined]
    assert not any(box.overlaps(text.get_window_extent()) for text in others)
    assert not any(box.overlaps(bar.get_window_extent()) for bar in axes.patches)
    mpl.pyplot.close(figure)  # type: ignore[attr-defined]
