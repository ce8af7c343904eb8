"""The rules of one PIN: table and chip agree, row by row."""

from __future__ import annotations

import cards
import pytest

from myna_lab.card import SECURITY_STATUS_RULES, Chip, SecurityStatus
from myna_lab.card.security_status import ON
from myna_lab.errors import CardRefused, MisuseError
from myna_lab.events import ReferenceDataUnblocked
from myna_lab.keys import rsa_key
from myna_lab.rules import Rule

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
ANSWER = {
    (ON.QUERY, 3): "63C3",
    (ON.QUERY, 1): "63C1",
    (ON.QUERY, 0): "63C0",
    (ON.RIGHT, 0): "6984",
    (ON.WRONG, 0): "6984",
    (ON.WRONG, 1): "63C0",
    (ON.WRONG, 3): "63C2",
}
"""The answers to VERIFY by tries left; the others are 9000."""


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


@pytest.mark.parametrize(
    "rule", SECURITY_STATUS_RULES, ids=lambda rule: f"{rule.before.name}, {rule.on}, {rule.condition}"
)
def test_the_chip_follows_each_rule(rule: Rule[SecurityStatus]) -> None:
    """Each row's event leads the chip from the row's status to the next, with the answer that the basis names."""
    counters = (0,) if rule.before is SecurityStatus.BLOCKED else (1, 3)
    fitting = [n for n in counters if rule.only_if is None or rule.only_if(n)]
    assert fitting
    for tries_left in fitting:
        chip = _chip(rule.before, tries_left)
        answer = DO[rule.on](chip)
        assert chip.status(REF) is rule.to
        if rule.on in (ON.QUERY, ON.RIGHT, ON.WRONG):
            expected = ANSWER.get((rule.on, tries_left), "9000")
            assert answer.hex().upper() == expected
            assert expected in rule.basis or "63Cx" in rule.basis


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
