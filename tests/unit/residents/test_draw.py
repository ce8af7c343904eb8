"""Residents drawn from the seed, and what may be said about them."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import Any

import cbor2
import pytest

from myna_lab.errors import MalformedError, MisuseError
from myna_lab.ground.birthdays import age
from myna_lab.ground.chance import Chance
from myna_lab.ground.durations import JST, at
from myna_lab.parameters import Parameters
from myna_lab.residents import PIN_FORMS, Resident, draw, my_number_check_digit, well_formed
from myna_lab.residents.people import towns
from myna_lab.residents.portrait import portrait

NOW = at("2025-06-24 09:00")
PARAMETERS = Parameters()
SECRETS = ("my_number", "input_aid_pin", "user_authentication_pin", "signing_password", "security_code")


def resident(person: str = "person-1", seed: int = 7, **given: Any) -> Resident:
    """A resident drawn on the first day."""
    return draw(person, Chance(seed), on=NOW, parameters=PARAMETERS, **given)


@pytest.fixture(name="crowd", scope="module")
def _crowd() -> list[Resident]:
    return [resident(f"person-{i}") for i in range(200)]


def test_drawn_residents_are_adults_with_a_valid_card(crowd: list[Resident]) -> None:
    """Who is drawn is 20 to 89 and has a card until the tenth birthday, without a licence."""
    for person in crowd:
        assert 20 <= age(person.born, NOW.date()) <= 89
        assert NOW.date().replace(year=2034) < person.card_expires.date() <= NOW.date().replace(year=2035)
        assert person.card_expires.strftime("%H:%M:%S %Z") == "23:59:59 JST"
        assert not person.licence


def test_drawn_attributes_have_their_forms(crowd: list[Resident]) -> None:
    """Name, address, numbers and PINs have the forms that cards and certificates ask for."""
    for person in crowd:
        assert all(len(text.split("\u3000")) == 2 for text in (person.name, person.name_kana))
        assert person.address.startswith(person.prefecture + person.city)
        assert re.fullmatch(r".+[１-６]丁目[０-９]+番[０-９]+号", person.address)
        assert len(person.my_number) == 12
        assert person.my_number[11] != my_number_check_digit(person.my_number[:11])
        drawn = {kind: getattr(person, form.attribute) for kind, form in PIN_FORMS.items()}
        assert drawn.pop("licence") == "", "without a licence"
        assert all(well_formed(kind, pin) for kind, pin in drawn.items())
        assert re.search("[A-Z]", person.signing_password)
        assert re.search("[0-9]", person.signing_password)
        assert re.fullmatch("[0-9]{4}", person.security_code)
        assert person.portrait == portrait(person.face)


def test_a_crowd_is_mixed(crowd: list[Resident]) -> None:
    """Two hundred people have both sexes, every prefecture, and no two the same number, password or face."""
    assert {person.sex for person in crowd} == {"female", "male"}
    assert {person.prefecture for person in crowd} == {town.prefecture for town in towns()}
    for attribute in ("my_number", "signing_password", "face"):
        assert len({getattr(person, attribute) for person in crowd}) == len(crowd)


def test_same_seed_same_bytes_in_another_process() -> None:
    """Another interpreter with another hash seed draws the same bytes."""
    program = (
        "import sys; from myna_lab.ground.chance import Chance; from myna_lab.ground.durations import at;"
        "from myna_lab.parameters import Parameters; from myna_lab.residents import draw;"
        "r = draw('person-1', Chance(7), on=at('2025-06-24 09:00'), parameters=Parameters());"
        "sys.stdout.buffer.write(r.encode())"
    )
    environment = os.environ | {"PYTHONHASHSEED": "12345"}
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, env=environment, check=True)
    assert ran.stdout == resident().encode()


def test_the_first_resident_stays_the_same() -> None:
    """What seed 7 draws does not change between versions (the portrait apart, which Pillow and OpenJPEG decide)."""
    later = ("licence_pin", "alias", "birth_known", "western_birth_date")
    plain = {f.name: str(getattr(resident(), f.name)) for f in fields(Resident) if f.name not in ("portrait", *later)}
    assert hashlib.sha256(cbor2.dumps(plain)).hexdigest().startswith("d421761769bca50fee33e1544cef73ad")


def test_persons_and_seeds_differ() -> None:
    """Another identifier or another seed gives another resident."""
    assert resident("person-2").face != resident().face != resident(seed=8).face


def test_saying_one_attribute_shifts_no_other() -> None:
    """Each attribute has its own source, so one that is said leaves the rest as drawn."""
    drawn, said = resident(), resident(user_authentication_pin="1234", born="1999-09-09")
    changed = {f.name for f in fields(Resident) if getattr(drawn, f.name) != getattr(said, f.name)}
    assert changed == {"user_authentication_pin", "born", "card_expires"}


@pytest.mark.parametrize(
    ("attribute", "given", "kept"),
    [
        ("name", "山田 花子", "山田　花子"),
        ("name", "山田花子", "山田　花子"),
        ("name", "試験花子", "試験花子"),
        ("name_kana", "やまだ ハナコ", "ヤマダ　ハナコ"),
        ("name_kana", "ﾔﾏﾀﾞ ﾊﾅｺ", "ヤマダ　ハナコ"),
        ("name_latin", "Yamada Hanako", "Yamada Hanako"),
        ("sex", "male", "male"),
        ("born", "1990-04-01", date(1990, 4, 1)),
        ("born", date(1990, 4, 1), date(1990, 4, 1)),
        ("born", datetime(1990, 4, 1, 12, tzinfo=JST), date(1990, 4, 1)),
        ("address", "青波県灯台市港町1-2-3 A棟", "青波県灯台市港町１－２－３　Ａ棟"),
        ("municipality", "81202", "81202"),
        ("my_number", "123456789010", "123456789010"),
        ("portrait", portrait(bytes(8)), portrait(bytes(8))),
        ("face", bytes(8), bytes(8)),
        ("user_authentication_pin", "0000", "0000"),
        ("input_aid_pin", "0001", "0001"),
        ("signing_password", "abc123", "ABC123"),
        ("security_code", "0002", "0002"),
        ("card_expires", "2031-01-02", at("2031-01-02 23:59:59")),
        ("licence", True, True),
    ],
)
def test_what_is_said_is_kept(attribute: str, given: object, kept: object) -> None:
    """A given attribute is taken in the form in which a card holds it."""
    assert getattr(resident(**{attribute: given}), attribute) == kept


@pytest.mark.parametrize(
    ("name", "sex", "kana", "latin"),
    [
        ("山田　花子", "female", "ヤマダ　ハナコ", "Yamada Hanako"),
        ("山田　太郎", "male", "ヤマダ　タロウ", "Yamada Taro"),
        ("山田　烏龍", None, "ヤマダ　テスト", "Yamada TEST"),
        ("SMITH　Mary　Ann", None, "テスト　テスト　テスト", "SMITH Mary Ann"),
        ("山田", None, "ヤマダ", "Yamada"),
    ],
)
def test_readings_of_a_given_name(name: str, sex: str | None, kana: str, latin: str) -> None:
    """Known parts are read by the table and settle the sex; unknown ones say TEST, Latin ones stand for themselves."""
    person = resident(name=name)
    assert (person.name_kana, person.name_latin) == (kana, latin)
    if sex is not None:
        assert person.sex == sex


def test_a_known_address_brings_its_town() -> None:
    """An address in an invented town has that town's code and Latin names."""
    person = resident(address="霧笛県夜霧市寺町１丁目１番１号")
    assert (person.municipality, person.prefecture, person.city) == ("83201", "霧笛県", "夜霧市")
    assert (person.prefecture_latin, person.city_latin) == ("Muteki-ken", "Yogiri-shi")


def test_an_address_elsewhere_says_test() -> None:
    """An address outside the map is kept; its code and Latin names are those of nowhere."""
    person = resident(address="東京都千代田区丸の内1-1")
    assert (person.prefecture, person.city, person.municipality) == ("東京都", "千代田区", "99999")
    assert (person.prefecture_latin, person.city_latin) == ("TEST-ken", "TEST-shi")


def test_a_town_can_be_chosen() -> None:
    """Prefecture, city or code narrow the draw, and the address follows."""
    assert resident(prefecture="月影県").address.startswith("月影県")
    assert resident(city="団栗町").municipality == "90301"
    assert resident(municipality="88301").city == "月待村"
    assert resident(prefecture="南極県", city="氷山市").address.startswith("南極県氷山市")


@pytest.mark.parametrize(
    ("given", "right"),
    [
        ({"shoe_size": 24}, "there are name, name_kana"),
        ({"name": " "}, "surname, space, given name"),
        ({"name": "山田\x00花子"}, "U+0000 cannot stand"),
        ({"name": 5}, "surname, space, given name"),
        ({"name_kana": "Yamada"}, "katakana"),
        ({"name_latin": "山田"}, "Latin letters"),
        ({"sex": "F"}, "'male' or 'female'"),
        ({"born": "2025-06-25"}, "not lie after today"),
        ({"born": "1 April"}, "a day such as"),
        ({"born": "1850-01-01"}, "not before 1868"),
        ({"born": datetime(1990, 4, 1)}, "a day such as"),
        ({"born": 19900401}, "a day such as"),
        ({"card_expires": "soon"}, "a day such as"),
        ({"address": "本町１丁目"}, "begin the address with prefecture"),
        ({"address": "青波県灯台市" + "あ" * 200}, "at most 200"),
        ({"prefecture": "南極県"}, "prefecture= and city="),
        ({"address": "青波県灯台市１番", "city": "帆影市"}, "must begin with"),
        ({"municipality": "13101"}, "real municipalities"),
        ({"municipality": 81201}, "five digits"),
        ({"licence": "yes"}, "True or False"),
        ({"licence": True, "born": "2010-01-01"}, "an age of 16"),
        ({"portrait": b"\x89PNG"}, "JPEG 2000"),
        ({"face": b"short"}, "8 bytes"),
        ({"my_number": "123456789018"}, "real people could have it"),
        ({"my_number": "12345678901"}, "12 digits"),
        ({"my_number": "１２３４５６７８９０１８"}, "real people could have it"),
        ({"user_authentication_pin": 1234}, "4 digits, in quotes"),
        ({"input_aid_pin": "98765"}, "4 digits"),
        ({"signing_password": "AB!987"}, "6 to 16 capital letters"),
        ({"security_code": "98765"}, "4 digits"),
    ],
)
def test_what_cannot_be_is_refused(given: dict[str, Any], right: str) -> None:
    """A value that cannot be is refused with what would be right, and no secret is quoted."""
    with pytest.raises(MisuseError, match=re.escape(right)) as caught:
        resident(**given)
    shown = f"{caught.value!r} {vars(caught.value)}"
    assert not any(str(value) in shown for key, value in given.items() if key in SECRETS)


def test_today_needs_a_time_zone() -> None:
    """A naive 'today' is refused."""
    with pytest.raises(MisuseError, match="time zone"):
        draw("person-1", Chance(7), on=datetime(2025, 6, 24), parameters=PARAMETERS)


def test_today_is_the_day_in_japan() -> None:
    """Just after midnight in Japan, who is born on that day is born, whatever day it is in London."""
    in_london = at("2025-06-24 00:30").astimezone(UTC)
    person = draw("person-1", Chance(7), on=in_london, parameters=PARAMETERS, born="2025-06-24")
    assert person.card_expires == at("2030-06-24 23:59:59")


def test_nobody_was_born_before_the_first_era() -> None:
    """The first day of Meiji, 25 January 1868, can be written in an era; the day before cannot."""
    assert resident(born="1868-01-25").born == date(1868, 1, 25)
    with pytest.raises(MisuseError, match="not before 1868-01-25"):
        resident(born="1868-01-24")


def test_a_minor_can_be_said() -> None:
    """Only what is drawn is adult: a child that is said gets a card for five birthdays."""
    assert resident(born="2020-08-01").card_expires == at("2029-08-01 23:59:59")


def test_vault_form_is_whole(crowd: list[Resident]) -> None:
    """What is encoded for the vault decodes to the same resident, with times in JST."""
    for person in crowd[:20]:
        again = Resident.decode(person.encode())
        assert again == person
        assert again.card_expires.tzinfo is JST


@pytest.mark.parametrize("data", [b"", b"\xff", cbor2.dumps([1]), cbor2.dumps({"name": "x"}), b"\xa1\x61x\x01"])
def test_other_bytes_are_no_resident(data: bytes) -> None:
    """Bytes that are no encoded resident are refused as malformed."""
    with pytest.raises(MalformedError):
        Resident.decode(data)


def test_damaged_vault_entries_quote_nothing() -> None:
    """The error for a damaged entry holds none of its secrets."""
    person = resident()
    damaged = cbor2.dumps(cbor2.loads(person.encode()) | {"born": person.my_number, "extra": person.signing_password})
    with pytest.raises(MalformedError) as caught:
        Resident.decode(damaged)
    assert caught.value.__cause__ is None
    assert person.my_number not in str(caught.value)
    assert person.signing_password not in str(caught.value)


def test_repr_shows_no_secrets(crowd: list[Resident]) -> None:
    """A resident's repr has her name and town, and none of her numbers, PINs or pictures."""
    for person in crowd:
        assert person.name in repr(person)
        assert "TEST" in repr(person)
        assert not any(getattr(person, secret) in repr(person) for secret in SECRETS)
        assert len(repr(person)) < 80
