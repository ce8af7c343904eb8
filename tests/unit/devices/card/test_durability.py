"""What is recorded when, and what happens when it cannot be."""

from __future__ import annotations

from collections.abc import Mapping

import cards
import pytest

from myna_lab.devices.card import CardRemoved, Chip, ChipState, SecurityStatus, evolve
from myna_lab.errors import MisuseError, StorageError
from myna_lab.events import (
    Event,
    PhoneErased,
    ReferenceDataChanged,
    ReferenceDataRefused,
    ReferenceDataTried,
    ReferenceDataVerified,
    SignatureComputed,
)
from myna_lab.keys import rsa_key

JPKI = bytes.fromhex("00A4040C0AD392F000260100000001")
RIGHT = bytes.fromhex("0020009804") + cards.USER_PIN.encode()
WRONG = bytes.fromhex("002000980430303030")
SIGN = bytes.fromhex("802A0097014100")
CHANGE = bytes.fromhex("002401980431323334")
NEW = bytes.fromhex("002000980431323334")
REF = "jpki/0018"


class Owner:
    """A log and a vault around a chip; the disk is full after ``room`` events."""

    def __init__(self, room: int = 1000, chip: str = "card-1") -> None:
        self.events: list[Event] = []
        self.vault: dict[str, bytes] = {}
        self.room = room
        self.chip = Chip(chip, cards.plastic(), key=rsa_key, record=self.record, secret=self.vault.__getitem__)
        self.chip.transmit(JPKI)

    def record(self, event: Event, secrets: Mapping[str, bytes]) -> None:
        if len(self.events) >= self.room:
            raise StorageError("disk full")
        self.events.append(event)
        self.vault.update(secrets)
        self.chip.evolve(event)

    def send(self, command: bytes) -> str:
        return self.chip.transmit(command)[-2:].hex().upper()


def test_each_step_of_a_pin_is_an_event() -> None:
    """A wrong try, a right one, a signature and a change leave exactly these events, and no PIN in them."""
    owner = Owner()
    assert [owner.send(command) for command in (WRONG, RIGHT, SIGN, CHANGE)] == ["63C2", "9000", "9000", "9000"]
    assert owner.events == [
        ReferenceDataTried("card-1", REF, 2),
        ReferenceDataRefused("card-1", REF, 2),
        ReferenceDataTried("card-1", REF, 1),
        ReferenceDataVerified("card-1", REF, 3),
        SignatureComputed("card-1", "jpki/0017"),
        ReferenceDataChanged("card-1", REF, 3, "pin/card-1/jpki/0018/1"),
    ]
    assert owner.vault == {"pin/card-1/jpki/0018/1": b"1234"}


def test_reading_selecting_and_asking_leave_no_event() -> None:
    """SELECT, READ BINARY and VERIFY without data are in the trace alone."""
    owner = Owner()
    for command in ("00A4020C02000A", "00B0000000", "00200098", "00B0810000", "802A0097014100"):
        owner.chip.transmit(bytes.fromhex(command))
    assert owner.events == []


@pytest.mark.parametrize("command", [RIGHT, WRONG])
def test_the_try_is_spent_before_the_comparison(command: bytes) -> None:
    """If power goes right after ReferenceDataTried, the try is gone, whether the PIN was right or wrong."""
    owner = Owner(room=1)
    assert owner.send(command) == "6581"
    assert owner.events == [ReferenceDataTried("card-1", REF, 2)]
    assert (owner.chip.tries_left(REF), owner.chip.status(REF)) == (2, SecurityStatus.NOT_VERIFIED)


@pytest.mark.parametrize("command", [WRONG, RIGHT, SIGN, CHANGE])
def test_a_full_disk_leaves_the_chip_as_it_was(command: bytes) -> None:
    """If the event cannot be recorded the answer is 6581, and counters, PINs and security status are as before."""
    owner = Owner()
    owner.send(RIGHT)
    owner.room = len(owner.events)
    before = owner.chip.state
    answer = owner.chip.transmit(command)
    assert answer.hex() == "6581"
    assert owner.chip.state == before
    assert owner.chip.status(REF) is SecurityStatus.VERIFIED
    assert owner.vault == {}
    owner.room = 1000
    assert owner.send(SIGN) == "9000"


def test_a_changed_pin_replaces_the_old_one_for_good() -> None:
    """After CHANGE REFERENCE DATA and a reset the old PIN is wrong and the new one right, twice over."""
    owner = Owner()
    owner.send(RIGHT)
    owner.send(CHANGE)
    owner.chip.reset()
    assert [owner.send(command) for command in (JPKI, RIGHT, NEW)] == ["9000", "63C2", "9000"]
    assert owner.send(bytes.fromhex("002401980439393939")) == "9000"
    assert owner.send(NEW) == "63C2"
    assert sorted(owner.vault) == ["pin/card-1/jpki/0018/1", "pin/card-1/jpki/0018/2"]


def test_replaying_the_events_gives_the_same_chip() -> None:
    """A new chip of the same contents that takes the same events in is in the same state, and knows the changed PIN."""
    owner, again = Owner(), Owner()
    for command in (WRONG, RIGHT, SIGN, CHANGE, WRONG, WRONG):
        owner.send(command)
    for event in owner.events:
        again.chip.evolve(event)
    again.vault.update(owner.vault)
    assert again.chip.state == owner.chip.state
    assert again.chip.tries_left(REF) == 1
    assert again.send(NEW) == "9000"


def test_a_chip_without_owner_evolves_itself() -> None:
    """Without a record callback counters and changed PINs are kept by the chip."""
    chip = Chip("card-1", cards.plastic(), key=rsa_key)
    for command in (JPKI, RIGHT, CHANGE, JPKI):
        assert chip.transmit(command).hex() == "9000"
    assert chip.transmit(RIGHT).hex() == "63c2"
    assert chip.transmit(NEW).hex() == "9000"


def test_evolve_changes_nothing_but_reference_data() -> None:
    """Other events leave the state as it is, and an event leaves the former state untouched."""
    state = ChipState({REF: 3})
    assert evolve(state, PhoneErased("phone-1")) is state
    assert evolve(state, SignatureComputed("card-1", "jpki/0017")) is state
    assert evolve(state, ReferenceDataTried("card-1", REF, 2)).tries_left == {REF: 2}
    assert state.tries_left == {REF: 3}


@pytest.mark.parametrize(("command", "after", "left"), [(RIGHT, 1, 2), (WRONG, 1, 2), (RIGHT, 2, 3), (WRONG, 2, 2)])
def test_cutting_the_power_gains_no_try(command: bytes, after: int, left: int) -> None:
    """Pulled out at any event of a VERIFY, the card has the try spent unless the PIN was right and recorded so."""
    owner = Owner()
    owner.chip.fail_power(after)
    with pytest.raises(CardRemoved):
        owner.chip.transmit(command)
    assert owner.chip.tries_left(REF) == left
    assert owner.chip.status(REF) is SecurityStatus.NOT_VERIFIED
    assert owner.send(SIGN) == "6A82", "no application is selected any more"
    assert owner.send(JPKI) == "9000"


def test_power_fails_once() -> None:
    """After one fault the chip answers as before; with 0 the next answer is lost, with more it waits for the events."""
    owner = Owner()
    owner.chip.fail_power()
    with pytest.raises(CardRemoved):
        owner.chip.transmit(JPKI)
    owner.chip.fail_power(1)
    assert owner.send(JPKI) == "9000"
    with pytest.raises(CardRemoved):
        owner.chip.transmit(RIGHT)
    assert owner.send(JPKI) == "9000"
    with pytest.raises(MisuseError, match="after_events is a whole number from 0"):
        owner.chip.fail_power(-1)
