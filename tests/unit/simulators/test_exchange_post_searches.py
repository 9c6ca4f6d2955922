"""FindItem on posts in the Exchange simulator's public folders: restrictions, pages, order, and what of long values is told.

Sources: the pages FindItem operation, Restriction, Contains, ExtendedFieldURI, ResponseCode; "Free/Busy Data in Exchange"
(openspecification blog) for the search by PidTagNormalizedSubject.
"""

import base64

import pytest

from simulators.exchange.raw_client import ItemRef, RawClient, paths
from simulators.exchange.simulator import ExchangeSimulator
from simulators.record import Fault
from unit.simulators.public_world import (
    GUS,
    SUBJECT,
    client_of,
    compare,
    contains,
    create,
    find,
    group_of,
    post,
    prop,
    tag,
    world,
)

ALL = (
    prop("0x6847", "Integer", "223966080"),
    prop("0x6849", "String", GUS),
    prop("0x6853", "IntegerArray", "32427", "32428"),
    prop("0x6868", "SystemTime", "2026-11-20T10:00:00Z"),
    prop("0x10F2", "Boolean", "true"),
)
NORMALIZED = tag("0x0E1D", "String")


@pytest.fixture
def simulator() -> ExchangeSimulator:
    return world()


@pytest.fixture
def client(simulator: ExchangeSimulator) -> RawClient:
    return client_of(simulator)


@pytest.fixture
def made(simulator: ExchangeSimulator, client: RawClient) -> ItemRef:
    return create(client, group_of(simulator), post(SUBJECT, *ALL)).refs[0]


def test_posts_are_found_by_subject_and_by_normalized_subject(
    simulator: ExchangeSimulator, client: RawClient, made: ItemRef
) -> None:
    """FindItem operation; "Free/Busy Data in Exchange": clients find the message by PidTagNormalizedSubject."""
    group = group_of(simulator)
    twin = create(client, group, post(SUBJECT)).refs[0]
    create(client, group, post("USER-/CN=RECIPIENTS/CN=EVA"))
    for path in (paths("item:Subject"), NORMALIZED):
        found = find(client, group, compare("IsEqualTo", path, SUBJECT), fields=paths("item:Subject") + NORMALIZED)
        assert [ref.id for ref in found.refs] == [made.id, twin.id]
        assert found.texts("Subject") == found.texts("Value") == [SUBJECT, SUBJECT]
    assert find(client, group, compare("IsEqualTo", NORMALIZED, SUBJECT.lower())).refs == []
    assert len(find(client, group, contains(NORMALIZED, "/cn=recipients/", "Substring")).refs) == 3
    eva = find(client, group, f"<t:Not>{contains(NORMALIZED, 'gus')}</t:Not>", fields=NORMALIZED)
    assert eva.texts("Value") == ["USER-/CN=RECIPIENTS/CN=EVA"]


@pytest.mark.parametrize(
    ("test", "found"),
    [
        (compare("IsEqualTo", tag("0x6847", "Integer"), "223966080"), 1),
        (compare("IsGreaterThan", tag("0x6847", "Integer"), "1000000000"), 0),
        (compare("IsLessThan", tag("0x6868", "SystemTime"), "2026-11-20T11:00:00+00:30"), 1),
        (compare("IsLessThan", tag("0x6868", "SystemTime"), "2026-11-20T10:00:00Z"), 0),
        (compare("IsEqualTo", tag("0x10F2", "Boolean"), "true"), 1),
        (compare("IsNotEqualTo", tag("0x6848", "Integer"), "1"), 1),
        (compare("IsEqualTo", tag("0x6848", "Integer"), "1"), 0),
        (f"<t:Exists>{tag('0x6849', 'String')}</t:Exists>", 1),
        (f"<t:Exists>{tag('0x6848', 'Integer')}</t:Exists>", 0),
        (contains(tag("0x6849", "String"), "/CN=GUS"), 1),
    ],
)
@pytest.mark.usefixtures("made")
def test_restrictions_compare_numbers_times_and_truths(
    simulator: ExchangeSimulator, client: RawClient, test: str, found: int
) -> None:
    """The pages IsEqualTo, IsLessThan, Exists, Contains; ExtendedFieldURI in restrictions."""
    reply = find(client, group_of(simulator), test)
    assert (reply.codes, len(reply.refs)) == (["NoError"], found)


@pytest.mark.parametrize(
    ("test", "code"),
    [
        (compare("IsEqualTo", tag("0x6847", "Integer"), "many"), "ErrorInvalidValueForProperty"),
        (compare("IsEqualTo", tag("0x6868", "SystemTime"), "true"), "ErrorInvalidValueForProperty"),
        (contains(tag("0x6847", "Integer"), "22"), "ErrorContainsFilterWrongType"),
        (compare("IsEqualTo", tag("0x6853", "IntegerArray"), "32427"), "ErrorInvalidOperation"),
        (compare("IsEqualTo", paths("item:Size"), "1"), "ErrorInvalidOperation"),
    ],
)
@pytest.mark.usefixtures("made")
def test_restrictions_that_make_no_sense_are_refused(
    simulator: ExchangeSimulator, client: RawClient, test: str, code: str
) -> None:
    """ResponseCode: ErrorInvalidValueForProperty, ErrorContainsFilterWrongType."""
    assert find(client, group_of(simulator), test).codes == [code]


def test_rows_come_in_pages_of_no_more_than_the_servers_limit_and_sorted() -> None:
    """EWSFindCountLimit is 1000 (ews-throttling-in-exchange), here 2."""
    simulator = world(find_limit=2)
    client, group = client_of(simulator), group_of(simulator)
    for subject in ("b", "c", "a"):
        create(client, group, post(subject))
    order = "<m:SortOrder><t:FieldOrder Order='Ascending'><t:FieldURI FieldURI='item:Subject'/></t:FieldOrder></m:SortOrder>"
    seen = []
    for offset in (0, 2):
        view = f"<m:IndexedPageItemView MaxEntriesReturned='1000' Offset='{offset}' BasePoint='Beginning'/>"
        reply = find(client, group, fields=paths("item:Subject"), view=view, order=order)
        (root,) = reply.find("//m:RootFolder")
        seen.append((reply.texts("Subject"), root.get("IncludesLastItemInRange"), root.get("TotalItemsInView")))
    assert seen == [(["a", "b"], "false", "3"), (["c"], "true", "3")]


@pytest.mark.parametrize("cuts", [True, False])
def test_a_search_tells_long_texts_and_binaries_in_part(*, cuts: bool) -> None:
    """FindItem operation: the first 255 characters, the first 512 bytes; of arrays no page tells, so it is a switch."""
    simulator = world(find_cuts_arrays=cuts)
    client, group = client_of(simulator), group_of(simulator)
    long, wide = base64.b64encode(b"x" * 600).decode(), "/o=" + "x" * 300
    properties = prop("0x6849", "String", wide), prop("0x686A", "Binary", long), prop("0x6854", "BinaryArray", long)
    ref = create(client, group, post("a", *properties)).refs[0]
    asked = tag("0x6849", "String") + tag("0x686A", "Binary") + tag("0x6854", "BinaryArray")
    short = base64.b64encode(b"x" * 512).decode()
    assert find(client, group, fields=asked).texts("Value") == [wide[:255], short, short if cuts else long]
    assert client.get(ref, asked).texts("Value") == [wide, long, long]


def test_a_view_of_a_calendar_is_not_of_a_folder_of_posts(simulator: ExchangeSimulator, client: RawClient) -> None:
    """ResponseCode: ErrorCalendarFolderIsInvalidForCalendarView."""
    view = "<m:CalendarView StartDate='2026-11-01T00:00:00Z' EndDate='2026-12-01T00:00:00Z'/>"
    assert find(client, group_of(simulator), view=view).codes == ["ErrorCalendarFolderIsInvalidForCalendarView"]


@pytest.mark.parametrize(("kind", "rows"), [("empty_page", 0), ("truncated_list", 1)])
def test_faults_of_lists_strike_searches(simulator: ExchangeSimulator, client: RawClient, kind: str, rows: int) -> None:
    """faults.py: a search that says it is complete and is not."""
    create(client, group_of(simulator), post("a"), post("b"))
    simulator.record.plant(Fault(kind, "FindItem"))
    assert len(find(client, group_of(simulator)).refs) == rows
    assert len(find(client, group_of(simulator)).refs) == 2
