"""What one phone remembers: a fold of the log.

The phone's own state is not the books': a revoked iPhone keeps its pass and its keys, and only the services refuse it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

import cbor2
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from myna_lab import events as ev
from myna_lab.devices.card import CardContents, Chip, phone_contents
from myna_lab.devices.phone import device_key
from myna_lab.devices.phone.hands import FINDER, NOBODY, STRANGERS
from myna_lab.devices.phone.requirements import Platform, Requirements
from myna_lab.devices.phone.secure_element import PendingPair, SecureElement
from myna_lab.events import Vault
from myna_lab.formats.jpki import authority_of
from myna_lab.parameters import Parameters
from myna_lab.residents import Slip
from myna_lab.texts import text

__all__ = ["PhoneModel"]


class PhoneModel:
    """One phone: who asks may read what it remembers; only events change it.

    Args:
        acquired: the event that made it.
        vault: where PINs stand.
        parameters: the lab's.
        make_chip: makes a chip of contents, joined to the log.
        authority_certificates: ``sign_ca`` and ``auth_ca`` to DER.
        lives: whether the register has a person as alive.
    """

    phone: str
    person: str
    """Its owner."""
    in_hands_of: str
    """A person, a stranger of :data:`STRANGERS`, or nobody."""
    platform: Platform
    model: str
    os_version: str
    biometrics: bool
    two_factor: bool
    online: bool
    lost_mode: bool
    """Whether the card on it is suspended from afar."""
    is_strange: bool
    """Whether who has it was never told how its screen is unlocked: a finder, and whoever has it from one."""
    reset: bool
    """Whether a factory reset has left residue: the app and the face are gone, the secure element is as it was."""
    heard: bool
    """Whether the wallet has heard that its card is revoked."""
    pending: PendingPair | None
    installed: SecureElement | None
    """The card on it; None while the phone holds none."""
    _enrolled_by: str
    """Whose face or finger is enrolled, if one is."""
    _n_changes: int
    """How many PINs the applets that are gone had changed."""
    _vault: Vault
    _parameters: Parameters
    _make_chip: Callable[[str, CardContents], Chip]
    _authority_certificates: Callable[[], Mapping[str, bytes]]
    _lives: Callable[[str], bool]

    def __init__(
        self,
        acquired: ev.PhoneAcquired,
        *,
        vault: Vault,
        parameters: Parameters,
        make_chip: Callable[[str, CardContents], Chip],
        authority_certificates: Callable[[], Mapping[str, bytes]],
        lives: Callable[[str], bool],
    ) -> None:
        self._set(
            phone=acquired.phone,
            person=acquired.person,
            in_hands_of=acquired.person,
            platform=acquired.platform,
            model=acquired.model,
            os_version=acquired.os_version,
            biometrics=acquired.biometrics,
            two_factor=acquired.two_factor,
            online=True,
            lost_mode=False,
            is_strange=False,
            reset=False,
            heard=False,
            pending=None,
            installed=None,
            _enrolled_by=acquired.person,
            _n_changes=0,
            _vault=vault,
            _parameters=parameters,
            _make_chip=make_chip,
            _authority_certificates=authority_certificates,
            _lives=lives,
        )

    def _set(self, **values: object) -> None:
        vars(self).update(values)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{name}: what a phone remembers follows from events only; its handle is in lab.phones.")

    @property
    def name(self) -> str:
        """Its identifier, as its handle says it."""
        return self.phone

    @property
    def chip(self) -> Chip | None:
        """The secure element's applet; None while the phone holds no card."""
        return None if self.installed is None else self.installed.chip

    @property
    def user(self) -> str:
        """The person who does things with it: who has it in hand, or its owner if nobody or a stranger has it."""
        return self.person if self.in_hands_of in (NOBODY, *STRANGERS) else self.in_hands_of

    @property
    def is_left_behind(self) -> bool:
        """Whether who has it in hand is dead."""
        return self.in_hands_of not in (NOBODY, *STRANGERS) and not self._lives(self.in_hands_of)

    @property
    def is_locked(self) -> bool:
        """Whether its screen keeps out who has it in hand."""
        return self.is_strange and self._parameters.switch("screen_lock")

    @property
    def shows_own_face(self) -> bool:
        """Whether who has it now is the one with whom the card came onto it, and whose face is enrolled."""
        return self.installed is not None and self.installed.face_of == self.in_hands_of == self._enrolled_by

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

    def record(self) -> bytes:
        """The attribute record as it was issued last, CBOR; empty: the card came without, or there is none."""
        held = self.installed
        return b"" if held is None or not held.record_ref else self._vault.get(held.record_ref)

    def device_key(self) -> EllipticCurvePrivateKey | None:
        """What the secure element signs presentations with; None: it holds no such key."""
        held = self.installed
        return None if held is None or not held.key_ref else device_key.loaded(self._vault.get(held.key_ref))

    def chosen_pins(self) -> Mapping[str, str]:
        """The ``user`` PIN and ``signing`` password that the set-up chose; empty while the phone holds no card."""
        if self.installed is None:
            return {}
        pins: Mapping[str, str] = cbor2.loads(self._vault.get(self.installed.pins_ref))
        return pins

    def pins(self) -> Mapping[str, str]:
        """The same as they are now, changed or not."""
        refs = {} if self.installed is None else self.installed.changed_refs
        return {**self.chosen_pins(), **{name: self._vault.get(ref).decode() for name, ref in refs.items()}}

    @property
    def slip(self) -> Slip:
        """Its own PINs, as its owner noted them."""
        pins = self.pins()

        def paper(language: str) -> Slip:
            rows = tuple((text(f"word.phone_slip.{kind}", language), pin) for kind, pin in pins.items())
            title = text("word.phone_slip.title", language, phone=self.phone)
            return Slip(title, rows, text(f"word.phone_slip.{'note' if pins else 'no_card'}", language))

        return replace(paper("en"), japanese=paper("ja"))

    def evolve(self, event: ev.Event, at: datetime) -> None:
        """Take in an event that names this phone."""
        pending = self.pending
        match event:
            case ev.PhoneWentOnline():
                self._set(online=True)
            case ev.PhoneWentOffline():
                self._set(online=False)
            case ev.BiometricsEnrolled():
                self._set(biometrics=True, _enrolled_by=self.in_hands_of)
            case ev.BiometricsRemoved():
                self._set(biometrics=False)
            case ev.KeyPairGenerated():
                former = self._of(event.flow)
                self._set(pending=replace(former, keys=MappingProxyType({**former.keys, event.kind: event.key})))
            case ev.DeviceKeyGenerated():
                former = self._of(event.flow)
                self._set(pending=replace(former, device_public=event.public, key_ref=event.key_ref))
            case ev.PinsChosen():
                self._set(pending=replace(self._of(event.flow), pins_ref=event.pins_ref))
            case ev.ApplicationAccepted():
                self._set(pending=replace(self._of(event.flow), applicant=event.person))
            case ev.CertificateIssued() if pending is not None and pending.applicant == event.person:
                made = MappingProxyType({**pending.certificates, authority_of(event.kind): event.der})
                self._set(pending=replace(pending, certificates=made))
            case ev.AttributesIssued() if pending is not None and pending.flow == event.flow:
                self._set(pending=replace(pending, record_ref=event.record_ref, recorded_at=at))
            case ev.AttributesRenewed() if self.installed is not None:
                self._set(installed=replace(self.installed, record_ref=event.record_ref, recorded_at=at))
            case ev.PassAdded() | ev.CredentialInstalled():
                self._install(event.auth_serial, at)
            case ev.PassDeleted() | ev.PhoneErased():
                self._forget()
            case ev.ContentErased():
                self._forget()
                self._set(pending=None, biometrics=False, lost_mode=False, is_strange=False)
            case ev.FactoryReset():
                self._set(pending=None, biometrics=False, reset=True, is_strange=False)
            case ev.PhoneLost():
                self._set(in_hands_of=NOBODY, is_strange=True)
            case ev.PhoneFound():
                self._set(in_hands_of=self.person, is_strange=False)
            case ev.PhoneHandedOver():
                self._set(in_hands_of=event.taker, is_strange=self.is_strange or event.taker == FINDER)
            case ev.LostModeTurnedOn():
                self._set(lost_mode=True)
            case ev.LostModeTurnedOff():
                self._set(lost_mode=False)
            case ev.RevocationLearned():
                self._set(heard=True)

    def _of(self, flow: str) -> PendingPair:
        """What this set-up has made so far; what another one began is given up."""
        pending = self.pending
        return pending if pending is not None and pending.flow == flow else PendingPair(flow)

    def _forget(self) -> None:
        if self.installed is not None:
            self._set(_n_changes=self.installed.chip.state.n_changes, installed=None, heard=False)

    def _install(self, auth_serial: int, at: datetime) -> None:
        pending = self.pending
        assert pending is not None, "the flow makes keys before it installs them"
        self._forget()
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
        chip = self._make_chip(self.phone, contents)
        installed = SecureElement.installed(pending, chip, auth_serial, at, face_of=self.in_hands_of)
        self._set(installed=installed, pending=None, reset=False)

    def __repr__(self) -> str:
        holds = "holds a card" if self.installed else "without card"
        return f"<PhoneModel {self.phone}: {self.platform}, {self.model}, {holds}>"
