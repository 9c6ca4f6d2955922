"""Free/busy asked for on one machine: of each address on whichever side it lives, by the documents as they are now.

told = look_up(app, ["ana@a.test"], start, end)         # [Person("ana@a.test", Side.EXCHANGE, [Block(...)], "")]
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta

from calpair.app import papers
from calpair.app.google_servers import GoogleReach, GoogleServer
from calpair.app.machine import App
from calpair.app.runner import keep_nothing
from calpair.app.servers import Reach, Server
from calpair.busy.ask import Begin, ask
from calpair.busy.registered import Books, by_address
from calpair.errors import CalpairError
from calpair.model.busy import Answer, Question, Told
from calpair.model.pair import Domain
from calpair.model.side import Side

PATIENCE = timedelta(seconds=60)
"""How long servers are waited for."""


@dataclass(frozen=True, slots=True)
class Person:
    """What was told of an address on one side; `trouble`: why its server did not answer, where it did not."""

    address: str
    side: Side
    told: Told
    trouble: str = ""


def look_up(app: App, addresses: Sequence[str], start: datetime, end: datetime) -> list[Person]:
    """Tell of every address, on each side it lives on, in the order asked; who is nobody's here is left out."""
    app.own_store("free-busy", "ask the function exchange_free_busy")
    documents = app.documents()
    entries, _ = papers.entries(app.store, documents)
    pairs = by_address(documents.pairs.values())
    books = Books(
        tuple(documents.domains.values()),
        {address: entry for address in addresses if (entry := entries.get(address.lower()))},
        lambda side, address: pairs.get((side, address)),
    )
    with ExitStack() as stack:
        begins = {Side.EXCHANGE: _exchange(app), Side.GOOGLE: _google(app, stack)}
        found = {
            (person.address, side): person
            for side, begin in begins.items()
            for person in _asked(books, side, addresses, (start, end), begin)
        }
    return [found[one, side] for one in dict.fromkeys(addresses) for side in Side if (one, side) in found]


def _asked(
    books: Books, side: Side, addresses: Sequence[str], window: tuple[datetime, datetime], begin: Begin
) -> Iterator[Person]:
    """Ask about those that live on a side."""
    theirs = {one: place.domain.name for one in addresses if (place := books.place(one, side))}
    if theirs:
        failed: dict[str, CalpairError] = {}
        told = ask(Question(tuple(theirs), *window), side, books, begin, failed.__setitem__)
        for one, domain in theirs.items():
            yield Person(one, side, told[one], _said(failed.get(domain), side))


def _said(error: CalpairError | None, side: Side) -> str:
    """Say why a server did not answer; whose server it is the person's line says already."""
    return str(error or "").removeprefix(f"{side.capitalize()}: ")


def _exchange(app: App) -> Begin:
    reach, until = Reach(app.transports.exchange, app.transports.resolve), app.now() + PATIENCE

    def begin(domain: Domain, names: Sequence[str], start: datetime, end: datetime) -> Callable[[], Answer]:
        server = Server(domain, app.secret, keep_nothing, app.now, reach, app.guard(domain))
        return server.begin(names, start, end, until)

    return begin


def _google(app: App, stack: ExitStack) -> Begin:
    """Give the way to ask Google; `stack` hangs up."""
    reach, until = GoogleReach(app.transports.google, app.transports.resolve), app.now() + PATIENCE

    def begin(domain: Domain, names: Sequence[str], start: datetime, end: datetime) -> Callable[[], Answer]:
        server = GoogleServer(domain, app.secret, keep_nothing, app.now, app.delegation, reach)
        stack.callback(server.close)
        return server.begin(names, start, end, until)

    return begin
