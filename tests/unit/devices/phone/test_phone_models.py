"""Which iPhones and systems serve: by the order of releases, not by the form of a name."""

from __future__ import annotations

import pytest

from myna_lab import Lab
from myna_lab.devices.phone import IPHONE_RELEASES, Requirements, checked_model, version_of
from myna_lab.errors import MisuseError
from myna_lab.parameters import Parameters


def _missed(model: str = "iPhone 15", system: str = "18.5", oldest: str = "iPhone XS", **has: bool) -> str:
    needed = Requirements.of(Parameters({"iphone_model_minimum": oldest}))
    return needed.missed(checked_model(model), system, **{"biometrics": True, "two_factor": True, **has})


@pytest.mark.parametrize(
    "model",
    ["iPhone XS", "iPhone XS Max", "iPhone XR", "iPhone SE (2nd generation)", "iPhone SE (3rd generation)", "iPhone 11",
     "iPhone 16e", "iPhone Air", "iPhone 17 Pro", "iPhone 18", "iPhone 18 Pro Max", "iPhone 20e", "iphone 15",
     " iPhone  15 "],
)  # fmt: skip
def test_an_iphone_xs_or_later_serves(model: str) -> None:
    """Every model from the iPhone XS on serves, letters and later numbers included, however it is typed."""
    assert _missed(model) == ""


@pytest.mark.parametrize("model", ["iPhone X", "iPhone 8 Plus", "iPhone SE (1st generation)", "iPhone 6s"])
def test_an_older_iphone_does_not(model: str) -> None:
    """What was released before the iPhone XS is too old."""
    assert _missed(model) == "model_too_old"


def test_the_oldest_model_may_be_any_of_the_table() -> None:
    """With "iPhone 12 mini" as the oldest, an iPhone 11 and the second SE are too old, and an iPhone 12 serves."""
    assert _missed("iPhone 11", oldest="iPhone 12 mini") == "model_too_old"
    assert _missed("iPhone SE (2nd generation)", oldest="iPhone 12 mini") == "model_too_old"
    assert _missed("iPhone 12", oldest="iPhone 12 mini") == ""
    assert _missed("iPhone 18", oldest="iPhone 19") == "model_too_old"


def test_every_model_of_the_table_stands_after_those_of_the_rows_before() -> None:
    """Each row as the oldest shuts out exactly the rows before it."""
    for place, row in enumerate(IPHONE_RELEASES):
        for other, models in enumerate(IPHONE_RELEASES):
            for model in models:
                assert _missed(model, oldest=row[-1]) == ("model_too_old" if other < place else "")


@pytest.mark.parametrize(("system", "reason"), [("18", "system_too_old"), ("18.4.1", "system_too_old"), ("18.5", ""),
                                                ("18.5.1", ""), ("18.10", ""), ("26.0", "")])  # fmt: skip
def test_versions_are_compared_as_numbers(system: str, reason: str) -> None:
    """18.10 is later than 18.5, and 18 alone is earlier."""
    assert _missed(system=system) == reason


@pytest.mark.parametrize("lacks", ["biometrics", "two_factor"])
def test_face_or_finger_and_the_second_factor_are_asked_for(lacks: str) -> None:
    """Without one of them the phone does not serve."""
    assert _missed(**{lacks: False}) == f"no_{lacks}"


@pytest.mark.parametrize("model", ["iPhone", "iPhone SE", "iPhone 9", "iPhone 15 mini", "Pixel 8", "iPhone 18 Ultra"])
def test_a_model_that_does_not_exist_is_refused_when_the_phone_is_made(model: str) -> None:
    """A name that stands for no iPhone is the caller's mistake, and says which names there are."""
    lab = Lab(seed=7)
    with pytest.raises(MisuseError, match="iPhone XS") as refused:
        lab.iphone(lab.resident(), model=model)
    assert refused.value.code == "unknown_model"
    assert lab.phones == ()


@pytest.mark.parametrize("version", ["18.5 beta", "iOS 18.5", 18.5, "18.", "", None, "1.2.3.4", "１８.５"])
def test_a_version_that_is_none_is_refused(version: object) -> None:
    """Only numbers with points between them are a version."""
    with pytest.raises(MisuseError, match=r"18\.5"):
        version_of(version)  # type: ignore[arg-type]


@pytest.mark.parametrize("version", ["18.5 beta", "iOS 18.5", 18.5])
@pytest.mark.parametrize("platform", ["iphone", "android"])
def test_a_bad_version_is_refused_when_the_phone_is_made(platform: str, version: object) -> None:
    """Not at the first tap, but where it was said."""
    lab = Lab(seed=7)
    with pytest.raises(MisuseError, match=r"text such as '18\.5'"):
        getattr(lab, platform)(lab.resident(), os_version=version)
    assert lab.phones == ()


@pytest.mark.parametrize(
    ("name", "value", "right"),
    [
        ("ios_minimum", "iOS 18.5", r"text such as '18\.5'"),
        ("ios_minimum", "18.5 beta", r"text such as '18\.5'"),
        ("iphone_model_minimum", "XS", "there is no iPhone 'XS'"),
    ],
)
def test_bad_requirements_are_refused_when_the_lab_is_made(name: str, value: str, right: str) -> None:
    """A parameter that names no version or no iPhone is refused before anything is made."""
    with pytest.raises(MisuseError, match=right):
        Lab(seed=7, parameters={name: value})
