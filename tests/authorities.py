"""Authorities, certificates and revocation data of one fictional town, for tests of JPKI and its relying parties."""

from __future__ import annotations

import functools
from datetime import date, datetime, timedelta
from typing import Any

from myna_lab.formats import jpki
from myna_lab.ground.durations import at
from myna_lab.keys import rsa_key
from myna_lab.parameters import Parameters

PARAMETERS = Parameters()
REAL_ARC = Parameters({"policy_arc": "1.2.392.200149.8.5.1"})
"""With the reported numbers of the real policies, which every decoder of object identifiers reads."""
BEGINNING = at("2023-07-16 10:07:41")
NOW = at("2025-06-24 09:00:05")
NEXT_TICK = at("2025-06-24 09:15")
HERE = jpki.Partition("Hinode-ken", "Aoba-shi", "99201")
ELSEWHERE = jpki.Partition("Hinode-ken", "Midori-cho", "99202")
HOLDER = jpki.Subject(
    "試験　花子", "日出県青葉市中央一丁目２番３号", date(1990, 2, 17), "female", name_substitutes="00010"
)
SERIAL = 109_000_010
"""Of the card's signing certificate; the other kinds follow."""


@functools.cache
def authority(kind: str, generation: int = 0) -> jpki.Authority:
    """An authority; every generation has the same name and another key."""
    number = 4 * generation + 2 * list(jpki.profiles.AUTHORITIES).index(kind)
    key, responder_key = rsa_key(number), rsa_key(number + 1)
    certificate = jpki.establish(kind, key=key, serial=109_000_000, not_before=BEGINNING, parameters=PARAMETERS)
    responder = jpki.establish_responder(
        kind,
        authority_certificate=certificate,
        authority_key=key,
        key=responder_key,
        serial=109_000_001,
        not_before=BEGINNING,
        parameters=PARAMETERS,
    )
    return jpki.Authority(kind, certificate, key, responder, responder_key)


def serial_of(kind: str) -> int:
    """The serial number of :func:`certificate`, unless another is asked for."""
    return SERIAL + list(jpki.KINDS).index(kind)


def certificate(kind: str, generation: int = 0, **changes: Any) -> bytes:
    """A certificate of one kind; ``changes`` replaces arguments of ``jpki.issue``."""
    place = list(jpki.KINDS).index(kind)
    arguments: dict[str, Any] = {
        "authority": authority(jpki.authority_of(kind), generation),
        "serial": serial_of(kind),
        "public_key": rsa_key(20 + place).public_key(),
        "subject": HOLDER,
        "partition": HERE,
        "common_name": "2025062409000500007" + HERE.window_identifier,
        "not_before": NOW,
        "not_after": at("2030-02-17 23:59:59"),
        "parameters": PARAMETERS,
    }
    return jpki.issue(kind, **arguments | changes)


def status(
    state: str = "good", this_update: datetime = NOW, reason: str = "", since: datetime = NOW
) -> jpki.CertificateStatus:
    """What a caller knows of a certificate."""
    return jpki.CertificateStatus(state, this_update, None if state in ("good", "unknown") else since, reason)


def answer(kind: str, known: jpki.CertificateStatus, generation: int = 0, der: bytes | None = None) -> bytes:
    """The OCSP response for a certificate of one kind, good until 09:15, or a quarter of an hour."""
    issuer = authority(jpki.authority_of(kind), generation)
    request = jpki.ocsp_request(der or certificate(kind, generation), issuer.certificate)
    until = NEXT_TICK if known.this_update < NEXT_TICK else known.this_update + timedelta(minutes=15)
    return jpki.ocsp_response(
        request, authority=issuer, status=lambda _: known, produced_at=known.this_update, next_update=until
    )


def crl(
    kind: str,
    *entries: jpki.RevokedEntry,
    partition: jpki.Partition | None = HERE,
    this_update: datetime = NOW,
    number: int = 1,
    only: str = "user",
    generation: int = 0,
) -> bytes:
    """The CRL for one kind, of a town, or of its authority's certificates of all towns; good for two days."""
    return jpki.crl(
        authority=authority(jpki.authority_of(kind), generation),
        entries=entries,
        partition=partition,
        number=number,
        this_update=this_update,
        next_update=this_update + timedelta(days=2),
        kind=kind if partition else "",
        only=only,
    )
