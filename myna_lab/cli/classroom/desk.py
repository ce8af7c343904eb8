"""A student's folder: the notebooks, copied once; what the student changed is never touched again."""

from __future__ import annotations

import itertools
import json
import os
import shutil
from pathlib import Path

from myna_lab.cli.classroom import wall
from myna_lab.cli.classroom.folder import ClassFolder
from myna_lab.cli.workbench import PAGE, ours

__all__ = ["SOLUTIONS", "close_solutions", "lay_desk", "open_solutions", "set_aside"]

SOLUTIONS = "solutions"
CONFIGURATION = {
    ".jupyter/labconfig/page_config.json": PAGE,
    # The single page as `myna-lab show` has it: it asks no other host.
    ".jupyter/voila.json": {"VoilaConfiguration": {"template": "plain"}},
    # What was typed is kept in memory: a kernel writes nothing of its own, so it needs no room on the disk.
    ".ipython/profile_default/ipython_kernel_config.json": {"HistoryManager": {"enabled": False}},
}
"""Of the programs that a student's server runs."""


def lay_desk(folder: ClassFolder, number: int, *, walls: bool) -> Path:
    """A student's folder, made on the first start.

    It is filled elsewhere and then renamed: never does anybody with more rights write into a folder that a student can
    change, where a link could lead anywhere.

    Args:
        folder: the class.
        number: the student's.
        walls: whether the student is behind a wall, with a user id of its own where that is possible.
    """
    desk = folder.student(number)
    if desk.exists():
        return desk
    new = desk.with_name(f".{desk.name}")
    shutil.rmtree(new, ignore_errors=True)
    with ours() as source:
        shutil.copytree(source, new, ignore=shutil.ignore_patterns(SOLUTIONS, ".*", "__pycache__", "*.py"))
    (new / SOLUTIONS).symlink_to(wall.SOLUTIONS if walls else folder.solutions)
    (new / ".jupyter" / "labconfig").mkdir(parents=True)
    (new / ".ipython" / "profile_default").mkdir(parents=True)
    for name, settings in CONFIGURATION.items():
        (new / name).write_text(json.dumps(settings), encoding="utf-8")
    fonts = new / ".cache" / "matplotlib"
    fonts.mkdir(parents=True)
    for known in folder.fonts.glob("fontlist-*.json"):  # looked for once, not by each student
        shutil.copy(known, fonts)
    uid = wall.FIRST_UID + number if walls and wall.is_root() else -1
    for path in (new, *new.rglob("*")):
        os.chown(path, uid, uid, follow_symlinks=False)
        if not path.is_symlink():
            path.chmod(0o700 if path.is_dir() else 0o600)
    new.rename(desk)
    return desk


def set_aside(folder: ClassFolder, number: int) -> Path | None:
    """Put a student's folder aside: the next start lays a new one, and a server that runs still has the old one.

    Args:
        folder: the class.
        number: the student's.

    Returns:
        Where it is now, such as ``students/07-1``; None: there was none.
    """
    desk = folder.student(number)
    if not desk.exists():
        return None
    free = (place for turn in itertools.count(1) if not (place := desk.with_name(f"{desk.name}-{turn}")).exists())
    return desk.rename(next(free))


def open_solutions(folder: ClassFolder) -> int:
    """Show the solutions to everybody in the class, at once and read-only; how many."""
    with ours() as source:
        files = sorted((source / SOLUTIONS).glob("*.ipynb"))
        for file in files:
            shutil.copyfile(file, folder.solutions / file.name)
            (folder.solutions / file.name).chmod(0o644)
    return len(files)


def close_solutions(folder: ClassFolder) -> None:
    """Take the solutions away; the folder itself stays, because running servers show it."""
    for file in folder.solutions.glob("*.ipynb"):
        file.unlink()
