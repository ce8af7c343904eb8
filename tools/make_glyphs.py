"""Make the bitmaps of the characters in a card's pictures: python tools/make_glyphs.py NotoSansCJK-Regular.ttc

Writes myna_lab/card/glyphs/glyphs.xz: every character of Windows-31J (JIS X 0208 and what names need beside it) and
ASCII, drawn once from the font and kept, so that the pictures are the same bytes on every machine.

    number of characters, 4 bytes; their code points, 2 bytes each, ascending; their bitmaps, 24 rows of 3 bytes each
"""

import lzma
import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

TARGET = Path(__file__).resolve().parent.parent / "myna_lab" / "card" / "glyphs" / "glyphs.xz"
SIZE = 24
BASELINE = 21
FACE = "Noto Sans Mono CJK JP"
DARK = 110


def characters() -> str:
    """ASCII, and every character of two bytes in Windows-31J."""
    wide = set()
    for first in (*range(0x81, 0xA0), *range(0xE0, 0xFD)):
        for second in (*range(0x40, 0x7F), *range(0x80, 0xFD)):
            wide.add(bytes((first, second)).decode("cp932", "ignore"))
    wide = {c for c in wide if len(c) == 1 and not 0xE000 <= ord(c) < 0xF900}
    return "".join(sorted({*map(chr, range(0x21, 0x7F)), *wide, "−", "〜"}))


def face(path: str) -> ImageFont.FreeTypeFont:
    for index in range(64):
        font = ImageFont.truetype(path, SIZE, index=index)
        if font.getname() == (FACE, "Regular"):
            return font
    raise SystemExit(f"{path} holds no {FACE}")


def main(path: str) -> None:
    font, text, bitmaps = face(path), characters(), b""
    for character in text:
        cell = Image.new("L", (SIZE, SIZE), 0)
        ImageDraw.Draw(cell).text((0, BASELINE), character, fill=255, font=font, anchor="ls")
        bitmaps += cell.point(lambda value: 255 * (value >= DARK)).convert("1").tobytes()
    head = len(text).to_bytes(4, "big") + text.encode("utf-16-be")
    TARGET.write_bytes(lzma.compress(head + bitmaps, preset=9 | lzma.PRESET_EXTREME))
    print(f"{len(text)} characters, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
