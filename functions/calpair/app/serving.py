"""The doors of the look-ups on one machine: the functions' own rooms, behind one small web server.

    server = Serving(app)
    server.start()                  # UsageError: the address is taken
    server.stop()

`/exchange_free_busy/...` and `/google_free_busy/...` are what the functions of these names are on Google Cloud. It listens
where `[service] listen` says, this machine alone unless told otherwise, and speaks plain HTTP: what stands before it
brings the certificate.
"""

import logging
import socket
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from threading import Thread
from typing import Any

import flask
from waitress.server import BaseWSGIServer, MultiSocketServer, create_server
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from calpair.app.connections import Transports
from calpair.app.deployment import CERTIFICATES
from calpair.app.doors import Open, served
from calpair.app.google_servers import GoogleReach
from calpair.app.looking_up import LookingUp
from calpair.app.looking_up_google import LookingUpGoogle
from calpair.app.machine import App
from calpair.app.runner import keep_nothing
from calpair.app.servers import Reach
from calpair.errors import UsageError
from calpair.gcp import callers as calling

EXCHANGE, GOOGLE = "/exchange_free_busy", "/google_free_busy"
LARGEST = 2 * 1024 * 1024
"""Bytes of a request that are read at all; each door reads less."""
THREADS = 8
CONNECTIONS = 100
SILENCE_SECONDS = 60
CLOSING_SECONDS = 5.0
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class Serving:
    """The web server of one machine."""

    def __init__(self, app: App) -> None:
        """Nothing listens yet."""
        self._app = app
        self._server: MultiSocketServer | BaseWSGIServer | None = None
        self._thread: Thread | None = None

    @property
    def address(self) -> str:
        """Where it is reached: as the operator says, else where it listens."""
        settings = self._app.configuration.settings
        host, port = settings.listen
        return settings.public_url or f"http://{f'[{host}]' if ':' in host else host}:{port}"

    def start(self) -> None:
        """Listen. UsageError: the address cannot be had."""
        host, port = self._app.configuration.settings.listen
        try:
            # Bound by us: the library would leave its threads and its socket behind when that fails.
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            listening = socket.create_server((host, port), family=family)
        except OSError as error:
            cure = "end what listens there, or write another [service] listen"
            raise UsageError(f"nothing can listen at {host}:{port} ({type(error).__name__}); {cure}") from None
        # The library logs what clients do; of a stranger's requests nothing is kept.
        logging.getLogger("waitress").setLevel(logging.CRITICAL)
        self._server = create_server(
            rooms(self._app, self.address),
            sockets=[listening],
            threads=THREADS,
            connection_limit=CONNECTIONS,
            channel_timeout=SILENCE_SECONDS,
            max_request_body_size=LARGEST,
            ident="",
        )
        self._thread = Thread(target=self._run, name="doors", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Hang up."""
        if self._server is not None and self._thread is not None:
            self._server.close()
            self._thread.join(CLOSING_SECONDS)

    def _run(self) -> None:
        # A socket that is closed under it ends its loop with an error.
        with suppress(OSError):
            self._server.run() if self._server else None


def rooms(app: App, address: str) -> Any:
    """Build what is served: both functions, each below its name; anything else is nowhere."""
    transports: Transports = app.transports
    shared: dict[str, Any] = {"now": app.now, "cloud": False}
    accounts = {account for domain in app.documents().domains.values() for account in domain.callers or ()}
    certificates = calling.Certificates(partial(calling.fetch, CERTIFICATES), app.now)
    exchange = LookingUp(
        app.store,
        app.secret,
        keep_nothing,
        callers=calling.Callers(certificates, f"{address}{EXCHANGE}", accounts),
        reach=Reach(transports.exchange, transports.resolve),
        guard=app.guard,
        **shared,
    )
    google = LookingUpGoogle(
        app.store,
        app.secret,
        keep_nothing,
        address=f"{address}{GOOGLE}",
        delegation=app.delegation,
        reach=GoogleReach(transports.google, transports.resolve),
        **shared,
    )
    nowhere: Callable[[str], None] = lambda _: None  # noqa: E731 - a door that is none
    return DispatcherMiddleware(_room(nowhere), {EXCHANGE: _room(exchange.door), GOOGLE: _room(google.door)})


def _room(door: Open) -> Any:
    """Make a web application of one function, whose addresses begin below its own."""
    room = flask.Flask("calpair")

    @room.route("/", defaults={"path": ""}, methods=_METHODS)
    @room.route("/<path:path>", methods=_METHODS)
    def call(path: str) -> Any:
        del path
        return served(flask.request, lambda: door)

    return room
