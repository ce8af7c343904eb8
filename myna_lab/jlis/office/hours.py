"""When J-LIS does what: Android's hours and attributes, the maintenance window, the making of a card's certificates."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from myna_lab.ground.birthdays import age, birthday
from myna_lab.ground.chance import Chance
from myna_lab.ground.durations import JST
from myna_lab.ground.durations import at as instant
from myna_lab.ground.holidays import is_turn_of_year, public_holiday
from myna_lab.parameters import Parameters

__all__ = [
    "card_made_at",
    "carries_attributes",
    "issue_due",
    "kiosk_opens",
    "maintenance_until",
    "next_maintenance",
    "window_opens",
]

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_SATURDAY = 5
_SEARCHED_DAYS = 100
"""A fifth Sunday comes at the latest after three months."""


def maintenance_until(at: datetime, parameters: Parameters) -> datetime | None:
    """The end of the maintenance window that an instant lies in; None: J-LIS is at work.

    Args:
        at: the instant.
        parameters: ``maintenance``, such as "1 Sun 03:00-04:00": the first Sunday of each month.
    """
    window = _window(at.astimezone(JST).date(), parameters)
    return window[1] if window is not None and window[0] <= at < window[1] else None


def next_maintenance(at: datetime, parameters: Parameters) -> datetime | None:
    """The beginning of the first maintenance window after an instant; None: parameter ``maintenance`` is empty."""
    today = at.astimezone(JST).date()
    windows = (_window(today + timedelta(days=n), parameters) for n in range(_SEARCHED_DAYS))
    return next((window[0] for window in windows if window is not None and window[0] > at), None)


def _window(day: date, parameters: Parameters) -> tuple[datetime, datetime] | None:
    """Beginning and end of the maintenance of a day; None: it has none."""
    if not (text := parameters.text("maintenance")):
        return None
    nth, weekday, hours = text.split()
    if day.weekday() != _WEEKDAYS.index(weekday) or (day.day - 1) // 7 + 1 != int(nth):
        return None
    opens, closes = _hours(hours)
    return datetime.combine(day, opens, JST), datetime.combine(day, closes, JST)


def window_opens(at: datetime, parameters: Parameters) -> datetime:
    """When a municipal window serves who comes at an instant: then, or as soon as it opens again.

    Args:
        at: the instant.
        parameters: ``window_hours``; closed on Saturdays and Sundays, and by ``window_holidays`` on public holidays and
            at the turn of the year.

    Source: life-cycle facts 8.5 and 8.6.
    """
    opens, closes = _hours(parameters.text("window_hours"))
    rests = parameters.switch("window_holidays")
    local = at.astimezone(JST)
    for n in range(_SEARCHED_DAYS):
        day = local.date() + timedelta(days=n)
        is_off = rests and (public_holiday(day) or is_turn_of_year(day))
        if day.weekday() < _SATURDAY and not is_off and local < datetime.combine(day, closes, JST):
            return max(local, datetime.combine(day, opens, JST))
    raise AssertionError("no hundred days are without a working day")


def kiosk_opens(at: datetime, parameters: Parameters) -> datetime:
    """When a store's kiosk serves who comes at an instant, by parameter ``kiosk_hours``."""
    opens, closes = _hours(parameters.text("kiosk_hours"))
    local = at.astimezone(JST)
    days = (local.date(), local.date() + timedelta(days=1))
    return next(
        max(local, datetime.combine(day, opens, JST)) for day in days if local < datetime.combine(day, closes, JST)
    )


def _hours(text: str) -> tuple[time, time]:
    opens, closes = (time.fromisoformat(part) for part in text.split("-"))
    return opens, closes


def issue_due(platform: str, at: datetime, parameters: Parameters) -> datetime:
    """When the certificates of an application made now are issued.

    An iPhone's at once; an Android's after a delay within the service hours, otherwise as soon as they begin again.

    Args:
        platform: ``iphone`` or ``android``.
        at: the instant of the application.
        parameters: ``service_hours_android``, ``issue_delay_android``.

    Source: press, 2023-05 (life-cycle facts 3).
    """
    if platform != "android":
        return at
    opens, closes = _hours(parameters.text("service_hours_android"))
    delay = parameters.duration("issue_delay_android")
    local = at.astimezone(JST)
    if opens <= local.time() <= closes:
        return at + delay
    day = local.date() if local.time() < opens else local.date() + timedelta(days=1)
    return datetime.combine(day, opens, JST) + delay


def card_made_at(at: datetime, born: date, chance: Chance, parameters: Parameters, *, since: datetime) -> datetime:
    """The second at which a card's first certificate is made; the other follows a second later.

    It is drawn from the latest hours of work before the card is handed over: those of the day itself, or of the day
    before if the offices have not opened yet. Who was a year younger the day before, gets no card of that day.

    Args:
        at: when the card is handed over.
        born: the holder's date of birth.
        chance: a source named for the card.
        parameters: ``certificate_hours``, ``leap_day_birthday``.
        since: from when the authorities issue.

    Returns:
        A whole second, not after ``at``.

    Source: certificate facts 2 (a time of day: confirmed; that it lies in these hours is assumed).
    """
    now = at.astimezone(JST).replace(microsecond=0)
    today, yesterday = now.date(), now.date() - timedelta(days=1)
    turned = birthday(born, today.year, parameters.text("leap_day_birthday")) == today
    days = [today] if turned or age(born, yesterday) != age(born, today) else [today, yesterday]
    hours = _hours(parameters.text("certificate_hours"))
    spans = [tuple(datetime.combine(day, hour, JST) for hour in hours) for day in days]
    for opens, closes in (*spans, (datetime.combine(today, time(), JST), now)):
        first = max(opens, since)
        seconds = int((min(closes, now) - first).total_seconds())
        if seconds > 0:
            return first + timedelta(seconds=chance.integer(0, seconds - 1))
    return now


def carries_attributes(platform: str, at: datetime, parameters: Parameters) -> bool:
    """Whether a card that is added now comes with its face: the signed attribute record.

    Args:
        platform: ``iphone`` or ``android``.
        at: the instant of the application.
        parameters: ``android_attributes_from``.

    Source: life-cycle facts 3; whether Android's started on the planned day is not known.
    """
    return platform == "iphone" or at >= instant(parameters.date("android_attributes_from"))
