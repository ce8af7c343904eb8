"""What the package offers: each module says it in `__all__`, and each name there is real and explained."""

from __future__ import annotations

import importlib
import inspect
from pathlib import Path
from types import ModuleType

import pytest

import myna_lab

PACKAGE = Path(__file__).resolve().parent.parent / "myna_lab"
FILES = [file for file in sorted(PACKAGE.rglob("*.py")) if file.name != "__main__.py"]


def module_of(file: Path) -> ModuleType:
    parts = file.relative_to(PACKAGE.parent).with_suffix("").parts
    return importlib.import_module(".".join(part for part in parts if part != "__init__"))


each_file = pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))


@each_file
def test_every_module_tells_its_story(file: Path) -> None:
    """A module begins with a docstring."""
    assert (module_of(file).__doc__ or "").strip()


@each_file
def test_every_offered_name_exists(file: Path) -> None:
    """`__all__` lists names that the module has, each once."""
    module = module_of(file)
    names = getattr(module, "__all__", [])
    assert len(set(names)) == len(names)
    assert [name for name in names if not hasattr(module, name)] == []


@each_file
def test_every_offered_name_is_explained(file: Path) -> None:
    """Each class and function in `__all__` has a docstring of its own, and so have the public methods of the class."""
    module, mute = module_of(file), []
    for name in getattr(module, "__all__", []):
        thing = getattr(module, name)
        if not (inspect.isclass(thing) or inspect.isfunction(thing)):
            continue
        if not thing.__doc__ or thing.__doc__.startswith(f"{name}("):  # what dataclass writes by itself
            mute.append(name)
        if inspect.isclass(thing):
            methods = ((n, getattr(m, "fget", m)) for n, m in vars(thing).items() if not n.startswith("_"))
            mute += [
                f"{name}.{n}" for n, method in methods if inspect.isfunction(method) and not inspect.getdoc(method)
            ]
    assert not mute


def test_the_table_of_contents_is_short() -> None:
    """`myna_lab` offers a dozen names at most, the ones a notebook starts with; Lab is the first it needs."""
    assert "Lab" in myna_lab.__all__ and len(myna_lab.__all__) <= 12
    assert sorted(myna_lab.__all__) == list(myna_lab.__all__)
