"""A two-way pair's story: events of every kind made on both sides, then every kind of edit, then everything edited."""

from scenarios.stage import Stage, at, days, span
from torture.whole_story import Act, Story, hours, ours, theirs, web_days, web_hours, whole_days


def _planned(stage: Stage) -> None:
    """Everything the next act needs: events born here and there, and what both sides have already."""
    stage.outlook("ours timed", 5, body="bring cake")
    stage.outlook("ours day", **whole_days(6, 7))
    stage.outlook("ours merged", 7)
    stage.outlook("ours clash", 8)
    stage.outlook("ours deleted", 9)
    stage.outlook("ours deleted there", 10)
    stage.outlook("ours wanted", 11)
    stage.outlook("ours turned", 12)
    stage.outlook("ours kept", 12)
    stage.outlook("meeting", 13, required=["guest@x.test"])
    stage.web("theirs timed", 14, description="bring tea")
    stage.web("theirs day", **days("2026-11-15", "2026-11-17"))
    stage.web("theirs merged", 16)
    stage.web("theirs clash", 17)
    stage.web("theirs deleted", 18)
    stage.web("theirs deleted there", 19)
    stage.web("theirs wanted", 20)
    stage.web("theirs kept", 20)
    stage.web("theirs turned", **days("2026-11-21", "2026-11-22"))
    for title, day in (("shared", 22), ("shared merged", 23)):
        stage.outlook(title, day)
        stage.web(title, day)
    stage.outlook("received", 24, location="here")
    uid = stage.item("received").uid
    stage.calendar.import_event(iCalUID=uid, summary="received", location="there", **span(at(24), at(24, 11)))


PLANNED = [
    "meeting: 13 10:00-11:00",
    "ours clash: 08 10:00-11:00",
    "ours day: 06..07",
    "ours deleted there: 10 10:00-11:00",
    "ours deleted: 09 10:00-11:00",
    "ours kept: 12 10:00-11:00",
    "ours merged: 07 10:00-11:00",
    "ours timed: 05 10:00-11:00",
    "ours turned: 12 10:00-11:00",
    "ours wanted: 11 10:00-11:00",
    "received: 24 10:00-11:00, here",
    "shared merged: 23 10:00-11:00",
    "shared: 22 10:00-11:00",
    "theirs clash: 17 10:00-11:00",
    "theirs day: 15..17",
    "theirs deleted there: 19 10:00-11:00",
    "theirs deleted: 18 10:00-11:00",
    "theirs kept: 20 10:00-11:00",
    "theirs merged: 16 10:00-11:00",
    "theirs timed: 14 10:00-11:00",
    "theirs turned: 21..22",
    "theirs wanted: 20 10:00-11:00",
]


def _edited(stage: Stage) -> None:
    """Edits on one side, on both, in different fields and in the same; deletions, wanted and not; new events."""
    ours(stage, "ours timed", subject="ours timed 2", **hours(5, 15))
    theirs(stage, "ours day", **web_days(7, 9))
    ours(stage, "ours merged", subject="ours merged 2")
    theirs(stage, "ours merged", location="there")
    ours(stage, "ours clash", subject="ours clash, here")
    theirs(stage, "ours clash", summary="ours clash, there")
    stage.ana.delete(stage.item("ours deleted").id)
    stage.calendar.delete(stage.event("ours deleted there")["id"])
    ours(stage, "ours wanted", subject="ours wanted 2")
    stage.calendar.delete(stage.event("ours wanted")["id"])
    theirs(stage, "ours kept", summary="ours kept 2")
    stage.ana.delete(stage.item("ours kept").id)
    theirs(stage, "ours turned", **web_days(12, 13))
    theirs(stage, "meeting", summary="defaced")
    theirs(stage, "theirs timed", **web_hours(14, 16))
    ours(stage, "theirs day", **whole_days(15, 16))
    theirs(stage, "theirs merged", summary="theirs merged 2")
    ours(stage, "theirs merged", location="here")
    ours(stage, "theirs clash", subject="theirs clash, here")
    theirs(stage, "theirs clash", summary="theirs clash, there", location="there")
    stage.calendar.delete(stage.event("theirs deleted")["id"])
    stage.ana.delete(stage.item("theirs deleted there").id)
    theirs(stage, "theirs wanted", summary="theirs wanted 2")
    stage.ana.delete(stage.item("theirs wanted").id)
    ours(stage, "theirs kept", subject="theirs kept 2")
    stage.calendar.delete(stage.event("theirs kept")["id"])
    ours(stage, "theirs turned", **hours(21, 9))
    ours(stage, "shared", subject="shared 2")
    ours(stage, "shared merged", location="here")
    theirs(stage, "shared merged", summary="shared merged 2")
    stage.outlook("new here", 25)
    stage.outlook("new day here", **whole_days(25, 26))
    stage.web("new there", 26)
    stage.web("new day there", **days("2026-11-26", "2026-11-27"))
    stage.outlook("new on both", 27)
    stage.web("new on both", 27)


EDITED = [
    "meeting: 13 10:00-11:00",
    "new day here: 25..26",
    "new day there: 26..27",
    "new here: 25 10:00-11:00",
    "new on both: 27 10:00-11:00",
    "new there: 26 10:00-11:00",
    "ours clash, here: 08 10:00-11:00",
    "ours day: 07..09",
    "ours kept 2: 12 10:00-11:00",
    "ours merged 2: 07 10:00-11:00, there",
    "ours timed 2: 05 15:00-16:00",
    "ours turned: 12..13",
    "ours wanted 2: 11 10:00-11:00",
    "received: 24 10:00-11:00, here",
    "shared 2: 22 10:00-11:00",
    "shared merged 2: 23 10:00-11:00, here",
    "theirs clash, here: 17 10:00-11:00, there",
    "theirs day: 15..16",
    "theirs kept 2: 20 10:00-11:00",
    "theirs merged 2: 16 10:00-11:00, here",
    "theirs timed: 14 16:00-17:00",
    "theirs turned: 21 09:00-10:00",
    "theirs wanted 2: 20 10:00-11:00",
]


def _everything(stage: Stage) -> None:
    """Another title on Exchange, another place on Google, for every event, and deletions.

    One is deleted on each side, and two more on one side while the other edits them.
    """
    stage.ana.delete(stage.item("ours merged 2").id)
    stage.calendar.delete(stage.event("ours merged 2")["id"])
    stage.ana.delete(stage.item("new here").id)
    stage.calendar.delete(stage.event("new there")["id"])
    stage.ana.delete(stage.item("ours day").id)
    stage.calendar.delete(stage.event("theirs timed")["id"])
    for item in stage.ana.items():
        if item.subject != "new there":
            stage.ana.update(item.id, subject=f"{item.subject} again")
    for event in stage.calendar.events():
        if event["summary"] != "new here":
            stage.calendar.update(event["id"], location="moved")


EVERYTHING = [
    "meeting again: 13 10:00-11:00",
    "new day here again: 25..26, moved",
    "new day there again: 26..27, moved",
    "new on both again: 27 10:00-11:00, moved",
    "ours clash, here again: 08 10:00-11:00, moved",
    "ours day: 07..09, moved",
    "ours kept 2 again: 12 10:00-11:00, moved",
    "ours timed 2 again: 05 15:00-16:00, moved",
    "ours turned again: 12..13, moved",
    "ours wanted 2 again: 11 10:00-11:00, moved",
    "received again: 24 10:00-11:00, moved",
    "shared 2 again: 22 10:00-11:00, moved",
    "shared merged 2 again: 23 10:00-11:00, moved",
    "theirs clash, here again: 17 10:00-11:00, moved",
    "theirs day again: 15..16, moved",
    "theirs kept 2 again: 20 10:00-11:00, moved",
    "theirs merged 2 again: 16 10:00-11:00, moved",
    "theirs timed again: 14 16:00-17:00",
    "theirs turned again: 21 09:00-10:00, moved",
    "theirs wanted 2 again: 20 10:00-11:00, moved",
]

TWO_WAY = Story(
    (Act(_planned, PLANNED, PLANNED), Act(_edited, EDITED, EDITED), Act(_everything, EVERYTHING, EVERYTHING))
)
