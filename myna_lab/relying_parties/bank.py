"""A bank that opens accounts on line: the applicant signs, and her certificate says who she is.

signature and certificate -> the four attributes (基本4情報) -> if wanted, what J-LIS has of her now (最新の利用者情報)
"""

from __future__ import annotations

from collections.abc import Mapping

from myna_lab.errors import MalformedCertificate
from myna_lab.events import Check, Verdict, reason
from myna_lab.formats.jpki import stated_in
from myna_lab.ground.arguments import only_bool, only_bytes
from myna_lab.relying_parties.authenticator import Named, Typed
from myna_lab.relying_parties.service import PRIVATE, Service
from myna_lab.relying_parties.verifying import also

__all__ = ["Bank"]


class Bank(Service):
    """A bank that opens accounts for who signs (公的個人認証による本人確認)."""

    __slots__ = ()
    service = "bank"
    usage = "sign"
    stated_by = PRIVATE
    errand = "open a bank account"
    how_on_phone = "by_password"

    def open_account(
        self,
        device: Named,
        password: str | None = None,
        *,
        application: bytes = b"TEST application for an account",
        latest: bool = False,
    ) -> Verdict:
        """Have the application for an account signed, and open the account.

        Args:
            device: a phone, or a card such as ``hanako.card``.
            password: the signing password: the card's, or the phone's own (``phone.slip``).
            application: what is signed.
            latest: whether the bank asks J-LIS for the latest information, with the applicant's consent: its data on
                revocation may be of yesterday, and an address can change on the day.

        Returns:
            The verdict, with every check; it is recorded. With ``latest``: ``attributes_changed`` if name, address,
            birth or sex are no longer those of the certificate; ``no_latest_information`` if J-LIS gives none.

        Raises:
            MisuseError: a card or phone without a password, or an application that is not bytes.

        Source: life-cycle facts 1.2.1 and 5.12.
        """
        only_bool(latest=latest)
        only_bytes("an application", application)
        held = self._outside.signer(device, password)

        def signed() -> Verdict:
            certificate, *signatures = held.sign(application)
            verdict = self._judge(certificate, signatures, (application,))
            try:
                stated = stated_in(certificate)
            except MalformedCertificate:
                stated = {}
            is_told = bool(stated.get("common_name") and stated.get("address"))
            # Who it is stands in no event: a verdict says that it can be read.
            seen = reason("service.attributes" if is_told else "service.no_attributes")
            check = Check("attributes", is_told, "certificate facts 3", seen)
            verdict = also(verdict, check, "malformed_certificate")
            return self._compared(certificate, stated, verdict) if latest and verdict.accepted else verdict

        return self._ask(held, signed)

    def _compared(self, certificate: bytes, stated: Mapping[str, str], verdict: Verdict) -> Verdict:
        """The verdict beside what J-LIS has of the holder now."""
        now = self._outside.latest_information(certificate)
        if now is None:
            lacking = reason("service.latest_not_given")
            return also(verdict, Check("latest_information", False, _LATEST, lacking), "no_latest_information")
        other = [name for name, value in now.items() if stated.get(name) != value]
        seen = reason("service.latest_changed", fields=", ".join(other)) if other else reason("service.latest_same")
        return also(verdict, Check("latest_information", not other, _LATEST, seen), "attributes_changed")

    def tried(self, device: Named, typed: Typed) -> Mapping[str, Verdict]:
        """An account."""
        return {"": self.open_account(device, typed.password)}


_LATEST = "life-cycle facts 5.12"
