"""Where the fields of a certificate lie: openssl reads the same structure at the same octets."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from myna_lab import Lab
from myna_lab.formats import jpki, mdoc
from myna_lab.formats.jpki.answer_reader import read_answer
from myna_lab.formats.jpki.layout import Located, certificate_layout, located
from needs import need_program

ROW = re.compile(r"^ *(\d+):d=(\d+) +hl=(\d+) l= *(\d+) (?:prim|cons): (.*?) *$", re.MULTILINE)
HEAD = ("INTEGER", "SEQUENCE", "SEQUENCE", "SEQUENCE", "SEQUENCE", "SEQUENCE")
"""Serial number, algorithm, issuer, validity, subject, key, within the part that is signed (RFC 5280 4.1)."""


@pytest.fixture(scope="module")
def certificates() -> list[bytes]:
    """Of each kind in a lab: people's four, authorities', an OCSP responder's, the signer of attribute records."""
    lab = Lab(seed=7)
    phone = lab.iphone(lab.resident(name="青葉　花子"))
    phone.add_card().run()
    (responder,) = read_answer(lab.certificates()[0].ocsp()).certificates
    signer = mdoc.parse(lab.world.phone(phone.phone).record()).signer_certificate
    return [*(own.der for own in lab.certificates()), *lab.revocation.anchors, responder, signer]


def parsed(certificate: bytes, file: Path) -> list[tuple[int, int, int, str]]:
    """Depth, from, to and type of every object, as openssl has them."""
    file.write_bytes(certificate)
    command = [need_program("openssl"), "asn1parse", "-inform", "DER", "-in", str(file)]
    told = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    return [
        (int(depth), int(begins), int(begins) + int(head) + int(length), kind)
        for begins, depth, head, length, kind in ROW.findall(told)
    ]


def test_every_octet_has_one_place(certificates: list[bytes]) -> None:
    """The pieces follow each other without a gap from the first octet to the last, and none is empty."""
    for der in certificates:
        found = certificate_layout(der)
        assert [piece.begins for piece in found] == [0, *(piece.ends for piece in found[:-1])]
        assert found[-1].ends == len(der) and all(piece.begins < piece.ends for piece in found)
        names = [part.field.name for part in found if isinstance(part, Located)]
        assert names[:-2] == [field.name for field in jpki.fields(der)]


def test_openssl_finds_the_fields_there(certificates: list[bytes], tmp_path: Path) -> None:
    """Head, validity, signature, and every extension: the same octets."""
    for der in certificates:
        objects = parsed(der, tmp_path / "certificate.der")
        spans = {(begins, ends) for _, begins, ends, _ in objects}
        found = {each.field.name: (each.begins, each.ends) for each in located(certificate_layout(der))}
        head = [(begins, ends, kind) for depth, begins, ends, kind in objects if depth == 2][1:7]
        assert tuple(kind.partition(" ")[0] for *_, kind in head) == HEAD
        names = ("serial_number", "signature_algorithm", "issuer", "", "subject", "public_key")
        for name, (begins, ends, _) in zip(names, head, strict=True):
            if name and name != "signature_algorithm":  # which comes twice
                assert found[name] == (begins, ends), name
        times = [(begins, ends) for _, begins, ends, kind in objects if kind.startswith(("UTCTIME", "GENERALIZEDTIME"))]
        assert [found["not_before"], found["not_after"]] == times[:2]
        assert found["signature_value"] == objects[-1][1:3] and objects[-1][3].startswith("BIT STRING")
        in_names = {name for name, span in found.items() if span not in spans}
        assert in_names <= {  # openssl does not look into the octets of subjectAltName
            *("common_name", "date_of_birth", "gender", "address", "subject_alternative_name"),
            *("substitute_character_of_common_name", "substitute_character_of_address"),
        }


def test_an_extension_is_the_one_that_openssl_names(certificates: list[bytes], tmp_path: Path) -> None:
    """Within the octets of each of these fields openssl reads the object identifier of that extension, and no other."""
    for der in certificates[:4]:
        objects = parsed(der, tmp_path / "certificate.der")
        for each in located(certificate_layout(der)):
            wanted = NAMED.get(each.field.name)
            if wanted is not None:
                inside = [kind for _, begins, _, kind in objects if each.begins <= begins < each.ends]
                assert [kind for kind in inside if kind.startswith("OBJECT")] == [f"OBJECT            :{wanted}"]


NAMED = {
    "key_usage": "X509v3 Key Usage",
    "extended_key_usage": "X509v3 Extended Key Usage",
    "certificate_policies": "X509v3 Certificate Policies",
    "crl_distribution_points": "X509v3 CRL Distribution Points",
    "subject_key_identifier": "X509v3 Subject Key Identifier",
    "authority_key_identifier": "X509v3 Authority Key Identifier",
    "authority_information_access": "Authority Information Access",
}
