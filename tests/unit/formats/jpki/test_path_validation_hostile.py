"""Whatever comes in, a verdict comes out, after bounded work and in bounded memory."""

from __future__ import annotations

import sys
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
from authorities import PARAMETERS, authority
from fields.certificate_rows import AIA, OU, policies, rdn, rsa_numbers
from fields.changes import Change, add, drop, put, sign, value
from fields.parts import AT as NOON
from fields.parts import (
    BIT,
    INT,
    NULL,
    OCT,
    SEQ,
    SET,
    Extension,
    good_answer,
    good_certificate,
    good_list,
    integer,
    oid,
    t,
    utc,
)

from myna_lab.formats import jpki
from myna_lab.formats.jpki import documents
from myna_lab.formats.jpki.names import LARGEST
from myna_lab.ground.chance import Chance
from myna_lab.relying_parties.policy import Policy
from myna_lab.relying_parties.verifying import Verifier
from needs import rounds

CALLS, MEBIBYTES = 2_000_000, 64
"""Far more than a good certificate takes, far less than work that grows with the square of what comes in."""
CODES = set(jpki.CODES)


def bounded(work: Callable[[], Any]) -> Any:
    """What some work gives, in a bounded number of calls and bounded memory."""
    calls = 0

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    former = sys.getprofile()
    tracemalloc.start()
    sys.setprofile(count)
    try:
        found = work()
    finally:
        sys.setprofile(former)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert calls < CALLS and peak < MEBIBYTES << 20, (calls, peak)
    return found


def judged(der: bytes, **held: Any) -> jpki.PathResult:
    result = bounded(
        lambda: jpki.validate_path(
            der, anchors=authority("sign").certificate, at=NOON, usage="sign", parameters=PARAMETERS, **held
        )
    )
    assert isinstance(result, jpki.PathResult) and result.code in CODES and len(result.checks) == 6
    for language in ("ja", "en"):
        assert all(len(check.seen.in_language(language)) < 3_000 for check in result.checks)
    return result


def nested(depth: int, tag: int = SEQ) -> bytes:
    """Objects within objects; made from inside."""
    octets = NULL
    for _ in range(depth):
        octets = t(tag, octets)
    return octets


def many(count: int) -> bytes:
    return t(SEQ, *(t(SET, rdn(OU, f"{n}")) for n in range(count)))


def extend(*rows: Extension) -> Change:
    return lambda parts: parts.extensions.extend(rows)


CERTIFICATES: dict[str, tuple[Callable[[], Change], str]] = {
    "500 RDNs": (lambda: put("subject", many(500)), "accepted"),
    "4,000 RDNs": (lambda: put("subject", many(4_000)), "accepted"),
    "3,000 attributes in one RDN": (
        lambda: put("subject", t(SEQ, t(SET, *sorted(rdn(OU, f"{n:05}") for n in range(3_000))))),
        "accepted",
    ),
    "a name of 50,000 letters": (
        lambda: put("subject", t(SEQ, t(SET, rdn("2.5.4.12", "x" * 50_000)))),
        "accepted",
    ),
    "an issuer of 4,000 RDNs": (lambda: put("issuer", many(4_000)), "untrusted"),
    "subject nested": (lambda: put("subject", nested(9_000)), "malformed_certificate"),
    "key nested": (lambda: put("key", nested(9_000)), "malformed_certificate"),
    "an unknown extension nested": (lambda: add("unknown", nested(9_000)), "accepted"),
    "policies nested": (lambda: value("policies", nested(9_000)), "malformed_certificate"),
    "alternative name nested": (
        lambda: value("subject_alternative_name", nested(9_000, 0xA4)),
        "malformed_certificate",
    ),
    "distribution points nested": (lambda: value("distribution_points", nested(9_000, 0xA0)), "malformed_certificate"),
    "4,500 policies": (lambda: value("policies", policies(*(f"2.999.9.{n}" for n in range(4_500)))), "wrong_usage"),
    "5,000 purposes": (
        lambda: add("extended_key_usage", t(SEQ, *(oid(f"2.999.8.{n}") for n in range(5_000)))),
        "wrong_usage",
    ),
    "4,000 extensions": (
        lambda: extend(
            *(Extension("unknown", b"", raw=t(SEQ, oid(f"2.999.7.{n}"), t(OCT, b""))) for n in range(4_000))
        ),
        "accepted",
    ),
    "an extension 2,000 times": (
        lambda: extend(*[Extension("information_access", AIA)] * 500),
        "malformed_certificate",
    ),
    "an extension of 60,000 octets": (lambda: add("unknown", bytes(60_000)), "accepted"),
    "an extension beyond the limit": (lambda: add("unknown", bytes(LARGEST)), "malformed_certificate"),
    "serial number of 30,000 octets": (lambda: put("serial", integer(1 << 239_999)), "untrusted"),
    "identifier with an arc of 5,000 octets": (
        lambda: value("policies", t(SEQ, t(SEQ, t(0x06, b"\x88" + b"\xff" * 5_000 + b"\x7f")))),
        "malformed_certificate",
    ),
    "RSA key of 400,000 bits": (lambda: put("key", rsa_numbers(400_000)), "untrusted"),
    "RSA key with a huge exponent": (lambda: put("key", rsa_numbers(4_096, (1 << 4_000) | 1)), "untrusted"),
    "no fields": (lambda: put("key", b""), "malformed_certificate"),
    "dates of the years 0 and 9999": (
        lambda: (
            lambda parts: parts.fields.update(
                not_before=t(0x18, b"00000101000000Z"), not_after=t(0x18, b"99991231235959Z")
            )
        ),
        "malformed_certificate",
    ),
    "begins in the last hour of time": (
        lambda: (
            lambda parts: parts.fields.update(
                not_before=t(0x18, b"99991231230000Z"), not_after=t(0x18, b"99991231235959Z")
            )
        ),
        "untrusted",
    ),
}


@pytest.mark.parametrize("case", CERTIFICATES)
def test_hostile_certificates(case: str) -> None:
    """Each becomes its code; those that break no rule are accepted, however odd they look."""
    change, code = CERTIFICATES[case]
    parts = good_certificate()
    change()(parts)
    found = judged(parts.der(), crls=_whole())
    assert found.code == code, [str(check) for check in found.checks if not check.passed][:2]


def told(change: Change, name: str) -> dict[str, str | int]:
    """The values in what one check says of a changed certificate."""
    parts = good_certificate()
    change(parts)
    return dict(next(check.seen.values for check in judged(parts.der(), crls=_whole()).checks if check.name == name))


def test_no_policy_is_told_as_a_dash() -> None:
    """Where no policy is stated, or no bit of keyUsage, the sentence has a dash."""
    assert told(drop("policies"), "policy")["policies"] == "–"
    assert told(drop("key_usage"), "key_usage")["bits"] == "–"


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "2.999.8.0"),
        (5, "2.999.8.0, 2.999.8.1, 2.999.8.2, 2.999.8.3, 2.999.8.4"),
        (6, "2.999.8.0, 2.999.8.1, 2.999.8.2, 2.999.8.3, 2.999.8.4, …"),
    ],
)
def test_five_policies_or_purposes_are_told(count: int, words: str) -> None:
    """Up to five are told whole; of more the first five, and that there are more."""
    numbers = [f"2.999.8.{n}" for n in range(count)]
    assert told(value("policies", policies(*numbers)), "policy")["policies"] == words
    purposes = told(add("extended_key_usage", t(SEQ, *map(oid, numbers))), "key_usage")
    assert purposes["purposes"] == words


@pytest.mark.parametrize(("octets", "words"), [(250, "7" + "F" * 499), (251, "7" + "F" * 499 + "…")])
def test_five_hundred_digits_of_a_serial_number_are_told(octets: int, words: str) -> None:
    """250 octets are told whole; of more the first 500 digits, and that there are more."""
    assert told(put("serial", integer((1 << 8 * octets - 1) - 1)), "readable")["serial"] == words


def _whole() -> bytes:
    parts = good_list()
    parts.named("scope").value = t(SEQ, t(0x81, b"\xff"))
    return parts.der()


ANSWERS: dict[str, Change] = {
    "responder nested": put("responder", t(0xA1, nested(9_000))),
    "responder of 4,000 RDNs": put("responder", t(0xA1, many(4_000))),
    "nested": put("bytes", nested(30_000, 0xA0)),
    "beyond the limit": add("unknown", bytes(1 << 18)),
    "10,000 answers about others": lambda parts: parts.singles.extend([_other(parts)] * 2_000),
    "100 certificates": lambda parts: parts.certificates.extend(parts.certificates * 100),
    "a nested certificate": lambda parts: parts.certificates.insert(0, nested(9_000)),
    "extensions nested": add("unknown", nested(9_000)),
    "a serial number of 30,000 octets": lambda parts: setattr(parts.singles[0], "serial", integer(1 << 239_999)),
    "revoked in the year 9999": lambda parts: setattr(parts.singles[0], "status", t(0xA1, t(0x18, b"99991231235959Z"))),
    "of the year 0": lambda parts: setattr(parts.singles[0], "this_update", t(0x18, b"00000101000000Z")),
    "of the last hour of time": lambda parts: setattr(parts.singles[0], "this_update", t(0x18, b"99991231235959Z")),
}


def _other(parts: Any) -> Any:
    import copy

    other = copy.copy(parts.singles[0])
    other.serial = integer(9)
    return other


@pytest.mark.parametrize("case", ANSWERS)
def test_hostile_answers(case: str) -> None:
    """An answer of any shape is judged or left alone; it never makes the certificate malformed."""
    parts = good_answer()
    ANSWERS[case](parts)
    result = judged(good_certificate().der(), ocsp_responses=parts.der())
    assert [check.passed for check in result.checks][:5] == [True] * 5


LISTS: dict[str, Change] = {
    "issuer nested": put("issuer", nested(9_000)),
    "issuer of 4,000 RDNs": put("issuer", many(4_000)),
    "lines nested": put("lines", nested(30_000)),
    "scope nested": value("scope", nested(9_000, 0xA0)),
    "an unknown extension nested": add("unknown", nested(9_000)),
    "a number of 30,000 octets": value("list_number", integer(1 << 239_999)),
    "nextUpdate in the last hour of time": put("next_update", t(0x18, b"99991231235959Z")),
    "a line of the last hour of time": put("lines", t(SEQ, t(SEQ, integer(9), t(0x18, b"99991231235959Z")))),
    "this certificate, in the last hour of time": lambda parts: parts.fields.update(
        lines=t(SEQ, t(SEQ, good_certificate().fields["serial"], t(0x18, b"99991231235959Z")))
    ),
    "a million octets of lines": put("lines", t(SEQ, *[t(SEQ, integer(9), utc(NOON))] * 40_000)),
    "no BIT STRING": sign(padded=b""),
}


@pytest.mark.parametrize("case", LISTS)
def test_hostile_lists(case: str) -> None:
    """A list of any shape is judged or left alone; it never makes the certificate malformed."""
    parts = good_list()
    LISTS[case](parts)
    result = judged(good_certificate().der(), crls=parts.der())
    assert [check.passed for check in result.checks][:5] == [True] * 5


def test_no_combination_breaks_it() -> None:
    """Two hostile things at once, and octets cut, doubled and overwritten: always a verdict."""
    chance = Chance(23).child("hostile")
    names = list(CERTIFICATES)
    for _ in range(rounds(40, 2_000)):
        parts = good_certificate()
        for _ in range(2):
            CERTIFICATES[names[chance.integer(0, len(names) - 1)]][0]()(parts)
        octets = bytearray(parts.der())
        for _ in range(chance.integer(0, 3)):
            place = chance.integer(0, len(octets) - 1)
            length = chance.integer(0, min(400, len(octets) - place))
            octets[place : place + length] = octets[place : place + length] * chance.integer(0, 2)
        judged(bytes(octets), ocsp_responses=[bytes(octets), good_answer().der()], crls=bytes(octets))


@pytest.mark.parametrize("octets", [nested(30_000), nested(30_000, 0xA0), nested(100), b"\x30\x80" * 50_000])
def test_hostile_documents(octets: bytes) -> None:
    """Nested or endless CMS and PDF are told to be malformed."""
    common: dict[str, Any] = {"anchors": authority("sign").certificate, "at": NOON, "parameters": PARAMETERS}
    documents.text_pdf("its library is loaded before the count begins")
    assert bounded(lambda: documents.check_cms(b"x", octets, **common)).code == "malformed_document"
    assert bounded(lambda: documents.check_pdf(octets, **common)).code == "malformed_document"


@pytest.mark.parametrize(
    "key",
    [
        t(SEQ, t(SEQ, oid("2.999.1")), t(BIT, b"\x00\x01")),
        t(SEQ, t(SEQ, oid("1.2.840.113549.1.1.1"), NULL), t(BIT, b"\x00", t(SEQ, integer(0), integer(0)))),
        t(SEQ, t(SEQ, oid("1.2.840.113549.1.1.1"), NULL), t(BIT, b"\x00", t(INT, b"\x01"))),
    ],
)
def test_a_service_survives_any_key(key: bytes) -> None:
    """A signature by a key that cannot be read, or is none, is a refusal."""
    parts = good_certificate()
    parts.fields["key"] = key
    verifier = Verifier("service", [authority("sign").certificate], PARAMETERS, (), Policy(("ocsp",)), NOON)
    verdict = verifier.judge(parts.der(), b"x" * 256, b"message", usage="sign", at=NOON)
    assert not verdict.accepted


@pytest.mark.parametrize("last_bit", [0, 1])
def test_a_signature_has_no_unused_bits(last_bit: int) -> None:
    """One unused bit is refused whether it is 0, which DER would allow, or 1."""
    for number in range(1, 100):
        parts = good_certificate()
        parts.fields["serial"] = integer(number)
        octets = parts.der()
        if octets[-1] & 1 == last_bit:
            break
    common: dict[str, Any] = {"anchors": authority("sign").certificate, "at": NOON, "parameters": PARAMETERS}
    common["usage"] = "sign"
    assert jpki.validate_path(octets, **common).code == "no_revocation_information"
    changed = octets[:-257] + b"\x01" + octets[-256:]
    assert jpki.validate_path(changed, **common).code == "malformed_certificate"
