"""The hub's pages as a class sees them, in both languages; whatever is not here is the hub's own."""

from __future__ import annotations

from pathlib import Path

from myna_lab.texts import text

__all__ = ["FOLDER", "words"]

FOLDER = Path(__file__).parent
"""Of the templates; each extends the hub's own, and runs its scripts."""
FIELDS = (
    *("title", "name", "username_hint", "code", "code_hint", "word", "word_hint", "page", "enter"),
    *("theme", "leave", "starting", "progress", "stopped", "failed", "start"),
    *("stopping", "ended", "error", "not_here", "not_allowed", "back"),
)


def words() -> dict[str, dict[str, str]]:
    """What the templates say, by name and language."""
    return {field: {language: text(f"class.{field}", language) for language in ("ja", "en")} for field in FIELDS}
