"""What the short words mean: of losses, of events left alone, and of parked ones. Pure.

A loss is told with what was not carried, why, and what was done instead.

docs/glossary.md lists the same words for people (a test holds the two together).
"""

from collections.abc import Mapping

_LOSSES: Mapping[str, str] = {
    "guests": "the guests and their answers are not carried: an invitation counts once, where it lives",
    "attachments": "files are not carried; they stay where they are",
    "conference": "the video conference is not carried; it stays where it was made",
    "categories": "categories that the pair's colours name no partner for stay in Outlook",
    "colour": "a colour that the pair's colours name no category for stays on Google",
    "reminder": "the other server allows no such reminder: the nearest one is set",
    "reminders": "one reminder is carried; further ones stay where they are",
    "show_as": "the other side does not know this shade of busy: the nearest one is shown",
    "privacy": "the other side does not know this shade of privacy: the nearest one is set",
    "zone": "the other side has no name for this time zone: the times are right, told in another zone",
    "end_zone": "the end has no zone of its own on the other side; the instant is right",
    "when:stretched": "an event without duration lasts a minute on Google",
    "rule": "no event of the other side can repeat like this",
    "rule:horizon": "the other side cannot repeat like this for ever: its occurrences of the next two years stand there singly, and more are added as time goes on",
    "rule:zone": "it repeats by clocks that are no zone's of the other side: each occurrence stands there singly, at the right time",
    "part": "one of several items that carry an endless series: as a whole it is changed and deleted where the series lives; what is done to all of it here is put back",
    "occurrence:kept": "an occurrence that Google kept from an earlier rule stands there alone",
    "occurrence:refused": "the other server would not take an occurrence as it is: there it stands as it stood, and it is tried again when it is changed",
    "occurrence:altered": "the other server stored an occurrence otherwise than it was told",
    "occurrence:crossing": "Exchange moves no occurrence to or past another one of its series: there it stays at the series' time",
    "occurrence:unreadable": "a server could not give an occurrence: it is left as it is on both sides",
}
_KINDS: Mapping[str, str] = {
    "shortened": "longer than the other side holds: its end is left out there, and not read back as an edit",
    "hidden": "not shown to the other side, as the pair's `show` says",
    "altered": "the other server stored it otherwise than it was told",
}
_ZONE = "zone="
"""Begins the word of a loss that names the zone nobody knows."""
_REASONS: Mapping[str, str] = {
    "rule": "no event of the other side can repeat like this",
    "nameless_zone": "it repeats by the clock of a time zone that Outlook has no name for; in a zone of Outlook's list it is carried",
    "uid": "its series cannot be told from others: it has no UID",
    "zone": "it repeats by the clock of a time zone that nobody knows, or that the event's home has not",
    "part": "an edit of a whole part of a series that never ends cannot be carried; edit the series where it lives",
    "awaiting_answer": "the server's answer to a creation is awaited",
    "missing": "not found on its calendar; looked for again before anything is concluded",
    "back_and_forth": "two programs keep changing it back; stop one of them",
    "people": "others are invited; change it where it lives",
    "no_uid": "it has no UID",
    "id_taken": "the id chosen for its copy was used before; the next one is taken",
    "unreadable": "its content cannot be read",
    "times": "its times cannot be read",
    "text": "its text cannot be read",
}
_LEFT: Mapping[str, str] = {
    "history": "it had ended before the pair's `history_days` when it was first seen",
    "one_way": "it was born on Google, and the pair runs from Exchange to Google only",
    "frozen": "it was carried while the pair ran both ways; now the pair runs one way, and Google's own stays as it is",
    "other_pair": "another live pair made it",
    "cancelled": "its organizer called it off before it was carried",
    "other_deleted": "both sides had it before they were paired; one deleted it, and the other's stays",
    "people": "it would be removed, but has guests of its own",
    "partner_gone": "a copy whose original is nowhere to be found; `calpair approve` removes it",
    "occurrence": "a single occurrence, without its series",
    "exception": "a single occurrence, without its series",
    "birthday": "a birthday of Google's contacts",
    "focusTime": "focus time is a special kind of Google's",
    "outOfOffice": "an out-of-office event is a special kind of Google's",
    "workingLocation": "a working location is a special kind of Google's",
    "fromGmail": "made by Google out of a mail",
}


def reason(word: str) -> str:
    """Say in a sentence why an event is parked."""
    return _REASONS.get(word, "the server will not take it as it is")


def left(word: str) -> str:
    """Say in a sentence why an event is left alone."""
    return _LEFT.get(word, "a kind of item that is not carried")


def meaning(loss: str) -> str:
    """Say in a sentence what a word of a loss stands for."""
    if loss.startswith(_ZONE):
        return f"nobody knows the time zone `{loss.removeprefix(_ZONE)}`: the times are right, told in another zone"
    _, _, kind = loss.partition(":")
    return _LOSSES.get(loss) or _KINDS.get(kind, "not carried to the other side")
