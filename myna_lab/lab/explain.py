"""A verdict seen from above: what the service saw, what was true, and what it could not know."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from myna_lab.books import Books, CertificateRow, CertificateState, Past
from myna_lab.durations import next_tick, show, show_duration
from myna_lab.events import Verdict
from myna_lab.parameters import Parameters

__all__ = ["Explanation", "explain"]

C = CertificateState


@dataclass(frozen=True, slots=True)
class Explanation:
    """Sentences about one verdict."""

    saw: str
    """What the service saw."""
    truth: str
    """What the books said at that moment."""
    unknown: str
    """What the service could not know; empty if it knew everything."""
    advice: str
    """What would have been different, and when."""

    def __str__(self) -> str:
        rows = (("saw", self.saw), ("books", self.truth), ("could not know", self.unknown), ("then", self.advice))
        return "\n".join(f"{name + ':':16}{sentence}" for name, sentence in rows if sentence)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return f"<pre>{escape(str(self))}</pre>"


def explain(verdict: Verdict, books: Books, parameters: Parameters) -> Explanation:
    """Compare a verdict with the books of its moment.

    Args:
        verdict: what a service answered.
        books: the books, which know everything.
        parameters: ``ocsp_refresh``.
    """
    failed = [check.name for check in verdict.checks if not check.passed]
    saw = f"{verdict.service} {'accepted' if verdict.accepted else 'refused'} ({verdict.code}) at {show(verdict.at)}"
    saw += f"; it failed: {', '.join(failed)}." if failed else "; every check passed."
    row = _row(verdict, books)
    if row is None:
        return Explanation(saw, "no certificate of the books was shown.", "", "")
    past = row.past_at(verdict.at)
    truth = f"certificate {row.key} ({row.kind}, {row.device}) was {past.state.value} since {show(past.at)}"
    truth += f", because of {past.cause or past.reason}." if past.cause or past.reason else "."
    return Explanation(saw, truth, _unknown(verdict, past), _advice(verdict, row, past, parameters))


def _row(verdict: Verdict, books: Books) -> CertificateRow | None:
    """The certificate that was shown; the portal and its kin ask for user authentication."""
    key = ("auth", verdict.serial)
    return next((row for row in books.certificates.values() if row.key == key), None)


def _unknown(verdict: Verdict, past: Past) -> str:
    if verdict.knowledge_at is None or past.at <= verdict.knowledge_at:
        return ""
    if past.state in (C.REVOKED, C.ON_HOLD):
        return f"its data are of {show(verdict.knowledge_at)}; the books changed at {show(past.at)}, after that."
    return ""


def _advice(verdict: Verdict, row: CertificateRow, past: Past, parameters: Parameters) -> str:
    if past.state is C.ISSUED:
        wait = row.activates_at - verdict.at
        return f"it works from {show(row.activates_at)}, {show_duration(wait)} later."
    if verdict.accepted and past.state in (C.REVOKED, C.ON_HOLD):
        return f"OCSP says so from {show(next_tick(past.at, parameters.duration('ocsp_refresh')))}."
    return ""
