"""Posts in the Exchange simulator's public folders: written, found, read, changed and deleted by EWS.

Sources: the pages of the item operations, PostItem, ExtendedFieldURI, ResponseCode; types.xsd; MS-OXCMSG 2.2.1.10 and
PidTagNormalizedSubject for the subject; zm-mailbox' ExchangeEWSFreeBusyProvider for the route as a whole.
"""

import pytest

from simulators.exchange.raw_client import CALENDAR, ItemRef, RawClient, event, paths, set_field
from simulators.exchange.simulator import ExchangeSimulator
from simulators.exchange.switches import Switches
from simulators.record import Fault
from unit.simulators.public_world import (
    GROUP,
    GUS,
    ROOT,
    SUBJECT,
    client_of,
    compare,
    create,
    delete_prop,
    find,
    group_of,
    post,
    prop,
    set_prop,
    tag,
    told,
    update,
    world,
)

MONTHS = prop("0x6853", "IntegerArray", "32427", "32428")
TIMES = prop("0x6854", "BinaryArray", "/GySbUiowKg=", "AAB4ACSuYK4=")
ALL = (
    prop("0x6847", "Integer", "223966080"),
    prop("0x6849", "String", GUS),
    MONTHS,
    TIMES,
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


def test_a_post_keeps_the_properties_it_was_created_with(
    simulator: ExchangeSimulator, client: RawClient, made: ItemRef
) -> None:
    """ExchangeEWSFreeBusyProvider: PostItem, ItemClass, Subject, ExtendedProperty list, SavedItemFolderId."""
    (stored,) = simulator.public_folders.posts(GROUP)
    assert (stored.id, stored.subject, stored.item_class, stored.creator) == (
        made.id,
        SUBJECT,
        "IPM.Post",
        "ana@a.test",
    )
    wanted = tag("0x6847", "Integer") + tag("0x6853", "IntegerArray") + tag("0x6854", "BinaryArray")
    wanted += tag("0x6868", "SystemTime") + tag("0x10F2", "Boolean") + tag("0x6855", "IntegerArray")
    reply = client.get(made, wanted)
    assert [[value.text for value in each.iter("{*}Value")] for each in reply.find("//t:ExtendedProperty")] == [
        ["223966080"],
        ["32427", "32428"],
        ["/GySbUiowKg=", "AAB4ACSuYK4="],
        ["2026-11-20T10:00:00Z"],
        ["true"],
    ]


def test_a_shape_of_everything_tells_the_item_and_no_extended_property(client: RawClient, made: ItemRef) -> None:
    """PostItem; ExtendedFieldURI: extended properties are told when named."""
    reply = client.get(made, base="AllProperties")
    assert reply.text("ItemClass") == "IPM.Post"
    assert reply.text("Subject") == SUBJECT
    assert reply.text("ConversationTopic") == SUBJECT
    assert reply.text("LastModifiedName") == "ana@a.test"
    assert reply.find("//t:ExtendedProperty") == []
    assert [each.tag.rpartition("}")[2] for each in reply.find("//m:Items/*") if isinstance(each.tag, str)] == [
        "PostItem"
    ]


@pytest.mark.parametrize(("number", "same"), [("26707", "0x6853"), ("0X6853", "26707"), ("0x6853", "0x6853")])
def test_a_tag_is_written_in_decimal_or_hexadecimal(
    simulator: ExchangeSimulator, client: RawClient, number: str, same: str
) -> None:
    """types.xsd, PropertyTagType; the answer echoes the path as it was asked."""
    ref = create(client, group_of(simulator), post("a", prop(number, "IntegerArray", "32427"))).refs[0]
    reply = client.get(ref, tag(same, "IntegerArray"))
    assert reply.texts("Value") == ["32427"]
    assert reply.find("//t:ExtendedFieldURI")[0].get("PropertyTag") == same


@pytest.mark.parametrize("number", ["0x8000", "32768", "0xFFFE"])
def test_custom_properties_have_no_tag(
    simulator: ExchangeSimulator, client: RawClient, made: ItemRef, number: str
) -> None:
    """ResponseCode: ErrorNoPropertyTagForCustomProperties, 0x8000 and greater."""
    code = "ErrorNoPropertyTagForCustomProperties"
    assert create(client, group_of(simulator), post("a", prop(number, "Integer", "1"))).codes == [code]
    assert update(client, (made.xml, set_prop(number, "Integer", "1"))).codes == [code]
    assert client.get(made, tag(number, "Integer")).codes == [code]
    assert find(client, group_of(simulator), compare("IsEqualTo", tag(number, "Integer"), "1")).codes == [code]


@pytest.mark.parametrize("kind", ["Object", "ObjectArray", "Error", "Null"])
def test_types_no_value_has_are_refused(
    simulator: ExchangeSimulator, client: RawClient, made: ItemRef, kind: str
) -> None:
    """ResponseCode: ErrorUnsupportedMapiPropertyType; types.xsd, MapiPropertyTypeType."""
    code = "ErrorUnsupportedMapiPropertyType"
    assert create(client, group_of(simulator), post("a", prop("0x6847", kind, "1"))).codes == [code]
    assert update(client, (made.xml, delete_prop("0x6847", kind))).codes == [code]


@pytest.mark.parametrize(
    ("number", "kind", "value"),
    [
        ("0x6847", "Integer", "soon"),
        ("0x6847", "Integer", "2147483648"),
        ("0x6847", "Integer", "1.5"),
        ("0x6868", "SystemTime", "yesterday"),
        ("0x10F2", "Boolean", "yes"),
        ("0x6853", "IntegerArray", "x"),
        ("0x6854", "BinaryArray", "not base64!"),
        ("0x6854", "BinaryArray", "AAA"),
    ],
)
def test_a_value_that_is_none_of_its_type_is_refused(
    simulator: ExchangeSimulator, client: RawClient, made: ItemRef, number: str, kind: str, value: str
) -> None:
    """ResponseCode: ErrorInvalidExtendedPropertyValue."""
    code = "ErrorInvalidExtendedPropertyValue"
    assert create(client, group_of(simulator), post("a", prop(number, kind, value))).codes == [code]
    assert update(client, (made.xml, set_prop(number, kind, value))).codes == [code]
    assert len(simulator.public_folders.posts(GROUP)) == 1


def test_an_array_takes_values_and_a_single_property_one_value(simulator: ExchangeSimulator, client: RawClient) -> None:
    """ResponseCode, ErrorInvalidExtendedPropertyValue: setting a String to an array of integers."""
    single = f"<t:ExtendedProperty>{tag('0x6853', 'IntegerArray')}<t:Value>1</t:Value></t:ExtendedProperty>"
    several = (
        f"<t:ExtendedProperty>{tag('0x6847', 'Integer')}<t:Values><t:Value>1</t:Value></t:Values></t:ExtendedProperty>"
    )
    for wrong in (single, several):
        assert create(client, group_of(simulator), post("a", wrong)).codes == ["ErrorInvalidExtendedPropertyValue"]


@pytest.mark.parametrize("with_schemas", [True, False])
def test_an_array_without_a_value_is_against_the_schema(
    simulator: ExchangeSimulator, client: RawClient, *, with_schemas: bool
) -> None:
    """types.xsd, NonEmptyArrayOfPropertyValuesType: at least one Value, which may be empty."""
    if not with_schemas:
        simulator.schemas = None
        simulator.switches = Switches(version="Exchange2010_SP2")
    empty = create(client, group_of(simulator), post("a", prop("0x6854", "BinaryArray")))
    assert (empty.is_fault, empty.codes) == (True, ["ErrorSchemaValidation"])
    ref = create(client, group_of(simulator), post("b", prop("0x6854", "BinaryArray", "", "AAB4AA=="))).refs[0]
    assert told(client, ref, "0x6854", "BinaryArray") == ["", "AAB4AA=="]


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("0x0E1D", "String"),
        ("0x0037", "String"),
        ("0x001A", "String"),
        ("0x3008", "SystemTime"),
        ("0x1000", "String"),
        ("0x6853", "Integer"),
        ("0x6847", "String"),
    ],
)
def test_tags_whose_fate_no_page_tells_are_refused(
    simulator: ExchangeSimulator, client: RawClient, number: str, kind: str
) -> None:
    """MS-OXOPFFB and MS-OXPROPS name the tags and types of a free/busy message; the store computes others itself."""
    value = {"String": "x", "Integer": "1", "SystemTime": "2026-11-20T10:00:00Z"}[kind]
    assert create(client, group_of(simulator), post("a", prop(number, kind, value))).codes == ["ErrorInvalidOperation"]


def test_named_properties_are_kept_too(simulator: ExchangeSimulator, client: RawClient) -> None:
    """ExtendedFieldURI: a set with a name."""
    path = "<t:ExtendedFieldURI DistinguishedPropertySetId='PublicStrings' PropertyName='stamp' PropertyType='String'/>"
    stamp = f"<t:ExtendedProperty>{path}<t:Value>x</t:Value></t:ExtendedProperty>"
    ref = create(client, group_of(simulator), post("a", stamp)).refs[0]
    assert client.get(ref, path).texts("Value") == ["x"]


@pytest.mark.parametrize(
    ("subject", "prefix", "rest"),
    [(SUBJECT, "", SUBJECT), ("RE: tea", "RE: ", "tea"), ("R2: tea", "", "R2: tea"), ("Note: tea", "", "Note: tea")],
)
def test_the_store_computes_the_normalized_subject(
    simulator: ExchangeSimulator, client: RawClient, subject: str, prefix: str, rest: str
) -> None:
    """PidTagNormalizedSubject: one to three letters, a colon and a blank are the prefix."""
    ref = create(client, group_of(simulator), post(subject)).refs[0]
    assert told(client, ref, "0x003D", "String") == [prefix]
    assert [told(client, ref, number, "String") for number in ("0x0E1D", "0x0070", "0x0037")] == [
        [rest],
        [rest],
        [subject],
    ]


def test_properties_are_set_and_deleted_in_one_call_about_several_posts(
    simulator: ExchangeSimulator, client: RawClient, made: ItemRef
) -> None:
    """UpdateItem operation: SetItemField, DeleteItemField, several ItemChanges, each with an answer of its own."""
    eva = create(client, group_of(simulator), post("USER-/CN=RECIPIENTS/CN=EVA", MONTHS, TIMES)).refs[0]
    changes = set_prop("0x6853", "IntegerArray", "32433") + delete_prop("0x6854", "BinaryArray")
    reply = update(client, (made.keyless, changes), ("<t:ItemId Id='AAAA'/>", changes), (eva.xml, changes))
    assert reply.codes == ["NoError", "ErrorItemNotFound", "NoError"]
    for ref in (made, eva):
        assert told(client, ref, "0x6853", "IntegerArray") == ["32433"]
        assert told(client, ref, "0x6854", "BinaryArray") == []
    assert [ref.key == old.key for ref, old in zip(reply.refs, (made, eva), strict=True)] == [False, False]
    assert [call.changed for call in simulator.record.calls][-7:-4] == [True, False, True]
    assert update(client, (made.keyless, delete_prop("0x6855", "IntegerArray"))).codes == ["NoError"]


@pytest.mark.parametrize(
    ("rule", "key", "code"),
    [
        ("AlwaysOverwrite", "none", "NoError"),
        ("AlwaysOverwrite", "stale", "NoError"),
        ("AutoResolve", "stale", "NoError"),
        ("NeverOverwrite", "stale", "ErrorIrresolvableConflict"),
        ("NeverOverwrite", "none", "ErrorChangeKeyRequiredForWriteOperations"),
        ("AutoResolve", "none", "ErrorChangeKeyRequiredForWriteOperations"),
        ("AlwaysOverwrite", "odd", "ErrorInvalidChangeKey"),
    ],
)
def test_the_rules_for_conflicts_are_those_of_every_item(
    simulator: ExchangeSimulator, client: RawClient, made: ItemRef, rule: str, key: str, code: str
) -> None:
    """UpdateItem: ConflictResolution; somebody else has written to the message in between."""
    simulator.public_folders.overwrite(GUS)
    address = {"none": made.keyless, "stale": made.xml, "odd": f"<t:ItemId Id='{made.id}' ChangeKey='AAAA'/>"}[key]
    assert update(client, (address, set_prop("0x6847", "Integer", "1")), rule=rule).codes == [code]


def test_a_subject_is_changed_and_what_is_computed_of_it(client: RawClient, made: ItemRef) -> None:
    """PidTagNormalizedSubject is computed when changes are saved."""
    change = set_field("item:Subject", "<t:Subject>x</t:Subject>").replace("CalendarItem>", "PostItem>")
    assert update(client, (made.xml, change)).codes == ["NoError"]
    assert told(client, made, "0x0E1D", "String") == ["x"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (set_field("item:Subject", "<t:Subject>x</t:Subject>"), "ErrorInvalidOperation"),
        ("<t:DeleteItemField><t:FieldURI FieldURI='item:Subject'/></t:DeleteItemField>", "ErrorInvalidPropertyDelete"),
        (set_prop("0x6847", "Integer", "1").replace("Set", "AppendTo"), "ErrorInvalidPropertyAppend"),
        (set_prop("0x6847", "Integer", "1").replace("0x6847", "0x6848", 1), "ErrorUpdatePropertyMismatch"),
        (
            set_field("item:Body", "<t:Body BodyType='Text'>x</t:Body>").replace("CalendarItem>", "PostItem>"),
            "ErrorInvalidOperation",
        ),
        (
            set_field("item:Subject", "<t:Subject>x</t:Subject><t:Culture>de</t:Culture>").replace("Calendar", "Post"),
            "ErrorIncorrectUpdatePropertyCount",
        ),
    ],
)
def test_updates_that_make_no_sense_are_refused(client: RawClient, made: ItemRef, change: str, code: str) -> None:
    """ResponseCode: the Error...Update... and ErrorInvalidProperty... codes."""
    assert update(client, (made.xml, change)).codes == [code]


def test_a_post_is_deleted_for_good(simulator: ExchangeSimulator, client: RawClient, made: ItemRef) -> None:
    """DeleteItem operation: HardDelete; public folders have no Deleted Items."""
    for how in ("MoveToDeletedItems", "SoftDelete"):
        assert client.delete(made.xml, how=how, send="").codes == ["ErrorInvalidOperation"]
    assert client.delete(made.xml, send="").codes == ["NoError"]
    assert client.delete(made.xml, send="").codes == ["ErrorItemNotFound"]
    assert client.get(made).codes == ["ErrorItemNotFound"]
    assert find(client, group_of(simulator)).refs == []


@pytest.mark.parametrize(
    "item",
    [
        post("a", item_class="IPM.Note"),
        post("x" * 256),
        post("a").replace("</t:Subject>", "</t:Subject><t:Body BodyType='Text'>x</t:Body>"),
        event(),
    ],
)
def test_what_a_free_busy_folder_does_not_hold_is_refused(
    simulator: ExchangeSimulator, client: RawClient, item: str
) -> None:
    """PostItem: the subject is limited to 255 characters; the rest is not modelled."""
    code = "ErrorSendMeetingInvitationsRequired" if "CalendarItem" in item else "ErrorInvalidOperation"
    assert create(client, group_of(simulator), item).codes == [code]


def test_posts_belong_in_public_folders_below_the_root(simulator: ExchangeSimulator, client: RawClient) -> None:
    """ResponseCode: ErrorOperationNotAllowedWithPublicFolderRoot, ErrorSavedItemFolderNotFound."""
    assert create(client, ROOT, post()).codes == ["ErrorOperationNotAllowedWithPublicFolderRoot"]
    assert create(client, CALENDAR, post()).codes == ["ErrorInvalidOperation"]
    group = group_of(simulator)
    assert create(client, group, post(), disposition="SendAndSaveCopy").codes == ["ErrorInvalidOperation"]
    simulator.public_folders.remove_folder(GROUP)
    assert create(client, group, post()).codes == ["ErrorSavedItemFolderNotFound"]


def test_moving_posts_is_refused(simulator: ExchangeSimulator, client: RawClient, made: ItemRef) -> None:
    """MoveItem operation: no ids are told between mailboxes and public folders; not modelled."""
    target = f"<m:ToFolderId>{group_of(simulator)}</m:ToFolderId>"
    for what, where in ((made.xml, f"<m:ToFolderId>{CALENDAR}</m:ToFolderId>"), (made.xml, target)):
        ids = f"<m:ItemIds>{what}</m:ItemIds>"
        for name in ("MoveItem", "CopyItem"):
            assert client.send(f"<m:{name}>{where}{ids}</m:{name}>").codes == ["ErrorInvalidOperation"]


@pytest.mark.parametrize(("rule", "code"), [("ignored", "NoError"), ("refused", "ErrorInvalidPropertyRequest")])
@pytest.mark.parametrize("uri", ["calendar:Start", "contacts:Alias"])
def test_fields_of_other_items_are_a_switch_for_posts_too(rule: str, code: str, uri: str) -> None:
    """Exchangelib's issues 100 and 909 against its own fetch; PostItem has message:ConversationTopic."""
    simulator = world(foreign_fields=rule)
    client = client_of(simulator)
    ref = create(client, group_of(simulator), post()).refs[0]
    assert client.get(ref, paths(uri)).codes == [code]
    assert client.get(ref, paths("message:ConversationTopic", "postitem:PostedTime")).codes == ["NoError"]


@pytest.mark.parametrize("kind", ["item_error", "batch_stopped", "duplicate"])
def test_faults_of_items_strike_new_posts(simulator: ExchangeSimulator, client: RawClient, kind: str) -> None:
    """ResponseCode: ErrorBatchProcessingStopped; the faults of faults.py."""
    simulator.record.plant(Fault(kind, "CreateItem", nth=2, detail="ErrorItemSave" if kind == "item_error" else ""))
    codes = create(client, group_of(simulator), post("a"), post("b"), post("c")).codes
    stored = [each.subject for each in simulator.public_folders.posts(GROUP)]
    assert (codes, stored) == {
        "item_error": (["NoError", "ErrorItemSave", "NoError"], ["a", "c"]),
        "batch_stopped": (["NoError"] + ["ErrorBatchProcessingStopped"] * 2, ["a"]),
        "duplicate": (["NoError"] * 3, ["a", "b", "b", "c"]),
    }[kind]


@pytest.mark.parametrize(("kind", "code"), [("conflict", "ErrorIrresolvableConflict"), ("lost_edit", "NoError")])
def test_faults_of_items_strike_updates(
    simulator: ExchangeSimulator, client: RawClient, made: ItemRef, kind: str, code: str
) -> None:
    """Somebody writes just before; or the edit is lost though it was answered."""
    simulator.record.plant(Fault(kind, "UpdateItem"))
    change = set_prop("0x6847", "Integer", "1")
    assert update(client, (made.xml, change), rule="NeverOverwrite").codes == [code]
    assert told(client, made, "0x6847", "Integer") == ["223966080"]
    (stored,) = simulator.public_folders.messages(GUS)
    assert (stored.change_key != made.key) == (kind == "conflict")
