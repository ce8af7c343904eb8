"""The authorities' own certificates: made when a lab starts, dated back by their age, renewed as years go by."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from myna_lab import jpki, mdoc
from myna_lab.books import Books
from myna_lab.chance import Chance
from myna_lab.events import AuthorityEstablished, Decision
from myna_lab.jpki.names import read_certificate
from myna_lab.keys import elliptic_key
from myna_lab.lab.model import FIXED_KEYS
from myna_lab.parameters import Parameters

__all__ = ["ceremony", "establish", "renew"]

Key = Callable[[int], RSAPrivateKey]


def establish(begins: datetime, parameters: Parameters, chance: Chance, key: Key) -> Decision:
    """Make the certificates of the sign and auth authorities, their OCSP responders, and the attribute issuer.

    Of each authority there are ``authority_generations``, the newest ``authority_age`` old. Serial numbers rise with
    the years, over all generations, from 1 to ``first_serial``.
    """
    newest, interval = begins - parameters.duration("authority_age"), parameters.duration("authority_interval")
    count, first = parameters.count("authority_generations"), parameters.count("first_serial")
    after = max(FIXED_KEYS.values()) + 1
    made: list[AuthorityEstablished] = []
    for index, kind in enumerate(("sign", "auth")):
        for age in reversed(range(count)):
            own, responder = FIXED_KEYS[kind], FIXED_KEYS[f"{kind}_responder"]
            if age:
                own = after + 2 * (2 * (age - 1) + index)
                responder = own + 1
            serial = first if not age else max(1, first * (count - 1 - age) // (count - 1))
            made += _generation(kind, (own, responder), serial, newest - age * interval, key, parameters)
    root_key, signer_key = (elliptic_key(chance.child(f"key/{name}")) for name in ("mdoc", "mdoc_signer"))
    root = mdoc.establish(key=root_key, serial=1, not_before=newest, parameters=parameters)
    signer = mdoc.establish_signer(
        issuer_certificate=root,
        issuer_key=root_key,
        key=signer_key,
        serial=2,
        not_before=newest,
        parameters=parameters,
    )
    made += [AuthorityEstablished("mdoc", 0, 1, root), AuthorityEstablished("mdoc_signer", 0, 2, signer)]
    return Decision(tuple(made))


def renew(
    kind: str,
    *,
    books: Books,
    keys: tuple[Sequence[int], Mapping[str, bytes]],
    key: Key,
    at: datetime,
    parameters: Parameters,
) -> Decision:
    """Establish the next generation of an authority; from now on it issues.

    Args:
        kind: ``sign`` or ``auth``.
        books: for the next serial number of the authority's one counter.
        keys: numbers of two unused keys, and the secrets to record with them.
        key: a key by number.
        at: the second of the ceremony.
        parameters: the lab's.
    """
    serial = books.next_serial(kind, parameters.count("first_serial"))
    numbers, secrets = keys
    return Decision(_generation(kind, (numbers[0], numbers[1]), serial, at, key, parameters), secrets)


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
