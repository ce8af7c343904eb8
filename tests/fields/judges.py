"""The judges beside ours: OpenSSL by its command, Go and the JDK by a small program each that runs once for all rows.

write(folder) -> JUDGES[name](program, folder) -> {row: (accepted or refused, why)}
"""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path

from asn1crypto import pem
from authorities import PARAMETERS
from fields.parts import AT
from fields.table import Case

from myna_lab.formats import jpki

HERE = Path(__file__).parent
Said = dict[str, tuple[str, str]]
HUNDRED_YEARS = "3153600000"
"""Tolerance for the times of an OCSP answer, which ``openssl ocsp`` compares with the computer's clock only."""


def write(folder: Path, cases: Iterable[Case]) -> None:
    """The rows as files: NAME.certificate, NAME.anchor, NAME.data, and a list of them."""
    lines = []
    for case in cases:
        for kind, octets in (("certificate", case.certificate), ("anchor", case.anchor), ("data", case.data)):
            (folder / f"{case.name}.{kind}").write_bytes(octets)
        lines.append(f"{case.name}\t{case.part}\t{case.row.usage}\t{int(AT.timestamp())}\n")
    (folder / "cases.tsv").write_text("".join(lines))


def _run(*arguments: object, folder: Path, seconds: int = 600) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        list(map(str, arguments)), cwd=folder, capture_output=True, text=True, timeout=seconds, check=False
    )


def openssl(program: str, folder: Path, cases: Iterable[Case]) -> Said:
    """``openssl verify -x509_strict`` and ``openssl ocsp``, a process for each row."""
    said: Said = {}
    when = int(AT.timestamp())
    for case in cases:
        root, own, data = (folder / f"{case.name}.{kind}" for kind in ("root.pem", "own.pem", "data"))
        root.write_bytes(pem.armor("CERTIFICATE", case.anchor))
        own.write_bytes(pem.armor("CERTIFICATE", case.certificate))
        if case.part == "answer":
            found = _run(
                program, "ocsp", "-respin", data, "-issuer", root, "-cert", own, "-CAfile", root, "-no_nonce",
                "-validity_period", HUNDRED_YEARS, "-attime", when, folder=folder,
            )  # fmt: skip
            good = "Response verify OK" in found.stderr and "own.pem: good" in found.stdout
        else:
            arc = PARAMETERS.text("policy_arc")
            policies = [f"{arc}.{one.policy}" for one in jpki.KINDS.values() if one.authority == case.row.usage]
            options = ["-purpose", "sslclient"] if case.row.usage == "auth" else []
            if case.part == "list":
                lists = folder / f"{case.name}.list.pem"
                lists.write_bytes(pem.armor("X509 CRL", case.data))
                options = ["-crl_check", "-CRLfile", str(lists)]
            found = _run(
                program, "verify", "-x509_strict", "-check_ss_sig", "-no-CApath", "-no-CAstore", "-attime", when,
                "-CAfile", root, "-explicit_policy", "-policy_check",
                *[part for one in policies for part in ("-policy", one)], *options, own, folder=folder,
            )  # fmt: skip
            good = found.returncode == 0
        said[case.name] = ("accepted" if good else "refused", " ".join((found.stdout + found.stderr).split())[-200:])
    return said


def _rows(found: subprocess.CompletedProcess[str]) -> Said:
    assert found.returncode == 0, found.stderr[-2000:]
    rows = (line.split("\t") for line in found.stdout.splitlines())
    return {name: (word, why) for name, word, why in rows}


def go(program: str, folder: Path, cases: Iterable[Case]) -> Said:
    """Go's crypto/x509: certificates and lists."""
    return _rows(_run(program, "run", HERE / "judge.go", folder, folder=folder))


def jdk(program: str, folder: Path, cases: Iterable[Case]) -> Said:
    """The JDK's PKIX: certificates, lists and answers."""
    return _rows(_run(program, HERE / "Judge.java", folder, folder=folder))


JUDGES: dict[str, tuple[str, Callable[[str, Path, Iterable[Case]], Said]]] = {
    "openssl": ("openssl", openssl),
    "go": ("go", go),
    "jdk": ("java", jdk),
}
"""Name of a judge, its program, and how it is asked."""


def version(name: str, program: str) -> str:
    """Major and minor version of a judge, by which its verdicts are recorded."""
    words = {"openssl": ("version",), "go": ("version",), "jdk": ("-version",)}[name]
    found = subprocess.run([program, *words], capture_output=True, text=True, timeout=60, check=False)
    text = (found.stdout + found.stderr).replace('"', " ").replace("go1.", " 1.").replace("go version", "")
    number = next(word for word in text.split() if word[0].isdigit())
    return number.split(".")[0] if name == "jdk" else ".".join(number.split(".")[:2])
