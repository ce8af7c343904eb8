"""What goes with a phone's content: the open app, the keys, and what J-LIS hears of it."""

from __future__ import annotations

from collections.abc import Sequence

from myna_lab import events as ev
from myna_lab.jlis.books import LIVE, Books
from myna_lab.parameters import Parameters
from myna_lab.world.things import Things

__all__ = ["closed", "erased", "revoke"]


def erased(phone: str, books: Books, things: Things, parameters: Parameters, *, remotely: bool) -> tuple[ev.Event, ...]:
    """What happens when a phone is erased, on itself or by an order from elsewhere.

    An iPhone's keys go, and J-LIS hears of it only if parameter ``erasure_revokes`` is on; what is in an Android's
    secure element stays.
    """
    before = closed(phone, things, "the phone was erased")
    if things.phones[phone].platform == "android":
        return *before, ev.FactoryReset(phone, remotely)
    revoked = revoke(phone, books, cause="phone_erased") if parameters.switch("erasure_revokes") else ()
    return *before, ev.ContentErased(phone, remotely), *revoked


def closed(phone: str, things: Things, why: str) -> Sequence[ev.Event]:
    """The app on a phone is closed, if it is open."""
    flow = things.flows.get(things.flow_of.get(phone, ""))
    if flow is None or not flow.is_open:
        return ()
    return (ev.ApplicationAbandoned(flow.flow, phone, flow.screen, why),)


def revoke(phone: str, books: Books, *, cause: str) -> Sequence[ev.Event]:
    """What J-LIS does when it hears that the card on a phone is gone."""
    return [
        ev.CertificateRevoked(*row.key, "CESSATION_OF_OPERATION", cause=cause)
        for key in books.phones[phone].holds
        if (row := books.certificates[key]).state in LIVE
    ]
