"""What a nation rests on: the rows of ``parameters.toml`` that the model reads, a lab's and its own, with overrides."""

from __future__ import annotations

from datetime import timedelta

import numpy as np

from myna_lab.errors import MisuseError
from myna_lab.ground.curves import by_day
from myna_lab.parameters import NATION, Parameter, Parameters, defaults

__all__ = ["SERVICES", "SHARED", "Assumptions"]

SERVICES = ("portal", "store", "clinic", "tax", "bank", "private", "counter")
"""Kinds of use: each has its uses a year, the way in which it learns of a revocation, and a cache."""
SHARED = (
    "activation_delay",
    "ocsp_refresh",
    "crl_period",
    "crl_hour",
    "crl_switch_over",
    "revoke_former_at",
    "issue_delay_android",
    "insurance_on_phone_from",
    "android_attributes_from",
    "android_erases_residue",
    "certificate_birthdays",
    "card_birthdays_adult",
    "card_birthdays_minor",
    "leap_day_birthday",
    "sign_certificate_minimum_age",
    "hold_release",
    "mdoc_validity",
)
"""Parameters of a lab that the model of a nation reads, too."""


class Assumptions(Parameters):
    """The parameters of a nation, with overrides; used like a lab's.

    Args:
        overrides: name to value, as text or in the parameter's own type.

    Raises:
        MisuseError: no mapping, unknown name, wrong unit, out of range, wrong form, or values that contradict each
            other.

    Example:
        >>> Assumptions({"ocsp_refresh": "1h"}).duration("ocsp_refresh").seconds
        3600
    """

    _listed = "study.parameters"

    def _defaults(self) -> dict[str, Parameter]:
        of_a_lab = defaults()
        return {name: of_a_lab[name] for name in SHARED} | defaults(NATION)

    def __getitem__(self, name: str) -> Parameter:
        if name not in self and isinstance(name, str) and name in defaults():
            raise MisuseError(
                f"parameter {name} is a laboratory's: it has no effect on a nation; study.parameters lists what has.",
                code="unknown_parameter",
            )
        return super().__getitem__(name)

    def _refuse_contradictions(self) -> None:
        if self.count("certificate_birthdays") > self.count("card_birthdays_adult"):
            raise MisuseError(
                f"parameter certificate_birthdays must not be above card_birthdays_adult, "
                f"{self.count('card_birthdays_adult')}: a certificate ends with its card at the latest; got "
                f"{self.count('certificate_birthdays')}.",
                code="bad_parameter",
            )
        if self["cards_delivered"].changed or self["cards_made"].changed:
            self._refuse_made_and_never_delivered()
        if self.date("android_attributes_from") < self.date("android_phone_from"):
            raise MisuseError(
                f"parameter android_attributes_from must not be before android_phone_from, "
                f"{self.date('android_phone_from')}; got {self.date('android_attributes_from')}.",
                code="bad_parameter",
            )

    def _refuse_made_and_never_delivered(self) -> None:
        day, made = by_day(self["cards_made"].text)[-1]
        later = day + timedelta(days=365)
        days, millions = zip(*by_day(self["cards_delivered"].text), strict=True)
        delivered = float(np.interp(later.toordinal(), [one.toordinal() for one in days], millions))
        if made > delivered:
            raise MisuseError(
                f"parameter cards_made must not be above what cards_delivered is a year later, {delivered:g} million "
                f"on {later}; got {made:g} million on {day}.",
                code="bad_parameter",
            )

    def vary(self, **overrides: object) -> Assumptions:
        """The same with some other values.

        Raises:
            MisuseError: as for the class.
        """
        return Assumptions(dict(self.overrides()) | overrides)
