"""Hostile and broken requests to the Exchange simulator: each is refused in the server's own form and changes nothing.

In process, so that a traceback would be seen; what is wrong below HTTP's headers is in test_hostile_wire.py. Expected
is a SOAP fault (facts 2.10, 6 item 1), an error message of one item, HTTP 401 or a small HTML page, by hand each.
"""

from collections.abc import Callable
from functools import cache

import pytest

from simulators.clock import ManualClock
from simulators.exchange.raw_client import CALENDAR, ItemRef, RawClient, Reply, event, paths, set_field, shape
from simulators.exchange.schemas import from_environment
from simulators.exchange.simulator import PATH, ExchangeSimulator
from simulators.exchange.soap import MESSAGES, SOAP, TYPES
from simulators.exchange.switches import Switches
from simulators.wire import Request

BAD_FORM = "ErrorSchemaValidation"
NAMES = f"xmlns:s='{SOAP}' xmlns:t='{TYPES}' xmlns:m='{MESSAGES}'"
DEEP = 10_000
CATEGORY = "<t:Categories><t:String><t:String>x</t:String></t:String></t:Categories>"
RULES = "ConflictResolution='AutoResolve' SendMeetingInvitationsOrCancellations='SendToNone'"
_schemas = cache(from_environment)
_envelope = RawClient(ExchangeSimulator(clock=ManualClock())).envelope


def _create(text: str = "Lunch") -> bytes:
    items = f"<m:Items>{event(text)}</m:Items>"
    return _envelope(f"<m:CreateItem SendMeetingInvitations='SendToNone'>{items}</m:CreateItem>")


def _entities(levels: int) -> bytes:
    """A document type whose last entity stands for three to the power of `levels` laughs."""
    more = "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 3}'>" for n in range(1, levels))
    return f"<!DOCTYPE x [<!ENTITY e0 'ha'>{more}]>".encode() + _create(f"&e{levels - 1};")


HOSTILE = {
    "nothing": b"",
    "zeros": b"\0" * 100,
    "no XML": b'{"Subject": "Lunch"}',
    "cut off": _create()[:-40],
    "cut within a tag": _create()[: _create().index(b"Subject") + 3],
    "two roots": _create() + _create(),
    "not UTF-8": _create().replace(b"Lunch", b"L\xfcnch \xff"),
    "an encoding nobody has": b"<?xml version='1.0' encoding='klingon'?>" + _create(),
    "a declared encoding it is not in": b"<?xml version='1.0' encoding='utf-16'?>" + _create(),
    "a character XML cannot carry": _create("L&#0;nch"),
    "half a character": _create("L&#xD800;nch"),
    "an entity nobody declared": _create("a&nbsp;b"),
    "a document type": b"<!DOCTYPE x>" + _create(),
    "an entity of its own": _entities(1),
    "entities upon entities": _entities(30),
    "an entity from a file": b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/hostname'>]>" + _create("&e;"),
    "an entity from the network": b"<!DOCTYPE x [<!ENTITY e SYSTEM 'http://127.0.0.1:9/'>]>" + _create("&e;"),
    "a parameter entity": b"<!DOCTYPE x [<!ENTITY % e SYSTEM 'http://127.0.0.1:9/'> %e;]>" + _create(),
    "an external document type": b"<!DOCTYPE x SYSTEM 'http://127.0.0.1:9/x.dtd'>" + _create(),
    "elements in elements": _envelope("<m:x>" * DEEP + "</m:x>" * DEEP),
    "elements never closed": b"<a>" * DEEP,
    "SOAP 1.2": _create().replace(SOAP.encode(), b"http://www.w3.org/2003/05/soap-envelope"),
    "no namespaces": b"<Envelope><Body><CreateItem/></Body></Envelope>",
    "another's namespace": _envelope("<t:CreateItem/>"),
    "no body": f"<s:Envelope {NAMES}><s:Header/></s:Envelope>".encode(),
    "an empty body": f"<s:Envelope {NAMES}><s:Body/></s:Envelope>".encode(),
    "a body of text": f"<s:Envelope {NAMES}><s:Body>create an item</s:Body></s:Envelope>".encode(),
    "an operation without content": _envelope("<m:GetItem/>"),
}


@pytest.fixture
def simulator() -> ExchangeSimulator:
    """One event is in the calendar, and stays the only one. The environment's schemas judge, where there are any."""
    schemas = _schemas()
    switches = Switches(check_answers=schemas is not None)
    simulator = ExchangeSimulator(clock=ManualClock(), switches=switches, schemas=schemas)
    RawClient(simulator).create(event("Kept"))
    return simulator


def _untouched(simulator: ExchangeSimulator) -> bool:
    """Whether the event is as it was, and the next request is served."""
    kept = [(item.subject, item.created == item.modified) for item in simulator.mailbox("ana@a.test").items()]
    return kept == [("Kept", True)] and RawClient(simulator).sync().codes == ["NoError"]


def _is_fault(reply: Reply, code: str) -> bool:
    return (reply.response.status, reply.is_fault, reply.codes) == (500, True, [code])


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_request_that_is_none_is_a_fault(simulator: ExchangeSimulator, body: bytes) -> None:
    """Facts 6 item 1."""
    reply = RawClient(simulator).post(body)
    assert _is_fault(reply, BAD_FORM)
    assert b"Traceback" not in reply.response.body
    assert b"hostname" not in reply.response.body
    assert _untouched(simulator)


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_it_is_one_without_the_schemas_too(body: bytes) -> None:
    simulator = ExchangeSimulator(clock=ManualClock())
    RawClient(simulator).create(event("Kept"))
    assert _is_fault(RawClient(simulator).post(body), BAD_FORM)
    assert _untouched(simulator)


NONE_ASKED = {
    "a body of elements": f"<m:CreateItem SendMeetingInvitations='SendToNone'><m:Items>{event('Kept too')}"
    + event(before="<t:Body BodyType='HTML'><t:b>bold</t:b></t:Body>")
    + "</m:Items></m:CreateItem>",
    "a subject of elements": _create("<t:Subject>x</t:Subject>").decode(),
    "a category of elements": _create("x").decode().replace("</t:Subject>", "</t:Subject>" + CATEGORY),
    "nothing to create": "<m:CreateItem SendMeetingInvitations='SendToNone'><m:Items/></m:CreateItem>",
    "nothing to update": f"<m:UpdateItem {RULES}><m:ItemChanges/></m:UpdateItem>",
    "nothing to delete": "<m:DeleteItem DeleteType='HardDelete'><m:ItemIds/></m:DeleteItem>",
    "nothing to find": f"<m:FindItem Traversal='Shallow'>{shape()}<m:ParentFolderIds/></m:FindItem>",
    "nothing to get": f"<m:GetItem>{shape()}<m:ItemIds/></m:GetItem>",
}


@pytest.mark.parametrize("body", NONE_ASKED.values(), ids=NONE_ASKED.keys())
@pytest.mark.parametrize("judge", [True, False], ids=["with schemas", "without"])
def test_what_the_schema_refuses_is_refused_without_it_too(
    simulator: ExchangeSimulator, body: str, *, judge: bool
) -> None:
    if not judge:
        simulator.schemas, simulator.switches = None, Switches()
    data = body.encode() if body.startswith("<s:") else _envelope(body)
    assert _is_fault(RawClient(simulator).post(data), BAD_FORM)
    assert _untouched(simulator)


@pytest.mark.parametrize(
    "updates",
    ["", "<t:Nonsense/>", f"<t:ReplaceItemField>{paths('item:Subject')}</t:ReplaceItemField>", "<t:SetItemField/>"],
)
@pytest.mark.parametrize("judge", [True, False], ids=["with schemas", "without"])
def test_a_change_without_an_update_refuses_the_whole_request(
    simulator: ExchangeSimulator, updates: str, *, judge: bool
) -> None:
    if not judge:
        simulator.schemas, simulator.switches = None, Switches()
    client = RawClient(simulator)
    kept = simulator.mailbox("ana@a.test").items()[0]
    address = f"<t:ItemId Id='{kept.id}' ChangeKey='{kept.change_key}'/>"
    good = (address, set_field("item:Subject", "<t:Subject>changed</t:Subject>"))
    assert _is_fault(client.update_all([good, (address, updates)]), BAD_FORM)
    assert _untouched(simulator)


def test_a_request_too_large_is_refused_unread(simulator: ExchangeSimulator) -> None:
    simulator.switches = Switches(max_request_bytes=1000)
    reply = RawClient(simulator).post(_create("x" * 1000))
    assert (reply.response.status, reply.response.headers[0][1][:9]) == (413, "text/html")
    assert _untouched(simulator)


@pytest.mark.parametrize("operation", ["Nonsense", "GetUserOofSettings", "__class__", "createitem"])
def test_an_operation_it_does_not_have_is_a_fault(simulator: ExchangeSimulator, operation: str) -> None:
    reply = RawClient(simulator).send(f"<m:{operation}/>")
    assert reply.is_fault
    assert reply.codes[0] in (BAD_FORM, "ErrorInvalidOperation")
    assert _untouched(simulator)


@pytest.mark.parametrize("extra", ["<t:IsAllDayEvent>true</t:IsAllDayEvent>", ""])
@pytest.mark.parametrize(
    "time",
    [
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "1600-12-31T23:59:59Z",
        "9999-12-31T23:59:59",
        "9999-12-31T23:59:59-14:00",
        "99999-01-01T00:00:00Z",
        "-2026-11-03T12:00:00Z",
        "2026-02-30T12:00:00Z",
        "2026-11-03T12:00:00+99:99",
        "٢٠٢٦-11-03T12:00:00Z",
        "tomorrow",
        "",
    ],
)
def test_a_time_that_is_none_or_out_of_all_range_is_a_fault(
    simulator: ExchangeSimulator, time: str, extra: str
) -> None:
    """Facts 6 item 1."""
    client = RawClient(simulator)
    times = f"<t:Start>{time}</t:Start><t:End>{time}</t:End>"
    assert _is_fault(client.create(event(times=times, extra=extra)), BAD_FORM)
    view = f"<m:CalendarView StartDate='{time}' EndDate='{time}'/>"
    assert _is_fault(client.find(view), BAD_FORM)
    test = "<t:IsGreaterThan><t:FieldURI FieldURI='calendar:Start'/><t:FieldURIOrConstant>"
    value = f"<t:Constant Value='{time}'/></t:FieldURIOrConstant></t:IsGreaterThan>"
    assert _is_fault(client.find(f"<m:Restriction>{test}{value}</m:Restriction>"), BAD_FORM)
    assert _untouched(simulator)


@pytest.mark.parametrize("number", ["", "x", "1.5", "1e3", "9" * 5000, "0", "513", "-1"])
def test_a_number_that_is_none_or_out_of_range_is_a_fault(simulator: ExchangeSimulator, number: str) -> None:
    """Facts 2.1, 6 item 1."""
    request = (
        "<m:SyncFolderItems><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:SyncFolderId>"
        f"{CALENDAR}</m:SyncFolderId><m:MaxChangesReturned>{number}</m:MaxChangesReturned></m:SyncFolderItems>"
    )
    assert _is_fault(RawClient(simulator).send(request), BAD_FORM)
    assert _untouched(simulator)


def _rename(item_id: str, key: str = "") -> Callable[[RawClient], Reply]:
    changed = set_field("item:Subject", "<t:Subject>changed</t:Subject>")
    return lambda client: client.update(f"<t:ItemId Id='{item_id}' ChangeKey='{key}'/>", changed)


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda client: client.get(ItemRef("Ä ☃", "")), "ErrorInvalidIdMalformed"),
        (lambda client: client.get(ItemRef("A" * 100_000, "")), "ErrorInvalidIdMalformed"),
        (lambda client: client.get(ItemRef("' or 1=1".replace("'", "&apos;"), "")), "ErrorInvalidIdMalformed"),
        (lambda client: client.get(ItemRef("AAAA", "")), "ErrorItemNotFound"),
        (_rename("AAAA", "☃"), "ErrorInvalidChangeKey"),
        (lambda client: client.delete("<t:ItemId Id='..%2f..%2f'/>"), "ErrorInvalidIdMalformed"),
        (lambda client: client.sync("☃"), "ErrorInvalidSyncStateData"),
        (lambda client: client.sync("A" * 100_000), "ErrorInvalidSyncStateData"),
        (lambda client: client.sync("W1tbW1tbW1tb" * 5000), "ErrorInvalidSyncStateData"),
        (lambda client: client.sync(folder="<t:FolderId Id='☃'/>"), "ErrorInvalidIdMalformed"),
        (
            lambda client: client.find(
                "<m:IndexedPageItemView MaxEntriesReturned='-1' Offset='-5' BasePoint='Beginning'/>"
            ),
            "ErrorInvalidIndexedPagingParameters",
        ),
    ],
)
def test_an_id_a_key_or_a_state_nobody_gave_is_an_error_message(
    simulator: ExchangeSimulator, ask: Callable[[RawClient], Reply], code: str
) -> None:
    """Facts 2.1, 2.2, 2.10: HTTP 200, the code in the response message."""
    reply = ask(RawClient(simulator))
    assert (reply.response.status, reply.is_fault, reply.codes) == (200, False, [code])
    assert _untouched(simulator)


def test_nested_restrictions_are_evaluated_as_deep_as_xml_may_go(simulator: ExchangeSimulator) -> None:
    """Two hundred negations are none; more than XML's 256 levels never come in."""
    inner = f"<t:Exists>{paths('item:Subject')}</t:Exists>"
    asked = RawClient(simulator).find(f"<m:Restriction>{'<t:Not>' * 200}{inner}{'</t:Not>' * 200}</m:Restriction>")
    assert (asked.codes, len(asked.refs)) == (["NoError"], 1)
    beyond = RawClient(simulator).find(f"<m:Restriction>{'<t:Not>' * 300}{inner}{'</t:Not>' * 300}</m:Restriction>")
    assert _is_fault(beyond, BAD_FORM)


@pytest.mark.parametrize(
    "header",
    ["", "Basic", "Basic \xfc\xfc", "Basic %%%", "Basic //86/w==", "Basic YW5h", "Bearer x", "Negotiate YII=", "\0"],
)
def test_a_sign_in_that_is_none_is_401_with_the_challenges(simulator: ExchangeSimulator, header: str) -> None:
    """Facts 2.10: 401 with several WWW-Authenticate."""
    client = RawClient(simulator)
    client.authorization = header
    response = client.post(_create()).response
    assert (response.status, [name for name, _ in response.headers]) == (401, ["WWW-Authenticate"] * 2)
    assert _untouched(simulator)


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "BREW"])
def test_another_method_than_post_is_405(simulator: ExchangeSimulator, method: str) -> None:
    headers = {"authorization": RawClient(simulator).authorization}
    assert simulator.handle(Request.of(method, PATH, headers, _create())).status == 405
    assert _untouched(simulator)


@pytest.mark.parametrize(
    "path",
    ["/", "/EWS/", "/EWS/../EWS/Exchange.asmx", "/EWS/Exchange.asmx/x", "/%2e%2e", "/\r\nX: y", "/" + "a" * 99_999],
)
def test_another_path_is_404(simulator: ExchangeSimulator, path: str) -> None:
    headers = {"authorization": RawClient(simulator).authorization}
    response = simulator.handle(Request("POST", path, (), headers, _create()))
    assert (response.status, b"X: y" in response.body) == (404, False)
    assert _untouched(simulator)
