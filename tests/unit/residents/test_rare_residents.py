"""Residents that not every reader copes with: through the lab, onto the card, into certificate and attribute record.

Every expected value is written by hand, from the tables of the card's files, of subjectAltName and of the record.
"""

from __future__ import annotations

from datetime import date
from typing import Any, NamedTuple

import cbor2
import pytest
from asn1crypto import core
from cryptography import x509

from myna_lab import Lab
from myna_lab.devices import terminal
from myna_lab.errors import CardRefused, MisuseError
from myna_lab.formats.iso7816 import tlv
from myna_lab.lab import Holder
from myna_lab.provisioning import Screen

ARC = "1.2.392.200149.8.5.5"


def resident(**given: Any) -> Holder:
    """A resident whose PINs and printed numbers are known."""
    pins = {"input_aid_pin": "1111", "signing_password": "ABC123", "security_code": "2285"}
    return Lab(seed=7).resident(**{"sex": "male", "card_expires": "2030-04-01"} | pins | given)


def four_items(holder: Holder) -> dict[int, str]:
    """The text application's EF 0002, opened by the PIN."""
    with holder.card.connect() as transmit:
        terminal.select_application(transmit, terminal.AID_TEXT)
        terminal.verify(transmit, 0x0011, "1111")
        items = tlv.decode(terminal.read_binary(transmit, 0x0002))
    return {tag: items.find(tag).decode() for tag in (0xDF22, 0xDF24)}


def opens_the_face(holder: Holder, identifier: int, number: str) -> bool:
    """Whether a printed number opens the visual application."""
    with holder.card.connect() as transmit:
        terminal.select_application(transmit, terminal.AID_VISUAL)
        try:
            terminal.verify(transmit, identifier, number)
        except CardRefused:
            return False
    return True


def other_names(holder: Holder) -> dict[str, str]:
    """The otherNames of the sign certificate by the last number of their identifiers, as cryptography reads them."""
    certificate = x509.load_der_x509_certificate(Lab.of(holder.world).certificates(holder, kind="card_sign")[0].der)
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return {
        name.type_id.dotted_string.removeprefix(f"{ARC}."): core.UTF8String.load(name.value, strict=True).native
        for name in names
        if isinstance(name, x509.OtherName)
    }


def record(holder: Holder) -> dict[str, Any]:
    """The elements of the attribute record of a new iPhone."""
    lab = Lab.of(holder.world)
    phone = lab.iphone(holder)
    assert phone.add_card().run().screen is Screen.DONE
    held = phone._phone.installed
    assert held is not None
    spaces = cbor2.loads(lab.world.journal.get(held.record_ref))["issuerSigned"]["nameSpaces"]
    items = (cbor2.loads(item.value) for space in spaces.values() for item in space)
    return {item["elementIdentifier"]: item["elementValue"] for item in items}


class Birth(NamedTuple):
    """What is said, and what stands where."""

    said: dict[str, Any]
    digits: str
    """On the chip."""
    six: str
    """Opens the visual application."""
    stated: str
    """In the certificate."""
    written: str
    """In the record: the Western year, as a reader of a real one published it (parameter ``mdoc_birth_date``)."""


BIRTHS = {
    "a whole one": Birth({}, "19500615", "250615", "319500615", "1950年6月15日"),
    "no day": Birth({"unknown_birth_day": True}, "19500600", "250600", "319500600", "1950年6月日不詳"),
    "no day, in a word": Birth({"unknown_birth_day": "day"}, "19500600", "250600", "319500600", "1950年6月日不詳"),
    "no month": Birth({"unknown_birth_day": "month"}, "19500000", "250000", "319500000", "1950年月日不詳"),
    "nothing": Birth({"unknown_birth_day": "year"}, "00000000", "000000", "000000000", "年月日不詳"),
    "a Western one": Birth({"western_birth_date": True}, "19500615", "500615", "019500615", "1950年6月15日"),
    "a Western one without day": Birth(
        {"western_birth_date": True, "unknown_birth_day": True}, "19500600", "500600", "019500600", "1950年6月日不詳"
    ),
}


@pytest.mark.parametrize("which", BIRTHS)
def test_a_birth_is_the_same_everywhere(which: str) -> None:
    """Chip, printed numbers, certificate and record say as much of a birth as the register knows."""
    birth = BIRTHS[which]
    holder = resident(born="1950-06-15", **birth.said)
    assert four_items(holder)[0xDF24] == birth.digits
    assert other_names(holder)["4"] == birth.stated
    assert opens_the_face(holder, 0x0011, birth.six) and opens_the_face(holder, 0x0012, f"{birth.six}20302285")
    assert not opens_the_face(holder, 0x0012, "45061520302285")
    printed = dict(holder.slip.printed)
    assert (printed["Birth number"], printed["Verification number B"]) == (birth.six, f"{birth.six}20302285")
    elements = record(holder)
    assert elements["birth_date_unicode"] == birth.written
    assert elements["birth_date"] == date(1950, 6, 15), "a full-date, approximate if need be"
    assert (elements["age_in_years"], elements["age_over_65"]) == (75, True), "ages go by the date"


@pytest.mark.parametrize(("said", "shown"), [(False, "1950-06-15"), (True, "1950-06-??"), ("year", "????-??-??")])
def test_what_is_not_known_is_not_shown(said: Any, shown: str) -> None:
    """A holder's repr does not pretend to know her birthday."""
    assert f"born {shown}," in repr(resident(born="1950-06-15", unknown_birth_day=said))


def test_an_app_reads_a_birth_that_is_not_whole() -> None:
    """What an app reads of zeros is no date, and nothing breaks."""
    holder = resident(born="1950-06-15", unknown_birth_day="month")
    with holder.card.connect() as transmit:
        reading = terminal.read_for_set_up(
            transmit, input_aid_pin="1111", signing_password="ABC123", application=b"application"
        )
    assert reading.born is None and reading.name == holder.name


def test_a_foreign_resident_has_several_given_names_and_an_alias() -> None:
    """Latin names stand in their order, the alias behind them, wherever the name is written."""
    holder = resident(name="TEST JOHN MICHAEL", alias="青葉 太郎", born="1990-04-01", western_birth_date=True)
    written = "TEST　JOHN　MICHAEL（青葉　太郎）"
    assert (holder.name, holder.alias) == ("TEST　JOHN　MICHAEL", "青葉　太郎")
    assert holder._resident.name_kana == "テスト　テスト　テスト" and holder._resident.name_latin == "TEST JOHN MICHAEL"
    assert four_items(holder)[0xDF22] == written
    stated = other_names(holder)
    assert (stated["1"], stated["2"], stated["3"]) == (written, "0" * 24, "1")
    assert record(holder)["full_name_unicode"] == written
    assert written in repr(holder) and written in str(holder.slip)


@pytest.mark.parametrize(
    ("name", "stated", "flags"),
    [
        ("𠮷田　花子", "〓田　花子", "10000"),
        ("髙﨑　德子", "〓〓　〓子", "11010"),
        ("草彅　侔", "草彅　侔", "0000"),  # supplementary kanji
        ("葛\U000e0100城　花子", "〓城　花子", "10000"),  # a variant is one character
        ("NGUYỄN THỊ", "NGUY〓N　TH〓", "0000100001"),
        ("MÜLLER　JÉRÔME", "MÜLLER　JÉRÔME", "0000000000000"),
    ],
)
def test_letters_beyond_the_set_are_substituted_in_the_certificate_alone(name: str, stated: str, flags: str) -> None:
    """The card shows the name as the register has it; the certificate has substitutes and says where."""
    holder = resident(name=name)
    kept = name.replace(" ", "　")
    assert four_items(holder)[0xDF22] == kept and holder.name == kept
    assert (other_names(holder)["1"], other_names(holder)["2"]) == (stated, flags)


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"name": "山田　😀"}, "'😀' (U+1F600) cannot stand in it"),
        ({"name": "山田\x00花子"}, "U+0000 cannot stand in it"),
        ({"name": "山田　\ue000子"}, "U+E000 cannot stand in it"),
        ({"name": "山田　花子2"}, "'2' (U+0032) cannot stand in it"),
        ({"alias": "青葉　☆"}, "'☆' (U+2606) cannot stand in it"),
        ({"alias": ""}, "alias must be a text"),
        ({"name": "山" * 101}, "at most 100 characters"),
        ({"name_kana": "ヤマダ　hanako"}, "'h' (U+0068) cannot stand in it"),
        ({"name_latin": "Yamada 花子"}, "'花' (U+82B1) cannot stand in it"),
        ({"address": "青波県灯台市港町１丁目🏠"}, "'🏠' (U+1F3E0) cannot stand in it"),
        ({"unknown_birth_day": "hour"}, "'month' (nor the month)"),
        ({"unknown_birth_day": 1}, "True or 'day'"),
        ({"western_birth_date": "yes"}, "western_birth_date must be True or False"),
    ],
)
def test_a_character_that_cannot_stand_there_is_named(given: dict[str, Any], named: str) -> None:
    """Who types a strange character is told which one it is."""
    with pytest.raises(MisuseError) as caught:
        resident(**given)
    assert named in str(caught.value)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"user_authentication_pin": "１２３４"}, "1234"),
        ({"signing_password": "ａｂｃ１２３"}, "ABC123"),
        ({"security_code": "００１２"}, "0012"),
        ({"my_number": "１２３４５６７８９０１０"}, "123456789010"),
        ({"municipality": "８１２０２"}, "81202"),
        ({"name_latin": "Ｙａｍａｄａ　Ｈａｎａｋｏ"}, "Yamada Hanako"),
    ],
)
def test_full_width_digits_are_taken(given: dict[str, Any], kept: str) -> None:
    """What a Japanese keyboard types in full width is kept in half width."""
    ((attribute, _),) = given.items()
    assert getattr(resident(**given)._resident, attribute) == kept


def test_dates_may_be_full_width() -> None:
    """A birthday typed in full width is the same day."""
    assert resident(born="１９９０－０４－０１").born.isoformat() == "1990-04-01"
