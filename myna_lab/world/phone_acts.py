"""What becomes of a phone as a thing: decided here, recorded in its world.

    lose, find, hand over     whose hands it is in; the app on it is closed
    lost mode, erasure        ordered from elsewhere, done when the phone hears of it (:mod:`myna_lab.world.due`)
    erase, restore            done on the phone itself

J-LIS hears of none of them, but of what three parameters say: ``deletion_revokes``, ``erasure_revokes``.
"""

from __future__ import annotations

from myna_lab import events as ev
from myna_lab.devices.phone import NOBODY, STRANGERS, PhoneModel
from myna_lab.devices.phone.identities import refuse_unusable
from myna_lab.errors import MisuseError, Refused
from myna_lab.jlis.books import LIVE, Erasure, LostMode
from myna_lab.world.erasing import closed, erased, revoke
from myna_lab.world.world import World

__all__ = [
    "check_take_over",
    "delete_pass",
    "erase",
    "find",
    "hand_to",
    "lose",
    "order_erasure",
    "restore",
    "set_lost_mode",
    "taker_of",
]


def lose(world: World, phone: str) -> None:
    """Lose a phone.

    Raises:
        Refused: code ``lost``: it is lost already; ``deceased``: who had it is dead.
    """
    with world.lock:
        model = world.phone(phone)
        if model.is_left_behind:
            raise Refused(f"{model.in_hands_of}, who had {phone}, is dead, and loses nothing.", code="deceased")
        if model.in_hands_of == NOBODY:
            raise Refused(f"{phone} is lost already; nobody can lose it twice.", code="lost")
        world.record([*closed(phone, world.things, "the phone was lost"), ev.PhoneLost(phone)])


def find(world: World, phone: str) -> None:
    """Have a phone again.

    Raises:
        Refused: code ``not_lost``: its owner has it; ``deceased``: she is dead.
    """
    with world.lock:
        model = world.phone(phone)
        world.refuse_dead(model.person)
        if model.in_hands_of == model.person:
            raise Refused(f"{phone} is not lost: its owner has it.", code="not_lost")
        world.record([*closed(phone, world.things, "the phone came back"), ev.PhoneFound(phone)])


def hand_to(world: World, phone: str, taker: str) -> None:
    """Put a phone into somebody's hands.

    Args:
        world: where it is.
        phone: which.
        taker: a person, or one of :data:`STRANGERS`.

    Raises:
        Refused: code ``in_these_hands``: they have it already; ``lost``: its owner would have to find it first;
            ``deceased``: the taker is dead.
    """
    with world.lock:
        model = world.phone(phone)
        if model.in_hands_of == taker:
            raise Refused(f"{taker} has {phone} already.", code="in_these_hands")
        if taker not in STRANGERS:
            world.refuse_dead(taker)
        if taker == model.person:
            find(world, phone)
            return
        if model.in_hands_of == NOBODY and taker != "finder":
            raise Refused(
                f"{phone} is lost: it can be found by its owner, find(), or by a finder, hand_to('finder').",
                code="lost",
            )
        world.record([*closed(phone, world.things, "the phone changed hands"), ev.PhoneHandedOver(phone, taker)])


def set_lost_mode(world: World, phone: str, on: bool) -> None:
    """Order lost mode of an iPhone, or end it.

    Raises:
        Refused: code ``lost_mode`` or ``no_lost_mode``: it is so already; ``offline``: it cannot hear of the end.
    """
    with world.lock:
        state, model = world.books.phones[phone].circumstances.lost_mode, world.phone(phone)
        if on and state is not LostMode.OFF:
            raise Refused(f"lost mode of {phone} is {state.value} already.", code="lost_mode")
        if not on and state is LostMode.OFF:
            raise Refused(f"{phone} is not in lost mode.", code="no_lost_mode")
        if not on and state is LostMode.ON and not model.online and model.in_hands_of != model.person:
            raise Refused(f"{phone} is offline and not with its owner: it cannot hear of it.", code="offline")
        world.record([ev.LostModeOrdered(phone) if on else ev.LostModeTurnedOff(phone)])


def order_erasure(world: World, phone: str) -> None:
    """Order from elsewhere that a phone be erased.

    Raises:
        Refused: code ``erasure_ordered``: it is ordered already; ``nothing_to_erase``: there is no card on it.
    """
    with world.lock:
        _refuse_empty(world.phone(phone))
        if world.books.phones[phone].circumstances.erasure is Erasure.ORDERED:
            raise Refused(f"the erasure of {phone} is ordered already.", code="erasure_ordered")
        world.record([ev.ErasureOrdered(phone)])


def erase(world: World, phone: str) -> None:
    """Erase all content of an iPhone, or set an Android phone back to how it left the factory.

    Raises:
        Refused: code ``nothing_to_erase``: there is no card on it; or nobody can use it.
    """
    with world.lock:
        model = world.phone(phone)
        refuse_unusable(model)
        _refuse_empty(model)
        world.record(erased(phone, world.books, world.things, world.parameters, remotely=False))


def restore(world: World, phone: str, former: str) -> None:
    """Bring a backup back onto a phone; the card does not come with it.

    Args:
        world: where it is.
        phone: an erased or a new phone.
        former: the phone of which the backup was made; it may be the same.

    Raises:
        Refused: code ``not_erased``: a card is on the phone; or nobody can use it.
        MisuseError: the phones are not of one make.
    """
    with world.lock:
        model = world.phone(phone)
        if world.phone(former).platform != model.platform:
            raise MisuseError(f"a backup of {former} cannot be restored onto {phone}.", code="no_such_backup")
        refuse_unusable(model)
        if model.installed is not None:
            raise Refused(
                f"a backup is restored onto an empty phone; {phone} holds a card: erase() it first.", code="not_erased"
            )
        world.record([ev.BackupRestored(phone, former)])


def delete_pass(world: World, phone: str) -> None:
    """Delete the pass of an iPhone; J-LIS hears of it only if parameter ``deletion_revokes`` is on.

    Raises:
        Refused: code ``no_pass``: there is none; or nobody can use it.
    """
    with world.lock:
        model = world.phone(phone)
        refuse_unusable(model)
        if model.installed is None:
            raise Refused(f"there is no pass in the wallet of {phone}.", code="no_pass")
        revokes = world.parameters.switch("deletion_revokes")
        revoked = revoke(phone, world.books, cause="pass_deleted") if revokes else ()
        world.record([ev.PassDeleted(phone), *revoked])


def check_take_over(world: World, phone: str, former: str) -> None:
    """Whether an Android phone can take over from a former one.

    Raises:
        Refused: code ``nothing_to_take_over``, or nobody can use the phone.
    """
    with world.lock:
        refuse_unusable(world.phone(phone))
        old, held = world.phone(former), world.phone(former).installed
        of_user = held is not None and held.applicant == world.phone(phone).user
        is_live = held is not None and world.books.certificate("auth", held.auth_serial).state in LIVE
        if former == phone or old.platform != "android" or not of_user or not is_live:
            raise Refused(
                f"{phone} takes over from another Android phone with a live card of who has {phone}; "
                f"{former} is none. add_card() adds the card in any case.",
                code="nothing_to_take_over",
            )


def taker_of(to: object) -> str:
    """A stranger by name.

    Raises:
        MisuseError: none of them.
    """
    if isinstance(to, str) and to in STRANGERS:
        return to
    raise MisuseError(
        f"a phone is handed to a resident of its lab, such as lab.residents[0], or to a stranger: "
        f"{', '.join(map(repr, STRANGERS))}.",
        code="unknown_taker",
    )


def _refuse_empty(model: PhoneModel) -> None:
    if model.installed is None:
        raise Refused(f"there is no card on {model.phone} that could be erased.", code="nothing_to_erase")
