"""The files of a personalised card: layouts, digests, signatures, lettering."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Callable, Iterator
from hashlib import sha256
from importlib import resources

import cards
import cbor2
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.asymmetric.utils import NoDigestInfo
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from PIL import Image, ImageChops

from myna_lab import Lab
from myna_lab.devices.card import CardContents, Cardholder, lettering, phone_contents
from myna_lab.devices.card.issuer import key_object, modulus
from myna_lab.errors import MalformedError, MisuseError
from myna_lab.formats.iso7816 import Tlv, decode, encode
from myna_lab.keys import rsa_key
from myna_lab.residents import verification_number_b
from myna_lab.stories.card_kinds import card_of_kind

FILES = cards.plastic().files
LENGTHS = {  # fixed by the layouts (card facts 1.7, 3)
    "jpki/0006": 160,
    "text/0001": 17,
    "text/0003": 336,
    "text/0004": 568,
    "text/0005": 256,
    "text/0007": 536,
    "text/0008": 16,
    "visual/0006": 16,
    "visual/0001": 547,
    "visual/0003": 320,
    "visual/0004": 568,
}
HEADS = {
    "text/0003": "FF3082014B",
    "text/0004": "7F218202335F4E820129",
    "text/0005": "FF4082009FDF410401030E01DF4210",
    "text/0007": "FF50820213DF51820109",
    "text/0008": "FF" * 16,
    "visual/0006": "FF" * 16,
    "visual/0001": "FF1082021EDF1108",
    "visual/0003": "FF3082013BDF310406030E01DF3210",
}
PNG = b"\x89PNG\r\n\x1a\n"


def _key(file: Tlv, tag: int) -> Callable[[bytes, bytes], None]:
    """A verifier made from a KEY object."""
    key = Tlv(0xFF00, file.find(tag), 0, 0)
    return _verifier(key.find(0x90), key.find(0x91))


def _verifier(exponent: bytes, modulus: bytes) -> Callable[[bytes, bytes], None]:
    numbers = RSAPublicNumbers(int.from_bytes(exponent, "big"), int.from_bytes(modulus, "big"))
    return lambda signature, data: numbers.public_key().verify(signature, data, PKCS1v15(), SHA256())


def _certified(application: str) -> Callable[[bytes, bytes], None]:
    """A verifier made from the key that EF 0004 certifies."""
    body = decode(FILES[f"{application}/0004"]).find(0x5F4E)
    assert len(body) == 297
    key = Tlv(0xFF00, body[32:], 0, 0)
    return _verifier(key.find(0x90), key.find(0x91))


@pytest.mark.parametrize("name", LENGTHS)
def test_files_have_their_lengths(name: str) -> None:
    """Files of fixed layout have exactly the length that was seen on cards."""
    assert len(FILES[name]) == LENGTHS[name]


@pytest.mark.parametrize("name", HEADS)
def test_files_begin_as_on_cards(name: str) -> None:
    """Tags, and length fields that are longer than they need be, are as seen on cards."""
    assert FILES[name].hex().upper().startswith(HEADS[name])


def test_my_number_has_its_filler() -> None:
    """EF 0001 is 17 bytes with two of filler."""
    assert FILES["text/0001"] == b"\xff\x10\x0c" + cards.MY_NUMBER.encode() + b"\xff\xff"


def test_the_four_items_match_a_known_header() -> None:
    """A name of 15 and an address of 54 bytes give the header that a test card was seen with."""
    holder = dataclasses.replace(cards.holder(), name="黒桐　幹也", address="あ" * 18)
    assert cards.plastic(holder).files["text/0002"].hex().upper().startswith("FF2065DF2108000E002000590064DF220F")


@pytest.mark.parametrize(("name", "tag", "first"), [("text/0002", 0xDF21, 0xDF22), ("visual/0002", 0xDF21, 0xDF22)])
def test_offsets_lead_to_the_objects(name: str, tag: int, first: int) -> None:
    """Each offset of the table is where the next object begins."""
    data = FILES[name]
    table = decode(data).find(tag)
    offsets = [int.from_bytes(table[i : i + 2], "big") for i in range(0, len(table), 2)]
    assert [decode(data, offset).tag for offset in offsets] == [first + i for i in range(len(offsets))]
    assert len(offsets) == {"text/0002": 4, "visual/0002": 9}[name]
    assert decode(data, offsets[-1]).end == len(data)


def test_digests_and_signature_of_the_text_application_hold() -> None:
    """EF 0003 covers the 17 bytes of 0001 and the items of 0002, and the certified key signed it."""
    file = decode(FILES["text/0003"])
    items = decode(FILES["text/0002"]).value
    assert file.find(0xDF31) == sha256(FILES["text/0001"]).digest()
    assert file.find(0xDF32) == sha256(items[decode(items).end :]).digest()
    signed = encode(0xDF31, file.find(0xDF31)) + encode(0xDF32, file.find(0xDF32))
    _certified("text")(file.find(0xDF33), signed)


@pytest.mark.parametrize(
    ("name", "signed", "signature"),
    [
        ("text/0007", (0xDF51,), 0xDF52),
        ("visual/0001", (0xDF11, 0xDF12), 0xDF13),
        ("visual/0005", (0xDF41, 0xDF42), 0xDF43),
    ],
)
def test_the_issuer_signed_the_objects(name: str, signed: tuple[int, ...], signature: int) -> None:
    """The signature of each signed file verifies with the key that EF 0004 of its application certifies."""
    file = decode(FILES[name])
    _certified(name.split("/")[0])(file.find(signature), b"".join(encode(tag, file.find(tag)) for tag in signed))


def test_the_card_face_is_signed_over_three_digests() -> None:
    """EF 0002 has one DigestInfo of 115 bytes with three digests; expiry and security code are outside it."""
    file = decode(FILES["visual/0002"])
    objects = {child.tag: encode(child.tag, child.value) for child in file.children()}
    parts = ((0xDF22, 0xDF23, 0xDF24), (0xDF25, 0xDF26), (0xDF27,))
    digests = b"".join(sha256(b"".join(objects[tag] for tag in part)).digest() for part in parts)
    signer = rsa_key(cards.ISSUER_KEYS["visual"]).public_key()
    given = signer.recover_data_from_signature(file.find(0xDF28), PKCS1v15(), NoDigestInfo())
    assert given == bytes.fromhex("3071300D060960864801650304020105000460") + digests
    assert len(given) == 115


def test_the_key_in_the_files_is_the_one_that_signs() -> None:
    """The KEY of the visual files and of text 0007 is the public half of the application's default key."""
    from myna_lab.devices.card import Chip

    chip = Chip("card-1", cards.plastic(), key=rsa_key)
    for aid, name, tag in (
        ("D3921000310001010402", "visual/0001", 0xDF12),
        ("D3921000310001010408", "text/0007", 0xDF51),
    ):
        chip.transmit(bytes.fromhex(f"00A4040C0A{aid}"))
        answer = chip.transmit(bytes.fromhex("802A030004") + b"TEST\0")  # SHA-256 on the card
        _key(decode(FILES[name]), tag)(answer[:-2], b"TEST")


CERTIFICATES = {
    # file: certified by, issuer and subject (number/group, last byte), subject; the town of the card is 48001
    "text/0004": ("text_authority", "9000033/001 00", "4800131/000 00", "text"),
    "visual/0004": ("visual_authority", "9000023/001 00", "4800121/000 00", "visual"),
    "manager/00F8": ("root", "9000020/001 A8", "4800130/002 98", "intermediate"),
    "manager/7F21": ("intermediate", "4800130/002 98", "9000050/001 40", "lowest"),
}


def _named(identifier: bytes) -> str:
    """A key identifier in words: number, group, last byte."""
    assert identifier[7:9] == b"\x08\x05" and identifier[12:15] == bytes(3)
    return f"{identifier[:7].decode()}/{identifier[9:12].decode()} {identifier[15]:02X}"


@pytest.mark.parametrize("name", CERTIFICATES)
def test_certificates_chain_to_authorities(name: str) -> None:
    """Each certificate verifies under the key that it names as its issuer's, and certifies the key it names."""
    authority, issuer, subject, certified = CERTIFICATES[name]
    whole = FILES[name] if name.endswith("0004") else encode(0x7F21, FILES[name])
    body, signature = decode(whole).find(0x5F4E), decode(whole).find(0x5F37)
    assert (_named(body[:16]), _named(body[16:32])) == (issuer, subject)
    rsa_key(cards.ISSUER_KEYS[authority]).public_key().verify(signature, body, PKCS1v15(), SHA256())
    assert body[32:] == key_object(modulus(rsa_key(cards.ISSUER_KEYS[certified])))
    with pytest.raises(InvalidSignature):
        rsa_key(cards.ISSUER_KEYS[certified]).public_key().verify(signature, body, PKCS1v15(), SHA256())


def test_key_identifiers_name_the_keys_of_the_chain() -> None:
    """The card manager names the issuer and the subject of its first certificate; EF 0002 the lowest key."""
    body = decode(encode(0x7F21, FILES["manager/00F8"])).find(0x5F4E)
    lower = decode(encode(0x7F21, FILES["manager/7F21"])).find(0x5F4E)
    assert (FILES["manager/0042"], FILES["manager/00F7"]) == (body[:16], body[16:32])
    assert lower[:16] == FILES["manager/00F7"]
    assert FILES["common/0002"] == FILES["juki/0002"] == b"\x01\x10" + lower[16:32]


def test_the_other_identifiers_name_other_keys() -> None:
    """What the files about the applications name is not the key of their certificate; DF33 of the visual one is 00."""
    about, other = decode(FILES["visual/0003"]), decode(FILES["text/0005"])
    named = [about.find(0xDF32), about.find(0xDF35)[:16], other.find(0xDF42)]
    assert [_named(identifier) for identifier in named] == ["9000024/001 00", "9900025/001 00", "9000034/001 00"]
    assert about.find(0xDF33) == b"\0"


def _objects(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The first object and what is in it, each by its tag and length field."""
    found = decode(data)
    width = 1 if found.tag < 0x100 else 2
    yield found.tag, data[width : width + (1 if data[width] < 0x80 else 1 + data[width] & 0x7F)]
    inner = found.value if found.tag >> 8 in (0xFF, 0x7F) else b""
    while inner:
        yield from _objects(inner)
        inner = inner[decode(inner).end :]


def test_no_file_has_a_length_field_of_two_bytes() -> None:
    """Every object of the text and visual applications has one length byte or 82 and two, with long texts too."""
    long = dataclasses.replace(cards.holder(), name="試験　" + "花" * 20, address="青" * 60)
    made = cards.plastic(long).files
    assert made["text/0002"][:5].hex() == "ff2082011b"
    lengths = {}
    for files in (FILES, made):
        for name in ("text/0002", "text/0003", "text/0004", "text/0005", "text/0006", "text/0007",
                     "visual/0001", "visual/0002", "visual/0003", "visual/0004", "visual/0005"):  # fmt: skip
            for tag, length in _objects(files[name]):
                assert len(length) in (1, 3), f"{name} {tag:X}"
                assert (len(length) == 3) == (int.from_bytes(length[-2:], "big") >= 128 or length[0] == 0x82)
                lengths[tag] = length.hex()
    assert lengths[0xDF43] == "820100" and lengths[0xDF32] == "10"


def test_the_certificates_of_the_manager_begin_with_a_list() -> None:
    """Both are 575 bytes: an object 4D names what follows, then body and signature (read from a test card)."""
    for name in ("manager/00F8", "manager/7F21"):
        assert len(FILES[name]) == 575
        assert FILES[name][:17].hex() == "4d0a42105f20105f498201095f4e820129"
        assert FILES[name][314:319].hex() == "5f37820100"


def test_a_lab_hands_out_the_keys_that_check_its_cards() -> None:
    """With the anchors of a lab, and nothing else, certificates, licence and INTERNAL AUTHENTICATE of a card verify."""
    lab = Lab(seed=7)
    card = card_of_kind(lab, "licence").card
    files = card._interior._contents.files
    keys = {a.checks: (a.key_id, load_pem_public_key(a.public_key.encode())) for a in lab.card_anchors}

    def verify(checks: str, signature: bytes, data: bytes) -> None:
        keys[checks][1].verify(signature, data, PKCS1v15(), SHA256())

    for name in ("text/0004", "visual/0004", "manager/00F8"):
        whole = files[name] if name.endswith("0004") else encode(0x7F21, files[name])
        body = decode(whole).find(0x5F4E)
        assert keys[name][0] == body[:16].hex().upper()
        verify(name, decode(whole).find(0x5F37), body)
    verify("licence/001C", files["licence/001C"][4:260], files["licence/001B"])
    card.transmit(bytes.fromhex("00A4040C0AD3921000310001010100"))
    verify("common/0019", card.transmit(bytes.fromhex("0088009908") + bytes(8) + b"\0")[:-2], bytes(8))
    public = {key.public_numbers().n for _, key in keys.values()}
    assert len(public) == 5, "five different keys"
    assert public.isdisjoint(
        rsa_key(n).public_key().public_numbers().n for n in card._interior._contents.keys.values() if n != 7
    )


def test_pictures_are_what_they_should_be() -> None:
    """Sizes of a test card's pictures, black and white, PNG: number, security code, name and address; portrait JP2."""
    face, number = decode(FILES["visual/0002"]), decode(FILES["visual/0005"])
    assert face.find(0xDF27) == cards.portrait()
    for data, size in (
        (number.find(0xDF41), (72, 12)),
        (face.find(0xDF2A), (24, 12)),
        (face.find(0xDF25), (216, 12)),
        (face.find(0xDF26), (288, 12)),
    ):
        assert data.startswith(PNG)
        picture = Image.open(io.BytesIO(data))
        assert (picture.mode, picture.size) == ("1", size)


def test_a_long_text_goes_on_below() -> None:
    """18 characters fill the line of a name; the 19th begins a second one, as wide as the first."""
    sizes = [Image.open(io.BytesIO(lettering.text("花" * n, lettering.NAME_WIDTH))).size for n in (18, 19)]
    assert sizes == [(216, 12), (216, 24)]


def _read(picture: bytes) -> str:
    """The text of a picture, read by looking each cell up among the bitmaps."""
    image = Image.open(io.BytesIO(picture))
    known = {bitmap: character for character, bitmap in lettering._bitmaps().items() if not character.isascii()}
    cells = [
        ImageChops.invert(image.crop((x, y, x + 12, y + 12))).tobytes()
        for y in range(0, image.height, 12)
        for x in range(0, image.width, 12)
    ]
    return "".join("\u3000" if not any(cell) else known.get(cell, "?") for cell in cells).rstrip("\u3000")


def test_pictures_show_the_right_person() -> None:
    """Who decodes the name and address pictures reads the holder's name and address."""
    face = decode(FILES["visual/0002"])
    assert _read(face.find(0xDF25)) == cards.holder().name
    assert _read(face.find(0xDF26)) == cards.holder().address


def test_a_character_looks_like_no_other() -> None:
    """Few bitmaps are alike, and those are one letter in two alphabets or one sign in two code points."""
    alike: dict[bytes, str] = {}
    for character, bitmap in lettering._bitmaps().items():
        if not character.isascii():
            alike[bitmap] = alike.get(bitmap, "") + character
    several = [same for same in alike.values() if len(same) > 1]
    assert 10 < len(several) < 40
    assert not any("\u4e00" <= character <= "\u9fff" for same in several for character in same)


def test_every_character_of_the_people_has_a_bitmap() -> None:
    """Names, towns and streets that residents are drawn from are all drawn as characters, not as boxes."""
    table = resources.files("myna_lab.residents").joinpath("people.toml").read_text(encoding="utf-8")
    assert not {c for c in table if not c.isspace() and c not in lettering._bitmaps()}
    assert len(lettering._bitmaps()) > 7000


def test_an_unknown_character_is_a_geta() -> None:
    """What Windows-31J lacks is printed as 〓, in the place of one character."""
    assert lettering.text("\U00020bb7田", 216) == lettering.text("〓田", 216) != lettering.text("田", 216)
    assert _read(lettering.text("\U00020bb7", 216)) == "〓"


def test_pictures_tell_texts_apart() -> None:
    """Different names give different pictures, a long address takes several lines, the same text the same bytes."""
    assert len({lettering.text(name, 216) for name in ("試験　花子", "試験　太郎", "TEST Hanako", "")}) == 4
    assert Image.open(io.BytesIO(lettering.text("あ" * 200, 288))).size == (24 * 12, 9 * 12)
    assert Image.open(io.BytesIO(lettering.text("TEST " * 9, 216))).size == (18 * 12, 2 * 12)
    assert sha256(lettering.digits("0123456789")).hexdigest()[:16] == "ed352a60bd3f1888"
    assert sha256(lettering.text("試験 Aa", 216)).hexdigest()[:16] == "c020c1118db9120f"


@pytest.mark.parametrize(
    ("profile", "label"), [("plastic", "JPKIAPICCTOKEN2"), ("iphone", "JPKIAPIOSTOKEN"), ("android", "JPKIAPGPSETOKEN")]
)
def test_each_token_names_itself(profile: str, label: str) -> None:
    """EF 0006 begins with the label by which clients tell card, iPhone and Android apart, padded to 32 bytes."""
    contents = cards.plastic() if profile == "plastic" else cards.phone(profile)
    information = contents.files["jpki/0006"]
    assert information[:32] == label.encode().ljust(32)
    assert (len(information), information[96:100].hex(), information[116:124].hex()) == (
        160,
        "0000040d",
        "0000001000000006",
    )


def test_a_card_without_sign_certificate_says_so() -> None:
    """EF 0008 and an empty EF 0001 tell that a holder has no sign certificate, and her chip has no sign key."""
    contents = cards.plastic(sign_certificate=False)
    assert contents.files["jpki/0008"].hex() == "008f00"
    assert contents.files["jpki/0001"] == b""
    assert "jpki/001A" not in contents.keys
    assert FILES["jpki/0008"].hex() == "8f8f00"


def test_contents_survive_the_vault() -> None:
    """Contents come back from CBOR as they were; other bytes are refused without being quoted."""
    contents = cards.plastic()
    assert CardContents.decode(contents.encode()) == contents
    for wrong in (b"", b"\xff", cbor2.dumps({"profile": "plastic"}), cbor2.dumps(["secret"])):
        with pytest.raises(MalformedError) as refused:
            CardContents.decode(wrong)
        assert "secret" not in str(refused.value)


def test_personalisation_is_repeatable() -> None:
    """The same holder, keys and certificates give the same bytes."""
    assert cards.plastic().encode() == cards.plastic().encode()


def test_verification_numbers_agree_with_the_register() -> None:
    """What the card is opened with is what the register computes from the same facts, in each era."""
    for born in ("1920-03-04", "1926-12-25", "1980-02-17", "1989-01-07", "1989-01-08", "2019-05-01"):
        holder = dataclasses.replace(cards.holder(), born=type(cards.holder().born).fromisoformat(born))
        assert holder.verification_number_b == verification_number_b(holder.born, holder.expires, holder.security_code)
    assert cards.holder().verification_number_b == "55021720352285"


@pytest.mark.parametrize(
    "wrong", [{"my_number": "12345678901"}, {"municipality": "4800A"}, {"security_code": "１２３４"}, {"sex": "F"}]
)
def test_a_holder_that_cannot_be_personalised_is_refused(wrong: dict[str, str]) -> None:
    """Numbers of wrong length or form are a misuse, and the message does not repeat them."""
    with pytest.raises(MisuseError) as refused:
        Cardholder(**(dataclasses.asdict(cards.holder()) | wrong))
    assert wrong.get("my_number", "no number") not in str(refused.value)


def test_a_phone_is_an_iphone_or_an_android() -> None:
    """No other platform has contents."""
    with pytest.raises(MisuseError, match="iphone"):
        phone_contents("plastic", pins={}, certificates={}, keys={}, tries={})
