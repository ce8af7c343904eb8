"""A certificate of a world, to look at and to act on: its octets, its fields in words, its state at any instant."""

from __future__ import annotations

import html
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from myna_lab.events import Decision
from myna_lab.formats import jpki
from myna_lab.ground.arguments import only_bool
from myna_lab.ground.durations import by_now
from myna_lab.jlis.books import CertificateKey, CertificateRow
from myna_lab.jlis.office import Office
from myna_lab.texts.session import one
from myna_lab.world.world import World

if TYPE_CHECKING:
    from myna_lab.formats.jpki import Field

__all__ = ["Certificate", "certificates_of"]


class Certificate:
    """One certificate of the books."""

    __slots__ = ("key", "world")

    def __init__(self, world: World, key: CertificateKey) -> None:
        self.world = world
        self.key = key

    @property
    def row(self) -> CertificateRow:
        """What the books have of it."""
        return self.world.books.certificates[self.key]

    @property
    def kind(self) -> str:
        """``card_sign``, ``card_auth``, ``phone_sign`` or ``phone_auth``."""
        return self.row.kind

    @property
    def serial(self) -> int:
        """Serial number."""
        return self.key.serial

    @property
    def der(self) -> bytes:
        """The octets."""
        return self.row.der

    @property
    def issuer(self) -> bytes:
        """Certificate of the generation of the authority that issued it, DER."""
        revocation = self.world.revocation
        return revocation.generation(self.key.authority, revocation.issuer(self.row))

    @property
    def municipality(self) -> str:
        """Town whose lists it would stand on, five digits."""
        return self.row.municipality

    def state(self, at: str | datetime | None = None) -> str:
        """What the books knew of it at an instant (default: now): a value of :class:`CertificateState`."""
        return self.row.past_at(by_now(at, self.world.now)).state.value

    def fields(self, language: str = "") -> tuple[Field, ...]:
        """Every field; see :func:`myna_lab.formats.jpki.fields`."""
        return jpki.fields(self.der, one(language))

    def explain(self, language: str = "") -> str:
        """Field by field in words, with the basis of each; see :func:`myna_lab.formats.jpki.explain`."""
        return jpki.explain(self.der, one(language), with_basis=True)

    def in_language(self, language: str) -> str:
        """The same in ``ja`` or ``en``, for ``tell``."""
        return self.explain(language)

    def crl(self, *, full: bool = False, at: str | datetime | None = None) -> bytes:
        """The newest list on which it would stand: its town's, or its authority's full one, DER."""
        only_bool(full=full)
        what, town = (self.key.authority, None) if full else (self.kind, self.municipality)
        return self.world.revocation.crl(what, town, generation=self.world.revocation.issuer(self.row), at=at)

    def ocsp(self, *, at: str | datetime | None = None) -> bytes:
        """What the OCSP responder answers about it, DER."""
        return self.world.revocation.ocsp(jpki.ocsp_request(self.der, self.issuer), at=at)

    def validate(
        self, *, ocsp_responses: tuple[bytes, ...] = (), crls: tuple[bytes, ...] = (), at: str | datetime | None = None
    ) -> jpki.PathResult:
        """Validate it as a service does that holds these revocation data; see :func:`jpki.validate_path`."""
        return jpki.validate_path(
            self.der,
            anchors=self.world.revocation.anchors,
            at=by_now(at, self.world.now),
            ocsp_responses=ocsp_responses,
            crls=crls,
            usage=self.key.authority,
            parameters=self.world.parameters,
        )

    def revoke(self, reason: str = "CESSATION_OF_OPERATION") -> None:
        """Have it revoked for good.

        Args:
            reason: key of ``jpki.REASONS``.

        Raises:
            RegistrationRefused: it is revoked or expired already.
        """
        self._order(lambda office, row: office.revoke([row], reason=reason))

    def hold(self) -> None:
        """Have it stopped for the time being; raises as :meth:`revoke`."""
        self._order(lambda office, row: office.hold([row]))

    def release(self) -> None:
        """Have the hold lifted.

        Raises:
            RegistrationRefused: it is not on hold, or parameter ``hold_release`` says that such a hold is final.
        """
        self._order(lambda office, row: office.release([row]))

    def _order(self, decide: Callable[[Office, CertificateRow], Decision]) -> None:
        with self.world.lock:
            self.world.record(decide(self.world.office, self.row).events)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Certificate) and (other.world, other.key) == (self.world, self.key)

    def __hash__(self) -> int:
        return hash((id(self.world), self.key))

    def __repr__(self) -> str:
        return f"<Certificate TEST {self.key}: {self.kind} of {self.row.device}, {self.state()}>"

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(self.explain())}</pre>"


def certificates_of(
    world: World, *, person: str | None = None, device: str | None = None, kind: str | None = None
) -> tuple[Certificate, ...]:
    """The certificates of the books, oldest first, that belong to a person or a device and are of a kind."""
    return tuple(
        Certificate(world, key)
        for key, row in world.books.certificates.items()
        if person in (None, row.person) and device in (None, row.device) and kind in (None, row.kind)
    )
