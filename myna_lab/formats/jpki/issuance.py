"""Issuing people's certificates, and the rule of when they end.

    end_of_validity(kind, ...) -> not_after
    issue(kind, authority, serial, public key, subject, ...) -> DER

What certificates of one kind and town have in common is encoded once by the library; what differs is put together by
hand, because a signature alone costs only as much as the library's builder.
"""

from __future__ import annotations

import functools
import hashlib
from datetime import date, datetime

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from myna_lab.errors import IssuanceRefused, MisuseError
from myna_lab.formats.jpki import der
from myna_lab.formats.jpki.authority import Authority
from myna_lab.formats.jpki.extensions import Order, extension, shared, signer
from myna_lab.formats.jpki.names import C, L, Partition, name
from myna_lab.formats.jpki.profiles import profile_of
from myna_lab.formats.jpki.subject import Subject, other_names
from myna_lab.ground.birthdays import age, nth_birthday
from myna_lab.ground.durations import at, end_of_day, show
from myna_lab.parameters import Parameters

__all__ = ["end_of_validity", "issue"]

_SMALLEST_KEY = 2048
_LARGEST_SERIAL = (1 << 159) - 1
_LONGEST_COMMON_NAME = 64
_LEAP_DAY = date(2000, 2, 29)


def end_of_validity(
    kind: str,
    *,
    issued: datetime,
    born: date,
    card_expires: datetime,
    parameters: Parameters,
    within: datetime | None = None,
) -> datetime:
    """When a certificate that is issued now will end: always 23:59:59 JST of a day.

    証明書の有効期間の満了日時。

    Args:
        kind: one of ``KINDS``.
        issued: time of issue.
        born: the holder's date of birth.
        card_expires: end of the plastic card.
        parameters: ``certificate_birthdays``, ``leap_day_birthday``.
        within: end of the certificate that this one may not outlive (``KINDS[kind].within`` names its kind).

    Returns:
        The earliest of: the fifth birthday after issue (that day included), the card's last day, ``within``.

    Raises:
        MisuseError: no such kind, a naive time, or a ``within`` for a kind that has none.

    Source: certificate facts 2 and 4 (confirmed).
    """
    profile = profile_of(kind)
    if within is not None and not profile.within:
        raise MisuseError(f"a {kind} certificate is not bound to another certificate.", code="bad_validity")
    birthday = _last_birthday(born, at(issued).date(), parameters)
    ends = [birthday, at(card_expires).date(), *([at(within).date()] if within else [])]
    return end_of_day(min(ends))


def _last_birthday(born: date, issued: date, parameters: Parameters) -> date:
    n, leap_day = parameters.count("certificate_birthdays"), parameters.text("leap_day_birthday")
    return nth_birthday(born, issued, n, leap_day)


@functools.lru_cache(maxsize=4096)
def _place(partition: Partition | None) -> bytes:
    """The RDNs before the common name: country, and for a signing certificate the town."""
    town = ((L, partition.prefecture_latin), (L, partition.municipality_latin)) if partition else ()
    whole = name((C, "JP"), *town).public_bytes()
    return whole[der.read(whole, 0, len(whole)).start :]


_COMMON_NAME = bytes.fromhex("0603550403")
_UTF8_STRING, _SET = 0x0C, 0x31
_SUBJECT_ALTERNATIVE_NAME, _SUBJECT_KEY_IDENTIFIER = bytes.fromhex("551d11"), bytes.fromhex("551d0e")


def _to_be_signed(
    order: Order,
    serial: int,
    public_key: RSAPublicKey,
    subject: Subject | None,
    common_name: str,
    validity: tuple[datetime, datetime],
) -> bytes:
    """TBSCertificate, DER."""
    profile, issuer = order.profile, order.issuer
    key = public_key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    extensions = dict(shared(order))
    if "subject_alternative_name" in extensions:
        if subject is None:
            raise MisuseError(f"a {profile.kind} certificate states its holder; give a subject.", code="bad_subject")
        extensions["subject_alternative_name"] = extension(_SUBJECT_ALTERNATIVE_NAME, other_names(subject))
    identifier = der.encode(der.OCTET_STRING, _key_identifier(key))
    extensions["subject_key_identifier"] = extension(_SUBJECT_KEY_IDENTIFIER, identifier)
    holder = der.encode(der.SEQUENCE, _COMMON_NAME, der.encode(_UTF8_STRING, common_name.encode()))
    start, end = validity
    return der.encode(
        der.SEQUENCE,
        der.encode(0xA0, der.integer(2)),
        der.integer(serial),
        der.SHA256_WITH_RSA,
        issuer.octets,
        der.encode(der.SEQUENCE, der.time(start), der.time(end)),
        der.encode(der.SEQUENCE, _place(order.partition if profile.names_town else None), der.encode(_SET, holder)),
        key,
        der.encode(0xA3, der.encode(der.SEQUENCE, *extensions.values())),
    )


def _key_identifier(key: bytes) -> bytes:
    """SHA-1 of the key's bits (RFC 5280 4.2.1.2, method 1) of a SubjectPublicKeyInfo."""
    whole = der.read(key, 0, len(key))
    algorithm = der.read(key, whole.start, whole.end)
    bits = der.read(key, algorithm.end, whole.end, der.BIT_STRING)
    return hashlib.sha1(key[bits.start + 1 : bits.end]).digest()


def _of_age(subject: Subject, start: datetime, parameters: Parameters) -> None:
    youngest = parameters.count("sign_certificate_minimum_age")
    if age(subject.born, start.date()) < youngest:
        raise IssuanceRefused(f"nobody under {youngest} gets a certificate for signing.", code="too_young")


def _in_time(
    subject: Subject | None, counted_from: datetime, end: datetime, within: datetime | None, parameters: Parameters
) -> None:
    """The rules of when a certificate ends."""

    def refused(rule: str, code: str) -> IssuanceRefused:
        return IssuanceRefused(f"a certificate {rule}; asked for {show(end)} JST.", code=code)

    begins, n = counted_from.date(), parameters.count("certificate_birthdays")
    # If the birthday is unknown, the latest possible one is assumed.
    births = (begins, _LEAP_DAY) if subject is None else (subject.born,)
    last = end_of_day(max(_last_birthday(born, begins, parameters) for born in births))
    if end > last:
        raise refused(f"ends with birthday number {n} after issue, {show(last)} JST at the latest", "outlives_birthday")
    if within is not None and end > at(within):
        raise refused(f"does not outlive what it is bound to, which ends {show(within)} JST", "outlives_bond")
    if end != end_of_day(end.date()):
        raise refused("ends at 23:59:59 JST of a day", "bad_end")


def issue(
    kind: str,
    *,
    authority: Authority,
    serial: int,
    public_key: RSAPublicKey,
    subject: Subject | None,
    partition: Partition,
    common_name: str,
    not_before: datetime,
    not_after: datetime,
    parameters: Parameters,
    within: datetime | None = None,
    counted_from: datetime | None = None,
) -> bytes:
    """Issue a certificate.

    電子証明書を発行する。

    Args:
        kind: one of ``KINDS``.
        authority: the authority of this kind.
        serial: positive, up to 20 octets; the caller keeps the counter.
        public_key: the holder's RSA key, 2048 bits or more.
        subject: the holder; only signing certificates state them, so None will do for the others: then any birthday
            is taken to be possible.
        partition: the holder's town.
        common_name: see :func:`myna_lab.formats.jpki.common_name`.
        not_before: from when it is valid.
        not_after: see :func:`end_of_validity`.
        parameters: ``policy_arc``, ``certificate_birthdays``, ``leap_day_birthday``,
            ``sign_certificate_minimum_age``, and the switches of the profile's extensions.
        within: end of the card, or of the certificate that this one may not outlive; None: nothing binds it.
        counted_from: from when birthdays are counted, for one that was renewed early; None: from ``not_before``.

    Returns:
        The certificate, DER; the same arguments give the same octets.

    Raises:
        MisuseError: arguments that do not fit together.
        IssuanceRefused: a weak key, a validity that is empty or not within the authority's own, a signing certificate
            for a child, an end that is not 23:59:59 JST, or one beyond ``within`` or the fifth birthday after issue.
            The rule is in the text, its name is the ``code``.

    Source: certificate facts 2 and 3; RFC 5280 4.1, 4.2.
    """
    profile = profile_of(kind)
    if authority.kind != profile.authority:
        raise MisuseError(
            f"a {kind} certificate comes from authority {profile.authority}; got authority {authority.kind}.",
            code="wrong_authority",
        )
    if not 0 < serial <= _LARGEST_SERIAL:
        raise MisuseError(
            "a serial number is positive and has at most 20 octets (RFC 5280 4.1.2.2).", code="bad_serial"
        )
    if not isinstance(public_key, RSAPublicKey) or public_key.key_size < _SMALLEST_KEY:
        raise IssuanceRefused(
            f"an RSA key of {_SMALLEST_KEY} bits or more is certified; got another key.", code="weak_key"
        )
    issuer = signer(authority.certificate)
    start, end = at(not_before).replace(microsecond=0), at(not_after).replace(microsecond=0)
    if not issuer.not_before <= start < end <= issuer.not_after:
        raise IssuanceRefused(
            f"a validity lies within the authority's, {show(issuer.not_before)} to {show(issuer.not_after)} JST; "
            f"asked for {show(start)} to {show(end)} JST.",
            code="bad_validity",
        )
    if subject is not None and profile.authority == "sign":
        _of_age(subject, start, parameters)
    _in_time(subject, start if counted_from is None else at(counted_from), end, within, parameters)
    if not 1 <= len(common_name) <= _LONGEST_COMMON_NAME:
        raise MisuseError(
            "a common name has 1 to 64 characters (RFC 5280 A.1, ub-common-name).", code="bad_common_name"
        )
    switched_on = frozenset(switch for switch in profile.switches if parameters.switch(switch))
    order = Order(kind, authority.certificate, partition, parameters.text("policy_arc"), switched_on)
    signed = _to_be_signed(order, serial, public_key, subject, common_name, (start, end))
    signature = authority.key.sign(signed, padding.PKCS1v15(), hashes.SHA256())
    return der.encode(der.SEQUENCE, signed, der.SHA256_WITH_RSA, der.encode(der.BIT_STRING, b"\x00", signature))
