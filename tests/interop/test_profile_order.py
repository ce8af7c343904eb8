"""OpenSSL reads the extensions of each kind in the order that was decoded from the test hierarchy's certificates."""

from __future__ import annotations

import re
import subprocess

import pytest
from authorities import NOW, authority, certificate

from myna_lab.formats import jpki
from needs import need_program

pytestmark = pytest.mark.interop
SIGN = [
    "X509v3 Key Usage: critical",
    "X509v3 Subject Alternative Name",
    "X509v3 Certificate Policies: critical",
    "X509v3 Issuer Alternative Name",
    "X509v3 CRL Distribution Points",
    "X509v3 Authority Key Identifier",
    "X509v3 Subject Key Identifier",
]
AUTH = [
    "X509v3 Key Usage: critical",
    "X509v3 Extended Key Usage",
    "X509v3 Certificate Policies: critical",
    "X509v3 Issuer Alternative Name",
    "X509v3 CRL Distribution Points",
    "Authority Information Access",
    "X509v3 Authority Key Identifier",
    "X509v3 Subject Key Identifier",
]
ROOT = [
    "X509v3 Key Usage: critical",
    "X509v3 Subject Alternative Name",
    "X509v3 Basic Constraints: critical",
    "X509v3 CRL Distribution Points",
    "X509v3 Subject Key Identifier",
]
_HEAD = re.compile(r"^ {12}(\S.*?): ?(critical)?$", re.MULTILINE)


def openssl(*arguments: str, der: bytes) -> str:
    """What a command of OpenSSL says of octets."""
    command = [need_program("openssl"), *arguments, "-inform", "DER"]
    return subprocess.run(command, input=der, capture_output=True, timeout=60, check=True).stdout.decode()


def order(der: bytes) -> list[str]:
    """The heads of the extensions, as ``openssl x509 -text`` prints them."""
    shown = openssl("x509", "-noout", "-text", der=der).partition("X509v3 extensions:\n")[2]
    return [f"{name}{': critical' if critical else ''}" for name, critical in _HEAD.findall(shown)]


@pytest.mark.parametrize(("kind", "expected"), [
    ("card_sign", SIGN), ("phone_sign", SIGN), ("card_auth", AUTH), ("phone_auth", AUTH),
])  # fmt: skip
def test_the_order_of_each_kind(kind: str, expected: list[str]) -> None:
    """Seven extensions of a signing certificate, eight of one for authentication, and no other."""
    assert order(certificate(kind)) == expected


@pytest.mark.parametrize("side", ["sign", "auth"])
def test_the_order_of_the_authorities(side: str) -> None:
    """Five extensions of the real roots: neither AKI nor policies, AIA, issuerAltName or EKU."""
    assert order(authority(side).certificate) == ROOT


@pytest.mark.parametrize("kind", list(jpki.KINDS))
def test_what_stands_in_them(kind: str) -> None:
    """OpenSSL reads the purpose and OCSP address of an auth certificate, and in both kinds key, name and number."""
    shown = openssl("x509", "-noout", "-text", der=certificate(kind))
    side = jpki.authority_of(kind)
    assert ("TLS Web Client Authentication" in shown) == (side == "auth")
    assert ("OCSP - URI:http://ocsp.jpki-emu.invalid/auth" in shown) == (side == "auth")
    identifier = shown.partition("X509v3 Authority Key Identifier:")[2].partition("X509v3 Subject")[0].split("\n")
    assert re.fullmatch(r"keyid:([0-9A-F]{2}:){19}[0-9A-F]{2}", identifier[1].strip())
    assert identifier[2].strip().startswith("DirName:/C=JP/O=JPKI-EMU/OU=JPKI for ")
    assert identifier[3].strip() == "serial:06:7F:35:40"


@pytest.mark.parametrize("kind", list(jpki.KINDS))
def test_the_serial_number_has_four_octets(kind: str) -> None:
    """The first INTEGER after the version is a serial number of four octets; the octets of the time are UTCTime."""
    lines = openssl("asn1parse", der=certificate(kind)).splitlines()
    assert re.search(r"l=   4 prim: INTEGER +:067F35[0-9A-F]{2}$", lines[4])
    times = [line.rpartition(":")[2] for line in lines if "UTCTIME" in line]
    assert times == [f"{NOW:%y}0624000005Z", "300217145959Z"]
