"""What some tests need from the machine, and how long the long ones run.

Without an outside program a test is left out and says how to get it; with ``MYNA_LAB_REQUIRE_ALL=1``, as in CI, it
fails.
"""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import NoReturn

import pytest

from myna_lab.cli import doctor
from myna_lab.cli.classroom.missing import no_wall

CURE = "run make system"
SOAK = os.environ.get("MYNA_LAB_SOAK") == "1"


def need_program(name: str) -> str:
    """The path of an outside program; without it the test is left out, or fails where everything is required."""
    return doctor.program(name) or missing(f"{name} is not installed")


def optional_program(name: str) -> str:
    """The path of a further judge, which need not be anywhere: without it the test is left out, also in CI."""
    return doctor.program(name) or pytest.skip(f"{name} is not installed", allow_module_level=True)


def optional_module(name: str) -> None:
    """A package that `make setup` leaves out: without it the test is left out, also in CI."""
    if find_spec(name) is None:
        pytest.skip(f"{name} is not installed")


def need_chromium() -> str:
    """The path of a browser of the Chromium family that starts; otherwise as :func:`need_program`."""
    return doctor.chromium() or missing("no Chromium that starts")


def need_wall() -> None:
    """A wall around a student's server; where the machine forbids namespaces the test is left out, also in CI."""
    need_program("bwrap")
    if why := no_wall():
        pytest.skip(f"no wall can be made on this machine ({why}), and this does not help: {CURE}")


def missing(what: str) -> NoReturn:
    """Leave the test out and say why; where everything is required it fails."""
    reason = f"{what}: {CURE}"
    if os.environ.get("MYNA_LAB_REQUIRE_ALL") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason, allow_module_level=True)


def only_in_soak() -> None:
    """A test whose parts `make test` runs elsewhere, and as a whole `make soak` alone."""
    if not SOAK:
        pytest.skip("make soak runs it")


def rounds(share: int, soak: int) -> int:
    """How often a long test repeats: its stated share in ``make test``, the whole in ``make soak``."""
    return soak if SOAK else share
