"""Series of which the other side sees less: a private occurrence, a private series, nothing but busy."""

from scenarios.series_stage import FOUR, SeriesStage, at, weekly


def test_a_private_occurrence_is_busy_where_private_is_shown_as_busy(stage: SeriesStage) -> None:
    """Story 47, of one occurrence: its title never leaves, though the series' does."""
    stage.set(show={"to_google": "private_as_busy"})
    stage.series("exchange", weekly(4))
    stage.ana.edit_occurrence(
        stage.item("Call").id, at(12, 10), subject="Surgeon", location="Clinic", body="blood", sensitivity="Private"
    )
    stage.settle()
    assert stage.google_agenda() == [FOUR[0], "2026-11-12 10:00-11:00 Busy", *FOUR[2:]]
    assert "Surgeon" not in str(stage.calendar.events())
    assert "Clinic" not in str(stage.calendar.events())
    # Made private later, and no longer.
    stage.ana.edit_occurrence(stage.item("Call").id, at(19, 10), subject="Lawyer", sensitivity="Private")
    stage.settle()
    assert stage.google_agenda()[2] == "2026-11-19 10:00-11:00 Busy"
    stage.ana.edit_occurrence(stage.item("Call").id, at(19, 10), sensitivity="Normal")
    stage.settle()
    assert stage.google_agenda()[2] == "2026-11-19 10:00-11:00 Lawyer"
    # What was masked never flows back.
    stage.calendar.edit_instance(stage.recurring("Call")["id"], at(12, 10), summary="Whatever", location="Nowhere")
    stage.settle()
    assert [line for line in stage.exchange_agenda() if "11-12" in line] == ["2026-11-12 10:00-11:00 Surgeon @Clinic"]
    assert stage.google_agenda()[1] == "2026-11-12 10:00-11:00 Busy"
