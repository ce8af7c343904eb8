"""The notebooks reach the learner, and what the learner changed is never written over."""

from __future__ import annotations

import json
import os
import socket
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from click.testing import CliRunner

from myna_lab.cli import workbench
from myna_lab.cli.main import main
from myna_lab.cli.page.show import show
from myna_lab.cli.workbench import lay_out, open_lab
from myna_lab.errors import MisuseError


@pytest.fixture
def package(tmp_path: Path) -> Path:
    folder = tmp_path / "package"
    (folder / "solutions").mkdir(parents=True)
    (folder / "03_a.ipynb").write_text("first edition")
    (folder / "solutions" / "03_a.ipynb").write_text("solution")
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / ".ipynb_checkpoints" / "03_a.ipynb").write_text("left over")
    return folder


def files(folder: Path) -> dict[str, str]:
    paths = (path for path in folder.rglob("*") if path.is_file() and path.name != workbench.LAID_OUT)
    return {path.relative_to(folder).as_posix(): path.read_text() for path in paths}


def test_notebooks_are_laid_out(package: Path, tmp_path: Path) -> None:
    """Every notebook of the package is copied with its folder and its pictures, and nothing hidden."""
    (package / "pictures").mkdir()
    (package / "pictures" / "a.png").write_text("a picture")
    (package / "notes.txt").write_text("not for the learner")
    lay_out(tmp_path / "mine", source=package)
    assert files(tmp_path / "mine") == {
        "03_a.ipynb": "first edition",
        "pictures/a.png": "a picture",
        "solutions/03_a.ipynb": "solution",
    }


def test_a_changed_notebook_is_kept(package: Path, tmp_path: Path) -> None:
    """A new edition replaces an untouched notebook, leaves a changed one as it is, and says so."""
    mine, said = tmp_path / "mine", []
    lay_out(mine, source=package)
    (mine / "03_a.ipynb").write_text("my answers")
    (package / "03_a.ipynb").write_text("second edition")
    (package / "solutions" / "03_a.ipynb").write_text("second solution")
    lay_out(mine, said.append, package)
    assert files(mine) == {"03_a.ipynb": "my answers", "solutions/03_a.ipynb": "second solution"}
    assert len(said) == 1 and "03_a.ipynb" in said[0]


def test_a_strangers_file_is_kept(package: Path, tmp_path: Path) -> None:
    """A file that lies there under a notebook's name and was not laid out by us is not written over."""
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "03_a.ipynb").write_text("not yours")
    lay_out(mine, lambda _: None, package)
    assert files(mine)["03_a.ipynb"] == "not yours"


def test_a_deleted_notebook_comes_back(package: Path, tmp_path: Path) -> None:
    """What the learner moved away is copied again, and laying out twice changes nothing."""
    mine = tmp_path / "mine"
    lay_out(mine, source=package)
    (mine / "03_a.ipynb").unlink()
    lay_out(mine, source=package)
    record = (mine / workbench.LAID_OUT).read_bytes()
    lay_out(mine, source=package)
    assert files(mine)["03_a.ipynb"] == "first edition"
    assert (mine / workbench.LAID_OUT).read_bytes() == record and json.loads(record)


def test_a_missing_notebook_is_named(package: Path) -> None:
    """Asking for a notebook that is not there is misuse, and the message lists those that are."""
    with pytest.raises(MisuseError, match=r"'99_x\.ipynb'.*03_a\.ipynb, solutions/03_a\.ipynb"):
        open_lab("99_x.ipynb", folder=package)


def test_a_taken_port_is_a_sentence() -> None:
    """A second start on the same port says so before anything is loaded."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(MisuseError, match=r"Without a port, the next free one") as refused:
            open_lab(port=other.getsockname()[1])
        with pytest.raises(MisuseError, match=r"Without a port, the next free one") as shown:
            show("00_index", port=other.getsockname()[1])
    assert (refused.value.code, shown.value.code) == ("port_in_use", "port_in_use")


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Installed, and started where nothing can be made: the message says where, and what to do."""
    (tmp_path / workbench.FOLDER).write_text("in the way")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(workbench, "checkout", lambda: None)
    with pytest.raises(MisuseError, match=r"cannot be copied.*folder of your own") as refused:
        open_lab()
    assert refused.value.code == "not_writable"


def test_without_jupyter_the_cure_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where only the library is installed, opening the notebooks names the extra that brings JupyterLab."""
    monkeypatch.setitem(sys.modules, "jupyterlab", None)
    monkeypatch.setitem(sys.modules, "jupyterlab.labapp", None)
    with pytest.raises(MisuseError, match=r'needs the package jupyterlab.*pip install "\.\[workbench\]"') as refused:
        open_lab()
    assert refused.value.code == "extra"


def test_the_file_of_results_is_named_to_the_kernels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever a kernel begins, it adds to the same file."""
    seen: list[str] = []
    labapp = ModuleType("jupyterlab.labapp")
    launched = SimpleNamespace(launch_instance=lambda _: seen.append(os.environ["MYNA_LAB_RESULTS"]))
    monkeypatch.setattr(labapp, "LabApp", launched, raising=False)
    monkeypatch.setitem(sys.modules, "jupyterlab.labapp", labapp)
    for name in ("MYNA_LAB_RESULTS", "JUPYTER_CONFIG_PATH", "PYTHONSTARTUP"):
        monkeypatch.setenv(name, "")
    monkeypatch.chdir(tmp_path)
    open_lab(results="mine.txt", browser=False)
    assert seen == [str(tmp_path / "mine.txt")]


def test_this_checkout_is_found() -> None:
    """Used from the repository, the workbench opens the repository's own notebooks."""
    assert workbench.checkout() == Path(__file__).resolve().parents[3] / "notebooks"


@pytest.mark.parametrize(
    ("platform", "display", "screen"),
    [("linux", "", False), ("linux", ":0", True), ("darwin", "", True), ("win32", "", True)],
)
def test_a_headless_machine_opens_no_browser(
    platform: str, display: str, screen: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Linux without a display has no screen; macOS and Windows have one."""
    monkeypatch.setattr(workbench.sys, "platform", platform)
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert workbench._has_screen() is screen


def test_the_command_serves_the_page_that_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """``myna-lab show`` hands its words on; without any it is the wizard's; an unknown notebook is a sentence."""
    served: list[tuple[str, dict[str, object]]] = []
    monkeypatch.setattr("myna_lab.cli.page.show.show", lambda notebook, **how: served.append((notebook, how)))
    words = ["show", "08_one_phone", "--port", "8123", "--language", "ja", "--large"]
    assert [CliRunner().invoke(main, each).exit_code for each in (words, ["show"])] == [0, 0]
    assert served == [
        ("08_one_phone", {"port": 8123, "language": "ja", "large": True}),
        ("03_provisioning_wizard", {"port": None, "language": None, "large": False}),
    ]
    monkeypatch.undo()
    refused = CliRunner().invoke(main, ["show", "99_none"])
    assert refused.exit_code == 1 and "99_none" in refused.stderr and not refused.stdout
