"""Every screen of both set-ups with every tap, tapped through the app, beside the tables of ``expected``.

A row of ``provisioning`` that is changed, added or gone fails, and so does a tap that leads elsewhere. What no row
names is refused.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from article import CARDS_PINS, go, resident, said
from expected import SET_UPS

from myna_lab import Lab
from myna_lab import events as ev
from myna_lab.errors import TapRefused
from myna_lab.jlis.office import next_maintenance
from myna_lab.lab import Android, IPhone
from myna_lab.provisioning import RULES, Flow, Screen

ROWS = [(platform, *row) for platform, table in SET_UPS.items() for row in table]
SCREENS = [
    (platform, screen) for platform, table in SET_UPS.items() for screen in dict.fromkeys(row[0] for row in table)
]

MALFORMED = {
    "input_aid": ["", "123", "12345", "12a4", "12 4", "123\n", "-123"],
    "user_authentication": ["", "123", "12345", "12a4", "12 4", "123\n", "-123"],
    "signing": ["", "ABC12", "ABCDEFGH123456789", "ABC-12", "ABC 12", "ABC12\n", "ÀBC123"],
}
"""What cannot be four digits, or 6 to 16 of A–Z and 0–9 (small letters are raised)."""
OTHER = {"user_authentication": "8642", "signing": "OTHER12"}


class SetUp:
    """A set-up that has come to a screen, and what can be done to it there."""

    def __init__(self, platform: str, screen: str) -> None:
        self.lab = Lab(seed=7)
        self.holder = resident(self.lab)
        self.phone: IPhone | Android = getattr(self.lab, platform)(self.holder)
        self.flow: Flow = go(self.phone.add_card(), Screen[screen])

    @property
    def own(self) -> str | None:
        """What the holder would type here."""
        return CARDS_PINS[self.flow.asks] if self.flow.asks else None

    def other(self) -> str:
        """What has the right form and is not what she typed, or not her card's."""
        assert self.flow.asks is not None
        return OTHER[self.flow.asks]

    def offline(self) -> None:
        """The phone loses the network."""
        self.phone.go_offline()

    def blocked(self) -> None:
        """The card's signing password was blocked elsewhere."""
        self.lab.world.record([ev.ReferenceDataTried(self.holder.card.name, "jpki/001B", 0)])

    def changed(self, reference: str, most: int, value: bytes) -> None:
        """The card has another PIN now than the one that was typed."""
        changed = ev.ReferenceDataChanged(self.holder.card.name, reference, most, "test/other")
        self.lab.world.record([changed], {"test/other": value})

    def superseded(self) -> None:
        """A later application is made on another phone."""
        go(self.lab.iphone(self.holder).add_card(), Screen.DONE)

    def tap(self, tap: str, case: str) -> None:
        """Bring the case about, and tap."""
        flow, mishap, value, same = self.flow, None, self.own, False
        match case:
            case "unfit" | "later":
                self.offline()
            case "liveness_failed" | "link_lost" | "interrupted":
                mishap = case
            case "liveness_exhausted":
                for _ in range(2):
                    go(flow.do(tap, mishap="liveness_failed"), Screen.CAPTURE)
                mishap = "liveness_failed"
            case "input_aid_pin_wrong":
                self.changed("text/0011", 3, b"9999")
            case "sign_password_wrong":
                self.changed("jpki/001B", 5, b"ATARASHII1")
            case "blocked":
                self.blocked()
            case "unsuitable":
                born = "2015-01-01" if (flow.phone.platform, flow.screen) == ("android", Screen.READ) else "1980-02-17"
                flow.do(tap, resident(self.lab, born=born).card)
                return
            case "refused" if flow.screen in (Screen.WAIT_FOR_NOTICE, Screen.INSTALL):
                self.superseded()
            case "refused":
                self.lab.world.record([ev.CardSuspended(self.holder.card.name)])
            case "same":
                same = True
            case "different":
                value, same = self.other(), flow.offers_same
        flow.do(tap, None if tap in ("back", "close") else value, same=same, mishap=mishap)


@pytest.mark.parametrize("platform", SET_UPS)
def test_the_rows_of_the_set_up_are_these(platform: str) -> None:
    """Row by row, condition and target included: none is missing, none is added (closing is lawful everywhere)."""
    written = [
        [rule.before.name, rule.on, rule.condition.replace(" ", "_") or "-", rule.to.name] for rule in RULES[platform]
    ]
    expected = [row[:4] for row in SET_UPS[platform] if (row[1], row[3]) != ("close", "CLOSED")]
    assert sorted(written) == sorted(expected)


@pytest.mark.parametrize(
    ("platform", "screen", "tap", "case", "to", "notice"), [row for row in ROWS if row[3] != "malformed"]
)
def test_each_tap_leads_where_its_row_says(
    platform: str, screen: str, tap: str, case: str, to: str, notice: str
) -> None:
    """The app goes on, back, or out, says what the row says, and the log has the step."""
    here = SetUp(platform, screen)
    here.tap(tap, case)
    assert (here.flow.screen.name, said(here.flow) or "-") == (to, notice)
    steps = [e.event for e in here.lab.log if isinstance(e.event, ev.ScreenPassed) and e.event.flow == here.flow.flow]
    if tap != "close":
        assert steps[-1] == ev.ScreenPassed(here.flow.flow, screen, tap, to)


@pytest.mark.parametrize(
    ("platform", "screen", "typed", "notice"),
    [
        (row[0], row[1], typed, row[5])
        for row in ROWS
        if row[3] == "malformed"
        for typed in MALFORMED[row[5].removeprefix("malformed_")]
    ],
)
def test_every_malformed_entry_stays_where_it_was_typed(platform: str, screen: str, typed: str, notice: str) -> None:
    """Again and again: the screen stays and says why, and no try of the card is spent."""
    here = SetUp(platform, screen)
    length = len(here.holder.card.trace)
    for _ in range(2):
        here.flow.do("next", typed)
        assert (here.flow.screen.name, said(here.flow)) == (screen, notice)
        assert [e.name for e in here.lab.log][-2:] == ["PinMalformed", "ScreenPassed"]
    assert len(here.holder.card.trace) == length
    go(here.flow, Screen.DONE)


@pytest.mark.parametrize(("platform", "screen"), SCREENS)
def test_what_no_row_names_is_refused(platform: str, screen: str) -> None:
    """Every tap of any screen that has no row here, alone and with an entry: TapRefused, and nothing is changed."""
    here = SetUp(platform, screen)
    lawful = {row[1] for row in SET_UPS[platform] if row[0] == screen}
    assert set(here.flow.may()) == lawful
    before = len(here.lab.log), here.lab.now, here.flow.screen
    for tap in sorted({row[1] for table in SET_UPS.values() for row in table} - lawful):
        for value in (None, here.own):
            with pytest.raises(TapRefused, match=r"^('\w+'|this tap) is not on screen") as refused:
                here.flow.do(tap, value)
            assert (refused.value.code, set(refused.value.values["lawful"])) == ("tap_refused", lawful)
    assert (len(here.lab.log), here.lab.now, here.flow.screen) == before


@pytest.mark.parametrize(("platform", "screen"), [("iphone", "WALLET"), ("android", "READ")])
def test_maintenance_is_another_reason_to_try_later(platform: str, screen: str) -> None:
    """While J-LIS takes no application the screen stays; the phone is online, and the notice says so."""
    here = SetUp(platform, screen)
    begins = next_maintenance(here.lab.now, here.lab.parameters)
    assert begins is not None
    here.lab.advance_to(begins)
    here.flow.next()
    assert (here.flow.screen.name, said(here.flow)) == (screen, "registry_maintenance")


END_OF = {
    "DONE": (lambda here: go(here.flow, Screen.DONE)),
    "CLOSED": (lambda here: here.flow.close()),
}


@pytest.mark.parametrize("platform", SET_UPS)
@pytest.mark.parametrize("end", END_OF)
def test_after_the_end_nothing_is_lawful(platform: str, end: str) -> None:
    """No tap, not even closing."""
    here = SetUp(platform, "HOME")
    lead: Callable[[SetUp], object] = END_OF[end]
    lead(here)
    assert (here.flow.screen.name, here.flow.may()) == (end, ())
    for tap in sorted({row[1] for table in SET_UPS.values() for row in table}):
        with pytest.raises(TapRefused, match="this set-up has ended"):
            here.flow.do(tap)
