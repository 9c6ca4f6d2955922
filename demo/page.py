"""The page: both calendars of every pair side by side, where a person edits either and watches it arrive.

    page = Page(pairs)
    print(page.url)         # http://127.0.0.1:PORT/
    page.open()             # from here on it takes edits
    page.wait()             # until Ctrl-C
    page.close()

It answers on loopback only, and only to itself: the Host header must be its own address (so that no name of somebody
else's can be pointed at it), an edit must bear the token the page was given, and the page may load nothing from
anywhere. `acts.py` has what an edit may be. Source: OWASP's cheat sheets on CSRF, DNS rebinding and CSP.
"""

import hmac
import json
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from demo.acts import ActError, Desk
from demo.company import Ground
from demo.ews import ExchangeError
from demo.google_hand import GoogleError
from demo.wire import UnreachableError

PAGE = Path(__file__).with_name("page.html")
_LARGEST = 16 * 1024
_PAUSE = 0.3
_SILENT = 5.0
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Page:
    """The page's server, and the look it takes at the calendars while somebody watches."""

    def __init__(self, pairs: Mapping[str, Ground], now: Callable[[], float] = time.monotonic) -> None:
        self.desk = Desk(pairs, now)
        self.token = secrets.token_urlsafe(24)
        self.looking = threading.Lock()
        self._now = now
        self._asked = 0.0
        self._over = threading.Event()
        self._server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"page": self}))
        self._threads = [
            threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True),
            threading.Thread(target=self._watch, daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://{self.host}/"

    @property
    def host(self) -> str:
        """The only Host header it answers to."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    def open(self) -> None:
        """Take edits from now on."""
        self.desk.taking = True

    def wait(self) -> None:
        """Wait for Ctrl-C, which comes as KeyboardInterrupt."""
        try:
            while not self._over.wait(1.0):
                pass
        except KeyboardInterrupt:
            return

    def close(self) -> None:
        """End the server and the looking."""
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
        for thread in self._threads:
            thread.join()

    def state(self) -> dict[str, Any]:
        """What the page shows; somebody is watching."""
        self._asked = self._now()
        return self.desk.state()

    def _watch(self) -> None:
        """Look at the calendars as long as somebody asks for them."""
        while not self._over.wait(_PAUSE):
            if self._now() - self._asked < _SILENT or self.desk.waiting:
                try:
                    with self.looking:
                        self.desk.look()
                except (ExchangeError, GoogleError, UnreachableError) as error:
                    self.desk.trouble = str(error)


class _Server(ThreadingHTTPServer):
    daemon_threads = True


def document(token: str, nonce: str) -> bytes:
    """The page itself. Token and nonce are of the URL-safe alphabet, so they need no escaping."""
    return PAGE.read_text(encoding="utf-8").replace("{{token}}", token).replace("{{nonce}}", nonce).encode()


def policy(nonce: str) -> str:
    """The Content-Security-Policy: its own script and style, its own address, nothing else."""
    return (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src 'self'; img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30
    page: Page

    def do_GET(self) -> None:
        if not self._mine():
            return self._say(421, "this page answers under its own address only")
        if self.path == "/state":
            return self._answer(200, json.dumps(self.page.state()).encode(), "application/json")
        if self.path != "/":
            return self._say(404, "there is one page here: /")
        nonce = secrets.token_urlsafe(18)
        return self._answer(200, document(self.page.token, nonce), "text/html; charset=utf-8", policy(nonce))

    def do_POST(self) -> None:
        # an unread body would be taken for the next request
        self.close_connection = True
        own = self.page.url.removesuffix("/")
        if not self._mine() or self.headers.get("Origin", own) != own:
            return self._say(421, "this page answers under its own address only")
        if not hmac.compare_digest(self.headers.get("X-Demo-Token", "").encode(), self.page.token.encode()):
            return self._say(403, "an edit comes from the page itself; load it anew")
        length = self.headers.get("Content-Length", "")
        if self.path != "/act" or not length.isdecimal() or int(length) > _LARGEST:
            return self._say(400, "an edit is a POST to /act, and short")
        return self._say(*self._act(self.rfile.read(int(length))))

    def log_message(self, *_: object) -> None:
        pass

    def _act(self, body: bytes) -> tuple[int, str]:
        try:
            self.page.desk.act(json.loads(body))
        except ActError as error:
            return 400, str(error)
        except ValueError:
            return 400, "an edit is written in JSON"
        except (ExchangeError, GoogleError, UnreachableError) as error:
            return 502, str(error)
        return 200, ""

    def _mine(self) -> bool:
        return self.headers.get("Host") == self.page.host

    def _say(self, status: int, text: str) -> None:
        self._answer(status, json.dumps({"error": text}).encode(), "application/json")

    def _answer(self, status: int, body: bytes, kind: str, csp: str = "default-src 'none'") -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Security-Policy": csp, **_HEADERS}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
