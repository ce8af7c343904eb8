"""A lab that is closed and opened again after every step is the same lab as one that was left alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from myna_lab import Lab
from myna_lab.errors import MynaLabError
from myna_lab.ground.chance import Chance
from myna_lab.lab import Android, IPhone
from needs import rounds


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


STEPS: list[Callable[[Lab, Chance], object]] = [
    lambda lab, _: lab.resident(),
    _phone,
    _set_up,
    _set_up,
    lambda lab, chance: lab.advance(chance.choice(["1min", "6min", "20min", "1d", "400d", "900d"])),
    _online,
    _act,
    _act,
    _certificate,
    _certificate,
    _challenge,
    lambda lab, chance: lab.portal.log_in(chance.choice(lab.phones)),
]


def _outcome(lab: Lab, chance: Chance) -> str:
    """What comes of a step, a refusal included."""
    step = chance.choice(STEPS) if lab.phones else chance.choice(STEPS[:2] if lab.residents else STEPS[:1])
    try:
        step(lab, chance)
    except MynaLabError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("seed", range(rounds(3, 40)))
def test_a_lab_reopened_after_each_step_has_the_same_log(seed: int, tmp_path: Path) -> None:
    """Two labs take the same steps, one in memory, one opened anew after each: outcomes and logs are equal."""
    path = tmp_path / "a.mynalab"
    whole, cut = Lab(seed=seed), Lab(seed=seed, journal=path)
    one, other = Chance(seed), Chance(seed)
    for _ in range(40):
        assert _outcome(whole, one) == _outcome(cut, other)
        cut.close()
        cut = Lab.open(path)
        assert list(cut.log) == list(whole.log)
    cut.close()
