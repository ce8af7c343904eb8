"""What J-LIS accepts and refuses; a refusal changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA256

from myna_lab import Lab
from myna_lab import events as ev
from myna_lab.devices.phone import certification_request
from myna_lab.errors import RegistrationRefused
from myna_lab.ground.durations import at
from myna_lab.jlis import office as registry
from myna_lab.jlis.office import Application, issue_due
from myna_lab.keys import rsa_key
from myna_lab.parameters import Parameters


@pytest.fixture(scope="module")
def lab() -> Lab:
    """A lab in which one iPhone was set up."""
    lab = Lab(seed=7)
    lab.iphone(lab.resident()).add_card().run()
    return lab


@pytest.fixture
def application(lab: Lab) -> Application:
    """The application of that set-up."""
    return Application.decode(lab.world.journal.get("application/flow-1"))


def _apply(lab: Lab, application: Application) -> object:
    return registry.apply(
        application,
        books=lab.books,
        resident=lab.world.things.resident,
        authorities=lab.world.things.authorities,
        chance=lab.world.chance("test"),
        at=lab.now,
        parameters=lab.parameters,
    )


def _signed_by_another(lab: Lab, good: Application) -> Application:
    return replace(good, signature=rsa_key(400).sign(good.document, padding.PKCS1v15(), SHA256()))


def _phone_certificate(lab: Lab, good: Application) -> Application:
    row = next(row for row in lab.books.certificates.values() if row.kind == "phone_sign")
    return replace(good, sign_certificate=row.der)


FORGERIES: dict[str, Callable[[Lab, Application], Application]] = {
    "bad_application_signature": _signed_by_another,
    "wrong_kind": _phone_certificate,
    "unknown_certificate": lambda lab, good: replace(good, sign_certificate=lab.revocation.anchors[0]),
    "unknown_certificate ": lambda lab, good: replace(good, sign_certificate=b"not a certificate"),
    "not_bound": lambda lab, good: replace(good, auth_request=certification_request(rsa_key(400), b"another")),
    "bad_request_signature": lambda lab, good: replace(
        good, sign_request=good.sign_request[:-1] + bytes([good.sign_request[-1] ^ 1])
    ),
    "malformed_application": lambda lab, good: replace(good, auth_request=b"0\x03abc"),
}


@pytest.mark.parametrize("reason", FORGERIES)
def test_a_forged_application_is_refused(lab: Lab, application: Application, reason: str) -> None:
    """Each forgery is refused for its own reason, and nothing is decided."""
    length = len(lab.log)
    with pytest.raises(RegistrationRefused) as refused:
        _apply(lab, FORGERIES[reason](lab, application))
    assert refused.value.code == reason.strip()
    assert len(lab.log) == length


def test_one_batch_revokes_accepts_and_issues(lab: Lab, application: Application) -> None:
    """The same instant: two revocations, the acceptance, two certificates, the attribute record."""
    decision = _apply(lab, application)
    names = [type(event).__name__ for event in decision.events]  # type: ignore[attr-defined]
    assert names == [
        "CertificateRevoked",
        "CertificateRevoked",
        "ApplicationAccepted",
        "CertificateIssued",
        "CertificateIssued",
        "AttributesIssued",
    ]


@pytest.mark.parametrize(
    ("state", "event"),
    [
        ("certificate_revoked", ev.CertificateRevoked),
        ("certificate_on_hold", ev.CertificateSuspended),
    ],
)
def test_a_card_certificate_that_is_not_good_vouches_for_nothing(state: str, event: Callable[..., ev.Event]) -> None:
    """Revoked or held between the reading and the application: refused, with the reason."""
    lab = Lab(seed=7)
    hanako = lab.resident()
    row = next(row for row in lab.books.certificates.values() if row.kind == "card_sign")
    reason = ("KEY_COMPROMISE",) if event is ev.CertificateRevoked else ()
    lab.world.record([event(*row.key, *reason)])
    flow = lab.iphone(hanako).add_card().run()
    assert flow.screen.name == "REFUSED"
    assert flow.notice is not None
    assert flow.notice.code == f"registry_{state}"
    assert lab.books.live_on_phones(hanako.person) == ()


def test_an_expired_card_certificate_is_refused() -> None:
    """After the fifth birthday the card's certificate has expired, and the app cannot go on."""
    lab = Lab(seed=7)
    hanako = lab.resident()
    row = next(row for row in lab.books.certificates.values() if row.kind == "card_sign")
    lab.advance_to(row.not_after)
    flow = lab.iphone(hanako).add_card().run()
    assert flow.notice is not None
    assert flow.notice.code == "registry_certificate_expired"


@pytest.mark.parametrize(
    ("now", "due"),
    [
        ("2025-06-24 09:00", "2025-06-24 09:03"),
        ("2025-06-24 19:30", "2025-06-24 19:33"),
        ("2025-06-24 19:31", "2025-06-25 08:03"),
        ("2025-06-24 03:00", "2025-06-24 08:03"),
    ],
)
def test_android_is_answered_within_the_service_hours(now: str, due: str) -> None:
    """Within the hours after the delay, outside them next morning; an iPhone at once."""
    parameters = Parameters()
    assert issue_due("android", at(now), parameters) == at(due)
    assert issue_due("iphone", at(now), parameters) == at(now)


def _revoked_at(lab: Lab) -> list[datetime]:
    return [entry.at for entry in lab.log if entry.name == "CertificateRevoked"]


@pytest.mark.parametrize("when", ["application", "issue"])
def test_when_the_former_phone_is_revoked_is_a_parameter(when: str) -> None:
    """Android: at the application, or at the later issue."""
    lab = Lab(seed=7, parameters={"revoke_former_at": when})
    hanako = lab.resident()
    lab.iphone(hanako).add_card().run()
    lab.android(hanako).add_card().run()
    name = "ApplicationAccepted" if when == "application" else "IssueNoticed"
    instants = [entry.at for entry in lab.log if entry.name == name]
    assert _revoked_at(lab) == [instants[-1]] * 2


def test_the_later_application_wins() -> None:
    """An Android waits for its notice while an iPhone applies: the Android gets nothing."""
    lab = Lab(seed=7)
    hanako = lab.resident()
    pins = hanako._resident
    waiting = lab.android(hanako).add_card()
    while waiting.screen.name != "WAIT_FOR_NOTICE":
        waiting.next(pins.signing_password if waiting.asks else None)
    lab.advance_to("2025-06-24 09:02")
    iphone = lab.iphone(hanako)
    iphone.add_card().run()
    waiting.next()
    assert waiting.screen.name == "REFUSED"
    assert {row.device for row in lab.books.live_on_phones(hanako.person)} == {iphone.name}


def test_a_phone_that_changes_hands() -> None:
    """Taro's card was on Hanako's Android; she applies herself, he adds another phone: hers goes on untouched."""
    lab = Lab(seed=7)
    hanako, taro = (lab.resident(signing_password="ABC123") for _ in range(2))
    android = lab.android(hanako)
    flow = android.add_card()
    while not flow.finished:
        reading = flow.screen.name.startswith("READ")
        typed = "ABC123" if flow.asks == "signing" else "2468" if flow.asks else None
        flow.next(taro.card if reading else typed)
    assert lab.books.phones[android.name].applicant == taro.person
    own = android.add_card()
    while own.screen.name != "INSTALL":
        own.next("ABC123" if own.asks == "signing" else "2468" if own.asks else None)
    lab.iphone(taro).add_card().run()
    own.run()
    assert own.screen.name == "DONE"
    assert {row.device for row in lab.books.live_on_phones(hanako.person)} == {android.name}
