"""In whose hands a phone is: its owner's, another person's, a stranger's, or nobody's."""

from __future__ import annotations

__all__ = ["FINDER", "NOBODY", "STRANGERS"]

FINDER = "finder"
STRANGERS = (FINDER, "buyer", "repairer")
"""Who may have a phone without being a resident of the lab: nothing is known of them but that it is not their face."""
NOBODY = ""
"""The phone is lost."""
