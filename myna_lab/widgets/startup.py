"""Run by a kernel before its first cell (``PYTHONSTARTUP``, set by ``lab``, ``show``, ``class``); it leaves no name."""

import os

from myna_lab.widgets.set_up import names_in_sentences

names_in_sentences()
if os.environ.get("SERVER_SOFTWARE", "").startswith("voila/"):  # its pages have no cells to edit
    from myna_lab.exercises import ask_by
    from myna_lab.widgets.answering import answer_field

    ask_by(answer_field)
    del ask_by, answer_field
del names_in_sentences, os
