"""The authorities' own certificates: made when a lab starts, dated back by their age, renewed as years go by."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from myna_lab.events import AuthorityEstablished, Decision
from myna_lab.formats import jpki, mdoc
from myna_lab.formats.jpki.names import read_certificate
from myna_lab.formats.mdoc.authority import STATUSES, reader_called
from myna_lab.formats.mdoc.request import Reader
from myna_lab.ground.chance import Chance
from myna_lab.jlis.books import Books
from myna_lab.keys import elliptic_key
from myna_lab.parameters import Parameters
from myna_lab.world.key_numbers import RESERVED, attribute_key, past_keys

__all__ = ["ROOM", "ceremony", "establish", "reader_of", "renew", "renew_attribute_issuer"]

Key = Callable[[int], RSAPrivateKey]
ROOM = 1_000_000
"""Serial numbers that pass by before an authority is renewed: those of the nation's certificates that no lab holds."""
_LONGEST_WAIT = 7 * 60 * 60
"""Seconds into the day of its ceremony at which an authority's key is made, at most (a real second is confirmed)."""


def establish(begins: datetime, parameters: Parameters, chance: Chance, key: Key) -> Decision:
    """Make the certificates of the sign and auth authorities, their OCSP responders, and the attribute issuer.

    Of each authority there are ``authority_generations``, the newest ``authority_age`` old. Serial numbers rise with
    the years, over all generations, from 1 to ``first_serial`` (or more, where that leaves no room between them).
    """
    newest, interval = begins - parameters.duration("authority_age"), parameters.duration("authority_interval")
    count, first = parameters.count("authority_generations"), parameters.count("first_serial")
    made: list[AuthorityEstablished] = []
    for kind in ("sign", "auth"):
        serial = 1 - ROOM
        for age in reversed(range(count)):
            numbers = past_keys(kind, age) if age else (RESERVED[kind], RESERVED[f"{kind}_responder"])
            serial = max(serial + ROOM, first if not age else first * (count - 1 - age) // (count - 1))
            second = timedelta(seconds=chance.child(f"ceremony/{kind}/{age}").integer(1, _LONGEST_WAIT))
            born = newest - age * interval + second
            made += _generation(kind, numbers, serial, born, key, parameters)
    return Decision((*made, *_attribute_issuer(1, newest, chance, parameters)))


def renew(
    kind: str,
    *,
    books: Books,
    keys: Sequence[int],
    key: Key,
    at: datetime,
    parameters: Parameters,
) -> Decision:
    """Establish the next generation of an authority; from now on it issues.

    Args:
        kind: ``sign`` or ``auth``.
        books: for the next serial number of the authority's one counter.
        keys: numbers of two unused keys.
        key: a key by number.
        at: the second of the ceremony.
        parameters: the lab's.
    """
    serial = books.next_serial(kind, parameters.count("first_serial")) + ROOM
    return Decision(_generation(kind, (keys[0], keys[1]), serial, at, key, parameters))


def renew_attribute_issuer(*, books: Books, chance: Chance, at: datetime, parameters: Parameters) -> Decision:
    """Establish the next root and document signer of attribute records; raises and arguments as :func:`renew`."""
    serial = max(books.next_serial(name, 1) for name in ("mdoc", "mdoc_signer", "mdoc_status"))
    return Decision(_attribute_issuer(serial, at, chance, parameters))


def ceremony(established: AuthorityEstablished) -> datetime:
    """When an authority's key was made."""
    return read_certificate(established.certificate).not_valid_before_utc


def _generation(
    kind: str, numbers: tuple[int, int], serial: int, born: datetime, key: Key, parameters: Parameters
) -> tuple[AuthorityEstablished, AuthorityEstablished]:
    """An authority and its responder."""
    own, responder = numbers
    certificate = jpki.establish(kind, key=key(own), serial=serial, not_before=born, parameters=parameters)
    delegated = jpki.establish_responder(
        kind,
        authority_certificate=certificate,
        authority_key=key(own),
        key=key(responder),
        serial=serial + 1,
        not_before=born,
        parameters=parameters,
    )
    return (
        AuthorityEstablished(kind, own, serial, certificate),
        AuthorityEstablished(f"{kind}_responder", responder, serial + 1, delegated),
    )


def _attribute_issuer(
    serial: int, born: datetime, chance: Chance, parameters: Parameters
) -> tuple[AuthorityEstablished, ...]:
    """A root, its document signer and, where records name a status list, who signs it.

    Their keys are drawn by the serial numbers.
    """
    root_key, signer_key = attribute_key(chance, "mdoc", serial), attribute_key(chance, "mdoc_signer", serial + 1)
    root = mdoc.establish(key=root_key, serial=serial, not_before=born, parameters=parameters)
    signer = mdoc.establish_signer(
        issuer_certificate=root,
        issuer_key=root_key,
        key=signer_key,
        serial=serial + 1,
        not_before=born,
        parameters=parameters,
    )
    made = AuthorityEstablished("mdoc", 0, serial, root), AuthorityEstablished("mdoc_signer", 0, serial + 1, signer)
    if parameters.text("mdoc_status") == "none":
        return made
    status = mdoc.establish_signer(
        STATUSES,
        issuer_certificate=root,
        issuer_key=root_key,
        key=attribute_key(chance, "mdoc_status", serial + 2),
        serial=serial + 2,
        not_before=born,
        parameters=parameters,
    )
    return *made, AuthorityEstablished("mdoc_status", 0, serial + 2, status)


def reader_of(service: str, seed: int, root: AuthorityEstablished, parameters: Parameters) -> Reader:
    """Key and certificate of a service's reader, drawn by its name: below the root of records, from its beginning."""
    chance = Chance(seed).child(f"reader/{service}/{root.serial}")
    key = elliptic_key(chance.child("key"))
    certificate = mdoc.establish_signer(
        reader_called(service),
        issuer_certificate=root.certificate,
        issuer_key=attribute_key(Chance(seed), "mdoc", root.serial),
        key=key,
        serial=chance.child("serial").integer(1 << 62, (1 << 63) - 1),
        not_before=ceremony(root),
        parameters=parameters,
    )
    return Reader(key, certificate)
