"""What no linter checks: what may not stand in any file, the size of files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = (".ci", "benchmarks", "docs", "myna_lab", "notebooks", "tests", "tools")
TEXT = {"", ".cfg", ".ipynb", ".md", ".py", ".toml", ".txt", ".yaml", ".yml"}
LINES = 500

FORBIDDEN = {
    "a folder of one machine": re.compile(r"(?<![\w.])/(?:home|root|Users|work|farm)/\w|\b[A-Z]:\\\\?Users\\"),
    "an address to download from": re.compile(
        r"https?://[^\s\"')>]*(?:pypi|pythonhosted|npmjs|jsdelivr|unpkg|debian|ubuntu|crates|conda|github|gitlab)"
        r"|https?://[^\s\"')>]*\.(?:tar|t?gz|zip|whl|deb|exe|dmg)\b"
    ),
    "unfinished work": re.compile(r"\b(?:TODO|FIXME|XXX)\b"),
}
ALLOWED = {Path(__file__).resolve()}  # it names what it forbids


def files() -> Iterator[Path]:
    """Every text file of the project."""
    # In a worktree .git is a file, and names a folder of this machine.
    beside = (path for path in ROOT.iterdir() if path.is_file() and path.name != ".git")
    for top in (*beside, *(ROOT / folder for folder in FOLDERS)):
        for path in (top, *top.rglob("*")):
            hidden = any(part in ("__pycache__", ".ipynb_checkpoints") for part in path.parts)
            if path.is_file() and path.suffix in TEXT and not hidden and path not in ALLOWED:
                yield path


def test_nothing_forbidden_is_written() -> None:
    """No file names a folder of one machine, an address to download from, or work left for later."""
    found = [
        f"{path.relative_to(ROOT)}:{number}: {what}: {line.strip()[:100]}"
        for path in files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for what, pattern in FORBIDDEN.items()
        if pattern.search(line)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("see /home/" + "taro/lab", "a folder of one machine"),
        ("C:\\Users" + "\\taro", "a folder of one machine"),
        ("https://files.python" + "hosted.org/x", "an address to download from"),
        ("http://mirror.invalid/a" + ".tar.gz", "an address to download from"),
        ("# TO" + "DO", "unfinished work"),
    ],
)
def test_the_patterns_find_what_they_name(text: str, what: str) -> None:
    """The patterns of the test above match an example of what they forbid."""
    assert FORBIDDEN[what].search(text)


def test_files_are_short() -> None:
    """No file of the package reaches 500 lines: a longer one holds more than one idea."""
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in (ROOT / "myna_lab").rglob("*.py")
    }
    assert not {name: length for name, length in lengths.items() if length >= LINES}


def test_every_test_file_has_its_own_name() -> None:
    """Base names are unique over the whole tree, so that a failure's name says where it is."""
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted(set(names))
