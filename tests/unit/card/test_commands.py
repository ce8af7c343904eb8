"""Commands and answers of the plastic card, as data."""

from __future__ import annotations

import cards
import pytest

from myna_lab.card import Chip
from myna_lab.keys import rsa_key

JPKI, TEXT, VISUAL = (
    "00A4040C0AD392F000260100000001",
    "00A4040C0AD3921000310001010408",
    "00A4040C0AD3921000310001010402",
)
PIN, PASSWORD = "0020009804" + cards.USER_PIN.encode().hex(), "0020009B08" + cards.SIGN_PASSWORD.encode().hex()
NUMBER = "0020009104" + cards.INPUT_AID_PIN.encode().hex()
LENGTH = len(cards.certificates()["auth"])
DIGEST_INFO = "3031300D060960864801650304020105000420" + "AB" * 32

TABLE = {
    # what: (commands before, command, answer: status word, "N+SW" for N bytes and a status word, or the whole answer)
    "SELECT an unknown application": ("", "00A4040C05F000000001", "6A82"),
    "SELECT keeps the application if it fails": (f"{JPKI} 00A4040C05F000000001", "00A4020C020018", "9000"),
    "SELECT with FCI": ("", "00A404000AD392F00026010000000100", "6F0C840AD392F0002601000000019000"),
    "SELECT with FCP": ("", "00A404040AD392F00026010000000100", "620C840AD392F0002601000000019000"),
    "SELECT with FCI wanted, without Le": ("", "00A404000AD392F000260100000001", "9000"),
    "SELECT with short Le": ("", "00A404000AD392F00026010000000104", "6F0C840A9000"),
    "SELECT without AID": ("", "00A4040000", "6F098407A00000015100009000"),
    "SELECT without AID and Le": ("", "00A40400", "9000"),
    "SELECT the card manager": (JPKI, "00A4040C07A0000001510000", "9000"),
    "the card manager has no files": (f"{JPKI} 00A4040C07A0000001510000", "00A4020C020018", "6A82"),
    "SELECT by the beginning of an AID": ("", "00A4040003D392F000", "6F0C840AD392F0002601000000019000"),
    "SELECT the first of several": ("", "00A4040005D39210003100", "6F0C840AD39210003100010104089000"),
    "SELECT the next of several": (TEXT, "00A4040205D39210003100", "6F0C840AD39210003100010104029000"),
    "SELECT the next after the last": (VISUAL, "00A4040E05D392100031", "6A82"),
    "SELECT with a bad P1": (JPKI, "00A4090C020018", "6A86"),
    "SELECT with a bad P2": (JPKI, "00A4021C020018", "6A86"),
    "SELECT the last occurrence": (JPKI, "00A4040D03D39210", "6A86"),
    "SELECT an overlong AID": ("", "00A4040C11" + "D3" * 17, "6700"),
    "SELECT MF after reset": ("", "00A40000", "6A86"),
    "SELECT MF in an application": (JPKI, "00A40000", "9000"),
    "SELECT 3F00": (JPKI, "00A40000023F00", "6A82"),
    "SELECT a file": (JPKI, "00A4020C020018", "9000"),
    "SELECT a file with FCI": (JPKI, "00A4020002001800", "6F04830200189000"),
    "SELECT an unknown file": (JPKI, "00A4020C020003", "6A82"),
    "SELECT a file of 3 bytes": (JPKI, "00A4020C03000018", "6700"),
    "SELECT a file without application": ("", "00A4020C020018", "6A82"),
    "READ without file": (JPKI, "00B0000000", "6986"),
    "READ without application": ("", "00B0000000", "6986"),
    "READ by short EF": (JPKI, "00B0880003", "8F8F009000"),
    "READ by short EF selects it": (f"{JPKI} 00B0880003", "00B0000101", "8F9000"),
    "READ by short EF at an offset": (JPKI, "00B0880203", "009000"),
    "READ by an unknown short EF": (JPKI, "00B0830000", "6A82"),
    "READ by short EF without application": ("", "00B0860000", "6A82"),
    "READ by short EF with bits 7 and 6": (JPKI, "00B0E60000", "6A86"),
    "READ 256 bytes": (f"{JPKI} 00A4020C02000A", "00B0000000", "256+9000"),
    "READ past the end gives what is there": (f"{JPKI} 00A4020C02000A", f"00B0{LENGTH - 3:04X}00", "3+9000"),
    "READ at the end": (f"{JPKI} 00A4020C02000A", f"00B0{LENGTH:04X}00", "6B00"),
    "READ beyond the end": (f"{JPKI} 00A4020C02000A", "00B07FFF00", "6B00"),
    "READ all by extended Le": (f"{JPKI} 00A4020C02000A", "00B00000000000", f"{LENGTH}+9000"),
    "READ all by short EF and extended Le": (JPKI, "00B08A00000000", f"{LENGTH}+9000"),
    "READ with an odd Le": (f"{JPKI} 00A4020C02000A", "00B00000FF", "255+9000"),
    "READ without Le": (f"{JPKI} 00A4020C02000A", "00B00000", "6700"),
    "READ with data": (f"{JPKI} 00A4020C02000A", "00B000000141FF", "6700"),
    "READ a PIN": (f"{JPKI} 00A4020C020018", "00B0000000", "6981"),
    "READ a file of unknown purpose": (f"{JPKI} 00A4020C02001E", "00B0000000", "6981"),
    "READ My Number": (
        f"{TEXT} {NUMBER} 00A4020C020001",
        "00B0000011",
        f"FF100C{cards.MY_NUMBER.encode().hex()}FFFF9000",
    ),
    "READ 17 bytes of token information": (f"{JPKI} 00A4020C020006", "00B0000011", b"JPKIAPICCTOKEN2  ".hex() + "9000"),
    "VERIFY asks, 4 bytes": (f"{JPKI} 00A4020C020018", "00200080", "63C3"),
    "VERIFY asks, 5 bytes": (f"{JPKI} 00A4020C020018", "0020008000", "63C3"),
    "VERIFY asks by short EF": (JPKI, "0020009B", "63C5"),
    "VERIFY asks when verified": (f"{JPKI} {PIN}", "00200098", "63C3"),
    "VERIFY asks what is always blocked": (TEXT, "00200092", "63C0"),
    "VERIFY what is always blocked": (TEXT, "002000920431323334", "6984"),
    "VERIFY right": (JPKI, PIN, "9000"),
    "VERIFY wrong": (JPKI, "002000980430303030", "63C2"),
    "VERIFY too short": (JPKI, "0020009803313335", "63C2"),
    "VERIFY too long": (JPKI, "00200098053133353738", "63C2"),
    "VERIFY small letters": (JPKI, "0020009B08" + cards.SIGN_PASSWORD.lower().encode().hex(), "63C4"),
    "VERIFY without file": (JPKI, "00200080", "6986"),
    "VERIFY a certificate": (f"{JPKI} 00A4020C02000A", "00200080", "6981"),
    "VERIFY by an unknown short EF": (JPKI, "00200083", "6A82"),
    "VERIFY with a bad P1": (JPKI, "00200180", "6A86"),
    "VERIFY with a bad P2": (JPKI, "00200000", "6A86"),
    "a PIN survives SELECT of a file": (
        f"{JPKI} {PIN} 00A4020C02000A 00A4020C020017",
        f"802A008033{DIGEST_INFO}00",
        "256+9000",
    ),
    "a PIN does not survive SELECT of its application": (
        f"{JPKI} {PIN} {JPKI} 00A4020C020017",
        "802A0080014100",
        "6982",
    ),
    "two PINs together: the key": (f"{JPKI} {PIN} {PASSWORD}", "802A0097014100", "256+9000"),
    "two PINs together: the certificate": (f"{JPKI} {PASSWORD} {PIN}", "00B0810004", "4+9000"),
    "a wrong PIN leaves the other one": (f"{JPKI} {PIN} 0020009B0131", "802A0097014100", "256+9000"),
    "a wrong PIN ends its own": (f"{JPKI} {PIN} 002000980430303030", "802A0097014100", "6982"),
    "SIGN before the PIN": (f"{JPKI} 00A4020C020017", "802A0080014100", "6982"),
    "SIGN again and again": (f"{JPKI} {PIN} 802A0097014100", "802A0097014100", "256+9000"),
    "SIGN 245 bytes": (f"{JPKI} {PIN}", "802A0097F5" + "41" * 245 + "00", "256+9000"),
    "SIGN 246 bytes": (f"{JPKI} {PIN}", "802A0097F6" + "41" * 246 + "00", "6700"),
    "SIGN nothing": (f"{JPKI} {PIN}", "802A009700", "6700"),
    "SIGN without Le": (f"{JPKI} {PIN}", "802A00970141", "6700"),
    "SIGN with short Le": (f"{JPKI} {PIN}", "802A0097014180", "6C00"),
    "SIGN with a bad P1": (f"{JPKI} {PIN}", "802A9E97014100", "6A86"),
    "SIGN with a bad P2": (f"{JPKI} {PIN}", "802A0017014100", "6A86"),
    "SIGN with a PIN": (f"{JPKI} {PIN} 00A4020C020018", "802A0080014100", "6981"),
    "SIGN without file": (f"{JPKI} {PIN}", "802A0080014100", "6986"),
    "SIGN by an unknown short EF": (f"{JPKI} {PIN}", "802A0083014100", "6A82"),
    "SIGN with a default key that is not there": (f"{JPKI} {PIN}", "802A0000014100", "6A86"),
    "SIGN with the text default key": (TEXT, f"802A000033{DIGEST_INFO}00", "256+9000"),
    "SIGN with the visual default key": (VISUAL, f"802A000033{DIGEST_INFO}00", "256+9000"),
    "SIGN a hash of another length": (TEXT, "802A02001FAB" + "AB" * 30 + "00", "6700"),
    "CHANGE before VERIFY": (f"{JPKI} 00A4020C020018", "002401800430303030", "6982"),
    "CHANGE": (f"{JPKI} {PIN} 00A4020C020018", "002401800430303030", "9000"),
    "CHANGE to letters": (f"{JPKI} {PIN}", "002401980430303041", "6A80"),
    "CHANGE to 5 digits": (f"{JPKI} {PIN}", "00240198053030303030", "6A80"),
    "CHANGE to small letters": (f"{JPKI} {PASSWORD}", "0024019B06616263646566", "6A80"),
    "CHANGE without data": (f"{JPKI} {PIN}", "00240198", "6700"),
    "CHANGE with old and new": (f"{JPKI} {PIN}", "002400980430303030", "6A86"),
    "CHANGE a key": (f"{JPKI} {PIN} 00A4020C020017", "002401800430303030", "6981"),
    "unknown instruction": (JPKI, "00FE0000", "6D00"),
    "SIGN has its own class": (JPKI, "002A0097014100", "6D00"),
    "unknown class": (JPKI, "A0B0000000", "6E00"),
    "SELECT under secure messaging": (JPKI, "0CA4020C020018", "6882"),
    "READ under secure messaging": (JPKI, "08B0000000", "69FC"),
    "VERIFY under secure messaging": (JPKI, "08200080", "69FC"),
    "Lc does not fit": (JPKI, "002000800431", "6700"),
    "not even a header": (JPKI, "00B0", "6700"),
    "nothing": (JPKI, "", "6700"),
}


@pytest.mark.parametrize("what", TABLE)
def test_the_card_answers(what: str) -> None:
    """A command, after these others, gets exactly this answer (card facts 1.6, 2.5, 8)."""
    before, command, expected = TABLE[what]
    chip = Chip("card-1", cards.plastic(), key=rsa_key)
    for earlier in before.split():
        chip.transmit(bytes.fromhex(earlier))
    answer = chip.transmit(bytes.fromhex(command))
    if "+" in expected:
        length, expected = expected.split("+")
        assert len(answer) - 2 == int(length)
        answer = answer[-2:]
    assert answer.hex().upper() == expected.upper()
