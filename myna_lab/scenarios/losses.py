"""A phone or a card is lost: noticed, reported, recorded, published, fetched, refused; or found before.

Stages are counted by the time of the loss, and each is told to its end: a cut at the end of the window would leave out
the long ones. They compete: who finds a phone does not report it, so that a stage's mean is not its parameter.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from myna_lab.scenarios.draws import Draws, Ints, Marks
from myna_lab.scenarios.holders import People
from myna_lab.scenarios.plan import DAY, NEVER, YEAR, Plan, Service
from myna_lab.scenarios.status import Learned, learned, published
from myna_lab.scenarios.tallies import Tally

__all__ = ["Loss", "count_card_losses", "count_exposure", "count_stages", "lose"]


class Loss(NamedTuple):
    """Seconds of what follows a loss; NEVER: it does not happen."""

    lost: Ints
    noticed: Ints
    reported: Ints
    recorded: Ints
    found: Ints

    def take(self, places: NDArray[np.generic]) -> Loss:
        """Those of some people."""
        return Loss(*(times[places] for times in self))


def lose(plan: Plan, draws: Draws, thing: str, marks: Marks, lost: Ints, k: int) -> Loss:
    """What follows from losses.

    Args:
        plan: the plan.
        draws: the run's chance.
        thing: phone or card.
        marks: of the people.
        lost: second of the loss.
        k: which phone of theirs it is.
    """
    v = plan.values
    noticed = lost + draws.delays(f"{thing}_noticed", v[f"{thing}_loss_noticed_after"], marks, k)
    found = np.where(
        draws.happens(f"{thing}_found", v["losses_found"], marks, k),
        lost + draws.delays(f"{thing}_found_after", v["loss_found_after"], marks, k),
        NEVER,
    )
    calls = noticed + draws.delays(f"{thing}_reported_after", v["loss_reported_after"], marks, k)
    does = draws.happens(f"{thing}_reported", v["losses_reported"], marks, k) & (calls < found)
    return Loss(
        lost, noticed, np.where(does, calls, NEVER), np.where(does, calls + v["hotline_records_after"], NEVER), found
    )


def count_stages(plan: Plan, draws: Draws, thing: str, loss: Loss, marks: Marks, k: int, tally: Tally) -> None:
    """Count each stage alone, of the losses in the window."""
    seen = np.flatnonzero(tally.inside(loss.lost))
    loss, marks = loss.take(seen), marks[seen]
    tally.at_seconds(f"{thing}_losses", loss.lost)
    before = np.minimum(loss.noticed, loss.found)
    tally.last(f"stage/{thing}/noticed", (loss.noticed - loss.lost)[before == loss.noticed])
    told = np.flatnonzero(loss.recorded < NEVER)
    if not len(told):
        return
    loss, marks = loss.take(told), marks[told]
    tally.at_seconds(f"{thing}_stops", loss.recorded)
    tally.last(f"stage/{thing}/reported", loss.reported - loss.noticed)
    tally.last(f"stage/{thing}/recorded", loss.recorded - loss.reported)
    opens = np.flatnonzero(draws.happens("finder_opens", plan.values["finder_opens"], marks, k))
    for service, way in count_exposure(plan, draws, f"{thing} lost", loss.recorded, marks, k, tally):
        tally.last(f"total/{thing} lost/{service.name}", way.refused - loss.lost)
        if service.status != "offline":
            tally.last(f"stage/{thing}/published/{service.name}", way.published - loss.recorded)
            tally.last(f"stage/{thing}/fetched/{service.name}", way.fetched - way.published)
            tally.last(f"stage/{thing}/refused/{service.name}", way.refused - way.fetched)
        if len(opens):
            _count_finders(plan, draws, service.name, loss.take(opens), way.refused[opens], marks[opens], k, tally)


def count_exposure(
    plan: Plan, draws: Draws, cause: str, revoked: Ints, marks: Marks, k: int, tally: Tally
) -> list[tuple[Service, Learned]]:
    """Count how long each service accepts what is revoked; returns how it learned of it."""
    given = {status: published(plan, status, revoked) for status in ("ocsp", "crl")}
    ways = [(one, learned(plan, draws, one, revoked, marks, k, given.get(one.status))) for one in plan.services]
    for service, way in ways:
        tally.last(f"exposure/{cause}/{service.name}", way.refused - revoked)
    return ways


def _count_finders(
    plan: Plan, draws: Draws, service: str, loss: Loss, end: Ints, marks: Marks, k: int, tally: Tally
) -> None:
    """Uses by finders who can open it: before the stop is in the books, and after it."""
    for name, since, until in (("before", loss.lost, loss.recorded), ("after", loss.recorded, end)):
        expected = (until - since) * (plan.values["finder_uses_a_day"] / DAY)
        uses = draws.events(f"finder_uses/{service}/{name}", expected, marks, k)
        tally.count(f"finder_{name}/{service}", uses.sum())


def count_card_losses(plan: Plan, draws: Draws, people: People, tally: Tally) -> None:
    """Count the first loss of each holder's plastic card, and what follows."""
    v = plan.values
    since = people.starts[0] * np.int64(DAY)
    lost = since + draws.delays("card_loss", YEAR / max(v["card_losses_a_year"], 1e-9), people.marks)
    term = people.term(lost // DAY)
    end = (people.end_of(term) + np.int64(1)) * DAY
    some = np.flatnonzero((lost < plan.end) & (lost < people.recorded) & (lost < end))
    lost, end, few = lost[some], end[some], people.take(some)
    loss = lose(plan, draws, "card", few.marks, lost, 0)
    count_stages(plan, draws, "card", loss, few.marks, 0, tally)
    stopped = loss.recorded < NEVER
    back = (loss.found < NEVER) & ~(stopped & np.bool_(v["hold_release"] == "never"))
    again = lost + draws.delays("card_reissued", v["card_reissued_after"], few.marks)
    lifted = loss.found + draws.delays("card_stop_lifted", v["stop_lifted_after"], few.marks)
    tally.between("card_certificates_on_hold", loss.recorded[stopped], np.where(back, lifted, again)[stopped])
    tally.at_seconds("visits_reissue", again[~back])
    tally.at_seconds("visits_release", lifted[back & stopped])
    # Lists name what is stopped, too, and for good what is not released.
    listed = np.flatnonzero(stopped | ~back)
    since = np.where(back, loss.recorded, np.minimum(again, loss.recorded))[listed]
    released = np.where(back, lifted, end)[listed]
    signs = few.signs_from[listed] * np.int64(DAY) <= lost[listed]
    until = released if v["hold_release"] == "all" else end[listed]
    tally.between("entries_card_auth", since, released)
    tally.between("entries_card_sign", since[signs], until[signs])
    if v["hold_release"] == "auth_only":
        left = back[listed] & signs & ~draws.happens("released", v["reissued_at_the_visit"], few.marks[listed])
        tally.between("card_signing_lapsed", released[left], end[listed][left])
