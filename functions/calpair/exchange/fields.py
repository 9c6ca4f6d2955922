"""Events as Exchange wants them written: the elements of a new CalendarItem, and the changes of an update.

Pure. Instants go out with their offset and the Windows name of their zone beside them, always together: a zone written
alone would move the event, a start written alone may pass the old end. Element order is the schema's. Source: "Time
zones and EWS in Exchange"; "CalendarItem", "SetItemField" (EWS reference).
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from calpair.exchange import stamp as stamps
from calpair.exchange import zones
from calpair.exchange.days import midnight
from calpair.exchange.mapping import PRIVACY, SHOW_AS, hold
from calpair.exchange.rest import keeps_zone
from calpair.exchange.soap import Element, t
from calpair.exchange.versions import Build
from calpair.model.event import Event, Field
from calpair.model.when import AllDay, When
from calpair.ports import Draft, Edit

_UTC = ZoneInfo("UTC")
_UTC_ID = "UTC"

_URIS = {
    "Subject": "item:Subject",
    "Sensitivity": "item:Sensitivity",
    "Body": "item:Body",
    "Categories": "item:Categories",
    "ReminderIsSet": "item:ReminderIsSet",
    "ReminderMinutesBeforeStart": "item:ReminderMinutesBeforeStart",
    "Start": "calendar:Start",
    "End": "calendar:End",
    "IsAllDayEvent": "calendar:IsAllDayEvent",
    "LegacyFreeBusyStatus": "calendar:LegacyFreeBusyStatus",
    "Location": "calendar:Location",
    "StartTimeZone": "calendar:StartTimeZone",
    "EndTimeZone": "calendar:EndTimeZone",
}


def new_item(draft: Draft, build: Build, day_zone: str) -> Element:
    """Build the CalendarItem of a copy. `day_zone`: the IANA zone whose midnights whole days are written at.

    Raises ValueError or OverflowError for times no server could hold.
    """
    event = hold(draft.event, build).event
    item = t("CalendarItem")
    item.append(t("Subject", event.title))
    item.append(t("Sensitivity", PRIVACY[event.privacy]))
    item.append(_body(event))
    if event.categories:
        item.append(_categories(event))
    item.extend(_reminder(event))
    item.append(t("ExtendedProperty", stamp_uri(), t("Value", stamps.spell(draft.stamp))))
    if draft.uid:
        item.append(t("UID", draft.uid))
    when = _when(draft.event.when, day_zone)
    item.extend((when["Start"], when["End"], when["IsAllDayEvent"]))
    item.append(t("LegacyFreeBusyStatus", SHOW_AS[event.show_as]))
    item.append(t("Location", event.place))
    item.extend((when["StartTimeZone"], when["EndTimeZone"]))
    return item


def changes(edit: Edit, build: Build, day_zone: str) -> Element:
    """Build the Updates of an edit: its fields and its stamp, nothing else. Raises as `new_item`."""
    event = hold(edit.event, build).event
    updates = t("Updates")
    # Told in the order of the enumeration: the same edit is always the same request.
    for field in (field for field in Field if field in edit.fields):
        updates.extend(_field(field, event, edit, day_zone))
    if edit.stamp is not None:
        marked = t("ExtendedProperty", stamp_uri(), t("Value", stamps.spell(edit.stamp)))
        updates.append(t("SetItemField", stamp_uri(), t("CalendarItem", marked)))
    return updates


def field_uri(name: str) -> Element:
    """Name a property by its path, `calendar:Start`."""
    return t("FieldURI", FieldURI=name)


def stamp_uri() -> Element:
    """Name the property the stamp stands in."""
    return t(
        "ExtendedFieldURI",
        PropertySetId=stamps.PROPERTY_SET,
        PropertyName=stamps.PROPERTY_NAME,
        PropertyType="String",
    )


def _field(field: Field, event: Event, edit: Edit, day_zone: str) -> list[Element]:
    match field:
        case Field.TITLE:
            return [_set(t("Subject", event.title))]
        case Field.BODY:
            return [_set(_body(event))]
        case Field.PLACE:
            return [_set(t("Location", event.place)) if event.place else _unset("Location")]
        case Field.WHEN:
            when = _when(edit.event.when, day_zone)
            # Zones first: applied in order, a zone that came last would move what was just set.
            zones_too = () if keeps_zone(edit) else ("StartTimeZone", "EndTimeZone")
            return [_set(when[name]) for name in (*zones_too, "IsAllDayEvent", "Start", "End")]
        case Field.SHOW_AS:
            return [_set(t("LegacyFreeBusyStatus", SHOW_AS[event.show_as]))]
        case Field.PRIVACY:
            return [_set(t("Sensitivity", PRIVACY[event.privacy]))]
        case Field.REMINDER:
            return [_set(part) for part in _reminder(event)]
        case _ if event.categories:
            return [_set(_categories(event))]
        case _:
            return [] if event.categories is None else [_unset("Categories")]


def _set(value: Element) -> Element:
    name = value.tag.rpartition("}")[2]
    return t("SetItemField", field_uri(_URIS[name]), t("CalendarItem", value))


def _unset(name: str) -> Element:
    return t("DeleteItemField", field_uri(_URIS[name]))


def _body(event: Event) -> Element:
    return t("Body", event.body.content, BodyType="HTML")


def _categories(event: Event) -> Element:
    return t("Categories", *(t("String", name) for name in event.categories or ()))


def _reminder(event: Event) -> list[Element]:
    if event.reminder is None:
        return [t("ReminderIsSet", "false")]
    return [t("ReminderIsSet", "true"), t("ReminderMinutesBeforeStart", str(event.reminder))]


def _when(when: When, day_zone: str) -> dict[str, Element]:
    if isinstance(when, AllDay):
        # The midnights of the zone the server will take it for; their rules may once have differed.
        zone = zones.iana(zones.windows(day_zone)) or zones.UTC_NAME
        start, end = midnight(when.start, zone), midnight(when.end, zone)
    else:
        zone = when.zone
        rules = zones.zone(zone) or _UTC
        start, end = when.start.astimezone(rules), when.end.astimezone(rules)
    windows_id = zones.windows(zone) or _UTC_ID
    return {
        "Start": t("Start", _instant(start)),
        "End": t("End", _instant(end)),
        "IsAllDayEvent": t("IsAllDayEvent", "true" if isinstance(when, AllDay) else "false"),
        "StartTimeZone": t("StartTimeZone", Id=windows_id),
        "EndTimeZone": t("EndTimeZone", Id=windows_id),
    }


def _instant(instant: datetime) -> str:
    offset = instant.utcoffset()
    if offset is not None and offset.seconds % 60:
        # Before time zones were agreed on, offsets had seconds; XML knows none.
        instant = instant.astimezone(_UTC)
    return instant.replace(microsecond=0).isoformat()
