"""The two readings of an event: to the letter, and as a person reads it; and the keyed digests of both."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from calpair.model.body import Body
from calpair.model.event import Event, Field, Privacy, ShowAs
from calpair.model.when import AllDay, Timed
from calpair.recurrence.spelling import alike, exact, likeness
from calpair.sync.digest import Digester
from unit.sync.bench import meeting

KEY = Digester(b"k" * 32)
BASE = meeting("Team lunch", body=Body("Bring a friend"), place="Café", reminder=15, categories=("red", "blue"))
ADD_TWO = timezone(timedelta(hours=2))


def same(left: Event, right: Event) -> bool:
    """Whether a person reads the same in every field."""
    return alike(left) == alike(right)


@pytest.mark.parametrize(
    "event",
    [
        replace(BASE, title="Team Lunch"),
        replace(BASE, body=Body("Bring two friends")),
        replace(BASE, place="Cafe"),
        replace(BASE, when=meeting("", hour=11).when),
        replace(BASE, show_as=ShowAs.AWAY),
        replace(BASE, privacy=Privacy.PRIVATE),
        replace(BASE, reminder=None),
        replace(BASE, reminder=0),
        replace(BASE, categories=("red",)),
    ],
)
def test_what_a_person_would_notice_differs_in_both_readings(event: Event) -> None:
    assert not same(event, BASE)
    changed = [name for name in Field if exact(event)[name] != exact(BASE)[name]]
    assert len(changed) == 1
    assert alike(event)[changed[0]] != alike(BASE)[changed[0]]
    assert [name for name, digest in KEY.fields(event).items() if digest != KEY.fields(BASE)[name]] == changed


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Team  lunch ", "Team lunch"),
        ("Team\tlunch", "Team lunch"),
        ("Team\u00a0lunch", "Team lunch"),
        ("Team\r\nlunch", "Team lunch"),
    ],
)
def test_white_space_in_titles_and_places_is_not_read(left: str, right: str) -> None:
    assert same(meeting(left), meeting(right))
    assert same(meeting("", place=left), meeting("", place=right))
    assert exact(meeting(left)) != exact(meeting(right))


@pytest.mark.parametrize(
    "text", ["🎉 party 🏳️‍🌈", "Grüße, Łódź, 東京", "e\u0301", "\U0001f468\u200d\U0001f469", "a\x00b"]
)
def test_every_letter_counts(text: str) -> None:
    assert same(meeting(text), meeting(text))
    assert not same(meeting(text), meeting(text[1:]))
    assert KEY.fields(meeting(text)) == KEY.fields(meeting(text))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (Body("Hello\r\nworld"), Body("Hello\nworld")),
        (Body("Hello\nworld"), Body("<p>Hello</p><p>world</p>", html=True)),
        (Body("Hello world"), Body("<html><body><div>Hello <b>world</b></div></body></html>", html=True)),
        (Body("a & b < c"), Body("a &amp; b &lt; c", html=True)),
        (Body("Hello<br>world", html=True), Body("Hello<br/>\n  world\n", html=True)),
        (Body("caf\u00e9"), Body("caf&eacute;", html=True)),
        (Body(""), Body("<html><head><style>p {}</style></head><body></body></html>", html=True)),
        (Body("🎉"), Body("&#127881;", html=True)),
        (Body("two  spaces"), Body("two spaces")),
    ],
)
def test_bodies_are_alike_however_a_server_spells_them(left: Body, right: Body) -> None:
    assert same(meeting("", body=left), meeting("", body=right))


def test_bold_print_is_another_letter_but_the_same_words() -> None:
    plain, bold = Body("<p>now</p>", html=True), Body("<p><b>now</b></p>", html=True)
    assert same(meeting("", body=plain), meeting("", body=bold))
    assert exact(meeting("", body=plain)) != exact(meeting("", body=bold))


def test_text_that_looks_like_html_is_not_html() -> None:
    assert exact(meeting("", body=Body("<b>", html=False))) != exact(meeting("", body=Body("<b>", html=True)))
    assert not same(meeting("", body=Body("<b>", html=False)), meeting("", body=Body("<b>", html=True)))


def at(hour: int, zone: str = "", offset: timezone = UTC) -> Event:
    start = datetime(2026, 7, 1, hour, tzinfo=offset)
    return Event("t", Timed(start, start + timedelta(hours=1), zone))


def test_one_instant_in_two_offsets_is_one_instant() -> None:
    assert exact(at(12, offset=ADD_TWO)) == exact(at(10))
    assert KEY.stamp(at(12, offset=ADD_TWO)) == KEY.stamp(at(10))


def test_another_zone_for_the_same_instants_is_another_letter_but_the_same_time() -> None:
    assert same(at(10, "Europe/Berlin"), at(10, "Europe/Paris"))
    assert exact(at(10, "Europe/Berlin")) != exact(at(10, "Europe/Paris"))


def test_a_day_is_not_its_hours() -> None:
    midnight = datetime(2026, 7, 1, tzinfo=UTC)
    day = Event("t", AllDay(date(2026, 7, 1), date(2026, 7, 2)))
    hours = Event("t", Timed(midnight, midnight + timedelta(days=1), "UTC"))
    assert not same(day, hours)
    assert exact(day)[Field.WHEN] == '["all_day", "2026-07-01", "2026-07-02"]'


def test_the_order_of_categories_is_a_letter_and_not_a_word() -> None:
    other = replace(BASE, categories=("blue", "red"))
    assert same(BASE, other)
    assert exact(BASE) != exact(other)


def test_a_side_without_categories_is_neither_compared_nor_remembered_there() -> None:
    without = replace(BASE, categories=None)
    assert Field.CATEGORIES not in exact(without)
    assert Field.CATEGORIES not in alike(without)
    assert "categories" not in KEY.fields(without)
    assert set(KEY.fields(BASE)) == {str(name) for name in Field}


def test_a_stamp_does_not_speak_of_categories() -> None:
    assert len({KEY.stamp(replace(BASE, categories=named)) for named in (None, (), ("red",))}) == 1
    assert KEY.stamp(BASE) != KEY.stamp(replace(BASE, title="x"))
    assert KEY.stamp(BASE) == KEY.stamp(replace(BASE, title=" Team lunch"))


def test_fields_cannot_be_taken_for_one_another() -> None:
    digests = KEY.fields(meeting("same", place="same"))
    assert digests["title"] != digests["place"]


def test_another_key_says_something_else_everywhere() -> None:
    other = Digester(b"z" * 32)
    assert not set(KEY.fields(BASE).values()) & set(other.fields(BASE).values())
    assert KEY.stamp(BASE) != other.stamp(BASE)
    assert KEY.name != other.name
    assert Digester(b"k" * 32).name == KEY.name


def test_a_digest_never_changes_by_accident() -> None:
    # Computed apart, with hmac over '<what>\\0<JSON>', SHA-256, the first 16 bytes in base64 for addresses, unpadded.
    assert KEY.fields(meeting("Hi"))["title"] == "GYpNc-HR2Fcn8rKazNPN-g"


def test_digests_are_short_and_hold_no_word() -> None:
    for digest in (*KEY.fields(BASE).values(), KEY.stamp(BASE), KEY.name):
        assert len(digest) == 22


def test_two_events_look_the_same_by_times_title_and_place_alone() -> None:
    assert likeness(BASE) == likeness(replace(BASE, title="Team  lunch", body=Body(), reminder=None, categories=None))
    assert likeness(BASE) != likeness(replace(BASE, title="Other"))
    assert likeness(BASE) != likeness(replace(BASE, place=""))
    assert likeness(at(10)) != likeness(at(11))


def test_a_table_of_colours_is_named_beside_the_fields() -> None:
    coloured = KEY.under({"red": "11", "blue": "9"})
    again = KEY.under({"blue": "9", "red": "11"})
    assert set(coloured.fields(BASE)) == {*KEY.fields(BASE), "table"}
    assert coloured.same_table(again.fields(BASE))
    assert not coloured.same_table(KEY.under({"red": "11"}).fields(BASE))
    assert not coloured.same_table(KEY.fields(BASE))
    assert KEY.same_table(KEY.fields(BASE))
    assert not KEY.same_table(coloured.fields(BASE))


def test_without_colours_nothing_is_named_and_the_key_stays_the_same() -> None:
    plain = KEY.under({})
    assert plain.fields(BASE) == KEY.fields(BASE)
    assert plain.name == KEY.under({"red": "11"}).name == KEY.name


def test_an_event_says_nothing_new_that_was_agreed_of_it_or_of_one_of_its_occurrences() -> None:
    second = BASE.when.start + timedelta(days=1)
    series = replace(BASE, overrides={second: replace(BASE, title="Special")})
    agreed = KEY.under({"red": "1"}).fields(series)
    assert not KEY.unsaid(BASE, agreed)
    assert not KEY.unsaid(replace(BASE, title="Special"), agreed)
    assert KEY.unsaid(replace(BASE, title="Other", categories=None), agreed) == {Field.TITLE, Field.CATEGORIES}
