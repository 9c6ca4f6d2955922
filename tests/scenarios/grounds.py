"""Grounds that several stories begin on."""

from scenarios.stage import Stage

AFTERWARDS = ["Exchange 10", "Exchange 8, edited", "Exchange, new", "Google 10", "Google 8, edited", "Google, new"]
"""The titles on both sides once `edited_all_round` has arrived."""


def prepared(stage: Stage) -> None:
    """Three of each side's own."""
    for hour in (8, 10, 12):
        stage.outlook(f"Exchange {hour}", hour=hour)
        stage.web(f"Google {hour}", day=6, hour=hour)


def planned(stage: Stage) -> None:
    """Three of each side's own, in step."""
    prepared(stage)
    stage.settle()


def edited_all_round(stage: Stage) -> None:
    """An edit, a new event and a deletion on each side."""
    stage.ana.update(stage.item("Exchange 8").id, subject="Exchange 8, edited")
    stage.calendar.update(stage.event("Google 8")["id"], summary="Google 8, edited")
    stage.ana.delete(stage.item("Exchange 12").id)
    stage.calendar.delete(stage.event("Google 12")["id"])
    stage.outlook("Exchange, new", day=9)
    stage.web("Google, new", day=10)
