"""The table of names and towns: invented places, readings that agree with the kana."""

from __future__ import annotations

import re
import tomllib
from importlib import resources

import pytest

from myna_lab.residents import people

DATA = tomllib.loads(resources.files("myna_lab.residents").joinpath("people.toml").read_text(encoding="utf-8"))

REAL_PREFECTURES = re.findall(
    r"\S+",
    "北海道 青森 岩手 宮城 秋田 山形 福島 茨城 栃木 群馬 埼玉 千葉 東京 神奈川 新潟 富山 石川 福井 山梨 長野 岐阜 静岡 "
    "愛知 三重 滋賀 京都 大阪 兵庫 奈良 和歌山 鳥取 島根 岡山 広島 山口 徳島 香川 愛媛 高知 福岡 佐賀 長崎 熊本 大分 "
    "宮崎 鹿児島 沖縄",
)

SYLLABLES = {
    kana: f"{consonant}{vowel}"
    for consonant, row in {
        "": "アイウエオ", "k": "カキクケコ", "s": "サシスセソ", "t": "タチツテト", "n": "ナニヌネノ", "h": "ハヒフヘホ",
        "m": "マミムメモ", "r": "ラリルレロ", "g": "ガギグゲゴ", "z": "ザジズゼゾ", "d": "ダヂヅデド",
        "b": "バビブベボ", "p": "パピプペポ",
    }.items()
    for kana, vowel in zip(row, "aiueo", strict=True)
} | {
    "シ": "shi", "チ": "chi", "ツ": "tsu", "フ": "fu", "ジ": "ji", "ヅ": "zu", "ヤ": "ya", "ユ": "yu", "ヨ": "yo",
    "ワ": "wa", "ン": "n",
}  # fmt: skip


def passport_spelling(kana: str) -> str:
    """Hepburn as in passports: no long vowels, m before b, m and p."""
    text = ""
    for letter in kana:
        if letter in "ャュョ":
            glide = {"ャ": "ya", "ュ": "yu", "ョ": "yo"}[letter]
            text = text[:-1] + (glide[1:] if text[:-1].endswith(("sh", "ch", "j")) else glide)
        else:
            text += SYLLABLES[letter]
    return short(re.sub("n(?=[bmp])", "m", text))


def short(latin: str) -> str:
    """Long vowels written short, on both sides of a comparison (so Inoue, whose u is no length mark, is Inoe twice)."""
    return re.sub("o[ou]", "o", latin.lower().replace("uu", "u"))


@pytest.mark.parametrize("kind", ["surname", "female", "male"])
def test_there_are_enough_names(kind: str) -> None:
    """Each kind has at least sixty names, each once."""
    rows = DATA["names"][kind]
    assert len({row[0] for row in rows}) == len(rows) >= 60


def test_given_names_tell_the_sex() -> None:
    """No given name stands in both lists, so that a name that was said settles the sex that was not."""
    assert not people.names("female").keys() & people.names("male").keys()


@pytest.mark.parametrize("kind", ["surname", "female", "male"])
def test_latin_names_follow_the_kana(kind: str) -> None:
    """Every Latin form is the passport spelling of its kana."""
    wrong = [row for row in DATA["names"][kind] if passport_spelling(row[1]) != short(row[2])]
    assert not wrong


def test_latin_places_follow_the_kana() -> None:
    """Prefectures and towns are spelled from their kana, with their kind after a hyphen."""
    places = [(p["kana"], p["latin"]) for p in DATA["prefecture"]]
    places += [(kana, latin) for p in DATA["prefecture"] for _, _, kana, latin in p["towns"]]
    kinds = {"ken": "ケン", "shi": "シ", "machi": "マチ", "mura": "ムラ"}
    for kana, latin in places:
        stem, kind = latin.split("-")
        assert kana.endswith(kinds[kind]), latin
        assert passport_spelling(kana.removesuffix(kinds[kind])) == short(stem)


def test_places_are_invented() -> None:
    """No prefecture is one of the 47, and no code begins with one of theirs."""
    assert len(REAL_PREFECTURES) == 47
    real = {name + kind for name in REAL_PREFECTURES for kind in ("都", "道", "府", "県", "")}
    assert len({town.prefecture for town in people.towns()}) == 10
    assert not {town.prefecture for town in people.towns()} & real
    assert all(re.fullmatch(r"[0-9]{5}", town.municipality) and town.municipality > "48" for town in people.towns())


def test_codes_and_towns_are_unique() -> None:
    """A code names one town, a town has one code, and a prefecture's codes begin alike."""
    towns = people.towns()
    assert len({town.municipality for town in towns}) == len(towns) == len({town.city for town in towns}) == 30
    assert len({(town.prefecture, town.municipality[:2]) for town in towns}) == 10


def test_everything_can_be_written_on_a_licence() -> None:
    """Names, towns and quarters are within JIS X 0208, the set that the licence application has."""
    texts = [row[0] for rows in DATA["names"].values() for row in rows]
    texts += [town.prefecture + town.city for town in people.towns()]
    texts += people.districts()
    for text in texts:
        text.encode("iso2022_jp")
