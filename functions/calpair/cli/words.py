"""What a run did, in words."""

from collections.abc import Mapping

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
    "orphan": "listed as orphans",
    "forget": "forgotten",
}


def in_words(said: Mapping[str, int], *, dry_run: bool = False) -> str:
    """Put a run's counts into words."""
    verb = "would be " if dry_run else ""
    parts = [f"{count} {verb}{_WORDS.get(word, word)}" for word, count in said.items() if count]
    return ", ".join(parts) if parts else "in step"
