"""Certificates, lists and answers with one thing changed: signed again, or with the old signature, which then is wrong.

What is not changed keeps its octets. Without a key the old signature stays: that is tampering.

Source: RFC 5280 4.1, 5.1; RFC 6960 4.2.1.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from asn1crypto import core, crl, ocsp, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

__all__ = ["UNKNOWN", "amended_answer", "amended_certificate", "amended_list", "policies"]

UNKNOWN = "1.3.6.1.4.1.32473.1"
"""An extension that no program knows: below the number for examples of RFC 5612."""
_NOTHING = core.Null().dump()


def policies(*identifiers: str) -> list[dict[str, Any]]:
    """The value of certificatePolicies with these identifiers and no qualifier."""
    return [{"policy_identifier": identifier} for identifier in identifiers]


def _signed(whole: Any, content: str, key: RSAPrivateKey | None) -> bytes:
    """The structure after its content was changed; ``signature`` is its last field."""
    if key is not None:
        field = "signature_value" if "signature_value" in whole._field_map else "signature"
        whole[field] = key.sign(whole[content].dump(), padding.PKCS1v15(), hashes.SHA256())
    return bytes(whole.dump())


def _times(at: datetime) -> x509.Time:
    when = at.astimezone(UTC).replace(microsecond=0)
    return x509.Time({"utc_time": when} if when.year < 2050 else {"general_time": when})


def amended_certificate(
    der: bytes,
    key: RSAPrivateKey,
    *,
    serial: int | None = None,
    validity: tuple[datetime, datetime] | None = None,
    extensions: Mapping[str, Any] | None = None,
    critical: Iterable[str] = (),
) -> bytes:
    """A certificate with another serial number, validity or other extensions.

    Args:
        der: the certificate.
        key: signs it again.
        serial: None: as it was.
        validity: None: as it was.
        extensions: by asn1crypto's name or identifier, to the new value; None takes it out, a new one comes last.
        critical: which of the new ones are critical; one that was there stays as it was.
    """
    whole = x509.Certificate.load(der)
    content = whole["tbs_certificate"]
    if serial is not None:
        content["serial_number"] = serial
    if validity is not None:
        begins, ends = map(_times, validity)
        content["validity"] = x509.Validity({"not_before": begins, "not_after": ends})
    changes, kept = dict(extensions or {}), []
    for one in content["extensions"]:
        name = one["extn_id"].native
        if name not in changes:
            kept.append(one)
        elif (value := changes.pop(name)) is not None:
            kept.append(x509.Extension({"extn_id": name, "critical": one["critical"].native, "extn_value": value}))
    for name, value in changes.items():
        if value is not None:
            kept.append(x509.Extension({"extn_id": name, "critical": name in critical, "extn_value": value}))
    content["extensions"] = kept
    return _signed(whole, "tbs_certificate", key)


def amended_list(
    der: bytes,
    key: RSAPrivateKey | None,
    *,
    this_update: datetime | None = None,
    next_update: datetime | None = None,
    without: int | None = None,
    line: tuple[int, datetime, str] | None = None,
    critical: tuple[str, Any] | None = None,
    critical_in_line: bool = False,
) -> bytes:
    """A CRL with other times, lines or extensions.

    Args:
        der: the list.
        key: signs it again; None: the old signature stays.
        this_update: None: as it was.
        next_update: None: as it was.
        without: serial number of a line that goes.
        line: a further line: serial number, time, reason by asn1crypto's name.
        critical: a critical extension for the list, by name or identifier, with its value.
        critical_in_line: whether the first line gets a critical extension that no program knows.
    """
    whole = crl.CertificateList.load(der)
    content = whole["tbs_cert_list"]
    if this_update is not None:
        content["this_update"] = _times(this_update)
    if next_update is not None:
        content["next_update"] = _times(next_update)
    lines = [one for one in content["revoked_certificates"] or () if one["user_certificate"].native != without]
    if line is not None:
        serial, since, reason = line
        extensions = [{"extn_id": "crl_reason", "critical": False, "extn_value": crl.CRLReason(reason)}]
        row = {"user_certificate": serial, "revocation_date": _times(since), "crl_entry_extensions": extensions}
        lines.append(crl.RevokedCertificate(row))
    if critical_in_line:
        unknown = {"extn_id": UNKNOWN, "critical": True, "extn_value": core.ParsableOctetString(_NOTHING)}
        lines[0]["crl_entry_extensions"] = [*(lines[0]["crl_entry_extensions"] or ()), crl.CRLEntryExtension(unknown)]
    lines.sort(key=lambda one: int(one["user_certificate"].native))
    content["revoked_certificates"] = crl.RevokedCertificates(lines) if lines else core.Void()
    if critical is not None:
        name, value = critical
        further = crl.TBSCertListExtension({"extn_id": name, "critical": True, "extn_value": value})
        content["crl_extensions"] = [*content["crl_extensions"], further]
    return _signed(whole, "tbs_cert_list", key)


def amended_answer(
    der: bytes,
    key: RSAPrivateKey | None,
    *,
    this_update: datetime | None = None,
    next_update: datetime | None = None,
    produced_at: datetime | None = None,
    status: str = "",
    responder: bytes | None = None,
    critical: bool = False,
) -> bytes:
    """An OCSP response about one certificate with other times, another status or responder.

    Args:
        der: the response.
        key: signs it again; None: the old signature stays.
        this_update: None: as it was.
        next_update: None: as it was.
        produced_at: None: as it was.
        status: ``good`` or ``unknown``; empty: as it was.
        responder: certificate of who answers, which goes into the response; None: as it was.
        critical: whether the answer gets a critical extension that no program knows.
    """
    whole = ocsp.OCSPResponse.load(der)
    basic = whole["response_bytes"]["response"].parsed
    content = basic["tbs_response_data"]
    single = content["responses"][0]
    if this_update is not None:
        single["this_update"] = this_update.astimezone(UTC)
    if next_update is not None:
        single["next_update"] = next_update.astimezone(UTC)
    if produced_at is not None:
        content["produced_at"] = produced_at.astimezone(UTC)
    if status:
        single["cert_status"] = ocsp.CertStatus({status: ocsp.StatusGood() if status == "good" else core.Null()})
    if critical:
        row = {"extn_id": UNKNOWN, "critical": True, "extn_value": core.ParsableOctetString(_NOTHING)}
        single["single_extensions"] = [ocsp.SingleResponseExtension(row)]
    content["responses"] = [single]
    if responder is not None:
        certificate = x509.Certificate.load(responder)
        key_hash = hashlib.sha1(bytes(certificate.public_key["public_key"])).digest()
        content["responder_id"] = ocsp.ResponderId({"by_key": key_hash})
        basic["certs"] = [certificate]
    octets = {"response_type": "basic_ocsp_response", "response": core.ParsableOctetString(b"")}
    basic["tbs_response_data"] = content
    octets["response"] = core.ParsableOctetString(_signed(basic, "tbs_response_data", key))
    whole["response_bytes"] = ocsp.ResponseBytes(octets)
    return bytes(whole.dump())
