"""Certification requests (PKCS #10) of the phone's secure element.

The request's common name is the SHA-256 of the application that the plastic card signed: so a request cannot be moved
from one application to another (assumed; how the real binding is made is not published).
"""

from __future__ import annotations

from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

__all__ = ["certification_request"]


def certification_request(key: RSAPrivateKey, document: bytes) -> bytes:
    """A PKCS #10 request for a phone key, bound to an application.

    Args:
        key: the new private key, which signs the request and so proves that the phone holds it.
        document: the application's bytes.

    Returns:
        DER.

    Source: RFC 2986; binding by the subject: assumed.
    """
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, sha256(document).hexdigest())])
    return x509.CertificateSigningRequestBuilder().subject_name(subject).sign(key, SHA256()).public_bytes(Encoding.DER)
