"""A company with both servers on loopback ports, a calpair.toml beside its key, and the command in process.

    with office(tmp_path, monkeypatch) as company:
        company.write()
        said = company.calpair("sync", "ana")           # said.code, said.out, said.err, said.json
        with company.nothing_changes():
            company.calpair("sync", "nobody")

The command runs on the machine's own clock, and so do the simulators.
"""

import contextlib
import gc
import io
import json
import logging
import signal
import stat
import threading
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from calpair.cli import main
from simulators.clock import SystemClock
from simulators.exchange import ExchangeSimulator
from simulators.google import GoogleSimulator
from simulators.wire import Handler, Request, mounted

ANA, ANAS = "ana@a.test", "ana@g.test"
BEN, BENS = "ben@a.test", "ben@g.test"
ACCOUNT = "svc@a.test"
PASSWORD, TOKEN = "secret", "TOKEN"
WEEKLY = (
    '<t:Recurrence xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types">'
    "<t:WeeklyRecurrence><t:Interval>1</t:Interval><t:DaysOfWeek>Monday</t:DaysOfWeek></t:WeeklyRecurrence>"
    "<t:NoEndRecurrence><t:StartDate>{day}</t:StartDate></t:NoEndRecurrence></t:Recurrence>"
)
"""A recurrence as EWS writes it, from `day` on."""
NEVER_IN_OUTLOOK = ["RRULE:FREQ=MINUTELY;INTERVAL=7"]
"""A series that no appointment of Outlook's can repeat like, nor any number of them: it is parked."""

Json = dict[str, Any]


@dataclass(frozen=True)
class Said:
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON value on the output; ValueError where it is not exactly one."""
        return json.loads(self.out)

    @property
    def complaint(self) -> str:
        """The one line of an error, and nothing else anywhere."""
        assert self.out == ""
        lines = self.err.splitlines()
        assert len(lines) == 1, self.err
        assert lines[0].startswith("calpair: ")
        return lines[0].removeprefix("calpair: ")


@dataclass
class Office:
    """The ground of one test. `domains`, `pairs` and `service` are what `write` writes."""

    folder: Path
    exchange: ExchangeSimulator
    google: GoogleSimulator
    exchange_url: str
    google_url: str
    domains: Json = field(default_factory=dict)
    pairs: Json = field(default_factory=dict)
    service: Json = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.domains["a.test"] = self.domain()
        self.pairs["ana"] = self.pair()
        self.service |= {"store": "sqlite:calpair.db", "digest_key": "file:calpair.key"}

    def domain(self, **exchange: Any) -> Json:
        """A right domain; `exchange` overrides its fields on that side."""
        return {
            "exchange": {
                "url": f"{self.exchange_url}/EWS/Exchange.asmx",
                "auth": "basic",
                "username": ACCOUNT,
                "secret": "env:PASSWORD",
                **exchange,
            },
            "google": {"url": self.google_url, "auth": "token", "secret": "env:TOKEN"},
            "limits": {"hosts": ["127.0.0.1"]},
        }

    def pair(self, **fields: Any) -> Json:
        """A right pair, Ana's, two-way."""
        return {"domain": "a.test", "mailbox": ANA, "calendar": ANAS, "direction": "two_way", **fields}

    def ben(self, **fields: Any) -> Json:
        """A right pair, Ben's, from Exchange to a further calendar of Ana's."""
        here = {"mailbox": BEN, "calendar": BENS, "google_user": ANAS, "direction": "exchange_to_google"}
        return self.pair(**{**here, **fields})

    @property
    def config(self) -> Path:
        return self.folder / "calpair.toml"

    @property
    def database(self) -> Path:
        return self.folder / "calpair.db"

    def key(self) -> Path:
        """A digest key where the file says it is."""
        path = self.folder / "calpair.key"
        path.touch(mode=0o600)
        path.write_text("6b" * 32 + "\n", encoding="ascii")
        return path

    def write(self, config: Path | None = None) -> Path:
        """Write the file, from what stands in `service`, `domains` and `pairs`."""
        path = config or self.config
        path.write_text(toml({"service": self.service, "domains": self.domains, "pairs": self.pairs}), encoding="utf-8")
        return path

    def calpair(self, *words: str) -> Said:
        """Say a command, with this office's file."""
        return calpair("--config", str(self.config), *words)

    def ready(self) -> "Office":
        """Write file and key."""
        self.key()
        self.write()
        return self

    # --- people

    def outlook(self, title: str, days: int = 3, mailbox: str = ANA, **fields: Any) -> str:
        """An appointment of an hour, in so many days at ten."""
        start = noon(days)
        fields = {"start": start, "end": start + timedelta(hours=1), "start_zone": "UTC", **fields}
        return self.exchange.mailbox(mailbox).create(subject=title, **fields)

    def web(self, title: str, days: int = 4, **fields: Any) -> str:
        """An event of an hour, in so many days at ten."""
        start = noon(days)
        times = {
            name: {"dateTime": at.isoformat(), "timeZone": "UTC"}
            for name, at in (("start", start), ("end", start + timedelta(hours=1)))
        }
        return self.google.calendar(ANAS).create(summary=title, **{**times, **fields})

    # --- what is seen

    def titles(self) -> tuple[list[str], list[str]]:
        """What Ana's mailbox and calendar hold."""
        mailbox = sorted(item.subject for item in self.exchange.mailbox(ANA).items())
        return mailbox, sorted(event.get("summary", "") for event in self.google.calendar(ANAS).events())

    def requests(self) -> tuple[int, int]:
        return sum(self.exchange.record.requests.values()), sum(self.google.record.requests.values())

    def servers(self) -> list[bytes]:
        """Everything both servers hold."""
        sides: list[Handler] = [self.exchange, self.google]
        return [side.handle(Request("GET", "/_sim/state")).body for side in sides]

    def files(self) -> Mapping[str, bytes]:
        """Every file of the folder with its content."""
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in files(self.folder)}

    @contextlib.contextmanager
    def servers_unchanged(self) -> Iterator[None]:
        """Neither server holds anything else afterwards, and nobody got a mail."""
        before = self.servers()
        yield
        assert self.servers() == before
        assert not self.exchange.record.mails
        assert not self.google.record.mails

    @contextlib.contextmanager
    def nothing_changes(self) -> Iterator[None]:
        """Neither server holds anything else afterwards, nor does any file; and there is none more."""
        before = self.files()
        with self.servers_unchanged():
            yield
        assert self.files() == before


@contextlib.contextmanager
def office(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """Open the office, with its secrets in the environment."""
    monkeypatch.setenv("PASSWORD", PASSWORD)
    monkeypatch.setenv("TOKEN", TOKEN)
    exchange = ExchangeSimulator(
        clock=SystemClock(), mailboxes={ANA: "ana's", BEN: "ben's"}, services={ACCOUNT: PASSWORD}
    )
    google = GoogleSimulator(clock=SystemClock(), users={ANAS: TOKEN})
    google.add_calendar(BENS, ANAS)
    with mounted(exchange) as exchange_url, mounted(google) as google_url:
        yield Office(folder, exchange, google, exchange_url, google_url)


def refused(company: Office, *words: str) -> str:
    """Say a command that must end with wrong usage and change nothing, file or server; its one line."""
    requests = company.requests()
    with company.nothing_changes():
        said = company.calpair(*words)
    assert said.code == 2
    assert company.requests() == requests
    return said.complaint


def calpair(*words: str) -> Said:
    """Say a command in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), _as_a_process():
        try:
            code = main(words)
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 1
    return Said(code, out.getvalue(), err.getvalue())


@contextlib.contextmanager
def _as_a_process() -> Iterator[None]:
    """Put back what a process takes with it when it ends: signals, logging, and connections that are still open."""
    handlers = {sign: signal.getsignal(sign) for sign in (signal.SIGTERM, signal.SIGINT)}
    root = logging.getLogger()
    kept, level, hook = list(root.handlers), root.level, threading.excepthook
    # What was there before need not be looked through afterwards.
    gc.freeze()
    try:
        yield
    finally:
        for sign, handler in handlers.items():
            signal.signal(sign, handler)
        root.handlers[:], threading.excepthook = kept, hook
        root.setLevel(level)
        logging.captureWarnings(capture=False)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()
        gc.unfreeze()


def noon(days: int) -> datetime:
    """Ten o'clock, in so many days."""
    return datetime.now(UTC).replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=days)


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if stat.S_ISREG(path.stat().st_mode))


def toml(document: Mapping[str, Any]) -> str:
    """Write a map of sections; maps inside a document become dotted names."""
    lines = []
    for section, content in document.items():
        if section == "service":
            lines += ["[service]", *_fields(content), ""]
        else:
            for name, fields in content.items():
                lines += [f"[{section}.{json.dumps(name)}]", *_fields(fields), ""]
    return "\n".join(lines)


def _fields(content: Mapping[str, Any], prefix: str = "") -> list[str]:
    lines = []
    for name, value in content.items():
        if isinstance(value, Mapping):
            lines += _fields(value, f"{prefix}{json.dumps(name)}.")
        else:
            lines.append(f"{prefix}{json.dumps(name)} = {json.dumps(value)}")
    return lines
