"""The shop's two sides: questions that wait for their one answer, and the lab's wallets, which answer anybody.

    ask -> Transaction, open -> answered by a wallet of the lab, or by a stranger's -> judged, closed

Nothing is recorded in the lab. Keys and nonces come from its seed and a counter: TEST.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from myna_lab.devices.phone.presenting import Trusted, Wallet
from myna_lab.devices.phone.sheet import Sheet
from myna_lab.errors import MisuseError, Refused
from myna_lab.events import Check
from myna_lab.formats.mdoc.base64url import base64url
from myna_lab.formats.mdoc.envelope import ANNEX_C
from myna_lab.formats.mdoc.request import Elements
from myna_lab.ground.chance import Chance
from myna_lab.keys import elliptic_key
from myna_lab.lab import Lab
from myna_lab.lab.handles import PhoneHandle
from myna_lab.lab.presented import Presented, presented
from myna_lab.relying_parties.inquiry import Inquiry, inquire
from myna_lab.relying_parties.inspector import age_shown
from myna_lab.relying_parties.reading import shown_to
from myna_lab.world.outside import WorldOutside

__all__ = ["OPEN_AT_ONCE", "Desk", "Transaction"]

OPEN_AT_ONCE = 100
"""Transactions that are kept; one more, and the oldest is forgotten."""
_READER = "shop"


@dataclass
class Transaction:
    """One question of the shop's page, and what came of it."""

    number: str
    asking: Inquiry
    phone: str = ""
    """The lab's phone that is asked; empty: a stranger's wallet."""
    over: int = 0
    """The age that is asked for; 0: none."""
    stated: str = ""
    """The origin that the browser states; empty: the page's own."""
    sheet: Sheet | None = None
    agreed: bool = False
    """Whether the holder said yes to the sheet; the phone then asks for a face or finger."""
    presented: Presented | None = None
    refused: Refused | None = None
    checks: Sequence[Check] = field(default=())
    code: str = ""
    """As of the shop's verdict; empty: no answer yet."""


class Desk:
    """Both sides.

    Args:
        lab: whose people and readers.
        roots: further roots of records that the shop trusts, DER.
        reader_roots: further roots of readers that wallets know, DER.
    """

    def __init__(self, lab: Lab, roots: Sequence[bytes], reader_roots: Sequence[bytes]) -> None:
        self.lab = lab
        self.outside = WorldOutside(lab.world)
        self._roots, self._reader_roots = tuple(roots), tuple(reader_roots)
        self._kept: OrderedDict[str, Transaction] = OrderedDict()
        self._n_asked = self._n_answered = 0

    @property
    def roots(self) -> tuple[bytes, ...]:
        """Roots of records that the shop trusts, DER."""
        return (*self.outside.record_anchors, *self._roots)

    @property
    def phones(self) -> tuple[PhoneHandle, ...]:
        """Those with the card's face on them."""
        return tuple(phone for phone in self.lab.phones if phone.wallet)

    def phone(self, name: object) -> PhoneHandle:
        """The phone of a name.

        Raises:
            MisuseError: ``unknown_phone``: none with the card's face on it has the name.
        """
        for phone in self.phones:
            if phone.name == name:
                return phone
        names = ", ".join(phone.name for phone in self.phones) or "none"
        raise MisuseError(f"phone is one with the card's face on it: {names}.", code="unknown_phone")

    # -------------------------------------------------------------------------------------------------- the wallets

    def answer(
        self,
        phone: PhoneHandle,
        asking: tuple[str, str, str],
        *,
        agrees: Callable[[Sheet], bool],
        other_face: bool = False,
    ) -> tuple[str, Wallet]:
        """A wallet's answer to anybody.

        Args:
            phone: whose.
            asking: protocol, data for the wallet as JSON, and the origin that the browser states.
            agrees: what the holder says to the sheet.
            other_face: whether somebody else's face or finger is shown.

        Returns:
            The answer, JSON, and the wallet as it is after it.

        Raises:
            Refused, MalformedMdoc: as :meth:`myna_lab.devices.phone.presenting.Wallet.page`.
        """
        self._n_answered += 1
        wallet = self.outside.presenter(phone, other_face=other_face)
        assert isinstance(wallet, Wallet), "a phone of the lab has one"
        trusted = Trusted((*self.outside.record_anchors, *self._reader_roots), self.outside.now)
        key = elliptic_key(self._drawn("wallet", self._n_answered))
        wallet = replace(wallet, session_key=key, trusted=trusted, consents=agrees)
        return wallet.page(*asking), wallet

    # ------------------------------------------------------------------------------------------------ the verifier

    def ask(self, protocol: str, asked: Elements, *, origin: str, encrypted: bool, over: int = 0) -> Transaction:
        """Begin a transaction; arguments as of :func:`~myna_lab.relying_parties.inquiry.inquire`."""
        self._n_asked += 1
        drawn = self._drawn("verifier", self._n_asked)
        asking = inquire(
            protocol,
            asked,
            key=elliptic_key(drawn.child("key")),
            reader=self.outside.reader(_READER),
            nonce=drawn.child("nonce").bytes(32),
            origin=origin,
            encrypted=encrypted,
        )
        number = base64url(drawn.child("number").bytes(16))
        self._kept[number] = begun = Transaction(number, asking, over=over)
        if len(self._kept) > OPEN_AT_ONCE:
            self._kept.popitem(last=False)
        return begun

    def find(self, number: object) -> Transaction:
        """A transaction.

        Raises:
            MisuseError: ``unknown_session``: there is none of this number, or it was long ago.
        """
        found = self._kept.get(number) if isinstance(number, str) else None
        if found is None:
            raise MisuseError(
                f"session is the number of one of the newest {OPEN_AT_ONCE} questions.", code="unknown_session"
            )
        return found

    def show_sheet(self, transaction: Transaction, phone: PhoneHandle, stated: str = "") -> None:
        """Hand a question to a phone as a browser does; its holder sees the sheet, and has not answered yet.

        Args:
            transaction: a new one.
            phone: who is asked.
            stated: the origin that the browser states; empty: the page's own.
        """
        transaction.phone, transaction.stated = phone.name, stated or transaction.asking.origin

        def looks(sheet: Sheet) -> bool:
            transaction.sheet = sheet
            return False

        try:
            self.answer(phone, self._handed(transaction), agrees=looks)
        except Refused as refused:
            if transaction.sheet is None:  # the wallet refuses by itself
                self._close(transaction, refused)

    def agree(self, transaction: Transaction) -> None:
        """The holder's yes to the sheet; raises as :meth:`decide`."""
        self._refuse_used(transaction)
        transaction.agreed = True

    def decide(self, transaction: Transaction, *, agrees: bool, other_face: bool = False) -> None:
        """The holder's no to the sheet, or the face or finger after her yes.

        Raises:
            MisuseError: ``used_session``: she has answered; ``not_agreed``: a face is shown before she said yes.
        """
        self._refuse_used(transaction)
        if agrees and not transaction.agreed:
            raise MisuseError("the phone asks for a face after its holder has agreed.", code="not_agreed")
        try:
            answer, wallet = self.answer(
                self.phone(transaction.phone),
                self._handed(transaction),
                agrees=lambda sheet: agrees,
                other_face=other_face,
            )
        except Refused as refused:
            self._close(transaction, refused)
            return
        self._judge(transaction, answer, wallet)

    def take(self, transaction: Transaction, answer: str) -> None:
        """A stranger's answer; a nonce serves once, so a second one is refused as :meth:`decide` does."""
        self._refuse_used(transaction)
        self._judge(transaction, answer, None)

    @staticmethod
    def _handed(transaction: Transaction) -> tuple[str, str, str]:
        return transaction.asking.protocol, transaction.asking.data, transaction.stated

    @staticmethod
    def _refuse_used(transaction: Transaction) -> None:
        if transaction.code:
            raise MisuseError("this question was answered; each nonce serves once.", code="used_session")

    @staticmethod
    def _close(transaction: Transaction, refused: Refused) -> None:
        transaction.refused, transaction.code = refused, refused.code

    def _judge(self, transaction: Transaction, answer: str, wallet: Wallet | None) -> None:
        asking = transaction.asking
        shown = shown_to(
            wallet,
            lambda: asking.opened(answer),
            asking.request,
            asking.session,
            {"request": asking.data.encode(), "answer": answer.encode("utf-8", "replace")},
        )
        found = presented(
            self.outside,
            shown,
            asking.session.asked,
            phone=transaction.phone,
            way="web" if asking.protocol == ANNEX_C else "openid4vp",
            reader=_READER,
            sheet=transaction.sheet,
            roots=self._roots,
        )
        checks, code = list(found.checks), found.code
        if transaction.over and code == "accepted":
            checks.append(age_shown(found.judged, transaction.over))
            code = "accepted" if checks[-1].passed else "too_young"
        transaction.presented, transaction.checks, transaction.code = found, checks, code

    def _drawn(self, side: str, n: int) -> Chance:
        return self.lab.world.chance(f"shop door/{side}/{n}")
