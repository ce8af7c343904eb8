"""An exercise on a page without cells: a field, a button and what the check says."""

from __future__ import annotations

import io
from ast import literal_eval
from collections.abc import Callable
from contextlib import redirect_stdout, suppress
from html import escape

import ipywidgets as ipw
from IPython.display import display

from myna_lab.texts.speech import Speech

__all__ = ["answer_field"]

_LONG = 20
"""Characters that no sealed answer has; a key in numbers has hundreds."""


def answer_field(name: str, judge: Callable[[object], None]) -> None:
    """Show a field for the answer of an exercise.

    Args:
        name: of the exercise.
        judge: prints whether an answer is right.
    """
    say = Speech()
    field = ipw.Text(description=name, continuous_update=False, layout={"max_width": "24rem", "width": "100%"})
    button = ipw.Button(description=say.line("exercise.judge"))
    status = ipw.HTML(_status(""))

    def work(_: object) -> None:
        if not field.value.strip():
            return
        out = io.StringIO()
        with redirect_stdout(out):
            judge(_read(field.value.strip()))
        status.value = _status(out.getvalue())

    button.on_click(work)
    display(ipw.VBox([field, button, status]).add_class("mnc-answer"))  # type: ignore[no-untyped-call]


def _read(typed: str) -> object:
    """A list, a set or a number too long for any seal as Python's value; everything else is judged as text."""
    if typed[0] in "[{(" or len(typed) > _LONG:
        with suppress(ValueError, SyntaxError):
            value: object = literal_eval(typed)
            return value
    return typed


def _status(said: str) -> str:
    return f'<pre role="status" style="white-space: pre-wrap">{escape(said)}</pre>'
