"""How often everybody uses what, and what that asks of the responder and the lists.

Given how many people have a certificate at each midnight, uses are independent: those of an hour are Poisson. So they
are drawn once for each hour after everything is merged, by name, and not once for each use.
"""

from __future__ import annotations

import hashlib
from datetime import date

import numpy as np
from numpy.typing import NDArray

from myna_lab.ground.curves import by_day
from myna_lab.scenarios.ages import day_number
from myna_lab.scenarios.draws import Floats, Ints, poisson
from myna_lab.scenarios.plan import DAY, YEAR, Plan, Service
from myna_lab.scenarios.tallies import Tally

__all__ = ["Load"]

_HOURS = 24
_FEW = 40
_MOST = 0.9
"""Where the growing shares of the health card end."""
_LISTS = 4
"""Kinds of lists of each municipality: card and phone, sign and authentication."""


class Load:
    """Uses, requests and octets of one simulated nation.

    Args:
        plan: the plan.
        tally: all that was counted.
        seed: of the study.
        run: number of the run.
    """

    def __init__(self, plan: Plan, tally: Tally, seed: int, run: int) -> None:
        self._plan, self._tally, self._path = plan, tally, f"{seed}|{run}"
        self._day = np.arange(plan.days) + plan.first_day

    def drawn(self, name: str, expected: Floats) -> Ints:
        """Poisson counts by name; a rule that moves what is expected moves the count by as much, and not its luck.

        Above 40 the law is a normal one with a term of Cornish and Fisher, wrong by less than a tenth of a count.
        """
        key = hashlib.shake_256(f"{self._path}|load/{name}".encode()).digest(16)
        chance = np.random.Generator(np.random.Philox(key=np.frombuffer(key, dtype="<u8")))
        normal, shares = chance.standard_normal(len(expected)), chance.random(len(expected))
        counts = np.floor(expected + np.sqrt(expected) * normal + (normal**2 - 1) / 6 + 0.5).astype(np.int64)
        few = expected <= _FEW
        counts[few] = poisson(expected[few], shares[few], 5 * _FEW)
        return counts

    def mean_stock(self, name: str) -> Floats:
        """Of each day: between its two midnights."""
        stock = self._tally.stock(name)
        return (stock[:-1] + stock[1:]) / 2

    @property
    def phones(self) -> Floats:
        """Phones with the card in force, of each day."""
        return self.mean_stock("phones_iphone") + self.mean_stock("phones_android")

    def health_share(self, what: str = "card") -> Floats:
        """Share of checks (``card``) or of receipts (``receipts``) that is made with the card, of each day."""
        v = self._plan.values
        known = {"card": "2025-09-15", "receipts": "2025-10-15"}[what]
        since = (self._day - day_number(date.fromisoformat(known))) * DAY / YEAR
        share: Floats = v[f"health_{what}_share"] + v[f"health_{what}_share_grows"] * since
        return np.clip(share, 0, _MOST)

    def uses_a_day(self, service: Service) -> Floats:
        """Expected uses by one holder, of each day."""
        rate: Floats = np.full(self._plan.days, service.uses_a_year * DAY / YEAR)
        return rate * self.health_share() if service.name == "clinic" else rate

    def takes_phones(self, service: str) -> Floats:
        """Share of the sites that take phones, of each day; at the counter, of the phones that can."""
        v = self._plan.values
        if service == "clinic":
            points = by_day(v["clinics_ready"])
            ready = np.interp(self._day, [day_number(day) for day, _ in points], [share for _, share in points])
            return np.asarray(np.where(self._day >= v["insurance_on_phone_from"], ready, 0.0), dtype=np.float64)
        if service == "counter":
            iphones, androids = self.mean_stock("phones_iphone"), self.mean_stock("phones_android")
            can = iphones + androids * (self._day >= v["android_attributes_from"])
            share: Floats = np.divide(can, iphones + androids, out=np.zeros(len(can)), where=iphones + androids > 0)
            return share
        return np.ones(self._plan.days)

    def must_carry(self, service: str) -> Floats:
        """Share of holders for whom only the plastic card will do, of each day."""
        held = self.mean_stock("cards_held")
        share = np.divide(self.phones, held, out=np.zeros(len(held)), where=held > 0)
        return np.asarray(np.clip(1 - share * self.takes_phones(service), 0, 1), dtype=np.float64)

    def uses(self, service: Service) -> tuple[Ints, Ints]:
        """Uses of each day, and those of them with a phone."""
        each = self.uses_a_day(service)
        by_phone = self.phones * each * self._plan.values["phone_use"] * self.takes_phones(service.name)
        others = np.maximum(self.mean_stock("card_certificates") * each - by_phone, 0)
        if service.status == "offline":  # a record on the phone: the plastic card is read by eye
            others = np.zeros(len(others))
        phone = self.drawn(f"{service.name}/phone", by_phone)
        return phone + self.drawn(f"{service.name}/card", others), phone

    def clinic_refused(self) -> Ints:
        """People of each day who came with a phone alone where none is taken, or too long after expiry."""
        (clinic,) = (service for service in self._plan.services if service.name == "clinic")
        each = self.uses_a_day(clinic)
        alone = self.phones * self._plan.values["card_left_at_home"] * (1 - self.takes_phones("clinic"))
        alone *= self._day >= self._plan.values["insurance_on_phone_from"]
        return self.drawn("clinic/refused", each * (alone + self.mean_stock("card_certificates_unusable")))

    def lockouts(self) -> tuple[Ints, Ints]:
        """PINs of plastic cards that are blocked on each day, and those of them that need the window."""
        v = self._plan.values
        expected = self.mean_stock("cards_held") * v["card_lockouts_a_year"] * DAY / YEAR
        stores = self.drawn("lockouts/stores", expected * v["lockouts_cured_in_stores"])
        window = self.drawn("lockouts/window", expected * (1 - v["lockouts_cured_in_stores"]))
        return stores + window, window

    def ocsp_requests(self) -> Ints:
        """Of each hour: of every use, unless an answer was kept."""
        expected: Floats = np.zeros(self._plan.days)
        for service in self._plan.services:
            if service.status == "ocsp":
                reached = 1 - self._plan.values["status_unreachable"]
                expected = expected + self.mean_stock("card_certificates") * self.asked_a_day(service) * reached
        return self.drawn("ocsp", np.outer(expected, self._plan.hours).ravel())

    def asked_a_day(self, service: Service) -> Floats:
        """Expected requests by one holder, of each day.

        A repeated use comes after T, exponential of mean m. An answer kept for C spares it if T < C: 1 - exp(-C/m); one
        kept until data of period P are renewed, if no tick lies in between: 1 - (m/P) (1 - exp(-P/m)). C also spares
        other uses: rate / (1 + rate C).
        """
        v, each = self._plan.values, self.uses_a_day(service)
        mean, period = v["use_repeated_after"], v["ocsp_refresh"]
        if service.cache:
            spared = -np.expm1(-service.cache / mean)
        else:
            spared = v["ocsp_answers_kept"] * (1 + np.expm1(-period / mean) * mean / period)
        asked: Floats = each / (1 + each * service.cache / DAY) * (1 - v["uses_repeated"] * spared)
        return asked

    def entries(self) -> dict[str, Ints]:
        """Entries on the lists of each kind, at the midnights of the window."""
        of = self._tally.stock
        renewed = of("entries_card_renewed") + of("entries_card_dead")
        return {
            "entries_card_auth": of("entries_card_auth") + renewed,
            "entries_card_sign": of("entries_card_sign") + renewed,
            "entries_phone_auth": of("entries_phone_auth"),
            "entries_phone_sign": of("entries_phone_sign"),
        }

    def list_bytes_a_day(self) -> Ints:
        """Octets that all verifiers together fetch on each day."""
        v = self._plan.values
        entries = np.sum(list(self.entries().values()), axis=0)[:-1]
        of_all_lists = entries * v["crl_bytes_an_entry"] + _LISTS * v["list_municipalities"] * v["crl_bytes_fixed"]
        return np.asarray(of_all_lists * v["list_verifiers"] * (DAY / v["crl_period"]), dtype=np.int64)


def by_hour(plan: Plan, a_day: NDArray[np.int64]) -> Ints:
    """Octets of each hour: fetched evenly in the time after each list."""
    v = plan.values
    lists = np.arange(0, DAY, v["crl_period"]) + v["crl_hour"] + v["crl_switch_over"]
    minutes = (lists[:, None] + np.linspace(0, v["list_fetched_within"], 121)[None, :]) // 3600 % _HOURS
    weights = np.bincount(minutes.astype(np.int64).ravel(), minlength=_HOURS) / minutes.size
    return np.asarray(np.outer(a_day, weights).ravel(), dtype=np.int64)
