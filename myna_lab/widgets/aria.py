"""Roles that widgets cannot carry: what is spoken when it changes, and named regions; and who has the arrow keys.

A screen reader speaks what changes inside a region that was on the page before; a widget's own HTML is replaced whole,
and the region with it. So the HTML names the widget's element, which stays, by one attribute of a picture that nobody
sees. Where scripts are forbidden the page is the same, and silent. :data:`OWN_KEYS` is all the script besides.
"""

from __future__ import annotations

from html import escape

__all__ = ["OWN_KEYS", "named_scales", "region", "spoken"]

OWN_KEYS = "onkeydown=\"event.key.startsWith('Arrow')&amp;&amp;event.stopPropagation()\""
"""For an element around radio buttons: arrow keys choose there, and do not move JupyterLab from cell to cell."""
_DOT = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
_SET = "Object.entries({}).forEach(a=>this.parentNode?.parentNode?.setAttribute(...a))"


def spoken(label: str, page: str) -> str:
    """A page that is spoken whenever it changes.

    Args:
        label: the region's name, plain text.
        page: HTML.
    """
    return _named({"role": "status", "aria-live": "polite", "aria-atomic": "true", "aria-label": label}) + page


def region(label: str, page: str) -> str:
    """A page with a name, for those who jump from region to region; arguments as for :func:`spoken`."""
    return _named({"role": "region", "aria-label": label}) + page


def named_scales(label: str) -> str:
    """Give the scales of this view their name, which a slider's handle lacks.

    They are drawn later, and on a full page late: it looks for them until they are there or this HTML was replaced.

    Args:
        label: plain text.
    """
    name = f"all.forEach(handle=>handle.setAttribute('aria-label','{_quoted(label)}'))"
    script = (
        "let alone=0;const timer=setInterval(()=>{const view=this.closest('.mnc-view'),"
        f"all=view?[...view.querySelectorAll('.noUi-handle')]:[];{name};"
        "if(all.length||!view&&++alone>50)clearInterval(timer)},200)"
    )
    return f'<img class="mnc-unseen" alt="" src="{_DOT}" onload="{escape(script)}">'


def _named(attributes: dict[str, str]) -> str:
    pairs = ",".join(f"'{name}':'{_quoted(value)}'" for name, value in attributes.items())
    return f'<img class="mnc-unseen" alt="" src="{_DOT}" onload="{escape(_SET.format("{" + pairs + "}"))}">'


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "\\'")
