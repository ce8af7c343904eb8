"""Phones, one after the other in each life: set up, used, changed, lost, found, renewed; what the former one keeps.

    set-up -> former pair revoked -> what comes first: change of phone, loss, move, renewal, expiry, death -> set-up …

The loop goes over the k-th phone of everybody at once, until nobody is left before the end of the window.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from itertools import count
from typing import Self

import numpy as np
from numpy.typing import NDArray

from myna_lab.scenarios.draws import Draws, Ints
from myna_lab.scenarios.holders import FAR, People
from myna_lab.scenarios.losses import count_exposure, count_stages, lose
from myna_lab.scenarios.plan import DAY, NEVER, NOON, YEAR, Plan
from myna_lab.scenarios.records import Changes, changes
from myna_lab.scenarios.setups import gap, issued, set_up
from myna_lab.scenarios.tallies import Tally

__all__ = ["live"]

Flags = NDArray[np.bool_]
_NOTHING, _SAME, _GIVEN_UP, _LOST = range(4)
"""Where the former pair lies: nowhere, on the same phone, on one that was given up, on a lost one."""


@dataclass(frozen=True)
class _State:
    """Everybody who goes on, at the beginning of a phone."""

    who: Ints
    """Place among the people."""
    at: Ints
    """Second at which the set-up begins, or at which the same certificates go on."""
    iphone: Flags
    goes_on: Flags
    """The certificates of before, no set-up."""
    lapsed: Ints
    """Second from which the phone's sign certificate is revoked, or NEVER."""
    old: Ints
    """Where the former pair lies."""
    old_iphone: Flags
    old_end: Ints
    """Second at which it ends by itself."""
    old_stop: Ints
    """Second at which it was revoked already, or NEVER."""
    old_left: Ints
    """Second at which its phone was given up or lost."""
    old_lapsed: Ints

    def take(self, places: NDArray[np.generic]) -> Self:
        """Some of them."""
        return replace(self, **{field.name: getattr(self, field.name)[places] for field in fields(self)})


def live(plan: Plan, draws: Draws, people: People, adds_at: Ints, iphone: Flags, tally: Tally) -> None:
    """Follow the phones of those who add the card."""
    n = len(people.marks)
    never, no = np.full(n, NEVER), np.zeros(n, dtype=bool)
    moved = changes(plan, draws, people.marks, people.starts[0] * np.int64(DAY))
    state = _State(np.arange(n), adds_at, iphone, no, never, np.zeros(n, np.int64), no, never, never, never, never)
    for k in count():
        state, signing = _until_signing(plan, draws, people, moved, state, k, tally)
        state = _begin(plan, draws, people, state, signing, k, tally)
        if not len(state.who):
            return
        state = _next(plan, draws, people.take(state.who), moved.take(state.who), state, k, tally)


def _until_signing(
    plan: Plan, draws: Draws, people: People, moved: Changes, state: _State, k: int, tally: Tally
) -> tuple[_State, Flags]:
    """Wait for a plastic card whose sign certificate is in force: without one no phone takes the card.

    Returns:
        Everybody, and who has one before dying.
    """
    everybody = len(state.who) == len(people.marks)
    few, moves = (people, moved) if everybody else (people.take(state.who), moved.take(state.who))
    day = np.minimum(state.at // DAY, int(FAR))
    term = few.term(day)
    ended = ~state.goes_on & (day > few.end_of(term))
    lapsed = ~state.goes_on & ~ended & moves.lapsed(few.starts[term, np.arange(len(term))], state.at)
    tally.count("refused_no_signing_certificate", int(((ended | lapsed) & tally.inside(state.at)).sum()))
    at, late = state.at.copy(), np.flatnonzero(ended | lapsed)
    visit = draws.delays("window_for_signing", plan.values["window_visited_after"], few.marks[late], k)
    renewed = few.take(late).next_start(term[late])
    after = np.where(renewed < FAR, renewed * np.int64(DAY) + visit, NEVER)
    at[late] = np.where(ended[late], after, at[late] + visit)
    tally.at_seconds("visits_reissue", at[lapsed])
    opens = np.where(state.iphone, plan.values["iphone_phone_from"], plan.values["android_phone_from"]) * np.int64(DAY)
    at = np.maximum(at, opens)
    return replace(state, at=at), (at < few.recorded) & (at < NEVER)


def _begin(plan: Plan, draws: Draws, people: People, state: _State, signing: Flags, k: int, tally: Tally) -> _State:
    """Set up, revoke the former pair; those who go on, at the second from which their certificates count."""
    new = np.flatnonzero(signing & ~state.goes_on)
    applied = np.full(len(state.who), NEVER)
    marks = people.marks[state.who]
    applied[new] = set_up(plan, draws, marks[new], state.at[new], k, tally)
    issue = np.where(applied < NEVER, issued(plan, applied, state.iphone), NEVER)
    _settle(plan, draws, state, marks, applied if plan.values["revoke_former_at"] == "application" else issue, k, tally)
    new = np.flatnonzero((applied < NEVER) & (issue < plan.end))
    gap(plan, draws, marks[new], issue[new], k, tally)
    at = np.where(state.goes_on, state.at, issue)
    return replace(state, at=at).take(np.flatnonzero((at < plan.end) & (at < people.recorded[state.who])))


def _settle(
    plan: Plan, draws: Draws, state: _State, marks: NDArray[np.uint64], now: Ints, k: int, tally: Tally
) -> None:
    """The former pairs: revoked by the new set-up, if not before, or left to end by themselves."""
    some = np.flatnonzero((state.old != _NOTHING) & ~state.goes_on)
    old, marks, now = state.take(some), marks[some], now[some]
    revoked = np.minimum(old.old_stop, now)
    ends = np.minimum(revoked, old.old_end)
    is_revoked = revoked < old.old_end
    end = old.old_end
    for name, since in (("auth", ends), ("sign", np.minimum(ends, old.old_lapsed))):
        tally.between(f"entries_phone_{name}", np.where(is_revoked | (since < ends), since, end), end)
    astray = old.old != _SAME
    tally.between("phones_astray", old.old_left[astray], ends[astray])
    by_new = is_revoked & (now <= old.old_stop)
    for place, cause in ((_GIVEN_UP, "phone changed"), (_LOST, "phone replaced")):
        seen = np.flatnonzero(by_new & (old.old == place) & tally.inside(revoked))
        if len(seen):
            tally.at_seconds(f"revoked/{cause}", revoked[seen])
            count_exposure(plan, draws, cause, revoked[seen], marks[seen], k, tally)
    left = np.flatnonzero(by_new & (old.old == _GIVEN_UP))
    _leave(plan, draws, marks[left], old.old_iphone[left], revoked[left], np.full(len(left), NEVER), k, tally)


def _leave(
    plan: Plan, draws: Draws, marks: NDArray[np.uint64], iphone: Flags, dead: Ints, until: Ints, k: int, tally: Tally
) -> None:
    """What stays on a phone whose pair is dead: a pass until it is deleted, a residue until the phone is on line."""
    v = plan.values
    deleted = dead + draws.delays("pass_deleted", v["pass_deleted_after"], marks, k)
    deleted[draws.happens("pass_kept", v["passes_never_deleted"], marks, k)] = NEVER
    online = dead + draws.delays("android_online", v["android_online_after"], marks, k)
    online[draws.happens("android_offline", v["android_never_online"], marks, k)] = NEVER
    if not v["android_erases_residue"]:
        online[:] = NEVER
    tally.between("dead_passes", dead[iphone], np.minimum(deleted, until)[iphone])
    tally.between("residue_on_android", dead[~iphone], np.minimum(online, until)[~iphone])


def _next(plan: Plan, draws: Draws, people: People, moved: Changes, state: _State, k: int, tally: Tally) -> _State:
    """What comes first in the life of this phone, and where it leads."""
    v, marks, n = plan.values, people.marks, len(state.who)
    term = people.term(state.at // DAY)
    end = (people.end_of(term) + np.int64(1)) * DAY
    renewed = people.next_start(term)
    by_itself = np.minimum(np.minimum(end, renewed * np.int64(DAY) + NOON), people.recorded)
    changed = state.at + draws.delays("phone_changed", YEAR / max(v["phone_changes_a_year"], 1e-9), marks, k)
    lost = state.at + draws.delays("phone_lost", YEAR / max(v["phone_losses_a_year"], 1e-9), marks, k)
    move = np.where(state.lapsed < NEVER, NEVER, moved.next_after(state.at))
    at = np.minimum(np.minimum(by_itself, changed), np.minimum(lost, move))

    again = draws.happens("added_again", v["added_again"], marks, k)
    later = draws.delays("added_again_after", v["added_again_after"], marks, k)
    tally.between("phones_iphone", state.at[state.iphone], at[state.iphone])
    tally.between("phones_android", state.at[~state.iphone], at[~state.iphone])
    fresh = np.full(n, NEVER)
    out = _State(
        who=state.who, at=fresh.copy(), iphone=state.iphone.copy(), goes_on=np.zeros(n, dtype=bool),
        lapsed=fresh.copy(), old=np.zeros(n, dtype=np.int64), old_iphone=state.iphone, old_end=end,
        old_stop=fresh.copy(), old_left=at, old_lapsed=state.lapsed,
    )  # fmt: skip
    natural, switched, gone = at == by_itself, at == changed, at == lost
    switched &= ~natural
    gone &= ~natural & ~switched
    _end_by_itself(plan, draws, people, out, np.flatnonzero(natural), renewed, at, end, again, later, k, tally)
    _change(plan, draws, marks, out, np.flatnonzero(switched), at, again, later, k, tally)
    _lose(plan, draws, marks, out, np.flatnonzero(gone), at, again, later, state.lapsed, k, tally)
    _move(out, np.flatnonzero(~natural & ~switched & ~gone), at, again, later, tally)
    return out


def _end_by_itself(
    plan: Plan, draws: Draws, people: People, out: _State, some: Ints, renewed: NDArray[np.int32], at: Ints, end: Ints,
    again: Flags, later: Ints, k: int, tally: Tally,
) -> None:  # fmt: skip
    """The plastic card's certificates are renewed or expire, or the holder dies."""
    at, end, marks = at[some], end[some], people.marks[some]
    dies = people.recorded[some] <= at
    since = np.minimum(at, out.old_lapsed[some])
    tally.between("entries_phone_auth", at, end)
    tally.between("entries_phone_sign", since, end)
    start = renewed[some] * np.int64(DAY) + NOON
    comes_back = ~dies & again[some] & (renewed[some] < FAR)
    out.at[some] = np.where(comes_back, start + later[some], NEVER)
    revoked = at < end
    left = np.flatnonzero(revoked & ~dies)
    tally.at_seconds("revoked/card renewed", at[left])
    _leave(plan, draws, marks[left], out.iphone[some][left], at[left], out.at[some][left], k, tally)


def _change(
    plan: Plan, draws: Draws, marks: NDArray[np.uint64], out: _State, some: Ints, at: Ints, again: Flags, later: Ints,
    k: int, tally: Tally,
) -> None:  # fmt: skip
    """The owner changes phones: revokes before, or leaves it to the new set-up."""
    v = plan.values
    tally.at_seconds("phone_changes", at[some])
    before = draws.happens("revoked_before", v["revoked_before_change"], marks[some], k)
    out.at[some] = np.where(again[some], at[some] + later[some], NEVER)
    other = draws.happens("platform_changed", v["platform_changed"], marks[some], k)
    out.iphone[some] = out.old_iphone[some] ^ other
    out.old[some] = _GIVEN_UP
    out.old_stop[some] = np.where(before, at[some], NEVER)


def _lose(
    plan: Plan, draws: Draws, marks: NDArray[np.uint64], out: _State, some: Ints, at: Ints, again: Flags, later: Ints,
    lapsed: Ints, k: int, tally: Tally,
) -> None:  # fmt: skip
    """The phone is lost: found before it is replaced, or replaced."""
    v, marks = plan.values, marks[some]
    loss = lose(plan, draws, "phone", marks, at[some], k)
    count_stages(plan, draws, "phone", loss, marks, k, tally)
    replaced = loss.noticed + draws.delays("phone_replaced", v["phone_replaced_after"], marks, k)
    stopped = loss.recorded < NEVER
    back = loss.found < replaced
    lifted = loss.found + draws.delays("stop_lifted", v["stop_lifted_after"], marks, k)
    resumes = back & (~stopped | np.bool_(v["hold_release"] != "never"))
    tally.between("phones_on_hold", loss.recorded[stopped], np.where(back, lifted, replaced)[stopped])
    out.old[some] = np.where(resumes, _NOTHING, _LOST)
    out.old_stop[some] = loss.recorded
    out.goes_on[some] = resumes
    on_hold = resumes & stopped
    tally.between("entries_phone_auth", loss.recorded[on_hold], lifted[on_hold])
    if v["hold_release"] == "all":
        tally.between("entries_phone_sign", loss.recorded[on_hold], lifted[on_hold])
    sign_dies = on_hold & np.bool_(v["hold_release"] == "auth_only")
    out.lapsed[some] = np.where(
        sign_dies, np.minimum(loss.recorded, lapsed[some]), np.where(resumes, lapsed[some], NEVER)
    )
    anew = np.where(back, loss.found + later[some], replaced)
    out.at[some] = np.where(resumes, np.where(on_hold, lifted, loss.found), np.where(again[some], anew, NEVER))


def _move(out: _State, some: Ints, at: Ints, again: Flags, later: Ints, tally: Tally) -> None:
    """The phone's sign certificate lapses at the next midnight; the card is added again, or the rest is used on."""
    at, does = at[some], again[some]
    lapses = (at // DAY + 1) * DAY
    until = np.where(does, at + later[some], out.old_end[some])
    tally.between("phones_signing_lapsed", lapses, until)
    out.goes_on[some] = ~does
    out.at[some] = np.where(does, np.maximum(at + later[some], lapses), at + 1)
    out.old[some] = np.where(does, _SAME, _NOTHING)
    out.lapsed[some] = np.where(does, NEVER, lapses)
    out.old_lapsed[some] = lapses
