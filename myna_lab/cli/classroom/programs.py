"""The programs of one student's server, as the computer's own kernel knows them, and what they may write."""

from __future__ import annotations

import os
import stat
import subprocess
from contextlib import suppress
from pathlib import Path

__all__ = ["belongs", "deleted", "of_server", "write_at_most"]

EACH = 'for process; do prlimit --pid "$process" --fsize="$most": ; done'


def belongs(process: int, marks: set[str]) -> bool:
    """Whether a process was begun with one of these in its environment; its number alone may be anybody's by now.

    Args:
        process: its number.
        marks: such as ``NAME=value``.
    """
    try:
        if not Path("/proc/self/environ").exists():  # macOS: all that can be asked is whether it runs
            os.kill(process, 0)
            return True
        own = Path(f"/proc/{process}/environ").read_bytes()
    except OSError:  # ended meanwhile, or not ours
        return False
    return not marks.isdisjoint(os.fsdecode(own).split("\0"))


def _children(process: int) -> list[int]:
    """Those of all its threads; none, where it has ended."""
    found: list[int] = []
    with suppress(OSError):
        for thread in Path(f"/proc/{process}/task").iterdir():
            found += map(int, (thread / "children").read_text(encoding="ascii").split())
    return found


def of_server(first: int, *, walls: bool) -> tuple[list[int], list[int]]:
    """The server itself, and everything that it and its cells have started.

    Args:
        first: the process that the hub started: bwrap, which starts a bwrap inside, which starts the server.
        walls: without them the hub has started the server itself.
    """
    inside = _children(first)[:1] if walls else []
    server = _children(inside[0])[:1] if inside else [] if walls else [first]
    found, waiting = [], [first]
    while waiting:
        children = _children(waiting.pop())
        found += children
        waiting += children
    return server, [process for process in found if process not in (*inside, *server)]


def deleted(processes: list[int], device: int) -> int:
    """Octets of files that were deleted and still are open or mapped: no folder shows them, and the disk keeps them.

    Which file is mapped, root alone may ask.

    Args:
        processes: who may have opened them.
        device: the disk, as ``st_dev``.
    """
    found: dict[int, int] = {}
    for process in processes:
        with suppress(OSError):  # ended meanwhile, or closed to us
            for file in (*_opened(process), *_mapped(process)):
                with suppress(OSError):
                    told = os.stat(file)
                    if stat.S_ISREG(told.st_mode) and not told.st_nlink and told.st_dev == device:
                        found[told.st_ino] = max(told.st_size, told.st_blocks * 512)
    return sum(found.values())


def _opened(process: int) -> list[str]:
    folder = f"/proc/{process}/fd"
    return [f"{folder}/{number}" for number in os.listdir(folder)]


def _mapped(process: int) -> list[str]:
    """Of the mapped files those that were deleted, as far as the kernel's list says."""
    lines = Path(f"/proc/{process}/maps").read_bytes().splitlines()
    ends = (line.split(b"-", 1) for line in lines if line.endswith(b" (deleted)"))
    # The list pads both addresses with zeros, the folder does not.
    spans = ((int(first, 16), int(rest.split()[0], 16)) for first, rest in ends)
    return [f"/proc/{process}/map_files/{first:x}-{last:x}" for first, last in spans]


def write_at_most(octets: int, processes: list[int], as_student: list[str]) -> None:
    """From now on these may write no file beyond so many octets; whoever tries gets ``EFBIG``.

    Only the soft limit changes, so that it can be raised again without any right but that of the same user.

    Args:
        octets: the size of a file.
        processes: which; those that have ended meanwhile are passed over.
        as_student: the words that give a program the user id of the student, or none where it is our own.
    """
    if processes:
        words = [*as_student, "sh", "-c", EACH, "sh", *map(str, processes)]
        own = {"PATH": os.environ.get("PATH", os.defpath), "most": str(octets)}  # nothing of the hub's
        with suppress(OSError):  # no such program: the server will be ended when it grows
            subprocess.run(words, env=own, stdin=subprocess.DEVNULL, capture_output=True, check=False)
