"""What was asked before is not simulated again, and is the same; what was interrupted is not kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from myna_lab import scenarios
from myna_lab.ground.memory import Memory
from myna_lab.scenarios import workers
from myna_lab.scenarios.tallies import Tally


def made(log: list[list[str]]) -> Callable[[list[str]], dict[str, int]]:
    """A maker that writes down what it was asked for."""

    def make(names: list[str]) -> dict[str, int]:
        log.append(names)
        return {name: len(name) for name in names}

    return make


def test_equal_arguments_are_made_once() -> None:
    """Two names of one question, then the same again: one is made; None as arguments is made each time."""
    memory, log = Memory[int](2), list[list[str]]()
    assert memory.of({"a": 1, "bb": 1, "c": None}, made(log)) == {"a": 2, "bb": 2, "c": 1}
    assert memory.of({"a": 1}, made(log)) == {"a": 2}
    assert memory.of({"c": None}, made(log)) == {"c": 1}
    assert log == [["bb", "c"], ["c"]]


def test_the_oldest_question_is_forgotten() -> None:
    """Of three questions a memory of two keeps the two that were asked last; what is not whole is not kept."""
    memory, log = Memory[int](2), list[list[str]]()
    for name, arguments in (("a", 1), ("b", 2), ("a", 1), ("c", 3), ("a", 1), ("b", 2)):
        memory.of({name: arguments}, made(log))
    assert log == [["a"], ["b"], ["c"], ["b"]]
    memory.of({"d": 4}, made(log), lambda value: False)
    memory.of({"d": 4}, made(log))
    assert log[-2:] == [["d"], ["d"]]


def test_a_study_simulates_the_same_holders_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same study in another variable, its rules of today, and a changed table: no new chunk, the same tables."""
    chunks: list[Any] = []

    def counted(*args: Any) -> Tally:
        chunks.append(args)
        return original(*args)

    original = workers.chunk
    monkeypatch.setattr(workers, "chunk", counted)
    first = scenarios.nation(holders=501, days=9, seed=77, runs=2).run()
    timeline = first.timeline.copy()
    first.timeline.iloc[0, 0] = 999
    assert len(chunks) == 2
    study = scenarios.nation(holders=501, days=9, seed=77, runs=2)
    assert study.run().timeline.equals(timeline)
    study.compare({"today": {}, "the same": {"ocsp_refresh": study.parameters["ocsp_refresh"].text}})
    assert len(chunks) == 2
    study.compare({"other": {"ocsp_refresh": "1h"}})
    scenarios.nation(holders=501, days=9, seed=78, runs=2).run()
    scenarios.nation(holders=501, days=9, seed=77, runs=2, workers=1).run()
    assert len(chunks) == 8
