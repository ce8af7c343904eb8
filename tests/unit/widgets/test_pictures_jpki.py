"""The picture of authorities and validity: every certificate has its bar, below the authority that signed it."""

from __future__ import annotations

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


def test_the_picture_shows_the_rows(lab: Lab) -> None:
    """A bar from notBefore to notAfter for each row, the name at each, and a line at the lab's now."""
    mpl.use("Agg")
    rows = validity_rows(lab)
    figure = validity_picture(lab)
    (axes,) = figure.axes
    assert len(axes.patches) == len(rows)
    for bar, (name, row) in zip(axes.patches, rows.iterrows(), strict=True):
        begins, ends = bar.get_x(), bar.get_x() + bar.get_width()  # type: ignore[attr-defined]
        assert (begins, ends) == pytest.approx((date2num(row["not_before"]), date2num(row["not_after"])))
        assert any(str(name) in text.get_text() for text in axes.texts)
    assert axes.lines[0].get_xdata()[0] == pytest.approx(date2num(lab.now))  # type: ignore[index]
    mpl.pyplot.close(figure)  # type: ignore[attr-defined]
