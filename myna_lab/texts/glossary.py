"""The words of the field: ``glossary.toml`` as data, as a page, as the sentence at a word of a view.

explain("OCSP") -> its entry        explained_word("ocsp", "ja") -> a word on a page that can be opened
"""

from __future__ import annotations

import functools
import tomllib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from importlib import resources
from typing import Any, overload

from myna_lab.errors import MisuseError
from myna_lab.ground.arguments import nearest
from myna_lab.texts import LANGUAGES
from myna_lab.texts.session import languages, one

__all__ = ["Entry", "Glossary", "Group", "explain", "explained_word", "glossary", "page_of_words"]

_OPENED = '<details class="mnc-word"><summary>{word}</summary>{told}</details>'
_PAGE = """\
# Glossary · 用語集

Made from `myna_lab/texts/glossary.toml`; in a notebook `explain("OCSP")` shows an entry. What is known of card, phones
and certificates, with its sources, is in [docs/facts](facts/README.md). · 事実と出典は[docs/facts](facts/README.md)に
あります。ノートブックでは `explain("OCSP")` でも見られます。
"""


@dataclass(frozen=True, slots=True, repr=False)
class Entry:
    """A word of the field."""

    name: str
    """Its key in the file, such as ``ocsp``."""
    word: dict[str, str]
    """What people say, by language."""
    told: dict[str, str]
    """What it is, by language."""
    also: tuple[str, ...] = ()
    """Other names, those of the code included."""

    def in_language(self, language: str) -> str:
        """Word and explanation in ``ja`` or ``en``."""
        return f"{self.word[language]}{'：' if language == 'ja' else ': '}{self.told[language]}"

    def names(self) -> Iterator[str]:
        """Everything by which it can be asked for."""
        yield from (self.name, *self.word.values(), *self.also)

    def __str__(self) -> str:
        return "\n".join(map(self.in_language, languages()))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        lines = (f'<span lang="{each}" style="display: block"><b>{escape(self.word[each])}</b> '
                 f"{escape(self.told[each])}</span>" for each in languages())  # fmt: skip
        return f"<p>{''.join(lines)}</p>"


@dataclass(frozen=True, slots=True)
class Group:
    """Words that belong together."""

    name: str
    title: dict[str, str]
    entries: tuple[Entry, ...]


@functools.cache
def glossary() -> tuple[Group, ...]:
    """All groups in the order of the file; the first is told before it is used."""
    source: dict[str, Any] = tomllib.loads(resources.files(__package__).joinpath("glossary.toml").read_text("utf-8"))
    return tuple(
        Group(name, rows.pop("title"), tuple(
            Entry(entry, row["word"], row["told"], tuple(row.get("also", ()))) for entry, row in rows.items()
        ))
        for name, rows in source.items()
    )  # fmt: skip


@functools.cache
def _by_name() -> dict[str, Entry]:
    found: dict[str, Entry] = {}
    for group in glossary():
        for entry in group.entries:
            for name in entry.names():
                found.setdefault(_plain(name), entry)
    return found


def _plain(name: str) -> str:
    """Case, width, spaces and hyphens do not count."""
    return unicodedata.normalize("NFKC", name).casefold().replace("-", "").replace("_", "").replace(" ", "")


class Glossary:
    """What ``explain()`` shows: the first words told, the others folded away, one group below the other."""

    def __repr__(self) -> str:
        return "\n\n".join(
            "\n".join([f"== {' · '.join(group.title[each] for each in languages())}", *map(str, group.entries)])
            for group in glossary()
        )

    def _repr_html_(self) -> str:
        first, *others = glossary()
        folded = (
            f"<details><summary><b>{_both_titles(group)}</b></summary>{_told(group)}</details>" for group in others
        )
        return f"{_told(first)}{''.join(folded)}"


def _both_titles(group: Group) -> str:
    titles = (f'<span lang="{each}">{escape(group.title[each])}</span>' for each in languages())
    return '<span class="mnc-between"> · </span>'.join(titles)


def _told(group: Group) -> str:
    return "".join(entry._repr_html_() for entry in group.entries)


@overload
def explain() -> Glossary: ...
@overload
def explain(word: str) -> Entry: ...
def explain(word: str | None = None) -> Entry | Glossary:
    """What a word of the field means, in the language of the session.

    Args:
        word: in either language, or a name of the code: ``"OCSP"``, ``"失効リスト"``, ``"input_aid_pin"``; None: all.

    Raises:
        MisuseError: the glossary has no such word; the message names near ones.
    """
    if word is None:
        return Glossary()
    if not isinstance(word, str):
        raise MisuseError(
            'explain() takes a word, such as explain("OCSP"); a verdict or a set-up is explained by lab.explain().',
            code="unknown_word",
        )
    found = _by_name().get(_plain(word))
    if found is None:
        known = sorted({name for group in glossary() for entry in group.entries for name in entry.names()})
        raise MisuseError(
            f"the glossary has no word {word!r}.{nearest(word, known)} All of them: docs/glossary.md.",
            code="unknown_word",
        )
    return found


def explained_word(name: str, language: str = "", *, said: str = "") -> str:
    """A word on a page that opens to its explanation: by mouse, by touch, and by Enter or Space.

    Args:
        name: as for :func:`explain`.
        language: ``ja``, ``en`` or ``both``; empty: the session's, English where both are spoken.
        said: what stands there to be opened, HTML; empty: the word itself.

    Returns:
        A ``<details>`` element of class ``mnc-word``, escaped, which needs no script.
    """
    entry, spoken = explain(name), LANGUAGES if language == "both" else (one(language),)
    word = " · ".join(f'<span lang="{each}">{escape(entry.word[each])}</span>' for each in spoken)
    told = "<br>".join(f'<span lang="{each}">{escape(entry.told[each])}</span>' for each in spoken)
    return _OPENED.format(word=said or word, told=told)


def page_of_words() -> str:
    """The glossary as Markdown: docs/glossary.md."""
    parts = [_PAGE]
    for group in glossary():
        parts.append(f"## {group.title['en']} · {group.title['ja']}\n")
        for entry in group.entries:
            codes = ", ".join(f"`{name}`" for name in entry.also if "_" in name or name in ("sw", "mdoc"))
            parts.append(f'<a id="{entry.name}"></a>\n')
            parts.append(f"**{entry.word['ja']} · {entry.word['en']}**{f' ({codes})' if codes else ''}\n")
            parts += [f"{entry.told[language]}\n" for language in LANGUAGES]
    return "\n".join(parts)


if __name__ == "__main__":
    print(page_of_words(), end="")
