"""The log answers by what is named, threads and forked processes meet at one lock, and a question costs no copy."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from myna_lab import Lab
from myna_lab import events as ev
from myna_lab.errors import MisuseError
from myna_lab.ground.chance import Chance
from myna_lab.ground.durations import JST, duration
from myna_lab.world.excerpt import Excerpt
from needs import rounds


def _story(lab: Lab, seed: int) -> None:
    """People whose phones change hands, whose certificates are held, whose PINs are typed wrong."""
    chance = Chance(seed).child("story")
    for _ in range(3):
        holder = lab.resident(licence=chance.choice([True, False]))
        for kind in chance.choice([[lab.iphone], [lab.android], [lab.iphone, lab.android]]):
            phone = kind(holder)
            if chance.choice([True, True, False]):
                phone.add_card().run()
        lab.advance(chance.choice(["1min", "10min", "3d"]))
        lab.portal.log_in(holder.card, pin=chance.choice(["0000", holder._resident.user_authentication_pin]))
    chance.choice([row for row in lab.certificates() if row.state() in ("issued", "good")]).hold()
    chance.choice(lab.phones).online = False
    lab.advance("2h")


def test_the_log_finds_what_names_a_thing() -> None:
    """For every name and certificate, ``about`` gives what a look through the whole log gives, also when reopened."""
    lab = Lab(seed=7)
    _story(lab, 1)
    for log in (lab.log, lab.fork().log):
        names = {
            getattr(e.event, field, "") for e in log for field in ("person", "card", "phone", "flow", "chip", "device")
        }
        for name in names - {""}:
            fields = ("person", "card", "phone", "flow", "chip", "device")
            assert log.about(name) == tuple(e for e in log if name in {getattr(e.event, f, None) for f in fields})
        issued = [e.event for e in log if isinstance(e.event, ev.CertificateIssued)]
        for certificate in issued:
            key = (certificate.authority, certificate.serial)
            named = [e for e in log if (getattr(e.event, "authority", ""), getattr(e.event, "serial", 0)) == key]
            assert log.about(key) == tuple(named)
        assert log.about("person-1", "person-2") == tuple(sorted({*log.about("person-1"), *log.about("person-2")}))
        assert log.about("nobody") == ()


@pytest.mark.parametrize("seed", range(rounds(3, 60)))
def test_errands_of_an_excerpt_are_those_of_a_whole_copy(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """For every holder, and for nobody, now and earlier: the table is the one that whole copies of the lab give."""
    lab = Lab(seed=seed)
    _story(lab, seed)
    moments = [lab.now, lab.log.about(lab.residents[-1].person)[0].at, lab.now + duration("100d")]
    asked = [(holder, at) for holder in (*lab.residents, None) for at in moments]

    def tables() -> list[object]:
        found: list[object] = []
        for holder, at in asked:
            try:
                found.append(lab.errands(holder, at=at).to_dict())
            except MisuseError as error:
                found.append(error.code)
        return found

    n_entries, ours = len(lab.log), tables()
    monkeypatch.setattr(Excerpt, "at", lambda self, when: self.world.fork(when))
    assert ours == tables()
    assert len(lab.log) == n_entries


def test_asking_reads_only_what_bears_on_the_person() -> None:
    """An excerpt holds a small part of a big log, and the same part when others did more."""
    lab = Lab(seed=7)
    hanako = lab.resident()
    lab.iphone(hanako).add_card().run()
    lab.advance("1h")
    before = len(Excerpt(lab.world, hanako.person).at(lab.now).log)
    for _ in range(5):
        other = lab.resident()
        lab.android(other).add_card().run()
    assert len(Excerpt(lab.world, hanako.person).at(lab.now).log) == before < len(lab.log) / 3


def test_advancing_is_one_step_for_all_threads() -> None:
    """Threads that advance at once move the clock by the sum of their steps, and nobody is told that time goes back."""
    wrong: list[object] = []
    switch = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(rounds(15, 1500)):
            lab = Lab(seed=1)
            begun = lab.now

            def advance(lab: Lab = lab) -> None:
                try:
                    for _ in range(5):
                        lab.advance("1s")
                except Exception as error:  # told below, not in the thread
                    wrong.append(error)

            threads = [threading.Thread(target=advance) for _ in range(3)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert not wrong
            assert lab.now - begun == duration("15s")
    finally:
        sys.setswitchinterval(switch)


def test_a_trace_is_read_while_another_thread_transmits() -> None:
    """Table, text and slices of a trace that grows meanwhile: whole exchanges in order, and no error."""
    card, stop = Lab(seed=1).resident().card, threading.Event()

    def transmit() -> None:
        while not stop.is_set():
            for _ in range(500):  # a table of the 10,000 that a trace keeps takes a second and a half
                card.transmit(bytes.fromhex("00A4040C0AD392F000260100000001"))
            card.trace.clear()

    thread = threading.Thread(target=transmit)
    thread.start()
    try:
        for _ in range(rounds(40, 1000)):
            table = card.trace.table()
            assert list(table.index) == list(range(table.index[0], table.index[0] + len(table))) if len(table) else True
            assert str(card.trace) is not None and repr(card.trace) and card.trace[-3:] is not None
    finally:
        stop.set()
        thread.join()


def test_entries_are_stamped_in_one_zone() -> None:
    """What falls due by a certificate's own time (UTC) is stamped in JST, in a running lab as in one read back."""
    lab = Lab(seed=3)
    lab.advance("3000d")  # authorities are renewed, whose certificates count in UTC
    assert sum(entry.name == "AuthorityEstablished" for entry in lab.log) > 12
    for log in (lab.log, lab.fork().log):
        assert {entry.at.tzinfo for entry in log} == {JST}


_FORKED = """
import os, sys, threading
from myna_lab import Lab
lab = Lab(seed=3, journal=sys.argv[1] if len(sys.argv) > 1 else None)
card = lab.resident().card
held, go = threading.Event(), threading.Event()
def hold():
    with lab.world.log.lock:
        held.set()
        go.wait()
thread = threading.Thread(target=hold)
thread.start()
held.wait()
if not os.fork():
    for use in (lab.resident, lambda: lab.advance("1s"), lab.fork, lambda: card.transmit(bytes(4)), lab.close):
        try:
            use()
        except Exception as error:
            print(type(error).__name__, error.code, flush=True)
    os._exit(0)
os.wait()
go.set()
thread.join()
print(len([lab.resident(), *lab.residents]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork processes")
@pytest.mark.parametrize("kept", [True, False], ids=["file", "memory"])
def test_a_fork_while_another_thread_is_at_work_is_refused(kept: bool, tmp_path: Path) -> None:
    """The child does not wait for a thread that it does not have: each use is refused at once; the parent goes on."""
    journal = [str(tmp_path / "a.mynalab")] if kept else []
    run = subprocess.run(
        [sys.executable, "-c", _FORKED, *journal], capture_output=True, text=True, check=True, timeout=60
    )
    assert run.stdout.splitlines() == ["StorageError forked"] * 5 + ["3"], run.stderr


_INTERRUPTED = """
import os, signal, sys
from myna_lab import Lab

class Strikes:
    n = 0
    def find_spec(self, name, path=None, target=None):
        Strikes.n += 1
        if Strikes.n == int(sys.argv[1]):
            print("during", name.partition(".")[0], flush=True)
            os.kill(os.getpid(), signal.SIGINT)

lab = Lab(seed=3)
phone = lab.iphone(lab.resident())
phone.add_card().run()
lab.advance("10min")
sys.meta_path.insert(0, Strikes())
try:
    lab.portal.log_in(phone)
except KeyboardInterrupt:
    print("interrupted")
print(lab.portal.log_in(phone).code)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the signal is sent as POSIX systems do")
@pytest.mark.parametrize("n", [1, 3, 5, 7])
def test_ctrl_c_in_the_first_log_in_breaks_no_library(n: int) -> None:
    """An interrupt at the n-th module that the first log-in loads strikes, and the next log-in works."""
    run = subprocess.run([sys.executable, "-c", _INTERRUPTED, str(n)], capture_output=True, text=True, check=False)
    during, interrupted, code = run.stdout.split("\n")[:3]
    assert during.startswith("during ") and (interrupted, code) == ("interrupted", "accepted"), run.stderr
