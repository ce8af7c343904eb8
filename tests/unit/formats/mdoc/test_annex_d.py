"""The examples of ISO/IEC 18013-5 Annex D, made by others: our reader and our phone come to the same octets."""

from __future__ import annotations

import tomllib
from pathlib import Path

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from myna_lab.errors import MalformedMdoc
from myna_lab.formats.mdoc import cose, request, response, session, transcript, verifying
from myna_lab.formats.mdoc.encoded import Encoded
from myna_lab.ground.durations import at

FILE = Path(__file__).parents[3] / "vectors" / "iso_18013_5_annex_d.toml"
D = {name: bytes.fromhex(text) for name, text in tomllib.loads(FILE.read_text("utf-8")).items()}


def key(name: str) -> ec.EllipticCurvePrivateKey:
    """A private key of the examples."""
    return ec.derive_private_key(int.from_bytes(D[f"{name}_d"], "big"), ec.SECP256R1())


READER, PHONE, RECORD_KEY = (
    key(name) for name in ("ephemeral_reader_key", "ephemeral_device_key", "static_device_key")
)
ENGAGEMENT = session.engage(PHONE.public_key())
EXPECTED = Encoded(D["session_transcript_bytes"]).unwrapped("the example", "Annex D.5.1").octets
HANDOVER = Encoded(EXPECTED).elements("the example", "Annex D.5.1")[2].octets
"""By NFC: the example's own octets, as the radio is left out here."""


def opened() -> tuple[transcript.Transcript, bytes]:
    """The example's session as the phone sees it, and the request in it."""
    made, reader, sealed = session.read_establishment(D["session_establishment"], ENGAGEMENT, HANDOVER)
    return made, session.SealedSession(PHONE, reader, made, is_reader=False).open(sealed)


TRANSCRIPT, REQUEST = opened()


def test_session_transcript() -> None:
    """From engagement, reader's key and handover the same transcript comes (D.5.1)."""
    assert TRANSCRIPT.encoded == EXPECTED
    assert TRANSCRIPT.wrapped == D["session_transcript_bytes"]


def test_session_establishment() -> None:
    """The phone opens the request, and our reader makes the same message octet by octet (D.5.1)."""
    assert D["device_request"] == REQUEST
    reader = session.SealedSession(READER, PHONE.public_key(), TRANSCRIPT, is_reader=True)
    assert session.establishment(READER.public_key(), reader.seal(REQUEST)) == D["session_establishment"]


def test_session_data() -> None:
    """Our reader opens the answer, and our phone seals it to the same octets (D.5.1)."""
    sealed, status = session.read_data(D["session_data"])
    assert status is None and sealed is not None
    reader = session.SealedSession(READER, PHONE.public_key(), TRANSCRIPT, is_reader=True)
    assert reader.open(sealed) == D["device_response"]
    phone = session.SealedSession(PHONE, READER.public_key(), TRANSCRIPT, is_reader=False)
    assert session.session_data(phone.seal(D["device_response"])) == D["session_data"]


def test_session_termination() -> None:
    """The end of the session, status 20, is read and written alike (D.5.1)."""
    assert session.read_data(D["session_termination"]) == (None, session.END)
    assert session.session_data(None, session.END) == D["session_termination"]


def test_request_and_reader_authentication() -> None:
    """The request's elements are read, and the reader's signature fits in its own session only (D.4.1.1, D.5.2)."""
    read = request.read_request(REQUEST)
    assert (read.version, [one.doc_type for one in read.documents]) == ("1.0", ["org.iso.18013.5.1.mDL"])
    assert read.documents[0].elements == {
        "org.iso.18013.5.1": {
            "family_name": True,
            "document_number": True,
            "driving_privileges": True,
            "issue_date": True,
            "expiry_date": True,
            "portrait": False,
        }
    }
    assert Encoded(read.documents[0].items_request).unwrapped("", "").octets == D["items_request"]
    assert request.reader_fits(read, TRANSCRIPT) == (D["reader_cert"],)
    other = transcript.near(ENGAGEMENT.encoded, cbor2.dumps(cbor2.CBORTag(24, D["e_device_key_bytes"])))
    assert request.reader_fits(read, other) == ()


def test_response_digests_and_issuer() -> None:
    """Six elements have their digests, and the document signer's signature fits (D.4.1.2, D.5.3)."""
    document = response.read_response(D["device_response"]).documents[0]
    checks = verifying.issuer_checks(document.record, anchors=[D["ds_cert"]], at=at("2021-01-01 09:00"))
    assert [(check.name, check.passed) for check in checks] == [
        ("chain", True),  # the example has no root: its signer stands for it
        ("signer_usage", True),
        ("issuer_signature", True),
        ("doc_type", False),  # an mDL, and no My Number Card
        ("digests", True),
        ("validity", True),
    ]
    names = [item.element_identifier for item in document.record.items["org.iso.18013.5.1"]]
    assert names == [
        "family_name",
        "issue_date",
        "expiry_date",
        "document_number",
        "portrait",
        "driving_privileges",
    ]


def test_device_mac() -> None:
    """The device's MAC fits for either side's keys, in this session only (D.5.3)."""
    document = response.read_response(D["device_response"]).documents[0]
    assert document.mac is not None and document.signature is None
    payload = transcript.device_authentication(TRANSCRIPT, document.record.doc_type, document.device_name_spaces)
    device = cose.public_key(document.record.device_key)
    assert device is not None
    by_reader = session.device_mac_key(READER, device, TRANSCRIPT)
    assert by_reader == session.device_mac_key(RECORD_KEY, READER.public_key(), TRANSCRIPT)
    assert cose.mac_fits(document.mac, by_reader, payload)
    assert cose.mac(payload, by_reader).tag == document.mac.tag
    assert not cose.mac_fits(document.mac, by_reader, payload + b"\0")


def test_engagement_by_code() -> None:
    """The example's engagement as a QR code leads to the same key; another scheme is refused."""
    shown = session.Engagement(cbor2.dumps(cbor2.CBORTag(24, D["device_engagement"])), PHONE.public_key())
    code = session.to_qr(shown)
    read = session.from_qr(code)
    assert code.startswith("mdoc:owBj")
    assert (read.encoded, cose.point_of(read.device_key)) == (shown.encoded, cose.point_of(PHONE.public_key()))
    for other in (code.replace("mdoc:", "https:"), f"{code[:9]}!{code[9:]}", f"{code}=", "mdoc:", f"{code} "):
        with pytest.raises(MalformedMdoc, match="mdoc: and base64url"):
            session.from_qr(other)
