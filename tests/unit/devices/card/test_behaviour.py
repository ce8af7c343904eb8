"""What is assumed about the chip: each assumption is a parameter, and moves the answer that it is about."""

from __future__ import annotations

import cards
import pytest
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.hashes import SHA256

from myna_lab import Lab
from myna_lab.devices.card import Behaviour, Chip
from myna_lab.keys import rsa_key
from myna_lab.parameters import Parameters

JPKI, TEXT = "00A4040C0AD392F000260100000001", "00A4040C0AD3921000310001010408"
PIN = "0020009804" + cards.USER_PIN.encode().hex()
A = "002000940C" + cards.MY_NUMBER.encode().hex()
CASES = {
    # parameter: (value, commands before, command, usual answer, answer with that value)
    "card_sw_no_current_file": ("6985", JPKI, "00B0000000", "6986", "6985"),
    "card_sw_change_before_verify": ("6985", JPKI, "002401980430303030", "6982", "6985"),
    "card_sw_bad_new_pin": ("6700", f"{JPKI} {PIN}", "0024019803303030", "6A80", "6700"),
    "card_sw_unsignable_length": ("6985", f"{JPKI} {PIN}", "802A0297014100", "6700", "6985"),
    "card_sw_unsignable_length ": ("6985", f"{JPKI} {PIN}", "802A009700", "6700", "6985"),
    "card_query_when_verified": ("9000", f"{JPKI} {PIN}", "00200098", "63C3", "9000"),
    "card_wrong_length_costs_a_try": ("false", JPKI, "0020009803303030", "63C2", "6700"),
    "card_query_with_le": ("63Cx", JPKI, "0020009800", "6700", "63C3"),
    "card_reselect_keeps_verified": ("false", f"{JPKI} {PIN} {JPKI}", "802A0097014100", "9000", "6982"),
    "card_warm_reset_keeps_verified": ("false", f"{JPKI} {PIN} reset {JPKI}", "802A0097014100", "9000", "6982"),
    "card_digests_open_with_a": ("false", f"{TEXT} {A}", "00B0830001", "9000", "6982"),
}


def _answer(behaviour: Behaviour, before: str, command: str) -> str:
    chip = Chip("card-1", cards.plastic(), key=rsa_key, behaviour=behaviour)
    for earlier in before.split():
        chip.reset() if earlier == "reset" else chip.transmit(bytes.fromhex(earlier))
    return chip.transmit(bytes.fromhex(command))[-2:].hex().upper()


def test_the_parameters_begin_as_the_chip_does() -> None:
    """A chip without parameters behaves as the defaults of parameters.toml say."""
    assert Behaviour.of(Parameters()) == Behaviour()


@pytest.mark.parametrize("name", CASES)
def test_each_assumption_can_be_changed(name: str) -> None:
    """Overriding the parameter changes exactly the answer that it is about."""
    value, before, command, usual, changed = CASES[name]
    assert _answer(Behaviour(), before, command) == usual
    assert _answer(Behaviour.of(Parameters({name.strip(): value})), before, command) == changed


@pytest.mark.parametrize("length", [0, 32])
def test_the_salt_of_pss_is_a_parameter(length: int) -> None:
    """A PSS signature verifies with the salt length that the parameter names."""
    behaviour = Behaviour.of(Parameters({"card_pss_salt_length": length}))
    chip = Chip("card-1", cards.plastic(), key=rsa_key, behaviour=behaviour)
    for command in (JPKI, PIN):
        chip.transmit(bytes.fromhex(command))
    signature = chip.transmit(bytes.fromhex("802A059704") + b"TEST\0")[:-2]
    rsa_key(cards.KEYS["auth"]).public_key().verify(signature, b"TEST", PSS(MGF1(SHA256()), length), SHA256())


def test_wrong_lengths_of_numbers_may_cost_nothing() -> None:
    """With that parameter off a verification number of another length is 6700, and the right one still opens."""
    behaviour = Behaviour(wrong_length_costs_a_try=False)
    assert _answer(behaviour, TEXT, "0020009401" + "30") == "6700"
    assert _answer(behaviour, TEXT, A) == "9000"


@pytest.mark.parametrize("keeps", [True, False])
def test_the_loss_of_power_forgets_always(keeps: bool) -> None:
    """Power-off, and taking the card out of a reader, end what was verified, whatever the parameters say."""
    chip = Chip("card-1", cards.plastic(), key=rsa_key, behaviour=Behaviour(warm_reset_keeps_verified=keeps))

    def opened() -> str:
        return chip.transmit(bytes.fromhex("802A0097014100"))[-2:].hex().upper()

    for command in (JPKI, PIN):
        chip.transmit(bytes.fromhex(command))
    assert opened() == "9000"
    chip.power_off()
    chip.transmit(bytes.fromhex(JPKI))
    assert opened() == "6982"
    chip.transmit(bytes.fromhex(PIN))
    with chip.connect():
        pass
    chip.transmit(bytes.fromhex(JPKI))
    assert opened() == "6982"


def test_a_warm_reset_leaves_the_application_and_no_file() -> None:
    """After it the application is selected as before, the current file is gone, and the tries are what they were."""
    chip = Chip("card-1", cards.plastic(), key=rsa_key)
    for command in (JPKI, "00A4020C020018", "002000800430303030"):
        chip.transmit(bytes.fromhex(command))
    chip.reset()
    assert chip.transmit(bytes.fromhex("00200080")).hex() == "6986"
    assert chip.transmit(bytes.fromhex("00200098")).hex() == "63c2"


def test_every_case_has_its_parameter() -> None:
    """Each parameter of the card that begins with card_ and is about an answer is tried above."""
    names = {name for name in Parameters() if name.startswith("card_")}
    of_the_life_cycle = {"card_birthdays_adult", "card_birthdays_minor", "card_stop_stops_phone", "card_end_ends_phone"}
    assert names - set(CASES) == {"card_pss_salt_length"} | of_the_life_cycle


def test_a_labs_cards_behave_as_its_parameters_say() -> None:
    """Overrides of a lab reach its chips: tries, status words and the answer to reset."""
    lab = Lab(seed=7, parameters={"card_sw_no_current_file": "6985", "birth_number_tries": 4, "atr": "3B00"})
    card = lab.resident().card
    card.transmit(bytes.fromhex(JPKI))
    assert card.transmit(bytes.fromhex("00B0000000")).hex() == "6985"
    assert card.tries_left("visual/0011") == 4
    assert card.transmit(bytes.fromhex("00CA5F5100")).hex() == "009000"
