"""What each screen does when it is left: at most one effect a screen.

An effect answers with an outcome, which the table turns into the next screen, and with events that are recorded
together with the tap. Only the effects that need durable steps in between (the reading, the wallet) record by
themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256

import cbor2

from myna_lab import events as ev
from myna_lab.devices.phone import Requirements
from myna_lab.provisioning.applying import install, read_and_apply, wait_for_notice, wallet
from myna_lab.provisioning.reading import read_again, read_iphone
from myna_lab.provisioning.screens import Outcome, Screen
from myna_lab.provisioning.steps import Effect, Entry, Step
from myna_lab.provisioning.taps import TYPED
from myna_lab.residents import normalise, well_formed

__all__ = ["EFFECTS"]

S = Screen
O = Outcome  # noqa: E741 - a column of outcomes reads best short


def _start(step: Step, entry: Entry) -> Effect:
    needed = Requirements.of(step.around.parameters)
    reason = step.phone.unfitness(needed)
    if not reason:
        return Effect()
    missed = ev.RequirementMissed(step.flow, S.HOME.name, reason)
    values = {"model": step.phone.model, "oldest": needed.model, "ios": needed.system}
    return Effect(O.UNFIT, (missed,), notice=reason, values=values)


def _terms(step: Step, entry: Entry) -> Effect:
    if entry.tap == "agree":
        return Effect(events=(ev.TermsAccepted(step.flow),))
    left = ev.ApplicationAbandoned(step.flow, step.phone.phone, S.TERMS.name, "the terms were refused")
    return Effect(events=(left,), notice="terms_refused")


def _capture(step: Step, entry: Entry) -> Effect:
    step.draft.n_captures += 1
    n_tries, allowed = step.draft.n_captures, step.around.parameters.count("liveness_tries")
    if entry.mishap == "liveness_failed":
        outcome = O.LIVENESS_FAILED if n_tries < allowed else O.LIVENESS_EXHAUSTED
        failed = ev.LivenessRefused(step.flow, n_tries)
        return Effect(outcome, (failed,), notice=outcome.name.lower(), values={"tries_left": allowed - n_tries})
    whose = {"other_face": "other", "twin": "twin"}.get(entry.mishap or "", "holder")
    # The app compares faces, not people: a twin's is as good as the holder's.
    own = step.around.memory(step.phone.user).face
    step.draft.face = sha256(b"another face").digest() if whose == "other" else own
    return Effect(events=(ev.FaceCaptured(step.flow, n_tries, whose),))


def _typed(step: Step, entry: Entry) -> tuple[str, Effect | None]:
    """What was typed, raised to capitals where the app does so; or the effect of a malformed entry."""
    kind = TYPED[step.screen]
    value = normalise(kind, str(entry.value))
    if well_formed(kind, value):
        return value, None
    refused = ev.PinMalformed(step.flow, step.screen.name, f"not the form of {kind}")
    return "", Effect(O.MALFORMED, (refused,), notice=f"malformed_{kind}")


def _input_aid_pin(step: Step, entry: Entry) -> Effect:
    value, malformed = _typed(step, entry)
    if malformed:
        return malformed
    step.draft.input_aid_pin = value
    return Effect()


def _sign_password(step: Step, entry: Entry) -> Effect:
    value, malformed = _typed(step, entry)
    if malformed:
        return malformed
    step.draft.signing_password = value
    return Effect()


def _read(step: Step, entry: Entry) -> Effect:
    return read_iphone(step, entry) if step.phone.platform == "iphone" else read_and_apply(step, entry)


def _new_user_pin(step: Step, entry: Entry) -> Effect:
    value, malformed = _typed(step, entry)
    if malformed:
        return malformed
    step.draft.user_pin = value
    return Effect(O.SAME if entry.same else O.OK)


def _repeat_user_pin(step: Step, entry: Entry) -> Effect:
    if normalise("user_authentication", str(entry.value)) != step.draft.user_pin:
        return Effect(
            O.DIFFERENT, (ev.ConfirmationDiffered(step.flow, step.screen.name),), notice="confirmation_differs"
        )
    return Effect()


def _new_sign_password(step: Step, entry: Entry) -> Effect:
    value, malformed = _typed(step, entry)
    if malformed:
        return malformed
    if entry.same and value != step.draft.signing_password:
        return Effect(O.DIFFERENT, (ev.ConfirmationDiffered(step.flow, step.screen.name),), notice="not_the_cards")
    step.draft.phone_password = value
    return _chosen(step, O.SAME) if entry.same else Effect()


def _repeat_sign_password(step: Step, entry: Entry) -> Effect:
    if normalise("signing", str(entry.value)) != step.draft.phone_password:
        return Effect(
            O.DIFFERENT, (ev.ConfirmationDiffered(step.flow, step.screen.name),), notice="confirmation_differs"
        )
    return _chosen(step, O.OK)


def _chosen(step: Step, outcome: Outcome) -> Effect:
    ref = f"pins/{step.flow}"
    pins = cbor2.dumps({"user": step.draft.user_pin, "signing": step.draft.phone_password})
    return Effect(outcome, (ev.PinsChosen(step.flow, step.phone.phone, ref),), {ref: pins})


def _finish(step: Step, entry: Entry) -> Effect:
    return Effect(events=(ev.SetUpFinished(step.flow, step.phone.phone),))


EFFECTS: Mapping[Screen, Callable[[Step, Entry], Effect]] = {
    S.HOME: _start,
    S.TERMS: _terms,
    S.CAPTURE: _capture,
    S.INPUT_AID_PIN: _input_aid_pin,
    S.SIGN_PASSWORD: _sign_password,
    S.READ: _read,
    S.WAIT_FOR_NOTICE: wait_for_notice,
    S.SIGN_PASSWORD_AGAIN: _sign_password,
    S.READ_AGAIN: read_again,
    S.NEW_USER_PIN: _new_user_pin,
    S.REPEAT_USER_PIN: _repeat_user_pin,
    S.NEW_SIGN_PASSWORD: _new_sign_password,
    S.REPEAT_SIGN_PASSWORD: _repeat_sign_password,
    S.WALLET: wallet,
    S.INSTALL: install,
    S.LOSS_GUIDANCE: _finish,
}
"""The screens whose main tap does something."""
