"""When J-LIS is under maintenance, and when next."""

from __future__ import annotations

import pytest

from myna_lab.ground.durations import at
from myna_lab.jlis.office import maintenance_until, next_maintenance
from myna_lab.parameters import Parameters


@pytest.mark.parametrize(
    ("window", "now", "begins"),
    [
        ("1 Sun 03:00-04:00", "2025-06-24 09:00", "2025-07-06 03:00"),
        ("1 Sun 03:00-04:00", "2025-07-06 02:59:59", "2025-07-06 03:00"),
        ("1 Sun 03:00-04:00", "2025-07-06 03:00", "2025-08-03 03:00"),
        ("4 Tue 09:05-09:10", "2025-06-24 09:00", "2025-06-24 09:05"),
        ("5 Sat 23:00-23:30", "2025-05-31 23:00", "2025-08-30 23:00"),
    ],
)
def test_the_next_maintenance_is_found_to_the_minute(window: str, now: str, begins: str) -> None:
    """Within the day, in the next month, and for a fifth weekday three months ahead; it is on from then."""
    parameters = Parameters({"maintenance": window})
    first = next_maintenance(at(now), parameters)
    assert first == at(begins)
    assert maintenance_until(first, parameters) is not None


def test_without_a_window_there_is_never_maintenance() -> None:
    """An empty parameter switches it off."""
    parameters = Parameters({"maintenance": ""})
    assert next_maintenance(at("2025-06-24 09:00"), parameters) is None
    assert maintenance_until(at("2025-07-06 03:10"), parameters) is None
