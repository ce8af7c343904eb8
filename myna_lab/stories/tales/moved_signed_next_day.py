"""Moved house, signed the next day: the signing certificate states the old address, and has lapsed overnight."""

from collections.abc import Iterator

from myna_lab.lab import Lab
from myna_lab.stories.acting import password, pin, until
from myna_lab.stories.playing import Line, line


def tale(lab: Lab) -> Iterator[Line]:
    """The same day it still signs, the next it does not; logging in goes on; the window writes a new one."""
    until(lab, "Mon 12:00")
    mover = lab.resident()
    until(lab, "Tue 10:00")
    lab.municipality.move(mover)
    yield line("moved")
    lab.desk.accept(mover.card, password=password(mover))
    yield line("same_day")
    until(lab, "09:00")
    lab.desk.accept(mover.card, password=password(mover))
    lab.portal.log_in(mover.card, pin(mover))
    yield line("next_day")
    lab.municipality.reissue_signing(mover)
    lab.desk.accept(mover.card, password=password(mover))
    yield line("reissued")
