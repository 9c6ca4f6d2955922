"""The simulator in process, where Google's client library expects an `httplib2.Http`.

    service = build("calendar", "v3", http=InProcessHttp(simulator, token="TOKEN"), ...)

A crash goes through as it is; a lost reply and a time-out become what a socket would raise.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import httplib2

from simulators.wire import Handler, LostReplyError, Request, TimedOutError


class InProcessHttp:
    """`httplib2.Http` as far as google-api-python-client and google-auth-httplib2 use it."""

    def __init__(self, handler: Handler, token: str = "") -> None:
        """Send everything to `handler`; a token signs requests that carry no sign-in of their own."""
        self._handler = handler
        self._token = token
        self.timeout: float | None = None
        self.follow_redirects = True
        self.connections: dict[str, Any] = {}

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
        redirections: int = 5,  # noqa: ARG002 - the library's signature; redirects are given back as they are
        connection_type: object = None,  # noqa: ARG002 - the library's signature
    ) -> tuple[httplib2.Response, bytes]:
        """Ask the simulator; the answer in the library's shape."""
        sent = {name.lower(): value for name, value in (headers or {}).items()}
        sent.setdefault("host", urlsplit(uri).netloc)
        if self._token:
            sent.setdefault("authorization", f"Bearer {self._token}")
        content = body.encode() if isinstance(body, str) else body or b""
        try:
            response = self._handler.handle(Request.of(method, uri, sent, content))
        except LostReplyError as error:
            raise ConnectionResetError(str(error)) from error
        except TimedOutError as error:
            raise TimeoutError(str(error)) from error
        answer = httplib2.Response({"status": str(response.status)})
        for name, value in response.headers:
            answer[name.lower()] = value
        answer["content-length"] = str(len(response.body))
        return answer, response.body

    def close(self) -> None:
        """Nothing is held open."""
