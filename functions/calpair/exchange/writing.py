"""Writes of many items, each with its own answer: build, send in one request, look at what became of it.

The look after a write is a batched GetItem. What it finds is the write's own result only if it is in the version the
write returned; a look that fails leaves the write done and unseen, and says so.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from calpair.errors import AbsentError, RefusedError, SideError, StaleError, UnknownOutcomeError
from calpair.exchange import bodies, mapping
from calpair.exchange.batch import EVERYBODY, each
from calpair.exchange.server import ExchangeConnection
from calpair.exchange.soap import MESSAGES, Element, child, local_name
from calpair.model.event import Item, Kind
from calpair.ports import Removal, Written

Thing = TypeVar("Thing")
Known = Mapping[str, Collection[str]]
"""What is known of the exceptions of series: their ids, by the series'."""

Look = Callable[[Sequence[str], Known], Sequence[Item | SideError]]


@dataclass(frozen=True, slots=True)
class Done(Generic[Thing]):
    """A thing that was written: the item's id, and the version the write returned."""

    thing: Thing
    id: str
    version: str


Finish = Callable[[Sequence[Done[Thing]]], Sequence[Written]]

PEOPLE = "people"
"""The code of what is refused because other people have to do with the item."""


def content(message: Element) -> Element | None:
    """Give the one item of a response message, whatever kind of item it is."""
    items = child(message, "Items", namespace=MESSAGES)
    return None if items is None else next((item for item in items if local_name(item)), None)


def write(
    connection: ExchangeConnection,
    mailbox: str,
    things: Sequence[Thing],
    build: Callable[[Thing], Element | Written],
    send: Callable[[Sequence[tuple[Thing, Element]]], Element],
    finish: "Finish[Thing]",
    *,
    creating: bool,
) -> list[Written | SideError]:
    """Write one batch. `build` makes one item's part of the request, `send` the request, `finish` what comes after.

    An item whose part is already an answer, or raises RefusedError, is not sent.
    """
    results: dict[int, Written | SideError] = {}
    built: dict[int, tuple[Thing, Element]] = {}
    for index, thing in enumerate(things):
        try:
            part = build(thing)
        except RefusedError as refused:
            results[index] = refused
        except (ValueError, OverflowError):
            results[index] = RefusedError("unwritable", "no server could hold these times")
        else:
            if isinstance(part, Written):
                results[index] = part
            else:
                built[index] = (thing, part)
    done: dict[int, Done[Thing]] = {}
    parts = list(built.values())
    # What is not there yet can refuse nobody: it is the folder that nothing may be put into.
    answers = each(connection, mailbox, send, parts, writing=True, denied_by_folder=creating)
    for index, answer in zip(built, answers, strict=True):
        if isinstance(answer, SideError):
            results[index] = answer
            continue
        element = content(answer)
        names = ("", "") if element is None else mapping.identity(element)
        if names[0]:
            done[index] = Done(things[index], *names)
        else:
            results[index] = UnknownOutcomeError("TornAnswer", "the server did not name the item it wrote")
    results |= zip(done, finish(list(done.values())) if done else (), strict=True)
    return [results[index] for index in range(len(things))]


def delete(connection: ExchangeConnection, mailbox: str, removals: Sequence[Removal]) -> list[SideError | None]:
    """Delete one batch: look at each item's version and people first, since the server checks neither."""
    results: dict[int, SideError | None] = {}
    ids = [removal.id for removal in removals]
    looks = each(connection, mailbox, lambda part: bodies.get_items(part, content=False), ids, writing=False)
    for index, (removal, look) in enumerate(zip(removals, looks, strict=True)):
        verdict = _verdict(removal, look, mailbox)
        if verdict:
            results[index] = verdict
    sent = False
    for permanent in (False, True):
        group = [
            index for index, removal in enumerate(removals) if index not in results and removal.permanent is permanent
        ]
        try:
            answers = _deleted(connection, mailbox, [removals[index] for index in group], permanent=permanent)
        except EVERYBODY as error:
            if not sent:
                raise
            answers = [error] * len(group)
        sent = sent or bool(group)
        results |= zip(group, answers, strict=True)
    return [results[index] for index in range(len(removals))]


def _verdict(removal: Removal, look: Element | SideError, mailbox: str) -> SideError | None:
    if isinstance(look, SideError):
        return look
    element = content(look)
    if element is None:
        return AbsentError("NoItem")
    if mapping.identity(element)[1] != removal.version:
        return StaleError("stale", "the item was changed meanwhile")
    if mapping.has_people(element, mailbox):
        return RefusedError(PEOPLE, "others are invited: it is deleted where it lives, so that they are told")
    return None


def _deleted(
    connection: ExchangeConnection, mailbox: str, group: Sequence[Removal], *, permanent: bool
) -> list[SideError | None]:
    answers = each(
        connection,
        mailbox,
        lambda part: bodies.delete_items(
            [bodies.item_id(removal.id, removal.version) for removal in part], connection.build, permanent=permanent
        ),
        group,
        writing=True,
    )
    # An item that is not found may have moved with its mailbox: no proof that it is gone.
    return [answer if isinstance(answer, SideError) else None for answer in answers]


def looked(done: "Sequence[Done[Any]]", look: Look, known: Known) -> list[Written]:
    """Look at what was written."""
    found: Sequence[Item | SideError]
    try:
        found = look([one.id for one in done], known) if done else ()
    except SideError as error:
        found = [error] * len(done)
    return [_written(one.id, one.version, item) for one, item in zip(done, found, strict=True)]


def _written(identifier: str, version: str, found: Item | SideError) -> Written:
    if isinstance(found, SideError) or found.kind is Kind.BROKEN:
        return Written(identifier, None, sure=False)
    return Written(identifier, found, sure=found.version == version)
