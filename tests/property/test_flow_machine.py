"""Both set-ups tapped through at random, with failures injected; the rules hold at every instant."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from myna_lab import Lab
from myna_lab.errors import TapRefused
from myna_lab.provisioning import ENDS, RULES, Flow, Screen
from myna_lab.provisioning.entries import Entry
from needs import SOAK, rounds

OWN = {"input_aid": "1111", "user_authentication": "2222", "signing": "ABC123"}
WRONG = {"input_aid": "9999", "user_authentication": "8888", "signing": "WRONG1"}
SEEN: Counter[tuple[str, str]] = Counter()
KINDS = ["own"] * 14 + ["wrong", "malformed"]
TAPS = sorted({row.on for rows in RULES.values() for row in rows} | {"close", "swipe"})


class SetUps(RuleBasedStateMachine):
    """Two people, three phones, one plastic card each, any tap at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.lab = Lab(seed=7)
        self.hanako = self.lab.resident(input_aid_pin="1111", user_authentication_pin="2222", signing_password="ABC123")
        self.taro = self.lab.resident(input_aid_pin="1111", user_authentication_pin="2222", signing_password="ABC123")
        for chip in (self.hanako.card, self.taro.card):
            chip.trace.enabled = False
        owners = (self.hanako, self.hanako, self.taro)
        self.phones = [
            self.lab.iphone(owners[0]),
            self.lab.android(owners[1]),
            self.lab.iphone(owners[2]),
        ]
        self.flows: list[Flow] = [phone.add_card() for phone in self.phones]

    @rule(which=st.integers(0, 2), kinds=st.lists(st.sampled_from(KINDS), min_size=1, max_size=24), same=st.booleans())
    def walk(self, which: int, kinds: list[str], same: bool) -> None:
        """The main tap again and again, with right, wrong or malformed entries."""
        for kind in kinds:
            flow = self.flows[which]
            if flow.finished:
                self.flows[which] = self.phones[which].add_card()
                continue
            entries = {"own": OWN, "wrong": WRONG}.get(kind, dict.fromkeys(OWN, "x"))
            self._do(flow, flow.may()[0], entries[flow.asks] if flow.asks else None, same=same and flow.offers_same)
            self.one_live_pair()

    @rule(which=st.integers(0, 2), n=st.integers(1, 40))
    def insist_on_wrong_pins(self, which: int, n: int) -> None:
        """A holder who has forgotten the card's PINs and taps on."""
        flow = self.flows[which]
        for _ in range(n):
            if not flow.finished:
                entries = OWN if flow.screen in Entry.NEW else WRONG
                self._do(flow, flow.may()[0], entries[flow.asks] if flow.asks else None)

    @rule(which=st.integers(0, 2), tap=st.sampled_from(TAPS))
    def tap_anything(self, which: int, tap: str) -> None:
        """Any tap of any screen, lawful or not."""
        flow = self.flows[which]
        if tap in flow.may():
            leads_on = flow.asks is not None and tap not in ("back", "close")
            self._do(flow, tap, OWN[flow.asks] if leads_on and flow.asks else None)
            return
        length, now, screen = len(self.lab.log), self.lab.now, flow.screen
        with pytest.raises(TapRefused) as refused:
            flow.do(tap)
        assert refused.value.values["lawful"] == flow.may()
        assert (len(self.lab.log), self.lab.now, flow.screen) == (length, now, screen)

    @rule(which=st.integers(0, 2), n=st.integers(0, 9))
    def mishap(self, which: int, n: int) -> None:
        """Something goes wrong where it can."""
        flow = self.flows[which]
        possible = Entry.MISHAPS.get(flow.screen, ())
        if possible:
            self._do(flow, flow.may()[0], None, mishap=possible[n % len(possible)])

    @rule(which=st.integers(0, 2))
    def somebody_elses_card(self, which: int) -> None:
        """The other person's card is held to the phone."""
        flow = self.flows[which]
        if flow.screen in (Screen.READ, Screen.READ_AGAIN):
            other = self.taro if flow.phone.person == self.hanako.person else self.hanako
            self._do(flow, "start_reading", other.card)

    @rule(which=st.integers(0, 2), online=st.sampled_from([True, True, False]))
    def network(self, which: int, online: bool) -> None:
        """A phone loses or finds the network."""
        self.phones[which].online = online

    @rule(by=st.sampled_from(["10s", "6min", "8h", "1d"]))
    def wait(self, by: str) -> None:
        """Time passes."""
        self.lab.advance(by)

    @rule()
    def delete_the_pass(self) -> None:
        """The holder deletes a pass by hand."""
        if self.phones[0].wallet:
            self.phones[0].delete_pass()

    @rule(which=st.integers(0, 1))
    def unblock(self, which: int) -> None:
        """The municipal window puts blocked counters back, so that the walk goes on."""
        from myna_lab.events import ReferenceDataUnblocked

        card = (self.hanako, self.taro)[which].card
        for reference, most in (("text/0011", 3), ("jpki/001B", 5)):
            if card.tries_left(reference) == 0:
                self.lab.record([ReferenceDataUnblocked(card.name, reference, most)])

    def _do(self, flow: Flow, tap: str, value: object, **more: object) -> None:
        before, notice = flow.screen, flow.notice
        flow.do(tap, value, **more)  # type: ignore[arg-type]
        SEEN[flow.phone.platform, before.name] += 1
        SEEN[flow.phone.platform, flow.screen.name] += 1
        if tap == "close":
            assert flow.screen is Screen.CLOSED
            return
        rows = [row for row in flow.rules if row.before is before and row.on == tap and row.to is flow.screen]
        assert rows, f"{before} --{tap}--> {flow.screen} is in no row"
        if flow.screen is before or flow.screen in ENDS - {Screen.DONE, Screen.INTERRUPTED}:
            assert flow.notice is not None, f"{before} --{tap}--> {flow.screen} says nothing (before: {notice})"
            assert flow.notice.in_language("ja") and flow.notice.in_language("en")
        assert str(flow)

    @invariant()
    def one_live_pair(self) -> None:
        """At most one phone pair per person is live, and it is on one phone."""
        for person in (self.hanako, self.taro):
            live = self.lab.books.live_on_phones(person.person)
            assert len(live) in (0, 2), live
            assert len({row.device for row in live}) <= 1, live

    def teardown(self) -> None:
        """The books are what the log says."""
        copy = self.lab.fork()
        assert dict(copy.books.certificates) == dict(self.lab.books.certificates)
        assert dict(copy.books.phones) == dict(self.lab.books.phones)
        assert copy.residents[0].card.state == self.hanako.card.state
        copy.close()
        self.lab.close()


@pytest.mark.soak
def test_both_set_ups_at_random() -> None:
    """Some thousands of steps here; a hundred thousand and more in the long run."""
    SEEN.clear()
    run_state_machine_as_test(
        SetUps,
        settings=settings(
            max_examples=rounds(40, 2000),
            stateful_step_count=50,
            deadline=None,
            derandomize=not SOAK,
            suppress_health_check=list(HealthCheck),
        ),
    )
    steps = sum(SEEN.values()) // 2
    print(f"{steps} taps, {len(SEEN)} screens")
    if SOAK:
        unseen = {
            (platform, screen.name)
            for platform, rows in RULES.items()
            for row in rows
            for screen in (row.before, row.to)
            if (platform, screen.name) not in SEEN
        }
        assert steps >= 100_000
        assert not unseen
