"""Which fields an answer carries: ItemShape with its base shape and additional properties.

SyncFolderItems leaves Body and attachments out whatever was asked (facts 2.1), and what only GetItem of a master tells
of its occurrences (facts 2.6); FindItem also leaves out attendees and recurrence (facts 1.1).
"""

from dataclasses import dataclass, replace

from simulators.exchange import extended, foreign
from simulators.exchange.errors import EwsError, not_modelled
from simulators.exchange.fields import CALENDAR_2010, ITEM_2010, check_version, path_name, since
from simulators.exchange.soap import Element, child, children, local, need, text_of

_OF_SERIES = frozenset(("FirstOccurrence", "LastOccurrence", "ModifiedOccurrences", "DeletedOccurrences"))
NOT_IN_SYNC = _OF_SERIES | {"Body", "TextBody", "UniqueBody", "NormalizedBody", "Attachments", "MimeContent"}
NOT_IN_FIND = NOT_IN_SYNC | {"RequiredAttendees", "OptionalAttendees", "Resources", "Recurrence"}
_DEFAULT = frozenset(
    (
        *("ItemId", "Subject", "Sensitivity", "Body", "HasAttachments", "Start", "End", "IsAllDayEvent", "Location"),
        *("LegacyFreeBusyStatus", "CalendarItemType", "Organizer", "RequiredAttendees", "OptionalAttendees"),
    )
)
_ALL = frozenset(ITEM_2010 + CALENDAR_2010)


@dataclass(frozen=True)
class Shape:
    """Fields to answer, extended paths to answer, the form of the body (Best, HTML or Text), other items' fields.

    `asked` are the fields named one by one.
    """

    names: frozenset[str]
    paths: tuple[Element, ...] = ()
    body: str = "Best"
    foreign: tuple[str, ...] = ()
    asked: frozenset[str] = frozenset()

    def without(self, left_out: frozenset[str]) -> "Shape":
        """The same shape less what an operation never tells."""
        return replace(self, names=self.names - left_out)


ID_ONLY = Shape(frozenset(("ItemId",)))


def read_shape(request: Element, rank: int) -> Shape:
    """Read the ItemShape of a request. Refuses fields the version does not have, and MIME content."""
    element = need(request, "ItemShape")
    base = text_of(need(element, "BaseShape"))
    known = {"IdOnly": ID_ONLY.names, "Default": _DEFAULT, "AllProperties": _ALL}
    if base not in known:
        raise EwsError("ErrorInvalidRequest", f"the base shape {base} is not for calendar items")
    if text_of(child(element, "IncludeMimeContent")) in ("true", "1"):
        raise not_modelled("MimeContent")
    asked: set[str] = set()
    paths, others = [], []
    for path in children(child(element, "AdditionalProperties")):
        if extended.is_path(path):
            extended.read_key(path)
            paths.append(path)
        elif foreign.is_foreign(path.get("FieldURI") or "", rank):
            others.append(path.get("FieldURI") or "")
        elif local(path) == "FieldURI":
            asked.add(path_name(path.get("FieldURI") or "", rank))
        else:
            raise not_modelled(f"the property path {local(path)}")
    if child(element, "MaximumBodySize") is not None:
        check_version("TextBody", rank)
        raise not_modelled("MaximumBodySize")
    body = text_of(child(element, "BodyType")) or "Best"
    of_base = frozenset(name for name in known[base] if since(name) <= rank)
    return Shape(of_base | asked, tuple(paths), body, tuple(others), frozenset(asked))
