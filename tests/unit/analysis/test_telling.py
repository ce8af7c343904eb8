"""What just happened, in one sentence, and each event in the reader's language alone."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

import pytest

from myna_lab import Lab
from myna_lab.analysis.telling import sentence, told
from myna_lab.errors import PhoneRefused, StorageError
from myna_lab.events import Entry
from myna_lab.lab import Holder
from myna_lab.provisioning import MISHAPS, Screen
from myna_lab.texts import text
from myna_lab.texts.speech import Speech
from myna_lab.widgets import Wizard, one_phone, wizard

S = Screen
ENGLISH = Speech("en")
WORDS = re.compile(r"\b[A-Za-z']+(?: [A-Za-z']+){2,}")
NAMES = re.compile(r"COMPUTE DIGITAL SIGNATURE|READ BINARY")
"""Commands have the standard's names in every language."""


@pytest.fixture
def lab() -> Lab:
    """A fresh lab."""
    return Lab(seed=7)


@pytest.fixture
def hanako(lab: Lab) -> Holder:
    """Its first resident."""
    return lab.resident(licence=True)


def since(lab: Lab, n: int) -> Sequence[Entry]:
    return list(lab.log)[n:]


def happened(name: str, **values: object) -> str:
    return html.escape(text(f"word.happened.{name}", "en", **values))


def test_a_try_that_was_given_up_before_is_not_told(lab: Lab, hanako: Holder) -> None:
    """Offline, the phone cannot begin; online again it can, and that is what is told: not the former try's end."""
    view = one_phone(lab, hanako, "en")
    iphone = view.sides[0]
    iphone.network.click()
    iphone.add.click()
    assert happened("RequirementMissed", phone="iphone-1", reason=text("code.offline", "en")) in view.what.value
    iphone.network.click()
    iphone.add.click()
    assert happened("PassAdded", phone="iphone-1") in view.what.value
    assert happened("ApplicationAbandoned") not in view.what.value


@pytest.mark.parametrize("screen", [S.TERMS, S.WALLET_DONE, S.FIVE_MINUTES, S.LOSS_GUIDANCE])
def test_closing_after_the_pass_is_there_loses_nothing(lab: Lab, hanako: Holder, screen: Screen) -> None:
    """Before, the set-up is given up; afterwards the card is on the phone already."""
    flow = lab.iphone(hanako).add_card()
    while flow.screen is not screen:
        flow.next(flow.own_entry())
    before = len(lab.log)
    flow.close()
    name = "ApplicationAbandoned" if screen is S.TERMS else "ApplicationAbandoned_done"
    assert told(since(lab, before), ENGLISH, lab.world) == f'<span lang="en">{happened(name)}</span>'


def test_a_phones_pin_is_not_told_as_the_cards(lab: Lab, hanako: Holder) -> None:
    """A wrong password of the phone: its own tries; blocked: the app or a new set-up, and no window; a reset: where."""
    phone = lab.iphone(hanako)
    phone.add_card().run()
    stories = []
    for _ in range(5):
        before = len(lab.log)
        with pytest.raises(PhoneRefused, match="the signing identity did not open"):
            phone.sign(b"TEST", password="NOTTHIS1")
        stories.append(told(since(lab, before), ENGLISH, lab.world))
    wrong, blocked = (happened(f"ReferenceDataRefused_{name}") for name in ("phone", "phone_blocked"))
    assert stories == [f'<span lang="en">{story}</span>' for story in [wrong] * 4 + [blocked]]
    lab.kiosk.register(hanako.card, "signing", phone=phone)
    lab.kiosk.reset_pin(hanako.card, "signing", "ASHITA2026", other=hanako._memory.user_authentication_pin)
    reset = sentence(lab.log[-2], ENGLISH)
    assert reset == '<span lang="en">The signing password of card-1 was reset (app and store).</span>'


def test_each_service_tells_its_own_story(lab: Lab, hanako: Holder) -> None:
    """The portal, the desk, the clinic and the police are not mixed up; a phone without card gives no signature."""
    iphone = lab.iphone(hanako)
    before = len(lab.log)
    lab.portal.log_in(iphone)
    values = {"service": text("word.service.portal", "en"), "code": text("code.no_credential", "en")}
    assert happened("VerdictGiven_unanswered", **values) in told(since(lab, before), ENGLISH, lab.world)
    pin, password = hanako._resident.user_authentication_pin, hanako._resident.signing_password
    ask = {
        "portal": lambda: lab.portal.log_in(hanako.card, pin),
        "desk": lambda: lab.desk.accept(hanako.card, password=password),
        "clinic": lambda: lab.clinic.check_in(hanako.card, pin),
        "police": lambda: lab.police.check_licence(hanako.card),
    }
    for service, question in ask.items():
        before = len(lab.log)
        question()
        assert happened(f"VerdictGiven_{service}") in told(since(lab, before), ENGLISH, lab.world)


def test_a_revocation_by_itself_is_no_new_phone(lab: Lab, hanako: Holder) -> None:
    """Only another phone's application is told as "one phone per person"; otherwise the reason stands there."""
    before = len(lab.log)
    lab.certificates(hanako, kind="card_sign")[0].revoke("KEY_COMPROMISE")
    reason = text("word.revoked_for.KEY_COMPROMISE", "en")
    assert happened("CertificateRevoked_alone", reason=reason) in told(since(lab, before), ENGLISH, lab.world)


@pytest.mark.parametrize(("start", "name"), [("2026-10-19 09:00", ""), ("2026-10-21 09:00", "_face")])
def test_what_came_onto_an_android_is_told(start: str, name: str) -> None:
    """Before its day an Android gets two certificates, from then on the card's face with them; the phone is named."""
    lab = Lab(seed=7, start=start)
    flow = lab.android(lab.resident()).add_card()
    while flow.screen is not S.INSTALL:
        flow.next(flow.own_entry())
    before = len(lab.log)
    flow.next()
    sentence = happened(f"CredentialInstalled{name}", phone="android-1")
    assert told(since(lab, before), ENGLISH, lab.world) == f'<span lang="en">{sentence}</span>'


def _hold(lab: Lab) -> None:
    for certificate in lab.certificates(lab.phones[0]):
        certificate.hold()


ENDS: dict[str, Callable[[Lab], object]] = {
    "_issued": lambda lab: None,
    "": lambda lab: lab.advance("1h"),
    "_on_hold": _hold,
    "_revoked": lambda lab: lab.android(lab.residents[0]).add_card().run(),
    "_expired": lambda lab: lab.advance_to(lab.residents[0].card_expires + timedelta(seconds=1)),
}


@pytest.mark.parametrize("name", ENDS)
def test_the_end_tells_the_state_of_what_is_on_the_phone(lab: Lab, hanako: Holder, name: str) -> None:
    """Whatever happened to the certificates before the last tap, the end says how they stand then."""
    flow = lab.iphone(hanako).add_card()
    while flow.screen is not S.LOSS_GUIDANCE:
        flow.next(flow.own_entry())
    ENDS[name](lab)
    before = len(lab.log)
    assert flow.next().screen is S.DONE
    assert happened(f"SetUpFinished{name}") in told(since(lab, before), ENGLISH, lab.world)


def pages(view: Wizard) -> Iterator[str]:
    """What the learner reads in every panel and on the phone, without the names of events, bytes and clauses."""
    for tab in ("exchanges", "events", "certificates", "verdict"):
        view.tabs.value = tab
        for widget in (view.head, view.page, view.notice, view.what, view.tabs.panel):
            # A clause names a standard; a name of the log is in a <code>.
            plain = re.sub(r"<code>.*?</code>|<small>(?!<span lang).*?</small>", " | ", widget.value)
            yield NAMES.sub(" | ", html.unescape(re.sub(r"<[^>]+>", " | ", plain)))
    buttons = (view.main, view.back, view.close, view.fill, view.log_in, view.another, *view.what_if.acts.values())
    yield from (button.description for button in buttons)


def test_a_japanese_view_has_no_english_sentence(lab: Lab, hanako: Holder) -> None:
    """A whole set-up with mishaps, wrong and malformed entries, services and an error: three words are too many."""
    view = wizard(lab.iphone(hanako), "ja")
    english: set[str] = set()
    left = {screen: list(names) for screen, names in MISHAPS.items() if screen is not S.WALLET}
    left[S.CAPTURE].remove("other_face")
    wrong = {S.INPUT_AID_PIN: ["12"], S.SIGN_PASSWORD: ["x", "WRONG123"], S.REPEAT_USER_PIN: ["0000"]}
    while not view.flow.finished:
        screen = view.flow.screen
        if view.flow.asks:
            view.fill.click()
            view.entry.value = wrong[screen].pop() if wrong.get(screen) else view.entry.value
        view.what_if.mishaps.value = left[screen].pop() if left.get(screen) else ""
        view.main.click()
        english |= {found for page in pages(view) for found in WORDS.findall(page)}
    for wait in ("0s", "6min"):
        lab.advance(wait)
        view.log_in.click()
        english |= {found for page in pages(view) for found in WORDS.findall(page)}
    view.act(lambda: view.flow.do("back"))
    english |= {found for page in pages(view) for found in WORDS.findall(page)}
    assert view.flow.screen is S.DONE and view._error is not None
    assert not english


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_event_of_a_story_can_be_told(lab: Lab, hanako: Holder, language: str) -> None:
    """No code, state or brace is left in a sentence, in either language."""
    lab.iphone(hanako).add_card().run()
    lab.android(hanako).add_card().run()
    lab.advance("10min")
    lab.police.check_licence(hanako.card)
    codes = re.compile(r"[{}]|[A-Z]+_[A-Z_]+|\b[a-z]+_[a-z_]+|jpki/|text/")
    told = [html.unescape(re.sub(r"<[^>]+>", "", sentence(entry, Speech(language)))) for entry in lab.log]
    assert not [line for line in told if codes.search(line)]


def test_an_error_is_said_in_japanese_by_its_kind(lab: Lab, hanako: Holder) -> None:
    """A Japanese reader gets a Japanese sentence; the error's own words are English."""
    view = wizard(lab.iphone(hanako), "ja")

    def full() -> None:
        raise StorageError("the disk is full.")

    view.act(full)
    assert text("word.error.StorageError", "ja") in view.notice.value and "disk" not in view.notice.value
    view.language.value = "both"
    assert "the disk is full." in view.notice.value
