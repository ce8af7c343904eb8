"""What the tests of the article share: somebody who knows her PINs, and how far a set-up has come."""

from __future__ import annotations

from myna_lab import Lab
from myna_lab import events as ev
from myna_lab.events import Verdict
from myna_lab.jlis.office import Application
from myna_lab.lab import Android, Holder, IPhone
from myna_lab.provisioning import Flow, Screen

CARDS_PINS = {"input_aid": "1111", "user_authentication": "2222", "signing": "ABC123"}
INPUT_AID, SIGNING = "text/0011", "jpki/001B"
"""Where the chip counts the tries of these two."""


def resident(lab: Lab, **attributes: object) -> Holder:
    """Somebody who knows her PINs: 1111, 2222 and ABC123."""
    return lab.resident(input_aid_pin="1111", user_authentication_pin="2222", signing_password="ABC123", **attributes)


def with_records() -> Lab:
    """An iPhone and an Android phone with the card on them, of people of 36, after the day of Android's attributes."""
    lab = Lab(seed=7, start="2026-10-25 10:00")
    for make in (lab.iphone, lab.android):
        make(resident(lab, born="1990-04-01")).add_card().run()
    lab.advance("20min")
    return lab


def go(flow: Flow, to: Screen) -> Flow:
    """Tap on, with the card's PINs wherever one is asked for, until a screen."""
    while flow.screen is not to:
        assert not flow.finished, str(flow)
        flow.next(CARDS_PINS[flow.asks] if flow.asks else None)
    return flow


def passed(lab: Lab) -> list[str]:
    """The screens that were passed, in order."""
    return [entry.event.screen for entry in lab.log if isinstance(entry.event, ev.ScreenPassed)]


def names(lab: Lab) -> list[str]:
    """The kinds of events, in order."""
    return [entry.name for entry in lab.log]


def newest(lab: Lab, kind: type[ev.Event]) -> ev.Entry:
    """The newest entry of a kind."""
    return next(entry for entry in reversed(list(lab.log)) if isinstance(entry.event, kind))


def said(flow: Flow) -> str:
    """Code of the sentence that the screen shows because of the last tap."""
    return "" if flow.notice is None else flow.notice.code


def application(lab: Lab, number: int = 1) -> Application:
    """What a set-up sent to J-LIS."""
    return Application.decode(lab.world.journal.get(f"application/flow-{number}"))


def answered(verdict: Verdict) -> str:
    """A verdict's code, once its parts agree: what is accepted has that code, and passed every check."""
    assert verdict.accepted is bool(verdict) is (verdict.code == "accepted")
    if verdict.accepted:
        assert all(check.passed for check in verdict.checks)
    return verdict.code


def sign(lab: Lab, phone: IPhone | Android) -> Verdict:
    """The desk's verdict on an application that the phone signs; its holder types the phone's signing password."""
    return lab.desk.accept(phone, password=phone._phone.pins()["signing"])


def works(lab: Lab, phone: IPhone | Android) -> bool:
    """Whether the portal lets the phone in, once data are renewed and certificates work."""
    lab.advance("20min")
    return lab.portal.log_in(phone).accepted
