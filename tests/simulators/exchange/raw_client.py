"""A bare EWS client for tests: XML in, XML out, nothing interpreted, so that expectations stay those of the wire.

client = RawClient(simulator)
made = client.create(event("Lunch"))
reply = client.get(made.item_ids[0], "<t:FieldURI FieldURI='calendar:UID'/>")
reply.codes, reply.texts("UID")
"""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from lxml import etree

from simulators.clock import ManualClock
from simulators.exchange.schemas import from_environment
from simulators.exchange.simulator import PATH, ExchangeSimulator
from simulators.exchange.soap import ERRORS, MESSAGES, SOAP, TYPES, Element
from simulators.exchange.switches import Switches
from simulators.wire import Handler, Request, Response

_NAMES = {"t": TYPES, "m": MESSAGES, "e": ERRORS, "s": SOAP}
CALENDAR = "<t:DistinguishedFolderId Id='calendar'/>"
TIMES = "<t:Start>2026-11-03T12:00:00Z</t:Start><t:End>2026-11-03T13:00:00Z</t:End>"


@dataclass(frozen=True)
class ItemRef:
    """An item id with its ChangeKey."""

    id: str
    key: str

    @property
    def xml(self) -> str:
        """The ItemId element, ChangeKey included."""
        return f"<t:ItemId Id='{self.id}' ChangeKey='{self.key}'/>"

    def nth(self, index: int, key: str = "") -> str:
        """The OccurrenceItemId of an occurrence of this series; ChangeKey that of the reference unless told."""
        return (
            f"<t:OccurrenceItemId RecurringMasterId='{self.id}' ChangeKey='{key or self.key}' InstanceIndex='{index}'/>"
        )

    @property
    def keyless(self) -> str:
        """The ItemId element without a ChangeKey."""
        return f"<t:ItemId Id='{self.id}'/>"


@dataclass(frozen=True)
class Reply:
    """An answer: the HTTP response and views of its XML."""

    response: Response

    @property
    def root(self) -> Element:
        """The envelope."""
        return etree.fromstring(self.response.body)

    def find(self, path: str) -> list[Element]:
        """The elements at an XPath with the prefixes t, m, e and s."""
        found = self.root.xpath(path, namespaces=_NAMES)
        assert isinstance(found, list)
        return [each for each in found if isinstance(each, etree._Element)]

    def texts(self, name: str) -> list[str]:
        """The texts of all elements of that name in the types namespace."""
        return [each.text or "" for each in self.find(f"//t:{name}")]

    def text(self, name: str) -> str:
        """The text of the one element of that name, in either namespace."""
        (found,) = self.find(f"//t:{name} | //m:{name}")
        return found.text or ""

    @property
    def codes(self) -> list[str]:
        """The response codes of the items; of a SOAP fault, its one."""
        return [each.text or "" for each in self.find("//m:ResponseCode | //e:ResponseCode")]

    @property
    def is_fault(self) -> bool:
        """Whether the answer is a SOAP fault."""
        return bool(self.find("//s:Fault"))

    @property
    def refs(self) -> list[ItemRef]:
        """The item ids in the answer, in order."""
        return [ItemRef(each.get("Id") or "", each.get("ChangeKey") or "") for each in self.find("//t:ItemId")]

    @property
    def changes(self) -> list[tuple[str, str]]:
        """Of SyncFolderItems: the kind of each change and the id it is about."""
        found = []
        for each in self.find("//m:Changes/*"):
            (item_id,) = [one for one in each.iter() if one.tag == f"{{{TYPES}}}ItemId"]
            found.append((etree.QName(each).localname, item_id.get("Id") or ""))
        return found


def event(subject: str = "Lunch", extra: str = "", *, times: str = TIMES, before: str = "") -> str:
    """A CalendarItem element; `before` goes before Start, `extra` behind End (the schema wants an order)."""
    return f"<t:CalendarItem><t:Subject>{subject}</t:Subject>{before}{times}{extra}</t:CalendarItem>"


def set_field(uri: str, value: str) -> str:
    """A SetItemField of a plain field."""
    return f"<t:SetItemField><t:FieldURI FieldURI='{uri}'/><t:CalendarItem>{value}</t:CalendarItem></t:SetItemField>"


def delete_field(uri: str) -> str:
    """A DeleteItemField of a plain field."""
    return f"<t:DeleteItemField><t:FieldURI FieldURI='{uri}'/></t:DeleteItemField>"


def shape(fields: str = "", base: str = "IdOnly", body_type: str = "") -> str:
    """An ItemShape with additional property paths."""
    form = f"<t:BodyType>{body_type}</t:BodyType>" if body_type else ""
    more = f"<t:AdditionalProperties>{fields}</t:AdditionalProperties>" if fields else ""
    return f"<m:ItemShape><t:BaseShape>{base}</t:BaseShape>{form}{more}</m:ItemShape>"


def paths(*uris: str) -> str:
    """FieldURI elements."""
    return "".join(f"<t:FieldURI FieldURI='{uri}'/>" for uri in uris)


def zone(bias: int = 0, standard: str = "0/0 00:00:00", daylight: str = "0/0 00:00:00", *, saving: int = 60) -> str:
    """A TimeZone element: its bias, and both turnings as `month/order time`, on Sundays; none of them by default."""
    halves = ""
    for name, text, more in (("StandardTime", standard, 0), ("DaylightTime", daylight, -saving)):
        (month, order), time = text.split()[0].split("/"), text.split()[1]
        halves += (
            f"<t:{name}><t:Bias>{more}</t:Bias><t:Time>{time}</t:Time><t:DayOrder>{order}</t:DayOrder>"
            f"<t:Month>{month}</t:Month><t:DayOfWeek>Sunday</t:DayOfWeek></t:{name}>"
        )
    return f"<t:TimeZone><t:Bias>{bias}</t:Bias>{halves}</t:TimeZone>"


UTC_ZONE = zone()


class RawClient:
    """Signs in as a mailbox's owner unless told otherwise."""

    def __init__(
        self,
        handler: Handler,
        account: str = "ana@a.test",
        password: str = "secret",  # noqa: S107 - of simulated accounts
        *,
        acts_as: str = "",
        version: str = "Exchange2016",
        zone: str = "",
    ) -> None:
        self.handler = handler
        self.authorization = "Basic " + base64.b64encode(f"{account}:{password}".encode()).decode()
        self.acts_as = acts_as
        self.version = version
        self.zone = zone

    def envelope(self, body: str) -> bytes:
        """The whole request for a body."""
        header = f"<t:RequestServerVersion Version='{self.version}'/>" if self.version else ""
        if self.acts_as:
            sid = f"<t:ConnectingSID><t:PrimarySmtpAddress>{self.acts_as}</t:PrimarySmtpAddress></t:ConnectingSID>"
            header += f"<t:ExchangeImpersonation>{sid}</t:ExchangeImpersonation>"
        if self.zone:
            header += f"<t:TimeZoneContext><t:TimeZoneDefinition Id='{self.zone}'/></t:TimeZoneContext>"
        names = f"xmlns:s='{SOAP}' xmlns:t='{TYPES}' xmlns:m='{MESSAGES}'"
        return f"<s:Envelope {names}><s:Header>{header}</s:Header><s:Body>{body}</s:Body></s:Envelope>".encode()

    def post(self, data: bytes) -> Reply:
        """Send bytes as they are."""
        headers = {"authorization": self.authorization, "content-type": "text/xml; charset=utf-8"}
        return Reply(self.handler.handle(Request.of("POST", PATH, headers, data)))

    def send(self, body: str) -> Reply:
        """Send the XML of one operation."""
        return self.post(self.envelope(body))

    def create(self, *items: str, send: str = "SendToNone", folder: str = "") -> Reply:
        """CreateItem; `send` empty leaves the attribute out."""
        sending = f" SendMeetingInvitations='{send}'" if send else ""
        where = f"<m:SavedItemFolderId><t:FolderId Id='{folder}'/></m:SavedItemFolderId>" if folder else ""
        return self.send(f"<m:CreateItem{sending}>{where}<m:Items>{''.join(items)}</m:Items></m:CreateItem>")

    def get(
        self, refs: ItemRef | Iterable[ItemRef], fields: str = "", base: str = "IdOnly", body_type: str = ""
    ) -> Reply:
        """GetItem."""
        several = [refs] if isinstance(refs, ItemRef) else list(refs)
        ids = "".join(ref.keyless for ref in several)
        return self.send(f"<m:GetItem>{shape(fields, base, body_type)}<m:ItemIds>{ids}</m:ItemIds></m:GetItem>")

    def get_at(self, *item_ids: str, fields: str = "", base: str = "IdOnly") -> Reply:
        """GetItem by elements that name items: ItemId, OccurrenceItemId, RecurringMasterItemId."""
        return self.send(f"<m:GetItem>{shape(fields, base)}<m:ItemIds>{''.join(item_ids)}</m:ItemIds></m:GetItem>")

    def update(self, item_id: str, *updates: str, rule: str = "NeverOverwrite", send: str = "SendToNone") -> Reply:
        """UpdateItem of one item, addressed by an ItemId element."""
        return self.update_all([(item_id, "".join(updates))], rule=rule, send=send)

    def update_all(
        self, changes: Iterable[tuple[str, str]], *, rule: str = "NeverOverwrite", send: str = "SendToNone"
    ) -> Reply:
        """UpdateItem of several items: pairs of an ItemId element and update elements."""
        sending = f" SendMeetingInvitationsOrCancellations='{send}'" if send else ""
        listed = "".join(
            f"<t:ItemChange>{item_id}<t:Updates>{updates}</t:Updates></t:ItemChange>" for item_id, updates in changes
        )
        attributes = f"ConflictResolution='{rule}' MessageDisposition='SaveOnly'{sending}"
        return self.send(f"<m:UpdateItem {attributes}><m:ItemChanges>{listed}</m:ItemChanges></m:UpdateItem>")

    def delete(self, *item_ids: str, how: str = "HardDelete", send: str = "SendToNone") -> Reply:
        """DeleteItem of ItemId elements."""
        sending = f" SendMeetingCancellations='{send}'" if send else ""
        ids = f"<m:ItemIds>{''.join(item_ids)}</m:ItemIds>"
        return self.send(f"<m:DeleteItem DeleteType='{how}'{sending}>{ids}</m:DeleteItem>")

    def sync(self, state: str = "", *, most: int = 512, fields: str = "", folder: str = CALENDAR) -> Reply:
        """SyncFolderItems."""
        given = f"<m:SyncState>{state}</m:SyncState>" if state else ""
        return self.send(
            f"<m:SyncFolderItems>{shape(fields)}<m:SyncFolderId>{folder}</m:SyncFolderId>{given}"
            f"<m:MaxChangesReturned>{most}</m:MaxChangesReturned></m:SyncFolderItems>"
        )

    def find(self, inside: str = "", *, fields: str = "", folder: str = CALENDAR) -> Reply:
        """FindItem; `inside` are the view, restriction and sort order."""
        ids = f"<m:ParentFolderIds>{folder}</m:ParentFolderIds>"
        return self.send(f"<m:FindItem Traversal='Shallow'>{shape(fields)}{inside}{ids}</m:FindItem>")

    def free_busy(
        self,
        *addresses: str,
        start: str = "2026-11-03T00:00:00",
        end: str = "2026-11-04T00:00:00",
        view: str = "DetailedMerged",
        minutes: str = "60",
        zone: str = UTC_ZONE,
    ) -> Reply:
        """GetUserAvailability; an empty `view`, `minutes` or `zone` leaves its element out."""
        people = "".join(
            f"<t:MailboxData><t:Email><t:Address>{address}</t:Address></t:Email>"
            "<t:AttendeeType>Required</t:AttendeeType><t:ExcludeConflicts>false</t:ExcludeConflicts></t:MailboxData>"
            for address in addresses
        )
        window = f"<t:TimeWindow><t:StartTime>{start}</t:StartTime><t:EndTime>{end}</t:EndTime></t:TimeWindow>"
        step = "MergedFreeBusyIntervalInMinutes"
        more = f"<t:{step}>{minutes}</t:{step}>" if minutes else ""
        more += f"<t:RequestedView>{view}</t:RequestedView>" if view else ""
        return self.send(
            f"<m:GetUserAvailabilityRequest>{zone}<m:MailboxDataArray>{people}</m:MailboxDataArray>"
            f"<t:FreeBusyViewOptions>{window}{more}</t:FreeBusyViewOptions></m:GetUserAvailabilityRequest>"
        )


def judged(**switches: Any) -> ExchangeSimulator:
    """A simulator for tests: the environment's schemas judge its requests, and its own answers too."""
    schemas = from_environment()
    return ExchangeSimulator(
        clock=ManualClock(),
        mailboxes={"ana@a.test": "secret", "bob@a.test": "secret"},
        switches=Switches(**{"check_answers": schemas is not None, **switches}),
        schemas=schemas,
    )
