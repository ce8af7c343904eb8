"""A new Android while the old iPhone is offline: everybody learns of the revocation, and the iPhone last."""

from collections.abc import Iterator

from myna_lab.lab import Lab
from myna_lab.stories.acting import set_up, until
from myna_lab.stories.playing import Line, line


def tale(lab: Lab) -> Iterator[Line]:
    """The old one is shown at a counter and tried at the portal, in the gap and after it; its dead pass stays."""
    until(lab, "10:00")
    owner = lab.resident()
    old = set_up(lab.iphone(owner))
    until(lab, "09:53")
    old.go_offline()
    new = set_up(lab.android(owner), works=False)
    yield line("applied")
    lab.counter.check_age(old)
    yield line("counter")
    old.go_online()
    lab.portal.log_in(old)
    yield line("the_old_one")
    lab.advance("15min")
    lab.portal.log_in(old)
    lab.portal.log_in(new)
    lab.counter.check_age(old)
    yield line("tick")
    yield line("dead_pass", passes=len(old.wallet))
    old.delete_pass()
    yield line("deleted", passes=len(old.wallet))
