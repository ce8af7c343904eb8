"""Services. They see bytes and published revocation data, nothing else, and answer with a Verdict."""

from myna_lab.relying_parties.authenticator import Authenticator
from myna_lab.relying_parties.portal import Portal

__all__ = ["Authenticator", "Portal"]
