"""A service's policy: whom it asks, how long it uses an answer, and what it does when nobody answers."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from article import answered, resident

from myna_lab import Lab
from myna_lab.errors import MisuseError
from myna_lab.events import Verdict
from myna_lab.ground.durations import at
from myna_lab.lab import IPhone
from myna_lab.relying_parties import Policy

MAINTENANCE = "2025-07-06 03:10"
"""Within the window of parameter ``maintenance``: the first Sunday of the month, 03:00 to 04:00."""


@pytest.fixture
def lab() -> Lab:
    """A lab with one iPhone whose card works; OCSP is renewed at :00, :15, :30 and :45."""
    lab = Lab(seed=7)
    lab.iphone(resident(lab)).add_card().run()
    lab.advance_to("2025-06-24 10:00")
    return lab


@pytest.fixture
def iphone(lab: Lab) -> IPhone:
    """The iPhone."""
    phone = lab.phones[0]
    assert isinstance(phone, IPhone)
    return phone


def _status(verdict: Verdict) -> tuple[bool, str]:
    (check,) = [check for check in verdict.checks if check.name == "status_data"]
    return check.passed, check.seen.code


def test_usual_policies(lab: Lab) -> None:
    """Public services ask OCSP each time and refuse without; a clinic accepts; private ones fetch lists."""
    usual = Policy(("ocsp",), timedelta(), "refuse")
    assert [lab.portal.policy, lab.desk.policy, lab.convenience_store.policy] == [usual] * 3
    assert lab.clinic.policy == Policy(("ocsp",), timedelta(), "accept")
    assert lab.bank.policy == lab.private_service.policy == Policy(("crl",), timedelta(), "refuse")
    assert str(lab.clinic.policy) == "asks ocsp; asks each time; without status: accept"


def test_a_policy_is_given_by_parameters_and_changed_beside_them() -> None:
    """Parameters state what is usual; another policy makes another service and leaves the first as it was."""
    lab = Lab(seed=7, parameters={"private_revocation_data": "both", "private_status_cache": "2h"})
    assert lab.bank.policy == Policy(("ocsp", "crl"), timedelta(hours=2), "refuse")
    other = lab.bank.with_policy(sources=["crl"], cache="30min", without_status="accept")
    assert other.policy == Policy(("crl",), timedelta(minutes=30), "accept")
    assert lab.bank.policy.sources == ("ocsp", "crl")
    with pytest.raises(AttributeError):
        other.policy.cache = timedelta()  # type: ignore[misc]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"sources": "ocsp"}, "sources stand in a list"),
        ({"sources": ("ldap",)}, "is one of ocsp, crl; got 'ldap'"),
        ({"sources": ("crl", "crl")}, "each source is asked once"),
        ({"sources": 3}, "sources stand in a list"),
        ({"cache": "soon"}, "'soon' is not a duration"),
        ({"cache": "-1h"}, "'-1h' is not a duration"),
        ({"without_status": "perhaps"}, "without_status is one of refuse, accept"),
    ],
    ids=str,
)
def test_policies_that_cannot_be(lab: Lab, wrong: dict[str, object], said: str) -> None:
    """Each wrong word is a misuse of the call, and the answer says what would have been right."""
    with pytest.raises(MisuseError, match=said):
        lab.portal.with_policy(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sources", "refused_from"),
    [(("ocsp",), "2025-06-24 10:15"), (("crl",), "2025-06-25 00:00"), (("ocsp", "crl"), "2025-06-24 10:15")],
)
def test_a_revocation_is_learned_from_the_source(
    lab: Lab, iphone: IPhone, sources: tuple[str, ...], refused_from: str
) -> None:
    """Revoked at 10:01: OCSP says so from the next quarter of an hour, the list from midnight, both by the first."""
    service = lab.portal.with_policy(sources=sources)
    lab.advance("1min")
    for certificate in iphone.certificates:
        certificate.revoke()
    lab.advance_to(at(refused_from) - timedelta(seconds=1))
    assert answered(service.log_in(iphone)) == "accepted"
    lab.advance("1s")
    verdict = service.log_in(iphone)
    assert (verdict.accepted, verdict.code) == (False, "revoked")
    assert verdict.knowledge_at == at(refused_from)
    assert _status(verdict) == (True, "service.status_fetched")


def test_a_kept_answer_has_its_own_age(lab: Lab, iphone: IPhone) -> None:
    """Kept for an hour, the answer of 10:00 lets a revoked phone in until 10:59:59, and says how old it is."""
    service = lab.portal.with_policy(cache="1h")
    first = service.log_in(iphone)
    assert first.accepted and first.code == "accepted" and first.fetched_at == lab.now
    lab.advance("1min")
    for certificate in iphone.certificates:
        certificate.revoke()
    lab.advance_to("2025-06-24 10:59:59")
    late = service.log_in(iphone)
    assert (late.accepted, late.code) == (True, "accepted")
    assert late.knowledge_at == late.fetched_at == at("2025-06-24 10:00")
    assert _status(late) == (True, "service.status_kept")
    assert "2025-06-24 10:00:00" in late.in_language("ja") and "kept" in str(late)
    assert (answered(lab.portal.log_in(iphone))) == "revoked"
    lab.advance("1s")
    assert answered(service.log_in(iphone)) == "revoked"


def test_each_use_of_a_kept_answer_leaves_its_age_alone(lab: Lab, iphone: IPhone) -> None:
    """Using an answer does not make it younger: the hour counts from when it was fetched."""
    service = lab.portal.with_policy(cache="1h")
    fetched = []
    for _ in range(4):
        verdict = service.log_in(iphone)
        assert verdict.accepted and verdict.code == "accepted"
        fetched.append(verdict.fetched_at)
        lab.advance("25min")
    assert fetched == [at("2025-06-24 10:00")] * 3 + [at("2025-06-24 11:15")]


def test_an_answer_that_says_nothing_is_not_kept() -> None:
    """In the five minutes after the set-up OCSP says "unknown"; who keeps answers asks again all the same."""
    lab = Lab(seed=7)
    lab.iphone(resident(lab)).add_card().run()
    service = lab.portal.with_policy(cache="1h")
    assert answered(service.log_in(lab.phones[0])) == "not_yet_valid"
    lab.advance("6min")
    assert answered(service.log_in(lab.phones[0])) == "accepted"


def test_what_was_kept_outlives_the_file(lab: Lab, iphone: IPhone, tmp_path: Path) -> None:
    """A saved lab goes on with the answers that its services keep; so does a copy for the table of errands."""
    service = lab.portal.with_policy(cache="1h")
    assert service.log_in(iphone).accepted
    lab.advance("10min")
    lab.save(tmp_path / "kept.mynalab")
    again = Lab.open(tmp_path / "kept.mynalab")
    verdict = again.portal.with_policy(cache="1h").log_in(again.phones[0])
    assert verdict.accepted and verdict.code == "accepted"
    assert verdict.fetched_at == at("2025-06-24 10:00")


@pytest.mark.parametrize("how", ["outage", "maintenance"])
@pytest.mark.parametrize(("without", "code"), [("refuse", "no_revocation_information"), ("accept", "accepted")])
def test_nobody_answers(lab: Lab, iphone: IPhone, how: str, without: str, code: str) -> None:
    """In an outage, and while J-LIS is under maintenance, the policy decides; the verdict says that nobody answered."""
    if how == "outage":
        lab.world.outage("ocsp")
    else:
        lab.advance_to(MAINTENANCE)
    verdict = lab.portal.with_policy(without_status=without).log_in(iphone)
    assert answered(verdict) == code
    assert (verdict.knowledge_at, verdict.fetched_at) == (None, None)
    assert _status(verdict) == (without == "accept", "service.status_not_had")
    (revocation,) = [check for check in verdict.checks if check.name == "revocation"]
    assert revocation.seen.code == ("service.status_waived" if without == "accept" else "path.no_data")


def test_an_outage_ends(lab: Lab, iphone: IPhone) -> None:
    """One source may fail while the other answers; what is said twice is recorded once; ending it restores all."""
    lab.world.outage("ocsp")
    length = len(lab.log)
    lab.world.outage("ocsp")
    assert len(lab.log) == length
    assert answered(lab.portal.log_in(iphone)) == "no_revocation_information"
    assert answered(lab.portal.with_policy(sources=("ocsp", "crl")).log_in(iphone)) == "accepted"
    lab.world.outage("crl")
    assert answered(lab.portal.log_in(iphone)) == "accepted"
    lab.world.outage()
    assert answered(lab.private_service.log_in(lab.residents[0].card, "2222")) == "accepted"
    with pytest.raises(MisuseError, match="a source of revocation data is one of"):
        lab.world.outage("ldap")


def test_kept_answers_help_over_an_outage(lab: Lab, iphone: IPhone) -> None:
    """Who keeps answers does not ask, and does not notice that nobody would answer."""
    service = lab.portal.with_policy(cache="1h")
    assert service.log_in(iphone).accepted
    lab.world.outage("ocsp", "crl")
    lab.advance("59min")
    assert answered(service.log_in(iphone)) == "accepted"
    lab.advance("1min")
    assert answered(service.log_in(iphone)) == "no_revocation_information"


def test_without_status_nothing_else_is_forgiven(lab: Lab, iphone: IPhone) -> None:
    """A service that goes on without status still refuses a certificate that has expired."""
    lab.world.outage("ocsp", "crl")
    lax = lab.portal.with_policy(without_status="accept")
    assert answered(lax.log_in(iphone)) == "accepted"
    lab.advance_to("2036-01-01 10:00")
    assert answered(lax.log_in(iphone)) == "expired"


def test_a_service_that_asks_nobody(lab: Lab, iphone: IPhone) -> None:
    """Without sources it knows nothing: by its policy it refuses everybody, or accepts who was revoked long ago.

    The wallet has not asked yet since the revocation, so the phone still answers.
    """
    for certificate in iphone.certificates:
        certificate.revoke()
    lab.advance("6h")
    blind = lab.portal.with_policy(sources=())
    assert answered(blind.log_in(iphone)) == "no_revocation_information"
    assert answered(blind.with_policy(without_status="accept").log_in(iphone)) == "accepted"


def test_an_explanation_knows_whom_the_service_asked(lab: Lab, iphone: IPhone) -> None:
    """Accepted though revoked: the explanation says when the list would say so to one who asks for lists."""
    for certificate in iphone.certificates:
        certificate.revoke()
    by_list = lab.private_service.with_policy(sources=("crl",)).log_in(lab.residents[0].card, "2222")
    assert by_list.accepted and by_list.code == "accepted"
    verdict = lab.portal.with_policy(sources=("crl",)).log_in(iphone)
    assert verdict.accepted and verdict.code == "accepted"
    told = lab.explain(verdict)
    assert "the CRL says so from 2025-06-25 00:00:00" in str(told)
    assert "失効リストは2025-06-25 00:00:00から" in told.in_language("ja")
