"""Documents signed in every form, each also with one byte changed; and some whose certificate is not for that.

    raw, cms, cms_attached, pdf       what the project's services take, and the CMS with the document inside
    pades_b_b, pades_b_t, pades_b_lt  the PDF as PAdES: with nothing, a time-stamp, revocation data for later

PDF structures are pyHanko's, signatures and time-stamps those of :mod:`myna_lab.kit.signed_data`.

Source: ISO 32000-2 12.8; ETSI EN 319 142-1 (PAdES).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from myna_lab.formats import jpki
from myna_lab.formats.jpki import documents
from myna_lab.formats.jpki.text_pdf import fixed, text_pdf
from myna_lab.kit.author import Author
from myna_lab.kit.certificates import KitCertificate
from myna_lab.kit.signed_data import TimeStampAuthority, signed_data

__all__ = ["signed_documents"]

DOCUMENT = b"TEST document: I apply for a certificate of residence.\n"
_RESERVED = 16_384
"""Octets kept free in the PDF for the CMS with its time-stamp, hexadecimal."""
_SUFFIX = {"raw": ("txt", "sig"), "cms": ("txt", "p7s"), "cms_attached": ("", "p7m")}


def _changed(octets: bytes) -> bytes:
    return octets.replace(b"apply", b"apqly", 1)


class _Desk:
    """Signs with the kit's certificates."""

    def __init__(self, author: Author) -> None:
        self.author, self.world = author, author.world
        self.stamps = TimeStampAuthority.established(
            self.world.new_key(), self.world.new_key(), organization=self.world.parameters.text("organization"),
            at=self.world.at, until=self.world.times.until,
        )  # fmt: skip
        self.plain = text_pdf(DOCUMENT.decode().strip())

    def signer(self, one: KitCertificate) -> dict[str, Any]:
        return {"certificate": one.der, "key": one.key, "chain": [self.world.anchor_of(one)]}

    def sign(self, one: KitCertificate) -> Callable[[bytes], bytes]:
        return lambda data: one.key.sign(data, padding.PKCS1v15(), hashes.SHA256())

    # Each form: (document, signature); one of them None where the other holds both.

    def raw(self, one: KitCertificate, at: datetime) -> tuple[bytes, bytes]:
        return DOCUMENT, self.sign(one)(DOCUMENT)

    def cms(self, one: KitCertificate, at: datetime) -> tuple[bytes, bytes]:
        return DOCUMENT, signed_data(hashlib.sha256(DOCUMENT).digest(), at=at, **self.signer(one))

    def cms_attached(self, one: KitCertificate, at: datetime) -> tuple[None, bytes]:
        digest = hashlib.sha256(DOCUMENT).digest()
        return None, signed_data(digest, at=at, content=DOCUMENT, **self.signer(one))

    def pdf(self, one: KitCertificate, at: datetime) -> tuple[bytes, None]:
        signed = documents.sign_pdf(
            self.plain, certificate=one.der, sign=self.sign(one), at=at, chain=[self.world.anchor_of(one)],
            ocsp_responses=[self.author.answer(one, at)], crls=[self.author.list(one, at)],
        )  # fmt: skip
        return signed, None

    def pades_b_b(self, one: KitCertificate, at: datetime) -> tuple[bytes, None]:
        return self._pades(one, at), None

    def pades_b_t(self, one: KitCertificate, at: datetime) -> tuple[bytes, None]:
        return self._pades(one, at, lambda signature: self.stamps.token(signature, at)), None

    def pades_b_lt(self, one: KitCertificate, at: datetime) -> tuple[bytes, None]:
        certificates = [one.der, self.world.anchor_of(one), self.stamps.certificate, self.stamps.root]
        lists = [self.author.list(one, at), self.stamps.crl]
        signed, _ = self.pades_b_t(one, at)
        return _with_store(signed, certificates, [self.author.answer(one, at)], lists), None

    def _pades(self, one: KitCertificate, at: datetime, stamp: Callable[[bytes], bytes] | None = None) -> bytes:
        """An incremental update with a signature by ETSI.CAdES.detached."""
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.sign.fields import SigSeedSubFilter
        from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
        from pyhanko.sign.signers.pdf_byterange import SignatureObject

        writer = IncrementalPdfFileWriter(BytesIO(self.plain))
        fixed(writer, self.plain + at.isoformat().encode())
        steps = PdfCMSEmbedder().write_cms("Signature1", writer)
        next(steps)
        holder = SignatureObject(at, SigSeedSubFilter.PADES, bytes_reserved=_RESERVED)
        steps.send(SigObjSetup(sig_placeholder=holder))
        prepared, output = steps.send(SigIOSetup(md_algorithm="sha256"))
        steps.send(signed_data(prepared.document_digest, stamp=stamp, **self.signer(one)))
        return bytes(output.getvalue())


def _with_store(pdf: bytes, certificates: Sequence[bytes], answers: Sequence[bytes], lists: Sequence[bytes]) -> bytes:
    """The PDF with a document security store behind it (DSS, EN 319 142-1 5.4.2)."""
    from asn1crypto import crl, ocsp, x509
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign.validation.dss import DocumentSecurityStore

    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    fixed(writer, pdf)
    DocumentSecurityStore.supply_dss_in_writer(
        writer,
        None,
        certs=[x509.Certificate.load(der) for der in certificates],
        ocsps=[ocsp.OCSPResponse.load(der) for der in answers],
        crls=[crl.CertificateList.load(der) for der in lists],
    )
    output = BytesIO()
    writer.write(output)
    return output.getvalue()


FORMS = ("raw", "cms", "cms_attached", "pdf", "pades_b_b", "pades_b_t", "pades_b_lt")


def signed_documents(author: Author) -> Iterator[dict[str, Any]]:
    """Rows of documents, in no order; with the time-stamp authority's files."""
    desk, world = _Desk(author), author.world
    author.files.put("tsa/root.cer", desk.stamps.root)
    author.files.put("tsa/authority.cer", desk.stamps.certificate)
    author.files.put("tsa/root.crl", desk.stamps.crl)
    at = world.at
    for kind in jpki.KINDS:
        good = world.certificate(kind, "good")
        signs = good.authority == "sign"
        for form in FORMS if signs else ("raw",):
            yield from _rows(desk, form, good, "", at, "good", "valid, not revoked")
        if not signs:
            reason = "a certificate for log-in is not for documents: keyUsage without nonRepudiation"
            for form in ("cms", "cms_attached", "pades_b_b"):
                yield from _rows(desk, form, good, "for_log_in", at, "wrong_usage", reason)
            continue
        stopped, revoked = world.certificate(kind, "revoked-SUPERSEDED"), world.times.revoked
        before, after = revoked - timedelta(days=1), revoked + timedelta(hours=1)
        yield from _rows(desk, "pades_b_b", stopped, "revoked", after, "revoked", "superseded")
        yield from _rows(
            desk, "pades_b_t", stopped, "before_revocation", before, "good",
            "revoked since, but time-stamped before: the time-stamp proves it",
        )  # fmt: skip
        yield from _rows(desk, "pades_b_t", stopped, "after_revocation", after, "revoked", "superseded")


def _rows(
    desk: _Desk, form: str, one: KitCertificate, what: str, at: datetime, expected: str, reason: str
) -> Iterator[dict[str, Any]]:
    """A document as it was signed; and, if it is a good one of the usual kind, with one byte changed."""
    document, signature = getattr(desk, form)(one, at)
    files, stem = desk.author.files, f"{one.kind}-{form}" + (f"-{what}" if what else "")
    usual = {**desk.author.case(what or form, one, expected, reason), "form": form}
    suffix, other = _SUFFIX.get(form, ("pdf", ""))
    variants = [("intact", document, signature, expected, reason)]
    if not what:
        of_both = [octets and _changed(octets) for octets in (document, signature if document is None else None)]
        changed = (of_both[0], signature if of_both[1] is None else of_both[1])
        variants.append(("changed", *changed, "bad_signature", "one byte of the document was changed"))
    for name, octets, signed, word, why in variants:
        label = f"{stem}-{name}" if not what else stem
        where = f"{stem}-{name}" if document is None else stem
        yield {
            **usual,
            "id": label,
            "document": files.put(f"documents/{label}.{suffix}", octets) if octets else None,
            "signature": files.put(f"documents/{where}.{other}", signed) if signed else None,
            "expected": word,
            "reason": why,
        }
