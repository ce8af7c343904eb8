"""Services. They see bytes and published revocation data, nothing else, and answer with a Verdict."""

from myna_lab.relying_parties.authenticator import (
    Authenticator,
    ContactlessDevice,
    Named,
    Presenter,
    Printed,
    Signer,
    Typed,
)
from myna_lab.relying_parties.outside import Outside
from myna_lab.relying_parties.policy import Policy
from myna_lab.relying_parties.service import Service
from myna_lab.relying_parties.services import Services
from myna_lab.relying_parties.sources import Crl, Ocsp, StatusSource
from myna_lab.relying_parties.verifying import Verifier

__all__ = [
    "Authenticator",
    "ContactlessDevice",
    "Crl",
    "Named",
    "Ocsp",
    "Outside",
    "Policy",
    "Presenter",
    "Printed",
    "Service",
    "Services",
    "Signer",
    "StatusSource",
    "Typed",
    "Verifier",
]
