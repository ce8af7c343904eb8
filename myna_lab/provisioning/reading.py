"""The phone reads the plastic card with real APDUs; refusals of the card become outcomes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256

from myna_lab import events as ev
from myna_lab.devices import terminal
from myna_lab.devices.card import CardRemoved, Chip
from myna_lab.errors import CardRefused, MalformedTlv
from myna_lab.jlis.office import application_document
from myna_lab.provisioning.screens import Outcome
from myna_lab.provisioning.steps import Effect, Entry, Step

__all__ = ["read_again", "read_android", "read_iphone"]

O = Outcome  # noqa: E741 - a column of outcomes reads best short


class LinkBroken(CardRemoved):
    """The card left the phone's field."""

    default_code = "link_lost"


def _link(step: Step, transmit: Callable[[bytes], bytes], mishap: str | None) -> Callable[[bytes], bytes]:
    """The link to the card; with the mishap it breaks at some point of the reading."""
    if mishap != "link_lost":
        return transmit
    step.draft.n_links += 1
    left = step.around.chance(f"link/{step.flow}/{step.draft.n_links}").integer(1, 8)

    def send(command: bytes) -> bytes:
        nonlocal left
        if left <= 0:
            raise LinkBroken("the card was taken away; hold it to the phone until the reading ends.")
        left -= 1
        return transmit(command)

    return send


def _with_card(step: Step, entry: Entry, work: Callable[[Callable[[bytes], bytes], Chip], Effect]) -> Effect:
    """Hold the card to the phone, and turn what the card refuses into outcomes."""
    chip = entry.value if isinstance(entry.value, Chip) else step.around.card(step.phone.user)
    try:
        with chip.connect() as transmit:
            return work(_link(step, transmit, entry.mishap), chip)
    except CardRemoved:
        return Effect(O.LINK_LOST, (ev.LinkLost(step.flow, step.screen.name),), notice="link_lost")
    except CardRefused as refused:
        return _card_refused(step, refused)
    except MalformedTlv as malformed:
        return _refused(step, "card_unreadable", sw=malformed.code)


_WRONG = {
    "input_aid": O.INPUT_AID_PIN_WRONG,
    "signing": O.SIGN_PASSWORD_WRONG,
    "verification_number": O.UNSUITABLE,  # nobody types it: the card's two applications disagree
}


def _card_refused(step: Step, refused: CardRefused) -> Effect:
    reference = str(refused.values.get("reference", ""))
    match refused.code:
        case "pin_wrong" if refused.tries_left:
            return Effect(_WRONG[reference], notice=f"wrong_{reference}", values={"tries_left": refused.tries_left})
        case "pin_wrong":
            return Effect(O.BLOCKED, notice=f"blocked_now_{reference}")
        case "pin_blocked":
            return _refused(step, f"blocked_before_{reference}", O.BLOCKED)
        case "no_sign_certificate":
            return _refused(step, "no_sign_certificate")
    return _refused(step, "card_unreadable", sw=f"{refused.sw:04X}")


def _refused(step: Step, reason: str, outcome: Outcome = O.UNSUITABLE, **values: object) -> Effect:
    refused = ev.ReadingRefused(step.flow, step.screen.name, reason)
    return Effect(outcome, (refused,), notice=reason, values=values)


def _document(step: Step) -> bytes:
    return application_document(
        flow=step.flow,
        phone=step.phone.phone,
        platform=step.phone.platform,
        face=step.draft.face,
        nonce=step.around.chance(f"nonce/{step.flow}").bytes(16),
    )


def read_iphone(step: Step, entry: Entry) -> Effect:
    """Both PINs, the four items, the portrait, the signing certificate, and a signature over the application."""

    def work(transmit: Callable[[bytes], bytes], chip: Chip) -> Effect:
        draft = step.draft
        draft.document = _document(step)
        reading = terminal.read_for_set_up(
            transmit,
            input_aid_pin=draft.input_aid_pin,
            signing_password=draft.signing_password,
            application=draft.document,
        )
        read = ev.CardRead(step.flow, chip.name, tuple(reading.files))
        if sha256(reading.portrait).digest() != draft.face:
            return Effect(O.UNSUITABLE, (read, ev.FaceRefused(step.flow)), notice="face_refused")
        draft.signature, draft.signing_certificate = reading.application_signature, reading.sign_certificate
        return Effect(events=(read, ev.FaceMatched(step.flow)))

    return _with_card(step, entry, work)


def read_android(step: Step, entry: Entry) -> Effect:
    """The Android app has the card sign the application at the reading."""

    def work(transmit: Callable[[bytes], bytes], chip: Chip) -> Effect:
        draft = step.draft
        draft.document = _document(step)
        draft.signing_certificate, draft.signature = terminal.authenticate(
            transmit, draft.document, pin=draft.signing_password, kind="sign"
        )
        return Effect(events=(ev.CardRead(step.flow, chip.name, ("jpki/0001",)),))

    return _with_card(step, entry, work)


def read_again(step: Step, entry: Entry) -> Effect:
    """Registering asks for the signing password and the card a second time: the same card as at the application."""

    def work(transmit: Callable[[bytes], bytes], chip: Chip) -> Effect:
        challenge = step.around.chance(f"register/{step.flow}").bytes(32)
        certificate, _ = terminal.authenticate(transmit, challenge, pin=step.draft.signing_password, kind="sign")
        read = ev.CardRead(step.flow, chip.name, ("jpki/0001",))
        if certificate != step.draft.signing_certificate:
            other = _refused(step, "other_card")
            return replace(other, events=(read, *other.events))
        return Effect(events=(read,))

    return _with_card(step, entry, work)
