"""What the holder types on a screen: from her slip, or new for the phone, or the same once more."""

from __future__ import annotations

from myna_lab.provisioning.screens import Screen
from myna_lab.provisioning.steps import Step
from myna_lab.provisioning.taps import TYPED

__all__ = ["own_entry"]

S = Screen


def own_entry(step: Step, *, same: bool) -> str | None:
    """What the holder types here; None on a screen that asks for nothing.

    Args:
        step: where the set-up stands.
        same: the phone gets the card's PINs; otherwise new ones are drawn.
    """
    if step.screen not in TYPED:
        return None
    memory, drawn = step.around.memory(step.phone.user), step.around.chance(f"pins/{step.flow}")
    match step.screen:
        case S.INPUT_AID_PIN:
            return memory.input_aid_pin
        case S.SIGN_PASSWORD | S.SIGN_PASSWORD_AGAIN:
            return memory.signing_password
        case S.NEW_USER_PIN:
            return memory.user_authentication_pin if same else drawn.child("user").digits(4)
        case S.NEW_SIGN_PASSWORD if same:
            return memory.signing_password
        case S.NEW_SIGN_PASSWORD:
            letters = drawn.child("signing")
            return letters.text(4, "ABCDEFGHJKLMNPQRSTUVWXYZ") + letters.digits(4)
        case S.REPEAT_USER_PIN:
            return step.draft.user_pin
        case S.REPEAT_SIGN_PASSWORD:
            return step.draft.phone_password
    return None
