"""The chip as its owner sees it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

import cards
import pytest

from myna_lab import Lab
from myna_lab.devices.card import ATR, Chip
from myna_lab.errors import MisuseError, StorageError
from myna_lab.events import Event
from myna_lab.keys import rsa_key

JPKI, CHALLENGE = bytes.fromhex("00A4040C0AD392F000260100000001"), bytes.fromhex("0084000010")


def test_connecting_resets_at_both_ends() -> None:
    """A reader finds the card without selection, and leaves it so, even after an error."""
    chip = Chip("card-1", cards.plastic(), key=rsa_key)
    chip.transmit(JPKI)
    with pytest.raises(OSError, match="link"), chip.connect() as transmit:
        assert transmit(bytes.fromhex("00A4020C020018")).hex() == "6a82"
        transmit(JPKI)
        raise OSError("link")
    assert chip.transmit(bytes.fromhex("00A4020C020018")).hex() == "6a82"


def test_a_connected_card_keeps_others_waiting() -> None:
    """While one reader is connected, another thread's command waits until it is done."""
    chip = Chip("card-1", cards.plastic(), key=rsa_key, lock=threading.RLock())
    answers: list[str] = []
    other = threading.Thread(target=lambda: answers.append(chip.transmit(bytes.fromhex("00A4020C020018")).hex()))
    with chip.connect() as transmit:
        transmit(JPKI)
        other.start()
        other.join(0.05)
        assert other.is_alive() and not answers
    other.join(5)
    assert answers == ["6a82"]


def test_reset_gives_the_answer_to_reset() -> None:
    """The answer to reset is the contact card's, or the one that was asked for."""
    assert Chip("card-1", cards.plastic(), key=rsa_key).reset() == ATR
    assert Chip("card-1", cards.plastic(), key=rsa_key, atr=b"\x3b\x00").reset() == b"\x3b\x00"


def test_unknown_reference_data_are_a_misuse() -> None:
    """Asking for reference data that the profile has not says which it has."""
    chip = Chip("phone-1", cards.phone("iphone"), key=rsa_key)
    for wrong in ("text/0011", "jpki/000A", "0018"):
        with pytest.raises(MisuseError, match="jpki/0018, jpki/001B"):
            chip.tries_left(wrong)


def test_the_repr_shows_no_secret() -> None:
    """Neither chip nor contents nor holder show a PIN, a number or a key when they are printed."""
    chip = Chip("card-1", cards.plastic(), key=rsa_key)
    shown = f"{chip!r} {cards.plastic()!r} {cards.holder()!r} {chip.state!r}"
    for secret in (cards.USER_PIN, cards.SIGN_PASSWORD, cards.INPUT_AID_PIN, cards.MY_NUMBER, "2285"):
        assert secret not in shown


@pytest.mark.parametrize("form", [list, tuple, bytearray, memoryview])
def test_commands_come_in_every_form_of_bytes(form: Callable[[bytes], bytes]) -> None:
    """A list of numbers, as PC/SC libraries have it, is answered like bytes, is in the trace, and costs one try."""
    chip = Chip("card-1", cards.plastic(), key=rsa_key)
    assert chip.transmit(form(JPKI)).hex() == "9000"
    assert chip.transmit(form(bytes.fromhex("0020009804") + b"9753")).hex() == "63c2"
    assert [exchange.sw for exchange in chip.trace] == ["9000", "63C2"]
    assert type(chip.trace[-1].command) is bytes


@pytest.mark.parametrize("wrong", ["002000980439373533", "9753", 9753, None, [300], [-1], 5.0])
def test_what_is_no_bytes_is_a_misuse(wrong: object) -> None:
    """Text, a number or nothing is refused before the card sees it; the error names bytes.fromhex, and no PIN."""
    chip = Chip("card-1", cards.plastic(), key=rsa_key)
    chip.transmit(JPKI)
    with pytest.raises(MisuseError, match=r"bytes\.fromhex") as refused:
        chip.transmit(wrong)  # type: ignore[arg-type]
    assert "9753" not in str(refused.value)
    assert (len(chip.trace), chip.tries_left("jpki/0018")) == (1, 3)


def test_the_reason_of_a_memory_failure_is_told() -> None:
    """While an event cannot be kept the answer is 6581 and ``failure`` says why; afterwards it is empty again."""
    full = True

    def record(event: Event, secrets: Mapping[str, bytes]) -> None:
        if full:
            raise StorageError("the disk is full")
        chip.evolve(event)

    chip = Chip("card-1", cards.plastic(), key=rsa_key, record=record)
    chip.transmit(JPKI)
    wrong = bytes.fromhex("0020009804") + b"9753"
    assert (chip.transmit(wrong).hex(), chip.failure) == ("6581", "the disk is full")
    full = False
    assert (chip.transmit(wrong).hex(), chip.failure) == ("63c2", "")


def test_a_challenge_never_comes_twice(tmp_path: Path) -> None:
    """Opened again and again with nothing else recorded, a card gives other challenges; a twin gives the same ones."""

    def asked(name: str) -> list[bytes]:
        file = tmp_path / name
        with closing(Lab(seed=7, journal=file)) as lab:
            given = [lab.resident().card.transmit(CHALLENGE)]
        for _ in range(3):
            with closing(Lab.open(file)) as lab:
                given += [lab.residents[0].card.transmit(CHALLENGE) for _ in range(2)]
        return given

    first, twin = asked("a.mynalab"), asked("b.mynalab")
    assert first == twin
    assert len(set(first)) == len(first) == 7


def test_a_challenge_that_cannot_be_counted_is_not_given() -> None:
    """If the count cannot be made durable the answer is 6581."""

    def record(event: Event, secrets: Mapping[str, bytes]) -> None:
        raise StorageError("the disk is full")

    assert Chip("card-1", cards.plastic(), key=rsa_key, record=record).transmit(CHALLENGE).hex() == "6581"


@pytest.mark.parametrize("sw", [0x6F00, 0x6581])
def test_a_command_can_be_made_to_fail_once(sw: int) -> None:
    """The injected status word answers one command, which does nothing; the same command is then answered as ever."""
    card = Lab(seed=7).resident().card
    select, wrong = bytes.fromhex("00A4040C0AD392F000260100000001"), bytes.fromhex("002000980439393939")
    card.transmit(select)
    card.fail_next_command(sw)
    assert card.transmit(wrong) == sw.to_bytes(2, "big")
    assert card.tries_left("jpki/0018") == 3
    assert card.transmit(wrong) == bytes.fromhex("63C2")


@pytest.mark.parametrize("sw", [0, 0x5FFF, 0xA000, "6F00", None])
def test_what_is_no_status_word_is_not_injected(sw: object) -> None:
    """A number outside 6000 to 9FFF, or no number, is refused."""
    with pytest.raises(MisuseError, match="0x6000 to 0x9FFF") as refused:
        Lab(seed=7).resident().card.fail_next_command(sw)  # type: ignore[arg-type]
    assert refused.value.code == "bad_sw"
