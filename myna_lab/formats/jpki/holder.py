"""The holder as a service reads her from a signing certificate: the values of the otherNames, as they are written."""

from __future__ import annotations

from collections.abc import Mapping

from asn1crypto import core
from cryptography import x509

from myna_lab.errors import MalformedCertificate
from myna_lab.formats.jpki.names import UNREADABLE, read_certificate
from myna_lab.formats.jpki.subject import OTHER_NAMES

__all__ = ["attributes_of"]


def attributes_of(certificate: bytes) -> Mapping[str, str]:
    """The four attributes (基本4情報) and their substitute flags by field of ``OTHER_NAMES``.

    Args:
        certificate: DER; anything may come in.

    Returns:
        Field to value; empty for a certificate that states nothing of its holder.

    Raises:
        MalformedCertificate: it cannot be read.

    Source: certificate facts 3.
    """
    try:
        names = read_certificate(certificate).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        return {
            OTHER_NAMES[one.type_id.dotted_string]: core.UTF8String.load(one.value, strict=True).native
            for one in names
            if isinstance(one, x509.OtherName) and one.type_id.dotted_string in OTHER_NAMES
        }
    except x509.ExtensionNotFound:
        return {}
    except UNREADABLE as error:
        raise MalformedCertificate(f"its holder cannot be read: {error}") from error
