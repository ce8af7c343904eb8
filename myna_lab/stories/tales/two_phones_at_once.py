"""Two phones at once: both set-ups run side by side, and the later application wins."""

from collections.abc import Iterator

from myna_lab.lab import Lab
from myna_lab.provisioning import Screen
from myna_lab.stories.acting import until
from myna_lab.stories.playing import Line, line


def tale(lab: Lab) -> Iterator[Line]:
    """The Android has applied and waits; meanwhile the iPhone is done."""
    until(lab, "12:00")
    owner = lab.resident()
    iphone, android = lab.iphone(owner), lab.android(owner)
    waiting = android.add_card()
    while waiting.screen is not Screen.WAIT_FOR_NOTICE:
        waiting.next(waiting.own_entry())
    yield line("first")
    iphone.add_card().run()
    yield line("second")
    waiting.run()
    yield line("refused")
    lab.advance("6min")
    lab.portal.log_in(iphone)
    lab.portal.log_in(android)
    yield line("works")
