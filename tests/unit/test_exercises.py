"""Exercises: right, wrong and missing answers, and answers that cannot be read off the page."""

from __future__ import annotations

import pytest

from myna_lab.exercises import check, sealed

HINTS = {"hint": "think", "hint_ja": "考える"}


@pytest.mark.parametrize(
    ("answer", "expected", "says"),
    [
        (3, 3, "OK"),
        (2, 3, "Hint: think"),
        (True, 1, "try again"),
        ("63 c2", "63C2", "OK"),
        ("63C1", "63C2", "ヒント：考える"),
        (..., 3, "not answered"),
        (None, 3, "未回答"),
        (b"\x90\0", lambda a: a[-2:] == b"\x90\0", "OK"),
        (7, lambda a: a[-2:] == b"\x90\0", "try again"),
        ("6982", sealed("x", 6982), "OK"),
        ("6983", sealed("x", 6982), "try again"),
    ],
)
def test_the_answer_is_judged(capsys: pytest.CaptureFixture[str], answer: object, expected: object, says: str) -> None:
    """A right answer is OK, a wrong one gets its hint in both languages, a missing one is said to be missing."""
    check("x", answer, expected, **HINTS)
    assert says in capsys.readouterr().out


def test_a_sealed_answer_does_not_show() -> None:
    """The seal holds neither the answer nor the same text for the same answer elsewhere."""
    assert "6982" not in sealed("1", "6982")
    assert sealed("1", "6982") != sealed("2", "6982")
    assert sealed("1", " ab c") == sealed("1", "ABC")


def test_a_sealed_set_has_no_order() -> None:
    """A set of texts is sealed alike, however it is written."""
    assert sealed("1", {"a", "b"}) == sealed("1", {"b", "A"}) != sealed("1", {"a"})
