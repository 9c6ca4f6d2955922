"""Both sides of pairs, built when they are needed and kept for the next time: tokens and found folders with them.

    with sides.lent(pair, domain) as calendars:
        ...

As many are lent as there are runs at once; of those at rest the ones used last are kept.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

from calpair.app.connections import Connections, Transports
from calpair.exchange.calendar import ExchangeCalendar
from calpair.google.calendar import GoogleCalendar
from calpair.google.delegation import Delegation
from calpair.model.pair import Domain, Pair
from calpair.model.side import Side
from calpair.ports import Calendar, Now, Store
from calpair.sync.book import zone_of

MOST = 500
"""Pairs whose sides are kept at rest: each may hold a connection to Google open."""


@dataclass(frozen=True, slots=True)
class _Both:
    """Both sides of a pair, and the documents they were made of."""

    pair: Pair
    domain: Domain
    exchange: ExchangeCalendar
    google: GoogleCalendar

    def calendars(self) -> Mapping[Side, Calendar]:
        return {Side.EXCHANGE: self.exchange, Side.GOOGLE: self.google}


class Sides:
    """The calendars of pairs and the connections under them. Threads may share it.

    `secret` gives what a reference names; `delegation` acts as users without a key, where there is one.
    """

    def __init__(
        self,
        store: Store,
        now: Now,
        secret: Callable[[str], str],
        delegation: Delegation | None,
        transports: Transports,
        most: int = MOST,
    ) -> None:
        self._store = store
        self._now = now
        self._secret = secret
        self._delegation = delegation
        self._transports = transports
        self.connections = Connections(store, now, secret, transports)
        """To the domains' Exchange servers."""
        self._most = most
        self._idle: OrderedDict[str, _Both] = OrderedDict()
        self._lock = Lock()

    @contextmanager
    def lent(self, pair: Pair, domain: Domain) -> Iterator[Mapping[Side, Calendar]]:
        """Lend both sides of a pair, made anew when its document or its domain's has changed.

        A line to Google is not for several threads at once: who comes while another has a pair's gets a pair of sides
        of their own.
        """
        with self._lock:
            both = self._idle.pop(pair.name, None)
            if both and (both.pair, both.domain) != (pair, domain):
                both.google.close()
                both = None
            both = both or self._made(pair, domain)
        try:
            yield both.calendars()
        finally:
            self._take_back(both)

    def _take_back(self, both: _Both) -> None:
        with self._lock:
            other = self._idle.pop(both.pair.name, None)
            self._idle[both.pair.name] = both
            over = [other] if other else []
            while len(self._idle) > self._most:
                over.append(self._idle.popitem(last=False)[1])
            for one in over:
                one.google.close()

    def remember_version(self, domain: Domain) -> None:
        """Store which Exchange answered, so that the next process need not guess."""
        self.connections.remember_version(domain)

    def _made(self, pair: Pair, domain: Domain) -> _Both:
        google = self._transports.google
        calendar = GoogleCalendar(
            domain.google,
            pair.calendar,
            pair.google_user,
            lambda: self._secret(domain.google.secret),
            self._now,
            colours=pair.colours,
            http=google(pair.google_user) if google else None,
            names=self.connections.names(domain),
            delegation=self._delegation,
        )

        def zone() -> str:
            # What a first sync is told is stored at its end only.
            return calendar.zone or zone_of(self._store, pair)

        exchange = ExchangeCalendar(self.connections.of(domain), pair.mailbox, pair.folder, zone=zone)
        return _Both(pair, domain, exchange, calendar)
