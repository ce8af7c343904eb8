"""What verifiers say that they saw: every reason that the code can give, in both languages."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from asn1crypto.crl import CRLReason
from asn1crypto.x509 import KeyUsage
from source import ROOT, calls_of, tree

from myna_lab import Lab
from myna_lab.devices.phone import identities
from myna_lab.devices.terminal import link
from myna_lab.errors import CardRefused, MisuseError, Refused
from myna_lab.events import Check, Reason, Verdict, reason
from myna_lab.formats import jpki
from myna_lab.formats.jpki import KINDS, REASONS
from myna_lab.formats.jpki.path import _CLAUSES
from myna_lab.ground.durations import at
from myna_lab.relying_parties.refusals import refusal
from myna_lab.texts import LANGUAGES, both, keys

ASKED = (
    "devices/terminal/link.py",
    "devices/terminal/files.py",
    "devices/terminal/pins.py",
    "devices/terminal/signing.py",
    "devices/terminal/set_up.py",
    "devices/card/chip.py",
    "lab/handles.py",
    "devices/phone/identities.py",
    "devices/phone/presenting.py",
)
"""Where a device's refusal to answer a service arises."""
ELSEWHERE = {"no_pass"}
"""Refusals of those files that no service asks for."""


def _calls(path: Path, *names: str) -> Iterator[ast.Call]:
    return (call for call in calls_of(path) if getattr(call.func, "id", "") in names)


def _strings(node: ast.expr) -> set[str]:
    """The texts that an expression can be: a constant, or one or the other constant; else nothing."""
    if isinstance(node, ast.IfExp):
        return _strings(node.body) | _strings(node.orelse)
    if isinstance(node, ast.BoolOp):
        return set().union(*map(_strings, node.values))
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


def _made() -> Iterator[tuple[str, str, set[str]]]:
    """Where a reason is made, with which code (empty: no constant) and with the names of which values."""
    for path in sorted(ROOT.rglob("*.py")):
        for call in _calls(path, "reason"):
            for code in sorted(_strings(call.args[0])) or [""]:
                yield f"{path.stem}:{call.lineno}:{code}", code, {value.arg or "" for value in call.keywords}


def _codes_of_devices() -> set[str]:
    found = {CardRefused.default_code, *link.CODES.values(), *identities._NAMES.values()}
    for name in ASKED:
        for call in _calls(ROOT / name, "Refused", "CardRefused", "PhoneRefused", "refusal"):
            for keyword in call.keywords:
                if keyword.arg == "code":
                    found |= _strings(keyword.value)
        for node in ast.walk(tree(ROOT / name)):
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "code":
                found |= _strings(node.value)
    return found - ELSEWHERE - {""}


def _blanks(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_every_reason_has_both_languages_and_its_values() -> None:
    """A reason is made with the code of a sentence in both languages, and with the values that the sentence needs."""
    made = {where: (both(f"reason.{code}"), values) for where, code, values in _made()}
    assert len(made) > 100
    assert [where for where, (sentence, _) in made.items() if set(sentence) != set(LANGUAGES)] == []
    needed = {where: set().union(*map(_blanks, sentence.values())) for where, (sentence, _) in made.items()}
    assert needed == {where: values for where, (_, values) in made.items()}


def test_no_reason_is_left_over() -> None:
    """Every sentence of the table is given by some verifier."""
    made = {f"reason.{code}" for _, code, _ in _made()} | {f"reason.refused.{code}" for code in _codes_of_devices()}
    assert set(keys("reason")) == made


def test_every_refusal_of_a_device_has_both_languages() -> None:
    """Whatever code a phone or card refuses a service with, the check's reason and the verdict's code are sentences."""
    codes = _codes_of_devices()
    assert "pin_wrong" in codes and len(codes) > 20
    for code in codes:
        assert set(both(f"reason.refused.{code}")) == set(both(f"code.{code}")) == set(LANGUAGES), code
        assert _blanks(both(f"reason.refused.{code}")["en"]) <= {"sw", "tries_left"}, code


def test_every_check_has_a_name_in_both_languages() -> None:
    """A view calls every check by a name of its own language."""
    calls = (call for path in ROOT.rglob("*.py") for call in _calls(path, "Check", "_Finding"))
    names = {name for call in calls for name in _strings(call.args[0])} | set(_CLAUSES)
    assert {"readable", "revocation", "validity"} <= names
    assert [name for name in sorted(names) if set(both(f"word.checked.{name}")) != set(LANGUAGES)] == []


def test_a_refusal_of_another_make_is_told_in_its_own_words() -> None:
    """A device whose refusal has no sentence here still gives a reason, in both languages."""
    told = refusal(Refused("the battery is flat.", code="flat_battery"))
    assert told.in_language("en") == "the battery is flat."
    assert "the battery is flat." in told.in_language("ja") != told.in_language("en")


def test_a_check_gives_its_reason_in_either_language() -> None:
    """The plain reason is the English sentence; the values stand in both; another language is a misuse."""
    check = Check("readable", True, "RFC 5280 4.1", reason("path.readable", serial="0A"))
    assert check.reason == str(check.seen) == "serial number 0A"
    assert check.seen.in_language("ja") == "シリアル番号 0A"
    with pytest.raises(MisuseError, match="one of ja, en"):
        check.seen.in_language("fr")
    with pytest.raises(MisuseError, match="serial"):
        str(Reason("path.readable"))


def test_a_verdict_is_told_in_japanese() -> None:
    """In Japanese the answer, the names of the checks and what was seen are Japanese; the clauses stay as they are."""
    check = Check("revocation", False, "RFC 5280 6.1.3 (a)(3)", reason("path.unknown"))
    verdict = Verdict("portal", False, "unknown", at("2025-06-24 09:00"), (check,), usable_from=at("2025-06-24 09:05"))
    assert verdict.in_language("ja").splitlines() == [
        "ポータル：断りました。状態がわかりません（2025-06-24 09:00:00）",
        "  NO  失効していないか：OCSPレスポンダはこの証明書を知りません  [RFC 5280 6.1.3 (a)(3)]",
        "  2025-06-24 09:05:00 から使えます",
    ]
    assert verdict.in_language("en") == str(verdict)


CODE = re.compile(r"\b[a-z]+_[a-z_]+|\b(?:sign|auth)\b")
"""A name of the code: parts joined by underscores, or a usage."""


@pytest.mark.parametrize("why", REASONS)
@pytest.mark.parametrize("kind", KINDS)
def test_no_name_of_the_code_is_filled_into_a_reason(kind: str, why: str) -> None:
    """Usages, bits of keyUsage and reasons of a revocation are words of the language, whatever is judged for what."""
    lab = Lab(seed=7)
    lab.iphone(lab.resident()).add_card().run()
    lab.advance("10min")
    (certificate,) = lab.certificates(kind=kind)
    if why == "CERTIFICATE_HOLD":
        certificate.hold()
    else:
        certificate.revoke(why)
    lab.advance("1h")
    authorities = lab.world.things.authorities
    for usage in ("sign", "auth"):
        result = jpki.validate_path(
            certificate.der,
            anchors=[authorities.sign.certificate, authorities.auth.certificate],
            at=lab.now,
            ocsp_responses=certificate.ocsp(),
            usage=usage,
            parameters=lab.parameters,
        )
        seen = {check.name: check.seen for check in result.checks}
        assert seen["revocation"].code == "path.revoked" and seen["key_usage"].code == "path.key_usage"
        for reason_seen in seen.values():
            assert not CODE.findall(reason_seen.in_language("ja"))
            assert "_" not in str(reason_seen)


def test_every_bit_and_reason_has_words() -> None:
    """Every bit of keyUsage and every CRLReason that a certificate or list can hold is a word in both languages."""
    bits, reasons = KeyUsage._map.values(), CRLReason._map.values()
    keys_of = [*(f"word.key_usage.{bit}" for bit in bits), *(f"word.reason_code.{name}" for name in reasons)]
    assert len(keys_of) == 9 + 10
    assert all(set(both(key)) == set(LANGUAGES) for key in keys_of)


def test_reasons_survive_the_journal(tmp_path: Path) -> None:
    """A saved verdict is opened with the same reasons, in both languages."""
    lab = Lab(seed=7)
    hanako = lab.resident()
    iphone = lab.iphone(hanako)
    given = [lab.portal.log_in(iphone), lab.portal.log_in(hanako.card, pin="0000"), lab.clinic.check_in(iphone)]
    given.append(lab.police.check_licence(hanako.card))
    lab.save(tmp_path / "class.mynalab")
    again = Lab.open(tmp_path / "class.mynalab")
    kept = [entry.event.verdict for entry in again.log if entry.name == "VerdictGiven"]
    assert kept == given
    for verdict in kept:
        assert verdict.in_language("ja") != verdict.in_language("en") == str(verdict)
