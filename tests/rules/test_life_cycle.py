"""What each act of the life cycle does to card, certificates and phone, beside the table ``LIFE``; and to whom not."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping

import pytest
from article import resident
from expected import LIFE

from myna_lab import Lab
from myna_lab.ground.durations import at

FINAL = {"REVOKED", "EXPIRED"}


@functools.cache
def lived_in(**parameters: object) -> Lab:
    """Hanako, born on 1990-02-17, with her card on her iPhone, and a neighbour with hers on an Android."""
    lab = Lab(seed=7, parameters=parameters)
    for make in (lab.iphone, lab.android):
        make(resident(lab, born="1990-02-17")).add_card().run()
    lab.advance_to("2025-06-24 10:05")
    return lab


def auth(lab: Lab, kind: str) -> object:
    """The newest certificate of a kind."""
    return lab.certificates(lab.residents[0], kind=kind)[-1]


ACTS: Mapping[str, Callable[[Lab], object]] = {
    "nothing": lambda lab: None,
    "move": lambda lab: lab.municipality.move(lab.residents[0]),
    "change_name": lambda lab: lab.municipality.change_name(lab.residents[0], "山田　花子"),
    "change_alias": lambda lab: lab.municipality.change_alias(lab.residents[0], "山田　花子"),
    "move_out": lambda lab: lab.municipality.move_out(lab.residents[0]),
    "record_death": lambda lab: lab.municipality.record_death(lab.residents[0]),
    "hotline": lambda lab: lab.hotline.suspend(lab.residents[0]),
    "hotline_card": lambda lab: lab.hotline.suspend(lab.residents[0], phone=False),
    "hotline_phone": lambda lab: lab.hotline.suspend(lab.residents[0], card=False),
    "report_lost": lambda lab: lab.municipality.report_lost(lab.residents[0]),
    "resume": lambda lab: lab.municipality.resume(lab.residents[0]),
    "return_card": lambda lab: lab.municipality.return_card(lab.residents[0]),
    "revoke": lambda lab: lab.municipality.revoke(lab.residents[0]),
    "owner_card": lambda lab: lab.online_desk.revoke(lab.residents[0].card, password="ABC123"),
    "owner_card_signing": lambda lab: lab.online_desk.revoke(
        lab.residents[0].card, password="ABC123", certificates="signing"
    ),
    "owner_phone": lambda lab: lab.online_desk.revoke(lab.phones[0], password=lab.phones[0]._phone.pins()["signing"]),
    "owner_phone_signing": lambda lab: lab.online_desk.revoke(
        lab.phones[0], password=lab.phones[0]._phone.pins()["signing"], certificates="signing"
    ),
    "owner_phone_by_card": lambda lab: lab.online_desk.revoke(
        lab.phones[0], password="ABC123", signed_with=lab.residents[0].card
    ),
    "auth_of_card": lambda lab: auth(lab, "card_auth").revoke(),  # type: ignore[attr-defined]
    "auth_of_phone": lambda lab: auth(lab, "phone_auth").revoke(),  # type: ignore[attr-defined]
    "auth_of_card_held": lambda lab: auth(lab, "card_auth").hold(),  # type: ignore[attr-defined]
    "reissue_signing": lambda lab: lab.municipality.reissue_signing(lab.residents[0]),
    "lost": lambda lab: lab.municipality.reissue(lab.residents[0]),
    "lost_special": lambda lab: lab.municipality.reissue(lab.residents[0], special=True),
    "damaged": lambda lab: lab.municipality.reissue(lab.residents[0], "damaged"),
    "revoked": lambda lab: lab.municipality.reissue(lab.residents[0], "revoked"),
    "renewal": lambda lab: (lab.advance_to("2029-11-19 09:00"), lab.municipality.renew(lab.residents[0])),
    "certificates_end": lambda lab: lab.advance_to("2030-02-17 23:59:59"),
    "card_ends": lambda lab: lab.advance_to("2035-02-17 23:59:59"),
}
WHEN = {
    "at_once": "2025-06-24 10:05",
    "9_min": "2025-06-24 10:14:59",
    "10_min": "2025-06-24 10:15",
    "same_day": "2025-06-24 23:59:59",
    "midnight": "2025-06-25",
    "7_days": "2025-07-01 10:05",
    "45_days": "2025-08-08 10:05",
    "89_days": "2025-09-22 10:04:59",
    "90_days": "2025-09-22 10:05",
}


def states(lab: Lab) -> list[str]:
    """Newest card, its two certificates, the phone's, the phone: Hanako's."""
    hanako = lab.residents[0]
    newest = {row.kind: row.state.name for row in lab.books.of_person(hanako.person)}
    kinds = ("card_auth", "card_sign", "phone_auth", "phone_sign")
    return [hanako.card_state().name, *(newest[kind] for kind in kinds), hanako.phones[0].state.name]


def done(acts: str, when: str, **parameters: object) -> Lab:
    """A copy in which these acts were done, at the instant of the table."""
    lab = lived_in(**parameters).fork()
    for act in acts.split(","):
        ACTS[act](lab)
    lab.advance_to(max(lab.now, at(WHEN[when])))
    return lab


@pytest.mark.parametrize(("acts", "when", "expected"), [(a, w, e) for a, w, *e in LIFE], ids=str)
def test_what_an_act_does(acts: str, when: str, expected: list[str]) -> None:
    """Card, certificates and phone are as the table says, and the neighbour's are untouched by it."""
    lab = done(acts, when)
    assert states(lab) == expected
    neighbours = {row.state.name for row in lab.books.of_person("person-2")}
    assert neighbours == ({"EXPIRED"} if acts in ("certificates_end", "card_ends") else {"GOOD"})


@pytest.mark.parametrize(("acts", "when", "expected"), [(a, w, e) for a, w, *e in LIFE], ids=str)
def test_signing_never_outlives_log_in_nor_the_card(acts: str, when: str, expected: list[str]) -> None:
    """In the table itself: wherever signing works, log-in on that device does, and on the card the card, too."""
    card, card_auth, card_sign, phone_auth, phone_sign, phone = expected
    assert not (card_sign == "GOOD" and (card_auth, card) != ("GOOD", "VALID"))
    assert not (phone_sign == "GOOD" and (phone_auth, phone) != ("GOOD", "HOLDS_CARD"))


ALL_HELD = "SUSPENDED ON_HOLD ON_HOLD ON_HOLD ON_HOLD HOLDS_CARD"


@pytest.mark.parametrize(
    ("acts", "when", "parameters", "expected"),
    [
        ("return_card", "at_once", {"card_end_ends_phone": False}, "REVOKED REVOKED REVOKED GOOD GOOD HOLDS_CARD"),
        ("lost", "at_once", {"card_end_ends_phone": False}, "REVOKED REVOKED REVOKED GOOD GOOD HOLDS_CARD"),
        ("damaged", "45_days", {"card_end_ends_phone": False}, "VALID GOOD GOOD GOOD GOOD HOLDS_CARD"),
        ("renewal", "at_once", {"card_end_ends_phone": False}, "VALID GOOD GOOD GOOD GOOD HOLDS_CARD"),
        ("report_lost", "at_once", {"card_stop_stops_phone": True}, ALL_HELD),
        ("hotline_card", "10_min", {"card_stop_stops_phone": True}, ALL_HELD),
        ("move", "at_once", {"signing_lapses": "at_once"}, "VALID GOOD REVOKED GOOD REVOKED HOLDS_CARD"),
        ("hotline", "at_once", {"hotline_delay": "0s"}, ALL_HELD),
        ("report_lost,resume", "at_once", {"hold_release": "all"}, "VALID GOOD GOOD GOOD GOOD HOLDS_CARD"),
        ("report_lost,resume", "at_once", {"hold_release": "never"}, "VALID ON_HOLD ON_HOLD GOOD GOOD HOLDS_CARD"),
        ("move_out", "7_days", {"moving_in_within": "7d"}, "REVOKED REVOKED REVOKED REVOKED REVOKED DEAD"),
        ("lost", "at_once", {"reissue_ordinary": "0s"}, "VALID GOOD GOOD REVOKED REVOKED DEAD"),
    ],
    ids=str,
)  # fmt: skip
def test_what_parameters_change(acts: str, when: str, parameters: dict[str, object], expected: str) -> None:
    """The same acts under another assumption."""
    assert states(done(acts, when, **parameters)) == expected.split()


@pytest.mark.parametrize("acts", sorted({row[0] for row in LIFE}))
def test_a_final_state_is_the_last_one(acts: str) -> None:
    """In each history at most one final state, and nothing after it."""
    lab = done(acts, "at_once")
    lab.advance("100d")
    for row in lab.books.certificates.values():
        passed = [past.state.name in FINAL for past in row.history]
        assert sum(passed[:-1]) == 0


@pytest.mark.parametrize("acts", sorted({row[0] for row in LIFE}))
def test_what_follows_from_an_act_comes_once(acts: str, tmp_path: object) -> None:
    """Saved and opened again, now and after a hundred days, it is the same lab, and goes on alike."""
    lab = done(acts, "at_once")
    for _ in range(2):
        again = Lab.open(lab.save(f"{tmp_path}/a.mynalab"))
        assert list(again.log) == list(lab.log)
        assert states(again) == states(lab)
        assert [again.advance("60d"), *again.log] == [lab.advance("60d"), *lab.log]
        again.close()


REASONS = {
    "move": ("midnight", "card_sign", "AFFILIATION_CHANGED", "moved"),
    "change_name": ("midnight", "phone_sign", "AFFILIATION_CHANGED", "renamed"),
    "record_death": ("at_once", "phone_auth", "CESSATION_OF_OPERATION", "death"),
    "move_out": ("90_days", "card_auth", "CESSATION_OF_OPERATION", "no_address"),
    "return_card": ("at_once", "phone_auth", "CESSATION_OF_OPERATION", "card_revoked"),
    "revoke": ("at_once", "card_auth", "CESSATION_OF_OPERATION", "owner_at_window"),
    "owner_card": ("at_once", "card_sign", "CESSATION_OF_OPERATION", "owner_online"),
    "lost": ("at_once", "card_auth", "CESSATION_OF_OPERATION", "card_lost"),
    "damaged": ("45_days", "phone_auth", "SUPERSEDED", "card_replaced"),
    "renewal": ("at_once", "phone_sign", "SUPERSEDED", "renewed"),
}


@pytest.mark.parametrize("act", REASONS)
def test_why_a_certificate_was_revoked(act: str) -> None:
    """The CRLReason that lists and answers give, and what led to it for people."""
    when, kind, *why = REASONS[act]
    lab = done(act, when)
    past = next(r.history[-1] for r in lab.books.of_person("person-1") if r.kind == kind and r.state.name == "REVOKED")
    assert [past.reason, past.cause] == why
