"""How the tests run: fixed seeds, the people many begin with, a summary of what was left out and measured."""

from __future__ import annotations

import os
import signal
from collections import Counter
from pathlib import Path

import pytest
from article import resident
from hypothesis import settings

from myna_lab import Lab
from myna_lab.lab import Android, Holder, IPhone
from myna_lab.texts import session
from myna_lab.world.file import check as file_check
from needs import CURE, SOAK

FOLDER = Path(__file__).resolve().parent

settings.register_profile("test", max_examples=50, deadline=None, derandomize=True)
settings.register_profile("soak", max_examples=5000, deadline=None, print_blob=True)
settings.load_profile("soak" if SOAK else "test")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # run in the background: every child would be deaf to Ctrl-C, too
    signal.signal(signal.SIGINT, signal.default_int_handler)
os.environ[session.VARIABLE] = "both"  # whatever language whoever runs the tests has chosen for the notebooks
file_check.SYNCHRONOUS = "OFF"  # no test cuts the power; waiting for the disk took most of the time


@pytest.fixture
def lab() -> Lab:
    """2025-06-24 09:00: the day on which the iPhone version began."""
    return Lab(seed=7)


@pytest.fixture
def hanako(lab: Lab) -> Holder:
    """A holder of a plastic card, whose PINs are 1111, 2222 and ABC123."""
    return resident(lab)


@pytest.fixture
def iphone(lab: Lab, hanako: Holder) -> IPhone:
    """Her iPhone."""
    return lab.iphone(hanako)


@pytest.fixture
def android(lab: Lab, hanako: Holder) -> Android:
    """Her Android phone."""
    return lab.android(hanako)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test of one module or rule that runs for a minute hangs; only the long forms may take longer."""
    for item in items:
        kind = item.path.relative_to(FOLDER).parts[0]
        if kind in ("unit", "rules") and not (SOAK and item.get_closest_marker("soak")):
            item.add_marker(pytest.mark.timeout(60))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """After the dots: the tests that a missing program left out, and what tests recorded as ``measured``."""
    skipped = [r for r in terminalreporter.getreports("skipped") if isinstance(r.longrepr, tuple)]
    left_out = Counter((r.nodeid.partition("::")[0], r.longrepr[2]) for r in skipped if CURE in r.longrepr[2])
    if left_out:
        terminalreporter.section(f"{left_out.total()} tests left out; `make system` installs what they need")
        for (file, reason), count in left_out.items():
            terminalreporter.line(f"{count:4}  {file}  ({reason.removeprefix('Skipped: ')})")
    measured = [v for r in terminalreporter.getreports("passed") for k, v in r.user_properties if k == "measured"]
    if measured:
        terminalreporter.section("measured")
        for figure in measured:
            terminalreporter.line(str(figure))
