"""``check`` says whether an answer is right, and gives a hint if it is not.

A wrong or missing answer raises no error, so a notebook always runs to its end.

    answer -> its one plain form -> digest -> compared with the seal's
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache
from hashlib import sha256
from math import isclose

from myna_lab.exercises import tries
from myna_lab.texts import both, keys, text
from myna_lab.texts.session import languages

__all__ = ["ask_by", "check", "sealed"]

_SEAL = re.compile(r"sealed:(\w+):([0-9a-f]{8})")
_CLOCK = r"([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?"
_FORMS: Mapping[str, str] = {
    "number": r"-?\d+(\.\d+)?",
    "time": _CLOCK,
    "date": r"\d{4}-\d\d-\d\d",
    "instant": rf"\d{{4}}-\d\d-\d\d{_CLOCK}",
    "hexadecimal": r"([0-9A-F]{2})+",
    "word": r"[A-Z]+",
    "set": r"\w+(,\w+)+",
}
"""Form of an answer to what it looks like when plain; ``texts`` says it to a learner who wrote another form."""
_SAME = {"はい": "YES", "いいえ": "NO", "TRUE": "YES", "FALSE": "NO", "カード": "CARD", "スマホ": "PHONE"}
_SAME |= {"確認済み": "CONFIRMED", "報道": "REPORTED", "導出": "DERIVED", "仮定": "ASSUMED"}
_WRITTEN = (
    ("date instant", r"(?<=\d)[年月/.](?=\d)", "-"),
    ("date instant", r"日", " "),
    ("date instant", r"-(?=\d(?!\d))", "-0"),
    ("date", r"(?<=\d)[T ]00:00.*", ""),
    ("time instant", r"時(?=\d)|分(?=\d)", ":"),
    ("time instant", r"時", ":00"),
    ("time instant", r"[分秒]", ""),
    ("time instant", r"(?<=\d{4}-\d\d-\d\d)T", " "),
    ("time instant", r"(?<=:\d\d)[+-]\d\d:\d\d$", ""),
    ("time instant", r"(?<![\d:])(?=\d:\d)", "0"),
    ("time instant", r":(?=\d(?!\d))", ":0"),
    ("time instant", r"(?<!\d)(\d\d:\d\d):00$", r"\1"),
    ("number", r"(?<=\d)\s*[^\W\d]+$", ""),
    ("hexadecimal set", r"^(?i:SW\W*)?(0[xX])?", ""),
    ("hexadecimal set", r"^(?=[0-9a-fA-F]{2}$)", "00"),
    ("word", r"[\W_]", ""),
)
"""Forms, what may be written in two ways in them, and the one that counts: separators, units, leading zeros."""

_ask: Callable[[str, Callable[[object], None]], None] | None = None
"""Shows a field for an exercise without an answer; None: a cell is edited."""


def ask_by(show: Callable[[str, Callable[[object], None]], None]) -> None:
    """From now on an exercise without an answer asks for it, where a page has no cells to edit.

    Args:
        show: gets the exercise's name and what judges an answer, and shows a field.
    """
    global _ask
    _ask = show


def check(name: str, answer: object, expected: object, *, hint: str, hint_ja: str) -> None:
    """Print whether an answer is right, and keep that it was tried: not the answer, only whether it was right.

    Args:
        name: of the exercise: ``"1"``.
        answer: the learner's; ``...`` or None: not answered yet. Numbers count by their value, whether they are
            Python's or NumPy's, whole or not; a column or an array counts as the list of what is in it.
        expected: the right value; what :func:`sealed` made of it; or a function that says whether an answer is right
            (an answer at which it fails is wrong).
        hint: English, shown for a wrong answer.
        hint_ja: the same in Japanese.

    Example:
        >>> check("1", 3, 3, hint="count again", hint_ja="数え直しましょう")
        1: OK 正解
    """
    if answer is ... or answer is None:
        if _ask is not None:
            return _ask(name, lambda given: check(name, given, expected, hint=hint, hint_ja=hint_ja))
        print(f"{name}: {_said('unanswered')}")
        return
    right = _is_right(name, answer, expected)
    if right:
        print(f"{name}: {' '.join(text('exercise.right', language) for language in reversed(languages()))}")
    else:
        lines = [f"{name}: {_said('again')}"]
        if form := _form_asked(answer, expected):
            lines += [f"  {text(form, language)}" for language in languages()]
        hints = {"ja": hint_ja, "en": hint}
        lines += [f"  {text('exercise.hint', language, hint=hints[language])}" for language in languages()]
        print("\n".join(lines))
    tries.keep(tries.mark(name, expected, hint), right)


def sealed(name: str, answer: object) -> str:
    """A right answer in a form that cannot be read off the page.

    Args:
        name: of the exercise, so that equal answers of two exercises look different.
        answer: text (case, width, spaces and the like do not count), a number, or a set of texts.
    """
    form = _form_of(answer)
    return f"sealed:{form}:{_digest(name, _plain(answer, form))}"


def _digest(name: str, plain: str) -> str:
    return sha256(f"{name}|{plain}".encode()).hexdigest()[:8]


def _form_of(answer: object) -> str:
    if isinstance(answer, set | frozenset):
        return "set"
    if not isinstance(answer, str):
        return "number"
    forms = ("time", "instant", "date", "hexadecimal")
    return next((form for form in forms if re.fullmatch(_FORMS[form], _plain(answer, form))), "word")


def _plain(answer: object, form: str) -> str:
    """An answer in the one way of writing that counts, whatever type it has."""
    if form == "set":
        several = answer if isinstance(answer, set | frozenset | list | tuple) else str(answer).split(",")
        return ",".join(sorted({_plain_text(each, form) for each in several}))
    if isinstance(answer, bytes | bytearray):
        return answer.hex().upper()
    if isinstance(answer, float) and answer.is_integer():
        answer = int(answer)
    return _plain_text(answer, form)


def _plain_text(answer: object, form: str) -> str:
    text = unicodedata.normalize("NFKC", str(answer)).strip()
    for forms, pattern, instead in _WRITTEN:
        if form in forms.split():
            text = re.sub(pattern, instead, text)
    text = re.sub(r"\s", "", text).upper()
    return {**_of_codes(), **_SAME}.get(text, text) if form == "word" else text


@cache
def _of_codes() -> dict[str, str]:
    """What a code is called in either language, and beside its name, to the code: a learner answers what was shown."""
    found = {}
    for key in keys("code"):
        code, meaning = key.partition(".")[2], both(key)
        for shown in (*meaning.values(), f"{meaning['ja']}（{code}）"):
            found[re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", shown)).upper()] = code.replace("_", "").upper()
    return found


def _spellings(answer: object, form: str) -> list[object]:
    """An answer, and as what else it may be meant: 0x6982 is a number to Python, and has lost its leading zeros."""
    if form == "hexadecimal" and isinstance(answer, int):
        return [answer, f"{answer:04X}", f"00{answer:X}"]
    if form == "set" and isinstance(answer, set | list | tuple) and all(isinstance(each, int) for each in answer):
        return [answer, {f"{each:04X}" for each in answer}]
    return [answer]


def _is_right(name: str, answer: object, expected: object) -> bool:
    if isinstance(expected, str) and (seal := _SEAL.fullmatch(expected)):
        form, digest = seal.groups()
        return digest in [_digest(name, _plain(each, form)) for each in _spellings(_unwrapped(answer), form)]
    if callable(expected):
        return _agrees(expected, answer)
    if isinstance(expected, str):
        return _plain(answer, "") == _plain(expected, "")
    return _agrees(lambda given: _equal(_unwrapped(given), _unwrapped(expected)), answer)


def _form_asked(answer: object, expected: object) -> str:
    """Key of the words about the form, if the answer has another one than the seal's."""
    seal = _SEAL.fullmatch(expected) if isinstance(expected, str) else None
    if seal is None:
        return ""
    if re.fullmatch(_FORMS[seal[1]], _plain(_unwrapped(answer), seal[1])):
        return ""
    return f"exercise.form.{seal[1]}"


def _said(key: str) -> str:
    return " · ".join(text(f"exercise.{key}", language) for language in languages())


def _unwrapped(value: object) -> object:
    """NumPy's and pandas' numbers, arrays and columns as Python's numbers and lists."""
    return value.tolist() if hasattr(value, "tolist") else value


def _equal(answer: object, expected: object) -> bool:
    if isinstance(answer, bool) is not isinstance(expected, bool):
        return False
    if isinstance(answer, int | float) and isinstance(expected, int | float):
        return answer == expected or isclose(answer, expected)
    return bool(answer == expected)


def _agrees(expected: Callable[[object], object], answer: object) -> bool:
    try:
        return bool(expected(answer))
    except Exception:  # an answer of another kind: wrong, and no traceback for it
        return False
