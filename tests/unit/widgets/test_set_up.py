"""What a set-up cell prepares: the language shown, tables whole, and sentences for a missing name and for no room."""

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


@pytest.mark.parametrize(("code", "sentence"), [("ENOSPC", "The disk is full"), ("EFBIG", "reached its limit")])
def test_no_room_is_told_in_a_sentence(
    code: str,
    sentence: str,
    shell: InteractiveShell,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Where nothing can be written, the cell fails and says what to do, beside the system's own word."""
    monkeypatch.setattr(session, "_choice", "both")
    set_up()
    capsys.readouterr()
    result = shell.run_cell(f"import errno, os\nraise OSError(errno.{code}, os.strerror(errno.{code}))")
    said = "".join(capsys.readouterr())
    assert not result.success
    assert said.startswith("OSError: [Errno") and sentence in said and "書きこめ" in said and "Traceback" not in said


@pytest.mark.parametrize("source", ["1 / 0", "open('/nowhere/at/all')"])
def test_other_errors_are_python_s_own(
    source: str, shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only a missing name and missing room are told otherwise."""
    set_up()
    assert not shell.run_cell(source).success
    said = "".join(capsys.readouterr())
    assert "Traceback" in said and ("ZeroDivisionError" in said) is (source == "1 / 0")


def test_the_startup_file_leaves_no_name_behind(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> None:
    """A kernel that runs it before its first cell tells missing names in a sentence, and has no name more."""
    before = set(shell.user_ns)
    shell.safe_execfile(str(STARTUP), shell.user_ns, raise_exceptions=True)
    assert {name for name in set(shell.user_ns) - before if not name.startswith("__")} == set()
    shell.run_cell("begin()")
    assert "is not there yet" in "".join(capsys.readouterr())
    assert ast.get_docstring(ast.parse(STARTUP.read_text(encoding="utf-8")))
