"""What many interop tests share: a virtual reader with our chip in it, a door for revocation data, and a test kit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cards
import pytest
from doors import working_lab
from readers import in_reader, virtual_reader

from myna_lab import Lab, serve
from myna_lab.devices.card import Chip
from myna_lab.keys import rsa_key
from myna_lab.kit import export


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Of a virtual reader that pcscd knows."""
    with virtual_reader() as port:
        yield port


@pytest.fixture
def chip(port: int) -> Iterator[Chip]:
    """A plastic card in that reader."""
    chip = Chip("card-1", cards.plastic(), key=rsa_key)
    with in_reader(chip, port):
        yield chip


@pytest.fixture
def lab() -> Lab:
    """A lab with one resident, her iPhone set up and working."""
    return working_lab()


@pytest.fixture
def door(lab: Lab) -> Iterator[serve.RevocationDoor]:
    """Its door."""
    with serve.revocation(lab) as door:
        yield door


@pytest.fixture(scope="module")
def shared_lab() -> Lab:
    """The same for the tests of a module, which leave it as it is."""
    return working_lab()


@pytest.fixture(scope="module")
def shared_door(shared_lab: Lab) -> Iterator[serve.RevocationDoor]:
    """Its door, for the tests of a module."""
    with serve.revocation(shared_lab) as door:
        yield door


@pytest.fixture(scope="session")
def kit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A kit of seed 7, written once."""
    return export(Lab(seed=7), tmp_path_factory.mktemp("kit") / "kit")
