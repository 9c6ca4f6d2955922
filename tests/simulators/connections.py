"""Connections for mounts without sockets: kept alive and used again, as a client's pool keeps them.

    connection = pool.take("https://exchange.test")
    response = handler.handle(Request.of(..., connection))
    pool.give_back("https://exchange.test", connection, request_headers, response.headers)

Two requests at the same time never share one, and the one used last is used next, as in urllib3. One over which no answer
came is not given back. Source: RFC 9112 9.3 (persistence) and 9.6 (close).
"""

from collections.abc import Iterable

from simulators.wire import Connection


class Pool:
    """The idle connections to each origin."""

    def __init__(self) -> None:
        self._idle: dict[str, list[Connection]] = {}

    def take(self, origin: str) -> Connection:
        """An idle connection, or a new one."""
        try:
            return self._idle[origin].pop()
        except (KeyError, IndexError):
            return Connection()

    def give_back(self, origin: str, connection: Connection, *headers: Iterable[tuple[str, str]]) -> None:
        """Keep a connection after its answer, unless the headers of either end say `Connection: close`."""
        said = [value.lower() for each in headers for name, value in each if name.lower() == "connection"]
        if not any("close" in value for value in said):
            self._idle.setdefault(origin, []).append(connection)

    def close(self) -> None:
        """Close every idle connection."""
        self._idle.clear()
