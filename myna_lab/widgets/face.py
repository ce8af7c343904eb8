"""Pieces of which a phone's screens are made: status bar, heading, portrait, the pass in Wallet."""

from __future__ import annotations

import base64
import functools
import io
from datetime import datetime
from html import escape

from myna_lab.devices.phone import Pass
from myna_lab.ground.durations import JST, show
from myna_lab.texts.speech import Speech

__all__ = ["card_in_wallet", "heading", "portrait", "status_bar"]

_SHOWN = (240, 300)
"""Pixels: the largest place, on a screen with two pixels for a point."""


def status_bar(online: bool, speech: Speech, now: datetime) -> str:
    """The phone's clock and network, and that all of it is simulated."""
    network = "5G" if online else escape(speech.line("word.is_offline"))
    mock = escape(speech.line("word.simulated"))
    return f'<div class="mnc-status"><span>{now.astimezone(JST):%H:%M}</span><span>{mock} ▪ {network}</span></div>'


def heading(title: str) -> str:
    """A screen's title; ``title`` is HTML."""
    return f'<div class="mnc-title" role="heading" aria-level="3">{title}</div>'


@functools.lru_cache(maxsize=32)
def portrait(jpeg2000: bytes) -> str:
    """A portrait as a data URI that browsers can show: PNG instead of JPEG 2000, no larger than it is shown."""
    from PIL import Image

    png = io.BytesIO()
    with Image.open(io.BytesIO(jpeg2000)) as picture:
        picture.thumbnail(_SHOWN)
        picture.save(png, "PNG")
    return "data:image/png;base64," + base64.b64encode(png.getvalue()).decode("ascii")


def card_in_wallet(item: Pass, state: str, speech: Speech, *, dead: bool = False) -> str:
    """The pass: portrait, name, when it was added, its state as a badge; pale if it cannot be used any more."""
    return (
        f'<div class="mnc-pass{" mnc-dead" if dead else ""}">'
        f'<div class="mnc-pass-head"><b>{speech.html("word.pass_title")}</b><em>TEST</em></div>'
        f'<div class="mnc-pass-body"><img alt="" src="{portrait(item.portrait)}"><div>'
        f'<strong lang="ja">{escape(item.holder)}</strong>'
        f"<small>{speech.html('word.added_at', at=show(item.added_at)[:16])}</small>{state}</div></div></div>"
    )
