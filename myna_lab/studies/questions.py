"""An analyst's questions, asked of tables: of ``lab.tables`` or of a study's ``result.tables``.

How many minutes are accepted per 1,000 former phones is a row of ``comparison.summary``
(``accepted_minutes_per_1000``), for OCSP against lists with the rules
``{"OCSP": {}, "lists": {"service_revocation_data": "crl"}}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from myna_lab.ground.durations import at as instant
from myna_lab.ground.durations import duration
from myna_lab.lab import Lab
from myna_lab.studies.comparison import Comparison

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["gap_by_hour", "lock_outs", "over_a_weekend", "requests", "set_up_ends", "without_phone"]

_PIN = "2580"


def gap_by_hour(gap_refusals: pd.DataFrame) -> pd.DataFrame:
    """Refusals in the gap by day and hour.

    Args:
        gap_refusals: the table of that name.

    Returns:
        DataFrame with a row for each day that has some (index ``day``, dates as text), a column for each hour
        from 0 to 23 (int64).
    """
    import pandas as pd

    from myna_lab.ground.frames import Table

    day, hour = gap_refusals["at"].dt.strftime("%Y-%m-%d"), gap_refusals["at"].dt.hour
    counted = pd.crosstab(day.rename("day"), hour.rename("hour")).reindex(columns=range(24), fill_value=0)
    return Table(counted.astype("int64").rename_axis(index="day", columns="hour"))


def requests(comparison: Comparison) -> pd.DataFrame:
    """What fresher OCSP data cost, and what they bring: requests against exposure.

    Args:
        comparison: of rules that differ in ``ocsp_refresh``, such as ``{"5 min": {"ocsp_refresh": "5min"}, …}``.

    Returns:
        DataFrame, index ``rules`` (str); columns ``refresh`` (str), ``requests`` (int64: each use asks), ``kept``
        (int64: if an answer is kept until the data are renewed), ``exposure_median``, ``exposure_p95``,
        ``exposure_longest`` (float64, minutes).
    """
    import pandas as pd

    from myna_lab.ground.frames import Table

    rows = []
    for name, result in comparison.results.items():
        refresh = result.parameters["ocsp_refresh"]
        asked = result.log_ins[result.log_ins["knowledge_at"].notna()]
        ticks = asked["at"].dt.tz_localize(None).dt.floor(pd.Timedelta(duration(refresh)))
        kept = len(pd.DataFrame({"device": asked["device"], "tick": ticks}).drop_duplicates())
        minutes = (result.summary.loc[f"exposure_{which}", "value"] for which in ("median", "p95", "longest"))
        rows.append((name, refresh, len(asked), kept, *minutes))
    dtypes = {
        "rules": "str", "refresh": "str", "requests": "int64", "kept": "int64", "exposure_median": "float64",
        "exposure_p95": "float64", "exposure_longest": "float64",
    }  # fmt: skip
    return Table(pd.DataFrame(rows, columns=list(dtypes)).astype(dtypes).set_index("rules"))


def set_up_ends(waiting_times: pd.DataFrame) -> pd.DataFrame:
    """Where set-ups end.

    Args:
        waiting_times: the table of that name.

    Returns:
        DataFrame, index ``ended_by`` (str: an end, ``left at`` a screen, empty: it goes on), the commonest first;
        columns ``set_ups`` (int64) and ``share`` (float64).
    """
    import pandas as pd

    from myna_lab.ground.frames import Table

    ends = waiting_times.loc[waiting_times.index == "set_up", "ended_by"].astype("str")
    counted = ends.value_counts().rename("set_ups").astype("int64").rename_axis("ended_by")
    return Table(pd.DataFrame(counted).assign(share=counted / max(1, len(ends))))


def without_phone(waiting_times: pd.DataFrame) -> pd.DataFrame:
    """Who has no phone that works after an interrupted set-up.

    Args:
        waiting_times: the table of that name.

    Returns:
        DataFrame, index ``person`` (str); columns ``phone`` (str: of the interrupted set-up), ``since`` (time: its
        end) and ``had_one`` (bool: whether a phone worked before, whose certificates the application has stopped).
    """
    from myna_lab.ground.frames import Table

    of_kind = {what: waiting_times[waiting_times.index == what] for what in ("set_up", "works", "phone")}
    last = of_kind["set_up"].groupby("person").tail(1)
    interrupted = last[last["ended_by"] == "INTERRUPTED"]
    worked = set(of_kind["works"].loc[of_kind["works"]["ended"].notna(), "person"])
    stopped = set(of_kind["phone"].loc[of_kind["phone"]["ended"].isna(), "person"])
    found = interrupted[interrupted["person"].isin(stopped) | ~interrupted["person"].isin(worked)]
    table = found.rename(columns={"subject": "phone", "ended": "since"})[["person", "phone", "since"]]
    return Table(table.assign(had_one=table["person"].isin(stopped).astype("bool")).set_index("person"))


def lock_outs(waiting_times: pd.DataFrame) -> pd.DataFrame:
    """Blocked PINs, and where they were set anew: the visits to the window among them.

    Args:
        waiting_times: the table of that name.

    Returns:
        DataFrame, index ``where`` (str: ``window``, ``store``, ``app``; empty: still blocked); columns ``lock_outs``
        (int64), ``minutes_median``, ``minutes_longest`` (float64).
    """
    from myna_lab.ground.frames import Table

    resets = waiting_times[waiting_times.index == "reset"]
    by_place = resets.groupby(resets["ended_by"].astype("str"))["minutes"]
    columns = {"lock_outs": by_place.size(), "minutes_median": by_place.median(), "minutes_longest": by_place.max()}
    dtypes = {"lock_outs": "int64", "minutes_median": "float64", "minutes_longest": "float64"}
    return Table(Table(columns).astype(dtypes).rename_axis("where"))


def over_a_weekend(
    *, every: str | timedelta = "1h", parameters: Mapping[str, object] | None = None, seed: int = 1
) -> pd.DataFrame:
    """A phone lost on Friday at 20:00 and reported on Monday at 09:00, while its finder, who knows the PIN, logs in.

    Args:
        every: from one try of the finder to the next.
        parameters: the rules, such as ``{"service_revocation_data": "crl"}``.
        seed: of the laboratory.

    Returns:
        DataFrame, index ``what`` (str: ``lost``, ``reported``, ``recorded``, ``published``, ``refused``); columns
        ``at`` (time), ``hours`` (float64, since the loss) and ``accepted`` (int64: the finder's log-ins until then).

    Raises:
        MisuseError: no duration above zero, or an unknown parameter.
    """
    import pandas as pd

    from myna_lab.errors import MisuseError
    from myna_lab.ground.frames import Table

    step = duration(every)
    if not step:
        raise MisuseError("a finder tries again after some time; got a duration of zero.", code="bad_duration")
    lost, reported = instant("2025-06-27 20:00"), instant("2025-06-30 09:00")
    lab = Lab(seed, start="2025-06-27 09:00", parameters=parameters)
    owner = lab.resident(user_authentication_pin=_PIN)
    phone = lab.iphone(owner)
    phone.add_card().run(same_pins=True)
    lab.advance_to(lost)
    phone.lose()
    phone.hand_to("finder")
    accepted, next_try, is_reported = [], lost + step, False
    while True:
        if not is_reported and reported <= next_try:
            lab.advance_to(reported)
            lab.hotline.suspend(owner, card=False)
            is_reported = True
        lab.advance_to(next_try)
        if not lab.portal.log_in(phone, _PIN):
            break
        accepted.append(next_try)
        next_try += step
    (row,) = lab.tables.exposure(services=[lab.portal]).to_dict("records")
    times = {
        "lost": lost, "reported": reported, "recorded": row["stopped_at"], "published": row["published_at"],
        "refused": row["refused_at"],
    }  # fmt: skip
    until = [sum(try_at < end for try_at in accepted) for end in times.values()]
    columns = {
        "what": pd.Series(list(times), dtype="str"),
        "at": pd.Series(pd.to_datetime(list(times.values()), utc=True).tz_convert("Asia/Tokyo").as_unit("us")),
        "hours": pd.Series([(time - lost) / timedelta(hours=1) for time in times.values()], dtype="float64"),
        "accepted": pd.Series(until, dtype="int64"),
    }
    return Table(columns).set_index("what")
