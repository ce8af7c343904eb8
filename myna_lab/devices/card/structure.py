"""How an application of the chip is declared: one row for each file, key and PIN, with its conditions.

    identifier | kind | contents | read | use | secret | form | changed by | authenticates | filled, key, tries

A row says what must be verified before the file is read or the key is used; :func:`permits` is the one judge of it. It
says, too, what fills it when a chip is personalised.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import ClassVar, NamedTuple

from myna_lab.devices.card.personalisation import Filled, Personalisation
from myna_lab.formats.iso7816 import StatusWord
from myna_lab.formats.iso7816.instructions import INS_CHANGE_REFERENCE_DATA
from myna_lab.texts import text

__all__ = [
    "FREE",
    "NEVER",
    "Anchor",
    "Condition",
    "DedicatedFile",
    "ElementaryFile",
    "Kind",
    "Subject",
    "after",
    "permits",
]


class Kind(Enum):
    """What an elementary file holds."""

    DATA = "data"
    """Bytes that READ BINARY gives (a working EF)."""
    RECORDS = "records"
    """Records that READ RECORD gives (a working EF)."""
    OBJECT = "data object"
    """Bytes that GET DATA gives; no file, so nothing selects it."""
    KEY = "key"
    """An RSA private key (an internal EF)."""
    REFERENCE = "reference data"
    """A PIN or a verification number (an internal EF)."""
    OTHER = "not known"
    """Seen on cards, purpose not published: it can be selected, and nothing else."""


class Condition(NamedTuple):
    """What must be verified first: any one of these."""

    identifiers: tuple[int, ...]
    """EF identifiers of reference data of the same application."""
    free: bool = False
    """Whether nothing need be verified."""

    def __str__(self) -> str:
        if self.free:
            return "free"
        return "after " + " or ".join(f"{i:04X}" for i in self.identifiers) if self.identifiers else "never"


FREE = Condition((), free=True)
NEVER = Condition(())


def after(*identifiers: int) -> Condition:
    """The condition "once any one of these is verified"."""
    return Condition(identifiers)


def permits(condition: Condition, verified: Container[int]) -> bool:
    """Whether a condition is met.

    Args:
        condition: of a row.
        verified: EF identifiers whose reference data are verified now.
    """
    return condition.free or any(identifier in verified for identifier in condition.identifiers)


class Subject(NamedTuple):
    """What an exchange is about: ``jpki/0018 (user-authentication PIN)``."""

    name: str
    """Reference of a file, or AID of an application in hexadecimal."""
    key: str
    """Where ``texts/exchanges.toml`` says what it is: ``contents.auth_pin``."""

    def meaning(self, language: str = "en") -> str:
        """What it is, in ``en`` or ``ja``."""
        return text(f"exchange.{self.key}", language)

    def in_language(self, language: str) -> str:
        """Name and meaning, in ``en`` or ``ja``."""
        return text("exchange.say.named", language, name=self.name, meaning=self.meaning(language))

    def __str__(self) -> str:
        return self.in_language("en")


def _with_nothing(_: Personalisation) -> None:
    """Nothing is known to stand in it, or its key does."""


@dataclass(frozen=True, slots=True)
class ElementaryFile:
    """One row of an application."""

    application: str
    """Short name of its application."""
    identifier: int
    """0x0001 to 0x001E; its low five bits are the short EF identifier. Of a data object: its tag."""
    kind: Kind
    contents: str
    """What it holds: a key of ``texts/exchanges.toml``, [contents]."""
    read: Condition = NEVER
    """Before READ BINARY, READ RECORD or GET DATA."""
    use: Condition = NEVER
    """Before a signature with the key; before a change of the reference data."""
    secret: bool = False
    """Whether a trace shows dots instead of the answers."""
    form: str = ""
    """Regular expression that new reference data must match."""
    changed_by: int = INS_CHANGE_REFERENCE_DATA
    """Instruction that changes the reference data."""
    authenticates: bool = False
    """Whether the key answers INTERNAL AUTHENTICATE, and signs nothing else."""
    filled: Filled = field(default=_with_nothing, repr=False, compare=False)
    """What fills it when a chip is personalised: the bytes of a file or an object, the value of reference data."""
    key: str = ""
    """Name of the private key that stands in it (``auth``)."""
    tries: str = ""
    """Name of the most tries of the reference data (``user_authentication``)."""
    reference: str = field(default="", init=False)
    """``jpki/0018``."""
    subject: Subject = field(init=False, repr=False, compare=False)
    """How a trace names it."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "reference", f"{self.application}/{self.identifier:04X}")
        object.__setattr__(self, "subject", Subject(self.reference, f"contents.{self.contents}"))


class Anchor(NamedTuple):
    """A public key that is on no card, and without which what an application says cannot be checked."""

    issuer_key: str
    """Name of the key pair: ``text_authority``."""
    checks: int
    """EF, object or key whose certificate, signature or answer it verifies."""
    key_id: bytes = b""
    """Key identifier, as certificates name it; empty: it has none."""


@dataclass(frozen=True, slots=True)
class DedicatedFile:
    """One application (a dedicated file) of the chip."""

    secret: ClassVar[bool] = False
    """What an application answers itself is never secret."""
    name: str
    """Short name, the first part of each reference: ``jpki``."""
    aid: bytes
    """Application identifier, 5 to 16 bytes."""
    title: str
    """What it is: a key of ``texts/exchanges.toml``, [application]."""
    files: tuple[ElementaryFile, ...]
    """The rows."""
    default_key: int = 0
    """Identifier of the key that signs when none is named; 0: there is none."""
    optional: bool = False
    """Whether only some cards have it."""
    key_delivery: int = StatusWord.SECURITY_STATUS_NOT_SATISFIED
    """What SET SESSION KEY is answered; 9000: it is possible."""
    anchors: tuple[Anchor, ...] = ()
    """What a verifier of its files and answers must have from elsewhere."""
    by_identifier: MappingProxyType[int, ElementaryFile] = field(init=False, repr=False, compare=False)
    """The rows that can be selected, by identifier."""
    subject: Subject = field(init=False, repr=False, compare=False)
    """How a trace names it."""

    def __post_init__(self) -> None:
        table = MappingProxyType({row.identifier: row for row in self.files if row.kind is not Kind.OBJECT})
        object.__setattr__(self, "by_identifier", table)
        object.__setattr__(self, "subject", Subject(self.aid.hex().upper(), f"application.{self.title}"))
