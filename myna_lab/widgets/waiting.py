"""Where the reporter waited, one waits a little: the card at the phone, and Wallet. The rows are what really went on.

The wait is the style's alone (`style_view.css`): everything has happened, and the next button can be pressed at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from myna_lab import events as ev
from myna_lab.analysis.telling import sentence
from myna_lab.devices.card import Exchange
from myna_lab.devices.card.structure import Subject
from myna_lab.events import Entry
from myna_lab.texts.speech import Speech

__all__ = ["adding", "reading"]

_SECONDS = 4.0
"""How long one waits; the reporter's phone took three times as long (set-up facts 5.5)."""
_IN_WALLET = (
    ev.KeyPairGenerated
    | ev.DeviceKeyGenerated
    | ev.ApplicationAccepted
    | ev.CertificateRevoked
    | ev.CertificateIssued
    | ev.AttributesIssued
    | ev.PassAdded
)


def reading(exchanges: Sequence[Exchange], speech: Speech) -> str:
    """The card at the phone: each application of the card, and how many exchanges it took; empty if there were none."""
    rows = [
        (f"{speech.stacked(_about(group[0]))} <small>{len(group)} APDU</small>", len(group))
        for group in _by_application(exchanges)
    ]
    return _waited("word.hold_still", rows, speech)


def _about(exchange: Exchange) -> Callable[[str], str]:
    """What an exchange was about, by language."""
    subject = exchange.subject
    return subject.in_language if isinstance(subject, Subject) else lambda language: str(subject)


def _by_application(exchanges: Sequence[Exchange]) -> Iterator[list[Exchange]]:
    """The exchanges from one SELECT of an application to the next."""
    begun: list[Exchange] = []
    for exchange in exchanges:
        if exchange.command[1:3] == b"\xa4\x04" and begun:
            yield begun
            begun = []
        begun.append(exchange)
    if begun:
        yield begun


def adding(entries: Sequence[Entry], speech: Speech) -> str:
    """Wallet at work: each event of it in a sentence; empty if there were none."""
    rows = [(sentence(entry, speech), 1) for entry in entries if isinstance(entry.event, _IN_WALLET)]
    return _waited("word.wallet_works", rows, speech)


def _waited(title: str, rows: Sequence[tuple[str, int]], speech: Speech) -> str:
    """Rows that get their tick one after another, each after its share of the time."""
    if not rows:
        return ""
    whole, done, lines = sum(n for _, n in rows), 0, ""
    for row, n in rows:
        done += n
        after = _SECONDS * done / whole
        lines += f'<li><span>{row}</span><b class="mnc-good" style="animation-delay:{after:.1f}s">✓</b></li>'
    return (
        f'<div class="mnc-waiting" style="--wait:{_SECONDS}s"><div class="mnc-title">{speech.html(title)}</div>'
        f'<div class="mnc-bar"><i></i></div><ul class="mnc-list">{lines}</ul>'
        f'<div class="mnc-text">{speech.html("word.no_need_to_wait")}</div></div>'
    )
