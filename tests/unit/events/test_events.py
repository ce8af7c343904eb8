"""Events, their written form, and the log that appends them as whole decisions."""

from __future__ import annotations

import dataclasses
import signal
import threading
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from myna_lab import events as ev
from myna_lab.errors import IllegalTransition, MisuseError, StorageError
from myna_lab.events import EVENTS, Check, Clock, Decision, Entry, Event, EventLog, Verdict, reason
from myna_lab.events.stored import INTEGERS
from myna_lab.ground.durations import JST, at, duration

NINE = at("2025-06-24 09:00")
INSTANTS = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)).map(lambda naive: naive.replace(tzinfo=JST))
st.register_type_strategy(datetime, INSTANTS)
st.register_type_strategy(int, st.integers(INTEGERS.start, INTEGERS.stop - 1))


class Shelf:
    """A store that keeps batches, or refuses them."""

    def __init__(self) -> None:
        self.batches: list[tuple[tuple[Entry, ...], dict[str, bytes]]] = []
        self.full = False

    def commit(self, entries: Sequence[Entry], secrets: Mapping[str, bytes]) -> None:
        if self.full:
            raise StorageError("no space left")
        self.batches.append((tuple(entries), dict(secrets)))

    def withdraw(self, entries: Sequence[Entry]) -> None:
        self.batches = [batch for batch in self.batches if batch[0] != tuple(entries)]


class Counter:
    """A fold that remembers what it saw."""

    def __init__(self) -> None:
        self.seen: list[Entry] = []

    def evolve(self, entry: Entry) -> None:
        self.seen.append(entry)


def passed(minutes: int) -> ev.TimePassed:
    return ev.TimePassed(NINE + timedelta(minutes=minutes))


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def log(shelf: Shelf) -> EventLog:
    return EventLog(shelf, Clock(NINE))


# ------------------------------------------------------------------------------------------------------- written form


@pytest.mark.parametrize("name", sorted(EVENTS))
@given(data=st.data())
def test_every_event_is_read_back_as_it_was_written(name: str, data: st.DataObject) -> None:
    """For every kind of event and any field values, reading the stored form gives an equal entry."""
    entry = Entry(1, data.draw(INSTANTS), data.draw(st.from_type(EVENTS[name])))
    assert Entry.read(1, entry.at.isoformat(), entry.name, entry.body()) == entry


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_events_are_frozen_facts(name: str) -> None:
    """Each kind of event is a frozen dataclass with slots and a docstring."""
    kind = EVENTS[name]
    assert issubclass(kind, Event) and kind.__doc__ and not kind.__doc__.startswith(f"{name}(")
    assert kind.__dataclass_params__.frozen and "__slots__" in vars(kind)  # type: ignore[attr-defined]


def test_no_event_has_room_for_a_secret() -> None:
    """No field is named like a PIN, a password, a My Number or a private key; the vault has them, by reference."""
    fields = {f"{name}.{f.name}" for name, kind in EVENTS.items() for f in dataclasses.fields(kind)}
    secret = ("pin", "pins", "password", "my_number", "private", "secret")
    assert not {field for field in fields if any(word == field.split(".")[1] for word in secret)}


def test_the_written_form_has_a_fixed_order() -> None:
    """The same event gives the same bytes: fields in the order of their declaration, times in JST, bytes in hex."""
    utc = at("2025-06-24T00:00:00Z")
    event = ev.AuthorityEstablished("sign", 3, 9, b"\x30\x82")
    assert Entry(1, NINE, event).body() == '{"authority":"sign","key":3,"serial":9,"certificate":"3082"}'
    assert Entry(1, NINE, ev.TimePassed(utc)).body() == '{"to":"2025-06-24T09:00:00+09:00"}'


def test_an_unknown_event_is_refused() -> None:
    """A journal of a later version is not read by guessing."""
    with pytest.raises(MisuseError, match="'MoonLanded'"):
        Entry.read(1, NINE.isoformat(), "MoonLanded", "{}")


# ---------------------------------------------------------------------------------------------------------- appending


def test_a_decision_is_one_batch_of_one_instant(log: EventLog, shelf: Shelf) -> None:
    """Events of one decision share their instant, are numbered without gaps and stored together with its secrets."""
    log.append([passed(0)])
    entries = log.append(Decision((passed(1), passed(2)), {"ref": b"secret"}), at=NINE + duration("2min"))
    assert [e.seq for e in entries] == [2, 3]
    assert {e.at for e in entries} == {NINE + duration("2min")} == {log.clock.now}
    assert shelf.batches[1] == (entries, {"ref": b"secret"})
    assert list(log) == [*shelf.batches[0][0], *entries] and len(log) == 3 and log[2] == entries[1]


def test_time_does_not_go_back(log: EventLog, shelf: Shelf) -> None:
    """An instant before now is misuse, and nothing is written."""
    with pytest.raises(MisuseError, match="time does not go back"):
        log.append([passed(0)], at=NINE - duration("1s"))
    assert not shelf.batches and len(log) == 0


def test_a_full_disk_changes_nothing(log: EventLog, shelf: Shelf) -> None:
    """If the store refuses, log, clock and folds are as they were, and the next try goes on from there."""
    fold = Counter()
    log.follow(fold)
    shelf.full = True
    with pytest.raises(StorageError):
        log.append([passed(5)], at=NINE + duration("5min"))
    assert (len(log), log.clock.now, fold.seen) == (0, NINE, [])
    shelf.full = False
    assert log.append([passed(0)])[0].seq == 1


def test_an_unlawful_batch_is_not_written(shelf: Shelf) -> None:
    """What the trial refuses reaches neither store nor folds, not even the lawful events of the same batch."""

    def trial(entries: Sequence[Entry]) -> None:
        if len(entries) > 1:
            raise IllegalTransition("GOOD", "TimePassed", ())

    log, fold = EventLog(shelf, Clock(NINE), trial), Counter()
    log.follow(fold)
    with pytest.raises(IllegalTransition, match="TimePassed is not lawful in state GOOD"):
        log.append([passed(0), passed(0)])
    assert not shelf.batches and not fold.seen
    log.append([passed(0)])
    assert len(fold.seen) == 1


def test_folds_are_told_after_the_store(log: EventLog, shelf: Shelf) -> None:
    """A fold sees an entry only once it is durable, and sees the clock at the entry's time."""

    class Witness:
        def evolve(self, entry: Entry) -> None:
            assert entry in shelf.batches[-1][0]
            assert log.clock.now == entry.at

    log.follow(Witness())
    log.append([passed(1)], at=NINE + duration("1min"))
    assert len(log) == 1


def test_replay_is_the_last_step_of_append(log: EventLog, shelf: Shelf) -> None:
    """Replayed entries give the same log, clock and folds as the live ones, and are not stored again."""
    live = Counter()
    log.follow(live)
    log.append([passed(0), passed(1)])
    log.append([passed(3)], at=NINE + duration("3min"))
    again, fold, store = EventLog(Shelf(), Clock(NINE)), Counter(), shelf.batches.copy()
    again.follow(fold)
    again.replay(list(log))
    assert (list(again), again.clock.now, fold.seen) == (list(log), log.clock.now, live.seen)
    assert shelf.batches == store


def test_an_interrupt_waits_until_a_batch_is_taken_in(log: EventLog, shelf: Shelf) -> None:
    """Ctrl-C between the write and the last fold strikes after both: store, log and folds agree, and all goes on."""
    fold = Counter()

    class Interrupting:
        def evolve(self, entry: Entry) -> None:
            signal.raise_signal(signal.SIGINT)

    log.follow(Interrupting())
    log.follow(fold)
    handler = signal.getsignal(signal.SIGINT)
    for n in (1, 2):
        with pytest.raises(KeyboardInterrupt):
            log.append([passed(n)])
        assert [len(log), len(fold.seen), len(shelf.batches)] == [n, n, n]
    assert signal.getsignal(signal.SIGINT) is handler


_STOPS = [name for name in ("SIGALRM", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)]


@pytest.mark.parametrize("name", _STOPS)
def test_a_time_limit_or_a_call_to_end_waits_as_well(log: EventLog, name: str) -> None:
    """A signal whose handler raises strikes after the batch is taken in, as Ctrl-C does; its handler stays in place."""
    number = getattr(signal, name)

    class Alarming:
        def evolve(self, entry: Entry) -> None:
            signal.raise_signal(number)
            signal.raise_signal(signal.SIGINT)

    fold = Counter()
    log.follow(Alarming())
    log.follow(fold)
    former = signal.signal(number, signal.default_int_handler)
    try:
        with pytest.raises(KeyboardInterrupt):
            log.append([passed(0)])
        assert signal.getsignal(number) is signal.default_int_handler
    finally:
        signal.signal(number, former)
    assert len(log) == len(fold.seen) == 1


def test_an_interrupt_does_not_hide_that_nothing_was_written() -> None:
    """If the store refuses while Ctrl-C waits, both are told, and the log goes on."""

    class Full(Shelf):
        def commit(self, entries: Sequence[Entry], secrets: Mapping[str, bytes]) -> None:
            signal.raise_signal(signal.SIGINT)
            raise StorageError("no space left")

    full = EventLog(Full(), Clock(NINE))
    with pytest.raises(KeyboardInterrupt) as caught:
        full.append([passed(0)])
    assert isinstance(caught.value.__context__, StorageError) and len(full) == 0


def test_what_strikes_after_the_last_fold_takes_nothing_back(
    log: EventLog, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An exception from nowhere right after a batch was taken in leaves it where all agree on it, and all goes on."""
    take = log._take

    def struck(entries: Sequence[Entry]) -> None:
        take(entries)
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(log, "_take", struck)
        for decision in ([passed(0)], []):
            with pytest.raises(SystemExit):
                log.append(decision)
    log.append([passed(1)])
    assert [entry for batch, _ in shelf.batches for entry in batch] == list(log) and len(log) == 2


def test_a_write_that_breaks_off_is_taken_back(shelf: Shelf) -> None:
    """An exception from nowhere right after the write leaves nothing of the batch, and the next one is written."""
    log, fold, commit = EventLog(shelf, Clock(NINE)), Counter(), shelf.commit
    log.follow(fold)

    def broken(entries: Sequence[Entry], secrets: Mapping[str, bytes]) -> None:
        commit(entries, secrets)
        raise SystemExit

    shelf.commit = broken  # type: ignore[method-assign]
    with pytest.raises(SystemExit):
        log.append([passed(0)])
    shelf.commit = commit  # type: ignore[method-assign]
    assert not shelf.batches and not fold.seen
    log.append([passed(1)])
    assert [batch[0] for batch in shelf.batches] == [tuple(fold.seen)] == [tuple(log)]


def test_a_log_whose_folds_broke_takes_no_more(log: EventLog, shelf: Shelf) -> None:
    """If a fold fails at a batch, the batch is taken back, so the store can be replayed, and the log stands still."""

    class Broken:
        def evolve(self, entry: Entry) -> None:
            if entry.seq == 2:
                raise ZeroDivisionError

    log.append([passed(0)])
    log.follow(Broken())
    with pytest.raises(ZeroDivisionError):
        log.append([passed(1)])
    with pytest.raises(StorageError, match="fork"):
        log.append([passed(2)])
    assert [batch[0] for batch in shelf.batches] == [tuple(log)] and len(log) == 1


def test_an_entry_is_shown_in_one_line() -> None:
    """What people see of an entry says how long a certificate is, and not what stands in it."""
    event = ev.AuthorityEstablished("sign", 3, 9, b"\x30\x82" * 600)
    assert repr(Entry(4, NINE, event)) == (
        "<Entry TEST 4, 2025-06-24 09:00:00: "
        "AuthorityEstablished(authority='sign', key=3, serial=9, certificate=1200 octets)>"
    )
    started = ev.LabStarted(1, NINE, tuple((f"p{n}", "1") for n in range(60)))
    assert "parameters=60 items" in repr(Entry(1, NINE, started))


def test_threads_take_turns(log: EventLog) -> None:
    """Two threads that append at once get numbers without gaps, and each batch stays together."""

    def work() -> None:
        for _ in range(200):
            log.append([passed(0), passed(1)])

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [entry.seq for entry in log] == list(range(1, 801))
    assert all(log[i].event == passed(i % 2) for i in range(800))


# ----------------------------------------------------------------------------------------------------------- verdicts


def test_a_verdict_reads_like_a_report() -> None:
    """It is true if accepted, and prints every check with outcome and clause, and what its knowledge dates from."""
    checks = (
        Check("signature", True, "RFC 8017 8.2", reason("service.signature_fits")),
        Check("validity", False, "RFC 5280 6.1.3", reason("path.unknown")),
    )
    verdict = Verdict("portal", False, "not_yet_valid", NINE, checks, knowledge_at=NINE)
    text = str(verdict)
    assert not verdict and Verdict("portal", True, "accepted", NINE)
    assert text.splitlines()[0] == "portal: refused (not_yet_valid) at 2025-06-24 09:00:00 JST"
    assert "ok  signature" in text and "NO  validity" in text and "[RFC 5280 6.1.3]" in text
    assert text.endswith("revocation data of 2025-06-24 09:00:00 JST")


def test_a_verdict_is_shown_short_or_as_a_table() -> None:
    """In one line a verdict says the answer; in a notebook it is a table of the checks in both languages, escaped."""
    checks = (
        Check("signature", True, "RFC <8017> 8.2", reason("service.signature_fits")),
        Check("revocation", False, "RFC 5280 6.1.3", reason("path.unknown")),
    )
    verdict = Verdict("portal", False, "not_yet_valid", NINE, checks, knowledge_at=NINE)
    assert repr(verdict) == "<Verdict TEST portal: refused (not_yet_valid) at 2025-06-24 09:00:00, 2 checks>"
    page = verdict._repr_html_()
    assert page.count("<tr>") == 2 and "RFC &lt;8017&gt; 8.2" in page
    for check in checks:
        for language in ("ja", "en"):
            assert escape(check.seen.in_language(language)) in page
