"""Two phones side by side without a browser: buttons are clicked, widgets are read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from myna_lab import Lab
from myna_lab.analysis.who_knows import Knower, beliefs, has_heard, moments
from myna_lab.errors import MisuseError, StorageError
from myna_lab.jlis.books import CertificateState, PhoneState
from myna_lab.lab import Holder
from myna_lab.texts import text
from myna_lab.texts.speech import SPEECHES
from myna_lab.widgets import OnePhone, one_phone
from myna_lab.widgets.one_phone import Side

GOOD, REVOKED, LISTED = "word.state_of.GOOD", "word.state_of.REVOKED", "word.belief.listed"
PLATFORMS = ("iphone", "android")


@pytest.fixture
def lab() -> Lab:
    """A fresh lab."""
    return Lab(seed=8)


@pytest.fixture
def hanako(lab: Lab) -> Holder:
    """Its first resident."""
    return lab.resident()


@pytest.fixture
def view(lab: Lab, hanako: Holder) -> OnePhone:
    """Her two phones, bought by the view."""
    return one_phone(lab, hanako)


def side(view: OnePhone, platform: str) -> Side:
    return view.sides[PLATFORMS.index(platform)]


@pytest.mark.parametrize(("start", "shows"), [("2026-10-19 09:00", "certificates"), ("2026-10-21 09:00", "pass")])
def test_an_android_shows_what_came_onto_it(start: str, shows: str) -> None:
    """From its day on an Android shows the card's face as an iPhone does; the one that came before does not."""
    lab = Lab(seed=8, start=start)
    view = one_phone(lab, lab.resident())
    side(view, "android").add.click()
    lab.advance("3d")
    view.refresh()
    assert says(view, "android", Knower.PHONE) == f"word.belief.{shows}"
    side(view, "iphone").add.click()
    assert says(view, "iphone", Knower.PHONE) == "word.belief.pass"


def wait(view: OnePhone, minutes: int) -> None:
    view.waits[(1, 5, 15).index(minutes)].click()


def says(view: OnePhone, platform: str, knower: Knower) -> str:
    """Key of the word that a knower says now; the view shows it."""
    said = view._now[side(view, platform).phone.phone, knower].said
    assert text(said, "ja") in plain(view.now.value) and text(said, "en") in plain(view.now.value)
    return said


def plain(html: str) -> str:
    return re.sub(r"<[^>]*>", " ", html)


def widgets(view: OnePhone) -> Iterator[Any]:
    front = [view.box]
    while front:
        widget = front.pop()
        yield widget
        front += getattr(widget, "children", ())


def is_shown(widget: Any) -> bool:
    return bool(widget.layout.display != "none")


def test_it_buys_the_phones_that_are_missing(lab: Lab, hanako: Holder) -> None:
    """A holder without phones gets one of each; phones that she has are used."""
    view = one_phone(lab, hanako)
    assert [phone.phone for phone in view.phones] == ["iphone-1", "android-1"]
    assert one_phone(lab, hanako).phones == view.phones and len(hanako.phones) == 2
    newer = lab.iphone(hanako)
    assert one_phone(lab, hanako).phones == (newer, view.phones[1])


@pytest.mark.parametrize(("first", "second"), list(product(PLATFORMS, repeat=2)))
def test_the_later_application_stays(view: OnePhone, first: str, second: str) -> None:
    """In each of the four orders one pair works at the end; the books say revoked at once, OCSP at its tick."""
    side(view, first).add.click()
    wait(view, 15)
    side(view, second).add.click()
    assert says(view, second, Knower.BOOKS) == "word.state_of.ISSUED"
    if first != second:
        assert says(view, first, Knower.BOOKS) == REVOKED
        differs = says(view, first, Knower.OCSP) != REVOKED
        assert (text("word.differs", "en") in plain(view.now.value)) is differs
    wait(view, 15)
    assert says(view, second, Knower.BOOKS) == says(view, second, Knower.OCSP) == GOOD
    side(view, second).log_in.click()
    assert "ポータルは受け入れました。" in view.what.value
    if first != second:
        assert says(view, first, Knower.OCSP) == REVOKED
        side(view, first).log_in.click()
        assert text("code.revoked" if first == "iphone" else "code.no_credential", "ja") in view.what.value
    live = [row for row in view.lab.books.live_on_phones(view.holder.person)]
    assert {row.device for row in live} == {side(view, second).phone.phone} and len(live) == 2


def test_the_old_iphone_is_accepted_until_the_tick(view: OnePhone) -> None:
    """Right after the application the portal accepts, and the view says what it could not know; later it refuses."""
    side(view, "iphone").add.click()
    wait(view, 15)
    side(view, "android").add.click()
    side(view, "iphone").log_in.click()
    assert "It could not know that the books have the certificate as revoked since" in view.what.value
    assert (
        "It refuses from 09:30:00" in view.what.value and "It refuses from 09:30:00" in side(view, "iphone").page.value
    )
    assert says(view, "iphone", Knower.OCSP) == GOOD and says(view, "iphone", Knower.BOOKS) == REVOKED
    wait(view, 15)
    side(view, "iphone").log_in.click()
    assert "The portal refused: revoked." in view.what.value and view.tabs.value == "verdict"


def test_the_crl_says_so_on_the_next_day(view: OnePhone) -> None:
    """The list of the day does not hold the revocation; the next midnight's does."""
    side(view, "iphone").add.click()
    wait(view, 15)
    side(view, "android").add.click()
    assert says(view, "iphone", Knower.CRL) == "word.belief.not_listed"
    view.waits[3].click()
    assert says(view, "iphone", Knower.CRL) == LISTED
    listed = next(m for m in moments(view.phones) if m.beliefs["iphone-1", Knower.CRL].said == LISTED)
    assert f"{listed.at:%H:%M:%S}" == "00:00:00"


def test_the_dead_pass_stays_until_it_is_deleted(view: OnePhone) -> None:
    """A day later it is shown pale with a sentence; deleting it empties the wallet and changes nothing in the books."""
    iphone = side(view, "iphone")
    assert not is_shown(iphone.delete) and not is_shown(side(view, "android").delete)
    iphone.add.click()
    side(view, "android").add.click()
    assert "mnc-dead" not in iphone.page.value and is_shown(iphone.delete)
    view.waits[3].click()
    assert "mnc-dead" in iphone.page.value and is_shown(iphone.delete)
    assert says(view, "iphone", Knower.PHONE) == "word.belief.dead_pass"
    before = [row.history for row in view.lab.books.certificates.values()]
    iphone.delete.click()
    assert text("word.no_card_here", "ja") in iphone.page.value and not is_shown(iphone.delete)
    assert [row.history for row in view.lab.books.certificates.values()] == before


def test_an_iphone_off_line_has_not_heard(view: OnePhone) -> None:
    """Offline at the revocation it shows a good pass, and the caption says so; a missed check is made up for."""
    iphone = side(view, "iphone")
    iphone.add.click()
    wait(view, 5)
    iphone.network.click()
    side(view, "android").add.click()
    assert says(view, "iphone", Knower.PHONE) == "word.belief.pass" and "mnc-dead" not in iphone.page.value
    assert text("word.state_of.GOOD", "en") in plain(iphone.page.value)
    assert "Offline: it does not know of the revocation" in iphone.caption.value
    iphone.network.click()
    assert "It has not asked since: it does not know of the revocation" in iphone.caption.value
    iphone.network.click()
    view.waits[3].click()
    assert says(view, "iphone", Knower.PHONE) == "word.belief.pass" and "mnc-dead" not in iphone.page.value
    iphone.network.click()
    assert says(view, "iphone", Knower.PHONE) == "word.belief.dead_pass" and "mnc-dead" in iphone.page.value
    assert "does not know of the revocation" not in iphone.caption.value


def test_hearing_is_being_on_line_at_or_after(lab: Lab, hanako: Holder) -> None:
    """An Android that went offline only after the revocation has heard of it; one that was offline before has not."""
    android = lab.android(hanako)
    lab.advance("1h")
    moment = lab.now
    lab.advance("1h")
    android.online = False
    assert has_heard(android, moment, lab.now)
    lab.advance("1h")
    assert not has_heard(android, lab.now, lab.now)
    android.online = True
    assert has_heard(android, moment + timedelta(hours=2), lab.now)


def test_a_lost_phone_is_stopped_by_telephone_and_released_at_the_window(view: OnePhone) -> None:
    """Nobody has the phone, so the portal gets nothing; stopped and found again it is refused; released it works."""
    iphone = side(view, "iphone")
    iphone.add.click()
    wait(view, 5)
    iphone.lose.click()
    assert text("word.nobody_has_it", "ja") in iphone.caption.value
    iphone.log_in.click()
    assert text("code.lost", "en") in plain(view.what.value)
    view.hotline.click()
    iphone.lose.click()
    assert text("word.nobody_has_it", "ja") not in iphone.caption.value
    wait(view, 15)
    iphone.log_in.click()
    assert text("code.on_hold", "en") in plain(iphone.page.value) and "mnc-said-wait" in iphone.page.value
    view.window.click()
    wait(view, 15)
    iphone.log_in.click()
    assert "The portal accepted." in plain(view.what.value)


def test_the_next_list_is_waited_for(view: OnePhone) -> None:
    """The clock goes on to the instant from which the next revocation list holds, at midnight."""
    view.waits[4].click()
    assert f"{view.lab.now:%H:%M:%S}" == "00:00:00"


def test_what_is_beneath_is_shown(view: OnePhone) -> None:
    """Inside a phone: keys by certificate, the record, tries; the model's numbers with their basis; no PIN."""
    iphone, android = side(view, "iphone"), side(view, "android")
    iphone.add.click()
    view.tabs.value = "inside"
    held = plain(view.tabs.panel.value)
    assert all(str(each.key) in held for each in iphone.phone.certificates) and "3 / 5" in held
    assert not android.phone.certificates and not set(re.findall(r": (\S+)$", str(iphone.phone.slip), re.M)) & {
        *held.split()
    }
    view.tabs.value = "parameters"
    assert "15min" in view.tabs.panel.value and view.lab.parameters["ocsp_refresh"].ja in view.tabs.panel.value


def test_android_off_line_keeps_what_it_holds(view: OnePhone) -> None:
    """Certificates stay on it, and the view says so; back online it erases itself."""
    android = side(view, "android")
    android.add.click()
    wait(view, 5)
    android.network.click()
    side(view, "iphone").add.click()
    assert says(view, "android", Knower.PHONE) == "word.belief.certificates"
    assert text("word.residue", "ja") in android.caption.value
    assert says(view, "android", Knower.BOOKS) == REVOKED
    android.network.click()
    assert says(view, "android", Knower.PHONE) == "word.belief.nothing"
    assert android.phone.state is PhoneState.WITHOUT_CARD
    assert text("event.PhoneErased", "en", phone="android-1") in view.what.value


@pytest.mark.parametrize("platform", PLATFORMS)
def test_off_line_the_card_cannot_be_added(view: OnePhone, platform: str) -> None:
    """The notice says why, in both languages; the next button takes it away."""
    side(view, platform).network.click()
    side(view, platform).add.click()
    for language in ("ja", "en"):
        assert text("notice.offline", language) in view.notice.value
    assert is_shown(view.notice) and side(view, platform).phone.state is PhoneState.WITHOUT_CARD
    wait(view, 1)
    assert not is_shown(view.notice)


def test_errors_stand_in_the_notice(view: OnePhone, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk is a sentence, escaped, and the view goes on."""

    def full(*args: object) -> None:
        raise StorageError("the disk is <full>")

    with monkeypatch.context() as patch:
        patch.setattr(type(view.lab), "advance", full)
        wait(view, 1)
    assert "the disk is &lt;full&gt;" in view.notice.value
    assert text("word.nothing_changed", "ja") in view.what.value
    wait(view, 1)
    assert not is_shown(view.notice)


def test_what_changed_is_said_and_tinted(view: OnePhone) -> None:
    """The tick after the application changes OCSP's answer alone: one line, one tinted cell."""
    side(view, "iphone").add.click()
    wait(view, 15)
    side(view, "android").add.click()
    while says(view, "iphone", Knower.OCSP) == GOOD:
        wait(view, 1)
    assert view._changed() == [("iphone-1", Knower.OCSP)]
    assert view.now.value.count('class="mnc-new"') == 1
    assert "iphone-1 · " in view.what.value and text("word.state_of.REVOKED", "ja") in view.what.value


def test_the_table_is_what_everybody_says(view: OnePhone) -> None:
    """Each column's answers are those of its instant, and in between nobody says anything else."""
    side(view, "iphone").add.click()
    wait(view, 15)
    side(view, "android").add.click()
    wait(view, 15)
    columns = moments(view.phones, last=20)
    for column, following in zip(columns, [*columns[1:], None], strict=True):
        until = view.lab.now if following is None else following.at
        for phone in view.phones:
            for step in range(4):
                at = column.at + (until - column.at) * step / 4
                said = {knower: belief.word for knower, belief in beliefs(phone, at).items()}
                assert said == {knower: column.beliefs[phone.phone, knower].word for knower in Knower}
    assert all(f"{column.at:%H:%M:%S}" in view.timeline.value for column in columns[-7:])


def test_the_past_is_told_as_it_was(view: OnePhone) -> None:
    """What everybody said at an instant is the same when it is asked again a day later."""
    seen = []

    def note() -> None:
        at = view.lab.now
        seen.extend((phone, at, beliefs(phone, at)) for phone in view.phones)

    for click in (view.sides[0].add, view.sides[1].add, view.sides[1].network, view.sides[0].add, view.waits[3]):
        click.click()
        note()
        wait(view, 15)
        note()
    wait(view, 1)
    view.sides[1].network.click()
    view.sides[0].delete.click()
    view.waits[3].click()
    assert all(beliefs(phone, at) == said for phone, at, said in seen)
    assert len({belief.word for _, _, said in seen for belief in said.values()}) >= 8


def test_the_books_are_shown_with_colour_and_word(view: OnePhone) -> None:
    """Every certificate of the holder has its state as a badge with sign and word; what changed is tinted."""
    side(view, "iphone").add.click()
    side(view, "android").add.click()
    assert view.tabs.value == "books"
    assert view.tabs.panel.value.count("mnc-badge") == 6
    assert view.tabs.panel.value.count('class="mnc-new"') == 4
    for state in (CertificateState.GOOD, CertificateState.REVOKED, CertificateState.ISSUED):
        assert text(f"word.state_of.{state.name}", "ja") in view.tabs.panel.value


def test_the_language_can_be_changed(view: OnePhone) -> None:
    """Every part of the view follows: buttons, phones, tables and panels."""
    side(view, "iphone").add.click()
    for language in SPEECHES:
        view.language.value = language
        shown = [view.now.value, view.timeline.value, view.sides[0].page.value, view.tabs.panel.value]
        for part, key in zip(
            [*map(plain, shown), view.sides[0].add.description],
            ["word.known_now", "word.known_since", "word.wallet", "word.certificate", "word.add_here"],
            strict=True,
        ):
            found = [name for name in ("ja", "en") if text(key, name) in part]
            assert found == (["ja", "en"] if language == "both" else [language])


def test_the_view_keeps_nothing(view: OnePhone) -> None:
    """A second view of the same lab shows the same phones and the same knowledge."""
    side(view, "iphone").add.click()
    wait(view, 5)
    side(view, "android").add.click()
    again = one_phone(view.lab, view.holder)
    assert again.timeline.value == view.timeline.value and repr(again) == repr(view)
    assert [s.page.value for s in again.sides] == [s.page.value for s in view.sides]


def test_only_a_lab_and_its_resident_are_shown(lab: Lab, hanako: Holder) -> None:
    """A resident of another lab, or anything else, is refused with what would have been right."""
    for wrong in (Lab(seed=8).resident(), None, lab.iphone(hanako)):
        with pytest.raises(MisuseError, match="one of its residents"):
            one_phone(lab, wrong)  # type: ignore[arg-type]
