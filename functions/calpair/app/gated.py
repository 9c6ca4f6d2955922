"""The store's gate before a domain's Exchange, for look-ups on one machine: a refused password is theirs and the syncs' alike.

    Server(domain, secret, forget, now, reach, Gated(gate, asker, now))

What one look-up, sync or round of publishing was told holds for all of them, in every process and after every restart.
What Google said is no look-up's of Exchange to obey. On Google Cloud there is none: a look-up may not write the store.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from calpair.errors import SideError
from calpair.model.side import Side
from calpair.ports import Now
from calpair.sync.gate import Asker, Gate


@dataclass(frozen=True, slots=True)
class Gated:
    """A domain's Exchange behind the gate (`servers.Guard`)."""

    gate: Gate
    asker: Asker
    now: Now

    @contextmanager
    def passing(self) -> Iterator[None]:
        """Pass, and tell the gate what the server said. BackOffError: come back later."""
        passage = self.gate.ask(self.asker, self.now(), side=Side.EXCHANGE.value)
        try:
            yield
        except SideError as error:
            error.side = Side.EXCHANGE.value
            self.gate.note(passage, error, self.now())
            raise
        except Exception:
            self.gate.leave(passage)
            raise
        self.gate.open(passage)
