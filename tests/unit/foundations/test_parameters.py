"""Every number of the model has a unit, a range, a mark and a source, and can be overridden within its range."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from myna_lab.durations import at
from myna_lab.errors import MisuseError
from myna_lab.parameters import MARKS, Parameter, Parameters

TABLE = list(Parameters().values())
KINDS = {"duration": timedelta, "count": int, "text": str, "choice": str, "switch": bool, "date": date}


@pytest.mark.parametrize("parameter", TABLE, ids=lambda p: p.name)
def test_every_parameter_has_a_basis(parameter: Parameter) -> None:
    """Each row says its mark, its source and its meaning in both languages, and its value is of its unit."""
    assert parameter.mark in MARKS
    assert parameter.source and parameter.en and parameter.ja
    assert not parameter.ja.isascii()
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
        ("deletion_revokes", "False", False, "false"),
        ("insurance_on_phone_from", "2025-10-01", date(2025, 10, 1), "2025-10-01"),
        ("organization", "JPKI-EMU-2", "JPKI-EMU-2", "JPKI-EMU-2"),
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
        ("activation_delay", "soon", "not a duration"),
        ("user_authentication_pin_tries", 0, "lies between 1 and 15"),
        ("user_authentication_pin_tries", True, "is a count"),
        ("not_before", "never", "one of activation, issue"),
        ("deletion_revokes", "maybe", "is a switch"),
        ("insurance_on_phone_from", "autumn", "is a date"),
        ("no_such_number", 1, "no parameter 'no_such_number'"),
    ],
)
def test_an_unfit_override_is_refused(name: str, given: object, words: str) -> None:
    """What is of another unit, out of range or unknown is misuse, and the message says what would have been right."""
    with pytest.raises(MisuseError) as caught:
        Parameters({name: given})
    assert words in str(caught.value) or words in str(caught.value.__cause__)


def test_overrides_of_one_table_do_not_reach_another() -> None:
    """Parameters are values of one lab: changing one leaves the defaults as they are."""
    Parameters({"activation_delay": "1min"})
    assert Parameters().duration("activation_delay") == timedelta(minutes=5)
    assert Parameters().overrides() == ()


@pytest.mark.parametrize("kind", ["duration", "count", "text", "switch", "date"])
def test_a_parameter_is_read_in_its_own_unit_only(kind: str) -> None:
    """Asking for a number in another unit is misuse, not a conversion."""
    parameters: Any = Parameters()
    for parameter in TABLE:
        if isinstance(parameter.value, KINDS[kind]):
            assert getattr(parameters, kind)(parameter.name) == parameter.value or kind == "count"
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
