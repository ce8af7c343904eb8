"""Layers beneath the phones as HTML: what is inside a phone, and the numbers on which all of it rests.

Pure functions of what the lab says; no secret is among it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from myna_lab.lab.handles import PhoneHandle
from myna_lab.parameters import Parameter, Parameters
from myna_lab.texts.speech import Speech
from myna_lab.widgets.panels import badge, table

__all__ = ["basis", "inside", "parameters"]

_RELEVANT = (
    "activation_delay",
    "ocsp_refresh",
    "crl_period",
    "crl_hour",
    "revoke_former_at",
    "wallet_check_interval",
    "liveness_tries",
    "user_authentication_pin_tries",
    "signing_password_tries",
    "seconds_to_read_card",
    "seconds_in_wallet",
)
"""What a set-up and a second phone depend on; changed ones are shown, too."""


def inside(phones: Sequence[PhoneHandle], speech: Speech) -> str:
    """What each phone holds: certificates with their keys, the attribute record, tries left, network, faces."""
    titles = ("", *(escape(phone.phone) for phone in phones))
    columns = [dict(_held(phone, speech)) for phone in phones]
    rows = (
        f'<tr><th scope="row">{speech.html(f"word.inside.{name}")}</th>'
        f"{''.join(f'<td>{column[name]}</td>' for column in columns)}</tr>"
        for name in columns[0]
    )
    return table(titles, rows)


def _held(phone: PhoneHandle, speech: Speech) -> Iterator[tuple[str, str]]:
    """Name of a row to what stands there."""
    books = phone.world.books
    for name, kind in (("user", "phone_auth"), ("signing", "phone_sign")):
        held = [each for each in phone.certificates if each.kind == kind]
        cells = (
            f"<code>{escape(str(each.key))}</code>{badge(books.certificates[each.key].state, speech)}" for each in held
        )
        yield name, "".join(cells) or "–"
    yield "record", speech.html("word.inside.yes" if phone.wallet else "word.inside.no")
    tries = phone.tries_left
    yield "tries", " / ".join(str(tries[name]) for name in ("user", "signing")) if tries else "–"
    yield "face", speech.html("word.inside.yes" if phone.biometrics else "word.inside.no")
    yield "online", speech.html("word.inside.yes" if phone.online else "word.inside.no")


def parameters(known: Parameters, speech: Speech) -> str:
    """Numbers of the model with what they mean, their range, how sure they are, and on what they rest."""
    names = dict.fromkeys((*(name for name in known if known[name].changed), *_RELEVANT))
    titles = (speech.html(f"word.parameter.{name}") for name in ("what", "value", "basis"))
    rows = (_parameter(known[name], speech) for name in names if name in known)
    return table(titles, rows)


def _parameter(row: Parameter, speech: Speech) -> str:
    means = speech.stacked({"ja": row.ja, "en": row.en}.__getitem__)
    return (
        f'<tr class="{"mnc-new" if row.changed else ""}"><td>{means}<code>{escape(row.name)}</code></td>'
        f"<td><b>{escape(row.text)}</b></td><td>{basis(row, speech)}</td></tr>"
    )


def basis(row: Parameter, speech: Speech) -> str:
    """How sure a number is, and on what it rests."""
    sure = speech.line(f"parameter.mark.{row.mark}")
    rests_on = speech.stacked({"ja": row.source_ja, "en": row.source}.__getitem__)
    return f'<small><span class="mnc-badge">{escape(sure)}</span> {rests_on}</small>'
