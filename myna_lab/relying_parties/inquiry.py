"""A page's question that goes through the browser, and the opening of what comes back: annex C or OpenID4VP.

    inquire -> Inquiry: protocol, data for the browser, origin -> the wallet's answer -> opened -> DeviceResponse

Source: ISO/IEC TS 18013-7 annex C; OpenID4VP 1.0 appendix A; the names of protocols are the browser's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import ec

from myna_lab.formats.mdoc import envelope, openid4vp, transcript
from myna_lab.formats.mdoc.base64url import base64url
from myna_lab.formats.mdoc.inspecting import Session
from myna_lab.formats.mdoc.request import Asked, Elements, Reader, device_request
from myna_lab.ground.arguments import one_of, only_bool

__all__ = ["PROTOCOLS", "Inquiry", "inquire"]

PROTOCOLS = (envelope.ANNEX_C, openid4vp.UNSIGNED, openid4vp.SIGNED)
_DOCUMENT = "mnc"
"""The document's identifier in our requests by OpenID4VP."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """One question of a page; its answer is worth nothing to another."""

    protocol: str
    data: str
    """What the page hands to the browser, JSON."""
    origin: str
    """Of the page; the browser states it to the wallet."""
    encrypted: bool
    """Whether the answer is to be encrypted."""
    request: bytes
    """What is asked: DeviceRequest, or the claims of OpenID4VP as JSON."""
    session: Session
    opened: Callable[[str], bytes] = field(repr=False)
    """From the wallet's answer, JSON, to the DeviceResponse; raises MalformedMdoc."""


def inquire(
    protocol: str,
    asked: Elements,
    *,
    key: ec.EllipticCurvePrivateKey,
    reader: Reader,
    nonce: bytes,
    origin: str,
    encrypted: bool = True,
) -> Inquiry:
    """Ask as a page.

    Args:
        protocol: one of :data:`PROTOCOLS`.
        asked: the elements.
        key: for this question alone; answers are encrypted to it.
        reader: who signs, where the protocol has a signature.
        nonce: 16 octets or more, never used before.
        origin: of the page.
        encrypted: by OpenID4VP, whether the answer is to be encrypted; by annex C it always is.

    Raises:
        MisuseError: another protocol, or nothing asked.
    """
    one_of("a protocol", protocol, PROTOCOLS, code="unknown_protocol")
    only_bool(encrypted=encrypted)
    if protocol == envelope.ANNEX_C:
        info = envelope.encryption_info(nonce, key.public_key())
        seen = transcript.web(info, origin)
        request = device_request([Asked(asked)], transcript=seen, reader=reader, version="1.1")
        return Inquiry(
            protocol,
            envelope.web_request(request, info),
            origin,
            True,
            request,
            Session(seen, asked, key),
            lambda answer: envelope.open_web_response(answer, key, seen),
        )
    own = key if encrypted else None
    wanted = openid4vp.Query(_DOCUMENT, base64url(nonce), asked, recipient=None if own is None else own.public_key())
    data = claims = openid4vp.query(wanted)
    if protocol == openid4vp.SIGNED:
        data, claims = openid4vp.signed_query(wanted, reader, origin)
    return Inquiry(
        protocol,
        data,
        origin,
        encrypted,
        claims.encode(),
        Session(transcript.openid4vp(origin, wanted.nonce, wanted.thumbprint), asked),
        lambda answer: openid4vp.read_token(answer, _DOCUMENT, own),
    )
