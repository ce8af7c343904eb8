"""A bank: who signs, says who she is; what J-LIS has of her now may differ."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from article import answered, resident

from myna_lab import Lab
from myna_lab.errors import MisuseError
from myna_lab.formats.jpki import stated_in
from myna_lab.lab import Holder
from myna_lab.relying_parties.bank import Bank
from myna_lab.world.outside import WorldOutside
from needs import need_program


@pytest.fixture
def lab() -> Lab:
    """A lab with one resident and her card."""
    lab = Lab(seed=7)
    resident(lab, name="青葉　花子", born="1990-04-15", sex="female")
    return lab


@pytest.fixture
def hanako(lab: Lab) -> Holder:
    """She."""
    return lab.residents[0]


class Told(WorldOutside):
    """The world, but for what J-LIS answers of the latest information."""

    answer: Mapping[str, str] | None = None

    def latest_information(self, certificate: bytes) -> Mapping[str, str] | None:
        return self.answer


def _bank(lab: Lab, answer: Mapping[str, str] | None) -> Bank:
    outside = Told(lab.world)
    outside.answer = answer
    return Bank(outside)


def test_the_certificate_says_who_she_is(lab: Lab, hanako: Holder) -> None:
    """The four attributes are read from the certificate: 2 is female, 4 the era that is called 平成."""
    stated = stated_in(lab.certificates(hanako, kind="card_sign")[0].der)
    assert stated["common_name"] == "青葉　花子" and stated["address"] == hanako.address
    assert (stated["gender"], stated["date_of_birth"]) == ("2", "419900415")
    assert stated_in(lab.certificates(hanako, kind="card_auth")[0].der) == {}


@pytest.mark.parametrize("latest", [False, True])
@pytest.mark.parametrize("platform", ["card", "iphone", "android"])
def test_an_account_by_signature(lab: Lab, hanako: Holder, platform: str, latest: bool) -> None:
    """Card and phones alike, each with its own password; name and address stand in no event."""
    if platform == "card":
        device, password = hanako.card, "ABC123"
    else:
        device = getattr(lab, platform)(hanako)
        device.add_card().run()
        lab.advance("20min")
        password = device._phone.pins()["signing"]
    verdict = lab.bank.open_account(device, password, latest=latest)
    assert answered(verdict) == "accepted"
    assert [check.name for check in verdict.checks][-1] == ("latest_information" if latest else "attributes")
    assert hanako.name not in lab.log[len(lab.log) - 1].body()


def test_she_has_moved_today(lab: Lab, hanako: Holder) -> None:
    """J-LIS has another address: only the bank that asks for the latest information notices."""
    stated = stated_in(lab.certificates(hanako, kind="card_sign")[0].der)
    four = {name: stated[name] for name in ("common_name", "address", "date_of_birth", "gender")}
    moved = _bank(lab, four | {"address": "青波県緑台市北一丁目１番１号"})
    verdict = moved.open_account(hanako.card, "ABC123", latest=True)
    assert answered(verdict) == "attributes_changed"
    assert [(check.name, check.reason) for check in verdict.checks if not check.passed] == [
        ("latest_information", "other than in the certificate: address")
    ]
    assert "証明書と違います：住所" in verdict.in_language("ja")
    assert answered(moved.open_account(hanako.card, "ABC123")) == "accepted"
    assert answered(_bank(lab, four).open_account(hanako.card, "ABC123", latest=True)) == "accepted"
    assert answered(_bank(lab, None).open_account(hanako.card, "ABC123", latest=True)) == "no_latest_information"


def test_no_latest_information_without_a_certificate_in_force(lab: Lab, hanako: Holder) -> None:
    """Revoked this morning, and not on the bank's list yet: a list alone opens the account, J-LIS gives nothing."""
    lab.advance("61min")
    (certificate,) = lab.certificates(hanako, kind="card_sign")
    certificate.revoke()
    assert answered(lab.bank.open_account(hanako.card, "ABC123")) == "accepted"
    assert answered(lab.bank.open_account(hanako.card, "ABC123", latest=True)) == "no_latest_information"
    assert answered(lab.bank.with_policy(sources=["ocsp"]).open_account(hanako.card, "ABC123")) == "accepted"
    lab.advance("15min")
    assert answered(lab.bank.with_policy(sources=["ocsp"]).open_account(hanako.card, "ABC123")) == "revoked"


def test_a_wrong_call_is_a_misuse(lab: Lab, hanako: Holder) -> None:
    """No password, an application of text, a switch that is none."""
    for arguments in ((), ("ABC123",)):
        with pytest.raises(MisuseError, match="latest"):
            lab.bank.open_account(hanako.card, *arguments, latest="no")  # type: ignore[arg-type]
    with pytest.raises(MisuseError, match="password"):
        lab.bank.open_account(hanako.card)
    with pytest.raises(MisuseError, match="application"):
        lab.bank.open_account(hanako.card, "ABC123", application="text")  # type: ignore[arg-type]
    assert answered(lab.bank.open_account(hanako.card, "WRONG1")) == "pin_wrong"


def test_openssl_says_the_same_of_the_list(lab: Lab, hanako: Holder, tmp_path: Path) -> None:
    """What the bank decides by its list, openssl decides by the same list: good today, revoked tomorrow."""
    openssl = need_program("openssl")
    (certificate,) = lab.certificates(hanako, kind="card_sign")
    certificate.revoke()
    found = {}
    for day in ("today", "tomorrow"):
        code = answered(lab.bank.open_account(hanako.card, "ABC123"))
        files = {"leaf": certificate.der, "ca": certificate.issuer, "crl": lab.revocation.list_for(certificate.der)}
        for name, der in files.items():
            kind = "crl" if name == "crl" else "x509"
            (tmp_path / name).write_bytes(
                subprocess.run([openssl, kind, "-inform", "DER"], input=der, capture_output=True, check=True).stdout
            )
        said = subprocess.run(
            [openssl, "verify", "-crl_check", "-ignore_critical", "-attime", str(int(lab.now.timestamp())),
             "-CAfile", tmp_path / "ca", "-CRLfile", tmp_path / "crl", tmp_path / "leaf"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        found[day] = code, said.returncode == 0, "certificate revoked" in said.stdout + said.stderr
        lab.advance("1d")
    assert found == {"today": ("accepted", True, False), "tomorrow": ("revoked", False, True)}


def test_the_day_after_a_move(lab: Lab, hanako: Holder) -> None:
    """Moved without the card: until midnight certificate and J-LIS agree on the old address; then nothing is given."""
    lab.advance_to("2025-06-24 11:00")
    lab.municipality.move(hanako, card=False)
    assert answered(lab.bank.open_account(hanako.card, "ABC123", latest=True)) == "accepted"
    given = list(lab.log)[-2]
    assert (given.name, given.event.person) == ("LatestInformationGiven", hanako.person)
    lab.advance_to("2025-06-25 00:00:01")
    by_list = lab.bank.with_policy(cache="1d")
    assert answered(by_list.open_account(hanako.card, "ABC123")) == "accepted"
    assert answered(by_list.open_account(hanako.card, "ABC123", latest=True)) == "no_latest_information"
    assert [entry.name for entry in list(lab.log)[-2:]] == ["RequestRefused", "VerdictGiven"]
