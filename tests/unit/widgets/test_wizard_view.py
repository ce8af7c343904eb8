"""The wizard without a browser: its buttons are clicked, its widgets are read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import ipywidgets
import pytest

from myna_lab import Lab
from myna_lab.errors import MisuseError, StorageError
from myna_lab.events import EVENTS
from myna_lab.jlis.books import CertificateState
from myna_lab.lab import Holder, IPhone
from myna_lab.provisioning import MISHAPS, NUMBERS, Screen
from myna_lab.texts import both, keys, text
from myna_lab.texts.speech import SPEECHES, Speech
from myna_lab.widgets import Wizard, wizard
from myna_lab.widgets.panels import badge

S = Screen
PINS = {"input_aid_pin": "7391", "user_authentication_pin": "8264", "signing_password": "QZXW8527"}


@pytest.fixture
def lab() -> Lab:
    """A fresh lab."""
    return Lab(seed=7)


@pytest.fixture
def hanako(lab: Lab) -> Holder:
    """Its first resident, with known PINs."""
    return lab.resident(**PINS)


@pytest.fixture
def iphone(lab: Lab, hanako: Holder) -> IPhone:
    """Her iPhone."""
    return lab.iphone(hanako)


def go(view: Wizard, to: Screen) -> Wizard:
    """Click on, with the right entries, until a screen."""
    while view.flow.screen is not to:
        assert not view.flow.finished, str(view.flow)
        if view.flow.asks:
            view.fill.click()
        view.main.click()
    return view


def widgets(view: Wizard) -> Iterator[Any]:
    """Every widget of the view."""
    front = [view.box]
    while front:
        widget = front.pop()
        yield widget
        front += getattr(widget, "children", ())


def is_shown(widget: Any) -> bool:
    return bool(widget.layout.display != "none")


def plain(html: str) -> str:
    """What a page shows of some HTML."""
    return unescape(re.sub(r"<[^>]*>", " ", html))


@pytest.mark.parametrize("platform", ["iphone", "android"])
def test_clicking_through_brings_the_card_onto_the_phone(lab: Lab, hanako: Holder, platform: str) -> None:
    """With the main button and the filled-in entries every screen is passed, and the end shows what is on the phone.

    There the main button tries what one came for, and says why it is too early; a small one begins anew.
    """
    phone = getattr(lab, platform)(hanako)
    view = go(wizard(phone), S.DONE)
    assert phone.state.value == "holds the card"
    assert text("word.state_of.ISSUED", "en") in plain(view.page.value)
    assert ("data:image/png;base64," in view.page.value) is (platform == "iphone")
    assert (hanako.name in view.page.value) is (platform == "iphone")
    assert view.again.description == Speech("both").line("word.restart") and not is_shown(view.close)
    assert view.main.description.split() == Speech("both").line("word.try_portal").split() and not is_shown(view.log_in)
    view.main.click()
    for said in (view.page.value, view.what.value):
        assert f"The portal refused: {text('code.not_yet_valid', 'en')}" in plain(said)
    assert is_shown(view.main) and is_shown(view.again) and not is_shown(view.another)
    assert _anew(view).flow.screen is S.HOME


@pytest.mark.parametrize("screen", [S.HOME, S.CAPTURE_DONE, S.SIGN_PASSWORD, S.READING_DONE, S.WALLET_DONE, S.DONE])
def test_the_view_keeps_nothing(iphone: IPhone, screen: Screen) -> None:
    """A second view of the same set-up shows the same phone: everything is in flow and lab."""
    view = go(wizard(iphone), screen)
    again = wizard(view.flow)
    for name in ("head", "page", "notice", "clock"):
        assert getattr(again, name).value == getattr(view, name).value
    assert repr(again) == repr(view)


def test_each_screen_says_itself_in_both_languages(iphone: IPhone) -> None:
    """Title, sentences, number and progress of every screen stand on the phone; the news say them, and a fact each."""
    view, facts = wizard(iphone), set()
    for number in range(1, 23):
        for language in ("ja", "en"):
            assert view.flow.title(language) in plain(view.page.value)
            assert view.flow.title(language) in plain(view.what.value)
            assert text("word.screen_of", language, number=number, last=22) in view.head.value
            assert text("word.screen_of", language, number=number, last=22) in view.what.value
            assert view.flow.fact(language) in plain(view.what.value)
            facts.add(view.flow.fact(language))
        assert f'aria-valuenow="{number}"' in view.head.value
        if view.flow.asks:
            view.fill.click()
        view.main.click()
    assert view.flow.screen is S.DONE and len(facts) == 44


@pytest.mark.parametrize("platform", ["iphone", "android"])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_no_sentence_is_told_twice(lab: Lab, hanako: Holder, platform: str, language: str) -> None:
    """From the first screen to the end each line of the news is new; a tap that did nothing but lead on adds none."""
    view, told, quiet = wizard(getattr(lab, platform)(hanako), language), list[str](), 0
    while not view.flow.finished:
        if view.flow.asks:
            view.fill.click()
        view.main.click()
        page = re.sub('<div class="mnc-(unseen|words)">.*?</div>', "", view.what.value)
        lines = [plain(line).strip() for line in re.findall(r"<div>(.*?)</div>", page)]
        assert lines[-1] == view.flow.fact(language) and lines[-1] not in view.flow.body(language)
        only_led_on = {entry.name for entry in view._new_entries} == {"ScreenPassed"}
        assert len(lines) == (1 if only_led_on and view.flow.screen is not S.CAPTURE else 2)
        quiet, told = quiet + only_led_on, told + lines
    assert len(told) == len(set(told)) and quiet > len(NUMBERS[view.flow.phone.platform]) / 3


def test_the_taps_of_a_screen_are_its_buttons(iphone: IPhone) -> None:
    """Entry, switch and small buttons are there exactly where the flow has them, and every button has text."""
    view = wizard(iphone)
    while not view.flow.finished:
        flow = view.flow
        assert is_shown(view.entry) is is_shown(view.fill) is bool(flow.asks)
        assert is_shown(view.same) is flow.offers_same
        assert is_shown(view.back) is ("back" in flow.may())
        assert is_shown(view.disagree) is ("disagree" in flow.may())
        assert is_shown(view.close)
        assert text(f"tap.{flow.may()[0]}", "ja") in view.main.description
        for widget in widgets(view):
            if isinstance(widget, ipywidgets.Button):
                assert widget.description.strip()
        if flow.asks:
            view.fill.click()
        view.main.click()


def test_a_wrong_password_costs_a_try_and_says_so(iphone: IPhone, hanako: Holder) -> None:
    """The wrong entry passes its screen; the card refuses it, the notice counts, and the exchange shows the refusal."""
    view = go(wizard(iphone), S.SIGN_PASSWORD)
    view.fill_wrong.click()
    view.main.click()
    assert view.flow.screen is S.READ and not is_shown(view.notice)
    view.main.click()
    assert view.flow.screen is S.SIGN_PASSWORD
    assert hanako.card.tries_left("jpki/001B") == 4
    for language in ("ja", "en"):
        assert text("notice.wrong_signing", language, tries_left=4) in view.notice.value
        assert text("word.happened.ReferenceDataRefused", language) in plain(view.what.value)
    assert is_shown(view.notice)
    assert view.tabs.value == "exchanges"
    assert "63C4" in plain(view.tabs.panel.value)
    go(view, S.READING_DONE)
    assert not is_shown(view.notice)


def test_a_malformed_pin_never_reaches_the_card(iphone: IPhone, hanako: Holder) -> None:
    """Two digits stay on the screen with a notice; nothing was said to the card."""
    view = go(wizard(iphone), S.INPUT_AID_PIN)
    view.entry.value = "12"
    view.main.click()
    assert view.flow.screen is S.INPUT_AID_PIN
    assert text("notice.malformed_input_aid", "ja") in view.notice.value
    assert len(hanako.card.trace) == 0
    assert text("word.happened.PinMalformed", "en") in plain(view.what.value)


def test_enter_in_the_field_is_the_main_button(iphone: IPhone) -> None:
    """The browser's message that Enter was pressed goes on with what was typed."""
    view = go(wizard(iphone), S.INPUT_AID_PIN)
    view.entry.value = PINS["input_aid_pin"]
    view.entry._handle_custom_msg({"event": "submit"}, [])
    assert view.flow.screen is S.SIGN_PASSWORD
    assert view.entry.value == ""


def test_the_same_pins_are_asked_once(iphone: IPhone) -> None:
    """With the switch on, the slip's PINs are filled in and the repetitions fall away; its label says so."""
    view = go(wizard(iphone), S.NEW_USER_PIN)
    view.same.value = True
    assert view.fill.description == Speech("both").line("word.fill_in")
    view.fill.click()
    view.main.click()
    assert view.flow.screen is S.NEW_SIGN_PASSWORD
    view.fill.click()
    view.main.click()
    assert view.flow.screen is S.ADD_TO_WALLET
    go(view, S.DONE)
    assert PINS["signing_password"] in str(iphone.slip)


def test_back_goes_back(iphone: IPhone) -> None:
    """The back button shows the screen before."""
    view = go(wizard(iphone), S.TERMS)
    view.back.click()
    assert view.flow.screen is S.OVERVIEW


def test_the_language_can_be_changed(iphone: IPhone) -> None:
    """Japanese, English or both: sentences, buttons and panels follow, and the open panel stays open."""
    view = go(wizard(iphone, "ja"), S.READING_DONE)
    title, button, heading = ("screen.READING_DONE.title", "tap.next", "word.asked")
    for language in SPEECHES:
        view.language.value = language
        page = plain(view.page.value) + view.main.description + plain(view.tabs.panel.value)
        for key in (title, button, heading):
            assert [name for name in ("ja", "en") if text(key, name) in page] == (
                ["ja", "en"] if language == "both" else [language]
            )
        assert view.tabs.value == "exchanges"
    with pytest.raises(MisuseError, match="ja, en, both"):
        wizard(iphone, "fr")


@pytest.mark.parametrize(
    ("platform", "screen", "mishap"),
    [
        (platform, screen, mishap)
        for screen, mishaps in MISHAPS.items()
        for mishap in mishaps
        for platform in {S.INSTALL: ["android"], S.READ_AGAIN: ["android"]}.get(screen, ["iphone"])
    ],
)
def test_each_mishap_can_be_chosen(lab: Lab, hanako: Holder, platform: str, screen: Screen, mishap: str) -> None:
    """The chooser offers what can fail on a screen, in words; the choice happens once, and the choice is gone."""
    view = go(wizard(getattr(lab, platform)(hanako)), screen)
    assert is_shown(view.what_if.mishaps)
    offered = {value: label for label, value in view.what_if.mishaps.options}
    assert set(offered) == {"", *MISHAPS[screen]}
    assert text(f"word.{mishap}", "ja") in offered[mishap] and text(f"word.{mishap}", "en") in offered[mishap]
    calls: list[object] = []
    do = view.flow.do
    view.flow.do = lambda *a, **k: (calls.append(k["mishap"]), do(*a, **k))[1]  # type: ignore[method-assign]
    view.what_if.mishaps.value = mishap
    view.main.click()
    assert calls == [mishap]
    assert view.what_if.mishaps.value == "" and not view._error


def test_a_screen_without_mishap_has_no_chooser(iphone: IPhone) -> None:
    """Where nothing can be made to fail, nothing is offered."""
    assert not is_shown(wizard(iphone).what_if.mishaps)


def test_a_blocked_pin_ends_with_the_reason_and_a_way_on(iphone: IPhone, hanako: Holder) -> None:
    """Five wrong passwords: the end says why and where to go, its button goes there, and a small one begins anew."""
    view = go(wizard(iphone), S.SIGN_PASSWORD)
    while not view.flow.finished:
        if view.flow.asks:
            view.fill_wrong.click()
        view.main.click()
    assert view.flow.screen is S.PIN_BLOCKED
    assert view.flow.body("ja") in view.page.value
    assert view.flow.notice is not None and view.flow.notice.in_language("ja") in view.notice.value
    assert view.main.description.split() == Speech("both").line("word.go_to.kiosk").split()
    view.again.click()
    assert view.flow.screen is S.HOME and view.flow.flow == "flow-2"


def test_another_face_is_refused_and_never_shown_as_hers(iphone: IPhone) -> None:
    """The app shows somebody without a face, the reading ends in a refusal, and one can begin anew."""
    view = go(wizard(iphone), S.CAPTURE)
    view.what_if.mishaps.value = "other_face"
    view.main.click()
    assert view.flow.screen is S.CAPTURE_DONE and "<img" not in view.page.value
    go(view, S.READ).main.click()
    assert view.flow.screen is S.REFUSED
    assert text("notice.face_refused", "en").replace("'", "&#x27;") in view.notice.value
    assert "<img" in go(_anew(view), S.CAPTURE_DONE).page.value


def test_the_app_can_be_closed(iphone: IPhone) -> None:
    """Closing ends the set-up; what was typed is gone; one can begin anew."""
    view = go(wizard(iphone), S.SIGN_PASSWORD)
    view.fill.click()
    view.close.click()
    assert view.flow.screen is S.CLOSED and view.entry.value == ""
    assert _anew(view).flow.screen is S.HOME


def _anew(view: Wizard) -> Wizard:
    (view.again if is_shown(view.again) else view.main).click()
    return view


def test_errors_stand_in_the_notice(iphone: IPhone, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk or a tap that came too late is a sentence on the phone, escaped, and the view goes on."""
    view = wizard(iphone)

    def full(*args: object, **named: object) -> None:
        raise StorageError("the disk is <full>")

    with monkeypatch.context() as patch:
        patch.setattr(view.flow, "do", full)
        view.main.click()
    assert "the disk is &lt;full&gt;" in view.notice.value
    view.main.click()
    assert view.flow.screen is S.GUIDANCE and not is_shown(view.notice)
    iphone.add_card()  # elsewhere: this set-up is given up
    view.back.click()
    assert view.flow.screen is S.CLOSED and "ended" in view.notice.value


def test_no_secret_is_in_any_widget(iphone: IPhone, hanako: Holder) -> None:
    """PINs, the phone's own ones too, and the My Number are in no widget, but for the field before its tap."""
    view = wizard(iphone)
    seen = []
    while not view.flow.finished:
        if view.flow.asks:
            view.fill.click()
        view.main.click()
        assert view.entry.value == ""
        for tab in ("exchanges", "events", "certificates", "verdict"):
            view.tabs.value = tab
            # Model names are random: a PIN in one is nobody's.
            seen += [
                re.sub(r"IPY_MODEL_\w+", "", str(state))
                for widget in widgets(view)
                for state in widget.get_state().values()
            ]
    own = re.findall(r": (\S+)$", str(iphone.slip), flags=re.MULTILINE)
    assert len(own) == 2
    for secret in (*PINS.values(), *own, hanako._resident.my_number):
        assert not [state for state in seen if secret in state]


def test_what_a_reading_says_is_all_there(iphone: IPhone, hanako: Holder) -> None:
    """The panel covers every exchange of the reading once: pieces of one file in one line, PINs as dots."""
    view = go(wizard(iphone), S.READING_DONE)
    assert view.tabs.value == "exchanges"
    numbers = re.findall(r'class="mnc-n">(\d+)(?:–(\d+))?<', view.tabs.panel.value)
    covered = [n for first, last in numbers for n in range(int(first), int(last or first) + 1)]
    assert covered == [exchange.n for exchange in hanako.card.trace]
    assert len(numbers) < len(covered)
    assert "00 20 00 80 08 •• •• •• •• •• •• •• ••" in view.tabs.panel.value
    view.main.click()
    view.tabs.value = "exchanges"
    assert text("word.no_exchange_now", "en") in view.tabs.panel.value


def test_clock_and_portal(iphone: IPhone) -> None:
    """Too early is refused with the time from which it works; five minutes later the same login is accepted."""
    view = go(wizard(iphone), S.DONE)
    works_from = next(r.activates_at for r in iphone.world.books.of_person(iphone.person) if r.is_phone)
    view.log_in.click()
    assert view.tabs.value == "verdict"
    assert (
        text("code.not_yet_valid", "ja") in view.tabs.panel.value and f"{works_from:%H:%M:%S}" in view.tabs.panel.value
    )
    before = iphone.world.now
    view.waits[1].click()
    assert (iphone.world.now - before).total_seconds() == 300 and f"{iphone.world.now:%H:%M:%S}" in view.clock.value
    assert view.tabs.value == "certificates" and view.tabs.panel.value.count('class="mnc-new"') == 2
    view.log_in.click()
    assert text("code.accepted", "ja") in view.tabs.panel.value
    verdict = view.newest_verdict(view.phone.phone)
    assert verdict is not None and verdict.accepted
    for check in verdict.checks:
        assert text(f"word.checked.{check.name}", "en") in view.tabs.panel.value


def test_a_login_without_card_is_a_verdict(iphone: IPhone) -> None:
    """Before the set-up the portal refuses, and the view says so."""
    view = wizard(iphone)
    view.log_in.click()
    assert text("code.no_credential", "ja") in view.tabs.panel.value


def test_a_press_on_a_screen_that_is_gone_is_not_heard(iphone: IPhone) -> None:
    """Click and Enter that come before the page says that it shows the next screen change nothing; code may press."""
    view = go(wizard(iphone), S.INPUT_AID_PIN)

    def from_the_page(widget: Any, event: str) -> None:
        widget._handle_custom_msg({"event": event}, [])

    def page_says_what_it_shows() -> None:
        view.seen._seen.value = view.seen._painted.value

    page_says_what_it_shows()
    view.fill.click()
    from_the_page(view.main, "click")
    assert view.flow.screen is S.SIGN_PASSWORD
    from_the_page(view.main, "click")
    from_the_page(view.entry, "submit")
    from_the_page(view.back, "click")
    assert view.flow.screen is S.SIGN_PASSWORD and not is_shown(view.notice)
    page_says_what_it_shows()
    from_the_page(view.back, "click")
    assert view.flow.screen is S.INPUT_AID_PIN
    view.fill.click()
    view.main.click()
    assert view.flow.screen is S.SIGN_PASSWORD


def test_a_tap_on_a_view_that_is_behind_is_not_carried_out(iphone: IPhone) -> None:
    """Of two views one goes on; the other's tap was made on an old screen: it says so, and shows where it stands."""
    view = go(wizard(iphone), S.OVERVIEW)
    other = wizard(view.flow)
    view.main.click()
    other.back.click()
    assert view.flow.screen is S.TERMS
    assert text("code.went_on", "ja") in plain(other.notice.value) and repr(other) == repr(view)
    other.main.click()
    assert view.flow.screen is S.FACE_CAUTIONS and not is_shown(other.notice)


def test_the_cell_that_made_a_view_comes_back_to_where_it_stood(iphone: IPhone) -> None:
    """``wizard(phone)`` once more goes on with the set-up that was shown; after it was closed, a new one begins."""
    view = go(wizard(iphone), S.SIGN_PASSWORD)
    again = wizard(iphone)
    assert again.flow is view.flow
    go(again, S.DONE)
    assert repr(wizard(iphone)) == repr(again)
    _anew(again).close.click()
    assert wizard(iphone).flow.screen is S.HOME


def test_no_screen_says_that_a_revoked_card_works(lab: Lab, hanako: Holder) -> None:
    """Title, sentence and colour of the end follow the certificate: too early, good, revoked unheard, dead."""
    iphone = lab.iphone(hanako)
    view = go(wizard(iphone, "en"), S.DONE)
    seen = [plain(view.page.value)]
    for wait in ("6min", "0s", "2d"):
        if wait == "0s":
            lab.android(hanako).add_card().run()
        lab.advance(wait)
        view.refresh()
        seen.append(plain(view.page.value))
    assert [re.search("services accept", page) is not None for page in seen] == [False, True, False, False]
    for page, name in zip(seen, ("ISSUED", "GOOD", "UNHEARD", "STAYS"), strict=True):
        assert text(f"word.standing.{name}.title", "en") in page
    assert "mnc-said-bad" in view.page.value and "mnc-dead" in view.page.value


def test_states_have_a_colour_and_a_word() -> None:
    """Each state has a word of its own and a sign; good is green, refusal red, waiting amber."""
    signs = {}
    for state in CertificateState:
        if state is not CertificateState.REQUESTED:
            shown = badge(state, Speech("en"))
            assert text(f"word.state_of.{state.name}", "en") in shown
            signs[state.name] = re.findall(r'mnc-(good|bad|wait)"', shown)[0]
    assert signs == {"ISSUED": "wait", "GOOD": "good", "ON_HOLD": "wait", "REVOKED": "bad", "EXPIRED": "bad"}


def test_what_is_explained_can_happen() -> None:
    """Every explanation of "what just happened" belongs to an event, and every event that has none has a sentence."""
    happened = [key.rpartition(".")[2] for key in keys("word") if key.startswith("word.happened.")]
    explained = [name.partition("_")[0] for name in happened]
    assert explained and set(explained) <= set(EVENTS)
    assert all(both(f"event.{name}") for name in EVENTS)


@pytest.mark.parametrize("wrong", [None, "iphone-1", 7])
def test_only_phones_and_set_ups_are_shown(wrong: object) -> None:
    """Anything else is refused with what would have been right."""
    with pytest.raises(MisuseError, match=r"phone\.add_card"):
        wizard(wrong)  # type: ignore[arg-type]
