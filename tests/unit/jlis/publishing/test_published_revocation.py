"""One fact, three faces: the line of a list, the answer of the responder, the row of a table, each at its instant."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from html import escape
from typing import Any

import pytest
from article import answered
from cryptography import x509
from cryptography.x509 import ocsp as reader
from hypothesis import given
from hypothesis import strategies as st

from myna_lab import Lab
from myna_lab.errors import IllegalTransition, MisuseError, RegistrationRefused
from myna_lab.events import CertificateResumed
from myna_lab.formats import jpki
from myna_lab.ground.durations import at, tick
from myna_lab.world.certificates import Certificate

SUCCESSFUL, UNAUTHORIZED = reader.OCSPResponseStatus.SUCCESSFUL, reader.OCSPResponseStatus.UNAUTHORIZED
GOOD, REVOKED, UNKNOWN = reader.OCSPCertStatus.GOOD, reader.OCSPCertStatus.REVOKED, reader.OCSPCertStatus.UNKNOWN
SECOND, QUARTER, DAY = timedelta(seconds=1), timedelta(minutes=15), timedelta(days=1)


def lab_with_phone(**parameters: object) -> Lab:
    lab = Lab(seed=7, start="2025-06-24 09:00", parameters=parameters)
    lab.iphone(lab.resident()).add_card().run()
    return lab


def phone_auth(lab: Lab) -> Certificate:
    return lab.certificates(kind="phone_auth")[-1]


def answer(certificate: Certificate, when: Any = None) -> reader.OCSPResponse:
    return reader.load_der_ocsp_response(certificate.ocsp(at=when))


def listed(certificate: Certificate, when: Any = None, *, full: bool = False) -> jpki.RevokedEntry | None:
    return jpki.read_crl(certificate.crl(full=full, at=when)).find(certificate.serial)


# ------------------------------------------------------------------------------------------------------ who knows when


@pytest.mark.parametrize("offset", [timedelta(0), SECOND, 7 * timedelta(minutes=1), QUARTER - SECOND])
def test_a_revocation_is_told_from_the_next_tick_and_the_next_list(offset: timedelta) -> None:
    """Revoked at a tick, it is in the data of that very tick; a second later, in those of the next, and not before."""
    lab = lab_with_phone()
    own = phone_auth(lab)
    revoked_at = at("2025-06-24 10:00") + offset
    lab.advance_to(revoked_at)
    own.revoke("AFFILIATION_CHANGED")
    lab.advance("2d")
    told_at = at("2025-06-24 10:00") if not offset else at("2025-06-24 10:15")
    if offset:
        assert answer(own, told_at - SECOND).certificate_status is GOOD
    found = answer(own, told_at)
    assert (found.certificate_status, found.revocation_time_utc) == (REVOKED, revoked_at)
    assert (found.this_update_utc, found.next_update_utc) == (told_at, told_at + QUARTER)
    midnight = at("2025-06-25")
    for full in (False, True):
        assert listed(own, midnight - SECOND, full=full) is None
        assert listed(own, midnight, full=full) == jpki.RevokedEntry(own.serial, revoked_at, "AFFILIATION_CHANGED")


def test_at_the_very_tick_of_a_list() -> None:
    """What is revoked at midnight is on the list of midnight."""
    lab = lab_with_phone()
    own = phone_auth(lab)
    lab.advance_to("2025-06-25 00:00")
    assert listed(own) is None
    own.revoke()
    assert listed(own) is not None


def test_hour_and_overlap_of_lists() -> None:
    """Lists are made at the parameters' hour, serve as long as they say; during the switch-over the old one stays."""
    lab = lab_with_phone(crl_hour="3h", crl_validity="30h", crl_switch_over="10min")
    own = phone_auth(lab)
    own.revoke()
    lab.advance("1d")
    for when, made in (
        ("2025-06-25 02:59:59", "2025-06-24 03:00"),
        ("2025-06-25 03:09:59", "2025-06-24 03:00"),
        ("2025-06-25 03:10", "2025-06-25 03:00"),
    ):
        read = jpki.read_crl(own.crl(at=when))
        assert (read.this_update, read.next_update) == (at(made), at(made) + timedelta(hours=30))
        assert (own.serial in read) == (made == "2025-06-25 03:00")


def test_numbers_of_lists_rise_by_one_a_day() -> None:
    """The cRLNumber counts from the authority's first list, over all its lists."""
    lab = lab_with_phone()
    own = phone_auth(lab)
    lab.advance("4d")
    numbers = [jpki.read_crl(own.crl(at=at("2025-06-24") + n * DAY)).number for n in range(4)]
    assert numbers == list(range(numbers[0], numbers[0] + 4))  # type: ignore[operator,arg-type]
    assert numbers[0] == 731


@pytest.mark.parametrize("period", ["5h", "7h", "10h", "1d", "25h", "36h", "7d"])
def test_numbers_of_lists_rise_whatever_the_period(period: str) -> None:
    """Each list has the next number, also where the period does not divide the day, and is followed without a gap."""
    lab = Lab(seed=7, parameters={"crl_period": period, "crl_validity": "7d"})
    lab.advance("21d")
    lists = [
        jpki.read_crl(lab.revocation.crl("sign", at=lab.now - timedelta(days=20) + n * timedelta(minutes=30)))
        for n in range(20 * 48)
    ]
    found = sorted({(read.this_update, read.number or 0, read.next_update) for read in lists})
    numbers = [number for _, number, _ in found]
    assert numbers == list(range(numbers[0], numbers[0] + len(found))) and len(found) > 2
    assert all(
        next_update is not None and following <= next_update
        for (_, _, next_update), (following, _, _) in itertools.pairwise(found)
    )


def test_nothing_is_published_of_what_is_to_come() -> None:
    """An answer or a list of a later instant is refused; once it is reached, it is given."""
    lab = lab_with_phone()
    own = phone_auth(lab)
    later = lab.now + timedelta(hours=3)
    for ask in (
        own.ocsp,
        own.crl,
        lambda at: lab.revocation.arl("sign", at=at),
        lambda at: list(lab.revocation.lists(at=at)),
    ):
        with pytest.raises(MisuseError, match="not known yet"):
            ask(at=later)
    lab.advance_to(later)
    assert answer(own, later).certificate_status is GOOD


def test_what_was_signed_before_is_of_its_own_time() -> None:
    """A presigned answer was produced when its data were made, in whatever order it is asked for."""
    lab = lab_with_phone()
    lab.advance("2h")
    own = phone_auth(lab)
    asked = jpki.ocsp_request(own.der, own.issuer)
    works = own.row.activates_at.replace(microsecond=0)
    for when, made in (
        ("2025-06-24 10:14", at("2025-06-24 10:00")),
        ("2025-06-24 10:01", at("2025-06-24 10:00")),
        (works + SECOND, works),
    ):
        found = reader.load_der_ocsp_response(lab.revocation.ocsp(asked, at=when, presigned=True))
        assert found.produced_at_utc == found.this_update_utc == made


def test_an_authority_answers_for_its_own_certificates() -> None:
    """Its own serial number and its responder's are known, not "unknown"."""
    lab = lab_with_phone()
    for kind, generations in lab.world.things.generations.items():
        for one in generations:
            for der in (one.certificate, one.responder_certificate):
                asked = jpki.ocsp_request(der, one.certificate)
                assert reader.load_der_ocsp_response(lab.revocation.ocsp(asked)).certificate_status is GOOD, kind


def test_an_authority_publishes_within_its_own_validity() -> None:
    """Before its beginning and after its end there is no list, and its responder is not authorized."""
    numbers = {"authority_age": "1800d", "authority_interval": "3000d", "authority_years": 14}
    lab = Lab(seed=7, parameters={**numbers, "authority_generations": 1})
    lab.resident()
    own = lab.certificates(kind="card_auth")[0]
    root = x509.load_der_x509_certificate(own.issuer)
    begins, ends = root.not_valid_before_utc, root.not_valid_after_utc
    first = jpki.read_crl(lab.revocation.crl("auth", generation=1, at=begins))
    assert (first.number, first.this_update) == (1, begins)
    second = jpki.read_crl(lab.revocation.crl("auth", generation=1, at=begins + DAY))
    assert (second.number, f"{second.this_update.astimezone(lab.now.tzinfo):%H:%M}") == (2, "00:00")
    lab.advance_to(ends + SECOND)
    asked = jpki.ocsp_request(own.der, own.issuer)
    assert reader.load_der_ocsp_response(lab.revocation.ocsp(asked, at=ends)).response_status is SUCCESSFUL
    for when in (begins - SECOND, ends + SECOND):
        with pytest.raises(MisuseError, match="publishes lists from"):
            lab.revocation.crl("auth", generation=1, at=when)
        assert reader.load_der_ocsp_response(lab.revocation.ocsp(asked, at=when)).response_status is UNAUTHORIZED
    assert {which.generation for which in lab.revocation.lists()} == {2}


def test_authorities_begin_at_real_seconds_with_room_between_their_numbers() -> None:
    """No ceremony at a round hour; serial numbers rise however small the first is."""
    for first in (1, 5, 109_000_000):
        lab = Lab(seed=7, parameters={"authority_generations": 3, "first_serial": first})
        for kind in ("sign", "auth"):
            roots = [x509.load_der_x509_certificate(lab.revocation.generation(kind, n)) for n in (1, 2, 3)]
            assert all(later.serial_number - one.serial_number > 1000 for one, later in itertools.pairwise(roots))
            assert all(f"{root.not_valid_before_utc:%M%S}" != "0000" for root in roots)


def test_a_certificate_leads_to_its_list() -> None:
    """By nothing but what stands in it: the same list as the books know, and none for what names none."""
    lab = lab_with_phone()
    lab.resident()
    for own in lab.certificates():
        assert lab.revocation.list_for(own.der) == own.crl()
    for number in (1, 2):
        root = lab.revocation.generation("sign", number)
        assert lab.revocation.list_for(root) == b"", "a root names its list, but no key of an issuer"
    stranger = Lab(seed=8, parameters={"organization": "OTHER-EMU"})
    stranger.resident()
    assert [lab.revocation.list_for(der) for der in (b"", b"noise", stranger.certificates()[0].der)] == [b""] * 3


@pytest.mark.parametrize(
    ("source", "codes"),
    [
        ("ocsp", ("revoked", "revoked")),
        ("crl", ("accepted", "revoked")),
        ("both", ("revoked", "revoked")),
    ],
)
def test_services_know_by_the_data_that_they_fetch(source: str, codes: tuple[str, str]) -> None:
    """A service that fetches lists learns of a revocation a day late, one that asks by OCSP at the next tick."""
    lab = lab_with_phone(service_revocation_data=source, wallet_check_interval="30d")
    lab.advance("1d")
    assert lab.portal.log_in(lab.phones[0]).accepted
    phone_auth(lab).revoke()
    found = []
    for wait in ("15min", "1d"):
        lab.advance(wait)
        verdict = lab.portal.log_in(lab.phones[0])
        found.append(answered(verdict))
        assert verdict.knowledge_at is not None
        told = "the CRL says so from 2025-06-26 00:00:00" in str(lab.explain(verdict))
        assert told == verdict.accepted
    assert tuple(found) == codes


@pytest.mark.parametrize(
    ("parameters", "gap", "after", "this_update"),
    [
        ({}, UNKNOWN, GOOD, "activation"),
        ({"ocsp_before_activation": "good"}, GOOD, GOOD, "activation"),
        ({"ocsp_activation": "next_refresh"}, UNKNOWN, UNKNOWN, "tick"),
    ],
)
def test_activation_is_told_at_once(parameters: dict[str, object], gap: Any, after: Any, this_update: str) -> None:
    """Before it the answer is unknown, from its very second good, dated then; parameters say otherwise."""
    lab = lab_with_phone(**parameters)
    own = phone_auth(lab)
    works = own.row.activates_at
    assert tick(works, QUARTER) < works, "the example needs an activation between two ticks"
    lab.advance("1d")
    assert answer(own, works - SECOND).certificate_status is gap
    found = answer(own, works)
    assert found.certificate_status is after
    assert found.this_update_utc == (
        works.replace(microsecond=0) if this_update == "activation" else tick(works, QUARTER)
    )
    assert answer(own, tick(works, QUARTER) + QUARTER).certificate_status is GOOD


facts = st.lists(st.tuples(st.integers(0, 3 * 86_400), st.sampled_from(["hold", "release", "revoke"])), max_size=5)


@given(facts, st.integers(0, 4 * 86_400))
def test_the_three_faces_are_one_fact(steps: list[tuple[int, str]], asked: int) -> None:
    """Whatever happens when, list, answer and table each say what the books held at the instant that they date from."""
    lab = Lab(seed=7, start="2025-06-24 09:00", parameters={"hold_release": "all"})
    lab.resident()
    (own,) = lab.certificates(kind="card_sign")
    begun = lab.now
    for seconds, step in sorted(steps):
        lab.advance_to(begun + timedelta(seconds=seconds))
        try:
            getattr(own, step)()
        except RegistrationRefused:
            continue
    lab.advance_to(begun + timedelta(days=5))
    when = begun + timedelta(seconds=asked)
    said = answer(own, when)
    table = lab.tables.certificates(at=said.this_update_utc.astimezone(begun.tzinfo))
    books = own.state(said.this_update_utc)
    assert table.loc[str(own.key), "state"] == books
    assert said.certificate_status is (REVOKED if books in ("revoked", "on hold") else GOOD)
    held = said.revocation_reason is x509.ReasonFlags.certificate_hold
    assert held == (books == "on hold")
    made = jpki.read_crl(own.crl(at=when)).this_update
    if made >= begun:
        line = listed(own, when)
        assert (line is not None) == (own.state(made) in ("revoked", "on hold"))
        if line is not None:
            assert (line.reason == "CERTIFICATE_HOLD") == (own.state(made) == "on hold")


# -------------------------------------------------------------------------------------------------------------- holds


@pytest.mark.parametrize("policy", ["auth_only", "never", "all"])
@pytest.mark.parametrize("kind", ["card_sign", "card_auth", "phone_sign", "phone_auth"])
def test_whose_hold_is_lifted_is_a_parameter(policy: str, kind: str) -> None:
    """The office refuses what the parameter forbids, and the books themselves would not take such an event."""
    lab = lab_with_phone(hold_release=policy)
    lab.advance("10min")
    (own,) = lab.certificates(kind=kind)
    own.hold()
    assert own.state() == "on hold"
    lab.advance("15min")
    assert answer(own).revocation_reason is x509.ReasonFlags.certificate_hold
    if policy == "all" or (policy == "auth_only" and own.key.authority == "auth"):
        own.release()
        assert own.state() == "good"
        lab.advance("15min")
        assert answer(own).certificate_status is GOOD
    else:
        with pytest.raises(RegistrationRefused, match="hold_release"):
            own.release()
        with pytest.raises(IllegalTransition, match="releasable"):
            lab.world.record([CertificateResumed(*own.key)])
        own.revoke()
        assert own.state() == "revoked"


def test_the_policy_outlives_a_reopening(tmp_path: Any) -> None:
    """A lab that is opened again keeps its hold_release in its books."""
    lab = lab_with_phone(hold_release="all")
    (own,) = lab.certificates(kind="card_sign")
    own.hold()
    lab.save(tmp_path / "a.mynalab")
    again = Lab.open(tmp_path / "a.mynalab")
    assert again.books.hold_release == "all"
    again.certificates(kind="card_sign")[0].release()
    again.close()


def test_a_hold_in_the_five_minutes() -> None:
    """Held and released before it works, a certificate waits again, and works at its own time."""
    lab = lab_with_phone()
    own = phone_auth(lab)
    assert own.state() == "issued"
    own.hold()
    own.release()
    assert own.state() == "issued"
    lab.advance_to(own.row.activates_at)
    assert own.state() == "good"


def test_what_cannot_be_ordered_is_refused() -> None:
    """A second revocation, a hold after it, a release without a hold, a reason that does not exist."""
    lab = lab_with_phone()
    own = phone_auth(lab)
    with pytest.raises(RegistrationRefused, match="is issued"):
        own.release()
    with pytest.raises(RegistrationRefused, match="a hold is no revocation"):
        own.revoke("CERTIFICATE_HOLD")
    with pytest.raises(MisuseError, match="a reason for revocation is one of"):
        own.revoke("LOST")
    own.revoke("KEY_COMPROMISE")
    length = len(lab.log)
    for order in (own.revoke, own.hold, own.release):
        with pytest.raises(RegistrationRefused, match="is revoked"):
            order()
    assert len(lab.log) == length


# -------------------------------------------------------------------------------------------------------- generations


def test_generations_live_side_by_side() -> None:
    """One name, different keys, rising serial numbers, ten years to a last second of a day; newest anchors first."""
    lab = Lab(seed=7, parameters={"authority_generations": 3})
    for kind in ("sign", "auth"):
        roots = [x509.load_der_x509_certificate(lab.revocation.generation(kind, n)) for n in (1, 2, 3)]
        assert len({root.subject for root in roots}) == 1
        assert len({root.public_key().public_numbers() for root in roots}) == 3  # type: ignore[union-attr]
        assert [root.serial_number for root in roots] == sorted({root.serial_number for root in roots})
        assert all(root.not_valid_before_utc < lab.now < root.not_valid_after_utc for root in roots)
        assert all(f"{root.not_valid_after_utc.astimezone(lab.now.tzinfo):%H:%M:%S}" == "23:59:59" for root in roots)
        years = [root.not_valid_after_utc.year - root.not_valid_before_utc.year for root in roots]
        assert years == [10, 10, 10]
    newest = tuple(lab.revocation.generation(kind) for kind in ("sign", "auth"))
    assert lab.revocation.anchors[:2] == newest and len(set(lab.revocation.anchors)) == 6


def test_an_authority_is_renewed_when_its_time_has_come() -> None:
    """After authority_interval the next generation issues; the former's certificates stay good under their anchor."""
    lab = Lab(seed=7)
    lab.resident()
    former = lab.certificates(kind="card_sign")[0]
    lab.advance("671d")
    lab.resident()
    newer = lab.certificates(kind="card_sign")[1]
    assert (lab.revocation.generations("sign"), lab.revocation.issuer(newer.row)) == (3, 3)
    assert lab.revocation.issuer(former.row) == 2 and newer.issuer != former.issuer
    assert newer.serial > x509.load_der_x509_certificate(newer.issuer).serial_number > former.serial
    for own in (former, newer):
        assert own.validate(ocsp_responses=(own.ocsp(),)).accepted
        assert own.validate(crls=(own.crl(),)).accepted
    wrong = jpki.ocsp_request(former.der, newer.issuer)
    assert reader.load_der_ocsp_response(lab.revocation.ocsp(wrong)).certificate_status is UNKNOWN


def test_a_generation_lists_only_what_it_issued() -> None:
    """A revoked certificate stands on its own generation's lists, signed by that key, and on no other's."""
    lab = Lab(seed=7)
    lab.resident()
    lab.advance("671d")
    former = lab.certificates(kind="card_auth")[0]
    former.revoke()
    lab.advance("1d")
    town = former.municipality
    for number in (1, 2, 3):
        for read in (
            jpki.read_crl(lab.revocation.crl("auth", generation=number)),
            jpki.read_crl(lab.revocation.crl("card_auth", town, generation=number)),
        ):
            assert (former.serial in read) == (number == 2)
            assert read.is_signed_by(lab.revocation.generation("auth", number))
    assert listed(former) is not None


def test_the_list_of_an_authoritys_own_certificates() -> None:
    """The ARL stands at the authority's own name, where its certificate points, and is empty."""
    lab = Lab(seed=7)
    for kind in ("sign", "auth"):
        root = x509.load_der_x509_certificate(lab.revocation.generation(kind))
        read = jpki.read_crl(lab.revocation.arl(kind))
        (point,) = root.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
        assert read.place == point.full_name[0].value.public_bytes() == root.subject.public_bytes()  # type: ignore[index]
        assert (read.only, len(read)) == ("authority", 0)
        assert read.is_signed_by(lab.revocation.generation(kind))


def test_an_entry_leaves_after_one_list_beyond_its_end() -> None:
    """RFC 5280 5: a revoked certificate that ended is on one more list, and then on none."""
    lab = Lab(seed=7)
    lab.resident(born="1990-07-01")
    own = lab.certificates(kind="card_sign")[0]
    own.revoke()
    ended = own.row.not_after
    lab.advance_to(ended + timedelta(days=3))
    after = ended + SECOND
    assert f"{after:%H:%M}" == "00:00"
    assert listed(own, after) is not None
    assert listed(own, after + DAY) is None


def test_lists_that_are_not_there() -> None:
    """A kind without a town, an authority with one, an unknown authority, generation or time: told what is right."""
    lab = Lab(seed=7)
    lab.resident()
    town = lab.certificates()[0].municipality
    for call, code in (
        (lambda: lab.revocation.crl("card_sign"), "unknown_list"),
        (lambda: lab.revocation.crl("sign", town), "unknown_list"),
        (lambda: lab.revocation.crl("dogs"), "unknown_authority"),
        (lambda: lab.revocation.crl("dogs", town), "unknown_list"),
        (lambda: lab.revocation.crl("sign", generation=9), "unknown_generation"),
        (lambda: lab.revocation.arl("dogs"), "unknown_authority"),
        (lambda: lab.revocation.crl("sign", at="2001-01-01"), "bad_time"),
        (lambda: lab.revocation.crl("card_sign", "00000"), "unknown_municipality"),
    ):
        with pytest.raises(MisuseError) as refused:
            call()
        assert refused.value.code == code


# -------------------------------------------------------------------------------------------------------- certificates


def test_certificates_of_people_and_phones() -> None:
    """A lab hands out its certificates by owner and kind, each with its octets, words and state."""
    lab = lab_with_phone()
    hanako, iphone = lab.residents[0], lab.phones[0]
    lab.resident()
    assert [c.kind for c in lab.certificates(hanako)] == ["card_auth", "card_sign", "phone_sign", "phone_auth"]
    assert [c.kind for c in lab.certificates(iphone)] == ["phone_sign", "phone_auth"]
    own = phone_auth(lab)
    assert own == lab.certificates(iphone, kind="phone_auth")[0] and hash(own) == hash(phone_auth(lab))
    assert "TEST" in repr(own) and "issued" in repr(own)
    assert escape(own.explain()) in own._repr_html_()
    assert own.state("2025-06-24 09:00") == "requested"
    assert isinstance(own.row.activates_at, datetime)
