"""A test kit for relying parties: what an engineer without test cards needs, as files, with what to expect of each.

    lab -> KitWorld: people, certificates in every state, their books -> lists and answers at several instants
        -> cases -> manifest.json, README.md            documents signed in every form -> signatures.json

The lists and answers come from the same publisher as the lab's own (:mod:`myna_lab.lab.revocation`), over books of the
kit's own. Nothing is recorded in the lab. The same seed and instant write the same bytes.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from myna_lab import jpki
from myna_lab.durations import JST
from myna_lab.errors import MisuseError
from myna_lab.kit.certificates import KitCertificate
from myna_lab.kit.world import REASON_NAMES, KitWorld

if TYPE_CHECKING:
    import os

    from myna_lab.lab.lab import Lab

__all__ = ["EXPECTED", "export"]

EXPECTED = (
    "good",
    "not_yet_valid",
    "held",
    "revoked",
    "expired",
    "wrong_authority",
    "wrong_partition",
    "bad_signature",
)
"""Every expectation of a case."""
FOLDERS = ("anchors", "certificates", "crl", "ocsp", "signatures")
MINUTE, HOUR, SECOND = timedelta(minutes=1), timedelta(hours=1), timedelta(seconds=1)
DOCUMENT = b"TEST document: I apply for a certificate of residence.\n"
MARK = "TEST kit of myna_lab"


@dataclass(slots=True)
class _Files:
    """What is to be written: path within the folder to octets."""

    octets: dict[str, bytes] = field(default_factory=dict)

    def put(self, path: str, octets: bytes) -> str:
        """Add a file; the same path twice means the same octets."""
        if self.octets.setdefault(path, octets) != octets:
            raise AssertionError(f"two different files would be {path}")
        return path


def export(lab: Lab, folder: str | os.PathLike[str]) -> Path:
    """Write a test kit for relying parties: certificates in every state, lists, answers, signed documents.

    It shares the lab's authorities and instant, and records nothing there. Needs the extra ``signing``.

    Args:
        lab: whose authorities, parameters, seed and instant.
        folder: an empty or new folder, or one that holds an older kit.

    Returns:
        The folder; ``manifest.json`` in it lists the cases.

    Raises:
        MisuseError: the folder holds something else, or an instant or parameters with which a state cannot be.
    """
    target = Path(folder)
    files = _files(lab)  # first: what cannot be made must not cost an older kit
    try:
        _make_room(target)
        for path, octets in files.octets.items():
            (target / path).parent.mkdir(parents=True, exist_ok=True)
            (target / path).write_bytes(octets)
    except OSError as error:
        raise MisuseError(f"the kit cannot be written to {target}: {error.strerror}.", code="not_writable") from error
    return target


def _files(lab: Lab) -> _Files:
    """Everything that is written."""
    world, files = KitWorld(lab), _Files()
    cases = sorted(_cases(world, files), key=lambda case: str(case["id"]))
    signatures = sorted(_signatures(world, files), key=lambda case: str(case["id"]))
    anchors = b"".join(_pem(octets) for path, octets in sorted(files.octets.items()) if path.startswith("anchors/"))
    files.put("anchors/all.pem", anchors)
    files.put("manifest.json", _json(cases))
    files.put("signatures.json", _json(signatures))
    files.put("README.md", _readme(world, cases, signatures).encode())
    return files


def _make_room(target: Path) -> None:
    """An older kit goes; anything else stays, and is a reason to refuse."""
    readme = target / "README.md"
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        if not (readme.is_file() and MARK in readme.read_text(encoding="utf-8", errors="replace")):
            raise MisuseError(
                f"{target} holds something else; a kit goes into an empty or new folder.", code="not_empty"
            )
        for name in FOLDERS:
            shutil.rmtree(target / name, ignore_errors=True)
        for name in ("manifest.json", "signatures.json", "README.md"):
            (target / name).unlink(missing_ok=True)


def _json(rows: Sequence[Mapping[str, Any]]) -> bytes:
    return (json.dumps(rows, ensure_ascii=False, indent=1) + "\n").encode()


def _pem(octets: bytes) -> bytes:
    from asn1crypto import pem

    return bytes(pem.armor("CERTIFICATE", octets))


# -------------------------------------------------------------------------------------------------------------- cases


class _Author:
    """Writes cases with their files."""

    def __init__(self, world: KitWorld, files: _Files) -> None:
        self.world, self.files = world, files

    def anchor(self, der: bytes) -> str:
        authority, number = self.world.name_of_anchor(der)
        return self.files.put(f"anchors/{authority}-{number}.cer", der)

    def certificate(self, name: str, der: bytes) -> str:
        return self.files.put(f"certificates/{name}.cer", der)

    def crl(self, certificate: KitCertificate, at: datetime, *, full: bool = False) -> str:
        which, kind = certificate.generation, certificate.kind
        what, town = (certificate.authority, None) if full else (kind, certificate.municipality)
        der = self.world.published.crl(what, town, generation=which, at=at)
        return self._list(der, f"{kind}-{town}-{which}" if town else f"{what}-full-{which}")

    def _list(self, der: bytes, name: str) -> str:
        made = jpki.read_crl(der).this_update
        return self.files.put(f"crl/{name}-{made:%Y%m%dT%H%M}.crl", der)

    def ocsp(self, certificate: KitCertificate, at: datetime) -> str:
        request = jpki.ocsp_request(certificate.der, self.world.anchor_of(certificate))
        der = self.world.published.ocsp(request, at=at)
        return self.files.put(f"ocsp/{certificate.name}-{at:%Y%m%dT%H%M%S}.ors", der)

    def case(
        self,
        name: str,
        certificate: KitCertificate,
        expected: str,
        reason: str,
        *,
        at: datetime,
        by: str = "both",
        der: bytes | None = None,
        anchor: bytes | None = None,
        crl: str | None = None,
        full: bool = False,
    ) -> dict[str, Any]:
        """One case; ``by`` is the revocation data it holds: both, crl, ocsp or none."""
        own = certificate.der if der is None else der
        return {
            "id": f"{certificate.kind}-{name}",
            "kind": certificate.kind,
            "certificate": self.certificate(certificate.name if der is None else f"{certificate.kind}-{name}", own),
            "anchor": self.anchor(self.world.anchor_of(certificate) if anchor is None else anchor),
            "crl": crl or (self.crl(certificate, at, full=full) if by in ("both", "crl") else None),
            "ocsp": self.ocsp(certificate, at) if by in ("both", "ocsp") else None,
            "at": at.astimezone(JST).isoformat(timespec="seconds"),
            "expected": expected,
            "reason": reason,
        }


def _cases(world: KitWorld, files: _Files) -> Iterator[dict[str, Any]]:
    author = _Author(world, files)
    for kind in jpki.KINDS:
        yield from _states(author, kind)
        yield from _times(author, kind)
        yield from _strangers(author, kind)
    for certificate, rare in world.rare:
        yield author.case(certificate.state, certificate, "good", f"valid, not revoked; {rare}", at=world.at)


def _states(author: _Author, kind: str) -> Iterator[dict[str, Any]]:
    """Every state, as it is at the kit's instant."""
    world, at = author.world, author.world.at
    good = world.certificate(kind, "good")
    for by in ("both", "crl", "ocsp", "none"):
        yield author.case(f"good-{by}", good, "good", "valid, not revoked", at=at, by=by)
    yield author.case("good-full_list", good, "good", "valid, not on the full list", at=at, by="crl", full=True)
    held = world.certificate(kind, "held")
    for by in ("both", "crl", "ocsp"):
        yield author.case(f"held-{by}", held, "held", "certificateHold", at=at, by=by)
    if world.has(kind, "released"):
        released = world.certificate(kind, "released")
        yield author.case("released", released, "good", "the hold was lifted", at=at)
    for reason, name in REASON_NAMES.items():
        revoked = world.certificate(kind, f"revoked-{reason}")
        yield author.case(f"revoked-{reason}", revoked, "revoked", name, at=at)
    revoked = world.certificate(kind, "revoked-KEY_COMPROMISE")
    yield author.case("revoked-crl", revoked, "revoked", "keyCompromise", at=at, by="crl")
    yield author.case("revoked-ocsp", revoked, "revoked", "keyCompromise", at=at, by="ocsp")
    yield author.case("revoked-full_list", revoked, "revoked", "keyCompromise", at=at, by="crl", full=True)
    early = world.certificate(kind, "not_yet_active")
    # A list does not name it, the responder does not know it yet: two cases.
    before = min(at, early.not_before - MINUTE)
    for by in ("crl", "ocsp"):
        yield author.case(f"not_yet_active-{by}", early, "not_yet_valid", "notBefore is to come", at=before, by=by)
    yield author.case("not_yet_active-later", early, "good", "active by now", at=world.known_from(early))
    expired = world.certificate(kind, "expired")
    yield author.case("expired", expired, "expired", "notAfter has passed", at=at)
    last = expired.not_after - SECOND
    yield author.case("expired-before", expired, "good", "valid until the next second", at=last)


def _times(author: _Author, kind: str) -> Iterator[dict[str, Any]]:
    """One revocation, known by the responder at its next tick and by the list of the next day."""
    world = author.world
    fresh = world.certificate(kind, "revoked-lately")
    revoked_at = world.revoked_lately_at
    for name, at in (
        ("before", revoked_at + MINUTE),
        ("tick", world.tick_after(revoked_at)),
        ("next_list", world.published.listed_from(revoked_at) + HOUR),
    ):
        for by in ("crl", "ocsp"):
            knows = world.knowledge(kind, at)[by] >= revoked_at
            expected, reason = ("revoked", "superseded") if knows else ("good", "revoked, but these data are older")
            yield author.case(f"revoked_lately-{name}-{by}", fresh, expected, reason, at=at, by=by)


def _strangers(author: _Author, kind: str) -> Iterator[dict[str, Any]]:
    """The wrong authority, generation, town or list; octets that were changed."""
    world, at = author.world, author.world.at
    good = world.certificate(kind, "good")
    other = {"sign": "auth", "auth": "sign"}[good.authority]
    yield author.case(
        "wrong_authority", good, "wrong_authority", f"not issued by authority {other}", at=at,
        anchor=world.published.generation(other, world.generation),
    )  # fmt: skip
    if world.other_generation:
        another = world.certificate(kind, "other_generation")
        order = "later" if world.generation < world.other_generation else "former"
        yield author.case(f"{order}_generation", another, "good", "valid under the anchor of its generation", at=at)
        pairs = ((f"{order}_generation-other_anchor", another, good), ("other_generation-anchor", good, another))
        for name, certificate, anchored in pairs:
            yield author.case(
                name, certificate, "wrong_authority", "same name, another key", at=at, anchor=world.anchor_of(anchored)
            )
    away = world.certificate(kind, "elsewhere")
    yield author.case(
        "wrong_partition", good, "wrong_partition", "the list of another town", at=at, by="none",
        crl=author.crl(away, at),
    )  # fmt: skip
    sibling = {"card": "phone", "phone": "card"}[kind.split("_")[0]] + "_" + good.authority
    yield author.case(
        "wrong_partition-kind", good, "wrong_partition", f"the town's list for {sibling}", at=at, by="none",
        crl=author.crl(world.certificate(sibling, "good"), at),
    )  # fmt: skip
    for name, reason, der in (
        ("changed-body", "one byte of the subject's name was changed", good.with_another_name),
        ("changed-signature", "the last byte of the authority's signature was changed", good.with_another_signature),
        ("forged", "name and key identifier of the authority, signed by a stranger's key", world.forged(good)),
    ):
        yield author.case(name, good, "bad_signature", reason, at=at, by="crl", der=der)


# --------------------------------------------------------------------------------------------------------- signatures


def _signatures(world: KitWorld, files: _Files) -> Iterator[dict[str, Any]]:
    """Documents signed in every form, each also with one byte changed."""
    from myna_lab.jpki import documents

    author = _Author(world, files)
    for kind in jpki.KINDS:
        certificate = world.certificate(kind, "good")
        chain, sign = [world.anchor_of(certificate)], _sign_by(certificate)
        forms: dict[str, tuple[bytes, bytes | None]] = {"raw": (DOCUMENT, sign(DOCUMENT))}
        if certificate.authority == "sign":
            common: dict[str, Any] = {"certificate": certificate.der, "sign": sign, "at": world.at, "chain": chain}
            forms["cms"] = DOCUMENT, documents.sign_cms(DOCUMENT, **common)
            lists = [files.octets[author.crl(certificate, world.at)]]
            answers = [files.octets[author.ocsp(certificate, world.at)]]
            plain = documents.text_pdf(DOCUMENT.decode().strip())
            forms["pdf"] = documents.sign_pdf(plain, ocsp_responses=answers, crls=lists, **common), None
        for form, (document, signature) in forms.items():
            for name, octets in (("intact", document), ("changed", document.replace(b"apply", b"apqly", 1))):
                path = f"signatures/{kind}-{form}-{name}" + (".pdf" if form == "pdf" else ".txt")
                suffix = {"raw": "sig", "cms": "p7s", "pdf": ""}[form]
                yield {
                    **author.case("good-both", certificate, "good", "valid, not revoked", at=world.at),
                    "id": f"{kind}-{form}-{name}",
                    "form": form,
                    "document": files.put(path, octets),
                    "signature": files.put(f"signatures/{kind}-{form}.{suffix}", signature) if signature else None,
                    "expected": "good" if name == "intact" else "bad_signature",
                    "reason": "valid, not revoked" if name == "intact" else "one byte of the document was changed",
                }


def _sign_by(certificate: KitCertificate) -> Callable[[bytes], bytes]:
    return lambda data: certificate.key.sign(data, padding.PKCS1v15(), hashes.SHA256())


# -------------------------------------------------------------------------------------------------------- the readable


def _readme(world: KitWorld, cases: Sequence[Mapping[str, Any]], signatures: Sequence[Mapping[str, Any]]) -> str:
    return README.format(
        mark=MARK,
        seed=world.seed,
        at=f"{world.at:%Y-%m-%d %H:%M:%S} JST",
        seconds=int(world.at.timestamp()),
        count=len(cases),
        cases=_table(cases, ("id", "certificate", "anchor", "crl", "ocsp", "at", "expected", "reason")),
        signatures=_table(signatures, ("id", "form", "document", "signature", "certificate", "expected", "reason")),
    )


def _table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    lines += ["| " + " | ".join(str(row[name] or "-") for name in columns) + " |" for row in rows]
    return "\n".join(lines)


README = """# {mark}

Everything here is TEST: the authorities are `O=JPKI-EMU`, the people are fictional, the private keys are published.
Seed {seed}, made for {at}. ここにあるものはすべて試験用です。

| file | what |
|---|---|
| `manifest.json` | {count} cases: a certificate, an anchor, revocation data, an instant, what a verifier must find |
| `signatures.json` | documents with signatures: `raw` (RSASSA-PKCS1-v1_5, SHA-256), `cms` (detached), `pdf` |
| `anchors/` | the authorities, one file a generation: `sign-1` and `sign-2` have one name and two keys |
| `anchors/all.pem` | the same in one file |
| `certificates/`, `crl/`, `ocsp/`, `signatures/` | DER, and documents |

Where a case has both a list and an answer they agree and are fresh at its instant; `crl` or `ocsp` may be null. A case
judges the certificate by exactly these data, trusting its anchor alone. `reason` of what is held or revoked is the
CRLReason. In `signatures.json` the certificate is good; `expected` speaks of the document.

```sh
openssl verify -x509_strict -attime {seconds} -trusted anchors/sign-2.cer \\
        -crl_check -CRLfile crl/LIST.crl certificates/CERTIFICATE.cer
openssl ocsp -respin ocsp/ANSWER.ors -issuer anchors/sign-2.cer -cert certificates/CERTIFICATE.cer \\
        -CAfile anchors/all.pem -no_nonce -validity_period 3153600000 -attime {seconds}
openssl cms -verify -binary -inform DER -in signatures/card_sign-cms.p7s -content signatures/card_sign-cms-intact.txt \\
        -CAfile anchors/all.pem -attime {seconds} -purpose any
```

## Cases

{cases}

## Signatures

{signatures}
"""
