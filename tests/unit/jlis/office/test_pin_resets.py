"""A PIN set anew without the old one: who may, by hand; the way by command does not exist."""

from __future__ import annotations

import pytest
from article import resident

from myna_lab import Lab
from myna_lab import events as ev
from myna_lab.errors import MisuseError, Refused
from myna_lab.jlis.office import PIN_RESETS
from myna_lab.lab import Holder
from myna_lab.texts import both, text

USER, SIGNING, INPUT_AID = "user_authentication", "signing", "input_aid"
REFERENCES = {USER: "jpki/0018", SIGNING: "jpki/001B", INPUT_AID: "text/0011"}
MOST = {USER: 3, SIGNING: 5, INPUT_AID: 3}
NEW = {USER: "8888", SIGNING: "ASHITA2026", INPUT_AID: "7777"}
#   which     where      blocked before          answer
RESETS = [
    (USER, "window", (), ""),
    (USER, "window", (USER,), ""),
    (USER, "window", (USER, SIGNING), ""),
    (SIGNING, "window", (SIGNING,), ""),
    (SIGNING, "window", (USER, SIGNING), ""),
    (INPUT_AID, "window", (INPUT_AID,), ""),
    (USER, "store", (), ""),
    (USER, "store", (USER,), ""),
    (USER, "store", (USER, INPUT_AID), ""),
    (USER, "store", (SIGNING,), "other_pin_blocked"),
    (USER, "store", (USER, SIGNING), "other_pin_blocked"),
    (SIGNING, "store", (SIGNING,), ""),
    (SIGNING, "store", (USER, SIGNING), "other_pin_blocked"),
    (INPUT_AID, "store", (), "not_reset_here"),
    (INPUT_AID, "store", (INPUT_AID,), "not_reset_here"),
]


@pytest.fixture(scope="module")
def made() -> Lab:
    """A lab with one resident, who has a phone."""
    lab = Lab(seed=7)
    lab.iphone(resident(lab))
    return lab


@pytest.fixture
def holder(made: Lab) -> Holder:
    """She, in a copy."""
    return made.fork().residents[0]


def _block(holder: Holder, *pins: str) -> None:
    events = [ev.ReferenceDataRefused(holder.card.name, REFERENCES[pin], 0) for pin in pins]
    if events:
        holder.world.record(events)


def _reset(holder: Holder, pin: str, where: str, new: str = "") -> None:
    """At the window, or by the app and a store's kiosk, where the other PIN is typed."""
    lab, card, new = Lab.of(holder.world), holder.card, new or NEW[pin]
    if where == "window":
        lab.municipality.unblock(card, pin, new)
    else:
        lab.kiosk.register(card, pin, phone=lab.phones[0])
        memory = holder._memory
        lab.kiosk.reset_pin(
            card, pin, new, other=memory.signing_password if pin == USER else memory.user_authentication_pin
        )


@pytest.mark.parametrize(("pin", "where", "blocked", "answer"), RESETS)
def test_each_way(holder: Holder, pin: str, where: str, blocked: tuple[str, ...], answer: str) -> None:
    """What works gives a full counter and leaves the other PINs alone; a refusal is recorded, and changes nothing."""
    _block(holder, *blocked)
    left = {each: 0 if each in blocked else MOST[each] for each in REFERENCES}
    before = len(holder.world.log)
    if answer:
        with pytest.raises(Refused) as refused:
            _reset(holder, pin, where)
        assert refused.value.code == answer
        assert [entry.name for entry in holder.world.log[before:]] == ["RequestRefused"]
    else:
        _reset(holder, pin, where)
        left[pin] = MOST[pin]
        done = holder.world.log[-2:]
        assert [entry.name for entry in done] == ["ReferenceDataUnblocked", "ReferenceDataChanged"]
        assert done[0].event.where == where
    assert {each: holder.card.tries_left(ref) for each, ref in REFERENCES.items()} == left


def test_the_new_value_opens_the_card(holder: Holder) -> None:
    """The chip takes it, small letters raised; the old one is wrong now; and the holder remembers it."""
    _reset(holder, USER, "window")
    _reset(holder, SIGNING, "store", "ashita2026")
    lab = Lab.of(holder.world)
    asked = [lab.portal.log_in(holder.card, "8888"), lab.desk.accept(holder.card, password="ASHITA2026")]
    assert [(verdict.accepted, verdict.code) for verdict in asked] == [(True, "accepted")] * 2
    old = lab.portal.log_in(holder.card, "2222")
    assert (old.accepted, old.code) == (False, "pin_wrong")
    assert (holder._memory.user_authentication_pin, holder._memory.signing_password) == ("8888", "ASHITA2026")


def test_a_card_without_sign_password_has_none_to_reset() -> None:
    """Under 15 there is no sign certificate and no password; the window gives none either."""
    child = Lab(seed=7).resident(born="2015-01-01")
    with pytest.raises(Refused) as refused:
        _reset(child, SIGNING, "window")
    assert refused.value.code == "not_reset_here"


def test_a_malformed_value_is_not_quoted(holder: Holder) -> None:
    """It is refused by its form, and stands in no error."""
    for where in ("window", "store"):
        with pytest.raises(MisuseError, match="has not the form") as refused:
            _reset(holder, USER, where, "98765")
        assert "98765" not in str(refused.value) + repr(refused.value.values)


def test_a_holder_has_no_door_of_her_own(holder: Holder) -> None:
    """PINs are reset at offices only: hours, the app's step and the record of a refusal are theirs."""
    assert not hasattr(holder, "reset_pin")


def test_the_rules_by_hand() -> None:
    """Four ways: who, whose, which PINs, and whether the other one must work."""
    assert [(row.where, row.of, row.pins, row.other_works) for row in PIN_RESETS] == [
        ("window", "card", (USER, SIGNING, INPUT_AID), False),
        ("store", "card", (USER, SIGNING), True),
        ("app", "phone", (USER, SIGNING), False),
        ("set_up", "phone", (USER, SIGNING), False),
    ]
    assert all(row.needs and row.basis.partition(":")[0] for row in PIN_RESETS)
    assert {row.where for row in PIN_RESETS} - {"set_up"} == {
        where for where in ("window", "store", "app") if both(f"word.reset_at.{where}")
    }


@pytest.mark.parametrize("key", ["screen.PIN_BLOCKED.body", "word.happened.ReferenceDataRefused_blocked"])
def test_the_texts_say_the_same(key: str) -> None:
    """Window, and store while the other still works: in both languages, with no text that says "only"."""
    ja, en = text(key, "ja"), text(key, "en")
    assert "窓口" in ja and "コンビニ" in ja and "もう一方" in ja and "しか" not in ja
    assert "window" in en and "store" in en and "as long as the other one still works" in en and "Only the" not in en


def test_only_a_lab_may_reset(holder: Holder) -> None:
    """The rules decide and change nothing; a plastic card has no app, a phone no window."""
    decision = holder.world.office.reset_pin(holder.card, USER, "8888", where="window")
    assert len(decision.events) == 2 and holder._memory.user_authentication_pin == "2222"
    for where in ("app", "set_up"):
        with pytest.raises(MisuseError, match="resetting is one of window, store"):
            holder.world.office.reset_pin(holder.card, USER, "8888", where=where)
