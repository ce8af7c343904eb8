"""The health of an installation: what is there, what is missing, and the one line that cures it.

    examine() -> [Finding] -> print_report

What is optional serves other people's programs (OpenSC on a virtual reader) and the browser tests; the workbench and
the walkthrough need none of it.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import metadata

from myna_lab.ground.extras import INSTALL_WORKBENCH
from myna_lab.texts.fonts import JAPANESE_FONTS

__all__ = ["Finding", "chromium", "examine", "print_report", "program"]

VPCD_PORT = 35963
"""Where the virtual reader waits for a card; the default of vsmartcard."""
SYSTEM_CURE = "make system (Debian, Ubuntu), or: apt-get install {package}"
BROWSERS = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser", "chrome", "msedge")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    name: str
    """Stable name, such as ``python`` or ``opensc``."""
    ok: bool
    optional: bool
    """Whether the workbench works without it."""
    words_en: str
    """What was found, in one line."""
    words_ja: str
    cure: str = ""
    """A command or a step, for what is not ok."""


def program(name: str) -> str | None:
    """The path of an outside program, or None; administrators' folders count, since daemons live there."""
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin", "/usr/local/sbin"])
    return shutil.which(name, path=path)


def chromium() -> str | None:
    """The path of a browser of the Chromium family that starts, or None; ``MYNA_LAB_CHROMIUM`` names another one.

    A name alone is no proof: Ubuntu's ``chromium-browser`` is a script that only points to a snap.
    """
    given = os.environ.get("MYNA_LAB_CHROMIUM")
    candidates = [given] if given else [path for name in BROWSERS if (path := program(name))]
    return next((path for path in candidates if _starts(path)), None)


def _starts(path: str) -> bool:
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    ok = sys.version_info >= (3, 11)
    return Finding("python", ok, False, f"Python {version}", f"Python {version}", "install Python 3.11 or newer")


def _distribution(name: str, distribution: str, en: str, ja: str) -> Finding:
    cure = INSTALL_WORKBENCH
    try:
        version = metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return Finding(name, False, False, f"{en}: missing", f"{ja}：ありません", cure)
    return Finding(name, True, False, f"{en} {version}", f"{ja} {version}")


def _rest_of_workbench() -> Finding:
    """What else the extra asks for: the kit, `serve revocation`, Excel, the page without code."""
    asked = [row for row in metadata.requires("myna-lab") or () if re.search(r"extra *== *[\"']workbench[\"']", row)]
    names = sorted(match[0] for row in asked if (match := re.match(r"[\w.-]+", row)))
    missing = [name for name in names if not _is_installed(name)]
    en = f"missing {', '.join(missing)}" if missing else f"all {len(names)} packages"
    ja = f"{', '.join(missing)} がありません" if missing else f"{len(names)}個のパッケージがすべてある"
    return Finding(
        "workbench", bool(names) and not missing, False, f"Workbench: {en}", f"ワークベンチ：{ja}", INSTALL_WORKBENCH
    )


def _is_installed(distribution: str) -> bool:
    try:
        metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return False
    return True


def _fonts() -> Finding:
    name, optional = "japanese_font", False
    try:
        from matplotlib import font_manager, get_cachedir
    except ImportError:
        return Finding(name, False, optional, "matplotlib: missing", "matplotlib：ありません", INSTALL_WORKBENCH)
    known = {font.name: font.fname for font in font_manager.fontManager.ttflist}
    if found := next((family for family in JAPANESE_FONTS if family in known), None):
        return Finding(name, True, optional, f"Japanese font: {found}", f"日本語フォント：{found}")
    # Installed after matplotlib made its list? Then the list is what is wrong.
    for path in set(font_manager.findSystemFonts()) - set(known.values()):
        try:
            family = font_manager.get_font(path).family_name
        except (OSError, RuntimeError):
            continue
        if family in JAPANESE_FONTS:
            cure = f"delete the folder {get_cachedir()} and start again"
            return Finding(
                name,
                False,
                optional,
                f"Japanese font: {family}, not yet in matplotlib's list",
                f"日本語フォント：{family}（matplotlibの一覧が古い）",
                cure,
            )
    cure = SYSTEM_CURE.format(package="fonts-noto-cjk") + "; elsewhere install Noto Sans JP"
    return Finding(
        name, False, optional, "Japanese font: missing; letters become boxes", "日本語フォント：ありません", cure
    )


def _program(name: str, command: str, package: str, en: str, ja: str) -> Finding:
    path = program(command)
    seen = path or "missing"
    cure = SYSTEM_CURE.format(package=package)
    return Finding(name, path is not None, True, f"{en}: {seen}", f"{ja}：{path or 'ありません'}", cure)


def _virtual_reader() -> Finding:
    # A card plugs into the reader by connecting; so look whether the port is taken, and do not knock.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        try:
            probe.bind(("127.0.0.1", VPCD_PORT))
        except OSError:
            waiting = True
        else:
            waiting = False
    answer = ("a reader waits", "待ち受け中") if waiting else ("no reader waits", "待ち受けなし")
    cure = "install vsmartcard-vpcd (make system), then start pcscd: sudo pcscd"
    return Finding(
        "virtual_reader",
        waiting,
        True,
        f"virtual reader, port {VPCD_PORT}: {answer[0]}",
        f"仮想リーダー（ポート{VPCD_PORT}）：{answer[1]}",
        cure,
    )


def _browser() -> Finding:
    path = chromium()
    cure = SYSTEM_CURE.format(package="chromium") + "; or set MYNA_LAB_CHROMIUM to a browser of its family"
    return Finding(
        "chromium", path is not None, True, f"Chromium: {path or 'missing'}", f"Chromium：{path or 'ありません'}", cure
    )


def examine() -> list[Finding]:
    """Look at everything, in the order of what is needed first; nothing is changed."""
    return [
        _python(),
        _distribution("jupyterlab", "jupyterlab", "JupyterLab", "JupyterLab"),
        _distribution("ipywidgets", "ipywidgets", "Widgets (ipywidgets)", "ウィジェット（ipywidgets）"),
        _distribution("jupyterlab_widgets", "jupyterlab_widgets", "Widgets in JupyterLab", "JupyterLabのウィジェット"),
        _rest_of_workbench(),
        _fonts(),
        _program("opensc", "pkcs11-tool", "opensc", "OpenSC", "OpenSC"),
        _program("pcscd", "pcscd", "pcscd", "PC/SC daemon (pcscd)", "PC/SCデーモン（pcscd）"),
        _virtual_reader(),
        _browser(),
    ]


def print_report(
    echo: Callable[[str], object] = print, language: str = "en", findings: Iterable[Finding] | None = None
) -> bool:
    """Print one line for each finding, with the cure below what is missing.

    Args:
        echo: prints one line.
        language: ``en`` or ``ja``.
        findings: what to print; None: look now.

    Returns:
        Whether everything that the workbench needs is there.
    """
    seen = list(examine() if findings is None else findings)
    for finding in seen:
        mark = "ok" if finding.ok else "--" if finding.optional else "NO"
        optional = {"en": " (optional)", "ja": "（任意）"}[language] if finding.optional and not finding.ok else ""
        echo(f"{mark}  {finding.words_ja if language == 'ja' else finding.words_en}{optional}")
        if not finding.ok:
            echo(f"      {'対処：' if language == 'ja' else 'cure: '}{finding.cure}")
    return all(finding.ok or finding.optional for finding in seen)
