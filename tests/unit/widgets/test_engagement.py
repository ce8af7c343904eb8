"""The QR code of a phone that shows its record near by: a picture, and its words."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from doors import working_lab

from myna_lab.errors import MisuseError
from myna_lab.formats.mdoc.session import from_qr
from myna_lab.lab.presented import Presented
from myna_lab.texts import LANGUAGES
from myna_lab.widgets import engagement_code
from myna_lab.widgets.engagement import EngagementCode


@pytest.fixture(scope="module")
def shown() -> Presented:
    """An age, shown near by."""
    return working_lab().phones[0].present()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_picture(shown: Presented, language: str) -> None:
    """Black on white with a quiet zone, named and described; the same octets each time; nothing from elsewhere."""
    code = engagement_code(shown)
    drawn = code.svg(language)
    root = ET.fromstring(drawn)
    size = len(code.modules) + 8
    assert (root.attrib["width"], root.attrib["height"], root.attrib["role"]) == (str(4 * size), str(4 * size), "img")
    title, description = (root.find(f"{{*}}{name}") for name in ("title", "desc"))
    assert title is not None and description is not None
    assert ("QRコード" if language == "ja" else "QR code") in (title.text or "") and description.text == code.uri
    assert drawn == engagement_code(shown).svg(language) and "#fff" in drawn
    assert not re.search(r"(?:href|src|url)\s*[=(]", drawn) and "<script" not in drawn


def test_the_words(shown: Presented) -> None:
    """The twin tells the address and the key that a reader finds in it, in both languages, and no name."""
    code = engagement_code(shown)
    x = f"{from_qr(code.uri).device_key.public_numbers().x:064x}"
    for language in LANGUAGES:
        assert code.uri in code.in_language(language) and x in code.in_language(language)
    assert str(code) == repr(code) == code.in_language("en")
    page = code._repr_html_()
    assert page.count("<svg") == 1 and "cipher suite 1" in page and "暗号スイート" in page


def test_the_code_is_a_square_of_dark_and_light(shown: Presented) -> None:
    """Its three corners have the finder pattern of ISO/IEC 18004; the fourth has none."""
    rows = EngagementCode(engagement_code(shown).uri).modules
    assert {len(row) for row in rows} == {len(rows)} and len(rows) % 4 == 1
    finder = ["1111111", "1000001", "1011101", "1011101", "1011101", "1000001", "1111111"]
    corners = {
        (top, left): [row[left:][:7] for row in rows[top:][:7]]
        for top in (0, len(rows) - 7)
        for left in (0, len(rows) - 7)
    }
    assert [corner for corner, found in corners.items() if found != finder] == [(len(rows) - 7, len(rows) - 7)]


def test_what_has_no_code(shown: Presented) -> None:
    """A presentation to a page has no code, nor has anything else; another language is told."""
    with pytest.raises(MisuseError, match="one by 'web'"):
        engagement_code(working_lab().phones[0].present(way="web"))
    with pytest.raises(MisuseError, match=r"phone\.present"):
        engagement_code("mdoc:")  # type: ignore[arg-type]
    with pytest.raises(MisuseError, match="language"):
        engagement_code(shown).svg("fr")
