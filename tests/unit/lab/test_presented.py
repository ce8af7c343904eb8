"""A phone shows its record: by each way, to whom, what is learnt, what can be linked, and what others get of it."""

from __future__ import annotations

from pathlib import Path

import cbor2
import pytest
from article import with_records
from cryptography import x509

from myna_lab import Lab
from myna_lab.devices.phone.presenting import Wallet
from myna_lab.errors import MisuseError, Refused
from myna_lab.events import AttributesRequested
from myna_lab.formats.mdoc import request
from myna_lab.lab import Android, IPhone
from myna_lab.relying_parties import reading
from myna_lab.relying_parties.inquiry import inquire
from myna_lab.world.outside import WorldOutside

MY_NUMBER = "individual_number_unicode"


@pytest.fixture(scope="module")
def lab() -> Lab:
    """An iPhone and an Android phone with the card on them, after the day of Android's attributes."""
    return with_records()


@pytest.fixture
def iphone(lab: Lab) -> IPhone:
    """The iPhone."""
    (phone,) = (phone for phone in lab.phones if isinstance(phone, IPhone))
    return phone


@pytest.fixture
def android(lab: Lab) -> Android:
    """The Android phone."""
    (phone,) = (phone for phone in lab.phones if isinstance(phone, Android))
    return phone


@pytest.mark.parametrize("way", ["near", "web", "app"])
def test_an_iphone_answers_near_pages_and_apps(iphone: IPhone, way: str) -> None:
    """Each way all checks pass, what came is what was asked, and the octets of the transcript are told one by one."""
    shown = iphone.present("full_name_unicode", "age_over_20", way=way)
    assert shown.code == "accepted" and all(check.passed for check in shown.checks)
    assert shown.values() == {"full_name_unicode": iphone.holder.name, "age_over_20": True}
    assert bytes.fromhex("".join(shown.octets["octets"])) == shown.transcript.encoded
    assert list(shown.octets["from"]) == [sum(shown.octets["length"][:n]) for n in range(len(shown.octets))]
    assert iphone.holder.name not in repr(shown)


def test_openid4vp_is_android_s_and_apps_are_apple_s(iphone: IPhone, android: Android) -> None:
    """Who is asked in the other's way says so."""
    shown = android.present("age_over_20", way="openid4vp")
    assert shown.accepted and "dcql_query" in shown.decoded()["request"]
    assert android.present(way="web").accepted
    for phone, way in ((iphone, "openid4vp"), (android, "app")):
        with pytest.raises(Refused) as refused:
            phone.present(way=way)
        assert refused.value.code == "other_way"


@pytest.mark.parametrize("signed", [False, True])
def test_openid4vp_signed_and_encrypted(android: Android, signed: bool) -> None:
    """The sheet names who signed; what is encrypted holds no word of the answer, and both are accepted."""
    for encrypted in (False, True):
        shown = android.present("full_name_unicode", way="openid4vp", signed=signed, encrypted=encrypted)
        assert shown.accepted and shown.values() == {"full_name_unicode": android.holder.name}
        assert (b"vp_token" in shown.messages["answer"]) is not encrypted
        assert shown.sheet is not None and ("TEST reader shop" in str(shown.sheet)) is signed


def test_near_a_mac_or_a_signature(iphone: IPhone) -> None:
    """The phone makes one or the other; the same session keys, another proof."""
    kinds = [list(iphone.present(mac=mac).decoded()["response"]["documents"][0]["deviceSigned"]["deviceAuth"])
             for mac in (False, True)]  # fmt: skip
    assert kinds == [["deviceSignature"], ["deviceMac"]]


def test_what_travels_near_by_is_sealed(iphone: IPhone) -> None:
    """The name stands in the answer that the reader opens, and in no message between them."""
    shown = iphone.present("full_name_unicode")
    name = iphone.holder.name.encode()
    assert name in shown.response and list(shown.messages) == ["qr_code", "session_establishment", "session_data"]
    assert not any(name in message or b"full_name" in message for message in shown.messages.values())


def test_the_sheet(iphone: IPhone) -> None:
    """The holder sees who asks, what is kept and what is not there, and a warning where the My Number is asked for."""
    shown = iphone.present(MY_NUMBER, "age_over_30", keep=[MY_NUMBER], to="bank")
    sheet = str(shown.sheet)
    assert "TEST reader bank asks for" in sheet and "My Number (will be kept)" in sheet
    assert "30 or over (not in the record)" in sheet and "only where a law allows it" in sheet
    assert "法律で認められた場合だけ" in shown.in_language("ja")
    assert shown.code == "not_given"
    assert shown.values()[MY_NUMBER] == "•" * 12 and shown.values(show_my_number=True)[MY_NUMBER].isdigit()
    assert "law" not in str(iphone.present("portrait").sheet)


def test_the_table_of_what_is_learnt(iphone: IPhone) -> None:
    """An age below 18 is answered by 18, and nothing else is learnt: not even the next age."""
    shown = iphone.present("age_over_15")
    assert '15 or over (will not be kept): answered by "18 or over"' in str(shown.sheet)
    table = shown.table()
    rows = {row[0]: tuple(row[1:]) for row in table.itertuples(index=False)}
    assert rows["15 or over"] == ("yes", "no", "no", "yes")
    assert rows["18 or over"] == ("no", "no", "yes", "yes")
    others = {cells for name, cells in rows.items() if name not in ("15 or over", "18 or over")}
    assert others == {("no", "no", "no", "no")}
    assert list(iphone.present().table("ja").columns) == ["項目", "求めた", "保存", "届いた", "証明できる"]


def test_two_shops(iphone: IPhone, android: Android) -> None:
    """Two shops know by key, signature, digests and times that it was one phone, and by nothing of the sessions."""
    one, two = iphone.present(to="shop-a"), iphone.present(to="shop-b")
    assert one.linked(two) == ("device_key", "issuer_signature", "digests", "times", "signer")
    assert one.transcript.encoded != two.transcript.encoded and one.response != two.response
    assert set(one.messages.values()).isdisjoint(two.messages.values())
    assert one.linked(android.present(to="shop-b")) == ("signer",)


def test_what_others_get(iphone: IPhone, tmp_path: Path) -> None:
    """Three files: the answer, the bare transcript, and the root."""
    shown = iphone.present(export=tmp_path / "out")
    folder = tmp_path / "out"
    assert sorted(path.name for path in folder.iterdir()) == [
        "device_response.cbor",
        "iaca.pem",
        "session_transcript.cbor",
    ]
    assert cbor2.loads((folder / "device_response.cbor").read_bytes())["version"] == "1.0"
    assert (folder / "session_transcript.cbor").read_bytes() == shown.transcript.encoded
    (root,) = x509.load_pem_x509_certificates((folder / "iaca.pem").read_bytes())
    assert "TEST IACA" in root.subject.rfc4514_string()


def _wallet(lab: Lab, phone: IPhone, **further: object) -> Wallet:
    held = WorldOutside(lab.world).presenter(phone, other_face=False)
    assert isinstance(held, Wallet)
    values = {name: getattr(held, name) for name in Wallet.__slots__}
    return Wallet(**{**values, **further})


def test_pages_must_say_who_they_are(lab: Lab, iphone: IPhone) -> None:
    """A page that signs with a key of an unknown root is refused; near by the sheet says that nobody knows it."""
    outside = WorldOutside(lab.world)
    foreign = Lab(seed=8)
    unknown = WorldOutside(foreign.world).reader("shop")
    asked, key = request.elements_of(["portrait"]), outside.session_key()
    with pytest.raises(Refused) as refused:
        page = inquire("org-iso-mdoc", asked, key=key, reader=unknown, nonce=bytes(16), origin="https://x.invalid")
        reading.on_page(_wallet(lab, iphone), page)
    assert refused.value.code == "unknown_reader"
    sheets = []
    reading.near(_wallet(lab, iphone, consents=lambda s: sheets.append(s) or True), asked, key=key, reader=unknown)
    assert [sheet.reader for sheet in sheets] == [""] and "does not know" in str(sheets[0])


def test_who_does_not_agree_shows_nothing(lab: Lab, iphone: IPhone) -> None:
    """A no on the sheet comes before the face, and nothing leaves the phone."""
    outside = WorldOutside(lab.world)
    wallet = _wallet(lab, iphone, consents=lambda sheet: False, other_face=True)
    with pytest.raises(Refused) as refused:
        reading.near(wallet, request.elements_of(["portrait"]), key=outside.session_key(), reader=outside.reader("x"))
    assert refused.value.code == "declined"


def test_the_phone_refuses(lab: Lab, iphone: IPhone) -> None:
    """Another's face, no face, lost mode and a phone without a card: each by its name."""
    copy = lab.fork()
    phone = copy.phones[0]
    assert isinstance(phone, IPhone)

    def code(**how: bool) -> str:
        with pytest.raises(Refused) as refused:
            phone.present(**how)  # type: ignore[arg-type]
        return refused.value.code

    assert code(other_face=True) == "biometrics_failed"
    phone.lost_mode()
    assert code() == "lost_mode"
    phone.lost_mode(False)
    phone.biometrics = False
    assert code() == "no_biometrics"
    phone.delete_pass()
    assert code() == "no_credential"


def test_the_same_seed_the_same_answer(lab: Lab, iphone: IPhone) -> None:
    """Near by all octets are the same in a copy; on the web all but those of the seal, which is fresh each time."""
    copy = lab.fork().phones[0]
    assert copy.present().messages == iphone.present().messages
    assert copy.present(way="web").response == iphone.present(way="web").response


@pytest.mark.parametrize("way", ["near", "web", "app"])
def test_chance_comes_once(lab: Lab, iphone: IPhone, tmp_path: Path, way: str) -> None:
    """The same question three times with nothing between, the last after opening the file again: nothing is alike."""
    shown = [iphone.present(way=way) for _ in range(2)]
    lab.save(tmp_path / "again.mynalab")
    with Lab.open(tmp_path / "again.mynalab") as again:
        shown.append(again.phones[0].present(way=way))
        assert [entry.event for entry in list(again.log)[-3:]] == [AttributesRequested(iphone.phone, "shop", way)] * 3
    travelled = [octets for each in shown for octets in (each.transcript.encoded, *each.messages.values())]
    assert len(set(travelled)) == len(travelled) > 6
    assert all(each.accepted for each in shown)


@pytest.mark.parametrize(
    ("names", "how", "said"),
    [
        (("nme",), {}, "nme"),
        ((), {"way": "radio"}, "radio"),
        ((), {"keep": ["portrait"]}, "portrait"),
        ((), {"mac": 1}, "mac"),
        ((), {"to": ""}, "a reader's name"),
        ((), {"way": "web", "mac": True}, "way='near'"),
        ((), {"way": "web", "signed": True}, "way='openid4vp'"),
        ((), {"encrypted": True}, "way='openid4vp'"),
    ],
)
def test_wrong_calls(iphone: IPhone, names: tuple[str, ...], how: dict[str, object], said: str) -> None:
    """No such element or way, something kept that is not asked for, no switch, no name: each is said."""
    with pytest.raises(MisuseError, match=said):
        iphone.present(*names, **how)  # type: ignore[arg-type]
