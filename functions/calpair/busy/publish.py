"""Publish when Google users are not free in Exchange's free/busy folder, one batch of people at a time.

    report = publish(batch, domain, Means(store, source, folder, digest, now))

Google is asked about the whole batch and all months; a person's message is written where that differs from what was
written last (a keyed digest tells), so a round in which nobody's calendar changed asks Exchange nothing. Once a day the
messages are looked at: one that somebody else wrote over, or that is gone, is written again. Of whom Google says nothing
the message stays as it is: not known is never free. What is wrong with one person stops no other.

A round takes its batch before it writes, and one that finds it taken asks nobody: a plan made from an older state never
acts. What was written is remembered beside whatever changed in the directory meanwhile.

The months go on with the calendar, each batch at its own hour of the first day, so that not all is written at once.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from calpair.busy.batches import PUBLISHED, Batch, Person, Stopped
from calpair.errors import SideError, VersionError
from calpair.model.busy import Block, Busy, Told, Unknown, joined
from calpair.model.pair import Domain, PublicFolder
from calpair.model.when import first_of_month
from calpair.ports import BusyFolder, Notice, Now, Posted, Store

COMPARED = timedelta(days=1)
"""How often messages are looked at that nobody here has changed."""
SPREAD = timedelta(hours=12)
"""Within which the months of all batches move."""
LEASE = timedelta(minutes=6)
"""How long a round that writes has its batch for itself: what it may take, and a minute."""
_TRIES = 3
"""How often what was written is taken down where others write the same document."""
_NOBODY = Unknown("not_found")
_SPOKEN = (Busy.TENTATIVE, Busy.BUSY, Busy.AWAY)

LookUp = Callable[[Sequence[str], datetime, datetime], Mapping[str, Told]]
"""When Google users are not free between two instants, by address. SideError: nobody's could be told."""


@dataclass(frozen=True, slots=True)
class Means:
    """What publishing asks of the world. `digest` is keyed: the store learns nothing of what it remembers.

    `tell` is told how a batch will stand, before that is stored: who dies in between does it all again.
    """

    store: Store
    look_up: LookUp
    folder: BusyFolder
    digest: Callable[[str], str]
    now: Now
    tell: Callable[[Batch], None] = lambda _: None


@dataclass(frozen=True, slots=True)
class Report:
    """What a round did: how many people were written, and of how many Google said nothing; and the batch as it stands now.

    `taken`: somebody else is at it, and nothing was done.
    """

    batch: Batch
    written: int = 0
    unknown: int = 0
    taken: bool = False

    @property
    def troubled(self) -> Mapping[str, Person]:
        """Who could not be published."""
        return {address: person for address, person in self.batch.people.items() if person.wrong}


def publish(batch: Batch, domain: Domain, means: Means) -> Report:
    """Bring a batch's messages to what Google says. SideError: a server refused, or rests; the batch is due later."""
    settings, now = domain.public_folder or PublicFolder(), means.now()
    if batch.taken and now < batch.taken:
        return Report(batch, taken=True)
    first = first_month(now, batch.key)
    twins = {address: person for address, person in batch.people.items() if person.twin}
    asked = [person.google for address, person in batch.people.items() if address not in twins]
    told = means.look_up(asked, first, first_of_month(first, settings.months)) if asked else {}
    people, compared = _looked_at(batch, means, now)
    notices = {
        address: Notice(person.legacy_dn, tuple(blocks), first, settings.months, person.item, person.version)
        for address, person in people.items()
        if not isinstance(blocks := told.get(person.google, _NOBODY), Unknown)
    }
    digests = {address: means.digest(_spelled(notice)) for address, notice in notices.items()}
    changed = [address for address in notices if people[address].digest != digests[address]]
    written: Sequence[Posted | SideError] = ()
    if changed:
        try:
            batch = _take(batch, means.store, now)
        except VersionError:
            return Report(batch, taken=True)
        written = _write(batch, [notices[address] for address in changed], means, now)
    outcomes = dict(zip(changed, written, strict=True))
    for address, person in people.items():
        blocks = told.get(person.google, _NOBODY)
        if isinstance(blocks, Unknown):
            people[address] = _wrong(person, blocks.reason, now)
        else:
            people[address] = _after(person, outcomes.get(address), digests[address], now)
    folders = means.folder.remembered()
    after = replace(batch, people=people | twins, compared=compared, folders=folders, taken=None, stopped=None)
    _remember(after, batch.taken if changed else None, means, now, settings.interval)
    failed = sum(isinstance(outcome, SideError) for outcome in written)
    return Report(after, len(changed) - failed, len(people) - len(notices))


def postpone(store: Store, key: str, now: datetime, until: datetime, stopped: Stopped | None = None) -> None:
    """Have a batch looked at later, after a round that came to nothing; `stopped`: why.

    One that a round has taken is that round's.
    """
    doc = store.get(PUBLISHED, key)
    batch = Batch.read(doc) if doc else None
    if batch and not (batch.taken and now < batch.taken):
        with suppress(VersionError):
            store.put(replace(batch, taken=None, stopped=stopped or batch.stopped).doc(until))


def _take(batch: Batch, store: Store, now: datetime) -> Batch:
    """Take a batch for a round. VersionError: somebody else has written it since it was read."""
    until = now + LEASE
    return Batch.read(store.put(replace(batch, taken=until).doc(until)))


def _write(batch: Batch, notices: Sequence[Notice], means: Means, now: datetime) -> Sequence[Posted | SideError]:
    """Write messages; where nothing came of it, the batch is given back."""
    try:
        return means.folder.write(notices, now)
    except SideError:
        with suppress(VersionError):
            means.store.put(replace(batch, taken=None).doc(now))
        raise


def _remember(after: Batch, taken: datetime | None, means: Means, now: datetime, interval: timedelta) -> None:
    """Take down what a round did; `taken`: how it had the batch, None: it wrote nothing, and anybody's word is as good.

    Who was enrolled meanwhile is asked about at once.
    """
    due = now + interval
    for _ in range(_TRIES):
        means.tell(after)
        with suppress(VersionError):
            means.store.put(after.doc(due))
            return
        doc = means.store.get(PUBLISHED, after.key)
        there = Batch.read(doc) if doc else None
        if taken is None or there is None or there.taken != taken:
            # Nobody is published there any more, or somebody else has it by now, who finds out what was written.
            return
        people = {address: _known(one, after.people.get(address)) for address, one in there.people.items()}
        after, due = replace(after, people=people, version=there.version), now


def _known(there: Person, known: Person | None) -> Person:
    return known if known and (known.google, known.legacy_dn) == (there.google, there.legacy_dn) else there


def first_month(now: datetime, key: str) -> datetime:
    """Give the first instant of the months to be published: the present one, each batch a while after it has begun."""
    late = SPREAD * (int(hashlib.sha256(key.encode()).hexdigest()[:4], 16) / 0xFFFF)
    return first_of_month(now - late)


def _looked_at(batch: Batch, means: Means, now: datetime) -> tuple[dict[str, Person], datetime]:
    """Once a day look at the messages; of one that is not the one that was written, what was written is forgotten."""
    people = {address: person for address, person in batch.people.items() if not person.twin}
    if batch.compared is None or now - batch.compared < COMPARED:
        return people, batch.compared or now
    found = means.folder.look([person.legacy_dn for person in people.values()])
    for address, person in people.items():
        there = found.get(person.legacy_dn)
        if isinstance(there, SideError):
            continue
        if there is None:
            people[address] = replace(person, item="", version="", digest="", at="")
        elif (there.id, there.version, there.at.isoformat()) != (person.item, person.version, person.at):
            people[address] = replace(person, item=there.id, version=there.version, digest="", at="")
    return people, now


def _after(person: Person, outcome: Posted | SideError | None, digest: str, now: datetime) -> Person:
    """Give what is known of somebody after a round; `outcome` None: there was nothing to write."""
    if outcome is None:
        return replace(person, wrong="", since="")
    if isinstance(outcome, SideError):
        return _wrong(replace(person, digest=""), outcome.code, now)
    at = outcome.at.isoformat()
    return replace(person, item=outcome.id, version=outcome.version, digest=digest, at=at, wrong="", since="")


def _wrong(person: Person, code: str, now: datetime) -> Person:
    return person if person.wrong == code else replace(person, wrong=code, since=now.isoformat())


def _spelled(notice: Notice) -> str:
    """Spell what a message is to say; equal however Google has cut it up."""
    spans = {
        busy: [f"{start.isoformat()}/{end.isoformat()}" for start, end in joined(_of(notice.blocks, busy))]
        for busy in _SPOKEN
    }
    return f"{notice.legacy_dn.lower()} {notice.start.isoformat()} {notice.months} {spans}"


def _of(blocks: Sequence[Block], busy: Busy) -> Sequence[Block]:
    return [block for block in blocks if block.busy is busy]
