"""A simulated Exchange 2010, or another, with a free/busy public folder, and the requests its tests make, as XML."""

from datetime import UTC, datetime
from typing import Any

from simulators.exchange.raw_client import ItemRef, RawClient, Reply, judged
from simulators.exchange.simulator import ExchangeSimulator

GROUP = "/o=First Organization/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)"
GUS = f"{GROUP}/cn=Recipients/cn=gus"
SUBJECT = "USER-/CN=RECIPIENTS/CN=GUS"
ROOT = "<t:DistinguishedFolderId Id='publicfoldersroot'/>"


def at(*when: int) -> datetime:
    """An instant in UTC."""
    return datetime(*when, tzinfo=UTC)  # type: ignore[misc, arg-type]


def world(*, owner: str = "ana@a.test", **switches: Any) -> ExchangeSimulator:
    """An Exchange 2010 with the folder of one administrative group, which `owner` owns."""
    simulator = judged(**{"version": "Exchange2010_SP2", **switches})
    simulator.public_folders.add_administrative_group(GROUP)
    if owner:
        simulator.public_folders.grant(owner, "Owner", GROUP)
    return simulator


def client_of(simulator: ExchangeSimulator, account: str = "ana@a.test", **options: Any) -> RawClient:
    """A client that asks for Exchange 2010."""
    return RawClient(simulator, account, **{"version": "Exchange2010_SP2", **options})


def folder(folder_id: str) -> str:
    """A FolderId element."""
    return f"<t:FolderId Id='{folder_id}'/>"


def group_of(simulator: ExchangeSimulator) -> str:
    """The FolderId element of the group's folder, found by the administrator."""
    return folder(simulator.public_folders.folder_id(GROUP))


def folder_shape(base: str = "Default", *uris: str) -> str:
    """A FolderShape."""
    more = "".join(f"<t:FieldURI FieldURI='{uri}'/>" for uri in uris)
    more = f"<t:AdditionalProperties>{more}</t:AdditionalProperties>" if more else ""
    return f"<m:FolderShape><t:BaseShape>{base}</t:BaseShape>{more}</m:FolderShape>"


def get_folder(client: RawClient, *addresses: str, shape: str = "") -> Reply:
    """GetFolder."""
    shape = shape or folder_shape("Default", "folder:ParentFolderId")
    return client.send(f"<m:GetFolder>{shape}<m:FolderIds>{''.join(addresses)}</m:FolderIds></m:GetFolder>")


def find_folder(
    client: RawClient, parent: str, test: str = "", *, how: str = "Shallow", view: str = "", shape: str = ""
) -> Reply:
    """FindFolder."""
    where = f"<m:Restriction>{test}</m:Restriction>" if test else ""
    ids = f"<m:ParentFolderIds>{parent}</m:ParentFolderIds>"
    inside = f"{shape or folder_shape()}{view}{where}{ids}"
    return client.send(f"<m:FindFolder Traversal='{how}'>{inside}</m:FindFolder>")


def compare(name: str, path: str, value: str) -> str:
    """A comparison with a constant."""
    constant = f"<t:FieldURIOrConstant><t:Constant Value='{value}'/></t:FieldURIOrConstant>"
    return f"<t:{name}>{path}{constant}</t:{name}>"


def contains(path: str, value: str, mode: str = "Substring", comparison: str = "IgnoreCase") -> str:
    """A Contains; an empty mode and comparison are left out."""
    modes = f" ContainmentMode='{mode}'" if mode else ""
    modes += f" ContainmentComparison='{comparison}'" if comparison else ""
    return f"<t:Contains{modes}>{path}<t:Constant Value='{value}'/></t:Contains>"


NAME = "<t:FieldURI FieldURI='folder:DisplayName'/>"


def named(name: str) -> str:
    """The restriction to folders of a name."""
    return compare("IsEqualTo", NAME, name)


def walk(client: RawClient) -> str:
    """The way to the group's folder that Zimbra's provider takes; its FolderId element."""
    (up,) = get_folder(client, ROOT).find("//t:ParentFolderId")
    at_last = folder(up.get("Id") or "")
    for name in ("NON_IPM_SUBTREE", "SCHEDULE+ FREE BUSY", f"EX:{GROUP}"):
        (found,) = find_folder(client, at_last, named(name)).find("//t:FolderId")
        at_last = folder(found.get("Id") or "")
    return at_last


def tag(number: str, kind: str) -> str:
    """An ExtendedFieldURI of a property tag."""
    return f"<t:ExtendedFieldURI PropertyTag='{number}' PropertyType='{kind}'/>"


def prop(number: str, kind: str, *values: str) -> str:
    """An ExtendedProperty; with an Array type its values are several."""
    told = "".join(f"<t:Value>{value}</t:Value>" for value in values)
    told = f"<t:Values>{told}</t:Values>" if kind.endswith("Array") else told
    return f"<t:ExtendedProperty>{tag(number, kind)}{told}</t:ExtendedProperty>"


def set_prop(number: str, kind: str, *values: str) -> str:
    """A SetItemField of a property."""
    item = f"<t:PostItem>{prop(number, kind, *values)}</t:PostItem>"
    return f"<t:SetItemField>{tag(number, kind)}{item}</t:SetItemField>"


def delete_prop(number: str, kind: str) -> str:
    """A DeleteItemField of a property."""
    return f"<t:DeleteItemField>{tag(number, kind)}</t:DeleteItemField>"


def post(subject: str = SUBJECT, *properties: str, item_class: str = "IPM.Post") -> str:
    """A PostItem."""
    fields = f"<t:ItemClass>{item_class}</t:ItemClass><t:Subject>{subject}</t:Subject>"
    return f"<t:PostItem>{fields}{''.join(properties)}</t:PostItem>"


def create(client: RawClient, where: str, *items: str, disposition: str = "SaveOnly") -> Reply:
    """CreateItem in a folder."""
    saved = f"<m:SavedItemFolderId>{where}</m:SavedItemFolderId>"
    return client.send(
        f"<m:CreateItem MessageDisposition='{disposition}'>{saved}<m:Items>{''.join(items)}</m:Items></m:CreateItem>"
    )


def update(client: RawClient, *changes: tuple[str, str], rule: str = "AlwaysOverwrite") -> Reply:
    """UpdateItem of posts: pairs of an ItemId element and update elements."""
    return client.update_all(changes, rule=rule, send="")


def find(client: RawClient, where: str, test: str = "", *, fields: str = "", view: str = "", order: str = "") -> Reply:
    """FindItem."""
    restriction = f"<m:Restriction>{test}</m:Restriction>" if test else ""
    return client.find(f"{view}{restriction}{order}", fields=fields, folder=where)


def told(client: RawClient, ref: ItemRef, number: str, kind: str) -> list[str]:
    """The values of one property, by GetItem."""
    return client.get(ref, tag(number, kind)).texts("Value")
