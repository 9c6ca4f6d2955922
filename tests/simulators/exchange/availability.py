"""What a GetUserAvailability request asks for, checked: zone, window, interval, view; and what its asker may see.

Whatever is wrong with the request as a whole is an `EwsError` with `fault` set. Source: the pages of the request's
elements, ResponseCode; facts on free/busy 4.1 to 4.3; scenario 59.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from simulators.exchange import rule, zones
from simulators.exchange.errors import EwsError, not_modelled
from simulators.exchange.mailbox import Mailbox
from simulators.exchange.soap import Element, child, children, choice, local, need, number, text_of, truth
from simulators.exchange.times import read_wall
from simulators.exchange.turn import Turn

MOST_MAILBOXES = 100
_ROLES = ("Organizer", "Required", "Optional", "Room", "Resource")
_MERGED = ("MergedOnly", "FreeBusyMerged", "DetailedMerged")
_VIEWS = ("None", "FreeBusy", "Detailed", *_MERGED)
_LONGEST, _USUAL = 1440, 30
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class View:
    """How much is told: a FreeBusyViewType and what it stands for."""

    name: str

    @property
    def merged(self) -> bool:
        """Whether the stream of digits is told."""
        return self.name in _MERGED

    @property
    def events(self) -> bool:
        """Whether single events and the working hours are told."""
        return self.name != "MergedOnly"

    @property
    def details(self) -> bool:
        """Whether the events' details are told."""
        return self.name.startswith("Detailed")

    def without_details(self) -> "View":
        """The same for somebody who may see times only."""
        return View(self.name.replace("Detailed", "FreeBusy"))


@dataclass(frozen=True)
class Asked:
    """A window in UTC, the zone times are told in, the interval of the stream, and the view asked for."""

    zone: tzinfo
    start: datetime
    end: datetime
    step: timedelta
    view: View


def targets(request: Element) -> list[str]:
    """The addresses of a request's mailboxes, lower case, in its order; an address no mailbox could have is kept."""
    found = []
    for data in children(need(request, "MailboxDataArray")):
        email = need(data, "Email")
        routing = text_of(child(email, "RoutingType")) or "SMTP"
        if local(data) != "MailboxData" or routing.upper() != "SMTP":
            raise not_modelled(f"the availability of a {local(data)} by {routing}", fault=True)
        choice(text_of(need(data, "AttendeeType")), "AttendeeType", _ROLES)
        conflicts = child(data, "ExcludeConflicts")
        if conflicts is not None:
            truth(conflicts)  # is about suggested times alone
        found.append(text_of(need(email, "Address")).strip().lower())
    return found


def read(turn: Turn, request: Element, mailboxes: int) -> Asked:
    """Check all of a request but its mailboxes, of which only the number counts."""
    if mailboxes == 0:
        raise _no("ErrorMailboxDataArrayEmpty", "The MailboxDataArray is empty.")
    if mailboxes > MOST_MAILBOXES:
        raise _no(
            "ErrorMailboxDataArrayTooBig",
            f"There are too many mailboxes. The allowed size = {MOST_MAILBOXES}; the actual size = {mailboxes}.",
        )
    if child(request, "SuggestionsViewOptions") is not None:
        raise not_modelled("suggested meeting times (SuggestionsViewOptions)", fault=True)
    options = child(request, "FreeBusyViewOptions")
    if options is None:
        raise _no("ErrorInvalidFreeBusyViewType", "The request asks for no view at all.")
    zone = _zone(turn, request)
    start, end = _window(need(options, "TimeWindow"), zone, turn.switches.availability_days)
    step = _step(child(options, "MergedFreeBusyIntervalInMinutes"), turn.switches.shortest_interval, end - start)
    return Asked(zone, start, end, step, _view(options))


def access(turn: Turn, mailbox: Mailbox) -> str:
    """What the asker may see of a mailbox's calendar, a CalendarPermissionReadAccessType.

    A service account that impersonates nobody has no mailbox: it is somebody in the directory, or nobody.
    """
    if turn.user == mailbox.address:
        return "FullDetails"
    if turn.user in mailbox.free_busy:
        return mailbox.free_busy[turn.user]
    if (turn.box is None and not turn.switches.service_free_busy) or mailbox.address in turn.switches.free_busy_denied:
        return "None"
    return mailbox.free_busy.get("", turn.switches.free_busy_access)


def _zone(turn: Turn, request: Element) -> tzinfo:
    element = child(request, "TimeZone")
    if element is not None:
        return rule.read(element)
    if turn.zone is None:
        raise _no("ErrorTimeZone", "The request names no time zone, neither in its body nor in TimeZoneContext.")
    return zones.rules(turn.zone)


def _window(element: Element, zone: tzinfo, most: int) -> tuple[datetime, datetime]:
    walls = []
    for name in ("StartTime", "EndTime"):
        wall = read_wall(text_of(need(element, name)))
        walls.append(wall.replace(tzinfo=zone) if wall.tzinfo is None else wall.astimezone(zone))
    start, end = (wall.astimezone(UTC) for wall in walls)
    if end <= start:
        raise _no("ErrorInvalidTimeInterval", "The start of the time window is not before its end.")
    # Days are those of the calendar: a week in which the clocks are turned is no longer or shorter than others.
    days = walls[1].replace(tzinfo=None) - walls[0].replace(tzinfo=None)
    if days > most * _DAY:
        raise _no(
            "ErrorTimeIntervalTooBig",
            f"The time window is too long. The allowed limit = {most} days; the actual limit = {-(-days // _DAY)} days.",
        )
    return start, end


def _step(element: Element | None, shortest: int, window: timedelta) -> timedelta:
    minutes = _USUAL if element is None else number(text_of(element), "MergedFreeBusyIntervalInMinutes")
    if not shortest <= minutes <= _LONGEST or timedelta(minutes=minutes) > window:
        raise _no(
            "ErrorInvalidMergedFreeBusyInterval",
            f"The interval must be {shortest} to {_LONGEST} minutes and no longer than the time window.",
        )
    return timedelta(minutes=minutes)


def _view(options: Element) -> View:
    words = text_of(child(options, "RequestedView")).split()
    names = [choice(word, "RequestedView", _VIEWS) for word in words]
    if len(names) != 1 or names == ["None"]:
        raise _no("ErrorInvalidFreeBusyViewType", "Ask for one view, and not for None.")
    return View(names[0])


def _no(code: str, text: str) -> EwsError:
    return EwsError(code, text, fault=True)
