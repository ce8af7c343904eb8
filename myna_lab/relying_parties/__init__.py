"""Services. They see bytes and published revocation data, nothing else, and answer with a Verdict."""

from myna_lab.relying_parties.authenticator import Authenticator, ContactlessDevice, Signer
from myna_lab.relying_parties.clinic import Clinic
from myna_lab.relying_parties.desk import Desk
from myna_lab.relying_parties.police import Police
from myna_lab.relying_parties.portal import Portal
from myna_lab.relying_parties.verifying import Verifier

__all__ = ["Authenticator", "Clinic", "ContactlessDevice", "Desk", "Police", "Portal", "Signer", "Verifier"]
