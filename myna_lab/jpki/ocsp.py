"""OCSP: the request, and the answer of an authority's delegated responder.

    certificate, issuer -> ocsp_request -> bytes -> ocsp_response (asks ``status`` for each serial number) -> bytes

A request may ask for several certificates; one of another issuer makes the whole answer "unauthorized". A nonce is
repeated. Answers are built with asn1crypto, because ``cryptography`` answers for one certificate only.

Source: RFC 6960; RFC 9654 (nonce); certificates fact sheet 5 (delegation, SHA-1 in CertID: assumed).
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime

from asn1crypto import core, ocsp, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp as requests

from myna_lab.durations import UTC, at
from myna_lab.errors import MisuseError
from myna_lab.jpki.authority import Authority
from myna_lab.jpki.names import UNREADABLE, read_certificate
from myna_lab.jpki.status import CertificateStatus

__all__ = ["is_asked", "ocsp_request", "ocsp_response"]

_DIGESTS = ("sha1", "sha256")
_REASON_NAMES = {number: name for number, name in ocsp.CRLReason._map.items()}
_LONGEST_NONCE = 128


def ocsp_request(certificate_der: bytes, issuer_der: bytes) -> bytes:
    """Ask for the status of one certificate.

    Args:
        certificate_der: the certificate, DER.
        issuer_der: its authority's certificate, DER.

    Returns:
        OCSPRequest, DER, with a SHA-1 CertID and no nonce.

    Raises:
        MalformedCertificate: one of the two cannot be read.

    Source: RFC 6960 4.1.
    """
    builder = requests.OCSPRequestBuilder()
    builder = builder.add_certificate(read_certificate(certificate_der), read_certificate(issuer_der), hashes.SHA1())
    return builder.build().public_bytes(Encoding.DER)


@functools.lru_cache(maxsize=64)
def _issuer_hashes(certificate_der: bytes) -> Mapping[str, tuple[bytes, bytes]]:
    """Digest name to (issuerNameHash, issuerKeyHash)."""
    certificate = x509.Certificate.load(certificate_der)
    name, key = certificate.subject.dump(), bytes(certificate.public_key["public_key"])
    return {digest: (hashlib.new(digest, name).digest(), hashlib.new(digest, key).digest()) for digest in _DIGESTS}


@functools.lru_cache(maxsize=64)
def _key_hash(certificate_der: bytes) -> bytes:
    return bytes(x509.Certificate.load(certificate_der).public_key.sha1)


def _error(status: str) -> bytes:
    return bytes(ocsp.OCSPResponse({"response_status": status}).dump())


def _questions(request: bytes) -> tuple[list[ocsp.CertId], bytes | None]:
    """The CertIDs and the nonce of a request; ValueError if it is not one."""
    try:
        body = ocsp.OCSPRequest.load(request, strict=True)["tbs_request"]
        ids = [line["req_cert"] for line in body["request_list"]]
        for cert_id in ids:
            _ = cert_id.native
        if body["version"].native != "v1" or not ids:
            raise ValueError("not version 1, or no question")
        nonces = [e["extn_value"].parsed for e in body["request_extensions"] if e["extn_id"].native == "nonce"]
        nonce = nonces[0].native if nonces else None
    except UNREADABLE as error:
        raise ValueError("not an OCSPRequest") from error
    if nonce is not None and not 1 <= len(nonce) <= _LONGEST_NONCE:
        raise ValueError("a nonce has 1 to 128 octets")
    return ids, nonce


def _cert_status(status: CertificateStatus) -> ocsp.CertStatus:
    if status.revoked_at is None or status.state not in ("revoked", "on_hold"):
        return ocsp.CertStatus(name=status.state, value=core.Null())
    revoked = {"revocation_time": _second(status.revoked_at)}
    if status.reason_code:
        revoked["revocation_reason"] = _REASON_NAMES[status.reason_code]
    return ocsp.CertStatus(name="revoked", value=ocsp.RevokedInfo(revoked))


def _second(instant: datetime) -> datetime:
    return at(instant).astimezone(UTC).replace(microsecond=0)


def is_asked(request: bytes, authority: Authority) -> bool:
    """Whether a request's first question is about this authority's certificates; anything may come in.

    Source: RFC 6960 4.1.1 (issuerNameHash, issuerKeyHash).
    """
    try:
        first = _questions(request)[0][0]
    except ValueError:
        return False
    return _is_ours(first, authority)


def _is_ours(cert_id: ocsp.CertId, authority: Authority) -> bool:
    ours = _issuer_hashes(authority.certificate).get(cert_id["hash_algorithm"]["algorithm"].native)
    return ours == (cert_id["issuer_name_hash"].native, cert_id["issuer_key_hash"].native)


def ocsp_response(
    request: bytes,
    *,
    authority: Authority,
    status: Callable[[int], CertificateStatus],
    produced_at: datetime,
    next_update: datetime,
) -> bytes:
    """Answer a request as the authority's responder.

    Args:
        request: OCSPRequest, DER; anything at all may come in.
        authority: whose responder answers.
        status: what is known of a serial number, with what it dates from.
        produced_at: time of signing.
        next_update: when newer data will be there.

    Returns:
        OCSPResponse, DER: ``malformedRequest`` for what is no request, ``unauthorized`` for another's certificate.

    Raises:
        MisuseError: nextUpdate before thisUpdate, or a naive time.

    Source: RFC 6960 2.3 (error answers), 4.2; RFC 5019 2.2.3 (unauthorized).
    """
    try:
        ids, nonce = _questions(request)
    except ValueError:
        return _error("malformed_request")
    if not all(_is_ours(cert_id, authority) for cert_id in ids):
        return _error("unauthorized")
    answers = []
    for cert_id in ids:
        known = status(cert_id["serial_number"].native)
        if known.this_update > next_update:
            raise MisuseError("an answer's nextUpdate lies after its thisUpdate.", code="bad_ocsp_time")
        answers.append(
            {
                "cert_id": cert_id,
                "cert_status": _cert_status(known),
                "this_update": _second(known.this_update),
                "next_update": _second(next_update),
            }
        )
    body = {
        "responder_id": ocsp.ResponderId(name="by_key", value=_key_hash(authority.responder_certificate)),
        "produced_at": _second(produced_at),
        "responses": answers,
    }
    if nonce is not None:
        body["response_extensions"] = [{"extn_id": "nonce", "critical": False, "extn_value": core.OctetString(nonce)}]
    signed = ocsp.ResponseData(body)
    signature = authority.responder_key.sign(signed.dump(), padding.PKCS1v15(), hashes.SHA256())
    basic = {
        "tbs_response_data": signed,
        "signature_algorithm": {"algorithm": "sha256_rsa"},
        "signature": signature,
        "certs": [x509.Certificate.load(authority.responder_certificate)],
    }
    content = {"response_type": "basic_ocsp_response", "response": ocsp.BasicOCSPResponse(basic)}
    return bytes(ocsp.OCSPResponse({"response_status": "successful", "response_bytes": content}).dump())
