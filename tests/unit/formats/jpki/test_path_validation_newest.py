"""Which statement on a revocation counts: the newest trustworthy one, and a revocation for good before all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from article import answered
from authorities import NOW, PARAMETERS, answer, authority, certificate, crl, serial_of, status

from myna_lab import Lab
from myna_lab.formats import jpki
from myna_lab.ground.durations import at

LATER = NOW + timedelta(minutes=10)
TWO, ONE = NOW - timedelta(minutes=5), NOW - timedelta(minutes=10)
"""Two instants before: all of them are on time at 09:10."""
OLD = NOW - timedelta(days=9)
"""Of then, lists and answers are too old."""


def told(what: str, state: str, instant: Any = NOW, number: int = 1) -> tuple[str, bytes]:
    """An answer or a list that says of a certificate: good, held, revoked, unknown."""
    if what == "ocsp":
        known = {"held": "on_hold"}.get(state, state)
        reason = "KEY_COMPROMISE" if state == "revoked" else ""
        return what, answer("card_sign", status(known, instant, reason, since=OLD))
    reason = {"held": "CERTIFICATE_HOLD", "revoked": "KEY_COMPROMISE"}.get(state)
    lines = [jpki.RevokedEntry(serial_of("card_sign"), OLD, reason)] if reason else []
    return what, crl("card_sign", *lines, this_update=instant, number=number)


def code(given: Sequence[tuple[str, bytes]]) -> str:
    return jpki.validate_path(
        certificate("card_sign", not_before=at("2025-06-01")),
        anchors=authority("sign").certificate,
        at=LATER,
        ocsp_responses=[octets for what, octets in given if what == "ocsp"],
        crls=[octets for what, octets in given if what == "crl"],
        usage="sign",
        parameters=PARAMETERS,
    ).code


STATEMENTS = [
    # of older data             of newer data                code
    (("ocsp", "good", ONE),     ("crl", "revoked", TWO),     "revoked"),
    (("crl", "good", ONE),      ("ocsp", "revoked", TWO),    "revoked"),
    (("ocsp", "revoked", ONE),  ("crl", "good", TWO),        "revoked"),
    (("crl", "revoked", ONE),   ("ocsp", "good", TWO),       "revoked"),
    (("crl", "revoked", OLD),   ("ocsp", "good", TWO),       "revoked"),
    (("ocsp", "revoked", OLD),  ("crl", "good", TWO),        "revoked"),
    (("crl", "revoked", ONE),   ("crl", "held", TWO),        "revoked"),
    (("ocsp", "held", ONE),     ("crl", "good", TWO),        "accepted"),
    (("crl", "held", ONE),      ("ocsp", "good", TWO),       "accepted"),
    (("crl", "held", OLD),      ("ocsp", "good", TWO),       "accepted"),
    (("ocsp", "good", ONE),     ("crl", "held", TWO),        "on_hold"),
    (("crl", "good", ONE),      ("ocsp", "held", TWO),       "on_hold"),
    (("crl", "good", OLD),      ("crl", "held", TWO),        "on_hold"),
    (("crl", "good", ONE),      ("crl", "held", ONE),        "on_hold"),
    (("crl", "good", ONE),      ("ocsp", "held", ONE),       "on_hold"),
    (("ocsp", "good", ONE),     ("crl", "held", ONE),        "on_hold"),
    (("crl", "good", ONE),      ("crl", "revoked", ONE),     "revoked"),
    (("ocsp", "good", ONE),     ("crl", "revoked", ONE),     "revoked"),
    (("crl", "good", ONE),      ("ocsp", "unknown", TWO),    "accepted"),
    (("crl", "held", ONE),      ("ocsp", "unknown", TWO),    "on_hold"),
    (("crl", "good", OLD),      ("ocsp", "unknown", TWO),    "unknown"),
    (("ocsp", "good", ONE),     ("ocsp", "unknown", TWO),    "unknown"),
    (("ocsp", "good", ONE),     ("ocsp", "unknown", ONE),    "unknown"),
    (("ocsp", "unknown", ONE),  ("ocsp", "good", TWO),       "accepted"),
    (("ocsp", "revoked", ONE),  ("ocsp", "unknown", TWO),    "revoked"),
    (("ocsp", "held", ONE),     ("ocsp", "unknown", TWO),    "on_hold"),
    (("ocsp", "good", ONE),     ("ocsp", "unknown", OLD),    "accepted"),
    (("ocsp", "good", OLD),     ("crl", "good", TWO),        "accepted"),
    (("crl", "good", OLD),      ("crl", "good", OLD),        "stale_revocation_data"),
    (("crl", "held", OLD),      ("crl", "good", OLD),        "on_hold"),
    (("ocsp", "good", TWO),     ("crl", "revoked", LATER + timedelta(seconds=1)), "accepted"),
]  # fmt: skip


@pytest.mark.parametrize(("older", "newer", "expected"), STATEMENTS)
def test_what_counts_of_two_statements(older: Any, newer: Any, expected: str) -> None:
    """Each pair of statements has one code, in either order and whatever stands between them."""
    rows = [told(*older), told(*newer, number=2), ("crl", b"noise"), told("crl", "good", OLD, 3)]
    if "accepted" not in expected:
        rows = rows[:3]
    assert {code(order) for order in permutations(rows)} == {expected}


def test_a_stale_hold_stands_until_something_newer() -> None:
    """Who was held when last heard of is held: an older list that is still on time does not say otherwise."""
    hold = "ocsp", answer("card_sign", status("on_hold", NOW - timedelta(hours=3)))
    assert code([hold]) == "on_hold"
    assert code([told("crl", "good", NOW - timedelta(hours=5)), hold]) == "on_hold"
    assert code([told("crl", "good", NOW - timedelta(hours=2)), hold]) == "accepted"


@pytest.mark.parametrize("use", ["ocsp", "crl", "both"])
def test_the_portal_does_not_accept_a_key_that_its_list_calls_compromised(use: str) -> None:
    """OCSP data of 00:00, revoked at 01:00, a list of 03:00: at 04:00 who holds the list refuses."""
    lab = Lab(seed=7, parameters={"ocsp_refresh": "6h", "crl_hour": "3h", "service_revocation_data": use})
    phone = lab.iphone(lab.resident())
    phone.add_card().run()
    lab.advance(at("2025-06-25 01:00") - lab.now)
    assert lab.portal.log_in(phone)
    lab.certificates(phone, kind="phone_auth")[0].revoke("KEY_COMPROMISE")
    codes = {}
    for hour in (2, 4, 7):
        lab.advance(at(f"2025-06-25 0{hour}:00") - lab.now)
        codes[hour] = answered(lab.portal.log_in(phone))
    assert (
        codes
        == {
            "ocsp": {2: "accepted", 4: "accepted", 7: "revoked"},
            "crl": {2: "accepted", 4: "revoked", 7: "revoked"},
            "both": {2: "accepted", 4: "revoked", 7: "revoked"},
        }[use]
    )


def test_the_portal_follows_a_hold_that_was_lifted() -> None:
    """Held on the list of 03:00, released at 04:00: the OCSP data of 06:00 are newer, and the portal lets in again."""
    lab = Lab(seed=7, parameters={"ocsp_refresh": "6h", "crl_hour": "3h", "service_revocation_data": "both"})
    phone = lab.iphone(lab.resident())
    phone.add_card().run()
    own = lab.certificates(phone, kind="phone_auth")[0]
    lab.advance(at("2025-06-25 01:00") - lab.now)
    own.hold()
    lab.advance(at("2025-06-25 04:00") - lab.now)
    assert answered(lab.portal.log_in(phone)) == "on_hold"
    own.release()
    lab.advance(at("2025-06-25 05:00") - lab.now)
    assert answered(lab.portal.log_in(phone)) == "on_hold"
    lab.advance(at("2025-06-25 06:00:01") - lab.now)
    assert answered(lab.portal.log_in(phone)) == "accepted"


@pytest.mark.parametrize(
    ("use", "when"), [("ocsp", "OCSP says so from 2025-06-25 06:00"), ("both", "CRL says so from 2025-06-25 03:00")]
)
def test_the_explanation_tells_which_data_will_refuse_first(use: str, when: str) -> None:
    """Who was let in although revoked is told from when not: by the list where it is the first to say so."""
    lab = Lab(seed=7, parameters={"ocsp_refresh": "6h", "crl_hour": "3h", "service_revocation_data": use})
    phone = lab.iphone(lab.resident())
    phone.add_card().run()
    lab.advance(at("2025-06-25 01:00") - lab.now)
    lab.certificates(phone, kind="phone_auth")[0].revoke("KEY_COMPROMISE")
    lab.advance("30min")
    verdict = lab.portal.log_in(phone)
    assert verdict.accepted and when in str(lab.explain(verdict))
