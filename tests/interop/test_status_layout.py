"""Where the fields of OCSP requests, answers and lists lie, and what they say: openssl reads the same."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from myna_lab import Lab
from myna_lab.formats import jpki
from myna_lab.formats.jpki.layout import Layout, Located, answer_layout, list_layout, located, request_layout
from needs import need_program

pytestmark = pytest.mark.interop
ROW = re.compile(r"^ *(\d+):d=(\d+) +hl=(\d+) l= *(\d+) (prim|cons): (.*?) *$", re.MULTILINE)
TIME = re.compile(r"([A-Z][a-z]{2} +\d+ [\d:]{8} \d{4}) GMT")
INDEX = """\
V\t350101000000Z\t\t01\tunknown\t/CN=one
R\t350101000000Z\t250601120000Z,keyCompromise\t02\tunknown\t/CN=two
R\t350101000000Z\t250602120000Z\t7F0203040506070809\tunknown\t/CN=of more than 64 bits
R\t350101000000Z\t250603120000Z,certificateHold\t04\tunknown\t/CN=held
R\t350101000000Z\t250604120000Z,superseded\t05\tunknown\t/CN=five
"""
CONFIG = """\
[ca]
default_ca = own
[own]
database = {folder}/index.txt
crlnumber = {folder}/number
default_md = sha384
default_crl_days = 7
[extended]
authorityKeyIdentifier = keyid:always,issuer:always
issuingDistributionPoint = critical, @point
[point]
fullname = URI:http://lists.invalid/one
indirectCRL = TRUE
"""


def openssl(*arguments: object) -> str:
    command = [need_program("openssl"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=True, text=True, timeout=60).stdout


@pytest.fixture(scope="module")
def ours() -> dict[str, bytes]:
    """Of a phone's log-in certificate: the question, the answers before and after its revocation, and two lists."""
    lab = Lab(seed=7)
    lab.iphone(lab.resident()).add_card().run()
    lab.advance("20min")
    (own,) = lab.certificates(kind="phone_auth")
    before = lab.now
    own.revoke("KEY_COMPROMISE")
    lab.advance("1d")
    request = jpki.ocsp_request(own.der, own.issuer, nonce=bytes(range(32)))
    return {
        "request": request,
        "answer before": lab.revocation.ocsp(request, at=before),
        "answer": lab.revocation.ocsp(request),
        "list before": own.crl(at=before),
        "list": own.crl(),
    }


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Of openssl: a signed question about three certificates, answers by name and key, lists of both versions."""
    folder = tmp_path_factory.mktemp("ca")
    key, ca = folder / "ca.key", folder / "ca.pem"
    (folder / "index.txt").write_text(INDEX)
    (folder / "number").write_text("1234\n")
    (folder / "ca.cnf").write_text(CONFIG.format(folder=folder))
    openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", key)
    openssl("req", "-x509", "-key", key, "-subj", "/C=JP/O=Another/CN=Root", "-days", 3650, "-out", ca)
    signer, own = ("-signer", ca, "-signkey", key), ("-CA", ca, "-rsigner", ca, "-rkey", key)
    serials = [word for serial in ("1", "2", "0x99") for word in ("-serial", serial)]
    made = {name: folder / name for name in ("request", "answer", "answer by key", "list 1", "list 2")}
    openssl("ocsp", "-issuer", ca, "-sha256", *serials, *signer, "-reqout", made["request"])
    asked = ("ocsp", "-index", folder / "index.txt", *own, "-reqin", made["request"])
    openssl(*asked, "-respout", made["answer"])
    openssl(*asked, "-ndays", 3, "-resp_key_id", "-respout", made["answer by key"])
    listed = ("ca", "-gencrl", "-config", folder / "ca.cnf", "-keyfile", key, "-cert", ca)
    for name, extensions in (("list 2", ("-crlexts", "extended")), ("list 1", ())):
        if name == "list 1":  # a number, or an extension of an entry, would make it one of version 2
            (folder / "index.txt").write_text(re.sub(",[a-zA-Z]+", "", INDEX))
            (folder / "ca.cnf").write_text(re.sub("crlnumber.*", "", CONFIG).format(folder=folder))
        openssl(*listed, *extensions, "-out", folder / "crl.pem")
        openssl("crl", "-in", folder / "crl.pem", "-outform", "DER", "-out", made[name])
    return {name: path.read_bytes() for name, path in made.items()}


def laid_out(name: str, octets: bytes) -> Layout:
    read: dict[str, Callable[[bytes], Layout]] = {
        "request": request_layout,
        "answer": answer_layout,
        "list": list_layout,
    }
    return read[name.partition(" ")[0]](octets)


def objects(octets: bytes, file: Path, base: int = 0) -> Iterator[tuple[int, int, int]]:
    """From, end of the head, and to of every object, as openssl has them; within octet strings, too."""
    file.write_bytes(octets)
    for begins, _, head, length, form, kind in ROW.findall(openssl("asn1parse", "-inform", "DER", "-in", file)):
        start = int(begins) + int(head)
        yield base + int(begins), base + start, base + start + int(length)
        if form == "prim" and kind.startswith("OCTET STRING") and int(length) > 200:  # the answer in its envelope
            yield from objects(octets[start : start + int(length)], file, base + start)


@pytest.mark.parametrize("whose", ["ours", "theirs"])
def test_openssl_finds_each_object_there(whose: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """No octet is left out or told twice, and each field begins and ends where an object, its head or entries do."""
    for name, octets in request.getfixturevalue(whose).items():
        found = laid_out(name, octets)
        assert [part.begins for part in found] == [0, *(part.ends for part in found[:-1])], name
        assert found[-1].ends == len(octets)
        seen = [*objects(octets, tmp_path / "octets.der")]
        spans, heads = {(a, b) for a, _, b in seen}, {(a, b) for a, b, _ in seen}
        begins, contents, ends = map(set, zip(*seen, strict=True))
        for part in found:
            if not isinstance(part, Located):  # heads follow each other
                assert part.begins in begins and part.ends in contents, (name, part)
            elif part.field.name == "more_entries":
                assert part.begins in begins and part.ends in ends, (name, part)
            elif part.begins < part.ends:
                of_head = part.field.name in ("cert_status", "revoked_certificates")
                assert (part.begins, part.ends) in (heads if of_head else spans), (name, part)
        told_by_absence = [part.field.name for part in located(found) if part.begins == part.ends]
        assert told_by_absence == (["revoked_certificates"] if name == "list before" else [])


def japan(text: str) -> str:
    """An instant as openssl prints it, as the fields say it."""
    found = datetime.strptime(f"{' '.join(text.split())} +0000", "%b %d %H:%M:%S %Y %z") + timedelta(hours=9)
    return f"{found:%Y-%m-%d %H:%M:%S} JST"


TOLD = {
    "Produced At": "produced_at",
    "Hash Algorithm": "hash_algorithm",
    "Issuer Name Hash": "issuer_name_hash",
    "Issuer Key Hash": "issuer_key_hash",
    "Serial Number": "serial_number",
    "Cert Status": "cert_status",
    "Revocation Time": "revocation_time",
    "Revocation Reason": "revocation_reason",
    "This Update": "this_update",
    "Next Update": "next_update",
}
"""What openssl calls the fields of an answer."""


@pytest.mark.parametrize("whose", ["ours", "theirs"])
def test_openssl_reads_the_same_in_answers(whose: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """Digests, numbers, states, times, reasons and the nonce, in the same order, of each certificate asked about."""
    file = tmp_path / "answer.der"
    for name, octets in request.getfixturevalue(whose).items():
        if not name.startswith("answer"):
            continue
        file.write_bytes(octets)
        printed = openssl("ocsp", "-respin", file, "-resp_text", "-noverify")
        printed = printed[: printed.find("Signature Algorithm")]
        rows = re.findall(r"^ *([A-Z][A-Za-z ]+): (.+)$", printed, re.MULTILINE)
        wanted = [(TOLD[label], value.strip()) for label, value in rows if label in TOLD]
        fields = [part.field for part in located(answer_layout(octets))]
        seen = [(field.name, field.value) for field in fields if field.name in TOLD.values()]
        assert [one for one, _ in seen] == [one for one, _ in wanted], name
        for (field, said), (_, printed_value) in zip(seen, wanted, strict=True):
            instant = TIME.fullmatch(printed_value)
            if instant:
                assert said == japan(instant[1])
            elif field == "revocation_reason":
                assert said.rpartition(" ")[2] == f"({int(printed_value.split('0x')[1].rstrip(')'), 16)})"
            elif field == "cert_status":
                assert said.split()[0] == printed_value
            elif field == "serial_number":
                assert int(said, 16) == int(printed_value, 16)
            else:
                assert said.replace("-", "").lower() == printed_value.lower()
        (nonce,) = re.findall(r"OCSP Nonce: *\n? *([0-9A-F]+)", printed)
        assert [field.value.upper() for field in fields if field.name == "nonce"] == [nonce[4:]]  # 04, length
        (responder,) = re.findall("Responder Id: (.*)", printed)
        (said,) = (field.value for field in fields if field.name == "responder_id")
        is_name = "=" in responder
        assert said == (responder.replace(" = ", "=") if is_name else f"hash of its key {responder.lower()}")


@pytest.mark.parametrize("whose", ["ours", "theirs"])
def test_openssl_reads_the_same_in_lists(whose: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """Times, number, issuer, how many are on it; each entry, looked for, with the time and reason that it prints."""
    file = tmp_path / "list.der"
    for name, octets in request.getfixturevalue(whose).items():
        if not name.startswith("list"):
            continue
        file.write_bytes(octets)
        printed = openssl("crl", "-inform", "DER", "-in", file, "-text", "-noout", "-nameopt", "RFC2253,-dn_rev")
        said = {part.field.name: part.field.value for part in located(list_layout(octets))}
        assert [said["this_update"], said["next_update"]] == [japan(each) for each in TIME.findall(printed)[:2]]
        assert said.get("list_version", "1") == re.findall(r"Version (\d)", printed)[0]
        assert said["issuer"] == re.findall("Issuer: (.*)", printed)[0].replace(",", ", ")
        numbers = re.findall(r"X509v3 CRL Number: *\n *(\w+)", printed)
        assert [said["crl_number"]] == [str(int(n, 0)) for n in numbers] if numbers else "crl_number" not in said
        entries = re.findall(
            r"Serial Number: (\w+)\n +Revocation Date: (.*) GMT(?:\n +CRL entry.*\n.*\n +(.*))?", printed
        )
        assert said["revoked_certificates"].split()[0] == (str(len(entries)) if entries else "none")
        for serial, revoked_at, reason in entries:
            found = located(list_layout(octets, looked_for=int(serial, 16)))
            fields = {part.field.name: part.field.value for part in found}
            assert int(fields["serial_number"], 16) == int(serial, 16)
            assert fields["revocation_time"] == japan(revoked_at)
            if reason:
                assert fields["revocation_reason"].rpartition(" (")[0] == reason.strip().lower()
            assert ("revocation_reason" in fields) == bool(reason) and "not_listed" not in fields
