"""Text as small black-and-white PNG pictures, the same bytes on every machine.

Names and addresses are set in bitmaps that travel with the package (``glyphs/``), digits in Pillow's built-in bitmap
font; no font of the system is used. A character that the bitmaps lack is drawn as a box with its code point, as
browsers do. The pictures are not compressed, for compressors differ.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["digits", "text"]

_HEIGHT, _ADVANCE = 12, 6
"""A cell of the bitmap font in pixels; 12 digits give the 72 by 12 pixels that were seen on cards."""
_SIZE = 24
"""A cell of a name or address in pixels; ASCII takes half of it."""
_LINE = 24 * _SIZE
"""Pixels a line has at most."""


def digits(value: str) -> bytes:
    """A row of digits as PNG: 6 by 12 pixels each."""
    return _png(_row([_cell(character) for character in value], _HEIGHT))


@functools.lru_cache(maxsize=1024)
def text(value: str) -> bytes:
    """A text as PNG: 24 by 24 pixels a character, 12 by 24 for ASCII, 24 wide characters a line."""
    from PIL import Image

    lines: list[list[Image.Image]] = [[]]
    width = 0
    for cell in map(_glyph, value):
        if width + cell.width > _LINE:
            lines.append([])
            width = 0
        lines[-1].append(cell)
        width += cell.width
    rows = [_row(cells, _SIZE) for cells in lines]
    picture = Image.new("1", (max(row.width for row in rows), _SIZE * len(rows)), 1)
    for number, row in enumerate(rows):
        picture.paste(row, (0, number * _SIZE))
    return _png(picture)


@functools.cache
def _bitmaps() -> Mapping[str, bytes]:
    """The bitmaps by character: 24 rows of 3 bytes, a 1 is ink (tools/make_glyphs.py)."""
    import lzma

    data = lzma.decompress(resources.files(__package__).joinpath("glyphs", "glyphs.xz").read_bytes())
    n = int.from_bytes(data[:4], "big")
    characters, bitmaps = data[4 : 4 + 2 * n].decode("utf-16-be"), data[4 + 2 * n :]
    length = _SIZE * _SIZE // 8
    return {character: bitmaps[i * length : (i + 1) * length] for i, character in enumerate(characters)}


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
def _glyph(character: str) -> Image:
    """One character of a name or address; a space is left blank."""
    from PIL import Image, ImageChops

    width = _SIZE // 2 if character.isascii() else _SIZE
    bitmap = _bitmaps().get(character)
    if bitmap is not None:
        return ImageChops.invert(Image.frombytes("1", (_SIZE, _SIZE), bitmap)).crop((0, 0, width, _SIZE))
    return Image.new("1", (width, _SIZE), 1) if character.isspace() else _box(character)


def _box(character: str) -> Image:
    """The code point in a box."""
    from PIL import Image, ImageDraw

    box = Image.new("1", (_SIZE, _SIZE), 1)
    ImageDraw.Draw(box).rectangle((0, 0, _SIZE - 2, _SIZE - 1), outline=0)
    for place, digit in enumerate(f"{ord(character):06X}"):
        box.paste(_cell(digit).crop((0, 0, 6, 11)), (2 + 6 * (place % 3), 1 + 11 * (place // 3)))
    return box


def _png(picture: Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG", compress_level=0)
    return file.getvalue()
