"""A police check of the driving licence (マイナ免許証): the paper one by eye, the one on the chip by a reader.

paper in force -> done;   chip -> SELECT, VERIFY, READ -> its last day;   what if: a document of its own in the wallet
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from myna_lab.devices import terminal
from myna_lab.errors import CardRefused, MalformedMdoc, MalformedTlv, MisuseError, Refused
from myna_lab.events import Check, Reason, Verdict, reason
from myna_lab.formats import mdoc
from myna_lab.formats.iso7816 import StatusWord
from myna_lab.formats.mdoc.elements import LICENCE_NAME_SPACE
from myna_lab.ground.arguments import only_bool, only_secret
from myna_lab.ground.durations import ERAS, end_of_day
from myna_lab.ground.durations import at as instant
from myna_lab.relying_parties.authenticator import ContactlessDevice, Named, Presenter, Typed
from myna_lab.relying_parties.reading import judged, near
from myna_lab.relying_parties.refusals import refusal
from myna_lab.relying_parties.service import Service

__all__ = ["Police"]

_PIN, _IS_PIN_SET, _LICENCE = 0x0006, 0x001A, 0x001B
_NO_PIN = "****"
_EXPIRY = 0xC5
_READ = 64
"""Bytes of the licence that hold its expiry, the fourth object."""


class Police(Service):
    """A police check on the road (マイナ免許証).

    Only the plastic chip has a free area, so no phone carries the licence.
    """

    __slots__ = ()
    service = "police"
    usage = ""
    errand = "drive a car"

    def check_licence(
        self, device: Named | None = None, pin: str = "", *, paper: str | date | None = None, other_face: bool = False
    ) -> Verdict:
        """Show the driving licence: the paper one, the one on the card, or both.

        Args:
            device: a phone, or a card such as ``hanako.card``; None: she has the paper licence alone.
            pin: the licence's PIN, if its holder set one; a licence without one is not asked for it.
            paper: the last day that is printed on the paper licence that she hands over ("2030-03-17"); None: she has
                none at hand.
            other_face: with parameter ``licence_in_wallet``: whether somebody else holds the phone.

        Returns:
            The verdict; it is recorded: ``no_licence`` if the chip knows no such application, ``licence_expired``, or
            ``pin_expected`` for a licence under a PIN. Whoever hands over a paper licence that is in force is asked for
            nothing else. A phone serves in no way, but for the what-if of ``licence_in_wallet``: a document of its own.

        Raises:
            MisuseError: a PIN that is not text, no day, or neither device nor paper.

        Source: hands-on of 2025-06-24; card facts 5.
        """
        only_bool(other_face=other_face)
        if not isinstance(pin, str) or pin:
            pin = only_secret("the licence's PIN is", pin)
        printed = None if paper is None else instant(paper).date()
        if device is None:
            if printed is None:
                raise MisuseError("a device is shown, or the last day of a paper licence given.", code="no_device")
            device = _Paper()
            return self._ask(device, lambda: self._on_paper(printed))
        held = self._outside.contactless(device)
        wallet = None
        if self._outside.parameters.switch("licence_in_wallet") and self._outside.printed(device) is None:
            wallet = self._outside.presenter(device, other_face=other_face, doc_type=mdoc.LICENCE)

        def shown() -> Verdict:
            if printed is not None and (by_paper := self._on_paper(printed)).accepted:
                return by_paper
            try:
                verdict = self._licence(held, pin) if wallet is None else self._in_wallet(wallet)
            except Refused as refused:
                verdict = self._refused(refused)
            if printed is None or verdict.accepted:
                return verdict
            return replace(verdict, checks=(*self._on_paper(printed).checks, *verdict.checks))

        return self._ask(held, shown)

    def _on_paper(self, printed: date) -> Verdict:
        """The verdict on a paper licence, by the last day that is printed on it."""
        is_in_force = self._outside.now <= end_of_day(printed)
        until = reason("service.licence_until", day=printed.isoformat())
        check = Check("licence_paper", is_in_force, "by eye", until)
        code = "accepted" if is_in_force else "licence_expired"
        return Verdict(self.service, is_in_force, code, self._outside.now, (check,), usage=self.usage)

    def _in_wallet(self, wallet: Presenter) -> Verdict:
        """What if: the verdict on a licence that is a document of its own in the wallet."""
        outside, now = self._outside, self._outside.now
        asked = {LICENCE_NAME_SPACE: {mdoc.EXPIRY: False}}
        key, reader = outside.session_key(), outside.reader(self.service)
        try:
            shown = near(wallet, asked, key=key, reader=reader, doc_type=mdoc.LICENCE)
        except MalformedMdoc as malformed:
            return self._opened(malformed.code, reason("refused.other", said=str(malformed)))
        found = judged(shown, anchors=outside.record_anchors, at=now, status=lambda place: None)
        # The document ends with the licence, so its own dates are those that count.
        code = "licence_expired" if found.code == "record_not_valid" else found.code
        return Verdict(self.service, code == "accepted", code, now, found.checks, usage=self.usage)

    def tried(self, device: Named, typed: Typed) -> Mapping[str, Verdict]:
        """A check on the road."""
        return {"": self.check_licence(device, typed.licence_pin)}

    def _licence(self, held: ContactlessDevice, pin: str) -> Verdict:
        try:
            with held.in_field() as transmit:
                terminal.select_application(transmit, terminal.AID_LICENCE)
                is_pin_set = bool(terminal.read_binary(transmit, _IS_PIN_SET, length=3)[2])
                if is_pin_set and not pin:
                    return self._opened("pin_expected", reason("service.licence_under_pin"))
                last_day = _last_day(transmit, pin if is_pin_set else _NO_PIN)  # another value would cost a try
        except MalformedTlv as malformed:
            return self._opened(malformed.code, reason("refused.other", said=str(malformed)))
        code = "accepted" if self._outside.now <= end_of_day(last_day) else "licence_expired"
        return self._opened(code, reason("service.licence_until", day=last_day.isoformat()))

    def _refused(self, refused: Refused) -> Verdict:
        is_absent = isinstance(refused, CardRefused) and refused.sw == StatusWord.FILE_NOT_FOUND
        is_absent |= refused.code == "no_attributes"  # of a wallet without such a document
        code = "no_licence" if is_absent else refused.code
        return self._verdict(code, refusal(refused))

    def _opened(self, code: str, seen: Reason) -> Verdict:
        """The verdict on a chip that carries a licence."""
        period = Check("licence_period", code == "accepted", "card facts 5 (licence, tag C5)", seen)
        return self._verdict(code, reason("service.licence_carried"), period)

    def _verdict(self, code: str, seen: Reason, *more: Check) -> Verdict:
        found = Check("licence_application", bool(more), "ISO/IEC 7816-4 11.1.1 (SELECT by DF name)", seen)
        checks = (found, *more)
        return Verdict(self.service, code == "accepted", code, self._outside.now, checks, usage=self.usage)


class _Paper:
    """What stands for a device where there is none."""

    name = "paper"


def _last_day(transmit: Callable[[bytes], bytes], pin: str) -> date:
    """The licence's last day: era's number, year in two digits, month, day."""
    terminal.verify(transmit, _PIN, pin, reference="licence")
    data = terminal.read_binary(transmit, _LICENCE, length=_READ)
    position = 0
    while position + 2 <= len(data):
        tag, end = data[position], position + 2 + data[position + 1]
        if tag == _EXPIRY:
            return _day(data[position + 2 : end])
        position = end
    raise MalformedTlv("the licence does not say when it ends.")


def _day(digits: bytes) -> date:
    try:
        era = next(era for era in ERAS if era.digit == int(digits[:1]))
        return date(era.first_day.year + int(digits[1:3]) - 1, int(digits[3:5]), int(digits[5:7]))
    except (ValueError, StopIteration) as error:
        raise MalformedTlv(f"{digits.hex()} is no day of an era in seven digits.") from error
