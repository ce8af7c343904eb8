"""OCSP over HTTP: OpenSSL's own client, and plain HTTP, at the door for revocation data."""

from __future__ import annotations

import base64
import functools
import re
import subprocess
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

import pytest
from asn1crypto import pem
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp as reader
from doors import TYPE, asked, certificate, get, post, request

from myna_lab import Lab, serve
from needs import need_program

pytestmark = pytest.mark.interop


GOOD, REVOKED, UNKNOWN = reader.OCSPCertStatus.GOOD, reader.OCSPCertStatus.REVOKED, reader.OCSPCertStatus.UNKNOWN
MALFORMED = reader.OCSPResponseStatus.MALFORMED_REQUEST


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


def _by_get(text: bytes) -> str:
    return quote(text, safe="%/+=")


WRONG_ADDRESSES = {
    "nothing": lambda text: "",
    "a line feed within": lambda text: _by_get(text[:20]) + "%0A" + _by_get(text[20:]),
    "a line feed at the end": lambda text: _by_get(text) + "%0A",
    "carriage return and line feed": lambda text: _by_get(text[:64]) + "%0D%0A" + _by_get(text[64:]),
    "a space": lambda text: _by_get(text) + "%20",
    "base64url": lambda text: "_-" + _by_get(text[2:]),
    "without its padding": lambda text: _by_get(text).rstrip("=")[:-1],
    "padding in the middle": lambda text: "====" + _by_get(text),
    "NUL": lambda text: "%00" + _by_get(text),
    "not UTF-8": lambda text: "%FF%FE" + _by_get(text),
    "encoded twice": lambda text: quote(quote(text.replace(b"M", b"+"), safe=""), safe=""),
    "a per cent sign alone": lambda text: _by_get(text) + "%",
    "not hexadecimal": lambda text: _by_get(text) + "%GG",
    "dots": lambda text: "../ca/all.pem",
    "too long": lambda text: "A" * 60_000,
}


@pytest.mark.parametrize("case", WRONG_ADDRESSES)
def test_an_address_that_carries_no_request(lab: Lab, door: serve.RevocationDoor, case: str) -> None:
    """RFC 6960 A.1: whatever is not the base64 of a request gets malformedRequest as an OCSP response, not an error."""
    path = "/ocsp/" + WRONG_ADDRESSES[case](base64.b64encode(request(lab)))
    status, content, headers = asked(door.port, path)
    assert (status, headers["Content-Type"], headers["Cache-Control"]) == (200, "application/ocsp-response", "no-store")
    assert content.hex() == "30030a0101"


def test_plus_slash_and_equals_sign_may_be_encoded_or_not(lab: Lab, door: serve.RevocationDoor) -> None:
    """RFC 6960 A.1: the three characters of base64 that an address treats apart are read either way, and mixed."""
    nonces = (bytes([n]) * length for n in range(256) for length in (1, 2, 3))
    requests = (request(lab, nonce=nonce) for nonce in nonces)
    own = next(own for own in requests if {*b"+/="} <= set(base64.b64encode(own)))
    text = base64.b64encode(own).decode()
    for path in (
        text,
        quote(text, safe=""),
        text.replace("+", "%2b"),
        text.replace("/", "%2F"),
        text.replace("=", "%3d"),
    ):
        assert asked(door.port, f"/ocsp/{path}")[1] == lab.revocation.ocsp(own)


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
    """With nonce and several certificates, by SHA-1 and each SHA-2, OpenSSL verifies and reads the states."""
    at = ("-attime", str(int(lab.now.timestamp())))
    for options in ((), ("-no_nonce",), ("-sha224",), ("-sha256",), ("-sha384",), ("-sha512",)):
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


def test_openssl_asks_two_authorities_at_once(lab: Lab, door: serve.RevocationDoor, tmp_path: Path) -> None:
    """Who is asked about first answers: its own is good, the other's unknown (RFC 6960 2.2, 4.2.2.3).

    OpenSSL takes a delegated responder for one authority's certificates only, and so has to be told to trust this one.
    """
    time = ("-attime", str(int(lab.now.timestamp())))
    for kind in ("phone_auth", "card_sign"):
        own = certificate(lab, kind)
        (tmp_path / f"{kind}.pem").write_bytes(pem.armor("CERTIFICATE", own.der))
        (tmp_path / f"{kind}-issuer.pem").write_bytes(pem.armor("CERTIFICATE", own.issuer))
    for first, second in (("phone_auth", "card_sign"), ("card_sign", "phone_auth")):
        (responder,) = post(door, request(lab, first)).certificates
        (tmp_path / "responder.pem").write_bytes(responder.public_bytes(Encoding.PEM))
        asking = [
            part for kind in (first, second) for part in ("-issuer", f"{kind}-issuer.pem", "-cert", f"{kind}.pem")
        ]
        found = subprocess.run(
            [openssl(), "ocsp", *SIMULATED, *time, *asking, "-VAfile", "responder.pem", "-url", door.ocsp_url],
            cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert "Response verify OK" in found.stderr
        assert re.findall(r"(\w+)\.pem: (\w+)", found.stdout) == [(first, "good"), (second, "unknown")]


def test_openssl_asks_by_a_digest_that_is_not_known(lab: Lab, door: serve.RevocationDoor, tmp_path: Path) -> None:
    """By SHA-3 nobody is found: unauthorized (RFC 5019 2.2.3)."""
    own = certificate(lab)
    for name, der in (("own.pem", own.der), ("issuer.pem", own.issuer)):
        (tmp_path / name).write_bytes(pem.armor("CERTIFICATE", der))
    found = subprocess.run(
        [openssl(), "ocsp", "-sha3-256", "-issuer", "issuer.pem", "-cert", "own.pem", "-url", door.ocsp_url],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert "Responder Error: unauthorized (6)" in found.stdout + found.stderr


def test_openssl_signs_its_request(lab: Lab, door: serve.RevocationDoor, tmp_path: Path) -> None:
    """A request that is signed, with the name of who asks, is answered like any other: anybody may ask."""
    own = certificate(lab)
    for name, der in (("own.pem", own.der), ("issuer.pem", own.issuer)):
        (tmp_path / name).write_bytes(pem.armor("CERTIFICATE", der))
    making = [openssl(), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "k.pem", "-out", "c.pem"]
    subprocess.run([*making, "-subj", "/CN=TEST"], cwd=tmp_path, capture_output=True, timeout=60, check=True)
    found = subprocess.run(
        [openssl(), "ocsp", "-issuer", "issuer.pem", "-cert", "own.pem", "-signer", "c.pem", "-signkey", "k.pem",
         *SIMULATED, "-attime", str(int(lab.now.timestamp())), "-CAfile", "issuer.pem", "-url", door.ocsp_url],
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert "Response verify OK" in found.stderr and "own.pem: good" in found.stdout


def test_openssls_client_today(tmp_path: Path) -> None:
    """``Lab(start="now")`` behind a real clock: an unmodified client, told nothing of any time, is content."""
    lab = Lab(seed=7, start="now")
    lab.resident()
    with serve.revocation(lab, clock="real") as door:
        assert ask(tmp_path, door.ocsp_url, lab, "card_sign") == (True, ["good"])
