"""The door that many interop tests go through: a virtual reader, and our chip in it."""

from __future__ import annotations

from collections.abc import Iterator

import cards
import pytest
from readers import in_reader, virtual_reader

from myna_lab.card import Chip
from myna_lab.keys import rsa_key


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
