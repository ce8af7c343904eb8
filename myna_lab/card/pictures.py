"""Text as small black-and-white PNG pictures, the same bytes on every machine.

Only Pillow's built-in bitmap font is used, never a font of the system. It has no kanji: a character that it lacks is
drawn as a box with its code point, as browsers do. The pictures are not compressed, for compressors differ.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["digits", "text"]

_HEIGHT, _ADVANCE = 12, 6
"""A cell of the bitmap font in pixels; 12 digits give the 72 by 12 pixels that were seen on cards."""
_BOX = (16, 26)
_PER_LINE = 24


def digits(value: str) -> bytes:
    """A row of digits as PNG: 6 by 12 pixels each."""
    return _png(_row([_cell(character) for character in value], _HEIGHT))


@functools.lru_cache(maxsize=1024)
def text(value: str) -> bytes:
    """A text as PNG, 24 characters a line, 16 by 26 pixels a character."""
    from PIL import Image

    lines = [value[i : i + _PER_LINE] for i in range(0, len(value), _PER_LINE)] or [""]
    rows = [_row([_box(character) for character in line], _BOX[1]) for line in lines]
    picture = Image.new("1", (max(row.width for row in rows), _BOX[1] * len(rows)), 1)
    for number, row in enumerate(rows):
        picture.paste(row, (0, number * _BOX[1]))
    return _png(picture)


def _row(cells: Sequence[Image], height: int) -> Image:
    from PIL import Image

    row = Image.new("1", (sum(cell.width for cell in cells) or 1, height), 1)
    left = 0
    for cell in cells:
        row.paste(cell, (left, 0))
        left += cell.width
    return row


@functools.cache
def _cell(character: str) -> Image:
    """One printable ASCII character in the bitmap font."""
    from PIL import Image, ImageDraw, ImageFont

    cell = Image.new("1", (_ADVANCE, _HEIGHT), 1)
    ImageDraw.Draw(cell).text((0, 0), character, fill=0, font=ImageFont.load_default_imagefont())
    return cell


@functools.lru_cache(maxsize=4096)
def _box(character: str) -> Image:
    """One character of a name or address; U+3000 is left blank."""
    from PIL import Image, ImageDraw

    box = Image.new("1", _BOX, 1)
    if character.isspace():
        return box
    if " " < character <= "~":
        box.paste(_cell(character), (5, 7))
        return box
    code = f"{ord(character):04X}"
    ImageDraw.Draw(box).rectangle((0, 0, _BOX[0] - 2, _BOX[1] - 1), outline=0)
    for place, digit in enumerate(code[-4:]):
        box.paste(_cell(digit).crop((0, 0, 6, 11)), (2 + 6 * (place % 2), 2 + 11 * (place // 2)))
    return box


def _png(picture: Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG", compress_level=0)
    return file.getvalue()
