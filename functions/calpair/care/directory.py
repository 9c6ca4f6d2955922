"""The directory out of an Exchange administrator's list: a CSV file read, and its addresses registered.

    found = read(path.read_bytes())
    before = registered(store, found.rows)
    imported = register(store, found.rows, "altostrat.com", before)

Two forms are read. `email,GOOGLE,legacyExchangeDN` (or `EXCHANGE`), with or without a line of headings, as Google's
Calendar Interop took it; and any list with the columns `PrimarySmtpAddress` and `LegacyExchangeDN`, as
`Get-MailContact | Select-Object PrimarySmtpAddress,LegacyExchangeDN | Export-Csv` writes it: who is a contact in
Exchange is a Google user here. A value with a comma stands in quotes (RFC 4180). A wrong line is told by its number, and
stops no other.
"""

import csv
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from calpair.care.apply import DIRECTORY, SCHEMA, adopt
from calpair.errors import UsageError
from calpair.model.side import Side
from calpair.ports import Doc, Store, every

LARGEST = 32 * 1024 * 1024
"""Bytes of a list that are read; a hundred thousand contacts have half of it."""
ADDRESS, DN = "primarysmtpaddress", "legacyexchangedn"
_TYPE_LINE = "#TYPE"
"""What older versions of `Export-Csv` write above the headings."""
_COLUMNS = 3


@dataclass(frozen=True, slots=True)
class Row:
    """One line: an address, the side it lives on, and its legacyExchangeDN (empty: none is written)."""

    number: int
    address: str
    side: Side
    legacy_dn: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """What a list says, and what is wrong with it, a line each."""

    rows: Sequence[Row] = ()
    problems: Sequence[str] = ()


@dataclass(slots=True)
class Imported:
    """What an import changed: addresses."""

    written: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)


def read(raw: bytes) -> Found:
    """Read a list. UsageError: it is too long, in an unknown encoding, or of neither form."""
    lines = list(_lines(_text(raw)))
    if not lines:
        raise UsageError("the list is empty; write email,GOOGLE,legacyExchangeDN on each line")
    head = [cell.lower() for cell in lines[0][1]]
    if ADDRESS in head:
        return _somebody(_by_columns(lines[1:], head))
    if len(head) != _COLUMNS:
        raise UsageError(
            "the list has neither three columns (email,GOOGLE,legacyExchangeDN) nor the headings "
            "PrimarySmtpAddress,LegacyExchangeDN"
        )
    # What has a side is no heading, though its address be broken.
    headed = "@" not in head[0] and head[1] not in list(Side)
    return _somebody(_by_place(lines[1:] if headed else lines))


def _somebody(found: Found) -> Found:
    """Let through a list that names somebody. UsageError: headings alone are what a filter leaves that fits nobody."""
    if not found.rows and not found.problems:
        raise UsageError("the list names nobody, and nothing was changed; look at how it was exported")
    return Found(found.rows, sorted(found.problems, key=line_number))


def line_number(problem: str) -> int:
    """Give the line that a problem is about."""
    return int(problem.split()[1].rstrip(":"))


def unnamed(store: Store, rows: Iterable[Row], domain: str, kept: Collection[str] = ()) -> tuple[Sequence[Doc], int]:
    """Give those of a domain's entries that a list does not name, and how many the domain has; `kept`: who stays all the same."""
    named = {row.address for row in rows} | set(kept)
    there = [doc for doc in every(store, DIRECTORY) if doc.data.get("domain") == domain]
    return [doc for doc in there if doc.key not in named], len(there)


def registered(store: Store, rows: Iterable[Row]) -> Mapping[str, Doc]:
    """Give the entries that rows are about, as they stand, by address."""
    found = ((row.address, store.get(DIRECTORY, row.address)) for row in rows)
    return {address: doc for address, doc in found if doc}


def register(
    store: Store, rows: Iterable[Row], domain: str, before: Mapping[str, Doc], gone: Iterable[Doc] = ()
) -> Imported:
    """Write what the rows say over the entries there were `before`; `gone`: entries that are no longer registered.

    What an entry says of the other side stays. One that a file has dropped counts again.
    """
    imported = Imported()
    for row in rows:
        old = before.get(row.address)
        data = entry(row, domain, old.data if old else {})
        if old and old.data == data:
            imported.unchanged.append(row.address)
        else:
            store.put(Doc(DIRECTORY, row.address, data, version=old.version if old else ""))
            imported.written.append(row.address)
    adopt(store, {*imported.written, *imported.unchanged})
    for doc in gone:
        store.delete(doc)
        imported.removed.append(doc.key)
    return imported


def entry(row: Row, domain: str, old: Mapping[str, Any]) -> dict[str, Any]:
    """Give the document of a row, over what was written before."""
    # What a person wrote without its form's version stays so: it says the same.
    data = {**(old or {"schema": SCHEMA}), "domain": domain, row.side.value: row.address}
    return {**data, "legacy_dn": row.legacy_dn} if row.legacy_dn else data


def _text(raw: bytes) -> str:
    if len(raw) > LARGEST:
        raise UsageError(f"the list has more than {LARGEST // 1024 // 1024} MiB; split it")
    unicode = raw.startswith((BOM_UTF16_LE, BOM_UTF16_BE))
    encoding = "utf-16" if unicode else "utf-8-sig" if raw.startswith(BOM_UTF8) else "utf-8"
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        raise UsageError("the list is neither UTF-8 nor UTF-16; write it with Export-Csv -Encoding UTF8") from None


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Give the lines that say something, with their numbers, cut into cells."""
    lines = text.splitlines(keepends=True)
    skipped = 1 if lines and lines[0].startswith(_TYPE_LINE) else 0
    head = lines[skipped] if len(lines) > skipped else ""
    # Where a comma is the decimal sign, Export-Csv -UseCulture and Excel write semicolons.
    delimiter = ";" if ";" in head and "," not in head.partition(";")[0] else ","
    reader = csv.reader(lines[skipped:], delimiter=delimiter)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num + skipped, [cell.strip() for cell in cells]
    except csv.Error:
        raise UsageError(f"line {reader.line_num + skipped} of the list is no CSV; mend its quotes") from None


def _by_columns(lines: Sequence[tuple[int, list[str]]], head: Sequence[str]) -> Found:
    if DN not in head:
        raise UsageError("the list has no column LegacyExchangeDN; add it to Select-Object")
    where, dn = head.index(ADDRESS), head.index(DN)
    whole = [(number, line) for number, line in lines if len(line) == len(head)]
    torn = [(number, len(line)) for number, line in lines if len(line) != len(head)]
    found = _checked((number, line[where], Side.GOOGLE, line[dn]) for number, line in whole)
    said = [f"line {number}: it has {count} values, and the headings are {len(head)}" for number, count in torn]
    return Found(found.rows, [*said, *found.problems])


def _by_place(lines: Iterable[tuple[int, list[str]]]) -> Found:
    wrong = []
    right = []
    for number, cells in lines:
        side = cells[1].lower() if len(cells) == _COLUMNS else ""
        if side in list(Side):
            right.append((number, cells[0], Side(side), cells[2]))
        else:
            said = "it says neither GOOGLE nor EXCHANGE" if len(cells) == _COLUMNS else f"it has {len(cells)} values"
            wrong.append(f"line {number}: {said}; write email,GOOGLE,legacyExchangeDN, a value with a comma in quotes")
    found = _checked(right)
    return Found(found.rows, [*wrong, *found.problems])


def _checked(lines: Iterable[tuple[int, str, Side, str]]) -> Found:
    """Keep the first of those that name an address twice, and say so of the others where they differ.

    Two addresses of one legacyExchangeDN are both kept, and told: who they are is known, but one message is between them.
    """
    rows: dict[str, Row] = {}
    named: dict[str, Row] = {}
    problems = []
    for number, address, side, dn in lines:
        if not address:
            problems.append(f"line {number}: it names no address")
            continue
        row = Row(number, address.lower(), side, dn)
        first = rows.setdefault(row.address, row)
        if (first.side, first.legacy_dn.lower()) != (side, dn.lower()):
            problems.append(f"line {number}: {row.address} stands in line {first.number} already, with something else")
            continue
        other = named.setdefault(dn.lower(), row) if dn else row
        if other.address != row.address:
            problems.append(
                f"line {number}: {row.address} has the legacyExchangeDN of {other.address} in line {other.number}, and "
                "only one of them can be published; give each contact its own"
            )
    return Found(list(rows.values()), problems)
