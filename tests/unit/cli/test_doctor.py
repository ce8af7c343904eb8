"""The doctor says one line about each thing, and the cure of what is missing."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from myna_lab.cli import doctor
from myna_lab.cli.doctor import Finding, examine, print_report

FINE = Finding("python", True, False, "Python 3.11", "Python 3.11")
MISSING = Finding("jupyterlab", False, False, "JupyterLab: missing", "JupyterLab：ありません", "pip install .")
OPTIONAL = Finding("opensc", False, True, "OpenSC: missing", "OpenSC：ありません", "make system")


def test_the_test_environment_is_healthy() -> None:
    """Where these tests run, Python, JupyterLab and the widgets are there, and every finding has both languages."""
    findings = {finding.name: finding for finding in examine()}
    assert all(findings[name].ok for name in ("python", "jupyterlab", "ipywidgets", "workbench"))
    assert {name for name, finding in findings.items() if finding.optional} == {
        "opensc",
        "pcscd",
        "virtual_reader",
        "chromium",
    }
    for finding in findings.values():
        assert finding.words_en and finding.words_ja
        if not finding.ok:
            assert finding.cure


@pytest.mark.parametrize(("findings", "healthy"), [([FINE, OPTIONAL], True), ([FINE, MISSING], False)])
def test_only_what_is_needed_decides(findings: list[Finding], healthy: bool) -> None:
    """The report is good if everything that the workbench needs is there, whatever is optional."""
    assert print_report(lambda _: None, findings=findings) is healthy


def test_the_report_has_one_line_and_one_cure() -> None:
    """What is fine takes a line; what is missing takes a line and its cure."""
    lines: list[str] = []
    print_report(lines.append, findings=[FINE, MISSING, OPTIONAL])
    assert lines == [
        "ok  Python 3.11",
        "NO  JupyterLab: missing",
        "      cure: pip install .",
        "--  OpenSC: missing (optional)",
        "      cure: make system",
    ]
    lines.clear()
    print_report(lines.append, "ja", [OPTIONAL])
    assert lines == ["--  OpenSC：ありません（任意）", "      対処：make system"]


def test_missing_packages_of_the_workbench_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where only the library is installed, the doctor names each package of the extra, and the one line that cures."""
    rows = [
        "click>=8",
        'pyhanko>=0.25; extra == "workbench"',
        'no-such.one>=1; extra == "workbench"',
        'x; extra == "other"',
    ]
    monkeypatch.setattr(doctor.metadata, "requires", lambda _: rows)
    finding = next(finding for finding in examine() if finding.name == "workbench")
    assert (finding.ok, finding.optional) == (False, False)
    assert finding.words_en == "Workbench: missing no-such.one"
    assert finding.cure == 'pip install ".[workbench]"'


def test_a_missing_program_is_missing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A program is found on the path if it can be run, and only then."""
    monkeypatch.setenv("PATH", str(tmp_path))
    assert doctor.program("no-such-reader") is None
    (tmp_path / "no-such-reader").touch(mode=0o755)
    assert doctor.program("no-such-reader") == str(tmp_path / "no-such-reader")


@pytest.mark.parametrize(("script", "found"), [("exit 0", True), ("echo 'install the snap' >&2; exit 1", False)])
def test_a_browser_must_start(script: str, found: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A script in a browser's name that only points elsewhere is no browser."""
    shim = tmp_path / "chromium"
    shim.write_text(f"#!/bin/sh\n{script}\n")
    shim.chmod(0o755)
    monkeypatch.setenv("MYNA_LAB_CHROMIUM", str(shim))
    assert doctor.chromium() == (str(shim) if found else None)


def test_a_waiting_reader_is_seen_without_knocking(monkeypatch: pytest.MonkeyPatch) -> None:
    """A taken port is a reader that waits; nobody connects to it, since that would put a card in."""
    with socket.socket() as reader:
        reader.bind(("127.0.0.1", 0))
        reader.listen()
        reader.settimeout(0.1)
        monkeypatch.setattr(doctor, "VPCD_PORT", reader.getsockname()[1])
        assert doctor._virtual_reader().ok
        with pytest.raises(TimeoutError):
            reader.accept()
    assert not doctor._virtual_reader().ok
