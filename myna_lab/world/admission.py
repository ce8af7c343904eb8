"""What is asked of each entry of a file before it is taken in: somebody else may have written it.

Types and ranges were asked when it was read (``events.stored``), ``Things`` asks for what it names, and the
folds whether it is lawful. Here: that its words are of their tables, and that the vault holds what it refers to.
"""

from __future__ import annotations

import functools
import typing
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import cbor2

from myna_lab import events as ev
from myna_lab import keys as pool
from myna_lab.devices.card import CardContents
from myna_lab.devices.phone.device_key import is_device_key
from myna_lab.errors import MisuseError
from myna_lab.events import Vault
from myna_lab.formats.jpki import KINDS, REASONS
from myna_lab.jlis.office import REISSUES, Application, partition_of
from myna_lab.provisioning import Screen
from myna_lab.residents import Resident

__all__ = ["admit"]

_SCREENS = frozenset(Screen.__members__)
_CERTIFYING = frozenset({"sign", "auth"})
WORDS: Mapping[tuple[type[ev.Event], str], Collection[str]] = {
    (ev.AuthorityEstablished, "authority"): {
        *_CERTIFYING,
        *("sign_responder", "auth_responder", "mdoc", "mdoc_signer", "mdoc_status"),
    },
    (ev.AttributesRequested, "way"): {"near", "web", "app", "openid4vp"},
    (ev.CertificateIssued, "authority"): _CERTIFYING,
    (ev.CertificateIssued, "kind"): KINDS.keys(),
    (ev.CertificateRevoked, "reason"): REASONS.keys(),
    (ev.PhoneAcquired, "platform"): {"iphone", "android"},
    (ev.KeyPairGenerated, "kind"): _CERTIFYING,
    (ev.ReissueAccepted, "cause"): REISSUES.keys(),
    (ev.RequestRefused, "office"): {"municipality", "hotline", "kiosk", "online_desk", "records"},
    (ev.ResidentRenamed, "what"): {"name", "alias"},
    (ev.ScreenPassed, "screen"): _SCREENS,
    (ev.ScreenPassed, "to"): _SCREENS,
    (ev.FaceCaptured, "whose"): {"holder", "twin", "other"},
}
"""Fields that hold one word of a few."""
_MOST_TRIES = 15


def admit(event: ev.Event, vault: Vault) -> object:
    """Ask of one event what its type does not say.

    Returns:
        The secret that it refers to, decoded; None: it refers to none, or to one that is not decoded.

    Raises:
        MisuseError: another word, number or secret than a lab writes.
        StorageError: the vault lacks what it refers to.
    """
    kind: Any = type(event)
    plan = _plan(kind)
    decoded = None
    if plan is None:
        return decoded
    for field, words in plan.words:
        if getattr(event, field) not in words:
            raise MisuseError(f"{field} is one of {', '.join(sorted(words))}", code="unknown_word")
    for field in plan.references:
        if ref := getattr(event, field):
            secret = vault.get(ref)
            if (decode := _SECRETS.get(field)) is not None:
                decoded = decode(secret, event)
    for field in plan.keys:
        numbers = getattr(event, field)
        _ask_keys(numbers if isinstance(numbers, tuple) else (numbers,))
    return decoded


class _Plan(NamedTuple):
    """What is asked of events of one kind."""

    words: tuple[tuple[str, Collection[str]], ...]
    references: tuple[str, ...]
    keys: tuple[str, ...]


@functools.cache
def _plan(kind: Any) -> _Plan | None:
    """None: nothing is asked."""
    fields = _kinds(kind)
    plan = _Plan(
        tuple((field, words) for (owner, field), words in WORDS.items() if owner is kind),
        tuple(name for name in fields if name.endswith("_ref")),
        tuple(name for name in ("key", "keys") if fields.get(name) in (int, tuple[int, ...])),
    )
    return plan if any(plan) else None


@functools.cache
def _kinds(cls: Any) -> Mapping[str, Any]:
    return typing.get_type_hints(cls)


def _ask_keys(numbers: Collection[int]) -> None:
    if not all(0 <= number < pool.pool_size() for number in numbers):
        raise MisuseError(f"keys are numbered 0 to {pool.pool_size() - 1}", code="no_such_key")


def _resident(secret: bytes, event: Any) -> Resident:
    resident = Resident.decode(secret)
    _ask_types(resident)
    partition_of(resident)
    if resident.person != event.person:
        raise MisuseError("the vault has another person's attributes", code="unknown_name")
    return resident


def _contents(secret: bytes, event: Any) -> CardContents:
    contents = CardContents.decode(secret)
    _ask_types(contents)
    if not all(1 <= tries <= _MOST_TRIES for tries in contents.tries.values()):
        raise MisuseError(f"tries are 1 to {_MOST_TRIES}", code="bad_tries")
    _ask_keys(contents.keys.values())
    return contents


def _application(secret: bytes, event: Any) -> None:
    _ask_types(Application.decode(secret))


def _pins(secret: bytes, event: Any) -> None:
    pins = cbor2.loads(secret)
    if not _is(Mapping[str, str])(pins) or not {"user", "signing"} <= pins.keys():
        raise MisuseError("the vault has no pair of PINs", code="bad_pins")


def _device_key(secret: bytes, event: Any) -> None:
    if not is_device_key(secret):
        raise MisuseError("the vault has no key on P-256", code="no_such_key")


_SECRETS: Mapping[str, Callable[[bytes, Any], object]] = {
    "resident_ref": _resident,
    "contents_ref": _contents,
    "application_ref": _application,
    "pins_ref": _pins,
    "key_ref": _device_key,
}
"""What a secret must be, by the field that refers to it. Errors say no value."""


def _ask_types(secret: object) -> None:
    kind: Any = type(secret)
    wrong = [name for name, fits in _forms(kind) if not fits(getattr(secret, name))]
    if wrong:
        raise MisuseError(f"{type(secret).__name__}: another type in {', '.join(wrong)}", code="bad_secret")


@functools.cache
def _forms(kind: Any) -> Sequence[tuple[str, Callable[[Any], bool]]]:
    return [(name, _is(declared)) for name, declared in _kinds(kind).items()]


@functools.cache
def _is(kind: Any) -> Callable[[Any], bool]:
    """Whether a value is of a declared type: a mapping, or one that its own type tells."""
    if typing.get_origin(kind) is not None:
        of_key, of_value = ({own} for own in typing.get_args(kind))
        return lambda value: (
            type(value) is dict and {*map(type, value)} <= of_key and {*map(type, value.values())} <= of_value
        )
    if kind is datetime:
        return lambda value: type(value) is datetime and value.tzinfo is not None
    return lambda value: type(value) is kind
