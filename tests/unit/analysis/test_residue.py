"""What is left on a phone: what a finder sees and can open, and who takes it until when, written by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from article import answered, resident
from cryptography import x509

from myna_lab import Lab
from myna_lab.ground.durations import show
from myna_lab.lab import Android, IPhone
from myna_lab.texts import LANGUAGES


def made(platform: str, start: str = "2025-07-01 09:00") -> tuple[Lab, IPhone | Android]:
    """A phone that holds the card, with the card's PINs, and works."""
    lab = Lab(seed=7, start=start)
    phone = getattr(lab, platform)(resident(lab))
    phone.add_card().run(same_pins=True)
    lab.advance("20min")
    return lab, phone


def told(phone: IPhone | Android) -> list[str]:
    """Each way as ``what by: code or opens``, with the tries that are left."""
    return [
        f"{way.what} {way.by}: {'opens' if way.opens else way.code}{'' if way.tries is None else f' {way.tries}'}"
        for way in phone.residue.ways
    ]


def test_a_finder_sees_the_face_and_needs_pin_or_password() -> None:
    """The iPhone itself, its face gone with its holder; a wrong PIN costs a try, and reading the table costs none."""
    lab, phone = made("iphone")
    assert told(phone) == [
        "face looking: opens",
        "log_in own_face: opens",
        "log_in pin: opens 3",
        "sign password: opens 5",
    ]
    phone.lose()
    assert told(phone) == ["face looking: lost", "log_in own_face: lost", "log_in pin: lost 3", "sign password: lost 5"]
    phone.hand_to("finder")
    found = [
        "face looking: opens", "log_in own_face: biometrics_failed", "log_in pin: opens 3", "sign password: opens 5",
    ]  # fmt: skip
    assert told(phone) == told(phone) == found
    for left in (2, 1):
        lab.portal.log_in(phone, "0000")
        assert told(phone)[2] == f"log_in pin: opens {left}"
    lab.portal.log_in(phone, "0000")
    assert told(phone)[2] == "log_in pin: pin_blocked 0"


def test_a_locked_screen_keeps_the_finder_out() -> None:
    """With the parameter: a finder, and who has it from him, sees and opens nothing; a buyer was told how it opens."""
    lab = Lab(seed=7, start="2025-07-01 09:00", parameters={"screen_lock": True})
    phone, taro = lab.iphone(resident(lab)), lab.resident()
    phone.add_card().run(same_pins=True)
    lab.advance("20min")
    for takers, code in ((["finder"], "screen_locked"), (["finder", taro], "screen_locked"), (["buyer"], "opens")):
        copy = lab.fork()
        (found,) = copy.phones
        for taker in takers:
            found.hand_to(copy.residents[1] if taker is taro else taker)
        said = [line.split(": ")[1].split()[0] for line in told(found)]
        assert said == ([code] * 4 if code == "screen_locked" else ["opens", "biometrics_failed", "opens", "opens"])
        assert answered(copy.portal.log_in(found, "2222")) == ("accepted" if code == "opens" else code)
        assert ("画面ロック" in found.residue.in_language("ja")) is (code == "screen_locked")
        found.find()
        assert answered(copy.portal.log_in(found)) == "accepted"
    phone.lose()
    phone.hand_to("finder")
    phone.erase_remotely()
    assert not phone._phone.is_locked


def test_lost_mode_hides_all_and_erasure_leaves_nothing() -> None:
    """Every way is closed by the same word; of an erased phone nobody takes anything."""
    _, phone = made("iphone")
    assert isinstance(phone, IPhone)
    phone.hand_to("finder")
    phone.lost_mode()
    assert [line.split(": ")[1].split()[0] for line in told(phone)] == ["lost_mode"] * 4
    assert phone.residue.is_live  # J-LIS has heard of nothing
    phone.erase_remotely()
    assert [line.split(": ")[1] for line in told(phone)] == [
        *["no_credential"] * 4,
    ]
    assert (phone.residue.taken, phone.residue.is_live) == ((), False)


def test_a_reset_android_opens_by_what_is_known() -> None:
    """Certificates only: no face to see; after the reset no face opens it, PIN and password do."""
    _, phone = made("android")
    assert told(phone) == [
        "face looking: no_face",
        "log_in own_face: opens",
        "log_in pin: opens 3",
        "sign password: opens 5",
    ]
    phone.erase()
    phone.hand_to("buyer")
    assert told(phone)[1:] == ["log_in own_face: no_biometrics", "log_in pin: opens 3", "sign password: opens 5"]
    assert phone.residue.is_live


def test_the_face_of_an_android_goes_with_its_reset() -> None:
    """From the day of parameter ``android_attributes_from`` there is a face to see, until the reset."""
    _, phone = made("android", "2026-10-20 09:00")
    assert told(phone)[0] == "face looking: opens"
    phone.erase()
    assert told(phone)[0] == "face looking: no_face"


def test_who_takes_it_until_when() -> None:
    """Revoked at 09:47:00: the books at once, OCSP at 10:00, the list at midnight; live: until its last second."""
    lab, phone = made("iphone")
    (sign, auth) = phone.certificates
    ends_at = x509.load_der_x509_certificate(auth.der).not_valid_after_utc
    assert [(row.source, row.until, row.is_over) for row in phone.residue.taken] == [
        (source, ends_at, False) for source in ("books", "ocsp", "crl")
    ]
    lab.advance_to("2025-07-01 09:47")
    phone.hand_to("finder")
    sign.revoke()
    auth.revoke()
    ends = {"books": "2025-07-01 09:47:00", "ocsp": "2025-07-01 10:00:00", "crl": "2025-07-02 00:00:00"}
    for now, over in {
        "2025-07-01 09:47:00": {"books"},
        "2025-07-01 09:59:59": {"books"},
        "2025-07-01 10:00:00": {"books", "ocsp"},
        "2025-07-01 23:59:59": {"books", "ocsp"},
        "2025-07-02 00:00:00": {"books", "ocsp", "crl"},
    }.items():
        lab.advance_to(now)
        left = phone.residue
        assert {row.source: show(row.until) for row in left.taken} == ends and not left.is_live
        assert {row.source for row in left.taken if row.is_over} == over
    assert [line.split(": ")[1] for line in told(phone)[1:]] == ["biometrics_failed", "opens 3", "opens 5"]
    lab.advance_to("2025-07-02 10:00")
    assert told(phone) == [
        "face looking: opens", "log_in own_face: pass_dead", "log_in pin: pass_dead 3", "sign password: pass_dead 5",
    ]  # fmt: skip


@pytest.mark.parametrize("source", ["ocsp", "crl"])
def test_services_agree_with_the_table(source: str) -> None:
    """A service that asks this source accepts up to the second that the table names, and refuses from then on."""
    lab = Lab(seed=7, parameters={"service_revocation_data": source, "wallet_check_interval": "30d"})
    phone = lab.iphone(resident(lab))
    phone.add_card().run(same_pins=True)
    lab.advance("1d")
    phone.hand_to("finder")
    for certificate in phone.certificates:
        certificate.revoke()
    until = next(row.until for row in phone.residue.taken if row.source == source)
    lab.advance_to(until - timedelta(seconds=1))
    assert answered(lab.portal.log_in(phone, "2222")) == "accepted"
    lab.advance_to(until)
    assert answered(lab.portal.log_in(phone, "2222")) == "revoked"


@pytest.mark.parametrize("platform", ["iphone", "android"])
def test_it_is_said_in_both_languages(platform: str) -> None:
    """A line for who has it, each way and each source; no PIN stands in it."""
    _, phone = made(platform)
    phone.hand_to("finder")
    for language in LANGUAGES:
        said = phone.residue.in_language(language)
        assert len(said.splitlines()) == 9 and phone.name in said
        assert "2222" not in said and "ABC123" not in said
    assert "a finder" in str(phone.residue) and "拾った人" in phone.residue._repr_html_()
