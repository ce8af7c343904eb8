"""A friendly drawn face from eight bytes, as the chip keeps portraits: JPEG 2000 in a JP2 container, grey.

Same face, same bytes, as long as Pillow draws and OpenJPEG encodes as before: shapes are drawn without fonts or
smoothing, the wavelet is the integer one (5/3), and the codestream's comment names no library version.
The face is drawn at half the size and then enlarged: the interpolated pixels cost the wavelet almost no bytes or time.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

__all__ = ["FACE_LENGTH", "JP2_SIGNATURE", "SIZE", "portrait"]

FACE_LENGTH = 8
SIZE = (378, 472)
"""Width and height in pixels. Source: the portrait on a test card."""
JP2_SIGNATURE = bytes.fromhex("0000000C6A5020200D0A870A")
"""The first box of a JP2 file, ISO/IEC 15444-1 I.5.1."""

_RATE = 60
"""How much smaller the file is than its pixels: about 3 KB; the portrait on a test card has 1,854 bytes."""
_CANVAS = (180, 240)
"""What the face is drawn on; the picture shows its upper part, with a margin on both sides."""
_PAPER, _INK = 245, 35
_TEST = (  # the word TEST in strokes, on a grid of 4 by 2 for each letter
    ((0, 0), (2, 0)), ((1, 0), (1, 4)),
    ((5, 0), (3, 0), (3, 4), (5, 4)), ((3, 2), (5, 2)),
    ((8, 0), (6, 0), (6, 2), (8, 2), (8, 4), (6, 4)),
    ((9, 0), (11, 0)), ((10, 0), (10, 4)),
)  # fmt: skip


@functools.lru_cache(maxsize=256)  # whoever makes a lab of the same seed again meets the same people
def portrait(face: bytes) -> bytes:
    """Draw a face.

    Args:
        face: 8 bytes; each chooses one feature (skin, hair, hair style, width, eyes, brows, mouth, clothes).

    Returns:
        A JP2 file of :data:`SIZE`, 8-bit grey, a few kilobytes.
    """
    from PIL import Image, ImageDraw, Jpeg2KImagePlugin  # noqa: F401 - else Pillow looks for it in forty others

    drawing = Image.new("L", _CANVAS, _PAPER)
    _draw(ImageDraw.Draw(drawing), face)
    half = Image.new("L", (SIZE[0] // 2 + 1, SIZE[1] // 2 + 1), _PAPER)
    half.paste(drawing, ((half.width - _CANVAS[0]) // 2, 0))
    stretched = (0.5, 0, 0.25, 0, 0.5, 0.25)  # every second pixel is one of the half picture
    picture = half.transform(SIZE, Image.Transform.AFFINE, stretched, Image.Resampling.BILINEAR)
    file = io.BytesIO()
    picture.save(file, "JPEG2000", irreversible=False, quality_mode="rates", quality_layers=[_RATE], comment="TEST")
    return file.getvalue()


def _of(options: Sequence[int], byte: int) -> int:
    return options[byte % len(options)]


def _draw(pen: ImageDraw, face: bytes) -> None:
    skin = _of((226, 216, 206, 196, 184), face[0])
    hair = _of((28, 45, 64, 90, 130, 170), face[1])
    style = face[2] % 5
    half = _of((42, 45, 48, 51), face[3])
    clothes = _of((60, 90, 120, 150), face[7])
    left, right = 90 - half, 90 + half

    if style in (3, 4):  # long hair falls behind the shoulders
        pen.rounded_rectangle((left - 10, 70, right + 10, 190 if style == 3 else 160), 26, fill=hair)
    pen.rounded_rectangle((30, 188, 150, 280), 34, fill=clothes)
    pen.polygon(((72, 188), (108, 188), (90, 214)), fill=skin)
    pen.rectangle((76, 160, 104, 192), fill=skin)
    pen.ellipse((left - 7, 108, left + 9, 134), fill=skin)
    pen.ellipse((right - 9, 108, right + 7, 134), fill=skin)
    pen.ellipse((left, 50, right, 178), fill=skin)
    _hair(pen, style, left, right, hair)
    _eyes(pen, face[4] % 4, half)
    rise = _of((0, 2, 3), face[5])
    for sign in (-1, 1):
        x = 90 + sign * half // 2
        pen.line((x - sign * 10, 101 - rise, x + sign * 10, 101 + rise), fill=hair, width=3)
    pen.line((90, 120, 87, 135, 92, 137), fill=_INK, width=2)
    _mouth(pen, face[6] % 3)
    for stroke in _TEST:
        pen.line([(66 + 4 * x, 222 + 3 * y) for x, y in stroke], fill=_PAPER, width=2)


def _hair(pen: ImageDraw, style: int, left: int, right: int, shade: int) -> None:
    box = (left - 5, 40, right + 5, 150)
    if style == 0:  # short, parted
        pen.chord(box, 190, 350, fill=shade)
    elif style == 1:  # straight fringe
        pen.pieslice(box, 180, 360, fill=shade)
    elif style == 2:  # curls
        for x in range(left, right + 1, (right - left) // 6):
            pen.ellipse((x - 12, 46 + abs(x - 90) // 3, x + 12, 70 + abs(x - 90) // 3), fill=shade)
    else:  # long: a cap over the forehead
        pen.chord(box, 185, 355, fill=shade)
    if style == 4:  # and a bun
        pen.ellipse((74, 22, 106, 54), fill=shade)


def _eyes(pen: ImageDraw, kind: int, half: int) -> None:
    for sign in (-1, 1):
        x = 90 + sign * half // 2
        if kind == 1:  # smiling
            pen.arc((x - 8, 108, x + 8, 124), 190, 350, fill=_INK, width=3)
        else:
            pen.ellipse((x - 4, 109, x + 4, 119), fill=_INK)
            pen.point((x + 1, 112), fill=_PAPER)
        if kind == 3:  # glasses
            pen.ellipse((x - 15, 100, x + 15, 130), outline=_INK, width=2)
    if kind == 3:
        pen.line((90 - half // 2 + 15, 114, 90 + half // 2 - 15, 114), fill=_INK, width=2)


def _mouth(pen: ImageDraw, kind: int) -> None:
    if kind == 0:
        pen.arc((72, 132, 108, 160), 25, 155, fill=_INK, width=3)
    elif kind == 1:
        pen.chord((74, 134, 106, 162), 0, 180, fill=_INK)
    else:
        pen.arc((78, 138, 102, 156), 10, 170, fill=_INK, width=3)
