"""Keys in the secure element, the application to J-LIS, and the installation of the certificates."""

from __future__ import annotations

from datetime import timedelta

from myna_lab import events as ev
from myna_lab.devices.phone import certification_request, device_key
from myna_lab.errors import RegistrationRefused
from myna_lab.ground.durations import show
from myna_lab.jlis.office import Application, carries_attributes
from myna_lab.keys import rsa_key
from myna_lab.provisioning.reading import read_android
from myna_lab.provisioning.screens import Outcome
from myna_lab.provisioning.steps import Effect, Entry, Step

__all__ = ["install", "interrupted", "read_and_apply", "wait_for_notice", "wallet"]

O = Outcome  # noqa: E741 - a column of outcomes reads best short
NOW = timedelta()


def _make_application(step: Step, elapse: timedelta) -> Application:
    """Keys in the secure element, and requests bound to the application that the plastic card signed."""
    around, phone = step.around, step.phone.phone
    sign, auth = around.new_keys(2)
    made: list[ev.Event] = [
        ev.KeyPairGenerated(step.flow, phone, "sign", sign),
        ev.KeyPairGenerated(step.flow, phone, "auth", auth),
    ]
    public, secrets = b"", dict[str, bytes]()
    if carries_attributes(step.phone.platform, around.now + elapse, around.parameters):
        key_ref = f"device_key/{step.flow}"
        secrets[key_ref], public = device_key.made(around.chance(key_ref))
        made.append(ev.DeviceKeyGenerated(step.flow, phone, public, key_ref))
    around.record(made, secrets, elapse)
    draft = step.draft
    return Application(
        document=draft.document,
        signature=draft.signature,
        sign_certificate=draft.signing_certificate,
        sign_request=certification_request(rsa_key(sign), draft.document),
        auth_request=certification_request(rsa_key(auth), draft.document),
        device_public=public,
    )


def _offline(step: Step) -> Effect | None:
    if step.phone.online:
        return None
    return Effect(O.LATER, (ev.RequirementMissed(step.flow, step.screen.name, "offline"),), notice="offline")


def _apply(step: Step, elapse: timedelta) -> Effect:
    """Send the application; J-LIS answers at once, with yes or no."""
    try:
        step.around.submit(_make_application(step, elapse))
    except RegistrationRefused as refused:
        return _refused(step, refused)
    return Effect(elapse=NOW)


def _refused(step: Step, refused: RegistrationRefused) -> Effect:
    event = ev.ApplicationRefused(step.flow, step.phone.phone, refused.code)
    outcome = O.LATER if refused.code == "maintenance" else O.REFUSED
    until = refused.values.get("until")
    values = {"until": show(until)} if until is not None else {}  # type: ignore[arg-type]
    return Effect(outcome, (event,), notice=f"registry_{refused.code}", values=values, elapse=NOW)


def wallet(step: Step, entry: Entry) -> Effect:
    """Apple Wallet: keys, application and the pass, all in the time that the screen takes."""
    effect = _offline(step) or _apply(step, step.seconds)
    if effect.outcome is not O.OK:
        return effect
    if entry.mishap == "interrupted":
        return Effect(O.INTERRUPTED, (interrupted(step),), elapse=NOW)
    return Effect(events=(_installed(step, ev.PassAdded),), elapse=NOW)


def read_and_apply(step: Step, entry: Entry) -> Effect:
    """Android reads, signs and applies in one step."""
    if (offline := _offline(step)) is not None:
        return offline
    effect = read_android(step, entry)
    if effect.outcome is not O.OK:
        return effect
    step.around.record(effect.events, elapse=step.seconds)
    return _apply(step, NOW)


def wait_for_notice(step: Step, entry: Entry) -> Effect:
    """The holder waits until the push notice comes."""
    if (offline := _offline(step)) is not None:
        return offline
    try:
        step.around.wait_until(step.around.issue_due(step.flow))
        step.around.confirm(step.flow)
    except RegistrationRefused as refused:
        return _refused(step, refused)
    return Effect()


def install(step: Step, entry: Entry) -> Effect:
    """Android puts the certificates onto the phone."""
    if (offline := _offline(step)) is not None:
        return offline
    try:
        step.around.confirm(step.flow)
    except RegistrationRefused as refused:
        return _refused(step, refused)
    if entry.mishap == "interrupted":
        return Effect(O.INTERRUPTED, (interrupted(step),))
    return Effect(events=(_installed(step, ev.CredentialInstalled),))


def interrupted(step: Step) -> ev.SetUpInterrupted:
    """The set-up ends here, although J-LIS accepted the application."""
    return ev.SetUpInterrupted(step.flow, step.phone.phone, step.screen.name)


def _installed(
    step: Step, kind: type[ev.PassAdded] | type[ev.CredentialInstalled]
) -> ev.PassAdded | ev.CredentialInstalled:
    sign, auth = step.around.issued_serials(step.flow)
    return kind(step.flow, step.phone.phone, sign, auth)
