"""Pyscard, unmodified: raw exchanges, extended lengths included. It is compiled, so it is an extra (``smartcard``)."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from collections.abc import Iterator

import cards
import pytest
from readers import card_seen, in_reader, virtual_reader

from myna_lab import serve
from myna_lab.devices.card import Chip
from myna_lab.errors import MisuseError
from myna_lab.keys import rsa_key
from needs import missing

pytestmark = pytest.mark.interop
if importlib.util.find_spec("smartcard") is None:
    missing("pyscard is not installed")

CLIENT = """
import sys
from smartcard.System import readers
connection = readers()[0].createConnection()
connection.connect()
print(bytes(connection.getATR()).hex())
for text in sys.argv[1:]:
    data, sw1, sw2 = connection.transmit(list(bytes.fromhex(text)))
    print(f"{bytes(data).hex()} {sw1:02X}{sw2:02X}")
"""


@pytest.fixture
def chip() -> Iterator[Chip]:
    chip = Chip("card-1", cards.plastic(), key=rsa_key)
    with virtual_reader() as port, in_reader(chip, port):
        yield chip


def test_raw_exchanges_come_as_the_chip_gives_them(chip: Chip) -> None:
    """ATR, a whole certificate by one extended Le, a wrong and a right PIN, a signature, a refusal."""
    commands = [
        "00A4040C0AD392F000260100000001",
        "00B08A00000000",
        "002000980430303030",
        "0020009804" + cards.USER_PIN.encode().hex(),
        "802A0297" + "20" + "AB" * 32 + "00",
        "00A4020C020003",
    ]
    done = subprocess.run(
        [sys.executable, "-c", CLIENT, *commands], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    atr, *answers = done.stdout.splitlines()
    assert atr == chip.atr.hex()
    assert [answer.split()[-1] for answer in answers] == ["9000", "9000", "63C2", "9000", "9000", "6A82"]
    assert answers[1].split()[0] == cards.certificates()["auth"].hex()
    assert len(answers[4].split()[0]) == 512


def test_one_reader_holds_one_card() -> None:
    """The virtual reader takes a second card only once the first is out; the door says so instead of announcing it."""
    first, second = (Chip(f"card-{i}", cards.plastic(), key=rsa_key) for i in (1, 2))
    with virtual_reader() as port:
        with in_reader(first, port):
            with pytest.raises(MisuseError) as refused:
                serve.card(second, port=port)
            assert refused.value.code == "reader_full"
            assert card_seen("Yes"), "the first card is still there"
        with in_reader(second, port):
            assert card_seen("Yes")


RESETS = """
import sys
from smartcard.scard import *
jpki, pin, sign = (list(bytes.fromhex(text)) for text in sys.argv[1:])
_, context = SCardEstablishContext(SCARD_SCOPE_USER)
_, names = SCardListReaders(context, [])

def connect(context=context):
    return SCardConnect(context, names[0], SCARD_SHARE_EXCLUSIVE, SCARD_PROTOCOL_T1)[1:]

def ask(card, command):
    return bytes(SCardTransmit(card, SCARD_PCI_T1, command)[1]).hex()[-4:]

for disposition in (SCARD_LEAVE_CARD, SCARD_RESET_CARD, SCARD_UNPOWER_CARD):
    card, _ = connect()
    ask(card, jpki), ask(card, pin)
    SCardDisconnect(card, disposition)
    card, _ = connect()
    ask(card, jpki)
    print(ask(card, sign))
    SCardDisconnect(card, SCARD_UNPOWER_CARD)
"""


def test_only_the_loss_of_power_logs_out(chip: Chip) -> None:
    """A PC/SC client that leaves the card, or resets it, leaves the PIN verified for the next one; unpower does not."""
    commands = ["00A4040C0AD392F000260100000001", "0020009804" + cards.USER_PIN.encode().hex(), "802A0097014100"]
    done = subprocess.run(
        [sys.executable, "-c", RESETS, *commands], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["9000", "9000", "6982"]
