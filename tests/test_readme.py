"""The first page of the README runs as written, in both languages, and its comments are true."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
CLAIM = re.compile(r"#\s*(True|False|'[^']*')")


def python_block(readme: str, number: int) -> str:
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / readme).read_text(encoding="utf-8"), re.DOTALL)
    assert len(blocks) == 2, f"{readme} has a block of the first page and one of the nation"
    return str(blocks[number])


def run(source: str) -> tuple[dict[str, Any], list[tuple[str, object, object]]]:
    """Run the page statement by statement.

    Returns:
        The names it made, and for each line whose comment begins with a value: the line, that value and the real one.
    """
    names: dict[str, Any] = {}
    claims = []
    lines = source.splitlines()
    for statement in ast.parse(source).body:
        if not isinstance(statement, ast.Expr):
            exec(compile(ast.Module([statement], []), "README", "exec"), names)
            continue
        value = eval(compile(ast.Expression(statement.value), "README", "eval"), names)
        assert statement.end_lineno and statement.end_col_offset
        line = lines[statement.end_lineno - 1].encode()
        if claim := CLAIM.match(line[statement.end_col_offset :].decode().lstrip()):
            claims.append((line.decode(), ast.literal_eval(claim[1]), value))
    return names, claims


@pytest.mark.parametrize("readme", ["README.md", "README.ja.md"])
def test_the_first_page_is_true(readme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every line runs in a fresh namespace, and the values that the comments promise are the values."""
    monkeypatch.chdir(tmp_path)
    names, claims = run(python_block(readme, 0))
    assert [promised for _, promised, _ in claims] == [False, True, False, "9000"]
    for line, promised, value in claims:
        assert value == promised, line

    lab, again, hanako, iphone, android = (names[n] for n in ("lab", "again", "hanako", "iphone", "android"))
    codes = list(lab.tables.verdicts()["code"])
    assert codes == ["not_yet_valid", "accepted", "revoked"], "why the portal refused, accepted, refused"
    assert names["flow"].screen.name == "DONE"
    assert (tmp_path / "class.mynalab").is_file()
    assert [h.name for h in again.residents] == [hanako.name] and len(again.phones) == 2
    assert str(android.slip) and str(hanako.slip) and iphone.wallet
    assert len(lab.tables.certificates()) == 6 and len(lab.tables.phones()) == 2
    assert len(lab.tables.certificates(at="2025-06-24 09:00")) == 2, "at the start only the card's own pair"
    assert len(again.tables.events()) >= len(lab.tables.events()) > 0
    assert len(hanako.card.trace) > 10
    iphone.delete_pass()
    assert not iphone.wallet, "the dead pass is there until it is deleted by hand"
    for opened in (lab, again):
        opened.close()


def test_the_analysts_block_is_true(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It runs as written; hourly lists shorten what lists leave open and nothing else, and the tables are there."""
    monkeypatch.chdir(tmp_path)
    source = python_block("README.md", 1)
    names, _ = run(source)
    rules, study = names["rules"], names["study"]
    assert study.holders == 100_000 and list(rules.results) == ["today", "hourly lists"]
    apart = rules.differences.loc["hourly lists", "difference"]
    assert apart["accepted_minutes_crl"] < 0 < apart["list_gigabytes_a_day"]
    assert apart["renewals"] == apart["accepted_minutes_ocsp"] == 0
    uncommented = [re.sub(" *#.*", "", python_block(readme, 1)) for readme in ("README.md", "README.ja.md")]
    assert uncommented[0] == uncommented[1], "both pages have the same program"
    assert not list(tmp_path.iterdir())


def test_only_what_exists_is_linked() -> None:
    """Every link of the READMEs and of docs/ to a file of the project leads to one."""
    for page in (ROOT / "README.md", ROOT / "README.ja.md", *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_every_notebook_is_on_the_map() -> None:
    """Both READMEs link every notebook that exists."""
    for path in (ROOT / "notebooks").glob("*.ipynb"):
        for readme in ("README.md", "README.ja.md"):
            assert f"](notebooks/{path.name})" in (ROOT / readme).read_text(encoding="utf-8")


@pytest.mark.parametrize("readme", ["README.md", "README.ja.md"])
def test_every_named_target_exists(readme: str) -> None:
    """Each `make` target that a README names is one of the Makefile."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"\bmake ([a-z]+)", (ROOT / readme).read_text(encoding="utf-8")):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


@pytest.mark.parametrize(("line", "found"), [("1 + 1 == 2   # True", True), ("1 + 1 == 3   # True", False)])
def test_a_false_comment_would_be_seen(line: str, found: bool) -> None:
    """The comparison can fail: a comment that promises another value is noticed."""
    _, [(_, promised, value)] = run(line)
    assert (promised == value) is found
