"""Lists: the books at the last day's list; one for each kind of certificate and municipality, a full list, an ARL."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import NamedTuple

from myna_lab.errors import MisuseError
from myna_lab.formats import jpki
from myna_lab.formats.jpki.names import distribution_point
from myna_lab.ground.arguments import only_bytes, only_text, shown
from myna_lab.ground.durations import at as instant
from myna_lab.ground.durations import show
from myna_lab.jlis.books import Books, CertificateRow
from myna_lab.jlis.publishing.generations import STOPPED, Clock, Directory, Generations, reason_of, standing
from myna_lab.jlis.publishing.places import Place, facts_of, place, place_of
from myna_lab.jlis.publishing.schedule import Schedule
from myna_lab.parameters import Parameters

__all__ = ["Listing", "Lists"]


class Listing(NamedTuple):
    """Which list: the arguments of :meth:`Lists.crl` that select it."""

    what: str
    """``sign`` or ``auth`` (all people's certificates), a kind with a municipality, or ``arl_sign``, ``arl_auth``."""
    municipality: str | None
    generation: int
    """1 for the oldest."""


class Lists(Generations):
    """The lists of all authorities; arguments as for :class:`Generations`."""

    def __init__(self, books: Books, directory: Directory, parameters: Parameters, clock: Clock) -> None:
        super().__init__(books, directory, parameters, clock)
        self._schedule = Schedule(parameters.duration("crl_period"), parameters.duration("crl_hour"))
        self._list_validity = parameters.duration("crl_validity")
        self._switch_over = parameters.duration("crl_switch_over")

    def crl(
        self,
        kind: str,
        municipality: str | None = None,
        *,
        generation: int | None = None,
        at: str | datetime | None = None,
    ) -> bytes:
        """The newest list.

        Args:
            kind: ``card_sign``, ``card_auth``, ``phone_sign`` or ``phone_auth``, with a municipality; or ``sign`` or
                ``auth``: the full list of an authority.
            municipality: five digits; None: the full list.
            generation: whose certificates: 1 for the oldest authority; None: the newest.
            at: the instant at which it is fetched; None: now.

        Returns:
            The CRL, DER.

        Raises:
            MisuseError: no such list, no holder from that town, or an instant that is not reached yet.
        """
        if not isinstance(kind, str) or (municipality is None) == (kind in jpki.KINDS):
            raise MisuseError(
                f"a list is that of a kind ({', '.join(jpki.KINDS)}) in a municipality, or the full one of sign or "
                f"auth; got {shown(kind)} and {shown(municipality)}.",
                code="unknown_list",
            )
        if municipality is not None:
            only_text("a municipality", municipality, "48201")
        authority = jpki.authority_of(kind) if municipality else kind
        partition = self._directory.partition(municipality) if municipality else None
        kinds = (kind,) if municipality else tuple(k for k in jpki.KINDS if jpki.authority_of(k) == kind)
        issuer = self._authority(authority, generation)

        def listed(row: CertificateRow) -> bool:
            return (
                row.kind in kinds
                and municipality in (None, row.municipality)
                and self._directory.generations[authority][self.issuer(row) - 1] is issuer
            )

        return self._list(issuer, at, partition=partition, kind=kind if municipality else "", listed=listed)

    def arl(self, authority: str, *, generation: int | None = None, at: str | datetime | None = None) -> bytes:
        """The list of an authority's own certificates (ARL), at its own name; none was ever revoked.

        Args, Returns, Raises: as :meth:`crl`.
        """
        return self._list(self._authority(authority, generation), at, only="authority", listed=lambda _: False)

    def lists(self, *, at: str | datetime | None = None) -> Iterator[Listing]:
        """Every list that there is at an instant (default: now): those of the authorities that are at work."""
        when = self._instant(at)
        with self._clock.lock:
            towns = sorted({row.municipality for row in self._books.certificates.values()})
        for authority, generations in self._directory.generations.items():
            for number, issuer in enumerate(generations, start=1):
                if facts_of(issuer.certificate).is_at_work(when):
                    yield Listing(authority, None, number)
                    yield Listing(f"arl_{authority}", None, number)
                    kinds = (kind for kind in jpki.KINDS if jpki.authority_of(kind) == authority)
                    yield from (Listing(kind, town, number) for kind in kinds for town in towns)

    def listing(self, which: Listing, *, at: str | datetime | None = None) -> bytes:
        """One of :meth:`lists`, DER."""
        if not isinstance(which, Listing):
            raise MisuseError(f"a listing is one of revocation.lists(); got {shown(which)}.", code="unknown_list")
        if which.what.startswith("arl_"):
            return self.arl(which.what.removeprefix("arl_"), generation=which.generation, at=at)
        return self.crl(which.what, which.municipality, generation=which.generation, at=at)

    def list_at(self, where: Place, *, at: str | datetime | None = None) -> bytes:
        """The newest list that stands at a place, DER; empty octets if there is none."""
        found = (which for which in self.lists(at=at) if self._place(which) == where)
        return next((self.listing(which, at=at) for which in found), b"")

    def list_for(self, certificate: bytes, *, at: str | datetime | None = None) -> bytes:
        """The newest list of the distribution point that a certificate names.

        A fetch function for services, which ask by nothing but the certificate.

        Args:
            certificate: DER; anything at all may come in.
            at: the instant at which it is fetched; None: now.

        Returns:
            The CRL, DER; empty octets if there is no such list.
        """
        named = place_of(only_bytes("a certificate", certificate))
        return b"" if named is None else self.list_at(named, at=at)

    def _place(self, which: Listing) -> Place | None:
        """Where a list stands; the full one has no name of its own."""
        if which.municipality is None and not which.what.startswith("arl_"):
            return None
        authority = which.what.removeprefix("arl_") if which.municipality is None else jpki.authority_of(which.what)
        facts = facts_of(self._authority(authority, which.generation).certificate)
        name = facts.name
        if which.municipality is not None:
            name = distribution_point(name, self._directory.partition(which.municipality), which.what).value
        return place(facts.key_identifier, name)

    def listed_from(self, at: datetime) -> datetime:
        """When the first list is given that knows of an instant: the list made at it, or the next."""
        at = instant(at)
        newest = self._schedule.newest(at)
        return (newest if newest == at else self._schedule.next(at)) + self._switch_over

    def next_list(self, at: datetime) -> datetime:
        """When the next list will be given."""
        return self._schedule.next(instant(at) - self._switch_over) + self._switch_over

    def _list(
        self,
        issuer: jpki.Authority,
        at: str | datetime | None,
        *,
        listed: Callable[[CertificateRow], bool],
        partition: jpki.Partition | None = None,
        kind: str = "",
        only: str = "user",
    ) -> bytes:
        facts, when = facts_of(issuer.certificate), self._instant(at)
        if not facts.is_at_work(when):
            raise MisuseError(
                f"this authority publishes lists from {show(facts.begins)} to {show(facts.ends)}; "
                f"asked for {show(when)}.",
                code="bad_time",
            )
        # The first list is made in the ceremony (assumed): a certificate issued the same day needs one.
        this_update = max(self._schedule.newest(when - self._switch_over), instant(facts.begins))
        number = self._schedule.number(this_update)
        before = self._schedule.instant(number - 1)
        with self._clock.lock:
            entries = tuple(
                jpki.RevokedEntry(row.key.serial, past.at, reason_of(past))
                for row in self._books.certificates.values()
                # An entry stays until one list was made after the certificate's end (RFC 5280 5).
                if row.not_after >= before and listed(row)
                if (past := standing(row, this_update)).state in STOPPED
            )
        return _signed(
            authority=issuer,
            entries=entries,
            partition=partition,
            number=1 + number - self._schedule.number(facts.begins),
            this_update=this_update,
            next_update=this_update + self._list_validity,
            kind=kind,
            only=only,
        )


_signed = functools.lru_cache(maxsize=64)(jpki.crl)
"""A list is fetched many times between two days' lists: of the same lines by the same authority it is signed once."""
