"""``myna-lab card …`` and ``myna-lab serve card``: one card in a file of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from myna_lab import Lab
from myna_lab.cli import main

JPKI = bytes.fromhex("00A4040C0AD392F000260100000001")
MAIN = "from myna_lab.cli import main; main()"


def run(*arguments: object, fails: bool = False) -> str:
    """A command in this process; its output."""
    done = CliRunner().invoke(main, [str(a) for a in arguments])
    assert (done.exit_code != 0) == fails, done.output
    return done.output


def test_a_new_card_is_kept_in_its_file(tmp_path: Path) -> None:
    """`card new` makes the file and shows the PINs once, `card show` shows counters and no PIN."""
    file = tmp_path / "one.mynalab"
    made = run("card", "new", file, "--variant", "one_try_lost", "--seed", 3)
    lab = Lab.open(file)
    person = lab.residents[0]._resident
    lab.close()
    assert person.signing_password in made
    shown = run("card", "show", file, "--files")
    assert "2 of 3 tries left" in shown and "jpki/0018" in shown and "card face" in shown
    for secret in (person.signing_password, person.my_number):
        assert secret not in shown
    assert person.signing_password not in run("card", "new", tmp_path / "two.mynalab", "--seed", 3, "--hide-slip")


def test_showing_a_card_does_not_disturb_it(tmp_path: Path) -> None:
    """While a lab has the file open, `card show` sees the newest counter, and the lab goes on writing."""
    file = tmp_path / "one.mynalab"
    run("card", "new", file)
    lab = Lab.open(file)
    card = lab.residents[0].card
    wrong = bytes.fromhex("002000980430303030")
    assert [card.transmit(command).hex() for command in (JPKI, wrong)] == ["9000", "63c2"]
    assert "2 of 3 tries left" in run("card", "show", file)
    assert card.transmit(wrong).hex() == "63c1"
    lab.close()


def test_the_same_seed_makes_the_same_card(tmp_path: Path) -> None:
    """Two files of one seed hold cards with the same contents."""
    for name in ("a", "b"):
        run("card", "new", tmp_path / name, "--seed", 5)
    one, two = (Lab.open(tmp_path / name) for name in ("a", "b"))
    assert one._journal.get("contents/card-1") == two._journal.get("contents/card-1")
    one.close()
    two.close()


def test_kinds_are_listed() -> None:
    """`card kinds` names every kind."""
    assert "under_15" in run("card", "kinds")


@pytest.mark.parametrize("content", [b"not ours", b"SQLite format 3\0" + bytes(200)])
def test_a_foreign_file_stays_as_it_is(tmp_path: Path, content: bytes) -> None:
    """Show, serve and new refuse another kind of file in a sentence, and leave it untouched."""
    file = tmp_path / "foreign"
    file.write_bytes(content)
    for arguments in (("card", "show", file), ("serve", "card", file), ("card", "new", file)):
        assert "Error: " in run(*arguments, fails=True)
        assert file.read_bytes() == content


def test_a_missing_file_and_an_unknown_kind_make_nothing(tmp_path: Path) -> None:
    """Errors are sentences, and no file appears."""
    assert "no lab" in run("card", "show", tmp_path / "none", fails=True)
    assert "foreign_resident" in run("card", "new", tmp_path / "none", "--variant", "golden", fails=True)
    assert not list(tmp_path.iterdir())


def _say(link: socket.socket, body: bytes) -> bytes:
    link.sendall(len(body).to_bytes(2, "big") + body)
    n = int.from_bytes(link.recv(2, socket.MSG_WAITALL), "big")
    return link.recv(n, socket.MSG_WAITALL)


@pytest.mark.parametrize(("phone", "label"), [(None, b"JPKIAPICCTOKEN2"), ("iphone", b"JPKIAPIOSTOKEN"),
                                              ("android", b"JPKIAPGPSETOKEN")])  # fmt: skip
def test_a_file_is_served_and_remembers(tmp_path: Path, phone: str | None, label: bytes) -> None:
    """`serve card FILE` answers in the wanted profile, --trace prints words without PINs, and a spent try is kept."""
    file = tmp_path / "served.mynalab"
    run("card", "new", file)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60)
        port = server.getsockname()[1]
        command = [sys.executable, "-c", MAIN, "serve", "card", str(file), "--port", str(port), "--trace"]
        command += ["--phone", phone] if phone else []
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, env=os.environ | {"COLUMNS": "200"}
        ) as served:
            link, _ = server.accept()
            with link:
                link.settimeout(30)
                assert _say(link, JPKI).hex() == "9000"
                assert _say(link, bytes.fromhex("00B0860020"))[:-2].startswith(label)
                assert _say(link, bytes.fromhex("0020009804") + b"9753") in (b"\x63\xc2", b"\x90\0")
                served.send_signal(signal.SIGINT)
                said = served.communicate(timeout=30)[0]
    assert served.returncode == 0
    assert "VERIFY of jpki/0018" in said and "39 37 35 33" not in said and "•• •• •• ••" in said
    assert "taken out" in said
    lab = Lab.open(file)
    chips = [lab.residents[0].card] if phone is None else [p.chip for p in lab.phones if p.chip]
    assert [chip.tries_left("jpki/0018") for chip in chips] == [2]
    lab.close()
