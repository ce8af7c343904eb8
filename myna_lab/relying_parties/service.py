"""What all services share: a device is asked, what comes is judged, and the verdict is recorded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import ClassVar, Self

from myna_lab.errors import Refused
from myna_lab.events import Verdict
from myna_lab.relying_parties.authenticator import Authenticator, Named
from myna_lab.relying_parties.outside import Outside
from myna_lab.relying_parties.sources import USED, StatusSource
from myna_lab.relying_parties.verifying import Verifier

__all__ = ["Service"]


class Service:
    """A service. It sees bytes and published revocation data, and answers with a verdict."""

    __slots__ = ("_lock", "_outside", "_sources")

    service: ClassVar[str]
    """How verdicts call it."""
    usage: ClassVar[str] = "auth"
    """Which certificate it asks for: ``auth`` or ``sign``; empty: none."""

    def __init__(self, outside: Outside, sources: Sequence[StatusSource] | None = None) -> None:
        """Open it.

        Args:
            outside: the world around it.
            sources: where it learns of revocations; None: as parameter ``service_revocation_data`` says.
        """
        used = USED[outside.parameters.text("service_revocation_data")]
        # Sources of its own may wait for a door that needs the lock to answer.
        self._lock = outside.lock if sources is None else nullcontext()
        self._outside = outside
        self._sources = tuple(outside.sources[name] for name in used) if sources is None else tuple(sources)

    def with_sources(self, *sources: StatusSource) -> Self:
        """The same service, which learns of revocations elsewhere.

        Args:
            sources: such as ``Ocsp(http_fetch(door.ocsp_url))``; none: it learns of nothing, so it accepts nobody.
        """
        return type(self)(self._outside, sources)

    @property
    def _verifier(self) -> Verifier:
        outside = self._outside
        return Verifier(self.service, outside.anchors, outside.parameters, self._sources)

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
        return self._verifier.refused(refused, usage=self.usage, at=self._outside.now)

    def _authenticate(self, device: Authenticator) -> tuple[bytes, Verdict]:
        """Have a fresh challenge signed: the certificate that came (DER), and the verdict on it."""
        challenge = self._outside.challenge()
        certificate, signature = device.authenticate(challenge)
        return certificate, self._judge(certificate, signature, challenge)

    def _judge(
        self, certificate: bytes, signature: bytes | Sequence[bytes], message: bytes | Sequence[bytes]
    ) -> Verdict:
        """Judge a signature, or several by one key, and the certificate that came with it, as of now."""
        return self._verifier.judge(certificate, signature, message, usage=self.usage, at=self._outside.now)

    def __repr__(self) -> str:
        return f"<{self.service} TEST>"
