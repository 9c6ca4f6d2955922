"""Texts whose form only Google would check: cron, durations, names of accounts. Each says what is wrong, or nothing. Pure.

Sources: Cloud Scheduler (unix-cron), Google's APIs (durations in seconds), IAM (account ids).
"""

import re

_CRON = (("minute", 0, 59), ("hour", 0, 23), ("day of the month", 1, 31), ("month", 1, 12), ("day of the week", 0, 7))
_CRON_PART = re.compile(r"(?:\*|(\d+)(?:-(\d+))?)(?:/(\d+))?")
_DURATION = re.compile(r"\d+(\.\d{1,9})?s")
_ACCOUNT = re.compile(r"[a-z][a-z0-9-]{4,28}[a-z0-9]")


def cron(text: str) -> str:
    """Look at a schedule of five fields, in numbers."""
    fields = text.split()
    if len(fields) != len(_CRON):
        return f"{text!r} has {len(fields)} fields, a schedule has five (minute, hour, day, month, day of the week)"
    for (name, least, most), field in zip(_CRON, fields, strict=True):
        for part in field.split(","):
            match = _CRON_PART.fullmatch(part)
            numbers = [int(one) for one in (match.groups()[:2] if match else ()) if one]
            if not match or any(not least <= one <= most for one in numbers) or numbers != sorted(numbers):
                return f"{text!r}: {part} is no {name} ({least} to {most})"
            if match[3] and not 0 < int(match[3]) <= most:
                return f"{text!r}: a step of {match[3]} is no step of the {name}"
    return ""


def duration(text: str) -> str:
    """Look at a length of time as Google's APIs write it."""
    return "" if _DURATION.fullmatch(text) else f"{text!r} is no duration; write seconds with their unit, as in 600s"


def account(text: str) -> str:
    """Look at the id of a service account."""
    return "" if _ACCOUNT.fullmatch(text) else f"{text!r} is no account id: 6 to 30 lower-case letters, digits, dashes"
