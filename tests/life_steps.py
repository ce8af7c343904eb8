"""Steps of a random life: what people, offices, phones and services do, in any order; each may be refused."""

from __future__ import annotations

from collections.abc import Callable

from myna_lab import Lab
from myna_lab.errors import MynaLabError
from myna_lab.ground.chance import Chance
from myna_lab.lab import Android, Holder, IPhone


def _phone(lab: Lab, chance: Chance) -> object:
    return chance.choice([lab.iphone, lab.android])(chance.choice(lab.residents))


def _set_up(lab: Lab, chance: Chance) -> object:
    return chance.choice(lab.phones).add_card().run()


def _online(lab: Lab, chance: Chance) -> None:
    phone = chance.choice(lab.phones)
    phone.online = not phone.online


def _certificate(lab: Lab, chance: Chance) -> object:
    certificate = chance.choice(lab.certificates())
    return chance.choice([certificate.hold, certificate.hold, certificate.release, certificate.revoke])()


def _act(lab: Lab, chance: Chance) -> object:
    """Something becomes of a phone; most of it is refused in most states."""
    phone, other = chance.choice(lab.phones), chance.choice(lab.phones)
    takers = [*lab.residents, "finder", "buyer"]
    acts: list[Callable[[], object]] = [
        phone.lose,
        phone.find,
        phone.erase,
        phone.erase_remotely,
        lambda: phone.hand_to(chance.choice(takers)),
        lambda: phone.restore_backup(other),
        lambda: setattr(phone, "biometrics", not phone.biometrics),
    ]
    if isinstance(phone, IPhone):
        acts += [phone.lost_mode, lambda: phone.lost_mode(False), phone.delete_pass]
    if isinstance(phone, Android):
        acts.append(lambda: phone.take_over(other))
    return chance.choice(acts)()


def _challenge(lab: Lab, chance: Chance) -> bytes:
    return chance.choice(lab.residents).card.transmit(bytes.fromhex("0084000008"))


OFFICES: list[Callable[[Lab, Holder, Chance], object]] = [
    lambda lab, holder, _: lab.municipality.move(holder),
    lambda lab, holder, _: lab.municipality.move_out(holder),
    lambda lab, holder, chance: lab.municipality.change_name(holder, chance.choice(["山田　花子", "青葉　太郎"])),
    lambda lab, holder, _: lab.municipality.report_lost(holder),
    lambda lab, holder, _: lab.municipality.resume(holder),
    lambda lab, holder, chance: lab.municipality.reissue(holder, chance.choice(["lost", "damaged", "revoked"])),
    lambda lab, holder, _: lab.municipality.reissue_signing(holder),
    lambda lab, holder, _: lab.municipality.renew(holder),
    lambda lab, holder, _: lab.municipality.return_card(holder),
    lambda lab, holder, chance: lab.municipality.record_death(holder) if chance.integer(0, 9) == 0 else None,
    lambda lab, holder, chance: lab.hotline.suspend(holder, phone=bool(chance.integer(0, 1))),
    lambda lab, holder, _: lab.online_desk.revoke(holder.card, password=holder._memory.signing_password),
    lambda lab, holder, chance: lab.online_desk.revoke(
        chance.choice(lab.phones), password=holder._memory.signing_password, signed_with=holder.card
    ),
    lambda lab, holder, _: lab.municipality.unblock(holder.card, "user_authentication", "8642"),
    lambda lab, holder, _: lab.records.latest(lab.certificates(holder, kind="card_sign")[0]),
]


def _office(lab: Lab, chance: Chance) -> object:
    return chance.choice(OFFICES)(lab, chance.choice(lab.residents), chance)


def _service(lab: Lab, chance: Chance) -> object:
    """A phone, with its holder's face and password, at one of the services."""
    phone = chance.choice(lab.phones)
    password = phone.holder._memory.signing_password
    asked: list[Callable[[], object]] = [
        lambda: lab.portal.log_in(phone),
        lambda: lab.counter.check_age(phone),
        lambda: lab.clinic.check_in(phone),
        lambda: lab.convenience_store.print_certificate(phone),
        lambda: lab.desk.accept(phone, password=password),
        lambda: lab.bank.open_account(phone, password),
    ]
    return chance.choice(asked)()


def _stopped(lab: Lab, chance: Chance) -> None:
    """An iPhone that works, is revoked from home, and is tried before its wallet hears of it, and long after."""
    phone = lab.iphone(lab.resident())
    phone.add_card().run()
    lab.advance("20min")
    for certificate in lab.certificates(phone):
        certificate.revoke()
    for wait in ("0s", chance.choice(["1min", "16min", "2h"]), "14d"):
        lab.advance(wait)
        lab.portal.log_in(phone)
        lab.counter.check_age(phone)


STEPS: list[Callable[[Lab, Chance], object]] = [
    lambda lab, _: lab.resident(),
    _phone,
    _set_up,
    _set_up,
    lambda lab, chance: lab.advance(chance.choice(["1min", "6min", "20min", "14h", "1d", "60d", "900d", "4000d"])),
    _online,
    _act,
    _act,
    _certificate,
    _certificate,
    *[_office] * 8,
    *[lambda lab, _: lab.advance_to(lab.municipality.opens)] * 3,
    _challenge,
    *[_service] * 4,
    _stopped,
]


def outcome(lab: Lab, chance: Chance) -> str:
    """What comes of a step, a refusal included."""
    step = chance.choice(STEPS) if lab.phones else chance.choice(STEPS[:2] if lab.residents else STEPS[:1])
    try:
        step(lab, chance)
    except MynaLabError as error:
        return str(error)
    return ""
