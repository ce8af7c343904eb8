"""A reader asks a wallet, near by or from elsewhere, and judges what it is shown.

    near, on_page, in_app -> Shown -> judged -> Judged: a code, every check, and what was learnt

Who carries the messages is a function of the wallet's side; there is no radio and no browser between.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric import ec

from myna_lab.errors import MalformedMdoc
from myna_lab.events import Check, reason
from myna_lab.formats import mdoc
from myna_lab.formats.mdoc import cose, envelope, session, transcript
from myna_lab.formats.mdoc.encoding import wrapped
from myna_lab.formats.mdoc.inspecting import Session, code_of, inspect
from myna_lab.formats.mdoc.record import StatusPlace
from myna_lab.formats.mdoc.request import Asked, Elements, Reader, device_request
from myna_lab.formats.mdoc.response import Document, read_response, settles
from myna_lab.formats.mdoc.status_list import StatusSeen
from myna_lab.formats.mdoc.transcript import differing
from myna_lab.relying_parties.authenticator import OnlineWallet, Presenter, Telling
from myna_lab.relying_parties.inquiry import Inquiry

__all__ = ["APP", "Judged", "Shown", "in_app", "judged", "near", "on_page", "shown_to"]

_RESPONSE, _DATA = "ISO/IEC 18013-5 8.3.2.1.2.2", "ISO/IEC 18013-5 9.1.1.4"
APP = ("merchant.emu.jpki", "TEAMEMU")
"""Merchant and team of the app that asks."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A conversation as the reader knows it."""

    request: bytes
    """DeviceRequest, or the query of OpenID4VP as text."""
    response: bytes
    """DeviceResponse, opened; empty: it cannot be opened."""
    session: Session
    messages: Mapping[str, bytes]
    """What travelled, by name, in order."""
    unopened: str = ""
    """Why it cannot be opened."""


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
        MalformedMdoc: the code is none.
    """
    code, carry = held.near()
    engagement = session.from_qr(code)
    seen = transcript.near(engagement.encoded, wrapped(cose.cose_key(key.public_key())))
    request = device_request([Asked(asked, doc_type)], transcript=seen, reader=reader)
    sealing = session.SealedSession(key, engagement.device_key, seen, is_reader=True)
    message = session.establishment(key.public_key(), sealing.seal(request))
    answer = carry(message)

    def opened() -> bytes:
        data, status = session.read_data(answer)
        if data is None:
            right = "the phone answers with data"
            raise MalformedMdoc(f"octet 0: {right}, not with status {status} ({_DATA}).", clause=_DATA, offset=0)
        return sealing.open(data)

    travelled = {"qr_code": code.encode(), "session_establishment": message, "session_data": answer}
    return shown_to(held, opened, request, Session(seen, asked, key, doc_type=doc_type), travelled)


def on_page(held: OnlineWallet, asking: Inquiry) -> Shown:
    """Ask as a page, through the browser; errors as of :func:`near`."""
    answer = held.page(asking.protocol, asking.data, asking.origin)
    travelled = {"request": asking.data.encode(), "answer": answer.encode()}
    return shown_to(held, lambda: asking.opened(answer), asking.request, asking.session, travelled)


def in_app(
    held: OnlineWallet, asked: Elements, *, key: ec.EllipticCurvePrivateKey, reader: Reader, nonce: bytes
) -> Shown:
    """Ask as an app on the same iPhone; further arguments and errors as of :func:`near`.

    Args:
        nonce: 16 octets or more, never used before.
    """
    merchant, team = APP
    seen = transcript.in_app(nonce, merchant, team, cose.point_of(key.public_key()))
    request = device_request([Asked(asked)], transcript=seen, reader=reader, version="1.1")
    answer = held.app(request, nonce=nonce, merchant=merchant, team=team, recipient=key.public_key())
    travelled = {"request": request, "answer": answer}
    opened = partial(envelope.open_app_response, answer, key, seen)
    return shown_to(held, opened, request, Session(seen, asked, key), travelled)


def shown_to(
    held: object, opened: Callable[[], bytes], request: bytes, known: Session, travelled: Mapping[str, bytes]
) -> Shown:
    """A conversation after the answer came, be it one that can be opened or not.

    Args:
        held: who answered; in this laboratory a phone tells its own transcript, and what differs can be named.
        opened: brings the DeviceResponse, or raises MalformedMdoc.
        request: what was asked.
        known: the reader's side of the session.
        travelled: the messages.
    """
    response, why = b"", ""
    try:
        response = opened()
    except MalformedMdoc as malformed:
        why = str(malformed)
    told = held.transcript if isinstance(held, Telling) else None
    return Shown(request, response, replace(known, device_transcript=told), MappingProxyType({**travelled}), why)


class Judged(NamedTuple):
    """What a reader makes of a conversation."""

    code: str
    """``accepted``; ``other_session`` for what another session's keys opened, ``record_refused`` for what cannot be
    read, ``not_given`` for what did not come, or as
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
    shown: Shown,
    *,
    anchors: Sequence[bytes],
    at: datetime,
    status: Callable[[StatusPlace], StatusSeen | None],
) -> Judged:
    """Judge an answer.

    Args:
        shown: the conversation; anything may have come in.
        anchors: roots of records, DER.
        at: now.
        status: asks a status list where a record names one.
    """
    held = shown.session
    if shown.unopened:
        return _unopened(shown)
    try:
        documents = read_response(shown.response).documents
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


def _unopened(shown: Shown) -> Judged:
    """An answer that cannot be opened: keys are agreed over the transcript, so one of another session is closed."""
    other = shown.session.device_transcript
    parts = () if other is None else differing(shown.session.transcript, other)
    if parts:
        elsewhere = Check("session", False, _DATA, reason("record.session_differs", parts=", ".join(parts)))
        return Judged("other_session", (elsewhere,), None, None)
    unreadable = Check("response", False, _RESPONSE, reason("refused.other", said=shown.unopened))
    return Judged("record_refused", (unreadable,), None, None)
