"""`make bench`: measure, print the table, write RESULTS.md. CHECK=1 fails where a budget is missed by over a tenth.

EVENTS=n sets the size of the first syncs (1,000), PEOPLE=n how many are published (1,000), PAIRS=n the size of the
fan-out and MAILBOX=n that of the mailbox whose memory is taken (10,000 each).
"""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import cold, looking_up, publishing, reading
from bench.deployed import QUOTA, fan_out, looks, under_quota
from bench.ground import Cost, ground
from bench.process import measure

RESULTS = Path(__file__).parent / "RESULTS.md"
_SLACK = 1.1


@dataclass(frozen=True, slots=True)
class Row:
    """One figure and its budget (None: none is set)."""

    what: str
    figure: float
    unit: str
    budget: float | None = None

    @property
    def missed(self) -> bool:
        """Whether the budget is missed by more than a tenth."""
        return self.budget is not None and self.figure > self.budget * _SLACK


def first_syncs(events: int) -> Iterator[Row]:
    """First syncs either way, the idle run after each, and one changed event from each side."""
    scale = events / 1000
    with ground() as one:
        ids = one.fill_exchange(events)
        yield from _rows(f"first sync, {events} events from Exchange", one.sync(), 80 * scale, 1050 * scale)
        yield from _idle("idle run", one.sync())
        one.ana.update(ids[0], subject="changed on Exchange")
        yield from _rows("one event changed on Exchange", one.sync(), 6, None)
        copy = one.calendar.events()[1]["id"]
        one.calendar.update(copy, summary="changed on the copy")
        yield from _rows("one copy changed on Google", one.sync(), 6, None)
        one.ana.delete(ids[2])
        yield from _rows("one event deleted on Exchange", one.sync(), 6, None)
    with ground() as one:
        one.fill_google(events)
        yield from _rows(f"first sync, {events} events from Google", one.sync(), 80 * scale, 1050 * scale)
        yield from _idle("idle run", one.sync())


def series(overrides: int) -> Iterator[Row]:
    """A weekly series with overrides, carried either way; then one override changed on each side, and one more made."""

    def row(what: str, cost: Cost, budget: float) -> Row:
        return Row(f"{what}: HTTP requests", cost.requests, f"({cost.exchange} Exchange, {cost.google} Google)", budget)

    for home in ("Exchange", "Google"):
        born = f"series from {home}, {overrides} overrides"
        with ground() as one:
            one.sync()
            one.weekly(home, overrides)
            yield row(f"{born}, first carry", one.sync(), 12)
            yield row(f"{born}, idle run", one.sync(), 2)
            for side, number in (("Exchange", overrides + 2), ("Google", overrides + 3)):
                one.retitle(home, side, 1, f"changed on {side}")
                yield row(f"{born}, one changed on {side}", one.sync(), 6)
                one.retitle(home, side, number, f"new on {side}")
                yield row(f"{born}, one more on {side}", one.sync(), 7)


def _rows(what: str, cost: Cost, requests: float | None, units: float | None) -> Iterator[Row]:
    yield Row(f"{what}: HTTP requests", cost.requests, f"({cost.exchange} Exchange, {cost.google} Google)", requests)
    yield Row(f"{what}: quota units", cost.units, "", units)
    if cost.bytes:
        yield Row(f"{what}: bytes", cost.bytes, "")
    yield Row(f"{what}: store operations", cost.reads + cost.writes, f"({cost.reads} read, {cost.writes} written)")


def _idle(what: str, cost: Cost) -> Iterator[Row]:
    yield Row(f"{what}: Exchange requests", cost.exchange, "", 1)
    yield Row(f"{what}: Google requests", cost.google, "", 1)
    yield Row(f"{what}: store writes", cost.writes, "", 1)
    yield Row(f"{what}: store reads", cost.reads, "(what people wrote included)")


def deployed(events: int, pairs: int) -> Iterator[Row]:
    """Looks of the deployed function, a first sync under Google's limit, and the fan-out."""
    scale = events / 1000
    costs = looks(events)
    yield from _rows(f"sync_pair, first sync of {events} events", costs["first"], 80 * scale, 1050 * scale)
    idle, anew = costs["idle"], costs["cold"]
    yield Row("sync_pair, idle look: Exchange requests", idle.exchange, "", 1)
    yield Row("sync_pair, idle look: Google requests", idle.google, "", 1)
    yield Row("sync_pair, idle look: store reads", idle.reads, "(pair and cursors)", 2)
    yield Row("sync_pair, idle look: store writes", idle.writes, "", 1)
    yield Row("sync_pair, first idle look of a new instance: requests", anew.requests, "", 2)
    yield Row("sync_pair, first idle look of a new instance: store reads", anew.reads, "")
    yield Row("sync_pair, first idle look of a new instance: store writes", anew.writes, "", 1)
    narrow = under_quota(events)
    limit = f"first sync of {events} events, {QUOTA} calls a minute"
    # So many minutes it takes at that rate, and one look's rest and the way to it more.
    yield Row(f"{limit}: minutes", narrow.minutes, f"({narrow.looks} looks)", (events - 1) // QUOTA * 1.5 + 1)
    yield Row(f"{limit}: calls refused", narrow.refused, "", 50 * ((events - 1) // QUOTA))
    yield Row(f"{limit}: HTTP requests", narrow.requests, "")
    one = fan_out(pairs)
    calls = sum(one.calls.values())
    yield Row(f"dispatch, {pairs} pairs due: calls to the queue", calls, "", pairs / 100)
    yield Row(f"dispatch, {pairs} pairs due: store reads", one.reads, f"({one.writes} written)", pairs + 1)
    yield Row(f"dispatch, {pairs} pairs due: bytes of documents read", one.bytes, "", 200 * pairs)


def published(people: int) -> Iterator[Row]:
    """Free/busy of so many people published for the first time, published when nobody and when one of them has changed."""
    batches, what = -(-people // 50), f"publishing {people} people"
    costs = publishing.measure(people)
    first, idle, one = costs["first"], costs["idle"], costs["one"]
    # Each batch finds its folder for itself, in four steps; then there is a look for messages, and a request that writes.
    yield Row(f"{what}, first: Exchange requests", first.exchange.total(), first.operations, 6 * batches + 1)
    yield Row(f"{what}, first: Google requests", first.google, "", 2 * batches)
    yield Row(
        f"{what}, first: store operations", first.reads + first.writes, f"({first.reads} read, {first.writes} written)"
    )
    yield Row(f"{what}, none changed: Google requests", idle.google, "", 2 * batches)
    yield Row(f"{what}, none changed: Exchange requests", idle.exchange.total(), "", 0)
    yield Row(f"{what}, none changed: store reads", idle.reads, "(domain and gate included)", batches + 3)
    yield Row(f"{what}, none changed: store writes", idle.writes, "", batches)
    yield Row(f"{what}, one changed: Exchange requests", one.exchange.total(), one.operations, 1)


def look_ups() -> Iterator[Row]:
    """Look-ups of Exchange users."""
    for one in looking_up.measure(1, 100):
        what = f"look-up of {one.people} Exchange user{'s' if one.people > 1 else ''}"
        share = f"ms ({100 * one.own / one.all:.0f} % of all, the simulated server's included)"
        yield Row(f"{what}: EWS requests", one.requests, "", 1)
        yield Row(f"{what}: CPU", round(one.own, 1), share)


def readings(items: int) -> Iterator[Row]:
    """CPU of reading items."""
    yield Row(f"{items} items read from Exchange over a port: CPU", round(reading.measure(items)), "ms")


def starts() -> Iterator[Row]:
    """Cold starts of every function."""
    for one in cold.measure():
        yield Row(f"{one.function}, cold start: first answer", one.seconds, f"s ({one.cpu} s of CPU)", 1)
        yield Row(f"{one.function}, cold start: memory", one.memory, "MiB")
        yield Row(f"{one.function}, cold start: modules", one.modules, "")


def processes(mailbox: int) -> Iterator[Row]:
    """CPU and memory of the command."""
    first, idle = measure(mailbox)
    yield Row(f"mailbox of {mailbox}, first sync: CPU", round(first.cpu, 1), "s")
    yield Row(f"mailbox of {mailbox}, first sync: peak memory", round(first.peak), "MiB", 200)
    yield Row(f"mailbox of {mailbox}, idle run: CPU", round(idle.cpu, 1), "s")
    yield Row(f"mailbox of {mailbox}, idle run: peak memory", round(idle.peak), "MiB", 200)


def main() -> int:
    """Measure everything; the exit code tells whether every budget was kept."""
    events, mailbox = int(os.environ.get("EVENTS", "1000")), int(os.environ.get("MAILBOX", "10000"))
    pairs, people = int(os.environ.get("PAIRS", "10000")), int(os.environ.get("PEOPLE", "1000"))
    rows = [
        *first_syncs(events),
        *series(50),
        *deployed(events, pairs),
        *published(people),
        *starts(),
        *look_ups(),
        *readings(512),
        *processes(mailbox),
    ]
    lines = ["| what | figure | budget |", "|---|---|---|"]
    for row in rows:
        budget = "" if row.budget is None else f"{row.budget:g}{' **missed**' if row.missed else ''}"
        lines.append(f"| {row.what} | {row.figure:,} {row.unit} | {budget} |".replace("  ", " "))
    table = "\n".join(lines)
    print(table)
    if not {"EVENTS", "PEOPLE", "PAIRS", "MAILBOX"} & os.environ.keys():
        RESULTS.write_text(f"# What calpair costs\n\n{__doc__.splitlines()[0]}\n\n{table}\n", encoding="utf-8")
    missed = [row for row in rows if row.missed]
    return 1 if missed and os.environ.get("CHECK") else 0


if __name__ == "__main__":
    sys.exit(main())
