"""When J-LIS answers what: Android's service hours, the maintenance window, the day of Android's attributes."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

from myna_lab.durations import JST
from myna_lab.durations import at as instant
from myna_lab.errors import MisuseError
from myna_lab.parameters import Parameters

__all__ = ["carries_attributes", "issue_due", "maintenance_until"]

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WINDOW = re.compile(rf"([1-5]) ({'|'.join(_WEEKDAYS)}) (\d\d:\d\d)-(\d\d:\d\d)")


def maintenance_until(at: datetime, parameters: Parameters) -> datetime | None:
    """The end of the maintenance window that an instant lies in; None: J-LIS is at work.

    Args:
        at: the instant.
        parameters: ``maintenance``, such as "1 Sun 03:00-04:00": the first Sunday of each month.

    Raises:
        MisuseError: the parameter has another form.
    """
    text = parameters.text("maintenance")
    if not text:
        return None
    window = _WINDOW.fullmatch(text)
    if window is None:
        raise MisuseError(f"parameter maintenance looks like '1 Sun 03:00-04:00'; got {text!r}.", code="bad_parameter")
    local = at.astimezone(JST)
    opens, closes = time.fromisoformat(window[3]), time.fromisoformat(window[4])
    is_day = local.weekday() == _WEEKDAYS.index(window[2]) and (local.day - 1) // 7 + 1 == int(window[1])
    return datetime.combine(local.date(), closes, JST) if is_day and opens <= local.time() < closes else None


def issue_due(platform: str, at: datetime, parameters: Parameters) -> datetime:
    """When the certificates of an application made now are issued.

    An iPhone's at once; an Android's after a delay within the service hours, otherwise as soon as they begin again.

    Args:
        platform: ``iphone`` or ``android``.
        at: the instant of the application.
        parameters: ``service_hours_android``, ``issue_delay_android``.

    Source: press, 2023-05 (lifecycle fact sheet 3).
    """
    if platform != "android":
        return at
    opens, closes = (time.fromisoformat(text) for text in parameters.text("service_hours_android").split("-"))
    delay = parameters.duration("issue_delay_android")
    local = at.astimezone(JST)
    if opens <= local.time() <= closes:
        return at + delay
    day = local.date() if local.time() < opens else local.date() + timedelta(days=1)
    return datetime.combine(day, opens, JST) + delay


def carries_attributes(platform: str, at: datetime, parameters: Parameters) -> bool:
    """Whether a card that is added now comes with its face: the signed attribute record.

    Args:
        platform: ``iphone`` or ``android``.
        at: the instant of the application.
        parameters: ``android_attributes_from``.

    Source: lifecycle fact sheet 3; whether Android's started on the planned day is not known.
    """
    return platform == "iphone" or at >= instant(parameters.date("android_attributes_from"))
