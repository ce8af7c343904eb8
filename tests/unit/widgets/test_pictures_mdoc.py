"""Pictures of the attribute record: what they show, and what they keep."""

from __future__ import annotations

import re

import pytest

from myna_lab import Lab
from myna_lab.errors import MisuseError
from myna_lab.lab import IPhone
from myna_lab.widgets import pass_picture, record_picture, transcript_picture


@pytest.fixture(scope="module")
def iphone() -> IPhone:
    """An iPhone of Hanako's with the card on it."""
    lab = Lab(seed=7)
    phone = lab.iphone(lab.resident(name="青葉　花子", born="1990-04-01"))
    phone.add_card().run()
    return phone


def test_the_pass_is_drawn_from_the_record(iphone: IPhone) -> None:
    """After she has another name the register says the new one, the wallet what was signed; My Number is dots."""
    lab = iphone.world
    number = iphone.world.things.resident(iphone.person).my_number
    renamed = Lab.of(lab).fork()
    phone = renamed.phones[0]
    renamed.municipality.change_name(phone.holder, "白川　花子")
    assert phone.holder.name == "白川　花子"
    picture = pass_picture(phone)
    for said in (picture.html, repr(picture), str(phone.wallet[0])):
        assert "青葉　花子" in said and "白川" not in said and number not in said
    assert "••••••••••••" in repr(picture) and "data:image/png;base64," in picture.html


def test_a_reader_s_picture_holds_what_it_was_given(iphone: IPhone) -> None:
    """Of 19 digests two have an element; the others look alike, whether they stand for something or for nothing."""
    whole, seen = record_picture(iphone), record_picture(iphone.present("full_name_unicode", "age_over_20"))
    assert [whole.html.count(f'class="mnc-mdoc-{kind}"') for kind in ("fits", "hidden", "differs")] == [13, 6, 0]
    assert [seen.html.count(f'class="mnc-mdoc-{kind}"') for kind in ("fits", "hidden", "differs")] == [2, 17, 0]
    hidden = re.findall(r'<li class="mnc-mdoc-hidden">.*?</li>', seen.html)
    assert len({re.sub("[0-9a-f]", "", each) for each in hidden}) == 1
    for said in (seen.html, repr(seen)):
        assert "青葉　花子" in said and "1990" not in said and iphone.holder.address not in said
    assert iphone.world.things.resident(iphone.person).my_number not in whole.html + repr(whole)


@pytest.mark.parametrize(("way", "n"), [("near", 3), ("web", 4), ("app", 3)])
def test_every_octet_of_the_transcript(iphone: IPhone, way: str, n: int) -> None:
    """The octets of the picture, one after another, are the transcript; below stands where it enters."""
    shown = iphone.present(way=way)
    picture = transcript_picture(shown)
    octets = bytes.fromhex("".join(re.findall(r"<code>([0-9a-f ]+)</code>", picture.html)))
    assert octets == shown.transcript.encoded
    assert repr(picture).count("\n-> ") == n
    assert 'lang="ja"' in picture.html and 'lang="en"' in picture.html
    assert 'lang="ja"' not in transcript_picture(shown, "en").html


def test_what_has_no_picture(iphone: IPhone) -> None:
    """A phone without a record, and what is no phone or presentation, are told in a sentence."""
    lab = Lab.of(iphone.world).fork()
    empty = lab.iphone(lab.residents[0])
    for draw, what in (
        (pass_picture, empty),
        (record_picture, empty),
        (record_picture, lab),
        (transcript_picture, lab),
    ):
        with pytest.raises(MisuseError, match=r"holds no attribute record|a phone holds a record|has a transcript"):
            draw(what)  # type: ignore[operator]
