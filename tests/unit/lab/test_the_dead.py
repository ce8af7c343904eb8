"""What is done in the name of the dead, and with what they leave: each act by hand, with its answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from article import resident

from myna_lab import Lab
from myna_lab.errors import MynaLabError
from myna_lab.events import Verdict

Act = Callable[[Lab], object]


@pytest.fixture(scope="module")
def made() -> Lab:
    """Hanako has died; an iPhone with her card is left, and an Android phone in the middle of a set-up."""
    lab = Lab(seed=7)
    hanako, taro = resident(lab, licence=True), resident(lab)
    iphone, android = lab.iphone(hanako), lab.android(hanako)
    iphone.add_card().run(same_pins=True)
    lab.android(taro)
    lab.advance("1h")
    lab.kiosk.register(hanako.card, "signing", phone=iphone)
    android.add_card().next()
    lab.municipality.record_death(hanako)
    return lab


ACTS: dict[str, tuple[Act, str]] = {
    # ---------------------------------------------------------------------------------------------- what she would do
    "buy an iPhone": (lambda lab: lab.iphone(lab.residents[0]), "deceased"),
    "buy an Android phone": (lambda lab: lab.android(lab.residents[0]), "deceased"),
    "add the card": (lambda lab: lab.phones[0].add_card(), "deceased"),
    "take it over": (lambda lab: lab.phones[1].take_over(lab.phones[2]), "deceased"),
    "show a face to the phone": (lambda lab: lab.phones[0].authenticate(b"c"), "deceased"),
    "type its PIN": (lambda lab: lab.phones[0].authenticate(b"c", "2222"), "deceased"),
    "sign": (lambda lab: lab.phones[0].sign(b"d", password="ABC123"), "deceased"),
    "change its PIN": (lambda lab: lab.phones[0].change_pin("2222", "3333"), "deceased"),
    "change its password": (lambda lab: lab.phones[0].change_signing_password("ABC123", "ABC124"), "deceased"),
    "reset its PIN": (lambda lab: lab.phones[0].reset_pin("user", "3333", password="ABC123"), "deceased"),
    "enrol a face": (lambda lab: setattr(lab.phones[0], "biometrics", False), "deceased"),
    "show an element": (lambda lab: lab.phones[0].present(), "deceased"),
    "delete the pass": (lambda lab: lab.phones[0].delete_pass(), "deceased"),
    "erase it": (lambda lab: lab.phones[0].erase(), "deceased"),
    "restore a backup": (lambda lab: lab.phones[1].restore_backup(lab.phones[1]), "deceased"),
    "lose it": (lambda lab: lab.phones[0].lose(), "deceased"),
    "be given a phone": (lambda lab: lab.phones[2].hand_to(lab.residents[0]), "deceased"),
    "have it back": (lambda lab: (lab.phones[0].hand_to("finder"), lab.phones[0].find()), "deceased"),
    "go on errands": (lambda lab: lab.errands(lab.residents[0]), "deceased"),
    # ---------------------------------------------------------------------------------------------------- the offices
    "move": (lambda lab: lab.municipality.move(lab.residents[0]), "deceased"),
    "move out": (lambda lab: lab.municipality.move_out(lab.residents[0]), "deceased"),
    "change the name": (lambda lab: lab.municipality.change_name(lab.residents[0], "青葉　花"), "deceased"),
    "change the alias": (lambda lab: lab.municipality.change_alias(lab.residents[0], "AOBA"), "deceased"),
    "die again": (lambda lab: lab.municipality.record_death(lab.residents[0]), "deceased"),
    "report the card lost": (lambda lab: lab.municipality.report_lost(lab.residents[0]), "deceased"),
    "have it released": (lambda lab: lab.municipality.resume(lab.residents[0]), "deceased"),
    "give it back": (lambda lab: lab.municipality.return_card(lab.residents[0]), "deceased"),
    "have another": (lambda lab: lab.municipality.reissue(lab.residents[0]), "deceased"),
    "renew": (lambda lab: lab.municipality.renew(lab.residents[0]), "deceased"),
    "have signing anew": (lambda lab: lab.municipality.reissue_signing(lab.residents[0]), "deceased"),
    "revoke at the window": (lambda lab: lab.municipality.revoke(lab.residents[0]), "deceased"),
    "unblock": (lambda lab: lab.municipality.unblock(lab.residents[0].card, "signing", "ABC124"), "deceased"),
    "call the hotline": (lambda lab: lab.hotline.suspend(lab.residents[0]), "deceased"),
    "register a reset": (
        lambda lab: lab.kiosk.register(lab.residents[0].card, "signing", phone=lab.phones[2]),
        "deceased",
    ),
    "reset at the kiosk": (
        lambda lab: lab.kiosk.reset_pin(lab.residents[0].card, "signing", "ABC124", other="2222"),
        "deceased",
    ),
    "revoke on line": (
        lambda lab: lab.online_desk.revoke(lab.residents[0].card, password="ABC123"),
        "signer_not_in_force",
    ),
    "be asked about": (
        lambda lab: lab.records.latest(lab.certificates(lab.residents[0], kind="card_sign")[0]),
        "no_live_certificate",
    ),
    # ----------------------------------------------------- what others do with what is left; services hear of it later
    "her card at once": (lambda lab: lab.portal.log_in(lab.residents[0].card, "2222"), "accepted"),
    "her card at a store": (
        lambda lab: lab.convenience_store.print_certificate(lab.residents[0].card, "2222"),
        "deceased",
    ),
    "her card a quarter of an hour later": (
        lambda lab: (lab.advance("15min"), lab.portal.log_in(lab.residents[0].card, "2222"))[1],
        "revoked",
    ),
    "her phone, by nobody": (lambda lab: lab.portal.log_in(lab.phones[0], "2222"), "deceased"),
    "her phone, by her son's face": (
        lambda lab: (lab.phones[0].hand_to(lab.residents[1]), lab.portal.log_in(lab.phones[0]))[1],
        "biometrics_failed",
    ),
    "her phone, by her son with its PIN": (
        lambda lab: (lab.phones[0].hand_to(lab.residents[1]), lab.portal.log_in(lab.phones[0], "2222"))[1],
        "accepted",
    ),
    "her son adds his own card to it": (
        lambda lab: (lab.phones[0].hand_to(lab.residents[1]), lab.phones[0].add_card().run(same_pins=True).screen.name)[
            1
        ],
        "DONE",
    ),
    "erased from afar by her family": (lambda lab: lab.phones[0].erase_remotely(), None),
}


@pytest.mark.parametrize("act", ACTS)
def test_each_act(made: Lab, act: str) -> None:
    """Refused by its code, or done, as the table says; who holds the phone in her place is asked anew."""
    lab, (do, expected) = made.fork(), ACTS[act]
    try:
        came = do(lab)
    except MynaLabError as error:
        assert error.code == expected, str(error)
    else:
        assert (came.code if isinstance(came, Verdict) else came) == expected


def test_the_open_app_is_closed(made: Lab) -> None:
    """A death ends the set-up on her phone, in the same batch; what is left on it is said in both languages."""
    names = [entry.name for entry in made.log]
    died = names.index("ResidentDied")
    assert names[died - 1] == "ApplicationAbandoned" and made.log[died - 1].at == made.log[died].at
    assert not made.world.is_open("flow-2")
    ways = made.phones[0].residue
    assert {way.code for way in ways.ways} == {"deceased"}
    assert "亡くなった" in ways.in_language("ja") and "has died" in ways.in_language("en")
