"""Whatever bytes come in, a status word goes out, and what must hold still holds."""

from __future__ import annotations

import cards
from hypothesis import given
from hypothesis import strategies as st

from myna_lab.devices import terminal
from myna_lab.devices.card import Chip, ChipState
from myna_lab.errors import MalformedApdu
from myna_lab.formats.iso7816 import CommandApdu
from myna_lab.keys import rsa_key

PLASTIC, PHONE = cards.plastic(driving=cards.licence()), cards.phone("iphone")
AIDS = [terminal.AID_JPKI, terminal.AID_TEXT, terminal.AID_VISUAL, terminal.AID_COMMON, terminal.AID_JUKI,
        terminal.AID_LICENCE, bytes.fromhex("A0000001510000")]  # fmt: skip
VALUES = sorted(set(PLASTIC.reference_data.values()))

short_ef = st.integers(1, 31).map(lambda sfi: 0x80 | sfi)
select = st.builds(
    lambda aid, p2: bytes((0, 0xA4, 4, p2, len(aid))) + aid, st.sampled_from(AIDS), st.sampled_from([0, 2, 4, 12])
)
select_file = st.integers(0, 31).map(lambda ef: bytes((0, 0xA4, 2, 12, 2, 0, ef)))
read = st.builds(
    lambda ef, offset, le: bytes((0, 0xB0, ef, offset, le)), short_ef, st.integers(0, 255), st.integers(0, 255)
)
value = st.sampled_from(VALUES) | st.binary(max_size=20)
verify = st.builds(lambda ef, pin: bytes((0, 0x20, 0, ef, len(pin))) + pin, short_ef | st.just(0x80), value)
change = st.builds(lambda ef, pin: bytes((0, 0x24, 1, ef, len(pin))) + pin, short_ef, value)
sign = st.builds(
    lambda p1, ef, data: bytes((0x80, 0x2A, p1, ef, len(data))) + data + b"\0",
    st.integers(0, 6),
    short_ef | st.sampled_from([0, 0x80]),
    st.binary(min_size=1, max_size=255),
)
change_key = st.builds(lambda ef, pin: bytes((0x80, 0x32, 0, ef, len(pin))) + pin, short_ef, value)
record = st.builds(
    lambda n, p2, le: bytes((0, 0xB2, n, p2, le)), st.integers(0, 3), st.integers(0, 255), st.integers(0, 255)
)
get_data = st.builds(
    lambda tag, le: bytes((0, 0xCA)) + tag + le,
    st.sampled_from([bytes.fromhex(t) for t in ("0042", "00F0", "7F21", "5F51", "0001")]),
    st.sampled_from([b"", b"\0", b"\5", b"\0\0\0"]),
)
authenticate = st.builds(
    lambda ef, data: bytes((0, 0x88, 0, ef, len(data))) + data + b"\0", short_ef, st.binary(min_size=1, max_size=64)
)
challenge = st.integers(0, 255).map(lambda le: bytes((0, 0x84, 0, 0, le)))
protected = st.builds(
    lambda ins, p2, data: bytes((8, ins, 0, p2, len(data))) + data,
    st.sampled_from([0x20, 0xA4, 0xB0]),
    st.integers(0, 255),
    st.binary(min_size=1, max_size=40),
)
header = st.builds(
    lambda cla, ins, rest: bytes((cla, ins)) + rest, st.sampled_from([0, 0x80, 8]), st.integers(0, 255), st.binary()
)
command = (
    select | select_file | read | verify | change | change_key | sign | record | get_data | authenticate | challenge
    | protected | header | st.binary(max_size=300)
)  # fmt: skip


@given(st.lists(command, max_size=30), st.booleans())
def test_any_bytes_give_a_status_word(commands: list[bytes], phone: bool) -> None:
    """No sequence of bytes raises; an answer is a status word, after at most Ne bytes of data if it is 9000."""
    chip = Chip("x", PHONE if phone else PLASTIC, key=rsa_key)
    for sent in commands:
        answer = chip.transmit(sent)
        assert len(answer) >= 2
        assert answer[-2] & 0xF0 in (0x60, 0x90)
        try:
            ne = CommandApdu.decode(sent).ne
        except MalformedApdu:
            ne = 0
        assert len(answer) - 2 <= ne
        if len(answer) > 2:
            assert answer[-2:] == b"\x90\0"
        assert chip.trace[-1].words
    assert len(chip.trace) == len(commands)


@given(st.lists(command | st.just(b"reset"), max_size=40))
def test_counters_move_by_the_rules_alone(commands: list[bytes]) -> None:
    """A command changes one counter at most: by one down (63Cx), or to its maximum (9000); a reset changes none."""
    chip = Chip("card-1", PLASTIC, key=rsa_key)
    for sent in commands:
        before: ChipState = chip.state
        if sent == b"reset":
            chip.reset()
            assert chip.state == before
            continue
        sw = int.from_bytes(chip.transmit(sent)[-2:], "big")
        changed = {ref: n for ref, n in chip.state.tries_left.items() if n != before.tries_left[ref]}
        assert len(changed) <= 1
        for reference, now in changed.items():
            if sw == 0x9000:
                assert now == PLASTIC.tries[reference]
            else:
                assert now == before.tries_left[reference] - 1
                assert sw == 0x63C0 | now


@given(st.lists(st.one_of(select, verify, read), max_size=30))
def test_my_number_needs_its_pin(commands: list[bytes]) -> None:
    """My Number never leaves the chip, nor is the sign certificate readable, unless a fitting VERIFY answered 9000."""
    chip = Chip("card-1", PLASTIC, key=rsa_key)
    opened = False
    for sent in commands:
        answer = chip.transmit(sent)
        opened = opened or (sent[1] == 0x20 and answer == b"\x90\0")
        if not opened:
            assert cards.MY_NUMBER.encode() not in answer
            assert cards.certificates()["sign"][:20] not in answer


@given(st.lists(verify | change | change_key | select | header, max_size=20))
def test_no_pin_gets_into_the_trace(commands: list[bytes]) -> None:
    """The data of PIN commands, of any form, are zeroed in what the trace keeps."""
    chip = Chip("card-1", PLASTIC, key=rsa_key)
    for sent in commands:
        chip.transmit(sent)
        kept = chip.trace[-1].command
        assert len(kept) == len(sent)
        if len(sent) > 7 and sent[1] in (0x20, 0x24, 0x32):
            assert not any(kept[7:])
