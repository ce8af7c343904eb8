"""The face capture of the wizard: prompts, a button for each movement, what is wrong is asked again."""

from __future__ import annotations

import re

import pytest

from myna_lab import Lab
from myna_lab.lab import IPhone
from myna_lab.provisioning import Screen
from myna_lab.texts import text
from myna_lab.widgets import Wizard, wizard
from myna_lab.widgets.movements import MOVEMENTS, drawn_face

S = Screen


@pytest.fixture
def view(iphone: IPhone) -> Wizard:
    """A set-up at the capture."""
    view = wizard(iphone, "en")
    while view.flow.screen is not S.CAPTURE:
        view.main.click()
    return view


def shown(view: Wizard) -> str:
    return re.sub(r"<[^>]*>", " ", view.page.value).replace("&quot;", '"')


def prompt(name: str) -> str:
    return text(f"word.movement.{name}.prompt", "en")


def test_three_right_movements_are_the_capture(view: Wizard) -> None:
    """Each prompt stands on the phone and in the news; after the third the face is there, by one event."""
    for n in (1, 2, 3):
        asked = view.movements.asked
        assert f"{n} of 3: {prompt(asked)}" in shown(view) and f"{n} of 3: {prompt(asked)}" in view.what.value
        assert view.flow.screen is S.CAPTURE
        view.movements.buttons[asked].click()
    assert view.flow.screen is S.CAPTURE_DONE
    assert [entry.name for entry in view.lab.log].count("FaceCaptured") == 1
    assert view.movements.box.layout.display == "none" and view.movements.page() == ""


def test_a_wrong_movement_is_said_and_asked_again(view: Wizard) -> None:
    """It is named, the same prompt stays, it costs no try, and the blue button is a way on all the same."""
    first, n_events = view.movements.asked, len(view.lab.log)
    wrong = next(name for name in MOVEMENTS if name != first)
    view.movements.buttons[wrong].click()
    said = f'That was "{text(f"word.movement.{wrong}.do", "en")}". Once more, 1 of 3: {prompt(first)}'
    assert said in shown(view) and len(view.lab.log) == n_events
    view.movements.buttons[first].click()
    assert "2 of 3" in shown(view) and "Once more" not in shown(view)
    view.movements.buttons[first].click()  # never asked twice in a row
    assert "Once more, 2 of 3" in shown(view)
    view.main.click()
    assert view.flow.screen is S.CAPTURE_DONE


def test_the_next_try_has_prompts_of_its_own(view: Wizard) -> None:
    """A capture that fails, though obeyed, leads back; three failures end the set-up; a second look asks the same."""
    asked = [view.movements._asked]
    again = wizard(Lab.of(view.phone.world).phones[0], "en")
    assert again.movements._asked == asked[0]
    for n in range(3):
        view.what_if.mishaps.value = "liveness_failed"
        for name in view.movements._asked:
            view.movements.buttons[name].click()
        if n < 2:
            assert view.flow.screen is S.READY_TO_CAPTURE
            view.main.click()
            asked.append(view.movements._asked)
    assert view.flow.screen is S.REFUSED and len(set(asked)) > 1


def test_each_movement_is_drawn() -> None:
    """Five faces, no two alike: at rest and after each movement."""
    assert len({drawn_face(name) for name in ("", *MOVEMENTS)}) == 5
