"""The lab: clock, chance, log and agenda, the journal file, and thin handles of people and things."""

from myna_lab.analysis.explain import Explanation
from myna_lab.lab.handles import Android, Holder, IPhone
from myna_lab.lab.lab import Lab

__all__ = ["Android", "Explanation", "Holder", "IPhone", "Lab"]
