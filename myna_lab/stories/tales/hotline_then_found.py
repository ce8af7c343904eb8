"""The hotline was called, then the phone was found: logging in is released at the window, signing is not."""

from collections.abc import Iterator

from myna_lab.lab import Lab
from myna_lab.stories.acting import password, set_up, until
from myna_lab.stories.playing import Line, line


def tale(lab: Lab) -> Iterator[Line]:
    """Stopped on Sunday night and found an hour later; released on Monday; signing comes with a new set-up."""
    until(lab, "Fri 12:00")
    owner = lab.resident()
    phone = set_up(lab.iphone(owner))
    until(lab, "Sun 22:07")
    phone.lose()
    lab.hotline.suspend(owner, card=False)
    yield line("call")
    lab.advance("1h")
    phone.find()
    lab.portal.log_in(phone)
    yield line("found")
    until(lab, "Mon 09:03")
    lab.municipality.resume(owner, card=False)
    lab.portal.log_in(phone)
    yield line("window")
    until(lab, "09:15")
    lab.portal.log_in(phone)
    lab.desk.accept(phone, password=password(phone))
    yield line("released")
    set_up(phone)
    lab.desk.accept(phone, password=password(phone))
    yield line("anew")
