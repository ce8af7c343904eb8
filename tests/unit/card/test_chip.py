"""The chip as its owner sees it."""

from __future__ import annotations

import threading

import cards
import pytest

from myna_lab.card import ATR, Chip
from myna_lab.errors import MisuseError
from myna_lab.keys import rsa_key

JPKI = bytes.fromhex("00A4040C0AD392F000260100000001")


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
