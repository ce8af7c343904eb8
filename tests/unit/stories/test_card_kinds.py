"""The kinds of cards that lessons ask for, and the table of what is on a chip."""

from __future__ import annotations

import pytest
from article import answered

from myna_lab import Lab
from myna_lab.devices.card import Chip
from myna_lab.devices.card.security_status import SECURITY_STATUS_RULES, diagram
from myna_lab.errors import MisuseError
from myna_lab.lab.handles import Holder
from myna_lab.stories.card_kinds import card_of_kind, variants

JPKI = "00A4040C0AD392F000260100000001"


@pytest.fixture(scope="module")
def holders() -> dict[str, Holder]:
    """One holder of each kind, each in a lab of her own."""
    return {name: card_of_kind(Lab(seed=7), name) for name in variants()}


def _send(chip: Chip, *commands: str) -> str:
    return [chip.transmit(bytes.fromhex(command)) for command in commands][-1].hex()


def test_every_kind_is_described_in_both_languages() -> None:
    """Each row says what it is, in Japanese and in English."""
    assert set(variants()) == {
        "ordinary",
        "under_15",
        "expired",
        "blocked",
        "one_try_lost",
        "licence",
        "licence_with_pin",
        "foreign_resident",
    }
    assert all(kind.en and kind.ja for kind in variants().values())


def test_a_child_has_no_sign_certificate(holders: dict[str, Holder]) -> None:
    """EF 0008 says so, EF 0001 is empty, there is no signing key and no signing password, on the slip neither."""
    card = holders["under_15"].card
    assert _send(card, JPKI, "00B0880003") == "008f009000"
    table = card.files()
    assert table.loc[["jpki/0001", "jpki/001A", "jpki/001B"], "size"].isna().all()
    assert table.loc["jpki/001B", "tries_left"] == 0
    assert _send(card, JPKI, "0020009B") == "63c0"
    child = holders["under_15"]
    assert child._resident.signing_password not in str(child.slip) and "Signing password" not in str(child.slip)
    assert "Signing password" in str(holders["ordinary"].slip)
    assert table.loc["jpki/000A", "size"] > 1000


def test_an_expired_card_answers_and_is_refused(holders: dict[str, Holder]) -> None:
    """The chip knows no time and signs; the portal sees that the certificate has ended."""
    holder = holders["expired"]
    assert holder.card_expires < holder.world.now
    pin = holder._resident.user_authentication_pin
    assert _send(holder.card, JPKI, "0020009804" + pin.encode().hex(), "802A0097014100")[-4:] == "9000"
    assert answered(Lab.of(holder.world).portal.log_in(holder.card, pin=pin)) == "expired"


@pytest.mark.parametrize(
    ("kind", "user", "sign"), [("ordinary", 3, 5), ("one_try_lost", 2, 5), ("blocked", 0, 0), ("licence", 3, 5)]
)
def test_counters_are_where_the_kind_says(holders: dict[str, Holder], kind: str, user: int, sign: int) -> None:
    """Wrong values were presented as often as the row says, and nothing else was touched."""
    table = holders[kind].card.files()
    assert (table.loc["jpki/0018", "tries_left"], table.loc["jpki/001B", "tries_left"]) == (user, sign)
    assert table.loc["text/0011", "tries_left"] == 3


@pytest.mark.parametrize(
    "overrides",
    [
        {"user_authentication_pin_tries": 15, "signing_password_tries": 1},
        {"user_authentication_pin_tries": 2, "card_wrong_length_costs_a_try": False},
    ],
)
def test_counters_are_there_with_other_parameters(overrides: dict[str, object]) -> None:
    """However many tries there are, a blocked card is blocked, and one try lost is one."""
    lab = Lab(seed=7, parameters=overrides)
    blocked, lost = card_of_kind(lab, "blocked").card, card_of_kind(lab, "one_try_lost").card
    assert (blocked.tries_left("jpki/0018"), blocked.tries_left("jpki/001B")) == (0, 0)
    assert lost.tries_left("jpki/0018") == lab.parameters.count("user_authentication_pin_tries") - 1


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [("under_15", "sign_certificate_minimum_age", 12), ("one_try_lost", "user_authentication_pin_tries", 1)],
)
def test_a_kind_that_cannot_be_is_refused(kind: str, name: str, value: int) -> None:
    """A card that would not be what its kind says is not made; the parameter is named."""
    lab = Lab(seed=7, parameters={name: value})
    with pytest.raises(MisuseError, match=name):
        card_of_kind(lab, kind)
    assert not lab.residents


def test_the_right_pin_does_not_open_a_blocked_card(holders: dict[str, Holder]) -> None:
    """A blocked card answers 6984 to the right PIN."""
    pin = holders["blocked"]._resident.user_authentication_pin
    assert _send(holders["blocked"].card, JPKI, "0020009804" + pin.encode().hex()) == "6984"


def test_the_licence_is_listed_only_where_it_is(holders: dict[str, Holder]) -> None:
    """The table of files has the licence's rows on the card with a licence, and on no other."""
    for kind in ("licence", "licence_with_pin", "ordinary"):
        assert ("licence/001B" in holders[kind].card.files().index) == (holders[kind].licence is True)
    assert holders["licence"].licence


def test_a_foreign_resident_has_her_own_name_on_the_card(holders: dict[str, Holder]) -> None:
    """The Latin name stands in the text application, and the card ends with the stay."""
    holder = holders["foreign_resident"]
    pin = holder._resident.input_aid_pin
    items = _send(holder.card, "00A4040C0AD3921000310001010408", "0020009104" + pin.encode().hex(), "00B08200000000")
    assert "SAMPLE\u3000MARIA".encode().hex() in items
    assert (holder.card_expires - holder.world.now).days == 900


def test_an_unknown_kind_is_a_misuse() -> None:
    """The message lists what there is."""
    with pytest.raises(MisuseError, match="foreign_resident"):
        card_of_kind(Lab(seed=7), "golden")
    with pytest.raises(MisuseError, match="foreign_resident"):
        card_of_kind(Lab(seed=7), "golden")


def test_a_lab_makes_cards_of_a_kind() -> None:
    """A notebook asks its lab for a kind; the holder lives there and her card is what the kind says."""
    lab = Lab(seed=7)
    holder = card_of_kind(lab, "blocked")
    assert lab.residents == (holder,)
    assert holder.card.tries_left("jpki/0018") == 0
    assert card_of_kind(lab).card.tries_left("jpki/0018") == 3


def test_reference_data_of_an_absent_application_are_a_misuse(holders: dict[str, Holder]) -> None:
    """A card without licence has no licence PIN to ask for; the key that is always blocked says 0, as the card does."""
    card = holders["ordinary"].card
    for ask in (card.tries_left, card.status):
        with pytest.raises(MisuseError, match="text/0011") as refused:
            ask("licence/0006")
        assert refused.value.code == "unknown_reference"
    assert holders["licence"].card.tries_left("licence/0006") == 10
    assert card.tries_left("text/0012") == card.files().loc["text/0012", "tries_left"] == 0


def test_the_table_of_files_holds_no_secret(holders: dict[str, Holder]) -> None:
    """Every row has an application, a kind and a meaning; My Number, PINs and portrait are not in it."""
    card, person = holders["licence"].card, holders["licence"]._resident
    table = card.files()
    text = table.to_csv()
    assert len(table) > 60
    assert (table[["application", "kind", "meaning"]] != "").all(axis=None)
    assert list(table.columns) == ["application", "kind", "meaning", "read", "use", "size", "tries_left"]
    for secret in (person.my_number, person.user_authentication_pin, person.signing_password, person.name):
        assert secret not in text


def test_a_phone_lists_its_jpki_application_alone() -> None:
    """In a secure element there is neither card manager nor card face."""
    lab = Lab(seed=7)
    phone = lab.iphone(lab.resident())
    phone.add_card().run()
    assert phone.chip is not None
    assert {name.partition("/")[0] for name in phone.chip.files().index} == {"jpki"}


def test_the_security_state_is_drawn() -> None:
    """The Mermaid diagram starts where a chip starts and tells each event of the rules."""
    drawn = diagram()
    assert drawn.startswith("stateDiagram-v2\n") and "    [*] --> NOT_VERIFIED\n" in drawn
    assert all(rule.on in drawn for rule in SECURITY_STATUS_RULES)
