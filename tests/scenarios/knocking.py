"""A function called as the platform calls it, at any address and with anything: the framework and the entry point are real.

    call = Knocking("exchange_free_busy", joined)           # `joined`: the module whose `looking_up` builds its parts
    call(parts, "/EWS/Exchange.asmx", body, {"Authorization": basic("svc-busy", "knock")}).status

What goes wrong in the function is logged as it would be there, and never raised to the caller.
"""

import base64
import io
import json
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Event
from types import ModuleType
from typing import IO, Any

import functions_framework
import pytest

from simulators.wire import Request, Response

MAIN = Path(__file__).parents[2] / "functions" / "main.py"
EWS, AUTODISCOVER, ADDON = "/EWS/Exchange.asmx", "/autodiscover/autodiscover.xml", "/addon"
XML = "text/xml; charset=utf-8"

Body = bytes | IO[bytes]


@dataclass(frozen=True)
class Heard:
    """What a function answered."""

    status: int
    body: bytes
    headers: Mapping[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Stream(io.BytesIO):
    """A body that comes in pieces and counts what is read of it."""

    def __init__(self, body: bytes) -> None:
        super().__init__(body)
        self.taken = 0

    def read(self, size: int | None = -1) -> bytes:
        got = super().read(5000 if size is None or not 0 <= size < 5000 else size)
        self.taken += len(got)
        return got

    def readinto(self, buffer: Any) -> int:
        got = self.read(len(buffer))
        buffer[: len(got)] = got
        return len(got)


@dataclass(frozen=True)
class Knocking:
    """One function, whose parts are brought along with every call."""

    target: str
    joined: ModuleType

    def __call__(
        self,
        parts: object,
        path: str,
        body: Body = b"",
        headers: Mapping[str, str] | None = None,
        *,
        method: str = "POST",
        length: int | None = None,
    ) -> Heard:
        """Call once. `length`: what the request says its body has; 0: nothing, as of one that comes in chunks."""
        said = len(body) if length is None and isinstance(body, bytes) else length
        environment: dict[str, Any] = {
            "wsgi.input": io.BytesIO(body) if isinstance(body, bytes) else body,
            "CONTENT_LENGTH": str(said or ""),
        }
        if not said:
            # As the platform's server hands on a body that comes in chunks.
            environment["wsgi.input_terminated"] = True
        with self.built(parts) as client:
            answer = client.open(path, method=method, headers=dict(headers or {}), environ_overrides=environment)
        return Heard(answer.status_code, answer.data, answer.headers)

    @contextmanager
    def built(self, parts: object) -> Iterator[Any]:
        """Have the function find these parts, whoever calls it while the block runs."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(self.joined, "looking_up", lambda: parts)
            yield _framework(self.target).test_client()


@dataclass(frozen=True)
class Mounted:
    """The function as a handler, for `simulators.wire.mounted`; what `beside` answers is not the function's to hear."""

    client: Any
    beside: Mapping[bytes, Any]

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        for word, other in self.beside.items():
            if word in request.body:
                answered: Response = other.handle(request)
                return answered
        headers = {name: text for name, text in request.headers.items() if name != "content-length"}
        answer = self.client.open(request.path, method=request.method, headers=headers, data=request.body)
        told = ((name, text) for name, text in answer.headers.items() if name.lower() != "content-length")
        return Response(answer.status_code, answer.data, tuple(told))


def basic(name: str, password: str) -> str:
    """The header that shows a name and a password."""
    return f"Basic {base64.b64encode(f'{name}:{password}'.encode()).decode()}"


@cache
def _framework(target: str) -> Any:
    return functions_framework.create_app(target, str(MAIN))  # type: ignore[no-untyped-call]


def waiting(monkeypatch: pytest.MonkeyPatch) -> Event:
    """Give what is set once somebody waits for an answer, with how long having been decided."""
    begun, result = Event(), Future.result

    def wait(self: "Future[Any]", timeout: float | None = None) -> Any:
        begun.set()
        return result(self, timeout)

    monkeypatch.setattr(Future, "result", wait)
    return begun
