"""The set-up as a state machine: lawful taps, wrong entries, aborts."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
from article import CARDS_PINS, answered, go, resident

from myna_lab import Lab, provisioning
from myna_lab.errors import MisuseError, TapRefused
from myna_lab.events import EVENTS
from myna_lab.jlis.office import phones
from myna_lab.lab import Holder, IPhone
from myna_lab.provisioning import RULES, Screen
from myna_lab.texts import LANGUAGES, both, keys, text

S = Screen


def test_a_pin_in_circled_digits_is_malformed(iphone: IPhone) -> None:
    """Full-width digits are taken, circled ones are not (tests/rules has the other malformed entries)."""
    flow = go(iphone.add_card(), S.INPUT_AID_PIN).next("①②③④")
    assert (flow.screen, flow.notice and flow.notice.code) == (S.INPUT_AID_PIN, "malformed_input_aid")


def test_small_letters_of_the_sign_password_are_raised(iphone: IPhone) -> None:
    """The app raises small letters, as the real ones do."""
    flow = go(iphone.add_card(), S.SIGN_PASSWORD)
    flow.next("abc123").next()
    assert flow.screen is S.READING_DONE


@pytest.mark.parametrize(
    ("screen", "wrong", "tries", "reference"),
    [(S.INPUT_AID_PIN, "9999", 3, "text/0011"), (S.SIGN_PASSWORD, "WRONG1", 5, "jpki/001B")],
)
def test_a_wrong_pin_costs_one_try_each_and_blocks_at_the_end(
    iphone: IPhone, hanako: Holder, screen: Screen, wrong: str, tries: int, reference: str
) -> None:
    """Wrong until blocked: one try each, back to that PIN's screen, then an end that says where to go."""
    flow = iphone.add_card()
    for left in range(tries - 1, -1, -1):
        go(flow, screen).next(wrong)
        go(flow, S.READ).next()
        assert hanako.card.tries_left(reference) == left
        if left:
            assert flow.screen is screen
            assert str(left) in str(flow)
    assert flow.screen is S.PIN_BLOCKED
    again = go(iphone.add_card(), S.READ).next()
    assert again.screen is S.PIN_BLOCKED
    assert hanako.card.tries_left(reference) == 0


def test_a_right_pin_puts_the_counter_back(iphone: IPhone, hanako: Holder) -> None:
    """One correct entry resets the counter."""
    flow = go(iphone.add_card(), S.SIGN_PASSWORD).next("WRONG1").next()
    assert hanako.card.tries_left("jpki/001B") == 4
    go(flow, S.READING_DONE)
    assert hanako.card.tries_left("jpki/001B") == 5


def test_the_same_switch_wants_the_cards_password(iphone: IPhone) -> None:
    """The switch "same as on my card" with another password is refused: the app knows the card's from the reading."""
    flow = go(iphone.add_card(), S.NEW_SIGN_PASSWORD)
    flow.next("OTHER12", same=True)
    assert (flow.screen, flow.notice and flow.notice.code) == (S.NEW_SIGN_PASSWORD, "not_the_cards")
    assert flow.next("ABC123", same=True).screen is S.ADD_TO_WALLET


@pytest.mark.parametrize("number", range(22))
def test_closed_at_any_screen_the_next_run_leaves_one_live_pair(
    lab: Lab, iphone: IPhone, hanako: Holder, number: int
) -> None:
    """Abort anywhere, begin again, run through: exactly one pair is live."""
    flow = iphone.add_card()
    while flow.number != number:
        flow.next(CARDS_PINS[flow.asks] if flow.asks else None)
    flow.close()
    assert flow.screen is (S.CLOSED if number < 19 else S.DONE)
    assert len(lab.books.live_on_phones(hanako.person)) in (0, 2)
    assert iphone.add_card().run().screen is S.DONE
    assert len(lab.books.live_on_phones(hanako.person)) == 2


def test_a_new_set_up_closes_the_open_one(lab: Lab, iphone: IPhone) -> None:
    """The phone shows one set-up; the former is given up and cannot be tapped any more."""
    old = go(iphone.add_card(), S.TERMS)
    iphone.add_card()
    assert old.screen is S.CLOSED
    assert "ApplicationAbandoned" in [entry.name for entry in lab.log]
    with pytest.raises(TapRefused, match="ended"):
        old.do("agree")


def test_what_cannot_happen_is_refused_and_told(iphone: IPhone) -> None:
    """A mishap of another screen: what can happen here is named, and nothing is changed."""
    flow = iphone.add_card()
    with pytest.raises(
        TapRefused, match="'twin' cannot happen on screen 'home' with 'start_adding'; possible: nothing"
    ):
        flow.do("start_adding", mishap="twin")
    with pytest.raises(TapRefused, match="possible: liveness_failed, other_face, twin"):
        go(flow, S.CAPTURE).do("capture", mishap="link_lost")
    with pytest.raises(TapRefused, match="'liveness_failed' cannot happen on screen 'capture' with 'close'"):
        flow.do("close", mishap="liveness_failed")
    assert flow.screen is S.CAPTURE


def test_mishaps(iphone: IPhone) -> None:
    """The capture fails with tries left, the card is taken away, another face does not match."""
    flow = go(iphone.add_card(), S.CAPTURE).do("capture", mishap="liveness_failed")
    assert flow.screen is S.READY_TO_CAPTURE
    go(flow, S.READ).do("start_reading", mishap="link_lost")
    assert flow.screen is S.READ
    assert go(flow, S.READING_DONE).screen is S.READING_DONE
    other = go(iphone.add_card(), S.CAPTURE).do("capture", mishap="other_face")
    assert go(other, S.READ).next().screen is S.REFUSED
    failing = iphone.add_card()
    for _ in range(3):
        go(failing, S.CAPTURE).do("capture", mishap="liveness_failed")
    assert failing.screen is S.REFUSED


def test_somebody_elses_card_is_refused_by_the_face(lab: Lab, iphone: IPhone) -> None:
    """Taro's card with Taro's PINs on Hanako's phone: her face is not his."""
    taro = lab.resident(input_aid_pin="1111", signing_password="ABC123")
    flow = go(iphone.add_card(), S.READ).do("start_reading", taro.card)
    assert (flow.screen, flow.notice and flow.notice.code) == (S.REFUSED, "face_refused")


@pytest.mark.parametrize(
    ("model", "version", "reason"), [("iPhone X", "18.5", "model_too_old"), ("iPhone 13", "18.4.1", "system_too_old")]
)
def test_an_old_phone_stays_at_home(lab: Lab, hanako: Holder, model: str, version: str, reason: str) -> None:
    """Too old a model or system: the first screen says so; offline likewise."""
    flow = lab.iphone(hanako, model=model, os_version=version).add_card().run()
    assert (flow.screen, flow.notice and flow.notice.code) == (S.HOME, reason)
    phone = lab.iphone(hanako)
    phone.go_offline()
    flow = phone.add_card().next()
    assert (flow.screen, flow.notice and flow.notice.code) == (S.HOME, "offline")


@pytest.mark.parametrize("missing", ["biometrics", "two_factor"])
def test_requirements_of_the_account(lab: Lab, hanako: Holder, missing: str) -> None:
    """No face or finger enrolled, or no second factor: the first screen says so and nothing begins."""
    flow = lab.iphone(hanako, **{missing: False}).add_card().run()
    assert (flow.screen, flow.notice and flow.notice.code) == (S.HOME, f"no_{missing}")


def test_a_twin_passes_and_the_lab_knows(lab: Lab, iphone: IPhone) -> None:
    """The comparison is of faces, not of people."""
    flow = go(iphone.add_card(), S.CAPTURE).do("capture", mishap="twin")
    assert go(flow, S.DONE).finished
    assert "twin" in str(lab.explain(flow))


def test_the_same_switch_lets_another_user_pin_pass(lab: Lab, iphone: IPhone) -> None:
    """The user PIN is never asked at the reading, so the app cannot compare it; the lab says so."""
    flow = go(iphone.add_card(), S.NEW_USER_PIN).next("9876", same=True)
    assert flow.screen is S.NEW_SIGN_PASSWORD
    go(flow.next("ABC123", same=True), S.DONE)
    assert "is NOT the card's" in str(lab.explain(flow))
    assert "9876" not in str(lab.explain(flow))


def test_off_line_at_the_wallet_is_tried_again(lab: Lab, iphone: IPhone) -> None:
    """Offline at Wallet: the screen stays, and the same tap works later."""
    flow = go(iphone.add_card(), S.WALLET)
    iphone.online = False
    flow.next()
    assert (flow.screen, flow.notice and flow.notice.code) == (S.WALLET, "offline")
    iphone.online = True
    assert flow.next().screen is S.WALLET_DONE


def test_maintenance_says_until_when(hanako: Holder) -> None:
    """On the first Sunday from three to four no application is taken; afterwards the same tap works."""
    night = Lab(seed=7, start="2025-07-06 02:58")
    holder = night.resident(input_aid_pin="1111", user_authentication_pin="2222", signing_password="ABC123")
    flow = go(night.iphone(holder).add_card(), S.WALLET).next()
    assert (flow.screen, flow.notice and flow.notice.code) == (S.WALLET, "registry_maintenance")
    assert "2025-07-06 04:00:00" in str(flow)
    night.advance_to("2025-07-06 04:00")
    assert flow.next().screen is S.WALLET_DONE


def test_blocked_now_and_blocked_before_are_told_apart(lab: Lab, iphone: IPhone, hanako: Holder) -> None:
    """The last wrong try blocks the PIN; the next set-up finds it blocked."""
    flow = iphone.add_card()
    for _ in range(3):
        go(flow, S.INPUT_AID_PIN).next("9999")
        go(flow, S.READ).next()
    assert flow.notice is not None
    assert flow.notice.code == "blocked_now_input_aid"
    again = go(iphone.add_card(), S.READ).next()
    assert again.notice is not None
    assert again.notice.code == "blocked_before_input_aid"


def test_two_set_ups_at_once_the_later_application_wins(lab: Lab, hanako: Holder) -> None:
    """Two phones walk in step; the second application revokes the first pair."""
    first, second = lab.iphone(hanako), lab.iphone(hanako)
    one, two = go(first.add_card(), S.WALLET), go(second.add_card(), S.WALLET)
    one.next()
    two.next()
    assert {row.device for row in lab.books.live_on_phones(hanako.person)} == {second.name}
    go(one, S.DONE)
    lab.advance("20min")
    assert answered(lab.portal.log_in(first)) == "revoked"


def test_another_card_at_the_second_android_reading(lab: Lab, hanako: Holder) -> None:
    """Registering on Android wants the card of the application."""
    taro = lab.resident(signing_password="ABC123")
    flow = go(lab.android(hanako).add_card(), S.READ_AGAIN).do("start_reading", taro.card)
    assert (flow.screen, flow.notice and flow.notice.code) == (S.REFUSED, "other_card")


def test_a_child_has_no_sign_certificate(lab: Lab) -> None:
    """Under 15: no signing certificate on the card, so the set-up ends at the reading."""
    child = lab.resident(born="2015-01-01")
    flow = lab.iphone(child).add_card().run()
    assert (flow.screen, flow.notice and flow.notice.code) == (S.REFUSED, "no_sign_certificate")


def test_what_is_typed_is_in_no_event_and_no_text(lab: Lab, iphone: IPhone, hanako: Holder) -> None:
    """PINs and My Number appear in no event, trace, repr or table."""
    iphone.add_card().run(same_pins=True)
    lab.portal.log_in(iphone)
    shown = "".join(
        (
            "".join(entry.body() for entry in lab.log),
            str(hanako.card.trace),
            str(iphone.chip and iphone.chip.trace),
            repr((hanako, iphone, lab, lab.books, lab.world.things, hanako._resident)),
            lab.tables.events().to_string(),
        )
    )
    for secret in ("ABC123", hanako._resident.my_number, b"ABC123".hex(), hanako._resident.my_number.encode().hex()):
        assert secret not in shown
        assert secret.upper() not in shown.replace(" ", "")


@pytest.mark.parametrize("platform", RULES)
def test_every_screen_and_tap_has_its_sentences(platform: str) -> None:
    """Title, body and buttons of every screen exist in Japanese and English."""
    for rule in RULES[platform]:
        assert set(both(f"tap.{rule.on}")) == set(LANGUAGES)
        for screen in (rule.before, rule.to):
            assert both(f"screen.{screen.name}.title"), screen
            assert both(f"screen.{screen.name}.body"), screen


def _sample(kind: object) -> object:
    return 3 if "int" in str(kind) else "x"


def test_every_event_has_its_sentence() -> None:
    """Each kind of event is told in both languages, with its own fields only."""
    for name, event in EVENTS.items():
        values = {field.name: _sample(field.type) for field in fields(event)}
        for language in LANGUAGES:
            assert text(f"event.{name}", language, **values)


def test_every_notice_has_its_sentence() -> None:
    """Each code that an effect or the registry can give has a notice."""
    source = "".join(path.read_text(encoding="utf-8") for path in Path(provisioning.__path__[0]).glob("*.py"))
    given = set(re.findall(r'notice="([a-z_]+)"', source))
    registry_codes = set(re.findall(r'code="([a-z_]+)"', Path(phones.__file__).read_text(encoding="utf-8")))
    assert {"offline", "link_lost", "face_refused"} <= given
    for code in given | {f"registry_{code}" for code in registry_codes}:
        assert both(f"notice.{code}"), code


@pytest.mark.parametrize(
    "kind", ["screen", "tap", "notice", "code", "word", "event", "explanation", "field", "exercise", "slip"]
)
def test_sentences_have_both_languages(kind: str) -> None:
    """Every sentence has a Japanese and an English form, neither empty nor the same."""
    assert keys(kind)
    for key in keys(kind):
        sentences = both(key)
        # What stands between two parts of a sentence may be nothing in Japanese.
        assert all(words for language, words in sentences.items() if (language, key[-8:]) != ("ja", ".between")), key
        assert (sentences["ja"] == sentences["en"]) is (sentences["en"] in ("iPhone", "Android")), key


@pytest.mark.parametrize("screen", [S.READ, S.WAIT_FOR_NOTICE, S.INSTALL])
def test_android_off_line_is_tried_again(lab: Lab, hanako: Holder, screen: Screen) -> None:
    """Offline at the application, at the notice, at the installation: the same tap works later."""
    android = lab.android(hanako)
    flow = go(android.add_card(), screen)
    android.online = False
    flow.next()
    assert (flow.screen, flow.notice and flow.notice.code) == (screen, "offline")
    android.online = True
    assert go(flow, S.DONE).finished
    assert len(android.certificates) == 2


def test_android_interrupted_at_the_installation(lab: Lab, hanako: Holder) -> None:
    """Issued, not installed: the phone holds nothing, and the next set-up leaves one live pair."""
    android = lab.android(hanako)
    flow = go(android.add_card(), S.INSTALL).do("continue", mishap="interrupted")
    assert flow.screen is S.INTERRUPTED
    assert android.certificates == ()
    assert android.add_card().run().screen is S.DONE
    assert len(lab.books.live_on_phones(hanako.person)) == 2


def test_android_applied_at_night_is_ready_in_the_morning() -> None:
    """Outside the service hours the notice comes next morning."""
    night = Lab(seed=7, start="2025-06-24 22:00")
    night.android(night.resident()).add_card().run()
    noticed = next(entry.at for entry in night.log if entry.name == "IssueNoticed")
    assert f"{noticed:%d %H:%M}" == "25 08:03"


# ------------------------------------------------------------------------------------------------------- run()


def _new_password(holder: Holder, new: bytes) -> None:
    """The holder changes her card's signing password at a reader."""
    with holder.card.connect() as transmit:
        for command in (
            bytes.fromhex("00A4040C0AD392F000260100000001"),
            bytes.fromhex("0020009B06") + b"ABC123",
            bytes.fromhex("0024019B") + bytes([len(new)]) + new,
        ):
            assert transmit(command).hex() == "9000"


@pytest.mark.parametrize("platform", ["iphone", "android"])
def test_run_types_the_password_that_was_changed(lab: Lab, platform: str) -> None:
    """What the holder remembers follows a changed PIN: the set-up reads the card at the first try."""
    holder = resident(lab)
    _new_password(holder, b"ATARASHII1")
    lab.municipality.unblock(holder.card, "input_aid", "9753")
    before = len(lab.log)
    assert getattr(lab, platform)(holder).add_card().run(same_pins=True).screen is S.DONE
    assert "ReferenceDataRefused" not in [entry.name for entry in lab.log[before:]]
    assert holder.phones[0]._phone.pins() == {"user": "2222", "signing": "ATARASHII1"}


@pytest.mark.parametrize(("platform", "reads"), [("iphone", ["READ"]), ("android", ["READ", "READ_AGAIN"])])
def test_run_stops_at_a_wrong_password(lab: Lab, platform: str, reads: list[str]) -> None:
    """A wrong one was typed by hand: one try is spent, not five, and the notice says so; a second run goes on."""
    for read in reads:
        holder = resident(lab)
        flow = go(getattr(lab, platform)(holder).add_card(), S[read]).back()
        flow.next("WRONG1").run()
        assert (flow.finished, flow.notice.code, holder.card.tries_left("jpki/001B")) == (False, "wrong_signing", 4)
        assert flow.run().screen is S.DONE
        assert holder.card.tries_left("jpki/001B") == 5


def test_run_goes_on_after_the_mishap_that_was_asked_for(lab: Lab) -> None:
    """An injected failure is no reason to stop; a refusal of another kind at the same tap is."""
    holder = resident(lab)
    flow = lab.iphone(holder).add_card().run(mishaps={"CAPTURE": ["liveness_failed"], "READ": ["link_lost"] * 2})
    assert flow.screen is S.DONE
    flow = go(lab.iphone(holder).add_card(), S.SIGN_PASSWORD).next("WRONG1")
    flow.run(mishaps={"READ": ["link_lost"] * 9})
    assert holder.card.tries_left("jpki/001B") == 4
    assert flow.notice is not None and flow.notice.code == "wrong_signing"


@pytest.mark.parametrize("value", ["no", 0, 1, None])
def test_a_switch_is_true_or_false(lab: Lab, value: object) -> None:
    """What is neither is refused by name, and nothing is tapped."""
    flow = lab.iphone(lab.resident()).add_card()
    before = len(lab.log)
    with pytest.raises(MisuseError, match="same_pins is True or False"):
        flow.run(same_pins=value)  # type: ignore[arg-type]
    with pytest.raises(MisuseError, match="same is True or False"):
        flow.do("start_adding", same=value)  # type: ignore[arg-type]
    assert len(lab.log) == before
