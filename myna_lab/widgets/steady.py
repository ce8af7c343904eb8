"""A layout and styles that are never changed: all pieces of all views share them, so a page has few models to carry."""

from __future__ import annotations

import functools
from typing import Any

import ipywidgets as ipw

__all__ = ["show_if", "steady"]


@functools.cache
def steady(kind: str = "") -> dict[str, Any]:
    """What a widget is made with.

    Args:
        kind: of the widget whose style is shared, too: ``Button`` or ``HTML``; empty: it has none.
    """
    if not kind:
        return {"layout": ipw.Layout()}
    return {**steady(), "style": getattr(ipw, kind)(**steady()).style}


def show_if(widget: Any, shown: bool) -> None:
    """Show or hide; what is hidden takes no room and no place in the Tab order, and has a layout of its own."""
    if widget.layout is steady()["layout"]:
        if shown:
            return
        widget.layout = ipw.Layout()
    widget.layout.display = None if shown else "none"
