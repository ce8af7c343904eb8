"""When certificates end, and what an authority does not issue."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import Any

import pytest
from authorities import HERE, HOLDER, PARAMETERS, authority, certificate
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from myna_lab.errors import IssuanceRefused, MisuseError
from myna_lab.formats import jpki
from myna_lab.ground.chance import Chance
from myna_lab.ground.durations import at
from myna_lab.parameters import Parameters

FAR = "2035-02-17 23:59:59"


@pytest.mark.parametrize(
    ("kind", "issued", "born", "card_expires", "within", "ends"),
    [
        # the fifth birthday after issue, that day included
        ("card_auth", "2025-10-27 10:00", (1990, 2, 17), FAR, None, "2030-02-17"),
        ("card_auth", "2025-02-16 23:59", (1990, 2, 17), FAR, None, "2029-02-17"),
        ("card_auth", "2025-02-17 00:00", (1990, 2, 17), FAR, None, "2030-02-17"),
        ("card_auth", "2025-02-17 23:59", (1990, 2, 17), FAR, None, "2030-02-17"),
        ("card_auth", "2025-02-18 00:00", (1990, 2, 17), FAR, None, "2030-02-17"),
        # who was born on 29 February
        ("card_auth", "2024-03-01 09:00", (2000, 2, 29), FAR, None, "2029-02-28"),
        ("card_auth", "2023-02-28 09:00", (2000, 2, 29), FAR, None, "2028-02-29"),
        ("card_auth", "2023-02-27 09:00", (2000, 2, 29), FAR, None, "2027-02-28"),
        # the card ends first
        ("card_auth", "2025-10-27 10:00", (1990, 2, 17), "2028-05-01 23:59:59", None, "2028-05-01"),
        # a sign certificate that is issued later does not outlive the user-authentication one
        ("card_sign", "2027-06-01 10:00", (1990, 2, 17), FAR, "2030-02-17 23:59:59", "2030-02-17"),
        ("card_sign", "2025-10-27 10:00", (1990, 2, 17), FAR, "2030-02-17 23:59:59", "2030-02-17"),
        # a phone's certificate ends with the card's
        ("phone_sign", "2028-01-10 10:00", (1990, 2, 17), FAR, "2030-02-17 23:59:59", "2030-02-17"),
        ("phone_auth", "2028-01-10 10:00", (1990, 2, 17), FAR, "2029-02-17 23:59:59", "2029-02-17"),
    ],
)
def test_end_of_validity(
    kind: str, issued: str, born: tuple[int, int, int], card_expires: str, within: str | None, ends: str
) -> None:
    """A certificate ends at 23:59:59 JST of the earliest of its limits."""
    found = jpki.end_of_validity(
        kind,
        issued=at(issued),
        born=date(*born),
        card_expires=at(card_expires),
        parameters=PARAMETERS,
        within=at(within) if within else None,
    )
    assert found == at(f"{ends} 23:59:59")


def test_number_of_birthdays_is_a_parameter() -> None:
    """With ten birthdays, as the next card will have, a certificate lives twice as long."""
    ends = jpki.end_of_validity(
        "card_auth",
        issued=at("2025-06-24"),
        born=date(1990, 2, 17),
        card_expires=at("2040-01-01"),
        parameters=Parameters({"certificate_birthdays": 10, "authority_years": 15}),
    )
    assert ends == at("2035-02-17 23:59:59")


@pytest.mark.parametrize(
    ("kind", "within"),
    [("card_auth", ""), ("card_sign", "card_auth"), ("phone_sign", "card_sign"), ("phone_auth", "card_auth")],
)
def test_what_a_certificate_may_not_outlive(kind: str, within: str) -> None:
    """Each profile names the certificate that limits it; the card's user-authentication certificate has none."""
    assert jpki.KINDS[kind].within == within


def test_what_is_bound_to_nothing_is_given_no_end() -> None:
    """The end of another certificate, given for one that hangs on none, is a misuse."""
    arguments = {"issued": at("2025-06-24"), "born": date(1990, 1, 1), "card_expires": at(FAR)}
    with pytest.raises(MisuseError, match="card_auth"):
        jpki.end_of_validity("card_auth", **arguments, parameters=PARAMETERS, within=at(FAR))


WEAK = rsa.generate_private_key(public_exponent=65537, key_size=1024).public_key()
CURVE = ec.derive_private_key(7, ec.SECP256R1()).public_key()


@pytest.mark.parametrize(
    ("kind", "changes", "error", "code"),
    [
        ("card_gold", {}, MisuseError, "unknown_kind"),
        ("card_sign", {"authority": authority("auth")}, MisuseError, "wrong_authority"),
        ("phone_auth", {"authority": authority("sign")}, MisuseError, "wrong_authority"),
        ("card_sign", {"subject": None}, MisuseError, "bad_subject"),
        ("card_auth", {"serial": 0}, MisuseError, "bad_serial"),
        ("card_auth", {"serial": -1}, MisuseError, "bad_serial"),
        ("card_auth", {"serial": 1 << 159}, MisuseError, "bad_serial"),
        ("card_auth", {"public_key": WEAK}, IssuanceRefused, "weak_key"),
        ("card_auth", {"public_key": CURVE}, IssuanceRefused, "weak_key"),
        ("card_auth", {"not_after": at("2025-06-24 09:00:05")}, IssuanceRefused, "bad_validity"),
        ("card_auth", {"not_after": at("2033-07-16 00:00:00")}, IssuanceRefused, "bad_validity"),
        ("card_auth", {"not_before": at("2023-07-16 10:07:40")}, IssuanceRefused, "bad_validity"),
    ],
)
def test_what_is_not_issued(kind: str, changes: dict[str, Any], error: type[Exception], code: str) -> None:
    """An authority issues only its own kinds, for strong keys, within its own validity, and says why not."""
    arguments = {"authority": authority("auth")} if kind not in jpki.KINDS else {}
    with pytest.raises(error) as refused:
        if arguments:
            jpki.authority_of(kind)
        certificate(kind, **arguments, **changes)
    assert refused.value.code == code  # type: ignore[attr-defined]


def test_common_names() -> None:
    """A sign name is time, number, window; an auth name is drawn, has 23 characters, and repeats with the seed."""
    request = {"partition": HERE, "requested_at": at("2025-06-24 09:00:05"), "sequence": 7}
    assert jpki.common_name("phone_sign", chance=Chance(1), **request) == "202506240900050000799201001A"
    drawn = jpki.common_name("card_auth", chance=Chance(1), **request)
    assert len(drawn) == 23 and drawn.endswith("99201001A") and drawn[:14].isalnum() and drawn.isupper()
    assert drawn == jpki.common_name("card_auth", chance=Chance(1), **request)
    assert drawn != jpki.common_name("card_auth", chance=Chance(2), **request)
    with pytest.raises(MisuseError, match="up to five digits"):
        jpki.common_name("card_sign", chance=Chance(1), **request | {"sequence": 100_000})


@pytest.mark.parametrize(
    ("code", "window", "town", "right"),
    [
        ("9920", "001A", "Aoba", "five digits"),
        ("９９２０１", "001A", "Aoba", "five digits"),
        ("99201", "0011", "Aoba", "three digits and a capital letter"),
        ("99201", "001A", "", "needs the names"),
    ],
)
def test_partitions_have_a_form(code: str, window: str, town: str, right: str) -> None:
    """A municipality code is five ASCII digits, a window three digits and a capital letter, names are not empty."""
    with pytest.raises(MisuseError, match=right):
        jpki.Partition("Hinode-ken", town, code, window)


@pytest.mark.parametrize(
    ("changes", "right"),
    [
        ({"name": ""}, "has a name"),
        ({"address": ""}, "1 to 200 characters"),
        ({"address": "あ" * 201}, "1 to 200 characters"),
        ({"sex": "other"}, "male, female, unknown"),
        ({"name_substitutes": "0"}, "one 0 or 1 per character"),
        ({"name_substitutes": "00020"}, "one 0 or 1 per character"),
        ({"address_substitutes": "0"}, "one 0 or 1 per character"),
        ({"name": "タロウ", "name_substitutes": "0000"}, "one 0 or 1 per character"),
    ],
)
def test_subjects_have_a_form(changes: dict[str, str], right: str) -> None:
    """A subject with an empty or long value, another sex or flags that do not fit the text is refused."""
    good: dict[str, Any] = {"name": "試験　花子", "address": "日出県青葉市", "born": date(1990, 2, 17), "sex": "female"}
    with pytest.raises(MisuseError, match=right):
        jpki.Subject(**good | changes)


@pytest.mark.parametrize(
    ("born", "digits"),
    [
        (date(1912, 7, 29), "119120729"),
        (date(1912, 7, 30), "219120730"),
        (date(1926, 12, 24), "219261224"),
        (date(1989, 1, 7), "319890107"),
        (date(1989, 1, 8), "419890108"),
        (date(2019, 5, 1), "520190501"),
    ],
)
def test_birth_dates_start_with_the_era(born: date, digits: str) -> None:
    """The birth date is an era digit and a Gregorian date; the digit changes on the era's first day."""
    assert jpki.Subject("試験　太郎", "日出県", born, "male").values["date_of_birth"] == digits


@pytest.mark.parametrize("kind", ["card_sign", "phone_sign"])
def test_what_is_outside_the_rules_is_refused_with_the_rule(kind: str) -> None:
    """A signing certificate for a child is refused up to the day before the birthday, and the rule is said."""
    child = dataclasses.replace(HOLDER, born=date(2010, 6, 25))
    with pytest.raises(IssuanceRefused, match="under 15") as refused:
        certificate(kind, subject=child)
    assert refused.value.code == "too_young"
    old_enough = dataclasses.replace(HOLDER, born=date(2010, 6, 24))
    assert certificate(kind, subject=old_enough, not_after=at("2029-06-24 23:59:59"))


@pytest.mark.parametrize("kind", list(jpki.KINDS))
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({}, ""),
        ({"not_after": at("2030-02-18 23:59:59")}, "outlives_birthday"),
        ({"not_after": at("2030-02-17 12:00")}, "bad_end"),
        ({"not_after": at("2030-02-17 23:59:58")}, "bad_end"),
        ({"within": at("2030-02-17 23:59:59")}, ""),
        ({"within": at("2028-03-31 23:59:59")}, "outlives_bond"),
        ({"not_after": at("2028-03-31 23:59:59"), "within": at("2028-03-31 23:59:59")}, ""),
        (
            {
                "not_after": at("2032-06-01 23:59:59"),
                "parameters": Parameters({"certificate_birthdays": 10, "authority_years": 15}),
            },
            "",
        ),
    ],
)
def test_when_a_certificate_may_end(kind: str, changes: dict[str, Any], code: str) -> None:
    """Of every kind: at the end of a day, not after the fifth birthday after issue, not after what it is bound to."""
    if code:
        with pytest.raises(IssuanceRefused, match="asked for 20") as refused:
            certificate(kind, **changes)
        assert refused.value.code == code
    else:
        made = x509.load_der_x509_certificate(certificate(kind, **changes))
        assert made.not_valid_after_utc == changes.get("not_after", made.not_valid_after_utc)


@pytest.mark.parametrize("kind", list(jpki.KINDS))
@pytest.mark.parametrize(("reading", "last", "late"), [
    ("february_28", "2030-02-28", "2030-03-01"), ("march_1", "2030-03-01", "2030-03-02"),
])  # fmt: skip
def test_a_certificate_of_a_leap_day(kind: str, reading: str, last: str, late: str) -> None:
    """The fifth birthday of who was born on 29 February is read by the parameter: the end, and the latest end."""
    parameters = Parameters({"leap_day_birthday": reading})
    born = date(1996, 2, 29)
    asked = {"issued": at("2025-06-24 09:00"), "born": born, "card_expires": at("2035-02-28"), "parameters": parameters}
    assert jpki.end_of_validity(kind, **asked) == at(f"{last} 23:59:59")
    holder = jpki.Subject("試験　花子", "日出県", born, "female")
    changes = {"subject": holder, "parameters": parameters}
    assert certificate(kind, not_after=at(f"{last} 23:59:59"), **changes)
    with pytest.raises(IssuanceRefused) as refused:
        certificate(kind, not_after=at(f"{late} 23:59:59"), **changes)
    assert refused.value.code == "outlives_birthday"


@pytest.mark.parametrize("kind", ["card_auth", "phone_auth"])
def test_without_a_birthday_no_certificate_outlives_every_birthday(kind: str) -> None:
    """Who does not say whose it is, gets no longer validity than anybody could have, leap days included."""
    assert certificate(kind, subject=None, not_after=at("2030-06-24 23:59:59"))
    leap = {"not_before": at("2024-02-28 09:00"), "parameters": Parameters({"certificate_birthdays": 4})}
    assert certificate(kind, subject=None, not_after=at("2028-02-28 23:59:59"), **leap)
    before = {"not_before": at("2025-02-28 09:00"), "parameters": Parameters({"certificate_birthdays": 3})}
    assert certificate(kind, subject=None, not_after=at("2028-02-29 23:59:59"), **before)
    for late, changes in (("2030-06-25", {}), ("2028-02-29", leap), ("2028-03-01", before)):
        with pytest.raises(IssuanceRefused) as refused:
            certificate(kind, subject=None, not_after=at(f"{late} 23:59:59"), **changes)
        assert refused.value.code == "outlives_birthday"
