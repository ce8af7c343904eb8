"""Drawings for learners: they say what they show, in words too, in the language of the session, from nowhere else."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from myna_lab import Lab
from myna_lab.devices.card.security_status import SECURITY_STATUS_RULES
from myna_lab.errors import MisuseError
from myna_lab.lab import IPhone
from myna_lab.texts import session
from myna_lab.widgets import certificate_drawing, news_picture, state_picture
from myna_lab.widgets.pictures import Picture


def svg(picture: Picture) -> ElementTree.Element:
    """The drawing, which is well-formed."""
    return ElementTree.fromstring(picture.html)


def words(picture: Picture) -> str:
    return " ".join("".join(text.itertext()) for text in svg(picture).iter("text"))


def test_a_certificate_has_six_marked_fields(lab: Lab, iphone: IPhone) -> None:
    """Number, holder, key, validity, use and authority stand in the drawing and in its twin, as in the certificate."""
    iphone.add_card().run(same_pins=True)
    signing, log_in = (lab.certificates(iphone, kind=kind)[0] for kind in ("phone_sign", "phone_auth"))
    for certificate, whose in ((signing, iphone.holder.name), (log_in, "JX")):
        picture = certificate_drawing(certificate)
        assert len([*svg(picture).iter("circle")]) == 6 + 1  # and the seal
        for value in (f"{certificate.serial:08X}", whose, "RSA 2048", "2025-06-24 –", "JPKI-EMU"):
            assert value in words(picture) and value in repr(picture), value
    assert iphone.holder.name not in repr(certificate_drawing(log_in))
    with pytest.raises(MisuseError, match=r"lab\.certificates"):
        certificate_drawing("a certificate")  # type: ignore[arg-type]


def test_the_news_reach_everybody_at_a_time_of_their_own() -> None:
    """At once, 15 minutes, a day, and if on line: in the drawing and in words."""
    for said in ("at once", "every 15 min", "every day", "if on line", "すぐ", "15分ごと", "1日ごと", "電波があれば"):
        assert said in words(news_picture()) and said in repr(news_picture())


def test_every_row_of_a_table_stands_in_its_boxes() -> None:
    """A box for each state, a line for each row in each language."""
    picture = state_picture(SECURITY_STATUS_RULES)
    assert picture.html.count("<section>") == 3
    assert picture.html.count("<li") == len(SECURITY_STATUS_RULES)
    assert len(repr(picture).splitlines()) == 2 * len(SECURITY_STATUS_RULES)
    assert "[ロック] → 窓口、コンビニ、アプリでの初期化: 「未照合」へ" in repr(picture)
    japanese = [line for line in repr(picture).splitlines() if re.search("[ぁ-ん]", line)]
    assert len(japanese) == len(SECURITY_STATUS_RULES)


@pytest.mark.parametrize(("language", "gone"), [("en", "[ぁ-んァ-ヶ]"), ("ja", "every|at once|verified")])
def test_a_drawing_follows_the_language(monkeypatch: pytest.MonkeyPatch, language: str, gone: str) -> None:
    """With one language chosen the other's words are neither drawn nor told."""
    monkeypatch.setattr(session, "_choice", language)
    for picture in (news_picture(), state_picture(SECURITY_STATUS_RULES)):
        assert not re.search(gone, re.sub("<[^>]*>", " ", picture.html) + repr(picture))
