"""What each screen does when it is left: at most one effect a screen.

An effect answers with an outcome, which the table turns into the next screen, and with events that are recorded
together with the tap. Only the effects that need durable steps in between (the reading, the wallet) record by
themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, ClassVar

import cbor2
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from myna_lab import events as ev
from myna_lab import terminal
from myna_lab.card import Chip
from myna_lab.errors import CardRefused, MynaLabError, RegistrationRefused
from myna_lab.phone import certification_request
from myna_lab.provisioning.screens import Outcome, Screen
from myna_lab.registry import Application, application_document
from myna_lab.residents import normalise, well_formed

if TYPE_CHECKING:
    from myna_lab.provisioning.flow import Flow

__all__ = ["EFFECTS", "Draft", "Effect", "Entry"]

S = Screen
O = Outcome  # noqa: E741 - a column of outcomes reads best short


@dataclass(slots=True, repr=False)
class Draft:
    """What is typed, captured or read so far: volatile."""

    n_captures: int = 0
    n_links: int = 0
    face: bytes = b""
    input_aid_pin: str = ""
    signing_password: str = ""
    document: bytes = b""
    """The application that the plastic card signs."""
    signature: bytes = b""
    sign_certificate: bytes = b""
    user_pin: str = ""
    phone_password: str = ""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a step leads to."""

    outcome: Outcome = O.OK
    events: tuple[ev.Event, ...] = ()
    secrets: Mapping[str, bytes] = field(default_factory=dict)
    notice: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    elapse: timedelta | None = None
    """None: the screen's own seconds."""


@dataclass(frozen=True, slots=True, repr=False)
class Entry:
    """What the holder gave with a tap."""

    value: str | Chip | None
    same: bool
    mishap: str | None

    MISHAPS: ClassVar[Mapping[Screen, tuple[str, ...]]] = {
        S.CAPTURE: ("liveness_failed", "other_face"),
        S.READ: ("link_lost",),
        S.READ_AGAIN: ("link_lost",),
    }
    """What can go wrong on a screen, if the learner wishes it."""
    KINDS: ClassVar[Mapping[Screen, str]] = {
        S.INPUT_AID_PIN: "input_aid",
        S.SIGN_PASSWORD: "signing",
        S.SIGN_PASSWORD_AGAIN: "signing",
        S.NEW_USER_PIN: "user_authentication",
        S.REPEAT_USER_PIN: "user_authentication",
        S.NEW_SIGN_PASSWORD: "signing",
        S.REPEAT_SIGN_PASSWORD: "signing",
    }
    NEW: ClassVar[frozenset[Screen]] = frozenset(
        {S.NEW_USER_PIN, S.REPEAT_USER_PIN, S.NEW_SIGN_PASSWORD, S.REPEAT_SIGN_PASSWORD}
    )

    @classmethod
    def kind(cls, screen: Screen) -> str | None:
        """What is typed on a screen."""
        return cls.KINDS.get(screen)


class LinkBroken(MynaLabError):
    """The card left the phone's field."""

    default_code = "link_lost"


# ----------------------------------------------------------------------------------------------- before the reading


def _start(flow: Flow, entry: Entry) -> Effect:
    reason = _unfitness(flow)
    if reason:
        missed = ev.RequirementMissed(flow.flow, S.HOME.name, reason)
        return Effect(O.UNFIT, (missed,), notice=reason, values=_requirement(flow))
    return Effect()


def _requirement(flow: Flow) -> dict[str, object]:
    texts = flow.around.parameters.text
    return {"model": flow.phone.model, "oldest": texts("iphone_model_minimum"), "ios": texts("ios_minimum")}


_IPHONES = ("iPhone XS", "iPhone 11", "iPhone 12", "iPhone 13", "iPhone 14", "iPhone 15", "iPhone 16", "iPhone 17")
"""Model families from the oldest that serves, in order; a name that starts with one belongs to it."""


def _unfitness(flow: Flow) -> str:
    phone = flow.phone
    if not phone.online:
        return "offline"
    if phone.platform == "iphone":
        oldest = flow.around.parameters.text("iphone_model_minimum")
        fit = _IPHONES[_IPHONES.index(oldest) :] if oldest in _IPHONES else _IPHONES
        if not phone.model.startswith(fit):
            return "model_too_old"
        if _version(phone.os_version) < _version(flow.around.parameters.text("ios_minimum")):
            return "system_too_old"
    return ""


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))


def _agree(flow: Flow, entry: Entry) -> Effect:
    return Effect(events=(ev.TermsAccepted(flow.flow),))


def _capture(flow: Flow, entry: Entry) -> Effect:
    flow.draft.n_captures += 1
    n_tries, allowed = flow.draft.n_captures, flow.around.parameters.count("liveness_tries")
    if entry.mishap == "liveness_failed":
        outcome = O.LIVENESS_FAILED if n_tries < allowed else O.LIVENESS_EXHAUSTED
        failed = ev.LivenessRefused(flow.flow, n_tries)
        return Effect(outcome, (failed,), notice=outcome.name.lower(), values={"tries_left": allowed - n_tries})
    face = flow.around.memory(flow.phone.person).face
    flow.draft.face = sha256(b"another face").digest() if entry.mishap == "other_face" else face
    return Effect(events=(ev.FaceCaptured(flow.flow, n_tries),))


def _typed(flow: Flow, entry: Entry) -> tuple[str, Effect | None]:
    """What was typed, raised to capitals where the app does so; or the effect of a malformed entry."""
    kind = Entry.KINDS[flow.screen]
    value = normalise(kind, str(entry.value))
    if well_formed(kind, value):
        return value, None
    refused = ev.PinMalformed(flow.flow, flow.screen.name, f"not the form of {kind}")
    return "", Effect(O.MALFORMED, (refused,), notice=f"malformed_{kind}")


def _input_aid_pin(flow: Flow, entry: Entry) -> Effect:
    value, malformed = _typed(flow, entry)
    if malformed:
        return malformed
    flow.draft.input_aid_pin = value
    return Effect()


def _sign_password(flow: Flow, entry: Entry) -> Effect:
    value, malformed = _typed(flow, entry)
    if malformed:
        return malformed
    flow.draft.signing_password = value
    return Effect()


# ------------------------------------------------------------------------------------------------------- the reading


def _link(flow: Flow, transmit: Callable[[bytes], bytes], mishap: str | None) -> Callable[[bytes], bytes]:
    """The link to the card; with the mishap it breaks somewhere in the reading."""
    if mishap != "link_lost":
        return transmit
    flow.draft.n_links += 1
    left = flow.around.chance(f"link/{flow.flow}/{flow.draft.n_links}").integer(1, 8)

    def send(command: bytes) -> bytes:
        nonlocal left
        if left <= 0:
            raise LinkBroken("the card was taken away; hold it to the phone until the reading ends.")
        left -= 1
        return transmit(command)

    return send


def _with_card(flow: Flow, entry: Entry, work: Callable[[Callable[[bytes], bytes], Chip], Effect]) -> Effect:
    """Hold the card to the phone, and turn what the card refuses into outcomes."""
    chip = entry.value if isinstance(entry.value, Chip) else flow.around.card(flow.phone.person)
    try:
        with chip.connect() as transmit:
            return work(_link(flow, transmit, entry.mishap), chip)
    except LinkBroken:
        return Effect(O.LINK_LOST, (ev.LinkLost(flow.flow, flow.screen.name),), notice="link_lost")
    except CardRefused as refused:
        return _card_refused(refused)


def _card_refused(refused: CardRefused) -> Effect:
    reference = str(refused.values.get("reference", ""))
    is_input_aid = reference == "input_aid"
    match refused.code:
        case "pin_wrong" if refused.tries_left:
            outcome = O.INPUT_AID_PIN_WRONG if is_input_aid else O.SIGN_PASSWORD_WRONG
            return Effect(outcome, notice=f"wrong_{reference}", values={"tries_left": refused.tries_left})
        case "pin_wrong" | "pin_blocked":
            return Effect(O.BLOCKED, notice=f"blocked_{reference}")
        case "no_sign_certificate":
            return Effect(O.UNSUITABLE, notice="no_sign_certificate")
    return Effect(O.UNSUITABLE, notice="card_unreadable", values={"sw": f"{refused.sw:04X}"})


def _document(flow: Flow) -> bytes:
    return application_document(
        flow=flow.flow,
        phone=flow.phone.phone,
        platform=flow.phone.platform,
        face=flow.draft.face,
        nonce=flow.around.chance(f"nonce/{flow.flow}").bytes(16),
    )


def _read_iphone(flow: Flow, entry: Entry) -> Effect:
    def work(transmit: Callable[[bytes], bytes], chip: Chip) -> Effect:
        draft = flow.draft
        draft.document = _document(flow)
        reading = terminal.read_for_set_up(
            transmit,
            input_aid_pin=draft.input_aid_pin,
            signing_password=draft.signing_password,
            application=draft.document,
        )
        read = ev.CardRead(flow.flow, chip.name, tuple(reading.files))
        if sha256(reading.portrait).digest() != draft.face:
            return Effect(O.UNSUITABLE, (read, ev.FaceRefused(flow.flow)), notice="face_refused")
        draft.signature, draft.sign_certificate = reading.application_signature, reading.sign_certificate
        return Effect(events=(read, ev.FaceMatched(flow.flow)))

    return _with_card(flow, entry, work)


def _read_android(flow: Flow, entry: Entry) -> Effect:
    """The Android app signs its application at the reading and sends it at once."""

    def work(transmit: Callable[[bytes], bytes], chip: Chip) -> Effect:
        draft = flow.draft
        draft.document = _document(flow)
        draft.sign_certificate, draft.signature = terminal.authenticate(
            transmit, draft.document, pin=draft.signing_password, kind="sign"
        )
        return Effect(events=(ev.CardRead(flow.flow, chip.name, ("jpki/0001",)),))

    effect = _with_card(flow, entry, work)
    if effect.outcome is not O.OK:
        return effect
    flow.around.record(effect.events, elapse=flow.seconds)
    return _apply(flow)


def _read_again(flow: Flow, entry: Entry) -> Effect:
    """Registering asks for the sign password and the card a second time: the same card as at the application."""

    def work(transmit: Callable[[bytes], bytes], chip: Chip) -> Effect:
        challenge = flow.around.chance(f"register/{flow.flow}").bytes(32)
        certificate, _ = terminal.authenticate(transmit, challenge, pin=flow.draft.signing_password, kind="sign")
        read = ev.CardRead(flow.flow, chip.name, ("jpki/0001",))
        if certificate != flow.draft.sign_certificate:
            return Effect(O.UNSUITABLE, (read,), notice="other_card")
        return Effect(events=(read,))

    return _with_card(flow, entry, work)


def _read(flow: Flow, entry: Entry) -> Effect:
    return _read_iphone(flow, entry) if flow.phone.platform == "iphone" else _read_android(flow, entry)


# ----------------------------------------------------------------------------------------------- the phone's own PINs


def _new_user_pin(flow: Flow, entry: Entry) -> Effect:
    value, malformed = _typed(flow, entry)
    if malformed:
        return malformed
    flow.draft.user_pin = value
    return Effect(O.SAME if entry.same else O.OK)


def _repeat_user_pin(flow: Flow, entry: Entry) -> Effect:
    if str(entry.value) != flow.draft.user_pin:
        return Effect(
            O.DIFFERENT, (ev.ConfirmationDiffered(flow.flow, flow.screen.name),), notice="confirmation_differs"
        )
    return Effect()


def _new_sign_password(flow: Flow, entry: Entry) -> Effect:
    value, malformed = _typed(flow, entry)
    if malformed:
        return malformed
    if entry.same and value != flow.draft.signing_password:
        return Effect(O.DIFFERENT, (ev.ConfirmationDiffered(flow.flow, flow.screen.name),), notice="not_the_cards")
    flow.draft.phone_password = value
    return _chosen(flow, O.SAME) if entry.same else Effect()


def _repeat_sign_password(flow: Flow, entry: Entry) -> Effect:
    if normalise("signing", str(entry.value)) != flow.draft.phone_password:
        return Effect(
            O.DIFFERENT, (ev.ConfirmationDiffered(flow.flow, flow.screen.name),), notice="confirmation_differs"
        )
    return _chosen(flow, O.OK)


def _chosen(flow: Flow, outcome: Outcome) -> Effect:
    ref = f"pins/{flow.flow}"
    pins = cbor2.dumps({"user": flow.draft.user_pin, "signing": flow.draft.phone_password})
    return Effect(outcome, (ev.PinsChosen(flow.flow, flow.phone.phone, ref),), {ref: pins})


# ------------------------------------------------------------------------------------------------- keys, application


def _make_requests(flow: Flow) -> Application:
    """Keys in the secure element, and requests bound to the application that the plastic card signed."""
    around, phone = flow.around, flow.phone.phone
    (sign, auth), secrets = around.new_keys(2)
    made: list[ev.Event] = [
        ev.KeyPairGenerated(flow.flow, phone, "sign", sign),
        ev.KeyPairGenerated(flow.flow, phone, "auth", auth),
    ]
    public = b""
    if flow.phone.platform == "iphone":
        point = around.device_key(flow.flow).public_key()
        public = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        made.append(ev.DeviceKeyGenerated(flow.flow, phone, public))
    around.record(made, secrets, flow.seconds if flow.screen is S.WALLET else timedelta())
    return Application(
        document=flow.draft.document,
        signature=flow.draft.signature,
        sign_certificate=flow.draft.sign_certificate,
        sign_request=certification_request(around.key(sign), flow.draft.document),
        auth_request=certification_request(around.key(auth), flow.draft.document),
        device_public=public,
    )


def _apply(flow: Flow) -> Effect:
    try:
        flow.around.submit(_make_requests(flow))
    except RegistrationRefused as refused:
        reason = ev.ApplicationRefused(flow.flow, flow.phone.phone, refused.code)
        return Effect(O.REFUSED, (reason,), notice=f"registry_{refused.code}", elapse=timedelta())
    return Effect(elapse=timedelta())


def _wallet(flow: Flow, entry: Entry) -> Effect:
    effect = _apply(flow)
    if effect.outcome is not O.OK:
        return effect
    return Effect(events=(_installed(flow, ev.PassAdded),), elapse=timedelta())


def _installed(
    flow: Flow, kind: type[ev.PassAdded] | type[ev.CredentialInstalled]
) -> ev.PassAdded | ev.CredentialInstalled:
    sign, auth = flow.around.issued_serials(flow.flow)
    return kind(flow.flow, flow.phone.phone, sign, auth)


def _wait_for_notice(flow: Flow, entry: Entry) -> Effect:
    """The holder waits until the push notice comes."""
    try:
        flow.around.wait_until(flow.around.issue_due(flow.flow))
        flow.around.confirm(flow.flow)
    except RegistrationRefused as refused:
        return Effect(O.REFUSED, notice=f"registry_{refused.code}")
    return Effect()


def _install(flow: Flow, entry: Entry) -> Effect:
    try:
        flow.around.confirm(flow.flow)
    except RegistrationRefused as refused:
        return Effect(O.REFUSED, notice=f"registry_{refused.code}")
    return Effect(events=(_installed(flow, ev.CredentialInstalled),))


def _finish(flow: Flow, entry: Entry) -> Effect:
    return Effect(events=(ev.SetUpFinished(flow.flow, flow.phone.phone),))


EFFECTS: Mapping[Screen, Callable[[Flow, Entry], Effect]] = {
    S.HOME: _start,
    S.TERMS: _agree,
    S.CAPTURE: _capture,
    S.INPUT_AID_PIN: _input_aid_pin,
    S.SIGN_PASSWORD: _sign_password,
    S.READ: _read,
    S.WAIT_FOR_NOTICE: _wait_for_notice,
    S.SIGN_PASSWORD_AGAIN: _sign_password,
    S.READ_AGAIN: _read_again,
    S.NEW_USER_PIN: _new_user_pin,
    S.REPEAT_USER_PIN: _repeat_user_pin,
    S.NEW_SIGN_PASSWORD: _new_sign_password,
    S.REPEAT_SIGN_PASSWORD: _repeat_sign_password,
    S.WALLET: _wallet,
    S.INSTALL: _install,
    S.LOSS_GUIDANCE: _finish,
}
"""The screens whose main tap does something."""
