"""What the OCSP answers and CRLs that a service holds say of a certificate, and which of it counts.

    OCSP responses, CRLs -> read -> each alone: trustworthy? of this certificate? of when? what does it say? -> one word

Which statement counts, whatever its transport and the order in which it is given:

    1  a revocation for good is final: it counts from any trustworthy source of any age, also against newer "good"
    2  a hold can be lifted (parameter ``hold_release``; a service does not know the authority's rule): the newest of
       "held" and "good" counts, and of one instant "held"
    3  "good" counts only while its data are not too old; "held" also after, until something newer says otherwise
    4  an answer "unknown" says nothing of a revocation (RFC 6960 2.2): where there is a list, it decides. But it takes
       back what answers said before: an older "good" of OCSP, or one of the same instant, counts no more

Nothing of later than the instant of judging is looked at.

Source: RFC 5280 5.3.1, 6.3; RFC 6960 2.2, 3.2, 4.2.2.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from myna_lab.errors import MalformedCertificate, MalformedError
from myna_lab.events import Reason, reason
from myna_lab.formats.jpki.answer_reader import Answer, Single, read_answer
from myna_lab.formats.jpki.cert_id import key_octets
from myna_lab.formats.jpki.list_reader import RevocationList, read_crl
from myna_lab.formats.jpki.names import read_certificate
from myna_lab.formats.jpki.path_to_anchor import path_to_anchor
from myna_lab.formats.jpki.status import REASON_NAMES, REMOVE_FROM_CRL
from myna_lab.ground.durations import show

__all__ = ["CODES", "Judge", "Status", "decided"]

CODES = ("revoked", "on_hold", "unknown", "stale_revocation_data", "no_revocation_information", "accepted")
"""What data can say; of several statements of which none is definite, the first of these counts."""

_LARGEST_ANSWER = 1 << 18
"""Octets; an answer of ours has 2,000. What is longer is not read, so that a verdict takes bounded time."""


class Status(NamedTuple):
    """What revocation data say of a certificate."""

    code: str
    """One of ``CODES``."""
    seen: Reason
    this_update: datetime | None = None
    """Of the data that decided, if any did."""


def _nothing(seen: Reason) -> Status:
    return Status("no_revocation_information", seen)


def _revoked(what: str, begins: datetime, since: datetime, cause: str) -> Status:
    seen = reason("path.revoked", what=what, since=show(since), cause=cause)
    return Status("on_hold" if cause == "certificate_hold" else "revoked", seen, begins)


def decided(said: Iterable[Status]) -> Status:
    """The word that counts of several statements, by the rules above; their order is of no importance."""
    by_code: dict[str, list[Status]] = {}
    for one in said:
        by_code.setdefault(one.code, []).append(one)
    newest = {code: max(rows, key=_newest) for code, rows in by_code.items()}
    held, good = newest.get("on_hold"), newest.get("accepted")
    if "revoked" in newest:
        return newest["revoked"]
    if held and not (good and _newest(good)[0] > _newest(held)[0]):
        return held
    return good or min(newest.values(), key=lambda one: CODES.index(one.code))


def _not_taken_back(answers: Sequence[Status]) -> list[Status]:
    """What answers say, without each "good" that is not newer than an "unknown"."""
    unknown = max((_newest(one)[0] for one in answers if one.code == "unknown"), default=float("-inf"))
    return [one for one in answers if one.code != "accepted" or _newest(one)[0] > unknown]


def _newest(one: Status) -> tuple[float, bool, str]:
    """By instant; among data of none, what could be read says more than what could not."""
    instant = one.this_update.timestamp() if one.this_update else float("-inf")
    return instant, one.seen.code != "path.unreadable_data", repr(one.seen)


@functools.lru_cache(maxsize=16)
def _list(octets: bytes, anchor: x509.Certificate) -> RevocationList | Status:
    """A CRL of an authority, or what it is instead (RFC 5280 6.3.3 (f), (g))."""
    try:
        found = read_crl(octets)
    except MalformedError as error:
        return _nothing(reason("path.unreadable_data", what="CRL", error=str(error)))
    values = {type(one.value): one.value for one in anchor.extensions}
    usage, own = values.get(x509.KeyUsage), values.get(x509.SubjectKeyIdentifier)
    may_sign = not isinstance(usage, x509.KeyUsage) or usage.crl_sign
    named = found.key_identifier
    is_its_key = named is None or not isinstance(own, x509.SubjectKeyIdentifier) or named == own.digest
    if not (may_sign and is_its_key and found.is_signed_by(anchor.public_bytes(Encoding.DER))):
        return _nothing(reason("path.list_of_another_authority"))
    return found


def _place(certificate: x509.Certificate) -> frozenset[bytes]:
    """The directory names, DER, under which a certificate's lists stand (the same octets: RFC 5280 4.2.1.13)."""
    points = [one.value for one in certificate.extensions if isinstance(one.value, x509.CRLDistributionPoints)]
    names = [name for point in points for one in point for name in one.full_name or ()]
    return frozenset(name.value.public_bytes() for name in names if isinstance(name, x509.DirectoryName))


@functools.lru_cache(maxsize=256)
def _responder_fault(octets: bytes, anchor: x509.Certificate, at: datetime) -> str:
    """Why a certificate that came with an answer cannot answer for an authority; empty: it can.

    Its own revocation is not asked for: ocsp-nocheck says so, and without it RFC 6960 4.2.2.2.1 leaves it to us.
    """
    responder = read_certificate(octets)
    values = {type(one.value): one.value for one in responder.extensions}
    purposes, usage = values.get(x509.ExtendedKeyUsage), values.get(x509.KeyUsage)
    if isinstance(path := path_to_anchor(responder, [anchor], at), str):
        return f"its responder: {path}"
    if not isinstance(purposes, x509.ExtendedKeyUsage) or ExtendedKeyUsageOID.OCSP_SIGNING not in purposes:
        return "its responder is not authorised: no OCSPSigning (RFC 6960 4.2.2.2)"
    if isinstance(usage, x509.KeyUsage) and not usage.digital_signature:
        return "its responder is not authorised: no digitalSignature (RFC 5280 4.2.1.12)"
    return ""


class Judge(NamedTuple):
    """What a service judges revocation by."""

    anchor: x509.Certificate
    """The authority that certified."""
    at: datetime
    tolerance: timedelta

    def status(self, certificate: x509.Certificate, ocsp_responses: Sequence[bytes], crls: Sequence[bytes]) -> Status:
        """What counts of all that is said of a certificate."""
        said = _not_taken_back([one for octets in ocsp_responses for one in self._by_answer(certificate, octets)])
        said += [self._by_list(certificate, _list(octets, self.anchor)) for octets in crls]
        return decided(said) if said else _nothing(reason("path.no_data"))

    def _on_time(self, what: str, state: str, begins: datetime, ends: datetime | None) -> Status:
        """What data that do not know of a revocation say, by their age."""
        of = show(begins)
        if ends is None:
            return _nothing(reason("path.data_not_fitting", what=what, error="no nextUpdate"))
        if self.at - self.tolerance > ends:
            return Status("stale_revocation_data", reason("path.stale", what=what, of=of), begins)
        if state == "unknown":
            return Status("unknown", reason("path.unknown"), begins)
        return Status("accepted", reason("path.not_revoked", what=what, of=of), begins)

    def _by_list(self, certificate: x509.Certificate, given: RevocationList | Status) -> Status:
        """What one list says (RFC 5280 6.3.3)."""
        if isinstance(given, Status):
            return given
        if given.this_update > self.at + self.tolerance:
            return _nothing(reason("path.data_of_later", what="CRL", of=show(given.this_update)))
        if given.only == "authority" or not (given.place is None or given.place in _place(certificate)):
            return _nothing(reason("path.list_of_another_place"))
        line = given.find(certificate.serial_number)
        if line is not None and line.reason == REASON_NAMES[REMOVE_FROM_CRL]:
            error = "removeFromCRL, which only a delta list may say (RFC 5280 5.3.1)"
            return _nothing(reason("path.data_not_fitting", what="CRL", error=error))
        # A line counts whatever its date: who is on the list is revoked (RFC 5280 6.3.3 (i)).
        if line is not None:
            return _revoked("CRL", given.this_update, line.revoked_at, line.reason.lower())
        return self._on_time("CRL", "good", given.this_update, given.next_update)

    def _by_answer(self, certificate: x509.Certificate, octets: bytes) -> Iterator[Status]:
        """What an OCSP response says of a certificate: something or other, at least once (RFC 6960 3.2)."""
        try:
            if len(octets) > _LARGEST_ANSWER:
                raise MalformedError(f"more than {_LARGEST_ANSWER} octets.", code="malformed_der", offset=0)
            answer = read_answer(octets)
        except MalformedError as error:
            yield _nothing(reason("path.unreadable_data", what="OCSP", error=str(error)))
            return
        if answer.status != "successful":
            yield _nothing(reason("path.error_answer", status=answer.status))
            return
        of_it = [single for single in answer.singles if self._is_about(certificate, single)]
        if not of_it:
            yield _nothing(reason("path.answer_for_another"))
        elif fault := self._fault(answer):
            yield _nothing(reason("path.data_not_fitting", what="OCSP", error=fault))
        else:
            yield from (self._by_single(single, answer) for single in of_it)

    def _is_about(self, certificate: x509.Certificate, single: Single) -> bool:
        about = single.about
        return about.serial == certificate.serial_number and about.is_of(self.anchor.public_bytes(Encoding.DER))

    def _by_single(self, single: Single, answer: Answer) -> Status:
        latest = max(single.this_update, answer.produced_at or single.this_update)
        if latest > self.at + self.tolerance:
            return _nothing(reason("path.data_of_later", what="OCSP", of=show(latest)))
        if single.revoked_at is not None:
            return _revoked("OCSP", single.this_update, single.revoked_at, REASON_NAMES[single.reason].lower())
        return self._on_time("OCSP", single.state, single.this_update, single.next_update)

    def _fault(self, answer: Answer) -> str:
        """Why an answer is not to be believed; empty: it is the authority's own, or its responder's."""
        fault = ""
        for octets in (self.anchor.public_bytes(Encoding.DER), *answer.certificates):
            if not (fault := self._fault_of(octets, answer)):
                break
        return fault

    def _fault_of(self, octets: bytes, answer: Answer) -> str:
        """Why it is not this certificate's."""
        try:
            signer = read_certificate(octets)
        except MalformedCertificate as error:
            return str(error)
        if not _is_named(signer, answer):
            return "its ResponderID is that of nobody whose certificate is there"
        if not answer.is_signed_by(signer.public_key()):
            return "its signature does not fit"
        if signer == self.anchor:
            return ""
        begins, ends = signer.not_valid_before_utc, signer.not_valid_after_utc
        if not (begins <= self.at + self.tolerance and self.at - self.tolerance <= ends):
            return "its responder's certificate is not valid at this time"
        return _responder_fault(octets, self.anchor, begins)


def _is_named(signer: x509.Certificate, answer: Answer) -> bool:
    """Whether the answer's ResponderID is this one's name or key."""
    if answer.responder_name is not None:
        return answer.responder_name == signer.subject.public_bytes()
    return answer.responder_key == hashlib.sha1(key_octets(signer)).digest()
