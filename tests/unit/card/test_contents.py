"""The files of a personalised card: layouts, digests, signatures, pictures."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Callable
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
from myna_lab.card import CardContents, Holder, phone_contents, pictures
from myna_lab.card.applications import text
from myna_lab.card.issuer import Issuer, key_object, modulus
from myna_lab.errors import MalformedError, MisuseError
from myna_lab.iso7816 import Tlv, decode, encode
from myna_lab.keys import rsa_key
from myna_lab.residents import verification_number_b

FILES = cards.plastic().files
LENGTHS = {  # fixed by the layouts (card facts 1.7, 3)
    "jpki/0006": 160,
    "text/0001": 17,
    "text/0003": 336,
    "text/0004": 568,
    "text/0005": 256,
    "text/0007": 536,
    "visual/0001": 547,
    "visual/0003": 320,
    "visual/0004": 568,
}
HEADS = {
    "text/0003": "FF3082014B",
    "text/0004": "7F218202335F4E820129",
    "text/0005": "FF4082009FDF410401030E01DF4210",
    "text/0007": "FF50820213DF51820109",
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
    issuer = Issuer(33, rsa_key(5), rsa_key(5))
    assert (
        text.files(holder, issuer, bytes(256))["text/0002"]
        .hex()
        .upper()
        .startswith("FF2065DF2108000E002000590064DF220F")
    )


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
    from myna_lab.card import Chip

    chip = Chip("card-1", cards.plastic(), key=rsa_key)
    for aid, name, tag in (
        ("D3921000310001010402", "visual/0001", 0xDF12),
        ("D3921000310001010408", "text/0007", 0xDF51),
    ):
        chip.transmit(bytes.fromhex(f"00A4040C0A{aid}"))
        answer = chip.transmit(bytes.fromhex("802A030004") + b"TEST\0")  # SHA-256 on the card
        _key(decode(FILES[name]), tag)(answer[:-2], b"TEST")


CERTIFICATES = {
    # file: certified by, issuer's number, subject's number, subject
    "text/0004": ("text_authority", 33, 34, "text"),
    "visual/0004": ("visual_authority", 23, 24, "visual"),
    "manager/00F8": ("root", 20, 21, "intermediate"),
    "manager/7F21": ("intermediate", 21, 22, "lowest"),
}


@pytest.mark.parametrize("name", CERTIFICATES)
def test_certificates_chain_to_authorities(name: str) -> None:
    """Each certificate verifies under the key that it names as its issuer's, and certifies the key it names."""
    authority, issuer, subject, certified = CERTIFICATES[name]
    whole = FILES[name] if name.endswith("0004") else encode(0x7F21, FILES[name])
    body, signature = decode(whole).find(0x5F4E), decode(whole).find(0x5F37)
    assert (body[:7], body[16:23]) == (b"90000%d" % issuer, b"90000%d" % subject)
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


def test_a_lab_hands_out_the_keys_that_check_its_cards() -> None:
    """With the anchors of a lab, and nothing else, certificates, licence and INTERNAL AUTHENTICATE of a card verify."""
    lab = Lab(seed=7)
    card = lab.card_of_kind("licence").card
    files = card._session._contents.files
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
        rsa_key(n).public_key().public_numbers().n for n in card._session._contents.keys.values() if n != 7
    )


def test_pictures_are_what_they_should_be() -> None:
    """Portrait JPEG 2000; number 72 by 12 and security code 24 by 12 pixels, black and white, PNG."""
    face, number = decode(FILES["visual/0002"]), decode(FILES["visual/0005"])
    assert face.find(0xDF27) == cards.portrait()
    sizes = {}
    for name, data in (("number", number.find(0xDF41)), ("code", face.find(0xDF2A)), ("name", face.find(0xDF25))):
        assert data.startswith(PNG)
        picture = Image.open(io.BytesIO(data))
        assert picture.mode == "1"
        sizes[name] = picture.size
    assert (sizes["number"], sizes["code"]) == ((72, 12), (24, 12))


def _read(picture: bytes) -> str:
    """The text of a picture, read by looking each cell up among the bitmaps."""
    image = Image.open(io.BytesIO(picture))
    known = {bitmap: character for character, bitmap in pictures._bitmaps().items() if not character.isascii()}
    cells = [
        ImageChops.invert(image.crop((x, y, x + 24, y + 24))).tobytes()
        for y in range(0, image.height, 24)
        for x in range(0, image.width, 24)
    ]
    return "".join(known.get(cell, "\u3000" if not any(cell) else "?") for cell in cells)


def test_pictures_show_the_right_person() -> None:
    """Who decodes the name and address pictures reads the holder's name and address."""
    face = decode(FILES["visual/0002"])
    assert _read(face.find(0xDF25)) == cards.holder().name
    assert _read(face.find(0xDF26)) == cards.holder().address


def test_every_character_of_the_people_has_a_bitmap() -> None:
    """Names, towns and streets that residents are drawn from are all drawn as characters, not as boxes."""
    table = resources.files("myna_lab.residents").joinpath("people.toml").read_text(encoding="utf-8")
    assert not {c for c in table if not c.isspace() and c not in pictures._bitmaps()}
    assert len(pictures._bitmaps()) > 7000


def test_an_unknown_character_is_a_box() -> None:
    """What Windows-31J lacks is drawn as its code point, and differs from other unknown ones."""
    assert pictures.text("\U00020bb7") != pictures.text("\U00020bb8")
    assert _read(pictures.text("\U00020bb7")) == "?"


def test_pictures_tell_texts_apart() -> None:
    """Different names give different pictures, a long address takes several lines, the same text the same bytes."""
    assert len({pictures.text(name) for name in ("試験　花子", "試験　太郎", "TEST Hanako", "")}) == 4
    assert Image.open(io.BytesIO(pictures.text("あ" * 200))).size == (24 * 24, 9 * 24)
    assert Image.open(io.BytesIO(pictures.text("TEST MARIA"))).size == (10 * 12, 24)
    assert sha256(pictures.digits("0123456789")).hexdigest()[:16] == "160b28ecd0f82a96"
    assert sha256(pictures.text("試験 Aa")).hexdigest()[:16] == "c520e3716b9564d8"


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
        Holder(**(dataclasses.asdict(cards.holder()) | wrong))
    assert wrong.get("my_number", "no number") not in str(refused.value)


def test_a_phone_is_an_iphone_or_an_android() -> None:
    """No other platform has contents."""
    with pytest.raises(MisuseError, match="iphone"):
        phone_contents("plastic", pins={}, certificates={}, keys={}, tries={})
