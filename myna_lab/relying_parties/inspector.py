"""What services share that ask for the attribute record: every check of ISO/IEC 18013-5 9.3.1, and an age.

Whether the record was revoked is asked of a status list where it names one (parameter ``mdoc_status``), unless the
service's policy says that it asks nobody: a reader that is off line.
"""

from __future__ import annotations

from typing import ClassVar

from myna_lab.errors import MisuseError
from myna_lab.events import Check, Verdict, reason
from myna_lab.formats.mdoc.elements import AGES_OVER
from myna_lab.formats.mdoc.record import StatusPlace
from myna_lab.formats.mdoc.status_list import StatusSeen, status_of
from myna_lab.relying_parties.reading import Judged, Shown, judged
from myna_lab.relying_parties.service import Service

__all__ = ["IDENTITY", "Inspector", "age_check", "age_element", "age_shown"]

IDENTITY = ("full_name_unicode", "resident_address_unicode", "birth_date", "portrait")
"""What says who somebody is."""


class Inspector(Service):
    """A service that asks phones for elements of the attribute record."""

    __slots__ = ()
    usage: ClassVar[str] = ""

    def _inspected(self, shown: Shown, over: int) -> Verdict:
        """The verdict on what was shown; ``over``: an age that is asked, 0: none."""
        outside, now = self._outside, self._outside.now
        fetched_at = self.policy.asks_at(now, outside.list_fetched(self.service) if self.policy.cache else None)

        def status(place: StatusPlace) -> StatusSeen | None:
            if not self.policy.sources:
                return None
            fetched = outside.status_list(place.uri, None if fetched_at == now else fetched_at)
            return status_of(place, fetched, anchors=outside.record_anchors, at=now)

        found = judged(shown, anchors=outside.record_anchors, at=now, status=status)
        code, checks = found.code, list(found.checks)
        if code == "undetermined" and self.policy.without_status == "accept":
            code, checks = "accepted", [_waived(check) if check.name == "status" else check for check in checks]
        if over and code == "accepted":
            checks.append(age_shown(found, over))
            code = "accepted" if checks[-1].passed else "too_young"
        return Verdict(
            self.service,
            code == "accepted",
            code,
            now,
            tuple(checks),
            knowledge_at=None if found.status is None else found.status.issued_at,
            usage="",
            fetched_at=None if found.status is None or found.status.why else fetched_at,
        )


def age_element(over: object) -> str:
    """The element that answers for an age.

    Raises:
        MisuseError: records state no such age.
    """
    if type(over) is not int or over not in AGES_OVER:
        # Others take a PIN in this place; what stood here is not repeated.
        stated = ", ".join(map(str, AGES_OVER))
        raise MisuseError(f"records state the ages {stated}; over is one of them.", code="bad_age")
    return f"age_over_{over:02d}"


def age_check(over: int, *, is_over: bool, clause: str) -> Check:
    """Whether somebody is old enough."""
    return Check("age", is_over, clause, reason("service.old_enough" if is_over else "service.too_young", years=over))


def age_shown(found: Judged, over: int) -> Check:
    """The same, by what was shown: nothing but ages was asked for."""
    is_over = any(value is True for value in found.values.values())
    return age_check(over, is_over=is_over, clause="ISO/IEC 18013-5 7.2.5")


def _waived(check: Check) -> Check:
    return Check(check.name, True, check.clause, reason("service.status_waived"))
