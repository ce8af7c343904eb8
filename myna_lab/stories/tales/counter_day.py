"""A day at the municipal window: ten residents, each asked the right question and helped in the right way."""

from collections.abc import Iterator

from myna_lab.lab import Lab
from myna_lab.stories.counter import CounterDay
from myna_lab.stories.playing import Line, line


def tale(lab: Lab) -> Iterator[Line]:
    """Each visitor's sentence, then why what was done is right; a learner chooses by hand (``stories.CounterDay``)."""
    day = CounterDay(lab)
    yield line("opens")
    for visitor in day:
        yield line(f"{visitor.visit.name}.says")
        visitor.ask(visitor.visit.ask)
        for act in visitor.visit.right:
            visitor.do(act)
        lab.advance("10min")
        yield line(f"{visitor.visit.name}.why")
