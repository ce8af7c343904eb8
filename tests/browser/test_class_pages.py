"""What a student of a class sees before the first notebook, in the hub's own templates and ours, without a hub."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from sight import LAPTOP, TELEPHONE

from myna_lab.cli.classroom import pages
from myna_lab.cli.classroom.door import Refusal
from myna_lab.cli.classroom.quota import Quota
from myna_lab.cli.classroom.taken import Taken
from needs import optional_module

if TYPE_CHECKING:
    from playwright.sync_api import Page, Route

pytestmark = pytest.mark.browser

HOST = "http://127.0.0.1:9"
TURN = "順番に用意しています。あなたの前に3人います。"


@contextmanager
def hub(page: Page) -> Iterator[Callable[..., None]]:
    """A stand-in of the hub's handlers: shows one of its pages as JupyterHub renders it, and answers for its files."""
    optional_module("jupyterhub")
    from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader
    from jupyterhub._data import DATA_FILES_PATH

    share, shown = Path(DATA_FILES_PATH), [""]
    theirs = FileSystemLoader(share / "templates")
    found = ChoiceLoader([PrefixLoader({"templates": theirs}), FileSystemLoader(pages.FOLDER), theirs])
    templates = Environment(loader=found, autoescape=True)
    given: dict[str, object] = {"words": pages.words(), "base_url": "/hub/", "logout_url": "/hub/logout"}
    given["static_url"] = lambda path, **_: f"/hub/static/{path}"
    quota = Quota(1 << 20)
    quota.begin(Taken(2 << 20, ((2 << 20, "flood"),)))
    spawner = SimpleNamespace(options_form=False, quota=quota)
    student = SimpleNamespace(name="07", json_escaped_name="07", spawner=spawner)

    def answer(route: Route) -> None:
        _, _, path = route.request.url.partition("?")[0].partition("/hub/")
        if path.startswith("static/"):
            route.fulfill(path=share / path)
        elif path == "progress":
            told = json.dumps({"progress": 10, "message": TURN})
            route.fulfill(body=f"retry: 600000\ndata: {told}\n\n", content_type="text/event-stream")
        elif path:
            route.fulfill(body=shown[0], content_type="text/html")
        else:
            route.fulfill(body="")  # axe-core also asks for what the hub's style sheet was made of

    def show(name: str, **more: object) -> None:
        of_whom = {} if name == "login" else {"user": student}
        shown[0] = templates.get_template(f"{name}.html").render(**given, **of_whom, **more)
        page.goto(f"{HOST}/hub/{name}")

    page.route(f"{HOST}/**", answer)
    yield show
    page.unroute(f"{HOST}/**")


def test_from_the_log_in_to_the_own_seat(new_page: Callable[[], Page], axe: Callable[[Page, str], list[str]]) -> None:
    """Refused at the log-in, waiting, no seat, failures: on a telephone and on a laptop, in the light and in the dark.

    Nothing is wider than the window, axe-core is content with the whole page, and where one goes on is in sight.
    """
    page = new_page()
    states: list[tuple[str, dict[str, object]]] = [
        (
            "login",
            {"username": 'はな"こ', "login_error": str(Refusal("wrong_word", name="はなこ")), "page_first": True},
        ),
        ("spawn_pending", {"progress_url": "/hub/progress"}),
        ("not_running", {"failed": True, "failed_message": str(Refusal("disk")), "spawn_url": "/hub/spawn/07"}),
        ("404", {"status_code": 404, "message": ""}),
        ("error", {"status_code": 500, "status_message": "Internal Server Error"}),
        ("error", {"status_code": 507, "exception": SimpleNamespace(jupyterhub_message=str(Refusal("ends")))}),
    ]
    with hub(page) as show:
        for name, values in states:
            page.set_viewport_size({"width": TELEPHONE.width, "height": TELEPHONE.height})
            show(name, **values)
            for dark in ("light", "dark"):
                page.emulate_media(color_scheme=dark)
                page.locator(f"html[data-bs-theme={dark}]").wait_for(state="attached")
                assert axe(page, "html") == [], (name, dark)
            for window in (TELEPHONE, LAPTOP):
                page.set_viewport_size({"width": window.width, "height": window.height})
                assert page.evaluate("document.documentElement.scrollWidth") <= window.width, (name, window)
                goes_on = page.locator(".go, #progress-message").bounding_box()
                assert goes_on and goes_on["y"] + goes_on["height"] <= window.height, (name, window)
            assert {"ja", "en"} <= {*page.locator("[lang]").evaluate_all("all => all.map(one => one.lang)")}
            if name == "login":
                fields = page.get_by_role("textbox")
                assert [field.get_attribute("name") for field in fields.all()] == ["username", "code", "word"]
                assert fields.first.input_value() == values["username"]
                assert page.get_by_role("checkbox").is_checked()
                assert page.get_by_role("alert").inner_text() == values["login_error"]
            elif name == "spawn_pending":
                page.get_by_role("status").get_by_text(TURN).wait_for()
                assert page.get_by_role("progressbar").get_attribute("aria-valuenow") == "10"
            elif name == "not_running":
                assert page.get_by_role("link", name="Take your seat").get_attribute("href") == values["spawn_url"]
                assert "(most: flood (2 MB))" in page.get_by_role("alert").last.inner_text()
            else:
                assert page.get_by_role("link", name="To your seat").get_attribute("href") == "/hub/spawn"
                assert page.get_by_role("alert").count() == ("exception" in values)
