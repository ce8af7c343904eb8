"""The people and certificates of a test kit, and their books: made for it, known to nobody else.

    at - 400 days   all are issued                       at               what the cases are judged at
    at - 30 days    one has expired (its card has)       at - 2 minutes   one is issued that works 3 minutes later
    at - 3 days     six are revoked, each for a reason   last tick + 4    one is revoked; who knows when?
    at - 2 days     one is held, one held and released   minutes

The authorities are the lab's. Serial numbers lie far above those that the lab reaches, and keys come from the far end
of the published pool.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import count
from types import MappingProxyType
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from myna_lab import events as ev
from myna_lab import jpki
from myna_lab import keys as pool
from myna_lab.books import Books
from myna_lab.durations import end_of_day, tick
from myna_lab.errors import MisuseError
from myna_lab.events import Entry, Event
from myna_lab.jpki.names import read_certificate
from myna_lab.lab.revocation import Revocation
from myna_lab.registry import partition_of
from myna_lab.residents import draw

if TYPE_CHECKING:
    from myna_lab.lab.lab import Lab

__all__ = ["REASON_NAMES", "KitCertificate", "KitWorld"]

REASON_NAMES: Mapping[str, str] = MappingProxyType(
    {
        "UNSPECIFIED": "unspecified",
        "KEY_COMPROMISE": "keyCompromise",
        "CA_COMPROMISE": "cACompromise",
        "AFFILIATION_CHANGED": "affiliationChanged",
        "SUPERSEDED": "superseded",
        "CESSATION_OF_OPERATION": "cessationOfOperation",
    }
)
"""CRLReason for good, as RFC 5280 5.3.1 spells it."""
RARE_NAMES = (
    #        state              name               born                substitutes
    ("name-variants", "髙﨑　德子", date(1958, 3, 3), ""),  # letters outside JIS X 0208
    ("name-supplementary", "𠮷田　𩸽", date(1971, 11, 30), ""),  # letters of four octets in UTF-8
    ("name-substituted", "渡〓　花子", date(1988, 12, 31), "01000"),  # a letter that the system does not have
    ("name-long", "寿限無寿限無五劫の擦り切れ　海砂利水魚の水行末雲来末風来末", date(2001, 1, 1), ""),
    ("name-one_part", "マリアテスト", date(1995, 5, 5), ""),
    ("name-taisho", "試験　タイ", date(1925, 12, 24), ""),  # Taisho 14
    ("name-reiwa_eve", "平成　末", date(2008, 4, 30), ""),
)  # fmt: skip
"""Of signing certificates: what else a reader must cope with."""
_SERIALS_ABOVE = 50_000_000
_SECONDS = timedelta(seconds=5)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
_YOUNGEST = 10 * DAY
_SHORTEST_VALIDITY = 4 * 365 * DAY
"""Until the fifth birthday after issue there are more than four years."""


@dataclass(frozen=True, slots=True)
class KitCertificate:
    """A certificate with its key."""

    state: str
    kind: str
    der: bytes = field(repr=False)
    key: RSAPrivateKey = field(repr=False)
    municipality: str
    generation: int
    not_before: datetime
    not_after: datetime

    @property
    def name(self) -> str:
        """Of its file."""
        return f"{self.kind}-{self.state}"

    @property
    def authority(self) -> str:
        """``sign`` or ``auth``."""
        return jpki.authority_of(self.kind)

    @property
    def serial(self) -> int:
        """Serial number."""
        return int(read_certificate(self.der).serial_number)

    @property
    def with_another_name(self) -> bytes:
        """The octets with one of the subject's common name changed."""
        common_name = read_certificate(self.der).subject.rdns[-1].rfc4514_string().partition("=")[2].encode()
        place = self.der.rindex(common_name) + len(common_name) - 2
        return self.der[:place] + bytes((self.der[place] ^ 1,)) + self.der[place + 1 :]

    @property
    def with_another_signature(self) -> bytes:
        """The octets with the last one changed."""
        return self.der[:-1] + bytes((self.der[-1] ^ 1,))


class KitWorld:
    """Everything that the cases are made of.

    Args:
        lab: whose authorities, parameters, seed and instant; nothing is recorded in it.

    Raises:
        MisuseError: the lab's authorities are too young for certificates with a history.
    """

    def __init__(self, lab: Lab) -> None:
        self.seed, self.parameters, self.at = lab.seed, lab.parameters, lab.now.replace(microsecond=0)
        self._authorities = lab._model.generations
        self._ages = [read_certificate(a.certificate).not_valid_before_utc for a in self._authorities["sign"]]
        self._chance = lab.chance("kit")
        self._serials = {
            kind: count(self.parameters.count("first_serial") + _SERIALS_ABOVE) for kind in ("sign", "auth")
        }
        self._keys = count(pool.pool_size() - 1, -1)
        self._partitions: dict[str, jpki.Partition] = {}
        self._certificates: dict[tuple[str, str], KitCertificate] = {}
        self._events = count(1)
        self.books = Books()
        self._record(self._ages[0], ev.LabStarted(self.seed, self.at, self.parameters.overrides(), ""))
        self.published = Revocation(
            books=self.books,
            generations=lambda: self._authorities,
            partition=self._partitions.__getitem__,
            parameters=self.parameters,
            now=lambda: self.at,
            lock=contextlib.nullcontext,
        )
        self.revoked_lately_at = tick(self.at, self.parameters.duration("ocsp_refresh")) + 4 * MINUTE
        self.generation = self._usual_generation()
        self.other_generation = self._other_generation()
        self._make()

    # --------------------------------------------------------------------------------------------------- questions

    def certificate(self, kind: str, state: str) -> KitCertificate:
        """A certificate by kind and state."""
        return self._certificates[kind, state]

    def has(self, kind: str, state: str) -> bool:
        """Whether there is such a certificate."""
        return (kind, state) in self._certificates

    @property
    def rare_names(self) -> Iterator[KitCertificate]:
        """Signing certificates with names that not every reader copes with."""
        return (c for (_, state), c in self._certificates.items() if state.startswith("name-"))

    def anchor_of(self, certificate: KitCertificate) -> bytes:
        """The certificate of its authority."""
        return self.published.generation(certificate.authority, certificate.generation)

    def name_of_anchor(self, der: bytes) -> tuple[str, int]:
        """``sign`` or ``auth``, and the generation."""
        return next(
            (kind, number)
            for kind, authorities in self._authorities.items()
            for number, authority in enumerate(authorities, start=1)
            if authority.certificate == der
        )

    def knowledge(self, kind: str, at: datetime) -> dict[str, datetime]:
        """What list and answer date from, at an instant."""
        listed = jpki.read_crl(self.published.crl(jpki.authority_of(kind), generation=self.generation, at=at))
        return {"crl": listed.this_update, "ocsp": tick(at, self.parameters.duration("ocsp_refresh"))}

    def list_after(self, at: datetime) -> datetime:
        """An hour after the next list."""
        period = self.parameters.duration("crl_period")
        made = jpki.read_crl(self.published.crl("sign", generation=self.generation, at=at)).this_update
        return made + period + self.parameters.duration("crl_switch_over") + 60 * MINUTE

    def forged(self, certificate: KitCertificate) -> bytes:
        """The same certificate, signed by a stranger's key that bears the authority's name and key identifier."""
        real = self._authorities[certificate.authority][certificate.generation - 1]
        stranger = pool.rsa_key(next(self._keys))
        return self._issue(
            certificate.kind,
            replace(real, key=stranger),
            serial=certificate.serial,
            key=certificate.key,
            person=f"kit-{certificate.state}",
            partition=self._partitions[certificate.municipality],
            subject=self._subject,
            validity=(certificate.not_before, certificate.not_after),
        )

    # ------------------------------------------------------------------------------------------------------ making

    def _usual_generation(self) -> int:
        """The newest generation that is old enough for certificates with a history."""
        old = [number for number, born in enumerate(self._ages, start=1) if self.at - born >= _YOUNGEST]
        if not old:
            raise MisuseError("the authorities are younger than ten days; no kit can be made.", code="too_young")
        return old[-1]

    def _other_generation(self) -> int:
        """A neighbour of the usual one whose certificates are still valid; 0 if there is none."""
        if len(self._ages) > self.generation and self._ages[self.generation] < self.at - 60 * MINUTE:
            return self.generation + 1
        is_recent = self.at - self._ages[self.generation - 1] < _SHORTEST_VALIDITY
        return self.generation - 1 if self.generation > 1 and is_recent else 0

    def _of_other_generation(self) -> datetime:
        """When its certificate was issued: at the end of the former generation's time, or the later one's beginning."""
        if self.other_generation < self.generation:
            return self._ages[self.generation - 1].astimezone(self.at.tzinfo) - DAY
        return self._ages[self.other_generation - 1].astimezone(self.at.tzinfo) + MINUTE

    def _make(self) -> None:
        born = self._ages[self.generation - 1]
        begun = max(self.at - 400 * DAY, born.astimezone(self.at.tzinfo) + 60 * MINUTE)
        home = draw("kit-good", self._chance, on=begun, parameters=self.parameters)
        self._home, self._subject = partition_of(home), jpki.Subject(home.name, home.address, home.born, home.sex)
        self._person("good", begun)
        held, lifted = self.at - 2 * DAY, self.at - DAY
        self._person("held", begun, [(held, ev.CertificateSuspended, ())])
        self._person("released", begun, [(held, ev.CertificateSuspended, ()), (lifted, ev.CertificateResumed, ())])
        for reason in REASON_NAMES:
            self._person(f"revoked-{reason}", begun, [(self.at - 3 * DAY, ev.CertificateRevoked, (reason,))])
        self._person("revoked-lately", begun, [(self.revoked_lately_at, ev.CertificateRevoked, ("SUPERSEDED",))])
        early = self.at - 2 * MINUTE
        self._person("not_yet_active", early, activates_at=early + self.parameters.duration("activation_delay"))
        self._person("expired", begun, ends=end_of_day((self.at - 5 * DAY).date()))
        self._person("elsewhere", begun, away=True)
        if self.other_generation:
            self._person("other_generation", self._of_other_generation(), generation=self.other_generation)
        for state, name, born_on, substitutes in RARE_NAMES:
            subject = jpki.Subject(name, home.address, born_on, "unknown", name_substitutes=substitutes)
            self._person(state, begun, subject=subject)

    def _person(
        self,
        state: str,
        begun: datetime,
        later: list[tuple[datetime, type[Event], tuple[str, ...]]] | None = None,
        *,
        activates_at: datetime | None = None,
        ends: datetime | None = None,
        generation: int | None = None,
        away: bool = False,
        subject: jpki.Subject | None = None,
    ) -> None:
        """A holder with card and phone, whose four certificates share a fate; a rare name has the two for signing."""
        person, phone, flow = f"kit-{state}", f"kit-phone-{state}", f"kit-flow-{state}"
        partition = self._elsewhere() if away else self._home
        self._partitions[partition.municipality_code] = partition
        holder = draw(person, self._chance, on=begun, parameters=self.parameters)
        stated = subject or jpki.Subject(holder.name, self._subject.address, holder.born, holder.sex)
        works = activates_at or begun
        self._record(begun, ev.PhoneAcquired(phone, person, "iphone", "TEST", "18.5"))
        self._record(begun, ev.ApplicationAccepted(flow, phone, person, "", begun))
        kinds = [kind for kind in jpki.KINDS if subject is None or jpki.authority_of(kind) == "sign"]
        limit: dict[str, datetime] = {}
        for kind in sorted(kinds, key=lambda kind: (not kind.startswith("card"), kind != "card_auth")):
            authority = jpki.authority_of(kind)
            number = generation or self.generation
            issuer = self._authorities[authority][number - 1]
            not_after = ends or jpki.end_of_validity(
                kind, issued=begun, born=stated.born, card_expires=holder.card_expires, parameters=self.parameters,
                within=limit.get(jpki.KINDS[kind].within),
            )  # fmt: skip
            limit[kind] = not_after
            key, serial = pool.rsa_key(next(self._keys)), next(self._serials[authority])
            der = self._issue(
                kind, issuer, serial=serial, key=key, person=person, partition=partition, subject=stated,
                validity=(works, not_after),
            )  # fmt: skip
            device = phone if kind.startswith("phone") else f"kit-card-{state}"
            town = partition.municipality_code
            issued = ev.CertificateIssued(authority, serial, kind, device, person, town, der, works, not_after)
            self._record(begun, issued)
            self._record(works, ev.CertificateActivated(authority, serial))
            made = KitCertificate(state, kind, der, key, town, number, works, not_after)
            if state != "released" or self.books.hold_release in ("all", f"{authority}_only"):
                self._certificates[kind, state] = made
                for at, event, values in later or ():
                    self._record(at, event(authority, serial, *values))  # type: ignore[call-arg]
            if not_after < self.at:
                self._record(not_after, ev.CertificateExpired(authority, serial))

    def _issue(
        self,
        kind: str,
        issuer: jpki.Authority,
        *,
        serial: int,
        key: RSAPrivateKey,
        person: str,
        partition: jpki.Partition,
        subject: jpki.Subject,
        validity: tuple[datetime, datetime],
    ) -> bytes:
        common_name = jpki.common_name(
            kind, partition=partition, requested_at=validity[0], sequence=serial % 100_000,
            chance=self._chance.child(f"{person}/{kind}"),
        )  # fmt: skip
        return jpki.issue(
            kind,
            authority=issuer,
            serial=serial,
            public_key=key.public_key(),
            subject=subject if jpki.authority_of(kind) == "sign" else None,
            partition=partition,
            common_name=common_name,
            not_before=validity[0],
            not_after=validity[1],
            parameters=self.parameters,
        )

    def _elsewhere(self) -> jpki.Partition:
        """Another town than that of all others."""
        for number in count(1):
            drawn = draw(f"kit-elsewhere-{number}", self._chance, on=self.at, parameters=self.parameters)
            if drawn.municipality != self._home.municipality_code:
                return partition_of(drawn)
        raise AssertionError

    def _record(self, at: datetime, event: Event) -> None:
        self.books.evolve(Entry(next(self._events), at, event))
