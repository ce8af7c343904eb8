"""Drawings for learners, in SVG of our own: a certificate with six marked fields, and who hears of a fact when.

They are narrow enough for a phone, need no script and no font from elsewhere, and have a text twin. Each word carries
its language, so that one style hides the other one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Any

from myna_lab.errors import MisuseError
from myna_lab.rules import Rule
from myna_lab.texts import text
from myna_lab.texts.session import languages
from myna_lab.texts.vocabulary import in_japanese
from myna_lab.widgets.pictures import Picture
from myna_lab.world.certificates import Certificate

__all__ = ["certificate_drawing", "news_picture", "state_picture"]

_WIDE = 400
_TOP, _ROW, _LINE = 78, 84, 17
_TALL = _TOP + 6 * _ROW + 2 * _LINE
_FIELDS = ("serial_number", "holder", "public_key", "validity", "use", "issuer")


def certificate_drawing(certificate: Certificate) -> Picture:
    """A certificate as a paper with six marked fields: whose key, for what, from when to when, and who vouches.

    Args:
        certificate: of a lab, such as one of ``lab.certificates()``.

    Raises:
        MisuseError: something else.
    """
    if not isinstance(certificate, Certificate):
        raise MisuseError("a certificate of a lab is drawn: lab.certificates()[0].", code="no_certificate")
    values = {language: _six(certificate, language) for language in languages()}
    return Picture(_svg(_paper(values), _TALL, "word.drawn.certificate"), _listed(values))


def _six(certificate: Certificate, language: str) -> tuple[str, ...]:
    """The values of the six fields in words."""
    found = {field.name: field.value for field in certificate.fields(language)}
    authority = text(f"word.kind.{certificate.key.authority}", language)
    return (
        found["serial_number"],
        found.get("common_name") or found["subject"].rpartition("CN=")[2],
        found["public_key"],
        f"{found['not_before'][:10]} – {found['not_after'][:10]}",
        found["key_usage"],
        f"JPKI-EMU, {authority}",
    )


def _paper(values: dict[str, tuple[str, ...]]) -> Iterator[str]:
    for inset, thick in ((3, 2.5), (8, 0.8)):
        yield (f'<rect x="{inset}" y="{inset}" width="{_WIDE - 2 * inset}" height="{_TALL - 2 * inset}" rx="6" '
               f'fill="none" stroke="currentColor" stroke-width="{thick}"/>')  # fmt: skip
    yield from _words("word.drawn.certificate", _WIDE / 2, 36, size=17, bold=True, middle=True)
    top = _TOP
    for place, name in enumerate(_FIELDS):
        yield f'<circle cx="32" cy="{top - 5}" r="13" fill="var(--jp-brand-color1, #1f5fbf)"/>'
        yield f'<text x="32" y="{top}" text-anchor="middle" fill="#fff" font-weight="700">{place + 1}</text>'
        yield from _words(f"word.drawn.{name}", 56, top, size=14, bold=True)
        shown: dict[str, str] = {}
        for language, each in values.items():
            shown.setdefault(each[place], f' lang="{language}"')  # a value that is the same in both belongs to neither
        for value, spoken in shown.items():
            top += _LINE
            mark = spoken if len(shown) > 1 else ""
            yield f'<text{mark} x="56" y="{top}" font-size="13" font-family="monospace">{escape(value)}</text>'
        yield from _words(f"word.drawn.{name}_for", 56, top + 18, size=11.5, below=14)
        top += _ROW - _LINE
    yield f'<circle cx="{_WIDE - 48}" cy="{_TALL - 92}" r="25" fill="none" stroke="#b3261e" stroke-width="2.5"/>'
    yield from _words("word.drawn.seal", _WIDE - 48, _TALL - 92, size=12, middle=True, colour="#b3261e", below=13)


def _listed(values: dict[str, tuple[str, ...]]) -> str:
    """The six fields as lines of text."""
    lines = []
    for language, each in values.items():
        lines.append(text("word.drawn.certificate", language))
        for place, name in enumerate(_FIELDS):
            label, what_for = text(f"word.drawn.{name}", language), text(f"word.drawn.{name}_for", language)
            lines.append(f"  {place + 1} {label}: {each[place]} ({what_for})")
    return "\n".join(lines)


# ------------------------------------------------------------------------------------------------- who hears of it when


def news_picture() -> Picture:
    """The one picture of the course: a fact stands in the books at once, others hear of it later."""
    parts: list[str] = []
    for key, top in (("holder", 10), ("books", 84)):
        parts += _box(key, 120, top, 160)
    parts.append(_arrow(200, 56, 200, 82))
    for place, key in enumerate(("ocsp", "crl", "phone")):
        left, dashed = 6 + 132 * place, key == "phone"
        parts.append(_arrow(200, 148, left + 62, 186, dashed))
        parts += _box(key, left, 188, 124)
        parts.append(_arrow(left + 62, 252, left + 62, 278, dashed))
        parts += _words(f"word.news.{key}_who", left + 62, 294, size=11.5, middle=True, below=14)
    lines = [
        f"{text('word.news.title', each)}: {text('word.news.holder', each)} → "
        f"{text('word.news.books', each)} ({text('word.news.books_when', each)})"
        + "".join(
            f"\n  → {text(f'word.news.{key}', each)} ({text(f'word.news.{key}_when', each)})"
            f" → {text(f'word.news.{key}_who', each)}"
            for key in ("ocsp", "crl", "phone")
        )
        for each in languages()
    ]
    return Picture(_svg(parts, 320, "word.news.title"), "\n".join(lines))


def _box(key: str, left: float, top: float, wide: float) -> Iterator[str]:
    tall = 46 if key == "holder" else 64
    yield (f'<rect x="{left}" y="{top}" width="{wide}" height="{tall}" rx="8" fill="none" stroke="currentColor" '
           'stroke-width="1.5"/>')  # fmt: skip
    yield from _words(f"word.news.{key}", left + wide / 2, top + 18, size=13, bold=True, middle=True, below=14)
    if key != "holder":
        yield from _words(f"word.news.{key}_when", left + wide / 2, top + 46, size=11.5, middle=True, below=13)


def _arrow(x: float, y: float, to_x: float, to_y: float, dashed: bool = False) -> str:
    dashes = ' stroke-dasharray="4 3"' if dashed else ""
    return (f'<line x1="{x}" y1="{y}" x2="{to_x}" y2="{to_y}" stroke="currentColor" stroke-width="1.5"{dashes}/>'
            f'<path d="M {to_x - 4} {to_y - 6} L {to_x} {to_y} L {to_x + 4} {to_y - 6}" fill="none" '
            'stroke="currentColor" stroke-width="1.5"/>')  # fmt: skip


# ------------------------------------------------------------------------------------------------------------- states


def state_picture(rules: Sequence[Rule[Any]]) -> Picture:
    """A table of states as boxes: a box for each state, and in it what leads where.

    Args:
        rules: a table, such as ``SECURITY_STATUS_RULES``.
    """
    states = dict.fromkeys(rule.before for rule in rules)
    boxes = [_state(state.value, [rule for rule in rules if rule.before is state]) for state in states]
    lines = [
        f"[{_say(state.value, each)}] {_step(rule, each)}"
        for each in languages()
        for state in states
        for rule in rules
        if rule.before is state
    ]
    return Picture(f'<div class="mnc-states">{"".join(boxes)}</div>', "\n".join(lines))


def _state(name: str, rules: Iterable[Rule[Any]]) -> str:
    rows = []
    for rule in rules:
        stays = rule.to is rule.before
        said = (f'<span lang="{each}">{escape(_step(rule, each))}</span>' for each in languages())
        rows.append(f'<li class="mnc-{"stays" if stays else "leads"}">{"".join(said)}</li>')
    heads = (f'<span lang="{each}">{escape(_say(name, each))}</span>' for each in languages())
    return f"<section><b>{' '.join(heads)}</b><ul>{''.join(rows)}</ul></section>"


def _step(rule: Rule[Any], language: str) -> str:
    """What happens and where it leads, as a line."""
    stays = rule.to is rule.before
    to = text("word.states.stays" if stays else "word.states.to", language, state=_say(rule.to.value, language))
    only_if = f" [{_say(rule.condition, language)}]" if rule.condition else ""
    return f"{'↻' if stays else '→'} {_say(rule.name, language)}{only_if}: {to}"


def _say(word: str, language: str) -> str:
    return in_japanese(word) or word if language == "ja" else word


# ---------------------------------------------------------------------------------------------------------------- SVG


def _svg(parts: Iterable[str], height: float, title: str) -> str:
    """A drawing, as wide as the page up to 460 pixels; its title is read aloud, its text twin stands beside it."""
    name = " · ".join(text(title, each) for each in languages())
    style = "width: 100%; max-width: 460px; height: auto;"
    return (f'<svg role="img" aria-label="{escape(name)}" viewBox="0 0 {_WIDE} {height}" font-size="13" '
            f'fill="currentColor" style="{style}">{"".join(parts)}</svg>')  # fmt: skip


def _words(
    key: str, x: float, y: float, *, size: float, bold: bool = False, middle: bool = False, colour: str = "",
    below: float = 0,
) -> Iterator[str]:  # fmt: skip
    """A sentence of ``texts`` in the languages of the session: beside each other, or below each other."""
    anchor = ' text-anchor="middle"' if middle else ""
    weight = ' font-weight="700"' if bold else ""
    fill = f' fill="{colour}"' if colour else ""
    spoken = languages()
    if below:
        for place, each in enumerate(spoken):
            top = y + below * place
            yield (f'<text lang="{each}" x="{x}" y="{top}" font-size="{size - 1.5 * place}"{anchor}{weight}{fill}>'
                   f"{escape(text(key, each))}</text>")  # fmt: skip
        return
    words = '<tspan class="mnc-between"> · </tspan>'.join(
        f'<tspan lang="{each}">{escape(text(key, each))}</tspan>' for each in spoken
    )
    yield f'<text x="{x}" y="{y}" font-size="{size}"{anchor}{weight}{fill}>{words}</text>'
