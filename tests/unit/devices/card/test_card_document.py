"""The document docs/card.md keeps in step with the chip."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from myna_lab import Lab
from myna_lab.devices.card import Behaviour
from myna_lab.devices.card.applications.text import TEXT as TEXT_APPLICATION
from myna_lab.devices.card.chip_kinds import rows
from myna_lab.devices.card.security_status import diagram
from myna_lab.formats import iso7816
from myna_lab.parameters import Parameters
from myna_lab.stories.card_kinds import card_of_kind

TEXT = (Path(__file__).resolve().parents[4] / "docs" / "card.md").read_text(encoding="utf-8")


def test_every_file_has_its_line() -> None:
    """The table "file by file" names every row of the plastic card once, and no other."""
    named = re.findall(r"^\| `(\w+/[0-9A-F]{4})` \|", TEXT, re.M)
    assert sorted(named) == sorted(rows("plastic"))


def test_every_line_says_how_sure() -> None:
    """Each line of the table has a mark."""
    for line in re.findall(r"^\| `\w+/[0-9A-F]{4}` \|.*$", TEXT, re.M):
        assert re.search(r"\b(seen|once|assumed)\b", line.split("|")[4]), line


def test_the_diagram_is_the_chips() -> None:
    """The drawn security state is what the rule table gives."""
    assert diagram() in TEXT


def test_every_assumption_is_listed() -> None:
    """Each parameter about the chip's answers is in the table, and each named parameter exists."""
    named = set(re.findall(r"`((?:card_|\w+_tries)\w*)`", TEXT))
    life = ("birthdays", "phone")
    answers = {name for name in Parameters() if name.startswith("card_") and not any(word in name for word in life)}
    assert answers <= named
    assert named <= set(Parameters())


def test_the_anchors_are_named() -> None:
    """The table of keys has a line for each anchor of a lab, with the file it checks and its fingerprint."""
    for anchor in Lab().card_anchors:
        der = load_pem_public_key(anchor.public_key.encode()).public_bytes(
            Encoding.DER, PublicFormat.SubjectPublicKeyInfo
        )
        line = re.search(rf"^\| `{anchor.name}` \|.*$", TEXT, re.M)
        assert line, anchor.name
        assert f"`{anchor.checks}`" in line[0]
        assert hashlib.sha256(der).hexdigest()[:32] in line[0]
        if anchor.key_id:
            assert bytes.fromhex(anchor.key_id)[:7].decode() in line[0]


def test_the_calls_of_the_document_work() -> None:
    """Kinds, files, trace, explanation, diagram and slip are there under the names that the document gives."""
    hanako = card_of_kind(Lab(seed=7), "blocked")
    assert len(hanako.card.files()) and len(hanako.card.trace.table(language="ja"))
    assert iso7816.explain("00200080", "63C3", language="ja") and diagram() and hanako.slip.printed


def test_number_a_opens_what_the_document_says() -> None:
    """The parameter about number A moves ``text/0003`` and ``0007`` and no other file."""
    open_to_a = [
        {row.reference for row in Behaviour(digests_open_with_a=opens).adapted(TEXT_APPLICATION).files
         if 0x0014 in row.read.identifiers}
        for opens in (True, False)
    ]  # fmt: skip
    assert open_to_a[0] - open_to_a[1] == {"text/0003", "text/0007"}
    assert "`text/0003` and `0007`" in TEXT and "text/0006" in open_to_a[1]
