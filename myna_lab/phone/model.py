"""What one phone remembers: a fold of the log.

The phone's own state is not the books': a revoked iPhone keeps its pass and its keys, and only the services refuse it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import cbor2

from myna_lab import events as ev
from myna_lab.card import CardContents, Chip, phone_contents
from myna_lab.events import Vault
from myna_lab.jpki import authority_of
from myna_lab.parameters import Parameters
from myna_lab.phone.identities import IDENTITIES
from myna_lab.phone.models import Requirements

__all__ = ["PendingPair", "PhoneModel"]


@dataclass(slots=True)
class PendingPair:
    """What a set-up has made on the phone so far."""

    flow: str
    applicant: str = ""
    """Whose application was accepted."""
    keys: dict[str, int] = field(default_factory=dict)
    """``sign`` and ``auth`` to the key's number."""
    device_public: bytes = b""
    """Public point of the attribute record's key."""
    pins_ref: str = ""
    certificates: dict[str, bytes] = field(default_factory=dict)
    """``sign`` and ``auth`` to DER."""
    record_ref: str = ""
    """Vault entry of the attribute record; empty if there is none."""
    auth_serial: int = 0
    """Serial number of the installed user-authentication certificate."""


class PhoneModel:
    """One phone.

    Args:
        acquired: the event that made it.
        vault: where PINs stand.
        parameters: the lab's.
        make_chip: makes a chip of contents, joined to the log.
        authority_certificates: ``sign_ca`` and ``auth_ca`` to DER.
    """

    def __init__(
        self,
        acquired: ev.PhoneAcquired,
        *,
        vault: Vault,
        parameters: Parameters,
        make_chip: Callable[[str, CardContents], Chip],
        authority_certificates: Callable[[], Mapping[str, bytes]],
    ) -> None:
        self.phone = acquired.phone
        self.person = acquired.person
        self.platform = acquired.platform
        self.model = acquired.model
        self.os_version = acquired.os_version
        self.biometrics = acquired.biometrics
        self.two_factor = acquired.two_factor
        self.online = True
        self.pending: PendingPair | None = None
        self.installed: PendingPair | None = None
        self.chip: Chip | None = None
        """The secure element's applet; None while the phone holds no card."""
        self.added_at: datetime | None = None
        self._n_changes = 0
        """How many PINs the applets that are gone had changed."""
        self._vault = vault
        self._parameters = parameters
        self._make_chip = make_chip
        self._authority_certificates = authority_certificates

    @property
    def name(self) -> str:
        """Its identifier, as its handle says it."""
        return self.phone

    def unfitness(self, needed: Requirements) -> str:
        """Why no set-up can begin on this phone; empty: one can.

        Returns:
            ``offline``, what an iPhone misses (see :meth:`Requirements.missed`), or nothing.
        """
        if not self.online:
            return "offline"
        if self.platform != "iphone":
            return ""
        return needed.missed(self.model, self.os_version, biometrics=self.biometrics, two_factor=self.two_factor)

    def chosen_pins(self) -> Mapping[str, str]:
        """The ``user`` PIN and ``signing`` password that the set-up chose; empty while the phone holds no card."""
        if self.installed is None:
            return {}
        pins: Mapping[str, str] = cbor2.loads(self._vault.get(self.installed.pins_ref))
        return pins

    def pins(self) -> Mapping[str, str]:
        """The same as they are now, changed or not."""
        refs = {} if self.chip is None else self.chip.state.value_refs
        changed = {name: refs[own.reference] for name, own in IDENTITIES.items() if own.reference in refs}
        return {**self.chosen_pins(), **{name: self._vault.get(ref).decode() for name, ref in changed.items()}}

    def evolve(self, event: ev.Event, at: datetime) -> None:
        """Take in an event that names this phone."""
        match event:
            case ev.PhoneWentOnline():
                self.online = True
            case ev.PhoneWentOffline():
                self.online = False
            case ev.BiometricsEnrolled():
                self.biometrics = True
            case ev.BiometricsRemoved():
                self.biometrics = False
            case ev.KeyPairGenerated():
                self._of(event.flow).keys[event.kind] = event.key
            case ev.DeviceKeyGenerated():
                self._of(event.flow).device_public = event.public
            case ev.PinsChosen():
                self._of(event.flow).pins_ref = event.pins_ref
            case ev.ApplicationAccepted():
                self._of(event.flow).applicant = event.person
            case ev.CertificateIssued() if self.pending is not None and self.pending.applicant == event.person:
                self.pending.certificates[authority_of(event.kind)] = event.der
            case ev.AttributesIssued() if self.pending is not None and self.pending.flow == event.flow:
                self.pending.record_ref = event.record_ref
            case ev.PassAdded() | ev.CredentialInstalled():
                self._install(event.auth_serial, at)
            case ev.PassDeleted() | ev.PhoneErased():
                self._forget_chip()
                self.installed, self.added_at = None, None

    def _of(self, flow: str) -> PendingPair:
        if self.pending is None or self.pending.flow != flow:
            self.pending = PendingPair(flow)
        return self.pending

    def _forget_chip(self) -> None:
        if self.chip is not None:
            self._n_changes, self.chip = self.chip.state.n_changes, None

    def _install(self, auth_serial: int, at: datetime) -> None:
        pending = self.pending
        assert pending is not None, "the flow makes keys before it installs them"
        self._forget_chip()
        pins: Mapping[str, str] = cbor2.loads(self._vault.get(pending.pins_ref))
        contents = phone_contents(
            self.platform,
            pins=pins,
            certificates={**pending.certificates, **self._authority_certificates()},
            keys=pending.keys,
            tries={
                "user": self._parameters.count("phone_user_pin_tries"),
                "signing": self._parameters.count("phone_signing_password_tries"),
            },
            n_changes=self._n_changes,
        )
        pending.auth_serial = auth_serial
        self.installed, self.pending, self.added_at = pending, None, at
        self.chip = self._make_chip(self.phone, contents)

    def __repr__(self) -> str:
        holds = "holds a card" if self.installed else "without card"
        return f"<PhoneModel {self.phone}: {self.platform}, {self.model}, {holds}>"
