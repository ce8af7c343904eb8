"""Where the card on a phone stands: its title, sentence and colour, the same in every view.

A phone knows what it heard while it was on line: an iPhone that has not asked since still shows a good-looking pass. So
it never says more than it last heard, and what it cannot know stands below it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import NamedTuple

from myna_lab.analysis.who_knows import STATES, Belief, has_heard
from myna_lab.events import Verdict
from myna_lab.ground.durations import show
from myna_lab.jlis.books import CertificateRow, CertificateState
from myna_lab.lab import Lab
from myna_lab.lab.handles import IPhone, PhoneHandle
from myna_lab.texts.speech import Speech
from myna_lab.widgets.answer import answer
from myna_lab.widgets.face import card_in_wallet, heading, status_bar
from myna_lab.widgets.panels import sign_of

__all__ = ["Standing", "caption", "held", "home", "standing"]

C = CertificateState
_NOTHING = Belief("word.no_card_here", "idle", "·")
_UNHEARD = Belief("word.last_heard_good", "idle", "▣")
_LOST_MODE = Belief("word.in_lost_mode", "wait", "‖")


class Standing(NamedTuple):
    """What a phone says of the card on it."""

    name: str
    """Of the sentences: ``word.standing.NAME.title`` and ``.text``."""
    belief: Belief
    """Sign, colour and word."""
    values: Mapping[str, object] = {}
    """Of the sentences."""


def standing(phone: PhoneHandle) -> Standing:
    """Where the card on a phone stands, as far as the phone knows."""
    row = _row(phone)
    if row is None:
        return Standing("NONE", _NOTHING)
    if isinstance(phone, IPhone) and phone.in_lost_mode:
        return Standing("LOST_MODE", _LOST_MODE)
    if row.state is C.REVOKED and not _knows(phone, row):
        return Standing("UNHEARD", _UNHEARD)
    at = row.activates_at if row.state is C.ISSUED else row.history[-1].at
    name = "STAYS" if row.state is C.REVOKED and isinstance(phone, IPhone) else row.state.name
    return Standing(name, STATES[row.state], {"at": _read(at, phone.world.now)})


def home(phone: PhoneHandle, speech: Speech, verdict: Verdict | None = None) -> str:
    """What the phone shows while the app is closed: the pass in Wallet, or the two certificates on Android.

    Args:
        phone: the phone.
        speech: in which language.
        verdict: what a service just answered; None: nothing.
    """
    title = "word.wallet" if phone.wallet or isinstance(phone, IPhone) else "word.certificates_here"
    said = "" if verdict is None else answer(verdict, Lab.of(phone.world), speech, brief=True)
    return (
        f"{status_bar(phone.online, speech, phone.world.now)}{heading(speech.html(title))}{said}{held(phone, speech)}"
    )


def held(phone: PhoneHandle, speech: Speech) -> str:
    """The card on the phone, its state, and the sentence about that."""
    stands = standing(phone)
    if stands.name == "NONE":
        return f'<div class="mnc-slot">{speech.html("word.no_card_here")}</div>'
    note = speech.html(f"word.standing.{stands.name}.text", **stands.values)
    return f'{_contents(phone, stands, speech)}<div class="mnc-said mnc-said-{stands.belief.colour}">{note}</div>'


def caption(phone: PhoneHandle, speech: Speech) -> str:
    """Below the phone: its name, and what it cannot know."""
    row = _row(phone)
    lines = [f"<b>{escape(phone.model)}</b> {phone.phone}"]
    if phone.lost:
        lines.append(f'<span class="mnc-bad">{speech.html("word.nobody_has_it")}</span>')
    if row is not None and row.state is C.REVOKED and not _knows(phone, row):
        word = "word.not_asked" if phone.online else "word.not_heard"
        lines.append(f'<span class="mnc-bad">{speech.html(word, at=_read(row.history[-1].at, phone.world.now))}</span>')
        if not isinstance(phone, IPhone):
            lines.append(speech.html("word.residue"))
    return "".join(f"<div>{line}</div>" for line in lines)


def _contents(phone: PhoneHandle, stands: Standing, speech: Speech) -> str:
    state = sign_of(stands.belief, speech)
    if phone.wallet:
        return card_in_wallet(phone.wallet[0], state, speech, dead=stands.belief.colour == "bad")
    rows = [(speech.html(f"word.kind.{kind}"), state) for kind in ("phone_auth", "phone_sign")]
    rows.append((speech.html("word.no_face_here"), f"<small>{speech.html('word.not_on_android')}</small>"))
    lines = "".join(f"<li><span>{name}</span><span>{value}</span></li>" for name, value in rows)
    return f'<ul class="mnc-list">{lines}</ul>'


def _row(phone: PhoneHandle) -> CertificateRow | None:
    """The user-authentication certificate that is on the phone, as the books have it."""
    inside = phone.world.phone(phone.name).installed
    return None if inside is None else phone.world.books.certificate("auth", inside.auth_serial)


def _knows(phone: PhoneHandle, row: CertificateRow) -> bool:
    return has_heard(phone, row.history[-1].at, phone.world.now)


def _read(at: datetime, now: datetime) -> str:
    """An instant as one reads it now: of today the time alone."""
    day, time = show(at).split()
    return time if day == show(now).split()[0] else f"{day} {time}"
