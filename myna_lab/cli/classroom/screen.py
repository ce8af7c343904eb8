"""What the teacher's screen shows: address, code, QR code, and what is walled and what is not."""

from __future__ import annotations

import io
from pathlib import Path

from myna_lab.cli.classroom.certificate import fingerprint
from myna_lab.cli.classroom.folder import Settings

__all__ = ["NO_WALLS", "WALLS", "shown"]

WALLS = "Each student is behind a wall. (学生どうしのファイルは見えません)"
NO_WALLS = (
    "NO WALLS: students can read and change each other's files, the solutions and the class's secrets. "
    "(壁なし：学生は、互いのファイル、解答、クラスの秘密を読み書きできます)"
)


def shown(settings: Settings, code: str, limit: int) -> list[str]:
    """The lines.

    Args:
        settings: how the class was started.
        code: the class code, which everybody in the room may see.
        limit: MiB that each student's folder may take.
    """
    lines = [
        *_qr(settings.url),
        f"   address (アドレス)      {settings.url}",
        f"   class code (クラスコード)  {code[:4]} {code[4:]}",
        f"   up to {settings.students} students (学生{settings.students}人まで)",
        f"   up to {limit} MB in each one's folder (フォルダーは1人{limit} MBまで)",
        "",
        WALLS if settings.walls else NO_WALLS,
    ]
    if settings.certificate:
        lines += [
            "A self-made certificate makes each browser warn once; its SHA-256 fingerprint:"
            " (自己署名の証明書なら、ブラウザーが一度警告します。指紋は次のとおり)",
            f"   {fingerprint(Path(settings.certificate))}",
        ]
    else:
        lines.append("Only this computer can open it; a class on a network needs --address. (このコンピューターだけ)")
    return lines


def _qr(url: str) -> list[str]:
    """The address as a QR code of half blocks."""
    import segno

    drawn = io.StringIO()
    segno.make(url, micro=False).terminal(drawn, compact=True)
    return drawn.getvalue().splitlines()
