"""The shop's door: its pages, a wallet that answers strangers, a verifier that judges them, and whom it refuses."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode

import mdocs
import pytest
from article import resident

from myna_lab import Lab
from myna_lab.formats import mdoc
from myna_lab.formats.mdoc import envelope, openid4vp, transcript
from myna_lab.formats.mdoc.inspecting import Session
from myna_lab.formats.mdoc.request import Asked, device_request, elements_of
from myna_lab.formats.mdoc.response import chosen, device_response, document
from myna_lab.ground.chance import Chance
from myna_lab.keys import elliptic_key
from myna_lab.relying_parties.reading import judged, shown_to
from myna_lab.serve.clock import Clock
from myna_lab.serve.http11 import Reply, Request
from myna_lab.serve.shop.addresses import Addresses
from myna_lab.serve.shop.desk import OPEN_AT_ONCE, Desk
from myna_lab.texts import LANGUAGES, both
from myna_lab.world.outside import WorldOutside
from needs import rounds

URL, HOST = "http://127.0.0.1:8890", "127.0.0.1:8890"
SHOP = "https://verifier.example"
KEY = elliptic_key(Chance(5))


@pytest.fixture(scope="module")
def lab() -> Lab:
    """Two iPhones, of somebody of 36 and somebody of 18, and an Android phone."""
    lab = Lab(seed=7, start="2026-10-25 10:00")
    for make, born in ((lab.iphone, "1990-04-01"), (lab.android, "1990-04-01"), (lab.iphone, "2008-01-15")):
        make(resident(lab, born=born)).add_card().run()
    lab.advance("20min")
    return lab


@pytest.fixture
def shop(lab: Lab) -> Iterator[Shop]:
    """What the door answers, without a socket; nothing is recorded in the lab."""
    before = len(lab.log)
    yield Shop(lab)
    assert len(lab.log) == before


class Shop:
    """A client of the addresses."""

    def __init__(self, lab: Lab, **roots: Any) -> None:
        desk = Desk(lab, roots.get("roots", ()), roots.get("reader_roots", ()))
        self.addresses = Addresses(desk, Clock(lab, real=False), URL)

    def send(self, method: str, path: str, body: bytes | None = b"", **headers: str) -> Reply:
        """The reply to a request."""
        named = {"host": HOST, **{name.replace("_", "-"): value for name, value in headers.items()}}
        return self.addresses.answer(Request(method, path.encode(), named, body))

    def json(self, path: str, asked: object) -> tuple[int, Any]:
        """Status and content of what JSON is answered with."""
        reply = self.send("POST", path, json.dumps(asked).encode(), content_type="application/json")
        kind = "application/json" if reply.status == 200 else "application/problem+json"
        assert reply.headers["content-type"] == kind
        return reply.status, json.loads(reply.content)

    def page(self, path: str) -> str:
        """A page."""
        reply = self.send("GET", path)
        assert (reply.status, reply.headers["content-type"]) == (200, "text/html; charset=utf-8")
        return reply.content.decode()

    def form(self, path: str, **fields: str) -> str:
        """Where a form leads."""
        reply = self.send(
            "POST", path, urlencode(fields).encode(), content_type="application/x-www-form-urlencoded", origin=URL
        )
        assert reply.status == 303, reply.content
        return reply.headers["location"]

    def answered(self, place: str, holder: str) -> None:
        """The holder's no; or her yes, and whose face she shows."""
        for step in ("no",) if holder == "no" else ("yes", holder):
            assert self.form(place, holder=step) == place

    def asked(self, language: str = "en", **fields: str) -> str:
        """Where the question of the page leads, usually for an age, by annex C, to the first iPhone."""
        usual = {"phone": "iphone-1", "protocol": "org-iso-mdoc", "what": "age", "origin": "own"}
        return self.form(f"/{language}/ask", **{**usual, **fields})


# ------------------------------------------------------------------------------------------------------------ pages


class Checked(HTMLParser):
    """What a screen reader and a keyboard need of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.headings: list[int] = []
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "link", "input", "br", "!doctype"):
            self.open.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag == "input":
            assert "label" in self.open and "fieldset" in self.open

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def read_page(shop: Shop, path: str, language: str) -> str:
    """A page that keeps the rules: language, marks, one first heading, headings in order, named tables, no script."""
    page = shop.page(path)
    checked = Checked(page)
    tags = [tag for tag, _ in checked.tags]
    assert checked.tags[0] == ("html", {"lang": language}) and tags.count("h1") == 1
    assert all(after - before <= 1 for before, after in zip(checked.headings, checked.headings[1:], strict=False))
    assert tags.count("table") == tags.count("caption") and "script" not in tags and "style" not in tags
    assert not any(name.startswith("on") or name == "style" for _, attributes in checked.tags for name in attributes)
    places = [
        value for _, attributes in checked.tags for name in ("href", "src", "action") if (value := attributes.get(name))
    ]
    assert places and all(place.startswith("/") for place in places)
    assert {"ja": "模擬", "en": "SIMULATED"}[language] in page and "TEST" in page
    return re.sub(r"<[^>]+>", " ", page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_from_the_question_to_the_verdict(shop: Shop, language: str) -> None:
    """The page asks; the phone shows its sheet; after yes and face the shop tells every check and what it learnt."""
    assert "iPhone 15" in read_page(shop, f"/{language}/", language)
    place = shop.asked(language)
    sheet = read_page(shop, place, language)
    assert "TEST reader shop" in sheet and URL in sheet
    shop.form(place, holder="yes")
    assert both("shop.sheet.face")[language] in read_page(shop, place, language)
    shop.form(place, holder="own")
    told = read_page(shop, place, language)
    for key in ("shop.verdict.accepted", "shop.learnt.title", "word.checked.device_auth", "word.checked.age"):
        assert both(key)[language] in told
    assert "9.1.2.5" in told and "age_over_20" in told
    assert '"elementIdentifier": "age_over_20"' in told.replace("&quot;", '"')
    assert '"deviceSignature": [' in told.replace("&quot;", '"')
    assert told.count('"dcapi"'.replace('"', "&quot;")) == 2 and "cipherText" in told


@pytest.mark.parametrize(
    ("fields", "holder", "said"),
    [
        ({}, "other", "The phone gave nothing: not the holder"),
        ({}, "no", "The phone gave nothing: the holder did not agree"),
        ({"phone": "iphone-2"}, "own", "not accepted: not old enough"),
        ({"protocol": "openid4vp-v1-unsigned"}, "", "The phone gave nothing: this phone is asked another way"),
        ({"phone": "android-1", "protocol": "openid4vp-v1-unsigned encrypted"}, "own", "accepted"),
        ({"phone": "android-1", "protocol": "openid4vp-v1-signed encrypted"}, "own", "accepted"),
        ({"phone": "android-1", "protocol": "openid4vp-v1-signed", "origin": "other"}, "", "signed for another page"),
        ({"phone": "android-1", "protocol": "openid4vp-v1-unsigned", "origin": "other"}, "own", "what differs: origin"),
        ({"origin": "other"}, "", "no reader that the wallet knows"),
        ({"what": "my_number"}, "own", "only where a law allows it"),
        ({"what": "identity"}, "own", "name and address"),
    ],
)
def test_what_comes_of_it(shop: Shop, lab: Lab, fields: dict[str, str], holder: str, said: str) -> None:
    """Each protocol, each answer of the holder, and a page between: the shop's page says what happened."""
    place = shop.asked(**fields)
    if holder:
        assert "The holder&#x27;s answer" in shop.page(place)
        shop.answered(place, holder)
    told = read_page(shop, place, "en")
    if said == "name and address":
        assert lab.phones[0].holder.name in told and lab.phones[0].holder.address in told
    else:
        assert said in told


def test_the_my_number_is_dots(shop: Shop, lab: Lab) -> None:
    """Neither decoded nor in the bytes: the page shows dots where the number is."""
    place = shop.asked(what="my_number")
    assert "only where a law allows it" in shop.page(place)
    shop.answered(place, "own")
    page, number = shop.page(place), lab.world.things.resident(lab.phones[0].person).my_number
    assert number not in page and number.encode().hex(" ") not in page
    assert "••••••••••••" in page and " ".join(["••"] * 12) in page


def test_the_sheet_is_answered_once(shop: Shop) -> None:
    """No face before the yes, no second answer; a transaction of long ago is forgotten, a stranger's has no page."""
    place = shop.asked()

    def refused(holder: bytes) -> tuple[int, str]:
        reply = shop.send("POST", place, b"holder=" + holder, content_type="application/x-www-form-urlencoded")
        return reply.status, json.loads(reply.content)["code"]

    assert refused(b"own") == (409, "not_agreed")
    assert refused(b"perhaps") == (400, "bad_request")
    shop.form(place, holder="no")
    assert refused(b"own") == refused(b"yes") == (409, "used_session")
    for _ in range(OPEN_AT_ONCE):
        shop.json("/verifier/requests", {"protocol": "org-iso-mdoc"})
    assert shop.send("GET", place).status == 404
    _, begun = shop.json("/verifier/requests", {"protocol": "org-iso-mdoc"})
    assert shop.send("GET", f"/en/sessions/{begun['session']}").status == 404


@pytest.mark.parametrize(("accepted", "place"), [("", "/ja/"), ("ja,en", "/ja/"), ("en-GB,ja", "/en/"), ("fr", "/ja/")])
def test_the_first_address_leads_to_a_language(shop: Shop, accepted: str, place: str) -> None:
    """English for who asks for it first, else Japanese."""
    reply = shop.send("GET", "/", accept_language=accepted)
    assert (reply.status, reply.headers["location"]) == (303, place)


def test_a_lab_without_phones_says_so() -> None:
    """There is nobody to be asked."""
    assert "No phone of this lab" in Shop(Lab(seed=3)).page("/en/")


# ------------------------------------------------------------------------------------- the wallet answers strangers


def annex_c(names: list[str], reader: Any, origin: str = SHOP) -> tuple[dict[str, str], Session]:
    """A stranger's question by annex C, and what he knows of the session."""
    info = envelope.encryption_info(bytes(range(16)), KEY.public_key())
    seen, asked = transcript.web(info, origin), elements_of(names)
    request = device_request([Asked(asked)], transcript=seen, reader=reader, version="1.0")
    return json.loads(envelope.web_request(request, info)), Session(seen, asked, KEY)


def verdict_on(lab: Lab, data: Mapping[str, Any], known: Session) -> tuple[str, Mapping[str, object]]:
    """What a stranger makes of an answer by annex C."""
    shown = shown_to(None, lambda: envelope.open_web_response(json.dumps(data), KEY, known.transcript), b"", known, {})
    roots = WorldOutside(lab.world).record_anchors
    found = judged(shown, anchors=roots, at=lab.now, status=lambda place: None)
    return found.code, found.values


def test_the_wallet_answers_a_known_reader(shop: Shop, lab: Lab) -> None:
    """A stranger signs with the reader that the door gives away, and believes the answer by the roots that it gives."""
    pem = shop.send("GET", "/reader.pem").content
    assert b"BEGIN CERTIFICATE" in pem and b"BEGIN PRIVATE KEY" in pem
    data, known = annex_c(["age_over_20", "portrait"], WorldOutside(lab.world).reader("stranger"))
    status, answer = shop.json(
        "/wallet", {"phone": "iphone-1", "protocol": "org-iso-mdoc", "data": data, "origin": SHOP}
    )
    assert status == 200 and list(answer) == ["protocol", "data"] and list(answer["data"]) == ["response"]
    code, values = verdict_on(lab, answer["data"], known)
    assert code == "accepted" and values["age_over_20"] is True
    assert shop.send("GET", "/roots.pem").content.count(b"BEGIN CERTIFICATE") == 1


def test_the_wallet_answers_a_reader_below_a_further_root(lab: Lab) -> None:
    """A stranger's own root of readers may be given to the door; without it the reader is unknown."""
    foreign = WorldOutside(Lab(seed=8, start="2026-10-25 10:00").world)
    data, known = annex_c(["age_over_20"], foreign.reader("x"))
    asked = {"phone": "iphone-1", "protocol": "org-iso-mdoc", "data": data, "origin": SHOP}
    status, answer = Shop(lab, reader_roots=foreign.record_anchors).json("/wallet", asked)
    assert status == 200 and verdict_on(lab, answer["data"], known)[0] == "accepted"
    status, problem = Shop(lab).json("/wallet", asked)
    assert (status, problem["code"]) == (403, "unknown_reader") and set(problem["said"]) == set(LANGUAGES)


def test_the_wallet_answers_a_query(shop: Shop, lab: Lab) -> None:
    """A stranger's DCQL, written by hand: the Android phone answers it, plain; two answers share no session."""
    query = {
        "response_type": "vp_token",
        "response_mode": "dc_api",
        "nonce": "n-0S6_WzA2Mj",
        "dcql_query": {
            "credentials": [
                {
                    "id": "card",
                    "format": "mso_mdoc",
                    "meta": {"doctype_value": "org.iso.23220.1.jp.mnc"},
                    "claims": [{"path": ["org.iso.23220.1", "age_over_15"]}],
                }
            ]
        },
    }
    asked = {"phone": "android-1", "protocol": "openid4vp-v1-unsigned", "data": query, "origin": SHOP}
    status, answer = shop.json("/wallet", asked)
    assert status == 200
    response = openid4vp.read_token(json.dumps(answer["data"]), "card")
    known = Session(transcript.openid4vp(SHOP, "n-0S6_WzA2Mj", None), elements_of(["age_over_15"]))
    found = judged(
        shown_to(None, lambda: response, b"", known, {}),
        anchors=WorldOutside(lab.world).record_anchors,
        at=lab.now,
        status=lambda place: None,
    )
    assert found.code == "accepted" and found.values == {"age_over_18": True}


BAD: dict[str, tuple[dict[str, Any], int, str]] = {
    "no phone": ({"phone": "iphone-9"}, 404, "unknown_phone"),
    "phone is a number": ({"phone": 1}, 400, "bad_request"),
    "another protocol": ({"protocol": "openid4vp"}, 400, "unknown_protocol"),
    "data as text": ({"data": "x"}, 400, "bad_request"),
    "data of another kind": ({"data": {}}, 400, "malformed_mdoc"),
    "no base64url": ({"data": {"deviceRequest": "=", "encryptionInfo": "a"}}, 400, "malformed_mdoc"),
    "no CBOR": ({"data": {"deviceRequest": "AA", "encryptionInfo": "AA"}}, 400, "malformed_mdoc"),
    "an address for an origin": ({"origin": "https://x.example/path"}, 400, "bad_origin"),
    "no scheme": ({"origin": "x.example"}, 400, "bad_origin"),
    "an origin in kanji": ({"origin": "https://店.example"}, 400, "bad_origin"),
    "another member": ({"pin": "1234"}, 400, "unknown_member"),
    "neither yes nor no": ({"agrees": "yes"}, 400, "no_bool"),
    "another face": ({"face": "twin"}, 400, "unknown_face"),
    "no": ({"agrees": False}, 403, "declined"),
    "somebody else's face": ({"face": "other"}, 403, "biometrics_failed"),
    "another page than signed for": ({"origin": "https://other.example"}, 403, "unknown_reader"),
    "OpenID4VP on an iPhone": ({"protocol": "openid4vp-v1-unsigned"}, 403, "other_way"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_questions_have_names(shop: Shop, lab: Lab, case: str) -> None:
    """Each is refused with a status, a named reason, and a sentence of what would have been right."""
    change, status, code = BAD[case]
    data, _ = annex_c(["age_over_20"], WorldOutside(lab.world).reader("stranger"))
    usual = {"phone": "iphone-1", "protocol": "org-iso-mdoc", "data": data, "origin": SHOP}
    found, problem = shop.json("/wallet", {**usual, **change})
    assert (found, problem["status"]) == (status, status) and problem["detail"].endswith(".")
    assert problem["code"] == code
    assert "1234" not in problem["detail"]


# ---------------------------------------------------------------------------------- the verifier judges strangers


def stranger_s_answer(begun: Mapping[str, Any], lab: Lab, *, device: str = "device") -> dict[str, Any]:
    """A stranger's wallet, with a record of its own issuer, answers the shop by annex C."""
    (asked,) = begun["digital"]["requests"]
    read = envelope.read_web_request(json.dumps(asked["data"]))
    seen = transcript.web(read.encryption_info, begun["origin"])
    record = mdocs.RECORD
    shown = document(
        record,
        chosen(mdoc.parse(record), elements_of(["age_over_20"])),
        device_key=mdocs.key(device),
        transcript=seen,
    )
    sealed = envelope.seal_web_response(device_response([shown]), read.recipient, seen)
    return {"session": begun["session"], "protocol": asked["protocol"], "data": json.loads(sealed)}


def test_the_shop_judges_a_stranger_s_wallet() -> None:
    """With the stranger's root it is believed, without it is not; the second answer to one question is refused."""
    lab = Lab(seed=7, start="2025-06-25 09:00")
    for roots, accepted, code in (((mdocs.ROOT,), True, "accepted"), ((), False, "untrusted_issuer")):
        shop = Shop(lab, roots=roots)
        status, begun = shop.json("/verifier/requests", {"protocol": "org-iso-mdoc", "elements": ["age_over_20"]})
        assert status == 200 and begun["origin"] == URL and begun["warnings"] == []
        answer = stranger_s_answer(begun, lab)
        status, verdict = shop.json("/verifier/answers", answer)
        assert (status, verdict["accepted"], verdict["code"]) == (200, accepted, code)
        assert verdict["elements"] == {"age_over_20": True}
        assert [check["name"] for check in verdict["checks"] if not check["passed"]] == ([] if accepted else ["chain"])
        assert shop.json("/verifier/answers", answer)[1]["code"] == "used_session"


@pytest.mark.parametrize("protocol", ["org-iso-mdoc", "openid4vp-v1-unsigned", "openid4vp-v1-signed"])
@pytest.mark.parametrize("encrypted", [True, False])
def test_both_ends_meet(shop: Shop, protocol: str, encrypted: bool) -> None:
    """What the verifier's end point asks, the wallet's answers; with another origin the failing check names nothing."""
    asked = {
        "protocol": protocol,
        "elements": ["full_name_unicode"],
        "keep": ["full_name_unicode"],
        "encrypted": encrypted,
    }
    for origin, code in ((SHOP, "accepted"), ("https://sh0p.example", "")):
        _, begun = shop.json("/verifier/requests", {**asked, "origin": SHOP})
        (request,) = begun["digital"]["requests"]
        status, answer = shop.json("/wallet", {"phone": "android-1", **request, "origin": origin})
        if code or protocol == "openid4vp-v1-unsigned":
            assert status == 200
            _, verdict = shop.json("/verifier/answers", {"session": begun["session"], "data": answer["data"]})
            assert verdict["code"] == (code or "other_device")
        else:
            assert status == 403 and answer["code"] in ("unknown_reader", "other_origin")


def test_over_asking_is_warned_of(shop: Shop) -> None:
    """A question for the My Number carries a warning in both languages, and its value is dots."""
    _, begun = shop.json("/verifier/requests", {"protocol": "org-iso-mdoc", "elements": ["individual_number_unicode"]})
    assert [set(each) for each in begun["warnings"]] == [set(LANGUAGES)]
    (request,) = begun["digital"]["requests"]
    _, answer = shop.json("/wallet", {"phone": "iphone-1", **request, "origin": URL})
    _, verdict = shop.json("/verifier/answers", {"session": begun["session"], "data": answer["data"]})
    assert verdict["elements"] == {"individual_number_unicode": "•" * 12} and verdict["accepted"]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"elements": ["name"]}, "unknown_element"),
        ({"elements": []}, "bad_request"),
        ({"elements": "portrait"}, "bad_request"),
        ({"elements": ["portrait"] * 51}, "bad_request"),
        ({"keep": ["portrait"]}, "unknown_element"),
        ({"protocol": "radio"}, "unknown_protocol"),
        ({"encrypted": 1}, "no_bool"),
        ({"origin": "x"}, "bad_origin"),
    ],
)
def test_questions_that_cannot_be_asked(shop: Shop, asked: dict[str, Any], code: str) -> None:
    """Each is refused with its name."""
    status, problem = shop.json("/verifier/requests", {"protocol": "org-iso-mdoc", **asked})
    assert (status, problem["code"]) == (400, code)


@pytest.mark.parametrize(
    ("given", "status", "code"),
    [
        ({"session": "x"}, 404, "unknown_session"),
        ({"session": ["x"]}, 400, "bad_request"),
        ({"data": 3}, 400, "bad_request"),
        ({"protocol": "openid4vp-v1-signed"}, 400, "unknown_protocol"),
        ({"data": {"response": "AA"}}, 200, "record_refused"),
        ({"data": {"response": "\ud800"}}, 200, "record_refused"),
        ({"data": {"vp_token": {}}}, 200, "record_refused"),
    ],
)
def test_answers_that_are_none(shop: Shop, given: dict[str, Any], status: int, code: str) -> None:
    """What is no answer is refused by its name; what cannot be opened is a verdict that accepts nothing."""
    _, begun = shop.json("/verifier/requests", {"protocol": "org-iso-mdoc"})
    found, told = shop.json("/verifier/answers", {"session": begun["session"], "data": {}, **given})
    assert (found, told["code"]) == (status, code) and told.get("accepted", False) is False


# --------------------------------------------------------------------------------------------------- who may ask


FORM, JSON = "application/x-www-form-urlencoded", "application/json"


@pytest.mark.parametrize(
    ("method", "path", "body", "headers", "status"),
    [
        ("POST", "/wallet", b"{}", {"content_type": JSON, "origin": "https://evil.example"}, 403),
        ("POST", "/wallet", b"{}", {"content_type": JSON, "origin": "null"}, 403),
        ("POST", "/wallet", b"{}", {"content_type": JSON, "sec_fetch_site": "cross-site"}, 403),
        ("POST", "/en/ask", b"phone=x", {"content_type": FORM, "sec_fetch_site": "same-site"}, 403),
        ("POST", "/wallet", b"{}", {"content_type": "text/plain"}, 415),
        ("POST", "/wallet", b"{}", {}, 415),
        ("POST", "/en/ask", b"{}", {"content_type": JSON}, 415),
        ("POST", "/wallet", None, {"content_type": JSON}, 413),
        ("POST", "/wallet", b"", {"content_type": JSON}, 400),
        ("POST", "/wallet", b"[]", {"content_type": JSON}, 400),
        ("POST", "/wallet", b"\xff", {"content_type": JSON}, 400),
        ("POST", "/wallet", b"[" * 9_999, {"content_type": JSON}, 400),
        ("POST", "/wallet", b'{"phone": ' + b"1" * 9_999 + b"}", {"content_type": JSON}, 400),
        ("POST", "/en/ask", b"\xff", {"content_type": FORM}, 400),
        ("POST", "/en/ask", b"a=1&" * 50, {"content_type": FORM}, 400),
        ("POST", "/en/ask", b"phone=iphone-1", {"content_type": FORM}, 400),
        ("POST", "/en/ask", b"phone=iphone-9", {"content_type": FORM}, 404),
        ("POST", "/en/sessions/" + "A" * 22, b"holder=own", {"content_type": FORM}, 404),
        ("GET", "/en/sessions/" + "A" * 22, b"", {}, 404),
        ("GET", "/fr/", b"", {}, 404),
        ("GET", "/en/sessions/../x", b"", {}, 404),
        ("GET", "/\xff", b"", {}, 404),
        ("GET", "/wallet", b"", {}, 405),
        ("POST", "/phones", b"", {}, 405),
        ("PUT", "/en/", b"", {}, 405),
        ("GET", "/en/ask", b"", {}, 405),
    ],
)
def test_who_may_not(
    shop: Shop, method: str, path: str, body: bytes | None, headers: dict[str, str], status: int
) -> None:
    """Other pages, other kinds of content, too much, junk and other methods get a problem, and nothing happens."""
    reply = shop.send(method, path, body, **headers)
    problem = json.loads(reply.content)
    assert (reply.status, problem["status"]) == (status, status) and problem["code"] and problem["detail"]
    assert ("allow" in reply.headers) is (status == 405)


def test_what_every_answer_says(shop: Shop) -> None:
    """No answer is kept, framed, or may load anything but the style sheet of this door."""
    for reply in (shop.send("GET", "/en/"), shop.send("GET", "/style.css"), shop.send("GET", "/x")):
        assert (
            reply.headers["cache-control"] == "no-store"
            and "frame-ancestors 'none'" in reply.headers["content-security-policy"]
        )
        assert reply.headers["x-content-type-options"] == "nosniff"
    css = shop.send("GET", "/style.css").content
    assert b"url(" not in css and b"@import" not in css and b"@font-face" not in css


PIECES = (b'"', b"{", b"]", b"null", b"1e999", b"-1", b"\\ud800", b"\xff", b"[[", b'{"a":', b"true", b"A" * 50, b"")


@pytest.mark.soak
@pytest.mark.parametrize("path", ["/wallet", "/verifier/requests", "/verifier/answers"])
def test_mutated_requests(lab: Lab, path: str) -> None:
    """Whatever is changed in a right request, the answer is a status of the document's table, and never our fault."""
    shop, draw = Shop(lab), Chance(7).child(path)
    data, _ = annex_c(["age_over_20"], WorldOutside(lab.world).reader("stranger"))
    _, begun = shop.json("/verifier/requests", {"protocol": "openid4vp-v1-signed"})
    (request,) = begun["digital"]["requests"]
    right = {
        "/wallet": [
            {"phone": "iphone-1", "protocol": "org-iso-mdoc", "data": data, "origin": SHOP},
            {"phone": "android-1", **request, "origin": URL},
        ],
        "/verifier/requests": [{"protocol": "org-iso-mdoc", "elements": ["portrait"], "keep": [], "encrypted": True}],
        "/verifier/answers": [{"session": begun["session"], "data": {"response": "a.b.c.d.e"}}],
    }[path]
    seen = set()
    for _ in range(rounds(300, 20_000)):
        body = bytearray(json.dumps(draw.choice(right)).encode())
        for _ in range(draw.integer(1, 3)):
            begin = draw.integer(0, len(body))
            body[begin : begin + draw.choice((0, 1, 4, 40))] = draw.choice(PIECES)
        reply = shop.send("POST", path, bytes(body), content_type=JSON)
        seen.add(reply.status)
        json.loads(reply.content)
    assert {400} < seen <= {200, 400, 403, 404, 409}
