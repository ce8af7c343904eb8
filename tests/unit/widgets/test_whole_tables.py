"""Tables in a notebook: whole sentences, from the left."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd
import pytest
from IPython.core.interactiveshell import InteractiveShell

from myna_lab.widgets import whole_tables

SENTENCE = "A sentence of more than fifty letters, whose end is what the lesson is about."


@pytest.fixture
def shell() -> Iterator[InteractiveShell]:
    """A shell such as a notebook's; pandas is as before afterwards."""
    with pd.option_context("display.max_colwidth", 50, "display.width", 80):
        yield InteractiveShell.instance()
        InteractiveShell.clear_instance()


def test_a_sentence_is_shown_whole_and_from_the_left(shell: InteractiveShell) -> None:
    """Without the call pandas cuts the sentence; with it text and page show all of it, set from the left."""
    table = pd.DataFrame({"what": [SENTENCE], "n": [1]})
    assert SENTENCE not in shell.display_formatter.format(table)[0]["text/html"]
    whole_tables()
    shown = shell.display_formatter.format(table)[0]
    assert SENTENCE in shown["text/plain"]
    assert f'<td style="text-align: left;">{SENTENCE}</td>' in shown["text/html"]
    assert '<th style="text-align: left;">what</th>' in shown["text/html"]


def test_outside_a_notebook_it_is_pandas_alone(shell: InteractiveShell) -> None:
    """In a plain Python program the call asks for no shell, and sentences are whole as well."""
    InteractiveShell.clear_instance()
    whole_tables()
    assert SENTENCE in repr(pd.DataFrame({"what": [SENTENCE]}))
