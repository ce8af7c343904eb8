"""The public names as a Tab key sees them; as a type checker sees them: tests/typed, read by ``mypy``."""

from __future__ import annotations

import re

import pytest

from myna_lab import Lab
from myna_lab.errors import MisuseError
from myna_lab.residents import Attributes, given

OF_A_LAB = (
    "advance advance_to android ask bank books card_anchors certificates clinic close convenience_store copy_of "
    "counter desk errands explain fork hotline iphone kiosk log municipality now of online_desk open outage "
    "parameters phones police portal private_service records resident residents revocation save seed services "
    "shop tables world"
)
OF_A_FLOW = (
    "app asks back body close do fact finished flow may next notice number offers_same own_entry phone run screen title"
)


def listed(thing: object) -> str:
    return " ".join(name for name in dir(thing) if not name.startswith("_"))


def test_each_attribute_of_a_resident_is_typed() -> None:
    """What a type checker lets pass is what is checked at run time, no more and no less."""
    assert set(Attributes.__annotations__) == set(given._CHECKS)


def test_the_tab_key_shows_what_a_learner_may_use() -> None:
    """A lab and a set-up list these names, no machinery; and no repr shows an address in memory."""
    lab = Lab(seed=7)
    hanako = lab.resident()
    phone = lab.iphone(hanako)
    flow = phone.add_card()
    assert listed(lab) == OF_A_LAB
    assert listed(flow) == OF_A_FLOW
    assert listed(lab.log) == "about", "a log to read: what writes it is the world's"
    shown = [
        lab,
        hanako,
        phone,
        flow,
        hanako.card,
        lab.world,
        lab.log,
        lab.books,
        lab.tables,
        lab.revocation,
        lab.portal,
    ]
    shown += [
        lab.certificates()[0],
        lab.world.things,
        lab.world.agenda,
        lab.residents,
        lab.parameters,
        lab.world.office,
    ]
    assert [repr(one) for one in shown if re.search(r" at 0x|object at", repr(one))] == []


def test_residents_are_asked_by_name() -> None:
    """By whole name, surname, given name or identifier; the nearest name is suggested; of two nobody is guessed."""
    lab = Lab(seed=7)
    hanako, taro = lab.resident(name="青葉　花子"), lab.resident(name="青葉　太郎")
    for name in ("青葉　花子", "青葉 花子", "花子", hanako.person):
        assert lab.residents(name) == hanako
    assert tuple(lab.residents) == (hanako, taro)
    with pytest.raises(MisuseError, match="person-1, person-2 have the name '青葉'"):
        lab.residents("青葉")
    with pytest.raises(MisuseError, match=r"no resident has the name '青葉 花'\. Did you mean '青葉 花子'\?"):
        lab.residents("青葉　花")
    with pytest.raises(MisuseError, match="a name is text"):
        lab.residents(7)  # type: ignore[arg-type]
