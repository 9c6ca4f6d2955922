"""Writes people's free/busy into Exchange's public folders: one message a person, many in a request.

    store = PublicFolderStore(connection, known)
    store.write([Notice(legacy_dn, blocks, start, months)], now)    # [Posted(id, version, at)], or what was wrong
    store.look([legacy_dn])                                         # {legacy_dn: Posted(...)}: compared once a day
    store.remembered()                                              # stored, and given as `known` the next time

Fits `ports.BusyFolder`. Requests: writing n messages that are known is ceil(n/50); where some of a folder are not known,
one list of it more, and the new ones apart. A list is one of those asked about, up to fifty; of more, all of the folder
is listed, a page for each thousand. A folder is found with four.
A message is overwritten whoever wrote it last, and one that has vanished is made again. Where a person has several,
the newest is written and the others are deleted: a reader takes any of them, and those would say what is not so. Source:
MS-OXOPFFB; "Public folder access with EWS in Exchange" (Microsoft Learn).
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

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
from calpair.exchange.schedule_plus import folder_of, published, subject_of
from calpair.exchange.schedule_plus_cures import NO_FOLDER, NO_NAME
from calpair.exchange.schedule_plus_folders import GONE, ITSELF, OF_FOLDER, Folders, cured, rows
from calpair.exchange.schedule_plus_message import Entry, Message
from calpair.exchange.server import ExchangeConnection
from calpair.exchange.soap import Element
from calpair.ports import Notice, Posted

_TWICE = "{!r} is the legacyExchangeDN of somebody before, whose message it would overwrite: give each person their own"

_NEVER = datetime.min.replace(tzinfo=UTC)

Told = TypeVar("Told")
Answers = dict[int, Posted | SideError]
"""By the number of the notice."""


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

    def look(self, legacy_dns: Sequence[str]) -> dict[str, Posted | SideError | None]:
        """Look at people's messages. Raises what concerns everybody, if it shows before anything was learnt."""
        asked, answers = dict[int, str](), dict[int, Posted | SideError | None]()
        for number, legacy_dn in enumerate(legacy_dns):
            wrong = _no_name(legacy_dn)
            if wrong:
                answers[number] = wrong
            else:
                asked[number] = legacy_dn

        def work(name: str, numbers: Sequence[int]) -> None:
            found = self.find(name, [subject_of(asked[number]) for number in numbers])
            for number in numbers:
                several = found.get(subject_of(asked[number]), [])
                answers[number] = _seen(several) if several else None

        _by_folder(asked, answers, work)
        return {legacy_dn: answers[number] for number, legacy_dn in enumerate(legacy_dns)}

    def write(self, notices: Sequence[Notice], now: datetime) -> list[Posted | SideError]:
        """Write messages, and give each one's own answer. Raises what concerns everybody, before anything was done."""
        answers: Answers = {}
        entries: dict[int, Entry] = {}
        named = set[tuple[str, str]]()
        for number, notice in enumerate(notices):
            wrong = _no_name(notice.legacy_dn)
            if wrong:
                answers[number] = wrong
                continue
            name = folder_of(notice.legacy_dn).casefold(), subject_of(notice.legacy_dn)
            try:
                told = published(notice.blocks, notice.start, notice.months)
            except ValueError as error:
                answers[number] = RefusedError("unwritable", str(error))
                continue
            if name in named:
                answers[number] = RefusedError(NO_NAME, _TWICE.format(notice.legacy_dn))
                continue
            named.add(name)
            entries[number] = Entry(notice.legacy_dn, told, notice.id, notice.version)

        def work(folder: str, numbers: Sequence[int]) -> None:
            self._write(folder, {number: entries[number] for number in numbers}, now, answers)

        _by_folder({number: entry.legacy_dn for number, entry in entries.items()}, answers, work)
        return [answers[number] for number in range(len(notices))]

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
            told = each(self._connection, ITSELF, build, batch, writing=True, denied_by_folder=True)
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
        """Delete what stands beside the messages that were written. To those it is no matter if that fails."""
        ids = list[str]()
        for number, several in others.items():
            posted = answers[number]
            if isinstance(posted, Posted) and several:
                answers[number] = replace(posted, others=len(several))
                ids += [one.id for one in several]
        # What stays is found by the next look, and by the write after it.
        with suppress(SideError):
            in_turn(ids, lambda batch: each(self._connection, ITSELF, message.delete_messages, batch, writing=True))

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


def _by_folder(
    legacy_dns: Mapping[int, str],
    answers: dict[int, Told | SideError],
    work: Callable[[str, Sequence[int]], None],
) -> None:
    """Do the work, which puts answers to their numbers, folder by folder; what is wrong with one stops no other."""
    folders: dict[str, list[int]] = {}
    for number, legacy_dn in legacy_dns.items():
        folders.setdefault(folder_of(legacy_dn).casefold(), []).append(number)
    refused = len(answers)
    for numbers in folders.values():
        try:
            work(folder_of(legacy_dns[numbers[0]]), numbers)
        except EVERYBODY as error:
            if isinstance(error, AccessLostError) and error.code in OF_FOLDER:
                answers |= {number: error for number in numbers if number not in answers}
                continue
            if len(answers) == refused:
                raise
            answers |= {number: error for number in legacy_dns if number not in answers}
            return


def _no_name(legacy_dn: str) -> RefusedError | None:
    """Refuse what names no message."""
    try:
        folder_of(legacy_dn)
        subject_of(legacy_dn)
    except ValueError as error:
        return RefusedError(NO_NAME, str(error))
    return None


def _seen(several: Sequence[Message]) -> Posted:
    newest, *others = several
    identifier = "" if others else newest.id
    return Posted(identifier, newest.version if identifier else "", newest.written or _NEVER, len(others))
