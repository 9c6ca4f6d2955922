"""A round of publishing: what is written, what is not, and what is remembered of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from calpair.busy.batches import PUBLISHED, Batch, Person
from calpair.busy.publish import Means, Report, first_month, publish
from calpair.errors import AccessLostError, BackOffError, SideError
from calpair.model.busy import Block, Busy, Told, Unknown
from calpair.model.pair import PublicFolder
from calpair.model.when import first_of_month
from calpair.ports import Notice, Posted
from unit.busy.test_batches import domain
from unit.sync.fakes import FakeStore

START = datetime(2026, 11, 20, 8, tzinfo=UTC)
NAMES = ("ana", "ben", "cid")
DNS = {name: f"/o=Org/cn={name}" for name in NAMES}


def block(day: int, hour: int, hours: float = 1, busy: Busy = Busy.BUSY) -> Block:
    start = datetime(2026, 11, day, hour, tzinfo=UTC)
    return Block(start, start + timedelta(hours=hours), busy)


@dataclass
class Folder:
    """A free/busy folder in memory; tells what it was asked."""

    messages: dict[str, Posted] = field(default_factory=dict)
    says: dict[str, Notice] = field(default_factory=dict)
    refuses: dict[str, SideError] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def write(self, notices: Sequence[Notice], now: datetime) -> Sequence[Posted | SideError]:
        self.asked.append("write " + " ".join(notice.legacy_dn[-3:] for notice in notices))
        return [self._write(notice, now) for notice in notices]

    def _write(self, notice: Notice, now: datetime) -> Posted | SideError:
        if notice.legacy_dn in self.refuses:
            return self.refuses[notice.legacy_dn]
        posted = Posted(f"id of {notice.legacy_dn}", f"at {now}", now.replace(microsecond=0))
        self.messages[notice.legacy_dn], self.says[notice.legacy_dn] = posted, notice
        return posted

    def look(self, legacy_dns: Sequence[str]) -> Mapping[str, Posted | SideError | None]:
        self.asked.append("look")
        return {dn: self.refuses.get(dn, self.messages.get(dn)) for dn in legacy_dns}

    def remembered(self) -> Mapping[str, str]:
        return {"EX:/o=Org": "folder id"}


@dataclass
class Ground:
    """Three people, what Google says of them, and the folder."""

    at: datetime = START
    told: dict[str, Told] = field(default_factory=lambda: {f"{name}@g.test": [] for name in NAMES})
    folder: Folder = field(default_factory=Folder)
    store: FakeStore = field(default_factory=FakeStore)
    windows: list[tuple[datetime, datetime]] = field(default_factory=list)
    settings: PublicFolder = field(default_factory=PublicFolder)

    def __post_init__(self) -> None:
        people = {f"{name}@g.test": Person(f"{name}@g.test", DNS[name]) for name in NAMES}
        self.store.put(Batch("a.test:0", "a.test", people).doc(self.at))

    def round(self) -> Report:
        self.folder.asked.clear()
        doc = self.store.get(PUBLISHED, "a.test:0")
        assert doc
        means = Means(self.store, self.look_up, self.folder, lambda text: f"digest of {text}", lambda: self.at)
        report = publish(Batch.read(doc), domain(folder=self.settings), means)
        self.at += timedelta(minutes=15)
        return report

    def look_up(self, addresses: Iterable[str], start: datetime, end: datetime) -> Mapping[str, Told]:
        self.windows.append((start, end))
        return {address: self.told[address] for address in addresses if address in self.told}


@pytest.fixture
def ground() -> Ground:
    return Ground()


def test_the_first_round_writes_everybody_and_the_next_nobody(ground: Ground) -> None:
    ground.told["ana@g.test"] = [block(23, 9)]
    report = ground.round()
    assert (report.written, report.unknown, ground.folder.asked) == (3, 0, ["write ana ben cid"])
    assert ground.folder.says[DNS["ana"]] == Notice(DNS["ana"], (block(23, 9),), datetime(2026, 11, 1, tzinfo=UTC), 3)
    assert ground.windows == [(datetime(2026, 11, 1, tzinfo=UTC), datetime(2027, 2, 1, tzinfo=UTC))]
    assert ground.round().written == 0
    assert ground.folder.asked == []


def test_a_round_says_when_the_next_is_due(ground: Ground) -> None:
    ground.settings = PublicFolder(interval=timedelta(minutes=40))
    ground.round()
    doc = ground.store.get(PUBLISHED, "a.test:0")
    assert doc
    assert doc.data["due"] == (START + timedelta(minutes=40)).isoformat()


def test_only_who_changed_is_written_under_the_id_that_is_known(ground: Ground) -> None:
    ground.round()
    ground.told["ben@g.test"] = [block(24, 9)]
    assert ground.round().written == 1
    assert ground.folder.asked == ["write ben"]
    assert ground.folder.says[DNS["ben"]].id == f"id of {DNS['ben']}"


@pytest.mark.parametrize(
    "same",
    [
        [block(23, 9), block(23, 10)],
        [block(23, 10), block(23, 9)],
        [block(23, 9, 1.5), block(23, 10)],
        [block(23, 9, 2), block(25, 9, busy=Busy.ELSEWHERE)],
    ],
)
def test_the_same_time_cut_up_otherwise_is_no_change(ground: Ground, same: list[Block]) -> None:
    ground.told["ana@g.test"] = [block(23, 9, 2)]
    ground.round()
    ground.told["ana@g.test"] = same
    assert ground.round().written == 0


def test_another_kind_of_busy_is_a_change(ground: Ground) -> None:
    ground.told["ana@g.test"] = [block(23, 9)]
    ground.round()
    ground.told["ana@g.test"] = [block(23, 9, busy=Busy.AWAY)]
    assert ground.round().written == 1


@pytest.mark.parametrize("reason", ["not_found", "unavailable", None])
def test_of_whom_google_says_nothing_the_message_stays(ground: Ground, reason: str | None) -> None:
    ground.told["ana@g.test"] = [block(23, 9)]
    ground.round()
    if reason:
        ground.told["ana@g.test"] = Unknown(reason)
    else:
        del ground.told["ana@g.test"]
    ground.told["cid@g.test"] = [block(25, 9)]
    report = ground.round()
    assert (report.written, report.unknown, ground.folder.asked) == (1, 1, ["write cid"])
    assert {address: (one.wrong, one.since) for address, one in report.troubled.items()} == {
        "ana@g.test": (reason or "not_found", (START + timedelta(minutes=15)).isoformat())
    }
    assert ground.folder.says[DNS["ana"]].blocks == (block(23, 9),)
    since = ground.round().troubled["ana@g.test"].since
    assert since == (START + timedelta(minutes=15)).isoformat()
    ground.told["ana@g.test"] = [block(23, 9)]
    assert (ground.round().troubled, ground.folder.asked) == ({}, [])


def test_one_person_that_is_refused_stops_no_other_and_is_tried_again(ground: Ground) -> None:
    ground.folder.refuses[DNS["ben"]] = AccessLostError("NoFreeBusyFolder")
    report = ground.round()
    assert (report.written, list(report.troubled)) == (2, ["ben@g.test"])
    assert ground.round().troubled["ben@g.test"].wrong == "NoFreeBusyFolder"
    assert ground.folder.asked == ["write ben"]
    del ground.folder.refuses[DNS["ben"]]
    assert (ground.round().written, ground.round().troubled) == (1, {})


def test_what_concerns_everybody_is_raised_and_nothing_is_remembered(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> Sequence[Posted | SideError]:
        raise BackOffError("ErrorServerBusy")

    with monkeypatch.context() as patch:
        patch.setattr(ground.folder, "write", busy)
        with pytest.raises(BackOffError):
            ground.round()
    assert ground.round().written == 3


def test_once_a_day_what_others_wrote_over_is_written_again(ground: Ground) -> None:
    ground.round()
    ground.folder.messages[DNS["ana"]] = replace(ground.folder.messages[DNS["ana"]], at=START + timedelta(hours=3))
    del ground.folder.messages[DNS["cid"]]
    assert ground.round().written == 0
    ground.at = START + timedelta(days=1)
    assert ground.round().written == 2
    assert ground.folder.asked == ["look", "write ana cid"]
    assert (ground.folder.says[DNS["ana"]].id, ground.folder.says[DNS["cid"]].id) == (f"id of {DNS['ana']}", "")
    assert (ground.round().written, ground.folder.asked) == (0, [])


def test_a_message_that_cannot_be_looked_at_is_left_as_it_is(ground: Ground) -> None:
    ground.round()
    ground.folder.refuses[DNS["ana"]] = AccessLostError("ErrorAccessDenied")
    ground.at = START + timedelta(days=1)
    assert (ground.round().written, ground.folder.asked) == (0, ["look"])


def test_the_months_go_on_each_batch_at_its_own_hour_of_the_first_day(ground: Ground) -> None:
    ground.round()
    turns = set()
    for number in range(40):
        hour = next(
            hour
            for hour in range(48)
            if first_month(datetime(2026, 12, 1, tzinfo=UTC) + timedelta(hours=hour), f"a.test:{number}").month == 12
        )
        turns.add(hour)
    assert min(turns) <= 1
    assert max(turns) in (11, 12)
    assert len(turns) > 8
    ground.at = datetime(2026, 12, 1, 12, tzinfo=UTC)
    assert ground.round().written == 3
    assert ground.windows[-1] == (datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 3, 1, tzinfo=UTC))


def test_months_are_counted_over_the_end_of_a_year() -> None:
    assert first_of_month(datetime(2026, 11, 30, 23, 59, tzinfo=UTC), 3) == datetime(2027, 2, 1, tzinfo=UTC)
    assert first_of_month(datetime(2026, 12, 31, tzinfo=UTC), 0) == datetime(2026, 12, 1, tzinfo=UTC)


def test_who_was_enrolled_in_the_meantime_is_not_lost(ground: Ground) -> None:
    def meanwhile(addresses: Iterable[str], start: datetime, end: datetime) -> Mapping[str, Told]:
        doc = ground.store.get(PUBLISHED, "a.test:0")
        assert doc
        people = {**Batch.read(doc).people, "eve@g.test": Person("eve@g.test", "/o=Org/cn=eve")}
        ground.store.put(replace(Batch.read(doc), people=people).doc(START))
        return Ground.look_up(ground, addresses, start, end)

    doc = ground.store.get(PUBLISHED, "a.test:0")
    assert doc
    publish(
        Batch.read(doc),
        domain(folder=PublicFolder()),
        Means(ground.store, meanwhile, ground.folder, str, lambda: START),
    )
    after = ground.store.get(PUBLISHED, "a.test:0")
    assert after
    assert "eve@g.test" in after.data["people"]
    assert after.data["due"] == START.isoformat()
