"""Who may read and use what: every row of every application, with each PIN."""

from __future__ import annotations

import cards
import pytest

from myna_lab.devices.card import PROFILES, CardContents, Chip
from myna_lab.devices.card.chip_kinds import rows
from myna_lab.devices.card.structure import DedicatedFile, ElementaryFile, Kind
from myna_lab.keys import rsa_key

FREE = "free"
OPENED_BY = {
    # plastic card: what opens each file, or lets each key sign (card facts 1.2 to 1.4)
    "jpki/0001": {"001B"},
    "jpki/0002": FREE,
    "jpki/0006": FREE,
    "jpki/0008": FREE,
    "jpki/0009": set(),
    "jpki/000A": FREE,
    "jpki/000B": FREE,
    "jpki/0017": {"0018"},
    "jpki/001A": {"001B"},
    "text/0001": {"0011", "0014"},
    "text/0002": {"0011", "0015"},
    "text/0003": {"0011", "0014", "0015"},
    "text/0004": FREE,
    "text/0005": FREE,
    "text/0006": {"0011", "0014", "0015"},
    "text/0007": {"0011", "0014", "0015"},
    "text/0008": FREE,
    "text/0013": FREE,
    "visual/0001": {"0011"},
    "visual/0002": {"0012", "0013"},
    "visual/0003": FREE,
    "visual/0004": FREE,
    "visual/0005": {"0013"},
    "visual/0006": {"0012", "0013"},
    "visual/0014": FREE,
    "common/0001": FREE,
    "common/0002": FREE,
    "common/0019": FREE,
    "juki/0002": FREE,
    "licence/001A": FREE,
    "licence/001B": {"0006"},
    "licence/001C": {"0006"},
}
ON_PHONES = {"jpki/000A": {"0018"}}
"""What differs in a phone's secure element."""
VALUES = {
    "jpki/0018": cards.USER_PIN,
    "jpki/001B": cards.SIGN_PASSWORD,
    "text/0011": cards.INPUT_AID_PIN,
    "text/0014": cards.MY_NUMBER,
    "text/0015": "55021720352285",
    "visual/0011": "550217",
    "visual/0012": "55021720352285",
    "visual/0013": cards.MY_NUMBER,
    "common/001C": cards.REGISTER_PIN,
    "juki/001C": cards.REGISTER_PIN,
    "licence/0006": cards.LICENCE_PIN,
}
CONTENTS = {
    "plastic": cards.plastic(driving=cards.licence()),
    "iphone": cards.phone("iphone"),
    "android": cards.phone("android"),
}
CASES = [(profile, a, row) for profile, applications in PROFILES.items() for a in applications for row in a.files]


def _chip(profile: str, application: DedicatedFile, verified: str | None = None) -> Chip:
    """A chip with an application selected, and one reference data of it verified."""
    chip = Chip("card-1", CONTENTS[profile], key=rsa_key)
    assert _send(chip, f"00A4040C{len(application.aid):02X}{application.aid.hex()}") == "9000"
    if verified:
        value = VALUES[f"{application.name}/{verified}"].encode()
        assert _send(chip, f"00A4020C02{verified}") == "9000"
        assert _send(chip, f"00200080{len(value):02X}{value.hex()}") == "9000"
    return chip


def _send(chip: Chip, command: str) -> str:
    return chip.transmit(bytes.fromhex(command))[-2:].hex().upper()


def _use(chip: Chip, row: ElementaryFile) -> str:
    """The status word of reading a file, or of using a key in its own way."""
    assert _send(chip, f"00A4020C02{row.identifier:04X}") == "9000"
    if row.kind is Kind.RECORDS:
        return _send(chip, "00B2010400")
    if row.kind is Kind.KEY:
        return _send(chip, "008800800141" + "00" if row.authenticates else "802A00800141" + "00")
    return _send(chip, "00B0000000")


@pytest.mark.parametrize(("profile", "application", "row"), CASES, ids=lambda value: str(value))
def test_each_file_and_key_opens_for_its_pins_only(
    profile: str, application: DedicatedFile, row: ElementaryFile
) -> None:
    """A file or key answers 9000 after each of its PINs, and 6982 after none or any other."""
    references = [r.identifier for r in application.files if r.kind is Kind.REFERENCE and r.reference in VALUES]
    for verified in [None, *(f"{identifier:04X}" for identifier in references)]:
        sw = _use(_chip(profile, application, verified), row)
        if row.kind in (Kind.DATA, Kind.RECORDS, Kind.KEY):
            opened_by = (ON_PHONES if profile != "plastic" else {}).get(row.reference) or OPENED_BY[row.reference]
            assert sw == ("9000" if opened_by == FREE or verified in opened_by else "6982"), verified
        else:
            assert sw == "6981", "READ BINARY does not fit an internal file"


def test_the_table_above_names_every_file_and_key() -> None:
    """No row of the applications is left out of this test, and each name in it exists."""
    table = rows("plastic")
    used = (Kind.DATA, Kind.RECORDS, Kind.KEY)
    assert {name for name, row in table.items() if row.kind in used} == set(OPENED_BY)


CHANGE_REFERENCE_DATA, CHANGE_KEY = "00240180", "80320080"


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        (CHANGE_REFERENCE_DATA, {"jpki/0018", "jpki/001B", "text/0011"}),
        (CHANGE_KEY, {"common/001C", "juki/001C"}),
    ],
)
def test_each_pin_is_changed_by_its_own_command(command: str, expected: set[str]) -> None:
    """Two commands change PINs, each its own; verification numbers, once verified, still answer 6982."""
    changed = set()
    for reference, value in VALUES.items():
        application = next(a for a in PROFILES["plastic"] if a.name == reference.split("/")[0])
        chip = _chip("plastic", application, reference.split("/")[1])
        sw = _send(chip, f"{command}{len(value):02X}{value.encode().hex()}")
        assert sw in ("9000", "6982")
        if sw == "9000":
            changed.add(reference)
    assert changed == expected


@pytest.mark.parametrize("profile", PROFILES)
def test_contents_fit_the_tables(profile: str) -> None:
    """Personalisation fills exactly the files, keys and reference data that the tables declare."""
    contents: CardContents = CONTENTS[profile]
    by_kind = {kind: {n for n, row in rows(profile).items() if row.kind is kind} for kind in Kind}
    assert set(contents.files) == by_kind[Kind.DATA] | by_kind[Kind.RECORDS] | by_kind[Kind.OBJECT]
    assert set(contents.keys) - {"text/0006"} == by_kind[Kind.KEY], "EF 0006 is the public half of its own key"
    assert set(contents.reference_data) == set(contents.tries) == by_kind[Kind.REFERENCE] - {"text/0012"}


def test_only_my_number_is_secret() -> None:
    """The files whose answers a trace hides are those that hold My Number."""
    assert {name for name, row in rows("plastic").items() if row.secret} == {"text/0001", "visual/0005"}
