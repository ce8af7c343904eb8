"""Keys in the secure element, the application to J-LIS, and the installation of what came back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from myna_lab import events as ev
from myna_lab.devices.phone import certification_request
from myna_lab.errors import RegistrationRefused
from myna_lab.ground.durations import show
from myna_lab.jlis.office import Application, carries_attributes
from myna_lab.keys import rsa_key
from myna_lab.provisioning.entries import Effect, Entry
from myna_lab.provisioning.reading import read_android
from myna_lab.provisioning.screens import Outcome

if TYPE_CHECKING:
    from myna_lab.provisioning.flow import Flow

__all__ = ["install", "interrupted", "read_and_apply", "wait_for_notice", "wallet"]

O = Outcome  # noqa: E741 - a column of outcomes reads best short
NOW = timedelta()


def _make_application(flow: Flow, elapse: timedelta) -> Application:
    """Keys in the secure element, and requests bound to the application that the plastic card signed."""
    around, phone = flow.around, flow.phone.phone
    sign, auth = around.new_keys(2)
    made: list[ev.Event] = [
        ev.KeyPairGenerated(flow.flow, phone, "sign", sign),
        ev.KeyPairGenerated(flow.flow, phone, "auth", auth),
    ]
    public = b""
    if carries_attributes(flow.phone.platform, around.now + elapse, around.parameters):
        point = around.device_key(flow.flow).public_key()
        public = point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        made.append(ev.DeviceKeyGenerated(flow.flow, phone, public))
    around.record(made, elapse=elapse)
    draft = flow.draft
    return Application(
        document=draft.document,
        signature=draft.signature,
        sign_certificate=draft.sign_certificate,
        sign_request=certification_request(rsa_key(sign), draft.document),
        auth_request=certification_request(rsa_key(auth), draft.document),
        device_public=public,
    )


def _offline(flow: Flow) -> Effect | None:
    if flow.phone.online:
        return None
    return Effect(O.LATER, (ev.RequirementMissed(flow.flow, flow.screen.name, "offline"),), notice="offline")


def _apply(flow: Flow, elapse: timedelta) -> Effect:
    """Send the application; J-LIS answers at once, be it with no."""
    try:
        flow.around.submit(_make_application(flow, elapse))
    except RegistrationRefused as refused:
        return _refused(flow, refused)
    return Effect(elapse=NOW)


def _refused(flow: Flow, refused: RegistrationRefused) -> Effect:
    event = ev.ApplicationRefused(flow.flow, flow.phone.phone, refused.code)
    outcome = O.LATER if refused.code == "maintenance" else O.REFUSED
    until = refused.values.get("until")
    values = {"until": show(until)} if until is not None else {}  # type: ignore[arg-type]
    return Effect(outcome, (event,), notice=f"registry_{refused.code}", values=values, elapse=NOW)


def wallet(flow: Flow, entry: Entry) -> Effect:
    """Apple Wallet: keys, application, and the pass; all in the time that the screen takes."""
    effect = _offline(flow) or _apply(flow, flow.seconds)
    if effect.outcome is not O.OK:
        return effect
    if entry.mishap == "interrupted":
        return Effect(O.INTERRUPTED, (interrupted(flow),), elapse=NOW)
    return Effect(events=(_installed(flow, ev.PassAdded),), elapse=NOW)


def read_and_apply(flow: Flow, entry: Entry) -> Effect:
    """Android reads, signs and applies in one step."""
    if (offline := _offline(flow)) is not None:
        return offline
    effect = read_android(flow, entry)
    if effect.outcome is not O.OK:
        return effect
    flow.around.record(effect.events, elapse=flow.seconds)
    return _apply(flow, NOW)


def wait_for_notice(flow: Flow, entry: Entry) -> Effect:
    """The holder waits until the push notice comes."""
    if (offline := _offline(flow)) is not None:
        return offline
    try:
        flow.around.wait_until(flow.around.issue_due(flow.flow))
        flow.around.confirm(flow.flow)
    except RegistrationRefused as refused:
        return _refused(flow, refused)
    return Effect()


def install(flow: Flow, entry: Entry) -> Effect:
    """Android puts the certificates onto the phone."""
    if (offline := _offline(flow)) is not None:
        return offline
    try:
        flow.around.confirm(flow.flow)
    except RegistrationRefused as refused:
        return _refused(flow, refused)
    if entry.mishap == "interrupted":
        return Effect(O.INTERRUPTED, (interrupted(flow),))
    return Effect(events=(_installed(flow, ev.CredentialInstalled),))


def interrupted(flow: Flow) -> ev.SetUpInterrupted:
    """The set-up ends here, although J-LIS accepted the application."""
    return ev.SetUpInterrupted(flow.flow, flow.phone.phone, flow.screen.name)


def _installed(
    flow: Flow, kind: type[ev.PassAdded] | type[ev.CredentialInstalled]
) -> ev.PassAdded | ev.CredentialInstalled:
    sign, auth = flow.around.issued_serials(flow.flow)
    return kind(flow.flow, flow.phone.phone, sign, auth)
