"""Tables in a notebook: whole sentences, from the left."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell

from myna_lab.texts import session
from myna_lab.widgets import by_language, whole_tables

SENTENCE = "A sentence of more than fifty letters, whose end is what the lesson is about."


@pytest.fixture
def shell() -> Iterator[InteractiveShell]:
    """A shell such as a notebook's; pandas is as before afterwards."""
    with pd.option_context("display.max_colwidth", 50, "display.width", 80):
        yield InteractiveShell.instance()
        InteractiveShell.clear_instance()


def test_a_sentence_is_shown_whole_and_from_the_left(shell: InteractiveShell) -> None:
    """Without the call pandas cuts the sentence; with it text and page show all of it, set from the left."""
    table = pd.DataFrame({"claim": [SENTENCE], "number": [1]})
    assert SENTENCE not in shell.display_formatter.format(table)[0]["text/html"]
    whole_tables()
    shown = shell.display_formatter.format(table)[0]
    assert SENTENCE in shown["text/plain"]
    assert f'<td style="text-align: left;">{SENTENCE}</td>' in shown["text/html"]
    assert '<th style="text-align: left; white-space: nowrap;">claim</th>' in shown["text/html"]


def test_a_date_is_not_broken_and_a_code_is_told_in_japanese(shell: InteractiveShell) -> None:
    """A cell with a date keeps its line; codes and names of columns have their Japanese beside them, sentences too."""
    whole_tables()
    table = pd.DataFrame({"code": ["pin_wrong"], "on": ["VERIFY right"], "at": ["2025-06-24 09:00:00+09:00"]})
    page = shell.display_formatter.format(table)[0]["text/html"]
    assert 'white-space: nowrap;">2025-06-24 09:00:00+09:00</td>' in page
    assert '<span lang="ja" style="display: block">暗証番号が違います</span><small>pin_wrong</small>' in page
    assert '<span lang="ja" style="display: block">正しいVERIFY</span><span lang="en">VERIFY right</span>' in page
    assert '<span lang="ja" style="display: block">起きること</span><small>on</small>' in page


@pytest.mark.parametrize(
    ("language", "shown", "gone"), [("ja", "正しいVERIFY", "VERIFY right<"), ("en", "VERIFY right", "正")]
)
def test_a_table_follows_the_language(
    shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch, language: str, shown: str, gone: str
) -> None:
    """Where one language was chosen, the other's words are not in the page; the DataFrame itself stays English."""
    monkeypatch.setattr(session, "_choice", language)
    whole_tables()
    table = pd.DataFrame({"on": ["VERIFY right"]})
    page = shell.display_formatter.format(table)[0]["text/html"]
    assert shown in page and gone not in page
    assert table.loc[0, "on"] == "VERIFY right"


def test_sentences_are_made_for_each_language(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table made by language is shown once for each language spoken, and marked as such."""
    page = by_language(lambda language: pd.DataFrame({"said": [language * 2]}))._repr_html_()
    assert page.index('<div lang="ja">') < page.index("jaja") < page.index('<div lang="en">') < page.index("enen")
    monkeypatch.setattr(session, "_choice", "en")
    assert "jaja" not in by_language(lambda language: pd.DataFrame({"said": [language * 2]}))._repr_html_()


def test_outside_a_notebook_it_is_pandas_alone(shell: InteractiveShell) -> None:
    """In a plain Python program the call asks for no shell, and sentences are whole as well."""
    InteractiveShell.clear_instance()
    whole_tables()
    assert SENTENCE in repr(pd.DataFrame({"what": [SENTENCE]}))
