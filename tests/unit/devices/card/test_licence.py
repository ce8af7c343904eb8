"""The driving licence in the chip's free area."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import cards
import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from myna_lab import Lab
from myna_lab.devices.card import Chip, Licence
from myna_lab.devices.card.applications.licence import CATEGORIES, NO_PIN
from myna_lab.errors import MisuseError
from myna_lab.keys import rsa_key
from myna_lab.stories.card_kinds import card_of_kind

SELECT = "00A4040C10A0000002310600000000000000000000"


def _objects(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The objects of a licence file, up to its filler."""
    position = 0
    while position < len(data) and data[position:].strip(b"\0"):
        size = 2 if data[position] == 0x01 else 1
        tag = int.from_bytes(data[position : position + size], "big")
        position += size
        if data[position] == 0x82:
            n, position = int.from_bytes(data[position + 1 : position + 3], "big"), position + 3
        else:
            n, position = data[position], position + 1
        yield tag, data[position : position + n]
        position += n


def _text(pairs: bytes) -> str:
    return bytes(byte | 0x80 for byte in pairs).decode("euc_jp")


def _chip(pin: str = cards.LICENCE_PIN) -> Chip:
    chip = Chip("card-1", cards.plastic(driving=cards.licence(pin)), key=rsa_key)
    assert chip.transmit(bytes.fromhex(SELECT)).hex() == "9000"
    return chip


def _send(chip: Chip, command: str) -> bytes:
    return chip.transmit(bytes.fromhex(command))


@pytest.mark.parametrize(("pin", "flag"), [(cards.LICENCE_PIN, "c10101"), (NO_PIN, "c10100")])
def test_the_flag_says_whether_a_pin_is_set(pin: str, flag: str) -> None:
    """EF 001A is free and tells; without a PIN four stars open the licence."""
    chip = _chip(pin)
    assert _send(chip, "00B09A0003").hex() == flag + "9000"
    assert _send(chip, "00B09B00000000").hex() == "6982"
    assert _send(chip, "0020008604" + pin.encode().hex()).hex() == "9000"
    assert _send(chip, "00B09B00000000")[-2:].hex() == "9000"


def test_the_pin_has_ten_tries_of_its_own() -> None:
    """The query answers 63CA; the specification's short identifier 2 finds nothing."""
    chip = _chip()
    assert _send(chip, "00200086").hex() == "63ca"
    assert _send(chip, "00200082").hex() == "6a82"
    assert _send(chip, "002000860430303030").hex() == "63c9"
    assert (chip.tries_left("licence/0006"), chip.tries_left("jpki/0018")) == (9, 3)


def test_the_licence_says_what_it_was_made_of() -> None:
    """Grade, expiry, number, dates, categories and portrait are read back from WEF02, in JIS encodings."""
    chip = _chip()
    _send(chip, "0020008604" + cards.LICENCE_PIN.encode().hex())
    found = dict(_objects(_send(chip, "00B09B00000000")[:-2]))
    assert (found[0xC2], found[0xC3]) == (b"", b"")
    assert (_text(found[0xC4]), found[0xC5]) == ("優良", b"5120317")
    assert _text(found[0xC6]) == "眼鏡等"
    assert found[0xE7] == b"001234567890"
    assert (found[0xE9], found[0xEA]) == (b"0000000", b"4120401")
    assert [name for i, name in enumerate(CATEGORIES) if found[0xEC + i] == b"\1"] == ["普通", "原付"]
    assert found[0x0107] == cards.portrait()


def test_the_licence_is_signed() -> None:
    """The signature file verifies over WEF02 as it is stored, and one changed byte spoils it."""
    chip = _chip()
    _send(chip, "0020008604" + cards.LICENCE_PIN.encode().hex())
    licence = _send(chip, "00B09B00000000")[:-2]
    signature = dict(_objects(_send(chip, "00B09C00000000")[:-2]))
    rsa_key(cards.ISSUER_KEYS["licence"]).public_key().verify(signature[0xB1], licence, PKCS1v15(), SHA256())
    assert _text(signature[0xB2]) == "ＴＥＳＴ公安委員会"


def test_package_and_module_are_not_selected() -> None:
    """Only the instance can be selected, and only on a card with a licence."""
    chip = _chip()
    for aid in ("A0000002310400000000000000000000", "A0000002310500000000000000000000"):
        assert _send(chip, f"00A4040C10{aid}").hex() == "6a82"
    assert _send(Chip("card-2", cards.plastic(), key=rsa_key), SELECT).hex() == "6a82"


def test_characters_that_jis_lacks_are_geta() -> None:
    """A character outside JIS X 0208 becomes 〓, and the rest stays."""
    from myna_lab.devices.card.applications.licence import jis

    assert _text(jis("髙山﨑ｱ")) == "〓山〓〓"


def test_a_resident_with_a_licence_has_it_on_her_card() -> None:
    """In a lab the licence is drawn: an impossible number, a date still to come; without licence nothing is there."""
    lab = Lab(seed=7)
    with_it, without = lab.resident(licence=True).card, lab.resident(licence=False).card
    assert without.transmit(bytes.fromhex(SELECT)).hex() == "6a82"
    assert with_it.transmit(bytes.fromhex(SELECT)).hex() == "9000"
    assert with_it.transmit(bytes.fromhex("00200086042A2A2A2A")).hex() == "9000"
    found = dict(_objects(with_it.transmit(bytes.fromhex("00B09B00000000"))[:-2]))
    assert found[0xE7].startswith(b"00")
    assert found[0xC5] > b"5070624"


def test_a_lab_makes_licences_with_a_pin() -> None:
    """``licence_pin`` opens the licence, the flag says so, the slip tells it; without one it tells four stars."""
    lab = Lab(seed=7)
    holder, open_one = lab.resident(licence=True, licence_pin="4649"), card_of_kind(lab, "licence")
    card = holder.card
    assert _send(card, SELECT).hex() == "9000"
    assert _send(card, "00B09A0003").hex() == "c101019000"
    assert _send(card, "00200086042A2A2A2A").hex() == "63c9"
    assert _send(card, "0020008604" + b"4649".hex()).hex() == "9000"
    assert "Licence PIN: 4649" in str(holder.slip)
    assert f"Licence PIN: {NO_PIN}" in str(open_one.slip)
    assert "Licence PIN" not in str(lab.resident().slip)
    for wrong in ({"licence_pin": "4649"}, {"licence": True, "licence_pin": "46490"}):
        with pytest.raises(MisuseError) as refused:
            lab.resident(**wrong)
        assert refused.value.code == "bad_attribute" and "4649" not in str(refused.value)


@pytest.mark.parametrize(("born", "category", "group"), [("2008-01-01", "原付", 0xE9), ("2007-06-24", "普通", 0xEA)])
def test_who_is_too_young_for_a_car_rides_a_moped(born: str, category: str, group: int) -> None:
    """At 17 the licence holds the moped alone, with a date after the 16th birthday; from 18 on the ordinary car."""
    card = Lab(seed=7).resident(licence=True, born=born).card
    _send(card, SELECT)
    _send(card, "00200086042A2A2A2A")
    found = dict(_objects(_send(card, "00B09B00000000")[:-2]))
    assert [name for i, name in enumerate(CATEGORIES) if found[0xEC + i] == b"\1"] == [category]
    assert {tag for tag in (0xE9, 0xEA, 0xEB) if found[tag] != b"0000000"} == {group}
    assert b"5060101" <= found[group] <= b"5070624"


@pytest.mark.parametrize("wrong", [{"number": "12"}, {"pin": "12345"}, {"categories": ("飛行機",)}])
def test_an_impossible_licence_is_refused(wrong: dict[str, object]) -> None:
    """Number, PIN and categories are checked, and the message repeats no number."""
    with pytest.raises(MisuseError) as refused:
        Licence(**({"number": "001234567890", "expires": date(2030, 1, 1)} | wrong))  # type: ignore[arg-type]
    assert "12345" not in str(refused.value)
