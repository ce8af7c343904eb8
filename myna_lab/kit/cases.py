"""Cases of certificates: every state, who knows of a revocation when, strangers, and wrong use.

world -> author -> rows of the manifest; revocation has the cases of bad revocation data
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from myna_lab.formats import jpki
from myna_lab.kit.amend import UNKNOWN
from myna_lab.kit.author import Author
from myna_lab.kit.calendar import REASON_NAMES
from myna_lab.kit.revocation import cases_of_revocation_data

__all__ = ["cases"]

MINUTE, HOUR, SECOND = timedelta(minutes=1), timedelta(hours=1), timedelta(seconds=1)


def cases(author: Author) -> Iterator[dict[str, Any]]:
    """Every case of a kit, in no order."""
    for kind in jpki.KINDS:
        yield from _states(author, kind)
        if not author.world.times.lasts:
            yield from _times(author, kind)
        yield from _strangers(author, kind)
        yield from _uses(author, kind)
        yield from cases_of_revocation_data(author, kind)
    for certificate, rare in author.world.rare:
        yield author.case(certificate.state, certificate, "good", f"valid, not revoked; {rare}")


def _states(author: Author, kind: str) -> Iterator[dict[str, Any]]:
    """Every state, as it is at the kit's instant."""
    world, at = author.world, author.world.at
    good = world.certificate(kind, "good")
    for by in ("both", "crl", "ocsp", "none"):
        yield author.case(f"good-{by}", good, "good", "valid, not revoked", by=by)
    yield author.case("good-full_list", good, "good", "valid, not on the full list", by="crl", full=True)
    held = world.certificate(kind, "held")
    for by in ("both", "crl", "ocsp"):
        yield author.case(f"held-{by}", held, "held", "certificateHold", by=by)
    if world.has(kind, "released"):
        released = world.certificate(kind, "released")
        yield author.case("released", released, "good", "the hold was lifted")
    for reason, name in REASON_NAMES.items():
        revoked = world.certificate(kind, f"revoked-{reason}")
        yield author.case(f"revoked-{reason}", revoked, "revoked", name)
    revoked = world.certificate(kind, "revoked-KEY_COMPROMISE")
    yield author.case("revoked-crl", revoked, "revoked", "keyCompromise", by="crl")
    yield author.case("revoked-ocsp", revoked, "revoked", "keyCompromise", by="ocsp")
    yield author.case("revoked-full_list", revoked, "revoked", "keyCompromise", by="crl", full=True)
    early = world.certificate(kind, "not_yet_active")
    # A list does not name it, the responder does not know it yet: two cases.
    before = min(at, early.not_before - MINUTE)
    for by in ("crl", "ocsp"):
        yield author.case(f"not_yet_active-{by}", early, "not_yet_valid", "notBefore is to come", at=before, by=by)
    expired = world.certificate(kind, "expired")
    yield author.case("expired", expired, "expired", "notAfter has passed")
    if not world.times.lasts:
        last = expired.not_after - SECOND
        yield author.case("expired-before", expired, "good", "valid until the next second", at=last)
        yield author.case("not_yet_active-later", early, "good", "active by now", at=world.known_from(early))


def _times(author: Author, kind: str) -> Iterator[dict[str, Any]]:
    """One revocation, known by the responder at its next tick and by the list of the next day."""
    world = author.world
    fresh = world.certificate(kind, "revoked-lately")
    revoked_at = world.times.revoked_lately
    for name, at in (
        ("before", revoked_at + MINUTE),
        ("tick", world.tick_after(revoked_at)),
        ("next_list", world.published.listed_from(revoked_at) + HOUR),
    ):
        for by in ("crl", "ocsp"):
            knows = world.knowledge(kind, at)[by] >= revoked_at
            expected, reason = ("revoked", "superseded") if knows else ("good", "revoked, but these data are older")
            yield author.case(f"revoked_lately-{name}-{by}", fresh, expected, reason, at=at, by=by)


def _strangers(author: Author, kind: str) -> Iterator[dict[str, Any]]:
    """The wrong authority, generation, town or list; octets that were changed."""
    world, at = author.world, author.world.at
    good = world.certificate(kind, "good")
    other = {"sign": "auth", "auth": "sign"}[good.authority]
    yield author.case(
        "wrong_authority", good, "wrong_authority", f"not issued by authority {other}",
        anchor=world.published.generation(other, world.generation),
    )  # fmt: skip
    if world.other_generation:
        another = world.certificate(kind, "other_generation")
        order = "later" if world.generation < world.other_generation else "former"
        yield author.case(f"{order}_generation", another, "good", "valid under the anchor of its generation")
        pairs = ((f"{order}_generation-other_anchor", another, good), ("other_generation-anchor", good, another))
        for name, certificate, anchored in pairs:
            yield author.case(
                name, certificate, "wrong_authority", "same name, another key", anchor=world.anchor_of(anchored)
            )
    away = world.certificate(kind, "elsewhere")
    yield author.case(
        "wrong_partition", good, "wrong_partition", "the list of another town", by="none",
        crl=author.crl(away, at),
    )  # fmt: skip
    sibling = next(one for one in jpki.KINDS if one != kind and jpki.authority_of(one) == good.authority)
    yield author.case(
        "wrong_partition-kind", good, "wrong_partition", f"the town's list for {sibling}", by="none",
        crl=author.crl(world.certificate(sibling, "good"), at),
    )  # fmt: skip
    for name, reason, der in (
        ("changed-body", "one byte of the subject's name was changed", good.with_another_name),
        ("changed-signature", "the last byte of the authority's signature was changed", good.with_another_signature),
        ("forged", "name and key identifier of the authority, signed by a stranger's key", world.forged(good)),
    ):
        yield author.case(name, good, "bad_signature", reason, by="crl", der=der)


_WRONG_USES = (
    ("wrong_policy", "wrong_usage", "a policy that is not this kind's"),
    ("no_policy", "wrong_usage", "no certificate policy"),
    ("wrong_extended_key_usage", "wrong_usage", "for TLS servers only: extended key usage serverAuth"),
    ("unknown_critical", "unknown_critical", f"a critical extension that nobody knows, {UNKNOWN}"),
)


def _uses(author: Author, kind: str) -> Iterator[dict[str, Any]]:
    """Good signatures and dates, and a certificate that is not for this."""
    world = author.world
    for state, expected, reason in _WRONG_USES:
        yield author.case(state, world.certificate(kind, state), expected, reason)
    good = world.certificate(kind, "good")
    authority = world.authority_of(good)
    yield author.case(
        "authority", good, "wrong_usage", "the authority itself, with the list of authorities (ARL)", by="none",
        der=authority.certificate, key=authority.key, crl=author.own_list(good, world.at),
    )  # fmt: skip
    request = jpki.ocsp_request(authority.responder_certificate, authority.certificate)
    yield author.case(
        "responder", good, "wrong_usage", "the authority's OCSP responder", by="none",
        der=authority.responder_certificate, key=authority.responder_key,
        ocsp=author.answer(good, world.at, request=request),
    )  # fmt: skip
