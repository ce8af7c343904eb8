"""The document docs/card.md keeps in step with the chip."""

from __future__ import annotations

import re
from pathlib import Path

from myna_lab.card.profiles import rows
from myna_lab.card.security_status import diagram
from myna_lab.parameters import Parameters

TEXT = (Path(__file__).resolve().parents[3] / "docs" / "card.md").read_text(encoding="utf-8")


def test_every_file_has_its_line() -> None:
    """The table "file by file" names every row of the plastic card once, and no other."""
    named = re.findall(r"^\| `(\w+/[0-9A-F]{4})` \|", TEXT, re.M)
    assert sorted(named) == sorted(rows("plastic"))


def test_every_line_says_how_sure() -> None:
    """Each line of the table has a mark."""
    for line in re.findall(r"^\| `\w+/[0-9A-F]{4}` \|.*$", TEXT, re.M):
        assert re.search(r"\b(seen|once|assumed)\b", line.split("|")[4]), line


def test_the_diagram_is_the_chips() -> None:
    """The drawn security state is what the rule table gives."""
    assert diagram() in TEXT


def test_every_assumption_is_listed() -> None:
    """Each parameter about the chip's answers is in the table, and each named parameter exists."""
    named = set(re.findall(r"`((?:card_|\w+_tries)\w*)`", TEXT))
    answers = {name for name in Parameters() if name.startswith("card_") and "birthdays" not in name}
    assert answers <= named
    assert named <= set(Parameters())
