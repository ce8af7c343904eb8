"""The reader's side, against the chip."""

from __future__ import annotations

from datetime import date

import cards
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from myna_lab.devices import terminal
from myna_lab.devices.card import PROFILES, Chip
from myna_lab.devices.terminal import CardReading, Transmit
from myna_lab.errors import CardRefused, MalformedTlv
from myna_lab.keys import rsa_key

PINS = {"input_aid_pin": cards.INPUT_AID_PIN, "signing_password": cards.SIGN_PASSWORD}


def _chip(*, sign_certificate: bool = True) -> Chip:
    return Chip("card-1", cards.plastic(sign_certificate=sign_certificate), key=rsa_key)


def _verify(certificate_der: bytes, signature: bytes, message: bytes) -> None:
    public = x509.load_der_x509_certificate(certificate_der).public_key()
    assert isinstance(public, RSAPublicKey)
    public.verify(signature, message, PKCS1v15(), SHA256())


def test_both_sides_name_the_same_applications() -> None:
    """The AIDs that the reader selects are those that the chip declares."""
    declared = {application.aid for application in PROFILES["plastic"]}
    assert declared == {
        terminal.AID_JPKI,
        terminal.AID_TEXT,
        terminal.AID_VISUAL,
        terminal.AID_COMMON,
        terminal.AID_JUKI,
        terminal.AID_LICENCE,
    }


def test_everything_for_a_set_up_is_read() -> None:
    """My Number, the four items, portrait and signing certificate are as personalised; the application is signed."""
    with _chip().connect() as transmit:
        reading = terminal.read_for_set_up(transmit, **PINS, application=b"application")
    holder = cards.holder()
    assert (reading.my_number, reading.name, reading.address) == (holder.my_number, holder.name, holder.address)
    assert (reading.born, reading.sex, reading.portrait) == (date(1980, 2, 17), "female", holder.portrait)
    assert reading.sign_certificate == cards.certificates()["sign"]
    assert reading.files == ("text/0001", "text/0002", "visual/0002", "jpki/0001")
    _verify(reading.sign_certificate, reading.application_signature, b"application")
    assert cards.MY_NUMBER not in repr(reading)


def test_the_application_may_be_made_of_what_was_read() -> None:
    """A function gets the reading without signature, and what it makes is signed."""

    def document(reading: CardReading) -> bytes:
        assert reading.application_signature == b""
        return reading.name.encode()

    with _chip().connect() as transmit:
        reading = terminal.read_for_set_up(transmit, **PINS, application=document)
    _verify(reading.sign_certificate, reading.application_signature, cards.holder().name.encode())


@pytest.mark.parametrize(
    ("pins", "reference", "ef", "tries_left"),
    [
        ({"input_aid_pin": "0000"}, "input_aid", "text/0011", 2),
        ({"signing_password": "WRONG1"}, "signing", "jpki/001B", 4),
    ],
)
def test_a_wrong_pin_is_told_apart_and_counted(pins: dict[str, str], reference: str, ef: str, tries_left: int) -> None:
    """A wrong PIN ends the reading, costs one try of its own, and the error says which and how many are left."""
    chip = _chip()
    for left in range(tries_left, -1, -1):
        with chip.connect() as transmit, pytest.raises(CardRefused) as refused:
            terminal.read_for_set_up(transmit, **(PINS | pins), application=b"")
        assert (refused.value.code, refused.value.tries_left, refused.value.values["reference"]) == (
            "pin_wrong",
            left,
            reference,
        )
        assert not any(pin in str(refused.value) for pin in pins.values())
        assert chip.tries_left(ef) == left
    with chip.connect() as transmit, pytest.raises(CardRefused) as refused:
        terminal.read_for_set_up(transmit, **PINS, application=b"")
    assert (refused.value.code, refused.value.values["reference"]) == ("pin_blocked", reference)


def test_a_card_without_sign_certificate_ends_before_the_password() -> None:
    """Who has no signing certificate learns so, and no try of the signing password is spent."""
    chip = _chip(sign_certificate=False)
    with chip.connect() as transmit, pytest.raises(CardRefused) as refused:
        terminal.read_for_set_up(transmit, **(PINS | {"signing_password": "WRONG1"}), application=b"")
    assert refused.value.code == "no_sign_certificate"
    with chip.connect() as transmit, pytest.raises(CardRefused, match="no signing certificate"):
        terminal.authenticate(transmit, b"", pin="WRONG1", kind="sign")
    assert chip.tries_left("jpki/001B") == 5


@pytest.mark.parametrize(("kind", "pin"), [("auth", cards.USER_PIN), ("sign", cards.SIGN_PASSWORD)])
@pytest.mark.parametrize("profile", ["plastic", "iphone", "android"])
def test_a_challenge_is_signed_after_the_pin(profile: str, kind: str, pin: str) -> None:
    """Card and phones sign with either key after its PIN, and give the certificate that verifies."""
    contents = cards.plastic() if profile == "plastic" else cards.phone(profile)
    with Chip("x", contents, key=rsa_key).connect() as transmit:
        certificate, signature = terminal.authenticate(transmit, b"challenge", pin=pin, kind=kind)
    assert certificate == cards.certificates()[kind]
    _verify(certificate, signature, b"challenge")


def test_a_face_opens_a_phone_for_one_session() -> None:
    """After biometrics no PIN is sent; without them, or in the next session, the phone's chip refuses."""
    chip = Chip("phone-1", cards.phone("iphone"), key=rsa_key)
    with chip.connect() as transmit:
        chip.verify_by_biometrics("jpki/0018")
        certificate, signature = terminal.authenticate(transmit, b"challenge", pin=None)
        _verify(certificate, signature, b"challenge")
    with chip.connect() as transmit:
        terminal.select_application(transmit, terminal.AID_JPKI)
        with pytest.raises(CardRefused) as refused:
            terminal.authenticate(transmit, b"challenge", pin=None)
    assert refused.value.code == "security_status_not_satisfied"
    assert not any("VERIFY" in exchange.words for exchange in chip.trace)


def test_tries_left_are_asked_without_cost() -> None:
    """Asking does not lower the counter; asking a certificate is refused."""
    with _chip().connect() as transmit:
        terminal.select_application(transmit, terminal.AID_JPKI)
        assert [terminal.tries_left(transmit, 0x0018) for _ in range(5)] == [3] * 5
        with pytest.raises(CardRefused, match="6981"):
            terminal.tries_left(transmit, 0x000A)


def test_refusals_are_named() -> None:
    """Unknown application, unknown file and missing PIN have codes of their own, with command and status word."""
    with _chip().connect() as transmit:
        with pytest.raises(CardRefused) as refused:
            terminal.select_application(transmit, bytes.fromhex("F000000001"))
        assert refused.value.code == "application_not_found"
        terminal.select_application(transmit, terminal.AID_JPKI)
        with pytest.raises(CardRefused) as refused:
            terminal.read_binary(transmit, 0x0003)
        assert (refused.value.code, refused.value.sw) == ("file_not_found", 0x6A82)
        with pytest.raises(CardRefused) as refused:
            terminal.read_certificate(transmit, "sign")
        assert refused.value.code == "security_status_not_satisfied"
        assert refused.value.command.startswith("READ BINARY")


def test_a_lost_link_passes_through() -> None:
    """The link's own error reaches the caller as it is."""

    class Away(Exception):
        """The card was taken away."""

    def broken(command: bytes) -> bytes:
        raise Away

    with pytest.raises(Away):
        terminal.read_for_set_up(broken, **PINS, application=b"")


@pytest.mark.parametrize(
    "answers", [[b"", b"\x90\0"], [b"\x30\x82\xff\xff\0\0\0"], [b"\x30\x82\1\0\0\0\0", b""], [b"\x30"]]
)
def test_a_file_that_lies_is_malformed(answers: list[bytes]) -> None:
    """A file without TLV header, one that is longer than can be read, and one that ends early are refused."""
    with pytest.raises(MalformedTlv):
        terminal.read_binary(_scripted([b"", *answers]), 0x0001)


def _scripted(answers: list[bytes]) -> Transmit:
    """A card that gives these answers, each with 9000, and then empty ones."""
    left = iter(answers)
    return lambda command: next(left, b"") + b"\x90\0"
