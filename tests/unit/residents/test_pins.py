"""Forms of the PINs, and the slip that shows them."""

from __future__ import annotations

import html
from dataclasses import replace

import pytest

from myna_lab import Lab
from myna_lab.errors import MisuseError
from myna_lab.ground.chance import Chance
from myna_lab.ground.durations import at
from myna_lab.parameters import Parameters
from myna_lab.residents import PIN_FORMS, Resident, Slip, draw, normalise, slip, verification_number_b, well_formed
from myna_lab.texts import text


@pytest.fixture(name="resident")
def _resident() -> Resident:
    return draw("person-1", Chance(7), on=at("2025-06-24"), parameters=Parameters(), name="試験&花子")


@pytest.mark.parametrize(
    ("kind", "text", "good"),
    [
        ("user_authentication", "0000", True),
        ("user_authentication", "123", False),
        ("user_authentication", "12345", False),
        ("user_authentication", "12a4", False),
        ("user_authentication", "１２３４", True),
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
    """Only whole PINs of their own form pass; small letters of the signing password count as capitals."""
    assert well_formed(kind, text) is good


def test_normalise_raises_letters_of_the_sign_password_only() -> None:
    """The signing password goes to the chip in capitals; other PINs stay as typed."""
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
    resident = replace(resident, licence=True, licence_pin="4649")
    paper = slip(resident, language)
    for shown in (str(paper), repr(paper), paper._repr_html_()):
        assert all(getattr(resident, form.attribute) in shown for form in PIN_FORMS.values())
        assert all(text(f"slip.pin.{kind}", language) in shown for kind in PIN_FORMS)
        assert "TEST" in shown


@pytest.mark.parametrize("language", ["en", "ja"])
def test_slip_shows_what_is_printed_on_the_card(resident: Resident, language: str) -> None:
    """My Number, security code, number B and birth number stand in a part of their own, which says TEST."""
    paper = slip(resident, language)
    number_b = verification_number_b(resident.born, resident.card_expires, resident.security_code)
    values = [resident.my_number, resident.security_code, number_b, number_b[:6]]
    assert [value for _, value in paper.printed] == values
    assert "TEST" in paper.printed_title
    assert ("発行時" if language == "ja" else "as issued") in paper.title
    for shown in (str(paper), paper._repr_html_()):
        assert paper.printed_title in shown and all(value in shown for value in values)
        assert shown.index(resident.user_authentication_pin) < shown.index(paper.printed_title)


def test_slip_leaves_out_what_is_not_on_the_card(resident: Resident) -> None:
    """Without a signing certificate there is no signing password, without a licence no licence PIN."""
    assert resident.signing_password in str(slip(resident))
    assert resident.signing_password not in str(slip(resident, signs=False))
    assert "Licence PIN" not in str(slip(resident))


def test_slip_escapes_what_was_typed(resident: Resident) -> None:
    """A name with a sign that HTML has for itself is text in the HTML form, too."""
    assert "試験&amp;花子" in slip(resident)._repr_html_() and "試験&花子" not in slip(resident)._repr_html_()


def test_slip_in_another_language_is_refused(resident: Resident) -> None:
    """An unknown language is an error that names the two."""
    with pytest.raises(MisuseError, match="one of en, ja"):
        slip(resident, "fr")


def test_slip_serves_other_papers() -> None:
    """A slip is plain rows, so that a phone's own PINs can be put on one."""
    assert str(Slip("PINs of a phone (TEST)", (("User PIN", "1234"),), "TEST")).splitlines()[1] == "  User PIN: 1234"


def test_a_slip_is_read_in_both_languages(resident: Resident) -> None:
    """A notebook shows the Japanese paper above the English one; as text each can be asked for; a phone's own, too."""
    papers = [slip(resident)]
    lab = Lab(seed=7)
    phone = lab.iphone(lab.resident())
    papers.append(phone.slip)
    phone.add_card().run()
    papers.append(phone.slip)
    for paper in papers:
        page = html.unescape(paper._repr_html_())
        assert paper.japanese is not None and paper.japanese.title in page
        assert page.index(paper.japanese.title) < page.index(paper.title)
        assert paper.in_language("ja") == str(paper.japanese) != paper.in_language("en") == str(paper)
        assert [value for _, value in paper.rows] == [value for _, value in paper.japanese.rows]
