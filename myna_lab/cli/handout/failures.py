"""Which notices a failed step of the set-up can show; a test compares them with every notice there is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from myna_lab.devices.phone import Platform, Requirements
from myna_lab.parameters import Parameters
from myna_lab.provisioning import RULES, TYPED, Row, Screen
from myna_lab.texts import keys

__all__ = ["failures", "notices", "usual_values"]

_BY_CONDITION: Mapping[str, tuple[str, ...]] = {
    "UNFIT": ("offline", "model_too_old", "system_too_old", "no_biometrics", "no_two_factor"),
    "LIVENESS_FAILED": ("liveness_failed",),
    "LIVENESS_EXHAUSTED": ("liveness_exhausted",),
    "INPUT_AID_PIN_WRONG": ("wrong_input_aid",),
    "SIGN_PASSWORD_WRONG": ("wrong_signing",),
    "LINK_LOST": ("link_lost",),
    "LATER": ("offline", "registry_maintenance"),
    "INTERRUPTED": (),
}
_NOT_ISSUED = ("registry_superseded", "registry_not_issued")
"""What can be wrong with an application that was accepted, besides the state of the card."""
_FULL_READING = ("input_aid", "signing", "verification_number")
"""What an iPhone's reading verifies; Android's asks for the signing password alone."""


def failures(platform: Platform) -> Iterator[Row]:
    """The rules of a platform by which a step does not succeed, in the order of the screens."""
    good = ("", "ok", "same")
    rows = [row for row in RULES[platform] if row.condition not in good or row.on == "disagree"]
    order = list(Screen)
    yield from sorted(rows, key=lambda row: order.index(row.before))


def notices(platform: Platform, row: Row) -> tuple[str, ...]:
    """Codes of the sentences that a screen can show after a step that failed."""
    condition = row.condition.upper().replace(" ", "_")
    is_full = platform == "iphone"
    verified = _FULL_READING if is_full else ("signing",)
    match condition:
        case "":
            return ("terms_refused",)
        case "MALFORMED":
            return (f"malformed_{TYPED[row.before]}",)
        case "DIFFERENT":
            return ("not_the_cards" if row.before is Screen.NEW_SIGN_PASSWORD else "confirmation_differs",)
        case "BLOCKED":
            return tuple(f"blocked_{when}_{pin}" for pin in verified for when in ("now", "before"))
        case "UNSUITABLE":
            more = ("face_refused", "wrong_verification_number") if is_full else ()
            other = ("other_card",) if row.before is Screen.READ_AGAIN else ()
            return ("no_sign_certificate", "card_unreadable", *more, *other)
        case "REFUSED":
            return _refusals(row.before)
        case "LATER" if row.before in (Screen.WAIT_FOR_NOTICE, Screen.INSTALL):
            return ("offline",)
    if platform == "android" and condition == "UNFIT":
        return ("offline",)
    return _BY_CONDITION[condition]


def _refusals(screen: Screen) -> tuple[str, ...]:
    """What J-LIS says about an application, and what it says about one that it has accepted."""
    codes = [key.partition(".")[2] for key in keys("notice")]
    registry = [code for code in codes if code.startswith("registry_") and code != "registry_maintenance"]
    if screen in (Screen.WALLET, Screen.READ):
        return tuple(code for code in registry if code not in _NOT_ISSUED)
    return (*_NOT_ISSUED, *(code for code in registry if code.startswith("registry_card_")))


def usual_values(parameters: Parameters, code: str) -> dict[str, object]:
    """What a notice names at a first failure, by the parameters; what only a case knows is left open."""
    needed = Requirements.of(parameters)
    counted = {
        "liveness_failed": "liveness_tries",
        "wrong_input_aid": "input_aid_pin_tries",
        "wrong_signing": "signing_password_tries",
        "wrong_verification_number": "verification_number_tries",
    }
    tries = parameters.count(counted[code]) - 1 if code in counted else 0
    return {"tries_left": tries, "model": "…", "oldest": needed.model, "ios": needed.system, "sw": "…", "until": "…"}
