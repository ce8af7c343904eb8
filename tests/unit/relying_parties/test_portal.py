"""The portal's login: it believes nobody, and says why."""

from __future__ import annotations

import pytest
from article import answered
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.hashes import SHA256

from myna_lab import Lab
from myna_lab.errors import MisuseError
from myna_lab.formats import jpki
from myna_lab.keys import rsa_key
from myna_lab.lab import Holder, IPhone
from myna_lab.relying_parties import Ocsp
from myna_lab.relying_parties.portal import Portal


class Faked:
    """A device that answers what it is told to."""

    name = "faked"

    def __init__(self, certificate: bytes, key: int) -> None:
        self.certificate = certificate
        self.key = key

    def authenticate(self, challenge: bytes) -> tuple[bytes, bytes]:
        """Sign with a key of the pool."""
        return self.certificate, rsa_key(self.key).sign(challenge, padding.PKCS1v15(), SHA256())


@pytest.fixture(scope="module")
def lab() -> Lab:
    """A lab with one iPhone whose card works."""
    lab = Lab(seed=7)
    lab.iphone(lab.resident()).add_card().run()
    lab.advance("6min")
    return lab


@pytest.fixture
def hanako(lab: Lab) -> Holder:
    """The holder."""
    return lab.residents[0]


@pytest.fixture
def iphone(lab: Lab) -> IPhone:
    """Her iPhone."""
    phone = lab.phones[0]
    assert isinstance(phone, IPhone)
    return phone


def _portal(lab: Lab, answer: bytes) -> Portal:
    """A portal whose responder always says the same."""
    return lab.portal.with_sources(Ocsp(lambda _: answer))


def _certificate(lab: Lab, kind: str) -> bytes:
    return next(row.der for row in lab.books.certificates.values() if row.kind == kind)


def test_a_phone_is_let_in_with_every_check_listed(lab: Lab, iphone: IPhone) -> None:
    """All checks are listed, each with its clause, and what the knowledge dates from."""
    verdict = lab.portal.log_in(iphone)
    assert verdict.accepted
    names = [check.name for check in verdict.checks]
    assert {"credential", "signature"} < set(names)
    assert len(names) >= 7
    assert all(check.clause and check.passed for check in verdict.checks)
    assert verdict.knowledge_at is not None
    assert verdict.knowledge_at <= lab.now


def test_a_card_needs_its_pin(lab: Lab, hanako: Holder, iphone: IPhone) -> None:
    """With the PIN the card logs in; a wrong one costs a try; without one the call is wrong, on a phone it is not."""
    assert lab.portal.log_in(hanako.card, pin=hanako._resident.user_authentication_pin).accepted
    wrong = "0000" if hanako._resident.user_authentication_pin != "0000" else "1111"
    verdict = lab.portal.log_in(hanako.card, pin=wrong)
    assert (verdict.accepted, verdict.code) == (False, "pin_wrong")
    assert hanako.card.tries_left("jpki/0018") == 2
    with pytest.raises(MisuseError, match="a card needs what its holder types"):
        lab.portal.log_in(hanako.card)
    by_pin, by_face = lab.portal.log_in(iphone, iphone._phone.pins()["user"]), lab.portal.log_in(iphone)
    assert [(verdict.accepted, verdict.code) for verdict in (by_pin, by_face)] == [(True, "accepted")] * 2


def test_a_signature_by_another_key_is_refused(lab: Lab) -> None:
    """The right certificate with somebody else's key: bad signature, though the path is good."""
    verdict = lab.portal.log_in(Faked(_certificate(lab, "phone_auth"), 400))
    assert (verdict.accepted, verdict.code) == (False, "bad_signature")
    assert [check.name for check in verdict.checks if not check.passed] == ["signature"]


def test_a_sign_certificate_does_not_log_in(lab: Lab) -> None:
    """The sign certificate is no user-authentication certificate, whoever holds its key."""
    row = next(entry for entry in lab.log if entry.name == "KeyPairGenerated" and entry.event.kind == "sign")
    verdict = lab.portal.log_in(Faked(_certificate(lab, "phone_sign"), row.event.key))
    assert (verdict.accepted, verdict.code) == (False, "wrong_usage")


def test_a_stranger_is_refused(lab: Lab) -> None:
    """Self-made certificates, authorities' own and noise: refused without an error."""
    foreign = Lab(seed=8, parameters={"organization": "SOMEBODY"})
    foreign.resident()
    for der in (
        _certificate(foreign, "card_auth"),
        lab.revocation.anchors[1],
        b"",
        b"noise",
        b"0\x82\x01\x01" + b"x" * 257,
    ):
        verdict = lab.portal.log_in(Faked(der, 7))
        assert not verdict.accepted
        assert verdict.code in ("bad_signature", "untrusted", "malformed_certificate", "wrong_usage")


def test_a_responder_that_is_silent_or_lies_is_not_believed(lab: Lab, iphone: IPhone) -> None:
    """No answer, an error answer, an answer about another certificate, an old answer: no login."""
    der = _certificate(lab, "phone_auth")
    other = jpki.ocsp_request(_certificate(lab, "card_auth"), lab.revocation.anchors[1])
    own = jpki.ocsp_request(der, lab.revocation.anchors[1])
    stale = lab.revocation.ocsp(own)
    answers = {
        "unauthorized": b"0\x03\n\x01\x06",
        "noise": b"noise",
        "another": lab.revocation.ocsp(other),
    }
    for name, answer in answers.items():
        assert not _portal(lab, answer).log_in(iphone).accepted, name
    assert _portal(lab, stale).log_in(iphone).accepted
    next_day = lab.fork("2025-06-25 09:00")
    late = _portal(next_day, stale).log_in(next_day.phones[0])
    assert (late.accepted, late.code) == (False, "stale_revocation_data")


def test_a_phone_off_line_or_without_card(lab: Lab, hanako: Holder, iphone: IPhone) -> None:
    """Off line, and without a card: refused with the reason."""
    iphone.go_offline()
    assert answered(lab.portal.log_in(iphone)) == "offline"
    iphone.go_online()
    assert answered(lab.portal.log_in(lab.android(hanako))) == "no_credential"


def test_verdicts_are_recorded(lab: Lab, iphone: IPhone) -> None:
    """Every verdict is an event, checks included, and survives the journal's form."""
    verdict = lab.portal.log_in(iphone)
    entry = lab.log[len(lab.log) - 1]
    assert entry.event.verdict == verdict
    assert entry.read(entry.seq, entry.at.isoformat(), entry.name, entry.body()).event == entry.event
