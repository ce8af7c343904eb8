"""Signed documents: CMS and PDF, made with a key that signs elsewhere (a card, a phone), and judged. By pyHanko.

    document -> pyHanko: attributes -> sign(octets) by the device -> CMS, alone or inside the PDF
    CMS or PDF -> cms_reader: is each octet what it must be? -> pyHanko: is it intact?
               -> validate_path: is its certificate good at that time?

Needs the extra ``workbench``. Nothing is fetched, and the time is an argument: the same arguments give the same octets.

Source: RFC 5652; ISO 32000-1 12.8; Adobe's RevocationInfoArchival attribute for revocation data inside a signature.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from myna_lab.errors import MalformedError, MisuseError
from myna_lab.events import Check, reason
from myna_lab.formats.jpki.cms_reader import read_signed
from myna_lab.formats.jpki.names import UNREADABLE
from myna_lab.formats.jpki.path import PathResult, validate_path
from myna_lab.formats.jpki.text_pdf import fixed, need_pyhanko, text_pdf
from myna_lab.ground.arguments import octets_of
from myna_lab.ground.durations import at as instant_of
from myna_lab.parameters import Parameters

__all__ = ["DocumentResult", "check_cms", "check_pdf", "sign_cms", "sign_pdf", "text_pdf"]

Sign = Callable[[bytes], bytes]
_FIELD = "Signature1"
_RESERVED = 4_096
"""Octets kept free in the PDF for the CMS, beside the certificates and revocation data that go into it."""


def _run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine that waits for nothing (pyHanko's)."""
    try:
        coroutine.send(None)
    except StopIteration as done:
        return done.value
    coroutine.close()
    raise RuntimeError("the library waits for something, though nothing is fetched.")


def _signer(certificate: bytes, chain: Sequence[bytes], sign: Sign) -> Any:
    """A signer of pyHanko whose key is elsewhere."""
    from asn1crypto import x509
    from pyhanko.sign.signers import Signer
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    class Elsewhere(Signer):
        async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
            return bytes(256) if dry_run else sign(data)

        async def unsigned_attrs(self, *_: Any, **__: Any) -> None:
            """None: no time-stamp is asked for."""

    known = SimpleCertificateStore()
    known.register_multiple([x509.Certificate.load(der) for der in chain])
    return Elsewhere(
        signing_cert=x509.Certificate.load(certificate), cert_registry=known, prefer_pss=False, embed_roots=True
    )


def _attributes(
    digest: bytes, certificate: bytes, at: datetime, ocsp_responses: Sequence[bytes] = (), crls: Sequence[bytes] = ()
) -> Any:
    """The signed attributes: type, time, digest, whose certificate it is, and revocation data if there are any."""
    from asn1crypto import cms, crl, ocsp, x509
    from pyhanko.sign.general import as_signing_certificate_v2, simple_cms_attribute
    from pyhanko.sign.signers import Signer

    when = instant_of(at).astimezone(UTC).replace(microsecond=0)
    rows: dict[str, Any] = {
        "content_type": "data",
        "signing_time": cms.Time({"utc_time": when} if when.year < 2050 else {"general_time": when}),
        "message_digest": digest,
        "signing_certificate_v2": as_signing_certificate_v2(x509.Certificate.load(certificate)),
    }
    if ocsp_responses or crls:
        rows["adobe_revocation_info_archival"] = Signer.format_revinfo(
            [ocsp.OCSPResponse.load(der) for der in ocsp_responses], [crl.CertificateList.load(der) for der in crls]
        )
    return cms.CMSAttributes([simple_cms_attribute(name, value) for name, value in rows.items()])


def sign_cms(
    document: bytes,
    *,
    certificate: bytes,
    sign: Sign,
    at: datetime,
    chain: Sequence[bytes] = (),
    attached: bool = False,
) -> bytes:
    """Sign a document as CMS, apart from it (detached), or with it inside.

    文書にCMS形式の署名をつける。

    Args:
        document: anything.
        certificate: the signer's, DER.
        sign: makes an RSASSA-PKCS1-v1_5 signature with SHA-256 over the octets that it is given.
        at: the time that the signature states.
        chain: further certificates to put in, DER.
        attached: whether the document stands inside.

    Returns:
        ContentInfo with SignedData, DER.

    Raises:
        MisuseError: pyHanko is not installed, or a naive time.

    Source: RFC 5652 5.
    """
    need_pyhanko()
    signed = _run(
        _signer(certificate, chain, sign).async_sign_prescribed_attributes(
            "sha256", _attributes(hashlib.sha256(document).digest(), certificate, at)
        )
    )
    if attached:
        signed["content"]["encap_content_info"] = {"content_type": "data", "content": document}
    return bytes(signed.dump())


def sign_pdf(
    pdf: bytes,
    *,
    certificate: bytes,
    sign: Sign,
    at: datetime,
    chain: Sequence[bytes] = (),
    ocsp_responses: Sequence[bytes] = (),
    crls: Sequence[bytes] = (),
) -> bytes:
    """Sign a PDF; revocation data may be put into the signature, so that it can be judged later.

    PDFに署名をつける。

    Args:
        pdf: the document.
        certificate: the signer's, DER.
        sign: makes an RSASSA-PKCS1-v1_5 signature with SHA-256 over the octets that it is given.
        at: the time that the signature states.
        chain: further certificates to put in, DER.
        ocsp_responses: OCSP responses to put in, DER.
        crls: CRLs to put in, DER.

    Returns:
        The signed PDF: the old one, and the signature behind it.

    Raises:
        MisuseError: pyHanko is not installed, not a PDF, or a naive time.
    """
    need_pyhanko()
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign.fields import SigSeedSubFilter
    from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
    from pyhanko.sign.signers.pdf_byterange import SignatureObject

    when = instant_of(at).replace(microsecond=0)
    try:
        writer = IncrementalPdfFileWriter(BytesIO(pdf))
    except (PdfError, *UNREADABLE) as error:
        raise MisuseError(f"not a PDF: {error}", code="bad_pdf") from error
    fixed(writer, pdf + when.isoformat().encode())
    size = _RESERVED + sum(map(len, (certificate, *chain, *ocsp_responses, *crls)))
    holder = SignatureObject(when, SigSeedSubFilter.ADOBE_PKCS7_DETACHED, bytes_reserved=2 * size)
    steps = PdfCMSEmbedder().write_cms(_FIELD, writer)
    next(steps)
    steps.send(SigObjSetup(sig_placeholder=holder))
    prepared, output = steps.send(SigIOSetup(md_algorithm="sha256"))
    signed = _run(
        _signer(certificate, chain, sign).async_sign_prescribed_attributes(
            "sha256", _attributes(prepared.document_digest, certificate, at, ocsp_responses, crls)
        )
    )
    steps.send(signed)
    return bytes(output.getvalue())


# ------------------------------------------------------------------------------------------------------------ judging


@dataclass(frozen=True, slots=True)
class DocumentResult:
    """What the judging of a signed document gave; true if it was accepted."""

    accepted: bool
    code: str
    """One of ``jpki.CODES``, or ``bad_signature`` or ``malformed_document``."""
    checks: tuple[Check, ...]
    """The signature's, then the six of the certificate."""
    certificate: bytes | None = None
    """The signer's, DER."""
    path: PathResult | None = None

    def __bool__(self) -> bool:
        return self.accepted


def check_cms(
    document: bytes,
    signature: bytes,
    *,
    anchors: bytes | Sequence[bytes],
    at: datetime,
    parameters: Parameters,
    ocsp_responses: bytes | Sequence[bytes] = (),
    crls: bytes | Sequence[bytes] = (),
) -> DocumentResult:
    """Judge a document with its CMS signature; anything at all may come in.

    Args:
        document: what should be signed; if the signature holds a document of its own, it must be this one.
        signature: ContentInfo, DER.
        anchors, at, parameters, ocsp_responses, crls: see :func:`validate_path`; the usage is ``sign``.

    Raises:
        MisuseError: pyHanko is not installed, a naive time, or an anchor that is no certificate.
    """
    need_pyhanko()
    from asn1crypto import cms
    from pyhanko.sign.general import extract_certificate_info, extract_signer_info
    from pyhanko.sign.validation.generic_cms import validate_sig_integrity

    def judge() -> tuple[bool, bytes]:
        read = read_signed(signature)
        signed = cms.ContentInfo.load(signature, strict=True)["content"]
        certificate = extract_certificate_info(signed).signer_cert
        digest = hashlib.new(read.digest, document).digest()
        fits = all(validate_sig_integrity(extract_signer_info(signed), certificate, "data", digest))
        is_this = read.content in (None, document) and read.signer in (b"", _named(certificate))
        return fits and is_this, bytes(certificate.dump())

    return _result(judge, "RFC 5652 5.6", anchors, at, parameters, ocsp_responses, crls)


def check_pdf(
    pdf: bytes,
    *,
    anchors: bytes | Sequence[bytes],
    at: datetime,
    parameters: Parameters,
    ocsp_responses: bytes | Sequence[bytes] = (),
    crls: bytes | Sequence[bytes] = (),
) -> DocumentResult:
    """Judge a signed PDF, by revocation data given and those inside it; anything at all may come in.

    Args:
        pdf: the document, its signature the last thing that was done to it.
        anchors, at, parameters, ocsp_responses, crls: as for :func:`check_cms`, which raises the same.
    """
    need_pyhanko()
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation.generic_cms import validate_sig_integrity
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    inside: tuple[list[bytes], list[bytes]] = ([], [])

    def judge() -> tuple[bool, bytes]:
        embedded = PdfFileReader(BytesIO(pdf)).embedded_signatures[-1]
        for attribute in embedded.signer_info["signed_attrs"]:
            if attribute["type"].native == "adobe_revocation_info_archival":
                for held, found in zip(inside, ("ocsp", "crl"), strict=True):
                    held.extend(one.dump() for one in attribute["values"][0][found] or ())
        read = read_signed(embedded.pkcs7_content, padded=True)
        digest, certificate = embedded.compute_digest(), embedded.signer_cert
        fits = all(validate_sig_integrity(embedded.signer_info, certificate, "data", digest))
        covers_all = embedded.evaluate_signature_coverage() is SignatureCoverageLevel.ENTIRE_FILE
        whole = covers_all and _covers_all(pdf, list(embedded.byte_range), embedded.pkcs7_content)
        is_this = whole and read.content is None and read.signer in (b"", _named(certificate))
        return fits and is_this, bytes(certificate.dump())

    return _result(judge, "ISO 32000-1 12.8.1", anchors, at, parameters, ocsp_responses, crls, inside)


def _named(certificate: Any) -> bytes:
    """How a certificate is named by its issuer and serial number: the same octets that stand in it."""
    body = certificate["tbs_certificate"]
    return bytes(body["issuer"].dump() + body["serial_number"].dump())


def _covers_all(pdf: bytes, ranges: list[int], contents: bytes) -> bool:
    """Whether only the signature itself, written in hexadecimal digits, is left out of what is signed."""
    start, end = ranges[1], ranges[2]
    left_out = pdf[start:end]
    is_hex = left_out[:1] == b"<" and left_out[-1:] == b">" and left_out[1:-1].lower() == contents.hex().encode()
    return is_hex and ranges[0] == 0 and end + ranges[3] == len(pdf)


def _result(
    judge: Callable[[], tuple[bool, bytes]],
    clause: str,
    anchors: bytes | Sequence[bytes],
    at: datetime,
    parameters: Parameters,
    ocsp_responses: bytes | Sequence[bytes],
    crls: bytes | Sequence[bytes],
    inside: tuple[list[bytes], list[bytes]] = ([], []),
) -> DocumentResult:
    from pyhanko.pdf_utils.misc import PdfError
    from pyhanko.sign.general import UnacceptableSignerError
    from pyhanko.sign.validation.errors import SignatureValidationError, ValidationInfoReadingError

    unreadable = (
        MalformedError, PdfError, SignatureValidationError, UnacceptableSignerError, ValidationInfoReadingError,
        RecursionError, OSError,
    )  # fmt: skip
    try:
        intact, certificate = judge()
    except (*unreadable, *UNREADABLE) as error:
        seen = reason("document.unreadable", error=type(error).__name__)
        return DocumentResult(False, "malformed_document", (Check("signature", False, clause, seen),))
    seen = reason("document.fits" if intact else "document.does_not_fit")
    path = validate_path(
        certificate,
        anchors=anchors,
        at=at,
        ocsp_responses=[*octets_of(ocsp_responses, "OCSP responses"), *inside[0]],
        crls=[*octets_of(crls, "CRLs"), *inside[1]],
        usage="sign",
        parameters=parameters,
    )
    code = path.code if intact else "bad_signature"
    checks = (Check("signature", intact, clause, seen), *path.checks)
    return DocumentResult(intact and path.accepted, code, checks, certificate, path)
