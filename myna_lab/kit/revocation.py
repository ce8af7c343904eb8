"""Cases of bad revocation data: a list or an answer with one thing wrong, and lists and answers that disagree.

Each starts from what is published, and one thing is changed; :mod:`myna_lab.kit.amend` does it. Where the certificate
is revoked, the bad data say that it is not: a verifier that believes them lets it pass.

Source: RFC 5280 5 and 6.3; RFC 6960 3.2, 4.2.2.2, 4.4.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from myna_lab.formats import jpki
from myna_lab.formats.jpki import der
from myna_lab.formats.jpki.ocsp import ocsp_error
from myna_lab.kit.amend import DELTA_CRL_INDICATOR, UNKNOWN, amended_answer, amended_certificate, amended_list
from myna_lab.kit.author import Author
from myna_lab.kit.certificates import KitCertificate
from myna_lab.kit.encoding import NULL

__all__ = ["cases_of_revocation_data"]

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
_KEY_ENCIPHERMENT = b"\x03\x02\x05\x20"
_STOPPED = "revoked-KEY_COMPROMISE"


def cases_of_revocation_data(author: Author, kind: str) -> Iterator[dict[str, Any]]:
    """Every case of this module for one kind of certificate."""
    yield from _lists(author, kind)
    yield from _scopes(author, kind)
    yield from _answers(author, kind)
    yield from _responders(author, kind)
    yield from _both(author, kind)


def _lists(author: Author, kind: str) -> Iterator[dict[str, Any]]:
    """One thing wrong with the town's list."""
    world = author.world
    good, stopped = world.certificate(kind, "good"), world.certificate(kind, _STOPPED)
    published, key = author.list(good, world.at), world.authority_of(good).key
    made, coming = world.times.list_made, world.times.until + DAY
    empty: dict[str, Any] = {"without": stopped.serial}
    number = jpki.read_crl(published).number or 1

    def amended(signed_by: Any = key, **changes: Any) -> bytes:
        return amended_list(published, signed_by, **changes)

    rows = (
        ("stale", good, "nextUpdate has passed", amended(this_update=made - 4 * DAY, next_update=world.at - HOUR)),
        ("future", good, "thisUpdate is to come", amended(this_update=coming, next_update=coming + 2 * DAY)),
        ("tampered", stopped, "its line was taken out, the signature is the old one", amended(None, **empty)),
        ("wrong_signer", stopped, "a stranger's key signed a list without its line", amended(world.new_key(), **empty)),
        ("critical", good, "a critical extension that nobody knows", amended(critical=(UNKNOWN, NULL))),
        (
            "critical_in_line", good, "a line of another has a critical extension that nobody knows",
            amended(critical_in_line=True),
        ),
        (
            "delta", stopped, "a delta without its base, and without its line",
            amended(**empty, critical=(DELTA_CRL_INDICATOR, der.integer(number))),
        ),
    )  # fmt: skip
    for name, certificate, reason, octets in rows:
        yield author.case(f"crl-{name}", certificate, "undetermined", reason, by="none", crl=octets)
    stale = amended(this_update=made - 4 * DAY, next_update=world.at - HOUR)
    yield author.case(
        "crl-stale_answer_fresh", good, "good", "nextUpdate of the list has passed, the answer is fresh", by="ocsp",
        crl=stale,
    )  # fmt: skip


def _scopes(author: Author, kind: str) -> Iterator[dict[str, Any]]:
    """Good lists of another scope or another key, for a certificate that is revoked and that they do not name."""
    world, at = author.world, author.world.at
    stopped = world.certificate(kind, _STOPPED)
    away = author.crl(world.certificate(kind, "elsewhere"), at)
    word = "wrong_partition"
    yield author.case(
        "wrong_partition-revoked", stopped, word, "revoked; the list of another town does not say so", by="none",
        crl=away,
    )  # fmt: skip
    yield author.case(
        "wrong_partition-arl", stopped, word, "revoked; the list of authorities (ARL) does not say so", by="none",
        crl=author.own_list(stopped, at),
    )  # fmt: skip
    if world.other_generation:
        other = author.list(stopped, at, generation=world.other_generation)
        yield author.case(
            "crl-other_generation", stopped, "undetermined",
            "revoked; the town's list of the other generation, of the same name and another key, does not say so",
            by="none", crl=other,
        )  # fmt: skip
        good = world.certificate(kind, "good")
        key = world.authority(good.authority, world.other_generation).key
        line = (good.serial, world.times.revoked, 1)
        yield author.case(
            "crl-other_generation_names_it", good, "undetermined",
            "the list of the other generation has a line with its serial number: that is another certificate",
            by="none", crl=amended_list(other, key, line=line),
        )  # fmt: skip


def _answers(author: Author, kind: str) -> Iterator[dict[str, Any]]:
    """One thing wrong with the answer, or no answer at all."""
    world, at = author.world, author.world.at
    good, stopped = world.certificate(kind, "good"), world.certificate(kind, _STOPPED)
    key, coming = world.authority_of(good).responder_key, world.times.until + DAY
    published = author.answer(good, at)
    stale: dict[str, Any] = {"this_update": at - 3 * DAY, "next_update": at - HOUR, "produced_at": at - 3 * DAY}
    future: dict[str, Any] = {"this_update": coming, "next_update": coming + DAY, "produced_at": coming}
    denied = author.answer(stopped, at)
    rows = (
        ("stale", good, "nextUpdate has passed", amended_answer(published, key, **stale)),
        ("future", good, "thisUpdate and producedAt are to come", amended_answer(published, key, **future)),
        (
            "tampered", stopped, "revoked became good, the signature is the old one",
            amended_answer(denied, None, status="good"),
        ),
        (
            "wrong_signer", stopped, "a stranger's key signed good, the responder's certificate is with it",
            amended_answer(denied, world.new_key(), status="good"),
        ),
        ("critical", good, "a critical extension that nobody knows", amended_answer(published, key, critical=True)),
        ("other_serial", stopped, "a good answer about another certificate", published),
        ("unknown", good, "the responder does not know it", amended_answer(published, key, status="unknown")),
        ("try_later", good, "the responder is busy: tryLater, unsigned", ocsp_error("try_later")),
        ("unauthorized", good, "the responder does not answer for it: unauthorized", ocsp_error("unauthorized")),
    )  # fmt: skip
    for name, certificate, reason, octets in rows:
        yield author.case(f"ocsp-{name}", certificate, "undetermined", reason, by="none", ocsp=octets)
    asked, other = (
        jpki.ocsp_request(good.der, world.anchor_of(good), nonce=world.octets(f"{kind}/{word}", 32))
        for word in ("nonce", "another nonce")
    )
    answer = author.answer(good, at, request=asked)
    yield author.case(
        "ocsp-nonce", good, "good", "the answer repeats the nonce of the request", by="none", ocsp=answer, request=asked
    )
    yield author.case(
        "ocsp-wrong_nonce", good, "undetermined", "the answer has another nonce than the request", by="none",
        ocsp=answer, request=other,
    )  # fmt: skip


def _responders(author: Author, kind: str) -> Iterator[dict[str, Any]]:
    """An answer, good in itself, of somebody who may not answer."""
    world, at = author.world, author.world.at
    stopped = world.certificate(kind, _STOPPED)
    authority, stranger = world.authority_of(stopped), world.other_authority(stopped)
    usual, holder = authority.responder_key, world.certificate(kind, "elsewhere")
    denied = author.answer(stopped, at)

    def delegated(**changes: Any) -> bytes:
        serial = world.new_serial(authority.kind)
        return amended_certificate(authority.responder_certificate, authority.key, serial=serial, **changes)

    past = (at - 60 * DAY, at - 5 * DAY)
    rows = [
        ("no_extended_key_usage", "a certificate without EKU OCSPSigning",
         delegated(extensions={"2.5.29.37": None}), usual),
        ("expired_responder", "a responder that has expired", delegated(validity=past), usual),
        ("without_digital_signature", "a responder that may not sign data: keyUsage without digitalSignature",
         delegated(extensions={"2.5.29.15": _KEY_ENCIPHERMENT}), usual),
        ("other_authority", "the responder of another authority",
         stranger.responder_certificate, stranger.responder_key),
        ("holder", "a person's certificate of the same authority", holder.der, holder.key),
    ]  # fmt: skip
    if world.other_generation:
        other = world.authority(stopped.authority, world.other_generation)
        rows.append(
            ("other_generation", "the responder of the other generation", other.responder_certificate,
             other.responder_key)
        )  # fmt: skip
    for name, who, certificate, key in rows:
        octets = amended_answer(denied, key, status="good", responder=certificate)
        yield author.case(f"ocsp-{name}", stopped, "undetermined", f"signed good by {who}", by="none", ocsp=octets)


def _both(author: Author, kind: str) -> Iterator[dict[str, Any]]:
    """List and answer, each fresh and rightly signed, disagree: the newer counts, and a revocation is for good."""
    world, times = author.world, author.world.times
    stopped, held = world.certificate(kind, _STOPPED), world.certificate(kind, "held")

    def old_list(one: KitCertificate, **changes: Any) -> bytes:
        key, later = world.authority_of(one).key, times.until + HOUR
        return amended_list(author.list(one, world.at), key, next_update=later, **changes)

    def answer(one: KitCertificate, **changes: Any) -> bytes:
        key, later = world.authority_of(one).responder_key, times.until + HOUR
        return amended_answer(author.answer(one, world.at), key, next_update=later, **changes)

    before = times.revoked - HOUR
    good_before: dict[str, Any] = {"this_update": before, "produced_at": before, "status": "good"}
    rows: list[tuple[str, KitCertificate, str, str, dict[str, Any]]] = [
        ("list_newer", stopped, "revoked", "keyCompromise", {"by": "crl", "ocsp": answer(stopped, **good_before)}),
        (
            "answer_newer", stopped, "revoked", "keyCompromise",
            {"by": "ocsp", "crl": old_list(stopped, this_update=before, without=stopped.serial)},
        ),
        (
            "good_after_revoked", stopped, "revoked", "keyCompromise",
            {"by": "crl", "ocsp": answer(stopped, status="good")},
        ),
        (
            "answer_holds", held, "held", "certificateHold",
            {"by": "ocsp", "crl": old_list(held, this_update=times.held - HOUR, without=held.serial)},
        ),
    ]  # fmt: skip
    if world.has(kind, "released"):
        released = world.certificate(kind, "released")
        line = (released.serial, times.held, 6)
        octets = old_list(released, this_update=times.held + MINUTE, line=line)
        rows.append(("released", released, "good", "the hold was lifted", {"by": "ocsp", "crl": octets}))
    for name, certificate, expected, reason, data in rows:
        yield author.case(f"disagree-{name}", certificate, expected, reason, **data)
