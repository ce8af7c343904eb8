"""What delays cost: minutes written by hand, and what holds for every revocation and every instant."""

from __future__ import annotations

from datetime import datetime, timedelta

import pandas as pd
import pytest
from article import answered
from hypothesis import given, settings
from hypothesis import strategies as st

from myna_lab import Lab
from myna_lab.analysis.exposure import Asker, exposure
from myna_lab.errors import MisuseError
from myna_lab.ground.durations import at

NOON = at("2025-06-24 12:00")
NAMES = ("exposure", "gap_refusals", "stale_accepts", "waiting_times", "who_knew")


def with_phone(**parameters: object) -> tuple[Lab, object]:
    """A lab and an iPhone that works since long; everything is at 10:00."""
    lab = Lab(seed=7, parameters=parameters)
    phone = lab.iphone(lab.resident())
    phone.add_card().run()
    lab.advance_to("2025-06-24 10:00")
    return lab, phone


def auth(lab: Lab, phone: object) -> object:
    """Its user-authentication certificate."""
    return lab.certificates(phone, kind="phone_auth")[-1]  # type: ignore[arg-type]


def portal(lab: Lab, instant: datetime | str | None = None) -> pd.Series:
    """The one row of the portal."""
    table = lab.tables.exposure(instant)
    (row,) = table[table["service"] == "portal"].to_dict("records")
    return pd.Series(row)


@pytest.mark.parametrize(
    ("parameters", "published", "minutes"),
    [
        # Revoked at 10:07:00. OCSP ticks at :00 :15 :30 :45; lists at midnight (life-cycle facts 5.1, 5.2, 5.6).
        ({}, "2025-06-24 10:15", 8.0),
        ({"ocsp_refresh": "1h"}, "2025-06-24 11:00", 53.0),
        ({"service_revocation_data": "crl"}, "2025-06-25 00:00", 833.0),
        ({"service_revocation_data": "crl", "crl_switch_over": "10min"}, "2025-06-25 00:10", 843.0),
        ({"service_revocation_data": "both"}, "2025-06-24 10:15", 8.0),
        ({"service_revocation_data": "both", "crl_period": "1h", "ocsp_refresh": "1d"}, "2025-06-24 11:00", 53.0),
    ],
)
def test_minutes_by_hand(parameters: dict[str, object], published: str, minutes: float) -> None:
    """From 10:07 to the tick or the list, whichever the service asks first; told before it has come."""
    lab, phone = with_phone(**parameters)
    lab.advance_to("2025-06-24 10:07")
    auth(lab, phone).revoke()  # type: ignore[attr-defined]
    row = portal(lab)
    assert (row["stopped_at"], row["published_at"]) == (at("2025-06-24 10:07"), at(published))
    assert (row["refuses_from"], row["minutes"], row["n_accepted"]) == (at(published), minutes, 0)
    assert pd.isna(row["refused_at"])


def test_what_was_asked_stands_beside_the_schedule() -> None:
    """Accepted at 10:08 and 10:14, refused at 10:15 sharp: two wrong acceptances, 1 and 7 minutes late."""
    lab, phone = with_phone()
    lab.advance_to("2025-06-24 10:07")
    auth(lab, phone).revoke()  # type: ignore[attr-defined]
    for time in ("10:08", "10:14", "10:15", "10:20"):
        lab.advance_to(f"2025-06-24 {time}")
        lab.portal.log_in(phone)  # type: ignore[arg-type]
    row, stale = portal(lab), lab.tables.stale_accepts()
    assert row["n_accepted"] == 2
    assert row["fetched_at"] == row["refused_at"] == at("2025-06-24 10:15")
    assert list(stale["minutes"]) == [1.0, 7.0]
    assert list(stale["truth"]) == ["revoked", "revoked"]
    assert list(stale["knowledge_at"]) == [at("2025-06-24 10:00")] * 2
    assert portal(lab, "2025-06-24 10:10")["n_accepted"] == 1
    assert pd.isna(portal(lab, "2025-06-24 10:10")["refused_at"])
    assert len(lab.tables.stale_accepts("2025-06-24 10:10")) == 1
    assert len(lab.tables.exposure("2025-06-24 10:06")) == 0


def test_what_is_kept_is_accepted_for_longer() -> None:
    """Who keeps an answer for an hour may accept until 11:15; who asks nobody, until the certificate ends."""
    lab, phone = with_phone()
    lab.advance_to("2025-06-24 10:07")
    auth(lab, phone).revoke()  # type: ignore[attr-defined]
    askers = [Asker("keeps", "auth", ("ocsp",), timedelta(hours=1)), Asker("asks nobody", "auth", ())]
    table = exposure(lab.log, lab.books, lab.revocation, askers, at=lab.now).set_index("service")
    assert (table.loc["keeps", "refuses_from"], table.loc["keeps", "minutes"]) == (at("2025-06-24 11:15"), 68.0)
    kept = lab.tables.exposure(services=[lab.portal.with_policy(cache="1h")])
    assert list(kept["minutes"]) == [68.0]
    ends = auth(lab, phone).row.not_after + timedelta(seconds=1)  # type: ignore[attr-defined]
    assert pd.isna(table.loc["asks nobody", "published_at"])
    assert (table.loc["asks nobody", "source"], pd.isna(table.loc["asks nobody", "refuses_from"])) == ("nobody", True)
    assert table.loc["asks nobody", "minutes"] == (ends - at("2025-06-24 10:07")) / timedelta(minutes=1)


def test_a_counter_asks_nobody() -> None:
    """It takes a stopped record for 30 days, a stopped card to its last day; a record in a status list for an hour."""
    lab, phone = with_phone()
    hanako = lab.residents[0]
    lab.advance_to("2025-06-24 10:07")
    auth(lab, phone).revoke()  # type: ignore[attr-defined]
    lab.certificates(hanako, kind="card_auth")[0].hold()
    assert answered(lab.counter.check_age(hanako.card)) == "accepted"
    lab.advance("1min")
    assert answered(lab.counter.check_age(phone)) == answered(lab.counter.check_age(hanako.card)) == "accepted"  # type: ignore[arg-type]
    table = lab.tables.exposure(services=[lab.counter, lab.police]).set_index("kind")
    assert set(table["service"]) == {"counter"} and set(table["source"]) == {"nobody"}
    for column in ("published_at", "refuses_from", "fetched_at", "refused_at"):
        assert table[column].isna().all()
    assert table["n_accepted"].to_dict() == {"phone_auth": 1, "card_auth": 1}
    # Signed at 09:03:15 for 30 days; the card's face says 23:59:59 of its last day.
    minutes = {"phone_auth": at("2025-07-24 09:03:16"), "card_auth": hanako.card_expires + timedelta(seconds=1)}
    stopped = at("2025-06-24 10:07")
    expected = {kind: round((end - stopped) / timedelta(minutes=1), 6) for kind, end in minutes.items()}
    assert table["minutes"].to_dict() == expected
    told, other = with_phone(mdoc_status="list")
    told.advance_to("2025-06-24 10:07")
    auth(told, other).revoke()  # type: ignore[attr-defined]
    (row,) = told.tables.exposure(services=[told.counter]).to_dict("records")
    assert (row["source"], row["refuses_from"], row["minutes"]) == ("status_list", at("2025-06-24 11:00"), 53.0)
    (row,) = told.tables.exposure(services=[told.counter.with_policy(sources=())]).to_dict("records")
    assert (row["source"], pd.isna(row["refuses_from"])) == ("nobody", True)
    lab.advance_to("2025-06-25 12:00")
    phone.add_card().run()  # type: ignore[attr-defined]
    lab.counter.check_age(phone)  # type: ignore[arg-type]  # another record: not the one that was stopped
    assert lab.tables.exposure(services=[lab.counter]).set_index("kind").loc["phone_auth", "n_accepted"] == 1


def test_on_a_tick_nobody_is_late() -> None:
    """Revoked at 10:15:00, the answer of 10:15:00 tells it: no minute."""
    lab, phone = with_phone()
    lab.advance_to("2025-06-24 10:15")
    auth(lab, phone).revoke()  # type: ignore[attr-defined]
    assert portal(lab)["minutes"] == 0
    assert answered(lab.portal.log_in(phone)) == "revoked"  # type: ignore[arg-type]


def test_a_hold_that_nobody_was_told_of() -> None:
    """Held at 10:07 and released at 10:12: OCSP never says so, and five minutes were accepted."""
    lab, phone = with_phone()
    for time, act in (("10:07", "hold"), ("10:12", "release")):
        lab.advance_to(f"2025-06-24 {time}")
        getattr(auth(lab, phone), act)()
    row = portal(lab)
    assert pd.isna(row["published_at"])
    assert (row["reason"], row["minutes"]) == ("CERTIFICATE_HOLD", 5.0)


def test_a_hold_that_ends_in_a_revocation_is_one_stop() -> None:
    """Held at 10:07, revoked at 11:00: refused from 10:15 on; the reason is the newest one at the asked instant."""
    lab, phone = with_phone()
    for time, act in (("10:07", "hold"), ("11:00", "revoke")):
        lab.advance_to(f"2025-06-24 {time}")
        getattr(auth(lab, phone), act)()
    assert (portal(lab)["reason"], portal(lab)["minutes"]) == ("CESSATION_OF_OPERATION", 8.0)
    assert portal(lab, "2025-06-24 10:59")["reason"] == "CERTIFICATE_HOLD"


def test_revoked_before_it_ever_worked() -> None:
    """OCSP tells it together with the activation, so nobody accepts it; a list does not know until midnight."""
    for source, minutes in (("ocsp", 0.0), ("crl", 833.0)):
        lab = Lab(seed=7, start="2025-06-24 09:58:45", parameters={"service_revocation_data": source})
        phone = lab.iphone(lab.resident())
        phone.add_card().run()
        certificate = lab.certificates(phone, kind="phone_auth")[0]
        assert certificate.row.activates_at == at("2025-06-24 10:07:00")
        certificate.revoke()
        assert portal(lab)["minutes"] == minutes
        lab.advance("10min")
        assert lab.portal.log_in(phone).accepted is (source == "crl")


def test_the_five_minutes_by_hand() -> None:
    """Finished at 09:03:39 and usable from 09:08:15: a try at once comes 4 min 36 s too early."""
    lab = Lab(seed=7)
    phone = lab.iphone(lab.resident())
    phone.add_card().run()
    lab.portal.log_in(phone)
    lab.advance("5min")
    lab.portal.log_in(phone)
    (row,) = lab.tables.gap_refusals().to_dict("records")
    assert (row["issued_at"], row["works_from"]) == (at("2025-06-24 09:03:15"), at("2025-06-24 09:08:15"))
    assert (row["at"], row["minutes_left"], row["code"]) == (at("2025-06-24 09:03:39"), 4.6, "not_yet_valid")
    assert len(lab.tables.gap_refusals("2025-06-24 09:03:38")) == 0


def test_waits_by_hand() -> None:
    """Set-up, first use, a blocked PIN until the window, and the time without a phone, in minutes."""
    lab = Lab(seed=7)
    hanako = lab.resident()
    lab.iphone(hanako).add_card().run()
    lab.advance_to("2025-06-24 10:00")
    lab.android(hanako).add_card().close()
    for _ in range(3):
        lab.portal.log_in(hanako.card, "0000" if hanako.slip.rows[0][1] != "0000" else "1111")
    lab.advance_to("2025-06-24 11:00")
    lab.municipality.unblock(hanako.card, "user_authentication", "2468")
    lab.certificates(lab.phones[0], kind="phone_auth")[0].hold()
    lab.advance_to("2025-06-24 11:30")
    lab.certificates(lab.phones[0], kind="phone_auth")[0].release()
    table = lab.tables.waiting_times()
    waits = [(what, row.subject, row.minutes, row.ended_by) for what, row in table.iterrows()]
    assert waits == [
        ("set_up", "iphone-1", 219 / 60, "DONE"),
        ("works", "iphone-1", 495 / 60, "DONE"),
        ("set_up", "android-1", 0.0, "left at HOME"),
        ("reset", "card-1", 60.0, "window"),
        ("phone", "person-1", 30.0, "works again"),
    ]
    assert set(table["person"]) == {"person-1"}
    early = lab.tables.waiting_times("2025-06-24 10:30")
    assert early.loc["reset", "ended_by"] == ""
    assert pd.isna(early.loc["reset", "minutes"])


def test_who_knew_at_an_instant() -> None:
    """At 10:10 the books say revoked, OCSP and the list not yet, and the phone, off line, shows its pass."""
    lab, phone = with_phone()
    lab.portal.log_in(phone)  # type: ignore[arg-type]
    phone.go_offline()  # type: ignore[attr-defined]
    lab.advance_to("2025-06-24 10:07")
    auth(lab, phone).revoke()  # type: ignore[attr-defined]
    lab.advance_to("2025-06-24 10:10")
    lab.portal.log_in(phone)  # type: ignore[arg-type]  # off line: no certificate is shown
    lab.advance_to("2025-06-24 10:20")
    for time, ocsp in (("10:10", "good"), ("10:20", "revoked")):
        table = lab.tables.who_knew(f"2025-06-24 {time}", device="iphone-1").set_index("knower")
        assert table["said"].to_dict() == {
            "phone": "pass", "books": "revoked", "ocsp": ocsp, "crl": "not_listed", "portal": "accepted",
        }  # fmt: skip
        assert list(table.index[table["as_the_books"]]) == (["books"] if ocsp == "good" else ["books", "ocsp"])
    with pytest.raises(MisuseError) as refused:
        lab.tables.who_knew(device="iphone-9")
    assert refused.value.code == "unknown_phone"


@pytest.mark.parametrize("name", NAMES)
def test_empty_tables_of_delays_have_the_same_columns(name: str) -> None:
    """A lab without people has the columns and dtypes of a full one."""
    lab, phone = with_phone()
    auth(lab, phone).revoke()  # type: ignore[attr-defined]
    full, empty = getattr(lab.tables, name)(), getattr(Lab(seed=1).tables, name)()
    assert len(empty) == 0
    assert full.dtypes.astype(str).to_dict() == empty.dtypes.astype(str).to_dict()
    assert full.index.name == empty.index.name


@pytest.mark.parametrize("name", NAMES)
def test_the_future_is_not_asked(name: str) -> None:
    """An instant that is not reached yet is refused."""
    with pytest.raises(MisuseError) as refused:
        getattr(Lab(seed=1).tables, name)("2025-06-25")
    assert refused.value.code == "future"


@settings(max_examples=15)
@given(
    source=st.sampled_from(["ocsp", "crl", "both"]),
    refresh=st.sampled_from([1, 5, 15, 60, 1440]),
    period=st.sampled_from([1, 6, 24, 168]),
    acts=st.lists(st.tuples(st.integers(0, 90_000), st.sampled_from(["log in", "hold", "release", "revoke"]))),
)
def test_late_but_never_later_than_published(
    source: str, refresh: int, period: int, acts: list[tuple[int, str]]
) -> None:
    """Minutes are never negative, and no service accepts what was published before it was asked."""
    lab, phone = with_phone(
        service_revocation_data=source, ocsp_refresh=f"{refresh}min", crl_period=f"{period}h", crl_validity="30d"
    )
    for seconds, act in sorted(acts):
        lab.advance_to(max(lab.now, at("2025-06-24 10:00") + timedelta(seconds=seconds)))
        certificate = auth(lab, phone)
        lawful = {"hold": ["good"], "release": ["on hold"], "revoke": ["good", "on hold"]}
        if act == "log in":
            lab.portal.log_in(phone)  # type: ignore[arg-type]
        elif certificate.state() in lawful[act]:  # type: ignore[attr-defined]
            getattr(certificate, act)()
    table, stale = lab.tables.exposure(), lab.tables.stale_accepts()
    assert (table["minutes"] >= 0).all()
    assert (stale["minutes"] > 0).all()
    told = table[table["service"] == "portal"].set_index("stopped_at")["refuses_from"]
    assert all(pd.isna(told[row.stopped_at]) or row.at < told[row.stopped_at] for row in stale.itertuples())
    assert table.loc[table["service"] == "portal", "n_accepted"].sum() == len(stale)
