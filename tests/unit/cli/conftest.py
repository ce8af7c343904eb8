"""What tests of the commands share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from myna_lab.cli.classroom.folder import ClassFolder, Settings


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[ClassFolder]:
    """A class that nobody has joined."""
    made = ClassFolder(tmp_path / "k")
    made.make()
    made.save(Settings())
    yield made
    made.forget()
