"""Codes, states, screens, taps and names that the code can produce: each has words in both languages."""

from __future__ import annotations

import ast
import dataclasses
import string
from collections.abc import Callable

import pytest
from source import ROOT, calls, tree

from myna_lab import Lab, errors
from myna_lab import events as ev
from myna_lab.analysis.telling import FIELDS
from myna_lab.devices.card.chip_kinds import rows
from myna_lab.devices.card.structure import Kind
from myna_lab.events import EVENTS
from myna_lab.formats.jpki import KINDS, REASONS
from myna_lab.formats.jpki.path import CODES
from myna_lab.jlis.books import CertificateState
from myna_lab.provisioning import RULES, Screen
from myna_lab.provisioning.reading import _WRONG
from myna_lab.texts import LANGUAGES, both
from myna_lab.widgets.whatif import WHAT_IF

REFUSALS = [
    name
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, errors.Refused) and kind is not errors.IssuanceRefused
]
ERRORS = [name for name, kind in vars(errors).items() if errors.MynaLabError in getattr(kind, "__bases__", ())]


def _strings(node: ast.AST | None) -> set[str]:
    """What an expression can be: its constants; ``blocked_before_{reference}`` for each PIN."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return {node.value}
    if isinstance(node, ast.IfExp):
        return _strings(node.body) | _strings(node.orelse)
    if isinstance(node, ast.JoinedStr):
        return {f"{_strings(node.values[0]).pop()}{reference}" for reference in _WRONG}
    return set()


def _name(call: ast.Call) -> str:
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def _keyword(call: ast.Call, name: str) -> set[str]:
    return set().union(*(_strings(keyword.value) for keyword in call.keywords if keyword.arg == name))


def _refusal_codes() -> set[str]:
    found = {getattr(errors, name).default_code for name in REFUSALS}
    for _, call in calls():
        if _name(call) in REFUSALS:
            found |= _keyword(call, "code")
        elif _name(call) == "refusal" and len(call.args) == 2:  # a set-up's
            found |= _strings(call.args[1])
    return found


def _verdict_codes() -> set[str]:
    """What a service can answer: the path's codes, and its own."""
    found = set(CODES)
    for path in sorted((ROOT / "relying_parties").glob("*.py")):
        if path.stem != "refusals":  # which makes keys of sentences
            for node in ast.walk(tree(path)):
                if isinstance(node, ast.Call) and _name(node) not in (
                    "MisuseError",
                    "one_of",
                ):  # no verdict: the call was wrong
                    found |= _keyword(node, "code")
                    found |= _strings(node.args[0]) if _name(node) in ("_verdict", "_opened") and node.args else set()
                    found |= _strings(node.args[2]) if _name(node) in ("also", "Verdict") and node.args[2:] else set()
                elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "code":
                    found |= _strings(node.value)
    return found


def _missed() -> set[str]:
    """Why a set-up cannot go on: reasons of ReadingRefused and RequirementMissed."""
    found: set[str] = set()
    for _, call in calls("provisioning"):
        if _name(call) == "_refused" and len(call.args) > 1:
            found |= _strings(call.args[1])
        elif _name(call) == "RequirementMissed":
            found |= _strings(call.args[2])
    for node in ast.walk(tree(ROOT / "devices" / "phone" / "requirements.py")):
        if isinstance(node, ast.FunctionDef) and node.name == "missed":
            pairs = (each for each in ast.walk(node) if isinstance(each, ast.Tuple) and len(each.elts) == 2)
            found |= set().union(*(_strings(pair.elts[0]) for pair in pairs))
    return found


def _causes() -> set[str]:
    """What leads to a revocation: the cause of a certificate's or card's."""
    found: set[str] = set()
    for _, call in calls():
        if _name(call) == "CertificateRevoked" and len(call.args) > 2:
            found |= _strings(call.args[-1])
        if _name(call) in ("CertificateRevoked", "revoke"):
            found |= _keyword(call, "cause")
    return found


CODES_OF: dict[str, Callable[[], set[str]]] = {
    "a refusal": _refusal_codes,
    "a verdict": lambda: _verdict_codes() | {"accepted"},
    "a missed requirement": _missed,
}


def test_the_search_finds_causes() -> None:
    """The search in the source finds causes of a revocation, or it would prove nothing."""
    assert {"new_phone", "same_phone_again", "pass_deleted"} <= _causes()


@pytest.mark.parametrize(
    ("whose", "known"),
    [
        ("a refusal", {"no_switch", "maintenance", "offline", "hold_is_final"}),
        ("a verdict", {"licence_expired", "not_on_phones_yet", "no_licence", "revoked"}),
        ("a missed requirement", {"blocked_before_signing", "other_card", "offline", "model_too_old"}),
    ],
)
def test_each_code_has_words(whose: str, known: set[str]) -> None:
    """Whatever is refused, judged or missed can be said in both languages; what is known is among what is found."""
    codes = CODES_OF[whose]()
    assert known <= codes
    assert [code for code in sorted(codes) if set(both(f"code.{code}")) != set(LANGUAGES)] == []


ERRANDS = [service.errand for service in Lab(seed=3).services if service.errand]


def _names() -> set[str]:
    """Keys of the words for every name that can stand in a sentence."""
    lab = Lab(seed=3)
    authorities = {entry.event.authority for entry in lab.log if isinstance(entry.event, ev.AuthorityEstablished)}
    references = {r.contents for r in rows("plastic").values() if r.kind in (Kind.REFERENCE, Kind.KEY)}
    services = {one.service for one in lab.services}
    taps = {rule.on for rules in RULES.values() for rule in rules} | {"back", "close"}
    return {
        *(FIELDS["kind"].format(name) for name in {*KINDS, "sign", "auth", *authorities}),
        *(FIELDS["screen"].format(screen.name) for screen in Screen),
        *(FIELDS["tap"].format(tap) for tap in taps),
        *(FIELDS["service"].format(service) for service in services),
        *(f"exchange.contents.{contents}" for contents in references),
        *(f"word.revoked_for.{name}" for name in {*REASONS, *_causes()} if name),
        *(f"word.state_of.{state.name}" for state in CertificateState if state is not CertificateState.REQUESTED),
        *(f"word.happened.VerdictGiven_{service}" for service in services),
        *(f"word.errand.{errand.replace(' ', '_')}" for errand in ERRANDS),
        *(f"word.{name}" for name in WHAT_IF),
        *(f"word.error.{name}" for name in ("MynaLabError", *ERRORS)),
    }


def test_each_name_has_words() -> None:
    """Kinds, screens, taps, services, PINs, keys, causes, states, acts and errors can be said in both languages."""
    names = _names()
    assert len(names) > 100
    assert [key for key in sorted(names) if set(both(key)) != set(LANGUAGES)] == []


def test_the_english_errands_are_their_own_words() -> None:
    """The table in English has the labels of the table without a language."""
    assert [both(f"word.errand.{errand.replace(' ', '_')}")["en"] for errand in ERRANDS] == list(ERRANDS)


@pytest.mark.parametrize("name", EVENTS)
def test_each_event_has_a_sentence_of_its_own_fields(name: str) -> None:
    """An event's sentence is there in both languages, and names nothing but the event's fields."""
    sentences = both(f"event.{name}")
    fields = {field.name for field in dataclasses.fields(EVENTS[name])}  # type: ignore[arg-type]
    assert set(sentences) == set(LANGUAGES)
    for sentence in sentences.values():
        assert {field for _, field, _, _ in string.Formatter().parse(sentence) if field} <= fields
