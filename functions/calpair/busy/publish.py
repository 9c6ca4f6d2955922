"""Publish when Google users are not free in Exchange's free/busy folder, one batch of people at a time.

    report = publish(batch, domain, Means(store, source, folder, digest, now))

Google is asked about the whole batch and all months; a person's message is written where that differs from what was
written last (a keyed digest tells), so a round in which nobody's calendar changed asks Exchange nothing. Once a day the
messages are looked at: one that somebody else wrote over, or that is gone, is written again. Of whom Google says nothing
the message stays as it is: not known is never free. What is wrong with one person stops no other.

The months go on with the calendar, each batch at its own hour of the first day, so that not all is written at once.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from calpair.busy.batches import Batch, Person
from calpair.errors import SideError, VersionError
from calpair.model.busy import Block, Busy, Told, Unknown, joined
from calpair.model.pair import Domain, PublicFolder
from calpair.ports import BusyFolder, Notice, Now, Posted, Store

COMPARED = timedelta(days=1)
"""How often messages are looked at that nobody here has changed."""
SPREAD = timedelta(hours=12)
"""Within which the months of all batches move."""
_NOBODY = Unknown("not_found")
_SPOKEN = (Busy.TENTATIVE, Busy.BUSY, Busy.AWAY)

LookUp = Callable[[Sequence[str], datetime, datetime], Mapping[str, Told]]
"""When Google users are not free between two instants, by address. SideError: nobody's could be told."""


@dataclass(frozen=True, slots=True)
class Means:
    """What publishing asks of the world. `digest` is keyed: the store learns nothing of what it remembers."""

    store: Store
    look_up: LookUp
    folder: BusyFolder
    digest: Callable[[str], str]
    now: Now


@dataclass(frozen=True, slots=True)
class Report:
    """What a round did: how many people were written, and of how many Google said nothing; and the batch as it stands now."""

    batch: Batch
    written: int
    unknown: int

    @property
    def troubled(self) -> Mapping[str, Person]:
        """Who could not be published."""
        return {address: person for address, person in self.batch.people.items() if person.wrong}


def publish(batch: Batch, domain: Domain, means: Means) -> Report:
    """Bring a batch's messages to what Google says. SideError: a server refused, or rests; the batch is due later."""
    settings, now = domain.public_folder or PublicFolder(), means.now()
    first = first_month(now, batch.key)
    asked = [person.google for person in batch.people.values()]
    told = means.look_up(asked, first, month_after(first, settings.months))
    people, compared = _looked_at(batch, means, now)
    notices = {
        address: Notice(person.legacy_dn, tuple(blocks), first, settings.months, person.item, person.version)
        for address, person in people.items()
        if not isinstance(blocks := told.get(person.google, _NOBODY), Unknown)
    }
    digests = {address: means.digest(_spelled(notice)) for address, notice in notices.items()}
    changed = [address for address in notices if people[address].digest != digests[address]]
    written = means.folder.write([notices[address] for address in changed], now) if changed else ()
    outcomes = dict(zip(changed, written, strict=True))
    for address, person in people.items():
        blocks = told.get(person.google, _NOBODY)
        if isinstance(blocks, Unknown):
            people[address] = _wrong(person, blocks.reason, now)
        else:
            people[address] = _after(person, outcomes.get(address), digests[address], now)
    after = replace(batch, people=people, compared=compared, folders=means.folder.remembered())
    with suppress(VersionError):
        # Who was enrolled meanwhile is asked about the next time, which whoever did it has made due.
        means.store.put(after.doc(now + settings.interval))
    failed = sum(isinstance(outcome, SideError) for outcome in written)
    return Report(after, len(changed) - failed, len(people) - len(notices))


def postpone(store: Store, batch: Batch, until: datetime) -> None:
    """Have a batch looked at later, after a round that came to nothing."""
    with suppress(VersionError):
        store.put(batch.doc(until))


def first_month(now: datetime, key: str) -> datetime:
    """Give the first instant of the months to be published: the present one, each batch a while after it has begun."""
    late = SPREAD * (int(hashlib.sha256(key.encode()).hexdigest()[:4], 16) / 0xFFFF)
    return month_after(now - late, 0)


def month_after(instant: datetime, months: int) -> datetime:
    """Give the first instant of the month that comes so many after the one an instant is in."""
    count = instant.year * 12 + instant.month - 1 + months
    return datetime(count // 12, count % 12 + 1, 1, tzinfo=UTC)


def _looked_at(batch: Batch, means: Means, now: datetime) -> tuple[dict[str, Person], datetime]:
    """Once a day look at the messages; of one that is not the one that was written, what was written is forgotten."""
    people = dict(batch.people)
    if batch.compared is None or now - batch.compared < COMPARED:
        return people, batch.compared or now
    found = means.folder.look([person.legacy_dn for person in people.values()])
    for address, person in people.items():
        there = found.get(person.legacy_dn)
        if isinstance(there, SideError):
            continue
        if there is None:
            people[address] = replace(person, item="", version="", digest="", at="")
        elif (there.id, there.at.isoformat()) != (person.item, person.at):
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
