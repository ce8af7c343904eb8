"""How a phone is opened: every answer written by hand, for both platforms; counters, changes and cures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cards
import pytest
from article import resident
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from myna_lab import Lab
from myna_lab import events as ev
from myna_lab.devices.card import Chip
from myna_lab.errors import CardRefused, MisuseError, PhoneRefused, Refused
from myna_lab.keys import rsa_key
from myna_lab.lab.handles import PhoneHandle
from myna_lab.provisioning import Screen

PIN, PASSWORD = "4649", "ZUTTO2025"
TYPED = {
    Screen.INPUT_AID_PIN: "1111",
    Screen.SIGN_PASSWORD: "ABC123",
    Screen.SIGN_PASSWORD_AGAIN: "ABC123",
    Screen.NEW_USER_PIN: PIN,
    Screen.REPEAT_USER_PIN: PIN,
    Screen.NEW_SIGN_PASSWORD: PASSWORD,
    Screen.REPEAT_SIGN_PASSWORD: PASSWORD,
}
PLATFORMS = ("iphone", "android")


def add_card(phone: PhoneHandle) -> None:
    """The set-up, with PINs of the phone that are not the card's."""
    flow = phone.add_card()
    while not flow.finished:
        flow.next(TYPED.get(flow.screen))
    assert flow.screen is Screen.DONE


@pytest.fixture(scope="module", params=PLATFORMS)
def made(request: pytest.FixtureRequest) -> Lab:
    """A lab in which one phone holds the card and works."""
    lab = Lab(seed=7)
    add_card(getattr(lab, request.param)(resident(lab)))
    lab.advance("20min")
    return lab


@pytest.fixture
def lab(made: Lab) -> Lab:
    """A copy of it."""
    return made.fork()


@pytest.fixture
def phone(lab: Lab) -> PhoneHandle:
    """The phone."""
    return lab.phones[0]


Act = Callable[[PhoneHandle], object]


def face(phone: PhoneHandle) -> object:
    return phone.authenticate(b"challenge")


def other_face(phone: PhoneHandle) -> object:
    return phone.authenticate(b"challenge", other_face=True)


def pin(value: str) -> Act:
    return lambda phone: phone.authenticate(b"challenge", value)


def password(value: str) -> Act:
    return lambda phone: phone.sign(b"document", password=value)


def enrolled(value: bool) -> Act:
    return lambda phone: setattr(phone, "biometrics", value)


def offline(phone: PhoneHandle) -> None:
    phone.go_offline()


def twice(act: Act) -> tuple[Act, Act]:
    return act, act


WRONG_PIN, WRONG_PASSWORD = pin("0000"), password("WRONG1")
#    name                               what went before              act              answer, tries said   counters
ANSWERS: dict[str, tuple[tuple[Act, ...], Act, tuple[str, int | None], tuple[int, int]]] = {
    "face":                             ((), face,                        ("", None),                    (3, 5)),
    "PIN":                              ((), pin(PIN),                    ("", None),                    (3, 5)),
    "wrong PIN":                        ((), WRONG_PIN,                   ("authentication_failed", 2),  (2, 5)),
    "the card's PIN":                   ((), pin("2222"),                 ("authentication_failed", 2),  (2, 5)),
    "wrong PIN again":                  ((WRONG_PIN,), WRONG_PIN,         ("authentication_failed", 1),  (1, 5)),
    "last wrong PIN":                   (twice(WRONG_PIN), WRONG_PIN,     ("authentication_failed", 0),  (0, 5)),
    "PIN after two wrong":              (twice(WRONG_PIN), pin(PIN),      ("", None),                    (3, 5)),
    "face after two wrong":             (twice(WRONG_PIN), face,          ("", None),                    (1, 5)),
    "blocked, PIN":                     ((WRONG_PIN,) * 3, pin(PIN),      ("pin_blocked", 0),            (0, 5)),
    "blocked, wrong PIN":               ((WRONG_PIN,) * 3, WRONG_PIN,     ("pin_blocked", 0),            (0, 5)),
    "blocked, face":                    ((WRONG_PIN,) * 3, face,          ("pin_blocked", 0),            (0, 5)),
    "blocked, password":                ((WRONG_PIN,) * 3, password(PASSWORD), ("", None),               (0, 5)),
    "malformed PIN":                    ((), pin("464"),                  ("invalid_input", None),       (3, 5)),
    "PIN of letters":                   ((), pin("ABCD"),                 ("invalid_input", None),       (3, 5)),
    "blocked, malformed PIN":           ((WRONG_PIN,) * 3, pin("464"),    ("invalid_input", None),       (0, 5)),
    "another's face":                   ((), other_face,                  ("biometrics_failed", None),   (3, 5)),
    "no face enrolled, face":           ((enrolled(False),), face,        ("no_biometrics", None),       (3, 5)),
    "no face enrolled, PIN":            ((enrolled(False),), pin(PIN),    ("", None),                    (3, 5)),
    "no face enrolled, password":       ((enrolled(False),), password(PASSWORD), ("", None),             (3, 5)),
    "enrolled again, face":             ((enrolled(False), enrolled(True)), face, ("", None),            (3, 5)),
    "offline, face":                   ((offline,), face,                ("offline", None),             (3, 5)),
    "offline, PIN":                    ((offline,), WRONG_PIN,           ("offline", None),             (3, 5)),
    "offline, password":               ((offline,), WRONG_PASSWORD,      ("offline", None),             (3, 5)),
    "password":                         ((), password(PASSWORD),          ("", None),                    (3, 5)),
    "password in small letters":        ((), password("zutto2025"),       ("", None),                    (3, 5)),
    "wrong password":                   ((), WRONG_PASSWORD,              ("authentication_failed", 4),  (3, 4)),
    "the card's password":              ((), password("ABC123"),          ("authentication_failed", 4),  (3, 4)),
    "last wrong password":              ((WRONG_PASSWORD,) * 4, WRONG_PASSWORD, ("authentication_failed", 0), (3, 0)),
    "password after four wrong":        ((WRONG_PASSWORD,) * 4, password(PASSWORD), ("", None),          (3, 5)),
    "password blocked":                 ((WRONG_PASSWORD,) * 5, password(PASSWORD), ("pin_blocked", 0),  (3, 0)),
    "password blocked, face":           ((WRONG_PASSWORD,) * 5, face,     ("", None),                    (3, 0)),
    "malformed password":               ((), password("ZUTTO"),           ("invalid_input", None),       (3, 5)),
    "password of digits":               ((), password("123456"),          ("invalid_input", None),       (3, 5)),
    "password of other letters":        ((), password("zuttoß2025"),      ("invalid_input", None),       (3, 5)),
    "PIN for the password":             ((), password(PIN),               ("invalid_input", None),       (3, 5)),
}  # fmt: skip


@pytest.mark.parametrize("case", ANSWERS)
def test_each_way_to_open_a_phone(phone: PhoneHandle, case: str) -> None:
    """The error's name, the tries that it says, and both counters afterwards; a face never costs or gives a try."""
    before, act, (code, said), (user, signing) = ANSWERS[case]
    for step in before:
        try:
            step(phone)
        except PhoneRefused as refused:
            assert refused.code == "authentication_failed"
    if code:
        with pytest.raises(Refused) as answer:
            act(phone)
        assert (answer.value.code, answer.value.values.get("tries_left")) == (code, said)
        for secret in (PIN, PASSWORD, "0000", "WRONG1", "464", "123456"):
            assert secret not in str(answer.value) + repr(answer.value.values)
    else:
        act(phone)
    assert phone.tries_left == {"user": user, "signing": signing}


SERVICES: dict[str, tuple[Callable[[Lab, PhoneHandle], ev.Verdict], bool, str]] = {
    "face": (lambda lab, phone: lab.portal.log_in(phone), True, "accepted"),
    "PIN": (lambda lab, phone: lab.portal.log_in(phone, PIN), True, "accepted"),
    "wrong PIN": (lambda lab, phone: lab.portal.log_in(phone, "0000"), False, "authentication_failed"),
    "malformed PIN": (lambda lab, phone: lab.portal.log_in(phone, "00"), False, "invalid_input"),
    "another's face": (lambda lab, phone: lab.portal.log_in(phone, other_face=True), False, "biometrics_failed"),
    "password": (lambda lab, phone: lab.desk.accept(phone, password=PASSWORD), True, "accepted"),
    "documents": (lambda lab, phone: lab.desk.accept(phone, [b"a", b"b", b""], password=PASSWORD), True, "accepted"),
    "wrong password": (lambda lab, phone: lab.desk.accept(phone, password="WRONG1"), False, "authentication_failed"),
    "face at a clinic": (lambda lab, phone: lab.clinic.check_in(phone), True, "accepted"),
    "PIN at a clinic": (lambda lab, phone: lab.clinic.check_in(phone, PIN), True, "accepted"),
    "another's face at a clinic": (
        lambda lab, phone: lab.clinic.check_in(phone, other_face=True), False, "biometrics_failed",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", SERVICES)
def test_what_services_answer(lab: Lab, phone: PhoneHandle, case: str) -> None:
    """The verdict has the error's name, says it in both languages, and is recorded; no secret stands in it."""
    lab.advance_to("2025-09-19 10:00")
    ask, accepted, code = SERVICES[case]
    verdict = ask(lab, phone)
    assert (verdict.accepted, verdict.code) == (accepted, code)
    assert lab.log[-1].event == ev.VerdictGiven(verdict.service, phone.name, verdict)
    seen = verdict.checks[0].seen
    assert "{" not in seen.in_language("ja") + seen.in_language("en")
    for secret in (PIN, PASSWORD, "0000", "WRONG1"):
        assert secret not in repr(verdict) + str(lab.explain(verdict))


def test_a_wrong_password_says_how_many_tries_are_left(lab: Lab, phone: PhoneHandle) -> None:
    """The service is told in words, and the log counts as a chip does: the try is spent before it is compared."""
    verdict = lab.desk.accept(phone, password="WRONG1")
    assert str(verdict.checks[0].seen) == "the phone's PIN or password is wrong; tries left: 4"
    assert verdict.checks[0].seen.in_language("ja") == "スマホの暗証番号かパスワードが違います。残り4回"
    assert [entry.event for entry in lab.log[-3:]] == [
        ev.ReferenceDataTried(phone.name, "jpki/001B", 4),
        ev.ReferenceDataRefused(phone.name, "jpki/001B", 4),
        ev.VerdictGiven("desk", phone.name, verdict),
    ]


def test_many_documents_under_one_password(lab: Lab, phone: PhoneHandle) -> None:
    """One VERIFY, a signature for each document, in order, all by the key of the one certificate."""
    documents = (b"first", b"second", b"third")
    before = len(lab.log)
    certificate, *signatures = phone.sign(*documents, password=PASSWORD)
    public = x509.load_der_x509_certificate(certificate).public_key()
    assert isinstance(public, rsa.RSAPublicKey) and len(signatures) == 3
    for document, signature in zip(documents, signatures, strict=True):
        public.verify(signature, document, padding.PKCS1v15(), SHA256())
    with pytest.raises(InvalidSignature):
        public.verify(signatures[0], documents[1], padding.PKCS1v15(), SHA256())
    assert [entry.name for entry in lab.log[before:]] == [
        "ReferenceDataTried", "ReferenceDataVerified", *["SignatureComputed"] * 3,
    ]  # fmt: skip


JPKI = "00A4040C0AD392F000260100000001"
USER_PIN, SIGN_PASSWORD = "002000980431333537", "0020009B085445535431323334"
AUTH_CERTIFICATE, SIGN_CERTIFICATE = "00B08A0004", "00B0810004"
AUTH_KEY, SIGN_KEY = "802A009733" + "00" * 51 + "00", "802A009A33" + "00" * 51 + "00"
#                      opened by       0001    000A    0017    001A
FILES = {
    "nothing":        ((),             ("6982", "6982", "6982", "6982")),
    "user PIN":       ((USER_PIN,),    ("6982", "9000", "9000", "6982")),
    "signing password":  ((SIGN_PASSWORD,), ("9000", "6982", "6982", "9000")),
    "face":           (None,           ("6982", "9000", "9000", "6982")),
    "both":           ((USER_PIN, SIGN_PASSWORD), ("9000",) * 4),
}  # fmt: skip


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("opened", FILES)
def test_a_certificate_needs_the_same_as_its_key(platform: str, opened: str) -> None:
    """The secure element gives neither certificate nor signature before what opens them, each its own."""
    chip = Chip("phone-1", cards.phone(platform), key=rsa_key)
    commands, expected = FILES[opened]
    chip.transmit(bytes.fromhex(JPKI))
    if commands is None:
        chip.verify_by_biometrics("jpki/0018")
    for command in commands or ():
        assert chip.transmit(bytes.fromhex(command)).hex() == "9000"
    asked = (SIGN_CERTIFICATE, AUTH_CERTIFICATE, AUTH_KEY, SIGN_KEY)
    answers = [chip.transmit(bytes.fromhex(command))[-2:].hex() for command in asked]
    assert tuple(answers) == expected


@pytest.mark.parametrize("platform", PLATFORMS)
def test_no_face_stands_for_the_sign_password(platform: str) -> None:
    """The secure element itself refuses, and stays closed."""
    chip = Chip("phone-1", cards.phone(platform), key=rsa_key)
    with pytest.raises(MisuseError, match="by its password only"):
        chip.verify_by_biometrics("jpki/001B")
    chip.transmit(bytes.fromhex(JPKI))
    assert chip.transmit(bytes.fromhex(SIGN_KEY)).hex() == "6982"


# ---------------------------------------------------------------------------------------------------------- changes


def test_pin_and_password_are_changed_by_the_old_one(lab: Lab, phone: PhoneHandle) -> None:
    """The new one opens, the old one is wrong now; the slip, a fork and the plastic card are as they should be."""
    phone.change_pin(PIN, "8888")
    phone.change_signing_password(PASSWORD, "ashita2026")
    assert [value for _, value in phone.slip.rows] == ["8888", "ASHITA2026"]
    phone.authenticate(b"c", "8888")
    phone.sign(b"d", password="ASHITA2026")
    for act in (pin(PIN), password(PASSWORD)):
        with pytest.raises(PhoneRefused) as refused:
            act(phone)
        assert refused.value.code == "authentication_failed"
    copy = lab.fork().phones[0]
    assert (copy.tries_left, copy.slip.rows) == ({"user": 2, "signing": 4}, phone.slip.rows)
    verdict = lab.portal.log_in(phone.holder.card, "2222")
    assert (verdict.accepted, verdict.code) == (True, "accepted")


CHANGES = {
    "wrong old PIN": ("change_pin", "0000", "8888", "authentication_failed", (2, 5)),
    "malformed new PIN": ("change_pin", PIN, "88888", "invalid_input", (3, 5)),
    "malformed old PIN": ("change_pin", "1", "8888", "invalid_input", (3, 5)),
    "wrong old password": ("change_signing_password", "WRONG1", "ASHITA2026", "authentication_failed", (3, 4)),
    "malformed new password": ("change_signing_password", PASSWORD, "ASHITA", "invalid_input", (3, 5)),
}


@pytest.mark.parametrize("case", CHANGES)
def test_a_change_that_is_refused_changes_nothing(phone: PhoneHandle, case: str) -> None:
    """A wrong old value costs a try, a malformed one none; what opened the phone still does."""
    change, old, new, code, (user, signing) = CHANGES[case]
    with pytest.raises(PhoneRefused) as refused:
        getattr(phone, change)(old, new)
    assert refused.value.code == code
    assert phone.tries_left == {"user": user, "signing": signing}
    phone.authenticate(b"c", PIN)
    phone.sign(b"d", password=PASSWORD)


def test_a_lab_that_is_opened_again_counts_on(tmp_path: Path) -> None:
    """Counters and changed PINs are in the file: opened again, the phone answers as before."""
    with Lab(seed=7, journal=tmp_path / "a.mynalab") as lab:
        phone = lab.iphone(resident(lab))
        add_card(phone)
        phone.change_pin(PIN, "8888")
        with pytest.raises(PhoneRefused, match="tries left: 4"):
            phone.sign(b"d", password="WRONG1")
    with Lab.open(tmp_path / "a.mynalab") as again:
        phone = again.phones[0]
        assert (phone.tries_left, phone.slip.rows[0][1]) == ({"user": 3, "signing": 4}, "8888")
        phone.authenticate(b"c", "8888")


# ------------------------------------------------------------------------------------------------------------ cures


def block(phone: PhoneHandle) -> None:
    """Three wrong PINs and five wrong passwords."""
    for act in (WRONG_PIN,) * 3 + (WRONG_PASSWORD,) * 5:
        with pytest.raises(PhoneRefused) as refused:
            act(phone)
        assert refused.value.code == "authentication_failed"
    assert phone.tries_left == {"user": 0, "signing": 0}


def test_a_blocked_phone_is_cured_by_adding_the_card_anew(lab: Lab, phone: PhoneHandle) -> None:
    """New keys, new PINs, full counters; both work once the new certificates do."""
    block(phone)
    add_card(phone)
    assert phone.tries_left == {"user": 3, "signing": 5}
    lab.advance("20min")
    verdicts = [lab.portal.log_in(phone, PIN), lab.desk.accept(phone, password=PASSWORD)]
    assert [(verdict.accepted, verdict.code) for verdict in verdicts] == [(True, "accepted")] * 2


def test_a_pin_of_before_is_not_overwritten(lab: Lab, phone: PhoneHandle) -> None:
    """Changed, added anew, changed again: a copy of the first time remembers the first change."""
    phone.change_pin(PIN, "8888")
    then = lab.now
    lab.advance("1h")
    add_card(phone)
    phone.change_pin(PIN, "9999")
    assert phone.slip.rows[0][1] == "9999"
    assert lab.fork(then).phones[0].slip.rows[0][1] == "8888"


def test_the_app_resets_with_card_and_sign_password(lab: Lab, phone: PhoneHandle) -> None:
    """Blocked or not, the plastic card and its signing password are enough; each reset is an event that says where."""
    block(phone)
    phone.reset_pin("user", "8888", password="ABC123")
    phone.reset_pin("signing", "ASHITA2026", password="ABC123")
    assert phone.tries_left == {"user": 3, "signing": 5}
    phone.authenticate(b"c", "8888")
    phone.sign(b"d", password="ASHITA2026")
    done = [entry.event for entry in lab.log if isinstance(entry.event, ev.ReferenceDataUnblocked)]
    assert done == [
        ev.ReferenceDataUnblocked(phone.name, "jpki/0018", 3, "app"),
        ev.ReferenceDataUnblocked(phone.name, "jpki/001B", 5, "app"),
    ]


def test_the_app_resets_nothing_for_a_stranger(lab: Lab, phone: PhoneHandle) -> None:
    """A wrong signing password costs one of the plastic card's tries; a malformed PIN and a phone offline cost none."""
    block(phone)
    with pytest.raises(CardRefused) as refused:
        phone.reset_pin("user", "8888", password="WRONG1")
    assert (refused.value.code, phone.holder.card.tries_left("jpki/001B")) == ("pin_wrong", 4)
    with pytest.raises(MisuseError, match="not the form"):
        phone.reset_pin("user", "88", password="ABC123")
    phone.go_offline()
    with pytest.raises(Refused) as off_line:
        phone.reset_pin("user", "8888", password="ABC123")
    assert off_line.value.code == "offline"
    assert phone.tries_left == {"user": 0, "signing": 0}
    assert phone.holder.card.tries_left("jpki/001B") == 4


@pytest.mark.parametrize(
    ("before", "code"),
    [
        (lambda lab: lab.municipality.report_lost(lab.residents[0]), "card_suspended"),
        (lambda lab: lab.municipality.return_card(lab.residents[0]), "pass_dead"),
        (lambda lab: lab.certificates(lab.residents[0], kind="card_sign")[0].hold(), "certificate_on_hold"),
        (lambda lab: lab.phones[0].hand_to("finder"), "in_strange_hands"),
    ],
)
def test_the_app_resets_nothing_with_a_card_that_is_stopped(
    lab: Lab, phone: PhoneHandle, before: Callable[[Lab], object], code: str
) -> None:
    """It asks J-LIS as a set-up does: a stolen card and its password do not open a phone; a finder has no card."""
    lab.advance_to(lab.municipality.opens)
    before(lab)
    lab.advance("2d")
    tries = phone.tries_left
    with pytest.raises(Refused) as refused:
        phone.reset_pin("user", "8888", password="ABC123")
    expected = "no_credential" if code == "pass_dead" and phone.platform == "android" else code
    assert (refused.value.code, phone.tries_left) == (expected, {} if expected == "no_credential" else tries)


def test_a_phone_without_card_has_no_identity(lab: Lab) -> None:
    """Nothing to count, change, reset or use; each says so."""
    phone = lab.android(lab.residents[0])
    assert phone.tries_left == {}
    for act in (
        face,
        pin(PIN),
        password(PASSWORD),
        lambda phone: phone.change_pin(PIN, "8888"),
        lambda phone: phone.reset_pin("user", "8888", password="ABC123"),
    ):
        with pytest.raises(Refused) as refused:
            act(phone)
        assert refused.value.code == "no_credential"
