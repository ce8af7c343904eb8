"""The app's set-up as a pure state machine: screens, taps, one effect a step. Views and text only look at it."""

from myna_lab.provisioning.flow import Flow, Notice
from myna_lab.provisioning.screens import (
    ANDROID_RULES,
    ENDS,
    IPHONE_RULES,
    NUMBERS,
    RULES,
    Outcome,
    Screen,
)
from myna_lab.provisioning.surroundings import Memory, Surroundings

__all__ = [
    "ANDROID_RULES",
    "ENDS",
    "IPHONE_RULES",
    "NUMBERS",
    "RULES",
    "Flow",
    "Memory",
    "Notice",
    "Outcome",
    "Screen",
    "Surroundings",
]
