"""One fictional person, as the vault keeps her."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime

import cbor2

from myna_lab.errors import MalformedError
from myna_lab.ground.durations import JST, birth_number
from myna_lab.residents.numbers import verification_number_b

__all__ = ["Resident"]


@dataclass(frozen=True, slots=True, repr=False)
class Resident:
    """A fictional resident of Japan with all that her card will hold. Her repr shows no secrets."""

    person: str
    """Identifier from the log: ``person-1``."""
    name: str
    """氏名: surname, U+3000, given name; one part only if it was given so."""
    name_kana: str
    """The reading in katakana."""
    name_latin: str
    """The reading in Latin letters, surname first."""
    sex: str
    """``male`` or ``female``."""
    born: date
    address: str
    """住所: full-width text from the prefecture on, at most 200 characters."""
    prefecture: str
    city: str
    prefecture_latin: str
    """As in the certificate's subject: ``Aonami-ken``."""
    city_latin: str
    """As in the certificate's subject: ``Todai-shi``."""
    municipality: str
    """Five digits; above 47, where no real prefecture is."""
    my_number: str
    """個人番号: 12 digits with a check digit that is wrong on purpose."""
    portrait: bytes
    """JPEG 2000 in its JP2 container, grey."""
    input_aid_pin: str
    """券面事項入力補助用暗証番号, 4 digits."""
    user_authentication_pin: str
    """利用者証明用暗証番号, 4 digits."""
    signing_password: str
    """署名用パスワード (officially 署名用電子証明書用暗証番号), 6 to 16 of A-Z 0-9."""
    resident_register_pin: str
    """住民基本台帳用暗証番号, 4 digits; no step of a set-up asks for it."""
    security_code: str
    """セキュリティコード of the card's face, 4 digits."""
    card_expires: datetime
    """23:59:59 JST of the card's last day."""
    licence: bool
    """Whether the card carries a driving licence."""
    face: bytes
    """Her face as bytes; the portrait is drawn from them, and a captured face is compared with them."""
    licence_pin: str = ""
    """PIN of the driving licence, 4 digits; empty: none was set."""
    alias: str = ""
    """通称 of a foreign resident, written beside her name; empty: none."""
    birth_known: str = "day"
    """How much of :attr:`born` the register knows: a key of :data:`durations.KNOWN`; rules go by the date."""
    western_birth_date: bool = False
    """Whether the birth is written in the Western calendar, as for foreign residents."""

    @property
    def written_name(self) -> str:
        """氏名 as cards, certificates and records have it: followed by the alias, if there is one.

        Source: both are on the card (reported); in one field, in full-width brackets: assumed.
        """
        return f"{self.name}（{self.alias}）" if self.alias else self.name

    @property
    def birth_number(self) -> str:
        """Six digits that open the visual application, see :func:`~myna_lab.ground.durations.birth_number`."""
        return birth_number(self.born, self.birth_known, western=self.western_birth_date)

    @property
    def number_b(self) -> str:
        """照合番号B, 14 digits."""
        return verification_number_b(
            self.born, self.card_expires, self.security_code, self.birth_known, western=self.western_birth_date
        )

    def encode(self) -> bytes:
        """All attributes as CBOR, for the vault."""
        plain = {field.name: getattr(self, field.name) for field in fields(self)}
        return cbor2.dumps(plain | {"born": self.born.isoformat(), "card_expires": self.card_expires.isoformat()})

    @classmethod
    def decode(cls, data: bytes) -> Resident:
        """Read :meth:`encode`'s bytes.

        Raises:
            MalformedError: they are something else.
        """
        try:
            plain = cbor2.loads(data)
            expires = datetime.fromisoformat(plain["card_expires"]).astimezone(JST)
            return cls(**(plain | {"born": date.fromisoformat(plain["born"]), "card_expires": expires}))
        except (cbor2.CBORError, KeyError, TypeError, ValueError) as error:
            reason = type(error).__name__
        # Raised outside the except clause, because the first error may quote attributes.
        raise MalformedError(f"not an encoded resident: {reason}.", code="malformed_resident")

    def __repr__(self) -> str:
        return f"<Resident {self.person}: {self.name}, {self.prefecture}{self.city} (TEST)>"
