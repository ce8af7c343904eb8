"""The drawn face."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from myna_lab.residents.portrait import portrait


def picture(face: bytes) -> Image.Image:
    """The portrait, decoded."""
    return Image.open(io.BytesIO(portrait(face)))


def test_portrait_is_a_grey_jp2() -> None:
    """A portrait is JPEG 2000 in a JP2 container, one 8-bit channel, of a test card's size."""
    shown = picture(bytes(8))
    assert (shown.format, shown.mode, shown.size) == ("JPEG2000", "L", (378, 472))


def test_portrait_names_no_library_version() -> None:
    """The codestream's comment says TEST instead of the version of the coder, which would change the bytes."""
    data = portrait(bytes(8))
    assert b"TEST" in data
    assert b"OpenJPEG" not in data


def test_portrait_is_small_enough_for_a_chip() -> None:
    """Every combination of hair and eyes stays below 4 KB, so that a chip's answers stay few."""
    assert all(len(portrait(bytes([1, 1, hair, 3, eyes, 0, 1, 1]))) < 4096 for hair in range(5) for eyes in range(4))


@pytest.mark.parametrize("position", range(8))
def test_each_byte_changes_the_face(position: int) -> None:
    """Each byte of the face is seen in the picture."""
    face = bytearray(8)
    face[position] = 1
    assert picture(bytes(face)).tobytes() != picture(bytes(8)).tobytes()
