"""pyproject.toml, environment.yml and constraints.txt name the same packages, in versions that fit."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NOT_SET_UP = {"lite", "smartcard"}
"""Extras that `make setup` leaves out."""


def wanted() -> dict[str, str]:
    """Name and version range of everything that `make setup` installs."""
    extras = (rows for name, rows in PROJECT["optional-dependencies"].items() if name not in NOT_SET_UP)
    rows = [Requirement(row) for row in (*PROJECT["dependencies"], *(row for extra in extras for row in extra))]
    return {canonicalize_name(row.name): str(row.specifier) for row in rows if row.name != PROJECT["name"]}


def pinned() -> dict[str, Version]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = (line.split("==") for line in lines if line and not line.startswith("#"))
    return {canonicalize_name(name): Version(version) for name, version in pins}


def test_conda_and_pip_install_the_same() -> None:
    """environment.yml asks for the same packages in the same ranges as pyproject.toml, then for the project itself."""
    rows = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    by_pip = next(row["pip"] for row in rows if isinstance(row, dict))
    assert by_pip[-1] == "--editable ."
    found = [Requirement(row) for row in [*(row for row in rows if isinstance(row, str)), *by_pip[:-1]]]
    ranges = {canonicalize_name(row.name): str(row.specifier) for row in found}
    assert len(ranges) == len(found)
    assert ranges.pop("python") == PROJECT["requires-python"]
    assert ranges.pop("pip") == ""
    assert ranges == wanted()


def test_everything_wanted_is_pinned_in_its_range() -> None:
    """constraints.txt holds a version of each package that pyproject.toml asks for, inside the asked range."""
    site = map(Requirement, PROJECT["optional-dependencies"]["lite"][1:])
    for name, specifier in [*wanted().items(), *((row.name, str(row.specifier)) for row in site)]:
        assert pinned()[name] in Requirement(f"x{specifier}").specifier, name


def test_pins_are_versions_and_nothing_else() -> None:
    """Every line is name==version: no address, no path, no editable install; each name once."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+]+", line) for line in pins)
    assert len(pinned()) == len(pins)


def test_make_installs_what_people_do() -> None:
    """`make lab` waits for the workbench alone, `make class` for the hub on top, `make setup` for all of it."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    extras = PROJECT["optional-dependencies"]
    assert set(extras) == {"workbench", "class", "development", "lite", "smartcard"}
    assert extras["class"][0] == "myna-lab[workbench]"
    assert extras["development"][0] == "myna-lab[class]"
    assert extras["lite"][0] == "myna-lab[workbench]"
    assert re.findall(r"--editable '\.\[(\w+)\]'", makefile) == ["workbench", "class", "lite", "development"]
    assert re.search(r"^lite: \$\(LITE\) ##", makefile, re.MULTILINE)
    assert re.search(r"^lab: \$\(WORKBENCH\) ##", makefile, re.MULTILINE)
    assert re.search(r"^test: setup ##", makefile, re.MULTILINE)


def test_the_library_alone_needs_no_jupyter() -> None:
    """Jupyter, a server and a PDF library come with the workbench, and are not forced on who wants the library."""
    core = {canonicalize_name(Requirement(row).name) for row in PROJECT["dependencies"]}
    heavy = {"jupyterlab", "ipywidgets", "voila", "matplotlib", "pyhanko", "httptools", "jupyterhub", "pyarrow"}
    assert not core & heavy


def test_the_library_asks_for_no_more_than_pyodide_has() -> None:
    """The lowest versions that the library takes are at or below those that Pyodide 314 has for a browser."""
    in_pyodide = {"click": "8.3.1", "cryptography": "47.0.0", "numpy": "2.4.6", "pandas": "3.0.2", "pillow": "12.2.0"}
    in_pyodide |= {"tqdm": "4.67.3"}
    by_pip = {"asn1crypto", "cbor2"}  # pure, and built for Pyodide in the Python registry
    rows = {canonicalize_name(row.name): row.specifier for row in map(Requirement, PROJECT["dependencies"])}
    assert set(rows) == set(in_pyodide) | by_pip
    assert all(Version(version) in rows[name] for name, version in in_pyodide.items())
