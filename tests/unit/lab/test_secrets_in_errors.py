"""Where a secret is expected, no error repeats what was typed: not its text, its values, nor what stands behind it."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from myna_lab import Lab
from myna_lab.devices import terminal
from myna_lab.devices.card import CardContents
from myna_lab.errors import MynaLabError
from myna_lab.residents import Resident

MARK = "48151623"


class Revealing:
    """Tells what it is in every way."""

    def __repr__(self) -> str:
        return MARK

    __str__ = __repr__


TYPED: dict[str, Any] = {
    "a number": int(MARK),
    "octets": MARK.encode(),
    "a list": [MARK],
    "a tuple": (MARK,),
    "a dictionary": {"pin": MARK},
    "an object": Revealing(),
    "a wrong form": f"{MARK}-{MARK}!",
    "half a surrogate": f"{MARK}\ud800",
    "a control character": f"{MARK}\0",
    "kana": f"ア{MARK}",
    "a long one": MARK * 100,
}


@pytest.fixture(scope="module")
def lab() -> Lab:
    """A lab with a card, a phone that holds one, and a phone that asks for a PIN."""
    lab = Lab(seed=7)
    hanako = lab.resident()
    lab.iphone(hanako).add_card().run()
    lab.iphone(hanako)
    lab.advance("6min")
    return lab


def _verify(lab: Lab, pin: Any, new: Any) -> object:
    with lab.residents[0].card.connect() as transmit:
        terminal.select_application(transmit, terminal.AID_JPKI)
        return terminal.verify(transmit, 0x0018, pin, new=new)


def _typing(lab: Lab) -> Any:
    flow = lab.phones[1].add_card()
    while flow.asks is None:
        flow.next()
    return flow


PLACES: dict[str, Callable[[Lab, Any], object]] = {
    **{
        f"resident({name}=…)": lambda lab, typed, name=name: lab.resident(**{name: typed})
        for name in (
            "user_authentication_pin", "signing_password", "input_aid_pin", "resident_register_pin", "licence_pin",
            "my_number", "security_code",
        )
    },
    "portal.log_in of a card": lambda lab, typed: lab.portal.log_in(lab.residents[0].card, typed),
    "portal.log_in of a phone": lambda lab, typed: lab.portal.log_in(lab.phones[0], typed),
    "portal.log_in, in the wrong place": lambda lab, typed: lab.portal.log_in(typed),
    "desk.accept of a card": lambda lab, typed: lab.desk.accept(lab.residents[0].card, password=typed),
    "desk.accept of a phone": lambda lab, typed: lab.desk.accept(lab.phones[0], password=typed),
    "clinic.check_in": lambda lab, typed: lab.clinic.check_in(lab.residents[0].card, typed),
    "clinic.check_in, in the wrong place": lambda lab, typed: lab.clinic.check_in(lab.phones[0], pilot=typed),
    "convenience_store of a card": lambda lab, typed: lab.convenience_store.print_certificate(
        lab.residents[0].card, typed
    ),
    "bank.open_account": lambda lab, typed: lab.bank.open_account(lab.residents[0].card, typed),
    "private_service.log_in": lambda lab, typed: lab.private_service.log_in(lab.residents[0].card, typed),
    "counter.check_age, in the wrong place": lambda lab, typed: lab.counter.check_age(lab.phones[0], typed),
    "police.check_licence": lambda lab, typed: lab.police.check_licence(lab.residents[0].card, typed),
    "phone.authenticate": lambda lab, typed: lab.phones[0].authenticate(b"c", typed),
    "phone.sign": lambda lab, typed: lab.phones[0].sign(b"d", password=typed),
    "phone.change_pin, old": lambda lab, typed: lab.phones[0].change_pin(typed, "1234"),
    "phone.change_pin, new": lambda lab, typed: lab.phones[0].change_pin("1234", typed),
    "phone.change_signing_password": lambda lab, typed: lab.phones[0].change_signing_password(typed, "ABC123"),
    "phone.reset_pin": lambda lab, typed: lab.phones[0].reset_pin("user", typed, password="ABC123"),
    "phone.reset_pin, password": lambda lab, typed: lab.phones[0].reset_pin("user", "1234", password=typed),
    "phone.reset_pin, turned round": lambda lab, typed: lab.phones[0].reset_pin(typed, "user", password="ABC123"),
    "municipality.unblock": lambda lab, typed: lab.municipality.unblock(
        lab.residents[0].card, "user_authentication", typed
    ),
    "municipality.unblock, turned round": lambda lab, typed: lab.municipality.unblock(
        lab.residents[0].card, typed, "user_authentication"
    ),
    "municipality.unblock, in the wrong place": lambda lab, typed: lab.municipality.unblock(typed, "signing", "ABC123"),
    "municipality.reissue_signing": lambda lab, typed: lab.municipality.reissue_signing(lab.residents[0], typed),
    "kiosk.reset_pin, new": lambda lab, typed: lab.kiosk.reset_pin(
        lab.residents[0].card, "signing", typed, other="1234"
    ),
    "kiosk.reset_pin, other": lambda lab, typed: lab.kiosk.reset_pin(
        lab.residents[0].card, "signing", "ABCD1234", other=typed
    ),
    "kiosk.reset_pin, turned round": lambda lab, typed: lab.kiosk.reset_pin(
        lab.residents[0].card, typed, "signing", other="1234"
    ),
    "kiosk.register": lambda lab, typed: lab.kiosk.register(lab.residents[0].card, typed, phone=lab.phones[0]),
    "online_desk.revoke of a card": lambda lab, typed: lab.online_desk.revoke(lab.residents[0].card, password=typed),
    "online_desk.revoke of a phone": lambda lab, typed: lab.online_desk.revoke(lab.phones[0], password=typed),
    "online_desk.revoke, in the wrong place": lambda lab, typed: lab.online_desk.revoke(typed, password="ABC123"),
    "flow.do": lambda lab, typed: _typing(lab).do("next", typed),
    "flow.do, in the wrong place": lambda lab, typed: _typing(lab).do(typed),
    "flow.do, as a mishap": lambda lab, typed: _typing(lab).do("next", "1111", mishap=typed),
    "terminal.verify": lambda lab, typed: _verify(lab, typed, ""),
    "terminal.verify, new": lambda lab, typed: _verify(lab, "1234", typed),
    "chip.transmit": lambda lab, typed: lab.residents[0].card.transmit(typed),
    "chip.reset_of": lambda lab, typed: lab.residents[0].card.reset_of("jpki/0018", typed, "window"),
}  # fmt: skip


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _told(error: BaseException) -> str:
    """All that can be read of an error and of what stands behind it."""
    parts = [str(part) for each in _chain(error) for part in (each, repr(each), each.args, vars(each))]
    parts += [repr(getattr(each, "object", "")) for each in _chain(error)]  # of a codec's error
    return "\n".join((*parts, *traceback.format_exception_only(error)))


@pytest.mark.parametrize("place", PLACES)
def test_what_was_typed_is_not_repeated(place: str, lab: Lab) -> None:
    """Wrong types and wrong forms are refused without their value, also in the errors behind the error."""
    lab = lab.fork()
    for what, typed in TYPED.items():
        try:
            answer = PLACES[place](lab, typed)
        except MynaLabError as error:
            assert MARK not in _told(error), (what, str(error))
        else:
            shown = "" if place == "chip.reset_of" else repr(answer) + str(answer)  # it gives the new PIN to the vault
            assert MARK not in shown, what
    assert MARK not in lab.tables.events().to_csv() + str(lab.residents[0].card.trace)


@pytest.mark.parametrize("kind", [Resident, CardContents])
def test_a_damaged_vault_entry_is_not_repeated(kind: Any) -> None:
    """What was read of a damaged entry stands in no error, nor behind it."""
    import cbor2

    for damaged in (cbor2.dumps({MARK: MARK}), cbor2.dumps([MARK]), cbor2.dumps(MARK), MARK.encode()):
        with pytest.raises(MynaLabError) as caught:
            kind.decode(damaged)
        assert MARK not in _told(caught.value)
