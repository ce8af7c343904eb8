"""The authorities' own certificates, made when a lab starts and dated back by their age."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from myna_lab import jpki, mdoc
from myna_lab.chance import Chance
from myna_lab.events import AuthorityEstablished, Decision
from myna_lab.keys import elliptic_key
from myna_lab.lab.model import FIXED_KEYS
from myna_lab.parameters import Parameters

__all__ = ["establish"]


def establish(
    begins: datetime, parameters: Parameters, chance: Chance, key: Callable[[int], RSAPrivateKey]
) -> Decision:
    """Make the certificates of the sign and auth authorities, their OCSP responders, and the attribute issuer."""
    born = begins - parameters.duration("authority_age")
    made: list[AuthorityEstablished] = []
    for kind in ("sign", "auth"):
        serial = parameters.count("first_serial")
        own = FIXED_KEYS[kind]
        certificate = jpki.establish(kind, key=key(own), serial=serial, not_before=born, parameters=parameters)
        responder = FIXED_KEYS[f"{kind}_responder"]
        delegated = jpki.establish_responder(
            kind,
            authority_certificate=certificate,
            authority_key=key(own),
            key=key(responder),
            serial=serial + 1,
            not_before=born,
            parameters=parameters,
        )
        made.append(AuthorityEstablished(kind, own, serial, certificate))
        made.append(AuthorityEstablished(f"{kind}_responder", responder, serial + 1, delegated))
    root_key, signer_key = (elliptic_key(chance.child(f"key/{name}")) for name in ("mdoc", "mdoc_signer"))
    root = mdoc.establish(key=root_key, serial=1, not_before=born, parameters=parameters)
    signer = mdoc.establish_signer(
        issuer_certificate=root, issuer_key=root_key, key=signer_key, serial=2, not_before=born, parameters=parameters
    )
    made += [AuthorityEstablished("mdoc", 0, 1, root), AuthorityEstablished("mdoc_signer", 0, 2, signer)]
    return Decision(tuple(made))
