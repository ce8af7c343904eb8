"""TLS for a class on a network: a certificate made here, whose fingerprint the teacher's screen shows."""

from __future__ import annotations

import ipaddress
import os
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from myna_lab.errors import MisuseError

__all__ = ["fingerprint", "self_made"]

LASTS = timedelta(days=90)
NAME = "myna_lab class (self-made)"


def self_made(address: str, folder: Path, at: datetime) -> tuple[Path, Path]:
    """Make a certificate and its key, or take those of an earlier start if they still serve.

    Args:
        address: the interface's address or name, which stands in the certificate.
        folder: where both files are kept; the key is readable by its owner only.
        at: now.

    Returns:
        The certificate's and the key's file.
    """
    chain, key = folder / "tls_certificate.pem", folder / "tls_key.pem"
    if chain.exists() and key.exists() and _serves(chain, address, at):
        return chain, key
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(hours=1))
        .not_valid_after(at + LASTS)
        .add_extension(x509.SubjectAlternativeName([_general_name(address)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(private, hashes.SHA256())
    )
    octets = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    key.unlink(missing_ok=True)
    with os.fdopen(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(octets)
    chain.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return chain, key


def _general_name(address: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(address))
    except ValueError:
        return x509.DNSName(address)


def _serves(chain: Path, address: str, at: datetime) -> bool:
    made = x509.load_pem_x509_certificate(chain.read_bytes())
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return _general_name(address) in names and at + timedelta(days=1) < made.not_valid_after_utc


def fingerprint(chain: Path) -> str:
    """SHA-256 of the first certificate of a file, as browsers show it.

    Raises:
        MisuseError: it cannot be read as a certificate.
    """
    try:
        made = x509.load_pem_x509_certificate(chain.read_bytes())
    except (OSError, ValueError) as error:
        raise MisuseError(f"{chain} cannot be read as a certificate (PEM): {error}.", code="certificate") from error
    return made.fingerprint(hashes.SHA256()).hex(":").upper()
