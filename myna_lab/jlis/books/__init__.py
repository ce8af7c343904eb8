"""The national books: rule tables of certificates, phones, cards and people, and the one fold that fills them.

    EventLog -> Books.evolve(entry) -> rows with their history -> CRL, OCSP answer, table: the books at an instant

The books know at once. Who asks them later, or asks a copy of them, learns later. Rows keep their history, so that
``status`` answers for any instant by bisection.
"""

from myna_lab.jlis.books.annals import Dated
from myna_lab.jlis.books.cards import CARD_RULES, CardRow, CardState
from myna_lab.jlis.books.certificates import (
    CERTIFICATE_RULES,
    LIVE,
    CertificateKey,
    CertificateRow,
    CertificateState,
    Past,
    newest,
    revocable,
)
from myna_lab.jlis.books.circumstances import Apps, Circumstances, Erasure, Heard, LostMode, Whereabouts
from myna_lab.jlis.books.fold import ENTERED, Books
from myna_lab.jlis.books.people import PERSON_RULES, PersonRow, PersonState
from myna_lab.jlis.books.phones import (
    APPLICATION_RULES,
    HOLDING_RULES,
    PHONE_RULES,
    ApplicationRow,
    PhoneRow,
    PhoneState,
)

__all__ = [
    "APPLICATION_RULES",
    "CARD_RULES",
    "CERTIFICATE_RULES",
    "ENTERED",
    "HOLDING_RULES",
    "LIVE",
    "PERSON_RULES",
    "PHONE_RULES",
    "ApplicationRow",
    "Apps",
    "Books",
    "CardRow",
    "CardState",
    "CertificateKey",
    "CertificateRow",
    "CertificateState",
    "Circumstances",
    "Dated",
    "Erasure",
    "Heard",
    "LostMode",
    "Past",
    "PersonRow",
    "PersonState",
    "PhoneRow",
    "PhoneState",
    "Whereabouts",
    "newest",
    "revocable",
]
