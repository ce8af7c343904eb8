"""A counter: age and identity by the attribute record of a phone, or by looking at a card."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cbor2
import pytest
from article import answered, resident
from cryptography.hazmat.primitives.asymmetric import ec

from myna_lab import Lab
from myna_lab.errors import MisuseError
from myna_lab.formats import mdoc
from myna_lab.ground.chance import Chance
from myna_lab.keys import elliptic_key
from myna_lab.lab import IPhone
from myna_lab.world.outside import WorldOutside

Answer = tuple[bytes, bytes]


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
    """Somebody between a phone and the counter, who changes what is asked or answered."""

    name = "between"

    def __init__(self, lab: Lab, phone: IPhone, forge: Callable[[Answer], Answer], ask: Sequence[str] = ()) -> None:
        self._held = WorldOutside(lab.world).presenter(phone, other_face=False)
        self._forge = forge
        self._ask = ask

    def present(self, elements: Sequence[str], transcript: bytes) -> Answer:
        """Ask for something else, and change the answer."""
        return self._forge(self._held.present([*elements, *self._ask], transcript))


@pytest.mark.parametrize(("over", "code"), [(18, "accepted"), (20, "too_young"), (65, "too_young")])
def test_an_age_and_nothing_else(lab: Lab, iphone: IPhone, over: int, code: str) -> None:
    """She is 19: old enough for 18; the counter gets the one element that it asked for."""
    verdict = lab.counter.check_age(iphone, over)
    assert answered(verdict) == code
    failed = [check.name for check in verdict.checks if not check.passed]
    assert failed == ([] if code == "accepted" else ["age"])
    names = ["chain", "signer_usage", "issuer_signature", "doc_type", "digests", "validity", "device_binding"]
    assert [check.name for check in verdict.checks] == [*names, "status_data", "elements", "age"]
    assert "1 element came" in str(verdict)


def test_an_identity(lab: Lab, iphone: IPhone) -> None:
    """Name, address, date of birth and portrait; none of them stands in the log."""
    verdict = lab.counter.check_identity(iphone)
    assert answered(verdict) == "accepted"
    assert "4 elements came" in str(verdict) and "4項目が届きました" in verdict.in_language("ja")
    assert iphone.holder.name not in lab.log[len(lab.log) - 1].body()


def _other_device(answer: Answer) -> Answer:
    record, _ = answer
    transcript = cbor2.dumps([None, None, ["JPKI-EMU counter", b"heard elsewhere"]])
    return record, mdoc.prove(mdoc.DOC_TYPE, transcript, elliptic_key(Chance(3)))


def _older(answer: Answer) -> Answer:
    """Say that she is 20: the digest of what was signed does not fit any more."""
    record, signature = answer
    return record.replace(b"elementValue\xf4", b"elementValue\xf5"), signature


FORGED: dict[str, tuple[Callable[[Answer], Answer], Sequence[str], list[str]]] = {
    "another device's signature": (_other_device, (), ["device_binding"]),
    "no signature": (lambda answer: (answer[0], b""), (), ["device_binding"]),
    "noise for a signature": (lambda answer: (answer[0], b"\xff\x00noise"), (), ["device_binding"]),
    "a number for a signature": (lambda answer: (answer[0], cbor2.dumps([1, 2, 3, 4])), (), ["device_binding"]),
    "an older age": (_older, (), ["digests"]),
    "more than was asked": (lambda answer: answer, ["sex"], ["elements"]),
    "less than was asked": (lambda answer: (mdoc.disclose(answer[0], []), answer[1]), (), ["elements", "age"]),
    "no record": (lambda answer: (b"noise", answer[1]), (), ["digests"]),
}


@pytest.mark.parametrize("case", FORGED)
def test_a_record_that_was_tampered_with(lab: Lab, iphone: IPhone, case: str) -> None:
    """Whoever stands between: the verdict names the check that fails, and accepts nobody."""
    forge, ask, failed = FORGED[case]
    verdict = lab.counter.check_age(Between(lab, iphone, forge, ask), 20 if case == "an older age" else 18)
    assert answered(verdict) == "record_refused"
    assert [check.name for check in verdict.checks if not check.passed] == failed


def test_a_record_ends_after_thirty_days_whatever_the_certificates(lab: Lab) -> None:
    """A revoked phone off line is believed until its record ends: nothing newer is known at a counter."""
    later = lab.fork()
    phone = later.phones[0]
    phone.go_offline()
    for certificate in later.certificates(phone):
        certificate.revoke()
    later.advance("29d")
    verdict = later.counter.check_age(phone, 18)
    assert answered(verdict) == "accepted"
    assert "there is no list of revoked records" in str(verdict)
    later.advance("2d")
    ended = later.counter.check_age(phone, 18)
    assert answered(ended) == "record_refused"
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
    key = elliptic_key(Chance(5))
    good = mdoc.cose.cose_key(key.public_key())
    assert isinstance(mdoc.cose.key_of(good), ec.EllipticCurvePublicKey)
    for bad in ({**good, -1: 2}, {**good, -2: b"\x01" * 32}, {**good, -3: 7}, {}):
        with pytest.raises(mdoc.cose.MalformedMdoc):
            mdoc.cose.key_of(bad)
