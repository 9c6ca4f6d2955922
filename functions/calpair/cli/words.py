"""What a run did, in words."""

from collections.abc import Mapping

from calpair.care.starts import told
from calpair.sync.notice import Notice

_WORDS = {
    "create": "created",
    "update": "updated",
    "put_back": "put back",
    "delete": "deleted",
    "link": "linked",
    "note": "noted",
    "twin": "left to both sides (the same invitation)",
    "leave": "left alone",
    "park": "parked",
    "still_parked": "still parked",
    "orphan": "listed as orphans",
    "forget": "forgotten",
}
_CLASH = "changed on both sides"
"""Said of what is counted under another word already."""


def in_words(said: Mapping[str, int], *, dry_run: bool = False) -> str:
    """Put a run's counts into words."""
    verb = "would be " if dry_run else ""
    parts = [f"{count} {verb}{_WORDS.get(word, word)}" for word, count in said.items() if count and word != "clash"]
    if said.get("clash"):
        parts.append(f"{said['clash']} {_CLASH}")
    return ", ".join(parts) if parts else "in step"


def noticed(notice: Notice) -> str:
    """Say what became of one event's edits, and when it starts."""
    return ": ".join(filter(None, (str(notice), told(notice.when))))
