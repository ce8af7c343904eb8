"""The certificate viewer: a field and its octets belong together, two are told apart, the twin says the same."""

from __future__ import annotations

import re

import pytest

from myna_lab import Lab
from myna_lab.errors import MisuseError
from myna_lab.texts import both
from myna_lab.widgets import CertificateViewer, certificate_viewer


@pytest.fixture(scope="module")
def lab() -> Lab:
    """A card and an iPhone with four certificates."""
    lab = Lab(seed=7)
    lab.iphone(lab.resident(name="青葉　花子", born="1990-04-01")).add_card().run()
    lab.advance("20min")
    return lab


@pytest.fixture
def viewer(lab: Lab) -> CertificateViewer:
    """The card's signing certificate, in English."""
    (signing,) = lab.certificates(kind="card_sign")
    return certificate_viewer(lab, signing, language="en")


def test_a_field_and_its_octets_share_a_button(viewer: CertificateViewer) -> None:
    """Each of 22 fields has a radio button; all octets stand there in order, each field's under its label."""
    page = viewer.drawn.value
    identifiers = re.findall(r'<input type="radio" class="mnc-pick-\d+" id="([\w-]+)"', page)
    assert len(set(identifiers)) == 22 == len(re.findall(r'aria-describedby="([\w-]+)"', page))
    assert re.findall(r'<label for="([\w-]+)"', page) == identifiers
    hexadecimal = re.search(r'<div class="mnc-hex"[^>]*>(.*?)</div>', page, re.DOTALL)
    assert hexadecimal is not None
    octets = bytes.fromhex(re.sub(r"<[^>]+>", " ", hexadecimal[1]))
    assert octets == viewer.shown[0].der
    serial = re.search(r'<label for="[\w-]+-1" [^>]*>([0-9a-f ]+)</label>', page)
    assert serial is not None and serial[1] == "02 04 06 7f 35 42"


def test_two_viewers_on_a_page_are_apart(lab: Lab, viewer: CertificateViewer) -> None:
    """Their radio buttons are of different groups."""
    other = certificate_viewer(lab)
    groups = [set(re.findall(r'name="([\w-]+)"', each.drawn.value)) for each in (viewer, other)]
    assert len(groups[0]) == len(groups[1]) == 1 and groups[0] != groups[1]


def test_plastic_against_phone(lab: Lab, viewer: CertificateViewer) -> None:
    """The profiles differ in four fields; besides, each certificate has its own number, names, key and signature."""
    viewer.show(beside=lab.certificates(kind="phone_sign")[0])
    table = viewer.table
    assert table.index[table["differs"]].tolist() == [
        *("serial_number", "not_before", "subject", "public_key", "certificate_policies"),
        *("crl_distribution_points", "subject_key_identifier", "signature_value"),
    ]
    assert table.loc["certificate_policies", ["value", "beside"]].str[:14].tolist() == [
        "2.999.5.1.1.20",
        "2.999.5.1.1.40",
    ]
    assert viewer.drawn.value.count('mnc-differs"><label>') == 8
    assert "8 of 22 fields differ" in viewer.what.value
    viewer.show()
    assert "differ" not in viewer.what.value and viewer.table.loc["serial_number", "octets"] == "02 04 06 7f 35 42"


def test_fields_that_only_one_has(lab: Lab, viewer: CertificateViewer) -> None:
    """A log-in certificate has no name of its holder; the field stays in its place, with a dash."""
    viewer.show("auth/067F3542", beside="sign/067F3542")
    table = viewer.table
    assert table.loc["common_name", "beside"] == "青葉　花子" and table["value"].isna()["common_name"]
    names = table.index.tolist()
    assert names.index("key_usage") < names.index("common_name") < names.index("certificate_policies")
    assert re.search(r"name of the holder.*?<span>–</span><span>青葉", viewer.drawn.value, re.DOTALL)


def test_every_certificate_of_the_lab_is_explained(viewer: CertificateViewer) -> None:
    """People's, authorities', responder's and record signer's: each field that is shown has a sentence, and a twin."""
    assert len(viewer.names) == 11
    for name in viewer.names:
        viewer.show(name)
        for field in viewer.table.index:
            assert both(f"field.about.{field.partition(' ')[0]}"), field
        assert viewer.in_language("ja") != viewer.in_language("en")
        assert len(viewer.in_language("en").splitlines()) == len(viewer.table) + 1


def test_the_books_word_on_it(lab: Lab, viewer: CertificateViewer) -> None:
    """People's certificates have a state in the books; an authority is not in them."""
    viewer.tabs.value = "books"
    assert "good" in viewer.tabs.panel.value and "card, signing" in viewer.tabs.panel.value
    viewer.show("sign authority 1")
    assert "people" in viewer.tabs.panel.value


def test_what_is_issued_later_can_be_shown() -> None:
    """A second phone's certificate is among the choices as soon as it is asked for."""
    lab = Lab(seed=7)
    holder = lab.resident()
    viewer = certificate_viewer(lab, language="en")
    lab.android(holder).add_card().run()
    newest = lab.certificates(kind="phone_auth")[-1]
    assert viewer.show(newest).shown[0].der == newest.der


def test_wrong_certificates(lab: Lab) -> None:
    """No lab, no such name, a certificate of a copy: each is refused."""
    with pytest.raises(MisuseError, match="of a lab"):
        certificate_viewer("lab")  # type: ignore[arg-type]
    with pytest.raises(MisuseError, match="auth/067F3542"):
        certificate_viewer(lab, "auth/1")
    with pytest.raises(MisuseError, match="another lab"):
        certificate_viewer(lab, lab.fork().certificates()[0])
    with pytest.raises(MisuseError, match="nobody"):
        certificate_viewer(Lab(seed=7), "nobody")
