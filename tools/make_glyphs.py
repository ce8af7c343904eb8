"""Make the bitmaps of the characters in a card's pictures (Debian: xfonts-shinonome, pcf2bdf, fonts-noto-cjk):

    pcf2bdf -o wide.bdf /usr/share/fonts/X11/misc/shnmk12.pcf.gz
    pcf2bdf -o narrow.bdf /usr/share/fonts/X11/misc/shnm6x12a.pcf.gz
    python tools/make_glyphs.py wide.bdf narrow.bdf NotoSansCJK-Regular.ttc

Writes myna_lab/devices/card/glyphs/glyphs.xz: every character of Windows-31J (JIS X 0208 and what names need beside
it) and ASCII, so that the pictures are the same bytes on every machine. What Shinonome lacks (JIS X 0208:1983, ASCII)
is drawn from the other font.

    number of characters, 4 bytes; their code points, 2 bytes each, ascending; their bitmaps, 12 rows of 2 bytes each
"""

import lzma
import re
import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

TARGET = Path(__file__).resolve().parent.parent / "myna_lab" / "devices" / "card" / "glyphs" / "glyphs.xz"
SIZE = 12
BASELINE = 10
FACE = "Noto Sans Mono CJK JP"
DARK = 110
ALIKE = {"－": "−", "～": "〜", "∥": "‖", "￠": "¢", "￡": "£", "￢": "¬"}
"""One character in two code points: that of Windows, and that of the table of JIS X 0208."""


def characters() -> str:
    """ASCII, and every character of two bytes in Windows-31J."""
    wide = set()
    for first in (*range(0x81, 0xA0), *range(0xE0, 0xFD)):
        for second in (*range(0x40, 0x7F), *range(0x80, 0xFD)):
            wide.add(bytes((first, second)).decode("cp932", "ignore"))
    wide = {c for c in wide if len(c) == 1 and not 0xE000 <= ord(c) < 0xF900}
    return "".join(sorted({*map(chr, range(0x21, 0x7F)), *wide, *ALIKE.values()}))


def bitmaps(path: str) -> dict[int, bytes]:
    """The bitmaps of a BDF font of 12 rows by their code: each row in 2 bytes."""
    found = {}
    for glyph in Path(path).read_text(encoding="ascii").split("STARTCHAR ")[1:]:
        code = int(re.search(r"^ENCODING (\d+)", glyph, re.M)[1])
        box = [int(n) for n in re.search(r"^BBX (.+)$", glyph, re.M)[1].split()]
        rows = glyph[glyph.index("BITMAP") :].split()[1 : 1 + box[1]]
        above = BASELINE - box[3] - box[1]
        shifted = [int(row, 16) << (16 - 4 * len(row)) >> box[2] for row in rows]
        found[code] = b"".join(r.to_bytes(2, "big") for r in ([0] * above + shifted + [0] * SIZE)[:SIZE])
    return found


def code_in_jis(character: str) -> int:
    """The code of JIS X 0208, as the wide font has it; 0: it is not in there."""
    pair = ALIKE.get(character, character).encode("euc_jp", "ignore")
    return int.from_bytes(pair, "big") & 0x7F7F if len(pair) == 2 and pair[0] >= 0xA1 else 0


def face(path: str) -> ImageFont.FreeTypeFont:
    for index in range(64):
        font = ImageFont.truetype(path, SIZE, index=index)
        if font.getname() == (FACE, "Regular"):
            return font
    raise SystemExit(f"{path} holds no {FACE}")


def drawn(character: str, font: ImageFont.FreeTypeFont) -> bytes:
    cell = Image.new("L", (SIZE, SIZE), 0)
    ImageDraw.Draw(cell).text((0, BASELINE), character, fill=255, font=font, anchor="ls")
    return cell.point(lambda value: 255 * (value >= DARK)).convert("1").tobytes()


def main(wide: str, narrow: str, other: str) -> None:
    text, font = characters(), face(other)
    by_jis, by_ascii = bitmaps(wide), bitmaps(narrow)
    n_drawn, content = 0, b""
    for character in text:
        known = by_ascii.get(ord(character)) if character.isascii() else by_jis.get(code_in_jis(character))
        n_drawn += known is None
        content += known or drawn(character, font)
    head = len(text).to_bytes(4, "big") + text.encode("utf-16-be")
    TARGET.write_bytes(lzma.compress(head + content, preset=9 | lzma.PRESET_EXTREME))
    print(f"{len(text)} characters, {n_drawn} of them drawn from {FACE}, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])
