"""What happened so far: an axis whose places were worked out by hand, and what a second phone leaves on it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from myna_lab import Lab
from myna_lab.analysis.so_far import Axis, so_far
from myna_lab.analysis.who_knows import Knower, moments
from myna_lab.lab import Android, Holder, IPhone

ZERO = datetime.fromisoformat("2025-06-24T09:00:00+09:00")


@pytest.mark.parametrize(
    ("seconds", "place"),
    # Powers of ten from the zero, ten seconds counting 0.4: -60 s is -1.17815, +86400 s is +4.33651, in all 5.51466.
    [(-60, 0.0), (0, 0.21364), (5, 0.24990), (10, 0.28617), (300, 0.55402), (86400, 1.0)],
)
def test_seconds_and_days_stand_on_one_axis(seconds: int, place: float) -> None:
    """Five minutes of a day take a quarter of it, and ten seconds are still to be seen."""
    axis = Axis.around(ZERO, "word.mark.issue", ZERO - timedelta(seconds=40), ZERO + timedelta(hours=20))
    assert (axis.left, axis.right) == (-60, 86400)
    assert axis.place(ZERO + timedelta(seconds=seconds)) == pytest.approx(place, abs=1e-4)


def test_what_lies_outside_stands_at_an_end() -> None:
    """No place is outside the axis, whatever is asked."""
    axis = Axis.around(ZERO, "word.mark.issue", ZERO, ZERO)
    assert [axis.place(ZERO + timedelta(days=n)) for n in (-1, 1)] == [0.0, 1.0]
    assert [stop.total_seconds() for stop in axis.stops()] == [0, 10, 60]


def test_after_its_authority_has_ended_nobody_answers_for_a_certificate(lab: Lab, iphone: IPhone) -> None:
    """A phone that is used for ten years: neither the responder nor a list knows its first certificate any more."""
    iphone.add_card().run(same_pins=True)
    lab.advance("6min")
    said = [moments((iphone,))[-1].beliefs[iphone.phone, knower].said for knower in (Knower.OCSP, Knower.CRL)]
    assert said == ["word.state_of.GOOD", "word.belief.not_listed"]
    lab.advance_to("2034-07-01")
    iphone.delete_pass()
    last = moments((iphone,))[-1]
    assert last.at == lab.now
    assert {last.beliefs[iphone.phone, knower].said for knower in (Knower.OCSP, Knower.CRL)} == {"word.belief.unknown"}


def test_a_second_phone_leaves_its_marks(lab: Lab, hanako: Holder, iphone: IPhone, android: Android) -> None:
    """Application, issue, five minutes, log-ins, revocation, a list, erasure: each on its lane."""
    assert so_far((iphone, android), moments((iphone, android))) is None
    iphone.add_card().run(same_pins=True)
    lab.portal.log_in(iphone)
    lab.advance("6min")
    lab.portal.log_in(iphone)
    android.add_card().run(same_pins=True)
    lab.hotline.suspend(hanako, card=False)
    lab.advance("1d")
    iphone.delete_pass()
    found = so_far((iphone, android), moments((iphone, android), 16))
    assert found is not None and len(found.lanes) == 8
    lanes = {(lane.phone, lane.knower): lane for lane in found.lanes}
    old = lanes["iphone-1", Knower.PHONE]
    assert "".join(mark.sign for mark in old.marks) == "▸◉▦▲×○☎⌫"
    issued, good, revoked = (run for run in lanes["iphone-1", Knower.BOOKS].runs if run.belief.colour != "idle")
    assert (good.begins - issued.begins, revoked.belief.sign) == (timedelta(minutes=5), "✕")
    assert [f"{mark.at:%H:%M}" for mark in lanes["iphone-1", Knower.CRL].marks] == ["00:00"]
    assert found.axis.key == "word.mark.hold" and old.marks[-1].at == lab.now
    for language, words in (("ja", "iphone-1 スマホの画面: ⌫ 消去"), ("en", "iphone-1 the phone shows: ⌫ erased")):
        assert any(line.endswith(words) for line in found.in_language(language))
