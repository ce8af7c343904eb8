"""The door of a class: names, the code, a word of one's own, and tries that end."""

from __future__ import annotations

import asyncio
import errno
import os
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest

from myna_lab.cli.classroom import folder as places
from myna_lab.cli.classroom import roster, tries
from myna_lab.cli.classroom.door import Door
from myna_lab.cli.classroom.roster import Roster, Student
from myna_lab.exercises import names

CODE = "abcd2345"


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hash that costs nothing."""
    monkeypatch.setattr(roster, "COST", {"n": 2, "r": 1, "p": 1})


@pytest.fixture
def door(tmp_path: Path) -> Door:
    """Of an empty class for three."""
    return Door(Roster(tmp_path), CODE, 3)


def tried(door: Door, name: str, word: str = "neko neko", code: str = CODE, *, at: float = 0, **more: object) -> object:
    """The number of who came in, or the key of the refusal."""
    answer = door.log_in(name, code, word, at=at, **{"address": "192.0.2.1", **more})  # type: ignore[arg-type]
    return answer.number if isinstance(answer, Student) else answer.key


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("花子", "花子"),
        ("  はな  こ ", "はな こ"),
        ("ﾊﾅｺ", "ハナコ"),
        ("Ｈａｎａｋｏ２", "Hanako2"),
        ("O'Hara", "O'Hara"),
        ("アンナ・マリア", "アンナ・マリア"),
        ("\u304b\u3099く", "がく"),
        ("José", "José"),
        ("あ" * 30, "あ" * 30),
        ("あ" * 31, None),
        ("あ" * 300, None),
        ("\ufdfa" * 300, None),
        ("\ufdfa\ufdfa", None),
        ("../hub/code", None),
        ("..", None),
        ("<b>花子</b>", None),
        ("{{ 7 * 7 }}", None),
        ("花\x00子", None),
        ("花\u202e子", None),
        ("-", None),
        ("\u0301", None),
        ("", None),
        ("   ", None),
        ("🐱", None),
    ],
)
def test_a_name_has_one_form_or_is_none(typed: str, name: str | None) -> None:
    """NFKC and single blanks; no path, no markup, no invisible sign, thirty letters at most."""
    assert names.first_name(typed) == name


def test_a_student_comes_back_by_name_and_word(door: Door) -> None:
    """The first log-in chooses the word; the same name, however it is typed, needs it from then on."""
    assert tried(door, "Hanako", "ねこが好き") == 1
    assert tried(door, " ＨＡＮＡＫＯ ", " ねこが好き ", " ABCD 2345 ") == 1
    assert tried(door, "hanako", "いぬが好き") == "wrong_word"
    assert tried(door, "太郎", "いぬが好き") == 2
    assert [(row.number, row.name) for row in door.roster.students()] == [(1, "Hanako"), (2, "太郎")]


@pytest.mark.parametrize(
    ("name", "word", "code", "key"),
    [
        ("花子", "neko", "abcd2346", "wrong_code"),
        ("花子", "neko", "", "wrong_code"),
        ("花子", "neko", "a" * 100_000, "wrong_code"),
        ("花子", "neko", "é\udc80", "wrong_code"),
        ("../x", "neko", CODE, "no_name"),
        ("花子", "abc", CODE, "no_word"),
        ("花子", "x" * 101, CODE, "no_word"),
        ("花子", "\udc80abcd", CODE, "no_word"),
    ],
)
def test_who_does_not_come_in_is_told_why(door: Door, name: str, word: str, code: str, key: str) -> None:
    """Each refusal has its sentence in both languages, and leaves nothing in the class."""
    assert tried(door, name, word, code) == key
    assert not os.listdir(door.roster.folder)


def test_a_full_class_is_full_for_new_names_only(door: Door) -> None:
    """The fourth of three is refused, and the first still comes in."""
    assert [tried(door, name) for name in ("花子", "太郎", "次郎", "三郎", "花子")] == [1, 2, 3, "full", 1]


def test_the_choice_of_a_page_is_kept(door: Door) -> None:
    """Who takes the single page gets it until the box is left empty."""
    tried(door, "花子", page=True)
    assert door.roster.named("花子").page  # type: ignore[union-attr]
    tried(door, "花子")
    assert not door.roster.named("花子").page  # type: ignore[union-attr]


def test_a_word_is_nowhere_as_typed(tmp_path: Path) -> None:
    """The roster holds a salted hash: two students with one word have different rows, for their owner's eyes only."""
    door = Door(Roster(tmp_path), CODE, 3)
    tried(door, "花子", "secret word"), tried(door, "太郎", "secret word")
    files = sorted(tmp_path.iterdir())
    assert "secret" not in "".join(file.read_text(encoding="utf-8") for file in files)
    assert len({row.word for row in door.roster.students()}) == 2
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


def test_a_thousand_wrong_tries_are_slowed_and_told(door: Door) -> None:
    """Of a thousand in 100 seconds 13 are compared; the rest is told to wait, and others come in meanwhile."""
    answers = [tried(door, "花子", code=f"{number:08}", at=number / 10) for number in range(1000)]
    assert answers.count("wrong_code") == 10 + 3
    assert answers.count("wait") == 1000 - 13
    assert tried(door, "花子", at=100) == "wait"
    assert tried(door, "花子", at=100, address="192.0.2.2") == 1
    assert tried(door, "花子", at=130) == 1
    assert tried(door, "花子", code="x", at=130) == "wrong_code"
    said = str(door.log_in("花子", CODE, "neko neko", address="192.0.2.1", at=130))
    assert re.search(r"2[01]秒待って.+wait 2[01] seconds", said)


def test_a_name_is_guarded_from_many_addresses(door: Door) -> None:
    """Thirty wrong words at once, wherever they come from; then the name rests, and its neighbour does not."""
    tried(door, "花子")
    answers = [tried(door, "花子", f"guess {number}", address=f"192.0.2.{number}") for number in range(40)]
    assert answers == ["wrong_word"] * 30 + ["name_waits"] * 10
    assert tried(door, "太郎", address="198.51.100.1") == 2
    assert tried(door, "花子", at=30, address="198.51.100.1") == 1


def test_a_right_try_costs_nothing(door: Door) -> None:
    """A whole class behind one address logs in, again and again."""
    assert {tried(door, "花子") for _ in range(100)} == {1}


@pytest.mark.parametrize(
    ("address", "stands_for"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("no address", "?"),
    ],
)
def test_an_address_stands_for_a_device(address: str, stands_for: str) -> None:
    """An IPv6 computer may take any address of its /64: they are one."""
    assert tries.device(address) == stands_for


def test_tries_remember_no_more_than_they_may(monkeypatch: pytest.MonkeyPatch) -> None:
    """A flood of addresses takes no memory, and forgets the oldest first."""
    monkeypatch.setattr(tries, "REMEMBERED", 3)
    bucket = tries.Tries(most=1)
    assert [bucket.spend(who, 0) for who in "abcd"] == [0, 0, 0, 0]
    assert [bucket.spend(who, 0) for who in "dcba"] == [30, 30, 30, 0]


def test_who_is_refused_is_told_by_the_page_and_not_by_the_log(door: Door) -> None:
    """The sentence holds the name that was typed; what JupyterHub logs of a refusal is its other message: none."""
    classroom = pytest.importorskip("myna_lab.cli.classroom.authenticator").Classroom
    assert tried(door, "花子") == 1
    handler = SimpleNamespace(request=SimpleNamespace(remote_ip="192.0.2.1"))
    with ThreadPoolExecutor(1) as asks, pytest.raises(Exception) as caught:
        asked = {"username": "花子", "code": CODE, "word": "another word"}
        asyncio.run(classroom.authenticate(SimpleNamespace(door=door, _asks=asks), handler, asked))
    assert caught.value.status_code == 403 and "花子" in caught.value.jupyterhub_message
    assert "花子" not in f"{caught.value} {caught.value.log_message} {caught.value.args}"


def test_a_full_disk_is_a_sentence(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing can be written, nobody new comes in, no half row stays, and who is there still comes in."""
    tried(door, "花子")

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(places.os, "replace", full)
    assert tried(door, "太郎") == "disk"
    assert os.listdir(door.roster.folder) == ["01.json"]
    assert tried(door, "花子") == 1
