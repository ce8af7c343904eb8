"""The desk: several documents are judged together, and each of them must be signed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from myna_lab import Lab
from myna_lab.lab.handles import PhoneHandle

Forgery = Callable[[tuple[bytes, ...]], tuple[bytes, ...]]


@pytest.fixture(scope="module")
def lab() -> Lab:
    """A lab with one iPhone whose card works; its signing password is ABC123."""
    lab = Lab(seed=7)
    lab.iphone(lab.resident(signing_password="ABC123")).add_card().run(same_pins=True)
    lab.advance("20min")
    return lab


class Between:
    """Somebody between a phone and the desk, who changes what the phone answers."""

    name = "between"

    def __init__(self, phone: PhoneHandle, forge: Forgery) -> None:
        self._phone = phone
        self._forge = forge

    def sign(self, *documents: bytes) -> tuple[bytes, ...]:
        """Sign, and change the answer."""
        return self._forge(self._phone.sign(*documents, password="ABC123"))


ANSWERS: dict[str, tuple[Forgery, bool, str]] = {
    "as it is": (lambda answer: answer, True, "accepted"),
    "one signature less": (lambda answer: answer[:-1], False, "bad_signature"),
    "one signature more": (lambda answer: (*answer, answer[-1]), False, "bad_signature"),
    "no signature": (lambda answer: answer[:1], False, "bad_signature"),
    "in another order": (lambda answer: (answer[0], answer[2], answer[1]), False, "bad_signature"),
    "the last one changed": (lambda answer: (*answer[:2], bytes(256)), False, "bad_signature"),
    "another certificate": (lambda answer: (b"", *answer[1:]), False, "malformed_certificate"),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_each_document_must_be_signed(lab: Lab, case: str) -> None:
    """Two documents: what is missing, too much, exchanged or changed is a bad signature."""
    forge, accepted, code = ANSWERS[case]
    verdict = lab.desk.accept(Between(lab.phones[0], forge), [b"application", b"annex"])
    assert (verdict.accepted, verdict.code) == (accepted, code)
    (check,) = [check for check in verdict.checks if check.name == "signature"]
    assert check.passed is accepted
    assert "{" not in check.seen.in_language("ja") + check.seen.in_language("en")
