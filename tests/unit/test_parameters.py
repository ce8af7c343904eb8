"""Every number of the model has a unit, a range, a mark and a source, and can be overridden within its range."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from myna_lab.errors import MisuseError
from myna_lab.ground.durations import at
from myna_lab.ground.forms import FORMS
from myna_lab.parameters import MARKS, NATION, Parameter, Parameters, defaults

TABLE = [*Parameters().values(), *defaults(NATION).values()]
KINDS = {
    "duration": timedelta, "count": int, "share": float, "rate": float, "text": str, "choice": str, "switch": bool,
    "date": date,
}  # fmt: skip


ARCS = ("foo", "", "2.999.5.1 ", "2", "3.1", "0.40", "2.999.", "2.0999", "2.９９９", "2" + ".1" * 40, "2." + "9" * 40)
"""No object identifiers: not numbers, one number only, roots that do not exist, zeros in front, too long, too large."""
ATRS = (
    "zz",
    "",
    "3B",
    "00" * 40,
    "00" * 2,
    "3BE000FF8131FE4515",
    "3BE000FF8131FE45",
    "3B01",
    "3B8001FF",
    "3B80",
)
"""No answers to reset: not hexadecimal, too short or long, another TS, a wrong or missing TCK, unfit lengths."""


HOURS = ("", "x", "25:00-26:00", "08:00", "08:60-09:00", "19:30-08:00", "08:00-08:00", "０8:00-09:00")
"""No hours: not two times of a day, or not in order."""


@pytest.mark.parametrize("parameter", TABLE, ids=lambda p: p.name)
def test_every_parameter_has_a_basis(parameter: Parameter) -> None:
    """Each row says its mark, its source and its meaning in both languages, and its value is of its unit."""
    assert parameter.mark in MARKS
    assert parameter.source and parameter.source.isascii() and parameter.en and parameter.ja
    assert not parameter.ja.isascii() and not parameter.source_ja.isascii()
    assert type(parameter.value) is KINDS[parameter.unit]


@pytest.mark.parametrize("parameter", [p for p in TABLE if p.range], ids=lambda p: p.name)
def test_every_default_lies_in_its_own_range(parameter: Parameter) -> None:
    """A default is one of the choices, or lies between the two limits, which are in order."""
    if parameter.unit == "choice":
        assert parameter.value in parameter.range
    else:
        low, high = parameter.range
        assert low <= parameter.value <= high and low < high


@pytest.mark.parametrize("parameter", TABLE, ids=lambda p: p.name)
def test_every_value_survives_being_written(parameter: Parameter) -> None:
    """The text form of a value, given back as an override, is the same value: the log keeps overrides as text."""
    assert parameter.with_value(parameter.text).value == parameter.value


def test_the_start_is_an_instant() -> None:
    """The parameter that says when a lab begins can be read as a time."""
    assert at(Parameters().text("start")).year == 2025


@pytest.mark.parametrize(
    ("name", "given", "value", "text"),
    [
        ("activation_delay", "1min", timedelta(minutes=1), "1min"),
        ("activation_delay", timedelta(0), timedelta(0), "0s"),
        ("user_authentication_pin_tries", "15", 15, "15"),
        ("not_before", "issue", "issue", "issue"),
        ("deletion_revokes", True, True, "true"),
        ("insurance_on_phone_from", "2025-10-01", date(2025, 10, 1), "2025-10-01"),
        ("organization", "JPKI-EMU-2", "JPKI-EMU-2", "JPKI-EMU-2"),
        ("policy_arc", "1.2.392.200149.8.5.1", "1.2.392.200149.8.5.1", "1.2.392.200149.8.5.1"),
        ("card_sw_change_before_verify", "6d00", "6D00", "6D00"),
        ("not_before", "ISSUE", "issue", "issue"),
    ],
)
def test_an_override_is_taken_in_its_own_type(name: str, given: object, value: object, text: str) -> None:
    """Text and typed values are both taken, marked as changed, and listed as text for the log."""
    parameters = Parameters({name: given})
    assert parameters[name].value == value and parameters[name].changed
    assert parameters.overrides() == ((name, text),)
    assert Parameters(dict(parameters.overrides()))[name].value == value


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        ("activation_delay", "11min", "lies between 0s and 10min"),
        ("activation_delay", "soon", "such as '5min'"),
        ("user_authentication_pin_tries", 0, "lies between 1 and 15"),
        ("user_authentication_pin_tries", True, "is a whole number"),
        ("user_authentication_pin_tries", 3.9, "is a whole number"),
        ("not_before", "never", "one of activation, issue"),
        ("deletion_revokes", "maybe", "is True or False"),
        ("insurance_on_phone_from", "autumn", "is a day, such as"),
        ("no_such_number", 1, "no parameter 'no_such_number'"),
        *(
            ("organization", given, "never JPKI")
            for given in ("JPKI", "jpki-test ", "ＪＰＫＩ", "", " ", "O" * 65, "試" * 22, "A\nB")
        ),
        *(("policy_arc", given, "object identifier") for given in ARCS),
        *(("atr", given, "7816-3") for given in ATRS),
        *(("service_hours_android", given, "two times of one day") for given in HOURS),
        *(("maintenance", f"1 Sun {given}", "weekday of the month") for given in HOURS),
        *(("maintenance", given, "weekday of the month") for given in ("03:00-04:00", "6 Sun 03:00-04:00", "never")),
        *(("organization", given, "is a text") for given in (None, True, b"x", ["x"])),
    ],
)
def test_an_unfit_override_is_refused(name: str, given: object, words: str) -> None:
    """What is of another unit, out of range or unknown is misuse, and the message says what would have been right."""
    with pytest.raises(MisuseError) as caught:
        Parameters({name: given})
    assert words in f"{caught.value}\n{caught.value.__cause__}"


@pytest.mark.parametrize("given", ["a", ["a"], ("activation_delay", "1min"), 1])
def test_overrides_are_given_by_name(given: Any) -> None:
    """What is no mapping is refused in words."""
    with pytest.raises(MisuseError, match="given by name"):
        Parameters(given)


@pytest.mark.parametrize(
    ("overrides", "needed"),
    [
        ({"certificate_birthdays": 10}, 14),
        ({"authority_years": 8}, 9),
        ({"authority_interval": "3000d"}, 14),
        ({"authority_age": "2000d"}, 11),
        ({"authority_interval": "1824d", "authority_years": 10}, 11),
    ],
)
def test_an_authority_outlives_what_it_issues(overrides: dict[str, object], needed: int) -> None:
    """Numbers with which nobody could be made, at once or years later, are refused with the one that would do."""
    with pytest.raises(MisuseError, match=f"authority_years must be {needed} or more"):
        Parameters(overrides)
    Parameters(overrides | {"authority_years": needed})


def test_a_log_is_not_asked_whether_its_numbers_go_together() -> None:
    """A lab that began before these rules goes on with its numbers."""
    kept = dict(Parameters().texts()) | {"authority_years": "8", "crl_validity": "1h"}
    assert Parameters.of_log(kept).count("authority_years") == 8


def test_what_equals_the_default_is_no_change() -> None:
    """Saying what holds anyway changes nothing: the table of a lab reads the same however it was asked for."""
    assert Parameters({"deletion_revokes": "False"}).overrides() == ()


def test_a_log_keeps_every_value() -> None:
    """What a log holds is read back whole, fractions of a second too, and not checked against today's ranges."""
    parameters = Parameters({"seconds_to_read": "1500ms", "not_before": "issue"})
    kept = dict(parameters.texts())
    assert set(kept) == set(parameters)
    again = Parameters.of_log(kept)
    assert dict(again) == dict(parameters) and again.duration("seconds_to_read") == timedelta(seconds=1.5)
    old = Parameters.of_log(kept | {"activation_delay": "99d", "a_number_of_former_times": "7"})
    assert old.duration("activation_delay") == timedelta(days=99) and old["activation_delay"].changed
    assert Parameters.of_log({}).texts() == Parameters().texts()


@pytest.mark.parametrize(
    "given",
    ["3BE000FF8131FE4514", "3b00", "3F00", "3B8000", "3B800181", "3B8F8001804F0CA000000306030001000000006A"],
)
def test_an_answer_to_reset_that_fits(given: str) -> None:
    """Without TCK if T=0 alone is announced, with it otherwise; capital letters or small."""
    assert Parameters({"atr": given}).text("atr") == given


@pytest.mark.parametrize("given", ["3B E0 00 FF 81 31 FE 45 14", "3B:E0:00:FF:81:31:FE:45:14"])
def test_an_answer_to_reset_with_separators(given: str) -> None:
    """Spaces and colons, as tools print them, are taken and left out."""
    assert Parameters({"atr": given}).text("atr") == "3BE000FF8131FE4514"


def test_the_defaults_have_their_own_forms() -> None:
    """What an override must be, the default is."""
    forms = [parameter for parameter in TABLE if parameter.form]
    assert {parameter.form for parameter in forms} == set(FORMS)
    for parameter in forms:
        assert parameter.with_value(parameter.text).value == parameter.value


def test_overrides_of_one_table_do_not_reach_another() -> None:
    """Parameters are values of one lab: changing one leaves the defaults as they are."""
    Parameters({"activation_delay": "1min"})
    assert Parameters().duration("activation_delay") == timedelta(minutes=5)
    assert Parameters().overrides() == ()


@pytest.mark.parametrize("kind", ["duration", "count", "text", "switch", "date"])
def test_a_parameter_is_read_in_its_own_unit_only(kind: str) -> None:
    """Asking for a number in another unit is misuse, not a conversion."""
    parameters: Any = Parameters()
    for parameter in parameters.values():
        if isinstance(parameter.value, KINDS[kind]):
            found = getattr(parameters, kind)(parameter.name)
            assert found == (round(parameter.value) if kind == "count" else parameter.value)
        else:
            with pytest.raises(MisuseError, match=f"parameter {parameter.name} is a {parameter.unit}"):
                getattr(parameters, kind)(parameter.name)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_table_lists_every_parameter(language: str) -> None:
    """The DataFrame has a row for each parameter, with meaning in the asked language and what was changed."""
    parameters = Parameters({"activation_delay": "1min"})
    table = parameters.table(language)
    assert list(table.index) == list(parameters) and table.index.name == "name"
    assert table.loc["activation_delay", "value"] == "1min"
    assert list(table.index[table["changed"]]) == ["activation_delay"]
    assert table.loc["activation_delay", "meaning"] == getattr(parameters["activation_delay"], language)
    assert "activation_delay" in parameters._repr_html_()
