"""What a parameter does: figures of a short life by hand, the moved ones and no others, and their whole range."""

from __future__ import annotations

import pytest

from myna_lab.errors import MisuseError
from myna_lab.parameters import Parameters
from myna_lab.studies.outcomes import OUTCOMES, Outcomes, steps
from myna_lab.texts import LANGUAGES


@pytest.fixture(scope="module")
def outcomes() -> Outcomes:
    return Outcomes()


def test_the_figures_by_hand(outcomes: Outcomes) -> None:
    """Five minutes from the issue; calls at :01, :06 and :11 plus ten minutes, then the next quarter: 14, 24, 19."""
    figures = outcomes.figures()
    assert set(figures) == set(OUTCOMES)
    assert figures["stolen"] == pytest.approx((14 + 24 + 19) / 3)
    assert figures["guesses"] == 3
    assert figures["gap"] is not None and 4 < figures["gap"] < 5
    assert figures["old_at_bank"] is not None and 700 < figures["old_at_bank"] < 13 * 60


@pytest.mark.parametrize(
    ("parameter", "value", "moved"),
    [
        ("ocsp_refresh", "1h", {"old_at_portal": None, "stolen": (59 + 54 + 49) / 3}),
        ("hotline_delay", "0s", {"stolen": (14 + 9 + 4) / 3}),
        ("activation_delay", "1min", {"gap": None}),
        ("phone_user_pin_tries", 5, {"guesses": 5}),
        ("reissue_ordinary", "10d", {"reissue": None}),
        ("deletion_revokes", True, {}),
    ],
)
def test_what_moves(outcomes: Outcomes, parameter: str, value: object, moved: dict[str, float | None]) -> None:
    """Exactly what depends on a parameter moves; where it can be reckoned by hand, to that figure."""
    effect = outcomes.effect(parameter, value)
    assert set(effect.moved) == set(moved)
    reckoned = {name: figure for name, figure in moved.items() if figure is not None}
    assert {name: effect.after[name] for name in reckoned} == pytest.approx(reckoned)
    table = effect.table()
    assert (table["change"].fillna(0) != 0).sum() == len(moved)
    for language in LANGUAGES:
        assert len(effect.in_language(language).splitlines()) == 1 + max(len(moved), 1)


def test_over_the_range(outcomes: Outcomes) -> None:
    """The longer between two renewals, the longer a stolen phone is believed."""
    curve = outcomes.curve("ocsp_refresh", "stolen")
    figures = [figure for _, figure in curve if figure is not None]
    assert [curve[0][0], curve[-1][0]] == ["1min", "1d"]
    assert figures == sorted(figures) and figures[0] == 10


def test_each_parameter_has_few_steps() -> None:
    """A scale has a dozen values at most, each allowed, the parameter's own among them, from end to end."""
    for parameter in Parameters().values():
        values = steps(parameter)
        assert parameter.text in values and len(values) <= 12 and len(set(values)) == len(values)
        for value in values:
            parameter.with_value(value)


def test_wrong_calls_are_refused(outcomes: Outcomes) -> None:
    """An unknown parameter, a value out of its range, an unknown figure."""
    with pytest.raises(MisuseError, match="Did you mean 'ocsp_refresh'"):
        outcomes.effect("ocsp_refesh", "1h")
    with pytest.raises(MisuseError, match="lies between 1min and 1d"):
        outcomes.effect("ocsp_refresh", "9d")
    with pytest.raises(MisuseError, match="an outcome is one of"):
        outcomes.curve("ocsp_refresh", "joy")
