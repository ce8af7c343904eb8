"""A simulated Japan: people, their cards and phones, the services, and what is asked about them."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self, Unpack

from myna_lab.analysis.of_a_world import Tables
from myna_lab.errors import MisuseError
from myna_lab.events import Log
from myna_lab.formats.jpki.profiles import profile_of
from myna_lab.ground.durations import show
from myna_lab.jlis.office import TrustAnchor
from myna_lab.lab.handles import Android, Holder, IPhone, PhoneHandle, Residents, phones_of
from myna_lab.lab.offices import Offices
from myna_lab.lab.ours import only_holder, refuse_foreign
from myna_lab.lab.questions import Questions
from myna_lab.relying_parties import Services
from myna_lab.residents import Attributes
from myna_lab.texts import counted
from myna_lab.world.certificates import Certificate, certificates_of
from myna_lab.world.outside import WorldOutside
from myna_lab.world.world import World

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

__all__ = ["Lab"]


class Lab(Services, Offices, Questions):
    """A simulated Japan under one clock; ``with Lab(journal=…) as lab:`` closes its file at the end.

    Args:
        seed: the same seed gives the same people, certificates and events.
        start: when it begins ("2025-09-19 09:00"); "now": by the computer's clock; default: parameter ``start``.
        journal: a file that keeps it from the first event on; None: in memory.
        parameters: overrides of the model's numbers, such as ``{"activation_delay": "1min"}``.

    Raises:
        MisuseError: a bad seed, time or parameter, or a journal that already holds a lab (use :meth:`open`).
        StorageError: the file cannot be used; it is left as it is.

    Example:
        >>> lab = Lab(seed=7)
        >>> lab.portal.log_in(lab.iphone(lab.resident())).code
        'no_credential'
    """

    def __init__(
        self,
        seed: int = 1,
        *,
        start: str | datetime | None = None,
        journal: str | os.PathLike[str] | None = None,
        parameters: Mapping[str, object] | None = None,
    ) -> None:
        self._put_around(World(seed, start=start, journal=journal, parameters=parameters))

    def _put_around(self, world: World) -> None:
        self.world = world
        """What it runs on: things, journal, agenda, office; for those who look beneath."""
        self.seed = world.seed
        self.parameters = world.parameters
        """The model's numbers, fixed at the start."""
        self.log = Log(world.log)
        """Everything that happened, in order."""
        self.books = world.books
        """What J-LIS knows: certificates, phones, cards, applications."""
        self.revocation = world.revocation
        """What J-LIS publishes: lists and OCSP answers."""
        super().__init__(WorldOutside(world))
        self._open_offices(world)
        self.tables = Tables(world)

    @classmethod
    def of(cls, world: World) -> Self:
        """A lab around a world that is there already; two labs around one world show the same."""
        lab = cls.__new__(cls)
        lab._put_around(world)
        return lab

    def __setattr__(self, name: str, value: object) -> None:
        if "tables" in vars(self):  # the last one that is set up
            raise MisuseError(
                f"{name} of a lab is not set from outside: what happens, and lab.advance(), change it.",
                code="read_only",
            )
        super().__setattr__(name, value)

    # ----------------------------------------------------------------------------------------------------- the file

    @classmethod
    def open(cls, path: str | os.PathLike[str]) -> Self:
        """Open a lab's file and go on with it; it belongs to this lab from now on.

        Args:
            path: a file made by ``Lab(journal=…)`` or :meth:`save`.

        Raises:
            MisuseError: no such file.
            StorageError: not a file of myna_lab, or damaged.
        """
        return cls.of(World.open(path))

    @classmethod
    def copy_of(cls, path: str | os.PathLike[str]) -> Self:
        """A private copy in memory of a file, which stays as it is; raises as :meth:`open`."""
        return cls.of(World.copy_of(path))

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Copy this lab into a file, over an older file of myna_lab if there is one.

        Returns:
            The file's path.

        Raises:
            MisuseError: not a path, or an empty one.
            StorageError: another kind of file is there, or it cannot be written; it is left as it is.
        """
        return self.world.save(path)

    def fork(self, at: str | datetime | None = None) -> Self:
        """A private copy in memory that goes its own way; nothing in it is recorded here.

        Nobody is in the middle of something there: chips begin as after power-up, open set-ups are given up.

        Args:
            at: the instant from which it goes on: what happened later is not in it; an instant ahead lets time pass in
                the copy. None: now.
        """
        return self.of(self.world.fork(at))

    def close(self) -> None:
        """Close the file; what was recorded stays."""
        self.world.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    # --------------------------------------------------------------------------------------------------------- time

    @property
    def now(self) -> datetime:
        """The simulated instant, JST."""
        return self.world.now

    def advance(self, by: str | timedelta) -> datetime:
        """Let time pass ("5min", "1d"); what falls due meanwhile happens at its own time.

        Returns:
            The new instant.

        Raises:
            MisuseError: not a duration, negative, or beyond the year 2199.
        """
        return self.world.advance(by)

    def advance_to(self, to: str | datetime) -> datetime:
        """Let time pass until an instant ("2025-09-19 10:00").

        Returns:
            The new instant.

        Raises:
            MisuseError: not a time, in the past, or beyond the year 2199.
        """
        return self.world.advance_to(to)

    def outage(self, *sources: str) -> None:
        """Cut off sources of revocation data, and restore the others: ``lab.outage("ocsp")``; ``lab.outage()`` ends it.

        Args:
            sources: ``ocsp``, ``crl``, ``status_list``; what a service does without them is its ``policy``.

        Raises:
            MisuseError: no such source.
        """
        self.world.outage(*sources)

    # -------------------------------------------------------------------------------------------------- people, things

    def resident(self, **attributes: Unpack[Attributes]) -> Holder:
        """A fictional holder with a valid plastic card.

        Args:
            attributes: those of :class:`myna_lab.residents.Attributes`, such as ``name``, ``address``, ``born``,
                ``licence``, ``signing_password``; what is not said is drawn, always an adult of 20 or more. Text and
                digits may be full-width. For a foreign resident: a ``name`` with several given names, an ``alias``
                (通称), ``western_birth_date=True``.

        Returns:
            Her handle; ``.card`` is the plastic card, ``.slip`` shows her PINs.

        Raises:
            MisuseError: an unknown attribute, or a value that cannot be.
        """
        return Holder(self.world, self.world.register(**attributes))

    @property
    def card_anchors(self) -> tuple[TrustAnchor, ...]:
        """Public keys of those who sign and certify what is on cards; none of them is on a card."""
        return self.world.office.trust_anchors

    def iphone(
        self,
        holder: Holder,
        *,
        model: str = "",
        os_version: str = "",
        biometrics: bool = True,
        two_factor: bool = True,
    ) -> IPhone:
        """An iPhone for a holder.

        Args:
            holder: who owns it.
            model: default: one that serves ("iPhone 15").
            os_version: default: one that serves ("18.5").
            biometrics: whether a face or finger is enrolled.
            two_factor: whether the Apple account asks for a second factor.

        Raises:
            Refused: code ``deceased``: the holder is dead.
            MisuseError: a holder of another lab, no such iPhone, or no version of a system.
        """
        only_holder(self.world, holder)
        phone = self.world.acquire(
            holder.person,
            "iphone",
            model=model,
            os_version=os_version,
            biometrics=biometrics,
            two_factor=two_factor,
        )
        return IPhone(self.world, phone)

    def android(self, holder: Holder, *, model: str = "", os_version: str = "") -> Android:
        """An Android phone for a holder.

        Args:
            holder: who owns it.
            model: default: one that serves ("Pixel 8").
            os_version: default: one that serves ("15").

        Raises:
            Refused: code ``deceased``: the holder is dead.
            MisuseError: a holder of another lab, an iPhone's name, or no version of a system.
        """
        only_holder(self.world, holder)
        return Android(self.world, self.world.acquire(holder.person, "android", model=model, os_version=os_version))

    @property
    def residents(self) -> Residents:
        """All residents, in the order of making; ``lab.residents("花子")`` is the one of that name."""
        return Residents(Holder(self.world, person) for person in self.world.things.residents)

    @property
    def phones(self) -> tuple[PhoneHandle, ...]:
        """All phones, in the order of making."""
        return phones_of(self.world)

    def certificates(
        self, owner: Holder | PhoneHandle | None = None, *, kind: str | None = None
    ) -> tuple[Certificate, ...]:
        """Certificates of the books, the oldest first.

        Args:
            owner: only those of a holder (her card's and phones'), or of one phone; None: everybody's.
            kind: only ``card_sign``, ``card_auth``, ``phone_sign`` or ``phone_auth``.

        Raises:
            MisuseError: an owner who is no holder or phone of this lab, or an unknown kind.
        """
        if owner is not None:
            wanted = "certificates belong to one of lab.residents or lab.phones of this lab"
            more = (
                " For a chip: lab.certificates(hanako, kind='card_auth') or kind='card_sign' for her card, "
                "lab.certificates(phone) for a phone."
            )
            refuse_foreign(self.world, owner, (Holder, PhoneHandle), wanted, code="unknown_owner", more=more)
        if kind is not None:
            profile_of(kind)
        device = owner.phone if isinstance(owner, PhoneHandle) else None
        return certificates_of(self.world, person=None if owner is None else owner.person, device=device, kind=kind)

    def __repr__(self) -> str:
        counts = ((len(self.residents), "resident"), (len(self.phones), "phone"), (len(self.log), "event"))
        holds = ", ".join(counted(n, word, f"{word}s") for n, word in counts)
        return f"<Lab TEST seed={self.seed}, {show(self.now)} JST, {holds}>"
