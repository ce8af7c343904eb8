"""Attackers try: what stopped them, by which rule, and which change of a parameter would let them through."""

from __future__ import annotations

import pytest

from myna_lab import Lab
from myna_lab.errors import MisuseError
from myna_lab.events import Check
from myna_lab.ground.durations import show
from myna_lab.stories.attackers import said_of
from myna_lab.stories.attempts import ATTACKERS, MEANS, THINGS, Attempts
from myna_lab.texts import LANGUAGES


@pytest.fixture(scope="module")
def tries() -> Attempts:
    """The theft is on Friday 2025-10-03 at noon."""
    return Attempts(Lab(seed=7, start="2025-10-01 12:00"))


OPENED = {
    "finder": {"plastic": "read_licence"},
    "watcher": {
        "plastic": "log_in read_licence see_a_doctor",
        "iphone": "log_in see_a_doctor",
        "android": "log_in see_a_doctor",
    },
    "note": {
        "plastic": "add_to_own_android log_in read_licence see_a_doctor sign",
        "iphone": "log_in see_a_doctor sign",
        "android": "log_in see_a_doctor sign",
    },
    "face": {
        "plastic": "read_licence show_age",
        "iphone": "log_in see_a_doctor show_age",
        "android": "log_in see_a_doctor",
        "locked_iphone": "log_in see_a_doctor show_age",
        "locked_android": "log_in see_a_doctor",
    },
}
"""By hand: what each opens with each thing; everything else is refused."""


@pytest.mark.parametrize("attacker", ATTACKERS)
def test_what_opens(tries: Attempts, attacker: str) -> None:
    """Exactly the boxes of the table open; each refusal has what stopped it, in words in both languages."""
    table = tries.table(attacker)
    assert len(table) == len(THINGS) * len(MEANS) == 35
    opened = table[table["code"] == "accepted"].reset_index().groupby("thing")["means"]
    assert {thing: " ".join(sorted(means)) for thing, means in opened} == OPENED[attacker]
    for thing in THINGS:
        for means in MEANS:
            tried = tries.attempt(attacker, thing, means)
            assert (tried.stopped_by is None) is (tried.accepted or tried.code == "no_card")
            if isinstance(stopped := tried.stopped_by, Check):
                assert not stopped.passed and tried.rule == stopped.clause != ""
            assert all("_" not in said_of(tried.code, language) for language in LANGUAGES)


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("finder locked_iphone log_in", [("screen_lock", "false", "biometrics_failed")]),
        ("face android show_age", [("android_attributes_from", "2025-10-01", "accepted")]),
        ("face iphone read_licence", [("licence_in_wallet", "true", "accepted")]),
        ("finder plastic log_in", []),
        (
            "watcher iphone log_in",
            [
                ("hotline_delay", "0s", "on_hold"),
                ("ocsp_refresh", "1min", "accepted"),
                ("screen_lock", "true", "screen_locked"),
            ],
        ),
    ],
)
def test_what_would_change_it(tries: Attempts, cell: str, wanted: list[tuple[str, str, str]]) -> None:
    """A change is named only if the same try, made again under it, comes out otherwise; a PIN no parameter gives."""
    tried = tries.attempt(*cell.split())
    assert [(each.parameter, each.value, each.code) for each in tries.changes(tried)] == wanted


def test_until_when(tries: Attempts) -> None:
    """Reported at 12:00, in the books at 12:10, in OCSP data at 12:15; every minute: at 12:10."""
    tried = tries.attempt("watcher", "iphone", "log_in")
    until = tries.until(tried)
    assert until is not None and show(until) == "2025-10-03 12:15:00"
    sooner = next(each.until for each in tries.changes(tried) if each.parameter == "ocsp_refresh")
    assert sooner is not None and show(sooner) == "2025-10-03 12:10:00"
    assert tries.until(tries.attempt("finder", "iphone", "log_in")) is None


def test_wrong_calls_are_refused(tries: Attempts) -> None:
    """Another attacker, thing or means is refused with what there is."""
    for cell in (("nobody", "iphone", "sign"), ("face", "watch", "sign"), ("face", "iphone", "sing")):
        with pytest.raises(MisuseError, match="is one of"):
            tries.attempt(*cell)
