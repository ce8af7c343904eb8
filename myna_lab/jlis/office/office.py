"""The whole office: one name for all that its sections decide."""

from __future__ import annotations

from myna_lab.jlis.office.cards import CardSection
from myna_lab.jlis.office.phones import PhoneSection
from myna_lab.jlis.office.pin_resets import PinSection
from myna_lab.jlis.office.revoking import RevokingSection

__all__ = ["Office"]


class Office(CardSection, PhoneSection, RevokingSection, PinSection):
    """J-LIS and the municipal windows: each method decides one request; its arguments are as for :class:`Section`."""

    def __repr__(self) -> str:
        return f"<Office TEST over {self.books!r}>"
