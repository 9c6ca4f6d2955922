"""What a person writes into a pair's document: where deleted items go, colours, and settings that change on the way."""

from itertools import product
from pathlib import Path

import pytest

from scenarios.stage import Stage, at

COLOURS = {"Red": "11", "Green": "10", "Also red": "11"}


# --- on_delete


@pytest.mark.parametrize(("on_delete", "kept"), [("deleted_items", True), ("permanent", False)])
@pytest.mark.parametrize("home", ["exchange", "google"])
def test_an_item_deleted_on_google_goes_where_the_pair_says(
    tmp_path: Path, home: str, on_delete: str, kept: bool
) -> None:
    stage = Stage(tmp_path, pair={"on_delete": on_delete})
    if home == "exchange":
        stage.outlook("Lunch")
    else:
        stage.web("Lunch")
    stage.settle()
    stage.calendar.delete(stage.event("Lunch")["id"])
    stage.settle()
    assert stage.titles() == []
    bin_ = [item.subject for item in stage.ana.items(stage.ana.folder_id("deleteditems"))]
    assert bin_ == (["Lunch"] if kept else [])


def test_an_item_taken_back_out_of_the_bin_stands_on_both_sides_again(tmp_path: Path) -> None:
    """Deleted on Google, missed in Outlook: the restored item is new, and copied."""
    stage = Stage(tmp_path)
    lunch = stage.outlook("Lunch")
    stage.settle()
    stage.calendar.delete(stage.event("Lunch")["id"])
    stage.settle()
    stage.ana.restore(lunch)
    stage.settle()
    assert stage.titles() == ["Lunch"]


def test_a_second_copy_of_ours_never_lands_where_its_owner_could_miss_it(tmp_path: Path) -> None:
    """What goes because it was made twice is ours; the person's own item is never the one that goes."""
    stage = Stage(tmp_path)
    stage.web("Lunch")
    stage.fault("exchange", "late_effect", "CreateItem", seconds=300)
    stage.run()
    stage.later(seconds=130)
    stage.run()
    (first,) = stage.ana.items()
    stage.ana.update(first.id, location="Mine")
    stage.settle()
    stage.later(seconds=300)
    stage.run()
    stage.settle()
    (left,) = stage.ana.items()
    assert (left.id, left.location) == (first.id, "Mine")
    assert stage.event("Lunch")["location"] == "Mine"


# --- colours


def test_categories_become_colours_by_the_pairs_table(tmp_path: Path) -> None:
    stage = Stage(tmp_path, pair={"colours": COLOURS})
    for title, categories in (
        ("Red", ["Red"]),
        ("Second of its colour", ["Also red"]),
        ("Unknown", ["Blue"]),
        ("Two", ["Blue", "Green"]),
        ("None", []),
    ):
        stage.outlook(title, categories=categories)
    stage.settle()
    assert {event["summary"]: event.get("colorId") for event in stage.calendar.events()} == {
        "Red": "11",
        "Second of its colour": "11",
        "Unknown": None,
        "Two": "10",
        "None": None,
    }
    # Nothing of it comes back as an edit.
    for item in stage.ana.items():
        stage.ana.update(item.id, location="Here")
    for event in stage.calendar.events():
        stage.calendar.update(event["id"], description="Soup")
    stage.settle()
    assert {item.subject: item.categories for item in stage.ana.items()} == {
        "Red": ("Red",),
        "Second of its colour": ("Also red",),
        "Unknown": ("Blue",),
        "Two": ("Blue", "Green"),
        "None": (),
    }


def test_a_colour_given_on_google_becomes_a_category_and_leaves_the_others(tmp_path: Path) -> None:
    stage = Stage(tmp_path, pair={"colours": COLOURS})
    lunch = stage.outlook("Lunch", categories=["Blue", "Green"])
    stage.settle()
    event = stage.event("Lunch")["id"]
    stage.calendar.update(event, colorId="11")
    stage.settle()
    assert sorted(stage.ana.item(lunch).categories) == ["Blue", "Red"]
    stage.calendar.update(event, colorId=None)
    stage.settle()
    assert stage.ana.item(lunch).categories == ("Blue",)
    stage.calendar.update(event, colorId="5")
    stage.settle()
    assert stage.ana.item(lunch).categories == ("Blue",)
    assert stage.event("Lunch")["colorId"] == "5"


def test_without_a_table_categories_and_colours_stay_each_on_their_side(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    lunch = stage.outlook("Lunch", categories=["Red"])
    stage.settle()
    event = stage.event("Lunch")["id"]
    with stage.unchanged():
        stage.calendar.update(event, colorId="5")
        stage.ana.update(lunch, categories=["Green"])
        stage.run()
        stage.silent()
    assert stage.event("Lunch")["colorId"] == "5"
    assert stage.ana.item(lunch).categories == ("Green",)


def test_a_table_given_later_is_carried_out_and_taken_back_changes_nothing(tmp_path: Path) -> None:
    """Nobody edited anything, so the event's own side says what it is."""
    stage = Stage(tmp_path)
    lunch = stage.outlook("Lunch", categories=["Red", "Blue"])
    stage.web("Dinner", hour=19, colorId="10")
    stage.settle()
    stage.set(colours=COLOURS)
    stage.settle()
    assert stage.event("Lunch")["colorId"] == "11"
    assert stage.event("Dinner")["colorId"] == "10"
    assert sorted(stage.ana.item(lunch).categories) == ["Blue", "Red"]
    assert stage.item("Dinner").categories == ("Green",)
    stage.set(colours={})
    with stage.unchanged():
        stage.run()
        stage.silent()
    assert sorted(stage.ana.item(lunch).categories) == ["Blue", "Red"]


def test_a_table_altered_recolours_and_takes_no_category_off(tmp_path: Path) -> None:
    stage = Stage(tmp_path, pair={"colours": {"Red": "11"}})
    red = stage.outlook("Red", categories=["Red"])
    blue = stage.outlook("Blue", hour=12, categories=["Blue"])
    stage.settle()
    stage.set(colours={"Red": "10", "Blue": "9"})
    stage.settle()
    assert (stage.event("Red")["colorId"], stage.event("Blue")["colorId"]) == ("10", "9")
    assert (stage.ana.item(red).categories, stage.ana.item(blue).categories) == (("Red",), ("Blue",))


# --- show as


@pytest.mark.parametrize(
    ("show_as", "free"),
    [("Free", True), ("Tentative", False), ("Busy", False), ("OOF", False), ("WorkingElsewhere", False)],
)
def test_shades_of_busy_are_kept_in_outlook(tmp_path: Path, show_as: str, free: bool) -> None:
    """Google knows free and busy; what is finer is a loss that is told, and not worn away."""
    stage = Stage(tmp_path)
    lunch = stage.outlook("Lunch", show_as=show_as)
    stage.settle()
    assert (stage.event("Lunch").get("transparency") == "transparent") is free
    stage.calendar.update(stage.event("Lunch")["id"], location="Here")
    stage.settle()
    assert stage.ana.item(lunch).show_as == show_as
    assert stage.status()["losses"].get("show_as", 0) == (show_as not in ("Free", "Busy"))
    stage.calendar.update(stage.event("Lunch")["id"], transparency="opaque" if free else "transparent")
    stage.settle()
    assert stage.ana.item(lunch).show_as == ("Busy" if free else "Free")


# --- history_days


@pytest.mark.parametrize("days", [0, 30, 400])
def test_how_far_back_a_first_sync_reaches(tmp_path: Path, days: int) -> None:
    stage = Stage(tmp_path, pair={"history_days": days})
    stage.outlook("Last week", start=at(1).replace(month=10, day=26), end=at(1, 11).replace(month=10, day=26))
    stage.outlook("Last year", start=at(1).replace(year=2025, month=12), end=at(1, 11).replace(year=2025, month=12))
    stage.outlook("Still on", start=at(1), end=at(3))
    stage.settle()
    expected = {0: ["Still on"], 30: ["Last week", "Still on"], 400: ["Last week", "Last year", "Still on"]}
    assert stage.google_titles() == expected[days]


def test_a_longer_history_brings_what_was_left_and_a_shorter_one_takes_nothing(tmp_path: Path) -> None:
    stage = Stage(tmp_path, pair={"history_days": 0})
    stage.outlook("Last week", start=at(1).replace(month=10, day=26), end=at(1, 11).replace(month=10, day=26))
    stage.settle()
    assert stage.google_titles() == []
    stage.set(history_days=30)
    stage.settle()
    assert stage.titles() == ["Last week"]
    stage.set(history_days=0)
    with stage.unchanged():
        stage.run()
        stage.silent()
    stage.ana.update(stage.item("Last week").id, location="Here")
    stage.settle()
    assert [row.place for row in stage.both()] == ["Here"]


def test_an_old_event_moved_into_the_present_is_carried(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    old = stage.outlook("Old", start=at(1).replace(month=1), end=at(1, 11).replace(month=1))
    stage.settle()
    stage.ana.update(old, start=at(9), end=at(9, 11))
    stage.settle()
    assert stage.titles() == ["Old"]


# --- what has no say


@pytest.mark.parametrize(
    ("field", "value"),
    [("interval", "10s"), ("on_delete", "permanent"), ("on_conflict", "google"), ("owners", ["x@g.test"])],
)
def test_settings_that_do_not_decide_what_is_carried_cost_nothing(tmp_path: Path, field: str, value: object) -> None:
    stage = Stage(tmp_path)
    stage.outlook("Lunch")
    stage.settle()
    stage.pairs["ana"][field] = value
    stage.start()
    stage.silent()


def test_every_setting_at_once_leaves_equal_calendars_equal(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.outlook("Exchange", categories=["Red"])
    stage.web("Google", hour=15)
    stage.settle()
    for show, history in product(("everything", "private_as_busy"), (10, 365)):
        stage.set(show={"to_google": show, "to_exchange": show}, history_days=history)
        with stage.unchanged():
            stage.run()
            stage.silent()
