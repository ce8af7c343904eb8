"""``myna-lab serve shop`` as a program: the document's commands, its sentences, whom it answers, and how it ends."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import mdocs
import pytest
from doors import spoken

from myna_lab import Lab, serve
from myna_lab.errors import MisuseError
from needs import need_program

pytestmark = pytest.mark.interop
DOCUMENT = (Path(__file__).parents[2] / "docs" / "shop.md").read_text(encoding="utf-8")
DOOR = "http://127.0.0.1:8890"


def started(*options: object) -> subprocess.Popen[str]:
    """The command, which says on its first line where it listens."""
    command = [sys.executable, "-u", "-c", "from myna_lab.cli.main import main; main()", "serve", "shop"]
    return subprocess.Popen(
        [*command, *map(str, options)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
    )


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of an open shop; a second start on its port is a sentence, and Ctrl-C ends the first with another."""
    with started("--port", 0) as process:
        try:
            assert process.stdout is not None
            found = re.search(r"http://127\.0\.0\.1:(\d+)", process.stdout.readline())
            assert found
            with started("--port", found[1]) as second:
                said = second.communicate(timeout=60)[0]
            assert second.returncode == 1 and f"port {found[1]} cannot be opened" in said and "Traceback" not in said
            yield found[0]
            process.send_signal(signal.SIGINT)
            said = process.communicate(timeout=60)[0]
            assert "closed." in said and "Traceback" not in said
        finally:
            process.kill()
    assert process.returncode == 0


def test_the_document_s_commands(url: str, tmp_path: Path) -> None:
    """Run as written: a stranger's query is answered, the shop's question, too, and the verdict accepts it."""
    need_program("curl")
    _, *blocks = re.findall(r"```sh\n(.*?)```", DOCUMENT, re.DOTALL)
    answers: list[dict[str, Any]] = []
    for block in blocks:
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", block.replace(DOOR, url)],
            cwd=tmp_path, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        answers.append(json.loads((tmp_path / "answer.json").read_text(encoding="utf-8")))
    query, annex_c = answers
    assert query["data"]["vp_token"]["card"][0].startswith("o2d2ZXJz") and list(annex_c["data"]) == ["response"]
    verdict = json.loads((tmp_path / "verdict.json").read_text(encoding="utf-8"))
    assert (verdict["accepted"], verdict["code"], verdict["elements"]) == (True, "accepted", {"age_over_20": True})


def test_the_document_names_every_problem() -> None:
    """Each code that the shop's addresses give themselves stands in the document's table."""
    folder = Path(serve.__file__).parent / "shop"
    source = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    codes = set(re.findall(r'code="(\w+)"', source)) | set(re.findall(r'_told\(\d+, "(\w+)"', source))
    assert len(codes) > 10
    assert {code for code in codes if f"`{code}`" not in DOCUMENT} == {"bad_anchor"}  # of Python's caller


def test_only_this_machine_is_answered(url: str) -> None:
    """A Host of another name is refused, and noise gets one answer and no second line."""
    port = int(url.rpartition(":")[2])
    assert spoken(port, b"GET / HTTP/1.1\r\nHost: shop.example\r\n\r\n").startswith(b"HTTP/1.1 421 ")
    assert spoken(port, b"GET /phones HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").startswith(
        b"HTTP/1.1 200 "
    )
    assert spoken(port, b"\x16\x03\x01\x02\x00\x01\xfc").startswith(b"HTTP/1.1 501 ")
    long = (
        b"POST /wallet HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 262145\r\n\r\n"
    )
    assert spoken(port, long).startswith(b"HTTP/1.1 413 ")


def test_the_real_clock_and_further_roots(tmp_path: Path) -> None:
    """With the computer's clock records are in force today; a file without a certificate, or no lab, is a sentence."""
    root = tmp_path / "root.pem"
    root.write_text(mdocs.pem(mdocs.ROOT), encoding="ascii")
    empty = tmp_path / "empty.pem"
    empty.write_bytes(b"")
    for options, said in (
        (("--root", empty), "holds no certificate in PEM"),
        (("--reader-root", tmp_path / "none.pem"), "does not exist"),
        (("--journal", tmp_path / "none.mynalab", "--port", 0), "none.mynalab"),
    ):
        with started(*options) as process:
            told = process.communicate(timeout=60)[0]
        assert process.returncode != 0 and said in told and "Traceback" not in told
    with started("--clock", "real", "--port", 0, "--root", root, "--reader-root", root) as process:
        try:
            assert process.stdout is not None and "TEST shop" in process.stdout.readline()
            process.terminate()
            assert "closed." in process.communicate(timeout=60)[0]
        finally:
            process.kill()


def test_a_door_opens_and_closes() -> None:
    """From Python: it says where it is, and what cannot be is told."""
    lab = Lab(seed=7)
    with serve.shop(lab) as door:
        assert "open" in repr(door) and "TEST" in repr(door) and door.moment() == lab.now
        with pytest.raises(MisuseError, match="cannot be opened"):
            serve.shop(lab, door.port)
    assert "closed" in repr(door)
    with pytest.raises(MisuseError, match="lab's data"):
        serve.shop("lab")  # type: ignore[arg-type]
    with pytest.raises(MisuseError, match="certificates in DER"):
        serve.shop(lab, roots=[b"x"])
