"""The phone's screen as HTML: status bar, progress, sentences, and the picture that belongs to the screen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from html import escape

from myna_lab import events as ev
from myna_lab.events import Verdict
from myna_lab.lab import Lab
from myna_lab.lab.handles import PhoneHandle
from myna_lab.provisioning import NUMBERS, Flow, Screen
from myna_lab.texts.speech import Speech
from myna_lab.widgets.answer import answer
from myna_lab.widgets.face import heading, portrait, status_bar
from myna_lab.widgets.movements import drawn_face
from myna_lab.widgets.standing import held, standing

__all__ = ["head", "page", "place", "title"]

S = Screen


def head(flow: Flow, speech: Speech, now: datetime) -> str:
    """Status bar, the app's name, and how far the set-up is."""
    last = max(NUMBERS[flow.phone.platform].values())
    number = last if flow.number is None else flow.number
    key, values = _place(flow)
    return (
        f"{status_bar(flow.phone.online, speech, now)}"
        f'<div class="mnc-app"><div>{speech.stacked(flow.app)}</div>'
        f'<div class="mnc-place">{place(flow, speech)}</div></div>'
        f'<div class="mnc-bar" role="progressbar" aria-valuemin="0" aria-valuemax="{last}" aria-valuenow="{number}"'
        f' aria-label="{escape(speech.line(key, **values))}"><i style="width:{100 * number // last}%"></i></div>'
    )


def place(flow: Flow, speech: Speech) -> str:
    """How far the set-up is: "screen 3 of 22"."""
    key, values = _place(flow)
    return speech.html(key, **values)


def _place(flow: Flow) -> tuple[str, dict[str, object]]:
    last = max(NUMBERS[flow.phone.platform].values())
    if flow.number is None:
        return "word.the_end", {}
    return "word.screen_of", {"number": flow.number, "last": last}


def title(flow: Flow, speech: Speech, phone: PhoneHandle) -> str:
    """The screen's title; at the end of a set-up what became of the card since."""
    if flow.screen is S.DONE:
        stands = standing(phone)
        return speech.html(f"word.standing.{stands.name}.title", **stands.values)
    return speech.stacked(flow.title)


def page(flow: Flow, speech: Speech, phone: PhoneHandle, verdict: Verdict | None = None) -> str:
    """Title, sentences and picture of the screen that is shown.

    Args:
        flow: the set-up.
        speech: in which language.
        phone: the phone on which it is.
        verdict: what a service just answered; None: nothing.
    """
    drawn = _PICTURES.get(flow.screen)
    picture = drawn(flow, speech, phone) if drawn else ""
    text = "" if flow.screen is S.DONE else f'<div class="mnc-text">{speech.stacked(flow.body)}</div>'
    said = "" if verdict is None else answer(verdict, Lab.of(phone.world), speech, brief=True)
    return f"{_sign(flow.screen)}{heading(title(flow, speech, phone))}{text}{said}{picture}"


# ----------------------------------------------------------------------------------------------------------- pictures


def _sign(screen: Screen) -> str:
    """Before the title of an end that has nothing else to show."""
    if screen not in _SIGNS:
        return ""
    colour, sign = _SIGNS[screen]
    return f'<div class="mnc-end mnc-{colour}" aria-hidden="true">{sign}</div>'


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


def _held(flow: Flow, speech: Speech, phone: PhoneHandle) -> str:
    return held(phone, speech)


def _points(*points: tuple[str, str]) -> Callable[[Flow, Speech, PhoneHandle], str]:
    """A short list: a sign, and the key of what stands beside it."""

    def listed(flow: Flow, speech: Speech, phone: PhoneHandle) -> str:
        said = ((sign, speech.html(f"word.point.{key}")) for sign, key in points)
        lines = "".join(f'<li><b aria-hidden="true">{sign}</b><span>{line}</span></li>' for sign, line in said)
        return f'<ul class="mnc-list mnc-points">{lines}</ul>'

    return listed


def _parts(flow: Flow, speech: Speech, phone: PhoneHandle) -> str:
    """The parts of the set-up, and on which screens they are."""
    numbers = NUMBERS[flow.phone.platform]
    lines = "".join(
        f'<li><b aria-hidden="true">{n}</b><span>{speech.html(f"word.point.{key}")}<small>'
        f"{speech.html('word.screens', first=numbers[first], last=numbers[last])}</small></span></li>"
        for n, (key, first, last) in enumerate(_PARTS, 1)
    )
    return f'<ol class="mnc-list mnc-points">{lines}</ol>'


def _terms(flow: Flow, speech: Speech, phone: PhoneHandle) -> str:
    return '<div class="mnc-terms" aria-hidden="true"></div>'


def _faces(flow: Flow, speech: Speech, phone: PhoneHandle) -> str:
    """A face as it should be, and one as it should not."""
    faces = (("good", "✓", drawn_face()), ("bad", "✕", drawn_face(covered=True)))
    drawn = "".join(f'<div>{face}<b class="mnc-{colour}">{sign}</b></div>' for colour, sign, face in faces)
    return f'<div class="mnc-faces" aria-hidden="true">{drawn}</div>'


_PARTS = (
    ("face", S.FACE_CAUTIONS, S.CAPTURE_DONE),
    ("card", S.INPUT_AID_PIN, S.READING_DONE),
    ("pins", S.NEW_USER_PIN, S.REPEAT_SIGN_PASSWORD),
    ("wallet", S.ADD_TO_WALLET, S.WALLET_DONE),
)
"""What the overview lists, and the first and last screen of it."""


_PICTURES: dict[Screen, Callable[[Flow, Speech, PhoneHandle], str]] = {
    S.HOME: _card,
    S.GUIDANCE: _points(("✕", "former_phone"), ("＋", "this_phone")),
    S.CARD_AT_HAND: _card,
    S.OVERVIEW: _parts,
    S.TERMS: _terms,
    S.FACE_CAUTIONS: _faces,
    S.READY_TO_CAPTURE: _frame,
    S.CAPTURE_DONE: _captured,
    S.READ: _reading,
    S.READ_AGAIN: _reading,
    S.READING_DONE: _read,
    S.WAIT_FOR_NOTICE: _held,
    S.INSTALL: _held,
    S.ADD_TO_WALLET: _held,
    S.WALLET: _held,
    S.WALLET_DONE: _held,
    S.FIVE_MINUTES: _held,
    S.LOSS_GUIDANCE: _points(("1", "hotline"), ("2", "remote_lock")),
    S.DONE: _held,
}
"""The screens that have a picture; on the others one types, or moves one's face."""

_SIGNS = {
    S.PIN_BLOCKED: ("bad", "✕"),
    S.REFUSED: ("bad", "✕"),
    S.INTERRUPTED: ("wait", "!"),
}
"""Colour and sign of the ends at which something went wrong."""
