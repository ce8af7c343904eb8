"""The attribute record is renewed by itself: when, for which phones, and what of it is new."""

from __future__ import annotations

from pathlib import Path

import pytest
from article import answered, resident

from myna_lab import Lab
from myna_lab import events as ev
from myna_lab.devices.phone.device_key import is_device_key
from myna_lab.formats import mdoc
from myna_lab.ground.durations import at
from myna_lab.lab import IPhone
from myna_lab.lab.handles import PhoneHandle


def made(**parameters: str) -> tuple[Lab, IPhone]:
    """A lab with one iPhone, whose card came onto it at 09:01 or so on 24 June."""
    lab = Lab(seed=7, parameters=parameters)
    phone = lab.iphone(resident(lab))
    phone.add_card().run()
    return lab, phone


def renewals(lab: Lab) -> list[str]:
    """The days on which a record was renewed."""
    return [f"{entry.at:%m-%d}" for entry in lab.log if isinstance(entry.event, ev.AttributesRenewed)]


def record_of(phone: PhoneHandle) -> mdoc.Record:
    """The record that the phone holds now."""
    return mdoc.parse(phone.world.phone(phone.phone).record())


def test_every_twenty_three_days_while_on_line() -> None:
    """The first record is of 24 June; the next ones come on 17 July and 9 August, each for thirty days."""
    lab, phone = made()
    first = record_of(phone)
    lab.advance("60d")
    assert renewals(lab) == ["07-17", "08-09"]
    now = record_of(phone)
    assert (now.valid_from.date(), now.valid_until.date()) == (at("2025-08-09").date(), at("2025-09-08").date())
    assert (now.expected_update - now.signed).days == 23  # type: ignore[operator]
    assert answered(lab.counter.check_age(phone)) == "accepted"
    assert now.device_key == first.device_key
    assert now.value_digests.keys() == first.value_digests.keys()
    digests = [{d for each in record.value_digests.values() for d in each.values()} for record in (first, now)]
    assert not digests[0] & digests[1], "every salt is new"


def test_the_device_key_lies_in_an_entry_of_its_own() -> None:
    """Its secret number stands once in the vault, and neither in the log, the record nor the application."""
    lab, _ = made()
    (entry,) = [entry for entry in lab.log if isinstance(entry.event, ev.DeviceKeyGenerated)]
    secret = lab.world.journal.get(entry.event.key_ref)
    assert len(secret) == 32
    assert not any(secret.hex() in each.body() for each in lab.log)
    applied = next(each.event for each in lab.log if isinstance(each.event, ev.ApplicationAccepted))
    assert secret not in lab.world.journal.get(applied.application_ref)


def test_off_line_it_ends_and_on_line_it_comes_at_once() -> None:
    """Nothing is fetched off line; after thirty days the record is over; on line again the next one is there."""
    lab, phone = made()
    phone.go_offline()
    lab.advance("31d")
    assert renewals(lab) == []
    assert answered(lab.counter.check_age(phone)) == "record_not_valid"
    phone.go_online()
    lab.advance("1s")
    assert renewals(lab) == ["07-25"]
    assert answered(lab.counter.check_age(phone)) == "accepted"


def test_a_short_time_off_line_changes_nothing() -> None:
    """On line before the day: the day stays as it was."""
    lab, phone = made()
    phone.go_offline()
    lab.advance("10d")
    phone.go_online()
    lab.advance("20d")
    assert renewals(lab) == ["07-17"]


def test_not_for_a_revoked_pass() -> None:
    """J-LIS renews nothing for a pass that is dead in the books."""
    lab, phone = made()
    for certificate in phone.certificates:
        certificate.revoke()
    lab.advance("60d")
    assert renewals(lab) == []


def test_a_stop_delays_it() -> None:
    """While the certificates are on hold nothing is renewed; when the hold is lifted the wallet makes up for it."""
    lab, phone = made(hold_release="all")
    lab.hotline.suspend(phone.holder)
    lab.advance("28d")  # the window is closed on 21 July, a holiday
    assert renewals(lab) == []
    lab.municipality.resume(phone.holder)
    lab.advance("1s")
    assert renewals(lab) == ["07-22"]


def test_not_once_the_holder_has_moved() -> None:
    """What the record states is no longer so: it ends on its day, and comes anew when the card is added again."""
    lab, phone = made()
    lab.municipality.move(phone.holder, "青波県灯台市港町２丁目２番３号")
    lab.advance("29d")
    assert renewals(lab) == [] and answered(lab.counter.check_age(phone)) == "accepted"
    lab.advance("2d")
    assert answered(lab.counter.check_age(phone)) == "record_not_valid"


def test_rarer_than_valid_leaves_gaps() -> None:
    """With 40 days between records of 30 days, a phone has none for ten days; the record then names no next one."""
    lab, phone = made(mdoc_renewal="40d")
    assert record_of(phone).expected_update is None
    lab.advance("35d")
    assert answered(lab.counter.check_age(phone)) == "record_not_valid"
    lab.advance("6d")
    assert answered(lab.counter.check_age(phone)) == "accepted"


def test_it_ends_with_its_certificate() -> None:
    """The last record is not valid longer than the user-authentication certificate, and after it none comes."""
    lab, phone = made()
    end = next(row.not_after for row in lab.books.certificates.values() if row.kind == "phone_auth")
    lab.advance_to(end)
    assert record_of(phone).valid_until == end
    before = len(renewals(lab))
    lab.advance("60d")
    assert len(renewals(lab)) == before


def test_a_lab_that_is_opened_again_goes_on(tmp_path: Path) -> None:
    """Saved on one day and opened on another, the lab renews on the same days with the same bytes."""
    lab, phone = made()
    lab.advance("20d")
    lab.save(tmp_path / "lab.sqlite")
    again = Lab.open(tmp_path / "lab.sqlite")
    for each in (lab, again):
        each.advance("30d")
    assert renewals(again) == renewals(lab) == ["07-17", "08-09"]
    twin = again.phones[0]
    assert again.world.phone(twin.phone).record() == lab.world.phone(phone.phone).record()


@pytest.mark.parametrize("secret", [b"", bytes(32), b"\xff" * 32, b"\x01" * 31])
def test_a_file_with_another_key_is_refused(secret: bytes) -> None:
    """What is no number below the order of P-256 is no device key."""
    assert not is_device_key(secret)
    assert is_device_key(b"\x01" * 32)
