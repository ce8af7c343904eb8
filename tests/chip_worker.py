"""A process that tries PINs on a card until it is killed, and says what was answered."""

from __future__ import annotations

from multiprocessing.connection import Connection

from myna_lab import Lab

JPKI = bytes.fromhex("00A4040C0AD392F000260100000001")
REFERENCE = "jpki/001B"
WRONG = bytes.fromhex("0020009B065752 4F4E4721".replace(" ", ""))
ROUND = ("wrong", "wrong", "right", "wrong", "right", "wrong", "wrong", "wrong", "right")


def right(lab: Lab) -> bytes:
    """The VERIFY that opens the card."""
    password = lab.residents[0]._resident.signing_password.encode()
    return bytes((0x00, 0x20, 0x00, 0x9B, len(password))) + password


def work(path: str, said: Connection) -> None:
    """Try PINs in rounds; before each try say which, after it the status word."""
    lab = Lab.open(path)
    commands = {"wrong": WRONG, "right": right(lab)}
    chip = lab.residents[0].card
    chip.transmit(JPKI)
    said.send("ready")
    while True:
        for kind in ROUND:
            said.send(kind)
            said.send(chip.transmit(commands[kind]).hex())
