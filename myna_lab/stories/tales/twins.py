"""Twins: a face is compared with a portrait, and not a person with a person."""

from collections.abc import Iterator

from myna_lab.lab import Lab
from myna_lab.stories.acting import until
from myna_lab.stories.playing import Line, line


def tale(lab: Lab) -> Iterator[Line]:
    """A stranger's face is found out; a twin's is not, but the twin lacks the PINs."""
    until(lab, "12:00")
    owner = lab.resident()
    phone = lab.iphone(owner)
    phone.add_card().run(mishaps={"CAPTURE": ["other_face"]})
    yield line("stranger")
    phone.add_card().run(mishaps={"CAPTURE": ["twin"]})
    lab.advance("6min")
    yield line("twin")
    lab.portal.log_in(phone, other_face=True)
    yield line("at_the_phone")
    lab.portal.log_in(phone)
    yield line("owner")
