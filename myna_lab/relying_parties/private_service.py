"""A private service that takes cards only: each decides for itself whether it takes phones, and some refuse them."""

from __future__ import annotations

from collections.abc import Mapping

from myna_lab.events import Check, Verdict, reason
from myna_lab.relying_parties.authenticator import Named, Typed
from myna_lab.relying_parties.service import PRIVATE, Service
from myna_lab.relying_parties.verifying import also

__all__ = ["PrivateService"]


class PrivateService(Service):
    """A private service, such as a shop's, that refuses phones."""

    __slots__ = ()
    service = "private_service"
    stated_by = PRIVATE
    errand = "use a private service"

    def log_in(self, device: Named, pin: str | None = None, *, other_face: bool = False) -> Verdict:
        """Log in; a certificate of a phone is refused, however good it is.

        Args:
            device: a phone, or a card such as ``hanako.card``.
            pin: 4 digits: the card's, or the phone's own; None: a face or finger stands for the phone's.
            other_face: whether that is somebody else's.

        Returns:
            The verdict, with every check; it is recorded. For a good certificate of a phone: ``phones_not_taken``.

        Raises:
            MisuseError: a card without a PIN, or one that is not text.

        Source: life-cycle facts 7.2.5.
        """
        held = self._outside.authenticator(device, pin, other_face=other_face)

        def shown() -> Verdict:
            certificate, verdict = self._authenticate(held)
            is_phone = self._is_phone(certificate)
            seen = reason("service.phones_not_taken" if is_phone else "service.card_shown")
            taken = Check("phones_taken", not is_phone, "life-cycle facts 7.2.5", seen)
            return also(verdict, taken, "phones_not_taken")

        return self._ask(held, shown)

    def tried(self, device: Named, typed: Typed) -> Mapping[str, Verdict]:
        """A log-in."""
        return {"": self.log_in(device, typed.pin)}
