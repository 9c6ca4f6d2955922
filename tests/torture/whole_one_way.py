"""A one-way pair's story: what Google's user does to copies is put back; what is Google's own stays."""

from scenarios.stage import Stage, days
from torture.whole_story import Act, Story, hours, ours, theirs, web_days, whole_days


def _planned(stage: Stage) -> None:
    stage.outlook("ours", 5)
    stage.outlook("ours day", **whole_days(6, 7))
    stage.outlook("ours defaced", 7)
    stage.outlook("ours deleted", 8)
    stage.outlook("ours deleted there", 9)
    stage.outlook("shared", 10)
    stage.web("shared", 10)
    stage.web("theirs", 11)
    stage.web("theirs day", **days("2026-11-12", "2026-11-13"))


PLANNED = [
    "ours day: 06..07",
    "ours defaced: 07 10:00-11:00",
    "ours deleted there: 09 10:00-11:00",
    "ours deleted: 08 10:00-11:00",
    "ours: 05 10:00-11:00",
    "shared: 10 10:00-11:00",
]
GOOGLES_OWN = ["theirs day: 12..13", "theirs: 11 10:00-11:00"]


def _edited(stage: Stage) -> None:
    ours(stage, "ours", subject="ours 2", **hours(5, 15))
    ours(stage, "ours day", **whole_days(6, 8))
    theirs(stage, "ours defaced", summary="defaced", **web_days(7, 8))
    stage.ana.delete(stage.item("ours deleted").id)
    stage.calendar.delete(stage.event("ours deleted there")["id"])
    ours(stage, "shared", subject="shared 2")
    stage.outlook("new here", 20)
    stage.outlook("new on both", 21)
    stage.web("new on both", 21)
    stage.web("new there", 22)


EDITED = [
    "new here: 20 10:00-11:00",
    "new on both: 21 10:00-11:00",
    "ours 2: 05 15:00-16:00",
    "ours day: 06..08",
    "ours defaced: 07 10:00-11:00",
    "ours deleted there: 09 10:00-11:00",
    "shared 2: 10 10:00-11:00",
]


def _everything(stage: Stage) -> None:
    for item in stage.ana.items():
        stage.ana.update(item.id, subject=f"{item.subject} again")
    for event in stage.calendar.events():
        stage.calendar.update(event["id"], location="moved")
    stage.ana.delete(stage.item("new here again").id)
    stage.calendar.delete(stage.event("ours day")["id"])


EVERYTHING = [
    "new on both again: 21 10:00-11:00",
    "ours 2 again: 05 15:00-16:00",
    "ours day again: 06..08",
    "ours defaced again: 07 10:00-11:00",
    "ours deleted there again: 09 10:00-11:00",
    "shared 2 again: 10 10:00-11:00",
]
EVERYTHING_ON_GOOGLE = [
    "new on both again: 21 10:00-11:00, moved",
    "new there: 22 10:00-11:00, moved",
    "ours 2 again: 05 15:00-16:00",
    "ours day again: 06..08",
    "ours defaced again: 07 10:00-11:00",
    "ours deleted there again: 09 10:00-11:00",
    "shared 2 again: 10 10:00-11:00, moved",
    "theirs day: 12..13, moved",
    "theirs: 11 10:00-11:00, moved",
]

ONE_WAY = Story(
    (
        Act(_planned, PLANNED, sorted(PLANNED + GOOGLES_OWN)),
        Act(_edited, EDITED, sorted([*EDITED, *GOOGLES_OWN, "new there: 22 10:00-11:00"])),
        Act(_everything, EVERYTHING, EVERYTHING_ON_GOOGLE),
    ),
    {"direction": "exchange_to_google"},
)
