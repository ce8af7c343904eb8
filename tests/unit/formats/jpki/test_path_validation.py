"""What a relying party is told of a certificate: one code, and every check."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from authorities import (
    ELSEWHERE,
    HERE,
    NOW,
    PARAMETERS,
    REAL_ARC,
    answer,
    authority,
    certificate,
    crl,
    serial_of,
    status,
)

from myna_lab.errors import MisuseError
from myna_lab.formats import jpki
from myna_lab.ground.chance import Chance
from myna_lab.ground.durations import at
from myna_lab.keys import rsa_key
from myna_lab.parameters import Parameters

KINDS = list(jpki.KINDS)
CHECKS = ["readable", "chain", "validity_period", "key_usage", "policy", "revocation"]
LATER = NOW + timedelta(minutes=10)
SECOND = timedelta(seconds=1)


def validate(der: bytes, usage: str = "sign", **changes: Any) -> jpki.PathResult:
    anchors = [authority("sign").certificate, authority("auth").certificate]
    return jpki.validate_path(
        der, **{"anchors": anchors, "at": LATER, "usage": usage, "parameters": PARAMETERS} | changes
    )


def failed(result: jpki.PathResult) -> set[str]:
    """Names of the checks that did not pass; all six must be there."""
    assert [check.name for check in result.checks] == CHECKS
    assert all(check.clause and check.reason for check in result.checks)
    assert result.accepted == bool(result) == (result.code == "accepted") == all(c.passed for c in result.checks)
    return {check.name for check in result.checks if not check.passed}


def line(kind: str, reason: str = "SUPERSEDED", since: Any = NOW) -> jpki.RevokedEntry:
    return jpki.RevokedEntry(serial_of(kind), since, reason)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("way", ["ocsp", "town", "whole"])
def test_a_good_certificate_is_accepted(kind: str, way: str) -> None:
    """Each kind is accepted for its usage, by OCSP, by its town's CRL and by the list of all towns."""
    data = {
        "ocsp": {"ocsp_responses": [answer(kind, status())]},
        "town": {"crls": [crl(kind, jpki.RevokedEntry(5, NOW, "SUPERSEDED"))]},
        "whole": {"crls": [crl(kind, partition=None)]},
    }[way]
    result = validate(certificate(kind), jpki.authority_of(kind), **data)
    assert failed(result) == set()
    assert (result.code, result.serial, result.knowledge_at) == ("accepted", serial_of(kind), NOW)
    assert result.usable_from is None


REVOCATION = [
    # what the service holds                                                        code
    ({"ocsp": status("revoked", reason="SUPERSEDED")}, "revoked"),
    ({"ocsp": status("revoked")}, "revoked"),
    ({"ocsp": status("on_hold")}, "on_hold"),
    ({"ocsp": status("unknown")}, "unknown"),
    ({"ocsp": status("good", this_update=at("2025-06-24 08:45"))}, "accepted"),
    ({"ocsp": status("good", this_update=at("2025-06-24 09:20"))}, "no_revocation_information"),
    ({"crl": [line("card_sign")]}, "revoked"),
    ({"crl": [line("card_sign", "CERTIFICATE_HOLD")]}, "on_hold"),
    ({"crl": [line("card_auth")]}, "accepted"),
    ({"crl": [], "partition": ELSEWHERE}, "no_revocation_information"),
    ({"crl": [line("card_sign")], "partition": ELSEWHERE}, "no_revocation_information"),
    ({"crl": [], "partition": None, "only": "authority"}, "no_revocation_information"),
    ({"crl": [], "this_update": NOW - timedelta(days=2)}, "stale_revocation_data"),
    ({"crl": [], "this_update": LATER + SECOND}, "no_revocation_information"),
    ({}, "no_revocation_information"),
]  # fmt: skip


@pytest.mark.parametrize(("held", "code"), REVOCATION)
def test_revocation_table(held: dict[str, Any], code: str) -> None:
    """Each state of each kind of data becomes its code; only the revocation check fails."""
    held = dict(held)
    ocsp = [answer("card_sign", held.pop("ocsp"))] if "ocsp" in held else []
    lists = [crl("card_sign", *held.pop("crl"), **held)] if "crl" in held else []
    result = validate(certificate("card_sign"), ocsp_responses=ocsp, crls=lists)
    assert result.code == code
    assert failed(result) == (set() if code == "accepted" else {"revocation"})
    assert (result.knowledge_at is None) == (code == "no_revocation_information")


def _told(**held: Any) -> tuple[str, str]:
    """Code, and what the service saw, in its own words."""
    result = validate(certificate("card_sign"), **held)
    return result.code, next(check.seen.code for check in result.checks if check.name == "revocation")


@pytest.mark.parametrize(
    ("held", "seen"),
    [
        ({}, "path.no_data"),
        ({"crls": [crl("card_sign", partition=ELSEWHERE)]}, "path.list_of_another_place"),
        ({"crls": [crl("phone_sign")]}, "path.list_of_another_place"),
        ({"crls": [crl("card_sign", partition=None, only="authority")]}, "path.list_of_another_place"),
        ({"crls": [crl("card_auth")]}, "path.list_of_another_authority"),
        ({"crls": [crl("card_sign", generation=1)]}, "path.list_of_another_authority"),
        ({"crls": [crl("card_sign", this_update=LATER + SECOND)]}, "path.data_of_later"),
        ({"crls": [crl("card_sign")[:-1]]}, "path.unreadable_data"),
        ({"crls": [b"noise"]}, "path.unreadable_data"),
        ({"ocsp_responses": [answer("card_sign", status())[:-1]]}, "path.unreadable_data"),
        ({"ocsp_responses": [b""]}, "path.unreadable_data"),
        ({"ocsp_responses": [b"\x30\x03\x0a\x01\x03"]}, "path.error_answer"),
        ({"ocsp_responses": [answer("phone_sign", status())]}, "path.answer_for_another"),
        ({"ocsp_responses": [answer("card_sign", status(this_update=LATER + SECOND))]}, "path.data_of_later"),
        # A piece that can be judged says more than one that cannot be read.
        ({"crls": [b"noise", crl("card_sign", partition=ELSEWHERE)]}, "path.list_of_another_place"),
        ({"ocsp_responses": [b"noise"], "crls": [crl("card_sign", partition=ELSEWHERE)]}, "path.list_of_another_place"),
    ],
)
def test_data_that_serve_for_nothing_are_told_why(held: dict[str, Any], seen: str) -> None:
    """Another town's, kind's or authority's list, data of later, damaged data: each in a sentence of its own."""
    assert _told(**held) == ("no_revocation_information", seen)


def test_one_piece_of_data_need_not_stand_in_a_list() -> None:
    """OCSP response, CRL and anchor may be given alone; what is not bytes is a misuse, never 'no information'."""
    der, root = certificate("card_sign"), authority("sign").certificate
    assert validate(der, ocsp_responses=answer("card_sign", status("revoked")), anchors=root).code == "revoked"
    assert validate(der, crls=crl("card_sign", line("card_sign"))).code == "revoked"
    for held in (
        {"crls": "text"},
        {"crls": ["text"]},
        {"ocsp_responses": None},
        {"ocsp_responses": [None]},
        {"crls": 5},
    ):
        with pytest.raises(MisuseError, match="bytes"):
            validate(der, **held)


def test_an_old_answer_is_stale() -> None:
    """An OCSP answer serves until its nextUpdate and not a second longer."""
    old = [answer("card_sign", status())]
    assert validate(certificate("card_sign"), at=at("2025-06-24 09:15"), ocsp_responses=old).code == "accepted"
    late = validate(certificate("card_sign"), at=at("2025-06-24 09:15:01"), ocsp_responses=old)
    assert (late.code, failed(late), late.knowledge_at) == ("stale_revocation_data", {"revocation"}, NOW)


def test_a_list_serves_until_its_next_update() -> None:
    """A CRL serves until its nextUpdate and not a second longer."""
    held = {"crls": [crl("card_sign")]}
    assert validate(certificate("card_sign"), at=NOW + timedelta(days=2), **held).code == "accepted"
    assert (
        validate(certificate("card_sign"), at=NOW + timedelta(days=2) + SECOND, **held).code == "stale_revocation_data"
    )


def test_the_newest_data_decide() -> None:
    """Of several lists and answers the newest definite one decides, OCSP before CRL."""
    der = certificate("card_sign")
    earlier, hold = NOW - timedelta(minutes=5), line("card_sign", "CERTIFICATE_HOLD", NOW - timedelta(hours=1))
    lists = [crl("card_sign", hold, this_update=earlier), crl("card_sign", this_update=NOW)]
    for order in (lists, lists[::-1]):
        assert validate(der, crls=order).code == "accepted"
    assert validate(der, crls=lists[:1]).code == "on_hold"
    assert validate(der, crls=lists[1:], ocsp_responses=[answer("card_sign", status("on_hold"))]).code == "on_hold"
    unsure = validate(der, crls=lists[1:], ocsp_responses=[answer("card_sign", status("unknown"))])
    assert unsure.code == "accepted"


def test_a_line_counts_from_its_own_second() -> None:
    """A certificate that is on the list of 00:00 since 00:00 is revoked at 00:00, and good a second before."""
    midnight = at("2025-06-25")
    for instant, code in ((midnight, "revoked"), (midnight - SECOND, "no_revocation_information")):
        held = {"crls": [crl("card_sign", line("card_sign", since=midnight), this_update=midnight)]}
        assert validate(certificate("card_sign"), at=instant, **held).code == code


def test_before_it_begins() -> None:
    """Before notBefore the code is not_yet_valid and says from when; the responder not knowing it is listed, too."""
    der = certificate("phone_auth", not_before=NOW + timedelta(minutes=5))
    held = [answer("phone_auth", status("unknown", this_update=at("2025-06-24 09:00")))]
    early = validate(der, "auth", at=NOW + timedelta(minutes=5) - SECOND, ocsp_responses=held)
    assert (early.code, failed(early)) == ("not_yet_valid", {"validity_period", "revocation"})
    assert early.usable_from == NOW + timedelta(minutes=5)
    held = [answer("phone_auth", status(this_update=NOW + timedelta(minutes=5)))]
    assert validate(der, "auth", at=NOW + timedelta(minutes=5), ocsp_responses=held).code == "accepted"


def test_a_certificate_revoked_before_it_begins_is_revoked() -> None:
    """Who is revoked in the five minutes is not told to wait: revoked comes before not_yet_valid."""
    der = certificate("phone_auth", not_before=NOW + timedelta(minutes=15))
    result = validate(der, "auth", ocsp_responses=[answer("phone_auth", status("revoked"))])
    assert (result.code, failed(result), result.usable_from) == ("revoked", {"validity_period", "revocation"}, None)


def test_after_it_ended() -> None:
    """The last second counts; after it the code is expired, and the rest of the checks still pass."""
    last = at("2030-02-17 23:59:59")
    for instant, code in ((last, "accepted"), (last + SECOND, "expired")):
        held = [answer("card_sign", status(this_update=last))]
        result = validate(certificate("card_sign"), at=instant, ocsp_responses=held)
        assert (result.code, failed(result)) == (code, set() if code == "accepted" else {"validity_period"})


def test_clock_skew_is_tolerated_as_the_parameter_says() -> None:
    """With a tolerance of one minute a certificate serves one minute early and late, and so do revocation data."""
    minute = Parameters({"portal_clock_skew": "1min"})
    der, held = certificate("card_sign", not_before=LATER), {"crls": [crl("card_sign", this_update=LATER)]}
    for seconds, code in ((60, "accepted"), (61, "not_yet_valid")):
        assert validate(der, at=LATER - seconds * SECOND, parameters=minute, **held).code == code
    assert validate(der, at=LATER - SECOND, **held).code == "not_yet_valid"


@pytest.mark.parametrize(
    ("kind", "usage"), [(kind, {"sign": "auth", "auth": "sign"}[jpki.authority_of(kind)]) for kind in KINDS]
)
def test_the_other_usage_is_refused(kind: str, usage: str) -> None:
    """A signing certificate does not log in, an authentication certificate does not sign: bits and policy say so."""
    result = validate(certificate(kind), usage, ocsp_responses=[answer(kind, status())])
    assert (result.code, failed(result)) == ("wrong_usage", {"key_usage", "policy"})


def test_another_policy_is_refused() -> None:
    """A certificate of the right key usage under another policy arc is refused for its policy alone."""
    der = certificate("card_sign", parameters=REAL_ARC)
    held = [answer("card_sign", status(), der=der)]
    result = validate(der, ocsp_responses=held)
    assert (result.code, failed(result)) == ("wrong_usage", {"policy"})
    assert validate(der, ocsp_responses=held, parameters=REAL_ARC).accepted


def test_generations_are_told_apart_by_key() -> None:
    """With three authorities of one name, each certificate finds its own, in any order of the anchors."""
    anchors = [authority("sign", generation).certificate for generation in range(3)]
    for order in (anchors, anchors[::-1]):
        for generation in range(3):
            held = {"ocsp_responses": [answer("card_sign", status(), generation)], "anchors": order}
            assert validate(certificate("card_sign", generation), **held).code == "accepted"
    without = validate(certificate("card_sign", 1), anchors=[anchors[0], anchors[2]])
    assert (without.code, failed(without)) == ("untrusted", {"chain", "revocation"})


def test_a_name_and_key_identifier_are_not_enough() -> None:
    """A forger who copies issuer name, key identifier and serial number is untrusted: the signature decides."""
    real, forger = authority("auth"), rsa_key(40)
    forged = jpki.Authority("auth", real.certificate, forger, real.responder_certificate, forger)
    der = certificate("card_auth", authority=forged)
    result = validate(der, "auth", ocsp_responses=[answer("card_auth", status())])
    assert (result.code, failed(result)) == ("untrusted", {"chain", "revocation"})
    assert jpki.issuer_of(der, [real.certificate]) is None
    assert (
        jpki.issuer_of(certificate("card_auth"), [authority("sign").certificate, real.certificate]) == real.certificate
    )


def test_forged_revocation_data_say_nothing() -> None:
    """OCSP answers and CRLs that another key signed, or that are of another generation, are no information."""
    real, forger = authority("sign"), rsa_key(40)
    forged = jpki.Authority("sign", real.certificate, forger, real.responder_certificate, forger)
    request = jpki.ocsp_request(certificate("card_sign"), real.certificate)
    lie = jpki.ocsp_response(
        request, authority=forged, status=lambda _: status(), produced_at=NOW, next_update=NOW + timedelta(minutes=15)
    )
    fake = jpki.crl(
        authority=forged, entries=(), partition=HERE, kind="card_sign", number=1, this_update=NOW, next_update=LATER
    )
    for held in (
        {"ocsp_responses": [lie]},
        {"crls": [fake]},
        {"crls": [crl("card_sign", generation=1)]},
        {"ocsp_responses": [answer("card_sign", status(), 1)]},
        {"ocsp_responses": [answer("phone_sign", status())]},
    ):
        result = validate(certificate("card_sign"), **held)
        assert (result.code, failed(result)) == ("no_revocation_information", {"revocation"})


def test_a_responder_of_the_other_authority_is_not_believed() -> None:
    """The auth authority's responder cannot answer for the sign authority's certificates."""
    mixed = jpki.Authority(
        "sign",
        authority("sign").certificate,
        authority("sign").key,
        authority("auth").responder_certificate,
        authority("auth").responder_key,
    )
    request = jpki.ocsp_request(certificate("card_sign"), mixed.certificate)
    held = jpki.ocsp_response(request, authority=mixed, status=lambda _: status(), produced_at=NOW, next_update=LATER)
    assert validate(certificate("card_sign"), ocsp_responses=[held]).code == "no_revocation_information"


def test_an_authority_is_no_person() -> None:
    """The anchor's own certificate, shown as a person's, is refused."""
    assert validate(authority("sign").certificate).code == "wrong_usage"


@pytest.mark.parametrize(
    "junk", [b"", b"\x30\x00", b"hello", certificate("card_sign")[:-1], certificate("card_sign") + b"\x00"]
)
def test_what_is_no_certificate_is_malformed(junk: bytes) -> None:
    """Octets that are no certificate are malformed, and every check says that it was not judged."""
    result = validate(junk)
    assert (result.code, failed(result), result.serial) == ("malformed_certificate", set(CHECKS), None)


def test_no_octets_break_the_validation() -> None:
    """Whatever is done to a certificate, an answer or a list, a result with six checks comes back."""
    chance = Chance(11).child("path")
    whole, held, lists = certificate("card_sign"), answer("card_sign", status()), crl("card_sign", line("card_auth"))

    def changed(octets: bytes) -> bytes:
        changed_octets, place = bytearray(octets), chance.integer(0, len(octets) - 1)
        changed_octets[place : place + chance.integer(0, 2)] = chance.bytes(chance.integer(0, 3))
        return bytes(changed_octets)

    for _ in range(150):
        broken = changed(whole)
        result = validate(broken, ocsp_responses=[held])
        failed(result)  # all six checks are there
        if broken != whole:
            assert not result.accepted
        other = validate(whole, ocsp_responses=[changed(held)], crls=[changed(lists)])
        failed(other)
        assert other.code in jpki.CODES


def test_it_runs_where_an_event_loop_runs_already() -> None:
    """In a notebook a loop is always running; the validation needs none of its own."""

    async def cell() -> jpki.PathResult:
        return validate(certificate("card_sign"), ocsp_responses=[answer("card_sign", status())])

    assert asyncio.run(cell()).accepted


def test_misuse_is_told() -> None:
    """An unknown usage, an anchor that is no certificate and a naive time are misuses, not verdicts."""
    with pytest.raises(MisuseError, match="usage"):
        validate(certificate("card_sign"), "login")
    with pytest.raises(MisuseError, match="anchor"):
        validate(certificate("card_sign"), anchors=[b"junk"])
    with pytest.raises(MisuseError, match="time zone"):
        validate(certificate("card_sign"), at=NOW.replace(tzinfo=None))
