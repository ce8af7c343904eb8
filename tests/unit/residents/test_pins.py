"""Forms of the PINs, and the slip that shows them."""

from __future__ import annotations

import pytest

from myna_lab.chance import Chance
from myna_lab.durations import at
from myna_lab.errors import MisuseError
from myna_lab.parameters import Parameters
from myna_lab.residents import PIN_FORMS, Resident, Slip, draw, normalise, slip, well_formed


@pytest.fixture(name="resident")
def _resident() -> Resident:
    return draw("person-1", Chance(7), on=at("2025-06-24"), parameters=Parameters(), name="試験<花子>")


@pytest.mark.parametrize(
    ("kind", "text", "good"),
    [
        ("user_authentication", "0000", True),
        ("user_authentication", "123", False),
        ("user_authentication", "12345", False),
        ("user_authentication", "12a4", False),
        ("user_authentication", "１２３４", False),
        ("user_authentication", "1234\n", False),
        ("input_aid", "9999", True),
        ("input_aid", "", False),
        ("signing", "ABC12", False),
        ("signing", "ABC123", True),
        ("signing", "abc123", True),
        ("signing", "A" * 15 + "1", True),
        ("signing", "A" * 16, False),
        ("signing", "1" * 8, False),
        ("signing", "A" * 17, False),
        ("signing", "ABC-123", False),
        ("signing", "ABC 123", False),
        ("signing", "ÀBC1234", False),
        ("signing", "ßabc123", False),
    ],
)
def test_well_formed(kind: str, text: str, good: bool) -> None:
    """Only whole PINs of their own form pass; small letters of the sign password count as capitals."""
    assert well_formed(kind, text) is good


def test_normalise_raises_letters_of_the_sign_password_only() -> None:
    """The sign password goes to the chip in capitals; other PINs stay as typed."""
    assert normalise("signing", "abC123") == "ABC123"
    assert normalise("input_aid", "12ab") == "12ab"


@pytest.mark.parametrize("ask", [lambda: well_formed("puk", "1"), lambda: normalise("puk", "1")])
def test_unknown_kinds_are_named(ask: object) -> None:
    """Asking for a PIN that does not exist lists those that do."""
    with pytest.raises(MisuseError, match="user_authentication, input_aid, signing"):
        ask()  # type: ignore[operator]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_slip_shows_the_pins(resident: Resident, language: str) -> None:
    """The slip shows each PIN under its name, and says TEST, as text and as HTML."""
    paper = slip(resident, language)
    for shown in (str(paper), repr(paper), paper._repr_html_()):
        assert all(getattr(resident, form.attribute) in shown for form in PIN_FORMS.values())
        assert all((form.name_ja if language == "ja" else form.name_en) in shown for form in PIN_FORMS.values())
        assert "TEST" in shown


def test_slip_escapes_what_was_typed(resident: Resident) -> None:
    """A name with angle brackets is text in the HTML form too."""
    assert "<花子>" not in slip(resident)._repr_html_()
    assert "&lt;花子&gt;" in slip(resident)._repr_html_()


def test_slip_in_another_language_is_refused(resident: Resident) -> None:
    """An unknown language is an error that names the two."""
    with pytest.raises(MisuseError, match="en or ja"):
        slip(resident, "fr")


def test_slip_serves_other_papers() -> None:
    """A slip is plain rows, so that a phone's own PINs can be put on one."""
    assert str(Slip("PINs of a phone (TEST)", (("User PIN", "1234"),), "TEST")).splitlines()[1] == "  User PIN: 1234"
