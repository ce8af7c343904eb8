"""What the package offers: each module says it in `__all__`, and each name there is real and explained."""

from __future__ import annotations

import importlib
import inspect
import pickle
import subprocess
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from types import ModuleType

import pytest

import myna_lab

PACKAGE = Path(__file__).resolve().parent.parent / "myna_lab"
FILES = [file for file in sorted(PACKAGE.rglob("*.py")) if file.name != "__main__.py"]
PARTS = {name: list(files) for name, files in groupby(FILES, lambda file: file.relative_to(PACKAGE).parts[0])}
"""The modules of each part of the package."""


def module_of(file: Path) -> ModuleType:
    parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
    return importlib.import_module(".".join(part for part in parts if part != "__init__"))


each_part = pytest.mark.parametrize("files", PARTS.values(), ids=PARTS)


@each_part
def test_every_module_tells_its_story(files: list[Path]) -> None:
    """A module begins with a docstring."""
    assert [file for file in files if not (module_of(file).__doc__ or "").strip()] == []


@each_part
def test_every_offered_name_exists(files: list[Path]) -> None:
    """`__all__` lists names that the module has, each once."""
    for file in files:
        module = module_of(file)
        names = getattr(module, "__all__", [])
        assert len(set(names)) == len(names), file
        assert [name for name in names if not hasattr(module, name)] == [], file


@each_part
def test_every_offered_name_is_explained(files: list[Path]) -> None:
    """Each class and function in `__all__` has a docstring of its own, and so have the public methods of the class."""
    for module in map(module_of, files):
        assert list(mute(module)) == [], module.__name__


def mute(module: ModuleType) -> Iterator[str]:
    """The offered names without an explanation."""
    for name in getattr(module, "__all__", []):
        thing = getattr(module, name)
        if not (inspect.isclass(thing) or inspect.isfunction(thing)):
            continue
        if not thing.__doc__ or thing.__doc__.startswith(f"{name}("):  # what dataclass writes by itself
            yield name
        if inspect.isclass(thing):
            methods = ((n, getattr(m, "fget", m)) for n, m in vars(thing).items() if not n.startswith("_"))
            yield from (f"{name}.{n}" for n, m in methods if inspect.isfunction(m) and not inspect.getdoc(m))


def test_the_table_of_contents_is_short() -> None:
    """`myna_lab` offers a dozen names at most, the ones a notebook starts with; Lab is the first it needs."""
    assert "Lab" in myna_lab.__all__ and len(myna_lab.__all__) <= 12
    assert sorted(myna_lab.__all__) == list(myna_lab.__all__)


def in_a_fresh_process(code: str) -> str:
    """What another interpreter prints, which has loaded nothing yet."""
    command = [sys.executable, "-c", code]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout


LOADED = """
import sys
before = set(sys.modules)
{}
new = {{name.partition(".")[0] for name in set(sys.modules) - before}}
print(*sorted(new - sys.stdlib_module_names))
"""


def test_the_import_loads_nothing_else() -> None:
    """`import myna_lab` loads no other library (cryptography, asn1crypto, pandas, click …) and no module of ours."""
    assert in_a_fresh_process(LOADED.format("import myna_lab")).split() == ["myna_lab"]
    code = "import sys, myna_lab; print(*[name for name in sys.modules if name.startswith('myna_lab.')])"
    assert in_a_fresh_process(code).split() == []


def test_help_loads_click_alone() -> None:
    """The command line answers --help without the lab's libraries."""
    code = """
import contextlib, io
from myna_lab.cli.main import main
with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
    main(["--help"])
"""
    assert set(in_a_fresh_process(LOADED.format(code)).split()) - {"colorama"} == {"click", "myna_lab"}


def test_names_are_listed_before_they_are_loaded() -> None:
    """dir() in a fresh process shows every offered name and every module of the package."""
    listed = set(in_a_fresh_process("import myna_lab; print(*dir(myna_lab))").split())
    modules = {path.stem for path in PACKAGE.glob("*.py")} | {
        path.parent.name for path in PACKAGE.glob("*/__init__.py")
    }
    assert listed >= {*myna_lab.__all__, *(name for name in modules if not name.startswith("_"))}
    assert {"cli", "formats", "lab"} <= modules


def test_everything_can_be_imported_at_once() -> None:
    """A star import gives the offered names and no others, each the very thing that its module defines."""
    space: dict[str, object] = {}
    exec("from myna_lab import *", space)
    assert set(space) - {"__builtins__"} == set(myna_lab.__all__)
    lab, errors, parameters = (importlib.import_module(f"myna_lab.{name}") for name in ("lab", "errors", "parameters"))
    assert space["Lab"] is lab.Lab and space["MynaLabError"] is errors.MynaLabError
    assert space["Parameters"] is parameters.Parameters


def test_modules_are_there_without_an_import_of_their_own() -> None:
    """`myna_lab.kit` works right after `import myna_lab`, as it did when everything was loaded at once."""
    assert in_a_fresh_process("import myna_lab; print(myna_lab.kit.__name__)").split() == ["myna_lab.kit"]


@pytest.mark.parametrize("name", ["lba", "_lab", "__wrapped__", "Labs"])
def test_what_is_not_there_is_said(name: str) -> None:
    """Another name is an AttributeError that repeats it, so that hasattr, copy and pickle see what they expect."""
    with pytest.raises(AttributeError, match=f"'myna_lab' has no attribute '{name}'"):
        getattr(myna_lab, name)
    with pytest.raises(ImportError, match=name):
        exec(f"from myna_lab import {name}")


@pytest.mark.parametrize("name", myna_lab.__all__)
def test_names_survive_pickling(name: str) -> None:
    """What is found by name is found again by name, in this process and in a fresh one."""
    stored = pickle.dumps(getattr(myna_lab, name))
    assert pickle.loads(stored) is getattr(myna_lab, name)
    assert in_a_fresh_process(f"import pickle; print(pickle.loads({stored!r}).__name__)").split() == [name]


INTERRUPTED = """
import signal, sys

class Strike:
    def find_spec(self, name, path=None, target=None):
        if name == "{}":
            signal.raise_signal(signal.SIGINT)

sys.meta_path.insert(0, Strike())
try:
    from myna_lab import Lab
except KeyboardInterrupt:
    print("struck", "myna_lab.lab.lab" in sys.modules)
sys.meta_path.pop(0)
from myna_lab import Lab
print(Lab(seed=1).resident().person)
"""


@pytest.mark.parametrize(
    "module", ["cryptography.x509", "cryptography.hazmat.bindings", "myna_lab.world.things", "sqlite3"]
)
def test_ctrl_c_waits_until_a_name_is_loaded(module: str) -> None:
    """Struck in the middle of the first use, the interrupt is raised after it; nothing is left loaded by half."""
    assert in_a_fresh_process(INTERRUPTED.format(module)).split() == ["struck", "True", "person-1"]
