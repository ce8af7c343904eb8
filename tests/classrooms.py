"""A student's browser, without a screen: logs in at a hub, reaches the own server, runs notebooks there."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from typing import Any, ClassVar
from urllib.parse import quote, urlencode, urljoin, urlsplit

from tornado.httpclient import AsyncHTTPClient, HTTPRequest, HTTPResponse
from tornado.websocket import WebSocketClientConnection, websocket_connect

PATIENCE = 300.0
"""Seconds for a server to start, and for any answer, when forty start at once on two cores."""

AsyncHTTPClient.configure(None, max_clients=400)  # each student is a browser of its own


class _Alert(HTMLParser):
    """The text of what the log-in page says in its alert."""

    def __init__(self) -> None:
        super().__init__()
        self.text, self._inside = "", False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self._inside = self._inside or ("role", "alert") in attributes

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "p"

    def handle_data(self, data: str) -> None:
        self.text += data if self._inside else ""


class Student:
    """One browser with its cookies."""

    channels: ClassVar[list[WebSocketClientConnection]] = []
    """Of all browsers."""

    def __init__(self, url: str, name: str, word: str = "neko neko", *, trust: str | None = None) -> None:
        self.url, self.name, self.word = url, name, word
        self.path = ""
        """Of the own server, such as ``/user/01/``; empty before the log-in."""
        self._trust = trust
        self._cookies: dict[tuple[str, str], str] = {}

    async def ask(self, path: str, *, method: str = "GET", body: Any = None, form: Any = None) -> HTTPResponse:
        """One request and, for a GET, what it leads to; cookies are kept."""
        url = urljoin(self.url, path)
        for _ in range(12):
            headers = {"Cookie": self._cookie(urlsplit(url).path)}
            if form is not None:
                headers["Content-Type"] = "application/x-www-form-urlencoded"
            if method != "GET":
                headers["X-XSRFToken"] = self._value("_xsrf", urlsplit(url).path)
            data = urlencode(form) if form is not None else json.dumps(body) if body is not None else None
            request = HTTPRequest(
                url,
                method=method,
                headers=headers,
                body="" if data is None and method not in ("GET", "DELETE") else data,
                follow_redirects=False,
                request_timeout=PATIENCE,
                connect_timeout=PATIENCE,
                ca_certs=self._trust,
            )
            answer = await AsyncHTTPClient().fetch(request, raise_error=False)
            self._keep(answer)
            if answer.code not in (301, 302, 303, 307) or method != "GET":
                return answer
            url = urljoin(url, answer.headers["Location"])
        raise AssertionError(f"{path} leads in a circle")

    def _keep(self, answer: HTTPResponse) -> None:
        for line in answer.headers.get_list("Set-Cookie"):
            for name, morsel in SimpleCookie(line).items():
                self._cookies[morsel["path"] or "/", name] = morsel.value

    def _cookie(self, path: str) -> str:
        fitting = sorted(
            ((at, name) for at, name in self._cookies if path.startswith(at)), key=lambda key: -len(key[0])
        )
        return "; ".join(f"{name}={self._cookies[at, name]}" for at, name in fitting)

    def _value(self, wanted: str, path: str) -> str:
        fitting = [(at, value) for (at, name), value in self._cookies.items() if name == wanted and path.startswith(at)]
        return max(fitting, key=lambda each: len(each[0]), default=("", ""))[1]

    async def log_in(self, code: str, **more: str) -> str:
        """Send the form; what the page answers: nothing, or why it refuses."""
        form_page = await self.ask("hub/login")
        assert b'class="class-door"' in form_page.body, "not our template"
        form = {"username": self.name, "code": code, "word": self.word, **more}
        answer = await self.ask("hub/login", method="POST", form={**form, "_xsrf": self._value("_xsrf", "/hub/login")})
        if answer.code == 302:
            return ""
        page = _Alert()
        page.feed(answer.body.decode())
        assert page.text, (answer.code, answer.body.decode()[:300])
        return page.text

    async def sit_down(self) -> str:
        """Wait for the own server, and open its first page; the page's address."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            page = await self.ask("hub/spawn")
            path = urlsplit(page.effective_url).path
            if path.startswith("/user/") and page.code == 200:
                self.path = "/".join(path.split("/")[:3]) + "/"
                return path
            assert page.code in (200, 424, 503), (page.code, page.body[:500])
            await asyncio.sleep(1)
        raise AssertionError("no server in time")

    async def put(self, path: str, content: str) -> int:
        """Save a text file in the own folder; the status."""
        body = {"type": "file", "format": "text", "content": content}
        return (await self.ask(f"{self.path}api/contents/{quote(path)}", method="PUT", body=body)).code

    async def get(self, path: str) -> Any:
        """A file of the own folder, as the server tells it."""
        return json.loads((await self.ask(f"{self.path}api/contents/{quote(path)}")).body)

    async def kernel(self) -> Kernel:
        """A new kernel of the own server."""
        began = await self.ask(f"{self.path}api/kernels", method="POST", body={"name": "python3"})
        assert began.code == 201, began.body
        return await self.connect(json.loads(began.body)["id"])

    async def connect(self, number: str) -> Kernel:
        """A kernel that runs already."""
        path = f"{self.path}api/kernels/{number}/channels"
        url = urljoin(self.url, path).replace("http", "ws", 1)
        request = HTTPRequest(
            url,
            headers={"Cookie": self._cookie(path)},
            ca_certs=self._trust,
            request_timeout=PATIENCE,
            connect_timeout=PATIENCE,
        )
        channel = await websocket_connect(request)
        self.channels.append(channel)
        return Kernel(number, channel)

    @classmethod
    async def close_all(cls) -> None:
        """Close all channels, and let them go."""
        while cls.channels:
            cls.channels.pop().close()
        await asyncio.sleep(1)

    async def run(self, notebook: str) -> list[str]:
        """Run all cells of a notebook of the own folder, first to last; what failed."""
        cells = (await self.get(notebook))["content"]["cells"]
        kernel = await self.kernel()
        failed = []
        for number, cell in enumerate(cells):
            if cell["cell_type"] == "code":
                _, error = await kernel.run(cell["source"])
                failed += [f"{notebook}, cell {number}: {error}"] if error else []
        await self.ask(f"{self.path}api/kernels/{kernel.number}", method="DELETE")
        return failed


class Kernel:
    """A kernel's channel."""

    def __init__(self, number: str, channel: WebSocketClientConnection) -> None:
        self.number = number
        self._channel = channel

    async def run(self, source: str, seconds: float = 120) -> tuple[str, str]:
        """Run a cell: what it printed or showed as text, and its error if there is one."""
        asked = uuid.uuid4().hex
        header = {"msg_id": asked, "msg_type": "execute_request", "session": asked, "username": "", "version": "5.3"}
        content = {"code": source, "silent": False, "store_history": True, "allow_stdin": False}
        message = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell"}
        await self._channel.write_message(json.dumps(message))
        said, error = "", ""
        async with asyncio.timeout(seconds):
            while True:
                received = await self._channel.read_message()
                assert received is not None, "the channel was closed"
                answer = json.loads(received)
                if answer["parent_header"].get("msg_id") != asked:
                    continue
                match answer["msg_type"], answer["content"]:
                    case "stream", {"text": text}:
                        said += text
                    case "execute_result", {"data": {"text/plain": text}}:
                        said += text
                    case "error", {"ename": name, "evalue": value}:
                        error = f"{name}: {value}"
                    case "status", {"execution_state": "idle"}:
                        return said.strip(), error
