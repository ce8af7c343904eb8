"""OCSP answers, read by cryptography's decoder."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from asn1crypto import core, ocsp
from authorities import NEXT_TICK, NOW, PARAMETERS, answer, authority, certificate, serial_of, status
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp as reader

from myna_lab.errors import MalformedCertificate, MalformedError, MisuseError
from myna_lab.formats import jpki
from myna_lab.formats.jpki.ocsp import read_request, times_of
from myna_lab.ground.chance import Chance
from myna_lab.ground.durations import at

HOUR_AGO = at("2025-06-24 08:00")
GOOD, REVOKED, UNKNOWN = reader.OCSPCertStatus.GOOD, reader.OCSPCertStatus.REVOKED, reader.OCSPCertStatus.UNKNOWN


def respond(request: bytes, known: Any = None, side: str = "sign", **changes: Any) -> bytes:
    arguments = {"produced_at": NOW, "next_update": NEXT_TICK} | changes
    return jpki.ocsp_response(request, authority=authority(side), status=known or (lambda _: status()), **arguments)


def request_for(kind: str) -> bytes:
    return jpki.ocsp_request(certificate(kind), authority(jpki.authority_of(kind)).certificate)


@pytest.mark.parametrize(
    ("known", "state", "reason"),
    [
        (status("good"), GOOD, None),
        (status("unknown"), UNKNOWN, None),
        (status("on_hold", since=HOUR_AGO), REVOKED, x509.ReasonFlags.certificate_hold),
        (status("on_hold", since=HOUR_AGO, reason="CERTIFICATE_HOLD"), REVOKED, x509.ReasonFlags.certificate_hold),
        (status("revoked", since=HOUR_AGO), REVOKED, None),
        (status("revoked", since=HOUR_AGO, reason="UNSPECIFIED"), REVOKED, None),
        (status("revoked", since=HOUR_AGO, reason="KEY_COMPROMISE"), REVOKED, x509.ReasonFlags.key_compromise),
        (status("revoked", since=HOUR_AGO, reason="CA_COMPROMISE"), REVOKED, x509.ReasonFlags.ca_compromise),
        (
            status("revoked", since=HOUR_AGO, reason="AFFILIATION_CHANGED"),
            REVOKED,
            x509.ReasonFlags.affiliation_changed,
        ),
        (status("revoked", since=HOUR_AGO, reason="SUPERSEDED"), REVOKED, x509.ReasonFlags.superseded),
        (
            status("revoked", since=HOUR_AGO, reason="CESSATION_OF_OPERATION"),
            REVOKED,
            x509.ReasonFlags.cessation_of_operation,
        ),
    ],
)
@pytest.mark.parametrize("kind", list(jpki.KINDS))
def test_status_table(kind: str, known: jpki.CertificateStatus, state: Any, reason: Any) -> None:
    """Every state and reason becomes the answer of RFC 6960 4.2.1; unspecified is said by leaving the reason out."""
    response = reader.load_der_ocsp_response(answer(kind, known))
    assert response.response_status is reader.OCSPResponseStatus.SUCCESSFUL
    assert (response.serial_number, response.certificate_status) == (serial_of(kind), state)
    assert response.revocation_reason == reason
    assert response.revocation_time_utc == (HOUR_AGO if state is REVOKED else None)
    assert (response.this_update_utc, response.next_update_utc, response.produced_at_utc) == (NOW, NEXT_TICK, NOW)


def test_answer_is_signed_by_the_delegate() -> None:
    """The responder signs, names itself by key hash, and sends its certificate along."""
    response = reader.load_der_ocsp_response(answer("card_auth", status()))
    (own,) = response.certificates
    assert own.public_bytes(Encoding.DER) == authority("auth").responder_certificate
    key = own.public_key()
    key.verify(response.signature, response.tbs_response_bytes, padding.PKCS1v15(), hashes.SHA256())  # type: ignore[union-attr,call-arg]
    identifier = own.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    assert response.responder_key_hash == identifier
    assert response.responder_name is None


def test_each_answer_dates_from_its_own_instant() -> None:
    """A request for several certificates gets one answer each, with the thisUpdate of each: tick or activation."""
    first, second = (ocsp.OCSPRequest.load(request_for(kind)) for kind in ("card_sign", "phone_sign"))
    first["tbs_request"]["request_list"].append(second["tbs_request"]["request_list"][0])
    times = {serial_of("card_sign"): at("2025-06-24 09:00"), serial_of("phone_sign"): at("2025-06-24 09:05:12")}
    response = ocsp.OCSPResponse.load(respond(first.dump(force=True), lambda serial: status(this_update=times[serial])))
    answers = response.basic_ocsp_response["tbs_response_data"]["responses"]
    assert {a["cert_id"]["serial_number"].native: a["this_update"].native for a in answers} == times


@pytest.mark.parametrize("digest", [hashes.SHA1(), hashes.SHA224(), hashes.SHA256(), hashes.SHA384(), hashes.SHA512()])
def test_digests_of_a_cert_id(digest: Any) -> None:
    """A CertID of SHA-1 or of any SHA-2 is answered in its own digest and believed so, and ocsp_request makes it."""
    pair = (x509.load_der_x509_certificate(der) for der in (certificate("card_sign"), authority("sign").certificate))
    asked = reader.OCSPRequestBuilder().add_certificate(*pair, digest).build().public_bytes(Encoding.DER)
    response = reader.load_der_ocsp_response(respond(asked))
    assert response.certificate_status is GOOD
    assert type(response.hash_algorithm) is type(digest)
    issuer = authority("sign").certificate
    assert jpki.ocsp_request(certificate("card_sign"), issuer, digest=digest.name) == asked
    given: dict[str, Any] = {"anchors": issuer, "at": NOW, "usage": "sign", "parameters": PARAMETERS}
    assert jpki.validate_path(certificate("card_sign"), **given, ocsp_responses=respond(asked)).code == "accepted"


def with_extensions(*extensions: dict[str, Any], of_one: bool = False) -> bytes:
    """A request with extensions, or with extensions of its only question."""
    asked = ocsp.OCSPRequest.load(request_for("card_sign"))
    if of_one:
        asked["tbs_request"]["request_list"][0]["single_request_extensions"] = list(extensions)
    else:
        asked["tbs_request"]["request_extensions"] = list(extensions)
    return bytes(asked.dump(force=True))


def strange(critical: bool) -> dict[str, Any]:
    return {"extn_id": "2.999.1", "critical": critical, "extn_value": core.ParsableOctetString(b"hello")}


def nonce(length: int) -> dict[str, Any]:
    return {"extn_id": "nonce", "critical": False, "extn_value": core.OctetString(bytes(range(length)))}


@pytest.mark.parametrize("of_one", [False, True])
def test_an_extension_that_is_not_critical_is_passed_over(of_one: bool) -> None:
    """What is not known and not critical changes nothing, for the request and for one question alike."""
    assert respond(with_extensions(strange(False), of_one=of_one)) == respond(request_for("card_sign"))


@pytest.mark.parametrize("length", [1, 16, 32, 128])
def test_a_nonce_is_repeated(length: int) -> None:
    """The nonce of a request comes back (RFC 9654 2.1); without one, none does."""
    response = reader.load_der_ocsp_response(respond(with_extensions(nonce(length))))
    assert response.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce == bytes(range(length))
    assert not list(reader.load_der_ocsp_response(respond(request_for("card_sign"))).extensions)


@pytest.mark.parametrize("length", [0, 16, 129])
def test_a_nonce_of_one_question_is_none(length: int) -> None:
    """A nonce belongs to the whole request (RFC 6960 4.4.1): in a single question it is passed over, whatever it is."""
    value = core.ParsableOctetString(core.OctetString(bytes(length)).dump())
    asked = with_extensions({"extn_id": "1.3.6.1.5.5.7.48.1.2", "critical": False, "extn_value": value}, of_one=True)
    assert respond(asked) == respond(request_for("card_sign"))
    assert read_request(asked).nonce is None


def tlv(tag: int, *parts: bytes) -> bytes:
    """One object of DER, up to 65,535 octets."""
    content = b"".join(parts)
    size = len(content)
    octets = (
        bytes([size]) if size < 128 else b"\x81" + bytes([size]) if size < 256 else b"\x82" + size.to_bytes(2, "big")
    )
    return bytes([tag]) + octets + content


ROW: bytes = ocsp.OCSPRequest.load(request_for("card_sign"))["tbs_request"]["request_list"][0].dump()
NONCE = bytes.fromhex("06092b0601050507300102")
VERSION, NAME = bytes.fromhex("a003020100"), tlv(0xA1, tlv(0xA4, tlv(0x30)))
ALGORITHM, BITS = bytes.fromhex("300d06092a864886f70d01010b0500"), tlv(0x03, bytes(33))
SIGNATURE = tlv(0xA0, tlv(0x30, ALGORITHM, BITS))


def by_hand(
    *, before: bytes = b"", rows: tuple[bytes, ...] = (ROW,), after: bytes = b"", signature: bytes = b""
) -> bytes:
    """A request of its parts (RFC 6960 4.1.1)."""
    return tlv(0x30, tlv(0x30, before, tlv(0x30, *rows), after), signature)


def test_how_long_an_answer_holds() -> None:
    """From thisUpdate to nextUpdate; what says "unknown" or an error holds for no time, and is asked for again."""
    assert times_of(answer("card_sign", status())) == (NOW, NEXT_TICK)
    assert times_of(answer("card_sign", status("unknown"))) is None
    assert times_of(respond(b"")) is None


JUNK = {
    # what it is: octets, what is wrong, offset
    "empty": (b"", "an object was expected", 0),
    "one octet": (b"\x00", "an object was expected", 0),
    "empty sequence": (b"\x30\x00", "an object was expected", 2),
    "http": (b"GET / HTTP/1.1", "tag 30 was expected, not 47", 0),
    "too short": (request_for("card_sign")[:-1], "a content of 69 octets leads beyond offset 70", 0),
    "too long": (request_for("card_sign") + b"\x00", "nothing more was expected", 71),
    "critical extension": (with_extensions(strange(True)), "a critical extension that is not known", 75),
    "critical extension of one question": (
        with_extensions(strange(True), of_one=True),
        "a critical extension that is not known",
        75,
    ),
    "two nonces": (with_extensions(nonce(16), nonce(32)), "an extension stands once", 110),
    "twice the same of one question": (
        with_extensions(strange(False), strange(False), of_one=True),
        "an extension stands once",
        89,
    ),
    "nonce of 0": (with_extensions(nonce(0)), "a nonce has 1 to 128 octets", 90),
    "nonce of 129": (with_extensions(nonce(129)), "a nonce has 1 to 128 octets", 96),
    "nonce of no OCTET STRING": (
        by_hand(after=tlv(0xA2, tlv(0x30, tlv(0x30, NONCE, tlv(0x04, b"0123456789abcdef"))))),
        "tag 04 was expected, not 30",
        90,
    ),
    "nonce with something behind it": (
        by_hand(after=tlv(0xA2, tlv(0x30, tlv(0x30, NONCE, tlv(0x04, tlv(0x04, b"n") + b"\x05\x00"))))),
        "nothing more was expected",
        93,
    ),
    "no certificate": (by_hand(rows=()), "a request asks for one certificate or more", 4),
    "a question that is no SEQUENCE": (by_hand(rows=(b"\x31" + ROW[1:],)), "a Request is a SEQUENCE", 6),
    "no extension in its extensions": (by_hand(after=tlv(0xA2, tlv(0x30))), "Extensions hold one or more", 73),
    "version 2": (by_hand(before=tlv(0xA0, b"\x02\x01\x01")), "a request has version 1", 6),
    "name and version changed about": (by_hand(before=NAME + VERSION), "tag 30 was expected, not A0", 10),
    "two names": (by_hand(before=NAME + NAME), "tag 30 was expected, not A1", 10),
    "a name and more": (
        by_hand(before=tlv(0xA1, tlv(0xA4, tlv(0x30)), b"\x05\x00")),
        "nothing more was expected",
        10,
    ),
    "signed by nobody": (by_hand(signature=SIGNATURE), "who signs a request names itself", 71),
    "a signature of no bits": (
        by_hand(before=NAME, signature=tlv(0xA0, tlv(0x30, ALGORITHM))),
        "an object was expected",
        96,
    ),
    "a signature and more": (
        by_hand(before=NAME, signature=tlv(0xA0, tlv(0x30, ALGORITHM, BITS, tlv(0xA0), b"\x05\x00"))),
        "nothing more was expected",
        134,
    ),
    "two signatures": (by_hand(before=NAME, signature=SIGNATURE + SIGNATURE), "nothing more was expected", 132),
}


@pytest.mark.parametrize(("junk", "wrong", "offset"), JUNK.values(), ids=JUNK)
def test_what_is_no_request_is_malformed(junk: bytes, wrong: str, offset: int) -> None:
    """Octets that are no OCSPRequest get malformedRequest; the reader says what is wrong with them, and where."""
    response = reader.load_der_ocsp_response(respond(junk))
    assert response.response_status is reader.OCSPResponseStatus.MALFORMED_REQUEST
    with pytest.raises(MalformedError, match=rf"^{wrong}.*, at offset {offset}\.$"):
        read_request(junk)


def test_no_octets_break_the_responder() -> None:
    """Whatever is done to a request, an OCSP response comes back."""
    chance, good = Chance(5).child("ocsp"), request_for("card_auth")
    for _ in range(300):
        octets = bytearray(good)
        octets[chance.integer(0, len(octets) - 1)] ^= 1 << chance.integer(0, 7)
        if not chance.integer(0, 4):
            del octets[chance.integer(1, len(octets)) :]
        reader.load_der_ocsp_response(respond(bytes(octets), side="auth"))


@pytest.mark.parametrize("kind", ["card_auth", "phone_auth"])
def test_another_issuers_certificates_are_not_answered_for(kind: str) -> None:
    """A request about another authority's certificate gets unauthorized (RFC 6960 2.3), a newer generation's too."""
    for asked in (
        request_for(kind),
        jpki.ocsp_request(certificate("card_sign", 1), authority("sign", 1).certificate),
    ):
        response = reader.load_der_ocsp_response(respond(asked, side="sign"))
        assert response.response_status is reader.OCSPResponseStatus.UNAUTHORIZED


def one_request(*asked: bytes) -> bytes:
    """Several requests made one."""
    whole, *others = (ocsp.OCSPRequest.load(request) for request in asked)
    for other in others:
        whole["tbs_request"]["request_list"].append(other["tbs_request"]["request_list"][0])
    return bytes(whole.dump(force=True))


def with_digest(oid: str) -> bytes:
    """A request whose CertID says that it was made by another digest."""
    asked = ocsp.OCSPRequest.load(request_for("card_sign"))
    asked["tbs_request"]["request_list"][0]["req_cert"]["hash_algorithm"]["algorithm"] = oid
    return bytes(asked.dump(force=True))


STRANGERS = {
    "another authority's": request_for("card_auth"),
    "another generation's": jpki.ocsp_request(certificate("card_sign", 1), authority("sign", 1).certificate),
    "by a digest that is not known": with_digest("2.999.1"),
    "by MD5": with_digest("1.2.840.113549.2.5"),
    "by SHA-512, so its octets say, and are too few": with_digest("2.16.840.1.101.3.4.2.3"),
}


@pytest.mark.parametrize("stranger", STRANGERS.values(), ids=STRANGERS)
def test_a_stranger_beside_ours_is_unknown(stranger: bytes) -> None:
    """RFC 6960 2.2 and 4.2.2.3: each question has its answer, in its order; what is not ours is unknown.

    Alone it gets unauthorized (RFC 5019 2.2.3). The status of the stranger's serial number is not even looked up.
    """
    alone = reader.load_der_ocsp_response(respond(stranger))
    assert alone.response_status is reader.OCSPResponseStatus.UNAUTHORIZED
    looked_up: list[int] = []

    def known(serial: int) -> jpki.CertificateStatus:
        looked_up.append(serial)
        return status("revoked", since=HOUR_AGO, reason="KEY_COMPROMISE")

    ours = request_for("card_sign")
    for asked, expected in (((ours, stranger), [REVOKED, UNKNOWN]), ((stranger, ours), [UNKNOWN, REVOKED])):
        signed: dict[bytes, bytes] = {}
        response = reader.load_der_ocsp_response(respond(one_request(*asked), known, signed=signed))
        assert [single.certificate_status for single in response.responses] == expected
        assert not signed
    assert looked_up == [serial_of("card_sign")] * 2


def test_what_was_signed_once_is_given_again() -> None:
    """An answer on one certificate, without a nonce, is kept until the status is another; others are signed anew."""
    signed: dict[bytes, bytes] = {}
    first = respond(request_for("card_sign"), signed=signed)
    assert list(signed.values()) == [first]
    assert respond(request_for("card_sign"), produced_at=NEXT_TICK, signed=signed) == first
    respond(with_extensions(nonce(16)), signed=signed)
    assert list(signed.values()) == [first]
    revoked = respond(request_for("card_sign"), lambda _: status("revoked"), signed=signed)
    assert list(signed.values()) == [first, revoked] and revoked != first


PLAIN = {
    "as it is": by_hand(),
    "version 1 said": by_hand(before=VERSION),
    "with a name": by_hand(before=VERSION + NAME),
    "signed": by_hand(before=NAME, signature=SIGNATURE),
    "signed, with certificates": by_hand(
        before=NAME, signature=tlv(0xA0, tlv(0x30, ALGORITHM, BITS, tlv(0xA0, tlv(0x30))))
    ),
    "critical said to be false": by_hand(
        after=tlv(0xA2, tlv(0x30, tlv(0x30, bytes.fromhex("060388370101 0100"), tlv(0x04, b"x"))))
    ),
}


@pytest.mark.parametrize("request_", PLAIN.values(), ids=PLAIN)
def test_what_may_stand_in_a_request(request_: bytes) -> None:
    """Version, name and signature change nothing: anybody may ask, so a signature is read and not judged (4.1.2)."""
    assert respond(request_) == respond(request_for("card_sign"))


def test_whose_request_it_is() -> None:
    """A request finds its authority by key, not by name; junk and strangers find none."""
    every = [authority("sign"), authority("auth"), authority("sign", 1)]
    assert jpki.asked_of(request_for("phone_auth"), every) is every[1]
    assert jpki.asked_of(jpki.ocsp_request(certificate("card_sign", 1), every[2].certificate), every) is every[2]
    assert jpki.asked_of(request_for("phone_auth"), every[::2]) is None
    assert jpki.asked_of(b"junk", every) is None


def test_request_names_issuer_and_serial_number() -> None:
    """A request holds one SHA-1 CertID of the issuer's name and key, and no nonce: it is the same every time."""
    asked = ocsp.OCSPRequest.load(request_for("card_sign"), strict=True)["tbs_request"]
    (line,) = asked["request_list"]
    issuer = x509.load_der_x509_certificate(authority("sign").certificate)
    assert line["req_cert"]["serial_number"].native == serial_of("card_sign")
    assert line["req_cert"]["issuer_name_hash"].native == hashlib.sha1(issuer.subject.public_bytes()).digest()
    assert asked["request_extensions"].native is None
    with pytest.raises(MalformedCertificate):
        jpki.ocsp_request(b"junk", authority("sign").certificate)


def test_statuses_and_times_must_fit() -> None:
    """A status without its time, of an unknown state or reason, or newer than the next update, is a misuse."""
    with pytest.raises(MisuseError, match="since when"):
        jpki.CertificateStatus("revoked", NOW)
    with pytest.raises(MisuseError, match="a state is one of"):
        jpki.CertificateStatus("lost", NOW)
    with pytest.raises(MisuseError, match="a reason for revocation is one of"):
        jpki.CertificateStatus("revoked", NOW, NOW, "LOST")
    with pytest.raises(MisuseError, match="nextUpdate"):
        respond(request_for("card_sign"), lambda _: status(this_update=at("2025-06-24 09:15:01")))
