"""The card survives what happens around it: a restart of the PC/SC service, removal, a cut in a command."""

from __future__ import annotations

import subprocess

import cards
import pytest
from readers import card_seen, free_port, virtual_reader, wait_for

from myna_lab import serve
from myna_lab.devices.card import Chip
from myna_lab.keys import rsa_key
from needs import need_program

pytestmark = pytest.mark.interop

JPKI = "00A4040C0AD392F000260100000001"


def send(*commands: str) -> str:
    """Raw exchanges through PC/SC; what opensc-tool printed."""
    arguments = [part for command in commands for part in ("-s", command)]
    done = subprocess.run(
        [need_program("opensc-tool"), "--card-driver", "default", *arguments],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    return done.stdout + done.stderr


def test_the_card_is_there_again_after_a_restart_of_the_service() -> None:
    """The service ends and is started again: the same reader shows the same card, reset, with its counter as it was."""
    port = free_port()
    chip = Chip("card-1", cards.plastic(), key=rsa_key)
    with virtual_reader(port):
        reader = serve.card(chip, port=port)
        wait_for("the card in the reader", lambda: card_seen("Yes"))
        assert "SW1=0x63, SW2=0xC2" in send(JPKI, "002000980430303030")
    wait_for("the lost service", lambda: not reader.inserted)
    with virtual_reader(port):
        wait_for("the card in the reader again", lambda: card_seen("Yes"))
        assert "SW1=0x63, SW2=0xC2" in send(JPKI, "00200098")
        reader.stop()
        wait_for("the empty reader", lambda: card_seen("No"))


def test_removal_insertion_and_a_cut_through_pcsc() -> None:
    """PC/SC sees the card go and come back; a card pulled out in a VERIFY has spent the try."""
    with virtual_reader() as port:
        chip = Chip("card-1", cards.plastic(), key=rsa_key)
        with serve.card(chip, port=port) as reader:
            wait_for("the card in the reader", lambda: card_seen("Yes"))
            reader.remove()
            wait_for("the empty reader", lambda: card_seen("No"))
            reader.insert()
            wait_for("the card in the reader again", lambda: card_seen("Yes"))
            reader.pull_out_in_command(after_events=1)
            send(JPKI, "0020009804" + cards.USER_PIN.encode().hex())
            wait_for("the card out", lambda: not reader.inserted and card_seen("No"))
            reader.insert()
            wait_for("the card after the cut", lambda: card_seen("Yes"))
            assert "SW1=0x63, SW2=0xC2" in send(JPKI, "00200098")
        wait_for("the empty reader", lambda: card_seen("No"))
