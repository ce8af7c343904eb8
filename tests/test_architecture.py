"""The order of the modules, and that importing them is cheap."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).resolve().parent.parent
HEAVY = ("IPython", "PIL", "ipywidgets", "jupyterlab", "matplotlib", "numpy", "pandas", "pyhanko_certvalidator")
LOADED_LATE = {"frames", "scenarios"}
"""What is pandas and numpy throughout: the module of tables, and the model of a nation; others import them late."""
ABOVE_THE_CORE = ("__main__", "cli", "notebooks", "serve", "widgets")

LOADED = """
import importlib, json, sys, time
start = time.process_time()
for name in {names!r}:
    importlib.import_module(name)
spent = time.process_time() - start
print(json.dumps([spent, sorted({{name.partition(".")[0] for name in sys.modules}})]))
"""


def load(*names: str) -> tuple[float, set[str]]:
    """CPU seconds that a fresh interpreter spends on importing, and the packages that are loaded then."""
    program = LOADED.format(names=names)
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, cwd=ROOT, timeout=120, check=False)
    assert answer.returncode == 0, answer.stderr.decode()[-2000:]
    spent, loaded = json.loads(answer.stdout)
    return spent, set(loaded)


def core_modules() -> list[str]:
    """Every module below serve and widgets; the kit's programs are files that it hands out."""
    files = (file.relative_to(ROOT).with_suffix("") for file in (ROOT / "myna_lab").rglob("*.py"))
    modules = (file.parent if file.name == "__init__" else file for file in files)
    parts = sorted(module.parts for module in modules if "programs" not in module.parts)
    light = (part for part in parts if LOADED_LATE.isdisjoint(part))
    return [".".join(part) for part in light if len(part) == 1 or part[1] not in ABOVE_THE_CORE]


def test_import_contracts(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Every contract of pyproject.toml on who may import whom is kept."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sys, "path", [*sys.path])
    # It would silence the loggers of all that is loaded already, and tests that listen to them come later.
    monkeypatch.setattr("logging.config.dictConfig", lambda config: None)
    assert lint_imports(config_filename="pyproject.toml", no_cache=True) == 0, capsys.readouterr().out


def test_importing_the_package_is_light(record_property: Callable[[str, object], None]) -> None:
    """The lab's module loads no pandas, numpy, Pillow, IPython or matplotlib; its CPU time is shown, not judged."""
    spent, loaded = load("myna_lab.lab")
    record_property("measured", f"from myna_lab import Lab: {spent:.2f} s of CPU")
    assert loaded.isdisjoint(HEAVY)


def test_every_core_module_is_light() -> None:
    """No module of the core loads a heavy library before one of its functions needs it."""
    assert load(*core_modules())[1].isdisjoint(HEAVY)


@pytest.mark.parametrize("name", HEAVY)
def test_heavy_libraries_would_be_seen(name: str) -> None:
    """The two tests above can fail: each heavy library is installed, and is seen once it is imported."""
    assert name in load(name)[1]
