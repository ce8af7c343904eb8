"""The plastic card: made for a resident, with its two certificates, and handed over at the municipality."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from myna_lab import events as ev
from myna_lab.devices.card import CardContents, Cardholder, Licence, personalise
from myna_lab.devices.card.chip_kinds import applications
from myna_lab.devices.card.structure import Anchor, DedicatedFile
from myna_lab.events import Decision
from myna_lab.formats.jpki.names import read_certificate
from myna_lab.ground.birthdays import age
from myna_lab.ground.chance import Chance
from myna_lab.ground.durations import end_of_day
from myna_lab.ground.numbered import number_of
from myna_lab.jlis.office.certificates import CertificateSection
from myna_lab.jlis.office.hours import card_made_at
from myna_lab.jlis.office.licences import licence_of
from myna_lab.keys import rsa_key
from myna_lab.residents import Resident

__all__ = ["CardSection", "TrustAnchor"]


class TrustAnchor(NamedTuple):
    """A public key that is on no card, and without which a card's files and answers cannot be checked."""

    name: str
    """Whose it is."""
    checks: str
    """The file, object or key whose certificate, signature or answer it verifies."""
    key_id: str
    """Key identifier in hexadecimal, as certificates name it; empty: it has none."""
    public_key: str
    """PEM."""


class CardSection(CertificateSection):
    """Makes plastic cards."""

    @property
    def trust_anchors(self) -> tuple[TrustAnchor, ...]:
        """The public keys that a verifier of cards must be given."""

        def named(application: DedicatedFile, anchor: Anchor) -> TrustAnchor:
            public = rsa_key(self.keys[anchor.issuer_key]).public_key()
            pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")
            checks = f"{application.name}/{anchor.checks:04X}"
            return TrustAnchor(anchor.issuer_key, checks, anchor.key_id.hex().upper(), pem)

        return tuple(named(each, anchor) for each in applications("plastic") for anchor in each.anchors)

    def issue_card(
        self,
        resident: Resident,
        *,
        card: str,
        keys: tuple[int, ...],
        chance: Chance,
        at: datetime,
        licence: Licence | None = None,
    ) -> Decision:
        """Hand over a plastic card; its certificates are made already, and work at once.

        Who is new, is registered first. For a further card the resident is as the register has her, with the new card's
        end, security code and PINs.

        Args:
            resident: the person.
            card: the new card's identifier.
            keys: numbers of the chip's keys: signing, auth, and those of the text and visual applications.
            chance: a source named for the card.
            at: now; see also :func:`~myna_lab.jlis.office.hours.card_made_at`.
            licence: what a further card takes over; a first card's is drawn.

        Returns:
            ResidentRegistered (who is new), CardIssued, CertificateIssued and CertificateActivated, with their secrets.
            Who is too young gets neither a signing certificate nor a signing password.

        Source: life-cycle facts 1.2 and 1.3.
        """
        since = max(
            read_certificate(one.certificate).not_valid_before_utc
            for one in (self.authorities.sign, self.authorities.auth)
        )
        made_at = card_made_at(at, resident.born, chance.child("made_at"), self.parameters, since=since)
        old_enough = self.signs(resident, at)
        issued: dict[str, ev.CertificateIssued] = {}
        within: datetime | None = None
        for kind, number in (("card_auth", keys[1]), ("card_sign", keys[0]))[: 2 if old_enough else 1]:
            event = self.issue_certificate(
                kind,
                holder=resident,
                device=card,
                public_key=rsa_key(number).public_key(),
                within=within,
                chance=chance,
                at=made_at,
                not_before=made_at,
                activates_at=at,
            )
            issued[event.authority], within = event, event.not_after
            made_at = min(made_at + timedelta(seconds=1), at)
        former = self.books.people.get(resident.person)
        if former is None and resident.licence:
            licence = licence_of(resident, chance.child("licence"), on=at.date())
        contents = self.contents(
            resident,
            card=card,
            keys=keys,
            certificates={authority: event.der for authority, event in issued.items()},
            licence=licence,
        )
        entry = resident.person if former is None else f"{resident.person}/{former.n_entries + 1}"
        contents_ref, resident_ref = f"contents/{card}", f"resident/{entry}"
        expires = end_of_day(resident.card_expires.date())
        first: tuple[ev.Event, ...] = (
            ev.ResidentRegistered(resident.person, resident.name, resident_ref),
            ev.CardIssued(card, resident.person, contents_ref, expires, keys),
        )
        further = (ev.CardIssued(card, resident.person, contents_ref, expires, keys, resident_ref),)
        return Decision(
            (
                *(first if former is None else further),
                *issued.values(),
                *(ev.CertificateActivated(event.authority, event.serial) for event in issued.values()),
            ),
            {contents_ref: contents.encode(), resident_ref: resident.encode()},
        )

    def signs(self, resident: Resident, at: datetime) -> bool:
        """Whether somebody is old enough for a signing certificate."""
        return age(resident.born, at.date()) >= self.parameters.count("sign_certificate_minimum_age")

    def contents(
        self,
        resident: Resident,
        *,
        card: str,
        keys: tuple[int, ...],
        certificates: Mapping[str, bytes],
        licence: Licence | None,
    ) -> CardContents:
        """What is on a plastic card.

        Args:
            resident: the holder as the register has her, with this card's PINs.
            card: its identifier; it names the serial number.
            keys: numbers of the chip's keys: signing, auth, text and visual application.
            certificates: ``sign`` and ``auth`` to DER; without ``sign`` there is no signing password either.
            licence: the driving licence on it; None: there is none.
        """
        tries = {
            "user_authentication": self.parameters.count("user_authentication_pin_tries"),
            "signing": self.parameters.count("signing_password_tries"),
            "input_aid": self.parameters.count("input_aid_pin_tries"),
            "verification_number": self.parameters.count("verification_number_tries"),
            "birth_number": self.parameters.count("birth_number_tries"),
            "resident_register": self.parameters.count("resident_register_pin_tries"),
            "licence": self.parameters.count("licence_pin_tries"),
        }
        return personalise(
            Cardholder(
                resident.written_name,
                resident.address,
                resident.born,
                resident.sex,
                resident.my_number,
                resident.municipality,
                resident.portrait,
                resident.card_expires.date(),
                resident.security_code,
                resident.birth_known,
                resident.western_birth_date,
            ),
            reference_data={
                "input_aid": resident.input_aid_pin,
                "user_authentication": resident.user_authentication_pin,
                "resident_register": resident.resident_register_pin,
                **({"signing": resident.signing_password} if "sign" in certificates else {}),
            },
            certificates={
                **certificates,
                "sign_ca": self.authorities.sign.certificate,
                "auth_ca": self.authorities.auth.certificate,
            },
            keys={
                **dict(zip(("sign", "auth", "text", "visual"), keys, strict=True)),
                **{name: self.keys[name] for name in ("common", "messaging")},
            },
            tries=tries,
            issuer_keys=self.keys,
            key=rsa_key,
            serial=f"9{number_of(card):014d}",
            further=() if licence is None else (licence,),
            atr=bytes.fromhex(self.parameters.text("atr")),
        )
