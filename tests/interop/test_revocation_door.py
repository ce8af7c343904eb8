"""What else the door for revocation data has: lists, certificates, clocks, commands; and services that use it."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import urllib.request
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.error import HTTPError

import pytest
from cryptography.x509 import ocsp as reader
from doors import certificate, get, post, request

from myna_lab import Lab, serve
from myna_lab.errors import MisuseError
from myna_lab.formats import jpki
from myna_lab.ground.durations import at
from myna_lab.relying_parties import Crl, Ocsp
from myna_lab.serve import clock as clocks

pytestmark = pytest.mark.interop


GOOD, UNKNOWN = reader.OCSPCertStatus.GOOD, reader.OCSPCertStatus.UNKNOWN


def _today() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - these tests are about the computer's clock


# ------------------------------------------------------------------------------------------------- relying parties


def test_a_service_does_not_know_how_its_data_come(lab: Lab, door: serve.RevocationDoor) -> None:
    """The portal gives the same verdict by HTTP and in process, before and after a revocation."""
    iphone = lab.phones[0]
    ways = (lab.revocation.ocsp, serve.http_fetch(door.ocsp_url))
    for code in ("accepted", "revoked"):
        verdicts = [lab.portal.with_sources(Ocsp(fetch)).log_in(iphone) for fetch in ways]
        assert [verdict.code for verdict in verdicts] == [code, code]
        assert verdicts[0] == verdicts[1]
        if code == "accepted":
            certificate(lab).revoke()
            lab.advance("15min")


def test_lists_come_over_http_as_in_process(lab: Lab, door: serve.RevocationDoor) -> None:
    """A service that fetches lists judges alike by either way, and a list that it has is not sent again."""
    iphone, over_http = lab.phones[0], serve.http_list_fetch(door.url)
    for code in ("accepted", "revoked"):
        verdicts = [
            lab.portal.with_sources(Crl(fetch)).log_in(iphone)
            for fetch in (lab.revocation.list_for, over_http, over_http)
        ]
        assert [verdict.code for verdict in verdicts] == [code] * 3
        assert verdicts[0] == verdicts[1] == verdicts[2]
        if code == "accepted":
            certificate(lab).revoke()
            lab.advance("16h")  # past midnight, and before the wallet asks
    assert over_http(b"noise") == over_http(lab.revocation.anchors[0]) == b""
    door.stop()
    assert over_http(certificate(lab).der) == b""


def test_a_responder_that_cannot_be_reached_is_no_information(lab: Lab) -> None:
    """After the door was closed, the service says that it has no revocation information; it does not fail."""
    door = serve.revocation(lab)
    fetch = serve.http_fetch(door.ocsp_url)
    assert fetch(request(lab))
    door.stop()
    verdict = lab.portal.with_sources(Ocsp(fetch)).log_in(lab.phones[0])
    assert (verdict.accepted, verdict.code) == (False, "no_revocation_information")


def test_only_http_addresses() -> None:
    """Another address is a misuse that says what would be right."""
    with pytest.raises(MisuseError, match="http address"):
        serve.http_list_fetch("ldap://127.0.0.1/")
    with pytest.raises(MisuseError, match="http address"):
        serve.http_fetch("ldap://127.0.0.1/")


# ------------------------------------------------------------------------------------------- lists and certificates


def test_every_listed_address_has_its_content(lab: Lab, door: serve.RevocationDoor) -> None:
    """The first page lists all addresses; each list is what the lab gives, each certificate an authority's."""
    addresses = [line for line in get(f"{door.url}/")[0].decode().splitlines() if line.startswith("/")]
    assert addresses[:2] == ["/ocsp", "/ca/all.pem"] and len(addresses) > 12
    anchors, holders, lists = set(), set(), 0
    assert get(door.url + addresses[1])[0].count(b"BEGIN CERTIFICATE") == len(lab.revocation.anchors)
    for address in addresses[2:]:
        body, headers = get(door.url + address)
        if address.startswith("/certificates/"):
            assert headers["Content-Type"] == "application/pkix-cert"
            holders.add(body)
        elif address.startswith("/ca/"):
            assert headers["Content-Type"] == "application/pkix-cert"
            anchors.add(body)
        else:
            assert headers["Content-Type"] == "application/pkix-crl"
            _, _, authority, number, _ = address.split("/")
            read = jpki.read_crl(body)
            assert read.is_signed_by(lab.revocation.generation(authority, int(number)))
            assert parsedate_to_datetime(headers["Last-Modified"]) == read.this_update
            assert parsedate_to_datetime(headers["Expires"]) == at("2025-06-25 00:00")
            lists += 1
    assert anchors == set(lab.revocation.anchors)
    assert holders == {own.der for own in lab.certificates()}
    assert lists == len(list(lab.revocation.lists()))
    assert get(f"{door.url}/crl/auth/2/full.crl")[0] == lab.revocation.crl("auth")
    town = certificate(lab).municipality
    assert get(f"{door.url}/crl/auth/2/phone_auth-{town}.crl")[0] == lab.revocation.crl("phone_auth", town)


@pytest.mark.parametrize(
    "address",
    [
        "/crl/auth/9/full.crl",
        "/crl/dogs/1/full.crl",
        "/crl/auth/1/card_sign-99999.crl",
        "/crl/sign/2/phone_auth-81201.crl",
        "/crl/auth/2/x.crl",
        "/ca/sign/7.cer",
        "/ca/dogs/1.cer",
        "/certificates/card_sign-00000001.cer",
        "/list/00/00.crl",
        "/nothing",
    ],
)
def test_what_is_not_there_is_not_found(door: serve.RevocationDoor, address: str) -> None:
    """An address of no list and no certificate gets 404, with the lab's Date."""
    with pytest.raises(HTTPError) as found:
        get(door.url + address)
    assert found.value.code == 404
    assert parsedate_to_datetime(found.value.headers["Date"]) == door.moment().replace(microsecond=0)
    found.value.close()


# ------------------------------------------------------------------------------------------------------- the door


def test_the_port_is_on_loopback(door: serve.RevocationDoor) -> None:
    """It listens on 127.0.0.1 and nowhere else: the same port of another loopback address is free."""
    with socket.create_server(("127.0.0.2", door.port)), pytest.raises(OSError):
        socket.create_server(("127.0.0.1", door.port))


def test_a_door_opens_and_closes(lab: Lab) -> None:
    """A port in use is a misuse; after stop() the port is free again."""
    with serve.revocation(lab) as door, pytest.raises(MisuseError, match="cannot be opened"):
        serve.revocation(lab, door.port)
    with serve.revocation(lab, door.port) as again:
        assert again.port == door.port and "open" in repr(again)
    assert "closed" in repr(again)


def test_clocks(lab: Lab) -> None:
    """A real clock moves the lab along; a lab that is ahead of it, or a clock of another kind, is a misuse."""
    with pytest.raises(MisuseError, match="simulated or real"):
        serve.revocation(lab, clock="fast")
    ahead = Lab(seed=7, start=_today() + timedelta(days=1))
    with pytest.raises(MisuseError, match="ahead"):
        serve.revocation(ahead, clock="real")
    begun = _today()
    late = Lab(seed=7, start=begun - timedelta(hours=1))
    late.resident()
    with serve.revocation(late, clock="real") as door:
        answer = post(door, request(late, "card_auth"))
    assert begun - timedelta(seconds=1) <= late.now <= _today()
    assert abs(answer.produced_at_utc - late.now) < timedelta(seconds=2)


def test_a_real_clock_writes_no_event_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lab moves at what falls due and with the data; answers bear the time at which they are given."""
    begun = _today().replace(minute=1, second=0, microsecond=0) - timedelta(days=2)
    clock = [begun]
    monkeypatch.setattr(clocks, "computers_time", lambda: clock[0])
    lab = Lab(seed=7, start=begun - timedelta(minutes=30))
    lab.resident()
    with serve.revocation(lab, clock="real") as door:
        post(door, request(lab, "card_auth"))
        length = len(lab.log)
        for seconds in range(1, 600, 60):
            clock[0] = begun + timedelta(seconds=seconds)
            found = post(door, request(lab, "card_auth"))
            assert found.produced_at_utc == clock[0]
            assert parsedate_to_datetime(get(f"{door.url}/")[1]["Date"]) == clock[0]
        assert len(lab.log) == length
        clock[0] = begun + timedelta(minutes=15)
        assert post(door, request(lab, "card_auth")).produced_at_utc == clock[0]
        assert len(lab.log) == length + 1 and lab.now == clock[0]
        lab.iphone(lab.residents[0]).add_card().run()
        works = certificate(lab).row.activates_at
        clock[0] = lab.now + timedelta(seconds=1)
        assert post(door, request(lab)).certificate_status is UNKNOWN
        clock[0] = works + timedelta(seconds=1)
        assert post(door, request(lab)).certificate_status is GOOD
        assert certificate(lab).state() == "good"


def test_a_door_whose_file_was_opened_elsewhere(tmp_path: Path) -> None:
    """It says tryLater to OCSP and 503 with the reason to the rest, and so do the door and its repr; nothing moves."""
    path = tmp_path / "a.mynalab"
    with Lab(seed=7, start=_today() - timedelta(hours=1), journal=path) as lab:
        lab.resident()
        asked = request(lab, "card_auth")
        with serve.revocation(lab, clock="real") as door, Lab.open(path):
            assert not door.failure
            length = len(lab.log)
            assert post(door, asked).response_status is reader.OCSPResponseStatus.TRY_LATER
            with pytest.raises(HTTPError) as failed, urllib.request.urlopen(f"{door.ocsp_url}/AAAA") as answer:
                assert answer.headers["Cache-Control"] == "no-store"
                get(f"{door.url}/")
            assert failed.value.code == 503 and b"another lab opened this file" in failed.value.read()
            with pytest.raises(HTTPError) as refused:
                get(f"{door.url}/nothing")
            assert refused.value.code == 404
            assert "another lab opened this file" in door.failure and "failed" in repr(door)
            assert len(lab.log) == length
            failed.value.close()
            refused.value.close()


def _serve(*arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", "from myna_lab.cli.main import main; main()", "serve", "revocation"]
    return subprocess.Popen(
        [*command, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def test_the_command_ends_with_its_file(tmp_path: Path) -> None:
    """An empty file is begun; once another lab has opened it, the next request ends the command, which says why."""
    path = tmp_path / "a.mynalab"
    path.touch()
    with _serve("--journal", path, "--clock", "real", "--port", 0) as process:
        try:
            url = re.search(r"http://127.0.0.1:\d+", process.stdout.readline())[0]
            with Lab.open(path) as elsewhere:
                assert len(elsewhere.phones) == 1
                with pytest.raises(HTTPError) as failed:
                    get(url)
            failed.value.close()
            said = process.communicate(timeout=30)[0]
        finally:
            process.kill()
    assert process.returncode == 1
    assert "the door was closed: " in said and "another lab opened this file" in said and "Traceback" not in said


def test_the_command_wants_a_name(tmp_path: Path) -> None:
    """A file without a name is refused in words."""
    with _serve("--journal", "") as process:
        said = process.communicate(timeout=30)[0]
    assert process.returncode == 1 and "needs a name" in said and "Traceback" not in said


def test_the_command_line_serves_a_lab(tmp_path: Path) -> None:
    """``myna-lab serve revocation --clock real`` says where it listens, and OpenSSL's client is served there."""
    journal = tmp_path / "served.mynalab"
    command = [sys.executable, "-u", "-c", "from myna_lab.cli.main import main; main()"]
    command += ["serve", "revocation", "--clock", "real", "--port", "0", "--journal", str(journal)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            url = re.search(r"(http://127\.0\.0\.1:\d+)/", process.stdout.readline())
            assert url
            assert get(f"{url[1]}/")[0].startswith(b"TEST")
        finally:
            process.terminate()
    lab = Lab.open(journal)
    assert len(lab.certificates()) == 4
    lab.close()


def test_a_second_start_leaves_the_first_its_file(tmp_path: Path) -> None:
    """The port is in use: a sentence, and the door that is open goes on with the lab's file."""
    journal = tmp_path / "served.mynalab"
    with _serve("--journal", journal, "--clock", "real", "--port", 0) as first:
        try:
            url = re.search(r"http://127.0.0.1:(\d+)", first.stdout.readline())
            with _serve("--journal", journal, "--clock", "real", "--port", url[1]) as second:
                said = second.communicate(timeout=60)[0]
            assert second.returncode == 1
            assert f"port {url[1]} cannot be opened" in said and "Traceback" not in said
            assert get(url[0])[0].startswith(b"TEST")
            first.terminate()
            assert "closed." in first.communicate(timeout=30)[0]
        finally:
            first.kill()
    assert first.returncode == 0


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads which signals a process handles")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_before_it_is_open(tmp_path: Path, number: signal.Signals) -> None:
    """A stop in the first moment, while the lab is still being made, ends the command with a sentence."""
    with _serve("--journal", tmp_path / "a.mynalab", "--port", 0) as process:
        try:
            while not _handles(process.pid, signal.SIGTERM):
                assert process.poll() is None
            process.send_signal(number)
            said = process.communicate(timeout=60)[0]
        finally:
            process.kill()
    assert process.returncode == 0 and "closed." in said and "Traceback" not in said


def _handles(pid: int, number: signal.Signals) -> bool:
    caught = re.search(r"SigCgt:\s*(\w+)", Path(f"/proc/{pid}/status").read_text())
    return caught is not None and bool(int(caught[1], 16) >> (number - 1) & 1)
