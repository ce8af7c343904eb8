"""The citizen's desk on line (オンライン窓口): who has the card or the phone, and its password, revokes by herself."""

from __future__ import annotations

from myna_lab.devices.card import Chip
from myna_lab.devices.in_hand import CardInHand, PhoneInHand
from myna_lab.events import Decision
from myna_lab.ground.arguments import one_of, only_secret
from myna_lab.jlis.office import Office
from myna_lab.lab.handles import PhoneHandle
from myna_lab.lab.offices.door import Door
from myna_lab.lab.ours import refuse_foreign
from myna_lab.world.world import World

__all__ = ["OnlineDesk"]


class OnlineDesk(Door):
    """Takes revocations around the clock, but for J-LIS's maintenance; the request is signed with a signing key."""

    __slots__ = ()
    _name = "online_desk"

    def revoke(
        self,
        device: Chip | PhoneHandle,
        *,
        password: str,
        certificates: str = "both",
        signed_with: Chip | PhoneHandle | None = None,
    ) -> None:
        """Revoke certificates for good, without a window and without an office hour.

        Args:
            device: whose: a plastic card's or a phone's.
            password: the signing password of the device that signs the request.
            certificates: ``both``, or ``signing`` alone: log-in goes on. Log-in alone cannot be revoked, because
                signing does not outlive it.
            signed_with: another device of the same holder, such as her card when the phone is lost; None: the device
                itself.

        Raises:
            RegistrationRefused: ``maintenance``, ``nothing_to_revoke``, ``not_the_owner``, or the signing certificate
                is not in force.
            Refused: the device does not sign: wrong password, blocked, offline, without a signing certificate.
            MisuseError: no card or phone of this lab.

        Source: life-cycle facts 1.5.4, 2.4.8 and 5.9.
        """
        one_of("what is revoked", certificates, ("both", "signing"), code="unknown_certificates")
        only_secret("the signing password is", password)
        world, signer = self._world, device if signed_with is None else signed_with
        with world.lock:
            owner = self._owner(device)
            self._owner(signer)
            hand = self._in_hand(signer, password)
            document = world.chance(f"revocation/{len(world.log) + 1}").bytes(32)

            def decide(office: Office) -> Decision:
                office.at_work(world.now)
                certificate, signature = hand.sign(document)
                return office.revoke_on_line(
                    owner,
                    device.name,
                    certificates=certificates,
                    document=document,
                    certificate=certificate,
                    signature=signature,
                    at=world.now,
                )

            self._ask("revoke", owner, decide)

    def _in_hand(self, device: Chip | PhoneHandle, password: str) -> CardInHand | PhoneInHand:
        if isinstance(device, Chip):
            return CardInHand(device, password)
        return PhoneInHand(self._world.phone(device.phone), password)

    def _owner(self, device: Chip | PhoneHandle) -> str:
        """Whose certificates are on a device: by the books, whoever owns a phone."""
        world: World = self._world
        if isinstance(device, Chip):
            return world.books.card(self._card(device)).person
        wanted = "a card or phone is one of this lab's, such as hanako.card or lab.phones[0]"
        refuse_foreign(world, device, PhoneHandle, wanted, code="foreign_device", secret=True)
        return world.books.phones[device.phone].applicant or device.person
