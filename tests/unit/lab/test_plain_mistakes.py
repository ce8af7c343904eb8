"""What people get wrong at first: each mistake is named, in words, and changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from myna_lab import Lab, serve
from myna_lab import events as ev
from myna_lab.errors import MalformedCertificate, MisuseError, StorageError
from myna_lab.events import Check, Verdict, reason
from myna_lab.ground.durations import at, show
from myna_lab.lab import IPhone
from myna_lab.provisioning import Flow, Screen
from myna_lab.residents.portrait import JP2_SIGNATURE
from myna_lab.widgets import one_phone, validity_picture, who_knew


@pytest.fixture(scope="module")
def lab() -> Lab:
    lab = Lab(seed=7)
    lab.iphone(lab.resident()).add_card().run()
    lab.advance("6min")
    return lab


NO_DEVICE = r"got Holder\. A holder is no device: pass a phone or hanako\.card\."
NO_HOLDER = r"got IPhone; pass its holder: phone\.holder\."
MISTAKES: dict[str, tuple[Callable[[Lab], object], str]] = {
    "a holder at the portal": (lambda lab: lab.portal.log_in(lab.residents[0], "1234"), NO_DEVICE),  # type: ignore[arg-type]
    "a holder at the desk": (lambda lab: lab.desk.accept(lab.residents[0], password="ABC123"), NO_DEVICE),
    "a holder before the police": (lambda lab: lab.police.check_licence(lab.residents[0]), NO_DEVICE),
    "a holder at the clinic": (lambda lab: lab.clinic.check_in(lab.residents[0]), NO_DEVICE),
    "a phone of a phone": (lambda lab: lab.android(lab.phones[0]), NO_HOLDER),  # type: ignore[arg-type]
    "an iPhone of a phone": (lambda lab: lab.iphone(lab.phones[0]), NO_HOLDER),  # type: ignore[arg-type]
    "errands of a phone": (lambda lab: lab.errands(lab.phones[0]), NO_HOLDER),  # type: ignore[arg-type]
    "two phones of a phone": (lambda lab: one_phone(lab, lab.phones[0]), r"pass its holder: phone\.holder"),  # type: ignore[arg-type]
    "who knew of a phone": (lambda lab: who_knew(lab.phones[0]), r"pass its holder: phone\.holder"),  # type: ignore[arg-type]
    "validity of a holder": (lambda lab: validity_picture(lab.residents[0]), "drawn of a lab; got Holder"),  # type: ignore[arg-type]
    "a document of text": (lambda lab: lab.desk.accept(lab.phones[0], "text"), "bytes"),  # type: ignore[arg-type]
    "a phone signing by face": (lambda lab: lab.desk.accept(lab.phones[0]), "a phone, to sign, needs what its holder"),
    "a phone's PIN that is a number": (lambda lab: lab.portal.log_in(lab.phones[0], 1234), "as text: pin="),  # type: ignore[arg-type]
    "a phone's password that is empty": (lambda lab: lab.desk.accept(lab.phones[0], password=""), "password='…'"),
    "a document that is a number": (lambda lab: lab.desk.accept(lab.phones[0], 5, "A1B2C3"), "bytes"),  # type: ignore[arg-type]
    "no documents": (lambda lab: lab.desk.accept(lab.phones[0], [], password="A1B2C3"), "a list of such"),
    "documents, one of text": (
        lambda lab: lab.desk.accept(lab.phones[0], [b"a", "b"], password="A1B2C3"),  # type: ignore[list-item]
        "a list of such",
    ),
    "nothing for the phone to sign": (lambda lab: lab.phones[0].sign(password="A1B2C3"), "one or more"),
    "on line as a word": (lambda lab: setattr(lab.phones[0], "online", "no"), "online is True or False; got str"),
    "biometrics as a number": (lambda lab: setattr(lab.phones[0], "biometrics", 1), "biometrics is True or False"),
    "biometrics bought as a word": (
        lambda lab: lab.iphone(lab.residents[0], biometrics="yes"),  # type: ignore[arg-type]
        "biometrics is True or False",
    ),
    "a second factor as a number": (
        lambda lab: lab.iphone(lab.residents[0], two_factor=0),  # type: ignore[arg-type]
        "two_factor is True or False",
    ),
    "a reader as nothing": (
        lambda lab: lab.clinic.check_in(lab.phones[0], has_phone_reader=None),  # type: ignore[arg-type]
        "has_phone_reader is True or False",
    ),
    "a pilot as a number": (lambda lab: lab.clinic.check_in(lab.phones[0], pilot=1), "pilot is True or False"),  # type: ignore[arg-type]
    "another's face as a name": (
        lambda lab: lab.portal.log_in(lab.phones[0], other_face="Taro"),  # type: ignore[arg-type]
        "other_face is True or False",
    ),
    "an Android that is an iPhone": (lambda lab: lab.android(lab.residents[0], model="iPhone 15"), "no iPhone"),
    "an Android of Apple": (lambda lab: lab.android(lab.residents[0], model="Apple IPHONE 15"), "no iPhone"),
    "an Android that is a number": (lambda lab: lab.android(lab.residents[0], model=8), "a model is text"),  # type: ignore[arg-type]
    "a PIN of no card": (
        lambda lab: lab.municipality.unblock(lab.residents[0].card, "licence", "1234"),
        "user_authentication, signing",
    ),
    "a PIN of letters": (
        lambda lab: lab.municipality.unblock(lab.residents[0].card, "input_aid", "ABCD"),
        "not the form of the PIN",
    ),
    "a phone's third identity": (
        lambda lab: lab.phones[0].reset_pin("input_aid", "1234", password="ABC123"),
        "one of user, signing",
    ),
    "certificates of a name": (lambda lab: lab.certificates("person-1"), "lab.residents"),  # type: ignore[arg-type]
    "certificates of another lab": (lambda lab: lab.certificates(Lab(seed=3).resident()), "this lab"),
    "certificates of no kind": (lambda lab: lab.certificates(kind="bogus"), "phone_auth"),
    "no number of seconds": (lambda lab: lab.advance(float("nan")), "not a duration"),
    "a very long time": (lambda lab: lab.advance("1000000000000s"), "2200|not a duration"),
    "a longer time": (lambda lab: lab.advance("99999999999d"), "not a duration"),
    "the longest time": (lambda lab: lab.advance("999999999d"), "2200"),
    "a far time": (lambda lab: lab.advance_to("2200-01-01"), "2200"),
    "a model that is a number": (lambda lab: lab.iphone(lab.residents[0], model=15), "iPhone 15"),  # type: ignore[arg-type]
    "nothing at the portal": (lambda lab: lab.portal.log_in(None), "a phone, or a card"),  # type: ignore[arg-type]
    "an empty PIN": (lambda lab: lab.portal.log_in(lab.residents[0].card, ""), "what its holder types"),
    "a PIN that is a number": (lambda lab: lab.portal.log_in(lab.residents[0].card, 1234), "as text"),  # type: ignore[arg-type]
    "another lab's holder": (lambda lab: lab.errands(Lab(seed=3).resident()), "this lab"),
    "a verdict of another lab": (lambda lab: lab.explain(_others_verdict()), "of another lab"),
    "a verdict of a copy": (lambda lab: lab.explain(_verdict_of_a_copy(lab)), "or of a copy"),
    "a set-up of another lab": (lambda lab: lab.explain(_others_phone().add_card()), "of another lab"),
    "another lab's phone at a clinic": (lambda lab: lab.clinic.check_in(_others_phone()), "not of this lab"),
    "another lab's card at the desk": (
        lambda lab: lab.desk.accept(_others_phone().holder.card, password="ABC123"),
        "not of this lab",
    ),
    "another lab's holder with a phone": (lambda lab: lab.android(_others_phone().holder), "person-1 of another lab"),
    "a minute as a number": (lambda lab: lab.advance(5), "5 is not a duration; .* such as '5min'"),  # type: ignore[arg-type]
    "a delay as a number": (lambda _: Lab(parameters={"activation_delay": 300}), "unit, such as '5min'; got 300"),
    "a switch as a number": (lambda _: Lab(parameters={"deletion_revokes": 1}), "is True or False; got 1"),
    "a switch as another word": (lambda _: Lab(parameters={"deletion_revokes": "yes"}), "is True or False; got 'yes'"),
    "a full list as a word": (lambda lab: lab.certificates()[0].crl(full="no"), "full is True or False"),  # type: ignore[arg-type]
    "a PIN in kana": (lambda lab: lab.portal.log_in(lab.residents[0].card, "アイウエ"), r"half-width \(半角\)"),
    "a card's lists by a number": (lambda lab: lab.revocation.crl("card_sign", 48201), "a municipality is text"),  # type: ignore[arg-type]
    "words to explain": (lambda lab: lab.explain("x"), "can be explained"),  # type: ignore[arg-type]
    "a port that is none": (lambda lab: serve.http_fetch("http://127.0.0.1:99999/ocsp"), "http address"),
    "a licence's PIN that is a number": (
        lambda lab: lab.police.check_licence(lab.residents[0].card, 1234),  # type: ignore[arg-type]
        "is text",
    ),
    "a door of no lab": (lambda _: serve.revocation("x"), "a lab's data"),  # type: ignore[arg-type]
    "a door's port of letters": (lambda lab: serve.revocation(lab, port="x"), "from 0 to 65535"),  # type: ignore[arg-type]
    "a door's port beyond all": (lambda lab: serve.revocation(lab, port=65536), "65535; got 65536.$"),
    "parameters without names": (lambda _: Lab(parameters=["a"]), "given by name"),  # type: ignore[arg-type]
    "a portrait that no card holds": (
        lambda lab: lab.resident(portrait=JP2_SIGNATURE + bytes(40_000)),
        "at most 20000",
    ),
    "a start before certificates": (lambda _: Lab(start="1940-01-01"), "1980"),
    "a start before the calendar": (lambda _: Lab(start="0001-01-01T00:00+09:00"), "not a time"),
    "a start after all": (lambda _: Lab(start="9990-01-01"), "2200"),
    "a seed of letters": (lambda _: Lab(seed="abc"), "whole number"),  # type: ignore[arg-type]
    "a seed with a fraction": (lambda _: Lab(seed=7.0), "whole number"),  # type: ignore[arg-type]
    "no seed": (lambda _: Lab(seed=None), "whole number"),  # type: ignore[arg-type]
}


def _others_phone() -> IPhone:
    other = Lab(seed=8)
    return other.iphone(other.resident(signing_password="ABC123"))


def _others_verdict() -> Verdict:
    phone = _others_phone()
    return Lab.of(phone.world).portal.log_in(phone)


def _verdict_of_a_copy(lab: Lab) -> Verdict:
    copy = lab.fork()
    copy.advance("1s")
    return copy.portal.log_in(copy.phones[0])


def _reading(lab: Lab) -> Flow:
    flow = lab.iphone(lab.residents[0]).add_card()
    while flow.screen is not Screen.READ:
        flow.next(flow.own_entry())
    return flow


FUTURE: dict[str, Callable[[Lab, str], object]] = {
    "a table": lambda lab, at: lab.tables.certificates(at=at),
    "a certificate's state": lambda lab, at: lab.certificates()[0].state(at),
    "its list": lambda lab, at: lab.certificates()[0].crl(at=at),
    "its answer": lambda lab, at: lab.certificates()[0].ocsp(at=at),
    "its validation": lambda lab, at: lab.certificates()[0].validate(at=at),
    "an answer": lambda lab, at: lab.revocation.ocsp(b"", at=at),
    "a list": lambda lab, at: lab.revocation.crl("sign", at=at),
    "an authority's list": lambda lab, at: lab.revocation.arl("auth", at=at),
    "all lists": lambda lab, at: list(lab.revocation.lists(at=at)),
    "the list of a certificate": lambda lab, at: lab.revocation.list_for(lab.certificates()[0].der, at=at),
}


@pytest.mark.parametrize("question", FUTURE)
def test_the_future_is_not_known(question: str, lab: Lab) -> None:
    """Every question about what was or is published refuses an instant ahead, in the same words; now is known."""
    ahead = show(lab.now + timedelta(seconds=1))
    with pytest.raises(MisuseError) as caught:
        FUTURE[question](lab, ahead)
    assert str(caught.value) == f"it is {show(lab.now)}; what will be at {ahead} is not known yet."
    FUTURE[question](lab, show(lab.now))


@pytest.mark.parametrize("question", FUTURE)
def test_an_instant_needs_its_zone(question: str, lab: Lab) -> None:
    """A naive datetime is refused in the same words wherever an instant is asked for."""
    with pytest.raises(MisuseError, match=r"^2025-06-24 09:01:00 has no time zone; add tzinfo=JST\.$"):
        FUTURE[question](lab, datetime(2025, 6, 24, 9, 1))  # type: ignore[arg-type]


def test_another_labs_card_is_not_read(lab: Lab) -> None:
    """A phone that is to read a plastic card refuses one of another lab, and stays on its screen."""
    lab = lab.fork()
    flow, length = _reading(lab), len(lab.log)
    with pytest.raises(MisuseError, match="is not a card of this lab"):
        flow.next(_others_phone().holder.card)
    assert (flow.screen, len(lab.log)) == (Screen.READ, length)


def test_full_width_pins_are_the_same_pins(lab: Lab) -> None:
    """PINs and passwords typed on a Japanese keyboard open card, phone and app as half-width ones do."""
    lab = lab.fork()
    lab.resident(user_authentication_pin="4649", signing_password="ABC123", input_aid_pin="1111")
    taro = lab.residents[-1]
    phone = lab.iphone(taro)
    for verdict in (lab.portal.log_in(taro.card, "４６４９"), lab.desk.accept(taro.card, password="ＡＢＣ１２３")):
        assert (verdict.accepted, verdict.code) == (True, "accepted")
    flow = phone.add_card()
    typed = {
        Screen.INPUT_AID_PIN: "１１１１",
        Screen.SIGN_PASSWORD: "ａｂｃ１２３",
        Screen.NEW_USER_PIN: "２２２２",
        Screen.REPEAT_USER_PIN: "2222",
        Screen.NEW_SIGN_PASSWORD: "ＸＹＺ７８９",
        Screen.REPEAT_SIGN_PASSWORD: "ｘｙｚ７８９",
    }
    while not flow.finished:
        flow.next(typed.get(flow.screen))
        assert flow.notice is None, flow
    phone.change_pin("２２２２", "３３３３")
    assert phone.authenticate(b"challenge", "3333") == phone.authenticate(b"challenge", "３３３３")


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named(lab: Lab, mistake: str) -> None:
    """Each is a MisuseError that says what would have been right, and nothing is recorded."""
    ask, words = MISTAKES[mistake]
    before = len(lab.log)
    with pytest.raises(MisuseError, match=words):
        ask(lab)
    assert len(lab.log) == before


@pytest.mark.parametrize(
    "event",
    [
        ev.PhoneWentOnline("nope"),
        ev.PassDeleted("nope"),
        ev.TermsAccepted("flow-9"),
        ev.ReferenceDataTried("card-9", "jpki/0018", 2),
        ev.PhoneAcquired("iphone-9", "person-9", "iphone", "iPhone 15", "18.5"),
        ev.ApplicationStarted("flow-9", "iphone-9"),
        ev.ApplicationStarted("same", "same"),
        ev.PhoneAcquired("same", "same", "iphone", "iPhone 15", "18.5"),
    ],
    ids=lambda event: type(event).__name__,
)
def test_an_event_about_nothing_is_not_written(event: ev.Event, tmp_path: Path) -> None:
    """An event that names a person, phone, set-up or chip that is not there is refused, and the file still opens."""
    lab = Lab(seed=7, journal=tmp_path / "a.mynalab")
    length = len(lab.log)
    with pytest.raises(MisuseError, match="does not have"):
        lab.world.record([event])
    lab.resident()
    lab.close()
    assert len(Lab.open(tmp_path / "a.mynalab").log) > length


_SEEN = Check("signature", True, "RFC 5280", reason("path.revoked"))


@pytest.mark.parametrize(
    "wrong",
    [
        None, "x", ev.TimePassed, _SEEN, _SEEN.seen,
        ev.TimePassed("x"), ev.TimePassed(datetime(2026, 1, 1)), ev.TimePassed(None),  # type: ignore[arg-type]
        ev.CardSuspended(1), ev.AuthorityEstablished("sign", True, 5, b""),  # type: ignore[arg-type]
        ev.CardRead("flow-1", "card-1", ["EF"]), ev.CardRead("flow-1", "card-1", (1,)),  # type: ignore[arg-type]
        ev.LabStarted(1, at("2026-01-01"), (("a", "b", "c"),)),  # type: ignore[arg-type]
        ev.VerdictGiven("portal", "iphone-1", "accepted"),  # type: ignore[arg-type]
        ev.VerdictGiven("portal", "x", Verdict("portal", True, "accepted", at("2026-01-01"), (None,))),  # type: ignore[arg-type]
    ],
)  # fmt: skip
def test_what_could_not_be_read_back_is_not_written(wrong: Any, tmp_path: Path) -> None:
    """Only events whose fields have their declared types are recorded, so that every file opens."""
    with Lab(seed=7, journal=tmp_path / "a.mynalab") as lab:
        length = len(lab.log)
        with pytest.raises(MisuseError, match=r"is not an event|cannot be kept"):
            lab.world.record([wrong])
        lab.resident()
    with Lab.open(tmp_path / "a.mynalab") as again:
        assert len(again.log) > length and len(again.residents) == 1


def test_a_wrong_field_is_named_and_its_value_is_not() -> None:
    """The message says which field is of which type; what stands in it may be a secret."""
    with pytest.raises(MisuseError, match="to is datetime, got str") as caught:
        Lab(seed=7).world.record([ev.TimePassed("4711")])  # type: ignore[arg-type]
    assert "4711" not in str(caught.value)


@pytest.mark.parametrize("authority", ["sign", "auth", "mdoc"])
def test_an_authority_is_whole_or_not_there(authority: str) -> None:
    """Neither what is no certificate nor an authority without its responder or signer is recorded."""
    lab = Lab(seed=7)
    known = next(e.event for e in lab.log if isinstance(e.event, ev.AuthorityEstablished))
    with pytest.raises(MalformedCertificate):
        lab.world.record([ev.AuthorityEstablished(authority, 0, 5, b"junk")])
    with pytest.raises(MisuseError, match="in one batch"):
        lab.world.record([ev.AuthorityEstablished(authority, 0, 5, known.certificate)])
    lab.iphone(lab.resident()).add_card().run()


def test_a_name_must_be_given_before_it_is_used() -> None:
    """Within a batch, too, a thing is made before anything is said of it."""
    lab = Lab(seed=7)
    person = lab.resident().person
    with pytest.raises(MisuseError, match="does not have"):
        lab.world.record(
            [ev.PhoneWentOffline("iphone-1"), ev.PhoneAcquired("iphone-1", person, "iphone", "iPhone 15", "18.5")]
        )
    assert lab.iphone(lab.residents[0]).online


@pytest.mark.parametrize("nothing", ["", None, 5])
def test_what_is_no_file_name_is_said(nothing: Any) -> None:
    """A file that is to be opened, made or saved is given by a path that is not empty."""
    asks: list[Callable[[], object]] = [lambda: Lab.open(nothing), lambda: Lab(seed=7).save(nothing)]
    if nothing is not None:  # a lab in memory
        asks.append(lambda: Lab(seed=7, journal=nothing))
    for ask in asks:
        with pytest.raises(MisuseError, match="a file"):
            ask()


def test_a_name_may_be_given_in_the_same_batch() -> None:
    """What a batch makes, the batch may name."""
    lab = Lab(seed=7)
    person = lab.resident().person
    bought = ev.PhoneAcquired("iphone-1", person, "iphone", "iPhone 15", "18.5")
    lab.world.record([bought, ev.PhoneWentOffline("iphone-1")])
    assert not lab.phones[0].online


def test_an_event_that_no_state_follows_from_leaves_a_file_that_opens(tmp_path: Path) -> None:
    """An event with a reference to nothing cannot be taken in: it is taken back, and a fork or the file goes on."""
    path = tmp_path / "a.mynalab"
    lab = Lab(seed=7, journal=path)
    person, length = lab.resident().person, len(lab.log)
    with pytest.raises(StorageError, match="no entry 'no such reference'"):
        lab.world.record(
            [ev.CardIssued("card-2", person, "no such reference", lab.residents[0].card_expires, (20, 21, 22, 23))]
        )
    with pytest.raises(StorageError, match="fork"):
        lab.resident()
    assert len(lab.fork().residents) == 1
    lab.close()
    with Lab.open(path) as again:
        assert len(again.log) == length
        again.resident()


def _verdicts(lab: Lab) -> dict[str, Any]:
    return lab.tables.verdicts()["truth"].to_dict()


def test_the_truth_beside_a_verdict_is_of_the_certificate_that_was_shown(lab: Lab) -> None:
    """Sign and user-authentication certificates have equal serial numbers: the table looks up the one in question."""
    lab = lab.fork()
    phone = lab.phones[0]
    sign, auth = phone.certificates
    assert sign.serial == auth.serial
    sign.revoke()
    signed, logged_in = lab.desk.accept(phone, password=phone._phone.pins()["signing"]), lab.portal.log_in(phone)
    assert isinstance(signed, Verdict) and signed.accepted, "OCSP data are older than the revocation"
    assert list(_verdicts(lab).values()) == ["revoked", "good"]
    assert "revoked" in str(lab.explain(signed)) and "revoked" not in str(lab.explain(logged_in))


def test_what_a_phone_is_can_be_asked_of_its_handle(lab: Lab) -> None:
    """Both kinds of phone have the same questions; their certificates are objects, as the lab's are."""
    lab = lab.fork()
    iphone, android = lab.phones[0], lab.android(lab.residents[0], os_version="14")
    assert [(p.platform, p.os_version) for p in (iphone, android)] == [("iphone", "18.5"), ("android", "14")]
    assert iphone.certificates == lab.certificates(iphone)
    assert [c.kind for c in iphone.certificates] == ["phone_sign", "phone_auth"] and android.certificates == ()
    flow = android.add_card()
    assert flow.phone.name == android.name


def test_a_lab_closes_its_file(tmp_path: Path) -> None:
    """After ``with Lab(…) as lab:`` the file is closed, and holds what happened."""
    with Lab(seed=3, journal=tmp_path / "a.mynalab") as lab:
        lab.resident()
    with pytest.raises(StorageError, match=r"this lab was closed\.$"):
        lab.resident()
    with Lab.open(tmp_path / "a.mynalab") as again:
        assert len(again.residents) == 1


def test_a_challenge_is_named_by_the_log(tmp_path: Path) -> None:
    """Challenges differ, and do not come again after the lab was opened anew and anything happened."""
    path, command = tmp_path / "a.mynalab", bytes.fromhex("0084000008")
    answers = []
    with Lab(seed=3, journal=path) as lab:
        card = lab.resident().card
        answers += [card.transmit(command), card.transmit(command)]
        card.reset()
        answers.append(card.transmit(command))
        lab.advance("1s")
    with Lab.open(path) as lab:
        answers += [lab.residents[0].card.transmit(command) for _ in range(2)]
    assert len(set(answers)) == 5
