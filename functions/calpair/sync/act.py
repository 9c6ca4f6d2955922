"""Carry decisions out: batches to each side, and after every answer the link that remembers it.

An item's failure is that event's alone: it is parked with its reason, looked at again, or left to the next run. What
concerns the whole side (back-off, sign-in, access) ends the acting and is handed to the walk. The order of work within
the dates: edits, Google's before Exchange's, then deletions, then new copies, Exchange's before Google's; an intent is
stored before any CreateItem.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import islice, product

from calpair.errors import (
    AbsentError,
    BackOffError,
    IdTakenError,
    RefusedError,
    SideError,
    StaleError,
    UnknownOutcomeError,
)
from calpair.model.event import Event, Field
from calpair.model.link import Digests, Link, Parking, Part, State, series_of
from calpair.model.rule import Original
from calpair.model.side import Side
from calpair.ports import Calendar, Now, Written
from calpair.recurrence.spelling import alike, occurrence_of
from calpair.sync import guard
from calpair.sync.cursors import Intent
from calpair.sync.decision import ALTERED, OCCURRENCE, REFUSED, Create, Decision, Remove, Update, Write
from calpair.sync.digest import Digester
from calpair.sync.ledger import Ledger

_ORDER: tuple[tuple[type[Write], Side], ...] = (
    # Writing a series' rule takes its overrides on Exchange: what was edited there is on Google by then.
    (Update, Side.GOOGLE),
    (Update, Side.EXCHANGE),
    *product((Remove, Create), Side),
)

BATCH = 50
"""Writes sent together; the batch sizes of both adapters divide it."""


@dataclass(slots=True)
class Outcome:
    """What came of it. `again`: links to be looked at again; `deleted`: links whose deletion a person's own caused.

    `awaited`: of links of which nobody looked at what was written, the side, and the link as it was before.
    """

    again: set[str] = field(default_factory=set)
    awaited: dict[str, tuple[Side, Link]] = field(default_factory=dict)
    sides: set[Side] = field(default_factory=set)
    deleted: list[str] = field(default_factory=list)
    events: set[str] = field(default_factory=set)
    """The events these are about: a series in parts is one deletion."""
    writes: int = 0
    failed: set[str] = field(default_factory=set)
    """Links of which a write did not come about."""
    stopped: SideError | None = None


@dataclass(frozen=True, slots=True)
class Ground:
    """What acting needs. `announce(intents)` stores intents before it returns; `settle(keys)` closes them."""

    calendars: Mapping[Side, Calendar]
    ledger: Ledger
    digester: Digester
    now: Now
    call_timeout: timedelta
    announce: Callable[[Mapping[str, Intent]], None]
    settle: Callable[[Iterable[str]], None]
    progress: Callable[[int, int], None]


def act(decisions: Sequence[Decision], ground: Ground) -> Outcome:
    """Do what was decided."""
    outcome = Outcome()
    for decision in decisions:
        if not decision.writes:
            _store(decision, decision.link, ground)
    jobs = [_Job(decision, list(decision.writes)) for decision in decisions if decision.writes]
    total = sum(len(job.left) for job in jobs)
    for kind, side in _ORDER:
        turn = iter([job for job in jobs if job.next_is(kind, side)])
        while batch := list(islice(turn, BATCH)):
            _do(kind, side, batch, ground, outcome)
            if outcome.stopped:
                return outcome
            ground.progress(total - sum(len(job.left) for job in jobs), total)
    return outcome


def _do(kind: type[Write], side: Side, batch: "Sequence[_Job]", ground: Ground, outcome: Outcome) -> None:
    """Send one batch and take its answers; an answer nobody gave is every item's."""
    answers: Sequence[Written | SideError | None]
    try:
        answers = _send(kind, side, batch, ground)
    except UnknownOutcomeError as error:
        answers = [error] * len(batch)
    except SideError as error:
        error.side = side.value
        if kind is Create and side is Side.EXCHANGE:
            # Nothing of it took effect.
            ground.settle([job.key for job in batch])
        outcome.stopped = error
        return
    outcome.sides.add(side)
    for job, answer in zip(batch, answers, strict=True):
        _take(job, job.next(kind, side), answer, ground, outcome)


@dataclass(slots=True)
class _Job:
    decision: Decision
    left: list[Write]
    done: dict[Side, Written] = field(default_factory=dict)

    def next_is(self, kind: type[Write], side: Side) -> bool:
        return any(isinstance(write, kind) and write.side is side for write in self.left)

    def next(self, kind: type[Write], side: Side) -> Write:
        return next(write for write in self.left if isinstance(write, kind) and write.side is side)

    @property
    def key(self) -> str:
        return self.decision.link.key


def _send(kind: type[Write], side: Side, batch: Sequence[_Job], ground: Ground) -> Sequence[Written | SideError | None]:
    calendar = ground.calendars[side]
    writes = [job.next(kind, side) for job in batch]
    if kind is Update:
        for job, write in zip(batch, writes, strict=True):
            if isinstance(write, Update):
                _begin(job, write, ground)
        return calendar.update([write.edit for write in writes if isinstance(write, Update)])
    if kind is Remove:
        for job, write in zip(batch, writes, strict=True):
            if isinstance(write, Remove) and write.removal.item and write.removal.item.parts > 1:
                # It goes occurrence by occurrence.
                _half_make(job, write.side, ground)
        return calendar.delete([write.removal for write in writes if isinstance(write, Remove)])
    for job in batch:
        known = ground.ledger.get(job.key)
        if known and side in known.agreed:
            # Of what is made again nothing was agreed: what it lacks was not undone, should this end half-way.
            ground.ledger.save(known.agreeing(side, None))
    if side is Side.EXCHANGE:
        # EWS has no key that makes a create safe to repeat: say first what is about to be done.
        deadline = ground.now() + ground.call_timeout + timedelta(seconds=60)
        ground.announce({job.key: Intent(deadline, job.decision.link.generation) for job in batch})
    return calendar.create([write.draft for write in writes if isinstance(write, Create)])


def _begin(job: _Job, write: Update, ground: Ground) -> None:
    """Remember that a series is being written: its overrides follow one by one, and a server may drop them on the way."""
    if _in_steps(write):
        _half_make(job, write.side, ground)


def _in_steps(write: Update) -> bool:
    """Tell whether occurrences are written; a part is written occurrence by occurrence of its series."""
    return bool(write.edit.overrides) or write.edit.item.parts > 1


def _half_make(job: _Job, side: Side, ground: Ground) -> None:
    known = ground.ledger.get(job.key)
    if known:
        ground.ledger.save(replace(known, half_made=tuple(sorted({*known.half_made, side}))))


def _take(job: _Job, write: Write, answer: Written | SideError | None, ground: Ground, outcome: Outcome) -> None:
    job.left.remove(write)
    if isinstance(answer, SideError):
        answer.side = write.side.value
        job.left.clear()
        _failed(job, write, answer, ground, outcome)
        return
    outcome.writes += 1
    if isinstance(write, Create) and write.side is Side.EXCHANGE:
        ground.settle([job.key])
    if isinstance(write, Remove):
        if write.asked and job.decision.link.event not in outcome.events:
            outcome.events.add(job.decision.link.event)
            outcome.deleted.append(job.key)
        _store(job.decision, job.decision.link, ground)
    elif answer is None:
        raise TypeError("a write answers with what it wrote")
    elif unsettled := next((error for error in answer.refused.values() if not isinstance(error, RefusedError)), None):
        # Some occurrences are still to be written; the agreement of before shows which.
        job.left.clear()
        _failed(job, write, unsettled, ground, outcome)
    else:
        _remember(job, write, answer, ground, outcome)


def _remember(job: _Job, write: Create | Update, answer: Written, ground: Ground, outcome: Outcome) -> None:
    """Note what was written; the link is stored when all of its writes are done."""
    job.done[write.side] = answer
    if answer.told and ground.ledger.get(job.key):
        # With the item it was written on, which the list has to name.
        outcome.awaited[job.key] = (write.side, _as_found(job, ground))
    if not answer.sure or answer.item is None:
        outcome.again.add(job.key)
        if isinstance(write, Update) and _in_steps(write):
            # How far it came nobody knows; the agreement of before shows what is left to be written.
            job.left.clear()
            _look_again(job, ground, outcome)
            return
    if job.left:
        half = _half_done(job, write, answer, ground)
        if half:
            ground.ledger.save(half)
        return
    link, known = job.decision.link, ground.ledger.get(job.key)
    for side, written in job.done.items():
        old = known.agreed.get(side) if known else None
        link = _agreed(link, side, written, _wrote(job.decision, side), old, ground.digester)
    for side, written in job.done.items():
        if _shifted(_wrote(job.decision, side), written):
            # What left its series or is back in it is told of the other parts as well, or of one that is no link yet.
            outcome.again |= {job.key, *(one.key for one in ground.ledger.of(side, series_of(written.id)))}
    _store(job.decision, link, ground)
    # A first sync has many; what was answered is in the link now.
    job.done.clear()


def _agreed(
    link: Link, side: Side, written: Written, write: Create | Update, old: Digests | None, digester: Digester
) -> Link:
    """The new agreement is what the server holds after normalising, if it is surely the result of our write.

    Otherwise the old one stays, but for the fields just written, and the item is read again.
    """
    item, meant = written.item, _meant(write)
    if item is None or item.event is None or not written.sure:
        if old is not None and isinstance(write, Update):
            told = digester.fields(meant)
            old = {**old, **{name: told[name] for name in write.names if name in told}}
        return link.with_part(side, Part(written.id)).agreeing(side, old if isinstance(write, Update) else None)
    shifted = _shifted(write, written)
    now, said = (_without(shifted, alike(event)) for event in (item.event, meant))
    altered = {f"{name}{ALTERED}" for name in Field if name in now and name in said and now[name] != said[name]}
    if written.refused:
        altered.add(f"{OCCURRENCE}{REFUSED}")
    elif any(now.get(name) != said.get(name) for name in {*now, *said} if occurrence_of(name)):
        altered.add(f"{OCCURRENCE}{ALTERED}")
    told = _without(shifted, digester.fields(item.event))
    # Of these nothing is agreed by it: that one is here and not there now is still to be carried, in this run or another.
    told = {
        **told,
        **{name: digest for name, digest in (old or {}).items() if name not in _without(shifted, old or {})},
    }
    part = replace(item.part, version="") if shifted else item.part
    link = link.with_part(side, part).agreeing(side, told)
    named = replace(link, uid=item.uid) if side is Side.EXCHANGE else replace(link, google_uid=item.uid)
    return replace(named, losses=tuple(sorted({*link.losses, *altered})))


def _shifted(write: Create | Update, written: Written) -> frozenset[Original]:
    """Give the occurrences that stood apart from an item and do not by its being written, or the other way round.

    So it comes when a neighbour that was moved across is cancelled.
    """
    if written.item is None or not isinstance(write, Update):
        return frozenset()
    return write.edit.item.apart ^ written.item.apart


def _without(originals: frozenset[Original], names: Mapping[str, str]) -> dict[str, str]:
    """Leave out what is said of some occurrences."""
    return {
        name: text
        for name, text in names.items()
        if (occurrence := occurrence_of(name)) is None or occurrence[0] not in originals
    }


def _half_done(job: _Job, write: Write, written: Written, ground: Ground) -> Link | None:
    """The stored link (if there is one), agreeing only on the fields just written: the rest of the merge is still to be seen as edits."""
    link = ground.ledger.get(job.key)
    if link is None:
        return None
    old, item = link.agreed.get(write.side), written.item
    if not isinstance(write, Update) or old is None or item is None or item.event is None or not written.sure:
        return link
    now = ground.digester.fields(item.event)
    names = write.names
    return link.with_part(write.side, item.part).agreeing(
        write.side, {**old, **{name: digest for name, digest in now.items() if name in names}}
    )


def _wrote(decision: Decision, side: Side) -> Create | Update:
    for write in decision.writes:
        if write.side is side and not isinstance(write, Remove):
            return write
    raise ValueError(f"nothing was written on {side}")


def _meant(write: Create | Update) -> Event:
    return write.edit.event if isinstance(write, Update) else write.draft.event


def _failed(job: _Job, write: Write, error: SideError, ground: Ground, outcome: Outcome) -> None:
    outcome.failed.add(job.key)
    creating = isinstance(write, Create) and write.side is Side.EXCHANGE
    if creating and not isinstance(error, UnknownOutcomeError):
        ground.settle([job.key])
    match error:
        case StaleError() | AbsentError():
            _look_again(job, ground, outcome)
        case IdTakenError():
            link = job.decision.link
            _save_parked(link.generation + 1, job, "id_taken", timedelta(0), ground)
            outcome.again.add(job.key)
        case UnknownOutcomeError() if creating:
            _save_parked(None, job, "awaiting_answer", ground.call_timeout + timedelta(seconds=61), ground)
        case UnknownOutcomeError() if isinstance(write, Create):
            # The copy may be there: its stamp has to find the link when it is listed.
            _save_parked(None, job, "awaiting_answer", timedelta(0), ground)
            outcome.again.add(job.key)
        case UnknownOutcomeError():
            _look_again(job, ground, outcome)
        case BackOffError() if error.scope != "item":
            outcome.stopped = error
        case BackOffError():
            wish = timedelta(seconds=error.seconds) if error.seconds else timedelta(0)
            _save_parked(None, job, error.code, max(wish, _rest(job, ground)), ground)
        case _:
            _save_parked(None, job, error.code, _rest(job, ground), ground)


def _look_again(job: _Job, ground: Ground, outcome: Outcome) -> None:
    """Decide anew in the next look, and remember until then what is gone."""
    outcome.again.add(job.key)
    link = _as_found(job, ground)
    if ground.ledger.get(job.key) is None:
        # Nothing was carried yet: should this run end here, the item must not pass for one that is known.
        unread = {side: tuple(replace(part, version="") for part in link.parts(side)) for side in Side}
        link = replace(link, exchange=unread[Side.EXCHANGE], google=unread[Side.GOOGLE])
    ground.ledger.save(replace(link, gone=job.decision.gone))


def _as_found(job: _Job, ground: Ground) -> Link:
    """The stored link with the items that were found to belong to it; what was agreed stays as it was.

    A part found only now has no version, so that it will be read; two that were never agreed upon have no agreement.
    """
    known, decided = ground.ledger.get(job.key), job.decision.link
    if known is None and not (decided.exchange and decided.google):
        return decided
    link = known or decided.agreeing(Side.EXCHANGE, None).agreeing(Side.GOOGLE, None)
    for side in Side:
        new, old = decided.part(side), known.part(side) if known else None
        if new and (old is None or old.id != new.id):
            link = link.with_part(side, Part(new.id))
    return replace(link, home=decided.home, uid=decided.uid)


def _rest(job: _Job, ground: Ground) -> timedelta:
    old = ground.ledger.get(job.key)
    return guard.rest(old.parking.tries + 1 if old and old.parking else 1)


def _save_parked(generation: int | None, job: _Job, reason: str, rest: timedelta, ground: Ground) -> None:
    """Set the event aside. What was agreed before stays, so that the retry still sees what changed."""
    link = _as_found(job, ground)
    tries = link.parking.tries + 1 if link.parking else 1
    since = link.parking.since if link.parking and link.parking.reason == reason else ground.now()
    parking = Parking(reason, since, tries, ground.now() + rest)
    link = replace(link, state=State.PARKED, parking=parking, gone=job.decision.gone or link.gone)
    ground.ledger.save(replace(link, generation=link.generation if generation is None else generation))


def _store(decision: Decision, link: Link, ground: Ground) -> None:
    if decision.forget:
        ground.ledger.forget(link)
    else:
        ground.ledger.save(link)
