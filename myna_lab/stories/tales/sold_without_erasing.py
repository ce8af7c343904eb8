"""Sold without erasing: the buyer has a phone that still counts as somebody else's card, until its owner revokes it."""

from collections.abc import Iterator

from myna_lab.lab import Lab
from myna_lab.stories.acting import password, set_up, until
from myna_lab.stories.playing import Line, line


def tale(lab: Lab) -> Iterator[Line]:
    """Sold as it is; the buyer's face, four guessed digits; revoked from home; online, the phone erases itself."""
    until(lab, "10:00")
    seller = lab.resident()
    phone = set_up(lab.android(seller))
    until(lab, "13:00")
    phone.hand_to("buyer")
    lab.portal.log_in(phone)
    lab.portal.log_in(phone, "0000")
    yield line("buyer")
    phone.go_offline()
    until(lab, "18:00")
    lab.online_desk.revoke(phone, password=password(seller), signed_with=seller.card)
    yield line("revoked")
    until(lab, "21:00")
    yield line("offline", left=len(phone.certificates))
    phone.go_online()
    lab.portal.log_in(phone)
    yield line("erased", left=len(phone.certificates))
