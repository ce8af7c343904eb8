"""The government portal's login (マイナポータル): a challenge, answered by the user-authentication key."""

from __future__ import annotations

from collections.abc import Mapping

from myna_lab.events import Verdict
from myna_lab.relying_parties.authenticator import Named, Typed
from myna_lab.relying_parties.service import Service

__all__ = ["Portal"]


class Portal(Service):
    """The government portal (マイナポータル): plastic card and phone alike."""

    __slots__ = ()
    service = "portal"
    errand = "log in to the portal"

    def log_in(self, device: Named, pin: str | None = None, *, other_face: bool = False) -> Verdict:
        """Log in with a phone, or with a plastic card and its user-authentication PIN.

        Args:
            device: a phone, or a card such as ``hanako.card``.
            pin: 4 digits: the card's, or the phone's own; None: a face or finger stands for the phone's.
            other_face: whether that is somebody else's, who found the phone.

        Returns:
            The verdict, with every check; it is recorded. A refusal is a verdict, too.

        Raises:
            MisuseError: a card without a PIN, or one that is not text.
        """
        held = self._outside.authenticator(device, pin, other_face=other_face)
        return self._ask(held, lambda: self._authenticate(held)[1])

    def tried(self, device: Named, typed: Typed) -> Mapping[str, Verdict]:
        """A log-in."""
        return {"": self.log_in(device, typed.pin)}
