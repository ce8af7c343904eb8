"""Writes a kit's folder: cases and documents with their files, the manifest, its schema, the programs that judge.

    lab -> KitWorld -> cases, documents -> files -> manifest.json (with the SHA-256 of each), README.md

Nothing is recorded in the lab. The same seed, instant and parameters write the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from myna_lab.errors import MisuseError
from myna_lab.formats import jpki
from myna_lab.ground.durations import JST, duration
from myna_lab.kit.author import PASSWORD, Author, Files, pem
from myna_lab.kit.cases import cases
from myna_lab.kit.documents import signed_documents
from myna_lab.kit.world import KitWorld

if TYPE_CHECKING:
    import os

    from myna_lab.lab import Lab

__all__ = ["EXPECTED", "VERSION", "export"]

VERSION = 2
"""Of the manifest's form; the first one was a list of cases."""
FOLDERS = ("anchors", "certificates", "crl", "documents", "keys", "ocsp", "programs", "signatures", "tsa")
MARK = "TEST kit of myna_lab"
_HERE = resources.files(__package__)
_LEGEND: Mapping[str, Mapping[str, Mapping[str, str]]] = tomllib.loads(
    _HERE.joinpath("legend.toml").read_text(encoding="utf-8")
)
EXPECTED = tuple(_LEGEND["expected"])
"""Every expectation of a case."""
_PROGRAMS = ("Verify.java", "verify.go", "verify.py")


def export(lab: Lab, folder: str | os.PathLike[str], *, lasts: str | timedelta = timedelta(0)) -> Path:
    """Write a test kit for relying parties: certificates in every state, keys, lists, answers, signed documents.

    検証者のための試験一式を書き出す。

    It shares the lab's authorities and instant, and records nothing there. Needs the extra ``workbench``.

    Args:
        lab: whose authorities, parameters, seed and instant.
        folder: an empty or new folder, or one that holds an older kit.
        lasts: for how long after the instant a verifier with a real clock must find the same, such as ``"1d"``: then
            every case is of the instant itself, and nothing changes in that time. Nothing by default: lists and answers
            last as long as the real ones, and cases have instants of their own.

    Returns:
        The folder; ``manifest.json`` in it lists the cases.

    Raises:
        MisuseError: the folder holds something else, or an instant or parameters with which a state cannot be.
    """
    target = Path(folder)
    files = _files(KitWorld(lab, duration(lasts)))  # first: what cannot be made must not cost an older kit
    try:
        _make_room(target)
        for path, octets in files.octets.items():
            (target / path).parent.mkdir(parents=True, exist_ok=True)
            (target / path).write_bytes(octets)
    except OSError as error:
        raise MisuseError(f"the kit cannot be written to {target}: {error.strerror}.", code="not_writable") from error
    return target


def _files(world: KitWorld) -> Files:
    """Everything that is written."""
    files = Files()
    author = Author(world, files)
    rows, signed = (
        sorted(found, key=lambda row: str(row["id"])) for found in (cases(author), signed_documents(author))
    )
    anchors = sorted(path for path in files.octets if path.startswith("anchors/"))
    files.put("anchors/all.pem", b"".join(pem(files.octets[path]) for path in anchors))
    for name in _PROGRAMS:
        files.put(f"programs/{name}", _HERE.joinpath("programs", name).read_bytes())
    files.put("cases.tsv", _tsv(world, rows).encode())
    files.put("manifest.schema.json", _HERE.joinpath("manifest.schema.json").read_bytes())
    files.put("README.md", _readme(world, rows, signed).encode())
    manifest = {
        "kit": MARK,
        "version": VERSION,
        "seed": world.seed,
        "instant": world.at.astimezone(JST).isoformat(),
        "until": world.times.until.astimezone(JST).isoformat(),
        "password": PASSWORD,
        "policies": {kind: world.policy_of(kind) for kind in ("sign", "auth")},
        "legend": _LEGEND,
        "cases": rows,
        "documents": signed,
        "files": {path: hashlib.sha256(octets).hexdigest() for path, octets in sorted(files.octets.items())},
    }
    files.put("manifest.json", (json.dumps(manifest, ensure_ascii=False, indent=1) + "\n").encode())
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
        for name in ("manifest.json", "manifest.schema.json", "cases.tsv", "signatures.json", "README.md"):
            (target / name).unlink(missing_ok=True)


def _clocks(world: KitWorld) -> str:
    """Which time a verifier goes by."""
    if not world.times.lasts:
        return "The cases have times of their own: tell the verifier the `at` of each; a real clock does not serve."
    until = world.times.until.astimezone(JST)
    return f"A verifier with a real clock finds the same until {until:%Y-%m-%d %H:%M:%S} JST."


def _readme(world: KitWorld, rows: Sequence[Mapping[str, Any]], signed: Sequence[Mapping[str, Any]]) -> str:
    """The page for people; what stands in double braces is filled in."""
    text = _HERE.joinpath("readme.md").read_text(encoding="utf-8")
    words = {
        "mark": MARK,
        "seed": str(world.seed),
        "at": f"{world.at.astimezone(JST):%Y-%m-%d %H:%M:%S} JST",
        "clocks": _clocks(world),
        "seconds": str(int(world.at.timestamp())),
        "generation": str(world.generation),
        "arc": world.parameters.text("policy_arc"),
        "count": str(len(rows)),
        "list": next(str(row["crl"]) for row in rows if row["id"] == "card_auth-good-both"),
        "answer": next(str(row["ocsp"]) for row in rows if row["id"] == "card_auth-good-both"),
        "expected": "\n".join(
            f"| `{word}` | {told['en']} | {told['ja']} |" for word, told in _LEGEND["expected"].items()
        ),
        "cases": _table(rows, ("id", "expected", "reason", "certificate", "anchor", "crl", "ocsp", "at")),
        "documents": _table(signed, ("id", "form", "expected", "reason", "document", "signature", "certificate")),
    }
    for word, value in words.items():
        text = text.replace("{{" + word + "}}", value)
    return text


def _tsv(world: KitWorld, rows: Sequence[Mapping[str, Any]]) -> str:
    """The cases for programs without a reader of JSON: the instant in seconds, the policies that the use wants."""
    lines = [["id", "kind", "certificate", "anchor", "crl", "ocsp", "at", "expected", "policies", "use"]]
    for row in rows:
        use = jpki.authority_of(str(row["kind"]))
        at = str(int(datetime.fromisoformat(row["at"]).timestamp()))
        given = [str(row[name] or "") for name in ("id", "kind", "certificate", "anchor", "crl", "ocsp")]
        lines.append([*given, at, str(row["expected"]), ",".join(world.policy_of(use)), use])
    return "".join("\t".join(line) + "\n" for line in lines)


def _table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> str:
    lines = ["| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)]
    lines += ["| " + " | ".join(str(row[name] or "-") for name in columns) + " |" for row in rows]
    return "\n".join(lines)
