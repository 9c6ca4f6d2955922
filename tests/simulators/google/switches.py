"""The points on which reports of the real Calendar disagree, each a switch a test turns, and the server's habits.

    Switches(tombstones="bare", page_cap=2)          in a test
    --switch tombstones=bare --switch page_cap=2     on the command line

Source: facts/google.md, section 6 and the lines marked [?] in 3; each field names its own.
"""

from dataclasses import dataclass, fields
from typing import Any, Literal, get_args, get_origin, get_type_hints


@dataclass(frozen=True)
class Switches:
    """Every switch with its default; a value that is not one of the field's is refused at birth."""

    synctoken_param_mismatch: Literal["strict", "lenient"] = "strict"
    """3.4: a syncToken or pageToken used with other parameters than those it was issued for: 400, or no matter."""
    tombstones: Literal["full", "bare"] = "full"
    """3.4: what is left of a deleted event: its details with status cancelled, or nothing but its id."""
    page_cap: int = 0
    """3.4: a page may hold fewer than maxResults; this many at most (0: no cap)."""
    empty_first_page: bool = False
    """3.4: the first page of every list is empty and names a next one."""
    import_existing: Literal["update", "duplicate"] = "duplicate"
    """3.6: importing an iCalUID the calendar has: replaces in place, or 409, even after deletion."""
    undelete_allowed: Literal["allowed", "forbidden"] = "allowed"
    """3.1: patch or update of a cancelled event with status confirmed revives it, or 403."""
    reminders_in_delta: bool = True
    """3.4: a change of reminders alone (never of `updated` or the etag) shows in the next delta, or not."""
    description_normalise: Literal["off", "google"] = "off"
    """3.8: a description is stored as sent, or trimmed, `<br/>` made `<br>`, script and style dropped."""
    date_time_offset: Literal["calendar", "utc"] = "calendar"
    """3.5: answers give dateTime with the offset of the calendar's zone, or as UTC `Z`."""
    zone_alias: Literal["echo", "canonical"] = "echo"
    """5: an old zone name (Asia/Calcutta) comes back as sent, or as what it is a link to."""
    noop_patch: Literal["same", "bumps"] = "same"
    """3.5: a patch that changes nothing leaves `updated` and the etag alone, or makes a new version."""
    private_on_guest_copy: Literal["allowed", "forbidden"] = "allowed"
    """3.7: extendedProperties.private of an event organized by somebody else may be patched, or 403."""
    units_per_minute: int = 0
    """3.10: requests a user may make in any 60 seconds, an item of a batch counting one (0: no limit)."""
    rate_limit_status: Literal[403, 429] = 403
    """3.10: over the limit: 403 userRateLimitExceeded, or 429 rateLimitExceeded."""
    batch_order: Literal["given", "reversed"] = "given"
    """3.12: the order a batch's items take effect in; they are answered in the order given either way."""
    updated_min_days: int = 28
    """3.4: updatedMin further back than this is 410 updatedMinTooLongAgo."""

    instance_ids: Literal["opaque", "classic"] = "opaque"
    """3.2: ids of instances tell nothing, or are the series' id, `_` and the original start."""
    exception_touches_master: bool = False
    """No source tells: an instance that is changed or cancelled gives its series a new version, or not."""
    exceptions_first: bool = False
    """3.2: lists tell the exceptions of series before all else, or in the order things came about."""
    exception_tombstones: bool = False
    """No source tells: deleting a series tells of each of its exceptions too, or of the series alone."""
    exceptions_on_master_change: Literal["drop", "keep"] = "drop"
    """3.2: a series' start, length, zone or pattern changes: its exceptions are gone, or stay as they were."""
    odd_start: Literal["dropped", "kept"] = "dropped"
    """3.3: a start the rule does not generate is no instance, or the first one."""
    stray_exdate: Literal["refused", "kept"] = "refused"
    """3.3: a line that is sent with an EXDATE that meets no instance: 400, or kept."""
    bysetpos_accepted: bool = True
    """3.3: BYSETPOS, or 400."""
    byday_ordinals_accepted: bool = True
    """3.3: BYDAY=2MO, or 400."""
    rscale_accepted: bool = True
    """3.3: RSCALE=GREGORIAN with SKIP, or 400."""
    subdaily_accepted: bool = True
    """3.3: FREQ=HOURLY and below, or 400."""
    exrule_accepted: bool = True
    """3.3: EXRULE, which the reference names and the guide does not, or 400."""
    count_cap_730: bool = False
    """3.3: a COUNT above 730, which is the web interface's most, is 400."""
    expansion_days: int = 730
    """No source tells: without timeMax, instances are told up to so many days from now, or from timeMin if later."""

    freebusy_days: int = 90
    """3.14: a longer range of freebusy.query is 400 timeRangeTooLong."""
    freebusy_touching: Literal["merged", "apart"] = "merged"
    """3.14: busy periods that touch are told as one, or each; those that overlap are one."""
    freebusy_overflow: Literal["answered", "errors", "missing"] = "answered"
    """3.14: calendars beyond the fiftieth when no calendarExpansionMax is sent: answered all the same, or with
    tooManyCalendarsRequested, or left out."""
    freebusy_edges: Literal["clipped", "whole"] = "clipped"
    """3.14: busy periods that stick out of the range end with it, or not; no source tells."""

    def __post_init__(self) -> None:
        """Refuse a value that is not one of its switch's."""
        for name, kind in get_type_hints(Switches).items():
            value = getattr(self, name)
            if get_origin(kind) is Literal:
                if value not in get_args(kind):
                    raise ValueError(f"switch {name}: {value!r} is none of {', '.join(map(str, get_args(kind)))}")
            elif type(value) is not kind:
                raise ValueError(f"switch {name}: {value!r} is no {kind.__name__}")


def parse(words: list[str]) -> Switches:
    """Read `name=value` words; an unknown name or value is a ValueError naming it."""
    kinds = get_type_hints(Switches)
    known = {field.name for field in fields(Switches)}
    chosen: dict[str, Any] = {}
    for word in words:
        name, equals, text = word.partition("=")
        if not equals or name not in known:
            raise ValueError(f"switch {word!r}: write one of {', '.join(sorted(known))} as name=value")
        chosen[name] = _value(name, kinds[name], text)
    return Switches(**chosen)


def _value(name: str, kind: Any, text: str) -> Any:
    if get_origin(kind) is Literal:
        return next((choice for choice in get_args(kind) if str(choice) == text), text)
    if kind is bool:
        if text not in ("true", "false"):
            raise ValueError(f"switch {name}: {text!r} is neither true nor false")
        return text == "true"
    try:
        return int(text)
    except ValueError:
        raise ValueError(f"switch {name}: {text!r} is no whole number") from None
