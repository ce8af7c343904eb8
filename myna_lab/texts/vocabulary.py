"""What a word of a table means in Japanese: names of columns, codes, states, files of a chip.

Tables speak English and codes whatever language is chosen, so that code which selects by them goes on; a notebook shows
the Japanese beside them (``widgets.whole_tables``).
"""

from __future__ import annotations

import functools
import re
import tomllib
from importlib import resources

from myna_lab.texts import both, keys

__all__ = ["in_japanese", "is_code"]

_BY_NAME = (
    "code.",
    "word.kind.",
    "word.service.",
    "word.knower.",
    "word.belief.",
    "word.checked.",
    "study.figure.",
    "field.",
)
"""Sentences whose key's last step stands in tables."""
_BY_SENTENCE = ("exchange.", "word.errand.", "word.element.", "code.")
"""Sentences that stand in tables in English."""
_KINDS = {"sign": "署名用", "auth": "利用者証明用"}


def is_code(word: str) -> bool:
    """Whether a word is a name that code uses, and so stays in every language."""
    return re.fullmatch(r"[a-z][a-z0-9_]*", word) is not None


@functools.cache
def in_japanese(word: str, *, heading: bool = False) -> str:
    """A word of a table in Japanese; empty if it has none (identifiers, numbers, dates), or is the same.

    Args:
        word: what stands in the table.
        heading: whether it names a column or a row.
    """
    known = _known(heading)
    if word in known:
        return known[word]
    if found := re.fullmatch(r"after (\w+(?: or \w+)*)", word):
        return f"{found[1].replace(' or ', 'か')}の照合のあと"
    if found := re.fullmatch(r"(sign|auth) authority (\d+)", word):
        return f"{_KINDS[found[1]]}の認証局 {found[2]}"
    if (found := re.fullmatch(r"(\w+) of (\S+), ([0-9A-F]{8})", word)) and found[1] in known:
        return f"{known[found[1]]}（{found[2]}、{found[3]}）"
    parts = word.split(", ")
    return "、".join(known[part] for part in parts) if len(parts) > 1 and all(part in known for part in parts) else ""


@functools.cache
def _known(heading: bool) -> dict[str, str]:
    """Every word, the first meaning first; names of columns only where they head one."""
    own = tomllib.loads(resources.files(__package__).joinpath("tables.toml").read_text(encoding="utf-8"))
    found: dict[str, str] = (own["column"] if heading else {}) | own["value"]
    for key in keys("word"):
        if key.startswith("word.state_of."):
            name = key.rpartition(".")[2].lower()
            found |= dict.fromkeys((name, name.replace("_", " ")), both(key)["ja"])
    for prefixes, by_name in ((_BY_NAME, True), (_BY_SENTENCE, False)):
        for prefix in prefixes:
            for key in keys(prefix.partition(".")[0]):
                if key.startswith(prefix):
                    sentence = both(key)
                    found.setdefault(key.removeprefix(prefix) if by_name else sentence["en"], sentence["ja"])
    return {word: japanese for word, japanese in found.items() if japanese != word and "{" not in japanese}
