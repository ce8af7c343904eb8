"""What all services share: a device is asked, what comes is judged, and the verdict is recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from datetime import timedelta
from typing import ClassVar, Self

from cryptography import x509

from myna_lab.errors import MalformedCertificate, Refused
from myna_lab.events import Verdict
from myna_lab.formats import jpki
from myna_lab.formats.jpki.names import read_certificate
from myna_lab.formats.jpki.profiles import policy_identifier
from myna_lab.relying_parties.authenticator import Authenticator, Named, Typed
from myna_lab.relying_parties.outside import Outside
from myna_lab.relying_parties.policy import Policy
from myna_lab.relying_parties.sources import StatusSource
from myna_lab.relying_parties.verifying import Verifier, not_answered

__all__ = ["PRIVATE", "Service"]

PRIVATE = ("private_revocation_data", "private_status_cache", "private_without_status")
"""Parameters of a private service's usual policy."""


class Service:
    """A service. It sees bytes and published revocation data, and answers with a verdict."""

    __slots__ = ("_foreign", "_lock", "_outside", "policy")

    service: ClassVar[str]
    """How verdicts call it."""
    usage: ClassVar[str] = "auth"
    """Which certificate it asks for: ``auth`` or ``sign``; empty: none."""
    instead_of: ClassVar[tuple[str, ...]] = ()
    """Kinds of certificates in whose place it takes a card's face or a phone's record; empty: it takes none."""
    stated_by: ClassVar[tuple[str, str, str]] = (
        "service_revocation_data",
        "service_status_cache",
        "service_without_status",
    )
    """Parameters of its usual policy."""
    errand: ClassVar[str] = ""
    """What people do there: its row in the table of errands; empty: it has none."""
    how_on_phone: ClassVar[str] = ""
    """What must be said of a yes for a phone: ``by_password`` or ``at_prepared_sites``."""

    def __init__(
        self, outside: Outside, sources: Sequence[StatusSource] | None = None, policy: Policy | None = None
    ) -> None:
        """Open it.

        Args:
            outside: the world around it.
            sources: where it learns of revocations, instead of the world's; None: as its policy says.
            policy: its rules about revocation data; None: as the parameters say.
        """
        # Sources of its own may wait for a door that needs the lock to answer.
        self._lock = outside.lock if sources is None else nullcontext()
        self._outside = outside
        self._foreign = None if sources is None else tuple(sources)
        self.policy = Policy.of(outside.parameters, self.stated_by) if policy is None else policy
        """Its rules about revocation data; :meth:`with_policy` gives the service with others."""

    def with_sources(self, *sources: StatusSource) -> Self:
        """The same service, which learns of revocations elsewhere, and asks each time.

        Args:
            sources: such as ``Ocsp(http_fetch(door.ocsp_url))``; none: it learns of nothing, so it accepts nobody.
        """
        return type(self)(self._outside, sources, self.policy)

    def with_policy(
        self,
        *,
        sources: Sequence[str] | None = None,
        cache: str | timedelta | None = None,
        without_status: str | None = None,
    ) -> Self:
        """The same service with other rules about revocation data; what is not said stays.

        Args:
            sources: such as ``("ocsp",)``, ``("ocsp", "crl")`` or ``()``.
            cache: how long an answer about a certificate is used before it asks again: ``"1h"``.
            without_status: ``"refuse"`` or ``"accept"``, when nobody answers.

        Raises:
            MisuseError: an unknown source, no duration, or another word.
        """
        return type(self)(self._outside, self._foreign, self.policy.changed(sources, cache, without_status))

    def _verifier(self, certificate: bytes) -> Verifier:
        """Its means of judging a certificate, with data of now, or with those that it still uses."""
        outside, now = self._outside, self._outside.now
        fetched_at, sources = now, self._foreign
        if sources is None:
            kept = outside.fetched(self.service, self.usage, certificate) if self.policy.cache else None
            fetched_at = self.policy.asks_at(now, kept)
            published = outside.sources(None if fetched_at == now else fetched_at)
            sources = tuple(published[name] for name in self.policy.sources)
        return Verifier(self.service, outside.anchors, outside.parameters, sources, self.policy, fetched_at)

    def _ask(self, device: Named, question: Callable[[], Verdict]) -> Verdict:
        """Ask a device and record the verdict; a device that does not answer gets one, too."""
        with self._lock:
            try:
                verdict = question()
            except Refused as refused:
                verdict = self._refused(refused)
            self._outside.record(verdict, device.name)
            return verdict

    def _refused(self, refused: Refused) -> Verdict:
        """The verdict on a device that did not answer."""
        return not_answered(self.service, refused, usage=self.usage, at=self._outside.now)

    def _authenticate(self, device: Authenticator) -> tuple[bytes, Verdict]:
        """Have a fresh challenge signed: the certificate that came (DER), and the verdict on it."""
        challenge = self._outside.challenge()
        certificate, signature = device.authenticate(challenge)
        return certificate, self._judge(certificate, signature, challenge)

    def _judge(
        self, certificate: bytes, signature: bytes | Sequence[bytes], message: bytes | Sequence[bytes]
    ) -> Verdict:
        """Judge a signature, or several by one key, and the certificate that came with it, as of now."""
        verifier = self._verifier(certificate)
        return verifier.judge(certificate, signature, message, usage=self.usage, at=self._outside.now)

    def _is_phone(self, certificate: bytes) -> bool:
        """Whether a certificate's policy is that of phones; kinds are told apart by it."""
        of_phones = policy_identifier(jpki.KINDS[f"phone_{self.usage}"], self._outside.parameters.text("policy_arc"))
        try:
            policies = read_certificate(certificate).extensions.get_extension_for_class(x509.CertificatePolicies).value
        except (MalformedCertificate, x509.ExtensionNotFound):
            return False
        return any(policy.policy_identifier.dotted_string == of_phones for policy in policies)

    def tried(self, device: Named, typed: Typed) -> Mapping[str, Verdict]:
        """Its errand, done with a device of somebody who types what she knows.

        Returns:
            The verdict under an empty name; one of a trial besides, if there is one, as ``trial``.
        """
        raise NotImplementedError(f"{self.service} has no errand.")

    def __repr__(self) -> str:
        return f"<{self.service} TEST>"
