"""Text as small black-and-white PNG pictures, the same bytes on every machine.

The pictures have the sizes of a card's: characters of 12 by 12 pixels, ASCII and digits half as wide, on paper that is
as long as the card's whatever stands on it. The bitmaps travel with the package (``glyphs/``), so no font of the system
is used. The pictures are not compressed, for compressors differ.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Mapping
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["ADDRESS_WIDTH", "NAME_WIDTH", "digits", "text"]

NAME_WIDTH, ADDRESS_WIDTH = 216, 288
"""Pixels: 18 and 24 characters. Source: card facts 3.2.7, both one line of 12 pixels."""
_SIZE, _NARROW = 12, 6
"""A cell in pixels, and the width of one of ASCII. Source: as above."""
_UNKNOWN = "〓"
"""What is printed for a character that there is no type for."""


def digits(value: str) -> bytes:
    """A row of digits as PNG: 6 by 12 pixels each."""
    return text(value, _NARROW * len(value))


@functools.lru_cache(maxsize=1024)
def text(value: str, width: int) -> bytes:
    """A text as PNG; one that is longer than a line goes on below it (assumed), each line 12 pixels high.

    Args:
        value: the text; a character that the bitmaps lack is 〓.
        width: of the picture in pixels, at least 12.
    """
    from PIL import Image

    cells, left, top = [], 0, 0
    for cell in map(_cell, value):
        if left + cell.width > width:
            left, top = 0, top + _SIZE
        cells.append((cell, (left, top)))
        left += cell.width
    picture = Image.new("1", (width, top + _SIZE), 1)
    for cell, place in cells:
        picture.paste(cell, place)
    file = io.BytesIO()
    picture.save(file, "PNG", compress_level=0)
    return file.getvalue()


@functools.cache
def _bitmaps() -> Mapping[str, bytes]:
    """The bitmaps by character: 12 rows of 2 bytes, a 1 is ink (tools/make_glyphs.py)."""
    import lzma

    data = lzma.decompress(resources.files(__package__).joinpath("glyphs", "glyphs.xz").read_bytes())
    n = int.from_bytes(data[:4], "big")
    characters, bitmaps = data[4 : 4 + 2 * n].decode("utf-16-be"), data[4 + 2 * n :]
    length = 2 * _SIZE
    return {character: bitmaps[i * length : (i + 1) * length] for i, character in enumerate(characters)}


@functools.lru_cache(maxsize=4096)
def _cell(character: str) -> Image:
    """One character; a space is left blank."""
    from PIL import Image, ImageChops

    width = _NARROW if character.isascii() else _SIZE
    if character.isspace():
        return Image.new("1", (width, _SIZE), 1)
    bitmap = _bitmaps().get(character) or _bitmaps()[_UNKNOWN]
    return ImageChops.invert(Image.frombytes("1", (_SIZE, _SIZE), bitmap)).crop((0, 0, width, _SIZE))
