"""One run of one pair, as every ground has it: through the gate, through the walk, and told in the pair's status."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial

from calpair.app.askers import asker
from calpair.app.sides import Sides
from calpair.care import status as statuses
from calpair.care.visible import Watch
from calpair.errors import BackOffError, CalpairError, SideError, SignInError, VersionError
from calpair.model.pair import Domain, Pair
from calpair.model.side import Side
from calpair.ports import Calendar, Now, Store
from calpair.sync import guard
from calpair.sync.desk import LivePairs
from calpair.sync.digest import Digester
from calpair.sync.gate import CHECKING, Asker, Gate, Passage
from calpair.sync.run import Report, World, anything, never, sync


def quiet(done: int, total: int) -> None:
    """Tell nobody of progress."""


def keep_nothing(reference: str) -> None:
    """Forget a secret, where none is kept."""


@dataclass(frozen=True, slots=True)
class How:
    """How a run is to be done; `sync.run.World` says what these mean."""

    live_pairs: LivePairs
    holder: str
    alive: Callable[[str], bool]
    progress: Callable[[int, int], None] = quiet
    dry_run: bool = False
    lease: timedelta = guard.LEASE
    time: timedelta = guard.LEASE - timedelta(minutes=1)
    stopping: Callable[[], bool] = never
    entitled: Callable[[], None] = anything


@dataclass
class Runner:
    """The parts of a run that outlive it. Threads may share it.

    `secret` gives what a reference names, `forget` has it read anew.
    `digester()` gives the digests under this installation's key; UsageError: it has none.
    """

    sides: Sides
    store: Store
    gate: Gate
    digester: Callable[[], Digester]
    now: Now
    secret: Callable[[str], str]
    forget: Callable[[str], None] = keep_nothing
    doctor: bool = True
    """Whether `calpair doctor` can look from where this runs."""
    _listed: set[str] = field(default_factory=set)
    _states: dict[str, tuple[str, statuses.State]] = field(default_factory=dict)
    """By name: of which pair, and what was last told of it."""

    def run(self, pair: Pair, domain: Domain, how: How) -> Report:
        """Bring one pair in step, and keep its status. Raises what stands in the way."""
        started = self.now()
        visible: list[float] = []
        try:
            passage = self.gate.ask(self.asker(domain), started, trial=not how.dry_run)
            report = self._passed(passage, partial(self._run, pair, domain, how, visible))
        except CalpairError as error:
            if isinstance(error, SignInError):
                # Only now: the gate took down with which secrets this was.
                self.forget(domain.exchange.secret)
                self.forget(domain.google.secret)
            if not how.dry_run and not (isinstance(error, BackOffError) and error.code == CHECKING):
                self.doubt(pair.name)
                self.tell(pair, statuses.after_error(error, doctor=self.doctor), {}, visible)
            raise
        held = report.held
        state = statuses.after_run(pair.name, report.outcome, held.kind if held else "", len(held.links) if held else 0)
        if state and not how.dry_run:
            if report.mended:
                self._states.pop(pair.name, None)
            if not report.said and self._told(pair) != state:
                # Nothing was written, so nobody has asked: a pair that was paused meanwhile is not to be called well.
                how.entitled()
            self.tell(pair, state, report.said, visible)
            self.sides.remember_version(domain)
        return report

    def asker(self, domain: Domain) -> Asker:
        """Say whose servers are to be asked, for the gate before them."""
        return asker(domain, self.secret, self.digester)

    def tell(self, pair: Pair, state: statuses.State, said: Mapping[str, int], visible: Sequence[float] = ()) -> None:
        """Keep the status when there is something to say: a quiet run in a known state writes nothing."""
        if said or self._told(pair) != state:
            # Where another process has just written it, its word is as good as ours.
            with suppress(VersionError):
                statuses.record(self.store, pair.key, pair.name, state, said, self.now(), visible)
            self._states[pair.name] = pair.key, state

    def doubt(self, name: str) -> None:
        """Take it that somebody else may have written the pair's status."""
        self._states.pop(name, None)

    def _told(self, pair: Pair) -> statuses.State | None:
        """Give what the pair's status says, as far as this process knows.

        Another may have told of an error, or of its end, since: who comes to one of these looks anew.
        """
        of, state = self._states.get(pair.name, ("", None))
        if of != pair.key:
            # Nobody has told of it here, or of another mailbox or calendar that had the name.
            state = statuses.told(self.store, pair.key, pair.name)
            if state:
                self._states[pair.name] = pair.key, state
        return state

    def _passed(self, passage: Passage, run: Callable[[], Report]) -> Report:
        """Run behind the gate, and tell it what the servers said."""
        try:
            report = run()
        except SideError as error:
            self.gate.note(passage, error, self.now())
            raise
        except Exception:
            self.gate.leave(passage)
            raise
        if report.outcome in ("ok", "planned"):
            self.gate.open(passage)
        else:
            self.gate.leave(passage)
        return report

    def _run(self, pair: Pair, domain: Domain, how: How, visible: list[float]) -> Report:
        """Run; `visible` takes the times-to-visible."""
        with self.sides.lent(pair, domain) as calendars:
            watch = Watch(calendars, partial(statuses.last_success, self.store, pair.key), visible)
            return sync(pair, self._world(pair, domain, how, watch.calendars), dry_run=how.dry_run)

    def _world(self, pair: Pair, domain: Domain, how: How, calendars: Mapping[Side, Calendar]) -> World:
        return World(
            calendars=calendars,
            store=self.store,
            digester=self.digester().under(pair.colours),
            now=self.now,
            holder=how.holder,
            alive=how.alive,
            live_pairs=how.live_pairs,
            progress=how.progress if how.dry_run else self._telling(pair, how.progress),
            call_timeout=timedelta(seconds=domain.exchange.timeout_seconds),
            lease=how.lease,
            time=how.time,
            stopping=how.stopping,
            entitled=how.entitled,
        )

    def _telling(self, pair: Pair, progress: Callable[[int, int], None]) -> Callable[[int, int], None]:
        """Keep the status of a first sync, tenth by tenth, beside telling whoever asked."""
        if pair.key not in self._listed and statuses.was_listed(self.store, pair.key):
            self._listed.add(pair.key)
        if pair.key in self._listed:
            return progress
        tenths: set[int] = set()

        def tell(done: int, total: int) -> None:
            progress(done, total)
            if done * 10 // total not in tenths:
                tenths.add(done * 10 // total)
                with suppress(VersionError):
                    statuses.record(self.store, pair.key, pair.name, statuses.first_sync(done, total), {}, self.now())

        return tell
