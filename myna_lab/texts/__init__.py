"""Every sentence shown to people, Japanese and English side by side.

    text("screen.HOME.title", "ja") -> the sentence of screens.toml, [HOME.title]

A file holds one kind of sentence; a key is the file's singular name, then the path inside. ``services.toml`` holds all
that services add, of whatever kind, by whole keys: who adds a service writes its sentences there and nowhere else. Each
sentence has ``ja`` and ``en``, and may name values in braces; ``{n:try|tries}`` counts: "1 try", "2 tries".
"""

from __future__ import annotations

import functools
import tomllib
from importlib import resources
from typing import Any

from myna_lab.errors import MisuseError
from myna_lab.ground.arguments import one_of

__all__ = ["LANGUAGES", "both", "counted", "keys", "text"]

LANGUAGES = ("ja", "en")
_FILES = {
    "class": "classroom",
    "code": "codes",
    "event": "events",
    "exchange": "exchanges",
    "exercise": "exercises",
    "explanation": "explanations",
    "field": "fields",
    "handout": "handout",
    "mission": "missions",
    "nation": "nation",
    "notice": "notices",
    "player": "player",
    "reason": "reasons",
    "screen": "screens",
    "shop": "shop",
    "slip": "slips",
    "story": "stories",
    "study": "study",
    "tap": "taps",
    "word": "words",
}
"""Kind of sentence to its file."""


@functools.cache
def _file(name: str) -> dict[str, Any]:
    source = resources.files(__name__).joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(source)


@functools.cache
def _tree(kind: str) -> dict[str, Any]:
    """The sentences of a kind: those of services, then those of its own file."""
    return _joined(_file("services").get(kind, {}), _file(_FILES[kind]))


def _joined(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    if set(one) == set(LANGUAGES) or set(other) == set(LANGUAGES):
        raise MisuseError(f"one key has two sentences: {one.get('en')!r} and {other.get('en')!r}.", code="two_texts")
    return one | other | {name: _joined(one[name], other[name]) for name in one if name in other}


@functools.cache
def both(key: str) -> dict[str, str]:
    """The sentence in both languages; empty if there is none."""
    kind, _, path = key.partition(".")
    found: Any = _tree(kind) if kind in _FILES else {}
    for step in path.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    return found if isinstance(found, dict) and set(found) == set(LANGUAGES) else {}


def text(key: str, language: str = "en", /, **values: object) -> str:
    """A sentence.

    Args:
        key: such as ``notice.wrong_signing``.
        language: ``ja`` or ``en``.
        values: for the names in braces; a value with a method ``in_language`` is said in the sentence's language.

    Returns:
        The sentence.

    Raises:
        MisuseError: no such sentence or language, or a value is missing.
    """
    one_of("a language", language, LANGUAGES, code="unknown_language")
    sentence = both(key)
    if not sentence:
        raise MisuseError(f"there is no sentence {key!r}.", code="unknown_text")
    try:
        return sentence[language].format(**{name: _said(value, language) for name, value in values.items()})
    except KeyError as error:
        raise MisuseError(f"sentence {key!r} needs the value {error}.", code="missing_value") from error


def counted(n: float, one: str, many: str) -> str:
    """A number of things in English: "1 try", "2 tries", "1.5 minutes"."""
    return f"{n:g} {many}" if isinstance(n, float) and n != 1 else f"{int(n)} {one if n == 1 else many}"


class _Number:
    """A number in a sentence, with its noun in singular or plural if the sentence gives one."""

    def __init__(self, value: float) -> None:
        self.value = value

    def __format__(self, form: str) -> str:
        one, bar, many = form.partition("|")
        if bar:
            return counted(self.value, one, many)
        return format(self.value, form or ("g" if isinstance(self.value, float) else ""))


def _said(value: object, language: str) -> object:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _Number(value)
    said = getattr(value, "in_language", None)
    return value if said is None else said(language)


def keys(kind: str) -> tuple[str, ...]:
    """All keys of a kind, such as ``screen``, in the order of the files."""
    found: list[str] = []

    def walk(node: dict[str, Any], path: str) -> None:
        if set(node) == set(LANGUAGES):
            found.append(path)
            return
        for name, child in node.items():
            walk(child, f"{path}.{name}")

    walk(_tree(kind), kind)
    return tuple(found)
