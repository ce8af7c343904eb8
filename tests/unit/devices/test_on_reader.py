"""A session that outlives its program: the chip keeps what was verified until another application or no power."""

from __future__ import annotations

import pytest
from article import resident

from myna_lab import Lab
from myna_lab.devices import terminal
from myna_lab.devices.on_reader import ENDINGS, OnReader, after_each_ending
from myna_lab.errors import CardRefused

USUAL = {
    "leaves the card": "9000",
    "resets it warm": "9000",
    "selects the same application": "9000",
    "selects another application": "6982",
    "takes it away": "6982",
}
"""How the first program ends, and what the chip answers when the next one asks for a signature without a PIN."""
OTHERWISE = {
    "card_warm_reset_keeps_verified": {**USUAL, "resets it warm": "6982"},
    # the next program selects the application, too, and what was verified is forgotten then
    "card_reselect_keeps_verified": dict.fromkeys(USUAL, "6982"),
}


def test_what_the_next_program_gets() -> None:
    """With the usual values: it signs without a PIN, unless another application was selected or the power went."""
    card = resident(Lab(seed=7)).card
    rows = after_each_ending(card, "2222")
    assert {row.ending: row.sw for row in rows} == USUAL and list(ENDINGS) == list(USUAL)
    assert all(row.signs is (row.sw == "9000") for row in rows)


@pytest.mark.parametrize("parameter", OTHERWISE)
def test_two_parameters_say_otherwise(parameter: str) -> None:
    """A card on which a warm reset or a SELECT of the same application forgets."""
    card = resident(Lab(seed=7, parameters={parameter: False})).card
    assert {row.ending: row.sw for row in after_each_ending(card, "2222")} == OTHERWISE[parameter]


def test_a_phone_on_the_reader_is_no_better() -> None:
    """The applet of a phone is a chip as well, and it has no other application that a program could select."""
    lab = Lab(seed=7)
    phone = lab.android(resident(lab))
    phone.add_card().run(same_pins=True)
    assert phone.chip is not None
    assert {row.ending: row.sw for row in after_each_ending(phone.chip, "2222")} == {
        **USUAL,
        "selects another application": "9000",
    }


def test_a_service_takes_the_card_away() -> None:
    """Who reads the same card elsewhere ends the session: it cannot be in two fields."""
    lab = Lab(seed=7)
    card = resident(lab).card
    reader = OnReader(card)
    with reader.program() as transmit:
        terminal.authenticate(transmit, b"TEST", pin="2222")
    lab.portal.log_in(card, "2222")
    with reader.program() as transmit, pytest.raises(CardRefused) as refused:
        terminal.select_application(transmit, terminal.AID_JPKI)
        terminal.sign(transmit, terminal.KEYS["auth"], b"TEST")
    assert refused.value.sw == 0x6982


def test_a_wrong_pin_opens_nothing_and_costs_a_try() -> None:
    """The first program's PIN is compared by the chip, as always."""
    card = resident(Lab(seed=7)).card
    with pytest.raises(CardRefused) as refused:
        after_each_ending(card, "0000")
    assert (refused.value.code, refused.value.tries_left, card.tries_left("jpki/0018")) == ("pin_wrong", 2, 2)
