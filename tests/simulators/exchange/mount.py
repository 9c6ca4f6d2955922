"""The in-process mount: an adapter for `requests` that hands each request to a simulator without any socket.

    session.mount("https://exchange.test/", SimulatorAdapter(simulator))

or, for a library that makes its own sessions, `adapter_for(simulator)`: a class to put where it takes its adapter class.

Connections are modelled, because NTLM signs in a connection: each adapter keeps a pool of its own, as `requests` does.
"""

import io
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPResponse

from simulators.connections import Pool
from simulators.wire import Handler, LostReplyError, Request, Response, TimedOutError


class _Unplugged(io.BytesIO):
    """A body without a socket, where requests-ntlm looks for one to ask for its certificate (`_fp.fp.raw._sock`)."""

    _sock = None

    @property
    def fp(self) -> "_Unplugged":
        return self

    @property
    def raw(self) -> "_Unplugged":
        return self


class SimulatorAdapter(BaseAdapter):
    """Sends requests to a handler. Lost replies and timeouts become what `requests` raises; `Crash` passes through."""

    def __init__(self, handler: Handler) -> None:
        super().__init__()
        self._handler = handler
        self._pool = Pool()

    def send(  # type: ignore[override]
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: float | tuple[float, float] | None = None,
        verify: bool | str = True,
        cert: object = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Answer a prepared request; transport options have no meaning here."""
        del stream, timeout, verify, cert, proxies
        body = request.body or b""
        data = body.encode() if isinstance(body, str) else bytes(body)
        headers = {str(name): _text(value) for name, value in request.headers.items()}
        url = request.url or "/"
        scheme, host = urlsplit(url)[:2]
        headers.setdefault("Host", host)
        origin = f"{scheme}://{host}"
        connection = self._pool.take(origin)
        try:
            answer = self._handler.handle(Request.of(request.method or "GET", url, headers, data, connection))
        except LostReplyError as lost:
            raise requests.exceptions.ConnectionError("the connection was cut", request=request) from lost
        except TimedOutError as late:
            raise requests.exceptions.ReadTimeout("the server did not answer in time", request=request) from late
        self._pool.give_back(origin, connection, headers.items(), answer.headers)
        return self._response(request, answer)

    def close(self) -> None:
        """Close the connections kept alive."""
        self._pool.close()

    def _response(self, request: requests.PreparedRequest, answer: Response) -> requests.Response:
        response = requests.Response()
        response.status_code = answer.status
        joined: dict[str, str] = {}
        for name, value in answer.headers:
            joined[name] = f"{joined[name]}, {value}" if name in joined else value
        response.headers = CaseInsensitiveDict(joined)
        response.raw = HTTPResponse(body=_Unplugged(answer.body), status=answer.status, preload_content=False)
        response.encoding = requests.utils.get_encoding_from_headers(response.headers)
        response.url = request.url or ""
        response.request = request
        # `requests` closes a response through whatever carried it.
        response.connection = self  # type: ignore[assignment]
        return response


def adapter_for(handler: Handler) -> Callable[..., BaseAdapter]:
    """Make an adapter class bound to a handler, for libraries that build adapters themselves; options are ignored."""

    class Bound(SimulatorAdapter):
        def __init__(self, *_args: Any, **_options: Any) -> None:
            super().__init__(handler)

    return Bound


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
