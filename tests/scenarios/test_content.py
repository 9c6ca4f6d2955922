"""Stories 46 and 52 of the trackers: what an event says is carried, and never worn away by carrying it."""

from pathlib import Path

import pytest

from scenarios.stage import Stage, at, days
from simulators.exchange.switches import Switches as ExchangeSwitches
from simulators.google.switches import Switches as GoogleSwitches

HABITS = [
    (normalised, whole_document)
    for normalised in (GoogleSwitches(), GoogleSwitches(description_normalise="google", noop_patch="bumps"))
    for whole_document in (ExchangeSwitches(), ExchangeSwitches(html_normalise=True))
]

BODIES = [
    ("Text", "Bring the slides.\r\nAnd a pen.  \r\n\r\n", "Bring the slides. And a pen."),
    ("Text", "1 < 2 & 3 > 2; <b>not bold</b> &amp; so on", "1 < 2 & 3 > 2; <b>not bold</b> &amp; so on"),
    (
        "Text",
        "Emoji \U0001f469\u200d\U0001f4bb, umlauts \u00e4\u00f6\u00fc, \u4e2d\u6587, \u05e9\u05dc\u05d5\u05dd",
        None,
    ),
    (
        "HTML",
        "<html><head><style>p {color: red}</style></head><body><p>Hello&nbsp;<b>you</b><br/>there</p></body></html>",
        None,
    ),
    ("HTML", '<div dir="rtl">a<script>alert(1)</script><img src="cid:1"/>b</div>', None),
    ("HTML", '<table><tr><td>one</td><td>two</td></tr></table><a href="https://x.test/?a=1&amp;b=2">link</a>', None),
    ("HTML", "<p>unclosed <b>bold <i>both</p> after <!-- a comment --> <o:p>&nbsp;</o:p>", None),
    ("HTML", "   \r\n<body>\r\n</body>", ""),
    ("HTML", "plain words in HTML", "plain words in HTML"),
]


@pytest.mark.parametrize(("google", "exchange"), HABITS)
@pytest.mark.parametrize(("form", "body", "reads"), BODIES)
def test_a_body_of_outlook_is_never_written_back_from_its_copy(
    tmp_path: Path, form: str, body: str, reads: str | None, google: GoogleSwitches, exchange: ExchangeSwitches
) -> None:
    """Story 46: whatever Google makes of it, edits of other fields leave it to the letter, on both sides."""
    stage = Stage(tmp_path, google={"switches": google}, exchange={"switches": exchange})
    lunch = stage.outlook("Lunch", body=body, body_type=form)
    stage.settle()
    shown = stage.event("Lunch").get("description", "")
    if reads is not None:
        assert [row.text for row in stage.google_rows()] == [" ".join(_plain(shown).split())] == [reads]
    for number in range(3):
        stage.calendar.update(stage.calendar.events()[0]["id"], summary=f"Lunch {number}")
        stage.settle()
        stage.ana.update(lunch, location=f"Room {number}")
        stage.settle()
    assert (stage.ana.item(lunch).body, stage.ana.item(lunch).body_type) == (body, form)
    assert stage.event("Lunch 2").get("description", "") == shown


def _plain(description: str) -> str:
    """What a person reads of a description that these few bodies come to."""
    for element, word in (("<br>", " "), ("<p>", " "), ("</p>", " "), ("<div>", " "), ("</div>", " ")):
        description = description.replace(element, word)
    if "&lt;" in description or "&amp;" in description:
        description = description.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return description


@pytest.mark.parametrize(("google", "exchange"), HABITS)
@pytest.mark.parametrize(
    "description",
    [
        "Bring the slides.\nAnd a pen.\n\n  ",
        "<b>Bring</b> the slides.<br/>And a <a href='https://x.test'>pen</a>",
        "1 < 2 & 3 > 2",
        "&lt;b&gt; is how bold begins",
        "a\tb\u00a0c   d\n\n\n\ne",
        "<script>alert(1)</script>visible<style>b {}</style>",
        "\U0001f469\u200d\U0001f4bb \u4e2d\u6587",
        "<ul><li>one</li><li>two</li></ul>",
    ],
)
def test_a_description_of_google_is_never_written_back_from_its_copy(
    tmp_path: Path, description: str, google: GoogleSwitches, exchange: ExchangeSwitches
) -> None:
    """Story 46, the other way."""
    stage = Stage(tmp_path, google={"switches": google}, exchange={"switches": exchange})
    lunch = stage.web("Lunch", description=description)
    stage.settle()
    shown = stage.item("Lunch").body
    held = stage.calendar.event(lunch)["description"]
    for number in range(3):
        stage.ana.update(stage.ana.items()[0].id, subject=f"Lunch {number}")
        stage.settle()
        stage.calendar.update(lunch, location=f"Room {number}")
        stage.settle()
    assert stage.calendar.event(lunch)["description"] == held
    assert stage.item("Lunch 2").body == shown
    assert "<script" not in shown
    assert "<style" not in shown


@pytest.mark.parametrize(("google", "exchange"), HABITS)
def test_an_edited_body_arrives_once_from_either_side(
    tmp_path: Path, google: GoogleSwitches, exchange: ExchangeSwitches
) -> None:
    """Story 46: bodies do flow; and bold print that only one side shows counts as an edit too."""
    stage = Stage(tmp_path, google={"switches": google}, exchange={"switches": exchange})
    lunch = stage.outlook("Lunch", body="<p>soup</p>", body_type="HTML")
    stage.settle()
    for number in range(3):
        stage.calendar.update(stage.event("Lunch")["id"], description=f"soup and <b>bread {number}</b>")
        stage.settle()
        assert [row.text for row in stage.both()] == [f"soup and bread {number}"]
        assert f"<b>bread {number}</b>" in stage.ana.item(lunch).body
        stage.ana.update(lunch, body=f"<p>soup, <i>bread</i> and tea {number}</p>", body_type="HTML")
        stage.settle()
        assert [row.text for row in stage.both()] == [f"soup, bread and tea {number}"]
        assert "<i>bread</i>" in stage.event("Lunch")["description"]
    stage.ana.update(lunch, body="", body_type="Text")
    stage.settle()
    assert [row.text for row in stage.both()] == [""]


@pytest.mark.parametrize(
    "title",
    [
        "",
        "  spaces  inside ",
        "Zeile\u2028zwei",
        "\U0001f389 party \U0001f469\u200d\U0001f4bb",
        "<b>bold?</b> &amp;",
        "tab\there",
        "\u202eright to left",
    ],
)
def test_odd_titles_and_places_come_to_rest(tmp_path: Path, title: str) -> None:
    """Story 46: whitespace and signs are no endless change, wherever they come from."""
    stage = Stage(tmp_path)
    stage.outlook(title, location=title)
    stage.web(title, hour=15, location=title)
    stage.settle()
    for _ in range(3):
        stage.silent()
    words = {" ".join(row.title.split()) for row in [*stage.exchange_rows(), *stage.google_rows()]}
    assert words == {" ".join(title.split())}
    assert len(stage.ana.items()) == len(stage.calendar.events()) == 2


# --- 52: too large

MARKER = "[shortened: the whole text stands in Outlook]"


@pytest.mark.parametrize("html", [False, True])
def test_a_body_too_long_for_google_is_cut_there_and_whole_in_outlook(tmp_path: Path, html: bool) -> None:
    """Story 52."""
    stage = Stage(tmp_path)
    body = "<p>" + "long <b>words</b> " * 4000 + "</p>" if html else "long words " * 4000
    lunch = stage.outlook("Lunch", body=body, body_type="HTML" if html else "Text")
    stage.settle()
    shown = stage.event("Lunch")["description"]
    assert len(shown) <= 8192
    assert shown.endswith(MARKER)
    assert stage.status()["losses"] == {"body:shortened": 1}
    stage.calendar.update(stage.event("Lunch")["id"], summary="Late lunch")
    stage.settle()
    stage.ana.update(lunch, location="Roof")
    stage.settle()
    assert stage.ana.item(lunch).body == body
    assert stage.event("Late lunch")["description"] == shown
    # An edit of the cut text has nowhere to go; it is put back, and Outlook's whole text stays.
    stage.calendar.update(stage.event("Late lunch")["id"], description="short")
    stage.settle()
    assert stage.ana.item(lunch).body == body
    assert stage.event("Late lunch")["description"] == shown
    # Shortened in Outlook, it is whole again.
    stage.ana.update(lunch, body="short", body_type="Text")
    stage.settle()
    assert stage.event("Late lunch")["description"] == "short"
    assert stage.status()["losses"] == {}


def test_a_title_too_long_for_outlook_is_cut_there_and_whole_on_google(tmp_path: Path) -> None:
    """Story 52, the other way: a subject has 255 characters at most."""
    stage = Stage(tmp_path)
    title = "word " * 99
    lunch = stage.web(title.strip(), location=title.strip())
    stage.settle()
    (item,) = stage.ana.items()
    assert len(item.subject) <= 255
    assert len(item.location) <= 255
    assert stage.status()["losses"] == {"place:shortened": 1, "title:shortened": 1}
    stage.ana.update(item.id, body="Bring cake", body_type="Text")
    stage.settle()
    assert stage.calendar.event(lunch)["summary"] == title.strip()
    assert stage.calendar.event(lunch)["location"] == title.strip()
    assert stage.calendar.event(lunch)["description"] == "Bring cake"


@pytest.mark.parametrize("code", ["ErrorMessageSizeExceeded", "ErrorDataSizeLimitExceeded"])
def test_an_item_the_server_finds_too_large_is_set_aside_alone(tmp_path: Path, code: str) -> None:
    """Story 52: parked with the server's word, tried again at growing distances, never in a loop."""
    stage = Stage(tmp_path)
    stage.web("Heavy")
    stage.outlook("Light", hour=15)
    stage.fault("exchange", "item_error", "CreateItem", times=1000, detail=code)
    stage.run()
    assert stage.google_titles() == ["Heavy", "Light"]
    assert stage.exchange_titles() == ["Light"]
    (parked,) = stage.status()["parked"]
    assert (parked["reason"], parked["tries"]) == (code, 1)
    stage.silent()
    for _ in range(24):
        stage.later(hours=1)
        stage.run()
    (parked,) = stage.status()["parked"]
    assert 4 <= parked["tries"] <= 9
    stage.calm()
    stage.later(hours=13)
    stage.settle()
    assert stage.titles() == ["Heavy", "Light"]
    assert stage.status()["parked"] == []


def test_odd_hours_and_long_spans_are_carried(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.outlook("Sabbatical", end=at(5).replace(year=2029))
    stage.web("Whole year", **days("2027-01-01", "2028-01-01"))
    stage.settle()
    assert [(row.title, row.start, row.end) for row in stage.both()] == [
        ("Sabbatical", "2026-11-05T10:00:00+00:00", "2029-11-05T10:00:00+00:00"),
        ("Whole year", "2027-01-01", "2028-01-01"),
    ]
