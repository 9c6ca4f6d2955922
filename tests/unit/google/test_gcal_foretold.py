"""What is foretold is what is held, whatever the event says."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as any_

from calpair.google.mapping.description import LIMIT, MARKER, written
from calpair.model.body import Body
from calpair.model.event import Event, Field, Privacy, ShowAs
from calpair.model.when import AllDay, Timed, When
from calpair.ports import Edit
from unit.google.ground import World, draft, event_of, item_of, world

COLOURS = {"Red": "11", "Urgent": "11", "Blue": "9"}
ZONES = ["", "UTC", "Europe/Berlin", "America/New_York", "Pacific/Auckland", "Asia/Kathmandu", "America/Sao_Paulo"]
WORDS = [
    "word",
    "<b>",
    "</b>",
    "<p>",
    "</p>",
    "<br>",
    "&amp;",
    "&",
    "<",
    "\n",
    "\r\n",
    " ",
    "é",
    "🥨",
    "<a href='https://x.test/'>",
]

texts = any_.lists(any_.sampled_from(WORDS), max_size=12).map("".join)
lines = any_.text(any_.characters(exclude_categories=("Cs", "Cc")), max_size=40)
bodies = any_.builds(Body, any_.one_of(texts, lines, texts.map(lambda text: text * 900)), any_.booleans())
starts = any_.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)).map(  # noqa: DTZ001 - the zone follows
    lambda moment: moment.replace(microsecond=0, tzinfo=UTC)
)
days = any_.dates(date(1990, 1, 1), date(2090, 1, 1))
whens: any_.SearchStrategy[When] = any_.one_of(
    any_.builds(
        lambda start, minutes, zone: Timed(start, start + timedelta(minutes=minutes), zone),
        starts,
        any_.integers(0, 10_000),
        any_.sampled_from(ZONES),
    ),
    any_.builds(lambda day, more: AllDay(day, day + timedelta(days=more)), days, any_.integers(1, 40)),
)
events = any_.builds(
    Event,
    title=any_.one_of(lines, lines.map(lambda text: text * 60)),
    when=whens,
    body=bodies,
    place=any_.one_of(lines, lines.map(lambda text: text * 60)),
    show_as=any_.sampled_from(ShowAs),
    privacy=any_.sampled_from(Privacy),
    reminder=any_.one_of(any_.none(), any_.integers(-10, 50_000)),
    categories=any_.lists(any_.sampled_from(["Red", "Urgent", "Blue", "Green"]), unique=True).map(tuple),
)


def fresh() -> World:
    return world(colours=COLOURS)


@settings(max_examples=60)
@given(event=events)
def test_a_copy_holds_what_was_foretold(event: Event) -> None:
    here = fresh()
    (made,) = here.calendar.create([draft(1, **{field.value: getattr(event, field.value) for field in Field})])
    assert event_of(made) == here.calendar.hold(event).event


@settings(max_examples=60)
@given(before=events, after=events)
def test_so_does_a_copy_that_was_changed(before: Event, after: Event) -> None:
    here = fresh()
    (made,) = here.calendar.create([draft(1, **{field.value: getattr(before, field.value) for field in Field})])
    (changed,) = here.calendar.update([Edit(item_of(made), after, frozenset(Field))])
    assert event_of(changed) == here.calendar.hold(after).event


@settings(max_examples=100)
@given(event=events)
def test_what_is_held_is_held_again_without_a_loss(event: Event) -> None:
    held = fresh().calendar.hold(event).event
    again = fresh().calendar.hold(held)
    assert (again.event, again.losses) == (held, ())


# Of broken HTML no two readers make the same.
whole_html = any_.lists(
    any_.sampled_from(["word ", "<b>bold</b> ", "<p>line</p>", "<br>", "&amp;", "&lt;b&gt;", "\r\n", "é"]), max_size=12
).map(lambda pieces: Body("".join(pieces), html=True))


@settings(max_examples=300)
@given(body=any_.one_of(whole_html, bodies.map(lambda body: Body(body.content))))
@example(body=Body("&amp;"))
@example(body=Body("<b>&lt;i&gt;</b>", html=True))
def test_a_person_reads_the_same_words(body: Body) -> None:
    found = written(body)
    assert len(found.content) <= LIMIT
    if found.shortened:
        assert found.body.text().endswith(MARKER)
    else:
        assert found.body.alike() == body.alike()
