"""What a phone shows when the app is closed: the pass in Wallet, or the two certificates on Android.

A phone knows what it heard while it was online: an iPhone that has not asked since still shows a good-looking pass.
"""

from __future__ import annotations

from datetime import datetime
from html import escape

from myna_lab.analysis.who_knows import has_heard
from myna_lab.ground.durations import show
from myna_lab.jlis.books import CertificateRow, CertificateState
from myna_lab.lab.handles import IPhone, PhoneHandle
from myna_lab.texts.speech import Speech
from myna_lab.widgets.panels import badge
from myna_lab.widgets.screen import card_in_wallet, status_bar

__all__ = ["caption", "home"]

C = CertificateState


def home(phone: PhoneHandle, speech: Speech) -> str:
    """Status bar, title, what it holds and what it says about that."""
    title = "word.wallet" if phone.wallet or isinstance(phone, IPhone) else "word.certificates_here"
    return (
        f"{status_bar(phone.online, speech, phone.world.now)}"
        f'<div class="mnc-title" role="heading" aria-level="3">{speech.html(title)}</div>'
        f"{_held(phone, speech)}"
    )


def caption(phone: PhoneHandle, speech: Speech) -> str:
    """Below the phone: its name, and what it cannot know."""
    row = _row(phone)
    lines = [f"<b>{escape(phone.model)}</b> {phone.phone}"]
    if row is not None and row.state is C.REVOKED and not _knows(phone, row):
        word = "word.not_asked" if phone.online else "word.not_heard"
        lines.append(f'<span class="mnc-bad">{speech.html(word, at=_clock(row.history[-1].at))}</span>')
        if not isinstance(phone, IPhone):
            lines.append(speech.html("word.residue"))
    return "".join(f"<div>{line}</div>" for line in lines)


def _held(phone: PhoneHandle, speech: Speech) -> str:
    row = _row(phone)
    if row is None:
        return f'<div class="mnc-slot">{speech.html("word.no_card_here")}</div>'
    state = row.state if row.state is not C.REVOKED or _knows(phone, row) else row.history[-2].state
    note = ""
    if state is C.ISSUED:
        note = _note("wait", speech.html("word.usable_from", at=_clock(row.activates_at)))
    elif state is C.REVOKED and isinstance(phone, IPhone):
        note = _note("bad", speech.html("word.dead_pass_stays", at=_clock(row.history[-1].at)))
    return _contents(phone, badge(state, speech), state is C.REVOKED, speech) + note


def _contents(phone: PhoneHandle, state: str, dead: bool, speech: Speech) -> str:
    if phone.wallet:
        return card_in_wallet(phone.wallet[0], state, speech, dead=dead)
    rows = [(speech.html(f"word.kind.{kind}"), state) for kind in ("phone_auth", "phone_sign")]
    rows.append((speech.html("word.no_face_here"), f"<small>{speech.html('word.not_on_android')}</small>"))
    lines = "".join(f"<li><span>{name}</span><span>{value}</span></li>" for name, value in rows)
    return f'<ul class="mnc-list">{lines}</ul>'


def _row(phone: PhoneHandle) -> CertificateRow | None:
    """The user-authentication certificate that is on the phone, as the books have it."""
    held = phone.world.phone(phone.name).installed
    return None if held is None else phone.world.books.certificate("auth", held.auth_serial)


def _knows(phone: PhoneHandle, row: CertificateRow) -> bool:
    return has_heard(phone, row.history[-1].at, phone.world.now)


def _note(colour: str, sentence: str) -> str:
    return f'<div class="mnc-said mnc-said-{colour}">{sentence}</div>'


def _clock(at: datetime) -> str:
    return show(at)[11:19]
