"""What was simulated before: figures are a function of their arguments, so the same question costs nothing again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from typing import Generic, TypeVar

__all__ = ["Memory"]

Name = TypeVar("Name", bound=Hashable)
Value = TypeVar("Value")


class Memory(Generic[Value]):
    """The newest values by their arguments; those that were asked for longest ago are forgotten first.

    Args:
        most: how many.
    """

    def __init__(self, most: int) -> None:
        self._most, self._known = most, OrderedDict[Hashable, Value]()

    def of(
        self,
        wanted: Mapping[Name, Hashable],
        make: Callable[[list[Name]], Mapping[Name, Value]],
        whole: Callable[[Value], bool] = lambda value: True,
    ) -> dict[Name, Value]:
        """The value of each name; what is not known is made, once for equal arguments.

        Args:
            wanted: name to arguments; None: to be made anew, and not to be kept.
            make: makes the values of some names.
            whole: whether a value is to be kept; not after an interrupt.
        """
        kept = {arguments: self._known[arguments] for arguments in wanted.values() if arguments in self._known}
        missing = {arguments: name for name, arguments in wanted.items() if arguments not in kept}
        anew = [name for name, arguments in wanted.items() if arguments is None]
        missing.pop(None, None)
        made = make([*missing.values(), *anew]) if missing or anew else {}
        values = kept | {arguments: made[name] for arguments, name in missing.items()}
        for arguments, value in values.items():
            if whole(value):
                self._known[arguments] = value
                self._known.move_to_end(arguments)
        while len(self._known) > self._most:
            self._known.popitem(last=False)
        return {name: made[name] if arguments is None else values[arguments] for name, arguments in wanted.items()}
