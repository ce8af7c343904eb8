"""The whole office: one name for all that its sections decide."""

from __future__ import annotations

from myna_lab.jlis.office.online import OnlineSection
from myna_lab.jlis.office.phones import PhoneSection
from myna_lab.jlis.office.pin_resets import PinSection
from myna_lab.jlis.office.records import RecordsSection
from myna_lab.jlis.office.registering import RegisterSection
from myna_lab.jlis.office.replacing import ReplacingSection
from myna_lab.jlis.office.stopping import StoppingSection

__all__ = ["Office"]


class Office(
    RegisterSection, ReplacingSection, StoppingSection, OnlineSection, RecordsSection, PhoneSection, PinSection
):
    """J-LIS and the municipal windows: each method decides one request; its arguments are as for :class:`Section`."""

    def __repr__(self) -> str:
        return f"<Office TEST over {self.books!r}>"
