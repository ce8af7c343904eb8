"""What papers there are in a lab: its certificates, and what is asked, answered and listed about one of people's.

    certificates_shown(lab) -> name: Paper          paper_about(own, kind, earlier) -> Paper of that certificate

Questions, answers and lists are those of now; ``EARLIER`` ones are those of before, as they were given then.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import datetime, timedelta

from myna_lab.errors import MisuseError
from myna_lab.events import Check
from myna_lab.formats import jpki, mdoc
from myna_lab.formats.jpki.answer_reader import read_answer
from myna_lab.formats.jpki.names import read_certificate
from myna_lab.ground.arguments import shown
from myna_lab.ground.durations import in_zone, show
from myna_lab.jlis.books import CertificateKey
from myna_lab.lab import Lab
from myna_lab.texts.terms import Term
from myna_lab.widgets.papers import Paper
from myna_lab.world.certificates import Certificate

__all__ = ["EARLIER", "KINDS", "asked_at", "certificates_shown", "paper_about", "read_serial", "service_reads"]

KINDS = ("certificate", "request", "answer", "list")
EARLIER = ("before", "former")
"""Before the newest change of the certificate in the books; one renewal of OCSP data, or one list, ago."""
_SECOND = timedelta(seconds=1)
_DIGITS = frozenset("0123456789abcdefABCDEF")
_LONGEST = 20
"""Octets of a serial number (RFC 5280 4.1.2.2)."""


def certificates_shown(lab: Lab) -> dict[str, Paper]:
    """All certificates by name: people's, then those of authorities and responders, then those that sign records."""
    found: dict[str, Paper] = {}
    for own in lab.certificates():
        found[str(own.key)] = paper_about(own, "certificate")
    for kind in ("sign", "auth"):
        use = Term(f"word.kind.{kind}")
        for n in range(1, lab.revocation.generations(kind) + 1):
            name = ("word.viewer.authority", {"kind": use, "n": n})
            found[f"{kind} authority {n}"] = Paper(name, lab.revocation.generation(kind, n))
        asked = next((own for own in lab.certificates() if own.key.authority == kind), None)
        if asked is not None:
            (responder, *_) = read_answer(asked.ocsp(at=asked_at(asked, "answer"))).certificates
            found[f"{kind} responder"] = Paper(("word.viewer.responder", {"kind": use}), responder)
    records = {phone.phone: lab.world.phone(phone.phone).record() for phone in lab.phones}
    for phone, record in records.items():
        if record:
            signer = mdoc.parse(record).signer_certificate
            found[f"record signer, {phone}"] = Paper(("word.viewer.record_signer", {"device": phone}), signer)
    return found


def asked_at(own: Certificate, kind: str, earlier: str = "") -> datetime:
    """When an answer or a list is fetched: now, or earlier; while its authority is at work."""
    world, when = own.world, own.world.now
    if earlier == "before":
        when = own.row.past_at(when).at - _SECOND
    elif earlier == "former":
        when -= world.parameters.duration("crl_period" if kind == "list" else "ocsp_refresh")
    issuer = read_certificate(own.issuer)
    return in_zone(min(max(when, issuer.not_valid_before_utc), issuer.not_valid_after_utc))


def paper_about(own: Certificate, kind: str, earlier: str = "", looked_for: int | None = None) -> Paper:
    """A certificate of the books, or what is asked, answered or listed about it.

    Args:
        own: the certificate.
        kind: one of ``KINDS``.
        earlier: one of ``EARLIER``; empty: as of now.
        looked_for: serial number that is looked for in a list; None: that of the certificate.
    """
    values: dict[str, object] = {
        "kind": Term(f"word.kind.{own.kind}"),
        "device": own.row.device,
        "serial": f"{own.serial:08X}",
    }
    if kind == "certificate":
        return Paper(("word.viewer.of_device", values), own.der)
    at = asked_at(own, kind, earlier)
    if kind == "list":
        octets = own.crl(at=at)
        values["at"] = show(jpki.read_crl(octets).this_update)
        return Paper(("word.viewer.list_of", values), octets, kind, own.serial if looked_for is None else looked_for)
    # Each question has a number of its own, of 32 octets as RFC 9654 2.1 recommends; asked again, it is the same.
    nonce = own.world.chance(f"viewer/{own.key}/{at.isoformat()}").bytes(32)
    octets, values["at"] = jpki.ocsp_request(own.der, own.issuer, nonce=nonce), show(at)
    if kind == "answer":
        octets = own.world.revocation.ocsp(octets, at=at)
    return Paper((f"word.viewer.{kind}_about", values), octets, kind)


def service_reads(paper: Paper, own: Certificate, at: datetime) -> Iterator[Check]:
    """What a service that has this answer or list, fetched at that instant, sees in it: its check of revocation.

    Of a list: about the certificate that is looked for in it; nothing, if the books have none of that number.
    """
    if paper.kind == "answer":
        verdict = own.validate(ocsp_responses=(paper.der,), at=at)
    elif paper.kind == "list":
        key = CertificateKey(own.key.authority, own.serial if paper.looked_for is None else paper.looked_for)
        if key not in own.world.books.certificates:
            return
        verdict = Certificate(own.world, key).validate(crls=(paper.der,), at=at)
    else:
        return
    yield from (check for check in verdict.checks if check.name == "revocation")


def read_serial(written: str) -> int | None:
    """A serial number as people write it; None: nothing is written.

    Args:
        written: hexadecimal, also in full-width digits or with colons.

    Raises:
        MisuseError: no serial number of RFC 5280 4.1.2.2.
    """
    text = unicodedata.normalize("NFKC", written).strip().replace(":", "") if isinstance(written, str) else "?"
    if not text:
        return None
    number = int(text, 16) if _DIGITS.issuperset(text) else 0
    if not 0 < number < 1 << 8 * _LONGEST:
        raise MisuseError(
            f"a serial number is hexadecimal, of at most {_LONGEST} octets, such as 067F3542; got {shown(written)}.",
            code="bad_serial",
        )
    return number
