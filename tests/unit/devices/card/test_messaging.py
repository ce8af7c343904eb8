"""Secure messaging of the text application, from a reader's side that is written here on its own."""

from __future__ import annotations

import cards
import pytest
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, OAEP
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hashes import SHA256

from myna_lab.devices.card import Chip
from myna_lab.formats.iso7816 import decode
from myna_lab.keys import rsa_key

TEXT = "00A4040C0AD3921000310001010408"
PIN = "0020009104" + cards.INPUT_AID_PIN.encode().hex()
SEED = bytes(range(32))
DELIVERED = bytes.fromhex("A0228020") + SEED


class Reader:
    """A reader with the PIN verified and a session key delivered."""

    def __init__(self) -> None:
        self.chip = Chip("card-1", cards.plastic(), key=rsa_key)
        self.n = 1
        for command in (TEXT, PIN):
            assert self.plain(command) == "9000"
        assert self.deliver(DELIVERED) == "9000"

    def plain(self, command: str) -> str:
        return self.chip.transmit(bytes.fromhex(command))[-2:].hex().upper()

    def deliver(self, message: bytes) -> str:
        key = decode(self.chip.transmit(bytes.fromhex("00B08600000000"))[:-2])
        public = RSAPublicNumbers(int.from_bytes(key.find(0x90), "big"), int.from_bytes(key.find(0x91), "big"))
        encrypted = public.public_key().encrypt(message, OAEP(MGF1(SHA256()), SHA256(), None))
        return self.plain("80AE0000000100" + encrypted.hex())

    def _cipher(self) -> Cipher[modes.CBC]:
        block = Cipher(algorithms.AES(SEED[:16]), modes.ECB()).encryptor()
        return Cipher(algorithms.AES(SEED[:16]), modes.CBC(block.update(self.n.to_bytes(16, "big"))))

    def wrap(self, data: bytes) -> bytes:
        padded = data + b"\x80" + bytes(-(len(data) + 1) % 16)
        cryptogram = self._cipher().encryptor().update(padded)
        return bytes((0x86, len(cryptogram) + 1, 0x01)) + cryptogram

    def send(self, header: str, data: bytes, le: str = "") -> bytes:
        answer = self.chip.transmit(bytes.fromhex(header) + bytes([len(data)]) + data + bytes.fromhex(le))
        self.n += 1
        return answer

    def read(self, offset: int, n: int) -> bytes:
        """READ BINARY with extended Le; the plain bytes."""
        data = bytes((0x96, 3, 0, n >> 8, n & 0xFF))
        answer = self.chip.transmit(bytes((0x08, 0xB0, offset >> 8, offset & 0xFF, 0, 0, len(data))) + data + b"\0\0")
        assert answer[-2:] == b"\x90\0", answer.hex()
        value = decode(answer[:-2]).value
        assert decode(answer[:-2]).tag == 0x86 and value[0] == 1
        plain = self._cipher().decryptor().update(value[1:])
        self.n += 1
        return plain[: plain.rindex(b"\x80")]


@pytest.fixture
def reader() -> Reader:
    return Reader()


def test_my_number_is_read_encrypted(reader: Reader) -> None:
    """A protected SELECT and READ give the file, filler included, and My Number is not in the clear on the line."""
    assert reader.send("08A4020C", reader.wrap(b"\0\1")).hex() == "9000"
    assert reader.read(0, 17) == b"\xff\x10\x0c" + cards.MY_NUMBER.encode() + b"\xff\xff"
    assert reader.read(0, 0) == reader.read(0, 17), "Le 0 asks for the whole file"
    assert reader.read(3, 4) == cards.MY_NUMBER[:4].encode()
    assert cards.MY_NUMBER.encode() not in b"".join(e.response for e in reader.chip.trace)


def test_a_number_is_verified_encrypted(reader: Reader) -> None:
    """A protected VERIFY of verification number A counts like a plain one."""
    assert reader.send("08200094", reader.wrap(b"000000000000")).hex() == "63c9"
    assert reader.send("08200094", reader.wrap(cards.MY_NUMBER.encode())).hex() == "9000"
    assert reader.chip.tries_left("text/0014") == 10


def test_refused_commands_count_too(reader: Reader) -> None:
    """A command that the application refuses moves the counter, a plain one between them does not."""
    assert reader.send("08200092", reader.wrap(b"1234")).hex() == "6984"
    assert reader.plain("00A4020C020001") == "9000"
    assert reader.read(0, 3) == b"\xff\x10\x0c"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda r: (r.chip, "08200094", b""),
        lambda r: (r.chip, "08200094", r.wrap(b"1")[:-1]),
        lambda r: (r.chip, "08200094", r.wrap(b"1") * 2),
        lambda r: (r.chip, "08200094", b"\x87" + r.wrap(b"1")[1:]),
        lambda r: (r.chip, "08200094", r.wrap(b"1").replace(b"\x86\x11\x01", b"\x86\x11\x00")),
        lambda r: (r.chip, "08200094", bytes.fromhex("9603000011")),
        lambda r: (r.chip, "08200094", bytes((0x86, 17, 1)) + bytes(16)),
    ],
    ids=["nothing", "cut off", "two objects", "another tag", "padding indicator", "the object of READ", "not padded"],
)
def test_any_error_ends_the_session(reader: Reader, spoil) -> None:  # type: ignore[no-untyped-def]
    """What is not wrapped as it must be answers 6988; later protected commands answer 69FC, and no try was spent."""
    chip, header, data = spoil(reader)
    assert reader.send(header, data).hex() == "6988"
    reader.n = 1
    assert reader.send("08200094", reader.wrap(cards.MY_NUMBER.encode())).hex() == "69fc"
    assert reader.send("08A4020C", reader.wrap(b"\0\1")).hex() == "69fc"
    assert reader.plain("00A4020C020001") == "9000", "commands in the clear go on"
    assert chip.tries_left("text/0014") == 10


def test_a_wrong_counter_ends_the_session(reader: Reader) -> None:
    """A command encrypted for another number cannot be unwrapped."""
    reader.n = 2
    assert reader.send("08200094", reader.wrap(cards.MY_NUMBER.encode())).hex() == "6988"


def test_integrity_is_not_offered(reader: Reader) -> None:
    """Class 0C asks for a checksum that this session has no key for: 6987."""
    assert reader.send("0C200094", reader.wrap(b"1")).hex() == "6987"


@pytest.mark.parametrize("command", [TEXT, "00A4040C0AD392F000260100000001", "reset"])
def test_selecting_an_application_forgets_the_key(reader: Reader, command: str) -> None:
    """SELECT of any application and a reset end the session."""
    if command == "reset":
        reader.chip.reset()
    else:
        reader.plain(command)
    assert reader.send("08200094", reader.wrap(b"1")).hex() == "69fc"
    assert reader.send("08A4020C", reader.wrap(b"\0\1")).hex() == "6882"


@pytest.mark.parametrize(
    "message", [SEED, bytes.fromhex("A0228120") + SEED, bytes.fromhex("A0228020") + SEED[:-1], b""]
)
def test_another_structure_is_wrong_data(reader: Reader, message: bytes) -> None:
    """A message of another structure is 6A80, and the session before it goes on."""
    assert reader.deliver(message) == "6A80"
    assert reader.send("08200094", reader.wrap(cards.MY_NUMBER.encode())).hex() == "9000"


def test_what_is_no_cryptogram(reader: Reader) -> None:
    """A value at or above the modulus is 6F00, other lengths and garbage 6A80, another P2 6A86."""
    assert reader.plain("80AE0000000100" + "FF" * 256) == "6F00"
    assert reader.plain("80AE0000000100" + "01" * 256) == "6A80"
    assert reader.plain("80AE000008" + "01" * 8) == "6A80"
    assert reader.plain("80AE0001000100" + "01" * 256) == "6A86"


def test_number_a_alone_opens_no_session() -> None:
    """The PIN must have been verified; A is not enough (6982)."""
    chip = Chip("card-1", cards.plastic(), key=rsa_key)
    chip.transmit(bytes.fromhex(TEXT))
    assert chip.transmit(bytes.fromhex("002000940C") + cards.MY_NUMBER.encode()).hex() == "9000"
    assert chip.transmit(bytes.fromhex("80AE0000000100" + "01" * 256)).hex() == "6982"


def test_no_key_is_shown(reader: Reader) -> None:
    """Neither the session's repr nor the trace holds the session key."""
    session = reader.chip._interior.volatile.session_key
    assert session is not None
    assert repr(session) == "<SessionKey, next command 1>"
    assert SEED[:16] not in b"".join(e.command + e.response for e in reader.chip.trace)
