"""Which recurrence lines are accepted; series are stored as masters and never expanded here.

Source: facts/google.md 3.2 (last line), 3.3.
"""

import re
from collections.abc import Mapping, Sequence

from simulators.google.errors import invalid

_LINE = re.compile(r"(RRULE|EXRULE|RDATE|EXDATE)([;:].*)", re.DOTALL)


def check_lines(lines: Sequence[str], start: Mapping[str, str]) -> None:
    """Refuse lines the documents forbid: other names, floating UNTIL for timed events, UNTIL with COUNT."""
    all_day = "date" in start
    for line in lines:
        match = _LINE.fullmatch(line)
        if match is None:
            raise invalid("Invalid recurrence rule.", "recurrence")
        if match[1] in ("RRULE", "EXRULE"):
            _check_rule(match[2], all_day=all_day)


def _check_rule(text: str, *, all_day: bool) -> None:
    pairs = [part.partition("=") for part in text.lstrip(":").split(";")]
    parts = {name.upper(): value for name, _, value in pairs}
    until, count = parts.get("UNTIL"), parts.get("COUNT")
    wanted = r"\d{8}" if all_day else r"\d{8}T\d{6}Z"
    if (
        "FREQ" not in parts
        or (until is not None and count is not None)
        or (until is not None and not re.fullmatch(wanted, until))
        or (count is not None and not re.fullmatch(r"[1-9]\d*", count))
    ):
        raise invalid("Invalid recurrence rule.", "recurrence")
