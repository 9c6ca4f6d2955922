"""Who is on the stage: pairs, each with a hand on either side and a reader; for `make demo` on simulated servers.

    with Stage() as stage:
        company = found(stage)
        company.settle_in(250, today)

Ana's pair goes both ways, Ben's from Exchange to Google only. Ana's events begin half on each side, Ben's on Exchange
but for a few of his own on Google.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from demo.busy import Asker
from demo.events import Event, Plan, weeks
from demo.ews import Ews
from demo.exchange_hand import ExchangeHand
from demo.google_hand import Google, GoogleHand
from demo.reader import EXCHANGE, GOOGLE, Reader, Sides, differences, duplicates
from demo.stage import Simulator, Stage
from demo.views import ExchangeView, GoogleView

TWO_WAY, ONE_WAY = "two_way", "exchange_to_google"
DOMAIN = "altostrat.test"
_PASSWORD = "only-on-this-machine"  # noqa: S105 - of simulated accounts, made and gone with the demo
_SERVICE = f"svc-calpair@{DOMAIN}"
_CALLER = "svc-free-busy"
_OWN_EACH = 50


@dataclass(frozen=True, slots=True)
class Counts:
    """What servers count; None: this one shows it to nobody."""

    mails: int | None = None
    requests_exchange: int | None = None
    requests_google: int | None = None
    quota_units: int | None = None


@dataclass(slots=True)
class Ground:
    """One pair: its two hands, its reader, what was put there, and what is Google's own (a one-way pair's only)."""

    name: str
    direction: str
    mailbox: str
    exchange: ExchangeHand
    google: GoogleHand
    reader: Reader
    put: Sequence[Plan] = ()
    own: Sequence[Event] = ()

    def apart(self, sides: Sides) -> list[str]:
        """What is not in step."""
        return differences(sides, self.own)

    def twice(self, sides: Sides) -> dict[str, list[str]]:
        """What stands more than once on a side, beyond what was put there."""
        put = Counter(plan.event.key for plan in self.put)
        return {side: duplicates(sides.events(side), put) for side in (EXCHANGE, GOOGLE)}


@dataclass(slots=True)
class Company:
    """Everybody; `exchange` and `google` are the servers' own counters, None where a server shows none.

    `faults` says whether the servers are the demo's own, to plant faults in; `mark` ends every title of this run. `doors`:
    whoever asks when the users of `EXCHANGE`, and of `GOOGLE`, are busy; none where nobody is told.
    """

    pairs: Mapping[str, Ground]
    exchange: Simulator | None = None
    google: Simulator | None = None
    faults: bool = False
    mark: str = ""
    doors: Mapping[str, Asker] = field(default_factory=dict)
    _before: Counts = field(default_factory=Counts)

    def settle_in(self, count: int, today: date) -> None:
        """Put `count` events of every pair where they begin; requests are counted from here."""
        self._before = self._counted()
        for pair in self.pairs.values():
            _settle_in(pair, weeks(count, today, pair.name, self.mark))

    def going(self, direction: str) -> Ground:
        """The pair that goes that way. KeyError: there is none."""
        return {pair.direction: pair for pair in self.pairs.values()}[direction]

    def counts(self) -> Counts:
        """What calpair asked since the start, and the mails sent: all the servers counted, less the demo's own."""
        now, then = self._counted(), self._before
        return Counts(*(_less(getattr(now, name), getattr(then, name)) for name in Counts.__slots__))

    def _counted(self) -> Counts:
        exchange = self.exchange.counters() if self.exchange else {}
        google = self.google.counters() if self.google else {}
        hands = sum(pair.exchange.ews.wire.requests for pair in self.pairs.values())
        fingers = sum(pair.google.google.wire.requests for pair in self.pairs.values())
        return Counts(
            mails=int(exchange["mails"]) + int(google["mails"]) if exchange and google else None,
            requests_exchange=int(exchange["requests_total"]) - hands if exchange else None,
            requests_google=int(google["requests_total"]) - fingers if google else None,
            quota_units=int(google["quota_units"]) - fingers if google else None,
        )


def found(stage: Stage) -> Company:
    """Start both servers and write calpair.toml; the calendars are empty."""
    people = {"ana": TWO_WAY, "ben": ONE_WAY}
    tokens = {name: f"token-of-{name}" for name in people}
    exchange = stage.simulator(
        "exchange",
        *(word for name in people for word in ("--mailbox", f"{name}@{DOMAIN}:{_PASSWORD}")),
        *("--service", f"{_SERVICE}:{_PASSWORD}"),
    )
    google = stage.simulator(
        "google", *(word for name in people for word in ("--user", f"{name}@g.{DOMAIN}:{tokens[name]}"))
    )
    password = stage.secret("exchange-password", _PASSWORD)
    callers = stage.secret("free-busy-callers", f"{_CALLER}:{_PASSWORD}")
    documents: dict[str, Mapping[str, Any]] = {"service": stage.service}
    pairs = {}
    for name, direction in people.items():
        # a simulated bearer token is one user's, so each person's domain has its own
        domain = {
            "exchange.url": exchange.url,
            "exchange.auth": "basic",
            "exchange.username": _SERVICE,
            "exchange.secret": password,
            "exchange.access": "impersonation",
            **stage.google(name, tokens[name]),
            "google.url": google.url,
            "google.free_busy_account": f"{name}@g.{DOMAIN}",
            "availability.credentials": callers,
            "limits.hosts": ["127.0.0.1"],
            "limits.mailbox_domains": [DOMAIN],
            "limits.calendar_domains": [f"g.{DOMAIN}"],
        }
        named = [value for field, value in domain.items() if field.endswith((".secret", ".credentials"))]
        limits = {"limits.secrets": named}
        documents[f'domains."{name}.{DOMAIN}"'] = domain | limits
        documents[f"pairs.{name}"] = {
            "domain": f"{name}.{DOMAIN}",
            "mailbox": f"{name}@{DOMAIN}",
            "calendar": f"{name}@g.{DOMAIN}",
            "direction": direction,
            "interval": "5s",
        }
        ews = Ews(exchange.url, f"{name}@{DOMAIN}", _PASSWORD)
        api = Google(google.url, f"{name}@g.{DOMAIN}", _always(tokens[name]))
        pairs[name] = ground(name, direction, f"{name}@{DOMAIN}", ews, api)
    stage.write(documents)
    sides = {EXCHANGE: "exchange", GOOGLE: "google"}
    doors = {side: Asker(stage.doors[word], _CALLER, _PASSWORD) for side, word in sides.items()}
    return Company(pairs, exchange, google, faults=True, doors=doors)


def ground(name: str, direction: str, mailbox: str, ews: Ews, google: Google, mark: str = "") -> Ground:
    """A pair as the demo meets it; with a mark, only events whose title bears it count."""
    reader = Reader(ExchangeView(ews), GoogleView(google), lambda event: mark in event.title)
    return Ground(name, direction, mailbox, ExchangeHand(ews), GoogleHand(google), reader)


def _settle_in(pair: Ground, plans: Sequence[Plan]) -> None:
    theirs = plans[1::2] if pair.direction == TWO_WAY else plans[:: max(1, min(_OWN_EACH, len(plans) - 1))]
    mine = [plan for plan in plans if plan not in theirs]
    pair.put = [*mine, *theirs]
    pair.own = [plan.event for plan in theirs] if pair.direction == ONE_WAY else []
    pair.exchange.create(mine)
    pair.google.create(theirs)


def _less(now: int | None, then: int | None) -> int | None:
    return None if now is None else now - (then or 0)


def _always(token: str) -> Callable[[], str]:
    return lambda: token
