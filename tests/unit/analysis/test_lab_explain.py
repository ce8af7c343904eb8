"""What happened, seen from above: true for whoever's card it was, and in the reader's language."""

from __future__ import annotations

import re

import pytest

from myna_lab import Lab
from myna_lab.lab import Holder
from myna_lab.provisioning import Flow, Screen
from myna_lab.texts import text

S = Screen
PINS = {"user_authentication_pin": "2222", "signing_password": "ABC123"}


@pytest.fixture
def lab() -> Lab:
    """A fresh lab."""
    return Lab(seed=7)


def with_card_of(flow: Flow, holder: Holder, user_pin: str) -> Flow:
    """The whole of Android's set-up with somebody's card, and the switch "same as on my card" at both PINs."""
    while not flow.finished:
        match flow.screen:
            case S.READ | S.READ_AGAIN:
                flow.next(holder.card)
            case S.NEW_USER_PIN:
                flow.next(user_pin, same=True)
            case S.NEW_SIGN_PASSWORD:
                flow.next(PINS["signing_password"], same=True)
            case _:
                flow.next(PINS["signing_password"] if flow.asks else None)
    return flow


@pytest.mark.parametrize(("typed", "key"), [("2222", "same_user_pin"), ("9876", "other_user_pin")])
def test_it_is_about_the_card_that_was_read(lab: Lab, typed: str, key: str) -> None:
    """On Hanako's phone with Taro's card: his PIN really is the card's, and his certificates are named."""
    hanako, taro = lab.resident(user_authentication_pin="1111"), lab.resident(**PINS)
    phone = lab.android(hanako)
    flow = with_card_of(phone.add_card(), taro, typed)
    explained = str(lab.explain(flow))
    assert text(f"explanation.flow.{key}", "en") in explained and typed not in explained
    own = [row for row in lab.books.of_person(taro.person) if row.device == phone.phone]
    assert len(own) == 2 and all(str(row.key) in explained for row in own)


def test_a_set_up_is_about_the_pins_of_its_time(lab: Lab) -> None:
    """Changed afterwards, on card and phone, what was chosen at the set-up is told as before."""
    hanako = lab.resident(**PINS)
    lab.municipality.unblock(hanako.card, "user_authentication", "7531")
    phone = lab.iphone(hanako)
    flow = phone.add_card().run(same_pins=True)
    told = str(lab.explain(flow))
    assert text("explanation.flow.same_user_pin", "en") in told
    phone.change_pin("7531", "8888")
    lab.municipality.unblock(hanako.card, "user_authentication", "9999")
    assert str(lab.explain(flow)) == told


def test_a_set_up_is_explained_without_codes(lab: Lab) -> None:
    """Screen, kinds, states and durations are words of the language."""
    flow = lab.iphone(lab.resident()).add_card().run()
    japanese, english = lab.explain(flow).in_language("ja"), lab.explain(flow).in_language("en")
    assert "「追加が終わりました」" in japanese and "スマホの署名用" in japanese and "発行済み" in japanese
    assert re.search(r"\d+分(\d+秒)?かかりました", japanese) and re.search(r"took \d+ min( \d+ s)?\.", english)
    assert not re.search(r"\b(done|issued|phone_sign)\b", japanese) and "phone_sign" not in english


def test_a_verdict_is_explained_without_codes(lab: Lab) -> None:
    """Service, code, failed checks, kind, state and cause are words of the language."""
    hanako = lab.resident()
    iphone = lab.iphone(hanako)
    iphone.add_card().run()
    early = lab.explain(lab.portal.log_in(iphone)).in_language("ja")
    assert "ポータル" in early and re.search(r"から使えます（あと\d+分(\d+秒)?）", early)
    lab.advance("10min")
    lab.android(hanako).add_card().run()
    lab.advance("20min")
    late = lab.explain(lab.portal.log_in(iphone))
    japanese, english = late.in_language("ja"), late.in_language("en")
    assert "合格しなかった検査：失効していないか" in japanese and "理由：別のスマホに追加した" in japanese
    assert "「失効」" in japanese and "スマホの利用者証明用" in japanese
    assert not re.search(r"revoked|revocation|phone_auth|new_phone", japanese)
    assert "had been revoked since" in english and "the card was added to another phone" in english
