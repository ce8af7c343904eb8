"""The command line, redirected, failing or interrupted: lines or a sentence, never a traceback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from myna_lab.cli.main import main

COMMANDS = {
    "walkthrough": ["walkthrough"],
    "doctor": ["doctor"],
    "kinds": ["card", "kinds"],
    "anchors": ["card", "anchors"],
    "help": ["--help"],
    "unknown card": ["card", "show", "花子🎴.myna"],
}


def run(*words: str, encoding: str = "utf-8", folder: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    environment = os.environ | {"PYTHONIOENCODING": encoding}
    command = [sys.executable, "-m", "myna_lab", *words]
    return subprocess.run(command, capture_output=True, env=environment, cwd=folder, timeout=120, check=False)


@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS)
def test_an_old_code_page_is_enough(words: list[str]) -> None:
    """What the code page lacks becomes a question mark; the command goes on and ends as it does in UTF-8."""
    new = run(*words)
    said = (new.stdout + new.stderr).decode()
    for code_page in ("cp932", "cp1252"):
        old = run(*words, encoding=code_page)
        assert b"Traceback" not in old.stderr and b"UnicodeEncodeError" not in old.stderr
        assert old.returncode == new.returncode
        assert (old.stdout + old.stderr) == said.encode(code_page, "replace")


def test_a_card_that_cannot_be_made_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither an unknown kind nor a folder that is not there nor a name that is taken leaves or changes a file."""
    monkeypatch.chdir(tmp_path)
    Path("taken.myna").write_text("mine")
    for words in (["a.myna", "--variant", "golden"], ["nowhere/a.myna"], ["taken.myna"], [""]):
        answer = CliRunner().invoke(main, ["card", "new", *words])
        assert answer.exit_code == 1 and answer.stderr.startswith("Error: ") and not answer.stdout
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("taken.myna", "mine")]


def test_a_card_that_can_be_made_is_whole(tmp_path: Path) -> None:
    """A new card is one file, and shows its counters."""
    assert run("card", "new", "a.myna", folder=tmp_path).returncode == 0
    assert [file.name for file in tmp_path.iterdir()] == ["a.myna"]
    assert b"jpki/0018" in run("card", "show", "a.myna", folder=tmp_path).stdout


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal")
def test_ctrl_c_is_a_word() -> None:
    """Interrupted while it works, the command says that it stopped, and ends with the shell's number for that."""
    command = [sys.executable, "-m", "myna_lab", "lab", "--no-browser"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL) as started:
        assert started.stdout is not None and started.stderr is not None
        assert started.stdout.readline()  # it is at work: JupyterLab loads
        started.send_signal(signal.SIGINT)
        said = started.stderr.read().decode()
        assert started.wait(60) == 130
    assert "stopped. (中断しました)" in said and "Traceback" not in said
