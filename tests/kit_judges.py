"""Programs that judge the cases of a test kit, none of them ours: OpenSSL and pyhanko-certvalidator."""

from __future__ import annotations

import functools
import json
import re
import subprocess
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography import x509

from myna_lab.kit.programs.verify import judge
from needs import need_program

Case = dict[str, Any]


@functools.cache
def manifest(kit: Path) -> dict[str, Any]:
    """The manifest of a kit, read once."""
    content: dict[str, Any] = json.loads((kit / "manifest.json").read_text(encoding="utf-8"))
    return content


def cases(kit: Path, kind: str = "") -> list[Case]:
    """The cases of a kind, or all."""
    return [case for case in manifest(kit)["cases"] if not kind or case["kind"] == kind]


def epoch(case: Case) -> int:
    """Its instant, in seconds."""
    return int(datetime.fromisoformat(case["at"]).timestamp())


# ------------------------------------------------------------------------------------------------------------ OpenSSL


@functools.cache
def openssl() -> str:
    """The program."""
    return need_program("openssl")


def run(folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """OpenSSL with some arguments, in a folder."""
    return subprocess.run(
        [openssl(), *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False, cwd=folder
    )


ERRORS = {
    7: "bad_signature",
    8: "undetermined",  # CRL signature failure
    9: "not_yet_valid",
    10: "expired",
    11: "undetermined",  # CRL is not yet valid
    12: "undetermined",  # CRL has expired
    3: "undetermined",  # unable to get certificate CRL
    20: "wrong_authority",
    23: "revoked",
    26: "wrong_usage",  # unsuitable certificate purpose
    30: "wrong_authority",
    33: "undetermined",  # unable to get CRL issuer certificate
    34: "unknown_critical",
    36: "undetermined",  # unhandled critical CRL extension
    43: "wrong_usage",  # no explicit policy
    44: "wrong_partition",  # different CRL scope
}
"""Error of ``openssl verify`` to what the kit calls it."""
PURPOSES = {"sign": "smimesign", "auth": "sslclient"}
"""What OpenSSL calls the two uses, as far as it has a word."""


def by_openssl(kit: Path, case: Case) -> set[str]:
    """What ``openssl verify -x509_strict`` finds of path and use, with the list if there is one."""
    lists = ("-crl_check", "-CRLfile", case["crl"]) if case["crl"] else ()
    use = case["kind"].partition("_")[2]
    allowed = [word for policy in manifest(kit)["policies"][use] for word in ("-policy", policy)]
    found = run(
        kit, "verify", "-x509_strict", "-no-CApath", "-no-CAstore", "-no-CAfile", "-attime", epoch(case),
        "-purpose", PURPOSES[use], *allowed, "-explicit_policy",
        "-trusted", case["anchor"], *lists, case["certificate"],
    )  # fmt: skip
    errors = [int(number) for number in re.findall(r"error (\d+)", found.stderr)]
    assert (found.returncode == 0) == (not errors), found.stderr
    return {ERRORS.get(number, str(number)) for number in errors} or {"good"}


def issuer_of(kit: Path, case: Case) -> str:
    """The anchor whose key signed the case's certificate, which need not be the case's anchor."""
    own = x509.load_der_x509_certificate((kit / case["certificate"]).read_bytes())
    try:
        wanted = own.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value.key_identifier
    except x509.ExtensionNotFound:
        return str(case["anchor"])
    for file in sorted((kit / "anchors").glob("*.cer")):
        anchor = x509.load_der_x509_certificate(file.read_bytes())
        if anchor.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest == wanted:
            return str(file.relative_to(kit))
    raise AssertionError(case)


def openssls_answer(kit: Path, case: Case) -> str:
    """What ``openssl ocsp`` reads in the answer: a status, or ``undetermined``.

    It looks at the times of an answer by the computer's clock, whatever ``-attime`` says, and puts a nonce of its own
    into a request that it reads: both are left to others.
    """
    found = run(
        kit, "ocsp", "-respin", case["ocsp"], "-no_nonce", "-issuer", issuer_of(kit, case),
        "-cert", case["certificate"],
        "-CAfile", "anchors/all.pem", "-validity_period", "3153600000", "-attime", epoch(case),
    )  # fmt: skip
    state = "Response verify OK" in found.stderr and re.search(
        r"\.cer: (\w+)(?:.*?Reason: (\w+))?", found.stdout, re.DOTALL
    )
    return "undetermined" if not state or state[1] == "ERROR" else "held" if state[2] == "certificateHold" else state[1]


# ----------------------------------------------------------------------------------------------- pyhanko-certvalidator


def by_library(kit: Path, case: Case) -> set[str]:
    """What pyhanko-certvalidator finds, by the kit's own program that asks it."""
    return judge(kit, case, manifest(kit)["policies"])
