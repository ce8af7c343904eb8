"""Conditional requests at the door for revocation data: RFC 9110 13, row by row, and curl."""

from __future__ import annotations

import base64
import subprocess
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from urllib.parse import quote

import pytest
from doors import asked, get, request, working_lab

from myna_lab import Lab, serve
from needs import need_program

pytestmark = pytest.mark.interop


def addresses(lab: Lab, door: serve.RevocationDoor) -> dict[str, str]:
    """An address of each kind that has a Last-Modified."""
    lines = get(f"{door.url}/")[0].decode().splitlines()
    found = {
        part: next(line for line in lines if line.startswith(f"/{part}/")) for part in ("ca", "crl", "certificates")
    }
    ocsp = f"/ocsp/{quote(base64.b64encode(request(lab)).decode(), safe='')}"
    return {**found, "authority": "/ca/auth/1.cer", "ocsp": ocsp}


KINDS = ("ca", "authority", "crl", "certificates", "ocsp")
CONDITIONS = [
    ({}, 200),
    ({"If_None_Match": "{etag}"}, 304),
    ({"If_None_Match": "W/{etag}"}, 304),
    ({"If_None_Match": '"x", {etag}'}, 304),
    ({"If_None_Match": "*"}, 304),
    ({"If_None_Match": '"x"'}, 200),
    ({"If_Modified_Since": "{same}"}, 304),
    ({"If_Modified_Since": "{after}"}, 304),
    ({"If_Modified_Since": "{before}"}, 200),
    ({"If_Modified_Since": "{same_rfc850}"}, 304),
    ({"If_Modified_Since": "{same_asctime}"}, 304),
    ({"If_Modified_Since": "{before_rfc850}"}, 200),
    ({"If_Modified_Since": "{before_asctime}"}, 200),
    # 13.1.3: what is no date is passed over, and so is a date beside a tag.
    ({"If_Modified_Since": "yesterday"}, 200),
    ({"If_Modified_Since": "Mon, 30 Feb 2099 00:00:00 GMT"}, 200),
    ({"If_Modified_Since": "2099-01-01T00:00:00Z"}, 200),
    ({"If_Modified_Since": "Thu, 01 Jan 2099 00:00:00 +0900"}, 200),
    ({"If_None_Match": '"x"', "If_Modified_Since": "{after}"}, 200),
    ({"If_None_Match": "{etag}", "If_Modified_Since": "{before}"}, 304),
    # 13.1.1 and 13.1.4: strong comparison; a tag goes before a date.
    ({"If_Match": "{etag}"}, 200),
    ({"If_Match": "*"}, 200),
    ({"If_Match": '"x"'}, 412),
    ({"If_Match": "W/{etag}"}, 412),
    ({"If_Unmodified_Since": "{same}"}, 200),
    ({"If_Unmodified_Since": "{before}"}, 412),
    ({"If_Unmodified_Since": "never"}, 200),
    ({"If_Match": "{etag}", "If_Unmodified_Since": "{before}"}, 200),
    ({"If_Match": "{etag}", "If_None_Match": "{etag}"}, 304),
    ({"If_Match": '"x"', "If_None_Match": "{etag}"}, 412),
]


@pytest.mark.parametrize("kind", KINDS)
def test_every_condition_at_every_kind_of_address(
    shared_lab: Lab, shared_door: serve.RevocationDoor, kind: str
) -> None:
    """RFC 9110 13.2.2: the status of each condition and pair of them, by GET and by HEAD."""
    path = addresses(shared_lab, shared_door)[kind]
    _, content, headers = asked(shared_door.port, path)
    same = parsedate_to_datetime(headers["Last-Modified"])
    assert same <= parsedate_to_datetime(headers["Date"])
    values = {"etag": headers["ETag"]}
    for name, when in (
        ("same", same),
        ("before", same.replace(year=same.year - 1)),
        ("after", same.replace(year=2030)),
    ):
        values |= {
            name: format_datetime(when, usegmt=True),
            f"{name}_rfc850": when.strftime("%A, %d-%b-%y %H:%M:%S GMT"),
            f"{name}_asctime": when.strftime("%a %b %e %H:%M:%S %Y"),
        }
    if kind == "ocsp":  # signed again, it has the same octets at the same instant, and so the same tag
        assert asked(shared_door.port, path)[1] == content
    for conditions, expected in CONDITIONS:
        sent = {name: value.format(**values) for name, value in conditions.items()}
        for method in ("GET", "HEAD"):
            status, body, found = asked(shared_door.port, path, method, **sent)
            assert status == expected, (method, sent)
            assert body == (content if (status, method) == (200, "GET") else b"")
            assert found["ETag"] == headers["ETag"] and found["Date"] and found["Cache-Control"]
            assert ("Content-Length" in found) is (status != 304)


def test_a_condition_holds_until_the_content_changes() -> None:
    """After a day list and answer are others: neither tag nor date is current any more; a certificate stays."""
    lab = working_lab()
    with serve.revocation(lab) as door:
        paths = addresses(lab, door)
        before = {kind: asked(door.port, path)[2] for kind, path in paths.items()}
        lab.advance("1d")
        for kind, path in paths.items():
            for sent in (
                {"If_None_Match": before[kind]["ETag"]},
                {"If_Modified_Since": before[kind]["Last-Modified"]},
            ):
                assert asked(door.port, path, **sent)[0] == (200 if kind in ("crl", "ocsp") else 304), (kind, sent)


def test_what_has_no_tag_knows_no_condition(shared_lab: Lab, shared_door: serve.RevocationDoor) -> None:
    """The first page, an OCSP error and an answer to a nonce are sent whole, whatever the client has."""
    nonce = quote(base64.b64encode(request(shared_lab, nonce=b"n")).decode(), safe="")
    for path in ("/", "/ocsp/AAAA", f"/ocsp/{nonce}"):
        status, content, headers = asked(
            shared_door.port, path, If_None_Match="*", If_Modified_Since="Thu, 01 Jan 2099 00:00:00 GMT"
        )
        assert (status, bool(content)) == (200, True) and "ETag" not in headers and "Last-Modified" not in headers


def test_curl_fetches_a_list_only_if_it_is_newer(
    shared_lab: Lab, shared_door: serve.RevocationDoor, tmp_path: Path
) -> None:
    """Curl's --time-cond and --etag-compare bring nothing the second time."""
    curl, url = need_program("curl"), f"{shared_door.url}{addresses(shared_lab, shared_door)['crl']}"
    own, tag = tmp_path / "own.crl", tmp_path / "tag"

    def fetched(*options: str | Path) -> str:
        command = [curl, "-s", "-R", "-o", tmp_path / "new.crl", "-w", "%{http_code}", *options, url]
        return subprocess.run(command, capture_output=True, text=True, timeout=30, check=True).stdout

    assert fetched("--etag-save", tag) == "200"
    (tmp_path / "new.crl").rename(own)  # with the time of Last-Modified
    assert fetched("-z", own) == "304"
    assert fetched("--etag-compare", tag) == "304"
    assert fetched("-z", "2000-01-01") == "200"
