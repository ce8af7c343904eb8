"""The language of the session: one choice, seen by views, tables, prints and prose; data do not change with it."""

from __future__ import annotations

from pathlib import Path

import pytest

import myna_lab
from myna_lab import Lab
from myna_lab.errors import MisuseError
from myna_lab.exercises import check
from myna_lab.lab import IPhone
from myna_lab.texts import session
from myna_lab.texts.speech import Speech

KANA = "のはをにがでし"


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No choice yet, no variable, and a home of its own; returns the file in which a choice is remembered."""
    monkeypatch.setattr(session, "_choice", None)
    monkeypatch.delenv(session.VARIABLE)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path / ".config" / "myna_lab" / "language"


def test_both_without_a_choice_and_whatever_the_system_speaks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The system's language decides nothing: a saved notebook looks the same on every machine."""
    monkeypatch.setenv("LANG", "ja_JP.UTF-8")
    assert session.languages() == ("ja", "en")
    assert Speech().languages == ("ja", "en")


def test_one_choice_is_seen_everywhere(lab: Lab, iphone: IPhone, capsys: pytest.CaptureFixture[str]) -> None:
    """Screens, verdicts, explanations, slips, traces, certificates, parameters, exercises: in the chosen language."""
    flow = iphone.add_card().run(same_pins=True)
    verdict = lab.portal.log_in(iphone)
    certificate = lab.certificates(iphone)[0]

    def everything() -> str:
        myna_lab.tell(iphone.chip.trace[-1], verdict)
        check("1", "x", "y", hint="think", hint_ja="考えましょう")
        shown = [flow, verdict, lab.explain(flow), iphone.holder.slip, iphone.slip, myna_lab.explain("OCSP")]
        pages = [thing._repr_html_() for thing in shown if hasattr(thing, "_repr_html_")]
        texts = [*map(str, shown[:3]), repr(shown[3]), str(iphone.chip.trace[-1]), certificate.explain()]
        texts += [*lab.parameters.table()["meaning"], *iphone.chip.trace.table()["words"]]
        return "\n".join([*texts, *pages, capsys.readouterr().out])

    myna_lab.language("en")
    assert not set(KANA) & set(everything().replace(iphone.holder.name, ""))
    myna_lab.language("ja")
    said = everything()
    for english in ("accepted", "refused", "set-up", "signing password", "success", "Hint", "valid from"):
        assert english not in said, english
    assert set(KANA) <= set(said)


def test_data_do_not_change_with_the_language(lab: Lab, iphone: IPhone) -> None:
    """Names of columns, codes and the words by which code selects stay English."""
    iphone.add_card().run(same_pins=True)
    verdict = lab.portal.log_in(iphone)
    before = lab.tables.certificates(), lab.tables.verdicts(), verdict.code, iphone.chip.trace[-1].words, list(lab.log)
    myna_lab.language("ja")
    after = lab.tables.certificates(), lab.tables.verdicts(), verdict.code, iphone.chip.trace[-1].words, list(lab.log)
    assert after[0].equals(before[0]) and after[1].equals(before[1]) and after[2:] == before[2:]


def test_a_choice_is_remembered_for_the_next_notebook(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next kernel begins with it; the variable goes before it, and then nothing is written."""
    myna_lab.language("ja")
    assert fresh.read_text(encoding="utf-8") == "ja\n"
    monkeypatch.setattr(session, "_choice", None)
    assert session.chosen() == "ja"
    monkeypatch.setattr(session, "_choice", None)
    monkeypatch.setenv(session.VARIABLE, "en")
    assert session.chosen() == "en"
    myna_lab.language("both")
    assert fresh.read_text(encoding="utf-8") == "ja\n"


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", "日本語".encode()])
def test_a_strange_file_counts_as_none(fresh: Path, content: bytes) -> None:
    """What cannot be read as a language is passed over; both languages are shown."""
    fresh.parent.mkdir(parents=True)
    fresh.write_bytes(content)
    assert session.chosen() == "both"


def test_a_home_that_cannot_be_written_is_no_fault(fresh: Path) -> None:
    """The choice holds for this kernel all the same."""
    (fresh.parent.parent).write_text("a file where a folder is needed", encoding="utf-8")
    assert session.language("en").choice == session.chosen() == "en"


@pytest.mark.parametrize(("choice", "hidden"), [("ja", ["en"]), ("en", ["ja"]), ("both", [])])
def test_the_other_language_steps_back_in_the_page(choice: str, hidden: list[str]) -> None:
    """What language() shows holds a style that hides exactly the other language's prose."""
    page = myna_lab.language(choice)._repr_html_()
    assert [each for each in ("ja", "en") if f'[lang="{each}"]' in page.partition("</style>")[0]] == hidden
    assert ("display: none" in page) is bool(hidden)


def test_only_three_can_be_chosen() -> None:
    """Another language is refused by name, by call and by variable."""
    with pytest.raises(MisuseError, match="'fr'"):
        myna_lab.language("fr")


def test_a_code_is_told_with_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    """Japanese learners read what a code means and keep its name; both count as an answer."""
    assert myna_lab.said("not_yet_valid") == "まだ使えません（not_yet_valid）"
    assert myna_lab.said("no such code") == "no such code"
    for answer in ("まだ使えません", "まだ使えません（not_yet_valid）", "not_yet_valid", "not yet usable"):
        check("1", answer, "sealed:word:" + _seal("not_yet_valid"), hint="", hint_ja="")
    assert capsys.readouterr().out.count("OK") == 4
    myna_lab.language("en")
    assert myna_lab.said("not_yet_valid") == "not_yet_valid"


def _seal(word: str) -> str:
    from myna_lab.exercises import sealed

    return sealed("1", word).rpartition(":")[2]
