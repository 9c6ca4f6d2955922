"""The hand that edits a mailbox's calendar as its owner would: create, edit, delete, over EWS.

    hand = ExchangeHand(Ews(url, "ana@a.test", "secret"))
    (item_id,) = hand.create([plan])
    series_id = hand.create_weekly(plan, 6)
    hand.edit(item_id, place="Room 9")
    hand.delete([item_id])

Nothing it does asks the server to send mail. Every failure is an `ExchangeError` or `UnreachableError`.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, time
from xml.sax.saxutils import quoteattr
from zoneinfo import ZoneInfo

from demo.events import WINDOWS_ZONE, ZONE, Moment, Plan
from demo.ews import Element, Ews, ExchangeError, escape, first, item_ids, shape

_AT_ONCE = 50


class ExchangeHand:
    """One person's hand in their own calendar."""

    side = "exchange"

    def __init__(self, ews: Ews) -> None:
        self.ews = ews

    def create(self, plans: Sequence[Plan]) -> list[str]:
        """Create events; their ids, in order."""
        ids: list[str] = []
        for start in range(0, len(plans), _AT_ONCE):
            items = "".join(_item(plan) for plan in plans[start : start + _AT_ONCE])
            sent = f"<m:CreateItem SendMeetingInvitations='SendToNone'><m:Items>{items}</m:Items></m:CreateItem>"
            ids += [_id_of(message.checked())[0] for message in self.ews.send(sent)]
        return ids

    def create_weekly(self, plan: Plan, count: int) -> str:
        """Create a series: this event, and again a week later, `count` times in all; the id of the series."""
        item = _item(plan, _weekly(plan.event.start, count))
        sent = f"<m:CreateItem SendMeetingInvitations='SendToNone'><m:Items>{item}</m:Items></m:CreateItem>"
        (said,) = self.ews.send(sent)
        return _id_of(said.checked())[0]

    def edit(
        self,
        item_id: str,
        *,
        title: str | None = None,
        place: str | None = None,
        times: tuple[Moment, Moment] | None = None,
    ) -> None:
        """Change what is given, whoever else is at it."""
        changes = []
        if title is not None:
            changes.append(_set("item:Subject", f"<t:Subject>{escape(title)}</t:Subject>"))
        if place is not None:
            changes.append(_set("calendar:Location", f"<t:Location>{escape(place)}</t:Location>"))
        if times is not None:
            changes += [
                _set("calendar:Start", f"<t:Start>{instant(times[0])}</t:Start>"),
                _set("calendar:End", f"<t:End>{instant(times[1])}</t:End>"),
            ]
            if not isinstance(times[0], datetime):
                # a day begins where the item's zone has midnight: without its zone the server might take the day before
                changes += [
                    _set("calendar:StartTimeZone", f"<t:StartTimeZone Id='{WINDOWS_ZONE}'/>"),
                    _set("calendar:EndTimeZone", f"<t:EndTimeZone Id='{WINDOWS_ZONE}'/>"),
                ]
        (now,) = self.ews.send(f"<m:GetItem>{shape()}{item_ids([item_id])}</m:GetItem>")
        known, key = _id_of(now.checked())
        change = (
            f"<t:ItemId Id={quoteattr(known)} ChangeKey={quoteattr(key)}/><t:Updates>{''.join(changes)}</t:Updates>"
        )
        (said,) = self.ews.send(
            "<m:UpdateItem ConflictResolution='AlwaysOverwrite' MessageDisposition='SaveOnly' "
            "SendMeetingInvitationsOrCancellations='SendToNone'>"
            f"<m:ItemChanges><t:ItemChange>{change}</t:ItemChange></m:ItemChanges></m:UpdateItem>"
        )
        said.checked()

    def delete(self, ids: Sequence[str]) -> None:
        """Delete events, all in one request, into the deleted items."""
        how = "DeleteType='MoveToDeletedItems' SendMeetingCancellations='SendToNone'"
        for message in self.ews.send(f"<m:DeleteItem {how}>{item_ids(ids)}</m:DeleteItem>"):
            message.checked()


def instant(moment: Moment) -> str:
    """A time as EWS takes it; a day is the midnight of the demo's zone."""
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(), ZoneInfo(ZONE))
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _item(plan: Plan, repeats: str = "") -> str:
    event = plan.event
    parts = [f"<t:Subject>{escape(event.title)}</t:Subject>"]
    parts.append(f"<t:Sensitivity>{'Private' if event.private else 'Normal'}</t:Sensitivity>")
    if plan.html:
        parts.append(f"<t:Body BodyType='HTML'>{escape(plan.html)}</t:Body>")
    if plan.category:
        parts.append(f"<t:Categories><t:String>{escape(plan.category)}</t:String></t:Categories>")
    parts.append(f"<t:ReminderIsSet>{'false' if plan.reminder is None else 'true'}</t:ReminderIsSet>")
    if plan.reminder is not None:
        parts.append(f"<t:ReminderMinutesBeforeStart>{plan.reminder}</t:ReminderMinutesBeforeStart>")
    parts.append(f"<t:Start>{instant(event.start)}</t:Start><t:End>{instant(event.end)}</t:End>")
    parts.append(f"<t:IsAllDayEvent>{'true' if event.all_day else 'false'}</t:IsAllDayEvent>")
    parts.append(f"<t:LegacyFreeBusyStatus>{'Busy' if event.busy else 'Free'}</t:LegacyFreeBusyStatus>")
    if event.place:
        parts.append(f"<t:Location>{escape(event.place)}</t:Location>")
    parts.append(f"{repeats}<t:StartTimeZone Id='{WINDOWS_ZONE}'/><t:EndTimeZone Id='{WINDOWS_ZONE}'/>")
    return f"<t:CalendarItem>{''.join(parts)}</t:CalendarItem>"


def _weekly(start: Moment, count: int) -> str:
    first_day = start.astimezone(ZoneInfo(ZONE)).date() if isinstance(start, datetime) else start
    return (
        f"<t:Recurrence><t:WeeklyRecurrence><t:Interval>1</t:Interval><t:DaysOfWeek>{first_day:%A}</t:DaysOfWeek>"
        f"</t:WeeklyRecurrence><t:NumberedRecurrence><t:StartDate>{first_day.isoformat()}</t:StartDate>"
        f"<t:NumberOfOccurrences>{count}</t:NumberOfOccurrences></t:NumberedRecurrence></t:Recurrence>"
    )


def _set(field: str, value: str) -> str:
    return f"<t:SetItemField><t:FieldURI FieldURI='{field}'/><t:CalendarItem>{value}</t:CalendarItem></t:SetItemField>"


def _id_of(message: Element) -> tuple[str, str]:
    found = first(message, ".//t:ItemId")
    if found is None:
        raise ExchangeError("an answer without an item id")
    return found.get("Id", ""), found.get("ChangeKey", "")
