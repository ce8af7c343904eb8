"""What brings ten residents to the municipal window, what can be done for them, and what must work afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from myna_lab.errors import Refused
from myna_lab.stories.acting import block_pin, password, phone_pin, pin, set_up

if TYPE_CHECKING:
    from myna_lab.lab import Holder, Lab
    from myna_lab.lab.handles import PhoneHandle

__all__ = ["ACTS", "NEEDS", "SITUATIONS"]

_NEW_PIN, _NEW_PASSWORD = "8642", "MADOGUCHI8"
_TOWN = "青波県灯台市みなと町4丁目5番6号"


# ---------------------------------------------------------------------------------------------------- before the visit


def _blocked_pin(lab: Lab) -> Holder:
    holder = lab.resident()
    block_pin(holder, "user_authentication")
    return holder


def _moved_last_week(lab: Lab) -> Holder:
    holder = lab.resident()
    lab.municipality.move(holder, to=_TOWN)
    return holder


def _lost_card(lab: Lab) -> Holder:
    holder = lab.resident()
    lab.hotline.suspend(holder, phone=False)
    return holder


def _four_years_to_go(lab: Lab) -> Holder:
    return lab.resident()


def _bought_a_phone(lab: Lab) -> Holder:
    holder = lab.resident()
    set_up(lab.iphone(holder))
    lab.android(holder)
    return holder


def _blocked_phone_password(lab: Lab) -> Holder:
    holder = lab.resident()
    phone = set_up(lab.iphone(holder))
    for _ in range(lab.parameters.count("phone_signing_password_tries")):
        lab.desk.accept(phone, password="WASURETA1")
    return holder


def _death(lab: Lab) -> Holder:
    """His widow has the phone; the window does not know of the death yet."""
    holder = lab.resident()
    set_up(lab.iphone(holder)).hand_to(lab.resident())
    return holder


def _child_of_twelve(lab: Lab) -> Holder:
    child = lab.resident(born=lab.now.date().replace(year=lab.now.year - 12).isoformat())
    lab.iphone(child)
    return child


def _sold_phone(lab: Lab) -> Holder:
    holder = lab.resident()
    set_up(lab.android(holder)).hand_to("buyer")
    return holder


SITUATIONS: Mapping[str, Callable[[Lab], Holder]] = {
    "blocked_pin": _blocked_pin,
    "moved_last_week": _moved_last_week,
    "lost_card": _lost_card,
    "stopped_card": _lost_card,
    "four_years_to_go": _four_years_to_go,
    "bought_a_phone": _bought_a_phone,
    "blocked_phone_password": _blocked_phone_password,
    "death": _death,
    "child_of_twelve": _child_of_twelve,
    "sold_phone": _sold_phone,
}


# ---------------------------------------------------------------------------------------------------- at the window


def _phone(holder: Holder) -> PhoneHandle:
    """The phone that she has last bought."""
    if not holder.phones:
        raise Refused(f"{holder.person} has no phone.", code="no_phone")
    return holder.phones[-1]


ACTS: Mapping[str, Callable[[Lab, Holder], object]] = {
    "unblock": lambda lab, holder: lab.municipality.unblock(holder.card, "user_authentication", _NEW_PIN),
    "reissue_signing": lambda lab, holder: lab.municipality.reissue_signing(holder),
    "reissue": lambda lab, holder: lab.municipality.reissue(holder, "lost"),
    "reissue_quickly": lambda lab, holder: lab.municipality.reissue(holder, "lost", special=True),
    "resume": lambda lab, holder: lab.municipality.resume(holder),
    "renew": lambda lab, holder: lab.municipality.renew(holder),
    "record_death": lambda lab, holder: lab.municipality.record_death(holder),
    "show_app": lambda lab, holder: _phone(holder).add_card().run(),
    "reset_in_app": lambda lab, holder: _phone(holder).reset_pin("signing", _NEW_PASSWORD, password=password(holder)),
    "revoke_phone": lambda lab, holder: lab.online_desk.revoke(
        _phone(holder), password=password(holder), signed_with=holder.card
    ),
    "explain": lambda lab, holder: None,
}
"""What can be done for a resident, in any case: what the office refuses is refused here, too."""


# ---------------------------------------------------------------------------------------------------- afterwards


def _logs_in(lab: Lab, holder: Holder) -> bool:
    return lab.portal.log_in(holder.card, pin(holder)).accepted


def _nobody_logs_in(lab: Lab, holder: Holder) -> bool:
    phone = _phone(holder)
    return not lab.portal.log_in(phone, phone_pin(phone)).accepted


NEEDS: Mapping[str, Callable[[Lab, Holder], bool]] = {
    "log_in_with_card": _logs_in,
    "sign_with_card": lambda lab, holder: lab.desk.accept(holder.card, password=password(holder)).accepted,
    "log_in_with_phone": lambda lab, holder: lab.portal.log_in(_phone(holder)).accepted,
    "sign_with_phone": lambda lab, holder: lab.desk.accept(_phone(holder), password=password(_phone(holder))).accepted,
    "nobody_logs_in": _nobody_logs_in,
}
"""What must work afterwards, really tried: on a copy of the lab, so that asking changes nothing."""
