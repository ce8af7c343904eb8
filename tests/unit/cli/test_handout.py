"""The handout: everything is on it in both languages, it loads nothing, and it is the same each time."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest
from click.testing import CliRunner

from myna_lab.cli.handout.failures import failures, notices
from myna_lab.cli.handout.page import handout
from myna_lab.cli.main import main
from myna_lab.provisioning import RULES
from myna_lab.texts import both, keys, text
from myna_lab.texts.glossary import glossary

ROW = re.compile(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', re.S)
TRIES = {
    ("user_authentication", "card"): "3",
    ("signing", "card"): "5",
    ("input_aid", "card"): "3",
    ("resident_register", "card"): "3",
    ("licence", "card"): "10",
    ("user_authentication", "phone"): "3",
    ("signing", "phone"): "5",
}
"""Card facts 1.2, 1.3, 1.5 and 5; a phone counts as the card does."""


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return {language: handout(language) for language in ("ja", "en")}


def part(page: str, name: str) -> str:
    """The text of one part."""
    return unescape(re.sub(r"</?b>", "", page.split(f'<section id="{name}">')[1].split("</section>")[0]))


@pytest.mark.parametrize("language", ["ja", "en"])
def test_everything_is_on_it(pages: dict[str, str], language: str) -> None:
    """All screens, failures, PINs with tries and places, errands on three days, the words; nothing is left open."""
    page = pages[language]
    for platform, n_screens in (("iphone", 22), ("android", 15)):
        screens = part(page, f"screens-{platform}")
        rows = ROW.findall(screens)
        assert [number for number, _ in rows] == [*map(str, range(1, n_screens + 1)), ""]
        troubles = part(page, f"failures-{platform}")
        assert len(ROW.findall(troubles)) == len(list(failures(platform)))
        assert all(text(f"word.outcome.{row.condition.replace(' ', '_').upper()}", language) in troubles
                   for row in failures(platform) if row.condition)  # fmt: skip
    said = part(page, "failures-iphone") + part(page, "failures-android")
    for code in (key for key in keys("notice") if "language" not in key and "not_there" not in key):
        pattern = ".+?".join(re.escape(piece) for piece in re.split(r"\{[^}]*\}", both(code)[language]))
        assert re.search(pattern, said), code
    pins = {(re.sub("<.*?>", "", first), *re.findall(r"<td>(.*?)</td>", rest)[:3:2])
            for first, rest in ROW.findall(part(page, "pins"))}  # fmt: skip
    assert pins == {
        (text(f"slip.pin.{pin}", language), text(f"handout.pins.on.{thing}", language), tries)
        for (pin, thing), tries in TRIES.items()
    }
    days = re.findall(r'section id="errands-(.*?)"', page)
    assert days == ["2025-06-25", "2025-09-19", "2026-10-20"]
    assert [len(ROW.findall(part(page, f"errands-{day}"))) for day in days] == [8, 8, 8]
    words = part(page, "glossary")
    assert all(entry.word[language] in words and entry.told[language] in words
               for group in glossary() for entry in group.entries)  # fmt: skip
    drawn = part(page, "timeline")
    assert drawn.count("<svg") == 1 and ("9 min 24 s" if language == "en" else "9分24秒") in drawn
    assert "{" not in re.sub(r"<style.*?</style>", "", page, flags=re.S)
    assert ("模擬" if language == "ja" else "SIMULATED") in page and "TEST" in page


def test_what_a_screen_says_and_does(pages: dict[str, str]) -> None:
    """Three screens in words written by hand: the reading talks to the card 48 times, Wallet makes the certificates."""
    rows = dict(ROW.findall(part(pages["en"], "screens-iphone")))
    assert "Read the card" in rows["12"] and "Exchanges with the card: 48" in rows["12"]
    assert "Keys are made inside this iPhone" in rows["19"] and "J-LIS accepted the application" in rows["19"]
    assert "Overview of the procedure" in rows["4"] and rows["4"].endswith("<td><p>·</p></td>")
    blocked = part(pages["en"], "failures-iphone")
    assert "The signing password was wrong too often and is blocked now." in blocked
    assert "The municipal window resets it." in blocked


def test_each_notice_belongs_to_a_step(pages: dict[str, str]) -> None:
    """The table of notices knows neither more nor fewer than the texts do, and gives each failure its own."""
    told = {code for platform in RULES for row in failures(platform) for code in notices(platform, row)}
    there = {key.partition(".")[2] for key in keys("notice")}
    assert there - told == {"language_chosen", "language_both", "not_there_yet"} and told <= there


@pytest.mark.parametrize("language", ["ja", "en"])
def test_nothing_is_loaded(pages: dict[str, str], language: str) -> None:
    """No script, no style sheet, picture or font of elsewhere; links lead to the page's own parts, which are there."""
    page = pages[language]
    assert not re.search(r"<(script|link|img|iframe|object|embed|base)\b|@import|\bon\w+=|\bsrc=", page, re.I)
    assert all(found.startswith("#") for found in re.findall(r'href="([^"]*)"', page))
    assert all(found.startswith("#") for found in re.findall(r"url\(['\"]?([^)]*)", page))
    contents = re.findall(r'<li><a href="#([^"]+)"', page)
    assert contents and contents == re.findall(r'<section id="([^"]+)"', page)


def test_the_command_writes_the_same_bytes(pages: dict[str, str], tmp_path: Path) -> None:
    """Made again by the command, the file is the page; a place that cannot be written is a sentence."""
    answer = CliRunner().invoke(main, ["handout", str(tmp_path / "h.html"), "--language", "en"])
    assert answer.exit_code == 0, answer.output
    assert (tmp_path / "h.html").read_bytes() == pages["en"].encode()
    refused = CliRunner().invoke(main, ["handout", str(tmp_path / "no" / "h.html"), "--language", "en"])
    assert refused.exit_code == 1 and "cannot be written" in refused.output
