"""Characters that a signing certificate cannot have are replaced, and flagged one by one."""

from __future__ import annotations

import pytest

from myna_lab import Lab
from myna_lab.errors import MisuseError
from myna_lab.parameters import Parameters
from myna_lab.world.certificates import Certificate


def values(certificate: Certificate) -> dict[str, str]:
    return {field.name: field.value for field in certificate.fields()}


@pytest.mark.parametrize(
    ("name", "written", "flags"),
    [
        ("山田　花子", "山田　花子", "00000"),
        ("髙﨑　德子", "〓〓　〓子", "11010"),
        ("𠮷田　𩸽", "〓田　〓", "1001"),
        ("草彅　侔", "草彅　侔", "0000"),  # supplementary kanji
        ("渡邊　花子", "渡邊　花子", "00000"),  # level 2
        ("辻\U000e0100　花子", "〓　花子", "1000"),  # a variant by selector is one character
        ("㐂　花子", "〓　花子", "1000"),
        ("〓　花子", "〓　花子", "0000"),  # the sign itself is of JIS
        ("José　Núñez", "José　Núñez", "0" * 10),
        ("ﾔﾏﾀﾞ　花子", "〓〓〓〓　花子", "1111000"),  # half-width katakana
    ],
)
def test_a_name_is_written_in_the_letters_of_jis(name: str, written: str, flags: str) -> None:
    """Levels 1 and 2 of JIS X 0208 and JIS X 0212 stay; every other character is one substitute with its flag."""
    lab = Lab(seed=7)
    holder = lab.resident(name=name)
    own = values(lab.certificates(holder, kind="card_sign")[0])
    assert own["common_name"] == written
    assert own["substitute_character_of_common_name"].endswith(f"({flags})")
    assert holder.name == name, "the register keeps it"


@pytest.mark.parametrize(
    ("given", "kept", "flags"),
    [
        ("か\u3099んも　ハ\u309aパ", "がんも　パパ", "000000"),
        ("Jose\u0301　Nu\u0301n\u0303ez", "José　Núñez", "0" * 10),
        ("\ufa19　花子", "\ufa19　花子", "1000"),  # a compatibility ideograph is another character
    ],
)
def test_letters_and_their_marks_are_one_character(given: str, kept: str, flags: str) -> None:
    """A name as macOS decomposes it is the name: no mark becomes a substitute, and no other character changes."""
    lab = Lab(seed=7)
    holder = lab.resident(name=given)
    own = values(lab.certificates(holder, kind="card_sign")[0])
    assert holder.name == kept and own["substitute_character_of_common_name"].endswith(f"({flags})")


def test_an_address_too() -> None:
    """The same in an address; a full-width hyphen, written in two ways, is of JIS in both."""
    lab = Lab(seed=7, parameters={"substitute_character": "＿"})
    holder = lab.resident(address="青波県灯台市𡈽町１－２−３～４", prefecture="青波県", city="灯台市")
    own = values(lab.certificates(holder, kind="card_sign")[0])
    assert own["address"] == "青波県灯台市＿町１－２−３～４"
    assert own["substitute_character_of_address"] == "7 (000000100000000)"


def test_a_phone_states_the_same() -> None:
    """The phone's certificate is for the same person in the same letters."""
    lab = Lab(seed=7)
    lab.iphone(lab.resident(name="𠮷田　花子")).add_card().run()
    card, phone = (values(lab.certificates(kind=kind)[0]) for kind in ("card_sign", "phone_sign"))
    for field in ("common_name", "substitute_character_of_common_name", "address"):
        assert card[field] == phone[field]


@pytest.mark.parametrize("given", ["", "〓〓", "a", "ｱ", "𠮷", "髙"])
def test_a_substitute_is_one_character_of_jis(given: str) -> None:
    """Anything that would need a substitute itself is refused when the parameters are read."""
    with pytest.raises(MisuseError, match="one character of JIS"):
        Parameters({"substitute_character": given})


@pytest.mark.parametrize(
    "overrides",
    [{"crl_validity": "23h"}, {"crl_period": "7d"}, {"crl_validity": "1d", "crl_switch_over": "10min"}],
)
def test_lists_leave_no_gap(overrides: dict[str, object]) -> None:
    """A list serves until the next one is given, or the parameters are refused."""
    with pytest.raises(MisuseError, match="times without a valid list"):
        Parameters(overrides)
    Parameters({"crl_validity": "1d"})
