"""A police check of the driving licence (マイナ免許証): the reader opens it on the chip and reads its last day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from myna_lab.devices import terminal
from myna_lab.errors import CardRefused, MalformedTlv, Refused
from myna_lab.events import Check, Reason, Verdict, reason
from myna_lab.formats.iso7816 import StatusWord
from myna_lab.ground.durations import ERAS, end_of_day
from myna_lab.relying_parties.authenticator import ContactlessDevice
from myna_lab.relying_parties.refusals import refusal

__all__ = ["Police"]

_PIN, _IS_PIN_SET, _LICENCE = 0x0006, 0x001A, 0x001B
_NO_PIN = "****"
_EXPIRY = 0xC5
_READ = 64
"""Bytes of the licence that hold its expiry, the fourth object."""


@dataclass(frozen=True, slots=True)
class Police:
    """An officer with a reader. Only the plastic chip has a free area, so no phone carries the licence."""

    service: str = "police"

    def check_licence(self, device: ContactlessDevice, *, pin: str = "", at: datetime) -> Verdict:
        """Look for a driving licence on the device, and whether it is in force.

        Args:
            device: a phone or card that is held to the reader.
            pin: the licence's PIN, if its holder set one and types it; a licence without one is not asked for it.
            at: now.

        Returns:
            The verdict: ``no_licence`` if the chip knows no such application, ``licence_expired``, or ``pin_expected``
            for a licence under a PIN.

        Source: hands-on of 2025-06-24; card facts 5.
        """
        try:
            with device.in_field() as transmit:
                terminal.select_application(transmit, terminal.AID_LICENCE)
                is_pin_set = bool(terminal.read_binary(transmit, _IS_PIN_SET, length=3)[2])
                if is_pin_set and not pin:
                    return self._opened("pin_expected", at, reason("service.licence_under_pin"))
                last_day = _last_day(transmit, pin if is_pin_set else _NO_PIN)  # another value would cost a try
        except CardRefused as refused:
            code = "no_licence" if refused.sw == StatusWord.FILE_NOT_FOUND else refused.code
            return self._verdict(code, at, refusal(refused))
        except Refused as refused:
            return self._verdict(refused.code, at, refusal(refused))
        except MalformedTlv as malformed:
            return self._opened(malformed.code, at, reason("refused.other", said=str(malformed)))
        code = "accepted" if at <= end_of_day(last_day) else "licence_expired"
        return self._opened(code, at, reason("service.licence_until", day=last_day.isoformat()))

    def _opened(self, code: str, at: datetime, seen: Reason) -> Verdict:
        """The verdict on a chip that carries a licence."""
        period = Check("licence_period", code == "accepted", "card facts 5 (licence, tag C5)", seen)
        return self._verdict(code, at, reason("service.licence_carried"), period)

    def _verdict(self, code: str, at: datetime, seen: Reason, *more: Check) -> Verdict:
        found = Check("licence_application", bool(more), "ISO/IEC 7816-4 11.1.1 (SELECT by DF name)", seen)
        return Verdict(self.service, code == "accepted", code, at, (found, *more), usage="")


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
