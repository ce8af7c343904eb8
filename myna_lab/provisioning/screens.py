"""The screens of the set-up and the rules between them: one table a platform.

    from | tap | to | only if | basis

The numbers are those of set-up facts 1 (hands-on report of June 2025); a screen without number is an end. ``close`` is
lawful on every screen that is not an end: it leads to CLOSED where no row says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Literal

from myna_lab.devices.phone import Platform
from myna_lab.rules import Rule

__all__ = ["ANDROID_RULES", "ENDS", "IPHONE_RULES", "NUMBERS", "RULES", "SECONDS", "Outcome", "Row", "Screen", "Tap"]

Tap = Literal[
    "start_adding",
    "next",
    "back",
    "agree",
    "disagree",
    "start",
    "capture",
    "start_reading",
    "open_notice",
    "add",
    "continue",
    "done",
    "finish",
    "close",
]
"""What can be tapped; ``close`` is on every screen."""


class Screen(Enum):
    """A screen of the app."""

    HOME = "home"
    GUIDANCE = "guidance"
    CARD_AT_HAND = "card at hand"
    OVERVIEW = "overview"
    TERMS = "terms"
    FACE_CAUTIONS = "face cautions"
    READY_TO_CAPTURE = "ready to capture"
    CAPTURE = "capture"
    CAPTURE_DONE = "capture done"
    INPUT_AID_PIN = "input-aid PIN"
    SIGN_PASSWORD = "signing password"
    READ = "read"
    READING_DONE = "reading done"
    WAIT_FOR_NOTICE = "wait for the notice"
    """Android: the application is made; the certificates are issued later."""
    SIGN_PASSWORD_AGAIN = "signing password again"
    READ_AGAIN = "read again"
    NEW_USER_PIN = "new user PIN"
    REPEAT_USER_PIN = "repeat user PIN"
    NEW_SIGN_PASSWORD = "new signing password"
    REPEAT_SIGN_PASSWORD = "repeat signing password"
    ADD_TO_WALLET = "add to Wallet"
    WALLET = "Wallet"
    WALLET_DONE = "card in Wallet"
    INSTALL = "install"
    FIVE_MINUTES = "five minutes"
    LOSS_GUIDANCE = "loss guidance"
    # ends
    DONE = "done"
    CLOSED = "closed"
    PIN_BLOCKED = "PIN blocked"
    REFUSED = "refused"
    INTERRUPTED = "interrupted"
    """J-LIS accepted the application, a former phone is revoked, and this phone does not hold the new card."""


S = Screen
ENDS = frozenset({S.DONE, S.CLOSED, S.PIN_BLOCKED, S.REFUSED, S.INTERRUPTED})
"""Screens after which nothing comes; the next set-up starts from the beginning."""


class Outcome(Enum):
    """What became of a tap."""

    OK = auto()
    SAME = auto()
    """The switch "same as on my plastic card" was on."""
    UNFIT = auto()
    """The phone or its system is too old, or the phone is offline."""
    LIVENESS_FAILED = auto()
    LIVENESS_EXHAUSTED = auto()
    MALFORMED = auto()
    """What was typed cannot be that PIN."""
    DIFFERENT = auto()
    """The two entries differ, or the entry is not the card's."""
    INPUT_AID_PIN_WRONG = auto()
    SIGN_PASSWORD_WRONG = auto()
    BLOCKED = auto()
    LINK_LOST = auto()
    UNSUITABLE = auto()
    """Face, card or certificate do not allow a set-up."""
    REFUSED = auto()
    """J-LIS says no."""
    LATER = auto()
    """Offline, or J-LIS under maintenance: the same tap works later."""
    INTERRUPTED = auto()
    """The answer came, and was not installed."""


@dataclass(frozen=True, slots=True)
class Row(Rule[Screen]):
    """A tap leads from one screen to another."""

    on: Tap


def only(outcome: Outcome) -> Callable[[Outcome], bool]:
    """The predicate "the tap's outcome is this one", named for the table."""

    def predicate(actual: Outcome) -> bool:
        return actual is outcome

    predicate.__name__ = f"is_{outcome.name.lower()}"
    return predicate


OK, SAME, UNFIT, MALFORMED, DIFFERENT = (
    only(o) for o in (Outcome.OK, Outcome.SAME, Outcome.UNFIT, Outcome.MALFORMED, Outcome.DIFFERENT)
)
LIVENESS_FAILED, LIVENESS_EXHAUSTED = only(Outcome.LIVENESS_FAILED), only(Outcome.LIVENESS_EXHAUSTED)
INPUT_AID_PIN_WRONG, SIGN_PASSWORD_WRONG = only(Outcome.INPUT_AID_PIN_WRONG), only(Outcome.SIGN_PASSWORD_WRONG)
BLOCKED, LINK_LOST = only(Outcome.BLOCKED), only(Outcome.LINK_LOST)
UNSUITABLE, REFUSED = only(Outcome.UNSUITABLE), only(Outcome.REFUSED)
NOT_NOW, INTERRUPTED = only(Outcome.LATER), only(Outcome.INTERRUPTED)

HANDS_ON = "reported: set-up facts 1 (hands-on, 2025-06-24)"
PRESS_2023 = "reported: set-up facts 2 (press, 2023-05)"
LATER = "assumed: tried again on the same screen"

_PINS: tuple[Row, ...] = (
    Row(S.NEW_USER_PIN, "next", S.REPEAT_USER_PIN, HANDS_ON, OK),
    Row(S.NEW_USER_PIN, "next", S.NEW_SIGN_PASSWORD, "reported: same as the card's, asked once", SAME),
    Row(S.NEW_USER_PIN, "next", S.NEW_USER_PIN, LATER, MALFORMED),
    Row(S.REPEAT_USER_PIN, "next", S.NEW_SIGN_PASSWORD, HANDS_ON, OK),
    Row(S.REPEAT_USER_PIN, "next", S.NEW_USER_PIN, "assumed: both are typed again", DIFFERENT),
    Row(S.REPEAT_USER_PIN, "back", S.NEW_USER_PIN, "assumed"),
    Row(S.NEW_SIGN_PASSWORD, "next", S.REPEAT_SIGN_PASSWORD, HANDS_ON, OK),
    Row(S.NEW_SIGN_PASSWORD, "next", S.NEW_SIGN_PASSWORD, LATER, MALFORMED),
    Row(S.NEW_SIGN_PASSWORD, "next", S.NEW_SIGN_PASSWORD, "assumed: the app knows the card's", DIFFERENT),
    Row(S.NEW_SIGN_PASSWORD, "back", S.NEW_USER_PIN, "assumed"),
    Row(S.REPEAT_SIGN_PASSWORD, "next", S.NEW_SIGN_PASSWORD, "assumed: both are typed again", DIFFERENT),
    Row(S.REPEAT_SIGN_PASSWORD, "back", S.NEW_SIGN_PASSWORD, "assumed"),
)

_CLOSING: tuple[Row, ...] = (
    Row(S.FIVE_MINUTES, "next", S.LOSS_GUIDANCE, HANDS_ON),
    Row(S.FIVE_MINUTES, "close", S.DONE, "assumed: the card is on the phone, only guidance is missed"),
    Row(S.LOSS_GUIDANCE, "finish", S.DONE, HANDS_ON),
    Row(S.LOSS_GUIDANCE, "close", S.DONE, "assumed: the card is on the phone, only guidance is missed"),
)

_ACCEPTED = (
    S.WAIT_FOR_NOTICE,
    S.SIGN_PASSWORD_AGAIN,
    S.READ_AGAIN,
    S.NEW_USER_PIN,
    S.REPEAT_USER_PIN,
    S.NEW_SIGN_PASSWORD,
    S.REPEAT_SIGN_PASSWORD,
    S.INSTALL,
)
"""Android's screens between the accepted application and the installation."""

IPHONE_RULES: tuple[Row, ...] = (
    Row(S.HOME, "start_adding", S.GUIDANCE, HANDS_ON, OK),
    Row(S.HOME, "start_adding", S.HOME, "confirmed: requirements of the Apple support page", UNFIT),
    Row(S.GUIDANCE, "next", S.CARD_AT_HAND, HANDS_ON),
    Row(S.CARD_AT_HAND, "next", S.OVERVIEW, HANDS_ON),
    Row(S.CARD_AT_HAND, "back", S.GUIDANCE, "assumed"),
    Row(S.OVERVIEW, "next", S.TERMS, HANDS_ON),
    Row(S.OVERVIEW, "back", S.CARD_AT_HAND, "assumed"),
    Row(S.TERMS, "agree", S.FACE_CAUTIONS, HANDS_ON),
    Row(S.TERMS, "disagree", S.CLOSED, "reported: refusing the terms leaves the flow"),
    Row(S.TERMS, "back", S.OVERVIEW, "assumed"),
    Row(S.FACE_CAUTIONS, "next", S.READY_TO_CAPTURE, HANDS_ON),
    Row(S.READY_TO_CAPTURE, "start", S.CAPTURE, HANDS_ON),
    Row(S.READY_TO_CAPTURE, "back", S.FACE_CAUTIONS, "assumed"),
    Row(S.CAPTURE, "capture", S.CAPTURE_DONE, HANDS_ON, OK),
    Row(S.CAPTURE, "capture", S.READY_TO_CAPTURE, LATER, LIVENESS_FAILED),
    Row(S.CAPTURE, "capture", S.REFUSED, "assumed: tries are limited", LIVENESS_EXHAUSTED),
    Row(S.CAPTURE_DONE, "next", S.INPUT_AID_PIN, HANDS_ON),
    Row(S.INPUT_AID_PIN, "next", S.SIGN_PASSWORD, HANDS_ON, OK),
    Row(S.INPUT_AID_PIN, "next", S.INPUT_AID_PIN, LATER, MALFORMED),
    Row(S.SIGN_PASSWORD, "next", S.READ, HANDS_ON, OK),
    Row(S.SIGN_PASSWORD, "next", S.SIGN_PASSWORD, LATER, MALFORMED),
    Row(S.SIGN_PASSWORD, "back", S.INPUT_AID_PIN, "assumed"),
    Row(S.READ, "start_reading", S.READING_DONE, HANDS_ON, OK),
    Row(S.READ, "start_reading", S.INPUT_AID_PIN, "assumed: the wrong one is typed again", INPUT_AID_PIN_WRONG),
    Row(S.READ, "start_reading", S.SIGN_PASSWORD, "assumed: the wrong one is typed again", SIGN_PASSWORD_WRONG),
    Row(S.READ, "start_reading", S.PIN_BLOCKED, "confirmed: it must be reset first (office.PIN_RESETS)", BLOCKED),
    Row(S.READ, "start_reading", S.READ, LATER, LINK_LOST),
    Row(S.READ, "start_reading", S.REFUSED, "confirmed: a signing certificate is needed; face: assumed", UNSUITABLE),
    Row(S.READ, "back", S.SIGN_PASSWORD, "assumed"),
    Row(S.READING_DONE, "next", S.NEW_USER_PIN, HANDS_ON),
    *_PINS,
    Row(S.NEW_SIGN_PASSWORD, "next", S.ADD_TO_WALLET, "reported: same as the card's, asked once", SAME),
    Row(S.REPEAT_SIGN_PASSWORD, "next", S.ADD_TO_WALLET, HANDS_ON, OK),
    Row(S.ADD_TO_WALLET, "add", S.WALLET, HANDS_ON),
    Row(S.WALLET, "continue", S.WALLET_DONE, HANDS_ON, OK),
    Row(S.WALLET, "continue", S.REFUSED, "assumed: the registry checks here", REFUSED),
    Row(S.WALLET, "continue", S.WALLET, LATER, NOT_NOW),
    Row(S.WALLET, "continue", S.INTERRUPTED, "assumed: issued, but not added; the next try cleans up", INTERRUPTED),
    Row(S.WALLET_DONE, "done", S.FIVE_MINUTES, HANDS_ON),
    Row(S.WALLET_DONE, "close", S.DONE, "assumed: the card is on the phone, only guidance is missed"),
    *_CLOSING,
)

ANDROID_RULES: tuple[Row, ...] = (
    Row(S.HOME, "start_adding", S.GUIDANCE, PRESS_2023, OK),
    Row(S.HOME, "start_adding", S.HOME, "confirmed: requirements", UNFIT),
    Row(S.GUIDANCE, "next", S.TERMS, PRESS_2023),
    Row(S.TERMS, "agree", S.SIGN_PASSWORD, PRESS_2023),
    Row(S.TERMS, "disagree", S.CLOSED, "reported: refusing the terms leaves the flow"),
    Row(S.TERMS, "back", S.GUIDANCE, "assumed"),
    Row(S.SIGN_PASSWORD, "next", S.READ, PRESS_2023, OK),
    Row(S.SIGN_PASSWORD, "next", S.SIGN_PASSWORD, LATER, MALFORMED),
    Row(S.READ, "start_reading", S.WAIT_FOR_NOTICE, PRESS_2023, OK),
    Row(S.READ, "start_reading", S.SIGN_PASSWORD, "assumed: typed again", SIGN_PASSWORD_WRONG),
    Row(S.READ, "start_reading", S.PIN_BLOCKED, "confirmed: it must be reset first (office.PIN_RESETS)", BLOCKED),
    Row(S.READ, "start_reading", S.READ, LATER, LINK_LOST),
    Row(S.READ, "start_reading", S.REFUSED, "confirmed: a signing certificate is needed", UNSUITABLE),
    Row(S.READ, "start_reading", S.REFUSED, "assumed: the registry checks here", REFUSED),
    Row(S.READ, "start_reading", S.READ, LATER, NOT_NOW),
    Row(S.READ, "back", S.SIGN_PASSWORD, "assumed"),
    Row(S.WAIT_FOR_NOTICE, "open_notice", S.SIGN_PASSWORD_AGAIN, PRESS_2023, OK),
    Row(S.WAIT_FOR_NOTICE, "open_notice", S.REFUSED, "assumed: a later application wins", REFUSED),
    Row(S.WAIT_FOR_NOTICE, "open_notice", S.WAIT_FOR_NOTICE, LATER, NOT_NOW),
    Row(S.SIGN_PASSWORD_AGAIN, "next", S.READ_AGAIN, PRESS_2023, OK),
    Row(S.SIGN_PASSWORD_AGAIN, "next", S.SIGN_PASSWORD_AGAIN, LATER, MALFORMED),
    Row(S.READ_AGAIN, "start_reading", S.NEW_USER_PIN, PRESS_2023, OK),
    Row(S.READ_AGAIN, "start_reading", S.SIGN_PASSWORD_AGAIN, "assumed: typed again", SIGN_PASSWORD_WRONG),
    Row(S.READ_AGAIN, "start_reading", S.PIN_BLOCKED, "confirmed: it must be reset first (office.PIN_RESETS)", BLOCKED),
    Row(S.READ_AGAIN, "start_reading", S.READ_AGAIN, LATER, LINK_LOST),
    Row(S.READ_AGAIN, "start_reading", S.REFUSED, "assumed: another card than at the application", UNSUITABLE),
    Row(S.READ_AGAIN, "back", S.SIGN_PASSWORD_AGAIN, "assumed"),
    *_PINS,
    Row(S.NEW_SIGN_PASSWORD, "next", S.INSTALL, "assumed: as on the iPhone", SAME),
    Row(S.REPEAT_SIGN_PASSWORD, "next", S.INSTALL, PRESS_2023, OK),
    Row(S.INSTALL, "continue", S.FIVE_MINUTES, PRESS_2023, OK),
    Row(S.INSTALL, "continue", S.REFUSED, "assumed: a later application wins", REFUSED),
    Row(S.INSTALL, "continue", S.INSTALL, LATER, NOT_NOW),
    Row(S.INSTALL, "continue", S.INTERRUPTED, "assumed: issued, but not added; the next try cleans up", INTERRUPTED),
    *_CLOSING,
    *(Row(s, "close", S.INTERRUPTED, "assumed: applied for, but not added; the next try cleans up") for s in _ACCEPTED),
)

RULES: Mapping[Platform, tuple[Row, ...]] = {"iphone": IPHONE_RULES, "android": ANDROID_RULES}
"""The table of each platform."""


def _numbers(rules: tuple[Row, ...]) -> dict[Screen, int]:
    order = dict.fromkeys(rule.before for rule in rules)
    shown = [screen for screen in Screen if screen in order]
    return {screen: number for number, screen in enumerate(shown, 1)}


NUMBERS = {platform: _numbers(rules) for platform, rules in RULES.items()}
"""The number of each screen on its platform; 1 to 22 on the iPhone."""

SECONDS: dict[Screen, str] = {
    S.CAPTURE: "seconds_to_capture",
    S.INPUT_AID_PIN: "seconds_to_type_pin",
    S.SIGN_PASSWORD: "seconds_to_type_password",
    S.SIGN_PASSWORD_AGAIN: "seconds_to_type_password",
    S.READ: "seconds_to_read_card",
    S.READ_AGAIN: "seconds_to_read_card",
    S.NEW_USER_PIN: "seconds_to_type_pin",
    S.REPEAT_USER_PIN: "seconds_to_type_pin",
    S.NEW_SIGN_PASSWORD: "seconds_to_type_password",
    S.REPEAT_SIGN_PASSWORD: "seconds_to_type_password",
    S.WALLET: "seconds_in_wallet",
    S.INSTALL: "seconds_in_wallet",
}
"""Which parameter says how long a screen takes; the others are only read: ``seconds_to_read``."""
