"""Random and mutated commands by the million: whatever comes, the chip stays a card."""

from __future__ import annotations

from collections.abc import Callable

import cards
import pytest

from myna_lab.devices import terminal
from myna_lab.devices.card import Chip
from myna_lab.formats.iso7816 import CommandApdu
from myna_lab.ground.chance import Chance
from myna_lab.keys import rsa_key
from needs import rounds

pytestmark = pytest.mark.soak

PARTS = 10
CONTENTS = cards.plastic(driving=cards.licence())
PINS = [cards.USER_PIN, cards.SIGN_PASSWORD, cards.INPUT_AID_PIN, cards.REGISTER_PIN, cards.LICENCE_PIN]
SECRETS = [pin.encode() for pin in (*PINS, cards.MY_NUMBER, "55021720352285")]
AIDS = [terminal.AID_JPKI, terminal.AID_TEXT, terminal.AID_VISUAL, terminal.AID_COMMON, terminal.AID_JUKI,
        terminal.AID_LICENCE, bytes.fromhex("A0000001510000")]  # fmt: skip
SEEDS = [
    *(bytes((0, 0xA4, 4, 12, len(aid))) + aid for aid in AIDS),
    *(bytes((0, 0xB0, 0x80 | ef, 0, 0)) for ef in range(1, 31)),
    *(bytes((0, 0x20, 0, 0x80 | ef)) for ef in range(1, 31)),
    *(bytes((0, 0x20, 0, 0x80 | ef, len(v))) + v for v in SECRETS for ef in (6, 17, 18, 19, 20, 21, 24, 27, 28)),
    *(bytes((0, 0xA4, 2, 12, 2, 0, ef)) for ef in range(32)),
    *(bytes((0, 0x24, 1, 0x80 | ef, 4)) + b"1234" for ef in (17, 24, 27, 28)),
    *(bytes((0x80, 0x32, 0, 0x80 | ef, 4)) + b"1234" for ef in (24, 28)),
    bytes.fromhex("802A0297") + b"\x20" + bytes(32) + b"\0",
    bytes.fromhex("802A0000") + b"\x20" + bytes(32) + b"\0",
    bytes.fromhex("0084000008"),
    bytes.fromhex("0088009908") + bytes(8) + b"\0",
    bytes.fromhex("00B2010C00"),
    bytes.fromhex("00B2010500"),
    bytes.fromhex("00CA00F000"),
    bytes.fromhex("00CA7F21000000"),
    bytes.fromhex("80AE0000000100") + bytes(256),
    bytes.fromhex("08200094121186") + bytes(16),
    bytes.fromhex("08B000000000059603000011") + b"\0\0",
    bytes.fromhex("80A200C100"),
    bytes.fromhex("80FC0000"),
]


def _mutated(seed: bytes, noise: bytes) -> bytes:
    """A command with up to two bytes changed, cut off or made longer."""
    command = bytearray(seed)
    for i in range(noise[0] % 3):
        command[noise[1 + i] % len(command)] = noise[3 + i]
    match noise[5] % 8:
        case 0:
            return bytes(command[: noise[6] % (len(command) + 1)])
        case 1:
            return bytes(command) + noise[7:12]
        case 2:
            return noise[6 : 6 + noise[5] % 26]
    return bytes(command)


def _commands(part: int) -> Callable[[], bytes]:
    """A source of commands that a failure's message can repeat."""
    chance = Chance(part).child("fuzz")
    block = memoryview(chance.bytes(32 * 1024))
    position = 0

    def following() -> bytes:
        nonlocal block, position
        if position == len(block):
            block, position = memoryview(chance.bytes(32 * 1024)), 0
        noise = bytes(block[position : position + 32])
        position += 32
        return _mutated(SEEDS[int.from_bytes(noise[:2], "big") % len(SEEDS)], noise[2:])

    return following


@pytest.mark.parametrize("part", range(PARTS))
def test_random_and_mutated_commands(part: int) -> None:
    """No exception, two bytes at least, data never longer than Ne; counters rise only after a right PIN."""
    n = rounds(100_000, 10_000_000) // PARTS
    chip, following = Chip("card-1", CONTENTS, key=rsa_key), _commands(part)
    chip.trace.enabled = False
    seen: set[int] = set()
    for i in range(n):
        command = following()
        before = chip.state.tries_left
        answer = chip.transmit(command)
        sw = int.from_bytes(answer[-2:], "big")
        seen.add(sw)
        assert len(answer) >= 2, (part, i, command.hex())
        if len(answer) > 2:
            assert len(answer) - 2 <= CommandApdu.decode(command).ne, (part, i, command.hex())
            assert sw == 0x9000, (part, i, command.hex())
        after = chip.state.tries_left
        if after is not before:
            risen = {name for name, tries in after.items() if tries > before[name]}
            if risen:
                assert sw == 0x9000 and command[1] in (0x20, 0x24, 0x32), (part, i, command.hex())
                assert any(pin in command for pin in (*SECRETS, b"1234")), (part, i, command.hex())
        if i % 500 == 499:  # a card that is blocked for ever is dull
            chip = Chip("card-1", CONTENTS, key=rsa_key)
            chip.trace.enabled = False
    assert {0x9000, 0x6700, 0x6982, 0x6A82, 0x6A86, 0x6D00, 0x6E00, 0x63C2, 0x6984} <= seen


def test_no_secret_is_ever_kept_in_the_trace() -> None:
    """After thousands of commands, malformed ones too, no PIN, no My Number, no part of a private key is kept."""
    following = _commands(99)
    chip = Chip("card-1", CONTENTS, key=rsa_key)
    parts = [rsa_key(number).private_numbers() for number in CONTENTS.keys.values()]
    secrets = [n.to_bytes(128, "big")[8:40] for row in parts for n in (row.p, row.q)]
    secrets += [cards.MY_NUMBER.encode(), b"55021720352285"]
    for i in range(rounds(6_000, 200_000)):
        command = following()
        chip.transmit(command)
        exchange = chip.trace[-1]
        assert not any(secret in exchange.response for secret in secrets), command.hex()
        assert not any(pin in exchange.command for pin in SECRETS), command.hex()
        if i % 500 == 499:
            chip = Chip("card-1", CONTENTS, key=rsa_key)
