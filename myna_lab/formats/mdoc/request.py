"""What a reader asks for: DeviceRequest of the first edition (1.0) and of the second (1.1).

    Asked(doc type, {name space: {element: will it be kept}}) -> encode -> octets -> read_request -> Request

Source: ISO/IEC 18013-5 8.3.2.1.2.1 and 9.1.4; the second edition by its drafts (attribute facts 2.6).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec

from myna_lab.errors import MalformedCertificate, MisuseError
from myna_lab.formats.jpki.names import UNREADABLE
from myna_lab.formats.mdoc import cose
from myna_lab.formats.mdoc.elements import COMMON, DOC_TYPE, ELEMENTS
from myna_lab.formats.mdoc.encoded import Encoded, member
from myna_lab.formats.mdoc.encoding import wrapped
from myna_lab.formats.mdoc.paths import read_signer
from myna_lab.formats.mdoc.transcript import Transcript, reader_authentication, reader_authentication_all
from myna_lab.ground.arguments import nearest, one_of, only_text, shown

__all__ = ["EDITIONS", "Asked", "Reader", "Request", "device_request", "elements_of", "read_request", "reader_fits"]

EDITIONS = ("1.0", "1.1")
_REQUEST = "ISO/IEC 18013-5 8.3.2.1.2.1"

AGE_OVER = re.compile(r"age_over_([0-9]{2})")
"""``age_over_NN`` (7.2.5)."""
Elements = Mapping[str, Mapping[str, bool]]
"""Name space to element to whether the reader means to keep it (``intentToRetain``)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of one document."""

    elements: Elements
    doc_type: str = DOC_TYPE
    items_request: bytes = b""
    """ItemsRequestBytes as received, in tag 24; empty: not received."""
    reader_auth: cose.Sign1 | None = None
    """The reader's signature over this document's request."""


@dataclass(frozen=True, slots=True)
class Request:
    """A request by its parts; nothing in it is verified."""

    version: str
    documents: tuple[Asked, ...]
    reader_auth_all: tuple[cose.Sign1, ...] = ()
    info: bytes | None = None
    """DeviceRequestInfoBytes as received, in tag 24; None: there is none."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks, with a certificate that says so."""

    key: ec.EllipticCurvePrivateKey
    certificate: bytes
    """DER."""


def elements_of(names: Iterable[str], keeps: Collection[str] = ()) -> Elements:
    """Elements of the card's record by their bare names, which no two name spaces share.

    Args:
        names: identifiers such as ``portrait`` or ``age_over_20``; any age of two digits may be asked for.
        keeps: which of them the reader means to keep.

    Raises:
        MisuseError: the record has no such element, or one is kept that is not asked for.
    """
    known = {each.identifier: each.name_space for each in ELEMENTS}
    asked: dict[str, dict[str, bool]] = {}
    for name in names:
        only_text("an element", name, "age_over_20")
        name_space = COMMON if AGE_OVER.fullmatch(name) else known.get(name)
        if name_space is None:
            raise MisuseError(f"the record has no element {name!r}.{nearest(name, known)}", code="unknown_element")
        asked.setdefault(name_space, {})[name] = name in keeps
    unasked = [name for name in keeps if not any(name == other for each in asked.values() for other in each)]
    if unasked:
        raise MisuseError(f"what is kept is asked for, too; not so {shown(unasked[0])}.", code="unknown_element")
    return asked


def device_request(
    asked: Sequence[Asked], *, transcript: Transcript | None = None, reader: Reader | None = None, version: str = "1.0"
) -> bytes:
    """Make a request.

    Args:
        asked: one for each document.
        transcript: of the session; needed where a reader signs.
        reader: who signs; None: nobody does.
        version: ``1.0``: each document's request is signed by itself; ``1.1``: one signature over all.

    Returns:
        DeviceRequest, CBOR.

    Raises:
        MisuseError: nothing asked, another version, or a reader without a transcript.
    """
    one_of("a version of DeviceRequest", version, EDITIONS, code="bad_request")
    if not asked or not all(one.elements for one in asked):
        raise MisuseError("a request asks for at least one element of at least one document.", code="bad_request")
    if reader is not None and transcript is None:
        raise MisuseError("a reader signs over a session's transcript; give both.", code="bad_request")
    items = [wrapped({"docType": one.doc_type, "nameSpaces": _plain(one.elements)}) for one in asked]
    documents: list[dict[str, object]] = [{"itemsRequest": cbor2.loads(each)} for each in items]
    whole: dict[str, object] = {"version": version, "docRequests": documents}
    if reader is not None and transcript is not None:
        if version == "1.0":
            for document, each in zip(documents, items, strict=True):
                document["readerAuth"] = _signed(reader, reader_authentication(transcript, each))
        else:
            whole["readerAuthAll"] = [_signed(reader, reader_authentication_all(transcript, items, None))]
    return cbor2.dumps(whole)


def _plain(elements: Elements) -> dict[str, dict[str, bool]]:
    return {name_space: dict(asked) for name_space, asked in elements.items()}


def _signed(reader: Reader, payload: bytes) -> list[object]:
    return list(cose.sign(payload, reader.key, reader.certificate, detached=True))


def read_request(request: bytes) -> Request:
    """Take a request apart.

    Raises:
        MalformedMdoc: not a DeviceRequest.
    """
    encoded = Encoded(request)
    parts = encoded.members("DeviceRequest", _REQUEST)
    version = member(parts, "version", encoded, _REQUEST).text("version", _REQUEST)
    encoded.expect(version in EDITIONS, f"version is one of {', '.join(EDITIONS)}", _REQUEST)
    documents = member(parts, "docRequests", encoded, _REQUEST)
    found = [_asked(each) for each in documents.elements("docRequests", _REQUEST)]
    documents.expect(found, "docRequests asks for at least one document", _REQUEST)
    signed = parts["readerAuthAll"].elements("readerAuthAll", _REQUEST) if "readerAuthAll" in parts else []
    info = parts.get("deviceRequestInfo")
    if info is not None:
        info.unwrapped("deviceRequestInfo", _REQUEST).mapping("deviceRequestInfo", _REQUEST)
    return Request(
        version,
        tuple(found),
        tuple(cose.read_sign1(each, "readerAuthAll", _REQUEST) for each in signed),
        None if info is None else info.octets,
    )


def _asked(encoded: Encoded) -> Asked:
    parts = encoded.members("a docRequest", _REQUEST)
    items = member(parts, "itemsRequest", encoded, _REQUEST)
    inner = items.unwrapped("itemsRequest", _REQUEST)
    members = inner.members("itemsRequest", _REQUEST)
    spaces = member(members, "nameSpaces", inner, _REQUEST)
    elements: dict[str, dict[str, bool]] = {}
    for name_space, wanted in spaces.members("nameSpaces", _REQUEST).items():
        elements[name_space] = {}
        for identifier, keeps in wanted.members(name_space, _REQUEST).items():
            value = keeps.value("intentToRetain", _REQUEST)
            keeps.expect(isinstance(value, bool), "intentToRetain is true or false", _REQUEST)
            elements[name_space][identifier] = value
    spaces.expect(any(elements.values()), "a request asks for at least one element", _REQUEST)
    auth = parts.get("readerAuth")
    return Asked(
        elements,
        member(members, "docType", inner, _REQUEST).text("docType", _REQUEST),
        items.octets,
        None if auth is None else cose.read_sign1(auth, "readerAuth", _REQUEST),
    )


def reader_fits(request: Request, transcript: Transcript) -> tuple[bytes, ...]:
    """Certificates of readers whose signatures over this request and session fit; who they are is another question.

    Args:
        request: as received.
        transcript: of this session.

    Returns:
        DER, each once; empty: nobody signed, or one signature does not fit.
    """
    signed: list[tuple[cose.Sign1, bytes]] = [
        (one.reader_auth, reader_authentication(transcript, one.items_request))
        for one in request.documents
        if one.reader_auth is not None
    ]
    over_all = reader_authentication_all(transcript, [one.items_request for one in request.documents], request.info)
    signed += [(message, over_all) for message in request.reader_auth_all]
    certificates = []
    for message, payload in signed:
        if (leaf := cose.leaf_of(message)) is None:
            return ()
        try:
            key = read_signer(leaf).public_key()
        except (MalformedCertificate, *UNREADABLE):
            return ()
        if not isinstance(key, ec.EllipticCurvePublicKey) or not cose.verified(message, key, payload):
            return ()
        certificates.append(leaf)
    return tuple(dict.fromkeys(certificates))
