"""What was counted, as tables: declared dtypes, a unit for each column, the same columns for nobody at all.

tally, load  ->  summary · timeline · stock · exposure · by_service · load · funnel · plastic
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from myna_lab.ground.frames import Table
from myna_lab.scenarios.ages import to_date
from myna_lab.scenarios.assumptions import SERVICES
from myna_lab.scenarios.figures import FIGURES
from myna_lab.scenarios.load import Load, by_hour
from myna_lab.scenarios.plan import SETUP_SCREENS, Plan
from myna_lab.scenarios.tallies import Spells, Tally

__all__ = ["TABLES", "UNITS", "Answers", "figures"]

_COUNT, _SHARE = "int64", "float64"
_EVENTS = (
    "set_ups", "phone_changes", "phone_losses", "phone_stops", "card_losses", "card_stops", "renewals", "card_renewals",
    "card_expiries", "certificate_expiries", "deaths", "lockouts", "window_visits", "clinic_refused",
)  # fmt: skip
_VISITS = ("renewals", "visits_change", "visits_reissue", "visits_release", "visits_unblocking")
_STOCKS = {
    "cards_held": "cards_held",
    "card_certificates": "card_certificates",
    "certificates_expired": "card_certificates_expired",
    "card_on_hold": "card_certificates_on_hold",
    "card_signing_lapsed": "card_signing_lapsed",
    "phones_iphone": "phones_iphone",
    "phones_android": "phones_android",
    "phones_on_hold": "phones_on_hold",
    "phones_signing_lapsed": "phones_signing_lapsed",
    "phones_astray": "phones_astray",
    "dead_passes": "dead_passes",
    "residue_on_android": "residue_on_android",
}
_ENTRIES = ("entries_card_auth", "entries_card_sign", "entries_phone_auth", "entries_phone_sign")
_CAUSES = ("phone lost", "phone replaced", "phone changed", "card lost")
_STAGES = ("noticed", "reported", "recorded", "published", "fetched", "refused")
_TIMES = ("mean", "median", "p95", "longest")

TABLES: Mapping[str, Mapping[str, Any]] = {
    "timeline": {"day": "datetime64[us]"} | dict.fromkeys(_EVENTS, _COUNT),
    "stock": {"midnight": "datetime64[us]"} | dict.fromkeys((*_STOCKS, *_ENTRIES), _COUNT),
    "exposure": {"cause": "str", "stage": "str", "service": "str", "n": _COUNT} | dict.fromkeys(_TIMES, _SHARE),
    "by_service": {
        "service": "str", "status": "str", "uses": _COUNT, "uses_by_phone": _COUNT, "refused_in_gap": _COUNT,
        "refused": _COUNT, "finder_before_stop": _COUNT, "finder_after_stop": _COUNT, "accepted_unchecked": _COUNT,
        "must_carry_plastic": _SHARE,
    },
    "load": {"hour": "datetime64[us]", "ocsp_requests": _COUNT, "list_bytes": _COUNT, "gap_refusals": _COUNT},
    "funnel": {"screen": "str", "reached": _COUNT, "ended": _COUNT, "share_ended": _SHARE},
    "plastic": {"day": "datetime64[us]", "why": "str", "service": "str", "before": _SHARE, "after": _SHARE},
}  # fmt: skip
"""Columns of each table with their dtypes; those up to the first number are the index."""
KEYS = {"timeline": 1, "stock": 1, "exposure": 3, "by_service": 1, "load": 1, "funnel": 1, "plastic": 3}
"""How many columns are the index."""
UNITS: Mapping[str, str] = (
    dict.fromkeys(_EVENTS, "events a day")
    | dict.fromkeys((*_STOCKS, *_ENTRIES), "at midnight")
    | dict.fromkeys(_TIMES, "minutes")
    | dict.fromkeys(("share_ended", "must_carry_plastic", "before", "after"), "share")
    | {"n": "cases", "uses": "uses", "uses_by_phone": "uses", "refused_in_gap": "uses", "refused": "people",
       "finder_before_stop": "uses", "finder_after_stop": "uses", "accepted_unchecked": "uses",
       "ocsp_requests": "requests an hour", "list_bytes": "octets an hour", "gap_refusals": "uses an hour",
       "reached": "tries", "ended": "tries"}
)  # fmt: skip
"""Unit of each column; window_visits are visits, clinic_refused people."""


def frame(name: str, columns: Mapping[str, Any]) -> pd.DataFrame:
    """A table of these columns, in its declared form."""
    wanted = TABLES[name]
    table = pd.DataFrame({column: pd.Series(columns[column]).astype(dtype) for column, dtype in wanted.items()})
    return Table(
        table.set_index(list(wanted)[: KEYS[name]]).sort_index()
        if KEYS[name] > 1
        else table.set_index(next(iter(wanted)))
    )


class Answers(Mapping[str, pd.DataFrame]):
    """All tables of one run by name; each is made when it is first asked for.

    Args:
        plan: the plan.
        tally: all that was counted.
        seed: of the study; the run is its first.
    """

    def __init__(self, plan: Plan, tally: Tally, seed: int) -> None:
        self._of, self._made = (plan, tally, Load(plan, tally, seed, 0)), dict[str, pd.DataFrame]()

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._made:
            self._made[name] = frame(name, _MAKERS[name](*self._of))
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_MAKERS)

    def __len__(self) -> int:
        return len(_MAKERS)


def figures(plan: Plan, tally: Tally, seed: int, run: int) -> dict[str, float]:
    """The figures of a summary by name; nan where nothing was counted that they could be of."""
    load = Load(plan, tally, seed, run)
    tables = {name: _MAKERS[name](plan, tally, load) for name in _SUMMED}
    days = {name: np.sum(tables["timeline"][name]) for name in _EVENTS}

    def count(name: str) -> int:
        return tally.counts.get(name, 0)

    end = {name: tables["stock"][name][-1] for name in (*_STOCKS, *_ENTRIES)}
    portal = tally.spells("total/phone lost/portal")
    hourly = tables["load"]["ocsp_requests"]
    finders = {when: sum(count(f"finder_{when}/{service}") for service in SERVICES) for when in ("before", "after")}
    must_carry = load.must_carry("clinic")
    octets = load.list_bytes_a_day()
    begun = count("gave_up") + days["set_ups"]
    values = {
        "cards_held": end["cards_held"],
        "phones": end["phones_iphone"] + end["phones_android"],
        "unrenewed": end["certificates_expired"],
        "gave_up": count("gave_up") / begun if begun else float("nan"),
        "gap_refusals": count("gap_refusals"),
        "gap_peak_hour": max(tables["load"]["gap_refusals"], default=0),
        "gap_refusals_per_1000": 1000 * count("gap_refusals") / days["set_ups"] if days["set_ups"] else float("nan"),
        "dead_passes": end["dead_passes"],
        "residue": end["residue_on_android"],
        "astray": end["phones_astray"],
        "loss_exposure_median": portal.quantile(0.5) / 3600,
        "loss_exposure_p95": portal.quantile(0.95) / 3600,
        "stop_exposure_mean": tally.spells("exposure/phone lost/portal").mean / 60,
        "finder_uses": finders["before"] + finders["after"],
        "finder_uses_after_stop": finders["after"],
        "races": count("races"),
        "ocsp_requests": hourly.sum(),
        "ocsp_peak_hour": hourly.max() if len(hourly) else 0,
        "list_entries": sum(end[name] for name in _ENTRIES),
        "list_gigabytes_a_day": octets[-1] / 1e9 if len(octets) else 0.0,
        "must_carry_plastic": must_carry[-1] if len(must_carry) else float("nan"),
    }
    for status in ("ocsp", "crl", "offline"):
        means = [tally.spells(f"exposure/phone changed/{s.name}").mean for s in plan.services if s.status == status]
        values[f"accepted_minutes_{status}"] = 1000 * float(np.mean(means)) / 60 if means else float("nan")
    return {name: float(values[name] if name in values else days[name]) for name in FIGURES}


def _days(first: int, n: int) -> pd.DatetimeIndex:
    return pd.date_range(to_date(first), periods=n, freq="D", unit="us")


def _timeline(plan: Plan, tally: Tally, load: Load) -> dict[str, Any]:
    lockouts, at_window = load.lockouts()
    columns = {name: tally.days_of(name) for name in _EVENTS}
    columns["lockouts"] = lockouts + tally.days_of("setup_lockouts")
    columns["window_visits"] = at_window + np.sum([tally.days_of(name) for name in _VISITS], axis=0)
    columns["clinic_refused"] = load.clinic_refused()
    return columns | {"day": _days(plan.first_day, plan.days)}


def _stock(plan: Plan, tally: Tally, load: Load) -> dict[str, Any]:
    columns = {column: tally.stock(name) for column, name in _STOCKS.items()}
    return columns | load.entries() | {"midnight": _days(plan.first_day, plan.days + 1)}


def _exposure(plan: Plan, tally: Tally, load: Load) -> dict[str, Any]:
    names = [(cause, "revoked to refused", s, f"exposure/{cause}/{s}") for cause in _CAUSES for s in SERVICES]
    names += [(c, "lost to refused", s, f"total/{c}/{s}") for c in ("phone lost", "card lost") for s in SERVICES]
    for thing in ("phone", "card"):
        names += [(f"{thing} lost", stage, "", f"stage/{thing}/{stage}") for stage in _STAGES[:3]]
        names += [(f"{thing} lost", stage, s, f"stage/{thing}/{stage}/{s}") for stage in _STAGES[3:] for s in SERVICES]
    spells = [tally.spells(key) for *_, key in names]
    columns: dict[str, Any] = dict(
        zip(("cause", "stage", "service"), zip(*(n[:3] for n in names), strict=True), strict=True)
    )
    of: Mapping[str, Callable[[Spells], float]] = {
        "mean": lambda s: s.mean / 60,
        "median": lambda s: s.quantile(0.5) / 60,
        "p95": lambda s: s.quantile(0.95) / 60,
        "longest": lambda s: s.longest / 60 if s.n else float("nan"),
    }
    return columns | {"n": [s.n for s in spells]} | {name: [get(s) for s in spells] for name, get in of.items()}


def _by_service(plan: Plan, tally: Tally, load: Load) -> dict[str, Any]:
    rows: dict[str, list[Any]] = {name: [] for name in TABLES["by_service"]}
    for service in plan.services:
        uses, by_phone = load.uses(service)
        each = float(load.uses_a_day(service).mean()) / 86400 if plan.days else 0.0
        expected = tally.counts.get("gap_seconds", 0) * each * plan.values["phone_use"]
        in_gap = int(load.drawn(f"{service.name}/gap", np.array([expected]))[0])
        eager = tally.counts.get("gap_refusals", 0) if service.name == "portal" else 0
        unchecked = load.drawn(f"{service.name}/unchecked", np.array([uses.sum() * plan.values["status_unreachable"]]))
        row = {
            "service": service.name, "status": service.status, "uses": uses.sum(), "uses_by_phone": by_phone.sum(),
            "refused_in_gap": in_gap + eager,
            "refused": load.clinic_refused().sum() if service.name == "clinic" else 0,
            "finder_before_stop": tally.counts.get(f"finder_before/{service.name}", 0),
            "finder_after_stop": tally.counts.get(f"finder_after/{service.name}", 0),
            "accepted_unchecked": 0 if service.status == "offline" else unchecked[0],
            "must_carry_plastic": load.must_carry(service.name)[-1] if plan.days else float("nan"),
        }  # fmt: skip
        for name, value in row.items():
            rows[name].append(value)
    return dict(rows)


def _load(plan: Plan, tally: Tally, load: Load) -> dict[str, Any]:
    hours = pd.date_range(to_date(plan.first_day), periods=plan.days * 24, freq="h", unit="us")
    octets = by_hour(plan, load.list_bytes_a_day())
    return {
        "hour": hours,
        "ocsp_requests": load.ocsp_requests(),
        "list_bytes": octets,
        "gap_refusals": tally.hours_of("gap_refusals"),
    }


def _funnel(plan: Plan, tally: Tally, load: Load) -> dict[str, Any]:
    screens = (*SETUP_SCREENS, "done")
    reached, ended = (np.array([tally.counts.get(f"{w}/{s}", 0) for s in screens]) for w in ("reached", "ended"))
    share = np.divide(ended, reached, out=np.full(len(ended), np.nan), where=reached > 0)
    return {"screen": screens, "reached": reached, "ended": ended, "share_ended": share}


def _plastic(plan: Plan, tally: Tally, load: Load) -> dict[str, Any]:
    rows = []
    for why in ("iphone_phone_from", "insurance_on_phone_from", "android_attributes_from"):
        place = plan.values[why] - plan.first_day
        if 0 < place < plan.days:
            for service in SERVICES:
                shares = load.must_carry(service)
                rows.append((pd.Timestamp(to_date(plan.values[why])), why, service, shares[place - 1], shares[place]))
    data = list(zip(*rows, strict=True)) or [()] * 5
    return dict(zip(TABLES["plastic"], data, strict=True))


_MAKERS = {
    "timeline": _timeline, "stock": _stock, "exposure": _exposure, "by_service": _by_service, "load": _load,
    "funnel": _funnel, "plastic": _plastic,
}  # fmt: skip
_SUMMED = ("timeline", "stock", "load")
"""Tables that figures are sums of."""
