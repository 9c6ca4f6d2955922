"""The story: what happens to the calendars, step by step, and what both servers must show afterwards.

    for step in STEPS:
        step.act(play, play.company.going(step.direction))

A step edits with a hand, tells it, then expects. The table `STEPS` at the end is the order of events.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from demo.company import ONE_WAY, TWO_WAY, Ground
from demo.events import Event
from demo.free_busy import free_busy
from demo.play import Play, few
from demo.reader import EXCHANGE, GOOGLE, none_holds
from demo.series import series

LUNCH, LATER = "Lunch with Ida", "Lunch with Ida and Noor"
DENTIST, DINNER, TAXI, AFTERWARDS = "Dentist", "Board dinner", "Taxi to the dinner", "Retrospective"
_LONG = 900
_HOUR = timedelta(hours=1)
_BURST, _FEWEST = 0.3, 12


@dataclass(frozen=True, slots=True)
class Step:
    """One part of the story, and which way the pair goes that it is about."""

    name: str
    act: Callable[[Play, Ground], None]
    direction: str = TWO_WAY


def first_sync(play: Play, _: Ground) -> None:
    """Everything stands on one side only; calpair starts."""
    pairs = list(play.company.pairs.values())
    for each in pairs:
        sides = each.reader.look()
        play.tell.line(f"{each.name}: {len(sides.exchange)} events in Outlook, {len(sides.google)} on Google")
    total = sum(2 * len(pair.put) - len(pair.own) for pair in pairs)
    own = sum(len(pair.own) for pair in pairs)
    play.tell.line(
        f"when all is done {total} are in place: each event once on either side"
        + (f", but {own} of Google's own in a one-way pair, which stay there alone" if own else "")
    )
    play.stage.start()
    play.act(play.stage.words.started)

    def wrong() -> str:
        seen = [(pair, pair.reader.look()) for pair in pairs]
        play.tell.progress("events in place", sum(len(sides.exchange) + len(sides.google) for _, sides in seen), total)
        return few(said for pair, sides in seen for said in pair.apart(sides))

    play.expect("every event is on both sides, field by field", wrong, replace(play.patience, polls=_LONG))


def creations(play: Play, pair: Ground) -> None:
    """One new event on each side."""
    lunch = play.plan(LUNCH, 2, 12, "Caf\u00e9 M\u00fcller", "<p>Bring the <b>plan</b></p>")
    dentist = play.plan(DENTIST, 3, 9, "High Street 4")
    pair.exchange.create([lunch])
    pair.google.create([dentist])
    play.act(f"{pair.name} writes {LUNCH!r} into Outlook and {DENTIST!r} into Google Calendar")
    play.expect_both(pair, f"{LUNCH!r} is on Google too, once", lunch.event)
    play.expect_both(pair, f"{DENTIST!r} is in Outlook too, once", dentist.event)


def edits(play: Play, pair: Ground) -> None:
    """One edit on each side, of the event born there."""
    lunch, dentist = play.one(pair, play.title(LUNCH), EXCHANGE), play.one(pair, play.title(DENTIST), GOOGLE)
    after = replace(lunch.event, title=play.title(LATER), start=lunch.event.start + _HOUR, end=lunch.event.end + _HOUR)
    moved = replace(dentist.event, place="High Street 14")
    pair.exchange.edit(lunch.id, title=after.title, times=(after.start, after.end))
    pair.google.edit(dentist.id, place=moved.place)
    play.act(f"{pair.name} renames the lunch and moves it an hour in Outlook; on Google the dentist has moved")
    play.expect_both(pair, "Google shows the lunch's new title and hour", after)
    play.expect_both(pair, "Outlook shows the dentist's new address", moved)


def merge(play: Play, pair: Ground) -> None:
    """Two edits of one event that do not contradict each other."""
    event, on_exchange, on_google = _on_both(play, pair, 1)
    after = replace(event, title=play.title(f"{_bare(play, event)}, with agenda"), place="Room 9.09")
    with play.stage.frozen():
        pair.exchange.edit(on_exchange, title=after.title)
        pair.google.edit(on_google, place=after.place)
    play.act("one event gets a title in Outlook and a place on Google before calpair looks")
    play.expect_both(pair, "both edits are on both sides", after)


def clash(play: Play, pair: Ground) -> None:
    """Two edits of one field: on_conflict is `exchange`."""
    event, on_exchange, on_google = _on_both(play, pair, 2)
    after = replace(event, place="Outlook says room 1")
    with play.stage.frozen():
        pair.exchange.edit(on_exchange, place=after.place)
        pair.google.edit(on_google, place="Google says room 2")
    play.act("one event gets two places, one on each side, before calpair looks")
    play.expect_both(pair, "Outlook's place holds on both sides (on_conflict = exchange)", after)


def put_back(play: Play, pair: Ground) -> None:
    """An edit on the side of a one-way pair that only shows."""
    event, on_exchange, on_google = _on_both(play, pair, 1)
    before = pair.reader.look().exchange[on_exchange].version
    pair.google.edit(on_google, title=play.title("Somebody was here"))
    play.act(f"{pair.name}'s pair goes one way; somebody renames an event on Google")
    play.expect_both(pair, "Google shows Outlook's title again", event)
    written = pair.reader.look().exchange[on_exchange].version != before
    play.note("and Outlook was not written", "the item has another version" if written else "")


def deletions(play: Play, pair: Ground) -> None:
    """One deletion on each side, of the event born on the other."""
    titles = [play.title(LATER), play.title(DENTIST)]
    pair.google.delete([play.one(pair, titles[0], GOOGLE).id])
    pair.exchange.delete([play.one(pair, titles[1], EXCHANGE).id])
    play.act(f"{pair.name} deletes the lunch on Google and the dentist in Outlook")
    play.expect("the lunch is gone from Outlook", lambda: none_holds(pair.reader.look(), titles[:1]))
    play.expect("the dentist is gone from Google", lambda: none_holds(pair.reader.look(), titles[1:]))


def killed(play: Play, pair: Ground) -> None:
    """The process dies after Exchange stored a new item and before calpair heard so."""
    dinner = play.plan(DINNER, 4, 19, "Town hall")
    server = play.company.exchange if play.company.faults else None
    before = server.counters()["requests"].get("CreateItem", 0) if server else 0
    if server:
        server.fault("lost_reply", operation="CreateItem", user=pair.mailbox)
    pair.google.create([dinner])
    play.act(f"{pair.name} writes {DINNER!r} into Google Calendar")

    def waiting() -> str:
        if server:
            return "" if server.counters()["requests"].get("CreateItem", 0) > before else "Exchange was not asked"
        return "" if pair.reader.look().titled(dinner.event.title)[EXCHANGE] else "it is not in Outlook"

    quick = replace(play.patience, pause=0.01, polls=int(play.patience.polls * play.patience.pause / 0.01))
    play.expect("Exchange has stored it" + (", its answer is lost" if server else ""), waiting, quick)
    play.stage.kill()
    play.act(play.stage.words.killed)
    play.stage.start()
    # a later event that arrives proves that the new process has looked at both sides
    taxi = play.plan(TAXI, 4, 18)
    pair.google.create([taxi])
    play.expect_both(pair, "the new process is at work", taxi.event)
    play.expect_both(pair, f"{DINNER!r} is once in Outlook and once on Google", dinner.event)


def rebuilt(play: Play, _: Ground) -> None:
    """The store is lost while both sides are in step."""
    pairs = list(play.company.pairs.values())
    play.stage.stop()
    before = {each.name: each.reader.look().versions() for each in pairs}
    play.stage.forget()
    play.act(play.stage.words.lost)
    play.stage.start()
    back = play.plan(AFTERWARDS, 5, 16)
    for each in pairs:
        each.exchange.create([back])
    for each in pairs:
        play.expect_both(each, f"the store of {each.name}'s pair is built anew, and it goes on", back.event)
    written = sum(len(before[each.name] - each.reader.look().versions()) for each in pairs)
    play.note("no event was written for that", f"{written} events have another version" if written else "")


def burst(play: Play, pair: Ground) -> None:
    """Many deletions at once are held back until a person approves."""
    sides = pair.reader.look()
    count = max(_FEWEST, int(len(sides.exchange) * _BURST) + 1)
    planted = {plan.event.title for plan in pair.put}
    gone = [seen for seen in sides.exchange.values() if seen.event.title in planted][:count]
    titles = [seen.event.title for seen in gone]
    pair.exchange.delete([seen.id for seen in gone])
    play.act(f"{len(gone)} of {pair.name}'s events vanish from Outlook at once")
    sentence = ""

    def waiting() -> str:
        nonlocal sentence
        state, sentence = _state(play, pair)
        return "" if state == "paused" else f"the pair is {state!r}"

    play.expect("calpair holds the pair back", waiting, replace(play.patience, pause=0.5, polls=20))
    play.tell.line(f"          {sentence}")
    kept = {seen.event.title for seen in pair.reader.look().google.values()}
    lost = [title for title in titles if title not in kept]
    play.note("Google still has them all", f"{len(lost)} are gone" if lost else "")
    code, said = play.stage.say("approve", pair.name)
    play.act(f"calpair approve {pair.name}: {said}")
    play.note("the approval is taken", "" if code == 0 else said)
    play.expect("now they are gone from Google too", lambda: none_holds(pair.reader.look(), titles))


def ended(play: Play, _: Ground) -> None:
    """Both sides are asked for everything once more."""
    play.act("both servers are asked for everything")
    for pair in play.company.pairs.values():
        _asked_anew(play, pair)
    mails = play.company.counts().mails
    if mails is not None:
        play.note("no mail was sent", f"{mails} mails were sent" if mails else "")


STEPS = (
    Step("The first sync", first_sync),
    Step("A new event on each side", creations),
    Step("An edit on each side", edits),
    Step("A series", series),
    Step("Two edits that fit together", merge),
    Step("Two edits that clash", clash),
    Step("A one-way pair", put_back, ONE_WAY),
    Step("Free/busy", free_busy),
    Step("A deletion on each side", deletions),
    Step("Killed at the worst moment", killed),
    Step("The store is lost", rebuilt),
    Step("A burst of deletions", burst),
    Step("At the end", ended),
)


def _asked_anew(play: Play, pair: Ground) -> None:
    play.expect(f"{pair.name}'s pair is in step, asked anew", lambda: few(pair.apart(pair.reader.fresh())))
    twice = [f"{name} on {side}" for side, names in pair.twice(pair.reader.look()).items() for name in names]
    play.note("nothing stands twice", f"duplicates: {few(twice)}" if twice else "")


def _on_both(play: Play, pair: Ground, number: int) -> tuple[Event, str, str]:
    """A planted event that has hours and no words of its own in the body, and its id on both sides."""
    timed = [plan.event for plan in pair.put if not plan.event.all_day and plan.event not in pair.own]
    event = timed[number]
    return event, play.one(pair, event.title, EXCHANGE).id, play.one(pair, event.title, GOOGLE).id


def _bare(play: Play, event: Event) -> str:
    return event.title.removesuffix(play.company.mark)


def _state(play: Play, pair: Ground) -> tuple[str, str]:
    code, said = play.stage.say("--json", "pairs")
    if code:
        return "unknown", said
    row = next(row for row in json.loads(said)["pairs"] if row["pair"] == pair.name)
    return str(row["state"]), str(row["sentence"])
