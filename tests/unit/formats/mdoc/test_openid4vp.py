"""OpenID4VP: what a page asks for in DCQL, signed or not, and the token that answers it, encrypted or not."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import mdocs
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from mdocs import ASKED, ORIGIN, key

from myna_lab.errors import MalformedMdoc
from myna_lab.formats import mdoc
from myna_lab.formats.mdoc import jose, openid4vp
from myna_lab.formats.mdoc.base64url import base64url, octets_of
from myna_lab.formats.mdoc.openid4vp import Query

PLAIN = Query("mnc", "a_nonce", ASKED)
SEALED = PLAIN._replace(recipient=key("reader").public_key())


def changed(change: Callable[[dict[str, Any]], object], asked: Query = PLAIN) -> str:
    """A request after a change of its claims."""
    claims = json.loads(openid4vp.query(asked))
    change(claims)
    return json.dumps(claims)


@pytest.mark.parametrize("asked", [PLAIN, SEALED, SEALED._replace(enc="A256GCM", key_id="of today")])
def test_a_question_and_its_answer(asked: Query) -> None:
    """A request is read as it was asked; its answer is opened with the page's key, if it was to be encrypted."""
    read = openid4vp.read_query(openid4vp.query(asked), signed=False)
    assert (read.signer, read.origins) == (b"", ())
    assert read.query._replace(recipient=None) == asked._replace(
        recipient=None, key_id=asked.key_id if asked.recipient else PLAIN.key_id
    )
    assert read.query.thumbprint == asked.thumbprint
    answer = openid4vp.token(read.query, b"response", ephemeral=key("ephemeral"))
    own = None if asked.recipient is None else key("reader")
    assert (b"vp_token" in answer.encode()) is (own is None)
    assert openid4vp.read_token(answer, "mnc", own) == b"response"


def test_a_signed_question() -> None:
    """The certificate that signs is told, with the pages for which; a changed claim breaks the signature."""
    reader = mdocs.reader_certificate()
    request = openid4vp.signed_query(SEALED, reader, ORIGIN)[0]
    read = openid4vp.read_query(request, signed=True)
    assert (read.signer, read.origins, read.query.elements) == (reader.certificate, (ORIGIN,), ASKED)
    header, claims, signature = json.loads(request)["request"].split(".")
    other = base64url(octets_of(claims).replace(b"a_nonce", b"b_nonce"))
    for forged, said in (
        (f"{header}.{other}.{signature}", "fits the key"),
        (f"{header}.{claims}.{base64url(bytes(64))}", "fits the key"),
        (f"{header}.{claims}.{base64url(bytes(63))}", "fits the key"),
        (f"{header}.{claims}", "3 parts"),
        (f"{header}.{claims}.{signature}=", "base64url"),
        (7, "3 parts"),
    ):
        with pytest.raises(MalformedMdoc, match=said):
            openid4vp.read_query(json.dumps({"request": forged}), signed=True)


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"client_id": "x509_hash:other"}, "client_id"),
        ({"client_id": "x509_san_dns:shop.invalid"}, "client_id"),
        ({"client_id": "decentralized_identifier:x"}, "client_id"),
        ({"expected_origins": ORIGIN}, "expected_origins"),
        ({"expected_origins": []}, "expected_origins"),
    ],
)
def test_who_asks_must_be_who_signs(claims: dict[str, object], said: str) -> None:
    """A client's identifier is that of the certificate, and the request names the pages that may use it."""
    reader = mdocs.reader_certificate()
    _, body, _ = json.loads(openid4vp.signed_query(PLAIN, reader, ORIGIN)[0])["request"].split(".")
    forged = jose.sign(
        {**json.loads(octets_of(body)), **claims}, reader.key, reader.certificate, kind="oauth-authz-req+jwt"
    )
    with pytest.raises(MalformedMdoc, match=said):
        openid4vp.read_query(json.dumps({"request": forged}), signed=True)


def test_a_protocol_is_what_it_says() -> None:
    """A signed request does not pass by the protocol of unsigned ones, nor the other way round."""
    signed = openid4vp.signed_query(PLAIN, mdocs.reader_certificate(), ORIGIN)[0]
    for request, is_signed in ((signed, False), (openid4vp.query(PLAIN), True)):
        with pytest.raises(MalformedMdoc, match="JWS under request"):
            openid4vp.read_query(request, signed=is_signed)


def _metadata(**values: object) -> Callable[[dict[str, Any]], object]:
    return lambda claims: claims["client_metadata"].update(values)


def _credential(**values: object) -> Callable[[dict[str, Any]], object]:
    return lambda claims: claims["dcql_query"]["credentials"][0].update(values)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda c: c.update(response_mode="direct_post"), "response_mode"),
        (lambda c: c.update(response_type="code"), "response_type"),
        (lambda c: c.update(nonce=3), "nonce"),
        (lambda c: c.update(nonce="\ud800"), "ASCII"),
        (lambda c: c.pop("dcql_query"), "one document"),
        (lambda c: c["dcql_query"]["credentials"].append({}), "one document"),
        (_credential(format="dc+sd-jwt"), "mso_mdoc"),
        (_credential(claims=[]), "mso_mdoc"),
        (_credential(claims=[{"path": ["x"]}]), "one document"),
        (_credential(claims=[{"path": ["x", ["y"]]}]), "one document"),
        (_credential(claims=[{"path": ["x", "y"], "intent_to_retain": "no"}]), "true or false"),
        (_credential(claim_sets=[["no such"]]), "one document"),
        (_metadata(jwks={"keys": []}), "jwks"),
        (_metadata(jwks={"keys": [{"kty": "EC", "crv": "P-384", "alg": "ECDH-ES"}]}), "jwks"),
        (_metadata(encrypted_response_enc_values_supported=["A128CBC-HS256"]), "jwks"),
        (_metadata(encrypted_response_enc_values_supported=[["A128GCM"]]), "jwks"),
        (lambda c: c.update(client_metadata=None), "jwks"),
    ],
)
def test_questions_that_cannot_be_read(change: Callable[[dict[str, Any]], object], said: str) -> None:
    """Each says what would have been right."""
    with pytest.raises(MalformedMdoc, match=said):
        openid4vp.read_query(changed(change, SEALED), signed=False)


@pytest.mark.parametrize("text", ["", "[]", "null", "[" * 100_000, '{"request": ' + '"x"' * 600_000])
def test_no_question_at_all(text: str) -> None:
    """Neither other JSON, nor nesting without end, nor more than is read."""
    with pytest.raises(MalformedMdoc, match="JSON object"):
        openid4vp.read_query(text, signed=False)


def test_of_several_sets_the_first_that_can_be_answered() -> None:
    """A page that would like a name that no record has, or else an age, is asked back for the age (section 6.4)."""
    claims = [
        {"id": "a", "path": ["org.iso.18013.5.1", "given_name"]},
        {"id": "b", "path": [mdoc.COMMON, "age_over_20"]},
        {"id": "c", "path": [mdoc.NATIONAL, "portrait"]},
    ]
    asked = openid4vp.read_query(
        changed(_credential(claims=claims, claim_sets=[["a", "c"], ["b"], ["c"]])), signed=False
    )
    assert asked.query.elements == {mdoc.COMMON: {"age_over_20": False}}
    only_strange = changed(_credential(claims=claims[:1], claim_sets=[["a"]]))
    assert list(openid4vp.read_query(only_strange, signed=False).query.elements) == ["org.iso.18013.5.1"]


def test_answers_that_do_not_fit() -> None:
    """In clear where it was to be encrypted, for another key, changed, or without the document: each is said."""
    sealed = openid4vp.token(SEALED, b"response", ephemeral=key("ephemeral"))
    plain = openid4vp.token(PLAIN, b"response", ephemeral=key("ephemeral"))
    parts = json.loads(sealed)["response"].split(".")
    flipped = ".".join((*parts[:3], base64url(bytes(b ^ 1 for b in octets_of(parts[3]))), parts[4]))
    wrapped = ".".join((parts[0], base64url(b"key"), *parts[2:]))
    for answer, own, said in (
        (plain, key("reader"), "as it was to be encrypted"),
        (sealed, None, "one DeviceResponse"),
        (sealed, key("other"), "for this key"),
        (json.dumps({"response": flipped}), key("reader"), "for this key"),
        (json.dumps({"response": wrapped}), key("reader"), "no key is wrapped"),
        (json.dumps({"response": "a.b"}), key("reader"), "5 parts"),
        (plain.replace("mnc", "pid"), None, "one DeviceResponse"),
        (json.dumps({"vp_token": {"mnc": ["a", "b"]}}), None, "one DeviceResponse"),
        (json.dumps({"vp_token": {"mnc": ["!"]}}), None, "one DeviceResponse"),
    ):
        with pytest.raises(MalformedMdoc, match=said):
            openid4vp.read_token(answer, "mnc", own)


ALICE = {
    "kty": "EC",
    "crv": "P-256",
    "x": "gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0",
    "y": "SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps",
}
BOB = "VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw"
AGREED = "VqqN6vgjbSBcIijNcacQGg"


def _to_bob(**header: object) -> str:
    """A message encrypted with the key on which Alice and Bob agree in the example."""
    stated = {"alg": "ECDH-ES", "enc": "A128GCM", "apu": "QWxpY2U", "apv": "Qm9i", "epk": ALICE, **header}
    protected = base64url(json.dumps(stated).encode())
    sealed = AESGCM(octets_of(AGREED)).encrypt(bytes(12), b"hello", protected.encode())
    return ".".join((protected, "", base64url(bytes(12)), base64url(sealed[:-16]), base64url(sealed[-16:])))


def test_the_example_of_the_standard() -> None:
    """RFC 7518 appendix C: with Bob's key, and the names of both parties, we come to the same key."""
    bob = ec.derive_private_key(int.from_bytes(octets_of(BOB), "big"), ec.SECP256R1())
    assert jose.decrypt(_to_bob(), bob) == b"hello"
    for header, said in (
        ({"apv": "Q2Fyb2w"}, "for this key"),
        ({"apv": "!"}, "apu and apv"),
        ({"alg": "ECDH-ES+A128KW"}, "alg ECDH-ES"),
        ({"enc": ["A128GCM"]}, "alg ECDH-ES"),
        ({"zip": "DEF"}, "no zip"),
        ({"crit": ["x"]}, "no crit"),
        ({"epk": {**ALICE, "y": ALICE["x"]}}, "epk on P-256"),
        ({"epk": {**ALICE, "x": "AAAA"}}, "epk on P-256"),
    ):
        with pytest.raises(MalformedMdoc, match=said):
            jose.decrypt(_to_bob(**header), bob)


def test_the_same_answer_has_the_same_octets() -> None:
    """Nothing is random; another answer under the same keys has another vector."""
    texts = [
        jose.encrypt(plain, key("reader").public_key(), ephemeral=key("e"), enc="A256GCM")
        for plain in (b"a", b"a", b"b")
    ]
    assert texts[0] == texts[1] and texts[0].split(".")[2] != texts[2].split(".")[2]


def test_a_signer_of_another_kind_of_key() -> None:
    """A certificate that is none, or on another curve, is no signer."""
    reader = mdocs.reader_certificate()
    text = jose.sign({}, reader.key, reader.certificate, kind="x")
    _, claims, signature = text.split(".")
    for x5c in ([b64encode(b"no certificate").decode()], [], "text", [3], ["="]):
        header = base64url(json.dumps({"alg": "ES256", "typ": "x", "x5c": x5c}).encode())
        with pytest.raises(MalformedMdoc, match="x5c begins"):
            jose.read_signed(f"{header}.{claims}.{signature}", kind="x")
    with pytest.raises(MalformedMdoc, match="typ y"):
        jose.read_signed(text, kind="y")
