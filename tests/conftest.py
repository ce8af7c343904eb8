"""How the tests run: property tests with a fixed seed, and a summary that says what was left out and measured."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import settings

from needs import CURE, SOAK

settings.register_profile("test", max_examples=50, deadline=None, derandomize=True)
settings.register_profile("soak", max_examples=5000, deadline=None, print_blob=True)
settings.load_profile("soak" if SOAK else "test")


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
