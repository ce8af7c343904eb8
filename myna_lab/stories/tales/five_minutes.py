"""Five minutes of impatience: the card is on the phone, and no service takes it yet."""

from collections.abc import Iterator

from myna_lab.lab import Lab
from myna_lab.stories.acting import set_up, until
from myna_lab.stories.playing import Line, line


def tale(lab: Lab) -> Iterator[Line]:
    """Added, tried at once, tried again, tried at the minute that the verdict named."""
    until(lab, "12:00")
    phone = set_up(lab.iphone(lab.resident()), works=False)
    yield line("added")
    refused = lab.portal.log_in(phone)
    yield line("at_once", at=refused.usable_from)
    lab.advance("1min")
    lab.portal.log_in(phone)
    yield line("again")
    lab.advance_to(refused.usable_from or lab.now)
    lab.portal.log_in(phone)
    yield line("works")
