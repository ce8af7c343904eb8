"""Lost on Friday night: who knows the PIN goes on, until the call is written down and the services hear of it."""

from collections.abc import Iterator

from myna_lab.lab import Lab
from myna_lab.stories.acting import phone_pin, set_up, until
from myna_lab.stories.playing import Line, line


def tale(lab: Lab) -> Iterator[Line]:
    """Lost at 20:00; a finder's face, then the PIN that he saw; the hotline; the next quarter of an hour."""
    until(lab, "Thu 12:00")
    owner = lab.resident()
    phone = set_up(lab.iphone(owner))
    until(lab, "Fri 20:00")
    phone.lose()
    yield line("lost")
    phone.hand_to("finder")
    lab.portal.log_in(phone)
    yield line("face")
    lab.portal.log_in(phone, phone_pin(phone))
    yield line("pin")
    until(lab, "20:36")
    lab.hotline.suspend(owner)
    lab.portal.log_in(phone, phone_pin(phone))
    yield line("call")
    lab.advance("11min")
    lab.portal.log_in(phone, phone_pin(phone))
    yield line("recorded")
    until(lab, "21:00")
    lab.portal.log_in(phone, phone_pin(phone))
    yield line("tick")
