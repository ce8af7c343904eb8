"""Under 15: a card without a signing certificate cannot come onto a phone."""

from collections.abc import Iterator

from myna_lab.lab import Lab
from myna_lab.stories.acting import not_before, pin, until
from myna_lab.stories.card_kinds import card_of_kind
from myna_lab.stories.playing import Line, line
from myna_lab.texts.terms import Term


def tale(lab: Lab) -> Iterator[Line]:
    """A child of twelve: the card serves at the clinic; the phone's set-up ends at the reading."""
    not_before(lab, "2025-09-19")
    until(lab, "10:00")
    child = card_of_kind(lab, "under_15")
    lab.clinic.check_in(child.card, pin(child))
    yield line("clinic")
    flow = lab.iphone(child).add_card().run()
    yield line("reading", screen=Term(f"screen.{flow.screen.name}.title"))
    lab.clinic.check_in(child.card, pin(child))
    yield line("card_again")
