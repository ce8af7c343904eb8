"""OpenID4VP over the browser's call: what a page asks for in DCQL, and the token that answers it.

The answer is not encrypted here (response mode ``dc_api``); a page that wants it so sends a key, and gets a JWE.
Source: OpenID4VP 1.0 sections 6, 8 and appendices A and B.2.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import NamedTuple, NoReturn

from myna_lab.errors import MalformedMdoc
from myna_lab.formats.mdoc.base64url import base64url, octets_of
from myna_lab.formats.mdoc.elements import DOC_TYPE
from myna_lab.formats.mdoc.request import Elements

__all__ = ["Query", "query", "read_query", "read_token", "token"]

_CLAUSE = "OpenID4VP 1.0, 6 and A"
_MODE, _FORMAT = "dc_api", "mso_mdoc"


class Query(NamedTuple):
    """A request for one document."""

    identifier: str
    """By which the answer names it."""
    nonce: str
    elements: Elements
    doc_type: str = DOC_TYPE


def query(asked: Query) -> str:
    """The request as JSON, protocol ``openid4vp-v1-unsigned``."""
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
    return json.dumps(
        {
            "response_type": "vp_token",
            "response_mode": _MODE,
            "nonce": asked.nonce,
            "dcql_query": {"credentials": [credential]},
        }
    )


def read_query(request: str) -> Query:
    """Read such a request.

    Raises:
        MalformedMdoc: not one, more than one document, or an answer that is to be encrypted.
    """
    whole = _object(request, "the request")
    if whole.get("response_mode") != _MODE or whole.get("response_type") != "vp_token":
        _fail(f"the request has response_type vp_token and response_mode {_MODE}")
    try:
        (credential,) = whole["dcql_query"]["credentials"]  # type: ignore[index]
        identifier, form, doc_type = credential["id"], credential["format"], credential["meta"]["doctype_value"]
        claims = [(*claim["path"], claim.get("intent_to_retain", False)) for claim in credential["claims"]]
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
    return Query(identifier, str(whole["nonce"]), elements, doc_type)


def token(asked: Query, response: bytes) -> str:
    """The answer as JSON: each document's DeviceResponse in base64url under its identifier."""
    return json.dumps({"vp_token": {asked.identifier: [base64url(response)]}})


def read_token(answer: str, identifier: str) -> bytes:
    """The DeviceResponse that answers a request.

    Raises:
        MalformedMdoc: there is none.
    """
    try:
        (text,) = _object(answer, "the answer")["vp_token"][identifier]  # type: ignore[index]
        return octets_of(text)
    except (KeyError, TypeError, ValueError):
        _fail("vp_token has one DeviceResponse in base64url under the request's identifier")


def _object(text: str, what: str) -> Mapping[str, object]:
    try:
        value = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        value = None
    if not isinstance(value, dict):
        _fail(f"{what} is a JSON object")
    return value


def _fail(right: str) -> NoReturn:
    raise MalformedMdoc(f"octet 0: {right} ({_CLAUSE}).", clause=_CLAUSE, offset=0) from None
