"""What each screen does when it is left: at most one effect a screen.

An effect answers with an outcome, which the table turns into the next screen, and with events that are recorded
together with the tap. Only the effects that need durable steps in between (the reading, the wallet) record by
themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import TYPE_CHECKING

import cbor2

from myna_lab import events as ev
from myna_lab.devices.phone import Requirements
from myna_lab.provisioning.applying import install, read_and_apply, wait_for_notice, wallet
from myna_lab.provisioning.entries import Draft, Effect, Entry
from myna_lab.provisioning.reading import read_again, read_iphone
from myna_lab.provisioning.screens import Outcome, Screen
from myna_lab.residents import normalise, well_formed

if TYPE_CHECKING:
    from myna_lab.provisioning.flow import Flow

__all__ = ["EFFECTS", "Draft", "Effect", "Entry"]

S = Screen
O = Outcome  # noqa: E741 - a column of outcomes reads best short


def _start(flow: Flow, entry: Entry) -> Effect:
    needed = Requirements.of(flow.around.parameters)
    reason = flow.phone.unfitness(needed)
    if not reason:
        return Effect()
    missed = ev.RequirementMissed(flow.flow, S.HOME.name, reason)
    values = {"model": flow.phone.model, "oldest": needed.model, "ios": needed.system}
    return Effect(O.UNFIT, (missed,), notice=reason, values=values)


def _terms(flow: Flow, entry: Entry) -> Effect:
    if entry.tap == "agree":
        return Effect(events=(ev.TermsAccepted(flow.flow),))
    left = ev.ApplicationAbandoned(flow.flow, flow.phone.phone, S.TERMS.name, "the terms were refused")
    return Effect(events=(left,), notice="terms_refused")


def _capture(flow: Flow, entry: Entry) -> Effect:
    flow.draft.n_captures += 1
    n_tries, allowed = flow.draft.n_captures, flow.around.parameters.count("liveness_tries")
    if entry.mishap == "liveness_failed":
        outcome = O.LIVENESS_FAILED if n_tries < allowed else O.LIVENESS_EXHAUSTED
        failed = ev.LivenessRefused(flow.flow, n_tries)
        return Effect(outcome, (failed,), notice=outcome.name.lower(), values={"tries_left": allowed - n_tries})
    whose = {"other_face": "other", "twin": "twin"}.get(entry.mishap or "", "holder")
    # The app compares faces, not people: a twin's is as good as the holder's.
    own = flow.around.memory(flow.phone.person).face
    flow.draft.face = sha256(b"another face").digest() if whose == "other" else own
    return Effect(events=(ev.FaceCaptured(flow.flow, n_tries, whose),))


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


def _read(flow: Flow, entry: Entry) -> Effect:
    return read_iphone(flow, entry) if flow.phone.platform == "iphone" else read_and_apply(flow, entry)


def _new_user_pin(flow: Flow, entry: Entry) -> Effect:
    value, malformed = _typed(flow, entry)
    if malformed:
        return malformed
    flow.draft.user_pin = value
    return Effect(O.SAME if entry.same else O.OK)


def _repeat_user_pin(flow: Flow, entry: Entry) -> Effect:
    if normalise("user_authentication", str(entry.value)) != flow.draft.user_pin:
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


def _finish(flow: Flow, entry: Entry) -> Effect:
    return Effect(events=(ev.SetUpFinished(flow.flow, flow.phone.phone),))


EFFECTS: Mapping[Screen, Callable[[Flow, Entry], Effect]] = {
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
