"""The certificate viewer: a field and its octets belong together, two are told apart, the twin says the same."""

from __future__ import annotations

import re

import pytest

from myna_lab import Lab
from myna_lab.errors import MisuseError
from myna_lab.texts import both
from myna_lab.widgets import CertificateViewer, certificate_viewer
from myna_lab.world.certificates import Certificate


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


# ------------------------------------------------------------------------------------------------- answers and lists


@pytest.fixture(scope="module")
def revoked() -> tuple[Lab, Certificate]:
    """A phone's log-in certificate that was revoked at 09:23:39, the day before yesterday; it is 09:23:39 again."""
    lab = Lab(seed=7)
    lab.iphone(lab.resident(name="青葉　花子", born="1990-04-01")).add_card().run()
    lab.advance("20min")
    (own,) = lab.certificates(kind="phone_auth")
    own.revoke("KEY_COMPROMISE")
    lab.advance("2d")
    return lab, own


def octets_of(viewer: CertificateViewer) -> list[str]:
    """What stands under the octets of each paper, without marks."""
    boxes = re.findall(r'<div class="mnc-hex"[^>]*>(.*?)</div>', viewer.drawn.value, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", each).split()) for each in boxes]


def test_an_answer_before_and_after(revoked: tuple[Lab, Certificate]) -> None:
    """The earlier stands first: good, of 9:15 that day; then revoked since 9:23:39, why, and of 9:15 today."""
    viewer = certificate_viewer(*revoked, "before", "en", paper="answer")
    table = viewer.table
    assert table.loc["cert_status", ["value", "beside"]].tolist() == ["good (not revoked)", "revoked"]
    assert table["value"].isna()[["revocation_time", "revocation_reason"]].all()
    assert table.loc["revocation_time", "beside"] == "2025-06-24 09:23:39 JST"
    assert table.loc["revocation_reason", "beside"] == "key compromise (1)"
    assert table.loc["this_update", ["value", "beside"]].tolist() == [
        *("2025-06-24 09:15:00 JST", "2025-06-26 09:15:00 JST"),
    ]
    assert table.loc["next_update", "beside"] == "2025-06-26 09:30:00 JST"
    assert table.loc["produced_at", "value"] == "2025-06-24 09:23:38 JST"  # a second before
    assert table.index[table["differs"]].tolist() == [
        *("produced_at", "cert_status", "revocation_time", "revocation_reason", "this_update", "next_update", "nonce"),
        "responder_signature",
    ]
    assert "CRL" not in viewer.what.value and "not revoked" in viewer.what.value
    assert "since 2025-06-24 09:23:39 JST, key compromise" in viewer.what.value
    viewer.show(beside="former", paper="answer")
    assert viewer.table.loc["this_update", "value"] == "2025-06-26 09:00:00 JST"


def test_an_answer_repeats_the_question(revoked: tuple[Lab, Certificate]) -> None:
    """Number, digests and nonce are the same octets; what only the answer has is no difference."""
    viewer = certificate_viewer(*revoked, "answer", "en", paper="request")
    table = viewer.table
    both_have = ["hash_algorithm", "issuer_name_hash", "issuer_key_hash", "serial_number", "nonce"]
    assert table.index[table["value"].notna()].tolist() == both_have and not table["differs"].any()
    assert (table.loc[both_have, "value"] == table.loc[both_have, "beside"]).all()
    assert "5 fields are in both; in 0" in viewer.what.value
    assert all("[=49]" in each for each in octets_of(viewer))  # the nonce of 32 octets, an extension
    viewer.show(paper="request")
    assert bytes.fromhex(octets_of(viewer)[0]) == viewer.shown[0].der


def test_a_list_before_and_after(revoked: tuple[Lab, Certificate]) -> None:
    """The list that was out when it was revoked has no entry; today's has one, and is the next but one."""
    viewer = certificate_viewer(*revoked, "before", "en", paper="list")
    table = viewer.table
    assert table.loc["not_listed", "value"] == table.loc["serial_number", "beside"] == "067F3543"
    assert table["beside"].isna()["not_listed"] and table["value"].isna()["serial_number"]
    assert table.loc["revoked_certificates", ["value", "beside"]].tolist() == [
        *("none (the part is left out)", "1 certificate"),
    ]
    numbers = [int(each) for each in table.loc["crl_number", ["value", "beside"]]]
    assert numbers[1] - numbers[0] == 2
    assert "Since the former list 1 entry came, 0 left." in viewer.what.value
    assert "[ ]" in octets_of(viewer)[0] and "[ ]" not in octets_of(viewer)[1]
    viewer.show(paper="list", beside="answer")
    facts = ["serial_number", "revocation_time", "revocation_reason"]
    assert not viewer.table.loc[facts, "differs"].any() and viewer.table.loc[["this_update"], "differs"].all()


def test_a_serial_number_is_looked_for(revoked: tuple[Lab, Certificate]) -> None:
    """The card's is on another list, nobody has number 5, and letters that are no number change nothing."""
    viewer = certificate_viewer(*revoked, language="en", paper="list", serial="０６７Ｆ３５４３")
    assert viewer.table.loc["revocation_reason", "value"] == "key compromise (1)"
    viewer.serial.value = "06:7f:35:42"
    assert viewer.table.loc["not_listed", "value"] == "067F3542" and "entry 067F3543" in viewer.table.index
    assert "a list of another town or kind of certificate" in viewer.what.value
    viewer.serial.value = "5"
    assert "its absence means nothing" in viewer.what.value
    viewer.serial.value = "card"
    assert "hexadecimal" in viewer.notice.value and viewer.table.loc["not_listed", "value"] == "00000005"
    viewer.serial.value = ""
    assert viewer.table.loc["serial_number", "value"] == "067F3543"


def test_what_can_be_chosen(revoked: tuple[Lab, Certificate]) -> None:
    """An authority has no answer or list here; who turns to it sees its certificate, beside nothing."""
    lab, own = revoked
    viewer = certificate_viewer(lab, own, "before", "en", paper="answer")
    assert viewer.serial.layout.display == "none"
    viewer.paper.value = "list"
    assert viewer.serial.layout.display is None and viewer.beside.value == "before"
    viewer.certificate.value = "auth responder"
    assert (viewer.paper.value, viewer.beside.value, len(viewer.shown)) == ("certificate", "", 1)
    with pytest.raises(MisuseError, match="certificate; got 'list'"):
        viewer.show(paper="list")
    with pytest.raises(MisuseError, match="got 'before'"):
        viewer.show(own, "before", paper="certificate")
    with pytest.raises(MisuseError, match="hexadecimal"):
        viewer.show(own, paper="list", serial="0")
    assert viewer.paper.value == "certificate"


@pytest.mark.parametrize("paper", ["request", "answer", "list"])
def test_every_field_is_explained(revoked: tuple[Lab, Certificate], paper: str) -> None:
    """Each field of each paper has a name and a sentence in both languages, and a line of the twin."""
    viewer = certificate_viewer(*revoked, paper=paper, serial="5" if paper == "list" else "")
    for field in viewer.table.index:
        assert both(f"field.about.{field.partition(' ')[0]}") and both(f"field.{field.partition(' ')[0]}"), field
    for language in ("ja", "en"):
        assert len(viewer.in_language(language).splitlines()) == len(viewer.table) + 1
    identifiers = re.findall(r'<input type="radio" class="mnc-pick-\d+" id="([\w-]+)"', viewer.drawn.value)
    assert sorted(identifiers) == sorted(re.findall(r'<label for="([\w-]+)"', viewer.drawn.value))


def test_a_viewer_reads_and_leaves_no_trace(revoked: tuple[Lab, Certificate]) -> None:
    """Asking again gives the same question, and nothing is written into the log."""
    lab, own = revoked
    n = len(lab.log)
    first, second = (certificate_viewer(lab, own, paper="answer").shown[0].der for _ in range(2))
    assert first == second and len(lab.log) == n


def test_an_authority_that_has_ended() -> None:
    """Years after, its last answer and list are shown, of its last day; an expired entry has left."""
    lab = Lab(seed=7)
    lab.resident()
    (own,) = lab.certificates(kind="card_auth")
    own.revoke()
    lab.advance("4000d")
    viewer = certificate_viewer(lab, own, "former", "en", paper="answer")
    assert viewer.table.loc["produced_at", "beside"] == "2033-06-24 23:59:59 JST"
    viewer.show(paper="list")
    assert viewer.table.loc["this_update", "value"] == "2033-06-24 00:00:00 JST" and "not_listed" in viewer.table.index
