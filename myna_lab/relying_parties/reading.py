"""A reader asks a wallet, near by or from elsewhere, and judges what it is shown.

    near, on_web, in_app, by_openid4vp -> Shown -> judged -> Judged: a code, every check, and what was learnt

Who carries the messages is a function of the wallet's side; there is no radio and no browser between.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric import ec

from myna_lab.errors import MalformedMdoc
from myna_lab.events import Check, reason
from myna_lab.formats import mdoc
from myna_lab.formats.mdoc import cose, envelope, openid4vp, session, transcript
from myna_lab.formats.mdoc.base64url import base64url
from myna_lab.formats.mdoc.encoded import wrapped
from myna_lab.formats.mdoc.inspecting import Session, code_of, inspect
from myna_lab.formats.mdoc.record import StatusPlace
from myna_lab.formats.mdoc.request import Asked, Elements, Reader, device_request
from myna_lab.formats.mdoc.response import Document, read_response, settles
from myna_lab.formats.mdoc.status_list import StatusSeen
from myna_lab.relying_parties.authenticator import OnlineWallet, Presenter

__all__ = ["APP", "Judged", "Shown", "by_openid4vp", "in_app", "judged", "near", "on_web"]

_RESPONSE = "ISO/IEC 18013-5 8.3.2.1.2.2"
APP = ("merchant.emu.jpki", "TEAMEMU")
"""Merchant and team of the app that asks."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A conversation as the reader knows it."""

    request: bytes
    """DeviceRequest, or the query of OpenID4VP as text."""
    response: bytes
    """DeviceResponse, opened."""
    session: Session
    messages: Mapping[str, bytes]
    """What travelled, by name, in order."""


def near(
    held: Presenter, asked: Elements, *, key: ec.EllipticCurvePrivateKey, reader: Reader, doc_type: str = mdoc.DOC_TYPE
) -> Shown:
    """Read the code that a phone shows, and ask over an encrypted session.

    Args:
        held: the phone.
        asked: the elements.
        key: the reader's, for this session alone.
        reader: who signs the request.
        doc_type: of the document.

    Raises:
        Refused: the phone or its holder does not answer.
        MalformedMdoc: what came is no message of this session.
    """
    code, carry = held.near()
    engagement = session.from_qr(code)
    seen = transcript.near(engagement.encoded, wrapped(cose.cose_key(key.public_key())))
    request = device_request([Asked(asked, doc_type)], transcript=seen, reader=reader)
    sealing = session.SealedSession(key, engagement.device_key, seen, is_reader=True)
    message = session.establishment(key.public_key(), sealing.seal(request))
    answer = carry(message)
    data, status = session.read_data(answer)
    if data is None:
        raise MalformedMdoc(f"octet 0: the phone answers with data, not with status {status}.", clause="", offset=0)
    travelled = {"qr_code": code.encode(), "session_establishment": message, "session_data": answer}
    return Shown(request, sealing.open(data), Session(seen, asked, key, doc_type=doc_type), MappingProxyType(travelled))


def on_web(
    held: OnlineWallet, asked: Elements, *, key: ec.EllipticCurvePrivateKey, reader: Reader, nonce: bytes, origin: str
) -> Shown:
    """Ask as a page, by annex C; further arguments and errors as of :func:`near`.

    Args:
        nonce: 16 octets or more, never used before.
        origin: of the page, which the browser adds by itself.
    """
    info = envelope.encryption_info(nonce, key.public_key())
    seen = transcript.web(info, origin)
    request = device_request([Asked(asked)], transcript=seen, reader=reader, version="1.1")
    text = envelope.web_request(request, info)
    answer = held.web(text, origin)
    response = envelope.open_web_response(answer, key, seen)
    travelled = {"request": text.encode(), "answer": answer.encode()}
    return Shown(request, response, Session(seen, asked, key), MappingProxyType(travelled))


def in_app(
    held: OnlineWallet, asked: Elements, *, key: ec.EllipticCurvePrivateKey, reader: Reader, nonce: bytes
) -> Shown:
    """Ask as an app on the same iPhone; arguments and errors as of :func:`on_web`."""
    merchant, team = APP
    seen = transcript.in_app(nonce, merchant, team, cose.point_of(key.public_key()))
    request = device_request([Asked(asked)], transcript=seen, reader=reader, version="1.1")
    answer = held.app(request, nonce=nonce, merchant=merchant, team=team, recipient=key.public_key())
    response = envelope.open_app_response(answer, key, seen)
    travelled = {"request": request, "answer": answer}
    return Shown(request, response, Session(seen, asked, key), MappingProxyType(travelled))


def by_openid4vp(held: OnlineWallet, asked: Elements, *, nonce: bytes, origin: str) -> Shown:
    """Ask as a page, by OpenID4VP; arguments and errors as of :func:`on_web`."""
    wanted = openid4vp.Query("mnc", base64url(nonce), asked)
    text = openid4vp.query(wanted)
    seen = transcript.openid4vp(origin, wanted.nonce, None)
    answer = held.openid4vp(text, origin)
    travelled = {"request": text.encode(), "answer": answer.encode()}
    return Shown(text.encode(), openid4vp.read_token(answer, "mnc"), Session(seen, asked), MappingProxyType(travelled))


class Judged(NamedTuple):
    """What a reader makes of a conversation."""

    code: str
    """``accepted``; ``record_refused`` for what cannot be read, ``not_given`` for what did not come, or as
    :func:`~myna_lab.formats.mdoc.inspecting.code_of`."""
    checks: tuple[Check, ...]
    document: Document | None
    status: StatusSeen | None
    """What a status list said; None: none was asked for."""

    @property
    def values(self) -> Mapping[str, object]:
        """The elements that came, and nothing about whether they are to be believed."""
        items = () if self.document is None else self.document.record.items.values()
        return {item.element_identifier: item.element_value for each in items for item in each}


def judged(
    response: bytes,
    held: Session,
    *,
    anchors: Sequence[bytes],
    at: datetime,
    status: Callable[[StatusPlace], StatusSeen | None],
) -> Judged:
    """Judge an answer.

    Args:
        response: DeviceResponse, opened; anything may come in.
        held: the session in which it came.
        anchors: roots of records, DER.
        at: now.
        status: asks a status list where a record names one.
    """
    try:
        documents = read_response(response).documents
    except MalformedMdoc as malformed:
        unreadable = Check("response", False, _RESPONSE, reason("refused.other", said=str(malformed)))
        return Judged("record_refused", (unreadable,), None, None)
    if not documents:
        nothing = Check("elements", False, _RESPONSE, reason("service.nothing_given"))
        return Judged("not_given", (nothing,), None, None)
    document = documents[0]
    place = document.record.status
    seen = None if place is None else status(place)
    checks = inspect(document, held, anchors=anchors, at=at, status=seen)
    came = [item for items in document.record.items.values() for item in items]
    lacking = [name for each in held.asked.values() for name in each if not any(settles(item, name) for item in came)]
    given = Check(
        "elements", not lacking, _RESPONSE, reason("service.elements", n_came=len(came), n_lacking=len(lacking))
    )
    code = code_of(checks)
    if code == "accepted" and lacking:
        code = "not_given"
    return Judged(code, (*checks, given), document, seen)
