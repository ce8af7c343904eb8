"""A process that is killed at a random moment loses nothing that it acknowledged, and gives no PIN try back."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from myna_lab import Lab
from myna_lab.ground.chance import Chance
from needs import rounds

WORKER = """
import sys
from myna_lab import Lab
lab = Lab(seed=int(sys.argv[2]), journal=sys.argv[1])
hanako = lab.resident()
print("ready", flush=True)
n = 0
while True:
    card = hanako.card
    with card.connect() as transmit:
        transmit(bytes.fromhex("00A4040C0AD392F000260100000001"))
        transmit(bytes.fromhex("00A4020C02001B"))
        answer = transmit(bytes.fromhex("002000800657524F4E4721")) if n % 4 == 1 else b""
    if answer:
        print("tries", answer.hex(), flush=True)
    phone = (lab.iphone if n % 2 else lab.android)(hanako)
    phone.add_card().run()
    print("events", len(lab.log), flush=True)
    n += 1
"""


@pytest.mark.soak
@pytest.mark.parametrize("run", range(rounds(4, 60)))
def test_killed_at_a_random_moment(run: int, tmp_path: Path) -> None:
    """After SIGKILL the file opens, holds every acknowledged event and every spent try, and goes on."""
    if not hasattr(signal, "SIGKILL"):
        pytest.skip("this system has no SIGKILL")
    path = tmp_path / "killed.mynalab"
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(path), str(run)], stdout=subprocess.PIPE, text=True, encoding="utf-8"
    )
    assert worker.stdout is not None
    assert worker.stdout.readline() == "ready\n"
    wait = 0.05 + 1.45 * Chance(run).child("kill").uniform()
    time.sleep(wait)
    worker.send_signal(signal.SIGKILL)
    said = worker.communicate()[0].splitlines()
    acknowledged = [int(line.split()[1]) for line in said if line.startswith("events ") and len(line.split()) == 2]
    tries = [line.split()[1] for line in said if line.startswith("tries ") and len(line) == len("tries 63c4")]
    lab = Lab.open(path)
    assert len(lab.log) >= max(acknowledged, default=0), f"killed after {wait:.3f} s (run {run})"
    refused = [entry for entry in lab.log if entry.name == "ReferenceDataRefused"]
    assert len(refused) >= len(tries), f"killed after {wait:.3f} s (run {run})"
    hanako = lab.residents[0]
    spent = [
        entry for entry in lab.log if entry.name.startswith("ReferenceData") and entry.event.reference == "jpki/001B"
    ]
    if spent and hanako.card.tries_left("jpki/001B") != spent[-1].event.tries_left:
        pytest.fail(f"a try came back (run {run}, {wait:.3f} s)")
    lab.iphone(hanako).add_card().run()
    assert len(lab.books.live_on_phones(hanako.person)) == 2
