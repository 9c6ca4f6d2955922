"""FindItem, GetFolder, FindFolder and ConvertId in the Exchange simulator: facts 1.1, 1.3, 2.9."""

from datetime import UTC, datetime

import pytest

from simulators.exchange.raw_client import CALENDAR, ItemRef, RawClient, event, judged, paths
from simulators.exchange.simulator import ExchangeSimulator


def _at(hour: int, day: int = 3) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


@pytest.fixture
def simulator() -> ExchangeSimulator:
    simulator = judged(find_limit=3)
    hand = simulator.mailbox("ana@a.test")
    for hour, subject in enumerate(("b", "a", "d", "c", "e"), start=8):
        hand.create(subject=subject, start=_at(hour), end=_at(hour + 1), extended={"mark": f"m-{subject}"})
    return simulator


@pytest.fixture
def client(simulator: ExchangeSimulator) -> RawClient:
    return RawClient(simulator)


def _page(offset: int, most: int | None = None, base: str = "Beginning") -> str:
    limit = "" if most is None else f" MaxEntriesReturned='{most}'"
    return f"<m:IndexedPageItemView{limit} Offset='{offset}' BasePoint='{base}'/>"


SUBJECT = paths("item:Subject")


def test_paging_goes_on_until_the_last_page_says_so(client: RawClient) -> None:
    """Facts 2.9; a page is never larger than the server's limit, here 3."""
    seen, offset = [], 0
    for _ in range(4):
        reply = client.find(_page(offset, 100), fields=SUBJECT)
        (root,) = reply.find("//m:RootFolder")
        seen.append((reply.texts("Subject"), root.get("IncludesLastItemInRange"), root.get("TotalItemsInView")))
        offset = int(root.get("IndexedPagingOffset") or 0)
        if root.get("IncludesLastItemInRange") == "true":
            break
    assert seen == [(["b", "a", "d"], "false", "5"), (["c", "e"], "true", "5")]


def _test(name: str, path: str, value: str) -> str:
    constant = f"<t:FieldURIOrConstant><t:Constant Value='{value}'/></t:FieldURIOrConstant>"
    return f"<t:{name}>{path}{constant}</t:{name}>"


MARK = "<t:ExtendedFieldURI DistinguishedPropertySetId='PublicStrings' PropertyName='mark' PropertyType='String'/>"
AFTER_NINE = _test("IsGreaterThanOrEqualTo", paths("calendar:Start"), "2026-11-03T09:00:00Z")
BEFORE_ELEVEN = _test("IsLessThan", paths("calendar:Start"), "2026-11-03T11:00:00Z")


@pytest.mark.parametrize(
    ("test", "subjects"),
    [
        (_test("IsEqualTo", MARK, "m-d"), ["d"]),
        (_test("IsEqualTo", MARK, "M-D"), []),
        (_test("IsEqualTo", SUBJECT, "c"), ["c"]),
        (f"<t:And>{AFTER_NINE}{BEFORE_ELEVEN}</t:And>", ["a", "d"]),
        (f"<t:Or>{_test('IsEqualTo', SUBJECT, 'a')}{_test('IsEqualTo', SUBJECT, 'e')}</t:Or>", ["a", "e"]),
        (f"<t:Not>{AFTER_NINE}</t:Not>", ["b"]),
        (f"<t:Not><t:Exists>{MARK}</t:Exists></t:Not>", []),
    ],
)
def test_restrictions_select(client: RawClient, test: str, subjects: list[str]) -> None:
    """Facts 1.3, 2.2: search by a named string property before creating again."""
    assert client.find(f"<m:Restriction>{test}</m:Restriction>", fields=SUBJECT).texts("Subject") == subjects


def test_a_uid_finds_its_item_and_every_copy_of_it(simulator: ExchangeSimulator, client: RawClient) -> None:
    """Facts 2.2, 2.3."""
    hand = simulator.mailbox("ana@a.test")
    item = hand.items()[1]
    twin = hand.copy(item.id)
    restriction = f"<m:Restriction>{_test('IsEqualTo', paths('calendar:UID'), item.uid)}</m:Restriction>"
    assert [ref.id for ref in client.find(restriction).refs] == [item.id, twin]


def test_rows_are_sorted_as_asked(client: RawClient) -> None:
    order = f"<m:SortOrder><t:FieldOrder Order='Descending'>{SUBJECT}</t:FieldOrder></m:SortOrder>"
    assert client.find(order, fields=SUBJECT).texts("Subject") == ["e", "d", "c"]


@pytest.mark.parametrize(
    "inside",
    [
        _page(0, base="End"),
        "<m:FractionalPageItemView Numerator='0' Denominator='2'/>",
        f"<m:Restriction><t:Contains ContainmentMode='Substring'>{SUBJECT}<t:Constant Value='a'/></t:Contains></m:Restriction>",
        f"<m:Restriction>{_test('IsEqualTo', paths('item:Body'), 'x')}</m:Restriction>",
        f"<m:SortOrder><t:FieldOrder Order='Ascending'>{MARK}</t:FieldOrder></m:SortOrder>",
    ],
)
def test_searches_that_are_not_modelled_are_refused(client: RawClient, inside: str) -> None:
    assert client.find(inside).codes == ["ErrorInvalidOperation"]


def test_rows_carry_no_body_and_no_attendees(client: RawClient) -> None:
    """Facts 1.1: clients have to ask GetItem for these."""
    client.create(event(before="<t:Body BodyType='Text'>x</t:Body>"))
    assert client.find(fields=paths("item:Body", "calendar:RequiredAttendees")).texts("Body") == []


def _view(start: str, end: str, more: str = "") -> str:
    return f"<m:CalendarView{more} StartDate='{start}' EndDate='{end}'/>"


def test_a_calendar_view_shows_what_overlaps_it(client: RawClient) -> None:
    """Facts 2.9: half-open on both sides."""
    reply = client.find(_view("2026-11-03T09:00:00Z", "2026-11-03T10:00:00Z"), fields=SUBJECT)
    assert reply.texts("Subject") == ["a"]
    reply = client.find(_view("2026-11-03T09:30:00Z", "2026-11-03T10:00:01Z"), fields=SUBJECT)
    assert reply.texts("Subject") == ["a", "d"]


def test_a_calendar_view_is_capped_and_says_so(client: RawClient) -> None:
    """Facts 2.9: no paging, cap 1000 (here 3)."""
    reply = client.find(_view("2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z"), fields=SUBJECT)
    (root,) = reply.find("//m:RootFolder")
    assert (reply.texts("Subject"), root.get("IncludesLastItemInRange")) == (["b", "a", "d"], "false")
    capped = _view("2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z", " MaxEntriesReturned='1'")
    assert client.find(capped, fields=SUBJECT).texts("Subject") == ["b"]


def test_a_calendar_view_is_two_years_wide_at_most_and_takes_no_restriction(client: RawClient) -> None:
    """Facts 2.9."""
    assert client.find(_view("2026-01-01T00:00:00Z", "2029-01-01T00:00:00Z")).codes == ["ErrorCalendarViewRangeTooBig"]
    both = _view("2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z") + f"<m:Restriction>{AFTER_NINE}</m:Restriction>"
    assert client.find(both).codes == ["ErrorInvalidRestriction"]
    backwards = _view("2026-12-01T00:00:00Z", "2026-11-01T00:00:00Z")
    assert client.find(backwards).codes == ["ErrorCalendarEndDateIsEarlierThanStartDate"]


def _folder(client: RawClient, address: str, base: str = "AllProperties") -> tuple[list[str], list[str]]:
    reply = client.send(
        f"<m:GetFolder><m:FolderShape><t:BaseShape>{base}</t:BaseShape></m:FolderShape>"
        f"<m:FolderIds>{address}</m:FolderIds></m:GetFolder>"
    )
    return reply.codes, reply.texts("DisplayName")


def test_folders_are_found_by_name_and_by_id(simulator: ExchangeSimulator, client: RawClient) -> None:
    """Facts 1.1."""
    assert _folder(client, CALENDAR) == (["NoError"], ["Calendar"])
    assert _folder(client, f"<t:FolderId Id='{simulator.mailbox('ana@a.test').calendar_id}'/>") == (
        ["NoError"],
        ["Calendar"],
    )
    assert _folder(client, "<t:DistinguishedFolderId Id='root'/>") == (["NoError"], ["Top of the mailbox"])
    assert _folder(client, CALENDAR + "<t:DistinguishedFolderId Id='journal'/>")[0] == [
        "NoError",
        "ErrorFolderNotFound",
    ]
    assert _folder(client, "<t:FolderId Id='nonsense!'/>")[0] == ["ErrorInvalidIdMalformed"]


def test_rights_on_a_folder_say_whether_it_can_be_written(simulator: ExchangeSimulator, client: RawClient) -> None:
    """Facts 2.10."""
    request = (
        "<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>"
        "<t:FieldURI FieldURI='folder:EffectiveRights'/></t:AdditionalProperties></m:FolderShape>"
        f"<m:FolderIds>{CALENDAR}</m:FolderIds></m:GetFolder>"
    )
    assert client.send(request).text("CreateContents") == "true"
    simulator.mailbox("ana@a.test").set_read_only()
    reply = client.send(request)
    assert [reply.text(name) for name in ("CreateContents", "Modify", "Delete", "Read")] == [
        "false",
        "false",
        "false",
        "true",
    ]


@pytest.mark.parametrize(("traversal", "names"), [("Shallow", ["Team"]), ("Deep", ["Team", "Shifts"])])
def test_subfolders_are_listed(
    simulator: ExchangeSimulator, client: RawClient, traversal: str, names: list[str]
) -> None:
    hand = simulator.mailbox("ana@a.test")
    hand.add_folder("Shifts", hand.add_folder("Team"))
    reply = client.send(
        f"<m:FindFolder Traversal='{traversal}'><m:FolderShape><t:BaseShape>Default</t:BaseShape></m:FolderShape>"
        f"<m:ParentFolderIds>{CALENDAR}</m:ParentFolderIds></m:FindFolder>"
    )
    assert (reply.codes, reply.texts("DisplayName")) == (["NoError"], names)


def test_get_item_knows_the_three_base_shapes(client: RawClient) -> None:
    made = client.create(event()).refs
    assert len(client.get(made).find("//t:CalendarItem/*")) == 1
    default = client.get(made, base="Default")
    assert (default.texts("Subject"), default.texts("UID")) == (["Lunch"], [])
    assert len(client.get(made, base="AllProperties").texts("UID")) == 1
    assert client.get(made, base="PcxPeopleSearch").codes == ["ErrorInvalidRequest"]


def test_ids_are_converted_from_the_one_form_to_itself(client: RawClient) -> None:
    """Facts 1.2: clients probe with ConvertId."""
    source = "<t:AlternateId Format='{}' Id='AAAA' Mailbox='ana@a.test'/>"
    for form, code in (("EwsId", "NoError"), ("EntryId", "ErrorInvalidOperation")):
        ids = f"<m:SourceIds>{source.format(form)}</m:SourceIds>"
        assert client.send(f"<m:ConvertId DestinationFormat='EwsId'>{ids}</m:ConvertId>").codes == [code]


def test_items_that_are_not_there_do_not_disturb_the_others(client: RawClient) -> None:
    """Facts 2.10."""
    made = client.create(event()).refs[0]
    assert client.get([ItemRef("AAAA", ""), made]).codes == ["ErrorItemNotFound", "NoError"]


@pytest.mark.parametrize(
    ("test", "count"),
    [
        (_test("IsNotEqualTo", SUBJECT, "a"), 4),
        (_test("IsNotEqualTo", MARK, "m-a"), 4),
        (_test("IsGreaterThan", SUBJECT, "c"), 2),
    ],
)
def test_comparisons_by_order(test: str, count: int) -> None:
    simulator = judged()
    hand = simulator.mailbox("ana@a.test")
    for subject in "abcde":
        hand.create(subject=subject, start=_at(8), end=_at(9), extended={"mark": f"m-{subject}"})
    assert len(RawClient(simulator).find(f"<m:Restriction>{test}</m:Restriction>").refs) == count


@pytest.mark.parametrize(
    "test",
    [
        f"<t:IsEqualTo>{SUBJECT}<t:FieldURIOrConstant>{SUBJECT}</t:FieldURIOrConstant></t:IsEqualTo>",
        _test("IsEqualTo", MARK.replace("'String'", "'Integer'"), "1"),
    ],
)
def test_comparisons_that_are_not_modelled_are_refused(client: RawClient, test: str) -> None:
    assert client.find(f"<m:Restriction>{test}</m:Restriction>").codes == ["ErrorInvalidOperation"]


def test_pages_out_of_bounds_are_refused(client: RawClient) -> None:
    assert client.find(_page(-1)).codes == ["ErrorInvalidIndexedPagingParameters"]
    assert client.find(_page(0, 0)).codes == ["ErrorInvalidIndexedPagingParameters"]
    assert client.find(_page(99)).refs == []


def test_folder_searches_that_are_not_modelled_are_refused(client: RawClient) -> None:
    shape = "<m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape>"
    ids = f"<m:ParentFolderIds>{CALENDAR}</m:ParentFolderIds>"
    for inside in (
        "<m:FractionalPageFolderView Numerator='0' Denominator='2'/>",
        f"<m:Restriction>{_test('IsEqualTo', paths('folder:DisplayName'), 'x')}</m:Restriction>",
    ):
        reply = client.send(f"<m:FindFolder Traversal='Shallow'>{shape}{inside}{ids}</m:FindFolder>")
        assert reply.codes == ["ErrorInvalidOperation"]
