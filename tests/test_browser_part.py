"""What a browser gives (Pyodide) is enough for the laboratory, and what it lacks is said in a sentence."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from unittest.mock import Mock

import pytest

from myna_lab import Lab, MynaLabError
from myna_lab.formats.jpki import path_to_anchor

ROOT = Path(__file__).resolve().parent.parent

AS_IN_A_BROWSER = """
import sys

# Seen in Pyodide 314.0.7: some modules are not there; others can be imported, but what they do is refused.
ABSENT = {"_curses", "_multiprocessing", "curses", "grp", "pwd", "readline", "resource", "termios"}
REFUSED = ("_thread.start_new_thread", "os.exec", "os.fork", "os.posix_spawn", "os.system", "socket.", "subprocess.")

class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ABSENT | MISSING:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

def refuse(event, arguments):
    if event.startswith(REFUSED):
        raise OSError(f"emscripten does not support {event}")

assert not {"socket", "subprocess", "ssl"} & set(sys.modules)
PLATFORM, sys.platform = sys.platform, "emscripten"
sys.meta_path.insert(0, Blocker())
sys.addaudithook(refuse)
"""
NOT_FOR_US = {
    "asyncio", "concurrent", "ctypes", "fcntl", "http", "mmap", "multiprocessing", "signal", "socketserver", "ssl",
    "subprocess", "webbrowser",
}  # fmt: skip
"""Of these pandas, numpy and the nation import some, and cryptography none; asn1crypto imports socket and urllib."""

A_DAY = """
from myna_lab import Lab
from myna_lab.exercises import check

pins = {"input_aid_pin": "1111", "user_authentication_pin": "2222", "signing_password": "ABC123"}
with Lab(seed=7, journal=FILE) as lab:
    hanako = lab.resident(name="青葉　花子", sex="female", born="1990-04-01", **pins)
    flow = lab.iphone(hanako).add_card()
    flow.run(same_pins=True)
    print(len(hanako.phones), lab.portal.log_in(hanako.phones[0]).code, len(str(lab.explain(flow))) > 0)
    lab.advance("1d")
    print(lab.portal.log_in(hanako.phones[0]).code)
    events = len(lab.log)
check("1", "9000", "9000", hint="", hint_ja="")
lab = Lab.open(FILE)
print(len(lab.log) == events)

MISSING.clear()  # pandas and numpy have a build of their own for a browser; here they are those of this system
sys.platform = PLATFORM
import numpy, pandas
sys.platform = "emscripten"
from myna_lab.scenarios import nation
print(len(lab.tables.certificates()), nation(holders=1000, runs=1, workers=2).run().complete)
"""


def run(program: str, missing: set[str], **names: object) -> subprocess.CompletedProcess[str]:
    """Run a program in a fresh interpreter that gives no more than a browser does, and without some modules."""
    given = "".join(f"{name} = {value!r}\n" for name, value in {**names, "MISSING": missing}.items())
    words = [sys.executable, "-c", f"{given}{AS_IN_A_BROWSER}{program}"]
    environment = {**os.environ, "MYNA_LAB_LANGUAGE": "en"}
    return subprocess.run(words, capture_output=True, text=True, cwd=ROOT, env=environment, timeout=120, check=False)


def test_a_day_as_in_a_browser(tmp_path: Path) -> None:
    """Without threads, sockets, processes and TLS a lab is built, set up, explained, judged, saved and opened again."""
    told = run(A_DAY, NOT_FOR_US, FILE=str(tmp_path / "lab.myna"))
    assert told.returncode == 0, told.stderr[-2000:]
    assert told.stdout.split("\n") == ["1 not_yet_valid True", "accepted", "1: OK", "True", "4 True", ""]


def test_what_runs_without_cryptography_and_what_is_said_of_the_rest() -> None:
    """Without cryptography, numpy and pandas what reads octets runs, and the rest says what it needs."""
    program = ROOT / "tests" / "in_a_browser.py"
    told = run(
        program.read_text(encoding="utf-8"), {*NOT_FOR_US, "PIL", "cryptography", "matplotlib", "numpy", "pandas"}
    )
    assert told.returncode == 0, told.stderr[-2000:]
    assert told.stdout == program.with_suffix(".txt").read_text(encoding="utf-8")


def test_a_verifier_that_knows_no_policies_gives_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a cryptography as old as Pyodide's a service says that it cannot judge, and neither accepts nor refuses."""
    lab = Lab(seed=7)
    hanako = lab.resident()
    lab.iphone(hanako).add_card().run(same_pins=True)
    caches = (path_to_anchor.trust, path_to_anchor._end_entity)
    for cache in caches:
        cache.cache_clear()
    # What cryptography 47 was seen to say; newer ones know every extension.
    older = Mock(side_effect=ValueError("Unsupported extension OID: 2.5.29.32"))
    monkeypatch.setattr(path_to_anchor, "verification", Mock(ExtensionPolicy=Mock(permit_all=older)))
    events = len(lab.log)
    with pytest.raises(MynaLabError, match="cannot be judged here: the package cryptography is"):
        lab.portal.log_in(hanako.phones[0])
    assert "verdict" not in " ".join(entry.name for entry in list(lab.log)[events:]).lower()
    monkeypatch.undo()
    for cache in caches:
        cache.cache_clear()
    verdict = lab.portal.log_in(hanako.phones[0])
    assert (verdict.accepted, verdict.code) == (False, "not_yet_valid")
