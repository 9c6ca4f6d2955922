"""Stories in which something is lost while people edit: the store, the mailbox's ids, the places in both change lists."""

from collections.abc import Callable

from scenarios.stage import Stage, days
from torture.whole_story import Act, Story, ours, theirs, web_hours, whole_days


def _few(stage: Stage) -> None:
    stage.outlook("ours", 5)
    stage.outlook("ours day", **whole_days(6, 7))
    stage.outlook("ours edited there", 7)
    stage.web("theirs", 8)
    stage.web("theirs edited here", 9)
    stage.web("theirs day", **days("2026-11-10", "2026-11-11"))
    stage.outlook("shared", 11)
    stage.web("shared", 11)


FEW = [
    "ours day: 06..07",
    "ours edited there: 07 10:00-11:00",
    "ours: 05 10:00-11:00",
    "shared: 11 10:00-11:00",
    "theirs day: 10..11",
    "theirs edited here: 09 10:00-11:00",
    "theirs: 08 10:00-11:00",
]


def _few_edited(stage: Stage) -> None:
    theirs(stage, "ours edited there", summary="ours edited there 2")
    ours(stage, "theirs edited here", subject="theirs edited here 2")
    ours(stage, "ours day", **whole_days(6, 8))
    theirs(stage, "theirs day", **web_hours(10, 9))
    stage.outlook("new here", 12)
    stage.web("new there", 13)


FEW_EDITED = [
    "new here: 12 10:00-11:00",
    "new there: 13 10:00-11:00",
    "ours day: 06..08",
    "ours edited there 2: 07 10:00-11:00",
    "ours: 05 10:00-11:00",
    "shared: 11 10:00-11:00",
    "theirs day: 10 09:00-10:00",
    "theirs edited here 2: 09 10:00-11:00",
    "theirs: 08 10:00-11:00",
]


def _few_all(stage: Stage) -> None:
    for item in stage.ana.items():
        stage.ana.update(item.id, subject=f"{item.subject} again")
    for event in stage.calendar.events():
        stage.calendar.update(event["id"], location="moved")
    stage.ana.delete(stage.item("new there again").id)
    stage.calendar.delete(stage.event("new here")["id"])


FEW_ALL = [
    "new here again: 12 10:00-11:00",
    "new there: 13 10:00-11:00, moved",
    "ours again: 05 10:00-11:00, moved",
    "ours day again: 06..08, moved",
    "ours edited there 2 again: 07 10:00-11:00, moved",
    "shared again: 11 10:00-11:00, moved",
    "theirs again: 08 10:00-11:00, moved",
    "theirs day again: 10 09:00-10:00, moved",
    "theirs edited here 2 again: 09 10:00-11:00, moved",
]


def _after(loss: Callable[[Stage], None]) -> Story:
    """Edits made while something is lost."""

    def people(stage: Stage) -> None:
        loss(stage)
        _few_edited(stage)

    acts = Act(_few, FEW, FEW), Act(people, FEW_EDITED, FEW_EDITED), Act(_few_all, FEW_ALL, FEW_ALL)
    return Story(acts, first=1)


def _lost_places(stage: Stage) -> None:
    stage.ana.drop_sync_states()
    stage.calendar.expire_tokens()


LOST_STORE = _after(Stage.wipe)
MOVED_MAILBOX = _after(lambda stage: stage.ana.move_mailbox())
LOST_PLACES = _after(_lost_places)
