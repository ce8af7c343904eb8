"""A private service that takes cards only."""

from __future__ import annotations

import pytest
from article import answered, resident

from myna_lab import Lab


@pytest.mark.parametrize("platform", ["iphone", "android"])
def test_it_refuses_phones_and_takes_cards(platform: str) -> None:
    """Every other check of the phone passes; the one that fails says why, in both languages."""
    lab = Lab(seed=7)
    phone = getattr(lab, platform)(resident(lab))
    phone.add_card().run()
    lab.advance("20min")
    verdict = lab.private_service.log_in(phone)
    assert answered(verdict) == "phones_not_taken"
    assert [check.name for check in verdict.checks if not check.passed] == ["phones_taken"]
    assert "it takes cards only" in str(verdict) and "スマホの電子証明書には対応していません" in verdict.in_language(
        "ja"
    )
    assert answered(lab.private_service.log_in(phone.holder.card, "2222")) == "accepted"


def test_what_is_wrong_besides_comes_first() -> None:
    """A phone that is revoked, whose wallet has not heard, is refused as revoked; a wrong PIN of a card is one."""
    lab = Lab(seed=7)
    phone = lab.iphone(resident(lab))
    phone.add_card().run()
    lab.advance("20min")
    for certificate in phone.certificates:
        certificate.revoke()
    lab.advance("20h")
    assert answered(lab.private_service.log_in(phone)) == "revoked"
    assert answered(lab.private_service.log_in(phone.holder.card, "0000")) == "pin_wrong"
