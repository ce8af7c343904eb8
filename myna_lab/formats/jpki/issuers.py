"""Which authority a certificate or a request belongs to: the key decides, because all generations bear one name."""

from __future__ import annotations

from collections.abc import Sequence

from cryptography.exceptions import InvalidSignature

from myna_lab.errors import MalformedCertificate, MalformedError
from myna_lab.formats.jpki.authority import Authority
from myna_lab.formats.jpki.names import UNREADABLE, read_certificate
from myna_lab.formats.jpki.ocsp import is_of, read_request

__all__ = ["asked_of", "issuer_of"]


def issuer_of(certificate_der: bytes, anchors: Sequence[bytes]) -> bytes | None:
    """The anchor that issued a certificate.

    Args:
        certificate_der: the certificate, DER; anything may come in.
        anchors: authority certificates, DER.

    Returns:
        The first anchor whose name and key fit; None if none does.

    Source: RFC 5280 6.1.3 (a)(1), (a)(4).
    """
    try:
        certificate = read_certificate(certificate_der)
    except MalformedCertificate:
        return None
    for anchor in anchors:
        try:
            certificate.verify_directly_issued_by(read_certificate(anchor))
        except (InvalidSignature, *UNREADABLE):
            continue
        return anchor
    return None


def asked_of(request: bytes, authorities: Sequence[Authority]) -> Authority | None:
    """The authority of the first certificate in an OCSP request that is anybody's; None if none is, or no request.

    Source: RFC 6960 4.1.1 (issuerNameHash, issuerKeyHash).
    """
    try:
        ids = read_request(request).ids
    except MalformedError:
        return None
    return next((authority for asked in ids for authority in authorities if is_of(asked, authority)), None)
