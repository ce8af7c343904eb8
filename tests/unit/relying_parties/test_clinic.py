"""A clinic: an expired certificate still shows for three months that its holder is insured, and nothing else."""

from __future__ import annotations

import pytest
from article import answered, resident

from myna_lab import Lab
from myna_lab.events import Verdict

BORN = "1990-04-15"
"""The certificates of a card of June 2025 end on the fifth birthday: 2030-04-15."""


def _insurance(verdict: Verdict) -> list[str]:
    return [check.seen.code for check in verdict.checks if check.name == "insurance"]


@pytest.mark.parametrize(
    ("when", "code", "shown"),
    [
        ("2030-04-15 23:59:59", "accepted", ["service.insurance_whole"]),
        ("2030-04-16 00:00:00", "accepted", ["service.insurance_status_only"]),
        ("2030-07-31 23:59:59", "accepted", ["service.insurance_status_only"]),
        ("2030-08-01 00:00:00", "expired", []),
    ],
)
def test_three_months_from_the_end_of_the_month(when: str, code: str, shown: list[str]) -> None:
    """Expired on 2030-04-15: the status is shown until the end of July; the portal refuses from the first second."""
    lab = Lab(seed=7)
    hanako = resident(lab, born=BORN)
    lab.advance_to(when)
    verdict = lab.clinic.check_in(hanako.card, "2222")
    assert answered(verdict) == code
    assert _insurance(verdict) == shown
    assert answered(lab.portal.log_in(hanako.card, "2222")) == ("accepted" if "whole" in str(shown) else "expired")


def test_the_grace_crosses_a_year() -> None:
    """Expired in November: until the end of February."""
    lab = Lab(seed=7)
    hanako = resident(lab, born="1990-11-20")
    lab.advance_to("2030-02-28 23:59:59")
    verdict = lab.clinic.check_in(hanako.card, "2222")
    assert answered(verdict) == "accepted"
    assert "2030-02-28 23:59:59" in str(verdict) and "保険資格だけ" in verdict.in_language("ja")
    lab.advance("1s")
    assert answered(lab.clinic.check_in(hanako.card, "2222")) == "expired"


def test_revoked_and_expired_shows_nothing() -> None:
    """The months of grace are for what expired, not for what was revoked before; the parameter says how many."""
    lab = Lab(seed=7)
    hanako = resident(lab, born=BORN)
    lab.advance_to("2030-04-15 20:00")
    (certificate,) = lab.certificates(hanako, kind="card_auth")
    certificate.revoke("KEY_COMPROMISE")
    lab.advance_to("2030-04-16 10:00")
    assert answered(lab.clinic.check_in(hanako.card, "2222")) == "expired"
    without = Lab(seed=7, parameters={"insurance_grace_months": 0})
    taro = resident(without, born=BORN)
    without.advance_to("2030-04-30 23:59:59")
    assert answered(without.clinic.check_in(taro.card, "2222")) == "accepted"
    without.advance("1s")
    assert answered(without.clinic.check_in(taro.card, "2222")) == "expired"


def test_a_patient_is_not_sent_away_in_an_outage() -> None:
    """By its usual policy a clinic goes on without status, while the portal refuses."""
    lab = Lab(seed=7)
    hanako = resident(lab)
    lab.world.outage("ocsp")
    assert answered(lab.clinic.check_in(hanako.card, "2222")) == "accepted"
    assert answered(lab.portal.log_in(hanako.card, "2222")) == "no_revocation_information"


@pytest.mark.parametrize("platform", ["iphone", "android"])
def test_a_reader_needs_no_network_on_the_phone(platform: str) -> None:
    """Off line it serves where it is held to a reader: store, clinic, counter; what is done on line is refused."""
    lab = Lab(seed=7, start="2026-11-01 09:00")
    phone = getattr(lab, platform)(resident(lab))
    phone.add_card().run(same_pins=True)
    lab.advance("20min")
    phone.go_offline()
    asked = {
        "store": lab.convenience_store.print_certificate(phone, "2222"),
        "store, by face": lab.convenience_store.print_certificate(phone),
        "clinic": lab.clinic.check_in(phone, "2222"),
        "counter": lab.counter.check_age(phone),
        "portal": lab.portal.log_in(phone, "2222"),
        "private service": lab.private_service.log_in(phone, "2222"),
        "desk": lab.desk.accept(phone, password="ABC123"),
        "bank": lab.bank.open_account(phone, "ABC123"),
    }
    assert {name: answered(verdict) for name, verdict in asked.items()} == {
        **dict.fromkeys(("store", "store, by face", "clinic", "counter"), "accepted"),
        **dict.fromkeys(("portal", "private service", "desk", "bank"), "offline"),
    }
