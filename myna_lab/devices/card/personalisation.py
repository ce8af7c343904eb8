"""What one chip is personalised from: each row of an application takes its value from here.

cardholder, PINs, certificates, key numbers  ->  ElementaryFile.filled  ->  the contents of one EF
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from myna_lab.devices.card.cardholder import Cardholder
from myna_lab.devices.card.issuer import Issuer, key_id, modulus
from myna_lab.errors import MisuseError
from myna_lab.keys import rsa_key
from myna_lab.texts import counted

__all__ = ["Filled", "Personalisation", "number_a", "number_b", "pin"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True, repr=False)
class Personalisation:
    """What is known when a chip is made. Its repr shows no secrets.

    Raises:
        MisuseError: a serial number of another form.
    """

    profile: str
    """``plastic``, ``iphone`` or ``android``."""
    keys: Mapping[str, int]
    """The chip's keys by name (``auth``, ``text`` …) to numbers of RSA keys."""
    pins: Mapping[str, str]
    """PINs by name (``input_aid``, ``signing`` …); one that is left out does not exist on the chip."""
    certificates: Mapping[str, bytes | None]
    """``sign``, ``auth``, ``sign_ca`` and ``auth_ca`` to DER."""
    cardholder: Cardholder | None = None
    """Whose plastic card it is; a phone's chip has no such data."""
    key: Callable[[int], RSAPrivateKey] = rsa_key
    """An RSA-2048 key by number."""
    issuer_keys: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """The keys of those who sign files, by name, to numbers of RSA keys."""
    serial: str = "900000000000000"
    """The card's serial number, 15 digits."""
    atr: bytes = b""
    """The answer to reset, which a data object repeats."""
    further: tuple[object, ...] = ()
    """What a single application knows of, such as a Licence."""

    def __post_init__(self) -> None:
        if not (self.serial.isascii() and self.serial.isdecimal() and len(self.serial) == 15):
            raise MisuseError("a card's serial number has 15 digits.", code="bad_serial")

    @property
    def holder(self) -> Cardholder:
        """The cardholder.

        Raises:
            MisuseError: a phone's chip, whose files name nobody.
        """
        if self.cardholder is None:
            raise MisuseError(f"the files of a {self.profile} chip name no cardholder.", code="bad_holder")
        return self.cardholder

    def further_of(self, kind: type[T]) -> T | None:
        """What a single application knows of, by its type; None: it was not given."""
        return next((one for one in self.further if isinstance(one, kind)), None)

    def modulus(self, name: str) -> bytes:
        """The public modulus of one of the chip's keys, 256 bytes."""
        return modulus(self.key(self.keys[name]))

    def issuer_key(self, name: str) -> RSAPrivateKey:
        """The private key of one of those who sign files."""
        return self.key(self.issuer_keys[name])

    def issuer(self, application: str, authority: bytes, digits: str) -> Issuer:
        """The municipality as signer of one application.

        Args:
            application: its short name; its keys are those of ``text`` and ``text_authority``.
            authority: key identifier of the authority that certifies the municipality.
            digits: what follows the municipality's five digits in the signer's key identifier.
        """
        signer, certifier = self.issuer_key(application), self.issuer_key(f"{application}_authority")
        return Issuer(authority, key_id(self.holder.municipality + digits, 0), signer, certifier)

    def __repr__(self) -> str:
        keys, pins = counted(len(self.keys), "key", "keys"), counted(len(self.pins), "PIN", "PINs")
        return f"<Personalisation TEST {self.profile}: {keys}, {pins}>"


Filled = Callable[[Personalisation], bytes | None]
"""Gives the contents of one EF, or the value of one PIN; None: this chip has it not."""


def pin(name: str) -> Filled:
    """A PIN that the cardholder chose.

    Args:
        name: of :attr:`Personalisation.pins`.
    """

    def filled(of: Personalisation) -> bytes | None:
        value = of.pins.get(name)
        return None if value is None else value.encode()

    return filled


def number_a(of: Personalisation) -> bytes:
    """照合番号A: My Number."""
    return of.holder.my_number.encode()


def number_b(of: Personalisation) -> bytes:
    """照合番号B: birth, year of expiry and security code."""
    return of.holder.verification_number_b.encode()
