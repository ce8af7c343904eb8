"""What people read stands in ``texts``, in both languages; code holds none of it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import myna_lab

ROOT = Path(myna_lab.__file__).parent
JAPANESE = re.compile(r"[぀-ヿ一-鿿]")
SENTENCE = re.compile(r"\b[A-Za-z']+(?: [a-z']+){3,}")
VIEWS = sorted((ROOT / "widgets").glob("*.py"))
SHOWN = [*VIEWS, *sorted((ROOT / "provisioning").glob("*.py")), *sorted((ROOT / "analysis").glob("*.py"))]
NAMES = {"iPhoneのマイナンバーカード", "日本語", "両方 Both"}
"""Names of things and of languages, the same in every language."""


def _strings(tree: ast.AST) -> Iterator[str]:
    """String constants that are neither docstrings nor errors, which are English for programmers."""
    skipped: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            skipped |= {id(inner) for inner in ast.walk(node)}
        # A call that makes an error or a rule's basis is not a sentence on a screen.
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Rule", "LinkBroken", "namedtuple"):
            skipped |= {id(inner) for inner in ast.walk(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
            yield node.value


@pytest.mark.parametrize("path", SHOWN, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_no_japanese_in_code(path: Path) -> None:
    """Views, the set-up and explanations hold no Japanese string."""
    found = [text for text in _strings(ast.parse(path.read_text(encoding="utf-8"))) if JAPANESE.search(text)]
    assert not set(found) - NAMES


@pytest.mark.parametrize("path", VIEWS, ids=lambda path: path.stem)
def test_no_english_sentence_in_a_view(path: Path) -> None:
    """A view holds no English sentence: four words in a row are one."""
    source = path.read_text(encoding="utf-8")
    found = [text for text in _strings(ast.parse(source)) if SENTENCE.search(re.sub(r"[<{][^>}]*[>}]", "", text))]
    assert not found
