"""What a class needs from the computer: the lines that ``myna-lab doctor`` adds, and what a start refuses without."""

from __future__ import annotations

import sys
import tempfile
from importlib import util
from pathlib import Path

from myna_lab.cli.classroom import proxy, wall
from myna_lab.cli.doctor import SYSTEM_CURE, Finding

__all__ = ["INSTALL_CLASS", "class_findings", "no_wall"]

INSTALL_CLASS = 'pip install ".[class]"'


def no_wall() -> str:
    """Why there can be no walls between students here, or nothing."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("student", "solutions"):
            (Path(folder) / name).mkdir()
        return wall.trouble(Path(folder) / "student", Path(folder) / "solutions")


def class_findings() -> list[Finding]:
    """The hub, its proxy, the walls: all optional, since one learner needs none."""
    if sys.platform == "win32":
        words = ("Class: not on Windows (use WSL)", "クラス：Windowsでは使えません（WSLなら使えます）")
        return [Finding("class_hub", False, True, *words, cure="WSL")]
    hub = util.find_spec("jupyterhub") is not None
    en, ja = ("installed", "あります") if hub else ("missing", "ありません")
    found = [Finding("class_hub", hub, True, f"Class: JupyterHub {en}", f"クラス：JupyterHub {ja}", INSTALL_CLASS)]
    if not hub:
        return found
    there = proxy.installed()
    en, ja = ("installed", "あります") if there else ("missing", "ありません")
    found.append(Finding("class_proxy", there, True, f"Class: its proxy {en}", f"クラス：プロキシ {ja}", proxy.CURE))
    why = no_wall()
    en = f"none: {why}; students could read each other's files" if why else "work"
    ja = f"作れません（{why}）。学生は互いのファイルを読めます" if why else "作れます"
    cure = SYSTEM_CURE.format(package="bubblewrap")
    words = (f"Class: walls between students {en}", f"クラス：学生の間の壁 {ja}")
    return [*found, Finding("class_walls", not why, True, *words, cure)]
