"""Run by a kernel before its first cell (``PYTHONSTARTUP``, set by ``lab``, ``show``, ``class``); it leaves no name."""

from myna_lab.widgets.page import is_a_page
from myna_lab.widgets.set_up import failures_in_sentences

failures_in_sentences()
if is_a_page():  # it has no cells to edit
    from myna_lab.exercises import ask_by
    from myna_lab.widgets.answering import answer_field

    ask_by(answer_field)
    del ask_by, answer_field
del is_a_page, failures_in_sentences
