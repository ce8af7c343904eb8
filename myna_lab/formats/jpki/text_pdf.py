"""A PDF of one page, made the same from the same text: something to sign.

Needs the extra ``workbench``. Source: ISO 32000-1.
"""

from __future__ import annotations

import hashlib
from io import BytesIO
from typing import Any

from myna_lab.errors import MisuseError
from myna_lab.ground.extras import part_of_workbench

__all__ = ["fixed", "need_pyhanko", "text_pdf"]


def need_pyhanko() -> None:
    """PyHanko is there.

    Raises:
        MisuseError: it is not.
    """
    with part_of_workbench("a signed document"):
        import pyhanko.sign  # noqa: F401


def text_pdf(text: str) -> bytes:
    """A PDF of one page with some lines of Latin text.

    Args:
        text: printable ASCII, lines divided by line feeds.

    Raises:
        MisuseError: other letters, which would need a font in the file; or pyHanko is not installed.
    """
    need_pyhanko()
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter

    lines = text.split("\n")
    if not all(line.isascii() and (line.isprintable() or not line) for line in lines):
        raise MisuseError("the text of this PDF is printable ASCII: no font is put into the file.", code="bad_text")
    escaped = (line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)") for line in lines)
    shown = " ".join(f"({line}) Tj T*" for line in escaped)
    writer = PdfFileWriter(stream_xrefs=False)
    fixed(writer, text.encode())
    font = {"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"}
    names = generic.DictionaryObject({generic.pdf_name(k): generic.pdf_name(v) for k, v in font.items()})
    fonts = generic.DictionaryObject({generic.pdf_name("/F1"): writer.add_object(names)})
    stream = generic.StreamObject(stream_data=f"BT /F1 12 Tf 16 TL 72 760 Td {shown} ET".encode("ascii"))
    resources = generic.DictionaryObject({generic.pdf_name("/Font"): fonts})
    page = PageObject(
        contents=writer.add_object(stream),
        media_box=generic.ArrayObject(map(generic.NumberObject, (0, 0, 595, 842))),
        resources=resources,
    )
    writer.insert_page(page)
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


def fixed(writer: Any, seed: bytes) -> None:
    """Identifiers by content instead of by chance (ISO 32000-1 14.4: only that they differ), no date of today."""
    from pyhanko.pdf_utils.generic import ArrayObject, ByteStringObject

    former = writer.document_id[0] if getattr(writer, "prev", None) is not None else None
    new = ByteStringObject(hashlib.sha256(seed).digest()[:16])
    writer._document_id = ArrayObject([new if former is None else former, new])
    writer._update_meta = lambda: None  # it reads the computer's clock
