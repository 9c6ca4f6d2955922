"""A bare client for tests: says exactly what goes over the wire, and shows exactly what comes back.

ana = Asking(simulator, "TOKEN")
answer = ana.get("calendars/primary/events", maxResults=5)
assert (answer.status, answer.json["items"]) == (200, [])
"""

import json
from dataclasses import dataclass
from email import message_from_bytes
from typing import Any
from urllib.parse import quote, urlencode

from simulators.google.discovery import PREFIX
from simulators.wire import Handler, Request, Response


@dataclass(frozen=True)
class Answer:
    """A status and what the body says; `reason` is that of a refusal, "" otherwise."""

    status: int
    json: Any

    @property
    def reason(self) -> str:
        """The reason of a refusal in Google's form."""
        return str(self.json["error"]["errors"][0]["reason"]) if self.status >= 400 else ""


class Asking:
    """Requests of one user, by token; paths are below `/calendar/v3/`."""

    def __init__(self, handler: Handler, token: str = "TOKEN") -> None:  # noqa: S107 - the simulators' usual token
        """Send to this simulator with this token."""
        self._handler = handler
        self._token = token

    def send(self, method: str, path: str, body: Any = None, /, match: str = "", **query: Any) -> Answer:
        """Make one request; a list as a query value is a repeated parameter."""
        pairs = {name: str(value).lower() if isinstance(value, bool) else value for name, value in query.items()}
        headers = {"authorization": f"Bearer {self._token}"} | ({"if-match": match} if match else {})
        content = b"" if body is None else json.dumps(body).encode()
        target = f"{PREFIX}{quote(path)}?{urlencode(pairs, doseq=True)}"
        response: Response = self._handler.handle(Request.of(method, target, headers, content))
        return Answer(response.status, json.loads(response.body) if response.body else None)

    def batch(self, *calls: tuple[str, str, Any]) -> "dict[str, Answer]":
        """Many requests in one, each (method, path, body); the answers by Content-ID (`response-1`...), in order."""
        parts = [
            f"--cut\nContent-Type: application/http\nContent-ID: <{number}>\n\n"
            f"{method} {PREFIX}{quote(path, safe='/?=&')} HTTP/1.1\nContent-Type: application/json\n\n"
            f"{'' if body is None else json.dumps(body)}\n"
            for number, (method, path, body) in enumerate(calls, 1)
        ]
        headers = {"authorization": f"Bearer {self._token}", "content-type": "multipart/mixed; boundary=cut"}
        content = ("".join(parts) + "--cut--").encode()
        response = self._handler.handle(Request.of("POST", "/batch/calendar/v3", headers, content))
        if response.status != 200:
            return {"": Answer(response.status, json.loads(response.body))}
        head = "".join(f"{name}: {value}\n" for name, value in response.headers).encode()
        answers = {}
        for part in message_from_bytes(head + b"\n" + response.body).walk():
            if not part.is_multipart():
                status, _, rest = str(part.get_payload()).partition("\r\n")
                text = rest.partition("\r\n\r\n")[2]
                answers[part["Content-ID"].strip("<>")] = Answer(int(status.split()[1]), json.loads(text or "null"))
        return answers

    def get(self, path: str, /, **query: Any) -> Answer:
        """GET."""
        return self.send("GET", path, **query)

    def list(self, **query: Any) -> Answer:
        """events.list of the primary calendar."""
        return self.get("calendars/primary/events", **query)

    def insert(self, body: Any, /, **query: Any) -> Answer:
        """events.insert into the primary calendar."""
        return self.send("POST", "calendars/primary/events", body, **query)

    def bring_in(self, body: Any, /, **query: Any) -> Answer:
        """events.import into the primary calendar."""
        return self.send("POST", "calendars/primary/events/import", body, **query)

    def read(self, event_id: str, /, **query: Any) -> Answer:
        """events.get from the primary calendar."""
        return self.get(f"calendars/primary/events/{event_id}", **query)

    def patch(self, event_id: str, body: Any, /, match: str = "", **query: Any) -> Answer:
        """events.patch in the primary calendar."""
        return self.send("PATCH", f"calendars/primary/events/{event_id}", body, match=match, **query)

    def update(self, event_id: str, body: Any, /, match: str = "", **query: Any) -> Answer:
        """events.update in the primary calendar."""
        return self.send("PUT", f"calendars/primary/events/{event_id}", body, match=match, **query)

    def delete(self, event_id: str, /, match: str = "", **query: Any) -> Answer:
        """events.delete in the primary calendar."""
        return self.send("DELETE", f"calendars/primary/events/{event_id}", match=match, **query)
