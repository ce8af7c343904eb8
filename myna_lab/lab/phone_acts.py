"""What people do with a phone as a thing: lose it, find it, hand it over, stop and erase it from afar or by hand."""

from __future__ import annotations

import os
from collections.abc import Collection

from myna_lab.analysis.residue import Residue, residue
from myna_lab.devices.phone import NOBODY, PhoneModel
from myna_lab.ground.arguments import only_bool
from myna_lab.lab.ours import refuse_foreign
from myna_lab.lab.people import Person
from myna_lab.lab.presented import Presented, present
from myna_lab.world import phone_acts
from myna_lab.world.world import World

__all__ = ["IPhoneActs", "PhoneActs", "check_take_over"]


class PhoneActs:
    """A phone of a world, as a thing that people have in hand or have lost."""

    __slots__ = ("phone", "world")

    def __init__(self, world: World, phone: str) -> None:
        self.world = world
        self.phone = phone

    @property
    def _phone(self) -> PhoneModel:
        return self.world.phone(self.phone)

    @property
    def in_hands_of(self) -> str:
        """Who has it: a person's identifier, ``finder``, ``buyer`` or ``repairer``; empty: nobody, it is lost."""
        return self._phone.in_hands_of

    @property
    def lost(self) -> bool:
        """Whether nobody has it."""
        return self.in_hands_of == NOBODY

    @property
    def residue(self) -> Residue:
        """What is left on it for who has it now: what they see, can open, and who takes it until when."""
        return residue(self)

    def lose(self) -> None:
        """Lose it: nobody has it until it is found, or a finder has it. J-LIS hears nothing of it.

        Raises:
            Refused: code ``lost``: it is lost already; ``deceased``: who had it is dead.
        """
        phone_acts.lose(self.world, self.phone)

    def find(self) -> None:
        """Have it again, be it found or given back; what was stopped or ordered meanwhile stays so.

        Raises:
            Refused: code ``not_lost``: its owner has it; ``deceased``: she is dead.
        """
        phone_acts.find(self.world, self.phone)

    def hand_to(self, to: Person | str) -> None:
        """Put it into somebody's hands: sold, given away, lent, brought to repair, or picked up by a finder.

        Who bought it stays its owner in the lab's tables. From now on it sees the face of who has it.

        Args:
            to: a resident of this lab, or a stranger: ``finder``, ``buyer`` or ``repairer``.

        Raises:
            Refused: code ``in_these_hands``: they have it already; ``lost``: only a finder can have it then;
                ``deceased``: the taker is dead.
            MisuseError: somebody of another lab, or another stranger.
        """
        if isinstance(to, Person):
            wanted = "who is given a phone is a resident of its lab"
            refuse_foreign(self.world, to, Person, wanted, code="foreign_holder")
        phone_acts.hand_to(self.world, self.phone, to.person if isinstance(to, Person) else phone_acts.taker_of(to))

    def erase(self) -> None:
        """On an iPhone: erase all content, the card's keys included. On an Android phone: a factory reset.

        J-LIS hears of an iPhone's erasure only if parameter ``erasure_revokes`` is on. What is in an Android's secure
        element stays; it opens by PIN and password only, and the duty to revoke it stays, too.

        Raises:
            Refused: code ``nothing_to_erase``: no card is on it; or, as :meth:`PhoneHandle.add_card`, nobody can.

        Source: life-cycle facts 2.4.5 and 3.10.
        """
        phone_acts.erase(self.world, self.phone)

    def erase_remotely(self) -> None:
        """Order from elsewhere that it be erased: now, or once it is online.

        Raises:
            Refused: code ``erasure_ordered``: it is ordered already; ``nothing_to_erase``: no card is on it.

        Source: life-cycle facts 2.4.11.
        """
        phone_acts.order_erasure(self.world, self.phone)

    def present(
        self,
        *elements: str,
        way: str = "near",
        mac: bool = False,
        keep: Collection[str] = (),
        to: str = "shop",
        other_face: bool = False,
        signed: bool = False,
        encrypted: bool = False,
        export: str | os.PathLike[str] | None = None,
    ) -> Presented:
        """Show elements of the attribute record to a reader, and see what it makes of them.

        The log keeps that it was asked, not what for: keys and nonces are others each time.

        Args:
            elements: what is asked for, such as ``"age_over_20"`` (which it is if nothing is said) or ``"portrait"``.
            way: ``near``, ``web``, ``app`` (iPhone) or ``openid4vp`` (Android).
            mac: near by, whether the phone makes a MAC instead of a signature.
            keep: which of the elements the reader says that it will keep.
            to: a name for the reader; another one has other keys.
            other_face: whether somebody else's face or finger is shown.
            signed: by OpenID4VP, whether the reader signs its request.
            encrypted: by OpenID4VP, whether the answer is encrypted to the reader's key.
            export: a folder for the octets; see :meth:`~myna_lab.lab.presented.Presented.export`.

        Raises:
            Refused: the wallet does not answer: ``no_attributes``, ``other_way``, ``unknown_reader``,
                ``no_biometrics``, ``biometrics_failed``, ``pass_dead``, ``no_credential``, or nobody can use the phone.
            MisuseError: no such element or way, or a switch of another way.
        """
        shown = present(
            self.world,
            self.phone,
            elements,
            way=way,
            mac=mac,
            keeps=keep,
            to=to,
            other_face=other_face,
            signed=signed,
            encrypted=encrypted,
        )
        if export is not None:
            shown.export(export)
        return shown

    def restore_backup(self, from_phone: PhoneActs) -> None:
        """Bring a backup back onto this phone, an erased or a new one. The card is in no backup.

        Args:
            from_phone: the phone of which it was made; it may be this one.

        Raises:
            Refused: code ``not_erased``: a card is on this phone; or, as :meth:`PhoneHandle.add_card`, nobody can.
            MisuseError: no phone of this lab, or one of another make.

        Source: life-cycle facts 2.4.3.
        """
        wanted = "a backup was made of a phone of this lab: restore_backup(lab.phones[0])"
        refuse_foreign(self.world, from_phone, PhoneActs, wanted, code="no_such_backup")
        phone_acts.restore(self.world, self.phone, from_phone.phone)


class IPhoneActs(PhoneActs):
    """What only an iPhone has: a pass that stays until it is deleted, and lost mode."""

    __slots__ = ()

    def delete_pass(self) -> None:
        """Delete the pass by hand. J-LIS hears of it only if parameter ``deletion_revokes`` is on.

        Raises:
            Refused: code ``no_pass``: there is none; or, as :meth:`PhoneHandle.add_card`, nobody can.
        """
        phone_acts.delete_pass(self.world, self.phone)

    @property
    def in_lost_mode(self) -> bool:
        """Whether the card on it is suspended from afar."""
        return self._phone.lost_mode

    def lost_mode(self, on: bool = True) -> None:
        """Order lost mode from elsewhere, which suspends the card on the phone, now or once it is online; or end it.

        J-LIS hears nothing of it, and services that ask there hear nothing either.

        Args:
            on: False: lost mode ends, or its order is taken back.

        Raises:
            Refused: code ``lost_mode`` or ``no_lost_mode``: it is so already; ``offline``: a phone that is not with its
                owner cannot hear of the end.

        Source: life-cycle facts 2.4.9.
        """
        only_bool(on=on)
        phone_acts.set_lost_mode(self.world, self.phone, on)


def check_take_over(phone: PhoneActs, former: PhoneActs) -> None:
    """Whether a phone can take over from a former one; see :meth:`myna_lab.lab.handles.Android.take_over`."""
    wanted = "a card is taken over from a phone of this lab: take_over(lab.phones[0])"
    refuse_foreign(phone.world, former, PhoneActs, wanted, code="no_device")
    phone_acts.check_take_over(phone.world, phone.phone, former.phone)
