"""The rules of one PIN: table and chip do what ``expected`` says, row by row."""

from __future__ import annotations

import cards
import pytest
from expected import SECURITY_STATUS

from myna_lab.devices.card import SECURITY_STATUS_RULES, Chip, SecurityStatus
from myna_lab.devices.card.security_status import ON
from myna_lab.errors import CardRefused, MisuseError
from myna_lab.events import ReferenceDataUnblocked
from myna_lab.keys import rsa_key

JPKI = bytes.fromhex("00A4040C0AD392F000260100000001")
RIGHT = bytes.fromhex("0020009804") + cards.USER_PIN.encode()
WRONG = bytes.fromhex("002000980430303030")
ASK = bytes.fromhex("00200098")
REF = "jpki/0018"
DO = {
    ON.QUERY: lambda chip: chip.transmit(ASK),
    ON.RIGHT: lambda chip: chip.transmit(RIGHT),
    ON.WRONG: lambda chip: chip.transmit(WRONG),
    ON.FACE_OR_FINGER: lambda chip: chip.verify_by_biometrics(REF),
    ON.CHANGE: lambda chip: chip.transmit(bytes.fromhex("002401980431313131")),
    ON.AGAIN: lambda chip: chip.transmit(JPKI),
    ON.FORGET: lambda chip: chip.power_off(),
    ON.UNBLOCK: lambda chip: chip.evolve(ReferenceDataUnblocked("card-1", REF, 3)),
}


def _chip(status: SecurityStatus, tries_left: int) -> Chip:
    """A phone's chip, which knows every rule, brought into a status with so many tries left."""
    chip = Chip("card-1", cards.phone("iphone"), key=rsa_key)
    chip.transmit(JPKI)
    for _ in range(3 - tries_left):
        chip.transmit(WRONG)
    if status is SecurityStatus.VERIFIED:
        chip.verify_by_biometrics(REF)  # leaves the counter as it is
    assert (chip.status(REF), chip.tries_left(REF)) == (status, tries_left)
    return chip


def test_the_rows_of_a_pin_are_these() -> None:
    """Row by row, condition and target included: none is missing, none is added."""
    called = {value: name for name, value in vars(ON).items()}
    written = [
        [row.before.name, called[row.on], row.condition.replace(" ", "_") or "-", row.to.name]
        for row in SECURITY_STATUS_RULES
    ]
    assert sorted(written) == sorted(row[:4] for row in SECURITY_STATUS)


TRIES = {"BLOCKED -": (0,), "NOT_VERIFIED -": (1, 2, 3), "VERIFIED -": (1, 2, 3)} | {
    f"{status} {condition}": tries
    for status in ("NOT_VERIFIED", "VERIFIED")
    for condition, tries in (("last_try", (1,)), ("not_last_try", (2, 3)))
}
"""How many may be left where a row applies."""


@pytest.mark.parametrize(
    ("tries_left", "before", "on", "to", "answer", "tries"),
    [
        (n, before, on, to, answer, tries)
        for before, on, condition, to, answer, tries in SECURITY_STATUS
        for n in TRIES[f"{before} {condition}"]
    ],
)
def test_the_chip_follows_each_row(tries_left: int, before: str, on: str, to: str, answer: str, tries: str) -> None:
    """With every number of tries to which it applies: the next status, the answer, and the counter."""
    chip = _chip(SecurityStatus[before], tries_left)
    got = DO[getattr(ON, on)](chip)
    left = {"same": tries_left, "less": tries_left - 1, "full": 3}[tries]
    assert (chip.status(REF).name, chip.tries_left(REF)) == (to, left)
    assert ("-" if got is None else got.hex().upper()) == answer.replace("x", str(left))


@pytest.mark.parametrize("status", ["NOT_VERIFIED", "BLOCKED"])
def test_a_pin_is_changed_only_after_verify(status: str) -> None:
    """CHANGE REFERENCE DATA before a VERIFY: 6982; status, counter and value stay."""
    chip = _chip(SecurityStatus[status], 0 if status == "BLOCKED" else 3)
    assert DO[ON.CHANGE](chip).hex() == "6982"
    assert (chip.status(REF).name, chip.state.n_changes) == (status, 0)


@pytest.mark.parametrize("reset", ["power_off", "SELECT"])
def test_what_forgets_the_verification_keeps_the_counter(reset: str) -> None:
    """After two wrong tries and a right one on another PIN, power-off or another application drops only the latter."""
    chip = Chip("card-1", cards.plastic(), key=rsa_key)
    chip.transmit(JPKI)
    chip.transmit(RIGHT)
    for _ in range(2):
        chip.transmit(bytes.fromhex("0020009B0131"))
    if reset == "SELECT":
        chip.transmit(bytes.fromhex("00A4040C0AD3921000310001010408"))
    else:
        getattr(chip, reset)()
    chip.transmit(JPKI)
    assert chip.status(REF) is SecurityStatus.NOT_VERIFIED
    assert (chip.tries_left(REF), chip.tries_left("jpki/001B")) == (3, 3)


def test_a_plastic_card_sees_no_face() -> None:
    """Biometrics open phones only, and only reference data that are there."""
    with pytest.raises(MisuseError, match="sees no face"):
        Chip("card-1", cards.plastic(), key=rsa_key).verify_by_biometrics(REF)
    with pytest.raises(MisuseError, match="jpki/0018, jpki/001B"):
        Chip("phone-1", cards.phone("android"), key=rsa_key).verify_by_biometrics("text/0011")


def test_a_face_does_not_open_a_blocked_pin() -> None:
    """A blocked PIN stays blocked, and the refusal says so."""
    chip = _chip(SecurityStatus.BLOCKED, 0)
    with pytest.raises(CardRefused) as refused:
        chip.verify_by_biometrics(REF)
    assert (refused.value.code, refused.value.tries_left) == ("pin_blocked", 0)


def test_a_card_without_sign_password_has_it_blocked() -> None:
    """Reference data that were never set count as blocked; the others work."""
    contents = cards.plastic(sign_certificate=False, signing_password=False)
    chip = Chip("card-1", contents, key=rsa_key)
    chip.transmit(JPKI)
    assert chip.transmit(bytes.fromhex("0020009B")).hex() == "63c0"
    assert chip.transmit(bytes.fromhex("0020009B06313131313131")).hex() == "6984"
    assert chip.transmit(RIGHT).hex() == "9000"
