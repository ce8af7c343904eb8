"""Both set-ups tapped through at random, with failures injected; the rules hold at every instant."""

from __future__ import annotations

import functools
import itertools
from collections import Counter
from collections.abc import Callable

import pytest
from expected import SET_UPS
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from myna_lab import Lab
from myna_lab import events as ev
from myna_lab.devices.card import Chip
from myna_lab.errors import Refused, TapRefused
from myna_lab.jlis.books import CARD_RULES, CERTIFICATE_RULES, PhoneState
from myna_lab.jlis.office import next_maintenance
from myna_lab.lab import IPhone
from myna_lab.provisioning import ENDS, MISHAPS, Flow, Screen
from myna_lab.rules import may
from needs import SOAK, rounds

OWN = {"input_aid": "1111", "user_authentication": "2222", "signing": "ABC123"}
WRONG = {"input_aid": "9999", "user_authentication": "8888", "signing": "WRONG1"}
SEEN: Counter[tuple[str, str]] = Counter()
HAPPENED: Counter[str] = Counter()
"""Notices and ends that were met, beside the screens."""
KINDS = ["own"] * 14 + ["wrong", "malformed"]
USES = ["face", "PIN", "wrong PIN", "password", "wrong password"]
TAPS = sorted({tap for rows in SET_UPS.values() for _, tap, *_ in rows} | {"swipe"})
LEADING_ON = [Screen[name] for name in sorted({screen for rows in SET_UPS.values() for screen, *_ in rows})]
WHICH = st.integers(0, 4)
"""One of the five phones."""
INJECTED = {
    "registry_maintenance", "registry_card_suspended", "registry_card_revoked", "registry_certificate_revoked",
    "registry_certificate_on_hold", "registry_superseded", "model_too_old", "no_sign_certificate", "face_refused",
    "other_card", "liveness_exhausted", "link_lost", "offline", "wrong_signing", "blocked_now_signing",
    "blocked_before_signing", "confirmation_differs", "malformed_input_aid", "terms_refused", "face: opened",
    "face: pin_blocked", "PIN: pin_blocked", "wrong PIN: authentication_failed", "password: opened",
    "password: pin_blocked", "wrong password: pin_blocked", "PIN: no_credential", "password: offline",
}  # fmt: skip
"""What must have gone wrong somewhere in a run."""


class SetUps(RuleBasedStateMachine):
    """Two adults and a child, five phones of which one is too old, one plastic card each, any tap at any time."""

    def __init__(self) -> None:
        super().__init__()
        self.lab = Lab(seed=7, parameters={"maintenance": "1 Sun 03:00-20:00"})
        self.hanako, self.taro, self.child = (self._resident(**born) for born in ({}, {}, {"born": "2015-01-01"}))
        self.people = (self.hanako, self.taro, self.child)
        self.phones = [
            self.lab.iphone(self.hanako),
            self.lab.android(self.hanako),
            self.lab.iphone(self.taro),
            self.lab.android(self.child),
            self.lab.iphone(self.taro, model="iPhone X"),
        ]
        self.flows: list[Flow] = [phone.add_card() for phone in self.phones]
        self.accounts: list[tuple[Chip | None, int, int]] = [(None, 3, 5)] * len(self.phones)
        """By hand, beside the phones' own counters: the applet, and the tries of its PIN and password."""

    def _resident(self, **attributes: str):  # type: ignore[no-untyped-def]
        holder = self.lab.resident(
            input_aid_pin="1111", user_authentication_pin="2222", signing_password="ABC123", **attributes
        )
        holder.card.trace.enabled = False
        return holder

    # --------------------------------------------------------------------------------------------------------- taps

    @rule(which=WHICH, kinds=st.lists(st.sampled_from(KINDS), min_size=1, max_size=24), same=st.booleans())
    def walk(self, which: int, kinds: list[str], same: bool) -> None:
        """The main tap again and again, with right, wrong or malformed entries."""
        for kind in kinds:
            flow = self._open(which)
            entries = {"own": OWN, "wrong": WRONG}.get(kind, dict.fromkeys(OWN, "x"))
            self._do(flow, flow.may()[0], entries[flow.asks] if flow.asks else None, same=same and flow.offers_same)
            self.one_live_pair()

    def _lead(self, which: int, screen: Screen) -> Flow:
        """With the right entries to a screen, if this phone comes to it."""
        flow = self._open(which)
        for _ in range(30):
            before = flow.screen
            if before is screen or flow.finished:
                break
            self._do(flow, flow.may()[0], OWN[flow.asks] if flow.asks else None)
            if flow.screen is before:
                break
        return flow

    @rule(which=WHICH, screen=st.sampled_from(sorted(MISHAPS, key=lambda screen: screen.name)), n=st.integers(0, 2))
    def mishap(self, which: int, screen: Screen, n: int) -> None:
        """Something goes wrong where it can."""
        flow = self._lead(which, screen)
        possible = MISHAPS.get(flow.screen, ())
        if possible:
            self._do(flow, flow.may()[0], None, mishap=possible[n % len(possible)])

    @rule(which=WHICH, screen=st.sampled_from(LEADING_ON))
    def leave(self, which: int, screen: Screen) -> None:
        """The terms are refused, or the app is closed at any screen."""
        flow = self._lead(which, screen)
        if not flow.finished:
            self._do(flow, "disagree" if "disagree" in flow.may() else "close", None)

    @rule(which=WHICH)
    def never_a_living_face(self, which: int) -> None:
        """The capture fails until no try is left."""
        flow = self._lead(which, Screen.CAPTURE)
        while flow.screen in (Screen.READY_TO_CAPTURE, Screen.CAPTURE):
            self._do(flow, flow.may()[0], None, mishap="liveness_failed" if flow.screen is Screen.CAPTURE else None)

    @rule(which=WHICH, screen=st.sampled_from([Screen.READ, Screen.READ_AGAIN]), whose=st.integers(0, 2))
    def somebodys_card(self, which: int, screen: Screen, whose: int) -> None:
        """Anybody's card is held to the phone."""
        flow = self._lead(which, screen)
        if flow.screen in (Screen.READ, Screen.READ_AGAIN):
            self._do(flow, "start_reading", self.people[whose].card)

    @rule(which=WHICH, screen=st.sampled_from([Screen.WALLET, Screen.READ, Screen.INSTALL]))
    def maintenance(self, which: int, screen: Screen) -> None:
        """J-LIS's next maintenance window comes while a phone stands before the application, or goes on."""
        self._lead(which, screen)
        begins = next_maintenance(self.lab.now, self.lab.parameters)
        assert begins is not None
        self.lab.advance_to(begins)
        flow = self.flows[which]
        if not flow.finished:
            self._do(flow, flow.may()[0], OWN[flow.asks] if flow.asks else None)

    @rule(which=WHICH, n=st.integers(1, 40))
    def insist_on_wrong_pins(self, which: int, n: int) -> None:
        """A holder who has forgotten the card's PINs and taps on."""
        flow = self._open(which)
        for _ in range(n):
            if not flow.finished:
                entries = OWN if flow.screen.name.startswith(("NEW_", "REPEAT_")) else WRONG
                self._do(flow, flow.may()[0], entries[flow.asks] if flow.asks else None)

    @rule(which=WHICH, tap=st.sampled_from(TAPS))
    def tap_anything(self, which: int, tap: str) -> None:
        """Any tap of any screen, lawful or not."""
        flow = self.flows[which]
        lawful = {row[1] for row in SET_UPS[flow.phone.platform] if row[0] == flow.screen.name}
        assert set(flow.may()) == lawful
        if tap in lawful:
            leads_on = flow.asks is not None and tap not in ("back", "close")
            self._do(flow, tap, OWN[flow.asks] if leads_on and flow.asks else None)
            return
        length, now, screen = len(self.lab.log), self.lab.now, flow.screen
        with pytest.raises(TapRefused) as refused:
            flow.do(tap)
        assert refused.value.values["lawful"] == flow.may()
        assert (len(self.lab.log), self.lab.now, flow.screen) == (length, now, screen)

    # ------------------------------------------------------------------------------------------------- the world around

    @rule(which=WHICH, online=st.sampled_from([True, True, False]))
    def network(self, which: int, online: bool) -> None:
        """A phone loses or finds the network."""
        self.phones[which].online = online

    @rule(by=st.sampled_from(["10s", "6min", "8h", "1d"]))
    def wait(self, by: str) -> None:
        """Time passes."""
        self.lab.advance(by)

    @rule(whose=st.integers(0, 2), event=st.sampled_from([ev.CardSuspended, ev.CardResumed, ev.CardResumed]))
    def card_stopped(self, whose: int, event: type[ev.Event]) -> None:
        """A card is suspended, or released again."""
        self._card_event(whose, event)

    @rule(whose=st.integers(0, 2), n=st.integers(0, 3))
    def card_revoked(self, whose: int, n: int) -> None:
        """Seldom, a card is stopped for good."""
        if n == 0:
            self._card_event(whose, ev.CardRevoked)

    def _card_event(self, whose: int, event: type[ev.Event]) -> None:
        card = self.people[whose].card.name
        if event.__name__ in may(CARD_RULES, self.lab.books.card(card).state):
            self.lab.world.record([event(card)])  # type: ignore[call-arg]

    @rule(whose=st.integers(0, 1), n=st.integers(0, 7), on_phone=st.booleans())
    def certificate_stopped(self, whose: int, n: int, on_phone: bool) -> None:
        """A signing certificate of a card, or a phone's pair, is held or, seldom, revoked."""
        rows = list(self.lab.books.of_person(self.people[whose].person))
        event = ev.CertificateRevoked if n == 0 else ev.CertificateSuspended
        stopped = [row for row in rows if (row.is_phone if on_phone else row.kind == "card_sign")]
        reason = ("KEY_COMPROMISE",) if n == 0 else ()
        self.lab.world.record(
            [event(*row.key, *reason) for row in stopped if event.__name__ in may(CERTIFICATE_RULES, row.state)]
        )

    @rule(which=st.integers(0, 4))
    def delete_the_pass(self, which: int) -> None:
        """The holder deletes a pass by hand, be it live or dead."""
        phone = self.phones[which]
        if isinstance(phone, IPhone) and phone.wallet:
            phone.delete_pass()
            assert phone.wallet == ()

    @rule(which=WHICH, how=st.sampled_from(USES))
    def use(self, which: int, how: str) -> None:
        """A phone is opened, or not; a new applet begins with full counters, and nothing else puts them back."""
        phone = self.phones[which]
        applet, user, signing = self.accounts[which]
        if phone.chip is not applet:
            applet, user, signing = phone.chip, 3, 5
        left = signing if "password" in how else user
        if not phone.online or applet is None:
            expected = "offline" if not phone.online else "no_credential"
        else:
            expected = "pin_blocked" if left == 0 else "authentication_failed" if "wrong" in how else ""
            if left and how != "face":
                user = user if "password" in how else user - 1 if "wrong" in how else 3
                signing = signing if "PIN" in how else signing - 1 if "wrong" in how else 5
        self.accounts[which] = (applet, user, signing)
        pins = {"user": "2222", "signing": "ABC123"} | dict(phone._phone.pins())
        try:
            if "password" in how:
                phone.sign(b"TEST", password="NOTTHIS1" if "wrong" in how else pins["signing"])
            else:
                phone.authenticate(b"TEST", {"face": None, "PIN": pins["user"], "wrong PIN": "0000"}[how])
            answer = ""
        except Refused as refused:
            answer = refused.code
        HAPPENED[f"{how}: {answer or 'opened'}"] += 1
        assert answer == expected
        assert phone.tries_left == ({} if applet is None else {"user": user, "signing": signing})

    @rule(whose=st.integers(0, 2))
    def unblock(self, whose: int) -> None:
        """The municipal window puts blocked counters back, so that the walk goes on."""
        card = self.people[whose].card
        for reference, most in (("text/0011", 3), ("jpki/001B", 5)):
            if card.tries_left(reference) == 0:
                self.lab.world.record([ev.ReferenceDataUnblocked(card.name, reference, most)])

    # --------------------------------------------------------------------------------------------------------- checks

    def _open(self, which: int) -> Flow:
        if self.flows[which].finished:
            self.flows[which] = self.phones[which].add_card()
        return self.flows[which]

    def _do(self, flow: Flow, tap: str, value: object, **more: object) -> None:
        before, notice = flow.screen, flow.notice
        flow.do(tap, value, **more)  # type: ignore[arg-type]
        SEEN[flow.phone.platform, before.name] += 1
        SEEN[flow.phone.platform, flow.screen.name] += 1
        if flow.notice is not None:
            HAPPENED[flow.notice.code] += 1
        step = [before.name, tap, flow.screen.name]
        assert step in [[screen, on, to] for screen, on, _, to, _ in SET_UPS[flow.phone.platform]]
        if tap == "close":
            return
        if flow.screen is before or flow.screen in ENDS - {Screen.DONE, Screen.INTERRUPTED}:
            assert flow.notice is not None, f"{before} --{tap}--> {flow.screen} says nothing (before: {notice})"
            assert flow.notice.in_language("ja") and flow.notice.in_language("en")
        assert str(flow)

    @invariant()
    def one_live_pair(self) -> None:
        """At most one phone pair per person is live, and it is on one phone."""
        for person in self.people:
            live = self.lab.books.live_on_phones(person.person)
            assert len(live) in (0, 2), live
            assert len({row.device for row in live}) <= 1, live

    @invariant()
    def the_books_and_the_phones_agree(self) -> None:
        """What the books think is on a phone is on it; and a dead Android on line has erased itself."""
        for phone in self.phones:
            row = self.lab.books.phones[phone.name]
            held = phone._phone.installed
            assert (held is not None) is bool(row.holds)
            if phone.online and not isinstance(phone, IPhone):
                assert row.state is not PhoneState.DEAD
            assert (row.application is not None) is row.state.name.startswith("APPLIED")

    def teardown(self) -> None:
        """The books are what the log says."""
        copy = self.lab.fork()
        assert dict(copy.books.certificates) == dict(self.lab.books.certificates)
        assert dict(copy.books.phones) == dict(self.lab.books.phones)
        assert dict(copy.books.cards) == dict(self.lab.books.cards)
        assert copy.residents[0].card.state == self.hanako.card.state
        assert [phone.tries_left for phone in copy.phones] == [phone.tries_left for phone in self.phones]
        copy.close()
        self.lab.close()


def tour() -> None:
    """Each failure once, by the rules of the machine: what the random walk meets only with luck is met in any case."""
    for which, own in ((0, 0), (1, 0), (2, 1), (3, 2), (4, 1)):
        steps: list[Callable[[SetUps], object]] = [
            *(
                functools.partial(SetUps.mishap, which=which, screen=screen, n=n)
                for screen, names in MISHAPS.items()
                for n in range(len(names))
            ),
            *(functools.partial(SetUps.leave, which=which, screen=screen) for screen in LEADING_ON),
            functools.partial(SetUps.never_a_living_face, which=which),
            functools.partial(SetUps.walk, which=which, kinds=["own"] * 9 + ["malformed", "own"] * 9, same=False),
            functools.partial(SetUps.walk, which=which, kinds=["own"] * 15 + ["wrong"] * 3 + ["own"] * 9, same=False),
            functools.partial(SetUps.somebodys_card, which=which, screen=Screen.READ_AGAIN, whose=1 - own % 2),
            functools.partial(SetUps.somebodys_card, which=which, screen=Screen.READ, whose=1 - own % 2),
            functools.partial(SetUps.maintenance, which=which, screen=Screen.WALLET if which != 1 else Screen.READ),
            functools.partial(SetUps.insist_on_wrong_pins, which=which, n=60),
            functools.partial(SetUps.walk, which=which, kinds=["own"] * 20, same=False),
            *(functools.partial(SetUps.use, which=which, how=how) for how in USES),
            *(functools.partial(SetUps.use, which=which, how=how) for how in USES[2::2] * 5),
            *(functools.partial(SetUps.use, which=which, how=how) for how in USES),
            functools.partial(SetUps.unblock, whose=own),
            functools.partial(SetUps.network, which=which, online=False),
            *(functools.partial(SetUps.use, which=which, how=how) for how in USES),
            functools.partial(SetUps.walk, which=which, kinds=["own"] * 2, same=False),
            functools.partial(SetUps.network, which=which, online=True),
        ]
        machine = SetUps()
        for step in steps:
            step(machine)
            machine.one_live_pair()
            machine.the_books_and_the_phones_agree()
        machine.teardown()
    for whose, stop in itertools.product((0, 1), ("CardSuspended", "CardRevoked", "held", "revoked")):
        machine = SetUps()
        if stop in ("held", "revoked"):
            machine.certificate_stopped(whose, 0 if stop == "revoked" else 1, on_phone=False)
        else:
            machine._card_event(whose, ev.EVENTS[stop])
        machine.walk(2 * whose, ["own"] * 30, same=True)
        machine.teardown()
    machine = SetUps()
    waiting = machine._lead(1, Screen.WAIT_FOR_NOTICE)
    machine.walk(0, ["own"] * 22, same=False)
    machine._do(waiting, "open_notice", None)
    assert machine.flows[1].screen is Screen.REFUSED
    machine.teardown()


@pytest.mark.soak
def test_both_set_ups_at_random() -> None:
    """Some thousands of taps here, a hundred thousand and more in the long run; all screens and failures are met."""
    SEEN.clear()
    HAPPENED.clear()
    tour()
    run_state_machine_as_test(
        SetUps,
        settings=settings(
            max_examples=rounds(30, 800),
            stateful_step_count=50,
            deadline=None,
            derandomize=not SOAK,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    steps = sum(SEEN.values()) // 2
    print(f"{steps} taps, {len(SEEN)} screens, {len(HAPPENED)} notices")
    unseen = {
        (platform, name)
        for platform, rows in SET_UPS.items()
        for screen, _, _, to, _ in rows
        for name in (screen, to)
        if (platform, name) not in SEEN
    }
    assert steps >= rounds(4_000, 100_000)
    assert not unseen
    assert not (unmet := INJECTED - set(HAPPENED)), sorted(unmet)
