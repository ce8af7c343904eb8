"""Thin handles of holders and their phones: a world and an identifier, nothing that would have to be kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from myna_lab import events as ev
from myna_lab.devices import terminal
from myna_lab.devices.card import Chip
from myna_lab.devices.phone import Pass, Platform, identities
from myna_lab.errors import MisuseError
from myna_lab.formats import mdoc
from myna_lab.ground.arguments import nearest, only_bool, only_text
from myna_lab.jlis.books import LIVE, PhoneState
from myna_lab.lab.people import Person
from myna_lab.lab.phone_acts import IPhoneActs, PhoneActs, check_take_over
from myna_lab.provisioning import Flow
from myna_lab.residents import Slip
from myna_lab.world.certificates import Certificate, certificates_of
from myna_lab.world.resets import reset_in_app
from myna_lab.world.world import World

__all__ = ["Android", "Holder", "IPhone", "PhoneHandle", "Residents", "phones_of"]


class Holder(Person):
    """A fictional resident who holds a plastic card."""

    __slots__ = ()

    @property
    def phones(self) -> tuple[PhoneHandle, ...]:
        """Her phones, in the order of buying."""
        return tuple(phone for phone in phones_of(self.world) if phone.person == self.person)


class Residents(tuple[Holder, ...]):
    """All residents, in the order of making; called with a name, the one whose name it is."""

    __slots__ = ()

    def __call__(self, name: str) -> Holder:
        """The resident of a name: whole, surname or given name, an alias, or an identifier such as ``person-1``.

        Raises:
            MisuseError: nobody has that name, or several have.
        """
        asked = only_text("a name", " ".join(name.split()) if isinstance(name, str) else name, "青葉 花子")
        by_name = {holder: _names(holder) for holder in self}
        found = [holder for holder, names in by_name.items() if asked in names]
        if len(found) == 1:
            return found[0]
        if found:
            several = ", ".join(holder.person for holder in found)
            raise MisuseError(f"{several} have the name {asked!r}; ask for one of them.", code="unknown_resident")
        known = sorted(set().union(*by_name.values()))
        raise MisuseError(f"no resident has the name {asked!r}.{nearest(asked, known)}", code="unknown_resident")


def _names(holder: Holder) -> set[str]:
    """What somebody answers to, parts of names divided by one plain space."""
    whole = {" ".join(name.split()) for name in (holder.name, holder.alias) if name}
    return {holder.person, *whole, *holder.name.split()}


class PhoneHandle(PhoneActs):
    """A phone."""

    __slots__ = ()
    _pass_title = ""

    @property
    def name(self) -> str:
        """Its identifier, the same as :attr:`phone`: what services and tables call it."""
        return self.phone

    @property
    def person(self) -> str:
        """Identifier of its owner."""
        return self._phone.person

    @property
    def holder(self) -> Holder:
        """Its owner."""
        return Holder(self.world, self.person)

    @property
    def model(self) -> str:
        """Model name."""
        return self._phone.model

    @property
    def platform(self) -> Platform:
        """``iphone`` or ``android``."""
        return self._phone.platform

    @property
    def os_version(self) -> str:
        """Version of its system."""
        return self._phone.os_version

    @property
    def certificates(self) -> tuple[Certificate, ...]:
        """The certificates that are on it, sign first, revoked or not.

        Empty once the pass is deleted, or an Android has erased itself; ``lab.certificates(phone)`` gives all that were
        ever issued for it.
        """
        held = self._phone.installed
        ders = () if held is None else tuple(held.certificates.values())
        return tuple(
            certificate for certificate in certificates_of(self.world, device=self.phone) if certificate.der in ders
        )

    @property
    def state(self) -> PhoneState:
        """What the books know of it."""
        return self.world.books.phones[self.phone].state

    @property
    def chip(self) -> Chip | None:
        """The secure element's applet; None while there is no card on the phone."""
        return self._phone.chip

    @property
    def online(self) -> bool:
        """Whether it reaches the network; may be set."""
        return self._phone.online

    @online.setter
    def online(self, value: bool) -> None:
        only_bool(online=value)
        if value:
            self.go_online()
        else:
            self.go_offline()

    def go_online(self) -> None:
        """Reach the network again; a dead Android card erases itself then."""
        if not self.online:
            self.world.record([ev.PhoneWentOnline(self.phone)])

    def go_offline(self) -> None:
        """Lose the network."""
        if self.online:
            self.world.record([ev.PhoneWentOffline(self.phone)])

    @property
    def biometrics(self) -> bool:
        """Whether a face or finger is enrolled; may be set: then it is that of who has the phone in hand."""
        return self._phone.biometrics

    @biometrics.setter
    def biometrics(self, value: bool) -> None:
        only_bool(biometrics=value)
        identities.refuse_unusable(self._phone)
        if value is not self.biometrics:
            self.world.record([(ev.BiometricsEnrolled if value else ev.BiometricsRemoved)(self.phone)])

    def add_card(self) -> Flow:
        """Open the app and begin to add the card; what was half-done on this phone is given up.

        Returns:
            The set-up, at its first screen.

        Raises:
            Refused: code ``lost``, ``deceased``, ``screen_locked``, ``lost_mode`` or ``in_strange_hands``: nobody can.
        """
        return Flow(self.world, self.world.begin_set_up(self.phone), self)

    @property
    def wallet(self) -> tuple[Pass, ...]:
        """The passes: the card's face, where it came with one.

        On an Android there is none before the day of parameter ``android_attributes_from``; on an iPhone a revoked one
        stays until it is deleted by hand.
        """
        held = self._phone.installed
        if held is None or not held.record_ref or self._phone.reset:
            return ()
        stated = mdoc.read(self._phone.record())[mdoc.NATIONAL]
        by_hand = isinstance(self, IPhone)
        heard = self._phone.heard or not by_hand
        name, face = str(stated["full_name_unicode"]), stated["portrait"]
        assert isinstance(face, bytes), "the record has a portrait"
        return (Pass(self._pass_title, name, held.added_at, self._is_live, heard, by_hand, face),)

    @property
    def slip(self) -> Slip:
        """The phone's own PINs, as its owner noted them."""
        return self._phone.slip

    @property
    def tries_left(self) -> Mapping[str, int]:
        """Tries left by identity: ``user`` (its PIN) and ``signing`` (its password); empty without a card."""
        return identities.tries_left(self._phone)

    def authenticate(
        self, challenge: bytes, pin: str | None = None, *, other_face: bool = False
    ) -> tuple[bytes, bytes]:
        """Sign a service's challenge with the user identity.

        Args:
            challenge: any bytes.
            pin: the phone's user PIN, 4 digits; None: the holder shows her face or finger instead.
            other_face: whether somebody else shows hers.

        Returns:
            The user-authentication certificate (DER) and the signature.

        Raises:
            Refused: the phone does not answer; ``code`` is the error's name (:mod:`myna_lab.devices.phone.identities`).
        """
        with self.world.lock:
            return identities.authenticate(self._phone, challenge, pin=pin, other_face=other_face)

    def sign(self, *documents: bytes, password: str) -> tuple[bytes, ...]:
        """Sign documents with the signing identity, all of them under one password; no face stands for it.

        Args:
            documents: one or more, any bytes.
            password: the phone's signing password; :attr:`slip` shows it.

        Returns:
            The signing certificate (DER), then a signature for each document.

        Raises:
            Refused: as :meth:`authenticate`.
            MisuseError: no document.
        """
        with self.world.lock:
            return identities.sign(self._phone, documents, password=password)

    def change_pin(self, old: str, new: str) -> None:
        """Give the phone another user PIN by the old one; the plastic card's stays.

        Raises:
            Refused: as :meth:`authenticate`; the old one stays.
        """
        with self.world.lock:
            identities.change(self._phone, identities.IDENTITIES["user"], old, new)

    def change_signing_password(self, old: str, new: str) -> None:
        """Give the phone another signing password by the old one; raises as :meth:`change_pin`."""
        with self.world.lock:
            identities.change(self._phone, identities.IDENTITIES["signing"], old, new)

    def reset_pin(self, identity: str, new: str, *, password: str) -> None:
        """Set a PIN or password anew in the app, blocked or not: the plastic card is held to the phone.

        Args:
            identity: ``user`` or ``signing``.
            new: its new PIN or password.
            password: the signing password of the plastic card whose holder's certificates are on the phone.

        Raises:
            Refused: the phone is offline or holds no card, nobody can use it or has a card (as :meth:`add_card`), the
                plastic card refuses, or it is not in force; nothing was reset.
            MisuseError: no such identity.
        """
        reset_in_app(self.world, self._phone, identity, new, password)

    @contextmanager
    def in_field(self) -> Iterator[terminal.Transmit]:
        """Hold the phone to a reader.

        Raises:
            Refused: there is no card on this phone.
        """
        with self.world.lock, identities.applet(self._phone).connect() as transmit:
            yield transmit

    @property
    def _is_live(self) -> bool:
        """Whether the certificates on this phone are live in the books."""
        held = self._phone.installed
        return held is not None and self.world.books.certificate("auth", held.auth_serial).state in LIVE

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PhoneHandle) and (other.world, other.phone) == (self.world, self.phone)

    def __hash__(self) -> int:
        return hash((id(self.world), self.phone))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} TEST {self.phone}: {self.model}, of {self.person}, {self.state.value}>"


class IPhone(PhoneHandle, IPhoneActs):
    """An iPhone: the card is a pass in Apple Wallet."""

    __slots__ = ()
    _pass_title = "iPhoneのマイナンバーカード"


class Android(PhoneHandle):
    """An Android phone: two certificates, and the card's face only from a day (``android_attributes_from``)."""

    __slots__ = ()
    _pass_title = "Androidのマイナンバーカード"

    def take_over(self, former: PhoneHandle) -> Flow:
        """Open the app at its menu for a change of phone (機種変更に伴う引継ぎ): the card is added anew.

        When it is applied for, the former phone's certificates are revoked; it erases them once it is online.

        Args:
            former: the Android phone that holds the card now.

        Returns:
            The set-up, at its first screen.

        Raises:
            Refused: code ``nothing_to_take_over``: no Android phone, this one, or without a live card of who has this
                phone; or as :meth:`add_card`.
            MisuseError: no phone of this lab.

        Source: life-cycle facts 3.14.
        """
        check_take_over(self, former)
        return Flow(self.world, self.world.begin_set_up(self.phone, former.phone), self)


_KINDS: Mapping[str, type[PhoneHandle]] = {"iphone": IPhone, "android": Android}


def phones_of(world: World) -> tuple[PhoneHandle, ...]:
    """All phones of a world, in the order of making."""
    return tuple(_KINDS[row.platform](world, row.phone) for row in world.things.phones.values())
