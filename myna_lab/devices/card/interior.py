"""The chip as its commands see it: its contents, what it remembers, and how it makes an event durable."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from myna_lab.devices.card.behaviour import Behaviour
from myna_lab.devices.card.chip_kinds import PROFILES
from myna_lab.devices.card.contents import CardContents
from myna_lab.devices.card.security_status import SecurityStatus, status_of
from myna_lab.devices.card.state import ChipState, VolatileState, evolve
from myna_lab.devices.card.structure import ElementaryFile
from myna_lab.errors import MisuseError, MynaLabError, StorageError
from myna_lab.events import CardRewritten, ChallengeGiven, Event
from myna_lab.ground.chance import Chance

__all__ = ["CardRemoved", "Interior", "Record"]


class CardRemoved(MynaLabError):
    """The card left the reader while it was working: nobody answers."""

    default_code = "link_lost"


Record = Callable[[Event, Mapping[str, bytes]], None]
"""Makes an event and its secrets durable, and has the chip take the event in."""


class Interior:
    """One chip from inside; it lives as long as the chip.

    Args:
        name: the chip's name in events.
        contents: what is on it.
        key: an RSA-2048 key by number.
        record: makes events durable; None: the chip keeps them itself.
        secret: a vault entry by reference; needed with ``record``, for changed PINs.
        behaviour: what is assumed about its answers.
        chance: the source of challenges.
    """

    def __init__(
        self,
        name: str,
        contents: CardContents,
        key: Callable[[int], RSAPrivateKey],
        record: Record | None,
        secret: Callable[[str], bytes] | None,
        behaviour: Behaviour,
        chance: Chance,
    ) -> None:
        if contents.profile not in PROFILES:
            raise MisuseError(
                f"a chip is one of {', '.join(PROFILES)}; got {contents.profile!r}.", code="unknown_profile"
            )
        self.name = name
        self.profile = contents.profile
        self.behaviour = behaviour
        there = {reference.partition("/")[0] for reference in contents.files}
        self.applications = tuple(
            behaviour.adapted(a) for a in PROFILES[contents.profile] if not a.optional or a.name in there
        )
        self._chance = chance
        self.state = ChipState(dict(contents.tries), n_changes=contents.n_changes)
        self.volatile = VolatileState()
        self.events_until_power_fails: int | None = None
        """A fault that tests and lessons inject: after so many recorded events the power is gone."""
        self.failure = ""
        """Why the last event could not be made durable."""
        self._contents = contents
        self._key = key
        self._own_secrets: dict[str, bytes] = {}
        self._secret = secret or self._own_secrets.__getitem__
        self._record = record or self._keep

    def _keep(self, event: Event, secrets: Mapping[str, bytes]) -> None:
        self._own_secrets.update(secrets)
        self.evolve(event)

    def evolve(self, event: Event) -> None:
        """Take a durable event in."""
        if isinstance(event, CardRewritten):
            self._contents = CardContents.decode(self._secret(event.contents_ref))
            # Counters and changed PINs stay; what a card had not before comes with all its tries.
            self.state = replace(self.state, tries_left={**self._contents.tries, **self.state.tries_left})
            self.volatile = VolatileState()
        self.state = evolve(self.state, event)

    def record(self, event: Event, secrets: Mapping[str, bytes] = MappingProxyType({})) -> None:
        """Make an event durable and take it in.

        Raises:
            StorageError: it could not be; nothing was changed.
            CardRemoved: the power failed, as was asked for, after the event was recorded.
        """
        try:
            self._record(event, secrets)
        except StorageError as error:
            self.failure = str(error)
            raise
        self.failure = ""
        if self.events_until_power_fails:
            self.events_until_power_fails -= 1
            if self.events_until_power_fails == 0:
                raise CardRemoved(f"{self.name} was pulled out in the middle of a command.")

    def challenge(self, n: int) -> bytes:
        """``n`` bytes of chance, others each time: the count of challenges is durable before one is given."""
        self.record(ChallengeGiven(self.name))
        return self._chance.child(str(self.state.n_challenges)).bytes(n)

    def content(self, file: ElementaryFile) -> bytes | None:
        """What a file holds; None: this chip has not this file."""
        return self._contents.files.get(file.reference)

    def key(self, file: ElementaryFile) -> RSAPrivateKey | None:
        """A private key; None: this chip has not this key."""
        number = self._contents.keys.get(file.reference)
        return None if number is None else self._key(number)

    def reference_data(self, file: ElementaryFile) -> bytes:
        """The PIN as it is now."""
        ref = self.state.value_refs.get(file.reference)
        return self._contents.reference_data[file.reference] if ref is None else self._secret(ref)

    def n_tries(self, file: ElementaryFile) -> int:
        """Tries left; 0 for reference data that this chip has not."""
        return self.state.tries_left.get(file.reference, 0)

    def most_tries(self, file: ElementaryFile) -> int:
        """Tries after a right one."""
        return self._contents.tries.get(file.reference, 0)

    def status(self, file: ElementaryFile) -> SecurityStatus:
        """The security status of reference data."""
        application = self.volatile.application
        selected = application is not None and application.name == file.application
        return status_of(self.n_tries(file), selected and file.identifier in self.volatile.verified)

    def next_value_ref(self, file: ElementaryFile) -> str:
        """Vault entry for the next value of a PIN: ``pin/card-1/jpki/0018/1``."""
        return f"pin/{self.name}/{file.reference}/{self.state.n_changes + 1}"
