"""Exercises in notebooks: ``check`` says whether an answer is right, and gives a hint if it is not.

A wrong or missing answer raises nothing, so a notebook runs to its end whatever stands in it.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

__all__ = ["check", "sealed"]

_SEAL = "sealed:"


def check(name: str, answer: object, expected: object, *, hint: str, hint_ja: str) -> None:
    """Print whether an answer is right.

    Args:
        name: of the exercise: ``"1"``.
        answer: the learner's; ``...`` or None: not answered yet.
        expected: the right value; what :func:`sealed` made of it; or a function that says whether an answer is right
            (an answer at which it fails is wrong).
        hint: English, shown for a wrong answer.
        hint_ja: the same in Japanese.

    Example:
        >>> check("1", 3, 3, hint="count again", hint_ja="数え直しましょう")
        1: OK 正解
    """
    if answer is ... or answer is None:
        print(f"{name}: 未回答 · not answered yet")
    elif _is_right(name, answer, expected):
        print(f"{name}: OK 正解")
    else:
        print(f"{name}: もう一度 · try again\n  ヒント：{hint_ja}\n  Hint: {hint}")


def sealed(name: str, answer: object) -> str:
    """A right answer in a form that cannot be read off the page.

    Args:
        name: of the exercise, so that equal answers of two exercises look different.
        answer: text (case and spaces do not count), a number, or a set of texts.
    """
    return _SEAL + sha256(f"{name}|{_plain(answer)}".encode()).hexdigest()[:16]


def _plain(answer: object) -> str:
    if isinstance(answer, set | frozenset):
        return ",".join(sorted(map(_plain, answer)))
    return "".join(str(answer).split()).upper()


def _is_right(name: str, answer: object, expected: object) -> bool:
    if isinstance(expected, str) and expected.startswith(_SEAL):
        return sealed(name, answer) == expected
    if callable(expected):
        return _agrees(expected, answer)
    if isinstance(expected, str):
        return _plain(answer) == _plain(expected)
    return type(answer) is type(expected) and answer == expected


def _agrees(expected: Callable[[object], object], answer: object) -> bool:
    try:
        return bool(expected(answer))
    except Exception:  # an answer of another kind: wrong, and no traceback for it
        return False
