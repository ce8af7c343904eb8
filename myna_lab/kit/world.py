"""The people and certificates of a test kit, and their books: made for it, known to nobody else.

The authorities are the lab's. Serial numbers stand where the authorities' one counter was at the time of the issue, in
the room that no lab uses; keys come from the far end of the published pool.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from myna_lab import events as ev
from myna_lab import keys as pool
from myna_lab.errors import MisuseError
from myna_lab.events import Entry, Event
from myna_lab.formats import jpki
from myna_lab.formats.jpki.profiles import policy_identifier
from myna_lab.ground.durations import JST, next_tick, tick
from myna_lab.jlis.books import Books
from myna_lab.jlis.office.subjects import partition_of, subject_of
from myna_lab.jlis.publishing.places import facts_of
from myna_lab.jlis.publishing.revocation import Revocation
from myna_lab.kit.amend import UNKNOWN, amended_certificate
from myna_lab.kit.calendar import WRONG, Calendar, Plan
from myna_lab.kit.certificates import KitCertificate
from myna_lab.kit.encoding import NULL, oid, sequence
from myna_lab.kit.generations import Generations
from myna_lab.kit.people import RARE, People
from myna_lab.residents import Resident
from myna_lab.world.establish import ROOM

if TYPE_CHECKING:
    from myna_lab.lab.lab import Lab

__all__ = ["KitWorld"]

DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
_POLICIES = "2.5.29.32"
_LONGEST_AGO = 300 * DAY


@dataclass(frozen=True)
class _Directory:
    """Who publishes the kit's lists, and its towns."""

    generations: Mapping[str, Sequence[jpki.Authority]]
    towns: Mapping[str, jpki.Partition]
    status_signer: None = None
    """A kit holds no attribute records."""

    def partition(self, municipality: str) -> jpki.Partition:
        return self.towns[municipality]


@dataclass(frozen=True)
class _Standstill:
    """The kit's last instant: all of its books lie before it, and nobody else reads them."""

    now: datetime
    lock: contextlib.AbstractContextManager[Any] = field(default_factory=contextlib.nullcontext)


class KitWorld:
    """Everything that the cases are made of.

    Args:
        lab: whose authorities, parameters, seed and instant; nothing is recorded in it.
        lasts: see :class:`myna_lab.kit.calendar.Calendar`.

    Raises:
        MisuseError: an instant or parameters with which a certificate of some state cannot be: the text says which.
    """

    def __init__(self, lab: Lab, lasts: timedelta = timedelta(0)) -> None:
        self.seed, self.parameters = lab.seed, lab.parameters
        self._chance = lab.world.chance("kit")
        self.times = Calendar(lab.now.replace(microsecond=0), lasts, lab.parameters, self._chance)
        self.at, self._horizon = self.times.at, self.times.horizon
        self._authorities = lab.world.things.generations
        first = self.parameters.count("first_serial")
        self._next_serial = {kind: lab.books.next_serial(kind, first) for kind in ("sign", "auth")}
        self._serials: dict[tuple[str, int], Iterator[int]] = {}
        self._keys = count(pool.pool_size() - 1, -1)
        self._partitions: dict[str, jpki.Partition] = {}
        self._subjects: dict[str, jpki.Subject] = {}
        self._certificates: dict[tuple[str, str], KitCertificate] = {}
        self._events = count(1)
        self.books = Books()
        self._record(self.at - _LONGEST_AGO, ev.LabStarted(self.seed, self.at, self.parameters.overrides(), ""))
        directory = _Directory(self._authorities, self._partitions)
        self.published = Revocation(self.books, directory, self.parameters, _Standstill(self._horizon))
        generations = Generations(self._authorities, self.times)
        self.generation, self.other_generation = generations.usual, generations.other
        self._make(generations)

    # --------------------------------------------------------------------------------------------------- questions

    def certificate(self, kind: str, state: str) -> KitCertificate:
        """A certificate by kind and state."""
        return self._certificates[kind, state]

    def has(self, kind: str, state: str) -> bool:
        """Whether there is such a certificate."""
        return (kind, state) in self._certificates

    @property
    def rare(self) -> Iterator[tuple[KitCertificate, str]]:
        """Signing certificates of holders that not every program can read, and what is rare about each."""
        return ((c, row.rare) for row in RARE for (_, state), c in self._certificates.items() if state == row.state)

    def anchor_of(self, certificate: KitCertificate) -> bytes:
        """The certificate of its authority."""
        return self.published.generation(certificate.authority, certificate.generation)

    def authority_of(self, certificate: KitCertificate) -> jpki.Authority:
        """Who issued it, with its keys."""
        return self._authorities[certificate.authority][certificate.generation - 1]

    def authority(self, authority: str, generation: int) -> jpki.Authority:
        """``sign`` or ``auth`` of a generation, with its keys."""
        return self._authorities[authority][generation - 1]

    def other_authority(self, certificate: KitCertificate) -> jpki.Authority:
        """The authority that did not issue it: auth for sign, sign for auth."""
        other = {"sign": "auth", "auth": "sign"}[certificate.authority]
        return self._authorities[other][min(certificate.generation, len(self._authorities[other])) - 1]

    def new_key(self) -> RSAPrivateKey:
        """A key that nobody else in the kit has."""
        return pool.rsa_key(next(self._keys))

    def policy_of(self, authority: str) -> list[str]:
        """The policies of people's certificates that an authority issues: of the card, of the phone."""
        arc = self.parameters.text("policy_arc")
        kinds = (profile for profile in jpki.KINDS.values() if profile.authority == authority)
        return [policy_identifier(profile, arc) for profile in kinds]

    def octets(self, name: str, length: int) -> bytes:
        """Octets by chance, the same ones for the same seed and name."""
        return self._chance.child(f"octets/{name}").bytes(length)

    def new_serial(self, authority: str) -> int:
        """The next serial number of an authority."""
        return self._serial(authority, self.at)

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
        return {"crl": listed.this_update, "ocsp": tick(at, self.times.refresh)}

    def tick_after(self, at: datetime) -> datetime:
        """When the responder's data are renewed next."""
        return next_tick(at, self.times.refresh)

    def known_from(self, certificate: KitCertificate) -> datetime:
        """From when the responder, too, says that a certificate is good."""
        at_once = self.parameters.text("ocsp_activation") == "at_once"
        return certificate.not_before + SECOND if at_once else self.tick_after(certificate.not_before)

    def forged(self, certificate: KitCertificate) -> bytes:
        """The same certificate, signed by a stranger's key that bears the authority's name and key identifier."""
        real = self.authority_of(certificate)
        return self._issue(
            certificate.kind,
            replace(real, key=self.new_key()),
            serial=certificate.serial,
            key=certificate.key,
            state=certificate.state,
            partition=self._partitions[certificate.municipality],
            issued=certificate.not_before,
            validity=(certificate.not_before, certificate.not_after),
        )

    # ------------------------------------------------------------------------------------------------------ making

    def _make(self, generations: Generations) -> None:
        begun = max(self.at - _LONGEST_AGO, generations.begun(self.generation)) + DAY
        self._people = People(self._chance, self.parameters, begun)
        plans = [*self.times.plans(begun)]
        if self.other_generation:
            issued = generations.issued_by_other.astimezone(JST)
            plans.append(Plan("other_generation", issued, generation=self.other_generation))
        for plan in sorted(plans, key=lambda plan: plan.issued):
            self._person(plan)

    def _ends(self, plan: Plan, holder: Resident) -> dict[str, datetime]:
        """The end of each of her certificates by kind, those first that bind others; a rare one has two for signing."""
        kinds = [kind for kind in jpki.KINDS if plan.rare is None or jpki.authority_of(kind) == "sign"]
        ends: dict[str, datetime] = {}
        for kind in sorted(kinds, key=lambda kind: (jpki.KINDS[kind].device, jpki.KINDS[kind].within != "")):
            issuer = self._authorities[jpki.authority_of(kind)][(plan.generation or self.generation) - 1]
            by_rule = jpki.end_of_validity(
                kind, issued=plan.issued, born=holder.born, card_expires=holder.card_expires,
                parameters=self.parameters, within=ends.get(jpki.KINDS[kind].within),
            )  # fmt: skip
            last = facts_of(issuer.certificate).ends.astimezone(JST)
            ends[kind] = min(by_rule, last, *([plan.ends] if plan.ends else []))
        return ends

    def _person(self, plan: Plan) -> None:
        """A holder with card and phone; the same happens to all four certificates."""
        holder = self._people.holder(plan.state, plan.issued, away=plan.away, rare=plan.rare)
        ends = self._ends(plan, holder)
        if plan.ends is None and min(ends.values()) < self._horizon:
            if plan.generation:
                self.other_generation = 0
                return
            raise MisuseError(
                f"certificates issued on {plan.issued:%Y-%m-%d} end on {min(ends.values()):%Y-%m-%d}; a kit needs some "
                f"that are valid until {self._horizon:%Y-%m-%d}: see parameters certificate_birthdays and "
                "card_birthdays_adult.",
                code="too_short",
            )
        person, phone, flow = f"kit-{plan.state}", f"kit-phone-{plan.state}", f"kit-flow-{plan.state}"
        self._partitions[holder.municipality] = partition_of(holder)
        self._subjects[plan.state] = (
            plan.rare.subject(holder, self.parameters) if plan.rare else subject_of(holder, self.parameters)
        )
        works = plan.works or plan.issued
        self._record(plan.issued, ev.PhoneAcquired(phone, person, "iphone", "TEST", "18.5"))
        self._record(plan.issued, ev.ApplicationAccepted(flow, phone, person, "", plan.issued))
        for kind, not_after in ends.items():
            self._certify(plan, kind, holder, phone, (works, not_after))

    def _certify(
        self, plan: Plan, kind: str, holder: Resident, phone: str, validity: tuple[datetime, datetime]
    ) -> None:
        """Issue one certificate, and record what becomes of it."""
        authority, number = jpki.authority_of(kind), plan.generation or self.generation
        works, not_after = validity
        key, serial = self.new_key(), self._serial(authority, plan.issued)
        der = self._issue(
            kind,
            self._authorities[authority][number - 1],
            serial=serial,
            key=key,
            state=plan.state,
            partition=self._partitions[holder.municipality],
            issued=plan.issued,
            validity=validity,
        )
        if plan.state in WRONG:
            der = amended_certificate(
                der, self._authorities[authority][number - 1].key, extensions=self._wrong(plan.state)
            )
        device = phone if jpki.KINDS[kind].device == "phone" else f"kit-card-{plan.state}"
        issued = ev.CertificateIssued(
            authority, serial, kind, device, f"kit-{plan.state}", holder.municipality, der, works, not_after
        )
        self._record(plan.issued, issued)
        self._record(works, ev.CertificateActivated(authority, serial))
        made = KitCertificate(plan.state, kind, der, key, holder.municipality, number, works, not_after)
        if plan.state != "released" or self.books.lifts_holds_of(authority):
            self._certificates[kind, plan.state] = made
            for at, event, values in plan.later:
                self._record(at, event(authority, serial, *values))  # type: ignore[call-arg]
        if not_after < self.at:
            self._record(not_after, ev.CertificateExpired(authority, serial))

    def _wrong(self, state: str) -> dict[str, bytes | None]:
        """Extensions that a certificate of this kind does not have."""
        policy = f"{self.parameters.text('policy_arc')}.9.9"
        changes: dict[str, dict[str, bytes | None]] = {
            "wrong_policy": {_POLICIES: sequence(sequence(oid(policy)))},
            "no_policy": {_POLICIES: None},
            "wrong_extended_key_usage": {"2.5.29.37": sequence(oid("1.3.6.1.5.5.7.3.1"))},  # serverAuth
            "unknown_critical": {UNKNOWN: NULL},
        }
        return changes[state]

    def _serial(self, authority: str, at: datetime) -> int:
        """The next number of the authorities' one counter as it stood then: before that of an authority yet to come."""
        later = (facts_of(one.certificate) for one in self._authorities[authority])
        coming = next((facts.serial for facts in later if facts.begins > at), 0)
        start = coming - ROOM // 2 if coming else self._next_serial[authority] + ROOM // 2
        return next(self._serials.setdefault((authority, start), count(start)))

    def _issue(
        self,
        kind: str,
        issuer: jpki.Authority,
        *,
        serial: int,
        key: RSAPrivateKey,
        state: str,
        partition: jpki.Partition,
        issued: datetime,
        validity: tuple[datetime, datetime],
    ) -> bytes:
        common_name = jpki.common_name(
            kind, partition=partition, requested_at=issued, sequence=serial % 100_000,
            chance=self._chance.child(f"kit-{state}/{kind}"),
        )  # fmt: skip
        return jpki.issue(
            kind,
            authority=issuer,
            serial=serial,
            public_key=key.public_key(),
            subject=self._subjects[state],
            partition=partition,
            common_name=common_name,
            not_before=validity[0],
            not_after=validity[1],
            parameters=self.parameters,
        )

    def _record(self, at: datetime, event: Event) -> None:
        self.books.evolve(Entry(next(self._events), at, event))
