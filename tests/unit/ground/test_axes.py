"""Numbers at axes, by hand."""

from __future__ import annotations

import pytest

from myna_lab.ground.axes import plain


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "0"),
        (1e6, "1,000,000"),
        (12_500_000.0, "12,500,000"),
        (999_999.5, "1,000,000"),
        (-1e6, "-1,000,000"),
        (0.25, "0.25"),
        (100.0, "100"),
        (12.3456789, "12.3457"),
        (0.00001, "0.00001"),
        (0.1 + 0.2, "0.3"),
        (1234.5, "1,234.5"),
    ],
)
def test_a_number_is_plain(number: float, said: str) -> None:
    """No exponent, no zeros behind, thousands divided."""
    assert plain(number, 3) == said
