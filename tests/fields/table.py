"""The whole table: each changed field with its octets, what ours says of it, and what others were seen to say."""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

from authorities import PARAMETERS, authority, crl
from fields import answer_rows, certificate_rows, list_rows
from fields.changes import Row
from fields.parts import AT, good_answer, good_certificate, good_list

from myna_lab.formats import jpki

PARTS = {"certificate": certificate_rows.ROWS, "list": list_rows.ROWS, "answer": answer_rows.ROWS}
VERDICTS = Path(__file__).with_name("verdicts.toml")


class Case(NamedTuple):
    """One row with its octets."""

    name: str
    part: str
    row: Row
    certificate: bytes
    data: bytes
    """The list or the answer; none for certificates."""

    @property
    def title(self) -> str:
        """Part, field and change: by this the verdicts are recorded."""
        return f"{self.part}: {self.row.field}: {self.row.change}"

    @property
    def anchor(self) -> bytes:
        return authority(self.row.usage).certificate


@functools.cache
def cases() -> tuple[Case, ...]:
    """Every row of the table."""
    made = []
    for part, rows in PARTS.items():
        for number, row in enumerate(rows):
            parts: Any = {
                "certificate": lambda usage=row.usage: good_certificate(usage),
                "list": good_list,
                "answer": good_answer,
            }[part]()
            for change in row.changes:
                change(parts)
            octets = parts.der()
            of_it = part == "certificate"
            name = f"{part}-{number:03}"
            certificate = octets if of_it else good_certificate().der()
            made.append(Case(name, part, row, certificate, b"" if of_it else octets))
    return tuple(made)


def ours(case: Case) -> jpki.PathResult:
    """What ours says; a certificate is shown with the list of all towns, on which it is not."""
    whole = crl(f"card_{case.row.usage}", partition=None)
    held = {
        "certificate": {"crls": whole},
        "list": {"crls": case.data},
        "answer": {"ocsp_responses": case.data},
    }[case.part]
    return jpki.validate_path(
        case.certificate, anchors=case.anchor, at=AT, usage=case.row.usage, parameters=PARAMETERS, **held
    )


@functools.cache
def recorded() -> dict[str, Any]:
    """What other programs were seen to say: by row, by judge."""
    return tomllib.loads(VERDICTS.read_text())
