"""An expired certificate at the clinic: that she is insured is still shown for a while, and nothing else works."""

from collections.abc import Iterator
from datetime import timedelta

from myna_lab.lab import Lab
from myna_lab.stories.acting import not_before, pin, until
from myna_lab.stories.playing import Line, line


def tale(lab: Lab) -> Iterator[Line]:
    """The last day, the day after, and the day after three months have passed since the end of that month."""
    not_before(lab, "2025-09-19")
    until(lab, "Mon 09:00")
    patient = lab.resident(card_expires=lab.now.date().isoformat())
    lab.clinic.check_in(patient.card, pin(patient))
    lab.portal.log_in(patient.card, pin(patient))
    yield line("before")
    lab.advance("1d")
    lab.clinic.check_in(patient.card, pin(patient))
    lab.portal.log_in(patient.card, pin(patient))
    yield line("expired")
    lab.advance(timedelta(days=125))
    lab.clinic.check_in(patient.card, pin(patient))
    yield line("over")
