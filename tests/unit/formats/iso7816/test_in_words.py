"""Exchanges in words."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myna_lab.errors import MisuseError
from myna_lab.formats.iso7816 import StatusWord, explain, meaning

LINES = [
    # command, answer, line
    ("00A4040C0AD392F000260100000001", "9000", "SELECT application D392F000260100000001 → 9000 success"),
    ("00A4020C020018", "6A82", "SELECT file 0018 → 6A82 file or application not found"),
    ("00B0010700", "00" * 256 + "9000", "READ BINARY from 263, up to 256 bytes → 9000 success, 256 bytes"),
    (
        "00B0860020",
        "6982",
        "READ BINARY of short EF 06 from 0, up to 32 bytes → 6982 security status not satisfied: verify",
    ),
    ("00200080", "63C3", "VERIFY: how many tries are left? → 63C3 3 tries left"),
    ("0020009804" + b"1234".hex(), "63C1", "VERIFY of short EF 18 → 63C1 1 try left"),
    ("0024018004" + b"1234".hex(), "6A80", "CHANGE REFERENCE DATA → 6A80 wrong data"),
    ("802A008001AA00", "6C00", "COMPUTE DIGITAL SIGNATURE over 1 byte → 6C00 wrong Le, 256 bytes would come"),
    ("00CA004200", "6A88", "GET DATA object 0042 → 6A88 referenced data not found"),
    ("0088009901AA00", "6D00", "INTERNAL AUTHENTICATE of class 00 → 6D00 instruction not supported"),
    ("0084000008", "00" * 8 + "9000", "GET CHALLENGE of 8 bytes → 9000 success, 8 bytes"),
    ("00B2010C00", "6A83", "READ RECORD of short EF 01, number 1 → 6A83 record not found"),
    ("00B2010500", "6986", "READ RECORD, number 1 and what follows → 6986 no file is selected"),
    ("80AE0000", "66F1", "SET SESSION KEY P1 00 P2 00 → 66F1 no key delivery here"),
    ("00FE0000", "1234", "unknown instruction FE of class 00 → 1234 not explained"),
    (
        "08B0000000",
        "69FC",
        "READ BINARY from 0, up to 256 bytes under secure messaging → 69FC no session key was delivered",
    ),
    ("FFCA000000", "6E00", "command to the reader, not to the card (CA) → 6E00 class not supported"),
    ("0020008004", "", "VERIFY: how many tries are left? → no answer"),
    ("0020008004", "90", "VERIFY: how many tries are left? → no status word"),
    ("00B00000", "6700", "READ BINARY from 0, without Le → 6700 wrong length"),
    ("00B0000007", "6282", "READ BINARY from 0, up to 7 bytes → 6282 the file or record ended before Le bytes"),
    ("00B0000007", "6110", "READ BINARY from 0, up to 7 bytes → 6110 success, 16 more bytes by GET RESPONSE"),
    ("10A4040C0AD392F000260100000001", "6884", "SELECT application D392F000260100000001, more of it follows → 6884"),
    ("01B0000007", "6881", "READ BINARY from 0, up to 7 bytes on channel 1 → 6881 logical channel not supported"),
    ("62B0000007", "6881", "READ BINARY from 0, up to 7 bytes under secure messaging on channel 6 → 6881"),
    ("A0A40000023F00", "6E00", "SELECT of class A0 → 6E00 class not supported"),
    ("00A4040014" + "AB" * 20, "6A82", "SELECT application " + "AB" * 16 + "… (20 bytes) → 6A82 file or"),
    ("0088009901AA00", "6985", "INTERNAL AUTHENTICATE of short EF 19 over 1 byte → 6985 conditions of use"),
    ("00A4009804" + b"1234".hex(), "6A86", "SELECT MF, DF or EF •• → 6A86 wrong P1 or P2"),
    ("002000800431", "6700", "VERIFY (not a command APDU) → 6700 wrong length"),
]


@pytest.mark.parametrize(("command", "answer", "line"), LINES)
def test_an_exchange_is_said_in_words(command: str, answer: str, line: str) -> None:
    """The command's name, what it asks for, and the status word with its meaning stand in one line."""
    assert explain(bytes.fromhex(command), bytes.fromhex(answer)).startswith(line)


JAPANESE = [
    ("00A4020C020018", "9000", "SELECT ファイル 0018 → 9000 正常終了"),
    ("00B0860020", "6982", "READ BINARY 短縮EF識別子06 位置0から最大32バイト → 6982 セキュリティ状態を満たさない"),
    ("0020009804" + b"1234".hex(), "63C1", "VERIFY 短縮EF識別子18 → 63C1 残り1回"),
    ("00200080", "63C3", "VERIFY 残り回数の照会 → 63C3 残り3回"),
    ("002000800431", "6700", "VERIFY（コマンドAPDUの形式ではない） → 6700 長さが不正"),
]


@pytest.mark.parametrize(("command", "answer", "line"), JAPANESE)
def test_an_exchange_is_said_in_japanese(command: str, answer: str, line: str) -> None:
    """In Japanese the command keeps its name, and the rest is Japanese."""
    assert explain(command, answer, language="ja").startswith(line)


@given(st.binary(max_size=20), st.binary(max_size=4))
def test_both_languages_say_the_same(command: bytes, answer: bytes) -> None:
    """Whatever is exchanged, both languages have words for it, with the same status word in hexadecimal."""
    lines = [explain(command, answer, language=language) for language in ("ja", "en")]
    assert all(line.count(" → ") == 1 for line in lines)
    assert len({line.partition(" → ")[2][:4] for line in lines if len(answer) > 1}) < 2


def test_another_language_is_a_misuse() -> None:
    """The error names the two."""
    with pytest.raises(MisuseError, match="ja, en"):
        explain("00200080", language="fr")


def test_hexadecimal_is_read_too() -> None:
    """Text is taken as hexadecimal, with spaces or without; other text is a misuse that is not repeated."""
    assert explain("00 20 00 80", "63C3") == explain(bytes.fromhex("00200080"), bytes.fromhex("63C3"))
    with pytest.raises(MisuseError) as refused:
        explain("my PIN is 1234")
    assert "1234" not in str(refused.value)


def test_a_known_subject_is_named() -> None:
    """Who knows the file has it named instead of its bytes."""
    assert explain(bytes.fromhex("00B0000007"), subject="jpki/000A") == "READ BINARY of jpki/000A from 0, up to 7 bytes"


@given(st.text("0123456789", min_size=4, max_size=16), st.sampled_from([0x20, 0x24]))
def test_a_pin_is_never_said(pin: str, ins: int) -> None:
    """No PIN shows up in the line, whatever it is."""
    line = explain(bytes((0, ins, 1 if ins == 0x24 else 0, 0x80, len(pin))) + pin.encode(), subject="x")
    assert pin not in line


@given(st.binary(max_size=20), st.binary(max_size=20))
def test_anything_can_be_explained(command: bytes, answer: bytes) -> None:
    """Explaining never fails: a trace must be able to show what a broken client sends."""
    assert explain(command, answer)


def test_every_status_word_has_meaning_and_clause() -> None:
    """Each named status word says what it means and where that is written."""
    assert all(sw.meaning and sw.clause and f"{sw:04X}" in str(sw.__doc__) for sw in StatusWord)
    assert meaning(0x63C0) == "0 tries left"
    for sw in (0x6110, 0x6282, 0x6283, 0x6983, 0x6A81, 0x6C00, *StatusWord):
        assert "not explained" not in meaning(sw) and meaning(sw, "ja") not in (meaning(sw), "説明なし"), f"{sw:04X}"
    assert meaning(0x6C00) == "wrong Le, 256 bytes would come"


NAMES = """
20 VERIFY                       21 VERIFY                   22 MANAGE SECURITY ENVIRONMENT  24 CHANGE REFERENCE DATA
2A COMPUTE DIGITAL SIGNATURE    2C RESET RETRY COUNTER      32 CHANGE KEY                   50 LOCK DF
52 UNLOCK DF                    54 UNLOCK KEY               82 EXTERNAL AUTHENTICATE        84 GET CHALLENGE
88 INTERNAL AUTHENTICATE        8A MANAGE ATTRIBUTES        A2 SET PUBLIC KEY               A4 SELECT
AE SET SESSION KEY              B0 READ BINARY              B1 READ BINARY                  B2 READ RECORD
C0 GET RESPONSE                 CA GET DATA                 CB GET DATA                     D6 UPDATE BINARY
DA PUT DATA                     FC LAST COMMAND INDICATOR
"""
"""Instruction bytes of ISO/IEC 7816-4 5.4.2, and those of this card alone."""


def test_every_instruction_has_its_name() -> None:
    """Each of the 256 bytes: by its name, or as one that is not known."""
    names = {row[:2]: row[3:] for line in NAMES.split("\n") for row in re.split(r"\s{2,}", line.strip()) if row}
    assert len(names) == 26
    for ins in range(256):
        named = names.get(f"{ins:02X}", f"unknown instruction {ins:02X}")
        assert re.match(rf"{named}\b", explain(bytes((0, ins, 0, 0)), bytes.fromhex("6D00"))), f"{ins:02X}"
