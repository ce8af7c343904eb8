"""A wall around a student's server: bubblewrap gives it a view of the file system, setpriv a user id of its own.

    bwrap   what is not bound is not there: other students, the hub's secrets, the solutions, other processes
    setpriv (as root only) 64000 + number, no groups, no way back; without root the view alone is the wall

Inside, the student's folder is ``/student`` for everybody. What stays common is the computer's network: a server is
reached only with its owner's token, and kernels talk through sockets in their own ``/tmp``.
"""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import resources
from pathlib import Path

import myna_lab.errors
from myna_lab.cli.doctor import program

__all__ = ["FIRST_UID", "HOME", "SOCKETS", "SOLUTIONS", "as_student", "command", "is_root", "trouble"]

FIRST_UID = 64000
"""User id of number 0; no account has it, and none is made."""
HOME = "/student"
"""A student's folder, seen from inside."""
SOLUTIONS = "/solutions"
"""The solutions, seen from inside: an empty folder until the teacher opens them."""
SOCKETS = "/tmp/jupyter"
"""Where kernels have their sockets, seen from inside: each student's /tmp is another one."""
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64")
"""Programs and libraries."""
CONFIGURATION = (
    "/etc/alternatives",
    "/etc/fonts",
    "/etc/hosts",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/mime.types",
    "/etc/nsswitch.conf",
    "/etc/ssl/certs",
)
"""What programs look up; accounts and their passwords are not among it."""
SCRATCH = {"/tmp": 256, "/dev/shm": 64}
"""Folders in memory that vanish with the server, in MiB."""


def is_root() -> bool:
    """Whether a student can be given a user id."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _package() -> Path:
    return Path(myna_lab.errors.__file__).parent


def _readable() -> list[Path]:
    """Python, its packages, and ours: read-only for a student."""
    places = {Path(sys.prefix), Path(sys.base_prefix), Path(sys.executable).resolve().parents[1], _package()}
    return sorted(place for place in places if not any(place.is_relative_to(system) for system in SYSTEM))


def _parents(paths: list[Path]) -> list[str]:
    """Folders above what is bound: bwrap would make them with mode 0700, and nobody could pass."""
    above = {parent for path in paths for parent in path.parents if str(parent) not in ("/", *SCRATCH)}
    return [word for parent in sorted(above) for word in ("--perms", "0755", "--dir", str(parent))]


def _hidden() -> list[str]:
    """The solutions that travel inside an installed package."""
    solutions = Path(str(resources.files("myna_lab").joinpath("notebooks", "solutions")))
    inside = any(solutions.is_relative_to(str(place)) for place in (*_readable(), *SYSTEM))
    return ["--tmpfs", str(solutions)] if inside and solutions.is_dir() else []


def as_student(number: int) -> list[str]:
    """The words that give a program the student's user id and no right more; none where nobody can give one."""
    if not is_root():
        return []
    uid = str(FIRST_UID + number)
    words = ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups", "--no-new-privs", "--inh-caps=-all"]
    return [*words, "--bounding-set=-all"]


def command(number: int, folder: Path, solutions: Path) -> list[str]:
    """The words before a student's program.

    Args:
        number: the student's; the user id is 64000 + number.
        folder: the student's own, the only one that can be written.
        solutions: shown read-only.
    """
    readable = _readable()
    words = ["bwrap", "--unshare-pid", "--unshare-ipc", "--unshare-uts"]
    # A link such as /bin -> usr/bin stays one.
    for path in map(Path, SYSTEM):
        words += ["--symlink", os.readlink(path), str(path)] if path.is_symlink() else []
        words += ["--ro-bind", str(path), str(path)] if path.is_dir() and not path.is_symlink() else []
    words += _parents([Path(path) for path in CONFIGURATION])
    words += [word for path in CONFIGURATION for word in ("--ro-bind-try", path, path)]
    words += ["--proc", "/proc", "--dev", "/dev"]
    for scratch, size in SCRATCH.items():
        words += ["--perms", "1777", "--size", str(size << 20), "--tmpfs", scratch]
    words += _parents(readable)
    words += [word for path in readable for word in ("--ro-bind", str(path), str(path))]
    words += _hidden()
    words += ["--bind", str(folder), HOME, "--ro-bind", str(solutions), SOLUTIONS, "--chdir", HOME]
    # Without root they are the student's own and in memory, where nothing limits them.
    words += ["--remount-ro", "/dev", "--remount-ro", "/"]
    return words + as_student(number)


def trouble(folder: Path, solutions: Path) -> str:
    """Try the wall: why there is none here, or nothing.

    Args:
        folder: a folder that stands for a student's.
        solutions: that of the class.
    """
    for name in ("bwrap", *(("setpriv",) if is_root() else ())):
        if program(name) is None:
            return f"the program {name} is missing"
    probe = [sys.executable, "-c", "import jupyterhub, myna_lab.errors"]
    tried = subprocess.run(
        [*command(0, folder, solutions), *probe], capture_output=True, encoding="utf-8", errors="replace", check=False
    )
    lines = tried.stderr.strip().splitlines()
    return "" if tried.returncode == 0 else lines[-1] if lines else f"bwrap ended with {tried.returncode}"
