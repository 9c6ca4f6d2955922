"""What the short words of losses mean: what was not carried, why, and what was done instead. Pure.

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
    "occurrence:refused": "the other server would not take an occurrence as it is: there it stands as it stood",
    "occurrence:altered": "the other server stored an occurrence otherwise than it was told",
    "occurrence:unreadable": "a server could not give an occurrence: it is left as it is on both sides",
}
_KINDS: Mapping[str, str] = {
    "shortened": "longer than the other side holds: its end is left out there, and not read back as an edit",
    "hidden": "not shown to the other side, as the pair's `show` says",
    "altered": "the other server stored it otherwise than it was told",
}


def meaning(loss: str) -> str:
    """Say in a sentence what a word of a loss stands for."""
    _, _, kind = loss.partition(":")
    return _LOSSES.get(loss) or _KINDS.get(kind, "not carried to the other side")
