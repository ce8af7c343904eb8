"""What a mission begins with, and what can be done in it: somebody with her card and phones, in a lab of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from myna_lab.stories.acting import block_pin, password, phone_pin, pin, set_up

if TYPE_CHECKING:
    from myna_lab.lab import Android, Holder, IPhone, Lab
    from myna_lab.lab.handles import PhoneHandle

__all__ = ["ACTS", "SITUATIONS", "Scene"]

_NEW_PIN = "8642"


@dataclass(frozen=True, slots=True)
class Scene:
    """Who and what a mission is about; ``scene.lab`` is the learner's own."""

    lab: Lab
    owner: Holder
    iphone: IPhone
    android: Android


def _bought(lab: Lab) -> Scene:
    """She has bought both phones; no card is on them."""
    owner = lab.resident()
    return Scene(lab, owner, lab.iphone(owner), lab.android(owner))


def _on_iphone(lab: Lab) -> Scene:
    """The card is on the iPhone and works; the Android phone is new."""
    scene = _bought(lab)
    set_up(scene.iphone)
    return scene


def _stolen(lab: Lab) -> Scene:
    """The iPhone was stolen by somebody who had watched her type her PIN."""
    scene = _on_iphone(lab)
    scene.iphone.lose()
    scene.iphone.hand_to("finder")
    return scene


def _blocked(lab: Lab) -> Scene:
    """Three wrong entries have blocked the card's PIN; she still knows her signing password."""
    scene = _bought(lab)
    block_pin(scene.owner, "user_authentication")
    return scene


SITUATIONS: Mapping[str, Callable[[Lab], Scene]] = {
    "bought": _bought,
    "on_iphone": _on_iphone,
    "stolen": _stolen,
    "blocked": _blocked,
}


def _log_in(lab: Lab, phone: PhoneHandle) -> object:
    """Whoever has the phone in hand tries it: its owner by her face, a finder by the PIN that he saw."""
    return lab.portal.log_in(phone, None if phone.in_hands_of == phone.person else phone_pin(phone))


def _switch(phone: PhoneHandle) -> None:
    phone.online = not phone.online


ACTS: Mapping[str, Callable[[Scene], object]] = {
    "add_iphone": lambda scene: set_up(scene.iphone, works=False),
    "add_android": lambda scene: set_up(scene.android, works=False),
    "portal_iphone": lambda scene: _log_in(scene.lab, scene.iphone),
    "portal_android": lambda scene: _log_in(scene.lab, scene.android),
    "portal_card": lambda scene: scene.lab.portal.log_in(scene.owner.card, pin(scene.owner)),
    "clinic_iphone": lambda scene: scene.lab.clinic.check_in(scene.iphone),
    "counter_iphone": lambda scene: scene.lab.counter.check_age(scene.iphone),
    "switch_iphone": lambda scene: _switch(scene.iphone),
    "delete_pass": lambda scene: scene.iphone.delete_pass(),
    "hotline": lambda scene: scene.lab.hotline.suspend(scene.owner, card=False),
    "revoke_online": lambda scene: scene.lab.online_desk.revoke(
        scene.iphone, password=password(scene.owner), signed_with=scene.owner.card
    ),
    "window_unblock": lambda scene: scene.lab.municipality.unblock(scene.owner.card, "user_authentication", _NEW_PIN),
    "kiosk_register": lambda scene: scene.lab.kiosk.register(
        scene.owner.card, "user_authentication", phone=scene.iphone
    ),
    "kiosk_reset": lambda scene: scene.lab.kiosk.reset_pin(
        scene.owner.card, "user_authentication", _NEW_PIN, other=password(scene.owner)
    ),
}
"""What a learner can do by a button; by code everything else of the lab, too."""
