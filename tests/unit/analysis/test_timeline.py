"""The timeline of a story: rows, gap and number by hand; what is asked of services is really asked."""

from __future__ import annotations

import re

import pytest

from myna_lab import Lab, stories
from myna_lab.errors import MisuseError
from myna_lab.ground.durations import at


@pytest.fixture(scope="module")
def played() -> stories.Played:
    """The application on a new Android at 09:53:51; OCSP data at 10:00, a list at midnight."""
    return stories.play(Lab(seed=7), "new_android_iphone_offline")


def test_the_rows_are_the_knowers(played: stories.Played) -> None:
    """What the phone shows, the books, OCSP, the list, and each service that was asked."""
    line = played.timeline()
    assert [row.key.partition(".")[2] for row in line.rows] == [
        "knower.phone", "knower.books", "knower.ocsp", "knower.crl", "service.counter", "service.portal",
    ]  # fmt: skip
    assert (line.device, line.kind, line.turn, line.at) == (
        "iphone-1", "phone_auth", "CertificateRevoked", at("2025-06-25 09:53:51"),
    )  # fmt: skip


@pytest.mark.parametrize(("knower", "since"), [("books", "09:53:51"), ("ocsp", "10:00:00")])
def test_when_each_knows(played: stories.Played, knower: str, since: str) -> None:
    """The books at the application, OCSP at the quarter of an hour."""
    (row,) = (row for row in played.timeline().rows if row.key == f"word.knower.{knower}")
    assert [run.begins for run in row.runs if run.belief.said == "word.state_of.REVOKED"] == [at(f"2025-06-25 {since}")]


def test_the_list_knows_at_midnight(played: stories.Played) -> None:
    """After the story's end: what comes by itself is seen in a copy, and the lab's clock has not moved."""
    (row,) = (row for row in played.timeline().rows if row.key == "word.knower.crl")
    assert [run.begins for run in row.runs if run.belief.said == "word.belief.listed"] == [at("2025-06-26 00:00")]
    assert played.lab.now == played.steps[-1].at < at("2025-06-26 00:00")


def test_nothing_is_recorded(played: stories.Played) -> None:
    """Asking for a timeline leaves the log as it is."""
    n_entries = len(played.lab.log)
    played.timeline()
    assert len(played.lab.log) == n_entries


@pytest.mark.parametrize(
    ("refresh", "number"), [("15min", "14 min"), ("1h", "14 min"), ("5min", "4 min"), ("2h", "1 h 14 min")]
)
def test_the_number_follows_the_parameter(refresh: str, number: str) -> None:
    """Stopped in the books at 20:46; the next data at 21:00, 21:00, 20:50 and 22:00."""
    told = stories.play(Lab(seed=7, parameters={"ocsp_refresh": refresh}), "lost_on_friday")
    assert f"by the portal for {number} after it was put on hold" in told.timeline().number("en")


def test_each_service_has_its_own_gap(played: stories.Played) -> None:
    """The counter until the wallet hears of it, a day after it was added; the portal from online on until 10:00."""
    assert [(gap.kind, gap.service, gap.begins, gap.ends) for gap in played.timeline().gaps] == [
        ("accepted", "counter", at("2025-06-25 09:53:51"), at("2025-06-25 10:03:15")),
        ("accepted", "portal", at("2025-06-25 09:58:44"), at("2025-06-25 10:00:00")),
    ]


def test_it_agrees_with_the_table_of_delays() -> None:
    """The table follows from books and schedule, the timeline from asking: both say 14 minutes for the portal."""
    told = stories.play(Lab(seed=7), "lost_on_friday")
    table = told.lab.tables.exposure()
    (minutes,) = table[(table["service"] == "portal") & (table["device"] == "iphone-1")]["minutes"]
    gap = told.timeline().longest
    assert gap is not None
    assert (gap.ends - gap.begins).total_seconds() / 60 == minutes == 14


@pytest.mark.parametrize(
    ("story", "kind", "span"),
    [
        ("hotline_then_found", "refused", "12 min"),
        ("expiring_at_the_clinic", "accepted", "1 d"),
        ("moved_signed_next_day", "", "otherwise"),
        ("sold_without_erasing", "", "otherwise"),
    ],
)
def test_the_one_number_of_a_story(story: str, kind: str, span: str) -> None:
    """Released at 09:03 and known at 09:15; the clinic's months of grace; where nobody was late, it says so."""
    line = stories.play(Lab(seed=7), story).timeline()
    assert (line.longest.kind if line.longest else "") == kind
    assert span in line.number("en")


def test_five_minutes_are_a_gap_the_other_way() -> None:
    """Issued and not usable yet: the number is five minutes, from the issue to the activation."""
    line = stories.play(Lab(seed=7), "five_minutes").timeline()
    assert [(gap.kind, gap.service, (gap.ends - gap.begins).total_seconds()) for gap in line.gaps] == [
        ("waiting", "portal", 300.0)
    ]
    assert "5 min" in line.number("en") and "5分" in line.number("ja")


def test_really_asked_is_marked(played: stories.Played) -> None:
    """The story's own questions about the old phone: accepted at 09:58:44, refused at 10:13:44."""
    for row in played.timeline().rows[-2:]:
        assert row.asked == ((at("2025-06-25 09:58:44"), True), (at("2025-06-25 10:13:44"), False))


@pytest.mark.parametrize("language", ["ja", "en", "both"])
def test_the_words_are_the_picture(played: stories.Played, language: str) -> None:
    """Each row and the number stand in the text and on the page, in the language that is asked for."""
    line = played.timeline(language)
    japanese = re.search("[ぁ-ん]", str(line)) is not None
    assert japanese is (language != "en")
    assert ("the books" in str(line)) is (language != "ja")
    assert line._repr_html_().count("<tr>") == len(line.rows)


def test_another_language_is_refused(played: stories.Played) -> None:
    """The error names those that there are."""
    with pytest.raises(MisuseError, match="ja, en, both"):
        played.timeline("fr")
