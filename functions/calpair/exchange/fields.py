"""Events as Exchange wants them written: the elements of a new CalendarItem, and the changes of an update.

Pure. Instants go out with their offset and the Windows name of their zone beside them, always together: a zone written
alone would move the event, a start written alone may pass the old end. Element order is the schema's. Source: "Time
zones and EWS in Exchange"; "CalendarItem", "SetItemField" (EWS reference).
"""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from calpair.errors import RefusedError
from calpair.exchange import recurrence, zones
from calpair.exchange import stamp as stamps
from calpair.exchange.days import midnight
from calpair.exchange.holding import hold, pattern, respelled
from calpair.exchange.mapping import PRIVACY, SHOW_AS
from calpair.exchange.rest import keeps_zone, spelled
from calpair.exchange.soap import Element, t
from calpair.exchange.versions import Build
from calpair.model.event import Event, Field
from calpair.model.link import Stamp
from calpair.model.when import AllDay, Timed, When
from calpair.ports import RULE, Draft, Edit
from calpair.recurrence.pattern import Series

_UTC = ZoneInfo("UTC")
_UTC_ID = "UTC"
_UNHELD = "Exchange cannot hold in one item how this event repeats"

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
    "Recurrence": "calendar:Recurrence",
}


def new_item(draft: Draft, build: Build, day_zone: str) -> Element:
    """Build the CalendarItem of a copy. `day_zone`: the IANA zone whose midnights whole days are written at.

    Raises ValueError or OverflowError for times no server could hold, RefusedError for a series that one item cannot
    carry.
    """
    event = writable(draft.event, build)
    item = t("CalendarItem")
    item.append(t("Subject", event.title))
    item.append(t("Sensitivity", PRIVACY[event.privacy]))
    item.append(_body(event))
    if event.categories:
        item.append(_categories(event))
    item.extend(_reminder(event))
    item.append(_stamped(draft.stamp))
    if draft.uid:
        item.append(t("UID", draft.uid))
    when = _when(_asked(draft.event, event), day_zone)
    item.extend((when["Start"], when["End"], when["IsAllDayEvent"]))
    item.append(t("LegacyFreeBusyStatus", SHOW_AS[event.show_as]))
    item.append(t("Location", event.place))
    if event.repeats is not None:
        item.append(recurrence.spell(_pattern(event, build), build))
    item.extend((when["StartTimeZone"], when["EndTimeZone"]))
    return item


def changes(edit: Edit, build: Build, day_zone: str, *, forgetting: bool = False) -> Element:
    """Build the Updates of an edit: its fields and its stamp, nothing else. Raises as `new_item`.

    `forgetting`: so that a series forgets what was deleted of it.
    """
    whole = writable(edit.event, build) if Field.WHEN in edit.fields else None
    event = hold(replace(edit.event, repeats=None, overrides={}), build).event
    updates = t("Updates")
    # Told in the order of the enumeration: the same edit is always the same request.
    for field in (field for field in Field if field in edit.fields):
        if field is Field.WHEN and whole is not None:
            updates.extend(_when_changes(edit, whole, build, day_zone, forgetting=forgetting))
        else:
            updates.extend(_field(field, event))
    if forgetting and whole is None and edit.item.event is not None:
        updates.extend(_repeating(edit.item.event, build, instead_of=spelled(edit.item)))
    if edit.stamp is not None:
        updates.append(_stamping(edit.stamp))
    return updates


def unchanged(edit: Edit) -> Element:
    """Build an update that leaves a series as it is, and is refused if it is not any more what was read."""
    if edit.item.stamp is not None:
        return _stamping(edit.item.stamp)
    return _set(t("Subject", edit.item.event.title if edit.item.event else ""))


def occurrence_changes(said: Event, fields: frozenset[Field], series: Event, day_zone: str) -> Element:
    """Build the Updates of one occurrence. Raises as `new_item`.

    Its zones are the series', and are not written where they are to stay so.
    """
    updates = t("Updates")
    for field in (field for field in Field if field in fields):
        if field is Field.WHEN:
            updates.extend(_moved(said.when, series.when, day_zone))
        elif field is Field.PLACE:
            # A property taken from an occurrence may be its series' again; an empty one is its own.
            updates.append(_set(t("Location", said.place)))
        else:
            updates.extend(_field(field, said))
    return updates


def writable(event: Event, build: Build) -> Event:
    """Give what one item would hold of an event; RefusedError where one item cannot carry it."""
    held = hold(event, build, detach=False)
    if RULE in held.losses or held.parts or (held.event.repeats is None) is not (event.repeats is None):
        raise RefusedError(RULE, _UNHELD)
    return held.event


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


def _field(field: Field, event: Event) -> list[Element]:
    match field:
        case Field.TITLE:
            return [_set(t("Subject", event.title))]
        case Field.BODY:
            return [_set(_body(event))]
        case Field.PLACE:
            return [_set(t("Location", event.place)) if event.place else _unset("Location")]
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


def _when_changes(edit: Edit, held: Event, build: Build, day_zone: str, *, forgetting: bool) -> list[Element]:
    """Change when an event is, and how it repeats: a series' rule last, when its first occurrence is where it belongs."""
    when = _when(_asked(edit.event, held), day_zone)
    before = edit.item.event
    # Zones first: applied in order, a zone that came last would move what was just set.
    zones_too = () if keeps_zone(edit) else ("StartTimeZone", "EndTimeZone")
    times = [_set(when[name]) for name in (*zones_too, "IsAllDayEvent", "Start", "End")]
    if held.repeats is not None:
        return times + _repeating(held, build, instead_of=spelled(edit.item) if forgetting else None)
    single = before is None or before.repeats is None
    return times if single else [_unset("Recurrence"), *times]


def _repeating(event: Event, build: Build, *, instead_of: Series | None) -> list[Element]:
    """Change how a series repeats.

    `instead_of`: what it was, if it is to forget its deletions. Some servers keep them where the rule is the same; it
    is then spelled in another way.
    """
    repeats = _pattern(event, build)
    if instead_of is not None and (repeats.pattern, repeats.range) == (instead_of.pattern, instead_of.range):
        repeats = respelled(repeats, event)
    return [_set(recurrence.spell(repeats, build))]


def _pattern(event: Event, build: Build) -> Series:
    repeats = pattern(event, build)
    if repeats is None:
        raise RefusedError(RULE, _UNHELD)
    return repeats


def _asked(event: Event, held: Event) -> When:
    """Give when it is written to be: a single event in the zone it names, of which Exchange knows another name."""
    return event.when if held.repeats is None else held.when


def _moved(when: When, series: When, day_zone: str) -> list[Element]:
    zone = series.zone if isinstance(series, Timed) else day_zone
    told = _when(when, zone)
    stays = type(when) is type(series) and (not isinstance(when, Timed) or when.zone == zone)
    # Whether the occurrence was a whole day until now is not known here.
    zones_of_it = () if stays else ("StartTimeZone", "EndTimeZone")
    names = (*zones_of_it, "IsAllDayEvent", "Start", "End")
    return [_set(told[name]) for name in names]


def _stamped(stamp: Stamp) -> Element:
    return t("ExtendedProperty", stamp_uri(), t("Value", stamps.spell(stamp)))


def _stamping(stamp: Stamp) -> Element:
    return t("SetItemField", stamp_uri(), t("CalendarItem", _stamped(stamp)))


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
