"""The app's set-up as a pure state machine: screens, taps, one effect a step. Views and text only look at it."""

from myna_lab.provisioning.flow import Flow, Notice
from myna_lab.provisioning.screens import (
    ANDROID_RULES,
    ENDS,
    IPHONE_RULES,
    NUMBERS,
    RULES,
    Outcome,
    Row,
    Screen,
    Tap,
)
from myna_lab.provisioning.surroundings import Memory, Phone, Surroundings
from myna_lab.provisioning.taps import MISHAPS, TYPED, Mishap

__all__ = [
    "ANDROID_RULES",
    "ENDS",
    "IPHONE_RULES",
    "MISHAPS",
    "NUMBERS",
    "RULES",
    "TYPED",
    "Flow",
    "Memory",
    "Mishap",
    "Notice",
    "Outcome",
    "Phone",
    "Row",
    "Screen",
    "Surroundings",
    "Tap",
]
