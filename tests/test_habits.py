"""Habits by which a test cannot fail, or fails for another reason than its own: none of ours has them."""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from myna_lab import errors

ROOT = Path(__file__).resolve().parent.parent
CODED = (errors.MisuseError, errors.IllegalTransition, errors.Refused)


@functools.cache
def every_test() -> tuple[tuple[str, ast.FunctionDef], ...]:
    """Every test function, and where it is."""
    return tuple(_every_test())


def _every_test() -> Iterator[tuple[str, ast.FunctionDef]]:
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", node


def own(function: ast.FunctionDef) -> Iterator[ast.AST]:
    """What stands in a function itself, and not in one that is defined in it."""
    left: list[ast.AST] = list(function.body)
    while left:
        node = left.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            left.extend(ast.iter_child_nodes(node))


def leaves_early(test: ast.FunctionDef) -> bool:
    """Whether it returns before its end: for those parameters it may assert nothing."""
    return any(isinstance(node, ast.Return) and node is not test.body[-1] for node in own(test))


def hardly_fails(test: ast.FunctionDef) -> bool:
    """Whether it asserts that one thing or another holds."""
    asserted = (node.test for node in ast.walk(test) if isinstance(node, ast.Assert))
    return any(isinstance(what, ast.BoolOp) and isinstance(what.op, ast.Or) for what in asserted)


OF_MANY_CAUSES = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, CODED)}
"""Errors that say by a code or in words why: a test that asks for the kind alone takes any of them."""


def takes_any_error(test: ast.FunctionDef) -> bool:
    """Whether it expects one of our errors without asking which: no match, and nothing of what was caught is read."""
    read = {
        node.value.id for node in ast.walk(test) if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    for node in ast.walk(test):
        for item in node.items if isinstance(node, ast.With) else ():
            match item:
                case ast.withitem(ast.Call(ast.Attribute(ast.Name("pytest"), "raises"), [ast.Name(kind)], []), name):
                    if kind in OF_MANY_CAUSES and not (isinstance(name, ast.Name) and name.id in read):
                        return True
    return False


JUDGING = {"accept", "check_in", "check_licence", "log_in"}


def takes_half_a_verdict(test: ast.FunctionDef) -> bool:
    """Whether it reads a verdict's code and not whether the service accepts: ``answered`` asks for both."""
    codes = (node.value for node in ast.walk(test) if isinstance(node, ast.Attribute) and node.attr == "code")
    return any(isinstance(of, ast.Call) and getattr(of.func, "attr", "") in JUDGING for of in codes)


def reads_the_clock(test: ast.FunctionDef) -> bool:
    """Whether it asks how late it is: the machine's load is judged then; a benchmark tells it."""
    return any(
        isinstance(node, ast.Attribute) and node.attr in {"perf_counter", "process_time"} for node in ast.walk(test)
    )


def says_nothing(test: ast.FunctionDef) -> bool:
    """Whether it has no sentence on what it proves."""
    return not ast.get_docstring(test)


HABITS = (says_nothing, leaves_early, hardly_fails, takes_any_error, takes_half_a_verdict, reads_the_clock)


@pytest.mark.parametrize("habit", HABITS, ids=lambda habit: habit.__name__)
def test_no_test_has_a_bad_habit(habit: Callable[[ast.FunctionDef], bool]) -> None:
    """Every test says what it proves, and can fail."""
    found = [where for where, test in every_test() if habit(test)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("habit", "body"),
    [
        (says_nothing, "assert x"),
        (leaves_early, "if x:\n        return\n    assert y"),
        (hardly_fails, "assert x or y"),
        (takes_any_error, "with pytest.raises(MisuseError):\n        f()"),
        (takes_any_error, "with pytest.raises(TapRefused) as caught:\n        f()"),
        (takes_half_a_verdict, "assert lab.portal.log_in(phone).code == 'revoked'"),
        (reads_the_clock, "assert time.perf_counter() < 1"),
    ],
)
def test_the_bad_habits_are_found(habit: Callable[[ast.FunctionDef], bool], body: str) -> None:
    """Each finder finds an example, and finds nothing in a good test."""
    (bad,) = ast.parse(f"def test_a():\n    {body}").body
    (good,) = ast.parse(
        "def test_b():\n    'One.'\n    with pytest.raises(MisuseError, match='x'):\n        f()\n"
        "    with pytest.raises(TapRefused) as caught:\n        f()\n    assert caught.value.code == 'x'\n"
        "    def g():\n        return\n    assert answered(lab.portal.log_in(phone)) == 'revoked'"
    ).body
    assert isinstance(bad, ast.FunctionDef) and isinstance(good, ast.FunctionDef)
    assert habit(bad) and not habit(good)
