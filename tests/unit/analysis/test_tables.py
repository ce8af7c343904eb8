"""The pandas tables: declared dtypes, aware times, nothing hidden that is no secret."""

from __future__ import annotations

import pandas as pd
import pytest

from myna_lab import Lab
from myna_lab.analysis import tables
from myna_lab.ground.durations import at
from myna_lab.jlis.books import CERTIFICATE_RULES


@pytest.fixture(scope="module")
def lab() -> Lab:
    """iPhone, early login, second phone, late login."""
    lab = Lab(seed=7)
    hanako = lab.resident()
    iphone = lab.iphone(hanako)
    iphone.add_card().run()
    lab.portal.log_in(iphone)
    lab.advance("6min")
    lab.android(hanako).add_card().run()
    lab.advance("16min")
    lab.portal.log_in(iphone)
    return lab


def _times(frame: pd.DataFrame) -> set[str]:
    return {str(dtype) for dtype in frame.dtypes if str(dtype).startswith("datetime")}


def test_events_are_the_log(lab: Lab) -> None:
    """One row an event, in order, with its simulated time."""
    frame = lab.tables.events()
    assert list(frame.index) == list(range(1, len(lab.log) + 1))
    assert frame["at"].is_monotonic_increasing
    assert _times(frame) == {"datetime64[us, Asia/Tokyo]"}
    assert list(frame.columns) == ["at", "event", "subject", "details"]
    assert (frame["event"] == "CertificateIssued").sum() == 6


@pytest.mark.parametrize("name", ["events", "certificates", "phones", "verdicts"])
def test_empty_tables_have_the_same_columns_and_dtypes(lab: Lab, name: str) -> None:
    """A lab without people gives the same columns as a full one."""
    empty, full = getattr(Lab(seed=1).tables, name)(), getattr(lab.tables, name)()
    assert list(empty.columns) == list(full.columns)
    for column in full:
        # Categories differ by what happened; that they are categories does not.
        assert str(empty[column].dtype) == str(full[column].dtype), column


def test_certificates_at_an_instant(lab: Lab) -> None:
    """The table shows the books as they were, not as they are."""
    row = next(row for row in lab.books.certificates.values() if row.kind == "phone_auth")
    before = lab.tables.certificates(at=row.issued_at)
    after = lab.tables.certificates(at=row.activates_at)
    assert before.loc[str(row.key), "state"] == "issued"
    assert after.loc[str(row.key), "state"] == "good"
    assert lab.tables.certificates().loc[str(row.key), "state"] == "revoked"
    assert lab.tables.certificates().loc[str(row.key), "reason"] == "SUPERSEDED"
    assert len(lab.tables.certificates(at="2025-06-24 08:59")) == 0
    assert len(lab.tables.certificates(at="2025-06-24 09:03")) == 2


def test_phones_and_verdicts(lab: Lab) -> None:
    """Phones with their state, verdicts beside the truth."""
    phones = lab.tables.phones()
    assert phones["state"].to_dict() == {"iphone-1": "dead", "android-1": "holds the card"}
    verdicts = lab.tables.verdicts()
    assert list(verdicts["code"]) == ["not_yet_valid", "revoked"]
    assert list(verdicts["truth"]) == ["issued", "revoked"]
    assert verdicts["accepted"].dtype == bool


def test_a_rule_table_as_people_read_it() -> None:
    """Each rule is a row with its basis."""
    frame = tables.rules(CERTIFICATE_RULES)
    assert list(frame.columns) == ["from", "on", "to", "only if", "basis"]
    assert frame["basis"].str.len().min() > 0


def test_times_survive_a_round_trip(lab: Lab) -> None:
    """The time of an event in the table is the event's."""
    frame = lab.tables.events()
    assert frame.loc[1, "at"] == pd.Timestamp(at("2025-06-24 09:00"))
