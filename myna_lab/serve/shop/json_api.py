"""The shop for programs: JSON in, JSON out, and a problem with a name where something is wrong (RFC 9457).

POST /wallet              a stranger's verifier asks a phone of the lab
POST /verifier/requests   the shop asks; a stranger's wallet is to answer
POST /verifier/answers    its answer, which is judged
GET  /phones              who can be asked
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from cbor2 import CBORTag
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from myna_lab.errors import MisuseError
from myna_lab.formats.mdoc.base64url import base64url
from myna_lab.formats.mdoc.encoded import LARGEST
from myna_lab.formats.mdoc.inspecting import over_asked
from myna_lab.formats.mdoc.request import elements_of
from myna_lab.ground.arguments import one_of, only_bool, only_text, shown
from myna_lab.relying_parties.inquiry import PROTOCOLS
from myna_lab.serve.shop.desk import Desk, Transaction
from myna_lab.texts import LANGUAGES, both, text

__all__ = ["JsonApi", "elements_in"]

_FACES = ("own", "other")
_LONGEST_ORIGIN = 300


class JsonApi:
    """What programs are answered.

    Args:
        desk: the shop's two sides.
        origin: the page's own, for requests that state none.
    """

    def __init__(self, desk: Desk, origin: str) -> None:
        self._desk, self._origin = desk, origin

    def phones(self) -> Any:
        """Phones with the card's face on them, whose they are, and what they speak."""
        return [
            {
                "phone": phone.name,
                "platform": phone.platform,
                "holder": phone.holder.name,
                "test": True,
                "protocols": list(PROTOCOLS[:1] if phone.platform == "iphone" else PROTOCOLS),
            }
            for phone in self._desk.phones
        ]

    def roots(self) -> bytes:
        """Roots of the lab's records, PEM: what a stranger's verifier trusts."""
        return b"".join(map(_pem, self._desk.outside.record_anchors))

    def reader(self) -> bytes:
        """A reader that wallets here know: TEST certificate and private key, PEM, for a stranger's verifier."""
        reader = self._desk.outside.reader("stranger")
        key = reader.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return _pem(reader.certificate) + key

    def wallet(self, asked: Mapping[str, Any]) -> Any:
        """A stranger's question to a phone of the lab: ``protocol`` and ``data`` of the browser's call.

        Raises:
            MisuseError, MalformedMdoc: what was asked is no question.
            Refused: the phone or its holder says no.
        """
        of = _Members(asked, {"phone", "protocol", "data", "origin", "agrees", "face"})
        phone = self._desk.phone(of.text("phone"))
        protocol = one_of("protocol", of.text("protocol"), PROTOCOLS, code="unknown_protocol")
        data, origin = of.member("data", dict, "an object"), _origin(of.text("origin"))
        agrees, face = asked.get("agrees", True), asked.get("face", "own")
        only_bool(agrees=agrees)
        one_of("face", face, _FACES, code="unknown_face")
        answer, _ = self._desk.answer(
            phone,
            (protocol, json.dumps(data), origin),
            agrees=lambda sheet: bool(agrees),
            other_face=face == "other",
        )
        return {"protocol": protocol, "data": json.loads(answer)}

    def request(self, asked: Mapping[str, Any]) -> Any:
        """A question for a stranger's wallet, as a page hands it to ``navigator.credentials.get``.

        Raises:
            MisuseError: no such protocol or element.
        """
        of = _Members(asked, {"protocol", "elements", "keep", "origin", "encrypted"})
        protocol = one_of("protocol", of.text("protocol"), PROTOCOLS, code="unknown_protocol")
        elements, over = elements_in(asked.get("elements", ["age_over_20"]), asked.get("keep", []))
        encrypted = asked.get("encrypted", True)
        only_bool(encrypted=encrypted)
        origin = _origin(of.text("origin") if "origin" in asked else self._origin)
        begun = self._desk.ask(protocol, elements, origin=origin, encrypted=bool(encrypted), over=over)
        data = json.loads(begun.asking.data)
        return {
            "session": begun.number,
            "origin": origin,
            "digital": {"requests": [{"protocol": protocol, "data": data}]},
            "warnings": [_in_both("word.sheet.over_asks") for _ in over_asked(elements)],
        }

    def take(self, given: Mapping[str, Any]) -> Any:
        """A stranger's answer: ``session`` and the ``data`` that the browser gave the page; the verdict on it.

        Raises:
            MisuseError: no such question, or it was answered.
        """
        of = _Members(given, {"session", "protocol", "data"})
        transaction = self._desk.find(of.text("session"))
        if "protocol" in given and given["protocol"] != transaction.asking.protocol:
            raise MisuseError(f"this question was asked by {transaction.asking.protocol}.", code="unknown_protocol")
        self._desk.take(transaction, json.dumps(of.member("data", dict, "an object")))
        return verdict(transaction)


def elements_in(names: object, keep: object) -> tuple[Mapping[str, Mapping[str, bool]], int]:
    """What is asked for, by bare names; and the age, where nothing else is asked.

    Raises:
        MisuseError: no list of names, or no such element.
    """
    for what, value in (("elements", names), ("keep", keep)):
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value) or len(value) > 50:
            raise MisuseError(f"{what} is a list of names, 50 at most; got {shown(value)}.", code="bad_request")
    assert isinstance(names, list) and isinstance(keep, list), "just asked"
    if not names:
        raise MisuseError("elements names at least one, such as age_over_20.", code="bad_request")
    age = names[0].removeprefix("age_over_")
    over = int(age) if len(set(names)) == 1 and age != names[0] and age.isdecimal() else 0
    return elements_of(names, keep), over


def verdict(transaction: Transaction) -> Any:
    """What the shop makes of an answer: a code, every check in both languages, and what it learnt."""
    found = transaction.presented
    return {
        "accepted": transaction.code == "accepted",
        "code": transaction.code,
        "said": _in_both(f"code.{transaction.code}"),
        "checks": [
            {
                "name": check.name,
                "passed": check.passed,
                "clause": check.clause,
                "seen": {language: check.seen.in_language(language) for language in LANGUAGES},
            }
            for check in transaction.checks
        ],
        "elements": {} if found is None else {name: _plain(value) for name, value in found.values().items()},
    }


class _Members:
    """The members of a JSON object, each asked for by its name."""

    def __init__(self, whole: Mapping[str, Any], known: set[str]) -> None:
        self._whole = whole
        for name in whole:
            one_of("a member", name, sorted(known), code="unknown_member")

    def member(self, name: str, kind: type, said: str) -> Any:
        if not isinstance(self._whole.get(name), kind):
            raise MisuseError(f"{name} is {said}; got {shown(self._whole.get(name))}.", code="bad_request")
        return self._whole[name]

    def text(self, name: str) -> str:
        return str(self.member(name, str, "text"))


def _origin(stated: str) -> str:
    """An origin as a browser states it."""
    only_text("origin", stated, "https://shop.example")
    scheme, _, rest = stated.partition("://")
    if scheme not in ("https", "http") or not rest or set(rest) & set("/?#@ ") or len(stated) > _LONGEST_ORIGIN:
        raise MisuseError("origin is scheme, host and perhaps port: https://shop.example.", code="bad_origin")
    if not stated.isascii():
        raise MisuseError("origin is in ASCII: other hosts are written as xn--….", code="bad_origin")
    return stated


def _plain(value: object) -> object:
    """An element's value for JSON; the My Number came as dots, octets become base64url."""
    if isinstance(value, bytes):
        return base64url(value[:LARGEST])
    if isinstance(value, CBORTag):
        return _plain(value.value)
    return value if isinstance(value, str | int | bool | float | None) else str(value)


def _in_both(key: str) -> dict[str, str]:
    return {language: text(key, language) for language in LANGUAGES} if both(key) else {}


def _pem(der: bytes) -> bytes:
    return x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM)
