"""exchangelib's public folders, unmodified and over a port, on the Exchange simulator as an Exchange 2010.

Its tree begins at IPM_SUBTREE; the way to the free/busy folder leads over that root's ParentFolderId and its own folder
queries. Properties by tag are registered on PostItem, and on Message too, since it takes a folder of the class IPF.Note for
one of messages and asks for their fields.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import exchangelib
import pytest
from exchangelib import errors
from exchangelib.folders import Folder, SingleFolderQuerySet
from exchangelib.items import PostItem
from exchangelib.properties import FolderId
from exchangelib.protocol import CachingProtocol
from exchangelib.version import EXCHANGE_2010_SP2, Version

from simulators.exchange.raw_client import judged
from simulators.exchange.simulator import PATH, ExchangeSimulator
from simulators.wire import mounted

GROUP = "/o=First Organization/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)"
GUS, SUBJECT = f"{GROUP}/cn=Recipients/cn=gus", "USER-/CN=RECIPIENTS/CN=GUS"
NINE, TEN = (datetime(2026, 11, 20, hour, tzinfo=UTC) for hour in (9, 10))


class Start(exchangelib.ExtendedProperty):  # type: ignore[misc]
    property_tag = 0x6847
    property_type = "Integer"


class Months(exchangelib.ExtendedProperty):  # type: ignore[misc]
    property_tag = 0x6853
    property_type = "IntegerArray"


class Times(exchangelib.ExtendedProperty):  # type: ignore[misc]
    property_tag = 0x6854
    property_type = "BinaryArray"


class Written(exchangelib.ExtendedProperty):  # type: ignore[misc]
    property_tag = 0x6868
    property_type = "SystemTime"


class Normalized(exchangelib.ExtendedProperty):  # type: ignore[misc]
    property_tag = 0x0E1D
    property_type = "String"


OURS = {"fb_start": Start, "fb_months": Months, "fb_times": Times, "fb_written": Written, "fb_subject": Normalized}


@pytest.fixture(autouse=True)
def _registered() -> Iterator[None]:
    for item in (PostItem, exchangelib.Message):
        for name, ours in OURS.items():
            item.register(name, ours)
    yield
    for item in (PostItem, exchangelib.Message):
        for name in OURS:
            item.deregister(name)


@pytest.fixture(autouse=True)
def _no_protocol_kept() -> Iterator[None]:
    yield
    CachingProtocol.clear_cache()  # closes the sessions too


@pytest.fixture
def simulator() -> ExchangeSimulator:
    simulator = judged(version="Exchange2010_SP2")
    simulator.public_folders.add_administrative_group(GROUP)
    simulator.public_folders.grant("ana@a.test", "Owner", GROUP)
    return simulator


@pytest.fixture
def account(simulator: ExchangeSimulator) -> Iterator[Any]:
    with mounted(simulator) as base:
        configuration = exchangelib.Configuration(
            service_endpoint=base + PATH,
            credentials=exchangelib.Credentials("svc@a.test", "secret"),
            auth_type=exchangelib.BASIC,
            version=Version(build=EXCHANGE_2010_SP2),
        )
        yield exchangelib.Account(
            "ana@a.test",
            config=configuration,
            autodiscover=False,
            access_type=exchangelib.IMPERSONATION,
            default_timezone=exchangelib.UTC,
        )


def _below(account: Any, folder: Any, **test: str) -> Any:
    return SingleFolderQuerySet(account=account, folder=folder).depth("Shallow").get(**test)


def _walk(account: Any) -> Any:
    """The group's folder, down from the true root of the public folders."""
    root = account.public_folders_root
    top = Folder(root=root, _id=FolderId(id=root.parent_folder_id.id))
    schedule = _below(account, _below(account, top, name="NON_IPM_SUBTREE"), name="SCHEDULE+ FREE BUSY")
    return _below(account, schedule, name__iexact=f"ex:{GROUP}")


def test_it_walks_the_ordinary_public_folders_by_itself(simulator: ExchangeSimulator, account: Any) -> None:
    """Exchangelib's issues 1288 and 1300: the tree of public_folders_root, level by level."""
    public = simulator.public_folders
    public.add_folder("below", public.add_folder("above"))
    root = account.public_folders_root
    assert root.name == "IPM_SUBTREE"
    assert [folder.name for folder in root.walk()] == ["above", "below"]
    assert (root / "above" / "below").total_count == 0


def test_it_finds_the_folder_and_writes_reads_changes_and_deletes_a_message(
    simulator: ExchangeSimulator, account: Any
) -> None:
    """ExchangeEWSFreeBusyProvider's route, in exchangelib's own calls."""
    folder = _walk(account)
    assert folder.id == simulator.public_folders.folder_id(GROUP)
    made = PostItem(account=account, folder=folder, subject=SUBJECT, item_class="IPM.Post")
    made.fb_start, made.fb_months, made.fb_times = 223966080, [32427], [bytes.fromhex("bc6df86d")]
    made.fb_written = exchangelib.EWSDateTime(2026, 11, 20, 8, tzinfo=exchangelib.UTC)
    made.save()
    (stored,) = simulator.public_folders.messages(GUS)
    assert (stored.id, stored.creator) == (made.id, "ana@a.test")
    (found,) = folder.filter(subject=SUBJECT).only("subject", "fb_subject", "fb_months", "fb_times", "fb_written")
    assert (found.fb_subject, found.fb_months, found.fb_times) == (SUBJECT, [32427], [bytes.fromhex("bc6df86d")])
    assert found.fb_written == datetime(2026, 11, 20, 8, tzinfo=UTC)
    found.fb_start, found.fb_months = 223966080, None
    found.save(update_fields=["fb_start", "fb_months"])
    (stored,) = simulator.public_folders.messages(GUS)
    assert stored.values(0x6853, "IntegerArray") is None
    assert stored.values(0x6847, "Integer") == ("223966080",)
    found.delete()
    assert simulator.public_folders.messages(GUS) == ()


def test_it_reads_what_outlook_wrote(simulator: ExchangeSimulator, account: Any) -> None:
    """MS-OXOPFFB 2.2.1.2: the twentieth, nine to ten, is (27900, 27960) of November."""
    simulator.public_folders.overwrite(GUS, busy=[(NINE, TEN)])
    (found,) = _walk(account).filter(fb_subject=SUBJECT).only("fb_start", "fb_months", "fb_times")
    assert (found.fb_start, found.fb_months, found.fb_times) == (223966080, [32427], [bytes.fromhex("fc6c386d")])


def test_what_it_may_not_do_is_its_own_exception(simulator: ExchangeSimulator, account: Any) -> None:
    """Exchangelib's errors have ErrorCreateItemAccessDenied, ErrorNoPublicFolderServerAvailable."""
    folder = _walk(account)
    simulator.public_folders.grant("ana@a.test", "Reviewer", GROUP)
    with pytest.raises(errors.ErrorCreateItemAccessDenied):
        PostItem(account=account, folder=folder, subject=SUBJECT).save()
    simulator.public_folders.drop_database()
    with pytest.raises(errors.ErrorNoPublicFolderServerAvailable):
        list(folder.all())


def test_it_has_the_merged_stream_of_a_contact(simulator: ExchangeSimulator, account: Any) -> None:
    """RequestedView: MergedOnly is the only available information."""
    simulator.directory.add_contact("gus@g.test", GUS)
    simulator.directory.add_address_space("g.test", "PublicFolder")
    simulator.public_folders.overwrite(GUS, busy=[(NINE, TEN)])
    start, end = (exchangelib.EWSDateTime(2026, 11, 20, hour, tzinfo=exchangelib.UTC) for hour in (8, 12))
    (view,) = account.protocol.get_free_busy_info([("gus@g.test", "Required", False)], start, end, 60)
    assert (view.view_type, view.merged, view.calendar_events) == ("MergedOnly", "0200", None)
