"""Where each field of a signed paper lies in its octets: every octet belongs to one part, in order.

    certificate_layout(der) · request_layout(der) · answer_layout(der) · list_layout(der) -> Head | Located, …

Every offset is read from the octets themselves; nothing is searched for by its look.

Source: X.690 8.1; RFC 5280 4.1, 5.1; RFC 6960 4.1, 4.2.
"""

from __future__ import annotations

from myna_lab.formats.jpki.layout.certificate import certificate_layout
from myna_lab.formats.jpki.layout.ocsp import answer_layout, request_layout
from myna_lab.formats.jpki.layout.parts import Head, Layout, Located, located
from myna_lab.formats.jpki.layout.revocation_list import list_layout, serials_to_tell, what_changed

__all__ = [
    "Head",
    "Layout",
    "Located",
    "answer_layout",
    "certificate_layout",
    "list_layout",
    "located",
    "request_layout",
    "serials_to_tell",
    "what_changed",
]
