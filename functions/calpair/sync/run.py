"""The walk: bring one pair in step. Read it from top to bottom.

    cursors -> observe both sides -> match -> plan -> guards -> lease -> act -> look once more -> commit the cursors

A run that finds nothing to do asks each side for one change list and writes the cursors once. Every run starts from
observations, never from what an earlier one meant to do; so a crash anywhere is mended by running again.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from itertools import chain, islice

from calpair.errors import OutOfTimeError, VersionError
from calpair.model.link import Link, State
from calpair.model.pair import Pair
from calpair.model.side import Side
from calpair.ports import Calendar, Now, Store
from calpair.sync import guard, renew
from calpair.sync.act import Ground, Outcome, act
from calpair.sync.book import Book, objection
from calpair.sync.cursors import Held, fingerprint
from calpair.sync.decision import Decision, Rules, words
from calpair.sync.desk import LivePairs
from calpair.sync.digest import Digester
from calpair.sync.ledger import Ledger
from calpair.sync.limited import Limited
from calpair.sync.notice import Notice
from calpair.sync.observe import Observation, due, observe
from calpair.sync.parted import Parted
from calpair.sync.plan import plan
from calpair.sync.records import ROLLING

ROUNDS = 4
"""Looks a run takes at what changes under its hands; what still moves then is left to the next run."""

MOST_NOTICES = 100
"""Events that a report tells of one by one."""

SOON = timedelta(minutes=1)


def never() -> bool:
    """Nobody asks the run to stop."""
    return False


def anything() -> None:
    """Nothing forbids the run to write."""


@dataclass(frozen=True, slots=True)
class World:
    """What a run needs. `holder` names this process, `alive` tells whether a named one still runs.

    `call_timeout`: how long a call to Exchange may take; `live_pairs`: all enabled pairs, by key, each with the sides
    on which it keeps the very folder or calendar of this pair; `progress(done, total)` is told of writes as they are
    done. `lease`: how long the pair may be held; `time`: how long a run may take, its last call included; `stopping`
    tells that it has to end now; `entitled()` raises what forbids it to write.
    """

    calendars: Mapping[Side, Calendar]
    store: Store
    digester: Digester
    now: Now
    holder: str
    alive: Callable[[str], bool]
    live_pairs: LivePairs
    progress: Callable[[int, int], None]
    call_timeout: timedelta = timedelta(seconds=60)
    lease: timedelta = guard.LEASE
    time: timedelta = guard.LEASE - timedelta(minutes=1)
    stopping: Callable[[], bool] = never
    entitled: Callable[[], None] = anything


@dataclass(slots=True)
class Report:
    """What a run did. `outcome`: `ok`, `busy` (somebody else is at it), `held` (waits for a person), `planned`.

    Or `unfinished`: its time was up, what is done is done, ask to be continued.
    `mended`: the run before had come to no good end, which somebody else may have told.
    `said` counts decisions by their word, and beside these each that had a `clash`, or a `put_back` among other things;
    what was parked before and was tried in vain is `still_parked`, and what failed otherwise is not counted. `notices`:
    what is told of single events, the first hundred. `retry`: when a parked event is due; `decisions` only of a dry run.
    """

    outcome: str = "ok"
    said: Counter[str] = field(default_factory=Counter)
    writes: int = 0
    notices: list[Notice] = field(default_factory=list)
    retry: datetime | None = None
    held: Held | None = None
    decisions: Sequence[Decision] = ()
    mended: bool = False

    @property
    def clashes(self) -> int:
        """Count the events that both sides had changed in the same thing."""
        return self.said["clash"]


def sync(pair: Pair, world: World, *, dry_run: bool = False) -> Report:
    """Bring the pair in step, or say what would be done. Raises SideError when a side cannot be used now."""
    book = Book(world.store, pair, world.now)
    if guard.is_held(book.cursors.lease, world.now(), world.alive):
        return Report("busy")
    held = book.cursors.held
    moot = held is not None and held.kind == "two_way" and not pair.two_way
    if held and not held.approved and not dry_run and not moot:
        return Report("held", held=held)
    last_start = world.now() + world.time - world.call_timeout
    limited: dict[Side, Calendar] = {
        side: Limited(calendar, world.now, last_start, world.stopping) for side, calendar in world.calendars.items()
    }
    # What the other side can hold in several events only is several events from here on.
    holds = {side: partial(calendar.hold, until=renew.horizon(world.now())) for side, calendar in limited.items()}
    limited[Side.EXCHANGE] = Parted(limited[Side.EXCHANGE], holds[Side.GOOGLE])
    limited[Side.GOOGLE] = Parted(limited[Side.GOOGLE], holds[Side.EXCHANGE], anew=pair.two_way)
    try:
        return _walk(pair, replace(world, calendars=limited), book, dry_run=dry_run)
    except VersionError:
        # Of its own cursors, or of a link that somebody wrote who should not: then the pair is still ours to give back.
        book.release()
        return Report("busy")
    except OutOfTimeError:
        book.release()
        return Report("unfinished")
    except Exception:
        book.release()
        raise


def _walk(pair: Pair, world: World, book: Book, *, dry_run: bool) -> Report:
    before, started = book.cursors, world.now()
    report = Report(mended=before.failed or before.held is not None or before.lease is not None)
    ledger = Ledger(world.store, pair.key, world.digester.name)
    afresh = book.start(fingerprint(pair, world.digester.name))
    # Orphans are removed only from complete lists, looked at anew.
    at: Mapping[Side, str] = dict.fromkeys(Side, "") if book.cursors.orphans_approved else book.cursors.at
    sides = tuple(Side)
    retrying, extending = book.retry_is_due(), book.extension_is_due()
    again = due(ledger.find([State.PARKED]), world.now()) if retrying else []
    again += book.cursors.orphans_approved
    again += [link.key for link in ledger.find([ROLLING])] if extending else []
    awaited: Mapping[str, tuple[Side, Link]] = {}
    acted = False
    for looks in range(ROUNDS):
        seen = observe(
            world.calendars,
            at,
            ledger,
            world.digester,
            pair=pair.key,
            live_pairs=world.live_pairs,
            look_again=again,
            sides=sides,
            afresh=afresh,
            intents=book.cursors.intents,
            settled=looks == 0,
            rebuilding=book.cursors.listed is None,
            enforcing=not pair.two_way,
            awaited=awaited,
        )
        for link in seen.unmade:
            ledger.save(link)
        decisions = plan(seen.cases, _rules(pair, world, book, seen))
        # A large mailbox has to fit in memory: what was decided upon need not be kept.
        seen.cases.clear()
        if dry_run:
            return Report("planned", Counter(chain.from_iterable(map(words, decisions))), decisions=decisions)
        held = _objection(pair, world, book, ledger, seen, decisions)
        if held:
            book.hold(held)
            return Report("held", report.said, report.writes, report.notices, held=held)
        book.remember(zone=seen.zone)
        if decisions:
            world.entitled()
            book.lease(world.holder, world.lease)
        outcome = act(decisions, _ground(world, ledger, book))
        book.remember(deleted=outcome.deleted)
        _tell(report, decisions, outcome, ledger, started)
        report.writes += outcome.writes
        acted = acted or bool(decisions)
        if outcome.stopped:
            raise outcome.stopped
        awaited = outcome.awaited
        at, again, afresh, decisions = seen.at, sorted(outcome.again), False, []
        # Our own writes are listed at once, so that the next run is quiet.
        sides = tuple(side for side in Side if side in outcome.sides)
        if not sides:
            break
    for key, (_, link) in awaited.items():
        # No list was left to name it.
        ledger.save(link)
        again.append(key)
    if extending or acted:
        book.extend(rolling=bool(ledger.find([ROLLING])))
    report.retry = _next_retry(world, book, ledger, busy=retrying or acted, again=bool(again))
    book.settle([key for key in book.cursors.intents if _was_made(ledger, key)])
    # What still moved in the last round has to be seen again: then no place moves.
    book.commit(
        book.cursors.at if again else at,
        pair.direction.value,
        report.retry,
        _links(book, ledger),
        to_come=_to_come(book, ledger),
    )
    return report


def _tell(report: Report, decisions: Sequence[Decision], outcome: Outcome, ledger: Ledger, started: datetime) -> None:
    """Count what was done; of what failed, and of what is parked, what came of it."""
    for decision in decisions:
        failed = decision.link.key in outcome.failed
        link = ledger.get(decision.link.key) if failed else decision.link
        if link and link.state is State.PARKED and link.parking:
            report.said["park" if link.parking.since >= started else "still_parked"] += 1
        elif not failed:
            report.said.update(words(decision))
            report.notices += islice(decision.notices, MOST_NOTICES - len(report.notices))


def _rules(pair: Pair, world: World, book: Book, seen: Observation) -> Rules:
    return Rules(
        pair=pair,
        hold={side: world.calendars[side].hold for side in Side},
        digester=world.digester,
        now=world.now(),
        zone=seen.zone or book.cursors.zone,
        intents=book.cursors.intents,
        orphans_approved=frozenset(book.cursors.orphans_approved),
    )


def _ground(world: World, ledger: Ledger, book: Book) -> Ground:
    return Ground(
        calendars=world.calendars,
        ledger=ledger,
        digester=world.digester,
        now=world.now,
        call_timeout=world.call_timeout,
        announce=book.announce,
        settle=book.settle,
        progress=world.progress,
    )


def _objection(
    pair: Pair, world: World, book: Book, ledger: Ledger, seen: Observation, decisions: Sequence[Decision]
) -> Held | None:
    emptied = (
        [link.key for link in ledger.load_all() if any(link.parts(side) for side in seen.emptied)]
        if seen.emptied
        else []
    )
    deletes = any(decision.said == "delete" for decision in decisions)
    links = _links(book, ledger) if deletes else 0
    return objection(book, pair, decisions, emptied, links, world.now())


def _links(book: Book, ledger: Ledger) -> int:
    """Count the pair's links: exactly where all were read, else from what was counted last."""
    if ledger.complete:
        return sum(1 for link in ledger.load_all() if link.state is not State.LEFT)
    return book.cursors.links + ledger.grown


def _next_retry(world: World, book: Book, ledger: Ledger, *, busy: bool, again: bool) -> datetime | None:
    if again:
        return world.now() + SOON
    if not busy:
        return book.cursors.retry
    parked = [link.parking.retry for link in ledger.find([State.PARKED]) if link.parking and link.parking.retry]
    return min(parked, default=None)


def _was_made(ledger: Ledger, key: str) -> bool:
    link = ledger.get(key)
    return link is not None and link.state is State.LINKED and link.part(Side.EXCHANGE) is not None


def _to_come(book: Book, ledger: Ledger) -> list[str]:
    """Give the links whose approved deletion is still under way.

    An absence is confirmed ten minutes later, and a refused deletion is tried again; what stands again as it did needs
    a new approval.
    """
    links = (ledger.get(key) for key in sorted(book.allowed_to_go()))
    return [link.key for link in links if link and (link.gone or link.missing)]
