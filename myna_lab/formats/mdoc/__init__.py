"""The card's attributes as a signed record of ISO/IEC 18013-5 (mdoc), under a practice issuer (IACA).

    establish, establish_signer -> Issuer ; issue(attributes, issuer, device key) -> bytes -> read, verify_issuer

A record is the map ``{"docType", "issuerSigned"}``: a Document of 8.3.2.1.2.2 before the phone adds ``deviceSigned``.
It is CBOR; what was received is what is hashed, nothing is encoded again. TEST data only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from myna_lab.ground.interrupts import names_of

if TYPE_CHECKING:
    from myna_lab.formats.mdoc.authority import Issuer, establish, establish_signer
    from myna_lab.formats.mdoc.elements import COMMON, DOC_TYPE, EXPIRY, LICENCE, NATIONAL, Attributes
    from myna_lab.formats.mdoc.issuing import issue, issue_licence
    from myna_lab.formats.mdoc.record import Item, Record, parse
    from myna_lab.formats.mdoc.verifying import read, verify_issuer

__all__ = [
    "COMMON",
    "DOC_TYPE",
    "EXPIRY",
    "LICENCE",
    "NATIONAL",
    "Attributes",
    "Issuer",
    "Item",
    "Record",
    "establish",
    "establish_signer",
    "issue",
    "issue_licence",
    "parse",
    "read",
    "verify_issuer",
]

_HOMES = {
    **dict.fromkeys(("Issuer", "establish", "establish_signer"), "authority"),
    **dict.fromkeys(("COMMON", "DOC_TYPE", "EXPIRY", "LICENCE", "NATIONAL", "Attributes"), "elements"),
    **dict.fromkeys(("issue", "issue_licence"), "issuing"),
    **dict.fromkeys(("Item", "Record", "parse"), "record"),
    **dict.fromkeys(("read", "verify_issuer"), "verifying"),
}
"""The module of each name, loaded when the name is first used: to read a record alone needs no cryptography."""

__getattr__ = names_of(__name__, _HOMES)
