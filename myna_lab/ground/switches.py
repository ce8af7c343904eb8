"""Arguments that are on or off: True and False, and nothing that Python would take for them."""

from __future__ import annotations

from myna_lab.errors import MisuseError

__all__ = ["only_bool"]


def only_bool(**switches: object) -> None:
    """Refuse what is neither True nor False, such as ``"no"`` (which Python takes for yes) or 0.

    Raises:
        MisuseError: names the switch.
    """
    for name, value in switches.items():
        if not isinstance(value, bool):
            raise MisuseError(f"{name} is True or False; got {type(value).__name__}.", code="no_bool")
