"""The security status of one reference data: a table that a student reads aloud.

    from | on | to | only if | basis

The retry counter persists. Whether a PIN is verified is forgotten when the power is gone and when another application
is selected; SELECT of the same application and a warm reset keep it (two parameters say otherwise).
"""

from __future__ import annotations

from enum import Enum

from myna_lab.rules import Rule, mermaid

__all__ = ["ON", "SECURITY_STATUS_RULES", "SecurityStatus", "diagram", "status_of"]


class SecurityStatus(Enum):
    """Where one reference data stands."""

    NOT_VERIFIED = "not verified"
    VERIFIED = "verified"
    BLOCKED = "blocked"
    """No try is left."""


S = SecurityStatus


class ON:
    """What can happen to reference data."""

    QUERY = "VERIFY without data"
    RIGHT = "VERIFY right"
    WRONG = "VERIFY wrong"
    FACE_OR_FINGER = "face or finger"
    CHANGE = "CHANGE REFERENCE DATA"
    AGAIN = "SELECT of the same application, warm reset"
    FORGET = "SELECT of another application, power-off"
    UNBLOCK = "reset at the window, in a store or by the app"


def is_last_try(tries_left: int) -> bool:
    """One try was left."""
    return tries_left == 1


def is_not_last_try(tries_left: int) -> bool:
    """More than one try was left."""
    return tries_left > 1


SECURITY_STATUS_RULES: tuple[Rule[SecurityStatus], ...] = (
    #    from            on                 to              basis
    Rule(S.NOT_VERIFIED, ON.QUERY, S.NOT_VERIFIED, "63Cx; card facts 2.5.13 (ISO/IEC 7816-4 would allow 9000)"),
    Rule(S.VERIFIED, ON.QUERY, S.VERIFIED, "63Cx; card facts 2.5.14"),
    Rule(S.BLOCKED, ON.QUERY, S.BLOCKED, "63C0; card facts 2.5.13"),
    Rule(S.NOT_VERIFIED, ON.RIGHT, S.VERIFIED, "9000, counter to its maximum; ISO/IEC 7816-4 11.6.6"),
    Rule(S.VERIFIED, ON.RIGHT, S.VERIFIED, "9000, counter to its maximum; ISO/IEC 7816-4 11.6.6"),
    Rule(S.NOT_VERIFIED, ON.WRONG, S.NOT_VERIFIED, "63Cx, counter less one; ISO/IEC 7816-4", is_not_last_try),
    Rule(S.VERIFIED, ON.WRONG, S.NOT_VERIFIED, "63Cx, counter less one; ISO/IEC 7816-4", is_not_last_try),
    Rule(S.NOT_VERIFIED, ON.WRONG, S.BLOCKED, "63C0; ISO/IEC 7816-4", is_last_try),
    Rule(S.VERIFIED, ON.WRONG, S.BLOCKED, "63C0; ISO/IEC 7816-4", is_last_try),
    Rule(S.BLOCKED, ON.RIGHT, S.BLOCKED, "6984; card facts 2.5.10"),
    Rule(S.BLOCKED, ON.WRONG, S.BLOCKED, "6984; card facts 2.5.10"),
    Rule(S.NOT_VERIFIED, ON.FACE_OR_FINGER, S.VERIFIED, "phones only; no command, the counter stays; assumed"),
    Rule(S.VERIFIED, ON.FACE_OR_FINGER, S.VERIFIED, "phones only; assumed"),
    Rule(S.VERIFIED, ON.CHANGE, S.VERIFIED, "9000; before a VERIFY 6982: assumed, card facts 2.5.18"),
    Rule(S.NOT_VERIFIED, ON.AGAIN, S.NOT_VERIFIED, "card facts 2.5.22 and 2.5.23"),
    Rule(S.VERIFIED, ON.AGAIN, S.VERIFIED, "card facts 2.5.22 and 2.5.23; so a log-out by SELECT does not log out"),
    Rule(S.BLOCKED, ON.AGAIN, S.BLOCKED, "the counter persists"),
    Rule(S.NOT_VERIFIED, ON.FORGET, S.NOT_VERIFIED, "card facts 2.5.21"),
    Rule(S.VERIFIED, ON.FORGET, S.NOT_VERIFIED, "card facts 2.5.21, measured"),
    Rule(S.BLOCKED, ON.FORGET, S.BLOCKED, "the counter persists"),
    Rule(S.BLOCKED, ON.UNBLOCK, S.NOT_VERIFIED, "office.PIN_RESETS: no command does it"),
)


def diagram() -> str:
    """The table as a Mermaid state diagram."""
    return mermaid(SECURITY_STATUS_RULES, S.NOT_VERIFIED)


def status_of(tries_left: int, verified: bool) -> SecurityStatus:
    """The status that counter and memory make together."""
    if tries_left == 0:
        return S.BLOCKED
    return S.VERIFIED if verified else S.NOT_VERIFIED
