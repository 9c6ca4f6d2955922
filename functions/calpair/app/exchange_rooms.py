"""What the doors of look-ups of Exchange users have behind them: the domains' servers, and who may ask about which.

rooms.answer(question, rooms.open_to("planner@project.iam.gserviceaccount.com"))
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from calpair.app.looking import Looking
from calpair.app.pace import Pace
from calpair.app.patience import OneEach
from calpair.app.servers import Guard, Reach, Server
from calpair.busy.ask import may_ask
from calpair.gcp.callers import Callers
from calpair.model.busy import Answer, Question
from calpair.model.pair import Domain
from calpair.model.side import Side


@dataclass
class ExchangeRooms(Looking):
    """What look-ups of Exchange users have in common. `workspace`: who may call as an add-on; None: nobody."""

    callers: Callers = field(kw_only=True)
    workspace: Callers | None = None
    calendar_api: str = "https://www.googleapis.com/"
    """Where an open event is asked for; another in tests."""
    calendar_http: Any = None
    """What replaces the way there, in tests."""
    reach: Reach = field(default_factory=Reach)
    pace: Pace = field(default_factory=Pace)
    guard: Callable[[Domain], Guard] | None = None
    """Gives what stands before a domain's server; None: what this process has met."""
    _servers: OneEach[Server] = field(init=False)

    def __post_init__(self) -> None:
        """Join what all threads have to share, before there are any."""
        self._servers = OneEach(self._made)

    def answer(self, question: Question, open_to: Collection[str], until: datetime | None = None) -> Answer:
        """Answer a question for who may ask about these domains. `until`: how long servers are waited for."""
        return self.look(question, open_to, Side.EXCHANGE, partial(self._begin, until or self.until()))

    def open_to(self, caller: str) -> Collection[str]:
        """Give the domains that an account with a token may ask about.

        On Google Cloud the operator lists the accounts, and a domain may list some of them. On one machine it is the
        domains that list them, so one that lists none is open to none.
        """
        return {domain.name for domain in self.domains() if may_ask(domain, caller, unlisted=self.cloud)}

    def _begin(
        self, until: datetime, domain: Domain, addresses: Sequence[str], start: datetime, end: datetime
    ) -> Callable[[], Answer]:
        return self._servers.of(domain).begin(addresses, start, end, until)

    def _made(self, domain: Domain) -> Server:
        guard = self.guard(domain) if self.guard else None
        return Server(domain, self.secret, self.forget, self.now, self.reach, guard)
