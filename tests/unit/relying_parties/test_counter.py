"""A counter: age and identity by the attribute record of a phone, or by looking at a card."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import cbor2
import pytest
from article import answered, resident

from myna_lab import Lab
from myna_lab.devices.phone.presenting import Wallet
from myna_lab.errors import MisuseError
from myna_lab.formats import mdoc
from myna_lab.formats.jpki.names import read_certificate
from myna_lab.formats.mdoc import cose, request, response, session
from myna_lab.ground.chance import Chance
from myna_lab.ground.durations import at
from myna_lab.keys import elliptic_key
from myna_lab.lab import IPhone
from myna_lab.world.outside import WorldOutside

OWN = elliptic_key(Chance(11))


@pytest.fixture(scope="module")
def lab() -> Lab:
    """A lab with one iPhone, of somebody who is 19."""
    lab = Lab(seed=7)
    lab.iphone(resident(lab, born="2005-12-01")).add_card().run()
    lab.advance("20min")
    return lab


@pytest.fixture
def iphone(lab: Lab) -> IPhone:
    """The iPhone."""
    phone = lab.phones[0]
    assert isinstance(phone, IPhone)
    return phone


class Between:
    """A phone that is not what it seems: it asks the wallet for something else, or changes its answer."""

    name = "between"

    def __init__(self, lab: Lab, phone: IPhone, forge: Callable[[dict[str, Any]], object], ask: Sequence[str]) -> None:
        held = WorldOutside(lab.world).presenter(phone, other_face=False)
        assert isinstance(held, Wallet)
        self._held, self._forge, self._ask = held, forge, ask

    def near(self) -> tuple[str, Callable[[bytes], bytes]]:
        """Show a code of its own; the session with the reader is its own, too."""
        engagement = session.engage(OWN.public_key())

        def carry(message: bytes) -> bytes:
            seen, reader_key, sealed = session.read_establishment(message, engagement)
            sealing = session.SealedSession(OWN, reader_key, seen, is_reader=False)
            asked = request.read_request(sealing.open(sealed)).documents[0].elements
            names = [name for each in asked.values() for name in each]
            shown = response.document(
                self._held.record,
                response.chosen(mdoc.parse(self._held.record), request.elements_of([*names, *self._ask])),
                device_key=self._held.key,
                transcript=seen,
            )
            document = cbor2.loads(cbor2.dumps(shown))
            replaced = self._forge(document)
            octets = replaced if isinstance(replaced, bytes) else response.device_response([document])
            return session.session_data(sealing.seal(octets), session.END)

        return session.to_qr(engagement), carry


@pytest.mark.parametrize(("over", "code"), [(18, "accepted"), (20, "too_young"), (65, "too_young")])
def test_an_age_and_nothing_else(lab: Lab, iphone: IPhone, over: int, code: str) -> None:
    """She is 19: old enough for 18; the counter gets the one element that it asked for."""
    verdict = lab.counter.check_age(iphone, over)
    assert answered(verdict) == code
    failed = [check.name for check in verdict.checks if not check.passed]
    assert failed == ([] if code == "accepted" else ["age"])
    names = ["chain", "signer_usage", "issuer_signature", "doc_type", "digests", "validity", "status", "device_auth"]
    ages = ["age"] if code in ("accepted", "too_young") else []
    assert [check.name for check in verdict.checks] == [*names, "asked", "elements", *ages]
    assert "1 element came" in str(verdict)


def test_an_identity(lab: Lab, iphone: IPhone) -> None:
    """Name, address, date of birth and portrait; none of them stands in the log."""
    verdict = lab.counter.check_identity(iphone)
    assert answered(verdict) == "accepted"
    assert "4 elements came" in str(verdict) and "4項目が届きました" in verdict.in_language("ja")
    assert iphone.holder.name not in lab.log[len(lab.log) - 1].body()


def _signed_by(document: dict[str, Any], signature: list[object]) -> None:
    document["deviceSigned"]["deviceAuth"] = {"deviceSignature": signature}


def _other_device(document: dict[str, Any]) -> None:
    _signed_by(document, list(cose.sign(b"heard elsewhere", elliptic_key(Chance(3)), detached=True)))


def _older(document: dict[str, Any]) -> None:
    """Say that she is 20: the digest of what was signed does not fit any more."""
    items = document["issuerSigned"]["nameSpaces"][mdoc.COMMON]
    items[0] = cbor2.CBORTag(24, items[0].value.replace(b"elementValue\xf4", b"elementValue\xf5"))


def _nothing(document: dict[str, Any]) -> None:
    document["issuerSigned"]["nameSpaces"] = {}


FORGED: dict[str, tuple[Callable[[dict[str, Any]], object], Sequence[str], str, list[str]]] = {
    "another device's signature": (_other_device, (), "other_device", ["device_auth"]),
    "an older age": (_older, (), "changed_record", ["digests"]),
    "more than was asked": (lambda document: None, ["sex"], "not_asked", ["asked"]),
    "less than was asked": (_nothing, (), "not_given", ["elements"]),
    "no document": (lambda document: response.device_response([]), (), "not_given", ["elements"]),
    "noise": (lambda document: b"noise", (), "record_refused", ["response"]),
    "a number for a signature": (lambda d: _signed_by(d, [1, 2, 3, 4]), (), "record_refused", ["response"]),
}


@pytest.mark.parametrize("case", FORGED)
def test_a_record_that_was_tampered_with(lab: Lab, iphone: IPhone, case: str) -> None:
    """Whatever shows it: the verdict names the check that fails, and accepts nobody."""
    forge, ask, code, failed = FORGED[case]
    verdict = lab.counter.check_age(Between(lab, iphone, forge, ask), 20 if case == "an older age" else 18)
    assert answered(verdict) == code
    assert [check.name for check in verdict.checks if not check.passed] == failed


@pytest.mark.parametrize(
    "octets", [b"", b"\xff", b"\xa0", session.session_data(None, 10), session.session_data(b"x" * 40)]
)
def test_a_phone_that_sends_no_message_of_the_session(lab: Lab, octets: bytes) -> None:
    """The counter refuses what it cannot decrypt, and does not fall over."""

    class Silent:
        name = "silent"

        def near(self) -> tuple[str, Callable[[bytes], bytes]]:
            return session.to_qr(session.engage(OWN.public_key())), lambda message: octets

    assert answered(lab.counter.check_age(Silent())) == "record_refused"


def test_without_a_list_a_record_lives_thirty_days(lab: Lab) -> None:
    """A revoked phone off line is believed until its record ends: nothing newer is known at a counter."""
    later = lab.fork()
    phone = later.phones[0]
    phone.go_offline()
    for certificate in later.certificates(phone):
        certificate.revoke()
    later.advance("29d")
    verdict = later.counter.check_age(phone, 18)
    assert answered(verdict) == "accepted"
    assert "the record names no place where a revocation would be published" in str(verdict)
    later.advance("2d")
    ended = later.counter.check_age(phone, 18)
    assert answered(ended) == "record_not_valid"
    assert [check.name for check in ended.checks if not check.passed] == ["validity"]


@pytest.mark.parametrize(("day", "code"), [("2026-10-19", "no_attributes"), ("2026-10-20", "accepted")])
def test_android_from_its_day(day: str, code: str) -> None:
    """An Android card that was added before the day of its attributes shows none."""
    lab = Lab(seed=7, start=f"{day} 10:00")
    phone = lab.android(resident(lab))
    phone.add_card().run()
    lab.advance("20min")
    assert answered(lab.counter.check_age(phone)) == code


def test_face_or_finger(lab: Lab, iphone: IPhone) -> None:
    """Showing asks for the holder's face; a phone without any enrolled, and one without a card, show nothing."""
    assert answered(lab.counter.check_age(iphone, 18, other_face=True)) == "biometrics_failed"
    copy = lab.fork()
    copy.phones[0].biometrics = False
    assert answered(copy.counter.check_age(copy.phones[0], 18)) == "no_biometrics"
    assert answered(copy.counter.check_age(copy.iphone(copy.residents[0]), 18)) == "no_credential"


@pytest.mark.parametrize(("over", "code"), [(18, "accepted"), (20, "too_young")])
def test_a_card_is_looked_at(lab: Lab, over: int, code: str) -> None:
    """By eye: the birth and the last day that are printed, and the portrait."""
    card = lab.residents[0].card
    verdict = lab.counter.check_age(card, over)
    assert answered(verdict) == code
    assert {check.clause for check in verdict.checks} == {"by eye"}
    assert answered(lab.counter.check_age(card, over, other_face=True)) == "biometrics_failed"
    later = lab.fork("2036-01-01")
    assert answered(later.counter.check_identity(later.residents[0].card)) == "card_expired"


@pytest.mark.parametrize("age", [15, 21, True, "20"])
def test_an_age_that_no_record_states(lab: Lab, iphone: IPhone, age: object) -> None:
    """Records state 18, 20 and 65."""
    with pytest.raises(MisuseError, match="18, 20, 65"):
        lab.counter.check_age(iphone, age)  # type: ignore[arg-type]


def test_a_device_key_must_be_a_point_of_the_curve() -> None:
    """A COSE_Key of another curve, or of no point at all, verifies nothing."""
    key = elliptic_key(Chance(5)).public_key()
    good = cose.cose_key(key)
    assert cose.public_key(good) == key
    for bad in ({**good, -1: 2}, {**good, -2: b"\x01" * 32}, {**good, -3: 7}, {}):
        assert cose.public_key(bad) is None


@pytest.fixture
def listed() -> tuple[Lab, IPhone]:
    """A lab whose records name a status list, and a phone that is off line when its certificates are revoked."""
    lab = Lab(seed=7, parameters={"mdoc_status": "list"})
    phone = lab.iphone(resident(lab))
    phone.add_card().run()
    lab.advance("20min")
    phone.go_offline()
    return lab, phone


def test_a_list_closes_the_hole(listed: tuple[Lab, IPhone]) -> None:
    """Revoked in the books, alive off line: a reader with a list knows from the next list on, one without never."""
    lab, phone = listed
    before = lab.counter.check_age(phone)
    assert answered(before) == "accepted" and before.knowledge_at == at("2025-06-24 09:00")
    for certificate in phone.certificates:
        certificate.revoke()
    assert answered(lab.counter.check_age(phone)) == "accepted"
    lab.advance("1h")
    after = lab.counter.check_age(phone)
    assert answered(after) == "revoked"
    assert [check.name for check in after.checks if not check.passed] == ["status"]
    assert answered(lab.counter.with_policy(sources=()).check_age(phone)) == "undetermined"
    lax = lab.counter.with_policy(sources=(), without_status="accept")
    assert answered(lax.check_age(phone)) == "accepted"
    phone.go_online()
    lab.advance("1d")
    assert answered(lab.counter.check_age(phone)) == "pass_dead"


def test_no_list_is_no_revocation(listed: tuple[Lab, IPhone]) -> None:
    """While the list cannot be had, nothing is known; a kept one serves until it ends."""
    lab, phone = listed
    keeping = lab.counter.with_policy(cache="2d")
    assert answered(keeping.check_age(phone)) == "accepted"
    lab.world.outage("status_list")
    lab.advance("2h")
    assert answered(lab.counter.check_age(phone)) == "undetermined"
    kept = keeping.check_age(phone)
    assert answered(kept) == "accepted" and kept.fetched_at == lab.now - timedelta(hours=2)
    lab.advance("1d")
    assert answered(keeping.check_age(phone)) == "undetermined"
    lab.world.outage()
    assert answered(lab.counter.check_age(phone)) == "accepted"


def test_a_certificate_on_hold_is_a_suspended_record(listed: tuple[Lab, IPhone]) -> None:
    """Who stops her phone by telephone is suspended on the list, and refused."""
    lab, phone = listed
    lab.hotline.suspend(phone.holder)
    lab.advance("2h")
    verdict = lab.counter.check_age(phone)
    assert answered(verdict) == "revoked"
    assert "suspended by the status list" in str(verdict)


def test_usual_labs_have_no_status_signer(lab: Lab, listed: tuple[Lab, IPhone]) -> None:
    """The third certificate of the issuer is made where records name a list, and nowhere else."""
    assert lab.log.about("mdoc_status") == ()
    (made,) = listed[0].log.about("mdoc_status")
    assert "TEST status signer" in read_certificate(made.event.certificate).subject.rfc4514_string()
    assert lab.revocation.record_status("https://status.jpki-emu.invalid/records") == b""
    assert listed[0].revocation.record_status("https://elsewhere.invalid") == b""


def test_the_buyer_s_face_opens_nothing(lab: Lab) -> None:
    """Who bought a phone with a card on it and enrols her own face shows nothing of the former owner's record."""
    sold = lab.fork()
    phone, buyer = sold.phones[0], sold.resident()
    phone.hand_to(buyer)
    phone.biometrics = False
    phone.biometrics = True
    assert answered(sold.counter.check_age(phone, 18)) == "biometrics_failed"
    phone.lose()
    assert answered(sold.counter.check_age(phone, 18)) == "lost"
