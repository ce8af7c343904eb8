"""What may be left at home: answers at an instant, for phones that she has and phones that she might have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from myna_lab import Lab
from myna_lab.errors import MisuseError
from myna_lab.lab import Holder
from myna_lab.texts import both

STORE = "get a certificate at a store"
DOCTOR, LOG_IN, DRIVE = "see a doctor", "log in to the portal", "drive a car"
SEPTEMBER = "from 2025-09-19, at prepared sites only"
IN_TRIAL = f"{SEPTEMBER} (sites of the trial: yes)"
BEFORE_TRIAL = f"{SEPTEMBER} (sites of the trial: from 2025-07-01)"


@pytest.fixture
def lab() -> Lab:
    """A fresh lab, 2025-06-24 09:00."""
    return Lab(seed=7)


@pytest.fixture
def hanako(lab: Lab) -> Holder:
    """A resident with a driving licence, which ends on 2029-08-23."""
    return lab.resident(licence=True)


def test_the_later_of_two_days_counts(lab: Lab, hanako: Holder) -> None:
    """Right after the set-up the certificate works in minutes, but clinics take phones from September on."""
    lab.iphone(hanako).add_card().run()
    table = lab.errands(hanako)
    assert (table.loc[LOG_IN, "iphone"], table.loc[LOG_IN, "iphone_reason"]) == ("from 2025-06-24", "not_yet_valid")
    assert (table.loc[DOCTOR, "iphone"], table.loc[DOCTOR, "iphone_reason"]) == (BEFORE_TRIAL, "not_on_phones_yet")


@pytest.mark.parametrize("at", ["2025-09-18 22:00", "2025-09-18 23:58"])
def test_an_imagined_phone_follows_the_rules_of_the_instant(lab: Lab, hanako: Holder, at: str) -> None:
    """The evening before phones serve, both platforms answer alike: the copy's clock does not run past the question."""
    table = lab.errands(hanako, at=at)
    assert list(table.loc[DOCTOR, ["plastic", "iphone", "android"]]) == ["yes", IN_TRIAL, IN_TRIAL]
    assert list(table.loc[LOG_IN, ["plastic", "iphone", "android"]]) == ["yes", "yes", "yes"]
    assert list(Lab(seed=7).errands(at=at).loc[DOCTOR, ["iphone", "android"]]) == [IN_TRIAL, IN_TRIAL]


def test_a_phone_that_can_only_be_begun_now_works_from_a_day_on(lab: Lab) -> None:
    """A resident of tonight has no phone that is older: an Android card comes tomorrow, an iPhone's within the day."""
    lab.advance_to("2025-09-18 22:00")
    table = lab.errands(lab.resident())
    assert list(table.loc[LOG_IN, ["iphone", "android"]]) == ["yes", "from 2025-09-19"]
    assert list(table.loc[DOCTOR, ["iphone", "android"]]) == [IN_TRIAL, SEPTEMBER]


@pytest.mark.parametrize(
    ("language", "yes", "by_password"),
    [(None, "yes", "yes, with the signing password"), ("ja", "できる", "できる（署名用パスワードで）")],
)
def test_signing_on_a_phone_asks_for_the_password(
    lab: Lab, hanako: Holder, language: str | None, yes: str, by_password: str
) -> None:
    """The row of signing says by what on phones; logging in needs no password there."""
    table = lab.errands(hanako, at="2025-10-01 10:00", language=language)
    assert table.iloc[0, :3].tolist() == [yes, yes, yes]
    assert table.iloc[1, :3].tolist() == [yes, by_password, by_password]


@pytest.mark.parametrize("platform", ["iphone", "android"])
def test_she_types_what_she_changed(lab: Lab, hanako: Holder, platform: str) -> None:
    """PINs and passwords that were changed, the card's and the phone's: the errands type the new ones."""
    phone = getattr(lab, platform)(hanako)
    phone.add_card().run(same_pins=True)
    lab.advance("20min")
    phone.change_signing_password(hanako._memory.signing_password, "ZUTTO2025")
    lab.municipality.unblock(hanako.card, "user_authentication", "7777")
    lab.kiosk.register(hanako.card, "signing", phone=phone)
    lab.kiosk.reset_pin(hanako.card, "signing", "ATARASHII1", other="7777")
    table = lab.errands(hanako)
    signing = table.loc["sign an application online", ["plastic", platform]].tolist()
    assert signing == ["yes", "yes, with the signing password"]
    assert table.loc[LOG_IN, "plastic"] == "yes"


def _block_sign_password(lab: Lab, holder: Holder) -> None:
    for _ in range(5):
        lab.desk.accept(holder.card, password="WRONG1")


def _each(act: str) -> Callable[[Lab, Holder], None]:
    """Log-in of the card, and with it signing."""
    return lambda lab, holder: getattr(lab.certificates(holder, kind="card_auth")[0], act)()


SPOILT: dict[str, tuple[Callable[[Lab, Holder], None], str]] = {
    "revoked": (_each("revoke"), "certificate_revoked"),
    "on hold": (_each("hold"), "certificate_on_hold"),
    "blocked": (_block_sign_password, "blocked_before_signing"),
    "maintenance": (lambda lab, holder: None, "maintenance"),
}


@pytest.mark.parametrize("name", SPOILT)
def test_why_a_phone_cannot_be_set_up(name: str) -> None:
    """The reason of the set-up stands in the table, not that a phone which nobody could set up holds no card."""
    lab = Lab(seed=7, start="2025-07-06 03:10") if name == "maintenance" else Lab(seed=7)
    holder = lab.resident()
    spoil, reason = SPOILT[name]
    spoil(lab, holder)
    table = lab.errands(holder)
    assert set(table["iphone"]) == {"no"}
    if name == "maintenance":  # at night, when stores are closed
        assert table.loc[STORE, "iphone_reason"] == "closed"
        table = table.drop(STORE)
    assert set(table["iphone_reason"]) == {reason}
    if name != "maintenance":
        assert set(table["android_reason"]) == {reason}


def test_a_child_has_no_phone_version(lab: Lab) -> None:
    """Under 15 there is no signing certificate, so no phone can be set up."""
    child = lab.resident(born="2015-01-01")
    assert set(lab.errands(child)["android_reason"]) == {"no_sign_certificate"}


def test_maintenance_then_does_not_matter_afterwards() -> None:
    """A set-up that J-LIS would not take when the last thing happened is begun at the instant that is asked for."""
    lab = Lab(seed=7, start="2025-07-06 03:10")
    assert lab.errands(lab.resident(), at="2025-07-06 12:00").loc[LOG_IN, "iphone"] == "yes"


@pytest.mark.parametrize(("at", "answer"), [("2029-08-23 23:59", "yes"), ("2029-08-24", "no"), ("2036-01-01", "no")])
def test_a_licence_ends(lab: Lab, hanako: Holder, at: str, answer: str) -> None:
    """The police read the licence's last day from the chip, whatever the card's own."""
    assert lab.errands(hanako, at=at).loc[DRIVE, "plastic"] == answer


def test_a_licence_may_have_a_pin(lab: Lab) -> None:
    """Its holder knows it, and types it for the police."""
    assert lab.errands(lab.resident(licence=True, licence_pin="4649")).loc[DRIVE, "plastic"] == "yes"


def test_an_own_phone_that_never_had_a_card_is_set_up_as_any(lab: Lab, hanako: Holder) -> None:
    """Bought and never used, it answers as a phone that she might have: with the card's state, or its own reason."""
    lab.iphone(hanako)
    assert lab.errands(hanako).loc[LOG_IN, "iphone"] == "yes"
    lab.world.record(lab.world.office.suspend(hanako.card.name).events)
    table = lab.errands(hanako)
    assert set(table["iphone_reason"]) == set(table["android_reason"]) == {"card_suspended"}
    taro = lab.resident()
    lab.iphone(taro, model="iPhone X")
    assert set(lab.errands(taro)["iphone_reason"]) == {"model_too_old"}
    lab.iphone(taro)
    assert lab.errands(taro).loc[LOG_IN, "iphone"] == "yes"


def test_the_phone_that_works_is_asked(lab: Lab, hanako: Holder) -> None:
    """A newer phone without a card does not hide the one that has it."""
    lab.iphone(hanako).add_card().run()
    lab.advance("10min")
    lab.iphone(hanako)
    assert lab.errands(hanako).loc[LOG_IN, "iphone"] == "yes"


def test_nobody_is_asked_for_before_she_is_there(lab: Lab) -> None:
    """A time before she was registered is refused, with the day; without a name, somebody is imagined then."""
    lab.advance("1d")
    hanako = lab.resident()
    with pytest.raises(MisuseError, match="registered at 2025-06-25 09:00:00"):
        lab.errands(hanako, at="2025-06-24 10:00")
    assert lab.errands(at="2025-06-24 10:00").loc[LOG_IN, "plastic"] == "yes"


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_table_in_words(lab: Lab, hanako: Holder, language: str) -> None:
    """Errands, columns, answers and reasons are words of the language; nothing is recorded."""
    before = len(lab.log)

    def word(key: str, **values: Any) -> str:
        return both(key)[language].format(**values)

    table, codes = lab.errands(hanako, language=language), lab.errands(hanako)
    assert list(table.index) == [word(f"word.errand.{errand.replace(' ', '_')}") for errand in codes.index]
    assert list(table.columns) == [word(f"word.errand.{column}") for column in codes.columns]
    later = word("word.errand.from_at_prepared_sites", day="2025-09-19")
    words = dict(zip(codes.index, table.itertuples(index=False, name=None), strict=True))
    assert words[DOCTOR][1] == word("word.errand.trial_from", answer=later, day="2025-07-01")
    assert words[DRIVE][4] == word("code.no_licence") and words[LOG_IN][0] == word("word.errand.yes")
    assert len(lab.log) == before
