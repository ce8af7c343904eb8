"""Forty ask at once, and a few start at a time, in the order of asking; who goes away blocks nobody."""

from __future__ import annotations

import asyncio

from myna_lab.cli.classroom.turns import Turns


def test_two_at_a_time_in_the_order_of_asking() -> None:
    """Five ask, two counters: who waits knows how many are before; one goes away, and the next one begins instead."""

    async def queue() -> list[str]:
        turns, doors = Turns(2), {name: asyncio.Event() for name in "abcde"}
        seen: list[str] = []

        async def ask(name: str) -> None:
            await turns.wait(name)
            seen.append(name)
            turns.end_after(there(name))

        async def there(name: str) -> None:
            await doors[name].wait()

        asked = [asyncio.create_task(ask(name)) for name in "abcde"]
        await asyncio.sleep(0.01)
        assert seen == ["a", "b"]
        assert [turns.before(name) for name in "abcde"] == [None, None, 0, 1, 2]
        asked[2].cancel()  # goes away
        doors["b"].set()
        await asyncio.sleep(0.01)
        assert seen == ["a", "b", "d"] and turns.before("e") == 0
        doors["a"].set()
        await asyncio.sleep(0.01)
        return seen

    assert asyncio.run(queue()) == ["a", "b", "d", "e"]
