"""The glossary: data in two languages, a page in docs, a door for learners, a word that opens on a page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from myna_lab import explain
from myna_lab.errors import MisuseError
from myna_lab.texts.glossary import Entry, explained_word, glossary, page_of_words

PAGE = Path(__file__).resolve().parents[3] / "docs" / "glossary.md"
ENTRIES = [entry for group in glossary() for entry in group.entries]
FIRST = ("certificate", "signing", "log_in", "jpki", "j_lis", "books", "ocsp", "crl")

each_entry = pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)


def test_the_page_in_docs_is_the_data() -> None:
    """docs/glossary.md holds what the data say; `python -m myna_lab.texts.glossary >docs/glossary.md` writes it."""
    assert PAGE.read_text(encoding="utf-8") == page_of_words()


def test_the_first_words_are_told_in_three_sentences() -> None:
    """Certificate, signing, log-in, JPKI, J-LIS, books, OCSP and list: three sentences each, in both languages."""
    first = {entry.name: entry for entry in glossary()[0].entries}
    assert tuple(first) == FIRST
    for entry in first.values():
        assert entry.told["ja"].count("。") == 3, entry.name
        assert len(re.findall(r"[.?](?: |$)", entry.told["en"])) == 3, entry.name


@each_entry
def test_an_entry_is_whole(entry: Entry) -> None:
    """Word and explanation in both languages, the Japanese in Japanese, the English without it."""
    assert set(entry.word) == set(entry.told) == {"ja", "en"}
    assert re.search("[぀-ヿ一-鿿]", entry.told["ja"]) and entry.told["ja"].endswith("。")
    assert not re.search("[぀-ヿ一-鿿]", entry.told["en"] + entry.word["en"])
    assert entry.told["en"].endswith(".") and re.match("[A-Z0-9]", entry.told["en"])


@each_entry
def test_each_name_leads_to_its_entry(entry: Entry) -> None:
    """Either word, and each other name, finds this entry and no other."""
    assert {explain(name).name for name in entry.names()} == {entry.name}


@pytest.mark.parametrize("asked", ["OCSP", "ocsp", "ＯＣＳＰ", "OCSP responder"])
def test_case_and_width_do_not_count(asked: str) -> None:
    """However a learner types it, the entry comes, in both languages."""
    said = str(explain(asked))
    assert "15分" in said and "15 minutes" in said


def test_an_unknown_word_is_told_what_is_near() -> None:
    """A slip of the key gets the near word; a thing that is no word gets the other door."""
    with pytest.raises(MisuseError, match="Did you mean 'ocsp'"):
        explain("oscp")
    with pytest.raises(MisuseError, match=r"lab\.explain"):
        explain(3)  # type: ignore[arg-type]


@pytest.mark.parametrize(("language", "told"), [("ja", "電話の問い合わせ"), ("en", "as by telephone")])
def test_a_word_on_a_page_opens_without_a_script(language: str, told: str) -> None:
    """It is an HTML details element, which mouse, touch and keyboard open; its words are escaped."""
    word = explained_word("ocsp", language)
    assert word.startswith('<details class="mnc-word"><summary>') and told in word and "<script" not in word
    assert "&quot;is it still good?&quot;" in explained_word("ocsp", "en")
