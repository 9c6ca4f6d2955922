"""What both look-ups have in common: whose an address is, who may ask about it, and one line in the log.

    looking = Looking(store, secret, forget)
    answer = looking.look(question, {"altostrat.com"}, Side.EXCHANGE, begin)

Reads documents and asks servers; writes nothing, and keeps an answer for half a minute at most.
"""

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property

from calpair.app.clock import clock
from calpair.app.documents import OneByOne
from calpair.app.register import Register
from calpair.busy.ask import Begin, ask
from calpair.busy.memory import Memory
from calpair.busy.registered import Books
from calpair.errors import BackOffError, CallerError, CalpairError
from calpair.exchange import basic
from calpair.model.busy import Answer, Question, Unknown
from calpair.model.pair import Domain
from calpair.model.side import Side
from calpair.ports import Now, Store

_logger = logging.getLogger("calpair")

PATIENCE = timedelta(seconds=20)
"""How long servers are waited for, from the moment a question has been read: whoever asks gives us thirty seconds."""


@dataclass
class Looking:
    """What every look-up needs. Threads share it. `secret` gives what a reference names, `forget` has it read anew."""

    store: Store
    secret: Callable[[str], str]
    forget: Callable[[str], None]
    now: Now = clock
    patience: timedelta = PATIENCE
    memory: Memory = field(default_factory=Memory)
    cloud: bool = True
    """Whether this is Google Cloud."""

    @cached_property
    def documents(self) -> OneByOne:
        """What people wrote."""
        return OneByOne(self.store, self.now, cloud=self.cloud)

    @cached_property
    def register(self) -> Register:
        """Whose an address is, as far as it is stored."""
        return Register(self.store, self.documents, self.now)

    def domains(self) -> Sequence[Domain]:
        """Give the domains that can be used."""
        return self.documents.domains().usable

    def until(self) -> datetime:
        """Give how long whoever asks now is let wait."""
        return self.now() + self.patience

    def look(self, question: Question, open_to: Collection[str], side: Side, begin: Begin) -> Answer:
        """Answer a question for who may ask about these domains, and log one line about it. StoreError."""
        known = self.documents.domains()
        books = Books(known.usable, self.register.entries(question.addresses, known.usable), self.register.paired)
        failed: list[str] = []
        found = ask(
            question,
            side,
            replace(books, open_to=open_to),
            self.memory.before(begin, self.now),
            lambda name, error: failed.append(f"{name}: {error}"),
        )
        nobodys = [one for one in found if not books.place(one, side)]
        mails = {one.rpartition("@")[2].lower() for one in nobodys}
        _note(found, [*failed, *(wrong.said for wrong in known.wrong if wrong.mails & mails)], len(nobodys), side)
        return found

    def proven(self, authorization: str | None) -> frozenset[str]:
        """Give the domains whose `availability.credentials` a call shows (Basic).

        CallerError: none's. BackOffError: none's that could be read, and some could not be now.
        """
        given = basic.parse(authorization)
        found, later = set[str](), list[BackOffError]()
        for domain in self.domains():
            # All are compared, whatever fitted: the time it takes tells nothing.
            try:
                basic.prove(given, self._credentials(domain))
                found.add(domain.name)
            except CallerError:
                continue
            except BackOffError as error:
                later.append(error)
        if later and not found:
            # It may be the right one.
            raise later[0]
        if not found:
            # Whoever waits for an answer in vain finds the reason here; nothing of it is the caller's word.
            _logger.info("refused a caller: the name or the password is wrong")
            raise CallerError("the name or the password is wrong", known=False)
        return frozenset(found)

    def _credentials(self, domain: Domain) -> Sequence[tuple[str, str]]:
        """Read a domain's names and passwords, `NAME:PASSWORD` on a line each; none where they cannot be had.

        BackOffError: not now.
        """
        if not domain.credentials:
            return ()
        try:
            lines = self.secret(domain.credentials).splitlines()
        except BackOffError:
            raise
        except CalpairError as error:
            _logger.warning("%s: availability.credentials: %s", domain.name, error)
            return ()
        return [given for line in lines if (given := name_and_password(line))]


def name_and_password(line: str) -> tuple[str, str] | None:
    """Read a line of `availability.credentials`; None: it is no `NAME:PASSWORD`."""
    name, colon, password = line.strip().partition(":")
    return (name, password) if colon else None


_CURES = {
    Side.EXCHANGE: "limits.mailbox_domains, else the name of its document, says what is in one",
    Side.GOOGLE: "the directory, a pair, or limits.calendar_domains says what is in one",
}


def _note(told: Answer, failed: Sequence[str], nobodys: int, side: Side) -> None:
    """Keep one line of a look-up: how many were asked about and are known, and which domains failed; nobody's name.

    `nobodys`: how many are in no domain that can be used.
    """
    unknown = sum(isinstance(one, Unknown) for one in told.values())
    fields = {"asked": len(told), "unknown": unknown, "failed": len(failed)}
    level = logging.WARNING if failed else logging.INFO
    said = ["looked up", *failed]
    if nobodys and not failed:
        said.append(f"{nobodys} in no domain: {_CURES[side]}")
    _logger.log(level, "%s", "; ".join(said), extra={"fields": fields})
