"""OpenID4VP 1.0 over the browser's call: what a page asks for in DCQL, and the token that answers it.

    Query -> query, or signed_query by a reader -> read_query -> Asking -> token -> read_token -> DeviceResponse

The answer is plain (response mode ``dc_api``), or encrypted to a key that the page sends (``dc_api.jwt``).
Source: OpenID4VP 1.0 sections 5, 6, 8.3 and appendices A and B.2.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple, NoReturn

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from myna_lab.errors import MalformedMdoc
from myna_lab.formats.jpki.names import UNREADABLE, read_certificate
from myna_lab.formats.mdoc import cose, jose
from myna_lab.formats.mdoc.base64url import base64url, octets_of
from myna_lab.formats.mdoc.elements import DOC_TYPE, ELEMENTS
from myna_lab.formats.mdoc.request import AGE_OVER, Elements, Reader

__all__ = ["SIGNED", "UNSIGNED", "Asking", "Query", "query", "read_query", "read_token", "signed_query", "token"]

UNSIGNED, SIGNED = "openid4vp-v1-unsigned", "openid4vp-v1-signed"
"""The browser's names of these protocols."""
_CLAUSE = "OpenID4VP 1.0, 6 and A"
_ANSWER = "OpenID4VP 1.0, 8"
_PLAIN, _ENCRYPTED, _FORMAT = "dc_api", "dc_api.jwt", "mso_mdoc"
_SIGNED_KIND = "oauth-authz-req+jwt"
_KEY_ID = "answer"


class Query(NamedTuple):
    """A request for one document."""

    identifier: str
    """By which the answer names it."""
    nonce: str
    elements: Elements
    doc_type: str = DOC_TYPE
    recipient: ec.EllipticCurvePublicKey | None = None
    """To whom the answer is encrypted; None: it is not."""
    enc: str = "A128GCM"
    """With what, then."""
    key_id: str = _KEY_ID
    """The page's name for that key."""

    @property
    def thumbprint(self) -> bytes | None:
        """Of the key, as it enters the transcript (B.2.6.2)."""
        return None if self.recipient is None else jose.thumbprint(self.recipient)


class Asking(NamedTuple):
    """A request as a wallet reads it; the signature fits, and nothing else in it is verified."""

    query: Query
    signer: bytes = b""
    """Certificate of who signed it, DER; empty: nobody did."""
    origins: tuple[str, ...] = ()
    """Where its signer means it to be used; without a signature nowhere in particular."""


def query(asked: Query) -> str:
    """The request as JSON, protocol :data:`UNSIGNED`."""
    return json.dumps(_claims(asked))


def signed_query(asked: Query, reader: Reader, origin: str) -> tuple[str, str]:
    """The request, signed for one origin, as JSON, protocol :data:`SIGNED`; and the claims that are signed."""
    claims = {
        "client_id": f"x509_hash:{base64url(sha256(reader.certificate).digest())}",
        "expected_origins": [origin],
        "aud": "https://self-issued.me/v2",
        **_claims(asked),
    }
    signed = jose.sign(claims, reader.key, reader.certificate, kind=_SIGNED_KIND)
    return json.dumps({"request": signed}), json.dumps(claims)


def _claims(asked: Query) -> dict[str, Any]:
    claims = [
        {"path": [name_space, name], "intent_to_retain": keeps}
        for name_space, elements in asked.elements.items()
        for name, keeps in elements.items()
    ]
    credential = {
        "id": asked.identifier,
        "format": _FORMAT,
        "meta": {"doctype_value": asked.doc_type},
        "claims": claims,
    }
    algorithms = {"issuerauth_alg_values": [cose.ALGORITHM_ES256], "deviceauth_alg_values": [cose.ALGORITHM_ES256]}
    metadata: dict[str, Any] = {"vp_formats_supported": {_FORMAT: algorithms}}
    if asked.recipient is not None:
        key = {**jose.jwk(asked.recipient), "kid": asked.key_id, "use": "enc", "alg": "ECDH-ES"}
        metadata |= {"jwks": {"keys": [key]}, "encrypted_response_enc_values_supported": [asked.enc]}
    return {
        "response_type": "vp_token",
        "response_mode": _PLAIN if asked.recipient is None else _ENCRYPTED,
        "nonce": asked.nonce,
        "dcql_query": {"credentials": [credential]},
        "client_metadata": metadata,
    }


def read_query(request: str, *, signed: bool) -> Asking:
    """Read such a request.

    Args:
        request: JSON.
        signed: whether it came by the protocol of signed ones.

    Raises:
        MalformedMdoc: not one of this protocol; a signature that does not fit; more than one document; no key for an
            answer that is to be encrypted.
    """
    whole = jose.object_of(request, "the request", _CLAUSE)
    if ("request" in whole) is not signed:
        _fail(f"by {SIGNED if signed else UNSIGNED} the request {'is' if signed else 'is not'} a JWS under request")
    if not signed:
        return Asking(_query(whole))
    read = jose.read_signed(whole["request"], kind=_SIGNED_KIND)
    origins = read.claims.get("expected_origins")
    if not isinstance(origins, list) or not origins or not all(isinstance(each, str) for each in origins):
        _fail("a signed request has expected_origins, a list of origins")
    if not _is_client(read.claims.get("client_id"), read.certificate):
        _fail("client_id is x509_hash: or x509_san_dns: of the certificate that signs the request")
    return Asking(_query(read.claims), read.certificate, tuple(origins))


def _is_client(stated: object, certificate: bytes) -> bool:
    """Whether a client's identifier is that of a certificate (OpenID4VP 1.0, 5.9.3)."""
    prefix, _, name = stated.partition(":") if isinstance(stated, str) else ("", "", "")
    if prefix == "x509_hash":
        return name == base64url(sha256(certificate).digest())
    if prefix != "x509_san_dns":
        return False
    try:
        names = read_certificate(certificate).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, *UNREADABLE):
        return False
    return name in names.get_values_for_type(x509.DNSName)


def _query(whole: Mapping[str, Any]) -> Query:
    mode = whole.get("response_mode")
    if mode not in (_PLAIN, _ENCRYPTED) or whole.get("response_type") != "vp_token":
        _fail(f"the request has response_type vp_token and response_mode {_PLAIN} or {_ENCRYPTED}")
    try:
        (credential,) = whole["dcql_query"]["credentials"]
        identifier, form, doc_type = credential["id"], credential["format"], credential["meta"]["doctype_value"]
        claims = [(*claim["path"], claim.get("intent_to_retain", False)) for claim in _chosen(credential)]
        elements: dict[str, dict[str, bool]] = {}
        for name_space, name, keeps in claims:
            elements.setdefault(name_space, {})[name] = keeps
    except (KeyError, TypeError, ValueError, AttributeError):
        _fail("the query asks for claims [name space, element] of one document")
    names = [name for each in elements.values() for name in each]
    texts = [identifier, doc_type, whole.get("nonce"), *elements, *names]
    keeping = [keeps for each in elements.values() for keeps in each.values()]
    if form != _FORMAT or not keeping or not all(isinstance(each, bool) for each in keeping):
        _fail(f"the query asks for format {_FORMAT}; intent_to_retain is true or false")
    if not all(isinstance(each, str) and each for each in texts):
        _fail("names and nonce are texts")
    if not whole["nonce"].isascii():
        _fail("the nonce has ASCII characters only")
    asked = Query(identifier, whole["nonce"], elements, doc_type)
    return asked if mode == _PLAIN else asked._replace(**_recipient(whole.get("client_metadata")))


def _chosen(credential: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The claims that are asked for; of several sets the first that a record can answer, else the first."""
    claims: Sequence[Mapping[str, Any]] = credential["claims"]
    if not credential.get("claim_sets"):
        return claims
    by_name = {claim["id"]: claim for claim in claims}
    sets = [[by_name[name] for name in each] for each in credential["claim_sets"]]
    return next((each for each in sets if all(map(_is_known, each))), sets[0])


def _is_known(claim: Mapping[str, Any]) -> bool:
    """Whether a record of this kind has the element; which ages it states depends on the holder."""
    name_space, name = claim["path"]
    return bool(AGE_OVER.fullmatch(name)) or any(
        (each.name_space, each.identifier) == (name_space, name) for each in ELEMENTS
    )


def _recipient(metadata: object) -> dict[str, Any]:
    """The key to which the answer is encrypted: the first that can be used (OpenID4VP 1.0, 8.3)."""
    right = f"{_ENCRYPTED} comes with jwks of a key on P-256 with alg ECDH-ES, and enc {' or '.join(jose.ENCODINGS)}"
    try:
        keys = [key for key in metadata["jwks"]["keys"] if key.get("alg") == "ECDH-ES"]  # type: ignore[index]
        listed = metadata.get("encrypted_response_enc_values_supported", ["A128GCM"])  # type: ignore[attr-defined]
        enc = next(each for each in listed if each in jose.ENCODINGS)
        recipient, key_id = next((key, each.get("kid", "")) for each in keys if (key := jose.key_of(each)) is not None)
    except (KeyError, TypeError, AttributeError, StopIteration):
        _fail(right)
    if not isinstance(key_id, str):
        _fail(right)
    return {"recipient": recipient, "enc": enc, "key_id": key_id}


def token(asked: Query, response: bytes, *, ephemeral: ec.EllipticCurvePrivateKey) -> str:
    """The answer as JSON: the DeviceResponse in base64url under the document's identifier; encrypted if that was asked.

    Args:
        asked: the request.
        response: DeviceResponse.
        ephemeral: a key for this answer alone.
    """
    plain = json.dumps({"vp_token": {asked.identifier: [base64url(response)]}})
    if asked.recipient is None:
        return plain
    sealed = jose.encrypt(plain.encode(), asked.recipient, ephemeral=ephemeral, enc=asked.enc, key_id=asked.key_id)
    return json.dumps({"response": sealed})


def read_token(answer: str, identifier: str, key: ec.EllipticCurvePrivateKey | None = None) -> bytes:
    """The DeviceResponse that answers a request.

    Args:
        answer: JSON.
        identifier: the document's in the request.
        key: to which it was to be encrypted; None: it was not.

    Raises:
        MalformedMdoc: there is none, it is not encrypted as it was to be, or not for this key.
    """
    whole = jose.object_of(answer, "the answer", _ANSWER)
    if key is not None:
        if not isinstance(whole.get("response"), str):
            _fail("the answer has response, a JWE, as it was to be encrypted", _ANSWER)
        whole = jose.object_of(jose.decrypt(whole["response"], key), "what is encrypted", _ANSWER)
    try:
        (text,) = whole["vp_token"][identifier]
        return octets_of(text)
    except (KeyError, TypeError, ValueError):
        _fail("vp_token has one DeviceResponse in base64url under the request's identifier", _ANSWER)


def _fail(right: str, clause: str = _CLAUSE) -> NoReturn:
    raise MalformedMdoc(f"octet 0: {right} ({clause}).", clause=clause, offset=0) from None
