"""What may be left at home: one row an errand, asked of the services on private copies of the lab."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from myna_lab.card import Chip
from myna_lab.durations import JST
from myna_lab.events import Verdict
from myna_lab.lab.handles import Holder, PhoneHandle
from myna_lab.provisioning import Screen

if TYPE_CHECKING:
    import pandas as pd

    from myna_lab.lab.lab import Lab

__all__ = ["ERRANDS", "errands"]

Shown = Chip | PhoneHandle


def _log_in(lab: Lab, holder: Holder, shown: Shown) -> Verdict:
    return lab.portal.log_in(shown, _pin(holder, shown))


def _sign(lab: Lab, holder: Holder, shown: Shown) -> Verdict:
    return lab.desk.accept(shown, password=holder._resident.signing_password if isinstance(shown, Chip) else None)


def _see_a_doctor(lab: Lab, holder: Holder, shown: Shown) -> Verdict:
    return lab.clinic.check_in(shown, _pin(holder, shown))


def _drive(lab: Lab, holder: Holder, shown: Shown) -> Verdict:
    return lab.police.check_licence(shown)


def _pin(holder: Holder, shown: Shown) -> str | None:
    return holder._resident.user_authentication_pin if isinstance(shown, Chip) else None


ERRANDS: Mapping[str, Callable[[Lab, Holder, Shown], Verdict]] = {
    "log in to the portal": _log_in,
    "sign an application on line": _sign,
    "see a doctor": _see_a_doctor,
    "drive a car": _drive,
}
"""Errand to the question that a service is asked."""


def errands(lab: Lab, holder: Holder | None, at: datetime) -> pd.DataFrame:
    """The table of :meth:`myna_lab.lab.Lab.errands`."""
    import pandas as pd

    person = holder.person if holder is not None else next((h.person for h in lab.residents), None)
    columns: dict[str, list[str]] = {}
    for name in ("plastic", "iphone", "android"):
        copy = lab.fork(at)
        owner = copy.resident(licence=True) if person is None else Holder(copy, person)
        shown = owner.card if name == "plastic" else _phone(copy, owner, name, at)
        verdicts = [question(copy, owner, shown) for question in ERRANDS.values()]
        columns[name] = [_answer(verdict) for verdict in verdicts]
        columns[f"{name}_reason"] = [verdict.code for verdict in verdicts]
        copy.close()
    order = ["plastic", "iphone", "android", "plastic_reason", "iphone_reason", "android_reason"]
    return pd.DataFrame(columns, index=pd.Index(list(ERRANDS), name="errand"), dtype="str")[order]


def _phone(copy: Lab, owner: Holder, platform: str, at: datetime) -> PhoneHandle:
    """The holder's newest phone of a platform; if she has none, one is set up in a copy, in time to work."""
    for phone in reversed(owner.phones):
        if phone._phone.platform == platform:
            return phone
    phone = getattr(copy, platform)(owner)
    assert isinstance(phone, PhoneHandle)
    if phone.add_card().run().screen is Screen.DONE:
        for row in copy.books.live_on_phones(owner.person):
            copy.advance_to(max(copy.now, row.activates_at))
    return phone


def _answer(verdict: Verdict) -> str:
    if verdict.accepted:
        return "yes"
    return f"from {verdict.usable_from.astimezone(JST):%Y-%m-%d}" if verdict.usable_from else "no"
