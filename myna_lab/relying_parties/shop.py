"""A shop on the web: its page asks for an age or an identity through the browser, by annex C or OpenID4VP.

page's question -> browser, which states the origin -> wallet -> sealed answer -> every check of 9.3.1
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from myna_lab.errors import MisuseError
from myna_lab.events import Verdict
from myna_lab.formats.mdoc.request import elements_of
from myna_lab.ground.arguments import one_of, only_bool
from myna_lab.relying_parties.authenticator import Named, OnlineWallet, Typed
from myna_lab.relying_parties.inquiry import PROTOCOLS, inquire
from myna_lab.relying_parties.inspector import IDENTITY, Inspector, age_element
from myna_lab.relying_parties.reading import on_page

__all__ = ["ORIGIN", "Shop"]

ORIGIN = "https://shop.jpki-emu.invalid"
"""Of its page."""


class Shop(Inspector):
    """A shop on the web that sells to adults (ネットの店での年齢確認・本人確認)."""

    __slots__ = ()
    service = "shop"
    instead_of = ("phone_auth",)

    def check_age(
        self,
        device: Named,
        over: int = 20,
        *,
        other_face: bool = False,
        protocol: str = PROTOCOLS[0],
        encrypted: bool = True,
    ) -> Verdict:
        """Have somebody show that she is old enough, and nothing else of her.

        Args:
            device: a phone; a card cannot be shown to a page.
            over: 18, 20 or 65.
            other_face: whether somebody else holds it.
            protocol: ``org-iso-mdoc`` (ISO/IEC TS 18013-7 annex C), ``openid4vp-v1-unsigned`` or
                ``openid4vp-v1-signed``; iPhones speak the first alone.
            encrypted: by OpenID4VP, whether the answer is to be encrypted.

        Returns:
            The verdict, with every check; it is recorded. Codes as of the counter, and ``other_way``: the phone does
            not speak the protocol.

        Raises:
            MisuseError: another age or protocol, or no phone.

        Source: attribute facts 2.3, 2.7, 2.12.
        """
        how = self._how(other_face, protocol, encrypted)
        return self._asked(device, (age_element(over),), over, *how)

    def check_identity(
        self, device: Named, *, other_face: bool = False, protocol: str = PROTOCOLS[0], encrypted: bool = True
    ) -> Verdict:
        """Have somebody show who she is: name, address, date of birth and portrait.

        Args, Returns: as :meth:`check_age`.
        """
        return self._asked(device, IDENTITY, 0, *self._how(other_face, protocol, encrypted))

    def tried(self, device: Named, typed: Typed) -> Mapping[str, Verdict]:
        """An age of 20."""
        return {"": self.check_age(device)}

    def _how(self, other_face: bool, protocol: str, encrypted: bool) -> tuple[bool, str, bool]:
        only_bool(other_face=other_face, encrypted=encrypted)
        one_of("a protocol", protocol, PROTOCOLS, code="unknown_protocol")
        return other_face, protocol, encrypted

    def _asked(
        self, device: Named, elements: Sequence[str], over: int, other_face: bool, protocol: str, encrypted: bool
    ) -> Verdict:
        outside = self._outside
        if outside.printed(device) is not None:
            raise MisuseError("a page is shown a phone; a card has no wallet.", code="no_device")
        held = outside.presenter(device, other_face=other_face)
        if not isinstance(held, OnlineWallet):
            raise MisuseError(f"{held.name} does not answer pages: it has no page().", code="no_device")

        def question() -> Verdict:
            asking = inquire(
                protocol,
                elements_of(elements),
                key=outside.session_key(),
                reader=outside.reader(self.service),
                nonce=outside.challenge(),
                origin=ORIGIN,
                encrypted=encrypted,
            )
            return self._inspected(on_page(held, asking), over)

        return self._ask(held, question)
