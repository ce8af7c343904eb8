"""What a service answered, in one line: the answer, why, from when it is otherwise, and what it could not know.

The same line stands in the news of every view and on the phone that was shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from myna_lab.analysis.asking import Asked
from myna_lab.events import Verdict
from myna_lab.ground.durations import show
from myna_lab.jlis.books import CertificateRow
from myna_lab.lab import Explanation, Lab
from myna_lab.texts import text
from myna_lab.texts.speech import Speech
from myna_lab.texts.terms import Term

__all__ = ["answer", "answer_line", "asked_answer", "colour_of"]


def colour_of(verdict: Verdict) -> tuple[str, str]:
    """Colour and sign of an answer: never the colour alone."""
    return ("good", "✓") if verdict.accepted else ("bad", "✕")


class _Seen(NamedTuple):
    """A verdict beside the truth."""

    verdict: Verdict
    explanation: Explanation
    row: CertificateRow | None
    """The certificate that was shown."""
    is_in_strange_hands: bool


def answer(verdict: Verdict, lab: Lab, speech: Speech, *, brief: bool = False) -> str:
    """The line as HTML; amber if the service accepted what the books have as revoked or on hold.

    Args:
        verdict: what the service answered.
        lab: where that was; its books say what the service could not know.
        speech: in which language.
        brief: without the instants of its data, as there is room for on a phone.
    """
    return _html(_seen(verdict, lab), speech, brief)


def asked_answer(asked: Asked, speech: Speech) -> str:
    """The same of a question that was asked in a copy."""
    row = asked.row if asked.is_shown else None
    return _html(_Seen(asked.verdict, asked.explanation, row, asked.is_in_strange_hands), speech)


def answer_line(verdict: Verdict, lab: Lab, language: str, *, brief: bool = False) -> str:
    """The line as plain text, in ``ja`` or ``en``."""
    return _line(_seen(verdict, lab), language, brief)


def _html(seen: _Seen, speech: Speech, brief: bool = False) -> str:
    colour, sign = colour_of(seen.verdict)
    if seen.verdict.accepted and any(s.heading == "unknown" for s in seen.explanation.sentences):
        colour = "wait"
    said = speech.stacked(lambda language: f"{sign} {_line(seen, language, brief)}")
    return f'<div class="mnc-answer mnc-said-{colour}">{said}</div>'


def _line(seen: _Seen, language: str, brief: bool) -> str:
    return text("word.answer.between", language).join(_parts(seen, language, brief))


def _seen(verdict: Verdict, lab: Lab) -> _Seen:
    row = lab.books.shown_in(verdict)
    return _Seen(verdict, lab.explain(verdict), row, _is_in_strange_hands(row, lab))


def _parts(seen: _Seen, language: str, brief: bool) -> Iterator[str]:
    verdict, row, sentences = seen.verdict, seen.row, seen.explanation.sentences
    day = show(verdict.at)[:11]

    def said(key: str, values: Mapping[str, object]) -> str:
        today = {name: v.removeprefix(day) if isinstance(v, str) else v for name, v in values.items()}
        return text(f"word.answer.{key}", language, **today)

    values = {"service": Term(f"word.service.{verdict.service}"), "code": Term(f"code.{verdict.code}")}
    yield said("accepted" if verdict.accepted else "refused", values)
    beyond = {s.heading: s for s in sentences if s.heading in ("unknown", "then")}
    if "unknown" in beyond and row is not None:
        state = Term(f"word.state_of.{row.past_at(verdict.at).state.name}")
        yield said("not_known" if brief else "could_not_know", {**beyond["unknown"].values, "state": state})
    elif verdict.accepted and row is not None and not brief:
        yield said("as_the_books", {"at": show(verdict.knowledge_at or verdict.at)})
    elif not verdict.accepted and "then" not in beyond and not brief:
        failed = next(check for check in verdict.checks if not check.passed)
        if failed.name != "credential":  # the code says as much
            yield failed.seen.in_language(language) + said("stop", {})
    if "then" in beyond:
        yield said(beyond["then"].key.removeprefix("verdict."), beyond["then"].values)
    if seen.is_in_strange_hands and not brief:
        yield said("whose_hands", {})


def _is_in_strange_hands(row: CertificateRow | None, lab: Lab) -> bool:
    """Whether somebody else than its owner has the phone on which the certificate is."""
    phone = next((each for each in lab.phones if row is not None and each.phone == row.device), None)
    return phone is not None and phone.in_hands_of != phone.person
