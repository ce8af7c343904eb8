"""What a learner writes, under mypy --strict: each result has the type that is stated. Never run, read by ``mypy``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import assert_type

import pandas as pd

from myna_lab import Lab, MynaLabError, Parameters
from myna_lab.analysis.explain import Explanation
from myna_lab.analysis.residue import Residue
from myna_lab.devices.card import Chip
from myna_lab.devices.phone import Pass, Platform
from myna_lab.events import Log, Verdict
from myna_lab.ground.frames import Table
from myna_lab.jlis.books import Books, CardState, PhoneState
from myna_lab.jlis.office import TrustAnchor
from myna_lab.jlis.publishing.revocation import Revocation
from myna_lab.lab import Android, Holder, IPhone
from myna_lab.lab.handles import PhoneHandle, Residents
from myna_lab.lab.presented import Presented
from myna_lab.provisioning import Flow, Notice, Screen, Tap
from myna_lab.relying_parties import Policy
from myna_lab.relying_parties.bank import Bank
from myna_lab.residents import Slip
from myna_lab.world.certificates import Certificate
from myna_lab.world.world import World


def a_lab(path: Path) -> None:
    """Time, file, and what a lab is asked."""
    with Lab(seed=7, start="2025-09-19 09:00", journal=path, parameters={"activation_delay": "1min"}) as lab:
        assert_type(lab.seed, int)
        assert_type(lab.now, datetime)
        assert_type(lab.advance("5min"), datetime)
        assert_type(lab.advance_to("2025-10-01"), datetime)
        assert_type(lab.fork(at="2025-09-20"), Lab)
        assert_type(lab.save(path), Path)
        assert_type(lab.parameters, Parameters)
        assert_type(lab.log, Log)
        assert_type(lab.books, Books)
        assert_type(lab.revocation, Revocation)
        assert_type(lab.world, World)
        assert_type(lab.card_anchors, tuple[TrustAnchor, ...])
        assert_type(lab.residents, Residents)
        assert_type(lab.residents("花子"), Holder)
        assert_type(lab.residents[0], Holder)
        assert_type(lab.phones, tuple[PhoneHandle, ...])
        assert_type(lab.certificates(lab.residents[0], kind="card_sign"), tuple[Certificate, ...])
        assert_type(lab.errands(lab.residents[0], at="2025-10-01", language="ja"), pd.DataFrame)
        assert_type(lab.tables.events(), pd.DataFrame)
        assert_type(lab.tables.certificates(at="2025-10-01"), pd.DataFrame)
    assert_type(Lab.open(path), Lab)
    assert_type(Lab.copy_of(path), Lab)


def a_resident(lab: Lab) -> Holder:
    """People, and what is known of them."""
    hanako = lab.resident(
        name="青葉　花子",
        sex="female",
        born=date(1990, 4, 1),
        licence=True,
        licence_pin="4649",
        unknown_birth_day="month",
    )
    assert_type(hanako.name, str)
    assert_type(hanako.born, date)
    assert_type(hanako.card, Chip)
    assert_type(hanako.slip, Slip)
    assert_type(hanako.phones, tuple[PhoneHandle, ...])
    lab.municipality.unblock(hanako.card, "signing", "ASHITA2026")
    lab.resident(sead=7)  # type: ignore[call-arg]
    lab.resident(born=1990)  # type: ignore[arg-type]
    lab.resident(sex="other")  # type: ignore[arg-type]
    return hanako


def phones(lab: Lab, hanako: Holder) -> None:
    """Phones, set-ups, and what is on a phone."""
    iphone, android = lab.iphone(hanako, model="iPhone 15", biometrics=False), lab.android(hanako, os_version="15")
    assert_type(iphone, IPhone)
    assert_type(android, Android)
    assert_type(iphone.holder, Holder)
    assert_type(iphone.platform, Platform)
    assert_type(iphone.state, PhoneState)
    assert_type(iphone.chip, Chip | None)
    assert_type(iphone.wallet, tuple[Pass, ...])
    assert_type(iphone.tries_left, Mapping[str, int])
    assert_type(iphone.certificates[0].state(at="2025-10-01"), str)
    iphone.online = False
    iphone.delete_pass()
    android.delete_pass()  # type: ignore[attr-defined]
    iphone.lose()
    iphone.hand_to("finder")
    iphone.hand_to(hanako)
    iphone.lost_mode(False)
    android.lost_mode()  # type: ignore[attr-defined]
    android.restore_backup(iphone)
    assert_type(iphone.in_hands_of, str)
    assert_type(iphone.residue, Residue)
    assert_type(android.take_over(android), Flow)
    lab.iphone(iphone)  # type: ignore[arg-type]
    flow = iphone.add_card()
    assert_type(flow, Flow)
    assert_type(flow.screen, Screen)
    assert_type(flow.may(), tuple[Tap, ...])
    assert_type(flow.notice, Notice | None)
    assert_type(flow.do("start_adding").next(flow.own_entry(), same=True).back().close(), Flow)
    assert_type(flow.run(same_pins=True, mishaps={"CAPTURE": ["liveness_failed"]}), Flow)
    flow.do("start_ading")  # type: ignore[arg-type]
    flow.do("capture", mishap="earthquake")  # type: ignore[arg-type]


def offices(lab: Lab, hanako: Holder, phone: IPhone) -> None:
    """Offices, and the register."""
    lab.municipality.move(hanako, "青波県灯台市港町１丁目", card=False)
    lab.municipality.unblock(hanako.card, "signing", "ASHITA2026")
    lab.municipality.move(phone)  # type: ignore[arg-type]
    lab.municipality.unblock(hanako, "signing", "ASHITA2026")  # type: ignore[arg-type]
    assert_type(lab.municipality.opens, datetime)
    assert_type(lab.municipality.reissue(hanako, "damaged", special=True), datetime)
    assert_type(lab.hotline.suspend(hanako, phone=False), datetime)
    assert_type(lab.kiosk.register(hanako.card, "signing", phone=phone), datetime)
    lab.online_desk.revoke(phone, password="ABC123", signed_with=hanako.card)
    assert_type(lab.records.latest(lab.certificates(hanako)[0]).address, str)
    assert_type(hanako.is_alive, bool)
    assert_type(hanako.card_state(at="2025-10-01"), CardState)
    assert_type(hanako.register[0].address, str)


def services(lab: Lab, hanako: Holder, phone: IPhone) -> None:
    """Services and verdicts."""
    verdict = lab.portal.log_in(phone)
    assert_type(verdict, Verdict)
    assert_type(lab.portal.log_in(hanako.card, "2222"), Verdict)
    assert_type(lab.desk.accept(phone, b"TEST", password="ABC123"), Verdict)
    assert_type(lab.clinic.check_in(phone, has_phone_reader=True), Verdict)
    assert_type(lab.police.check_licence(hanako.card), Verdict)
    assert_type(lab.convenience_store.print_certificate(hanako.card, "2222"), Verdict)
    assert_type(lab.bank.open_account(hanako.card, "ABC123", latest=True), Verdict)
    assert_type(lab.counter.check_age(phone, over=20), Verdict)
    assert_type(lab.shop.check_age(phone, over=20), Verdict)
    assert_type(lab.private_service.log_in(hanako.card, "2222"), Verdict)
    assert_type(lab.portal.policy, Policy)
    assert_type(lab.bank.with_policy(sources=("ocsp",), cache="1h", without_status="accept"), Bank)
    lab.bank.policy.cache = None  # type: ignore[misc,assignment]
    assert_type(lab.explain(verdict), Explanation)
    assert_type(lab.explain(phone.add_card()), Explanation)
    assert_type(phone.present("portrait", way="web", keep=["portrait"]), Presented)
    assert_type(phone.present().table("ja"), Table)
    assert_type(phone.sign(b"one", b"two", password="ABC123"), tuple[bytes, ...])
    try:
        lab.revocation.crl("sign", at="2025-10-01")
    except MynaLabError as error:
        assert_type(error.code, str)
