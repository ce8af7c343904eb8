"""Take the pictures of the course anew: python tools/make_pictures.py [NAME.png ...]

A page without a kernel shows no widget, so a picture of each stands above it. JupyterLab is started on loopback with
a notebook of one cell; a browser opens it, presses the button, and takes the picture, sharper than a page shows it.

Those of notebooks speak both languages; those of the two READMEs (docs/pictures) one each.

    cell -> JupyterLab -> button -> picture -> few colours -> notebooks/pictures/, docs/pictures/
"""

from __future__ import annotations

import io
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from myna_lab.cli import doctor
from myna_lab.texts import LANGUAGES

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "notebooks" / "pictures"
READMES = ROOT / "docs" / "pictures"
COLOURS = 40
SECONDS_TO_START = 60


class Picture(NamedTuple):
    """A view, and what is pressed before the picture is taken."""

    cell: str
    css: str
    """Class of the view."""
    button: str
    """CSS of the button."""
    until: str
    """CSS of what must have appeared."""
    width: int
    """Of the window, in CSS pixels."""
    height: int
    """Of the picture; what is below is left out."""
    shown: tuple[str, ...]
    """CSS of what must be on the picture whole."""
    scale: float
    """Pixels of the picture to one CSS pixel: at the width of a page, two or more."""


def _wizard(make: str, language: str = "both", height: int = 740) -> Picture:
    """The wizard of a phone of this make (``iphone``, ``android``), just before it reads the card."""
    cell = f"""
from myna_lab import Lab
from myna_lab.widgets import wizard

lab = Lab(seed=3)
hanako = lab.resident(name="青葉　花子", sex="female", born="1990-04-01")
flow = lab.{make}(hanako).add_card()
while flow.screen.name != "READ":
    flow.next(flow.own_entry())
wizard(flow, "{language}")
"""
    shown = (".mnc-what", ".mnc-panel tr:nth-child(2)")
    return Picture(cell, ".mnc-wizard", ".mnc-phone .mnc-main", ".mnc-panel tr:nth-child(5)", 1640, height, shown, 1.6)


def _two_phones(language: str = "both", height: int = 760) -> Picture:
    """Two phones, just before the card is added to the second one."""
    cell = f"""
from myna_lab import Lab
from myna_lab.widgets import one_phone

lab = Lab(seed=3)
hanako = lab.resident(name="青葉　花子", sex="female", born="1990-04-01")
lab.iphone(hanako).add_card().run(same_pins=True)
lab.advance("6min")
one_phone(lab, hanako, "{language}")
"""
    revoked = f".mnc-now :text('{'revoked' if language == 'en' else '失効'}'):visible"
    return Picture(cell, ".mnc-one-phone", ".mnc-android-side .mnc-main", revoked, 1640, height, (".mnc-now",), 1.6)


PICTURES = {
    FOLDER / "wizard.png": _wizard("iphone"),
    FOLDER / "android.png": _wizard("android"),
    FOLDER / "one_phone.png": _two_phones(),
    **{READMES / f"wizard_{language}.png": _wizard("iphone", language) for language in LANGUAGES},
    **{READMES / f"one_phone_{language}.png": _two_phones(language) for language in LANGUAGES},
    FOLDER / "services_desk.png": Picture(
        """
from myna_lab import Lab
from myna_lab.widgets import services_desk

lab = Lab(seed=3)
iphone = lab.iphone(lab.resident(name="青葉　花子", sex="female", born="1990-04-01"))
iphone.add_card().run(same_pins=True)
lab.advance_to("2025-06-24 09:23")
lab.certificates(iphone, kind="phone_sign")[0].revoke("KEY_COMPROMISE")
desk = services_desk(lab, iphone)
desk.service.value = "desk"
desk
""",
        ".mnc-desk",
        ".mnc-question .mnc-main",
        ".mnc-in-time .mnc-is-hidden",
        1640,
        620,
        (".mnc-in-time",),
        1.6,
    ),
    FOLDER / "certificate_viewer.png": Picture(
        """
from myna_lab import Lab
from myna_lab.widgets import certificate_viewer

lab = Lab(seed=3)
iphone = lab.iphone(lab.resident(name="青葉　花子", sex="female", born="1990-04-01"))
iphone.add_card().run(same_pins=True)
card, phone = (lab.certificates(kind=kind)[0] for kind in ("card_sign", "phone_sign"))
certificate_viewer(lab, card, beside=phone)
""",
        ".mnc-viewer",
        ".mnc-paper .mnc-f1 label",
        ".mnc-pick-1:checked",
        1640,
        700,
        (".mnc-paper .mnc-f1",),
        1.4,
    ),
    FOLDER / "answer_viewer.png": Picture(
        """
from myna_lab import Lab
from myna_lab.widgets import certificate_viewer

lab = Lab(seed=3)
iphone = lab.iphone(lab.resident(name="青葉　花子", sex="female", born="1990-04-01"))
iphone.add_card().run(same_pins=True)
lab.advance("20min")
lost = lab.certificates(kind="phone_auth")[0]
lost.revoke("KEY_COMPROMISE")
lab.advance("2d")
certificate_viewer(lab, lost, beside="before", paper="answer")
""",
        ".mnc-viewer",
        ".mnc-paper .mnc-f9 label",
        ".mnc-pick-9:checked",
        1400,
        1190,
        (".mnc-paper .mnc-f9",),
        1.0,
    ),
    FOLDER / "player.png": Picture(
        """
from myna_lab import Lab
from myna_lab.widgets import player

view = player(Lab(seed=3), "lost_on_friday")
view.telling.to_the_end()
view.telling.go_to(4)
view.refresh()
view
""",
        ".mnc-player",
        ".mnc-choice:nth-child(2)",
        ".mnc-line-gap",
        1400,
        900,
        (".mnc-line",),
        1.3,
    ),
    FOLDER / "missions.png": Picture(
        """
from myna_lab.widgets import missions

missions("clinic_believes")
""",
        ".mnc-missions",
        "button:has-text('病院の受付')",
        ".mnc-answer",
        1400,
        640,
        (".mnc-stands",),
        1.3,
    ),
    FOLDER / "attackers.png": Picture(
        """
from myna_lab import Lab
from myna_lab.widgets import attack_table

attack_table(Lab(seed=3, start="2025-10-01 12:00"), "watcher")
""",
        ".mnc-player",
        ".mnc-cell:nth-child(3)",
        ".mnc-chosen",
        1400,
        900,
        (".mnc-cells",),
        1.3,
    ),
    FOLDER / "parameters.png": Picture(
        """
from myna_lab.widgets import parameter_table

parameter_table()
""",
        ".mnc-player",
        "button:has-text('次の値')",
        "tr.mnc-new",
        1400,
        960,
        (".mnc-panel",),
        1.3,
    ),
}

OPEN = """
import sys
from myna_lab.cli.workbench import open_lab
open_lab(sys.argv[3], folder=sys.argv[1], port=int(sys.argv[2]), browser=False)
"""
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
READY = """() => {
    const kernel = window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel;
    return kernel?.connectionStatus === "connected" && kernel.status === "idle";
}"""
RUN = "async () => window.jupyterapp.commands.execute('notebook:run-all-cells')"


@contextmanager
def jupyterlab(folder: Path) -> Iterator[str]:
    """JupyterLab on a folder, with settings of its own; gives the address with ``{}`` for a notebook's name."""
    token, port = secrets.token_hex(16), _free_port()
    settings = folder / "settings"
    settings.mkdir()
    (settings / "jupyter_lab_config.json").write_text('{"LabApp": {"expose_app_in_browser": true}}', encoding="utf-8")
    own = {"HOME": str(folder), "JUPYTER_CONFIG_DIR": str(settings), "JUPYTER_TOKEN": token}
    first = next(folder.glob("*.ipynb")).name
    command = [sys.executable, "-c", OPEN, str(folder), str(port), first]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, env=os.environ | own)
    try:
        _wait_for(f"http://127.0.0.1:{port}/api/status?token={token}", server)
        yield f"http://127.0.0.1:{port}/lab/workspaces/{{0}}/tree/{{0}}.ipynb?token={token}&reset"
    finally:
        server.terminate()
        server.wait(timeout=30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(SECONDS_TO_START * 5):
        if server.poll() is not None:
            break
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    sys.exit("JupyterLab did not start.")


def take(page: Page, address: str, picture: Picture) -> bytes:
    """Run the one cell, press the button, and return the view as PNG."""
    page.set_viewport_size({"width": picture.width, "height": 2400})
    page.goto(address)
    page.locator(".jp-NotebookPanel:visible").wait_for()
    page.wait_for_function(READY)
    page.evaluate(RUN)
    view = page.locator(picture.css)
    view.locator(picture.button).click()
    view.locator(picture.until).first.wait_for()
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement.blur()")
    page.wait_for_timeout(500)  # until the last of the words is drawn
    box = view.bounding_box() or sys.exit("The view is not on the page.")
    box["height"] = min(box["height"], picture.height)
    for css in picture.shown:
        part = view.locator(css).first.bounding_box() or sys.exit(f"{css} is not in the view.")
        if part["y"] + part["height"] > box["y"] + box["height"]:
            sys.exit(f"{css} is cut off: make the picture higher.")
    return page.screenshot(clip={**box})


def _notebook(source: str) -> dict[str, object]:
    cell: dict[str, object]
    cell = {"cell_type": "code", "id": "view", "metadata": {}, "execution_count": None, "outputs": [], "source": source}
    # Without a kernel's name JupyterLab asks which one.
    return {"cells": [cell], "metadata": {"kernelspec": KERNEL}, "nbformat": 4, "nbformat_minor": 5}


def smaller(png: bytes) -> bytes:
    """The same picture in few colours: half the octets, and nobody sees a difference."""
    file = io.BytesIO()
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    picture.quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return file.getvalue()


def main(names: Sequence[str]) -> None:
    chromium = doctor.chromium() or sys.exit("No Chromium that starts: run make system.")
    chosen = {file: picture for file, picture in PICTURES.items() if not names or file.name in names}
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        for file, picture in chosen.items():
            notebook = json.dumps(_notebook(picture.cell.strip()))
            Path(temporary, f"{file.stem}.ipynb").write_text(notebook, encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--no-first-run"])
        with jupyterlab(Path(temporary)) as address:
            for file, picture in chosen.items():
                # Where one waits a little, a picture does not.
                look = {"device_scale_factor": picture.scale, "locale": "ja-JP", "reduced_motion": "reduce"}
                context = browser.new_context(**look)
                context.set_default_timeout(60_000)
                png = smaller(take(context.new_page(), address.format(file.stem), picture))
                context.close()
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(png)
                print(f"{file}: {len(png) / 1000:.0f} kB")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
