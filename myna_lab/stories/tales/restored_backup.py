"""A restored backup: photographs and apps come back, the card does not."""

from collections.abc import Iterator

from myna_lab.lab import Lab
from myna_lab.stories.acting import set_up, until
from myna_lab.stories.playing import Line, line
from myna_lab.texts.terms import Term


def tale(lab: Lab) -> Iterator[Line]:
    """Erased and restored onto a new iPhone; the books still have the old card as good; it is added anew."""
    until(lab, "10:00")
    owner = lab.resident()
    old, new = set_up(lab.iphone(owner)), lab.iphone(owner)
    until(lab, "09:53")
    old.erase()
    new.restore_backup(old)
    lab.portal.log_in(new)
    yield line("restored")
    yield line("books", state=Term(f"word.state_of.{lab.certificates(old)[-1].row.state.name}"))
    set_up(new)
    lab.portal.log_in(new)
    yield line("anew")
