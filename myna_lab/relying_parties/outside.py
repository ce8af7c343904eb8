"""What a service has of the world around it: the time, published revocation data, and who is in front of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from myna_lab.events import Verdict
from myna_lab.formats import mdoc
from myna_lab.formats.mdoc.request import Reader
from myna_lab.parameters import Parameters
from myna_lab.relying_parties.authenticator import Authenticator, ContactlessDevice, Named, Presenter, Printed, Signer
from myna_lab.relying_parties.sources import StatusSource

__all__ = ["Outside"]


class Outside(Protocol):
    """The world as a service sees it."""

    @property
    def parameters(self) -> Parameters:
        """``service_revocation_data``, ``portal_clock_skew``, ``policy_arc`` and others."""
        ...

    @property
    def now(self) -> datetime:
        """The instant at which the service decides."""
        ...

    @property
    def lock(self) -> AbstractContextManager[Any]:
        """Held from a challenge to the record of the verdict."""
        ...

    @property
    def anchors(self) -> Sequence[bytes]:
        """Authority certificates that services trust, DER."""
        ...

    def sources(self, at: datetime | None = None) -> Mapping[str, StatusSource]:
        """Where revocation data come from, by the names of :data:`myna_lab.relying_parties.sources.USED`.

        Args:
            at: an earlier instant: what was fetched then; None: what can be had now, which may be nothing.
        """
        ...

    def fetched(self, service: str, usage: str, certificate: bytes) -> datetime | None:
        """When a service last fetched data that said something of a certificate (DER); None: never."""
        ...

    def latest_information(self, certificate: bytes) -> Mapping[str, str] | None:
        """最新の利用者情報: what J-LIS has now of who holds a signing certificate (DER).

        Returns:
            Fields as :func:`myna_lab.formats.jpki.stated_in` reads them; None: it gives nothing.
        """
        ...

    def unregistered(self, certificate: bytes) -> str:
        """Why no town has the holder of a certificate (DER): ``between_towns`` or ``deceased``; empty: one has."""
        ...

    def challenge(self) -> bytes:
        """32 unpredictable bytes."""
        ...

    def record(self, verdict: Verdict, device: str) -> None:
        """Keep a verdict on a device, by the device's name."""
        ...

    def authenticator(
        self, device: Named, pin: str | None, *, other_face: bool, near_by: bool = False
    ) -> Authenticator:
        """A device whose holder types a PIN; on a phone, a face or finger may stand for it.

        Args:
            device: a phone or card, or what answers as one.
            pin: what is typed; None: nothing.
            other_face: whether the face or finger is somebody else's.
            near_by: whether it is held to a reader of the service: then a phone needs no network.

        Raises:
            MisuseError: not a phone or card, one of another world, a card without a PIN, or a PIN that is not text.
        """
        ...

    def signer(self, device: Named, password: str | None) -> Signer:
        """A device whose holder types a signing password.

        Raises:
            MisuseError: not a phone or card, one of another world, or a password that is not text.
        """
        ...

    def contactless(self, device: Named) -> ContactlessDevice:
        """A device that is held to the service's own reader.

        Raises:
            MisuseError: not a phone or card, or one of another world.
        """
        ...

    def presenter(self, device: Named, *, other_face: bool, doc_type: str = mdoc.DOC_TYPE) -> Presenter:
        """A phone that shows elements of its attribute record, or of another document in its wallet.

        Raises:
            MisuseError: not a phone, or one of another world.
        """
        ...

    def reader(self, service: str) -> Reader:
        """Key and certificate by which wallets know a service."""
        ...

    def session_key(self) -> EllipticCurvePrivateKey:
        """A key for one conversation, unpredictable as a challenge."""
        ...

    def status_list(self, uri: str, at: datetime | None = None) -> bytes:
        """The list at a place that a record names (CWT), or an earlier one; empty: not to be had."""
        ...

    def list_fetched(self, service: str) -> datetime | None:
        """When a service last fetched a list that told it of a record; None: never."""
        ...

    def printed(self, device: Named) -> Printed | None:
        """What can be read on a plastic card with one's eyes; None: it is no card."""
        ...

    @property
    def record_anchors(self) -> Sequence[bytes]:
        """Certificates of issuers of attribute records that services trust, DER."""
        ...
