"""One presentation of the attribute record, from both sides: what was asked, shown, learnt, and what can be linked."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from myna_lab import events as ev
from myna_lab.devices.phone.presenting import Wallet
from myna_lab.devices.phone.sheet import ElementName, Sheet
from myna_lab.errors import MisuseError
from myna_lab.events import Check
from myna_lab.formats.mdoc.elements import ELEMENTS
from myna_lab.formats.mdoc.envelope import ANNEX_C
from myna_lab.formats.mdoc.openid4vp import SIGNED, UNSIGNED
from myna_lab.formats.mdoc.request import Elements, elements_of
from myna_lab.formats.mdoc.response import settles
from myna_lab.formats.mdoc.status_list import status_of
from myna_lab.formats.mdoc.transcript import Transcript, layout
from myna_lab.formats.mdoc.verifying import shown_value
from myna_lab.ground.arguments import one_of, only_bool, only_text, shown
from myna_lab.keys import elliptic_key
from myna_lab.relying_parties import reading
from myna_lab.relying_parties.inquiry import inquire
from myna_lab.texts import LANGUAGES, both, text
from myna_lab.texts.session import one, page
from myna_lab.texts.terms import Term
from myna_lab.world.outside import WorldOutside
from myna_lab.world.world import World

if TYPE_CHECKING:
    from myna_lab.ground.frames import Table

__all__ = ["WAYS", "Learnt", "Presented", "present", "presented"]

WAYS = ("near", "web", "app", "openid4vp")


class Learnt(NamedTuple):
    """What a reader learns of one element."""

    element: str
    asked: bool
    kept: bool
    """Whether it said that it would keep it."""
    given: bool
    provable: bool


@dataclass(frozen=True, slots=True)
class Presented:
    """What passed between a phone and a reader; its repr shows no value of an element."""

    phone: str
    way: str
    reader: str
    at: datetime
    transcript: Transcript
    request: bytes = field(repr=False)
    """DeviceRequest, CBOR; by OpenID4VP the query as JSON."""
    response: bytes = field(repr=False)
    """DeviceResponse, CBOR, as the reader opened it; empty: it could not."""
    messages: Mapping[str, bytes] = field(repr=False)
    """What travelled, by name, in order; what is sealed stays sealed."""
    sheet: Sheet | None
    """What the wallet showed its holder; None: the wallet holds no such document."""
    judged: reading.Judged = field(repr=False)
    asked: Mapping[str, bool] = field(repr=False)
    """Each element that was asked for, and whether it would be kept."""
    roots: Sequence[bytes] = field(repr=False)
    """What the reader trusts, DER, the newest first."""

    @property
    def accepted(self) -> bool:
        """Whether the reader believes it."""
        return self.code == "accepted"

    @property
    def code(self) -> str:
        """``accepted``, or why not; as the counter's verdict."""
        return self.judged.code

    @property
    def checks(self) -> tuple[Check, ...]:
        """Every check of the reader, in order."""
        return self.judged.checks

    def values(self, *, show_my_number: bool = False) -> Mapping[str, object]:
        """What the reader learnt: element to value; the My Number as dots unless it is asked for."""
        only_bool(show_my_number=show_my_number)
        return {
            name: shown_value(name, value, show_my_number=show_my_number) for name, value in self.judged.values.items()
        }

    def decoded(self) -> Mapping[str, Any]:
        """Request and response as plain CBOR values, one nested in the other; the response with all it shows."""
        request = self.request.decode() if self.way == "openid4vp" else cbor2.loads(self.request)
        return {"request": request, "response": cbor2.loads(self.response) if self.response else None}

    def table(self, language: str = "en") -> Table:
        """What the reader learns and does not: element, asked, kept, given, provable.

        Provable is what came under the issuer's signature, from the phone to which the record is bound. What did not
        come cannot be guessed from its digest: each is salted.
        """
        one_of("a language", language, LANGUAGES, code="unknown_language")
        from myna_lab.ground.frames import Table

        said = {known: text(f"word.presented.{'yes' if known else 'no'}", language) for known in (True, False)}
        rows = [
            (ElementName(each.element).in_language(language), *(said[known] for known in each[1:]))
            for each in self.learnt
        ]
        return Table(rows, columns=[text(f"word.presented.{name}", language) for name in Learnt._fields])

    @property
    def learnt(self) -> tuple[Learnt, ...]:
        """The same element by element: those that were asked for first, then the rest of the record."""
        given = self.judged.values
        return tuple(
            Learnt(
                name,
                name in self.asked,
                bool(self.asked.get(name)),
                name in given,
                self._settles(name) and self.accepted,
            )
            for name in dict.fromkeys([*self.asked, *(each.identifier for each in ELEMENTS)])
        )

    def _settles(self, name: str) -> bool:
        """Whether what came answers the question for an element."""
        document = self.judged.document
        items = () if document is None else document.record.items.values()
        return any(settles(item, name) for each in items for item in each)

    @property
    def octets(self) -> Table:
        """Each octet of the transcript: from where, how many, which, and what they are."""
        from myna_lab.ground.frames import Table

        rows, begins = [], 0
        for what, octets in layout(self.transcript):
            rows.append((begins, len(octets), octets.hex(), what))
            begins += len(octets)
        return Table(rows, columns=["from", "length", "octets", "what"])

    @property
    def traces(self) -> Mapping[str, bytes]:
        """What every reader gets besides, asked or not: by these two readers can know that it was one phone."""
        document = self.judged.document
        if document is None:
            return {}
        record = document.record
        found = {
            "device_key": cbor2.dumps(record.device_key),
            "issuer_signature": record.issuer_auth.signature,
            "digests": cbor2.dumps({name: dict(each) for name, each in record.value_digests.items()}),
            "times": f"{record.signed} {record.valid_until}".encode(),
            "signer": record.signer_certificate,
        }
        return found if record.status is None else {**found, "status_index": str(record.status.idx).encode()}

    def linked(self, other: Presented) -> tuple[str, ...]:
        """By which traces two readers who compare notes know that one record was shown to both.

        A signer's certificate is shared by all records of its time, so it alone tells nothing.
        """
        return tuple(name for name, value in self.traces.items() if other.traces.get(name) == value)

    def export(self, folder: str | os.PathLike[str]) -> Path:
        """Write ``device_response.cbor``, ``session_transcript.cbor`` (bare) and ``iaca.pem`` for another verifier.

        Returns:
            The folder, which is made if it is not there.
        """
        target = Path(folder)
        target.mkdir(parents=True, exist_ok=True)
        (target / "device_response.cbor").write_bytes(self.response)
        (target / "session_transcript.cbor").write_bytes(self.transcript.encoded)
        pem = b"".join(x509.load_der_x509_certificate(root).public_bytes(Encoding.PEM) for root in self.roots)
        (target / "iaca.pem").write_bytes(pem)
        return target

    def in_language(self, language: str) -> str:
        """What was asked, the answer, and every check, in ``ja`` or ``en``."""
        way, said = Term(f"word.way.{self.way}"), Term(f"code.{self.code}")
        lines = [text("word.presented.title", language, phone=self.phone, way=way, said=said)]
        lines += [] if self.sheet is None else self.sheet.in_language(language).splitlines()
        for check in self.checks:
            name = both(f"word.checked.{check.name}").get(language, check.name)
            lines.append(f"{'ok' if check.passed else 'NO'}  {name}: {check.seen.in_language(language)}")
        silent = [each.identifier for each in ELEMENTS if not self._settles(each.identifier)]
        elements = text("word.and_then", language).join(ElementName(name).in_language(language) for name in silent)
        lines.append(text("word.presented.hidden", language, elements=elements))
        return "\n".join([lines[0], *(f"  {line}" for line in lines[1:])])

    def __str__(self) -> str:
        return self.in_language(one())

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return page(self)


def present(
    world: World,
    phone: str,
    names: Sequence[str],
    *,
    way: str,
    mac: bool,
    keeps: Collection[str],
    to: str,
    other_face: bool,
    signed: bool,
    encrypted: bool,
) -> Presented:
    """Show elements to a reader; see :meth:`myna_lab.lab.handles.PhoneHandle.present`."""
    one_of("a way", way, WAYS, code="unknown_way")
    only_bool(mac=mac, other_face=other_face, signed=signed, encrypted=encrypted)
    for switch, only in (("mac", "near"), ("signed", "openid4vp"), ("encrypted", "openid4vp")):
        if {"mac": mac, "signed": signed, "encrypted": encrypted}[switch] and way != only:
            raise MisuseError(f"{switch}=True is for way={only!r}; got way={way!r}.", code="unknown_way")
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,29}", only_text("a reader's name", to, "shop"), re.ASCII):
        raise MisuseError(
            "a reader's name is a part of a host's name: 1 to 30 small letters, digits and hyphens.", code="bad_name"
        )
    if not isinstance(keeps, list | tuple | set | frozenset):
        raise MisuseError(f"what is kept stands in a list: keep=['portrait']; got {shown(keeps)}.", code="bad_request")
    asked = elements_of(names or ("age_over_20",), keeps)
    sheets: list[Sheet] = []

    def agrees(sheet: Sheet) -> bool:
        sheets.append(sheet)
        return True

    with world.lock:
        outside = WorldOutside(world)
        wallet = outside.presenter(world.phone(phone), other_face=other_face)
        assert isinstance(wallet, Wallet), "a phone of this world has one"
        begun, *_ = world.record([ev.AttributesRequested(phone, to, way)])
        drawn = world.chance(f"present/{begun.seq}/{to}/{way}")
        wallet = replace(wallet, session_key=elliptic_key(drawn.child("phone")), mac=mac, consents=agrees)
        key, reader, nonce = elliptic_key(drawn.child("reader")), outside.reader(to), drawn.child("nonce").bytes(32)
        origin = f"https://{to}.jpki-emu.invalid"
        if way == "near":
            conversation = reading.near(wallet, asked, key=key, reader=reader)
        elif way == "app":
            conversation = reading.in_app(wallet, asked, key=key, reader=reader, nonce=nonce)
        else:
            protocol = ANNEX_C if way == "web" else SIGNED if signed else UNSIGNED
            page = inquire(protocol, asked, key=key, reader=reader, nonce=nonce, origin=origin, encrypted=encrypted)
            conversation = reading.on_page(wallet, page)
        return presented(
            outside, conversation, asked, phone=phone, way=way, reader=to, sheet=sheets[0] if sheets else None
        )


def presented(
    outside: WorldOutside,
    conversation: reading.Shown,
    asked: Elements,
    *,
    phone: str,
    way: str,
    reader: str,
    sheet: Sheet | None,
    roots: Sequence[bytes] = (),
) -> Presented:
    """A conversation, judged by what readers of a world trust.

    Args:
        outside: the world.
        conversation: what was asked and came.
        asked: the elements.
        phone: who showed them; empty: a stranger.
        way: one of :data:`WAYS`.
        reader: who asked.
        sheet: what the wallet showed its holder.
        roots: further roots of records that are trusted, DER.
    """
    anchors, now = (*outside.record_anchors[::-1], *roots), outside.now
    found = reading.judged(
        conversation,
        anchors=anchors,
        at=now,
        status=lambda place: status_of(place, outside.status_list(place.uri), anchors=anchors, at=now),
    )
    return Presented(
        phone,
        way,
        reader,
        now,
        conversation.session.transcript,
        conversation.request,
        conversation.response,
        conversation.messages,
        sheet,
        found,
        {name: kept for each in asked.values() for name, kept in each.items()},
        anchors,
    )
