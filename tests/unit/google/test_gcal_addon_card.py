"""The add-on's card: who is drawn, how a day is drawn, and that nobody unread is ever free. The schema is Google's own."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo

import pytest

from calpair.errors import AbsentError, AccessLostError, BackOffError, RefusedError, SideError, SignInError
from calpair.google import addon_card
from calpair.google.addon import Opened, parse, window
from calpair.google.addon_card import UNSAVED, card, error_card, trouble
from calpair.google.wall import seen
from calpair.model.busy import Answer, Block, Busy, Question, Unknown
from calpair.model.when import AllDay
from unit.google.addon_events import body, home
from unit.google.cards import conforms, texts, widgets

FREE = "······|······|······|······"


def block(start: str, end: str, busy: Busy = Busy.BUSY) -> Block:
    return Block(
        datetime.fromisoformat(start).replace(tzinfo=UTC), datetime.fromisoformat(end).replace(tzinfo=UTC), busy
    )


def opened(*guests: str) -> Opened:
    return parse(body(attendees=[{"email": guest} for guest in guests]))


def asked(read: Opened, first: date = date(2026, 11, 5), after: date = date(2026, 11, 6)) -> Question:
    question = window(read, AllDay(first, after))
    assert question is not None
    return question


def drawn(
    answer: Answer, *guests: str, first: date = date(2026, 11, 5), after: date = date(2026, 11, 6)
) -> Sequence[str]:
    """The lines of the card about the fifth of November in Berlin, an hour before UTC."""
    read = opened(*(guests or answer))
    return texts(conforms(card(read, asked(read, first, after), answer)))


LEGEND = "█ busy, ▒ tentative, · free; one sign an hour, from midnight to midnight"


class TestDay:
    def test_it_is_drawn_and_written_out(self) -> None:
        blocks = [
            block("2026-11-05T08:00", "2026-11-05T09:30"),
            block("2026-11-05T13:00", "2026-11-05T14:00", Busy.TENTATIVE),
            block("2026-11-05T14:00", "2026-11-05T14:15", Busy.AWAY),
        ]
        assert drawn({"ben@x.test": blocks}) == [
            "ben@x.test",
            "······|···██·|··▒█··|······",
            "09:00-10:30, 14:00-15:00 (tentative), 15:00-15:15",
            LEGEND,
        ]

    def test_who_is_free_is_told_so_and_who_works_elsewhere_can_be_met(self) -> None:
        elsewhere = block("2026-11-05T08:00", "2026-11-05T16:00", Busy.ELSEWHERE)
        for blocks in ([], [elsewhere]):
            assert drawn({"ben@x.test": blocks}) == ["ben@x.test", FREE, "free all day", LEGEND]

    def test_what_touches_is_one_and_what_sticks_out_is_cut(self) -> None:
        blocks = [
            block("2026-11-04T20:00", "2026-11-04T23:30"),
            block("2026-11-05T21:00", "2026-11-05T22:00"),
            block("2026-11-05T22:00", "2026-11-06T08:00"),
        ]
        lines = drawn({"ben@x.test": blocks})
        assert lines[1:3] == ["█·····|······|······|····██", "00:00-00:30, 22:00-24:00"]

    def test_who_is_away_all_day_is(self) -> None:
        away = block("2026-11-01T00:00", "2026-11-15T00:00", Busy.AWAY)
        assert drawn({"ben@x.test": [away]})[1:3] == ["██████|██████|██████|██████", "busy all day"]

    def test_many_spans_are_not_all_written_out(self) -> None:
        blocks = [
            block(f"2026-11-05T{hour:02}:{minute:02}", f"2026-11-05T{hour:02}:{minute + 5:02}")
            for hour in range(23)
            for minute in (0, 30)
        ]
        line = drawn({"ben@x.test": blocks})[2]
        assert line.count("-") == 20
        assert line.endswith(", and 26 more")

    def test_what_is_not_written_out_costs_no_look_at_the_clock(self, monkeypatch: pytest.MonkeyPatch) -> None:
        looks: list[datetime] = []

        def counted(start: datetime, end: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
            looks.append(start)
            return seen(start, end, zone)

        monkeypatch.setattr(addon_card, "seen", counted)
        day = datetime(2026, 11, 5, tzinfo=UTC)
        minutes = [day + number * timedelta(minutes=2) for number in range(600)]
        lines = drawn({"ben@x.test": [Block(one, one + timedelta(minutes=1), Busy.BUSY) for one in minutes]})
        assert lines[1] == "·█████|██████|██████|███···"
        assert len(looks) == 20

    def test_on_the_day_the_clock_goes_back_there_are_25_hours(self) -> None:
        blocks = [block("2026-10-25T00:45", "2026-10-25T01:15")]
        lines = drawn({"ben@x.test": blocks}, first=date(2026, 10, 25), after=date(2026, 10, 26))
        assert lines[1:3] == ["··██··|······|······|······|·", "02:00-03:00"]

    def test_of_an_event_of_several_days_each_is_drawn(self) -> None:
        blocks = [block("2026-11-05T20:00", "2026-11-06T08:00")]
        lines = drawn({"ben@x.test": blocks}, after=date(2026, 11, 7))
        assert lines[:-1] == [
            "ben@x.test",
            "2026-11-05",
            "······|······|······|···███",
            "21:00-24:00",
            "2026-11-06",
            "██████|███···|······|······",
            "00:00-09:00",
        ]


class TestGuests:
    def test_they_stand_in_the_order_of_the_event(self) -> None:
        lines = drawn({"cy@x.test": [], "ben@x.test": []}, "ben@x.test", "cy@x.test")
        assert [line for line in lines if "@" in line] == ["ben@x.test", "cy@x.test"]

    @pytest.mark.parametrize("reason", ["not_found", "no_access"])
    def test_who_is_no_exchange_user_or_may_not_be_seen_is_not_drawn_and_both_alike(self, reason: str) -> None:
        lines = drawn({"ana@g.test": Unknown(reason), "ben@x.test": []})
        assert lines == [
            "ben@x.test",
            FREE,
            "free all day",
            LEGEND,
            "Not shown: 1 of the guests. They are no Exchange users, or may not be seen; they may be busy.",
        ]

    @pytest.mark.parametrize(
        ("reason", "sentence"),
        [
            ("unavailable", "Not known: the Exchange server does not answer. Open the event again in a minute."),
            ("no_data", "Not known: the Exchange server could not read this calendar."),
        ],
    )
    def test_who_could_not_be_read_is_said_so(self, reason: str, sentence: str) -> None:
        assert drawn({"ben@x.test": Unknown(reason)}) == ["ben@x.test", sentence]

    def test_who_was_not_answered_for_is_not_free(self) -> None:
        lines = drawn({}, "ben@x.test")
        assert lines[0] == "No guest of this event is known as an Exchange user whose times may be seen."
        assert not any("free all" in line for line in lines)

    def test_a_card_has_no_more_widgets_than_it_may_and_says_so(self) -> None:
        names = [f"{number}@x.test" for number in range(250)]
        lines = drawn(dict.fromkeys(names, ()), *names)
        assert sum("@" in line for line in lines) == 90
        assert lines[-2:] == [
            "Not shown: 110 further guests. A card has no room for more than 90.",
            "Not looked at: 50 of the guests. Only the first 200 are, as far as they have an address.",
        ]

    def test_an_address_is_text(self) -> None:
        hostile = '<a/href=x>"o\'neil"&amp;@x.test'
        assert drawn({hostile: []})[0] == hostile


class TestAround:
    def test_the_head_says_the_day_and_the_zone(self) -> None:
        read = opened("ben@x.test")
        found = conforms(card(read, asked(read), {"ben@x.test": []}))
        assert found["header"] == {"title": "Exchange guests", "subtitle": "2026-11-05, Europe/Berlin"}

    def test_the_head_says_the_days(self) -> None:
        read = opened("ben@x.test")
        found = conforms(card(read, asked(read, after=date(2026, 12, 1)), {}))
        assert found["header"]["subtitle"] == "2026-11-05 to 2026-11-11, Europe/Berlin"

    def test_an_event_not_saved_yet_begins_with_that(self) -> None:
        read = opened("ben@x.test")
        lines = texts(conforms(card(read, asked(read), {"ben@x.test": []}, UNSAVED)))
        assert lines[0] == "This event is not saved yet, or no longer there: what is shown is today."

    def test_without_guests_there_is_nobody_to_show(self) -> None:
        found = conforms(card(opened(), None, {}))
        assert texts(found) == ["No guest of this event is known as an Exchange user whose times may be seen."]

    def test_the_homepage_says_what_to_do(self) -> None:
        assert texts(conforms(card(parse(home()), None, {}))) == [
            "Open an event to see when its guests on Exchange are free."
        ]

    def test_what_went_wrong_is_a_card_too(self) -> None:
        found = conforms(error_card("This <b>did</b> not work & that's it."))
        assert found["header"] == {"title": "Not known"}
        assert texts(found) == ["This <b>did</b> not work & that's it."]
        assert len(widgets(found)) == 1

    @pytest.mark.parametrize(
        ("error", "said"),
        [
            (SignInError("authError"), "ask your administrator"),
            (AccessLostError("insufficientPermissions"), "ask your administrator"),
            (BackOffError("http503"), "again in a minute"),
            (RefusedError("invalid"), "did not tell"),
            (AbsentError("notFound"), "did not tell"),
        ],
    )
    def test_an_event_google_does_not_tell_of_is_a_sentence(self, error: SideError, said: str) -> None:
        assert said in trouble(error)
        conforms(error_card(trouble(error)))
