"""What a screen says: its own sentences, or those for what is special about this phone now."""

from __future__ import annotations

from collections.abc import Iterator

from myna_lab.ground.durations import at as instant
from myna_lab.jlis.office import carries_attributes
from myna_lab.provisioning.screens import Screen
from myna_lab.provisioning.steps import Step
from myna_lab.texts import both, text

__all__ = ["app", "body", "fact", "title"]

_IN_WALLET = (Screen.WALLET, Screen.WALLET_DONE)
"""Screens of Wallet; source: set-up facts 1.19, 1.22 and 1.23 (then the app again)."""


def app(step: Step, language: str) -> str:
    """The name of the app that shows the screen, at this instant, in ``ja`` or ``en``."""
    if step.screen in _IN_WALLET:
        return text("word.app_wallet", language)
    renamed = step.around.now >= instant(step.around.parameters.date("app_renamed_on"))
    return text("word.app_renamed" if renamed else "word.app", language)


def title(step: Step, language: str) -> str:
    """The screen's title in ``ja`` or ``en``."""
    return text(f"screen.{_key(step)}.title", language)


def body(step: Step, language: str) -> str:
    """What the screen says in ``ja`` or ``en``."""
    delay = round(step.around.parameters.duration("activation_delay").total_seconds() / 60, 1)
    return text(f"screen.{_key(step)}.body", language, minutes=delay)


def fact(step: Step, language: str) -> str:
    """What this screen teaches, in ``ja`` or ``en``."""
    return text(f"screen.{_key(step, 'fact')}.fact", language)


def _key(step: Step, part: str = "title") -> str:
    name = step.screen.name
    keys = (f"{situation}.{name}" for situation in _situations(step))
    return next((key for key in keys if both(f"screen.{key}.{part}")), name)


def _situations(step: Step) -> Iterator[str]:
    """Situations that may have their own sentences, the most special first."""
    platform = step.phone.platform
    if step.phone.installed is not None:
        yield "holding"
    if platform == "android" and carries_attributes(platform, step.around.now, step.around.parameters):
        yield "android_with_face"
    yield platform
