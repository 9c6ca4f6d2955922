"""A two-way pair's story with one thing at a time, so that every write goes by itself and not in a batch."""

from collections.abc import Callable

from scenarios.stage import Stage
from torture.whole_story import Act, Story, ours, theirs, web_days


def _bin(stage: Stage) -> None:
    """Take what was deleted out of the bin of Outlook; a copy that came late may lie there too, without a place."""
    for item in stage.ana.items(stage.ana.folder_id("deleteditems")):
        if item.subject == "ours 2" or item.location == "here":
            stage.ana.restore(item.id)


def _little(people: Callable[[Stage], object], *lines: str) -> Act:
    return Act(people, sorted(lines), sorted(lines))


def _end(stage: Stage) -> None:
    ours(stage, "ours 2", subject="ours 3")
    theirs(stage, "ours 2", location="moved")
    ours(stage, "theirs", subject="theirs 3")
    theirs(stage, "theirs", location="moved")


ONE_BY_ONE = Story(
    (
        _little(lambda stage: stage.outlook("ours", 5), "ours: 05 10:00-11:00"),
        _little(lambda stage: stage.web("theirs", 6), "ours: 05 10:00-11:00", "theirs: 06 10:00-11:00"),
        _little(
            lambda stage: ours(stage, "ours", subject="ours 2"), "ours 2: 05 10:00-11:00", "theirs: 06 10:00-11:00"
        ),
        _little(lambda stage: theirs(stage, "ours 2", **web_days(5, 6)), "ours 2: 05..06", "theirs: 06 10:00-11:00"),
        _little(lambda stage: ours(stage, "theirs", location="here"), "ours 2: 05..06", "theirs: 06 10:00-11:00, here"),
        _little(lambda stage: stage.calendar.delete(stage.event("ours 2")["id"]), "theirs: 06 10:00-11:00, here"),
        _little(lambda stage: stage.ana.delete(stage.item("theirs").id)),
        _little(_bin, "ours 2: 05..06", "theirs: 06 10:00-11:00, here"),
        _little(_end, "ours 3: 05..06, moved", "theirs 3: 06 10:00-11:00, moved"),
    )
)
