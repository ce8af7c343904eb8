"""Things of another lab, or of a copy, at every door."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from article import answered, resident

from myna_lab import Lab
from myna_lab.errors import MisuseError
from myna_lab.lab import Android, Holder, IPhone


class People(NamedTuple):
    """A lab, with somebody who has an iPhone and an Android phone."""

    lab: Lab
    hanako: Holder
    iphone: IPhone
    android: Android


@pytest.fixture(scope="module")
def pair() -> tuple[People, People]:
    """This lab, and another one in which everything has the same names."""

    def made() -> People:
        lab = Lab(seed=7)
        hanako = resident(lab)
        return People(lab, hanako, lab.iphone(hanako), lab.android(hanako))

    return made(), made()


HOLDER: dict[str, Callable[[Lab, Any], object]] = {
    "iphone": lambda lab, who: lab.iphone(who),
    "android": lambda lab, who: lab.android(who),
    "certificates": lambda lab, who: lab.certificates(who),
    "errands": lambda lab, who: lab.errands(who),
    "hand_to": lambda lab, who: lab.phones[0].hand_to(who),
    "hotline.suspend": lambda lab, who: lab.hotline.suspend(who),
    **{
        f"municipality.{name}": lambda lab, who, name=name, more=more: getattr(lab.municipality, name)(who, *more)
        for name, more in {
            "move_out": (), "move": (), "change_name": ("青葉　花",), "change_alias": ("AOBA",), "record_death": (),
            "report_lost": (), "resume": (), "return_card": (), "reissue": (), "renew": (), "reissue_signing": (),
            "revoke": (),
        }.items()
    },
}  # fmt: skip
CARD: dict[str, Callable[[Lab, Any], object]] = {
    "municipality.unblock": lambda lab, card: lab.municipality.unblock(card, "signing", "ABC124"),
    "kiosk.register": lambda lab, card: lab.kiosk.register(card, "signing", phone=lab.phones[0]),
    "kiosk.reset_pin": lambda lab, card: lab.kiosk.reset_pin(card, "signing", "ABC124", other="2222"),
    "online_desk.revoke": lambda lab, card: lab.online_desk.revoke(card, password="ABC123"),
    "portal.log_in": lambda lab, card: lab.portal.log_in(card, "2222"),
    "desk.accept": lambda lab, card: lab.desk.accept(card, password="ABC123"),
    "store": lambda lab, card: lab.convenience_store.print_certificate(card, "2222"),
    "clinic": lambda lab, card: lab.clinic.check_in(card, "2222"),
    "bank": lambda lab, card: lab.bank.open_account(card, "ABC123"),
    "counter": lambda lab, card: lab.counter.check_age(card),
    "police": lambda lab, card: lab.police.check_licence(card),
    "private_service": lambda lab, card: lab.private_service.log_in(card, "2222"),
}
PHONE: dict[str, Callable[[Lab, Any], object]] = {
    "certificates": lambda lab, phone: lab.certificates(phone),
    "kiosk.register": lambda lab, phone: lab.kiosk.register(lab.residents[0].card, "signing", phone=phone),
    "online_desk.revoke": lambda lab, phone: lab.online_desk.revoke(phone, password="ABC123"),
    "online_desk.revoke, signed with": lambda lab, phone: lab.online_desk.revoke(
        lab.phones[0], password="ABC123", signed_with=phone
    ),
    "restore_backup": lambda lab, phone: lab.phones[0].restore_backup(phone),
    "take_over": lambda lab, phone: lab.phones[1].take_over(phone),
    "portal.log_in": lambda lab, phone: lab.portal.log_in(phone),
    "desk.accept": lambda lab, phone: lab.desk.accept(phone, password="ABC123"),
    "store": lambda lab, phone: lab.convenience_store.print_certificate(phone),
    "clinic": lambda lab, phone: lab.clinic.check_in(phone),
    "bank": lambda lab, phone: lab.bank.open_account(phone, "ABC123"),
    "counter": lambda lab, phone: lab.counter.check_age(phone),
    "police": lambda lab, phone: lab.police.check_licence(phone),
    "private_service": lambda lab, phone: lab.private_service.log_in(phone),
}
DOORS = [
    *(("person-1", door, do) for door, do in HOLDER.items()),
    *(("card-1", door, do) for door, do in CARD.items()),
    *(("iphone-1", door, do) for door, do in PHONE.items()),
]


@pytest.mark.parametrize(("name", "door", "do"), DOORS, ids=[f"{door} {name}" for name, door, _ in DOORS])
def test_what_is_of_another_lab_is_named_so(
    pair: tuple[People, People], name: str, door: str, do: Callable[[Lab, Any], object]
) -> None:
    """Every door says whose it is and that it is of another lab, never only its type; nothing is recorded."""
    own, other = pair
    foreign = {"person-1": other.hanako, "card-1": other.hanako.card, "iphone-1": other.iphone}[name]
    before = len(own.lab.log)
    with pytest.raises(MisuseError, match=rf"{name} (of another lab|is not of this lab)"):
        do(own.lab, foreign)
    assert len(own.lab.log) == before


def test_what_is_mixed_up_is_told(pair: tuple[People, People]) -> None:
    """A phone's chip is no plastic card, a phone no holder, a holder no card: each error says what would be right."""
    lab, hanako, iphone, _ = pair[0]
    copy = lab.fork()
    phone = copy.phones[0]
    phone.add_card().run()
    for do, said in (
        (lambda: copy.municipality.unblock(phone.chip, "signing", "ABC124"), "got the chip of iphone-1"),
        (lambda: lab.municipality.move(iphone), "pass its holder: phone.holder"),
        (lambda: lab.municipality.unblock(hanako, "signing", "ABC124"), "hanako.card is her card"),
        (lambda: lab.certificates(hanako.card), "got the chip card-1.*kind='card_auth'"),
        (lambda: copy.municipality.move(hanako), "person-1 of another lab .a copy is another one, too"),
    ):
        with pytest.raises(MisuseError, match=said):
            do()


def test_an_outage_is_a_lab_s(pair: tuple[People, People]) -> None:
    """Cut off, the portal refuses who could be anybody; restored, it accepts; another source is told."""
    copy = pair[0].lab.fork()
    card = copy.residents[0].card
    copy.outage("ocsp", "crl")
    assert answered(copy.portal.log_in(card, "2222")) == "no_revocation_information"
    assert copy.private_service.with_policy(without_status="accept").log_in(card, "2222").accepted
    copy.outage()
    assert copy.portal.log_in(card, "2222").accepted
    assert [entry.name for entry in copy.log if entry.name.startswith("Source")] == [
        "SourceStopped", "SourceStopped", "SourceRestored", "SourceRestored",
    ]  # fmt: skip
    with pytest.raises(MisuseError, match="ocsp, crl, status_list"):
        copy.outage("OCSP responder")
