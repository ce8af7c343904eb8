"""Would a test notice? Change the rules a little, one place at a time: python tools/mutate.py [--n 200] [--seed 7]

    source -> places that can be changed -> a sample -> each one in a copy of the tree -> its tests -> killed or not

The sample is drawn by a hash of the seed and of the changed line, so that an edit elsewhere leaves it as it was. A
mutant is killed if a test fails, an import breaks, or the time is over. What survives is printed for a person to judge:
a hole in the tests, or a change that changes nothing. Those that were judged to change nothing stand with the reason in
tools/mutants_that_change_nothing.txt and are told apart in the sum. Needs a system with fork.
"""

from __future__ import annotations

import argparse
import ast
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import cryptography.x509  # noqa: F401 - loaded before the fork: what every test would load again
import hypothesis.strategies  # noqa: F401
import pandas  # noqa: F401
import pytest
from tqdm import tqdm

ROOT = Path(__file__).resolve().parent.parent
NOTHING_CHANGES = Path(__file__).with_name("mutants_that_change_nothing.txt")
TREE = ("myna_lab", "tests", "docs", "notebooks", "pyproject.toml", "README.md", "README.ja.md", "Makefile")
PLAIN = ("-q", "--tb=no", "-pno:cacheprovider", "-pno:nbval", "-pno:anyio",
         "-Wignore::pytest.PytestAssertRewriteWarning")  # fmt: skip
"""How pytest runs: without what these tests do not need, which takes seconds to load; some is loaded before."""
CPU_SECONDS, SECONDS = 90, 900
"""After which a mutant that runs on is killed."""

RULES, SET_UP, OFFICE = "tests/rules", "tests/unit/provisioning", "tests/unit/jlis/office"
PARTIES, PHONE = "tests/unit/relying_parties", "tests/unit/devices/phone"
CARD = "tests/unit/devices/card"
ERRANDS = "tests/unit/analysis/test_errands.py"
ARTICLE = ("tests/test_article.py", "tests/test_article_failures.py")
FIELDS = "tests/interop/test_field_table.py::test_ours"
JPKI = ("tests/unit/formats/jpki", PARTIES, FIELDS)
LISTS = ("tests/unit/formats/jpki/test_big_lists.py", "tests/unit/formats/jpki/test_revocation_lists.py", *JPKI)
DOCUMENTS = ("tests/interop/test_document_octets.py", "tests/interop/test_pdf.py", *JPKI)
TESTS: dict[str, tuple[str, ...]] = {
    "rules.py": (RULES, "tests/unit/test_rules.py"),
    "jlis/books/": (RULES, OFFICE, SET_UP, *ARTICLE),
    "ground/birthdays.py": ("tests/unit/ground/test_birthdays.py", "tests/unit/formats/jpki/test_validity_rules.py"),
    "ground/durations.py": ("tests/unit/ground/test_durations.py", OFFICE),
    "ground/chance.py": ("tests/unit/ground/test_chance.py", "tests/unit/residents"),
    "parameters.py": ("tests/unit/test_parameters.py",),
    "events/": ("tests/unit/events/test_events.py", "tests/unit/texts", OFFICE),
    "formats/iso7816/": (
        "tests/unit/formats/iso7816",
        "tests/unit/devices/card/test_sequences.py",
        "tests/unit/devices/card",
    ),
    "devices/card/": (CARD, RULES, "tests/unit/formats/iso7816", PARTIES),
    "devices/terminal/": ("tests/unit/devices/test_terminal.py", SET_UP, PARTIES, CARD),
    "formats/jpki/path.py": ("tests/unit/formats/jpki/test_path_validation.py", *JPKI),
    "formats/jpki/ocsp.py": ("tests/unit/formats/jpki/test_ocsp_answers.py", *JPKI),
    "formats/jpki/der.py": ("tests/unit/formats/jpki/test_der_reading.py", *JPKI),
    "formats/jpki/columns.py": LISTS,
    "formats/jpki/list_reader.py": LISTS,
    "formats/jpki/revocation_list.py": LISTS,
    "formats/jpki/explanation.py": ("tests/unit/formats/jpki/test_explanations.py", *JPKI),
    "formats/jpki/cms_reader.py": DOCUMENTS,
    "formats/jpki/documents.py": DOCUMENTS,
    "formats/jpki/text_pdf.py": DOCUMENTS,
    "formats/jpki/": JPKI,
    "formats/mdoc/": ("tests/unit/formats/mdoc", PARTIES),
    "jlis/office/cards.py": (f"{CARD}/test_contents.py", OFFICE, SET_UP, PHONE, *ARTICLE, ERRANDS),
    "jlis/office/": (OFFICE, SET_UP, PHONE, *ARTICLE, ERRANDS),
    "provisioning/": (RULES, SET_UP, *ARTICLE, PHONE),
    "devices/phone/": (PHONE, SET_UP, PARTIES, *ARTICLE),
    "relying_parties/": (PARTIES, PHONE, OFFICE, *ARTICLE, "tests/unit/formats/jpki"),
    "residents/portrait.py": (),
    "devices/card/lettering.py": (),
    "residents/": ("tests/unit/residents", SET_UP),
    "world/due.py": (OFFICE, *ARTICLE, ERRANDS),
    "world/agenda.py": (OFFICE, *ARTICLE, ERRANDS),
    "analysis/errands.py": (ERRANDS, OFFICE),
}
"""The semantic core, and the tests that speak of each part, the nearest first. Who looks at pictures is no test."""


class Mutant(NamedTuple):
    """One small change."""

    file: str
    line: int
    start: int
    end: int
    kind: str
    before: str
    after: str
    context: str

    @property
    def name(self) -> str:
        """How the change is called where line numbers may move."""
        change = "" if self.kind.startswith("row") else f": {self.before} -> {' '.join(self.after.split())[:100]}"
        return f"{self.file} | {self.context} | {self.kind}{change}"


# ------------------------------------------------------------------------------------------------- what can be changed

COMPARE = {
    ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">", ast.Eq: "!=", ast.NotEq: "==",
    ast.Is: "is not", ast.IsNot: "is", ast.In: "not in", ast.NotIn: "in",
}  # fmt: skip
ARITHMETIC = {ast.Add: "-", ast.Sub: "+", ast.Mult: "//", ast.FloorDiv: "*", ast.BitAnd: "|", ast.BitOr: "&"}
UNSEEN = {"__all__", "__repr__", "__str__", "__hash__"}
"""Of these no behaviour hangs."""

Change = tuple[ast.AST, ast.AST, str, str]
"""First and last node that are replaced, the kind, and what stands there instead."""


def changes(node: ast.AST, source: Callable[[ast.AST], str]) -> Iterator[Change]:
    """The changes of one node, its children left aside."""
    match node:
        case ast.Compare(left, [operator], [right]) if type(operator) in COMPARE:
            yield node, node, "compare", f"{source(left)} {COMPARE[type(operator)]} {source(right)}"
        case ast.BoolOp(operator, values):
            word = " or " if isinstance(operator, ast.And) else " and "
            yield node, node, "and/or", "(" + word.join(f"({source(value)})" for value in values) + ")"
        case ast.UnaryOp(ast.Not(), operand):
            yield node, node, "not", f"({source(operand)})"
        case ast.BinOp(left, operator, right) if type(operator) in ARITHMETIC:
            yield node, node, "arithmetic", f"{source(left)} {ARITHMETIC[type(operator)]} {source(right)}"
        case ast.Constant(bool() as value):
            yield node, node, "constant", str(not value)
        case ast.Constant(int() as value):
            yield node, node, "constant", str(value + 1)
            if value:
                yield node, node, "constant", str(value - 1)
        case ast.Return(ast.expr() as value) if source(value) != "None":
            yield value, value, "returned", "None"
        case ast.If(test) | ast.IfExp(test):
            yield test, test, "condition", f"(not ({source(test)}))"
        case ast.Call(ast.Name("Rule"), [before, _, to, *_]) if source(before) != source(to):
            yield to, to, "target of a rule", source(before)
    if isinstance(node, ast.Call) and len(node.args) >= 2 and not any(isinstance(a, ast.Starred) for a in node.args):
        first, second, *_ = node.args
        if source(first) != source(second):
            yield first, second, "arguments", f"{source(second)}, {source(first)}"
    if isinstance(node, (ast.Expr, ast.AugAssign, ast.Raise)) or (
        isinstance(node, ast.Assign) and isinstance(node.targets[0], (ast.Attribute, ast.Subscript))
    ):
        yield node, node, "statement", "pass"


def rows(node: ast.AST, source: Callable[[ast.AST], str]) -> Iterator[Change]:
    """A table without one of its rows."""
    match node:
        case ast.Tuple(elts) | ast.List(elts) | ast.Set(elts) if len(elts) > 1:
            marks = {ast.Tuple: "()", ast.List: "[]", ast.Set: "{}"}[type(node)]
            for gone in elts:
                left = [source(row) for row in elts if row is not gone]
                yield node, node, f"row without {source(gone)[:60]}", f"{marks[0]}{', '.join(left)},{marks[1]}"
        case ast.Dict(keys, values) if len(values) > 1:
            pairs = [f"{source(k)}: {source(v)}" if k else f"**{source(v)}" for k, v in zip(keys, values, strict=True)]
            for n, pair in enumerate(pairs):
                rest = ", ".join(pairs[:n] + pairs[n + 1 :])
                yield node, node, f"row without {pair[:60]}", "{" + rest + "}"


def mutants(path: Path) -> Iterator[Mutant]:
    """Every mutant of one file, except in what only people read."""
    data = path.read_bytes()
    lines = data.splitlines(keepends=True)
    offsets = [sum(map(len, lines[:n])) for n in range(len(lines) + 1)]
    tree = ast.parse(data)

    def place(node: ast.AST, *, end: bool) -> int:
        line, column = (node.end_lineno, node.end_col_offset) if end else (node.lineno, node.col_offset)  # type: ignore[attr-defined]
        return offsets[line - 1] + column

    def source(node: ast.AST) -> str:
        return data[place(node, end=False) : place(node, end=True)].decode()

    def visit(node: ast.AST, in_function: bool) -> Iterator[Change]:
        yield from changes(node, source)
        if not in_function and isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            yield from rows(node.value, source)
        in_function = in_function or isinstance(node, ast.FunctionDef)
        for name, value in ast.iter_fields(node):
            is_read_by_people = name in ("annotation", "returns", "decorator_list", "slice") and isinstance(
                node, (ast.arg, ast.AnnAssign, ast.ClassDef, ast.FunctionDef)
            )
            if not is_read_by_people:
                for child in value if isinstance(value, list) else [value]:
                    if isinstance(child, ast.AST) and not is_unseen(child):
                        yield from visit(child, in_function)

    for first, last, kind, instead in visit(tree, False):
        start, end = place(first, end=False), place(last, end=True)
        before, line = data[start:end].decode(), first.lineno  # type: ignore[attr-defined]
        yield Mutant(
            str(path.relative_to(ROOT)), line, start, end, kind, " ".join(before.split())[:100],
            instead, lines[line - 1].decode().strip()[:120],
        )  # fmt: skip


def is_unseen(node: ast.AST) -> bool:
    """What no behaviour hangs on: docstrings, texts of errors, reprs, imports for types only."""
    match node:
        case ast.Expr(ast.Constant()) | ast.JoinedStr() | ast.Import() | ast.ImportFrom() | ast.Assert():
            return True
        case ast.If(ast.Name("TYPE_CHECKING")):
            return True
        case ast.FunctionDef(name):
            return name in UNSEEN
        case ast.Assign([ast.Name(name)]):
            return name in UNSEEN or ast.unparse(node.value).startswith(("TypeVar", "NewType"))
    return False


def tests_of(file: str) -> tuple[str, ...]:
    """The tests of a file: of the longest name in TESTS that fits."""
    fitting = [key for key in TESTS if file.removeprefix("myna_lab/").startswith(key)]
    return TESTS[max(fitting, key=len)] if fitting else ()


# -------------------------------------------------------------------------------------------------------- running them


class Failed:
    """A plugin that notes what failed."""

    def __init__(self, notes: Path) -> None:
        self._notes = notes

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """A line for each failure."""
        if report.failed:
            with self._notes.open("a") as notes:
                notes.write(report.nodeid + "\n")


def run(tree: Path, tests: Sequence[str], *options: str) -> int:
    """What pytest answers in that tree, in a process of its own: 0 all passed, 1 some are in ``failed``."""
    child = os.fork()
    if child == 0:
        os.setsid()
        if "-x" in options:
            resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
        os.chdir(tree)
        sys.path.insert(0, str(tree))
        os.environ["PYTHONPATH"] = str(tree)
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        code = 1
        try:
            # One after the other: mostly the nearest fail, and then the others need not even be loaded.
            codes = []
            for part in tests:
                answer = pytest.main([*PLAIN, *options, part], plugins=[Failed(tree / "failed")])
                # Where all is left out nothing has failed.
                codes.append(0 if answer == pytest.ExitCode.NO_TESTS_COLLECTED else int(answer))
                if codes[-1] and "-x" in options:
                    break
            code = max(codes)
        finally:
            os._exit(code)
    deadline = time.monotonic() + SECONDS * (1 if "-x" in options else 4)
    while time.monotonic() < deadline:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return -signal.SIGKILL


def survives(mutant: Mutant, tree: Path, options: Sequence[str]) -> bool:
    """Whether all tests pass although the change was made; the copy is put back afterwards."""
    target = tree / mutant.file
    whole = target.read_bytes()
    target.write_bytes(whole[: mutant.start] + mutant.after.encode() + whole[mutant.end :])
    for bytecode in (target.parent / "__pycache__").glob(f"{target.stem}.*"):
        bytecode.unlink()
    try:
        compile(target.read_bytes(), str(target), "exec")
        return run(tree, tests_of(mutant.file), *options) == 0
    except SyntaxError:
        return False
    finally:
        target.write_bytes(whole)


def sample(n: int, seed: int, only: str) -> list[Mutant]:
    """``n`` mutants of the core, drawn by a hash."""
    files = sorted(path for path in (ROOT / "myna_lab").rglob("*.py") if tests_of(str(path.relative_to(ROOT))))
    every = {mutant.name: mutant for path in files if only in str(path) for mutant in mutants(path)}
    return sorted(every.values(), key=lambda mutant: sha256(f"{seed} {mutant.name}".encode()).digest())[:n]


def main() -> int:
    """Run the sample and print what survived."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--n", type=int, default=200, help="how many mutants")
    options.add_argument("--seed", type=int, default=7, help="which sample")
    options.add_argument("--only", default="", help="part of a path: mutants of these files alone")
    options.add_argument("--names", default="", help="a file of names: these alone, such as an earlier run's survivors")
    options.add_argument("--list", action="store_true", help="name the mutants and run nothing")
    chosen = options.parse_args()
    drawn = sample(chosen.n, chosen.seed, chosen.only)
    if chosen.names:
        names = Path(chosen.names).read_text(encoding="utf-8").splitlines()
        drawn = [mutant for mutant in sample(10**9, chosen.seed, chosen.only) if mutant.name in names]
    if chosen.list:
        print(*(mutant.name for mutant in drawn), sep="\n")
        return 0
    judged = {line.partition(" || ")[0] for line in NOTHING_CHANGES.read_text(encoding="utf-8").splitlines()}
    os.nice(5)
    survivors: list[Mutant] = []
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder)
        for name in TREE:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
            copy(ROOT / name, tree / name)
        failed = tree / "failed"
        failed.touch()
        answer = run(tree, list(dict.fromkeys(test for mutant in drawn for test in tests_of(mutant.file))))
        if answer not in (0, 1):
            print(f"The tests do not run without any change: pytest answers {answer}.")
            return 1
        left_out = [f"--deselect={name}" for name in failed.read_text().split("\n") if name]
        print("Left out, for they fail without any change:", *left_out or ["none"], sep="\n")
        sys.dont_write_bytecode = True
        for mutant in tqdm(drawn):
            if survives(mutant, tree, ["-x", *left_out]):
                survivors.append(mutant)
                tqdm.write(f"survived  {mutant.name}")
    of_file, left = Counter(m.file for m in drawn), Counter(m.file for m in survivors)
    print(f"\n{'':44}{'mutants':>8}{'survived':>10}")
    for file, count in sorted(of_file.items()):
        print(f"{file:44}{count:8}{left[file]:10}")
    same = [mutant for mutant in survivors if mutant.name in judged]
    can, killed = len(drawn) - len(same), len(drawn) - len(survivors)
    print(
        f"\n{killed} of {can} that can be caught were killed: {killed / max(can, 1):.1%}; {len(same)} change nothing."
    )
    for mutant in survivors:
        if mutant not in same:
            print(f"hole?  {mutant.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
