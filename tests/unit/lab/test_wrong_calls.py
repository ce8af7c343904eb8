"""Every argument of every public call, given what cannot be right: refused in our own words, and nothing happens.

The calls are listed by hand, and so is what is allowed although it looks odd. Python's own TypeError stays for what a
signature does not have; nothing else may come out but an error of ours. Paths of files have tests of their own.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pytest

from myna_lab import Lab, Parameters
from myna_lab.devices import terminal
from myna_lab.errors import MynaLabError
from myna_lab.formats import jpki
from myna_lab.ground import durations
from myna_lab.stories.card_kinds import card_of_kind


class Stranger:
    """Answers nothing that is asked of it, as objects of other libraries may not."""

    __hash__ = None  # type: ignore[assignment]

    def _no(self, *_: object) -> Any:
        raise RuntimeError("a stranger was asked")

    __repr__ = __str__ = __eq__ = __bool__ = __len__ = __iter__ = _no


WRONG: Mapping[str, object] = {
    "None": None,
    "True": True,
    "0": 0,
    "-1": -1,
    "1.5": 1.5,
    "nan": math.nan,
    "10**30": 10**30,
    "10**5000": 10**5000,
    "''": "",
    "'x'": "x",
    "'1' * 5000": "1" * 5000,
    "half a surrogate": "\ud800",
    "NUL": "\0",
    "b''": b"",
    "b'x'": b"x",
    "[]": [],
    "{}": {},
    "object()": object(),
    "a class": int,
    "a stranger": Stranger(),
}


class World:
    """A lab with everything that calls need."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.hanako = lab.residents[0]
        self.card = self.hanako.card
        self.iphone, self.android, self.empty = lab.phones
        self.pins = self.iphone._phone.pins()
        self.certificate = self.iphone.certificates[0]
        self.flow = self.android.add_card()
        self.typing = self.empty.add_card()
        while self.typing.asks is None:
            self.typing.next()
        self.verdict = lab.portal.log_in(self.iphone)


@functools.cache
def lived_in() -> Lab:
    """A lab in which something happened already."""
    lab = Lab(seed=7)
    hanako = lab.resident(user_authentication_pin="1234", signing_password="ABC123", input_aid_pin="1111")
    lab.iphone(hanako).add_card().run()
    lab.android(hanako)
    lab.iphone(hanako)
    lab.advance("6min")
    return lab


@pytest.fixture(scope="module")
def world() -> World:
    return World(lived_in().fork())


class Call(NamedTuple):
    """A call that is right, argument by argument."""

    of: Callable[[World], Callable[..., object]]
    right: Callable[[World], Mapping[str, object]] = lambda _: {}
    allowed: Mapping[str, str] = {}
    """Argument to what of WRONG is right for it, by name, with commas between."""
    only: str = ""
    """What is tried of the arguments, with commas between; empty: all."""


def sets(name: str, of: Callable[[World], object]) -> Callable[[World], Callable[..., object]]:
    """Setting an attribute, as a call."""
    return lambda w: lambda value: setattr(of(w), name, value)


_TEXTS = "'x', '1' * 5000"
_ANY_TEXT = f"'', {_TEXTS}, NUL, half a surrogate"
_NOW = {"at": "None"}
_RESIDENT = {
    "name": "青葉　花子", "name_kana": "アオバ　ハナコ", "name_latin": "Aoba Hanako", "sex": "female",
    "born": "1990-04-01", "address": "青波県灯台市港町１丁目", "prefecture": "青波県", "city": "灯台市",
    "prefecture_latin": "Aonami-ken", "city_latin": "Todai-shi", "municipality": "48201",
    "user_authentication_pin": "1234", "signing_password": "ABC123", "input_aid_pin": "1111",
    "resident_register_pin": "1111", "licence_pin": "4649", "security_code": "1234", "my_number": "123456789012",
    "card_expires": "2030-04-01", "licence": True, "face": b"12345678",
}  # fmt: skip


def _serial(w: World) -> dict[str, object]:
    return {"authority": "sign", "serial": w.certificate.serial}


def card_of_kind_of(w: World) -> Callable[..., object]:
    return lambda variant: card_of_kind(w.lab, variant)


def _ocsp(w: World) -> dict[str, object]:
    return {"request": jpki.ocsp_request(w.certificate.der, w.certificate.issuer), "at": None, "presigned": False}


CALLS: Mapping[str, Call] = {
    # ------------------------------------------------------------------------------------------------------- the lab
    "Lab": Call(
        lambda _: Lab,
        lambda _: {"seed": 1, "start": "2025-09-19", "parameters": {"activation_delay": "1min"}},
        {"seed": "0, -1", "start": "None", "parameters": "None, {}"},
    ),
    "lab.fork": Call(lambda w: w.lab.fork, lambda w: {"at": w.lab.now}, _NOW),
    "lab.advance": Call(lambda w: w.lab.advance, lambda _: {"by": "1s"}),
    "lab.advance_to": Call(lambda w: w.lab.advance_to, lambda w: {"to": "2025-12-01"}),
    "lab.record": Call(
        lambda w: w.lab.world.record,
        lambda _: {"events": [], "secrets": None, "elapse": durations.duration("1s")},
        {"events": "[]", "secrets": "None, {}"},
    ),
    "lab.chance": Call(lambda w: w.lab.world.chance, lambda _: {"name": "lesson"}, {"name": _ANY_TEXT}),
    "lab.errands": Call(
        lambda w: w.lab.errands,
        lambda w: {"holder": w.hanako, "at": w.lab.now, "language": "en"},
        {"holder": "None", "at": "None", "language": "None"},
    ),
    "lab.resident": Call(
        lambda w: w.lab.resident,
        lambda _: _RESIDENT,
        {
            "name": "'x'",
            "name_latin": "'x'",
            "prefecture_latin": "'x'",
            "city_latin": "'x'",
            "licence": "True",
            "licence_pin": "''",
        },
    ),
    "card_of_kind": Call(card_of_kind_of, lambda _: {"variant": "ordinary"}),
    "lab.iphone": Call(
        lambda w: w.lab.iphone,
        lambda w: {
            "holder": w.hanako,
            "model": "iPhone 15",
            "os_version": "18.5",
            "biometrics": True,
            "two_factor": True,
        },
        {"model": "''", "os_version": "''", "biometrics": "True", "two_factor": "True"},
    ),
    "lab.android": Call(
        lambda w: w.lab.android,
        lambda w: {"holder": w.hanako, "model": "Pixel 8", "os_version": "15"},
        {"model": "'', 'x'", "os_version": "''"},
    ),
    "lab.owns": Call(lambda w: w.lab.world.owns, lambda w: {"device": w.card}),
    "lab.certificates": Call(
        lambda w: w.lab.certificates,
        lambda w: {"owner": w.hanako, "kind": "card_sign"},
        {"owner": "None", "kind": "None"},
    ),
    "lab.explain": Call(lambda w: w.lab.explain, lambda w: {"what": w.verdict}),
    "explanation.in_language": Call(lambda w: w.lab.explain(w.verdict).in_language, lambda _: {"language": "ja"}),
    "verdict.in_language": Call(lambda w: w.verdict.in_language, lambda _: {"language": "ja"}),
    **{
        f"lab.{name} = …": Call(sets(name, lambda w: w.lab), lambda _: {"value": None})
        for name in (
            "now",
            "books",
            "log",
            "seed",
            "parameters",
            "portal",
            "residents",
            "phones",
            "revocation",
            "tables",
            "new",
        )
    },
    # ----------------------------------------------------------------------------------------------------- its people
    "slip.in_language": Call(lambda w: w.hanako.slip.in_language, lambda _: {"language": "ja"}),
    "phone.online = …": Call(sets("online", lambda w: w.iphone), lambda _: {"value": False}, {"value": "True"}),
    "phone.biometrics = …": Call(sets("biometrics", lambda w: w.iphone), lambda _: {"value": False}, {"value": "True"}),
    "phone.authenticate": Call(
        lambda w: w.iphone.authenticate,
        lambda w: {"challenge": b"c", "pin": w.pins["user"], "other_face": False},
        {"challenge": "b'', b'x'", "pin": "None", "other_face": "True"},
    ),
    "phone.sign": Call(
        lambda w: functools.partial(
            lambda phone, document, password: phone.sign(document, password=password), w.iphone
        ),
        lambda w: {"document": b"d", "password": w.pins["signing"]},
        {"document": "b'', b'x'"},
    ),
    "phone.present": Call(
        lambda w: w.iphone.present,
        lambda w: {
            "way": "near",
            "mac": False,
            "keep": (),
            "to": "shop",
            "other_face": False,
            "signed": False,
            "encrypted": False,
        },
        {"mac": "True", "keep": "[]", "other_face": "True", "to": "'x'"},
    ),
    "phone.change_pin": Call(lambda w: w.iphone.change_pin, lambda w: {"old": w.pins["user"], "new": "9999"}),
    "phone.change_signing_password": Call(
        lambda w: w.iphone.change_signing_password, lambda w: {"old": w.pins["signing"], "new": "NEW123"}
    ),
    "phone.reset_pin": Call(
        lambda w: w.iphone.reset_pin,
        lambda _: {"identity": "user", "new": "9999", "password": "ABC123"},
        {"password": _TEXTS},
    ),
    # -------------------------------------------------------------------------------------------------------- offices
    **{
        f"municipality.{name}": Call(
            lambda w, name=name: getattr(w.lab.municipality, name),
            lambda w, further=further: {"holder": w.hanako, **further},
            allowed,
        )
        for name, further, allowed in (
            ("move_out", {}, {}),
            ("move", {"to": "青波県灯台市港町１丁目", "card": True}, {"to": "None", "card": "True"}),
            ("change_name", {"to": "山田　花子", "card": True}, {"to": "'x'", "card": "True"}),
            ("change_alias", {"to": "山田　花子", "card": True}, {"to": "'', 'x'", "card": "True"}),
            ("record_death", {}, {}),
            ("report_lost", {}, {}),
            ("return_card", {}, {}),
            ("reissue", {"cause": "lost", "special": False}, {"special": "True"}),
            ("reissue_signing", {"password": "KAWARI2025"}, {"password": "None"}),
            ("revoke", {}, {}),
        )
    },
    "municipality.unblock": Call(
        lambda w: w.lab.municipality.unblock, lambda w: {"card": w.card, "pin": "signing", "new": "KAWARI2025"}
    ),
    "hotline.suspend": Call(
        lambda w: w.lab.hotline.suspend,
        lambda w: {"holder": w.hanako, "card": True, "phone": True},
        {"card": "True", "phone": "True"},
    ),
    "kiosk.register": Call(
        lambda w: w.lab.kiosk.register, lambda w: {"card": w.card, "pin": "signing", "phone": w.iphone}
    ),
    "online_desk.revoke": Call(
        lambda w: w.lab.online_desk.revoke,
        lambda w: {"device": w.card, "password": "ABC123", "certificates": "both", "signed_with": None},
        {"password": _TEXTS, "signed_with": "None"},
    ),
    "records.latest": Call(
        lambda w: w.lab.records.latest,
        lambda w: {"certificate": w.lab.certificates(w.hanako, kind="card_sign")[0]},
        {"certificate": "b'', b'x'"},
    ),
    "books.card_state": Call(
        lambda w: w.lab.books.card_state, lambda w: {"card": "card-1", "at": w.lab.now}, {"card": _TEXTS} | _NOW
    ),
    "holder.card_state": Call(lambda w: w.hanako.card_state, lambda w: {"at": w.lab.now}, _NOW),
    # --------------------------------------------------------------------------------------------------------- set-ups
    "flow.do": Call(
        lambda w: w.typing.do,
        lambda w: {"tap": "next", "value": "1111", "same": False, "mishap": None},
        {"value": _ANY_TEXT, "mishap": "None"},
    ),
    "flow.next": Call(
        lambda w: w.typing.next,
        lambda _: {"value": "1111", "same": False},
        {"value": _ANY_TEXT},
    ),
    "flow.run": Call(
        lambda w: w.flow.run, lambda _: {"same_pins": True, "mishaps": {}}, {"same_pins": "True", "mishaps": "None, {}"}
    ),
    "flow.own_entry": Call(lambda w: w.typing.own_entry, lambda _: {"same": True}, {"same": "True"}),
    "flow.title": Call(lambda w: w.flow.title, lambda _: {"language": "ja"}),
    "flow.body": Call(lambda w: w.flow.body, lambda _: {"language": "ja"}),
    # -------------------------------------------------------------------------------------------------------- services
    "portal.log_in": Call(
        lambda w: w.lab.portal.log_in,
        lambda w: {"device": w.iphone, "pin": None, "other_face": False},
        {"pin": f"None, {_TEXTS}", "other_face": "True"},
    ),
    "portal.log_in with a card": Call(
        lambda w: w.lab.portal.log_in,
        lambda w: {"device": w.card, "pin": "1234"},
        {"pin": _TEXTS},
    ),
    "desk.accept": Call(
        lambda w: w.lab.desk.accept,
        lambda w: {"device": w.iphone, "document": b"d", "password": w.pins["signing"]},
        {"document": "b'', b'x'", "password": _TEXTS},
    ),
    "desk.accept of a card": Call(
        lambda w: w.lab.desk.accept,
        lambda w: {"device": w.card, "document": [b"d"], "password": "ABC123"},
        {"document": "b'', b'x'", "password": _TEXTS},
    ),
    "clinic.check_in": Call(
        lambda w: w.lab.clinic.check_in,
        lambda w: {"device": w.iphone, "pin": None, "has_phone_reader": True, "pilot": True, "other_face": False},
        {"pin": f"None, {_TEXTS}", "has_phone_reader": "True", "pilot": "True", "other_face": "True"},
    ),
    "convenience_store.print_certificate": Call(
        lambda w: w.lab.convenience_store.print_certificate,
        lambda w: {"device": w.iphone, "pin": None, "other_face": False},
        {"pin": f"None, {_TEXTS}", "other_face": "True"},
    ),
    "bank.open_account": Call(
        lambda w: w.lab.bank.open_account,
        lambda w: {"device": w.card, "password": "ABC123", "application": b"d", "latest": True},
        {"password": _TEXTS, "application": "b'', b'x'", "latest": "True"},
    ),
    "counter.check_age": Call(
        lambda w: w.lab.counter.check_age,
        lambda w: {"device": w.iphone, "over": 20, "other_face": False},
        {"other_face": "True"},
    ),
    "counter.check_identity": Call(
        lambda w: w.lab.counter.check_identity,
        lambda w: {"device": w.iphone, "other_face": False},
        {"other_face": "True"},
    ),
    **{
        f"shop.{name}": Call(
            lambda w, name=name: getattr(w.lab.shop, name),
            lambda w, over=over: {
                "device": w.iphone,
                **over,
                "other_face": False,
                "protocol": "org-iso-mdoc",
                "encrypted": False,
            },
            {"other_face": "True", "encrypted": "True"},
        )
        for name, over in (("check_age", {"over": 20}), ("check_identity", {}))
    },
    "private_service.log_in": Call(
        lambda w: w.lab.private_service.log_in,
        lambda w: {"device": w.iphone, "pin": None, "other_face": False},
        {"pin": f"None, {_TEXTS}", "other_face": "True"},
    ),
    "portal.with_policy": Call(
        lambda w: w.lab.portal.with_policy,
        lambda w: {"sources": ("ocsp",), "cache": "1h", "without_status": "accept"},
        {"sources": "None, []", "cache": "None", "without_status": "None"},
    ),
    "police.check_licence": Call(
        lambda w: w.lab.police.check_licence, lambda w: {"device": w.card, "pin": ""}, {"pin": f"'', {_TEXTS}"}
    ),
    # ------------------------------------------------------------------------------------------------------------ card
    "card.transmit": Call(
        lambda w: w.card.transmit, lambda _: {"command": bytes.fromhex("0084000008")}, {"command": "b'', b'x', []"}
    ),
    "card.fail_power": Call(lambda w: w.card.fail_power, lambda _: {"after_events": 3}, {"after_events": "0"}),
    "card.tries_left": Call(lambda w: w.card.tries_left, lambda _: {"reference": "jpki/0018"}),
    "card.status": Call(lambda w: w.card.status, lambda _: {"reference": "jpki/0018"}),
    "card.reset_of": Call(
        lambda w: w.card.reset_of,
        lambda _: {"reference": "jpki/0018", "value": "1234", "where": "window"},
        {"value": _TEXTS},
    ),
    "card.verify_by_biometrics": Call(
        lambda w: w.iphone._phone.chip.verify_by_biometrics,
        lambda _: {"reference": "jpki/0018"},  # type: ignore[union-attr]
    ),
    "trace.enabled = …": Call(sets("enabled", lambda w: w.card.trace), lambda _: {"value": False}, {"value": "True"}),
    "trace.table": Call(lambda w: w.card.trace.table, lambda _: {"language": "ja"}, {"language": "''"}),
    "terminal.verify": Call(
        lambda w: functools.partial(_verify, w),
        lambda _: {"identifier": 0x0018, "pin": "1234", "new": "", "reference": "user"},
        {"pin": "'x', '1' * 5000, NUL", "new": f"'', {_TEXTS}, NUL", "reference": f"'', {_TEXTS}"},
        only="identifier, pin, new",
    ),
    # ---------------------------------------------------------------------------------------------- certificates, lists
    "certificate.state": Call(lambda w: w.certificate.state, lambda w: {"at": w.lab.now}, _NOW),
    "certificate.fields": Call(lambda w: w.certificate.fields, lambda _: {"language": "ja"}, {"language": "''"}),
    "certificate.explain": Call(lambda w: w.certificate.explain, lambda _: {"language": "ja"}, {"language": "''"}),
    "jpki.explain": Call(
        lambda w: functools.partial(jpki.explain, w.certificate.der),
        lambda _: {"language": "en", "with_basis": False},
        {"with_basis": "True"},
    ),
    "certificate.crl": Call(
        lambda w: w.certificate.crl, lambda w: {"full": False, "at": w.lab.now}, _NOW | {"full": "True"}
    ),
    "certificate.ocsp": Call(lambda w: w.certificate.ocsp, lambda w: {"at": w.lab.now}, _NOW),
    "certificate.validate": Call(
        lambda w: w.certificate.validate,
        lambda w: {"ocsp_responses": (w.certificate.ocsp(),), "crls": (), "at": w.lab.now},
        _NOW | {"ocsp_responses": "b'', b'x', []", "crls": "b'', b'x', []"},
    ),
    "certificate.revoke": Call(lambda w: w.certificate.revoke, lambda _: {"reason": "SUPERSEDED"}),
    "revocation.generation": Call(
        lambda w: w.lab.revocation.generation, lambda _: {"authority": "sign", "number": 1}, {"number": "None"}
    ),
    "revocation.generations": Call(lambda w: w.lab.revocation.generations, lambda _: {"authority": "sign"}),
    "revocation.issuer": Call(lambda w: w.lab.revocation.issuer, lambda w: {"row": w.certificate.row}),
    "revocation.ocsp": Call(
        lambda w: w.lab.revocation.ocsp, _ocsp, _NOW | {"request": "b'', b'x'", "presigned": "True"}
    ),
    "revocation.crl": Call(
        lambda w: w.lab.revocation.crl,
        lambda w: {"kind": "card_sign", "municipality": w.hanako.municipality, "generation": None, "at": None},
        _NOW | {"generation": "None"},
    ),
    "revocation.arl": Call(
        lambda w: w.lab.revocation.arl,
        lambda _: {"authority": "sign", "generation": None, "at": None},
        _NOW | {"generation": "None"},
    ),
    "revocation.lists": Call(lambda w: lambda at: list(w.lab.revocation.lists(at=at)), lambda _: {"at": None}, _NOW),
    "revocation.listing": Call(
        lambda w: w.lab.revocation.listing, lambda w: {"which": next(w.lab.revocation.lists()), "at": None}, _NOW
    ),
    "revocation.list_for": Call(
        lambda w: w.lab.revocation.list_for,
        lambda w: {"certificate": w.certificate.der, "at": None},
        _NOW | {"certificate": "b'', b'x'"},
    ),
    "revocation.listed_from": Call(lambda w: w.lab.revocation.listed_from, lambda w: {"at": w.lab.now}),
    "revocation.next_list": Call(lambda w: w.lab.revocation.next_list, lambda w: {"at": w.lab.now}),
    # ------------------------------------------------------------------------------------------- books, tables, numbers
    "books.certificate": Call(lambda w: w.lab.books.certificate, _serial),
    "books.status": Call(lambda w: w.lab.books.status, lambda w: _serial(w) | {"at": w.lab.now}),
    "books.card": Call(lambda w: w.lab.books.card, lambda w: {"card": w.card.name}),
    **{
        f"books.{name} = …": Call(sets(name, lambda w: w.lab.books), lambda _: {"value": None})
        for name in (
            "certificates",
            "phones",
            "cards",
            "applications",
            "hold_release",
            "new",
        )
    },
    "tables.certificates": Call(lambda w: w.lab.tables.certificates, lambda w: {"at": w.lab.now}, _NOW),
    "Parameters": Call(
        lambda _: Parameters, lambda _: {"overrides": {"ocsp_refresh": "1min"}}, {"overrides": "None, {}"}
    ),
    "parameters[…]": Call(lambda w: lambda name: w.lab.parameters[name], lambda _: {"name": "atr"}),
    "parameters.duration": Call(lambda w: w.lab.parameters.duration, lambda _: {"name": "ocsp_refresh"}),
    "parameters.count": Call(lambda w: w.lab.parameters.count, lambda _: {"name": "authority_years"}),
    "parameters.text": Call(lambda w: w.lab.parameters.text, lambda _: {"name": "atr"}),
    "parameters.switch": Call(lambda w: w.lab.parameters.switch, lambda _: {"name": "deletion_revokes"}),
    "parameters.date": Call(lambda w: w.lab.parameters.date, lambda _: {"name": "app_renamed_on"}),
    "parameters.table": Call(lambda w: w.lab.parameters.table, lambda _: {"language": "ja"}, {"language": "''"}),
    **{
        f"parameter {name}": Call(
            lambda _, name=name: lambda value: Parameters({name: value}),
            lambda _, right=right: {"value": right},
            {"value": allowed},
        )
        for name, right, allowed in (
            ("activation_delay", "1min", ""),
            ("authority_years", 12, ""),
            ("deletion_revokes", True, "True"),
            ("app_renamed_on", "2026-01-01", ""),
            ("hold_release", "all", ""),
            ("organization", "TEST town", "'x', 0, -1, 1.5, nan, 10**30"),
        )
    },
    "durations.duration": Call(lambda _: durations.duration, lambda _: {"text": "5min"}),
    "durations.at": Call(lambda _: durations.at, lambda _: {"text": "2025-06-24"}),
}


def _verify(w: World, **given: Any) -> object:
    with w.card.connect() as transmit:
        terminal.select_application(transmit, terminal.AID_JPKI)
        return terminal.verify(transmit, **given)


def _tried(name: str, world: World, *, allowed: bool) -> list[tuple[str, str, Callable[[], object]]]:
    """Argument, what is wrong with it, and the call."""
    call = CALLS[name]
    right = call.right(world)
    tried = []
    for argument in call.only.split(", ") if call.only else right:
        fine = call.allowed.get(argument, "").split(", ")
        assert set(fine) <= {*WRONG, ""}, fine
        for what, value in WRONG.items():
            if (what in fine) is allowed:
                given = {**right, argument: value}
                tried.append((argument, what, functools.partial(call.of(world), **given)))
    return tried


@pytest.mark.parametrize("name", CALLS)
def test_a_wrong_argument_is_refused_in_our_words(name: str, world: World) -> None:
    """Each value that is not allowed gets an error of ours, and the log is as it was."""
    found, length = [], len(world.lab.log)
    for argument, what, call in _tried(name, world, allowed=False):
        try:
            call()
            found.append(f"{argument}={what}: taken silently")
        except MynaLabError as error:
            if not str(error):
                found.append(f"{argument}={what}: says nothing")
        except AttributeError as error:
            if " = …" not in name:
                found.append(f"{argument}={what}: {error!r}")
        except Exception as error:
            found.append(f"{argument}={what}: {type(error).__name__}: {error}"[:200])
        if len(world.lab.log) != length:
            found.append(f"{argument}={what}: something was recorded")
            length = len(world.lab.log)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", CALLS)
def test_what_is_right_or_allowed_is_done_or_refused_in_our_words(name: str) -> None:
    """The right call is done, so that the refusals above are of the wrong value; what is allowed ends in our words."""
    world = World(lived_in().fork())
    for _, _, call in _tried(name, world, allowed=True):
        try:
            call()
        except MynaLabError as error:
            assert str(error)
    world = World(lived_in().fork())
    call = CALLS[name]
    if name.startswith(("lab.", "books.")) and name.endswith(" = …"):
        with pytest.raises((MynaLabError, AttributeError)):
            call.of(world)(**call.right(world))
    else:
        call.of(world)(**call.right(world))
