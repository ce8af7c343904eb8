"""A shop on the web asks for an age or an identity; each service says in what an answer of another session differs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from article import answered, with_records

from myna_lab import Lab
from myna_lab.devices.phone.presenting import Wallet
from myna_lab.errors import MisuseError
from myna_lab.events import Verdict
from myna_lab.formats.mdoc import cose, envelope, session
from myna_lab.formats.mdoc.encoding import wrapped
from myna_lab.formats.mdoc.request import Asked, device_request, elements_of
from myna_lab.formats.mdoc.transcript import Transcript, near, web
from myna_lab.ground.chance import Chance
from myna_lab.keys import elliptic_key
from myna_lab.lab.handles import PhoneHandle
from myna_lab.relying_parties.inquiry import PROTOCOLS
from myna_lab.world.outside import WorldOutside

ANNEX_C, UNSIGNED, SIGNED = PROTOCOLS
ELSEWHERE = "https://sh0p.jpki-emu.invalid"


@pytest.fixture(scope="module")
def lab() -> Lab:
    """An iPhone and an Android phone with the card on them, of people of 36, after the day of Android's attributes."""
    return with_records()


def phone_of(lab: Lab, platform: str) -> PhoneHandle:
    """The one phone of a platform."""
    (phone,) = (phone for phone in lab.phones if phone.platform == platform)
    return phone


@pytest.mark.parametrize(
    ("platform", "protocol", "code"),
    [
        ("iphone", ANNEX_C, "accepted"),
        ("iphone", UNSIGNED, "other_way"),
        ("iphone", SIGNED, "other_way"),
        ("android", ANNEX_C, "accepted"),
        ("android", UNSIGNED, "accepted"),
        ("android", SIGNED, "accepted"),
    ],
)
def test_an_age_by_each_protocol(lab: Lab, platform: str, protocol: str, code: str) -> None:
    """Who speaks it is believed, and only the age came; it is recorded as the shop's verdict."""
    phone = phone_of(lab, platform)
    for encrypted in (True, False):
        verdict = lab.shop.check_age(phone, over=20, protocol=protocol, encrypted=encrypted)
        assert answered(verdict) == code
        assert ("1 element came" in str(verdict)) is (code == "accepted")
    assert lab.tables.verdicts()["service"].iloc[-1] == "shop"
    assert answered(lab.shop.check_age(phone, 65)) == "too_young"


def test_an_identity(lab: Lab) -> None:
    """Name, address, date of birth and portrait came; another's face brings nothing."""
    phone = phone_of(lab, "iphone")
    assert "4 elements came" in str(lab.shop.check_identity(phone))
    assert answered(lab.shop.check_identity(phone, other_face=True)) == "biometrics_failed"


class Between:
    """A phone that somebody deceives; in this laboratory it tells in which session it believes itself to be."""

    name = "between"

    def __init__(self, lab: Lab, platform: str) -> None:
        held = WorldOutside(lab.world).presenter(phone_of(lab, platform), other_face=False)
        assert isinstance(held, Wallet)
        self.held = held
        self.reader = WorldOutside(lab.world).reader("sh0p")

    @property
    def transcript(self) -> Transcript | None:
        """The wallet's own."""
        return self.held.transcript

    def near(self) -> tuple[str, Callable[[bytes], bytes]]:
        """Somebody between asks for himself, and passes the answer on to the reader."""
        code, carry = self.held.near()
        engagement, own = session.from_qr(code), elliptic_key(Chance(9))
        key_bytes = wrapped(cose.cose_key(own.public_key()))
        seen = near(engagement.encoded, key_bytes)
        sealing = session.SealedSession(own, engagement.device_key, seen, is_reader=True)
        request = device_request([Asked(elements_of(["age_over_20"]))])
        return code, lambda message: carry(session.establishment(own.public_key(), sealing.seal(request)))

    def page(self, protocol: str, request: str, origin: str) -> str:
        """A page that looks like the shop's passes the shop's question on; the browser states its own origin.

        By annex C a wallet would see that the shop signed for another session, so the page signs with a key of its own.
        """
        if protocol == ANNEX_C:
            info = envelope.read_web_request(request).encryption_info
            seen = web(info, ELSEWHERE)
            own = device_request([Asked(elements_of(["age_over_20"]))], transcript=seen, reader=self.reader)
            request = envelope.web_request(own, info)
        return self.held.page(protocol, request, ELSEWHERE)

    def app(self, *_: object, **__: object) -> bytes:
        """Not used here."""
        raise AssertionError


class Repeating(Between):
    """Somebody who shows again what was answered before."""

    def __init__(self, lab: Lab, platform: str) -> None:
        super().__init__(lab, platform)
        self.first = ""

    def page(self, protocol: str, request: str, origin: str) -> str:
        """The first answer each time."""
        self.first = self.first or self.held.page(protocol, request, origin)
        return self.first


class Silent:
    """The same, which tells nothing of its sessions: as in a real shop."""

    name = "silent"

    def __init__(self, inner: Between) -> None:
        self.near, self.page, self.app = inner.near, inner.page, inner.app


def failing(verdict: Verdict) -> tuple[str, list[str], str]:
    """Code, names of the checks that fail, and what the first of them saw."""
    failed = [check for check in verdict.checks if not check.passed]
    return answered(verdict), [check.name for check in failed], failed[0].reason.rpartition(": ")[2]


@pytest.mark.parametrize(
    ("protocol", "encrypted", "code", "check"),
    [
        (ANNEX_C, True, "other_session", "session"),
        (UNSIGNED, False, "other_device", "device_auth"),
        (UNSIGNED, True, "other_device", "device_auth"),
    ],
)
def test_another_page_s_question(lab: Lab, protocol: str, encrypted: bool, code: str, check: str) -> None:
    """What was said to a page that looks alike is worth nothing at the shop, which names the origin."""
    verdict = lab.shop.check_age(Between(lab, "android"), protocol=protocol, encrypted=encrypted)
    assert failing(verdict) == (code, [check], "origin")
    assert "違う部分：origin" in verdict.in_language("ja")


def test_a_question_signed_for_the_shop(lab: Lab) -> None:
    """Where the shop's signature is passed on, the wallet sees it first: signed for another origin, or session."""
    between = Between(lab, "android")
    assert answered(lab.shop.check_age(between, protocol=SIGNED)) == "other_origin"
    passes_on = Silent(between)
    passes_on.page = lambda protocol, request, origin: between.held.page(protocol, request, ELSEWHERE)
    assert answered(lab.shop.check_age(passes_on)) == "unknown_reader"


@pytest.mark.parametrize(
    ("protocol", "encrypted", "code", "parts"),
    [
        (ANNEX_C, True, "other_session", "encryption_info"),
        (UNSIGNED, False, "other_device", "nonce"),
        (SIGNED, False, "other_device", "nonce"),
    ],
)
def test_an_answer_comes_twice(lab: Lab, protocol: str, encrypted: bool, code: str, parts: str) -> None:
    """The same answer again fails: the nonce of the new question is another."""
    again = Repeating(lab, "android")
    assert answered(lab.shop.check_age(again, protocol=protocol, encrypted=encrypted)) == "accepted"
    assert failing(lab.shop.check_age(again, protocol=protocol, encrypted=encrypted))[::2] == (code, parts)


def test_encrypted_to_the_key_of_another_question(lab: Lab) -> None:
    """An encrypted answer of another question cannot be opened at all; the parts that differ are named."""
    again = Repeating(lab, "android")
    lab.shop.check_age(again, protocol=UNSIGNED)
    found = failing(lab.shop.check_age(again, protocol=UNSIGNED))
    assert found == ("other_session", ["session"], "nonce, key_thumbprint")


def test_somebody_between_phone_and_counter(lab: Lab) -> None:
    """A reader between phone and counter agreed other keys with the phone: the counter names the reader's key."""
    assert failing(lab.counter.check_age(Between(lab, "iphone"))) == ("other_session", ["session"], "reader_key")


def test_a_wallet_that_tells_nothing(lab: Lab) -> None:
    """Without the phone's own transcript there is no more to say than that it cannot be opened."""
    again = Silent(Repeating(lab, "android"))
    assert answered(lab.shop.check_age(again)) == "accepted"
    verdict = lab.shop.check_age(again)
    assert answered(verdict) == "record_refused" and "sealed for this key and this session" in str(verdict)


def test_what_a_page_cannot_be_shown(lab: Lab) -> None:
    """A card, a phone that answers no pages, another age, another protocol: each is told."""

    class Near:
        name = "near"

        def near(self) -> None:
            raise AssertionError

    phone = lab.phones[0]
    with pytest.raises(MisuseError, match="card has no wallet"):
        lab.shop.check_age(phone.holder.card)
    with pytest.raises(MisuseError, match="does not answer pages"):
        lab.shop.check_age(Near())
    with pytest.raises(MisuseError, match="18, 20, 65"):
        lab.shop.check_age(phone, 21)
    with pytest.raises(MisuseError, match="org-iso-mdoc"):
        lab.shop.check_age(phone, protocol="openid4vp")
