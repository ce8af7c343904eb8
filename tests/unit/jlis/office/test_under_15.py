"""Who is under 15: one certificate, no signing password, a card of five birthdays, and no phone. Facts 1.2.3, 1.3.2."""

from __future__ import annotations

import pytest

from myna_lab import Lab
from myna_lab import events as ev
from myna_lab.ground.durations import at

#    now                born          last second of the card   certificates
CARDS = [
    ("2025-06-24 09:00", "2010-06-24", "2030-06-24 23:59:59", ["card_auth", "card_sign"]),  # 15 today
    ("2025-06-24 09:00", "2010-06-25", "2029-06-25 23:59:59", ["card_auth"]),  # 15 tomorrow
    ("2027-02-28 12:00", "2012-02-29", "2032-02-29 23:59:59", ["card_auth"]),  # 15 from 1 March
    ("2027-03-01 12:00", "2012-02-29", "2032-02-29 23:59:59", ["card_auth", "card_sign"]),
    ("2025-06-24 09:00", "2025-06-24", "2030-06-24 23:59:59", ["card_auth"]),  # born today
]


@pytest.mark.parametrize(("now", "born", "ends", "kinds"), CARDS)
def test_what_the_card_has(now: str, born: str, ends: str, kinds: list[str]) -> None:
    """From the fifteenth birthday on there is a signing certificate with key and password, ending with the card."""
    lab = Lab(seed=7, start=now)
    holder = lab.resident(born=born)
    signs = "card_sign" in kinds
    assert sorted(own.kind for own in lab.certificates()) == kinds
    assert holder.card_expires == at(ends)
    assert {row.not_after for row in lab.books.certificates.values()} == {at(ends)}
    files = holder.card.files()
    assert list(files.loc[["jpki/0001", "jpki/001A", "jpki/001B"], "size"].notna()) == [signs] * 3
    assert files.loc[["jpki/001B", "jpki/0018"], "tries_left"].tolist() == [5 if signs else 0, 3]
    assert ("Signing password" in str(holder.slip)) is signs


def test_what_a_child_may_do() -> None:
    """By the plastic card whatever log-in opens, but no signing; by a phone nothing, because none can be set up."""
    lab = Lab(seed=7)
    table = lab.errands(lab.resident(born="2010-06-25"))
    assert dict(zip(table.index, zip(table["plastic"], table["plastic_reason"], strict=True), strict=True)) == {
        "log in to the portal": ("yes", "accepted"),
        "sign an application online": ("no", "no_sign_certificate"),
        "get a certificate at a store": ("yes", "accepted"),
        "see a doctor": ("yes", "accepted"),
        "open a bank account": ("no", "no_sign_certificate"),
        "show an age of 20 at a counter": ("no", "too_young"),
        "drive a car": ("no", "no_licence"),
        "use a private service": ("yes", "accepted"),
    }
    for phone in ("iphone", "android"):
        assert table[phone].tolist() == ["no"] * 8
        assert table[f"{phone}_reason"].tolist() == ["no_sign_certificate"] * 8


@pytest.mark.parametrize("platform", ["iphone", "android"])
def test_a_birthday_does_not_change_the_card(platform: str) -> None:
    """Fifteen since a day, with the card of before: it still has no signing certificate and sets no phone up."""
    lab = Lab(seed=7)
    child = lab.resident(born="2010-06-25")
    lab.advance("2d")
    getattr(lab, platform)(child).add_card().run()
    assert [own.kind for own in lab.certificates()] == ["card_auth"]
    refused = [entry.event for entry in lab.log if isinstance(entry.event, ev.ReadingRefused)]
    assert [one.reason for one in refused] == ["no_sign_certificate"]
