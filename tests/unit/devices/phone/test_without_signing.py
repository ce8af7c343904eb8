"""A phone's card without the signing identity: both identities are optional."""

from __future__ import annotations

import cards
import cbor2
import pytest

from myna_lab import events as ev
from myna_lab.devices.card import Chip
from myna_lab.devices.phone import PhoneModel, identities
from myna_lab.errors import PhoneRefused
from myna_lab.ground.durations import at
from myna_lab.keys import rsa_key
from myna_lab.parameters import Parameters

NOW = at("2025-06-24 09:00")


class Vault:
    """What a set-up put away: the user PIN alone."""

    def get(self, ref: str) -> bytes:
        """The PINs."""
        return cbor2.dumps({"user": cards.USER_PIN})


@pytest.fixture(params=["iphone", "android"])
def phone(request: pytest.FixtureRequest) -> PhoneModel:
    """A phone onto which only the user identity came."""
    model = PhoneModel(
        ev.PhoneAcquired("phone-1", "person-1", request.param, "iPhone 15", "18.5"),
        vault=Vault(),  # type: ignore[arg-type]
        parameters=Parameters(),
        make_chip=lambda name, contents: Chip(name, contents, key=rsa_key),
        authority_certificates=lambda: {kind: cards.certificates()[kind] for kind in ("sign_ca", "auth_ca")},
        lives=lambda person: True,
    )
    auth = cards.certificates()["auth"]
    for event in (
        ev.KeyPairGenerated("flow-1", "phone-1", "auth", cards.KEYS["auth"]),
        ev.PinsChosen("flow-1", "phone-1", "pins/flow-1"),
        ev.ApplicationAccepted("flow-1", "phone-1", "person-1", "application/flow-1", NOW),
        ev.CertificateIssued("auth", 9, "phone_auth", "phone-1", "person-1", "48001", auth, NOW, NOW),
        ev.PassAdded("flow-1", "phone-1", 0, 9),
    ):
        model.evolve(event, NOW)
    return model


def test_the_user_identity_works(phone: PhoneModel) -> None:
    """Face and PIN open it; its tries are counted alone."""
    for pin in (None, cards.USER_PIN):
        certificate, signature = identities.authenticate(phone, b"challenge", pin=pin)
        assert (certificate, len(signature)) == (cards.certificates()["auth"], 256)
    with pytest.raises(PhoneRefused) as refused:
        identities.authenticate(phone, b"challenge", pin="0000")
    assert (refused.value.code, refused.value.tries_left) == ("authentication_failed", 2)
    assert identities.tries_left(phone) == {"user": 2}
    identities.change(phone, identities.IDENTITIES["user"], cards.USER_PIN, "8888")
    identities.authenticate(phone, b"challenge", pin="8888")


def test_the_signing_identity_is_not_there(phone: PhoneModel) -> None:
    """Signing and changing its password are refused by name; EF 0008 says so, and EF 0001 is empty."""
    for use in (
        lambda: identities.sign(phone, [b"document"], password="ABC123"),
        lambda: identities.change(phone, identities.IDENTITIES["signing"], "ABC123", "ABC456"),
    ):
        with pytest.raises(PhoneRefused) as refused:
            use()
        assert (refused.value.code, refused.value.identity) == ("no_sign_certificate", "signing")
    chip = phone.chip
    assert chip is not None
    chip.transmit(bytes.fromhex("00A4040C0AD392F000260100000001"))
    assert chip.transmit(bytes.fromhex("00B0880003")).hex() == "008f009000"
    assert chip.transmit(bytes.fromhex("0020009B06414243313233")).hex() == "6984"
