"""The authorities that publish, generation by generation, and what everything that is published is made from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol, Self

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from myna_lab.errors import MisuseError
from myna_lab.formats import jpki
from myna_lab.ground.arguments import one_of, shown, whole_number
from myna_lab.ground.durations import by_now
from myna_lab.jlis.books import Books, CertificateKey, CertificateRow, CertificateState, Past
from myna_lab.jlis.publishing.places import facts_of
from myna_lab.parameters import Parameters

__all__ = ["STOPPED", "Clock", "Directory", "Generations", "reason_of", "standing"]

STOPPED = (CertificateState.REVOKED, CertificateState.ON_HOLD)
"""States in which a certificate stands on a list."""


class Directory(Protocol):
    """Who publishes, and the towns by which the lists are divided."""

    @property
    def generations(self) -> Mapping[str, Sequence[jpki.Authority]]:
        """``sign`` and ``auth`` to their authorities, the oldest first."""
        ...

    def partition(self, municipality: str) -> jpki.Partition:
        """A town by its code; MisuseError if nobody lives there."""
        ...

    @property
    def status_signer(self) -> tuple[EllipticCurvePrivateKey, bytes] | None:
        """Key and certificate of who signs the list of attribute records; None: there is no list."""
        ...


class Clock(Protocol):
    """The time, and what keeps it and the books still while they are read."""

    @property
    def now(self) -> datetime:
        """The instant; nothing is published of what lies ahead of it."""
        ...

    @property
    def lock(self) -> AbstractContextManager[Any]:
        """Held while the books are read."""
        ...


class Generations:
    """The authorities by generation.

    Args:
        books: where the facts stand.
        directory: authorities and towns.
        parameters: ``ocsp_refresh``, ``crl_period`` …
        clock: the time of asking.
    """

    def __init__(self, books: Books, directory: Directory, parameters: Parameters, clock: Clock) -> None:
        self._books = books
        self._directory = directory
        self._parameters = parameters
        self._clock = clock
        self._of: dict[CertificateKey, int] = {}

    def by_clock(self, now: Callable[[], datetime]) -> Self:
        """The same publisher by another clock, which is not behind its own."""
        return type(self)(self._books, self._directory, self._parameters, _OtherClock(now, self._clock))

    def _instant(self, at: str | datetime | None) -> datetime:
        return by_now(at, self._clock.now)

    @property
    def anchors(self) -> tuple[bytes, ...]:
        """Certificates of the two authorities, DER: the newest of each (signing first), then the older ones."""
        sign, auth = (self._directory.generations[kind][::-1] for kind in ("sign", "auth"))
        return tuple(authority.certificate for pair in _in_turn(sign, auth) for authority in pair)

    def generation(self, authority: str, number: int | None = None) -> bytes:
        """The certificate of one generation of an authority, DER.

        Args:
            authority: ``sign`` or ``auth``.
            number: 1 for the oldest; None: the newest.
        """
        return self._authority(authority, number).certificate

    def generations(self, authority: str) -> int:
        """How many generations of an authority there are."""
        return len(self._directory.generations[_checked(authority)])

    def _authority(self, authority: str, number: int | None) -> jpki.Authority:
        every = self._directory.generations[_checked(authority)]
        wanted = len(every) if number is None else number
        whole_number(f"a generation of authority {authority}", wanted, 1, len(every), code="unknown_generation")
        return every[wanted - 1]

    def issuer(self, row: CertificateRow) -> int:
        """Which generation issued a certificate: the one whose key identifier stands in it."""
        if not isinstance(row, CertificateRow):
            raise MisuseError(f"a row is one of lab.books.certificates; got {shown(row)}.", code="no_row")
        if (known := self._of.get(row.key)) is None:
            every = self._directory.generations[row.key.authority]
            numbered = enumerate((facts_of(authority.certificate).key_identifier for authority in every), start=1)
            known = self._of[row.key] = next((n for n, identifier in numbered if identifier in row.der), 0)
        return known


class _OtherClock:
    """The time by another clock, under the lock of the books' own."""

    def __init__(self, now: Callable[[], datetime], own: Clock) -> None:
        self._now = now
        self._own = own

    @property
    def now(self) -> datetime:
        return self._now()

    @property
    def lock(self) -> AbstractContextManager[Any]:
        return self._own.lock


def _in_turn(*rows: Sequence[jpki.Authority]) -> Iterator[list[jpki.Authority]]:
    """The first of each, the second of each, and so on."""
    for index in range(max(map(len, rows))):
        yield [row[index] for row in rows if index < len(row)]


def _checked(authority: str) -> str:
    return one_of("an authority", authority, ("sign", "auth"), code="unknown_authority")


def standing(row: CertificateRow, at: datetime) -> Past:
    """Where a certificate stood at an instant; an expired one keeps what it was before."""
    past = row.past_at(at)
    return row.history[-2] if past.state is CertificateState.EXPIRED else past


def reason_of(past: Past) -> str:
    """The CRLReason of a step that stopped a certificate."""
    return "CERTIFICATE_HOLD" if past.state is CertificateState.ON_HOLD else past.reason or "UNSPECIFIED"
