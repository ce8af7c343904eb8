"""What a service answers: a verdict, and every check that led to it."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from html import escape

from myna_lab.ground.arguments import one_of
from myna_lab.ground.durations import show
from myna_lab.texts import LANGUAGES, both, counted, text
from myna_lab.texts.session import languages, one
from myna_lab.texts.terms import Listing, Term

__all__ = ["Check", "Reason", "Verdict", "reason"]


_NAMES = {
    "bits": "word.key_usage",
    "wanted": "word.key_usage",
    "usage": "word.kind",
    "cause": "word.reason_code",
    "sources": "word.source",
    "fields": "word.attribute",
}
"""Values that are names, several with commas between, to the kind of their words; the log keeps the names."""


@dataclass(frozen=True, slots=True)
class Reason:
    """What a verifier saw: the key of a sentence of ``texts``, and the values that stand in it."""

    code: str
    """Key below ``reason``, such as ``path.revoked``."""
    values: tuple[tuple[str, str | int], ...] = ()

    def in_language(self, language: str) -> str:
        """The sentence in ``ja`` or ``en``."""
        return text(f"reason.{self.code}", language, **{name: _said(name, value) for name, value in self.values})

    def __str__(self) -> str:
        return self.in_language("en")


def _said(name: str, value: str | int) -> object:
    return Listing.of(_NAMES[name], str(value).split(", ")) if name in _NAMES else value


def reason(code: str, /, **values: str | int) -> Reason:
    """What was seen, by its code; instants are given as people read them."""
    return Reason(code, tuple(values.items()))


@dataclass(frozen=True, slots=True)
class Check:
    """One check that a verifier made."""

    name: str
    """Stable name, such as ``signature``; ``texts`` renders it."""
    passed: bool
    clause: str
    """The rule that asks for it: standard and clause, or one of docs/facts."""
    seen: Reason
    """What was seen."""

    @property
    def reason(self) -> str:
        """What was seen, in plain English."""
        return str(self.seen)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a service answered, with every check that led to it."""

    service: str
    """Name of the service."""
    accepted: bool
    code: str
    """``accepted``, or the reason: ``not_yet_valid``, ``revoked``, ``expired``, ``unknown``, ``bad_signature`` …"""
    at: datetime
    """When the service decided."""
    checks: tuple[Check, ...] = ()
    """Every check in order, passed or not."""
    serial: int | None = None
    """Serial number of the certificate that was shown, if there was one."""
    knowledge_at: datetime | None = None
    """What the service's revocation data date from (OCSP thisUpdate, or the CRL's)."""
    usable_from: datetime | None = None
    """For what is not accepted yet, a certificate or a device: from when it will be."""
    usage: str = "auth"
    """Which certificate the service asks for: ``auth`` or ``sign``; empty: none."""
    fetched_at: datetime | None = None
    """When it fetched its revocation data: before ``at``, if it kept them; None: it had none."""

    def __bool__(self) -> bool:
        return self.accepted

    def in_language(self, language: str) -> str:
        """The verdict with every check, one a line, in ``ja`` or ``en``."""
        one_of("a language", language, LANGUAGES, code="unknown_language")
        checks = [f"  {_mark(check)}  {_told(check, language)}  [{check.clause}]" for check in self.checks]
        return "\n".join([self._answer(language), *checks, *(f"  {line}" for line in self._known(language))])

    def _answer(self, language: str) -> str:
        said = both(f"code.{self.code}").get(language, self.code)
        key = "accepted" if self.accepted else "refused"
        service = Term(f"word.service.{self.service}")
        return _line(key, language, service=service, code=self.code, said=said, at=show(self.at))

    def _known(self, language: str) -> list[str]:
        kept = self.fetched_at if self.fetched_at != self.at else None
        known = {"usable_from": self.usable_from, "knowledge": self.knowledge_at, "kept": kept}
        return [_line(key, language, at=show(instant)) for key, instant in known.items() if instant]

    def __str__(self) -> str:
        return self.in_language(one())

    def __repr__(self) -> str:
        answer = "accepted" if self.accepted else "refused"
        checks = counted(len(self.checks), "check", "checks")
        return f"<Verdict TEST {self.service}: {answer} ({self.code}) at {show(self.at)}, {checks}>"

    def _repr_html_(self) -> str:
        """Every check as a row, in the languages of the session."""

        def twice(say: Callable[[str], str]) -> str:
            return "<br>".join(f'<span lang="{each}">{escape(say(each))}</span>' for each in languages())

        rows = [
            f"<tr><td>{_mark(check)}</td><td>{twice(functools.partial(_told, check))}</td>"
            f"<td>{escape(check.clause)}</td></tr>"
            for check in self.checks
        ]
        known = twice(lambda language: "\n".join(self._known(language)))
        answer = f"<p>{twice(self._answer)}</p><table>{''.join(rows)}</table>"
        return f'{answer}<p style="white-space: pre-line">{known}</p>'


def _line(key: str, language: str, /, **values: object) -> str:
    return text(f"word.verdict.{key}", language, **values)


def _mark(check: Check) -> str:
    return "ok" if check.passed else "NO"


def _told(check: Check, language: str) -> str:
    name = both(f"word.checked.{check.name}").get(language, check.name)
    return _line("check", language, name=name, check=check.name, seen=check.seen.in_language(language))
