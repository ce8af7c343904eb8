"""A kiosk in a convenience store: its hours, from when it takes which phone, and what the PIN is for."""

from __future__ import annotations

import pytest
from article import answered, resident

from myna_lab import Lab
from myna_lab.ground.durations import at


@pytest.mark.parametrize(
    ("when", "code"),
    [("06:29:59", "closed"), ("06:30", "accepted"), ("22:59:59", "accepted"), ("23:00", "closed")],
)
def test_its_hours(when: str, code: str) -> None:
    """06:30 to 23:00; outside the kiosk asks the card for nothing, not even for a PIN."""
    lab = Lab(seed=7, start=f"2025-06-24 {when}")
    hanako = resident(lab)
    verdict = lab.convenience_store.print_certificate(hanako.card, "0000" if code == "closed" else "2222")
    assert answered(verdict) == code
    assert hanako.card.tries_left("jpki/0018") == 3


@pytest.mark.parametrize(
    ("platform", "day", "code"),
    [
        ("android", "2024-01-21", "not_on_phones_yet"),
        ("android", "2024-01-22", "accepted"),
        ("iphone", "2025-06-23", "not_on_phones_yet"),
        ("iphone", "2025-06-24", "accepted"),
    ],
)
def test_from_when_it_takes_phones(platform: str, day: str, code: str) -> None:
    """Android everywhere from 2024-01-22, the iPhone from its start; they name themselves to the kiosk."""
    lab = Lab(seed=7, start=f"{day} 10:00")
    phone = getattr(lab, platform)(resident(lab))
    phone.add_card().run()
    lab.advance("20min")
    verdict = lab.convenience_store.print_certificate(phone)
    assert answered(verdict) == code
    if code != "accepted":
        assert verdict.usable_from == at({"android": "2024-01-22", "iphone": "2025-06-24"}[platform])
    assert lab.convenience_store.print_certificate(phone.holder.card, "2222").accepted


def test_a_wrong_pin_costs_a_try_and_a_face_may_stand_for_it() -> None:
    """The card's PIN is compared by the chip; on a phone the holder's face stands for it, and nobody else's."""
    lab = Lab(seed=7)
    hanako = resident(lab)
    phone = lab.iphone(hanako)
    phone.add_card().run()
    lab.advance("20min")
    assert answered(lab.convenience_store.print_certificate(hanako.card, "0000")) == "pin_wrong"
    assert hanako.card.tries_left("jpki/0018") == 2
    assert answered(lab.convenience_store.print_certificate(phone, other_face=True)) == "biometrics_failed"
    assert answered(lab.convenience_store.print_certificate(phone)) == "accepted"
    assert answered(lab.convenience_store.print_certificate(lab.android(hanako))) == "no_credential"


def test_what_it_checks_is_told_in_both_languages() -> None:
    """Hours, first day and register stand in the verdict beside what every service checks."""
    lab = Lab(seed=7)
    phone = lab.iphone(resident(lab))
    phone.add_card().run()
    lab.advance("20min")
    verdict = lab.convenience_store.print_certificate(phone)
    assert [check.name for check in verdict.checks][-3:] == ["opening_hours", "phones_serve", "register"]
    assert "open 06:30-23:00" in str(verdict) and "住民登録があります" in verdict.in_language("ja")


def test_between_two_towns() -> None:
    """After the notice of moving out, and before that of moving in, nothing is printed; the certificate is good."""
    lab = Lab(seed=7, start="2025-06-24 10:00")
    hanako = resident(lab)
    assert answered(lab.convenience_store.print_certificate(hanako.card, "2222")) == "accepted"
    lab.municipality.move_out(hanako)
    verdict = lab.convenience_store.print_certificate(hanako.card, "2222")
    assert answered(verdict) == "between_towns"
    assert [check.name for check in verdict.checks if not check.passed] == ["register"]
    assert "moved out, and not yet moved in" in str(verdict) and "転入届の前" in verdict.in_language("ja")
    assert answered(lab.portal.log_in(hanako.card, "2222")) == "accepted"
    lab.municipality.move(hanako)
    assert answered(lab.convenience_store.print_certificate(hanako.card, "2222")) == "accepted"


def test_it_rests_at_the_turn_of_the_year() -> None:
    """From 29 December to 3 January nothing is printed at any hour, unless the parameter says that it goes on."""
    lab = Lab(seed=7, start="2025-12-28 22:59")
    hanako = resident(lab)
    assert answered(lab.convenience_store.print_certificate(hanako.card, "2222")) == "accepted"
    for day, code in (("2025-12-29", "closed"), ("2026-01-03", "closed"), ("2026-01-04", "accepted")):
        lab.advance_to(f"{day} 10:00")
        verdict = lab.convenience_store.print_certificate(hanako.card, "2222")
        assert answered(verdict) == code
        assert ("12月29日" in verdict.in_language("ja")) is (code == "closed")
    always = Lab(seed=7, start="2026-01-01 10:00", parameters={"store_rests": False})
    taro = resident(always)
    assert answered(always.convenience_store.print_certificate(taro.card, "2222")) == "accepted"
