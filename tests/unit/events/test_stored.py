"""What is remembered while a file is read never stands for something that is only like it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from myna_lab import Lab
from myna_lab.errors import MisuseError
from myna_lab.events import Entry, ScreenPassed, VerdictGiven
from myna_lab.events.together import read_together

NINE = "2025-06-24T09:00:00+09:00"


def read(name: str, body: str) -> object:
    return Entry.read(1, NINE, name, body).event


def verdict(passed: object, n_values: int = 1, tries: object = 1) -> str:
    """A verdict with one check, as a file holds it."""
    seen = {"code": "path.trusted", "values": [["tries", tries], *([["bits", "x" * 40]] * n_values)]}
    check = {"name": "chain", "passed": passed, "clause": "RFC 5280 6.1.3", "seen": seen}
    given = {
        "service": "portal",
        "accepted": True,
        "code": "accepted",
        "at": NINE,
        "checks": [check],
        "serial": None,
        "knowledge_at": None,
        "usable_from": None,
        "usage": "auth",
    }
    return as_written({"service": "portal", "device": "card-1", "verdict": given})


def as_written(fields: object) -> str:
    """JSON without spaces: the form for which there is a quicker way."""
    return json.dumps(fields, separators=(",", ":"))


def outcome(body: str) -> object:
    """The event, or what is said instead."""
    try:
        return read("VerdictGiven", body)
    except MisuseError as error:
        return error.code, str(error)


def test_the_quicker_way_accepts_and_refuses_what_the_usual_way_does() -> None:
    """A verdict with a letter less or a mark more at any place is read as with spaces between, or refused."""
    two = json.loads(verdict(True))
    two["verdict"]["checks"] *= 2
    two["verdict"]["checks"][1] = {**two["verdict"]["checks"][0], "name": 'a"}},{"name":"b', "clause": '}}],"serial":'}
    body = as_written(two)
    written = outcome(body)
    assert isinstance(written, VerdictGiven) and len(written.verdict.checks) == 2
    changed = {
        body[:at] + put + body[at + cut :]
        for at in range(len(body))
        for put, cut in (("", 1), ('"', 0), ("]", 0), (",", 0), ("}", 0), ("}}", 0))
    }
    n_read = 0
    for text in changed:
        try:
            spaced = json.dumps(json.loads(text))
        except ValueError:
            assert not isinstance(outcome(text), VerdictGiven), text
        else:
            assert outcome(text) == outcome(spaced), text
            n_read += isinstance(outcome(text), VerdictGiven)
    assert n_read > 50  # a letter less in a word


@pytest.mark.parametrize("n_values", [1, 20], ids=["a short check", "a long check"])
@pytest.mark.parametrize("wrong", [1, 0, 1.0, "true", None, [True]])
def test_a_check_that_was_read_does_not_vouch_for_one_that_is_equal_in_python(wrong: object, n_values: int) -> None:
    """After `"passed": true` the same check with 1 is refused, again and again, and the right one still reads."""
    for _ in range(3):
        right = read("VerdictGiven", verdict(True, n_values))
        assert isinstance(right, VerdictGiven) and right.verdict.checks[0].passed is True
        with pytest.raises(MisuseError, match="VerdictGiven: ") as refused:
            read("VerdictGiven", verdict(wrong, n_values))
        assert refused.value.code == "unreadable_event"


def test_a_number_that_was_read_does_not_vouch_for_a_truth() -> None:
    """A value of 1 is whole; true and 1.0 in its place are refused though Python takes them for equal."""
    right = read("VerdictGiven", verdict(True, tries=1))
    assert isinstance(right, VerdictGiven) and type(right.verdict.checks[0].seen.values[0][1]) is int
    for wrong in (True, 1.0):
        with pytest.raises(MisuseError) as refused:
            read("VerdictGiven", verdict(True, tries=wrong))
        assert refused.value.code == "unreadable_event"


@pytest.mark.parametrize("length", [498, 499, 500, 501])
def test_bodies_on_both_sides_of_what_is_remembered(length: int) -> None:
    """Bodies of 499 and 500 characters read alike, the first time and after it, and each keeps its own value."""
    empty = json.dumps({"flow": "flow-1", "screen": "HOME", "tap": "", "to": "TERMS"})
    for _ in range(2):
        for letter in "ab":
            tap = letter * (length - len(empty))
            body = json.dumps({"flow": "flow-1", "screen": "HOME", "tap": tap, "to": "TERMS"})
            assert len(body) == length
            assert read("ScreenPassed", body) == ScreenPassed("flow-1", "HOME", tap, "TERMS")


@pytest.mark.parametrize("length", [200, 600])
def test_an_error_is_told_each_time(length: int) -> None:
    """A body that cannot be read is refused in the same words the second and the third time."""
    body = json.dumps({"chip": "c" * length, "reference": "jpki/0018", "tries_left": True})
    said = set()
    for _ in range(3):
        with pytest.raises(MisuseError) as refused:
            read("ReferenceDataTried", body)
        said.add((refused.value.code, str(refused.value)))
    assert said == {
        ("unreadable_event", "ReferenceDataTried: tries_left: a whole number of up to 255 bits expected, got bool")
    }


def test_one_body_belongs_to_one_kind() -> None:
    """A body that was read as one kind is read anew as another: the name is part of what is remembered."""
    body = json.dumps({"chip": "card-1", "reference": "jpki/0018", "tries_left": 2})
    kinds = ["ReferenceDataTried", "ReferenceDataRefused", "ReferenceDataTried"]
    assert [type(read(name, body)).__name__ for name in kinds] == kinds


def test_together_entries_are_read_as_one_by_one() -> None:
    """A log with any value of another type, a field more, less or elsewhere: as one by one, or left to that way."""
    lab = Lab(seed=3)
    holder = lab.resident()
    phone = lab.iphone(holder)
    phone.add_card().run()
    lab.advance("30min")
    lab.portal.log_in(phone)
    rows = [(entry.seq, entry.at.isoformat(), entry.name, entry.body()) for entry in lab.log]
    assert read_together(*zip(*rows, strict=True)) == list(lab.log)

    first = {name: body for _, _, name, body in rows}
    assert len(first) > 20
    n_read = n_refused = 0
    for name, body in first.items():
        for text in other_forms(json.loads(body)):
            columns = [1, 2, 3], [NINE] * 3, [name] * 3, [body, text, body]
            try:
                wanted = [Entry.read(*row) for row in zip(*columns, strict=True)]
            except MisuseError:
                n_refused += 1
                assert read_together(*columns) is None, (name, text)
            else:
                n_read += 1
                assert repr(read_together(*columns)) == repr(wanted), (name, text)
    assert n_read > 200 and n_refused > 500
    for wrong in ([1], [NINE], ["MoonLanded"], ["{}"]), ([1], ["noon"], [rows[0][2]], [rows[0][3]]):
        assert read_together(*wrong) is None


def other_forms(fields: dict[str, object]) -> Iterator[str]:
    """The same fields with another value, order or number, and what has no fields at all."""
    yield from (as_written(dict(reversed(fields.items()))), as_written({**fields, "more": 1}), "[]", "1", "{}", "")
    for name, value in fields.items():
        yield as_written({other: fields[other] for other in fields if other != name})
        for other in (True, 1, -1, 1.0, 2**255, -(2**255), 2**300, None, "", "x", NINE, "00", [], ["x"], [1], {}):
            yield as_written({**fields, name: other})
        if isinstance(value, dict):
            yield from (as_written({**fields, name: json.loads(text)}) for text in other_forms(value) if text)
