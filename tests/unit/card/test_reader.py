"""The virtual reader's protocol, against a stand-in for vpcd."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import cards
import pytest

from myna_lab import serve
from myna_lab.card import ATR, Chip
from myna_lab.errors import MisuseError
from myna_lab.keys import rsa_key

JPKI = bytes.fromhex("00A4040C0AD392F000260100000001")
FILE = bytes.fromhex("00A4020C020018")


class Vpcd:
    """The listening side."""

    def __init__(self) -> None:
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.server.getsockname()[1]
        self.chip = Chip("card-1", cards.plastic(), key=rsa_key)
        self.reader = serve.card(self.chip, port=self.port)
        self.link, _ = self.server.accept()
        self.link.settimeout(5)

    def send(self, body: bytes) -> None:
        self.link.sendall(len(body).to_bytes(2, "big") + body)

    def ask(self, body: bytes) -> bytes:
        self.send(body)
        return self.receive()

    def receive(self) -> bytes:
        return self._exactly(int.from_bytes(self._exactly(2), "big"))

    def _exactly(self, n: int) -> bytes:
        data = b""
        while len(data) < n:
            part = self.link.recv(n - len(data))
            assert part, "the card left"
            data += part
        return data


@pytest.fixture
def vpcd() -> Iterator[Vpcd]:
    vpcd = Vpcd()
    yield vpcd
    vpcd.reader.stop()
    vpcd.link.close()
    vpcd.server.close()


def test_only_apdus_and_the_atr_are_answered(vpcd: Vpcd) -> None:
    """Power on, power off and reset get no reply; "give the ATR" and commands get exactly one each, in order."""
    for control in (b"\0", b"\1", b"\2"):
        vpcd.send(control)
    assert vpcd.ask(b"\4") == ATR
    assert vpcd.ask(JPKI).hex() == "9000"
    assert vpcd.ask(b"\4") == ATR
    assert vpcd.ask(FILE).hex() == "9000", "asking for the ATR resets nothing"


@pytest.mark.parametrize("control", [b"\0", b"\1", b"\2"])
def test_power_and_reset_forget_what_was_selected(vpcd: Vpcd, control: bytes) -> None:
    """After each of the three controls the card is as after a reset."""
    assert vpcd.ask(JPKI).hex() == "9000"
    vpcd.send(control)
    assert vpcd.ask(FILE).hex() == "6a82"


def test_messages_may_come_in_pieces_and_be_long(vpcd: Vpcd) -> None:
    """A body split over packets is put together, and an answer of a whole file comes back whole."""
    message = len(JPKI).to_bytes(2, "big") + JPKI
    for byte in message:
        vpcd.link.sendall(bytes([byte]))
    assert vpcd.receive().hex() == "9000"
    assert vpcd.ask(bytes.fromhex("00B08A00000000")) == cards.certificates()["auth"] + b"\x90\0"


def test_stopping_takes_the_card_out(vpcd: Vpcd) -> None:
    """After stop() the link is closed, nothing runs, the chip is reset; stopping twice is allowed."""
    vpcd.ask(JPKI)
    vpcd.reader.stop()
    vpcd.reader.stop()
    assert not vpcd.reader.running
    assert vpcd.link.recv(1) == b""
    assert vpcd.chip.transmit(FILE).hex() == "6a82"


def test_the_reader_ends_when_the_service_does() -> None:
    """If vpcd goes away, in the middle of a message too, the thread ends by itself."""
    for last_words in (b"", b"\0"):
        vpcd = Vpcd()
        vpcd.link.sendall(last_words)
        vpcd.link.close()
        vpcd.server.close()
        vpcd.reader._thread.join(5)
        assert not vpcd.reader.running


def test_only_this_machine_is_served() -> None:
    """Another host, by name or number, is refused before anything is sent."""
    chip = Chip("card-1", cards.plastic(), key=rsa_key)
    for host in ("0.0.0.0", "192.0.2.1", "example.invalid", ""):
        with pytest.raises(MisuseError) as refused:
            serve.card(chip, host=host)
        assert refused.value.code == "not_loopback"


def test_no_reader_is_a_clear_misuse() -> None:
    """Where nothing listens the error says so, and how to get a reader."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(MisuseError, match="make system"):
        serve.card(Chip("card-1", cards.plastic(), key=rsa_key), port=port)
    with pytest.raises(MisuseError, match="no virtual reader"):
        serve.card(Chip("card-1", cards.plastic(), key=rsa_key), port=70000)
