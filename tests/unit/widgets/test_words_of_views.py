"""Words that open, full-width digits, and the timeline that grows, as pages of the views."""

from __future__ import annotations

import re
from html import unescape
from itertools import pairwise

import pytest

from myna_lab import Lab
from myna_lab.analysis.who_knows import moments
from myna_lab.lab import Holder, IPhone
from myna_lab.provisioning import Screen
from myna_lab.texts import text
from myna_lab.texts.glossary import explain, explained_word
from myna_lab.texts.speech import Speech
from myna_lab.widgets import one_phone, parameter_table, wizard
from myna_lab.widgets.phone_timeline import phone_timeline
from myna_lab.widgets.words import key_words

FULL_WIDTH = str.maketrans("0123456789ABC", "０１２３４５６７８９ＡＢＣ")


@pytest.mark.parametrize(
    ("said", "language", "words"),
    [
        ("<b>J-LISが証明書を失効リストに載せた</b>", "ja", ["j_lis", "certificate", "crl"]),
        ("OCSP answers, the books know", "en", ["ocsp", "books"]),
        ("blacklisted design", "en", []),
        ("ログイン<br>log-ins", "both", ["log_in"]),
    ],
)
def test_the_key_words_of_a_page_open(said: str, language: str, words: list[str]) -> None:
    """Each once, in the order of the page, with its explanation in the view's language; parts of words are none."""
    page = key_words(said, Speech(language))
    found = re.findall(r'<details class="mnc-word"><summary>(.*?)</summary>', page)
    assert len(found) == len(words)
    for name, summary in zip(words, found, strict=True):
        for spoken in Speech(language).languages:
            assert explain(name).word[spoken] in summary
            assert explain(name).told[spoken].replace('"', "&quot;").replace("'", "&#x27;") in page


def test_a_word_may_stand_for_itself_in_both_languages() -> None:
    """What is opened may be any words of a view; both languages are told, Japanese first."""
    page = explained_word("ocsp", "both", said="<i>OCSP says</i>")
    assert "<summary><i>OCSP says</i></summary>" in page
    assert page.index(explain("ocsp").told["ja"]) < page.index("by telephone")


def test_the_knowers_open(lab: Lab, hanako: Holder) -> None:
    """In the table of two phones, books, OCSP and list are words that open."""
    view = one_phone(lab, hanako, "ja")
    assert view.now.value.count('<details class="mnc-word">') == 4


def test_full_width_entries_are_taken(iphone: IPhone) -> None:
    """What a Japanese keyboard gives is typed into every field as it is, and the card takes it."""
    view = wizard(iphone, "ja")
    while not view.flow.finished:
        if view.flow.asks:
            view.fill.click()
            view.entry.value = view.entry.value.translate(FULL_WIDTH)
        view.main.click()
        assert view.flow.notice is None
    assert view.flow.screen is Screen.DONE


def test_kana_are_told_to_be_half_width(iphone: IPhone) -> None:
    """With the keyboard in kana the notice names the half-width digits that are meant."""
    view = wizard(iphone, "ja")
    while not view.flow.asks:
        view.main.click()
    view.entry.value = "あいうえ"
    view.main.click()
    assert "半角" in view.notice.value


def test_the_timeline_never_needs_more_than_its_place(lab: Lab, hanako: Holder) -> None:
    """At each step every piece lies between 0 and 100 %, no two labels of the axis are nearer than they are wide."""
    view = one_phone(lab, hanako, "both")
    steps = (view.sides[0].add, view.waits[1], view.sides[1].add, view.sides[0].log_in, view.waits[3], view.waits[4])
    for button in steps:
        button.click()
        page = view.so_far.value
        for left, width in re.findall(r"left:([\d.]+)%;width:([\d.]+)%", page):
            assert float(left) + float(width) <= 100.15
        assert all(0 <= float(left) <= 100 for left in re.findall(r"left:([\d.-]+)%", page))
        labels = sorted(float(left) for left in re.findall(r'<small style="left:([\d.]+)%', page))
        assert min(b - a for a, b in pairwise(labels)) > 4
        assert page.count("mnc-in-") >= 3
    phones = view.phones
    first, second = (phone_timeline(phones, moments(phones, 16), Speech("en")) for _ in range(2))
    assert first == second


def test_a_page_with_a_kernel_of_its_own_says_that_it_begins_anew(
    iphone: IPhone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a notebook each loading begins at the first screen: told before the first press, and only then."""
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/0.5")
    view = wizard(iphone, "en")
    assert "Loading this page again begins anew." in view.what.value
    view.main.click()
    assert "begins anew" not in view.what.value
    monkeypatch.delenv("SERVER_SOFTWARE")
    assert "begins anew" not in wizard(iphone, "en").what.value


@pytest.mark.parametrize("language", ["ja", "en"])
def test_what_a_number_rests_on_is_told_in_the_view_s_language(lab: Lab, iphone: IPhone, language: str) -> None:
    """Meaning, mark, kind and source of every number: in one language nothing is left of the other."""
    known, other = lab.parameters, {"ja": "en", "en": "ja"}[language]
    table, view = parameter_table(lab, "ocsp_refresh", language), wizard(iphone, language)
    table.tabs.value, view.tabs.value = "table", "parameters"
    whole, part = unescape(table.tabs.panel.value), unescape(view.tabs.panel.value)
    for row in known.values():
        sources = {"ja": row.source_ja, "en": row.source}
        assert sources[language] in whole and sources[other] not in whole
    row = known["ocsp_refresh"]
    for page in (part, table.basis.value):
        assert text(f"parameter.mark.{row.mark}", language) in page
        assert text(f"parameter.mark.{row.mark}", other) not in page
    assert (
        text("parameter.unit.duration", language) in whole
        and text("parameter.unit.duration", language) in table.basis.value
    )
