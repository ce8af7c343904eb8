"""Times and durations as people write them."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myna_lab.errors import MisuseError
from myna_lab.ground.durations import (
    JST,
    at,
    birth_digits,
    birth_number,
    duration,
    end_of_day,
    era_of,
    next_tick,
    show,
    show_birth,
    show_duration,
    tick,
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("5min", 300),
        ("1h 30min", 5400),
        ("1h30min", 5400),
        ("0.5s", 0.5),
        ("250ms", 0.25),
        ("2 d", 172800),
        (" 1w ", 604800),
        ("90", None),
        (90, None),
        (1.5, None),
        ("５ｍｉｎ　３０ｓ", 330),
        (timedelta(minutes=1), 60),
        ("0s", 0),
    ],
)
def test_durations_are_read(text: str | float | timedelta, seconds: float | None) -> None:
    """Numbers with units, one after the other, half-width or full-width; a bare number is told what to write."""
    if seconds is None:
        with pytest.raises(MisuseError, match=r"not a duration.* such as '5min'"):
            duration(text)  # type: ignore[arg-type]
    else:
        assert duration(text).total_seconds() == seconds  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "min",
        "1 moon",
        "1h x",
        "-5min",
        True,
        None,
        -1,
        timedelta(seconds=-1),
        math.nan,
        math.inf,
        1e15,
        "9999999999d",
    ],
)
def test_what_is_no_duration_is_refused(text: object) -> None:
    """Empty, unknown units, leftovers, negative durations and those longer than any calendar are misuse."""
    with pytest.raises(MisuseError, match="duration"):
        duration(text)  # type: ignore[arg-type]


@given(st.timedeltas(timedelta(0), timedelta(days=100_000)))
def test_a_shown_duration_reads_back(value: timedelta) -> None:
    """`show_duration` writes what `duration` reads: not a microsecond is lost."""
    assert duration(show_duration(value)) == value


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0s"), (1.5, "1.5s"), (5400, "1h 30min"), (172800, "2d"), (100.25, "1min 40.25s")]
)
def test_a_duration_is_shown_in_its_largest_units(seconds: float, text: str) -> None:
    """Days first, no unit that is zero, fractions only where there are some."""
    assert show_duration(timedelta(seconds=seconds)) == text


def test_instants_without_an_offset_are_japanese() -> None:
    """What carries no offset is JST; what carries one is the same instant, shown in JST."""
    assert at("2025-06-24 09:00") == at("2025-06-24T00:00:00+00:00") == datetime(2025, 6, 24, tzinfo=UTC)
    assert show(at("2025-06-24T00:00:00Z")) == "2025-06-24 09:00:00"
    assert at(date(2025, 6, 24)) == at("2025-06-24")
    assert at(datetime(2025, 6, 24, tzinfo=UTC)).tzinfo is JST


@pytest.mark.parametrize("text", ["", "yesterday", "2025-13-01", "09:00", "0001-01-01T00:00+23:00"])
def test_what_is_no_time_is_refused(text: str) -> None:
    """Text that is no ISO 8601 instant is misuse."""
    with pytest.raises(MisuseError, match="not a time"):
        at(text)


def test_naive_datetimes_are_refused() -> None:
    """A datetime object without a time zone is misuse: nobody knows which instant it is."""
    with pytest.raises(MisuseError, match="no time zone"):
        at(datetime(2025, 6, 24, 9))


def test_ticks_count_from_midnight() -> None:
    """A tick of 15 minutes falls on :00, :15, :30, :45, belongs to its own instant, and the next one comes after it."""
    quarter = timedelta(minutes=15)
    assert show(tick(at("2025-06-24 09:29:59"), quarter)) == "2025-06-24 09:15:00"
    assert show(tick(at("2025-06-24 09:30"), quarter)) == "2025-06-24 09:30:00"
    assert show(next_tick(at("2025-06-24 09:30"), quarter)) == "2025-06-24 09:45:00"
    assert show(next_tick(at("2025-06-24 23:50"), quarter)) == "2025-06-25 00:00:00"


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)), st.sampled_from([60, 900, 3600, 86400]))
def test_an_instant_lies_between_its_ticks(naive: datetime, seconds: int) -> None:
    """An instant is at or after its tick and before the next one, a period later; the period divides a day."""
    instant, period = naive.replace(tzinfo=JST), timedelta(seconds=seconds)
    assert tick(instant, period) <= instant < next_tick(instant, period) == tick(instant, period) + period


def test_certificates_end_at_the_last_second_of_a_day() -> None:
    """The end of a day is 23:59:59 JST."""
    assert end_of_day(date(2030, 3, 1)).isoformat() == "2030-03-01T23:59:59+09:00"


@pytest.mark.parametrize(
    ("day", "digit", "year"),
    [
        (date(1868, 1, 25), 1, 1),
        (date(1912, 7, 29), 1, 45),
        (date(1912, 7, 30), 2, 1),
        (date(1926, 12, 24), 2, 15),
        (date(1926, 12, 25), 3, 1),
        (date(1989, 1, 7), 3, 64),
        (date(1989, 1, 8), 4, 1),
        (date(2019, 4, 30), 4, 31),
        (date(2019, 5, 1), 5, 1),
        (date(2025, 6, 24), 5, 7),
    ],
)
def test_eras_change_on_their_day(day: date, digit: int, year: int) -> None:
    """The first and the last day of each era belong to it, and its first calendar year is year 1."""
    era = era_of(day)
    assert (era.digit, era.year(day)) == (digit, year)


def test_days_before_meiji_have_no_era() -> None:
    """A day before 1868-01-25 is misuse."""
    with pytest.raises(MisuseError, match="Meiji"):
        era_of(date(1868, 1, 24))


@pytest.mark.parametrize(
    ("born", "known", "digits", "number", "western", "shown"),
    [
        ("1980-02-17", "day", "19800217", "550217", "800217", "1980-02-17"),
        ("1950-06-15", "month", "19500600", "250600", "500600", "1950-06-??"),
        ("1950-06-15", "year", "19500000", "250000", "500000", "1950-??-??"),
        ("1950-06-15", "nothing", "00000000", "000000", "000000", "????-??-??"),
        ("1989-01-07", "day", "19890107", "640107", "890107", "1989-01-07"),
        ("1989-01-08", "day", "19890108", "010108", "890108", "1989-01-08"),
        ("2005-12-31", "day", "20051231", "171231", "051231", "2005-12-31"),
    ],
)
def test_a_birth_is_written(born: str, known: str, digits: str, number: str, western: str, shown: str) -> None:
    """As eight digits, as the visual application's six in both calendars, and for people: as far as it is known."""
    day = date.fromisoformat(born)
    assert (birth_digits(day, known), show_birth(day, known)) == (digits, shown)
    assert (birth_number(day, known), birth_number(day, known, western=True)) == (number, western)


@pytest.mark.parametrize("text", ["2025-06-24T24:00", "2025-06-24 24:00:00"])
def test_a_day_has_no_hour_24(text: str) -> None:
    """Python reads it as the next midnight from 3.14 on; with every Python it is no time here."""
    with pytest.raises(MisuseError, match="is not a time"):
        at(text)
