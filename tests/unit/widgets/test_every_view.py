"""What holds for every view: one suite, run for each, with buttons pressed in an order drawn by a seed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import ipywidgets
import pytest

from myna_lab import Lab
from myna_lab.errors import MisuseError, StorageError
from myna_lab.ground.chance import Chance
from myna_lab.lab import Holder, IPhone
from myna_lab.texts import text
from myna_lab.texts.speech import SPEECHES, Speech
from myna_lab.widgets import (
    attack_table,
    certificate_viewer,
    missions,
    one_phone,
    parameter_table,
    player,
    services_desk,
    wizard,
)
from myna_lab.widgets.view import View

PINS = {"input_aid_pin": "7391", "user_authentication_pin": "8264", "signing_password": "QZXW8527"}
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


class Kind(NamedTuple):
    """How a view is made, made again of the same lab, told in a line when it is new, and what can fail in it."""

    make: Callable[[Lab, Holder, str], View]
    again: Callable[[Any], View]
    line: str
    fails: Callable[[Any], tuple[object, str, Any]] = lambda view: (type(view.lab), "advance", view.waits[0])
    """What is made to fail (an object's attribute), and the button that asks for it."""


VIEWS = {
    "wizard, iPhone": Kind(
        lambda lab, holder, language: wizard(lab.iphone(holder), language),
        lambda view: wizard(view.flow, view.speech.language),
        "<Wizard TEST iphone-1: screen 1 of 22, home>",
    ),
    "wizard, Android": Kind(
        lambda lab, holder, language: wizard(lab.android(holder), language),
        lambda view: wizard(view.flow, view.speech.language),
        "<Wizard TEST android-1: screen 1 of 15, home>",
    ),
    "one phone": Kind(
        one_phone,
        lambda view: one_phone(view.lab, view.holder, view.speech.language),
        "<OnePhone TEST person-1: iphone-1 without card, android-1 without card>",
    ),
    "certificate viewer": Kind(
        lambda lab, holder, language: certificate_viewer(
            lab, set_up(lab, holder).certificates[1], "before", language, paper="list"
        ),
        lambda view: certificate_viewer(view.lab, language=view.speech.language),
        "<CertificateViewer TEST 11 certificates>",
    ),
    "services desk": Kind(
        lambda lab, holder, language: services_desk(lab, set_up(lab, holder), language),
        lambda view: services_desk(view.lab, language=view.speech.language),
        "<ServicesDesk TEST 2 devices, 9 services>",
    ),
    "player": Kind(
        lambda lab, holder, language: player(lab, "twins", language),
        lambda view: player(view.telling, language=view.speech.language),
        "<Player TEST twins: act 0 of 4>",
        lambda view: (type(view.telling), "forward", view.forward),
    ),
    "missions": Kind(
        lambda lab, holder, language: missions("first_minute", language),
        lambda view: missions(view.quest, view.speech.language),
        "<Missions TEST first_minute: not reached, 2025-06-24 12:00:00>",
    ),
    "attackers": Kind(
        lambda lab, holder, language: attack_table(lab, "watcher", language),
        lambda view: attack_table(view.lab, view.attacker, view.speech.language),
        "<AttackTable TEST watcher: 5 things, 7 means, 2025-06-24 09:00:00>",
    ),
    "parameters": Kind(
        lambda lab, holder, language: parameter_table(lab, "ocsp_refresh", language),
        lambda view: parameter_table(view.outcomes, view.parameter, view.speech.language, value=view.effect.value),
        "<ParameterTable TEST ocsp_refresh: 15min → 15min>",
        lambda view: (type(view.outcomes), "effect", view.more),
    ),
}


def set_up(lab: Lab, holder: Holder) -> IPhone:
    """An iPhone of hers that works."""
    phone = lab.iphone(holder)
    phone.add_card().run(same_pins=True)
    lab.advance("20min")
    return phone


each_view = pytest.mark.parametrize("kind", VIEWS.values(), ids=VIEWS)


def made(kind: Kind, language: str = "both") -> View:
    """A view of a new lab, of a resident with known PINs."""
    lab = Lab(seed=7)
    return kind.make(lab, lab.resident(**PINS), language)


def widgets(view: View, *, shown: bool = False) -> Iterator[Any]:
    """Every widget of the view, or those that are shown; a hidden box hides what is in it."""
    front = [view.box]
    while front:
        widget = front.pop()
        if not shown or widget.layout.display != "none":
            yield widget
            front += getattr(widget, "children", ())


def walk(view: View, seed: int, steps: int) -> Iterator[str]:
    """Press one button after the other, now and then a tab or a language; the words of each."""
    chance = Chance(seed).child("taps")
    for _ in range(steps):
        if chance.integer(1, 6) == 1:
            chooser: Any = view.tabs if chance.integer(0, 1) else view.language
            names = view.tabs.names if chooser is view.tabs else SPEECHES
            chooser.value = names[chance.integer(0, len(names) - 1)]
        live = [w for w in widgets(view, shown=True) if isinstance(w, ipywidgets.Button) and not w.disabled]
        button = live[chance.integer(0, len(live) - 1)]
        pressed = button.description
        button.click()
        yield pressed


def _states(view: View) -> Iterator[str]:
    """What is sent to the browser, but for the field in which PINs are typed; names of models are drawn freely."""
    for widget in widgets(view):
        if not isinstance(widget, ipywidgets.Password):
            yield from (re.sub(r"IPY_MODEL_\w+", "", str(state)) for state in widget.get_state().values())


def pages(view: View) -> str:
    """All that is shown, as HTML."""
    return "".join(widget.value for widget in widgets(view, shown=True) if isinstance(widget, ipywidgets.HTML))


@each_view
@pytest.mark.parametrize("seed", range(3))
def test_any_taps_in_any_order(kind: Kind, seed: int) -> None:
    """No order of taps raises, leaves a button without words, makes a new widget, or shows a secret or an address."""
    view = made(kind)
    before = {widget.model_id for widget in widgets(view)}
    secrets = {*PINS.values(), view.lab.world.things.resident("person-1").my_number}
    for pressed in walk(view, seed, 30):
        assert pressed.strip()
        page = pages(view)
        assert not re.search(r"Traceback|&lt;[\w.]+ object|object at 0x", page), pressed
        states = [*_states(view)]
        assert not [secret for secret in secrets for state in states if secret in state], pressed
        assert [w for w in widgets(view, shown=True) if isinstance(w, ipywidgets.Button) and not w.description] == []
        assert {widget.model_id for widget in widgets(view)} == before
    parts = {part.model_id for widget in widgets(view) for part in (widget, widget.layout)}
    assert len(parts) < 100


@each_view
@pytest.mark.parametrize("seed", range(2))
def test_a_view_keeps_nothing(kind: Kind, seed: int) -> None:
    """A second view of the same lab tells the same in a line, whatever was pressed."""
    view = made(kind)
    for _ in walk(view, seed, 15):
        pass
    assert repr(kind.again(view)) == repr(view)


@each_view
def test_both_languages(kind: Kind) -> None:
    """English alone has no Japanese letter on a button or tab, Japanese alone has one on each tab; both has both."""
    view = made(kind)
    for language in SPEECHES:
        view.language.value = language
        tabs = [*view.tabs.titles]
        words = [w.description for w in widgets(view, shown=True) if isinstance(w, ipywidgets.Button)] + tabs
        if language == "en":
            assert not [each for each in words if JAPANESE.search(each)]
        else:
            assert all(JAPANESE.search(each) for each in tabs)
        if language == "both":
            assert all(re.search("[A-Za-z]", each) for each in tabs)


@each_view
def test_a_language_that_there_is_not(kind: Kind) -> None:
    """It is refused with the three that there are."""
    with pytest.raises(MisuseError, match="ja, en, both"):
        made(kind, "fr")


@each_view
def test_an_error_is_a_sentence_in_the_live_region(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk is told, escaped, where a screen reader announces it; the next tap goes on without it."""
    view: Any = made(kind)
    with monkeypatch.context() as patch:
        thing, name, button = kind.fails(view)
        patch.setattr(thing, name, _full)
        button.click()
    assert "the disk is &lt;full&gt;" in view.notice.value and view.notice.layout.display != "none"
    assert "the disk is &lt;full&gt;" in view.what.value and "aria-live" in view.what.value
    button.click()
    assert view.notice.layout.display == "none"


def _full(*args: object) -> None:
    raise StorageError("the disk is <full>")


@each_view
def test_what_is_read_comes_after_the_number_of_the_screen(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that shows news can answer for the screen: buttons, then the number, then what is read, the place last."""
    view, sent, button = made(kind), [], kind.fails(made(kind))[2]
    monkeypatch.setattr(ipywidgets.Widget, "send_state", lambda widget, key=None: sent.append(widget))
    view.act(lambda: setattr(view, "speech", Speech("ja")))
    number = view.seen._painted
    shown = [number, *widgets(view)]
    sent = [widget for widget in sent if widget in shown]
    at = sent.index(number)
    assert type(button) in map(type, sent[:at]) and not [one for one in sent[at:] if isinstance(one, type(button))]
    read = [isinstance(widget, ipywidgets.HTML) for widget in sent]
    assert not any(read[:at]) and all(read[at + 1 :]) and sum(read) > 2
    assert sent[-1] is view.place


@each_view
def test_a_page_without_kernel_reads_it(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    """First a sentence that stands there while no view lives; the text beside the widgets is the same in every run."""
    view, shown = made(kind), []
    monkeypatch.setattr("IPython.display.display", lambda data, raw: shown.append(data))
    view._ipython_display_()
    before, live = shown
    assert "mnc-appears" in before["text/html"]
    for language in ("ja", "en"):
        assert text(view.what_appears, language) in before["text/html"]
    assert live["text/plain"] == repr(view) == kind.line
    assert "application/vnd.jupyter.widget-view+json" in live


@each_view
def test_pages_are_accessible(kind: Kind) -> None:
    """Every picture has words or is hidden from screen readers; every table names its rows and columns."""
    view = made(kind)
    for _ in walk(view, 0, 12):
        page = pages(view)
        assert not [image for image in re.findall(r"<img[^>]*>", page) if "alt=" not in image]
        for table in re.findall(r"<table.*?</table>", page, flags=re.DOTALL):
            assert (
                re.findall(r"<th\b[^>]*>", table)
                == re.findall("<th scope=['\"](?:col|row|rowgroup)['\"][^>]*>", table)
                != []
            )
        for bar in re.findall(r'<div[^>]*role="progressbar"[^>]*>', page):
            assert "aria-label=" in bar and "aria-valuenow=" in bar
