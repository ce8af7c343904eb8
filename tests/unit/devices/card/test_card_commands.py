"""``myna-lab card …`` and ``myna-lab serve card``: one card in a file of its own."""

from __future__ import annotations

import os
import signal
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from myna_lab import Lab
from myna_lab.cli.main import main

JPKI = bytes.fromhex("00A4040C0AD392F000260100000001")
MAIN = "from myna_lab.cli.main import main; main()"


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
    assert one.world.journal.get("contents/card-1") == two.world.journal.get("contents/card-1")
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
    for command in (("card", "show"), ("serve", "card")):
        assert "card new" in run(*command, tmp_path / "none", fails=True)
        assert "card new" in run(*command, "", fails=True)
    assert "name" in run("card", "new", "", fails=True)
    assert "foreign_resident" in run("card", "new", tmp_path / "none", "--variant", "golden", fails=True)
    assert not list(tmp_path.iterdir())


def test_an_empty_file_holds_no_card(tmp_path: Path) -> None:
    """Show and serve say which command makes a card, and leave the file empty."""
    empty = tmp_path / "empty"
    empty.touch()
    for command in (("card", "show"), ("serve", "card")):
        assert "card new" in run(*command, empty, fails=True)
    assert empty.read_bytes() == b""


def test_every_card_of_a_file_is_shown(tmp_path: Path) -> None:
    """`card show` lists all residents' cards, --person one of them by name or identifier, --slip what is secret."""
    file = tmp_path / "two.mynalab"
    with Lab(seed=7, journal=file) as lab:
        first, second = lab.resident(), lab.resident(licence=True, licence_pin="4649")
        names, secret = (first.name, second.name), (second._resident.my_number, second._resident.signing_password)
    assert all(name in run("card", "show", file) for name in names)
    for person in ("person-2", names[1]):
        shown = run("card", "show", file, "--person", person, "--slip")
        assert names[1] in shown and names[0] not in shown
        assert all(value in shown for value in (*secret, "4649"))
    assert not any(value in run("card", "show", file) for value in secret)
    assert "person-2" in run("card", "show", file, "--person", "person-3", fails=True)
    assert "person-2" in run("serve", "card", file, "--person", "person-3", fails=True)


def test_the_anchors_are_printed() -> None:
    """`card anchors` prints the public keys that check cards, with their key identifiers, and no private key."""
    printed = run("card", "anchors")
    assert printed.count("-----BEGIN PUBLIC KEY-----") == 5 and "PRIVATE" not in printed
    assert "checks text/0004, key identifier " + b"9000033\x08\x05001".hex().upper() in printed


@pytest.mark.parametrize("platform", ["iphone", "android"])
@pytest.mark.parametrize("variant", ["under_15", "blocked", "expired"])
def test_a_card_that_fits_no_phone_leaves_its_file_alone(tmp_path: Path, variant: str, platform: str) -> None:
    """`serve card --phone` says on which screen the set-up ends; not a byte of the file changes."""
    file = tmp_path / "card.mynalab"
    run("card", "new", file, "--variant", variant)
    before = file.read_bytes()
    said = run("serve", "card", file, "--phone", platform, fails=True)
    assert "Error: this card cannot be added to a phone: the set-up ends on the screen" in said
    assert file.read_bytes() == before


def _state(file: Path) -> tuple[int, int, str]:
    """How many residents, phones, and the time."""
    with Lab.copy_of(file) as lab:
        return len(lab.residents), len(lab.phones), str(lab.now)


@pytest.mark.parametrize("phone", [None, "iphone", "android"])
@pytest.mark.parametrize("with_resident", [True, False])
def test_without_a_reader_nothing_is_set_up(tmp_path: Path, phone: str | None, with_resident: bool) -> None:
    """Where no virtual reader listens, neither a resident nor a phone is made in the file, and no time passes."""
    file = tmp_path / "card.mynalab"
    with Lab(seed=7, journal=file) as lab:
        if with_resident:
            lab.resident()
    before, content = _state(file), file.read_bytes()
    said = run("serve", "card", file, "--port", 1, *(("--phone", phone) if phone else ()), fails=True)
    assert "no virtual reader listens" in said
    assert _state(file) == before and file.read_bytes() == content


def test_a_file_in_which_nobody_is(tmp_path: Path) -> None:
    """`card show` says that there is nobody, whoever was asked for."""
    Lab(seed=7, journal=tmp_path / "none.mynalab").close()
    for person in ((), ("--person", "person-1")):
        said = run("card", "show", tmp_path / "none.mynalab", *person, fails=True)
        assert "nobody in this file has a card yet" in said and "None" not in said


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


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_card_that_is_stopped_as_soon_as_it_is_in(tmp_path: Path, number: signal.Signals) -> None:
    """Whoever sees the reader open may end the command: it was ready to be stopped before."""
    file = tmp_path / "card.mynalab"
    run("card", "new", file)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60)
        command = [sys.executable, "-c", MAIN, "serve", "card", str(file), "--port", str(server.getsockname()[1])]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
            link, _ = server.accept()
            process.send_signal(number)
            link.sendall(b"\0\1\1")
            said = process.communicate(timeout=30)[0]
            link.close()
    assert process.returncode == 0 and "taken out" in said and "Traceback" not in said


@contextmanager
def _served(file: Path, stdin: int) -> Iterator[tuple[socket.socket, socket.socket, subprocess.Popen[str]]]:
    """`serve card FILE` in a process of its own: the listening side, the first link, the process."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(60)
        command = [sys.executable, "-c", MAIN, "serve", "card", str(file), "--port", str(server.getsockname()[1])]
        with subprocess.Popen(
            command, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process:
            try:
                link, _ = server.accept()
                with link:
                    link.settimeout(30)
                    assert _say(link, JPKI).hex() == "9000"
                    yield server, link, process
            finally:
                process.kill()


HOSTILE = {
    "a message of no byte": b"\0\0" * 50,
    "the longest message, and nothing of it": b"\xff\xff",
    "the longest message": b"\xff\xff" + b"\xa5" * 65535,
    "half a length": b"\0",
    "half a message": b"\0\x0f" + JPKI[:7],
    "controls that there are not": b"".join(bytes((0, 1, n)) for n in range(3, 256) if n != 4),
    "nothing at all": b"",
}
"""What a listener that is no vpcd might send."""


@pytest.mark.parametrize("ending", ["silence", "close", "reset"])
@pytest.mark.parametrize("sent", HOSTILE.values(), ids=HOSTILE)
def test_a_listener_that_is_no_vpcd(tmp_path: Path, sent: bytes, ending: str) -> None:
    """Whatever is sent, and however the link ends, the door goes on until it is stopped, without a traceback."""
    file = tmp_path / "card.mynalab"
    run("card", "new", file)
    with _served(file, subprocess.DEVNULL) as (server, link, process):
        link.sendall(sent)
        if ending == "silence":
            time.sleep(0.2)
        else:
            if ending == "reset":
                link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            link.close()
            again, _ = server.accept()
            with again:
                again.settimeout(30)
                assert _say(again, JPKI).hex() == "9000"
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=30)[0]
    assert process.returncode == 0 and "taken out" in said and "Traceback" not in said


def test_a_listener_that_never_reads(tmp_path: Path) -> None:
    """Once nobody reads the answers the door cannot send any more; it is stopped as ever."""
    file = tmp_path / "card.mynalab"
    run("card", "new", file)
    whole_file = bytes.fromhex("000700B08A00000000")
    with _served(file, subprocess.DEVNULL) as (_, link, process):
        link.settimeout(1)
        with pytest.raises(TimeoutError):  # both directions are full
            while True:
                link.sendall(whole_file * 1000)
        process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=30)[0]
    assert process.returncode == 0 and "taken out" in said and "Traceback" not in said


def test_a_served_file_that_is_opened_elsewhere_ends_the_door(tmp_path: Path) -> None:
    """The first VERIFY afterwards is 6581, the card is taken out, and the command says why and fails."""
    file = tmp_path / "card.mynalab"
    run("card", "new", file)
    with _served(file, subprocess.DEVNULL) as (_, link, process), Lab.open(file):
        assert _say(link, bytes.fromhex("002000980430303030")).hex() == "6581"
        assert link.recv(1) == b""
        said = process.communicate(timeout=30)[0]
    assert process.returncode == 1
    assert "the card was taken out: " in said and "card.mynalab" in said


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="a terminal is simulated")
def test_enter_takes_the_card_out_and_puts_it_back(tmp_path: Path) -> None:
    """In a terminal each Enter moves the card, and the command says where it is."""
    file = tmp_path / "card.mynalab"
    run("card", "new", file)
    terminal, stdin = os.openpty()
    try:
        with _served(file, stdin) as (server, link, process):
            os.write(terminal, b"\n")
            assert link.recv(1) == b""
            os.write(terminal, b"\n")
            again, _ = server.accept()
            with again:
                again.settimeout(30)
                assert _say(again, JPKI).hex() == "9000"
                said = [next(line for line in process.stdout if "the card is" in line) for _ in range(2)]
                process.send_signal(signal.SIGINT)
                process.communicate(timeout=30)
    finally:
        os.close(terminal)
        os.close(stdin)
    assert process.returncode == 0
    assert said == ["the card is out.\n", "the card is in.\n"]


def test_a_contactless_card(tmp_path: Path) -> None:
    """--contactless and --atr give a file's card another answer to reset; its object of the contact one stays."""
    made = {}
    for name, options in (
        ("a", ["--contactless"]),
        ("b", ["--atr", "3b:da 13ff 8131fb46 8012392f31c173c601c03b"]),
        ("c", []),
    ):
        run("card", "new", str(tmp_path / name), *options)
        lab = Lab.open(tmp_path / name)
        card = lab.residents[0].card
        made[name] = (card.atr.hex().upper(), card.transmit(bytes.fromhex("00CA5F5100")).hex().upper())
        lab.close()
    assert made == {
        "a": ("3B888001000000009181C100D8", "E000FF8131FE45149000"),
        "b": ("3BDA13FF8131FB468012392F31C173C601C03B", "DA13FF8131FB468012392F31C173C601C03B9000"),
        "c": ("3BE000FF8131FE4514", "E000FF8131FE45149000"),
    }


@pytest.mark.parametrize("options", [["--atr", "3B88"], ["--atr", "xyz"], ["--contactless", "--atr", "3B00"]])
def test_an_unfit_answer_to_reset_is_refused(tmp_path: Path, options: list[str]) -> None:
    """What is no answer to reset, or two of them, is refused before a file is made."""
    file = tmp_path / "card"
    run("card", "new", str(file), *options, fails=True)
    assert not file.exists()
