"""How long a notebook's text takes to read, section by section: python tools/reading_time.py [03 08 …]

Text cells alone; what cells print comes on top (docs/teaching.md says how it was counted). A lesson's plan must leave
more than this for what it asks to be read; a test holds it to that.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

__all__ = ["SPEED", "sections"]

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
SPEED = {"ja": 500, "en": 200}
"""Letters a minute without spaces, and words a minute: what is usual for a text that explains something."""


def sections(notebook: Path, language: str) -> dict[str, float]:
    """Minutes for each section by its title, in order; the first is the notebook's title.

    Args:
        notebook: the file.
        language: ``ja`` or ``en``.
    """
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    words = "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    found = {}
    for section in re.split(r"^#{1,2} ", words, flags=re.MULTILINE)[1:]:
        heading = spoken(section.partition("\n")[0], language)
        found[heading] = amount(spoken(section, language), language) / SPEED[language]
    return found


def spoken(markdown: str, language: str) -> str:
    """What is marked as being of one language."""
    both = re.findall(rf'<(div|span) lang="{language}">\s*(.*?)\s*</\1>', markdown, re.DOTALL)
    return " ".join(text for _, text in both)


def amount(text: str, language: str) -> int:
    """Letters of Japanese, words of English; where a link leads is not read."""
    read = re.sub(r"\]\([^)]*\)", "]", text)
    return len(re.sub(r"\s", "", read)) if language == "ja" else len(re.findall(r"[\w'.:-]+", read))


if __name__ == "__main__":
    for number in sys.argv[1:] or ("00", "03", "08"):
        notebook = next(FOLDER.glob(f"{number}_*.ipynb"))
        japanese, english = sections(notebook, "ja"), sections(notebook, "en")
        print(f"{notebook.name}: {sum(japanese.values()):.1f} min (ja), {sum(english.values()):.1f} min (en)")
        for (title, one), two in zip(japanese.items(), english.values(), strict=True):
            print(f"  {one:4.1f} {two:4.1f}  {title}")
