"""The door of the connectors' form: what it takes, what its page says and posts to, and what it never says.

Source: "Google Calendar Web Service Protocol" of googlearchive/calendar-connectors.
"""

import base64
import hashlib
import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from calpair.errors import UsageError
from calpair.google.connector_form import (
    HEADERS,
    LARGEST,
    Asked,
    Fault,
    FormRefusedError,
    Heading,
    Mailslot,
    parse,
    refusal,
    render,
)
from calpair.model.busy import Block, Busy, Told, Unknown
from unit.google.form_pages import form, read

SLOT = Mailslot("altostrat.com")
PIECES = ("1", "m-17", "[ana@a.test,ben@a.test]", "20261102/20261109", "20261101T120000", "Europe/Berlin")
TEXT = f"[{','.join(PIECES)}]"
WEEK = (datetime(2026, 11, 1, 23, tzinfo=UTC), datetime(2026, 11, 8, 23, tzinfo=UTC))


def text(**pieces: str) -> str:
    names = ("version", "message", "mails", "window", "since", "zone")
    return f"[{','.join(pieces.get(name, piece) for name, piece in zip(names, PIECES, strict=True))}]"


def block(start: str, end: str, busy: Busy = Busy.BUSY) -> Block:
    return Block(datetime.fromisoformat(start), datetime.fromisoformat(end), busy)


def told(asked: Asked, **answer: Told) -> list[object]:
    """The users of the page that answers; named by what stands before the @."""
    page = read(render(asked, {f"{name}@a.test": one for name, one in answer.items()}, SLOT))
    users: list[object] = page.payload[2][3]
    return users


class TestQuestion:
    def test_it_is_read_in_its_zone(self) -> None:
        asked = parse(form(TEXT))
        assert asked.question.addresses == ("ana@a.test", "ben@a.test")
        assert (asked.question.start, asked.question.end) == WEEK
        assert asked.zone == ZoneInfo("Europe/Berlin")
        assert asked.heading == Heading("1", "m-17")

    def test_the_connectors_own_example_is_read(self) -> None:
        # As their unit test writes it: with blanks, and dates only.
        said = "[ 1, test-id, [user1@example.org,user2@example.org], 20080101/20080131, 20080101T000000, America/Los_Angeles]"
        asked = parse(form(said))
        assert asked.question.addresses == ("user1@example.org", "user2@example.org")
        assert asked.question.start == datetime(2008, 1, 1, 8, tzinfo=UTC)
        assert asked.question.end == datetime(2008, 1, 31, 8, tzinfo=UTC)

    def test_times_are_taken_where_dates_are(self) -> None:
        asked = parse(form(text(window=" 20261102T083000 / 20261102T170000 ")))
        assert asked.question.start == datetime(2026, 11, 2, 7, 30, tzinfo=UTC)
        assert asked.question.end == datetime(2026, 11, 2, 16, tzinfo=UTC)
        assert asked.window == "20261102T083000/20261102T170000"

    def test_somebody_named_twice_is_asked_about_once(self) -> None:
        assert parse(form(text(mails="[ ben@a.test , ana@a.test,ben@a.test]"))).question.addresses == (
            "ben@a.test",
            "ana@a.test",
        )

    def test_sixty_two_days_and_a_hundred_addresses_are_taken(self) -> None:
        mails = ",".join(f"{number}@a.test" for number in range(100))
        question = parse(form(text(window="20261102/20270103", mails=f"[{mails}]"))).question
        assert question.end - question.start == timedelta(days=62)
        assert len(question.addresses) == 100

    def test_a_window_that_ends_in_an_hour_that_comes_twice_ends_the_second_time(self) -> None:
        question = parse(form(text(window="20261025T010000/20261025T023000"))).question
        assert question.start == datetime(2026, 10, 24, 23, tzinfo=UTC)
        assert question.end == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)

    def test_a_window_that_starts_in_an_hour_that_does_not_come_starts_before_the_gap(self) -> None:
        """On 29 March 2026 two o'clock is three, at 01:00 UTC: half past two is 00:30 or 01:30."""
        question = parse(form(text(window="20260329T023000/20260329T120000"))).question
        assert question.start == datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
        assert question.end == datetime(2026, 3, 29, 10, tzinfo=UTC)

    @pytest.mark.parametrize("since", ["", "yesterday", "20269901T000000", "2026"])
    def test_a_since_that_is_none_is_let_be(self, since: str) -> None:
        assert parse(form(text(since=since))).since == "00010101T000000"

    def test_other_fields_are_let_be(self) -> None:
        assert parse(b"a=1&" + form(TEXT) + b"&b=%5B").heading.message == "m-17"

    @pytest.mark.parametrize(
        ("said", "fault", "heading"),
        [
            ("", Fault.MALFORMED, Heading()),
            ("[]", Fault.MALFORMED, Heading()),
            (TEXT[1:], Fault.MALFORMED, Heading()),
            (TEXT[:-1], Fault.MALFORMED, Heading()),
            (TEXT + ",", Fault.MALFORMED, Heading()),
            ("[1,m-17,ana@a.test,20261102/20261109,20261101T120000,Europe/Berlin]", Fault.MALFORMED, Heading()),
            (text(version="2"), Fault.VERSION, Heading("2", "m-17")),
            (text(version="01"), Fault.VERSION, Heading("01", "m-17")),
            (text(version="1.0"), Fault.VERSION, Heading("0", "m-17")),
            (text(version="<b>"), Fault.VERSION, Heading("0", "m-17")),
            (text(version="9" * 10), Fault.VERSION, Heading("0", "m-17")),
            (text(message=""), Fault.MALFORMED, Heading("1", "0")),
            (text(message="m\t17"), Fault.MALFORMED, Heading("1", "0")),
            (text(message="m\x7f17"), Fault.MALFORMED, Heading("1", "0")),
            (text(message="m\r\n17"), Fault.MALFORMED, Heading("1", "0")),
            (text(message="m\0"), Fault.MALFORMED, Heading("1", "0")),
            (text(message="b\u00fc"), Fault.MALFORMED, Heading("1", "0")),
            (text(message="[m]"), Fault.MALFORMED, Heading()),
            (text(message="m,17"), Fault.MALFORMED, Heading()),
            (text(message="m" * 129), Fault.MALFORMED, Heading("1", "0")),
            (text(message="\N{ARABIC-INDIC DIGIT ONE}"), Fault.MALFORMED, Heading("1", "0")),
            (text(mails="[]"), Fault.MALFORMED, Heading("1", "m-17")),
            (text(mails="[ana@a.test,]"), Fault.MALFORMED, Heading("1", "m-17")),
            (text(mails="[a\nb@a.test]"), Fault.MALFORMED, Heading("1", "m-17")),
            (text(mails=f"[{'a' * 321}]"), Fault.MALFORMED, Heading("1", "m-17")),
            (text(mails=f"[{','.join(f'{n}@a.test' for n in range(101))}]"), Fault.GENERIC, Heading("1", "m-17")),
            (text(window="20261102"), Fault.MALFORMED, Heading("1", "m-17")),
            (text(window="20261102/20261109/20261110"), Fault.MALFORMED, Heading("1", "m-17")),
            (text(window="20261102/20261132"), Fault.MALFORMED, Heading("1", "m-17")),
            (text(window="2026112/20261109"), Fault.MALFORMED, Heading("1", "m-17")),
            (text(window="20261102/20261102"), Fault.MALFORMED, Heading("1", "m-17")),
            (text(window="20261109/20261102"), Fault.MALFORMED, Heading("1", "m-17")),
            (text(window="00010101/00010102"), Fault.MALFORMED, Heading("1", "m-17")),
            (text(window="99991230/99991231"), Fault.MALFORMED, Heading("1", "m-17")),
            (text(window="20261102/20270104"), Fault.GENERIC, Heading("1", "m-17")),
            (text(zone=""), Fault.ZONE, Heading("1", "m-17")),
            (text(zone="Mars/Olympus"), Fault.ZONE, Heading("1", "m-17")),
            (text(zone="../../etc/passwd"), Fault.ZONE, Heading("1", "m-17")),
            (text(zone="Europe"), Fault.ZONE, Heading("1", "m-17")),
            (text(zone="localtime"), Fault.ZONE, Heading("1", "m-17")),
            (text(zone="a\0b"), Fault.ZONE, Heading("1", "m-17")),
        ],
    )
    def test_what_cannot_be_answered_is_refused_with_the_protocols_number(
        self, said: str, fault: Fault, heading: Heading
    ) -> None:
        with pytest.raises(FormRefusedError) as refused:
            parse(form(said))
        assert (refused.value.fault, refused.value.heading) == (fault, heading)
        assert refused.value.reason == fault.name.lower()

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"text",
            b"TEXT=%5B%5D",
            form(TEXT) + b"&" + form(TEXT),
            form(TEXT).replace(b"ana", b"an%FF"),
            b"\xff" + form(TEXT),
            b"&".join([b"a=1"] * 8) + b"&" + form(TEXT),
            form(TEXT).decode().encode("utf-16"),
        ],
    )
    def test_a_body_that_is_no_form_with_one_text_is_malformed(self, body: bytes) -> None:
        with pytest.raises(FormRefusedError) as refused:
            parse(body)
        assert (refused.value.fault, refused.value.heading) == (Fault.MALFORMED, Heading())

    def test_no_more_is_read_than_there_may_be(self) -> None:
        body = form(TEXT)
        padded = body + b"&b=" + b"x" * (LARGEST - len(body) - 3)
        assert parse(padded).heading.message == "m-17"
        with pytest.raises(FormRefusedError, match="at most 65536 bytes"):
            parse(padded + b"x")


class TestAnswer:
    def test_it_is_the_protocols(self) -> None:
        asked = parse(form(TEXT))
        answer = {
            "ana@a.test": [block("2026-11-02T09:00+00:00", "2026-11-02T10:00+00:00")],
            "ben@a.test": [],
        }
        page = read(render(asked, answer, SLOT))
        assert page.actions == ["https://www.google.com/calendar/hosted/altostrat.com/mailslot"]
        assert page.scripts == ["document.getElementById('Form1').submit();"]
        ana = [["", "20261102T100000", "20261102T110000", "", "ana@a.test", 1]]
        assert page.payload == [
            "1",
            "m-17",
            [
                "_ME_AddData",
                "20261102/20261109",
                "20261101T120000",
                ["ana@a.test", "ana@a.test", "10", ana, "ben@a.test", "ben@a.test", "10", []],
            ],
        ]

    def test_who_is_away_is_busy_who_may_come_is_tentative_and_who_works_elsewhere_can_be_met(self) -> None:
        blocks = [
            block("2026-11-02T09:00+00:00", "2026-11-02T10:00+00:00", Busy.TENTATIVE),
            block("2026-11-02T09:30+00:00", "2026-11-02T10:30+00:00", Busy.AWAY),
            block("2026-11-02T10:30+00:00", "2026-11-02T11:00+00:00", Busy.BUSY),
            block("2026-11-02T12:00+00:00", "2026-11-02T13:00+00:00", Busy.ELSEWHERE),
        ]
        assert told(parse(form(TEXT)), ana=blocks)[3] == [
            ["", "20261102T100000", "20261102T110000", "", "ana@a.test", 3],
            ["", "20261102T103000", "20261102T120000", "", "ana@a.test", 1],
        ]

    def test_a_block_around_the_whole_window_is_told(self) -> None:
        around = block("2026-10-01T00:00+00:00", "2026-12-01T00:00+00:00", Busy.AWAY)
        assert told(parse(form(TEXT)), ana=[around])[3] == [
            ["", "20261102T000000", "20261109T000000", "", "ana@a.test", 1]
        ]

    def test_a_block_beside_the_window_is_not(self) -> None:
        before = block("2026-11-01T20:00+00:00", "2026-11-01T23:00+00:00")
        assert told(parse(form(TEXT)), ana=[before])[3] == []

    def test_a_block_over_an_hour_that_comes_twice_is_as_wide_as_its_name(self) -> None:
        # 02:45 in summer to 02:15 in winter: half an hour that would end before it starts.
        asked = parse(form(text(window="20261025/20261026")))
        blocks = [block("2026-10-25T00:45+00:00", "2026-10-25T01:15+00:00")]
        assert told(asked, ana=blocks)[3] == [["", "20261025T020000", "20261025T030000", "", "ana@a.test", 1]]

    @pytest.mark.parametrize("reason", ["not_found", "no_access", "no_data", "unavailable"])
    def test_who_could_not_be_read_is_absent_and_never_free(self, reason: str) -> None:
        assert told(parse(form(TEXT)), ana=Unknown(reason), ben=[]) == ["ben@a.test", "ben@a.test", "10", []]

    def test_who_was_not_answered_for_is_absent(self) -> None:
        assert told(parse(form(TEXT))) == []

    @pytest.mark.parametrize("other", ["unavailable", "not_found"])
    def test_where_no_server_answers_exchange_is_unreachable(self, other: str) -> None:
        answer = {"ana@a.test": Unknown("unavailable"), "ben@a.test": Unknown(other)}
        page = read(render(parse(form(TEXT)), answer, SLOT))
        assert page.payload == ["1", "m-17", "1", "Exchange does not answer; ask again later"]

    def test_nothing_of_an_address_is_more_than_text(self) -> None:
        hostile = "\"/><script>alert(1)</script>'\\&amp;\N{PILE OF POO}\N{LATIN SMALL LETTER E WITH ACUTE}@a.test"
        page = render(parse(form(text(mails=f"[{hostile}]"))), {hostile: []}, SLOT)
        assert read(page).payload[2][3] == [hostile, hostile, "10", []]
        value = page.split(b'value="')[1].split(b'">')[0].replace(b"&quot;", b"")
        assert re.fullmatch(rb"[A-Za-z0-9 @._/:+\-\[\],\\]*", value)
        assert b"\\ud83d\\udca9\\u00e9@a.test" in value

    def test_nothing_of_an_id_is_more_than_text(self) -> None:
        """Every character that may stand in one, in an answer and in a refusal: escaped, and the same in the end."""
        hostile = "".join(letter for letter in map(chr, range(0x21, 0x7F)) if letter not in ",[]")
        for said, code in ((hostile, Fault.ZONE), ("\"/></form><script>alert(1)</script>'\\u0022&quot;", Fault.ZONE)):
            asked = parse(form(text(message=said)))
            with pytest.raises(FormRefusedError) as refused:
                parse(form(text(message=said, zone="Mars/Olympus")))
            assert refused.value.fault == code
            for page in (
                render(asked, {}, SLOT),
                render(asked, {"ana@a.test": Unknown("unavailable")}, SLOT),
                refusal("no", SLOT, code, refused.value.heading),
            ):
                assert read(page).payload[:2] == ["1", said]
                value = page.split(b'value="')[1].split(b'">')[0].replace(b"&quot;", b"")
                assert re.fullmatch(rb"[A-Za-z0-9 @._/:+\-\[\],\\]*", value)


class TestRefusal:
    def test_it_says_the_number_and_the_sentence(self) -> None:
        page = read(refusal("the version is to be 1", SLOT, Fault.VERSION, Heading("2", "m-17")))
        assert page.payload == ["2", "m-17", "2", "the version is to be 1"]
        assert page.actions == ["https://www.google.com/calendar/hosted/altostrat.com/mailslot"]

    def test_of_what_could_not_be_read_version_and_id_are_0(self) -> None:
        assert read(refusal("not now; ask again later", SLOT)).payload == ["0", "0", "0", "not now; ask again later"]

    def test_the_numbers_are_the_protocols(self) -> None:
        assert {fault.name: fault.value for fault in Fault} == {
            "GENERIC": 0,
            "UNREACHABLE": 1,
            "VERSION": 2,
            "MALFORMED": 3,
            "DIRECTORY": 4,
            "ZONE": 5,
        }


class TestMailslot:
    @pytest.mark.parametrize("domain", ["altostrat.com", "a.b-c.example", "xn--bcher-kva.example"])
    def test_a_domain_has_one(self, domain: str) -> None:
        assert Mailslot(domain).url == f"https://www.google.com/calendar/hosted/{domain}/mailslot"

    @pytest.mark.parametrize(
        "domain",
        [
            "",
            "com",
            "a..com",
            ".com",
            "a.com.",
            "-a.com",
            "A.com",
            "a.com/x",
            "a.com?x",
            "a.com#",
            "../a.com",
            "a b.com",
            "a.com\n",
            "https://a.com",
            "a@b.com",
            "a%2f.com",
            "bücher.example",
            "a" * 64 + ".com",
            "a." * 127 + "com",
        ],
    )
    def test_what_is_no_domain_has_none(self, domain: str) -> None:
        with pytest.raises(UsageError, match="no Google Workspace domain"):
            Mailslot(domain)


def test_a_page_runs_its_own_script_and_goes_to_google_and_is_kept_by_nobody() -> None:
    script = read(refusal("no", SLOT)).scripts[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = dict(part.strip().split(" ", 1) for part in HEADERS["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == f"'sha256-{digest}'"
    assert policy["form-action"].split()[0] == "https://www.google.com"
    assert HEADERS["Cache-Control"] == "no-store"
    assert HEADERS["Content-Type"] == "text/html; charset=utf-8"
