"""The virtual reader's protocol, against a stand-in for vpcd."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from queue import Queue

import cards
import pytest

from myna_lab import Lab, serve
from myna_lab.devices.card import ATR, CONTACTLESS_ATR, Chip
from myna_lab.errors import MisuseError
from myna_lab.keys import rsa_key

JPKI = bytes.fromhex("00A4040C0AD392F000260100000001")
FILE = bytes.fromhex("00A4020C020018")


class Vpcd:
    """The listening side: like vpcd, it speaks at once to a card that comes, and lets a second one wait."""

    def __init__(self) -> None:
        self.arrived: Queue[socket.socket] = Queue()
        self.link: socket.socket | None = None
        self.port = 0
        self.listen()
        self.chip = Chip("card-1", cards.plastic(), key=rsa_key)
        self.reader = serve.card(self.chip, port=self.port)
        self.accept()

    def listen(self) -> None:
        self.server = socket.create_server(("127.0.0.1", self.port))
        self.port = self.server.getsockname()[1]
        self.greeter = threading.Thread(target=self._greet, args=(self.server,), daemon=True)
        self.greeter.start()

    def _greet(self, server: socket.socket) -> None:
        with suppress(OSError):  # it was closed
            while True:
                link, _ = server.accept()
                self.arrived.put(link)
                with suppress(OSError):  # the card has gone already
                    link.sendall(b"\0\1\1")
                while link.fileno() >= 0 and server.fileno() >= 0:
                    time.sleep(0.01)

    def close_server(self) -> None:
        with suppress(OSError):
            self.server.shutdown(socket.SHUT_RDWR)  # wakes who waits for a card
        self.server.close()
        self.greeter.join(5)

    def leave(self) -> None:
        """Close the link, as vpcd does when it sees that a card has gone."""
        if self.link is not None:
            self.link.close()

    def accept(self) -> None:
        """Take the card's next link."""
        self.leave()
        self.link = self.arrived.get(timeout=5)
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
    vpcd.leave()
    vpcd.close_server()
    while not vpcd.arrived.empty():
        vpcd.arrived.get().close()


def test_only_apdus_and_the_atr_are_answered(vpcd: Vpcd) -> None:
    """Power on, power off and reset get no reply; "give the ATR" and commands get exactly one each, in order."""
    for control in (b"\0", b"\1", b"\2"):
        vpcd.send(control)
    assert vpcd.ask(b"\4") == ATR
    assert vpcd.ask(JPKI).hex() == "9000"
    assert vpcd.ask(b"\4") == ATR
    assert vpcd.ask(FILE).hex() == "9000", "asking for the ATR resets nothing"


@pytest.mark.parametrize(("control", "left"), [(b"\0", "6a82"), (b"\1", "6a82"), (b"\2", "9000")])
def test_power_forgets_what_was_selected_and_a_warm_reset_does_not(vpcd: Vpcd, control: bytes, left: str) -> None:
    """After power off and power on the card is as new; after a reset (02) its application is still selected."""
    assert vpcd.ask(JPKI).hex() == "9000"
    vpcd.send(control)
    assert vpcd.ask(FILE).hex() == left


UID = {
    # command: answer of a contactless reader (PC/SC part 3, 3.2.2.1.3), answer of the contact card behind another one
    "ffca000000": ("4 9000", "6e00"),
    "ffca000004": ("4 9000", "6e00"),
    "ffca000002": ("6c04", "6e00"),
    "ffca000008": ("4 6282", "6e00"),
    "ffca010000": ("6a81", "6e00"),
    "ffca0000": ("6700", "6e00"),
}


@pytest.mark.parametrize("command", UID)
def test_a_contactless_reader_tells_the_uid(vpcd: Vpcd, command: str) -> None:
    """With the ATR of a contactless card the reader answers FF CA; otherwise the card does, which has no such class."""
    contactless, contact = UID[command]
    assert vpcd.ask(bytes.fromhex(command)).hex() == contact
    vpcd.chip.atr = CONTACTLESS_ATR
    assert vpcd.ask(b"\4").hex() == "3b888001000000009181c100d8"
    answer = vpcd.ask(bytes.fromhex(command))
    n, _, sw = contactless.rpartition(" ")
    assert (len(answer) - 2, answer[-2:].hex()) == (int(n or 0), sw)
    assert vpcd.ask(JPKI).hex() == "9000"


@pytest.mark.parametrize("unknown", [b"", b"\3", b"\5", b"\xff"])
def test_unknown_controls_change_nothing(vpcd: Vpcd, unknown: bytes) -> None:
    """A message of no byte, or of a control that vpcd does not have, is neither answered nor a reset."""
    assert vpcd.ask(JPKI).hex() == "9000"
    vpcd.send(unknown)
    assert vpcd.ask(FILE).hex() == "9000"


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


@pytest.mark.parametrize("last_words", [b"", b"\0"])
def test_the_card_comes_back_with_the_service(vpcd: Vpcd, last_words: bytes) -> None:
    """If vpcd goes away, in the middle of a message too, the card is reset, and is there when vpcd listens again."""
    assert vpcd.ask(JPKI).hex() == "9000"
    vpcd.close_server()
    vpcd.link.sendall(last_words)
    vpcd.link.close()
    vpcd.listen()
    vpcd.accept()
    assert vpcd.ask(FILE).hex() == "6a82", "reset meanwhile"
    assert vpcd.ask(JPKI).hex() == "9000"


def test_removal_and_insertion(vpcd: Vpcd) -> None:
    """remove() closes the link and resets the chip, insert() connects again; both may be said twice."""
    assert vpcd.ask(JPKI).hex() == "9000"
    vpcd.reader.remove()
    vpcd.reader.remove()
    assert (vpcd.reader.inserted, vpcd.reader.running) == (False, True)
    assert vpcd.link.recv(1) == b""
    vpcd.leave()
    vpcd.reader.insert()
    vpcd.reader.insert()
    vpcd.accept()
    assert vpcd.reader.inserted
    assert vpcd.ask(FILE).hex() == "6a82"
    vpcd.reader.stop()
    with pytest.raises(MisuseError, match="was stopped"):
        vpcd.reader.insert()


@pytest.mark.parametrize(("after_events", "tries_left"), [(0, 3), (1, 2), (2, 3)])
def test_pulled_out_in_the_middle_of_a_command(vpcd: Vpcd, after_events: int, tries_left: int) -> None:
    """No answer comes; the try is spent if the card went after that was recorded, and the card comes back reset.

    A right PIN makes two events: after both, or with the answer lost, the counter is back at its maximum.
    """
    assert vpcd.ask(JPKI).hex() == "9000"
    vpcd.reader.pull_out_in_command(after_events)
    vpcd.send(bytes.fromhex("0020009804") + cards.USER_PIN.encode())
    assert vpcd.link.recv(1) == b""
    assert vpcd.chip.tries_left("jpki/0018") == tries_left
    vpcd.leave()
    vpcd.reader.insert()
    vpcd.accept()
    assert vpcd.ask(FILE).hex() == "6a82"
    assert vpcd.ask(JPKI).hex() == "9000"


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


def test_a_second_card_is_not_in_the_reader(vpcd: Vpcd) -> None:
    """A reader that holds a card takes no other: serve.card() and insert() say so instead of announcing it."""
    other = Chip("card-2", cards.plastic(), key=rsa_key)
    with pytest.raises(MisuseError) as refused:
        serve.card(other, port=vpcd.port)
    assert refused.value.code == "reader_full"
    assert vpcd.ask(JPKI).hex() == "9000", "the first card is not disturbed"
    vpcd.reader.remove()
    vpcd.leave()
    with pytest.raises(MisuseError) as refused, serve.card(other, port=vpcd.port) as second:
        assert second.inserted
        vpcd.reader.insert()
    assert refused.value.code == "reader_full"
    assert (vpcd.reader.inserted, vpcd.reader.running) == (False, True)


def test_only_a_chip_goes_into_a_reader(vpcd: Vpcd) -> None:
    """A holder, a phone without a card or bytes are refused with the right call, before anything is connected."""
    lab = Lab(seed=7)
    hanako = lab.resident()
    for wrong in (hanako, lab.iphone(hanako), lab.iphone(hanako).chip, b"chip"):
        with pytest.raises(MisuseError, match=r"hanako\.card") as refused:
            serve.card(wrong, port=vpcd.port)  # type: ignore[arg-type]
        assert refused.value.code == "no_chip"


@pytest.mark.parametrize("how", ["opened elsewhere", "closed"])
def test_a_card_that_keeps_nothing_leaves_the_reader(vpcd: Vpcd, tmp_path: Path, how: str) -> None:
    """When its file went to another lab or was closed, VERIFY is 6581, the card leaves, and the reader says why."""
    vpcd.reader.stop()
    vpcd.leave()
    lab = Lab(seed=7, journal=tmp_path / "a.mynalab")
    card = lab.resident().card
    with serve.card(card, port=vpcd.port) as reader:
        vpcd.accept()
        assert vpcd.ask(JPKI).hex() == "9000"
        other = Lab.open(tmp_path / "a.mynalab") if how == "opened elsewhere" else None
        if other is None:
            lab.close()
        assert vpcd.ask(bytes.fromhex("00200098")).hex() == "63c3", "nothing to keep, nothing to fail"
        assert vpcd.ask(bytes.fromhex("002000980430303030")).hex() == "6581"
        assert vpcd.link.recv(1) == b""
        assert reader.failure
        assert not reader.inserted
        assert reader.failure in repr(reader)
        assert card.tries_left("jpki/0018") == 3
        if other is not None:
            other.close()
    lab.close()


def test_a_fault_of_ours_takes_the_card_out_and_is_told(
    vpcd: Vpcd, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A command that meets a bug gets no answer; reader and log say so, and the card can be put back."""
    with monkeypatch.context() as broken:
        broken.setattr(vpcd.chip, "transmit", lambda _: 1 / 0)
        vpcd.send(JPKI)
        assert vpcd.link.recv(1) == b""
        vpcd.leave()
    assert vpcd.reader.failure == "the reader met a fault of its own (ZeroDivisionError)"
    assert (vpcd.reader.inserted, vpcd.reader.running) == (False, True)
    assert [record.exc_info is not None for record in caplog.records] == [True]
    vpcd.reader.insert()
    vpcd.accept()
    assert (vpcd.ask(JPKI).hex(), vpcd.reader.failure) == ("9000", "")


@pytest.mark.parametrize("error", [ValueError("no such letter"), BrokenPipeError("nobody reads")])
def test_who_watches_and_fails_costs_no_answer(vpcd: Vpcd, caplog: pytest.LogCaptureFixture, error: Exception) -> None:
    """If the text of an exchange cannot be written, the program still gets its answer, and the log says so once."""
    seen = []

    def write(exchange: object) -> None:
        seen.append(exchange)
        raise error

    vpcd.chip.trace.watch(write)
    assert [vpcd.ask(command).hex() for command in (JPKI, FILE)] == ["9000", "9000"]
    assert (len(seen), len(vpcd.chip.trace), len(caplog.records)) == (1, 2, 1)
    assert vpcd.reader.inserted and not vpcd.reader.failure
