"""What a set-up cell prepares: the language shown, tables whole, and a sentence for a name that is not there yet."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell

from myna_lab.texts import session
from myna_lab.widgets import set_up

STARTUP = Path(__file__).resolve().parents[3] / "myna_lab" / "widgets" / "startup.py"


@pytest.fixture
def shell() -> Iterator[InteractiveShell]:
    """A shell such as a notebook's."""
    yield InteractiveShell.instance()
    InteractiveShell.clear_instance()


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("both", ["「begin」はまだありません", '"begin" is not there yet']),
        ("ja", ["「begin」は"]),
        ("en", ['"begin" is']),
    ],
)
def test_a_missing_name_is_told_in_a_sentence(
    shell: InteractiveShell,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    sentences: list[str],
) -> None:
    """The cell fails, says what to run first in the language of the session, and shows no traceback."""
    monkeypatch.setattr(session, "_choice", language)
    set_up()
    result = shell.run_cell("lab, hers = begin()")
    said = "".join(capsys.readouterr())
    assert not result.success
    assert all(sentence in said for sentence in sentences) and "Traceback" not in said
    assert ("is not there yet" in said) is (language != "ja") and ("まだありません" in said) is (language != "en")


def test_other_errors_are_python_s_own(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    """Only a missing name is told otherwise."""
    set_up()
    shell.run_cell("1 / 0")
    assert "ZeroDivisionError" in "".join(capsys.readouterr())


def test_the_startup_file_leaves_no_name_behind(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    """A kernel that runs it before its first cell tells missing names in a sentence, and has no name more."""
    before = set(shell.user_ns)
    shell.safe_execfile(str(STARTUP), shell.user_ns, raise_exceptions=True)
    assert {name for name in set(shell.user_ns) - before if not name.startswith("__")} == set()
    shell.run_cell("begin()")
    assert "is not there yet" in "".join(capsys.readouterr())
    assert ast.get_docstring(ast.parse(STARTUP.read_text(encoding="utf-8")))
