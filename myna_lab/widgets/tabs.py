"""Panels behind tabs: only the chosen one is made, and each can be reached and scrolled by keyboard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as ipw

from myna_lab.widgets.aria import region
from myna_lab.widgets.steady import steady

__all__ = ["Tabs"]


class Tabs:
    """A row of tabs.

    Args:
        names: of the panels, in order.
        chosen: called when another one is chosen.
    """

    def __init__(self, names: Sequence[str], chosen: Callable[[], None]) -> None:
        self.names = tuple(names)
        self.pages = [ipw.HTML(tabbable=True, **steady("HTML")).add_class("mnc-panel") for _ in names]
        self.widget: Any = ipw.Tab(self.pages, selected_index=0).add_class("mnc-tabs")
        self.widget.observe(lambda change: chosen(), "selected_index")

    @property
    def value(self) -> str:
        """Name of the chosen panel; may be set."""
        return self.names[self.widget.selected_index or 0]

    @value.setter
    def value(self, name: str) -> None:
        self.widget.selected_index = self.names.index(name)

    @property
    def panel(self) -> Any:
        """The widget of the chosen panel."""
        return self.pages[self.widget.selected_index or 0]

    @property
    def titles(self) -> tuple[str, ...]:
        """What stands on the tabs; may be set."""
        return tuple(self.widget.titles)

    @titles.setter
    def titles(self, titles: Sequence[str]) -> None:
        self.widget.titles = tuple(titles)

    def show(self, page: str) -> None:
        """Fill the chosen panel."""
        self.panel.value = region(self.titles[self.names.index(self.value)], page)
