"""A police check of the driving licence (マイナ免許証): the reader looks for the licence application on the chip."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from myna_lab import terminal
from myna_lab.errors import CardRefused, Refused
from myna_lab.events import Check, Verdict
from myna_lab.iso7816 import StatusWord
from myna_lab.relying_parties.authenticator import ContactlessDevice

__all__ = ["AID_LICENCE", "Police"]

AID_LICENCE = bytes.fromhex("A0000002310600000000000000000000")
"""The licence's instance in the chip's free area (card fact sheet 5)."""


@dataclass(frozen=True, slots=True)
class Police:
    """An officer with a reader. Only the plastic chip has a free area, so no phone carries the licence."""

    service: str = "police"

    def check_licence(self, device: ContactlessDevice, *, at: datetime) -> Verdict:
        """Look for a driving licence on the device.

        Args:
            device: a phone or card that is held to the reader.
            at: now.

        Returns:
            The verdict: ``no_licence`` if the chip knows no such application.

        Source: hands-on of 2025-06-24; card fact sheet 5.
        """
        clause = "ISO/IEC 7816-4 11.1.1 (SELECT by DF name)"
        try:
            with device.in_field() as transmit:
                terminal.select_application(transmit, AID_LICENCE)
        except CardRefused as refused:
            code = "no_licence" if refused.sw == StatusWord.FILE_NOT_FOUND else refused.code
            return self._verdict(code, at, Check("licence_application", False, clause, str(refused)))
        except Refused as refused:
            return self._verdict(refused.code, at, Check("licence_application", False, clause, str(refused)))
        return self._verdict("accepted", at, Check("licence_application", True, clause, "the chip carries the licence"))

    def _verdict(self, code: str, at: datetime, check: Check) -> Verdict:
        return Verdict(self.service, code == "accepted", code, at, (check,), usage="")
