"""Domains by hand, and servers that say everybody is busy and remember whom they were asked about."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from calpair.busy import ask as asked
from calpair.busy.registered import Books
from calpair.errors import BackOffError, CalpairError
from calpair.model.busy import Answer, Block, Busy, Question
from calpair.model.pair import Domain, ExchangeAuth, ExchangeServer, GoogleAuth, GoogleService, Limits, Pair
from calpair.model.side import Side

START, END = datetime(2026, 11, 2, tzinfo=UTC), datetime(2026, 11, 3, tzinfo=UTC)
BUSY = [Block(START, END, Busy.BUSY)]


def domain(name: str, *mailboxes: str, calendars: Sequence[str] = ()) -> Domain:
    server = ExchangeServer(f"https://{name}/EWS/Exchange.asmx", ExchangeAuth.BASIC, "svc", "env:P")
    limits = Limits(mailbox_domains=mailboxes, calendar_domains=tuple(calendars))
    return Domain(name, server, GoogleService(GoogleAuth.TOKEN), limits)


def pair(name: str, of: str, mailbox: str, calendar: str, user: str = "", **more: Any) -> Pair:
    return Pair(name, of, mailbox, calendar, user or calendar, **more)


def nowhere(_: Side, __: str) -> None:
    """There is no pair."""


def asking(side: Side) -> Callable[..., Answer]:
    """Give the way to ask on a side, with everything that says whose an address is by itself."""

    def ask(
        question: Question, entries: Any, paired: Any, domains: Sequence[Domain], begin: Any, failed: Any
    ) -> Answer:
        return asked.ask(question, side, Books(domains, entries, paired), begin, failed)

    return ask


class Servers:
    def __init__(self, *down: str) -> None:
        self.asked: list[Any] = []
        self.waited: list[tuple[str, int]] = []
        self.failed: list[str] = []
        self._down = down

    def begin(self, one: Domain, addresses: Sequence[str], start: datetime, end: datetime) -> Callable[[], Answer]:
        self.asked.append((one.name, list(addresses), start, end))

        def wait() -> Answer:
            self.waited.append((one.name, len(self.asked)))
            if one.name in self._down:
                raise BackOffError("ErrorServerBusy")
            return dict.fromkeys(addresses, BUSY)

        return wait

    def note(self, name: str, error: CalpairError) -> None:
        self.failed.append(f"{name}: {error}")
