"""How publishing stands, out of the batches: for the status of a domain, and for who asks about somebody.

    publishing.record(store, domain.name, standing(domain, batches(store, domain.name)), now)
    whereabouts(store, domains)["ana@g.altostrat.com"]      # published since when, or why not

Knows what the words of both sides mean, and speaks to neither.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress

from calpair.busy.batches import Batch, Person, batches
from calpair.care import publishing
from calpair.care.publishing import Standing, Trouble, Whereabouts
from calpair.exchange.schedule_plus import folder_of
from calpair.exchange.schedule_plus_cures import NO_NAME, sentence
from calpair.model.pair import Domain
from calpair.ports import Store


def standing(domain: Domain, known: Sequence[Batch]) -> Standing:
    """Give how a domain's publishing stands, all of its batches together."""
    people = {address: person for batch in known for address, person in batch.people.items()}
    return publishing.standing(
        len(people),
        waiting=sum(_waits(person) for person in people.values()),
        troubled=[trouble(domain, address, person) for address, person in people.items() if person.wrong],
        stopped=[(batch.stopped.state, batch.stopped.sentence) for batch in known if batch.stopped],
    )


def news(batch: Batch) -> object:
    """Give what of a batch the status tells: it is told anew where this has changed."""
    people = [(address, person.wrong, _waits(person)) for address, person in batch.people.items()]
    return sorted(people), batch.stopped is not None


def whereabouts(store: Store, domains: Iterable[Domain]) -> Mapping[str, Whereabouts]:
    """Tell of everybody who is published how they stand, by address."""
    known = {domain.name: domain for domain in domains}
    return {
        address: _whereabouts(known[batch.domain], batch, address, person)
        for batch in batches(store)
        if batch.domain in known
        for address, person in batch.people.items()
    }


def trouble(domain: Domain, address: str, person: Person) -> Trouble:
    """Say what is wrong with somebody who was not published, and the cure."""
    account = domain.exchange.username or domain.exchange.client_id
    meaning = publishing.meaning(person.wrong)
    if not meaning:
        folder = ""
        if person.wrong != NO_NAME:
            with suppress(ValueError):
                folder = folder_of(person.legacy_dn)
        meaning = sentence(person.wrong, folder, account)
    return Trouble(address, person.wrong, meaning or publishing.of_exchange(person.wrong), person.since)


def _waits(person: Person) -> bool:
    """Tell whether somebody's first message is still to be written."""
    return not person.at and not person.item and not person.wrong


def _whereabouts(domain: Domain, batch: Batch, address: str, person: Person) -> Whereabouts:
    if person.wrong:
        known = trouble(domain, address, person)
        return Whereabouts(person.at, person.since, known.code, known.meaning)
    if batch.stopped:
        return Whereabouts(person.at, batch.stopped.since, batch.stopped.state, batch.stopped.sentence)
    return Whereabouts(person.at)
