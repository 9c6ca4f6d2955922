"""Free/busy asked for on one machine: of each address on whichever side it lives, by the documents as they are now.

told = look_up(app, ["ana@a.test"], start, end)         # [Person("ana@a.test", Side.EXCHANGE, [Block(...)], "")]
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from calpair.app import papers
from calpair.app.google_servers import GoogleReach, GoogleServer
from calpair.app.machine import App
from calpair.app.servers import Reach, Server
from calpair.busy import ask_exchange, ask_google
from calpair.busy.registered import by_address, registered
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
    domains = list(documents.domains.values())
    entries, _ = papers.entries(app.store, documents)
    pairs = by_address(documents.pairs.values())
    until = app.now() + PATIENCE

    def paired(side: Side, address: str) -> str | None:
        return pairs.get((side, address))

    def begin_exchange(domain: Domain, names: Sequence[str], since: datetime, to: datetime) -> Callable[[], Answer]:
        reach = Reach(app.transports.exchange, app.transports.resolve)
        return Server(domain, app.secret, _keep, app.now, reach).begin(names, since, to, until)

    def begin_google(domain: Domain, names: Sequence[str], since: datetime, to: datetime) -> Callable[[], Answer]:
        reach = GoogleReach(app.transports.google, app.transports.resolve)
        return GoogleServer(domain, app.secret, _keep, app.now, app.delegation, reach).begin(names, since, to, until)

    found: dict[tuple[str, Side], Person] = {}
    sides = {Side.EXCHANGE: (ask_exchange.ask, begin_exchange), Side.GOOGLE: (ask_google.ask, begin_google)}
    known = {address: entry for address in addresses if (entry := entries.get(address.lower()))}
    for side, (ask, begin) in sides.items():
        places = {one: registered(one, side, known.get(one), paired, domains) for one in addresses}
        theirs = tuple(one for one, place in places.items() if place)
        if theirs:
            failed: dict[str, CalpairError] = {}
            told = ask(Question(theirs, start, end), known, paired, domains, begin, failed.__setitem__)
            for one in theirs:
                place = places[one]
                trouble = failed.get(place.domain.name) if place else None
                found[one, side] = Person(one, side, told[one], str(trouble) if trouble else "")
    return [found[one, side] for one in dict.fromkeys(addresses) for side in Side if (one, side) in found]


def _keep(reference: str) -> None:
    """Forget a secret, where none is kept."""
    del reference
