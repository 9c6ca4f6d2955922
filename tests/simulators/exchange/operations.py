"""The operations there are, by name; any other is refused with a sentence that names it.

ConvertId is here because clients use it to find out how to sign in and which version answers (facts 1.2); ids have one
form only, so it answers each id as it came.
"""

from collections.abc import Callable, Mapping

from simulators.exchange.errors import not_modelled
from simulators.exchange.op_availability import get_user_availability
from simulators.exchange.op_create import create_item
from simulators.exchange.op_find import find_item
from simulators.exchange.op_folders import find_folder, get_folder
from simulators.exchange.op_get import get_item
from simulators.exchange.op_move import copy_item, delete_item, move_item
from simulators.exchange.op_sync import sync_folder_items
from simulators.exchange.op_update import update_item
from simulators.exchange.op_zones import get_server_time_zones
from simulators.exchange.soap import Element, listed, m, need
from simulators.exchange.turn import Job, Outcome, Turn

Operation = Callable[[Turn, Element], Element]


def convert_id(turn: Turn, request: Element) -> Element:
    """Answer a ConvertId request from EwsId to EwsId; any other form is refused."""

    def job(source: Element) -> Job:
        def convert(_: object) -> Outcome:
            if {source.get("Format"), request.get("DestinationFormat")} != {"EwsId"}:
                raise not_modelled("ids in another form than EwsId")
            alternate = m("AlternateId", Format="EwsId", Id=source.get("Id") or "", Mailbox=source.get("Mailbox") or "")
            alternate.set("{http://www.w3.org/2001/XMLSchema-instance}type", "t:AlternateIdType")
            return Outcome((alternate,))

        return convert

    return turn.batch([job(each) for each in listed(need(request, "SourceIds"))])


OPERATIONS: Mapping[str, Operation] = {
    "ConvertId": convert_id,
    "CopyItem": copy_item,
    "CreateItem": create_item,
    "DeleteItem": delete_item,
    "FindFolder": find_folder,
    "FindItem": find_item,
    "GetFolder": get_folder,
    "GetItem": get_item,
    "GetServerTimeZones": get_server_time_zones,
    "GetUserAvailability": get_user_availability,
    "MoveItem": move_item,
    "SyncFolderItems": sync_folder_items,
    "UpdateItem": update_item,
}


def find(name: str) -> Operation:
    """The operation of that name; a SOAP fault for one that is not modelled."""
    if name not in OPERATIONS:
        raise not_modelled(f"the operation {name}", fault=True)
    return OPERATIONS[name]
