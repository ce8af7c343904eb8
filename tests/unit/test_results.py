"""What is kept of exercises: lines that nothing tears, and codes in which a changed letter is found."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myna_lab.exercises import check, codes, hand_in, sealed, tries
from myna_lab.exercises.codes import decoded, encoded
from myna_lab.exercises.tries import Result, Unreadable, mark, read

NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)
SEAL = sealed("1", 3)
MARK = mark("1", SEAL, "count")


def answer(given: object) -> None:
    check("1", given, SEAL, hint="count", hint_ja="数える")


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of a student's, before the first answer, at nine o'clock."""
    monkeypatch.setenv(tries.VARIABLE, str(tmp_path / "results.txt"))
    monkeypatch.setattr(tries, "now", lambda: NOW)
    monkeypatch.setattr(tries, "_here", {})
    monkeypatch.setattr(tries, "_said", False)
    return tmp_path / "results.txt"


def test_each_answer_is_a_line_that_does_not_tell_it(file: Path) -> None:
    """When, which exercise, right or wrong; an open exercise is none. Tries end with the first right answer."""
    for each in (..., 2, None, 3, 3, 4):
        answer(each)
    lines = [f"2026-04-01T09:00:00Z {MARK} {said}" for said in ("wrong", "right", "right", "wrong")]
    assert file.read_text().split() == " ".join(lines).split()
    assert file.stat().st_mode & 0o777 == 0o600
    assert read(file, NOW) == ({MARK: Result(MARK, 2, True, NOW, NOW)}, 0)


def test_a_mark_tells_exercises_apart_and_not_their_answers() -> None:
    """Another name, seal or hint is another exercise; a copy under another file name is the same one."""
    others = {mark("2", SEAL, "count"), mark("1", sealed("1", 4), "count"), mark("1", SEAL, "look"), MARK}
    assert len(others) == 4
    assert mark("1", 3, "count") == mark("1", lambda given: True, "count")


def not_writable(file: Path) -> None:
    """None for a usual user; root may write everywhere, so the folder is missing instead."""
    file.parent.rename(file.parent.with_name("moved"))


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (not_writable, "No such file"),
        (lambda file: file.mkdir(), "Is a directory"),
        (os.mkfifo, "No such device"),
        (lambda file: file.symlink_to("elsewhere"), "symbolic links"),
        (lambda file: file.symlink_to("/dev/full"), "symbolic links"),
        (lambda file: file.write_bytes(bytes(tries.LARGEST)), "too large"),
    ],
    ids=["no folder", "folder", "pipe", "link", "device", "full"],
)
def test_a_file_that_cannot_be_written_is_said_once(
    file: Path, capsys: pytest.CaptureFixture[str], spoil: Callable[[Path], object], why: str
) -> None:
    """The answer is judged as ever, nothing else is written, and `hand_in` knows what this kernel saw."""
    spoil(file)
    for each in (2, 3):
        answer(each)
    said = capsys.readouterr().out
    assert said.count("could not be written") == 1 and why in said and "1: OK" in said
    assert not (file.parent / "elsewhere").exists()
    hand_in("花子")
    code = capsys.readouterr().out.splitlines()[-1]
    assert decoded(code, NOW).results == (Result(MARK, 2, True, NOW, NOW),)


def test_a_full_disk_tears_its_own_line_only(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A line that did not fit ends where the next one begins."""
    answer(2)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (file.stat().st_size + 20, hard))
    try:
        answer(2)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    answer(3)
    assert "No space left" in capsys.readouterr().out
    assert read(file, NOW) == ({MARK: Result(MARK, 2, True, NOW, NOW)}, 1)


def test_two_kernels_at_once_lose_and_tear_nothing(file: Path) -> None:
    """Each of a thousand lines from two processes is there, whole."""
    source = "from myna_lab.exercises.tries import keep\nfor n in range(500): keep(f'{n:06x}', n % 2 == 0)"
    kernels = [subprocess.Popen([sys.executable, "-c", source]) for _ in range(2)]
    assert [kernel.wait() for kernel in kernels] == [0, 0]
    results, junk = read(file, NOW + timedelta(days=36500))
    assert junk == 0 and len(file.read_bytes().split()) == 3000
    assert {result.tries for result in results.values() if not result.right} == {2} and len(results) == 500


LINE = b"2026-04-01T08:59:00Z 3f9a0c right"


@pytest.mark.parametrize(
    ("line", "junk"),
    [
        (LINE, 0),
        (b"\n\n" + LINE + b"\n", 0),
        (LINE + b" ", 1),
        (LINE.replace(b"3f9a0c", b"3F9A0C"), 1),
        (LINE.replace(b"3f9a0c", b"=cmd|'/c calc'!A0"), 1),
        (LINE.replace(b"right", b"<script>alert(1)</script>"), 1),
        (LINE.replace(b"right", b"-1"), 1),
        (LINE.replace(b"2026", b"NaN"), 1),
        (LINE.replace(b"04-01", b"02-30"), 1),
        (LINE.replace(b"T08:59:00Z", b"T24:00:00Z"), 1),
        (LINE.replace(b"04-01", b"04-03"), 1),
        (LINE.replace(b"2026", b"9999"), 1),
        (LINE.replace(b"2026", "２０２６".encode()), 1),
        (LINE + b"\r", 1),
        (LINE[:20] + b"\0" + LINE[20:], 1),
        (b"[" * 500_000, 1),
        (b"\xff\xfe" + bytes(range(0xD0, 0xE4)), 1),
        (LINE[:17], 1),
    ],
)
def test_a_line_that_is_no_result_is_counted_and_the_others_count(file: Path, line: bytes, junk: int) -> None:
    """Markup, formulas, impossible and future times, other writings, half a line: none of it is ever shown."""
    file.write_bytes(b"2026-04-01T08:58:00Z aaaaaa wrong\n" + line + b"\n2026-04-01T08:59:30Z aaaaaa right")
    results, found = read(file, NOW)
    assert found == junk and results["aaaaaa"].tries == 2
    assert set(results) == {"aaaaaa"} | (set() if junk else {"3f9a0c"})


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (lambda file: file.mkdir(), "no_file"),
        (os.mkfifo, "no_file"),
        (lambda file: file.symlink_to(__file__), "link"),
        (lambda file: os.truncate(os.open(file, os.O_CREAT | os.O_WRONLY), 1 << 40), "long"),
        (lambda file: os.mknod(file), ""),
        (lambda file: None, ""),
    ],
    ids=["folder", "pipe", "link", "a terabyte", "empty", "none"],
)
def test_a_file_that_is_none_is_a_sentence(file: Path, spoil: Callable[[Path], object], reason: str) -> None:
    """Nothing is waited for or followed, and not more than a mebibyte is read; an empty or missing file is no fault."""
    spoil(file)
    try:
        found = read(file, NOW)
    except Unreadable as trouble:
        assert trouble.code == reason and "results.txt" in str(trouble) and "results.txt" in trouble.in_language("ja")
    else:
        assert (found, reason) == (({}, 0), "")


# ------------------------------------------------------------------------------------------------------------- codes

minutes = st.integers(0, 10**6).map(lambda count: NOW - timedelta(minutes=count))


@st.composite
def a_result(draw: st.DrawFn, exercise: str) -> Result:
    first, last = sorted([draw(minutes), draw(minutes)])
    return Result(exercise, draw(st.integers(1, 10**6)), draw(st.booleans()), first, last)


marks = st.lists(st.binary(min_size=3, max_size=3).map(bytes.hex), min_size=1, max_size=9, unique=True)
several = marks.flatmap(lambda found: st.tuples(*map(a_result, sorted(found))))
typing = st.sampled_from([str, str.lower, lambda code: code.replace("-", " "), lambda code: code.replace("0", "o")])


@given(st.sampled_from(["花子", "太郎2", "Anne-Marie", "あ" * 30]), several, typing)
def test_a_code_comes_back_as_it_was(name: str, results: tuple[Result, ...], typed: Callable[[str], str]) -> None:
    """Whatever was tried, and however the code is typed."""
    handed = decoded(typed(encoded(name, results)), NOW)
    assert (handed.name, handed.results) == (name, results)


THREE = [
    Result(exercise, 1 + n, n != 2, NOW - timedelta(minutes=9), NOW)
    for n, exercise in enumerate(("0a0a0a", "5f00ff", "ffffff"))
]


def test_a_code_is_short_enough_to_be_sent() -> None:
    """One notebook: a line of a chat. All of them: some hundred letters."""
    assert len(encoded("花子", THREE)) <= 80
    assert len(encoded("花子", [Result(f"{n:06x}", 2, True, NOW, NOW) for n in range(43)])) <= 560


def test_every_changed_lost_or_swapped_letter_is_found() -> None:
    """No letter of a code can be another one, be left out, doubled, or change places with its neighbour."""
    code = encoded("花子", THREE)
    letters = code.replace("-", "")
    others = "0123456789ABCDEFGHJKMNPQRSTVWXYZU*"
    wrong = {letters[:n] + other + letters[n + 1 :] for n in range(len(letters)) for other in others}
    for n in range(len(letters)):
        wrong |= {letters[:n] + letters[n + 1 :], letters[:n] + letters[n] + letters[n:], letters[:n]}
        wrong |= {letters[:n] + letters[n : n + 2][::-1] + letters[n + 2 :]}
    wrong.discard(letters)
    found = 0
    for each in wrong:
        with pytest.raises(Unreadable) as caught:
            decoded(each, NOW)
        found += caught.value.code in ("changed", "no_code", "impossible")
    assert found == len(wrong) > 32 * len(letters)


def forged(octets: bytes) -> str:
    """A code whose check sum is right."""
    import base64
    import zlib

    whole = octets + zlib.crc32(octets).to_bytes(4, "big")
    return base64.b32encode(whole).decode().rstrip("=").translate(codes._LETTERS)


BEGUN = bytes.fromhex("E0E5A50E")
"""29979360 minutes after 1970 (0x1C972E0, worked out by hand): 2027-01-01."""
HEAD = b"\1" + bytes.fromhex("E0F6F40D") + b"\x03abc"
"""Edition 1, 29178720 minutes (0x1BD3B60): 2025-06-24, a name."""
ONE = bytes.fromhex("3f9a0c 05 00 00")


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("", "changed"),
        ("-" * 100, "changed"),
        ("0" * 7, "changed"),
        ("K" * 8001, "no_code"),
        ("\ufdfa" * 400, "no_code"),
        ("=cmd|'/c calc'!A0", "no_code"),
        ("花子", "no_code"),
        (forged(b""), "changed"),
        (forged(b"\2" + HEAD[1:] + ONE), "edition"),
        (forged(b"\1" + BEGUN + HEAD[5:] + ONE), "future"),
        (forged(HEAD + ONE[:4] + b"\xff\xff\xff\x7f\0"), "future"),
        (forged(HEAD + ONE[:4] + b"\xff\xff\xff\xff\x7f\0"), "impossible"),
        (forged(HEAD), "impossible"),
        (forged(HEAD + ONE[:4]), "impossible"),
        (forged(HEAD + ONE[:3] + b"\x01\0\0"), "impossible"),
        (forged(HEAD + ONE[:3] + b"\x85\x00\0\0"), "impossible"),
        (forged(HEAD + ONE + ONE), "impossible"),
        (forged(HEAD + ONE[:3] + b"\x05\x01\x00"), "impossible"),
        (forged(HEAD[:5] + b"\x08=cmd|abc" + ONE), "impossible"),
        (forged(HEAD[:5] + b"\x03<b>" + ONE), "impossible"),
        (forged(HEAD[:5] + b"\x02\xff\xfe" + ONE), "impossible"),
        (forged(HEAD[:5] + b"\x1f" + b"a" * 31 + ONE), "impossible"),
        (forged(HEAD[:5] + b"\x7fabc" + ONE), "impossible"),
        (forged(HEAD[:5] + b"\x03a\0b" + ONE), "impossible"),
    ],
)
def test_what_is_no_code_is_a_sentence(code: str, reason: str) -> None:
    """A check sum is no signature: what a forged code says is looked at like any other input."""
    with pytest.raises(Unreadable) as caught:
        decoded(code, NOW)
    assert caught.value.code == reason and caught.value.in_language("ja") != str(caught.value)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("", "Write your name"),
        ("=1+1", "Write your name"),
        (7, "Write your name"),
        ("花子", "Nothing has been answered"),
    ],
)
def test_handing_in_nothing_is_a_sentence(capsys: pytest.CaptureFixture[str], name: str, says: str) -> None:
    """No name, a formula, a number; or no exercise yet."""
    if not says.startswith("Nothing"):
        answer(3)
    hand_in(name)
    assert says in capsys.readouterr().out


def test_a_long_life_hands_in_its_last_two_hundred(capsys: pytest.CaptureFixture[str]) -> None:
    """More exercises than a code holds: the last ones."""
    times = [NOW - timedelta(minutes=300 - n) for n in range(300)]
    results = [Result(f"{n:06x}", 1, True, time, time) for n, time in enumerate(times)]
    code = encoded("花子", results)
    assert decoded(code, NOW).results == tuple(results[100:]) and len(code) < codes.LONGEST
