"""The on-line desk (電子申請, 電子申告): takes applications and tax returns that are signed with the sign key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from myna_lab.errors import MisuseError
from myna_lab.events import Verdict
from myna_lab.relying_parties.authenticator import Named, Typed
from myna_lab.relying_parties.service import Service

__all__ = ["Desk"]


class Desk(Service):
    """The on-line desk, which takes signed applications and tax returns (電子申請, 電子申告).

    Plastic card and phone alike: assumed for this desk, since each operator decides.
    """

    __slots__ = ()
    service = "desk"
    usage = "sign"
    errand = "sign an application online"
    how_on_phone = "by_password"

    def accept(
        self, device: Named, document: bytes | Sequence[bytes] = b"TEST application", password: str | None = None
    ) -> Verdict:
        """Have an application signed with a phone or a plastic card, and judge it.

        Args:
            device: a phone, or a card such as ``hanako.card``.
            document: what is signed; several documents are signed under one password and judged together.
            password: the signing password, 6 to 16 letters and digits: the card's, or the phone's own (``phone.slip``);
                no face or finger stands for it.

        Returns:
            The verdict, with every check; it is recorded. Every document must be signed.

        Raises:
            MisuseError: a card or phone without a password, or a document that is not bytes.
        """
        documents = tuple(document) if isinstance(document, list | tuple) else (document,)
        if not documents or not all(isinstance(each, bytes) for each in documents):
            raise MisuseError("a document is bytes, such as '…'.encode(), or a list of such.", code="bad_document")
        held = self._outside.signer(device, password)

        def signed() -> Verdict:
            certificate, *signatures = held.sign(*documents)
            return self._judge(certificate, signatures, documents)

        return self._ask(held, signed)

    def tried(self, device: Named, typed: Typed) -> Mapping[str, Verdict]:
        """An application."""
        return {"": self.accept(device, password=typed.password)}
