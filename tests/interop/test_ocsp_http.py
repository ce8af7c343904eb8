"""OpenSSL's own client, and plain HTTP, at the door for revocation data."""

from __future__ import annotations

import base64
import functools
import re
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote

import pytest
from asn1crypto import pem
from cryptography import x509
from cryptography.x509 import ocsp as reader

from myna_lab import Lab, jpki, serve
from myna_lab.durations import at
from myna_lab.errors import MisuseError
from myna_lab.lab.certificates import Certificate
from myna_lab.relying_parties import Portal, Verifier
from needs import need_program

pytestmark = pytest.mark.interop
GOOD, REVOKED, UNKNOWN = reader.OCSPCertStatus.GOOD, reader.OCSPCertStatus.REVOKED, reader.OCSPCertStatus.UNKNOWN
MALFORMED = reader.OCSPResponseStatus.MALFORMED_REQUEST


def _today() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - these tests are about the computer's clock


TYPE = {"Content-Type": "application/ocsp-request"}


@pytest.fixture
def lab() -> Lab:
    """A lab with one resident, her iPhone set up and working."""
    lab = Lab(seed=7)
    lab.iphone(lab.resident()).add_card().run()
    lab.advance("20min")
    return lab


@pytest.fixture
def door(lab: Lab) -> Iterator[serve.RevocationDoor]:
    with serve.revocation(lab) as door:
        yield door


def certificate(lab: Lab, kind: str = "phone_auth") -> Certificate:
    return lab.certificates(kind=kind)[-1]


def request(lab: Lab, kind: str = "phone_auth", **changes: Any) -> bytes:
    own = certificate(lab, kind)
    return jpki.ocsp_request(own.der, own.issuer, **changes)


def post(door: serve.RevocationDoor, octets: bytes, headers: dict[str, str] = TYPE) -> reader.OCSPResponse:
    with urllib.request.urlopen(urllib.request.Request(door.ocsp_url, octets, headers)) as response:
        assert response.status == 200
        assert response.headers["Content-Type"] == "application/ocsp-response"
        return reader.load_der_ocsp_response(response.read())


def get(url: str) -> tuple[bytes, Any]:
    with urllib.request.urlopen(url) as response:
        return response.read(), response.headers


# ---------------------------------------------------------------------------------------------------------------- OCSP


def test_post_and_get_bring_the_same_answer(lab: Lab, door: serve.RevocationDoor) -> None:
    """RFC 6960 A.1: by POST, and by GET in base64, percent-encoded or plain, in a path that needs encoding, too."""
    asked = request(lab)
    text = base64.b64encode(asked).decode()
    direct = lab.revocation.ocsp(asked)
    assert get(f"{door.ocsp_url}/{quote(text, safe='')}")[0] == direct
    assert get(f"{door.ocsp_url}/{text}")[0] == direct
    assert post(door, asked).certificate_status is GOOD


def test_the_answer_follows_the_lab(lab: Lab, door: serve.RevocationDoor) -> None:
    """A revocation is answered at the next tick of the lab's clock, not before, and a stranger's is unauthorized."""
    own = certificate(lab)
    own.revoke("KEY_COMPROMISE")
    assert post(door, request(lab)).certificate_status is GOOD
    lab.advance("15min")
    answer = post(door, request(lab))
    assert (answer.certificate_status, answer.revocation_reason) == (REVOKED, x509.ReasonFlags.key_compromise)
    stranger = Lab(seed=8, parameters={"organization": "OTHER-EMU"})
    stranger.resident()
    unauthorized = post(door, request(stranger, "card_auth"))
    assert unauthorized.response_status is reader.OCSPResponseStatus.UNAUTHORIZED


def test_caching_headers_count_with_the_labs_clock(lab: Lab, door: serve.RevocationDoor) -> None:
    """RFC 5019 6.2: Date, Last-Modified, Expires and max-age agree with the answer inside; an error is not kept."""
    text = base64.b64encode(request(lab)).decode()
    body, headers = get(f"{door.ocsp_url}/{quote(text, safe='')}")
    inside = reader.load_der_ocsp_response(body)
    assert parsedate_to_datetime(headers["Date"]) == lab.now.replace(microsecond=0)
    assert parsedate_to_datetime(headers["Last-Modified"]) == inside.this_update_utc
    assert parsedate_to_datetime(headers["Expires"]) == inside.next_update_utc
    seconds = int(re.search(r"max-age=(\d+)", headers["Cache-Control"])[1])  # type: ignore[index]
    assert inside.next_update_utc is not None
    assert 0 <= (inside.next_update_utc - lab.now).total_seconds() - seconds < 1
    assert "public" in headers["Cache-Control"] and headers["ETag"]
    _, headers = get(f"{door.ocsp_url}/AAAA")
    assert headers["Cache-Control"] == "no-store" and "ETag" not in headers


BAD = {
    "empty": (b"", TYPE),
    "junk": (b"junk", TYPE),
    "too long": (b"\x30" * 100_000, TYPE),
    "another type": (None, {"Content-Type": "text/plain"}),
    "no type": (None, {"Content-Type": ""}),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_request_gets_the_error_of_rfc_6960(lab: Lab, door: serve.RevocationDoor, case: str) -> None:
    """Truncated, oversized, wrongly typed: malformedRequest, and the next client is served."""
    octets, headers = BAD[case]
    whole = request(lab)
    assert post(door, whole if octets is None else octets, headers).response_status is MALFORMED
    assert post(door, whole[:-1]).response_status is MALFORMED
    assert post(door, whole).certificate_status is GOOD


def test_other_methods_are_not_allowed(lab: Lab, door: serve.RevocationDoor) -> None:
    """PUT gets 405 and what would be right; HEAD gets the headers of GET."""
    link = HTTPConnection("127.0.0.1", door.port)
    link.request("PUT", "/ocsp", b"x")
    response = link.getresponse()
    assert (response.status, response.headers["Allow"]) == (405, "GET, HEAD, POST")
    assert parsedate_to_datetime(response.headers["Date"]) == lab.now.replace(microsecond=0)
    response.read()
    link.request("POST", "/ca/sign/1.cer", b"x")
    response = link.getresponse()
    assert response.status == 405 and response.headers["Date"]
    response.read()
    link.close()
    link.request("HEAD", "/ocsp/AAAA")
    response = link.getresponse()
    assert response.status == 200 and response.read() == b""
    link.close()


def test_an_address_with_a_slash_at_its_end(lab: Lab, door: serve.RevocationDoor) -> None:
    """RFC 6960 A.1 joins the responder's address, a slash and the request: two slashes are one."""
    text = base64.b64encode(request(lab)).decode()
    assert get(f"{door.ocsp_url}//{text}")[0] == lab.revocation.ocsp(request(lab))
    assert get(f"{door.ocsp_url}//{quote(text, safe='')}")[0] == lab.revocation.ocsp(request(lab))


def conditional(url: str, tag: str) -> int:
    """The status of an answer to who has something already."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers={"If-None-Match": tag})) as response:
            return int(response.status)
    except HTTPError as error:
        assert error.headers["ETag"] and error.headers["Date"] and not error.read()
        return error.code


@pytest.mark.parametrize("what", ["ocsp", "crl"])
def test_who_has_it_already_is_told_so(lab: Lab, door: serve.RevocationDoor, what: str) -> None:
    """RFC 9110 13.1.2: 304 for the same ETag, also among others, and the whole for another."""
    text = quote(base64.b64encode(request(lab)).decode(), safe="")
    url = f"{door.ocsp_url}/{text}" if what == "ocsp" else f"{door.url}/crl/auth/2/full.crl"
    tag = get(url)[1]["ETag"]
    assert [conditional(url, one) for one in (tag, f'"x", W/{tag}', "*", '"x"')] == [304, 304, 304, 200]
    lab.advance("1d")
    assert conditional(url, tag) == 200


def test_what_ends_at_once_is_not_kept() -> None:
    """An unknown ends with the activation, and an answer with a nonce is for one client: neither is cached."""
    lab = Lab(seed=7)
    lab.iphone(lab.resident()).add_card().run()
    with serve.revocation(lab) as door:
        for kind, changes, kept in (
            ("phone_auth", {}, False),
            ("card_auth", {}, True),
            ("card_auth", {"nonce": b"n" * 16}, False),
        ):
            text = quote(base64.b64encode(request(lab, kind, **changes)).decode(), safe="")
            body, headers = get(f"{door.ocsp_url}/{text}")
            status = reader.load_der_ocsp_response(body).certificate_status
            assert status is (UNKNOWN if kind == "phone_auth" else GOOD)
            assert (headers["Cache-Control"] != "no-store", "ETag" in headers) == (kept, kept)


def test_answers_can_be_signed_once_a_period(lab: Lab) -> None:
    """With presigned answers the octets repeat until the data are renewed; a nonce gets its own answer at any time."""
    with serve.revocation(lab, presigned=True) as door:
        fetch = serve.http_fetch(door.ocsp_url)
        first = fetch(request(lab))
        lab.advance("1min")
        assert fetch(request(lab)) == first
        with_nonce = reader.load_der_ocsp_response(fetch(request(lab, nonce=b"n" * 16)))
        assert with_nonce.produced_at_utc == lab.now.replace(microsecond=0)
        assert with_nonce.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == b"n" * 16
        certificate(lab).revoke()
        lab.advance("15min")
        renewed = reader.load_der_ocsp_response(fetch(request(lab)))
        assert renewed.certificate_status is REVOKED


# ------------------------------------------------------------------------------------------------- relying parties


def test_a_service_does_not_know_how_its_data_come(lab: Lab, door: serve.RevocationDoor) -> None:
    """The portal gives the same verdict by HTTP and in process, before and after a revocation."""
    iphone = lab.phones[0]
    ways = (lab.revocation.ocsp, serve.http_fetch(door.ocsp_url))
    for code in ("accepted", "revoked"):
        verdicts = [
            Portal(Verifier("portal", lab.revocation.anchors, fetch, lab.parameters)).log_in(
                iphone, challenge=b"c" * 32, at=lab.now
            )
            for fetch in ways
        ]
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
            Portal(Verifier("portal", lab.revocation.anchors, None, lab.parameters, fetch)).log_in(
                iphone, challenge=b"c" * 32, at=lab.now
            )
            for fetch in (lab.revocation.list_for, over_http, over_http)
        ]
        assert [verdict.code for verdict in verdicts] == [code] * 3
        assert verdicts[0] == verdicts[1] == verdicts[2]
        if code == "accepted":
            certificate(lab).revoke()
            lab.advance("1d")
    assert over_http(b"noise") == over_http(lab.revocation.anchors[0]) == b""
    door.stop()
    assert over_http(certificate(lab).der) == b""


def test_a_responder_that_cannot_be_reached_is_no_information(lab: Lab) -> None:
    """After the door was closed, the service says that it has no revocation information; it does not fail."""
    door = serve.revocation(lab)
    fetch = serve.http_fetch(door.ocsp_url)
    assert fetch(request(lab))
    door.stop()
    portal = Portal(Verifier("portal", lab.revocation.anchors, fetch, lab.parameters))
    verdict = portal.log_in(lab.phones[0], challenge=b"c" * 32, at=lab.now)
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


def test_the_port_is_on_loopback_and_answers_leave_at_once(door: serve.RevocationDoor) -> None:
    """It listens on 127.0.0.1 only, and a kept connection has TCP_NODELAY, without which each answer waits 40 ms."""
    assert door._listener.getsockname()[0] == "127.0.0.1"
    link = HTTPConnection("127.0.0.1", door.port)
    link.request("GET", "/ocsp/AAAA")
    link.getresponse().read()
    (connection,) = door._server.server_state.connections
    own: socket.socket = connection.transport.get_extra_info("socket")  # type: ignore[union-attr]
    assert own.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    link.close()


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
    monkeypatch.setattr(sys.modules["myna_lab.serve.revocation"], "_now", lambda: clock[0])
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
        works = certificate(lab)._row.activates_at
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
    command = [sys.executable, "-c", "from myna_lab.cli import main; main()", "serve", "revocation"]
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


# -------------------------------------------------------------------------------------------------------- OpenSSL


@functools.cache
def openssl() -> str:
    return need_program("openssl")


def ask(folder: Path, url: str, lab: Lab, *kinds: str, options: tuple[str, ...] = ()) -> tuple[bool, list[str]]:
    """(whether the answer verified, the states that OpenSSL read)."""
    arguments = ["-issuer", str(folder / "issuer.pem")]
    issuer = certificate(lab, kinds[0]).issuer
    (folder / "issuer.pem").write_bytes(pem.armor("CERTIFICATE", issuer))
    for kind in kinds:
        path = folder / f"{kind}.pem"
        path.write_bytes(pem.armor("CERTIFICATE", certificate(lab, kind).der))
        arguments += ["-cert", str(path)]
    found = subprocess.run(
        [openssl(), "ocsp", *options, *arguments, "-CAfile", str(folder / "issuer.pem"), "-url", url],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return "Response verify OK" in found.stderr, re.findall(r"\.pem: (\w+)", found.stdout)


SIMULATED = ("-validity_period", "3153600000")


def test_openssls_client_on_the_simulated_clock(lab: Lab, door: serve.RevocationDoor, tmp_path: Path) -> None:
    """With nonce and several certificates, by SHA-1 and SHA-256, OpenSSL verifies and reads the states."""
    at = ("-attime", str(int(lab.now.timestamp())))
    for options in ((), ("-no_nonce",), ("-sha256",)):
        found = ask(tmp_path, door.ocsp_url, lab, "card_auth", "phone_auth", options=(*options, *SIMULATED, *at))
        assert found == (True, ["good", "good"]), options
    certificate(lab).hold()
    lab.advance("15min")
    assert ask(tmp_path, door.ocsp_url, lab, "phone_auth", options=(*SIMULATED, *at)) == (True, ["revoked"])


def test_the_doors_own_commands(lab: Lab, door: serve.RevocationDoor, tmp_path: Path) -> None:
    """What the first page says works as written in a shell, and OpenSSL reads what the lab knows."""
    need_program("curl")
    openssl()
    assert door.commands in get(f"{door.url}/")[0].decode()
    for state in ("good", "revoked"):
        done = subprocess.run(
            ["sh", "-e", "-c", door.commands], cwd=tmp_path, capture_output=True, text=True, timeout=60
        )
        assert "Response verify OK" in done.stderr, done.stderr
        assert f"certificate.cer: {state}" in done.stdout
        if state == "good":
            certificate(lab).revoke()
            lab.advance("15min")


def test_openssls_client_today(tmp_path: Path) -> None:
    """``Lab(start="now")`` behind a real clock: an unmodified client, told nothing of any time, is content."""
    lab = Lab(seed=7, start="now")
    lab.resident()
    with serve.revocation(lab, clock="real") as door:
        assert ask(tmp_path, door.ocsp_url, lab, "card_sign") == (True, ["good"])


def test_the_command_line_serves_a_lab(tmp_path: Path) -> None:
    """``myna-lab serve revocation --clock real`` says where it listens, and OpenSSL's client is served there."""
    journal = tmp_path / "served.mynalab"
    command = [sys.executable, "-u", "-c", "from myna_lab.cli import main; main()"]
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
