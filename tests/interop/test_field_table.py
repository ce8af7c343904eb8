"""One field of certificate, list or answer changed, 300 times: ours beside OpenSSL, Go and the JDK."""

from __future__ import annotations

from pathlib import Path

import pytest
from fields import judges, rendering
from fields.table import PARTS, Case, cases, ours, recorded

from myna_lab.formats import jpki
from needs import need_program

pytestmark = pytest.mark.interop
ROOT = Path(__file__).resolve().parents[2]
ROWS = [pytest.param(case, id=case.title) for case in cases()]


def test_the_table_is_whole() -> None:
    """At least 150 rows; each is told apart by its name, has a clause, a code, and verdicts of others."""
    titles = [case.title for case in cases()]
    assert len(titles) >= 150 and len(set(titles)) == len(titles)
    assert {case.part for case in cases()} == set(PARTS)
    assert set(recorded()) == set(titles)
    for case in cases():
        assert case.row.clause and case.row.ours in jpki.CODES
        others = {column.split()[0] for column in recorded()[case.title]}
        assert others == ({"openssl", "jdk"} if case.part == "answer" else {"openssl", "go", "jdk"})


@pytest.mark.parametrize("case", ROWS)
def test_ours(case: Case) -> None:
    """The code stands in the row by hand; what fails is told with its clause."""
    result = ours(case)
    assert result.code == case.row.ours, [str(check) for check in result.checks if not check.passed]


@pytest.mark.parametrize("case", ROWS)
def test_we_agree_with_the_strict_or_say_why(case: Case) -> None:
    """If one of the others refuses, so do we; if all of them accept, so do we; else the row says why not."""
    words = set(recorded()[case.title].values())
    accepted = case.row.ours == "accepted"
    if (accepted and "refused" in words) or (not accepted and words == {"accepted"}):
        assert case.row.why, words


@pytest.mark.parametrize("name", judges.JUDGES)
def test_what_others_say(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Asked again, each judge says what is recorded of its version; another version may differ in a few rows."""
    program, ask = judges.JUDGES[name]
    path = need_program(program)
    folder = tmp_path_factory.mktemp(name)
    judges.write(folder, cases())
    said, version = ask(path, folder, cases()), f"{name} {judges.version(name, path)}"
    titles = {case.name: case.title for case in cases()}
    known = [column for column in rendering.columns() if column.split()[0] == name]
    column = version if version in known else known[-1]
    differing = {
        titles[row]: (word, why) for row, (word, why) in said.items() if recorded()[titles[row]][column] != word
    }
    assert len(said) == sum(column in words for words in recorded().values())
    assert len(differing) <= (0 if version in known else 12), (version, differing)


def test_the_page_is_of_this_table() -> None:
    """docs/path_table.md is what `python tools/make_path_table.py` writes."""
    assert (ROOT / "docs" / "path_table.md").read_text() == rendering.page()
