"""Writes people's free/busy into Exchange's public folders: one message a person, many in a request.

    store = PublicFolderStore(connection, known)
    store.messages("EX:/o=Org/ou=Unit")                 # what is there, and since when: compared once a day
    store.write([Entry(legacy_dn, published)], now)     # [Posted(id, version, ...)], or what was wrong, for each
    store.remembered()                                  # stored, and given as `known` the next time

Requests: writing n messages that are known is ceil(n/50); where some of a folder are not known, one list of it more (of
those alone, up to fifty; else of all, a page for each thousand), and the new ones apart. A folder is found with four.
A message is overwritten whoever wrote it last, and one that has vanished is made again. Where a person has several,
the newest is written and the others are deleted: a reader takes any of them, and those would say what is not so. Source:
MS-OXOPFFB; "Public folder access with EWS in Exchange" (Microsoft Learn).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from calpair.errors import (
    AbsentError,
    AccessLostError,
    RefusedError,
    SideError,
    StaleError,
    UnknownOutcomeError,
)
from calpair.exchange import bodies
from calpair.exchange import schedule_plus_message as message
from calpair.exchange.batch import BATCH, EVERYBODY, each, in_turn
from calpair.exchange.schedule_plus import folder_of, subject_of
from calpair.exchange.schedule_plus_folders import GONE, ITSELF, NO_FOLDER, OF_FOLDER, Folders, cured, rows
from calpair.exchange.schedule_plus_message import Entry, Message
from calpair.exchange.server import ExchangeConnection
from calpair.exchange.soap import Element

_TWICE = "{!r} is the legacyExchangeDN of somebody before, whose message it would overwrite: give each person their own"
_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Posted:
    """A message that was written: its id and version, and `written`, which the folder's list tells of it from now on.

    Further messages of the same person are `deleted`, or `left` where that failed; both are counted.
    """

    id: str
    version: str
    written: datetime
    deleted: int = 0
    left: int = 0


Answers = dict[int, Posted | SideError]
"""By the number of the entry."""


class PublicFolderStore:
    """The free/busy messages of one Exchange server. `known`: the ids of folders, as `remembered` gave them."""

    def __init__(self, connection: ExchangeConnection, known: Mapping[str, str]) -> None:
        self._connection = connection
        self._folders = Folders(connection, known)

    def remembered(self) -> dict[str, str]:
        """Give the ids of the folders found so far, to be stored."""
        return self._folders.remembered()

    def folder(self, name: str) -> str:
        """Give the id of a folder. Raises a SideError with what to do where it is not to be had."""
        return self._folders.id(name)

    def messages(self, name: str) -> list[Message]:
        """List all messages of a folder."""
        return self._list(name, ())

    def find(self, name: str, subjects: Sequence[str]) -> dict[str, list[Message]]:
        """Find messages by their subjects in a folder: for each that has any, all of them, the newest first."""
        wanted = {subject.casefold(): subject for subject in subjects}
        found: dict[str, list[Message]] = {}
        for one in self._list(name, subjects if len(wanted) <= BATCH else ()) if wanted else ():
            if one.subject.casefold() in wanted:
                found.setdefault(wanted[one.subject.casefold()], []).append(one)
        for several in found.values():
            several.sort(key=lambda one: (one.written or _NEVER, one.id), reverse=True)
        return found

    def write(self, entries: Sequence[Entry], now: datetime) -> list[Posted | SideError]:
        """Write messages, and give each one's own answer. Raises what concerns everybody, before anything was done."""
        answers: Answers = {}
        folders: dict[str, dict[int, Entry]] = {}
        named = set[tuple[str, str]]()
        for number, entry in enumerate(entries):
            try:
                name = folder_of(entry.legacy_dn).casefold(), subject_of(entry.legacy_dn)
            except ValueError as error:
                answers[number] = RefusedError("legacyExchangeDN", str(error))
                continue
            if name in named:
                answers[number] = RefusedError("legacyExchangeDN", _TWICE.format(entry.legacy_dn))
                continue
            named.add(name)
            folders.setdefault(name[0], {})[number] = entry
        refused = len(answers)
        for some in folders.values():
            try:
                self._write(folder_of(next(iter(some.values())).legacy_dn), some, now, answers)
            except EVERYBODY as error:
                if isinstance(error, AccessLostError) and error.code in OF_FOLDER:
                    answers |= {number: error for number in some if number not in answers}
                    continue
                if len(answers) == refused:
                    raise
                return [answers.get(number, error) for number in range(len(entries))]
        return [answers[number] for number in range(len(entries))]

    def _write(self, name: str, entries: Mapping[int, Entry], now: datetime, answers: Answers) -> None:
        """Write into one folder, answer by answer: first what is known, then what had to be looked for."""
        known = {number: entry for number, entry in entries.items() if entry.id}
        self._send(name, known, now, answers)
        unknown = {number: one for number, one in entries.items() if not one.id or _vanished(answers[number])}
        for number in unknown:
            answers.pop(number, None)
        found = self.find(name, [subject_of(entry.legacy_dn) for entry in unknown.values()])
        there, new, others = dict[int, Entry](), dict[int, Entry](), dict[int, list[Message]]()
        for number, entry in unknown.items():
            several = found.get(subject_of(entry.legacy_dn))
            if several:
                there[number] = replace(entry, id=several[0].id, version=several[0].version)
                others[number] = several[1:]
            else:
                new[number] = replace(entry, id="", version="")
        self._send(name, there, now, answers)
        self._send(name, new, now, answers)
        self._delete(others, answers)

    def _send(self, name: str, entries: Mapping[int, Entry], now: datetime, answers: Answers) -> None:
        """Update the messages that have an id, or create those that have none: all of one sort."""
        if not entries:
            return

        def build(batch: Sequence[Entry]) -> Element:
            if batch[0].id:
                return message.update_messages(batch, now)
            return message.create_messages(bodies.folder_id(self._folders.id(name)), batch, now)

        def work(batch: Sequence[Entry]) -> list[Posted | SideError]:
            told = each(self._connection, ITSELF, build, batch, writing=True, creating=True)
            return [self._posted(name, one, now) for one in told]

        try:
            told = in_turn(list(entries.values()), work)
        except AccessLostError as error:
            raise cured(error, name, self._connection) from None
        answers |= zip(entries, told, strict=True)

    def _posted(self, name: str, answer: Element | SideError, now: datetime) -> Posted | SideError:
        if isinstance(answer, SideError):
            answer = cured(answer, name, self._connection)
            if answer.code == NO_FOLDER:
                self._folders.forget(name)
            return answer
        identifier, version = message.written_item(answer)
        if not identifier:
            return UnknownOutcomeError("TornAnswer", "the server did not name the message it wrote")
        return Posted(identifier, version, message.in_seconds(now))

    def _delete(self, others: Mapping[int, Sequence[Message]], answers: Answers) -> None:
        """Delete what stands beside a message that was written. It is no matter to the message if that fails."""
        ids = [
            (number, one.id)
            for number, several in others.items()
            if isinstance(answers[number], Posted)
            for one in several
        ]
        told: Sequence[Element | SideError]
        try:
            told = in_turn(
                ids,
                lambda batch: each(
                    self._connection,
                    ITSELF,
                    lambda some: message.delete_messages([one for _, one in some]),
                    batch,
                    writing=True,
                ),
            )
        except SideError as error:
            told = [error] * len(ids)
        for (number, _), one in zip(ids, told, strict=True):
            posted = answers[number]
            if isinstance(posted, Posted):
                left = isinstance(one, SideError) and not isinstance(one, AbsentError)
                answers[number] = replace(posted, deleted=posted.deleted + (not left), left=posted.left + left)

    def _list(self, name: str, subjects: Sequence[str]) -> list[Message]:
        remembered = self._folders.knows(name)
        try:
            return self._rows(name, subjects)
        except AccessLostError as error:
            if not remembered or error.code not in GONE:
                raise cured(error, name, self._connection) from None
        self._folders.forget(name)
        try:
            return self._rows(name, subjects)
        except AccessLostError as error:
            raise cured(error, name, self._connection) from None

    def _rows(self, name: str, subjects: Sequence[str]) -> list[Message]:
        folder = self._folders.id(name)
        listed = rows(
            self._connection,
            lambda offset: message.find_messages(bodies.folder_id(folder), offset, subjects),
            "Items",
        )
        # What was moved between two pages stands in both.
        return list({one.id: one for one in map(message.read_message, listed) if one.id}.values())


def _vanished(answer: Posted | SideError) -> bool:
    """Tell whether a message's id does not lead to it any more."""
    return isinstance(answer, AbsentError | StaleError) or (isinstance(answer, RefusedError) and answer.code in GONE)
