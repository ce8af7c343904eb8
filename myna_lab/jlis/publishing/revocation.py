"""What J-LIS publishes: CRL and OCSP answers, made from the books of their own instant.

    OCSP: the books at the last 15-minute tick, or at the certificate's activation if that is later
    CRL:  the books at the last day's list; a list for each kind of certificate and municipality, a full list, an ARL

One fact has three faces: the line of a list, the answer of a responder and the row of a table are each the same fold at
an instant of its own. So a service learns of a revocation late because it must, not because a script says so.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, NamedTuple

from myna_lab.errors import MisuseError
from myna_lab.formats import jpki
from myna_lab.formats.jpki.names import distribution_point
from myna_lab.formats.jpki.ocsp import refusal
from myna_lab.ground.arguments import one_of, only_bool, only_bytes, only_text, shown, whole_number
from myna_lab.ground.durations import at as instant
from myna_lab.ground.durations import by_now, show, tick
from myna_lab.jlis.books import Books, CertificateKey, CertificateRow, CertificateState, Past
from myna_lab.jlis.publishing.places import Place, facts_of, place, place_of
from myna_lab.jlis.publishing.schedule import Schedule
from myna_lab.parameters import Parameters

__all__ = ["Listing", "Revocation"]

C = CertificateState
_STOPPED = (C.REVOKED, C.ON_HOLD)
_OCSP_STATE = {C.REQUESTED: "unknown", C.ISSUED: "unknown", C.GOOD: "good", C.ON_HOLD: "on_hold", C.REVOKED: "revoked"}


class Listing(NamedTuple):
    """Which list: the arguments of :meth:`Revocation.crl` that select it."""

    what: str
    """``sign`` or ``auth`` (all people's certificates), a kind with a municipality, or ``arl_sign``, ``arl_auth``."""
    municipality: str | None
    generation: int
    """1 for the oldest."""


class Revocation:
    """Published revocation data.

    Args:
        books: where the facts stand.
        generations: ``sign`` and ``auth`` to their authorities, the oldest first.
        partition: a town by its code.
        parameters: ``ocsp_refresh``, ``crl_period`` …
        now: the clock; nothing is published of what lies ahead of it.
        lock: held while the books are read.
    """

    def __init__(
        self,
        *,
        books: Books,
        generations: Callable[[], Mapping[str, Sequence[jpki.Authority]]],
        partition: Callable[[str], jpki.Partition],
        parameters: Parameters,
        now: Callable[[], datetime],
        lock: Callable[[], AbstractContextManager[Any]],
    ) -> None:
        self._books = books
        self._generations = generations
        self._partition = partition
        self._now = now
        self._lock = lock
        self._period = parameters.duration("ocsp_refresh")
        self._activations_at_once = parameters.text("ocsp_activation") == "at_once"
        self._before_activation = parameters.text("ocsp_before_activation")
        self._schedule = Schedule(parameters.duration("crl_period"), parameters.duration("crl_hour"))
        self._list_validity = parameters.duration("crl_validity")
        self._switch_over = parameters.duration("crl_switch_over")
        self._of: dict[CertificateKey, int] = {}
        self._signed: dict[bytes, dict[bytes, bytes]] = {}
        self._signed_at: datetime | None = None

    def by_clock(self, now: Callable[[], datetime]) -> Revocation:
        """The same publisher by another clock, which is not behind its own."""
        other = copy.copy(self)
        other._now, other._signed, other._signed_at = now, {}, None
        return other

    def _instant(self, at: str | datetime | None) -> datetime:
        return by_now(at, self._now())

    # ------------------------------------------------------------------------------------------------- authorities

    @property
    def anchors(self) -> tuple[bytes, ...]:
        """Certificates of the sign and the auth authority, DER: the newest of each, then the older ones."""
        sign, auth = (self._generations()[kind][::-1] for kind in ("sign", "auth"))
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
        return len(self._generations()[_checked(authority)])

    def _authority(self, authority: str, number: int | None) -> jpki.Authority:
        every = self._generations()[_checked(authority)]
        wanted = len(every) if number is None else number
        whole_number(f"a generation of authority {authority}", wanted, 1, len(every), code="unknown_generation")
        return every[wanted - 1]

    def issuer(self, row: CertificateRow) -> int:
        """Which generation issued a certificate: the one whose key identifier stands in it."""
        if not isinstance(row, CertificateRow):
            raise MisuseError(f"a row is one of lab.books.certificates; got {shown(row)}.", code="no_row")
        if (known := self._of.get(row.key)) is None:
            every = self._generations()[row.key.authority]
            numbered = enumerate((facts_of(authority.certificate).key_identifier for authority in every), start=1)
            known = self._of[row.key] = next((n for n, identifier in numbered if identifier in row.der), 0)
        return known

    # -------------------------------------------------------------------------------------------------------- OCSP

    def ocsp(self, request: bytes, *, at: str | datetime | None = None, presigned: bool = False) -> bytes:
        """Answer an OCSP request.

        Args:
            request: DER, RFC 6960 4.1; anything at all may come in.
            at: the instant at which it is asked; None: now.
            presigned: give answers without a nonce again until the data are renewed, instead of signing each.

        Returns:
            The response, DER; a malformed request gets a response that says so.

        Raises:
            MisuseError: an instant that is not reached yet.
        """
        only_bytes("a request", request)
        only_bool(presigned=presigned)
        when = self._instant(at)
        known_at = tick(when, self._period)
        with self._lock():
            # Before and after its time an authority answers for nothing.
            at_work = [
                authority
                for kind in ("sign", "auth")
                for authority in reversed(self._generations()[kind])
                if facts_of(authority.certificate).is_at_work(when)
            ]
            authority = jpki.asked_of(request, at_work)
            if authority is None:
                return refusal(request)
            signed = self._signed_of(authority, known_at) if presigned else None

        def status(serial: int) -> jpki.CertificateStatus:
            with self._lock():
                return self._status(authority, serial, known_at, when)

        # Signing takes a hundred times as long as looking up, and needs no lock.
        return jpki.ocsp_response(
            request,
            authority=authority,
            status=status,
            next_update=known_at + self._period,
            produced_at=when,
            signed=signed,
        )

    def _signed_of(self, authority: jpki.Authority, known_at: datetime) -> dict[bytes, bytes]:
        """What this authority's responder signed since the data were renewed."""
        if self._signed_at != known_at:
            self._signed.clear()
            self._signed_at = known_at
        return self._signed.setdefault(authority.responder_certificate, {})

    def _status(
        self, authority: jpki.Authority, serial: int, known_at: datetime, at: datetime
    ) -> jpki.CertificateStatus:
        if serial in (facts_of(authority.certificate).serial, facts_of(authority.responder_certificate).serial):
            return jpki.CertificateStatus("good", this_update=known_at)
        row = self._books.certificates.get(CertificateKey(authority.kind, serial))
        if row is None or self._generations()[authority.kind][self.issuer(row) - 1] is not authority:
            return jpki.CertificateStatus("unknown", this_update=known_at)
        if self._activations_at_once and known_at < row.activates_at <= at:
            known_at = row.activates_at
        past = _standing(row, known_at)
        if past.state in (C.REQUESTED, C.ISSUED) and row.issued_at <= at:
            return jpki.CertificateStatus(self._before_activation, this_update=known_at)
        if past.state in _STOPPED:
            return jpki.CertificateStatus(
                _OCSP_STATE[past.state], this_update=known_at, revoked_at=past.at, reason=_reason(past)
            )
        return jpki.CertificateStatus(_OCSP_STATE[past.state], this_update=known_at)

    # --------------------------------------------------------------------------------------------------------- CRL

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
        partition = self._partition(municipality) if municipality else None
        kinds = (kind,) if municipality else tuple(k for k in jpki.KINDS if jpki.authority_of(k) == kind)
        issuer = self._authority(authority, generation)

        def listed(row: CertificateRow) -> bool:
            return (
                row.kind in kinds
                and municipality in (None, row.municipality)
                and self._generations()[authority][self.issuer(row) - 1] is issuer
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
        with self._lock():
            towns = sorted({row.municipality for row in self._books.certificates.values()})
        for authority, generations in self._generations().items():
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
            name = distribution_point(name, self._partition(which.municipality), which.what).value
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
        with self._lock():
            entries = [
                jpki.RevokedEntry(row.key.serial, past.at, _reason(past))
                for row in self._books.certificates.values()
                # An entry stays until one list was made after the certificate's end (RFC 5280 5).
                if row.not_after >= before and listed(row)
                if (past := _standing(row, this_update)).state in _STOPPED
            ]
        return jpki.crl(
            authority=issuer,
            entries=entries,
            partition=partition,
            number=1 + number - self._schedule.number(facts.begins),
            this_update=this_update,
            next_update=this_update + self._list_validity,
            kind=kind,
            only=only,
        )

    def __repr__(self) -> str:
        counts = ", ".join(f"{kind}: {self.generations(kind)}" for kind in ("sign", "auth"))
        return f"<Revocation TEST, generations {counts}>"


def _in_turn(*rows: Sequence[jpki.Authority]) -> Iterator[list[jpki.Authority]]:
    """The first of each, the second of each, and so on."""
    for index in range(max(map(len, rows))):
        yield [row[index] for row in rows if index < len(row)]


def _checked(authority: str) -> str:
    return one_of("an authority", authority, ("sign", "auth"), code="unknown_authority")


def _standing(row: CertificateRow, at: datetime) -> Past:
    """Where a certificate stood at an instant; an expired one keeps what it was before."""
    past = row.past_at(at)
    return row.history[-2] if past.state is C.EXPIRED else past


def _reason(past: Past) -> str:
    return "CERTIFICATE_HOLD" if past.state is C.ON_HOLD else past.reason or "UNSPECIFIED"
