"""A counter where age or identity is checked face to face: by the attribute record of a phone, or the face of a card.

the phone's code -> reader's question, encrypted -> elements and a proof -> every check of ISO/IEC 18013-5 9.3.1
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from myna_lab.errors import MalformedMdoc
from myna_lab.events import Check, Verdict, reason
from myna_lab.formats.mdoc.request import elements_of
from myna_lab.ground.arguments import only_bool
from myna_lab.ground.birthdays import age
from myna_lab.ground.durations import JST, end_of_day
from myna_lab.relying_parties.authenticator import Named, Presenter, Printed, Typed
from myna_lab.relying_parties.inspector import IDENTITY, Inspector, age_check, age_element
from myna_lab.relying_parties.reading import near

__all__ = ["Counter"]

_ENGAGEMENT = "ISO/IEC 18013-5 8.2.2.3"


class Counter(Inspector):
    """A counter that checks age or identity face to face (対面での年齢確認・本人確認)."""

    __slots__ = ()
    service = "counter"
    instead_of = ("card_auth", "phone_auth")
    errand = "show an age of 20 at a counter"

    def check_age(self, device: Named, over: int = 20, *, other_face: bool = False) -> Verdict:
        """Have somebody show that she is old enough, and nothing else of her.

        Args:
            device: a phone, or a card such as ``hanako.card``, which is looked at.
            over: 18, 20 or 65.
            other_face: whether somebody else holds it.

        Returns:
            The verdict, with every check; it is recorded: ``too_young``; ``no_attributes`` for a phone whose card came
            without its face (Android before ``android_attributes_from``); ``record_refused`` for what cannot be read,
            ``other_session``, ``not_given``, or by the check that fails: ``untrusted_issuer``, ``bad_signature``,
            ``wrong_document``, ``changed_record``, ``record_not_valid``, ``revoked``, ``undetermined``,
            ``other_device``, ``not_asked``.

        Raises:
            MisuseError: another age.

        Source: attribute facts 1.4, 1.5, 5.1; for Android life-cycle facts 3.13.
        """
        return self._seen(device, (age_element(over),), over, other_face=other_face)

    def check_identity(self, device: Named, *, other_face: bool = False) -> Verdict:
        """Have somebody show who she is: name, address, date of birth and portrait.

        Args, Returns: as :meth:`check_age`.
        """
        return self._seen(device, IDENTITY, 0, other_face=other_face)

    def tried(self, device: Named, typed: Typed) -> Mapping[str, Verdict]:
        """An age of 20."""
        return {"": self.check_age(device)}

    def _seen(self, device: Named, elements: Sequence[str], over: int, *, other_face: bool) -> Verdict:
        only_bool(other_face=other_face)
        if (printed := self._outside.printed(device)) is not None:
            return self._ask(device, lambda: self._looked_at(printed, over, other_face=other_face))
        held = self._outside.presenter(device, other_face=other_face)
        return self._ask(held, lambda: self._presented(held, elements, over))

    def _looked_at(self, card: Printed, over: int, *, other_face: bool) -> Verdict:
        """A card is looked at by a person: nothing of it is verified but what eyes can see."""
        now = self._outside.now
        face = reason("service.portrait_of_another" if other_face else "service.portrait_fits")
        until = reason("service.printed_until", day=card.expires.isoformat())
        checks = [
            Check("portrait", not other_face, "by eye", face),
            Check("printed_validity", now <= end_of_day(card.expires), "by eye", until),
        ]
        code = "biometrics_failed" if other_face else "accepted" if checks[1].passed else "card_expired"
        if over:
            is_over = age(card.born, now.astimezone(JST).date()) >= over
            checks.append(age_check(over, is_over=is_over, clause="by eye"))
            code = "too_young" if code == "accepted" and not is_over else code
        return Verdict(self.service, code == "accepted", code, now, tuple(checks), usage="")

    def _presented(self, held: Presenter, elements: Sequence[str], over: int) -> Verdict:
        key, reader = self._outside.session_key(), self._outside.reader(self.service)
        try:
            shown = near(held, elements_of(elements), key=key, reader=reader)
        except MalformedMdoc as malformed:
            unreadable = Check("response", False, _ENGAGEMENT, reason("refused.other", said=str(malformed)))
            return Verdict(self.service, False, "record_refused", self._outside.now, (unreadable,), usage="")
        return self._inspected(shown, over)
