"""Run by a kernel before its first cell (``PYTHONSTARTUP``, set by ``myna-lab lab``, ``show``, ``class``).

It leaves no name. Voila says in a kernel's environment that a page is made: there an exercise needs a field.
"""

import os

from myna_lab.widgets.set_up import names_in_sentences

names_in_sentences()
if os.environ.get("SERVER_SOFTWARE", "").startswith("voila/"):
    from myna_lab.exercises import ask_by
    from myna_lab.widgets.answering import answer_field

    ask_by(answer_field)
    del ask_by, answer_field
del names_in_sentences, os
