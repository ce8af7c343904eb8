"""The dialogues of real clients in tests/sequences, played to the chip."""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cards
import pytest
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.utils import NoDigestInfo, Prehashed
from cryptography.hazmat.primitives.hashes import SHA256

from myna_lab import Lab
from myna_lab.devices import terminal
from myna_lab.devices.card import CardContents, Chip
from myna_lab.keys import rsa_key
from myna_lab.stories.card_kinds import card_of_kind

FOLDER = Path(__file__).resolve().parents[3] / "sequences"
DIALOGUES: list[tuple[str, dict[str, Any]]] = [
    (f"{path.stem}: {row['what']}", row)
    for path in sorted(FOLDER.glob("*.toml"))
    for row in tomllib.loads(path.read_text(encoding="utf-8"))["dialogue"]
]
CARDS = {
    "plastic": cards.plastic(),
    "licence": cards.plastic(driving=cards.licence()),
    "under_15": cards.plastic(sign_certificate=False, signing_password=False),
    "iphone": cards.phone("iphone"),
    "android": cards.phone("android"),
}
KINDS = {"plastic": "ordinary", "licence": "licence_with_pin", "under_15": "under_15"}
KEYS = {"sign": "jpki/001A", "auth": "jpki/0017", "text": "text/0013", "visual": "visual/0014"}
_DIGEST_INFO = {
    # RFC 8017 9.2, note 1; each over a hash of AB bytes
    "sha1": bytes.fromhex("3021300906052B0E03021A05000414") + b"\xab" * 20,
    "sha256": bytes.fromhex("3031300D060960864801650304020105000420") + b"\xab" * 32,
    "sha384": bytes.fromhex("3041300D060960864801650304020205000430") + b"\xab" * 48,
    "sha512": bytes.fromhex("3051300D060960864801650304020305000440") + b"\xab" * 64,
    "bare256": bytes.fromhex("302F300B0609608648016503040201" + "0420") + b"\xab" * 32,
}
_FIXED = {
    "jpki": terminal.AID_JPKI,
    "text": terminal.AID_TEXT,
    "visual": terminal.AID_VISUAL,
    "common": terminal.AID_COMMON,
    "juki": terminal.AID_JUKI,
    "licence_ap": terminal.AID_LICENCE,
    "manager": bytes.fromhex("A0000001510000"),
    **_DIGEST_INFO,
}
_VALUES = {
    "user": "jpki/0018",
    "sign": "jpki/001B",
    "input_aid": "text/0011",
    "register": "common/001C",
    "licence": "licence/0006",
    "a": "text/0014",
    "b": "text/0015",
    "birth": "visual/0011",
}
"""What stands in a dialogue for reference data."""
_READ = re.compile(r"read (\S+) (\d+)\.\. by (\d+) (exact|short|end)")


@functools.cache
def _issued(card: str) -> CardContents:
    """The contents of a card that a lab issued, or of a phone that was set up with it."""
    lab = Lab(seed=7)
    holder = card_of_kind(lab, KINDS.get(card, "ordinary"))
    if card in KINDS:
        return holder.card._interior._contents
    phone = lab.iphone(holder) if card == "iphone" else lab.android(holder)
    phone.add_card().run(same_pins=True)
    return phone.chip._interior._contents


def _places(contents: CardContents) -> dict[str, str]:
    values = {name: contents.reference_data.get(reference, b"") for name, reference in _VALUES.items()}
    named = {name: f"{len(value):02X}{value.hex()}" for name, value in (_FIXED | values).items()}
    return named | {"zeros256": "00" * 256}


def _lines(row: dict[str, Any], contents: CardContents) -> Iterator[tuple[str, str]]:
    """Command and expected answer, one after the other; reads are written out."""
    places = _places(contents)
    for line in row["lines"].splitlines():
        line = line.partition("#")[0].strip()
        if read := _READ.fullmatch(line):
            yield from _reads(read[1], int(read[2]), int(read[3]), read[4], len(contents.files[read[1]]))
        elif line:
            command, _, answer = line.partition(" -> ")
            yield command.format(**places), answer


def _reads(file: str, offset: int, step: int, ending: str, length: int) -> Iterator[tuple[str, str]]:
    while offset < length:
        n = min(step, length - offset)
        asked = n if ending == "exact" else step
        yield f"00B0{offset:04X}{asked % 256:02X}", f"{file}[{offset}:{offset + n}] 9000"
        offset += n
    if ending == "end":
        yield f"00B0{offset:04X}{step % 256:02X}", "6B00"


def _check(answer: bytes, expected: str, contents: CardContents, command: str) -> None:
    data, sw = answer[:-2], answer[-2:].hex().upper()
    *what, status = expected.split()
    assert sw == status, command
    if not what:
        assert data == b"", command
    elif what[0].isdecimal():
        assert len(data) == int(what[0]), command
    elif what[0] == "signed":
        _check_signature(data, contents.keys[KEYS[what[1]]], what[2])
    else:
        name, start, end = re.fullmatch(r"([^\[]+)(?:\[(\d+):(\d+)\])?", what[0]).groups()  # type: ignore[union-attr]
        content = contents.files[name]
        assert data == (content if start is None else content[int(start) : int(end)]), command


def _check_signature(signature: bytes, key: int, what: str) -> None:
    public = rsa_key(key).public_key()
    message = b"\xab" * 32
    if what in _DIGEST_INFO:
        assert public.recover_data_from_signature(signature, PKCS1v15(), NoDigestInfo()) == _DIGEST_INFO[what]
    else:
        padding = PSS(MGF1(SHA256()), 32) if what.startswith("pss") else PKCS1v15()
        public.verify(signature, message, padding, Prehashed(SHA256()) if "prehashed" in what else SHA256())


@pytest.mark.parametrize("issued", [False, True], ids=["by hand", "by a lab"])
@pytest.mark.parametrize("row", [row for _, row in DIALOGUES], ids=[name for name, _ in DIALOGUES])
def test_the_client_gets_what_it_needs(row: dict[str, Any], issued: bool) -> None:
    """Every command gets the expected status word and contents, from a card made by hand and from one a lab issued."""
    card = row.get("card", "plastic")
    contents = _issued(card) if issued else CARDS[card]
    chip = Chip("card-1", contents, key=rsa_key)
    n = 0
    for command, expected in _lines(row, contents):
        for _ in range(2 if row.get("twice") else 1):
            _check(chip.transmit(bytes.fromhex(command)), expected, contents, command)
            n += 1
    assert n >= 2


def test_every_open_client_of_the_sources_is_there() -> None:
    """The clients whose bytes are known each have a dialogue."""
    told = " ".join(name for name, _ in DIALOGUES)
    for client in ("myna:", "opensc:", "jpki_rs:", "myna_card:", "myna_sign:", "jsapdu", "pyjpki", "nfcpy",
                   "MinorDriversApp", "JpDrvLicNfcCommand", "TRETJapanNFCReader", "JPKIReader", "WebUSB-MyNumberCard",
                   "jpki-local-signer"):  # fmt: skip
        assert client in told, client


@pytest.mark.parametrize(
    ("expected", "answer"),
    [("9000", "6A82"), ("9000", "019000"), ("3 9000", "019000"), ("jpki/0008 9000", "8F8F019000")],
)
def test_a_wrong_answer_is_noticed(expected: str, answer: str) -> None:
    """The comparison fails on another status word, other data, another length."""
    with pytest.raises(AssertionError):
        _check(bytes.fromhex(answer), expected, CARDS["plastic"], "")
