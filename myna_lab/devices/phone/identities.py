"""How apps use a phone's two identities, and the errors that they get, by name.

Reading a certificate needs the same as using its key. One opening signs any number of documents.

    name of the error        what happened
    authentication_failed    the PIN or password is wrong; so many tries are left (0: it is blocked now)
    pin_blocked              no try was left; neither PIN nor face opens it
    biometrics_failed        the face or finger is not the holder's
    no_biometrics            no face or finger is enrolled
    invalid_input            what was typed cannot be this PIN or password; no try was spent
    no_credential            the phone holds no card
    no_sign_certificate      the card on it came without the signing identity
    lost                     nobody has the phone
    deceased                 who has it is dead
    screen_locked            who has it cannot unlock its screen (parameter screen_lock)
    lost_mode                its owner has suspended the card from afar
    pass_dead                the wallet has heard that its card is revoked, and gives nothing of it any more

Source: life-cycle facts 2.5 (confirmed), the iPhone's wallet interface for identities; which of its errors stands
for a blocked PIN is not published. For Android: life-cycle facts 3. That a reader's question needs no network on the
phone is assumed: life-cycle facts 7.2.10.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from myna_lab.devices import terminal
from myna_lab.devices.card import Chip
from myna_lab.devices.phone.hands import NOBODY
from myna_lab.devices.phone.model import PhoneModel
from myna_lab.devices.phone.secure_element import IDENTITIES, Identity
from myna_lab.errors import CardRefused, MisuseError, PhoneRefused, Refused
from myna_lab.ground.arguments import only_bool, only_bytes, only_secret
from myna_lab.residents import normalise, well_formed

__all__ = [
    "IDENTITIES",
    "Identity",
    "applet",
    "authenticate",
    "change",
    "checked",
    "reach",
    "refuse_unusable",
    "sign",
    "tries_left",
]


_USER, _SIGNING = IDENTITIES["user"], IDENTITIES["signing"]
_NAMES = {"pin_wrong": "authentication_failed", "pin_blocked": "pin_blocked"}


def applet(phone: PhoneModel) -> Chip:
    """The secure element's applet, for who has the phone in hand.

    Raises:
        Refused: code ``no_credential``: the phone holds no card; ``pass_dead``; or as :func:`refuse_unusable`.
    """
    refuse_unusable(phone)
    if phone.chip is None:
        raise Refused(f"{phone.phone} holds no card.", code="no_credential")
    if phone.heard:
        raise Refused(f"the wallet of {phone.phone} has heard that its card is revoked.", code="pass_dead")
    return phone.chip


def refuse_unusable(phone: PhoneModel) -> None:
    """Whether somebody has the phone and can use what is on it.

    Raises:
        Refused: code ``lost``, ``deceased``, ``screen_locked`` or ``lost_mode``.
    """
    if phone.in_hands_of == NOBODY:
        raise Refused(f"{phone.phone} is lost: nobody has it. find() it, or hand_to('finder').", code="lost")
    if phone.is_left_behind:
        raise Refused(
            f"{phone.in_hands_of}, who had {phone.phone}, is dead: hand_to() whoever has it now.", code="deceased"
        )
    if phone.is_locked:
        raise Refused(
            f"the screen of {phone.phone} is locked, and who has it cannot unlock it (parameter screen_lock).",
            code="screen_locked",
        )
    if phone.lost_mode:
        raise Refused(f"{phone.phone} is in lost mode: nothing on it can be used.", code="lost_mode")


def tries_left(phone: PhoneModel) -> Mapping[str, int]:
    """Tries left by identity, of those that the phone has; empty without a card."""
    return {} if phone.installed is None else phone.installed.tries_left


def authenticate(
    phone: PhoneModel, challenge: bytes, *, pin: str | None, other_face: bool = False, near_by: bool = False
) -> tuple[bytes, bytes]:
    """Open the user identity, and sign a challenge.

    Args:
        phone: the phone.
        challenge: any bytes.
        pin: the phone's user PIN; None: a face or finger is shown.
        other_face: whether that is somebody else's than who has the phone in hand.
        near_by: whether a reader asks, to which the phone is held: then the phone needs no network.

    Returns:
        The user-authentication certificate (DER) and the signature.

    Raises:
        PhoneRefused: ``authentication_failed``, ``pin_blocked``, ``invalid_input``, ``no_biometrics`` or
            ``biometrics_failed``.
        Refused: ``offline``, or as :func:`applet`.
    """
    only_bool(other_face=other_face)
    only_bytes("a challenge", challenge)
    refuse_unusable(phone)
    if not near_by:
        _refuse_offline(phone)
    typed = None if pin is None else checked(_USER, pin)
    chip = reach(phone, _USER, by_face=typed is None, other_face=other_face)
    with chip.connect() as transmit, _named(_USER):
        if typed is None:
            chip.verify_by_biometrics(_USER.reference)
        return terminal.authenticate(transmit, challenge, pin=typed)


def sign(phone: PhoneModel, documents: Sequence[bytes], *, password: str) -> tuple[bytes, ...]:
    """Open the signing identity once, and sign each document.

    Args:
        phone: the phone.
        documents: one or more, any bytes.
        password: the phone's signing password.

    Returns:
        The signing certificate (DER), then a signature for each document.

    Raises:
        PhoneRefused: ``authentication_failed``, ``pin_blocked``, ``invalid_input`` or ``no_sign_certificate``.
        Refused: ``offline``, or as :func:`applet`.
        MisuseError: no document, or one that is not bytes.
    """
    if not documents or not all(isinstance(each, bytes) for each in documents):
        raise MisuseError("documents are bytes, one or more: sign(b'…', password='…').", code="bad_document")
    typed = checked(_SIGNING, password)
    _refuse_offline(phone)
    chip = reach(phone, _SIGNING)
    with chip.connect() as transmit, _named(_SIGNING):
        first = terminal.authenticate(transmit, documents[0], pin=typed, kind=_SIGNING.kind)
        return *first, *(terminal.sign(transmit, terminal.KEYS[_SIGNING.kind], each) for each in documents[1:])


def change(phone: PhoneModel, identity: Identity, old: str, new: str) -> None:
    """Give an identity a new PIN or password by the old one; what is blocked cannot be changed so.

    Args:
        phone: the phone.
        identity: one of :data:`IDENTITIES`.
        old: what opens it now.
        new: what opens it from now on.

    Raises:
        PhoneRefused: ``authentication_failed``, ``pin_blocked``, ``invalid_input`` or ``no_sign_certificate``; the old
            value stays.
        Refused: as :func:`applet`.
    """
    old, new = checked(identity, old), checked(identity, new)
    chip = reach(phone, identity)
    with chip.connect() as transmit, _named(identity):
        terminal.select_application(transmit, terminal.AID_JPKI)
        terminal.verify(transmit, identity.pin, old, new=new)


def _refuse_offline(phone: PhoneModel) -> None:
    refuse_unusable(phone)
    if not phone.online:
        raise Refused(f"{phone.phone} is offline.", code="offline")


def reach(phone: PhoneModel, identity: Identity, *, by_face: bool = False, other_face: bool = False) -> Chip:
    """The applet, if who has the phone can try to open an identity so; nothing is compared.

    Args:
        phone: the phone.
        identity: one of :data:`IDENTITIES`.
        by_face: whether a face or finger is shown; otherwise a PIN or password will be typed.
        other_face: whether that is somebody else's than who has the phone in hand.

    Raises:
        PhoneRefused: ``no_biometrics``, ``biometrics_failed`` or ``no_sign_certificate``.
        Refused: as :func:`applet`.
    """

    def refusal(why: str, *, code: str) -> PhoneRefused:
        return PhoneRefused(why, code=code, identity=identity.name)

    chip = applet(phone)
    if by_face and not phone.biometrics:
        raise refusal(f"no face or finger is enrolled on {phone.phone}.", code="no_biometrics")
    if identity.name not in tries_left(phone):
        raise refusal(
            f"the card on {phone.phone} came without the {identity.name} identity.", code="no_sign_certificate"
        )
    if by_face and (other_face or not phone.shows_own_face):
        raise refusal(
            f"the face or finger is not that with which the card came onto {phone.phone}.", code="biometrics_failed"
        )
    return chip


def checked(identity: Identity, value: object) -> str:
    """What was typed, as it is sent; errors do not quote it.

    Raises:
        MisuseError: no text.
        PhoneRefused: ``invalid_input``: it has another form.
    """
    value = only_secret(f"what is typed for the {identity.name} identity is", value)
    if not well_formed(identity.form, value):
        raise PhoneRefused(
            f"what was typed has not the form of the {identity.name} identity's PIN or password; no try was spent.",
            code="invalid_input",
            identity=identity.name,
        )
    return normalise(identity.form, value)


@contextmanager
def _named(identity: Identity) -> Iterator[None]:
    """What the secure element refuses, under the name that apps know."""
    try:
        yield
    except CardRefused as refused:
        if refused.code not in _NAMES:
            raise
        left = refused.tries_left
        raise PhoneRefused(
            f"the {identity.name} identity did not open; tries left: {left}."
            + ("" if left else " The app resets it with the plastic card, or the card is added to the phone anew."),
            code=_NAMES[refused.code],
            identity=identity.name,
            tries_left=left,
            sw=f"{refused.sw:04X}",
        ) from None
