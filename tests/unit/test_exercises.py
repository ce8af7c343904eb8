"""Exercises: right, wrong and missing answers, and answers that cannot be read off the page."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from myna_lab import exercises
from myna_lab.exercises import check, judging, sealed
from myna_lab.ground.durations import at

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
        (np.int64(3), 3, "OK"),
        (3.0, 3, "OK"),
        (0.1 + 0.2, 0.3, "OK"),
        (np.float64(6982), sealed("x", 6982), "OK"),
        (np.bool_(True), True, "OK"),
        (np.int64(1), True, "try again"),
        (pd.Timestamp("2025-06-24 09:00", tz="Asia/Tokyo"), at("2025-06-24 09:00"), "OK"),
        (pd.Timedelta("5min"), timedelta(minutes=5), "OK"),
        (np.array([1, 2]), np.array([1, 2]), "OK"),
        (pd.Series([1, 2]), [1, 2], "OK"),
        (np.array([3, 3]), 3, "try again"),
        (pd.Series([1, 3]), pd.Series([1, 2]), "try again"),
        (pd.DataFrame({"a": [1]}), 1, "try again"),
        (pd.DataFrame({"a": [1]}), "1", "try again"),
    ],
)
def test_the_answer_is_judged(capsys: pytest.CaptureFixture[str], answer: object, expected: object, says: str) -> None:
    """A right answer is OK, a wrong one gets its hint in both languages, a missing one is said to be missing."""
    check("x", answer, expected, **HINTS)
    assert says in capsys.readouterr().out


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        ("６９８２", "6982"),
        ("0x6982", "6982"),
        (0x6982, "6982"),
        (6982, "6982"),
        (b"\x69\x82", "6982"),
        ("00 b0 88 00 03", "00B0880003"),
        (["0014", "0011"], {"0011", "0014"}),
        (("0011", "0014", "0014"), {"0011", "0014"}),
        ("9:15:00", "09:15:00"),
        ("09:15", "09:15:00"),
        ("10:15:00", "10:15"),
        ("2025-06-25T00:00", "2025-06-25 00:00"),
        (at("2025-06-25 00:00"), "2025-06-25 00:00"),
        ("いいえ", "no"),
        (False, "no"),
        ("３", 3),
        (3.0, 3),
        ("3回", 3),
        ("51 bytes", 51),
        ("SW 6984", "6984"),
        ("sw=0x6984", "6984"),
        ("18", "0018"),
        (0x00B0880003, "00B0880003"),
        ("text with spaces", "text_with_spaces"),
        ('"bad_signature"', "bad signature"),
        ({0x11, 0x14}, {"0011", "0014"}),
        ({"14", "11"}, {"0011", "0014"}),
        ("0014, 0011", {"0011", "0014"}),
        ("1988/2/3", "1988-02-03"),
        ("1988.02.03", "1988-02-03"),
        ("1988年2月3日", "1988-02-03"),
        (at("1988-02-03 00:00"), "1988-02-03"),
        ("10時15分", "10:15"),
        ("9時", "09:00"),
        ("9時5分7秒", "09:05:07"),
        ("2025年6月25日 0時0分", "2025-06-25 00:00"),
        ("カード", "card"),
    ],
)
def test_what_may_be_written_in_two_ways(capsys: pytest.CaptureFixture[str], answer: object, right: object) -> None:
    """A right answer is right in whatever width, type or spelling it is written."""
    check("x", answer, sealed("x", right), **HINTS)
    assert "OK" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("answer", "right", "form"),
    [
        ("nine", 3, "a number"),
        ("quarter past ten", "10:15", "a time"),
        ("10:15", "2025-06-25 00:00", "1970-01-31 08:05"),
        ("success", "9000", "hexadecimal"),
        (4, "reported", "a word"),
        (4, 3, ""),
        ("10:30", "10:15", ""),
        (17, "17:00", "a time"),
        (81, 51, ""),
        ("2025-06-24 24:00", "2025-06-25 00:00", "from 00:00 to 23:59"),
        ({"text/0011", "text/0014"}, {"0011", "0014"}, "several short texts"),
        ({"0011"}, {"0011", "0014"}, "several short texts"),
        ({"0011", "0015"}, {"0011", "0014"}, ""),
        ("B0880003", "00B0880003", ""),
    ],
)
def test_a_wrong_form_is_said(capsys: pytest.CaptureFixture[str], answer: object, right: object, form: str) -> None:
    """Who wrote something of another form is told which is wanted; who only erred is not."""
    check("x", answer, sealed("x", right), **HINTS)
    said = capsys.readouterr().out
    assert "try again" in said and form in said and ("Form:" in said) is bool(form)


def test_a_sealed_answer_does_not_show() -> None:
    """The seal holds neither the answer nor the same text for the same answer elsewhere."""
    assert "6982" not in sealed("1", "6982")
    assert sealed("1", "6982") != sealed("2", "6982")
    assert sealed("1", " ab c") == sealed("1", "ABC")


def test_a_sealed_set_has_no_order() -> None:
    """A set of texts is sealed alike, however it is written."""
    assert sealed("1", {"a", "b"}) == sealed("1", {"b", "A"}) != sealed("1", {"a"})


def test_an_open_exercise_is_asked_for_where_there_are_no_cells(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What shows the field gets the exercise's name and its judge; an answered one is judged at once, as ever."""
    asked = {}
    monkeypatch.setattr(judging, "_ask", None)
    exercises.ask_by(lambda name, judge: asked.update({name: judge}))
    check("9", ..., 3, hint="count", hint_ja="数える")
    assert list(asked) == ["9"] and capsys.readouterr().out == ""
    asked["9"](4)
    asked["9"](3)
    check("9", 3, 3, hint="count", hint_ja="数える")
    out = capsys.readouterr().out
    assert "9: もう一度" in out and out.count("9: OK 正解") == 2
