"""The phone's screen as HTML: status bar, progress, sentences, and the picture that belongs to the screen."""

from __future__ import annotations

import base64
import functools
import io
from collections.abc import Callable
from datetime import datetime
from html import escape

from myna_lab import events as ev
from myna_lab.devices.phone import Pass
from myna_lab.ground.durations import JST, show
from myna_lab.jlis.books import newest
from myna_lab.lab.handles import PhoneHandle
from myna_lab.provisioning import NUMBERS, Flow, Screen
from myna_lab.texts.speech import Speech
from myna_lab.widgets.panels import badge

__all__ = ["card_in_wallet", "head", "page", "portrait", "status_bar"]

S = Screen


def head(flow: Flow, speech: Speech, now: datetime) -> str:
    """Status bar, the app's name, and how far the set-up is."""
    last = max(NUMBERS[flow.phone.platform].values())
    number = last if flow.number is None else flow.number
    key = "word.the_end" if flow.number is None else "word.screen_of"
    values = {"number": number, "last": last}
    return (
        f"{status_bar(flow.phone.online, speech, now)}"
        f'<div class="mnc-app"><div>{speech.stacked(flow.app)}</div>'
        f'<div class="mnc-place">{speech.html(key, **values)}</div></div>'
        f'<div class="mnc-bar" role="progressbar" aria-valuemin="0" aria-valuemax="{last}" aria-valuenow="{number}"'
        f' aria-label="{escape(speech.line(key, **values))}"><i style="width:{100 * number // last}%"></i></div>'
    )


def status_bar(online: bool, speech: Speech, now: datetime) -> str:
    """The phone's clock and network."""
    network = "5G" if online else escape(speech.line("word.is_offline"))
    return f'<div class="mnc-status"><span>{now.astimezone(JST):%H:%M}</span><span>TEST ▪ {network}</span></div>'


def page(flow: Flow, speech: Speech, phone: PhoneHandle) -> str:
    """Title, sentences and picture of the screen that is shown."""
    picture = _PICTURES.get(flow.screen)
    return (
        f'<div class="mnc-title" role="heading" aria-level="3">{speech.stacked(flow.title)}</div>'
        f'<div class="mnc-text">{speech.stacked(flow.body)}</div>'
        f"{picture(flow, speech, phone) if picture else ''}"
    )


@functools.lru_cache(maxsize=32)
def portrait(jpeg2000: bytes) -> str:
    """A portrait as a data URI that browsers can show: PNG instead of JPEG 2000."""
    from PIL import Image

    png = io.BytesIO()
    with Image.open(io.BytesIO(jpeg2000)) as picture:
        picture.save(png, "PNG")
    return "data:image/png;base64," + base64.b64encode(png.getvalue()).decode("ascii")


# ----------------------------------------------------------------------------------------------------------- pictures


def _sign(colour: str, sign: str) -> Callable[[Flow, Speech, PhoneHandle], str]:
    """An end that has nothing else to show."""
    return lambda flow, speech, phone: f'<div class="mnc-end mnc-{colour}" aria-hidden="true">{sign}</div>'


def _card(flow: Flow, speech: Speech, phone: PhoneHandle, waves: str = "") -> str:
    holder = phone.holder
    return (
        f'<div class="mnc-card" aria-hidden="true"><b>TEST {escape(speech.line("word.mock_card"))}</b>'
        f'<i class="mnc-chip"></i>'
        f"<span>{escape(holder.name)}</span>{waves}</div>"
    )


def _reading(flow: Flow, speech: Speech, phone: PhoneHandle) -> str:
    return _card(flow, speech, phone, '<i class="mnc-waves"></i>')


def _frame(flow: Flow, speech: Speech, phone: PhoneHandle) -> str:
    return '<div class="mnc-face" aria-hidden="true"><i class="mnc-somebody"></i></div>'


def _captured(flow: Flow, speech: Speech, phone: PhoneHandle) -> str:
    """The face that the app holds now: the holder's, or somebody else's."""
    captured = [entry.event for entry in phone.world.log.about(flow.flow) if isinstance(entry.event, ev.FaceCaptured)]
    if captured[-1].whose == "other":
        return '<div class="mnc-face mnc-taken" aria-hidden="true"><i class="mnc-somebody"></i></div>'
    alternative = escape(speech.line("word.captured"))
    return f'<div class="mnc-face mnc-taken"><img alt="{alternative}" src="{portrait(phone.holder.portrait)}"></div>'


def _read(flow: Flow, speech: Speech, phone: PhoneHandle) -> str:
    """What the last reading brought, as its event says."""
    events = (entry.event for entry in reversed(phone.world.log.about(flow.flow)))
    files = next((event.files for event in events if isinstance(event, ev.CardRead)), ())
    rows = [*(f"word.file.{name}" for name in files), "word.signed_by_card", "word.face_matches"]
    lines = "".join(f'<li><span>{speech.html(row)}</span><b class="mnc-good">✓</b></li>' for row in rows)
    return f'<ul class="mnc-list">{lines}</ul>'


def _wallet(flow: Flow, speech: Speech, phone: PhoneHandle) -> str:
    """The pass in Wallet; on an Android that shows no face of the card, the two certificates."""
    row = newest((r for r in phone.world.books.of_person(phone.person) if r.device == phone.phone), "phone_auth")
    state = "" if row is None else badge(row.state, speech)
    if phone.wallet:
        return "".join(card_in_wallet(item, state, speech) for item in phone.wallet)
    kinds = "".join(f"<li><span>{speech.html(f'word.kind.{kind}')}</span>{state}</li>" for kind in _ON_ANDROID)
    return f'<ul class="mnc-list">{kinds}</ul>'


_ON_ANDROID = ("phone_sign", "phone_auth")


def card_in_wallet(item: Pass, state: str, speech: Speech, *, dead: bool = False) -> str:
    """The pass: portrait, name, when it was added, its state as a badge; pale if it cannot be used any more."""
    return (
        f'<div class="mnc-pass{" mnc-dead" if dead else ""}">'
        f'<div class="mnc-pass-head"><b>{speech.html("word.pass_title")}</b><em>TEST</em></div>'
        f'<div class="mnc-pass-body"><img alt="" src="{portrait(item.portrait)}"><div>'
        f'<strong lang="ja">{escape(item.holder)}</strong>'
        f"<small>{speech.html('word.added_at', at=show(item.added_at)[:16])}</small>{state}</div></div></div>"
    )


_PICTURES: dict[Screen, Callable[[Flow, Speech, PhoneHandle], str]] = {
    S.HOME: _card,
    S.CARD_AT_HAND: _card,
    S.READY_TO_CAPTURE: _frame,
    S.CAPTURE: _frame,
    S.CAPTURE_DONE: _captured,
    S.READ: _reading,
    S.READ_AGAIN: _reading,
    S.READING_DONE: _read,
    S.WALLET_DONE: _wallet,
    S.DONE: _wallet,
    S.CLOSED: _sign("wait", "–"),
    S.PIN_BLOCKED: _sign("bad", "✕"),
    S.REFUSED: _sign("bad", "✕"),
    S.INTERRUPTED: _sign("wait", "!"),
}
"""The screens that have a picture."""
