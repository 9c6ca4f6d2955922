"""The person's hand: what the owner of a mailbox, or its administrator, does in Outlook while nobody syncs.

    ana = simulator.mailbox("ana@a.test")
    lunch = ana.create(subject="Lunch", start=..., end=..., start_zone="W. Europe Standard Time")
    ana.update(lunch, location="Canteen")

Fields are those of `Item`: subject, body, body_type, location, start, end (aware), start_zone, end_zone, all_day,
show_as, sensitivity, importance, reminder_minutes (None is off), categories, uid, extended ({`name` or `guid/name`:
value}), required, optional, resources (addresses or `Attendee`), recurrence (a `Pattern`, or a `t:Recurrence` element
as text), organizer, my_response, is_cancelled, broken. Times are stored as given: no all-day rule, no check, so odd items
can be made, such as a master whose start is no occurrence. Ids may be those of occurrences. `hand_series.py` has what is
done to series.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from simulators.exchange import op_move
from simulators.exchange.hand_series import SeriesHand
from simulators.exchange.hand_values import values_of
from simulators.exchange.items import Item
from simulators.exchange.mailbox import READ_ACCESS, WorkingHours


class Hand(SeriesHand):
    """Acts on one mailbox at once and without asking; every method takes the simulator's lock."""

    def create(self, *, folder: str = "", **fields: Any) -> str:
        """Create an item in the calendar, or in the folder of that id; returns its id."""
        with self._lock:
            values = values_of(fields, None)
            for name in ("start", "end"):
                if name not in values:
                    raise ValueError(f"an item needs the field {name!r}")
            values.setdefault("start_zone", "UTC")
            values.setdefault("end_zone", values["start_zone"])
            values.setdefault("organizer", self._mailbox.address)
            values.setdefault("organizer_name", values["organizer"])
            if (values.get("required") or values.get("optional")) and "my_response" not in values:
                values["my_response"] = "Organizer"
            return self._mailbox.add(self._folder(folder), **values).id

    def create_unknown(self, element: str = "SharingMessage", subject: str = "Sharing invitation") -> str:
        """Put an item into the calendar that is no calendar item; returns its id."""
        with self._lock:
            now = self._mailbox.clock.now()
            return self._mailbox.add(
                self._mailbox.calendar, element=element, item_class="IPM.Sharing", subject=subject, start=now, end=now
            ).id

    def update(self, item_id: str, **fields: Any) -> str:
        """Change fields of an item; returns its new ChangeKey."""
        with self._lock:
            item = self._item(item_id)
            return self._change(item, replace(item, **values_of(fields, item))).change_key

    def delete(self, item_id: str, *, hard: bool = False) -> None:
        """Delete an item: to Deleted Items, or past it."""
        with self._lock:
            op_move.remove(self._mailbox, self._item(item_id), "HardDelete" if hard else "MoveToDeletedItems")

    def copy(self, item_id: str) -> str:
        """Copy an item within its folder, UID and extended properties included; returns the copy's id."""
        with self._lock:
            item = self._item(item_id)
            return self._mailbox.copy(item, self._mailbox.folders[item.folder_id]).id

    def move(self, item_id: str, folder: str) -> str:
        """Move an item to the folder of that id; returns its new id."""
        with self._lock:
            return self._mailbox.move(self._item(item_id), self._folder(folder)).id

    def restore(self, item_id: str) -> str:
        """Move an item back to the calendar, found by its present id or any it had; returns its new id."""
        with self._lock:
            item = self._mailbox.find_formerly(item_id)
            if item is None:
                raise KeyError(item_id)
            return self._mailbox.move(item, self._mailbox.calendar).id

    def mark_read(self, item_id: str, *, is_read: bool = True) -> None:
        """Change the read flag, which SyncFolderItems tells as ReadFlagChange."""
        with self._lock:
            self._mailbox.set_read(self._item(item_id), is_read=is_read)

    def add_folder(self, name: str, parent: str = "") -> str:
        """Create a calendar folder below the calendar, or below the folder of that id; returns its id."""
        with self._lock:
            return self._mailbox.add_folder(name, self._folder(parent).id).id

    def move_mailbox(self) -> None:
        """Move the mailbox: all ids and ChangeKeys are new, UIDs stay, old sync states are void."""
        with self._lock:
            self._mailbox.relocate()

    def drop_sync_states(self) -> None:
        """Void every sync state handed out so far."""
        with self._lock:
            self._mailbox.generation += 1

    def set_read_only(self, read_only: bool = True) -> None:
        """Take the right to write from everybody who comes by EWS, or give it back."""
        with self._lock:
            self._mailbox.read_only = read_only

    def share_free_busy(self, access: str, user: str = "") -> None:
        """Let a user, or everybody without a right of their own, see that much of the calendar's free/busy.

        `access` is a CalendarPermissionReadAccessType: None, TimeOnly, TimeAndSubjectAndLocation, FullDetails.
        """
        if access not in READ_ACCESS:
            raise ValueError(f"access {access!r} is none of {', '.join(READ_ACCESS)}")
        with self._lock:
            self._mailbox.free_busy[user.lower()] = access

    def set_working_hours(self, zone: str, start: int, end: int, days: Iterable[str]) -> None:
        """Work from `start` to `end`, minutes after midnight of a Windows zone, on days such as Monday."""
        with self._lock:
            self._mailbox.working = WorkingHours(zone, tuple(days), start, end)

    def items(self, folder: str = "") -> tuple[Item, ...]:
        """What lies in the calendar, or the folder of that id, oldest first."""
        with self._lock:
            return tuple(self._folder(folder).items.values())

    def item(self, item_id: str) -> Item:
        """The item of that id, in whatever folder; KeyError when there is none."""
        with self._lock:
            return self._item(item_id)

    @property
    def calendar_id(self) -> str:
        """The id of the calendar folder."""
        with self._lock:
            return self._mailbox.calendar.id

    def folder_id(self, distinguished: str) -> str:
        """The id of a well-known folder, such as deleteditems."""
        with self._lock:
            return self._mailbox.distinguished(distinguished).id
