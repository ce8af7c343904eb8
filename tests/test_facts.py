"""docs/facts: numbered statements with mark and source; each citation leads to one, and parameters agree with them."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from myna_lab.parameters import MARKS, NATION, Parameters, defaults

ROOT = Path(__file__).resolve().parent.parent
FACTS = ROOT / "docs" / "facts"
SHEETS = {
    "card": "card.md",
    "certificate": "certificates.md",
    "life-cycle": "lifecycle.md",
    "set-up": "set_up.md",
    "attribute": "attributes.md",
}
"""How a sheet is cited, to its file."""
FOLDERS = ("benchmarks", "docs", "myna_lab", "notebooks", "tests", "tools")
CITING = {".ipynb", ".md", ".py", ".toml"}
ITSELF = Path(__file__).resolve()  # it makes citations up

HEADING = re.compile(r"#{2,3} (\d+(?:\.\d+)*) \S")
ROW = re.compile(r"\| (\d[\d.]*) \| (.+) \| (.*) \| (.*) \|")
NUMBER = r"\d+(?:\.\d+)*"
CITATION = re.compile(
    rf"\b(card|certificate|life-cycle|set-up|attribute)\s+facts\s+({NUMBER}(?:(?:,\s+|\s+and\s+|\s+to\s+){NUMBER})*)"
)
FORMER = re.compile(
    r"\bfact\s+sheets?\b|\b(?:certificates|life\s?cycle|lifecycle|provisioning|mdoc)\s+facts\b|\blifecycle\s+\d"
    rf"|\b(?:card|certificate|life-cycle|set-up|attribute)\s+facts\b(?!\s+{NUMBER})",
    re.IGNORECASE,
)
"""Other ways to say it, and a sheet without a number: nobody could look them up."""
PARAMETER = re.compile(r"parameter `(\w+)`")


class Statement(NamedTuple):
    sheet: str
    number: str
    text: str
    mark: str
    source: str


def sections(sheet: str) -> list[str]:
    """Numbers of the headings of a sheet, in order."""
    lines = (FACTS / SHEETS[sheet]).read_text(encoding="utf-8").splitlines()
    return [found[1] for line in lines if (found := HEADING.match(line))]


def statements(sheet: str) -> Iterator[Statement]:
    """The numbered rows of a sheet."""
    for line in (FACTS / SHEETS[sheet]).read_text(encoding="utf-8").splitlines():
        if line.startswith("| ") and not line.startswith("| no. |"):
            row = ROW.fullmatch(line)
            assert row, f"{SHEETS[sheet]}: no row of number, statement, mark, source: {line}"
            yield Statement(sheet, *row.groups())


STATEMENTS = {(one.sheet, one.number): one for sheet in SHEETS for one in statements(sheet)}
KNOWN = {*STATEMENTS, *((sheet, number) for sheet in SHEETS for number in sections(sheet))}


def cited(text: str) -> list[tuple[str, str]]:
    """Sheet and number of each citation in a text; of ``1.2 to 1.4`` both ends."""
    return [(sheet, number) for sheet, numbers in CITATION.findall(text) for number in re.findall(NUMBER, numbers)]


def faults(text: str) -> list[str]:
    """What is wrong with the citations in a text."""
    missing = [f"there are no {sheet} facts {number}" for sheet, number in cited(text) if (sheet, number) not in KNOWN]
    return missing + [f"not a citation that can be followed: {found[0]!r}" for found in FORMER.finditer(text)]


def words_of(path: Path) -> str:
    """What a file says; of a notebook the sources of its cells, for its output is made by the code."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        return "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])
    return text if path.suffix == ".md" else re.sub(r"\n\s*#?:? ?", "\n", text)


def citing() -> list[Path]:
    """Every file that may cite a fact."""
    files = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.suffix in CITING]
    return [path for path in files if path != ITSELF and ".ipynb_checkpoints" not in path.parts]


# ------------------------------------------------------------------------------------------------------- the sheets


@pytest.mark.parametrize("sheet", SHEETS)
def test_every_statement_has_mark_and_source(sheet: str) -> None:
    """A row has a number, a statement, one of the four marks, and says where it comes from."""
    rows = list(statements(sheet))
    assert len(rows) > 40
    assert [row.number for row in rows if row.mark not in MARKS] == []
    assert [row.number for row in rows if not row.source.strip() or not row.text.strip()] == []


@pytest.mark.parametrize("sheet", SHEETS)
def test_numbers_are_unique_and_without_gap(sheet: str) -> None:
    """Headings and rows have numbers of their own, and the rows of a section count from 1 without a gap."""
    headings, rows = sections(sheet), [row.number for row in statements(sheet)]
    assert [number for number, n in Counter(headings + rows).items() if n > 1] == []
    counted: Counter[str] = Counter()
    for number in rows:
        section, _, last = number.rpartition(".")
        counted[section] += 1
        assert section in headings, f"{number} stands in no section"
        assert int(last) == counted[section], f"{number} should be {section}.{counted[section]}"


def test_no_statement_is_made_twice() -> None:
    """The same sentence does not stand under two numbers, where one could be changed and the other not."""
    texts = Counter(one.text for one in STATEMENTS.values())
    assert [text for text, n in texts.items() if n > 1] == []


# ---------------------------------------------------------------------------------------------------------- citations


def test_every_citation_leads_to_a_fact() -> None:
    """Whatever code, tables, texts and notebooks cite is a section or statement of docs/facts, in the one form."""
    found = {str(path.relative_to(ROOT)): faults(words_of(path)) for path in citing()}
    assert {path: what for path, what in found.items() if what} == {}


def test_the_project_cites_its_facts() -> None:
    """The search finds the citations that are there: some eighty in the package, every sheet among them or in docs."""
    package = [one for path in citing() if "myna_lab" in path.parts for one in cited(words_of(path))]
    assert len(package) > 80
    assert {sheet for path in citing() for sheet, _ in cited(words_of(path))} == set(SHEETS)


@pytest.mark.parametrize(
    ("text", "n"),
    [
        ("Source: card facts 2.5.", 0),
        ("Source: card facts 1.2 to 1.4, 3 and 2.5.9; certificate facts 1\n    and 2.", 0),
        ("Source: card facts 2.99.", 1),
        ("Source: card facts 1.2, 2.5 and\n 77.", 1),
        ("Source: card facts 2.5.999; life-cycle facts 1.1.1", 1),
        ("Source: attribute\nfacts 99", 1),
        ("Source: card facts, measured", 1),
        ("Source: certificates fact sheet 5", 1),
        ("Source: lifecycle facts 2.3", 1),
        ("confirmed: lifecycle 1.1", 1),
    ],
)
def test_a_citation_that_leads_nowhere_is_found(text: str, n: int) -> None:
    """Made-up numbers, former spellings and a sheet without a number are faults; true ones are not."""
    assert len(faults(text)) == n


# --------------------------------------------------------------------------------------------------------- parameters


def named() -> list[tuple[str, Statement]]:
    """Parameters that statements name, with the statement."""
    return [(name, one) for one in STATEMENTS.values() for name in PARAMETER.findall(one.text)]


def test_each_parameter_is_a_statement_with_its_mark() -> None:
    """Each parameter is named by exactly one statement, and both have the same mark."""
    parameters = Parameters()
    by_name = named()
    assert Counter(name for name, _ in by_name) == Counter(parameters.keys())
    assert [f"{name}: {one.number}" for name, one in by_name if parameters[name].mark != one.mark] == []


def test_what_is_not_assumed_cites_its_statement() -> None:
    """The source of a confirmed, reported or derived parameter leads to the statement that names it."""
    place = {name: (one.sheet, one.number) for name, one in named()}
    without = [
        f"{parameter.name}: cite {' facts '.join(place[parameter.name])}"
        for parameter in Parameters().values()
        if parameter.mark != "assumed" and place[parameter.name] not in cited(parameter.source)
    ]
    assert without == []


def test_a_source_cites_the_same_in_both_languages() -> None:
    """What stands behind a number is told in Japanese with the statements that the English names; a nation's, too."""
    rows = [*Parameters().values(), *defaults(NATION).values()]
    assert [row.name for row in rows if cited(row.source) != cited(row.source_ja)] == []
