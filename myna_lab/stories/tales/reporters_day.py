"""A reporter's day: the five warnings of a hands-on, each one done and felt."""

from collections.abc import Iterator

from myna_lab.lab import Lab
from myna_lab.stories.acting import not_before, phone_pin, pin, set_up, until
from myna_lab.stories.playing import Line, line


def tale(lab: Lab) -> Iterator[Line]:
    """The missions one after another, as somebody may solve them; ``stories.ReportersDay`` is for a learner's hands."""
    until(lab, "09:50")
    reporter = lab.resident(licence=True)
    iphone = set_up(lab.iphone(reporter), works=False)
    refused = lab.portal.log_in(iphone)
    lab.advance_to(refused.usable_from or lab.now)
    lab.portal.log_in(iphone)
    yield line("five_minutes_sting")
    until(lab, "10:47")
    android = set_up(lab.android(reporter), works=False)
    lab.portal.log_in(iphone)
    lab.advance("15min")
    lab.portal.log_in(iphone)
    lab.counter.check_age(iphone)
    yield line("new_phone_sting")
    android.go_offline()
    iphone = set_up(lab.iphone(reporter))
    android.go_online()
    yield line("lift_sting")
    lab.police.check_licence(iphone)
    lab.police.check_licence(reporter.card)
    lab.clinic.check_in(iphone)
    not_before(lab, "2025-09-19 10:00")
    lab.clinic.check_in(iphone)
    lab.clinic.check_in(reporter.card, pin(reporter))
    yield line("bare_hands_sting")
    until(lab, "Fri 20:00")
    iphone.lose()
    lab.hotline.suspend(reporter, card=False)
    iphone.hand_to("finder")
    lab.advance("11min")
    lab.portal.log_in(iphone, phone_pin(iphone))
    until(lab, "20:15")
    lab.portal.log_in(iphone, phone_pin(iphone))
    yield line("friday_sting")
