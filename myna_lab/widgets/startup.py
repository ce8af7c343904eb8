"""Run by a kernel before its first cell (``PYTHONSTARTUP``, set by ``myna-lab lab``); leaves no name behind."""

from myna_lab.widgets.set_up import names_in_sentences

names_in_sentences()
del names_in_sentences
