"""What came of a question, as HTML: verdict and checks, what the shop learnt, question and answer side by side."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from html import escape

from myna_lab.devices.phone.sheet import ElementName
from myna_lab.errors import MalformedMdoc
from myna_lab.formats.mdoc.base64url import octets_of
from myna_lab.formats.mdoc.diagnostic import diagnostic
from myna_lab.formats.mdoc.elements import MY_NUMBER
from myna_lab.formats.mdoc.envelope import ANNEX_C
from myna_lab.formats.mdoc.inspecting import over_asked
from myna_lab.formats.mdoc.jose import object_of
from myna_lab.formats.mdoc.openid4vp import UNSIGNED
from myna_lab.formats.mdoc.transcript import layout
from myna_lab.lab.presented import Learnt, Presented
from myna_lab.relying_parties.inquiry import Inquiry
from myna_lab.serve.shop.desk import Transaction
from myna_lab.texts import both, text
from myna_lab.texts.terms import Term

__all__ = ["result"]

_HIDDEN = "••"


def result(transaction: Transaction, language: str) -> str:
    """The page's part below its title."""
    asked = transaction.asking.session.asked
    warning = text("word.sheet.over_asks", language) if over_asked(asked) else ""
    said = f'<p class="warning">{escape(warning)}</p>' if warning else ""
    if transaction.presented is None:
        refused = text("shop.verdict.answered_no", language, said=Term(f"code.{transaction.code}"))
        detail = f'<p lang="en">{escape(str(transaction.refused))}</p>'
        verdict = f'<p class="verdict no" role="status">{escape(refused)}</p>{detail}'
        return f"{verdict}{said}{_messages(transaction, None, language)}"
    shown = transaction.presented
    return "".join(
        (
            _verdict(transaction, language),
            said,
            _learnt(shown, language),
            _messages(transaction, shown, language),
            _transcript(shown, language),
        )
    )


def _verdict(transaction: Transaction, language: str) -> str:
    good = transaction.code == "accepted"
    code = Term(f"code.{transaction.code}")
    line = text("shop.verdict.accepted", language) if good else text("shop.verdict.refused", language, said=code)
    rows = [
        (
            both(f"word.checked.{check.name}").get(language, check.name),
            text(f"shop.verdict.{'yes' if check.passed else 'no'}", language),
            check.seen.in_language(language),
            check.clause,
        )
        for check in transaction.checks
    ]
    heads = [text(f"shop.verdict.{name}", language) for name in ("check", "passed", "seen", "clause")]
    table = _table(text("shop.verdict.checks", language), heads, rows)
    return f'<p class="verdict {"yes" if good else "no"}" role="status">{escape(line)}</p>{table}'


def _learnt(shown: Presented, language: str) -> str:
    values = shown.values()
    said = {known: text(f"word.presented.{'yes' if known else 'no'}", language) for known in (True, False)}
    rows = [
        (
            ElementName(each.element).in_language(language),
            said[each.asked],
            said[each.kept],
            f"{said[True]}: {_value(values[each.element], language)}" if each.given else said[False],
            said[each.provable],
        )
        for each in shown.learnt
    ]
    heads = [text(f"word.presented.{name}", language) for name in Learnt._fields]
    return _table(text("shop.learnt.title", language), heads, rows)


def _value(value: object, language: str) -> str:
    if isinstance(value, bytes):
        return text("shop.learnt.picture", language, n=len(value))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, bool) else str(value)


def _messages(transaction: Transaction, shown: Presented | None, language: str) -> str:
    """Question and answer side by side, each decoded, with its octets on demand and what travelled."""
    asking = transaction.asking
    left = (
        _part("request", _question(asking), language)
        + _octets(asking.request, language)
        + _more("sent", asking.data, language)
    )
    right = ""
    if shown is not None:
        answer = shown.messages["answer"].decode("utf-8", "replace")
        opened = diagnostic(shown.response) if shown.response else text("shop.bytes.unopened", language)
        number = shown.values(show_my_number=True).get(MY_NUMBER)
        right = _part("response", opened, language)
        right += _octets(shown.response, language, hidden=str(number or "").encode()) if shown.response else ""
        right += _more("came", answer, language)
        if envelope := _envelope(asking, answer):
            right += _more("envelope", envelope, language)
    title = escape(text("shop.bytes.title", language))
    sides = "".join(f'<div class="side">{side}</div>' for side in (left, right) if side)
    return f'<section aria-labelledby="bytes"><h2 id="bytes">{title}</h2><div class="sides">{sides}</div></section>'


def _question(asking: Inquiry) -> str:
    """What is asked, decoded: CBOR, after whom the answer is for; or claims, with the header of the JWS around them."""
    if asking.protocol == ANNEX_C:
        info = octets_of(json.loads(asking.data)["encryptionInfo"])
        return f"{diagnostic(info)}\n\n{diagnostic(asking.request)}"
    claims = json.loads(asking.request)
    if asking.protocol == UNSIGNED:
        return _indented(claims)
    header = json.loads(octets_of(json.loads(asking.data)["request"].partition(".")[0]))
    header["x5c"] = [f"{each[:24]}…" for each in header["x5c"]]
    return f"{_indented(header)}\n{_indented(claims)}"


def _envelope(asking: Inquiry, answer: str) -> str:
    """What can be seen of a sealed answer without its key; empty: it is not sealed, or cannot be read."""
    try:
        sealed = object_of(answer, "the answer", "").get("response")
        if not isinstance(sealed, str):
            return ""
        if asking.protocol == ANNEX_C:
            return diagnostic(octets_of(sealed))
        return _indented(object_of(octets_of(sealed.partition(".")[0]), "the header", ""))
    except (MalformedMdoc, ValueError):
        return ""


def _indented(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _part(name: str, decoded: str, language: str) -> str:
    return f"<h3>{escape(text(f'shop.bytes.{name}', language))}</h3>{_pre(decoded)}"


def _more(name: str, content: str, language: str) -> str:
    return _details(text(f"shop.bytes.{name}", language), _pre(content))


def _octets(octets: bytes, language: str, hidden: bytes = b"") -> str:
    """In hexadecimal; the octets of the My Number are dots."""
    pairs = [f"{octet:02x}" for octet in octets]
    begins = octets.find(hidden) if hidden else -1
    if begins >= 0:
        pairs[begins : begins + len(hidden)] = [_HIDDEN] * len(hidden)
    return _details(text("shop.bytes.hex", language, n=len(octets)), _pre(" ".join(pairs)))


def _transcript(shown: Presented, language: str) -> str:
    rows = [(what, f"{len(octets)}", octets.hex(" ")) for what, octets in layout(shown.transcript)]
    summary = text("shop.bytes.transcript", language, n=len(shown.transcript.encoded))
    heads = [text(f"shop.bytes.{name}", language) for name in ("part", "length", "octets")]
    return _details(summary, _table("SessionTranscript", heads, rows))


def _details(summary: str, inner: str) -> str:
    return f"<details><summary>{escape(summary)}</summary>{inner}</details>"


def _pre(content: str) -> str:
    return f'<pre tabindex="0">{escape(content)}</pre>'


def _table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    body = "".join(
        f'<tr><th scope="row">{escape(first)}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in rest)}</tr>'
        for first, *rest in rows
    )
    inner = f"<caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
    return f'<div class="table" role="region" aria-label="{escape(caption)}" tabindex="0"><table>{inner}</table></div>'
