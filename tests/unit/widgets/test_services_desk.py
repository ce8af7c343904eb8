"""The services desk: what is chosen is asked, the answer is news, and the answers are kept beside each other."""

from __future__ import annotations

import re

import pytest

from myna_lab import Lab
from myna_lab.errors import MisuseError
from myna_lab.widgets import ServicesDesk, services_desk


@pytest.fixture
def desk() -> ServicesDesk:
    """An iPhone and a card at the desk; the phone's log-in certificate was revoked at 09:23."""
    lab = Lab(seed=7)
    phone = lab.iphone(lab.resident(name="青葉　花子"))
    phone.add_card().run()
    lab.advance_to("2025-06-24 09:23")
    lab.certificates(phone, kind="phone_auth")[0].revoke()
    return services_desk(lab, phone, "en")


def test_what_is_pressed_is_asked_and_told(desk: ServicesDesk) -> None:
    """The news says what the service could not know, and that the clock here stands; the picture marks it."""
    desk.when.value = "5min"
    desk.show_it.click()
    assert "It could not know that the books have the certificate as revoked since 09:23:00" in desk.what.value
    assert "5 min ahead" in desk.what.value and "still stands at 2025-06-24 09:23:00" in desk.what.value
    assert 'class="mnc-is-hidden mnc-of-books"' in desk.moments.value
    assert desk.lab.now.strftime("%H:%M:%S") == "09:23:00" and len(desk.lab.tables.verdicts()) == 0
    desk.waits[0].click()
    assert "It could not know" not in desk.what.value and 'class="mnc-is-hidden' in desk.moments.value


def test_each_service_and_device_of_the_lab_can_be_chosen(desk: ServicesDesk) -> None:
    """The choosers follow the lab: nine services, the phone and the card; a phone bought later is there, too."""
    assert [name for _, name in desk.service.options] == [each.service for each in desk.lab.services]
    assert [name for _, name in desk.device.options] == ["iphone-1", "card-1"]
    desk.lab.android(desk.lab.residents[0])
    desk.device.value = "card-1"
    desk.refresh()
    assert [name for _, name in desk.device.options] == ["iphone-1", "android-1", "card-1"]
    assert desk.device.value == "card-1"


def test_two_times_stand_side_by_side(desk: ServicesDesk) -> None:
    """The newest answer and the one before it to the same question, in the order of time; what differs is tinted."""
    late = desk.ask("portal", when="ocsp")
    assert desk.two_times is None
    desk.ask("bank")
    early = desk.ask("portal", when="now")
    assert desk.two_times == (early, late)
    assert (early.verdict.code, late.verdict.code) == ("accepted", "revoked")
    desk.tabs.value = "two_times"
    assert desk.tabs.panel.value.count('class="mnc-new"') == 2
    assert desk.differences["differs"].sum() == 1
    desk.ask(when="+1h")
    assert desk.tabs.value == "two_times"
    assert desk.table["code"].tolist() == ["revoked", "accepted", "accepted", "revoked"]


def test_who_knew_what_is_a_table(desk: ServicesDesk) -> None:
    """The panel has the instants of OCSP answer and list, whether they were used, and the books' word."""
    desk.ask("bank", desk.lab.residents[0].card)
    desk.tabs.value = "knew"
    page = desk.tabs.panel.value
    assert "the service used it" in page and "this service does not look" in page
    told = re.sub(r"<[^>]*>", "", page)
    assert "2025-06-24 09:15:00" in told and "2025-06-26 00:00:00" in told and "no. 731" in told
    assert '<details class="mnc-word">' in page
    desk.tabs.value = "answers"
    assert "card-1" in desk.tabs.panel.value


@pytest.mark.parametrize(
    ("when", "said"), [("tomorrow", "is not a time"), ("+1 hour ago", "is not a duration"), ("", "is not a time")]
)
def test_a_time_that_is_none(desk: ServicesDesk, when: str, said: str) -> None:
    """It is told in the notice, and nothing is asked; the next press goes on."""
    desk.when.value, desk.custom.value = "custom", when
    desk.show_it.click()
    assert said in desk.notice.value and not desk.answers
    desk.custom.value = "2025-07-01 10:00"
    desk.show_it.click()
    assert f"{desk.answers[-1].at:%Y-%m-%d %H:%M}" == "2025-07-01 10:00" and desk.notice.layout.display == "none"


def test_what_a_service_does_not_take(desk: ServicesDesk) -> None:
    """A card at a web page is a notice for who presses, and an error for who calls."""
    with pytest.raises(MisuseError, match="a card has no wallet"):
        desk.ask("shop", desk.lab.residents[0].card)
    assert "a card has no wallet" in desk.notice.value


def test_wrong_desks(desk: ServicesDesk) -> None:
    """No lab, a lab without people, a phone of another lab: each is refused in a sentence."""
    with pytest.raises(MisuseError, match="takes a lab"):
        services_desk("lab")  # type: ignore[arg-type]
    with pytest.raises(MisuseError, match="nobody lives"):
        services_desk(Lab(seed=1))
    with pytest.raises(MisuseError, match="another lab"):
        services_desk(desk.lab, desk.lab.fork().phones[0])
    with pytest.raises(MisuseError, match="two times"):
        _ = desk.differences
    assert services_desk(desk.lab).device.value == "iphone-1"
    alone = Lab(seed=1)
    alone.resident()
    assert services_desk(alone).device.value == "card-1"
