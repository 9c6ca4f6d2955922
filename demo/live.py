"""`make live`: the same story on a mailbox and a calendar of your own, which `live.toml` names.

    cp demo/live.example.toml live.toml      # and fill it in; LIVE=PATH names another file
    make live                                # DEMO_EVENTS=20

Either side may be a simulator, or anybody's EWS or Calendar server. Every title it writes ends in a mark of this run's
own; at the end, however it ends, exactly the events that bear it are removed from both sides. A calendar that holds
other events is refused unless YES=1, since calpair would copy those too. The one-way pair is left out (it would need a
second mailbox), so is free/busy (it would need rights of its own, and nobody there may be asked about strangers), and the
kill comes when the new item is seen, for no fault is planted in a server that is not ours.
"""

import os
import secrets
import sys
import tomllib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from demo import story
from demo.company import TWO_WAY, Company, ground
from demo.evening import USAGE, perform
from demo.ews import Ews
from demo.free_busy import free_busy
from demo.google_hand import Google, GoogleError
from demo.options import SQLITE, OptionError, Options
from demo.play import Play
from demo.reader import EXCHANGE, GOOGLE, Patience
from demo.stage import Simulator, Stage, StageError
from demo.views import Seen
from demo.wire import UnreachableError, Wire

EVENTS = 20
_PATIENCE = Patience(polls=120, pause=1.0)
_GONE = (404, 410)
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_FIELDS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "exchange": (("url", "mailbox", "username", "password"), ("access",)),
    "google": (("url", "calendar"), ("user", "token", "credentials")),
}


@dataclass(frozen=True, slots=True)
class Servers:
    """A read `live.toml`: every value as written, references to files made absolute."""

    exchange: Mapping[str, str]
    google: Mapping[str, str]


def main() -> int:
    """Play the story on the servers of live.toml."""
    try:
        options = replace(Options.read(os.environ, EVENTS, stores=(SQLITE,)), serve=False, fault="")
        servers = read(Path(os.environ.get("LIVE", "live.toml")))
        secret(servers.exchange["password"], os.environ)
        bearer(servers.google, os.environ)
    except OptionError as error:
        print(f"live: {error}", file=sys.stderr)
        return USAGE
    steps = [step for step in story.STEPS if step.direction == TWO_WAY and step.act is not free_busy]
    mark = f" [calpair-demo {secrets.token_hex(3)}]"

    def prepare(stage: Stage) -> Company:
        company = found(stage, servers, os.environ, mark)
        others = strangers(company)
        if others and not options.yes:
            raise OptionError(
                f"the calendars hold {others} other events; use empty ones, or YES=1 (then calpair copies these events "
                "across too, and only the demo's own are removed afterwards)"
            )
        if others:
            steps[:] = [step for step in steps if step.act is not story.burst]
            print(f"{others} other events: a burst big enough for the breaker is left out", flush=True)
        print(f"every title of this run ends in{mark}; the one-way pair and free/busy are left out", flush=True)
        return company

    return perform(options, prepare, steps, tidy, _PATIENCE)


def read(path: Path) -> Servers:
    """Read live.toml. OptionError: what is missing or unknown, in one line."""
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise OptionError(f"{path} is not there; copy demo/live.example.toml to it and fill it in") from None
    except (OSError, ValueError) as error:
        raise OptionError(f"{path} cannot be read: {error}") from None
    sections = {}
    for name, (needed, possible) in _FIELDS.items():
        section = written.get(name)
        if not isinstance(section, dict):
            raise OptionError(f"{path}: write a section [{name}]")
        for field in needed:
            if field not in section:
                raise OptionError(f"{path}: [{name}] {field} is missing")
        for field, value in section.items():
            if field not in (*needed, *possible) or not isinstance(value, str):
                raise OptionError(
                    f"{path}: [{name}] {field}: no such text; there are {', '.join((*needed, *possible))}"
                )
        sections[name] = {field: _absolute(value, path) for field, value in section.items()}
    if ("token" in sections["google"]) == ("credentials" in sections["google"]):
        raise OptionError(f"{path}: [google] has either token or credentials")
    return Servers(sections["exchange"], sections["google"])


def secret(reference: str, environment: Mapping[str, str]) -> str:
    """The secret a reference names. OptionError: it names none, or nothing is there; never says what it is."""
    kind, _, place = reference.partition(":")
    if kind == "env" and environment.get(place):
        return environment[place]
    if kind == "file":
        with suppress(OSError, ValueError):
            return Path(place).read_text(encoding="utf-8").strip()
    raise OptionError(
        "a password or token is named as env:NAME or file:PATH, and one of them names nothing that is there"
    )


def bearer(google: Mapping[str, str], environment: Mapping[str, str]) -> Callable[[], str]:
    """Whatever gives a fresh token: the token itself, or an authorised-user file that google-auth renews."""
    if "token" in google:
        token = secret(google["token"], environment)
        return lambda: token
    from google.auth.transport.requests import Request  # noqa: PLC0415 - a slow library, needed here alone
    from google.oauth2.credentials import Credentials  # noqa: PLC0415 - as above

    place = google["credentials"].removeprefix("file:")
    try:
        credentials: Any = Credentials.from_authorized_user_file(place)  # type: ignore[no-untyped-call]
    except (OSError, ValueError):
        raise OptionError(
            f"{place} is no authorised-user file; `gcloud auth application-default login` makes one"
        ) from None

    def renewed() -> str:
        if not credentials.valid:
            credentials.refresh(Request())
        return str(credentials.token)

    return renewed


def found(stage: Stage, servers: Servers, environment: Mapping[str, str], mark: str) -> Company:
    """Write calpair.toml for these servers; nothing is put anywhere yet."""
    exchange, google = servers.exchange, servers.google
    hosts = [
        host for host in {urlsplit(exchange["url"]).hostname, urlsplit(google["url"]).hostname} if host in _LOOPBACK
    ]
    access = exchange.get("access", "own")
    by_token = "token" in google
    domain = exchange["mailbox"].rpartition("@")[2]
    pair = {
        "domain": domain,
        "mailbox": exchange["mailbox"],
        "calendar": google["calendar"],
        "direction": TWO_WAY,
        "interval": "5s",
    }
    stage.write(
        {
            "service": {"store": "sqlite:calpair.db", "listen": "127.0.0.1:0"},
            f'domains."{domain}"': {
                "exchange.url": exchange["url"],
                "exchange.auth": "basic",
                "exchange.username": exchange["username"],
                "exchange.secret": exchange["password"],
                "exchange.access": access,
                "google.auth": "token" if by_token else "adc",
                "google.secret": google["token"] if by_token else google["credentials"],
                "google.url": google["url"],
                **({"limits.hosts": sorted(hosts)} if hosts else {}),
            },
            "pairs.live": pair | ({"google_user": google["user"]} if "user" in google else {}),
        }
    )
    password = secret(exchange["password"], environment)
    acts_as = exchange["mailbox"] if access == "impersonation" else ""
    ews = Ews(exchange["url"], exchange["username"], password, acts_as)
    api = Google(google["url"], google["calendar"], bearer(google, environment))
    live = ground("live", TWO_WAY, exchange["mailbox"], ews, api, mark)
    return Company({"live": live}, counting(exchange["url"]), counting(google["url"]), mark=mark)


def counting(url: str) -> Simulator | None:
    """The counters of a simulator; None for any other server, and none but this machine's own is asked."""
    parts = urlsplit(url)
    if parts.hostname not in _LOOPBACK:
        return None
    server = Simulator(url, Wire(f"{parts.scheme}://{parts.netloc}"))
    try:
        server.counters()
    except (StageError, UnreachableError, ValueError):
        server.wire.close()
        return None
    return server


def strangers(company: Company) -> int:
    """How many events both calendars hold that are not this run's."""
    return sum(pair.reader.strangers() for pair in company.pairs.values())


def tidy(play: Play) -> None:
    """Remove what bears this run's mark, and nothing else; calpair has ended."""
    if not play.company.mark:
        raise StageError("nothing is removed: this run has no mark to know its events by")
    for pair in play.company.pairs.values():
        sides = pair.reader.fresh()
        if sides.exchange:
            pair.exchange.delete(_whole(sides.exchange))
        for each in _whole(sides.google):
            try:
                pair.google.delete([each])
            except GoogleError as error:
                if error.status not in _GONE:
                    raise
        left = pair.reader.fresh()
        play.tell.line(
            f"removed: {len(sides.exchange)} events from {EXCHANGE}, {len(sides.google)} from {GOOGLE}; "
            f"left: {len(left.exchange) + len(left.google)}"
        )


def _whole(held: Mapping[str, Seen]) -> list[str]:
    """The ids under which these events go; the occurrences of a series go with it."""
    return list(dict.fromkeys(seen.series or seen.id for seen in held.values()))


def _absolute(value: str, path: Path) -> str:
    return f"file:{path.absolute().parent / value.removeprefix('file:')}" if value.startswith("file:") else value


if __name__ == "__main__":
    sys.exit(main())
