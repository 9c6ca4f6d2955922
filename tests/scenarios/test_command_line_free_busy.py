"""`calpair free-busy`: when people are free, drawn a day a line, whichever side they live on."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from calpair.cli import free_busy
from scenarios.office import ANA, ANAS, PASSWORD, Office, office, refused

UTC_HEAD = "                  0   2   4   6   8   10  12  14  16  18  20  22"
FREE_DAY = "." * 48


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setattr(free_busy, "get_localzone", lambda: ZoneInfo("UTC"))
    with office(tmp_path, monkeypatch) as ground:
        ground.domains["a.test"]["google"]["free_busy_account"] = ANAS
        ground.domains["a.test"]["limits"] |= {"calendar_domains": ["g.test"], "mailbox_domains": ["a.test"]}
        ground.ready()
        yield ground


def lunch(company: Office) -> None:
    company.outlook("Lunch", start=datetime(2030, 1, 7, 12, tzinfo=UTC), end=datetime(2030, 1, 7, 13, tzinfo=UTC))


def drawn(start: datetime, end: datetime) -> str:
    """A day that is busy between two of its half hours, by hand."""
    first, last = (2 * moment.hour + moment.minute // 30 for moment in (start, end))
    return FREE_DAY[:first] + "#" * (last - first) + FREE_DAY[last:]


def test_both_sides_are_asked_and_drawn(company: Office) -> None:
    day = datetime(2030, 1, 7, tzinfo=UTC)
    lunch(company)
    company.web("Dinner", start={"dateTime": "2030-01-07T19:00:00Z"}, end={"dateTime": "2030-01-07T20:30:00Z"})
    said = company.calpair("free-busy", ANA, ANAS, "--from", "2030-01-07", "--to", "2030-01-08")
    assert (said.code, said.out.splitlines()) == (
        0,
        [
            f"{ANA} (Exchange)",
            UTC_HEAD,
            f"  Mon 2030-01-07  {drawn(day.replace(hour=12), day.replace(hour=13))}",
            f"  Tue 2030-01-08  {FREE_DAY}",
            "",
            f"{ANAS} (Google)",
            UTC_HEAD,
            f"  Mon 2030-01-07  {drawn(day.replace(hour=19), day.replace(hour=20, minute=30))}",
            f"  Tue 2030-01-08  {FREE_DAY}",
            "",
            "  # busy   A away   ? tentative   e works elsewhere   . free   (by the clocks of UTC)",
        ],
    )
    assert "Lunch" not in said.out + said.err


def test_a_program_is_told_the_spans(company: Office) -> None:
    lunch(company)
    said = company.calpair("--json", "free-busy", ANA, "--from", "2030-01-07", "--to", "2030-01-07")
    assert said.json == {
        "from": "2030-01-07T00:00:00+00:00",
        "to": "2030-01-08T00:00:00+00:00",
        "people": [
            {
                "address": ANA,
                "side": "exchange",
                "busy": [
                    {"start": "2030-01-07T12:00:00+00:00", "end": "2030-01-07T13:00:00+00:00", "kind": "busy"},
                ],
            }
        ],
        "nobodys": [],
    }


def test_who_is_not_known_is_never_drawn_free(company: Office) -> None:
    said = company.calpair("free-busy", "nobody@a.test", "who@elsewhere.test", "--from", "2030-01-07")
    assert (said.code, said.out.splitlines()) == (
        1,
        [
            "nobody@a.test (Exchange): the server knows no such address",
            "who@elsewhere.test: nobody's here; the directory, a pair, or `limits` of a domain says whose it is",
        ],
    )


def test_of_google_it_is_said_that_the_account_may_just_not_see(company: Office) -> None:
    said = company.calpair("free-busy", "zoe@g.test", "--from", "2030-01-07")
    assert said.out.splitlines()[0] == (
        "zoe@g.test (Google): Google knows no such calendar, or google.free_busy_account may not see when it is busy"
    )


def test_a_server_that_does_not_answer_is_said_with_its_reason(
    company: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PASSWORD", "wrong")
    said = company.calpair("free-busy", ANA, "--from", "2030-01-07")
    assert said.code == 1
    assert said.out.startswith(f"{ANA} (Exchange): ")
    assert "." * 10 not in said.out


def sign_ins(company: Office) -> int:
    """How often Exchange was asked since this was asked last."""
    counted = sum(company.exchange.record.requests.values())
    company.exchange.record.requests.clear()
    return counted


def test_a_refused_password_is_tried_once_by_however_many_commands(
    company: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PASSWORD", "wrong")
    sign_ins(company)
    for _ in range(3):
        said = company.calpair("free-busy", ANA, "--from", "2030-01-07")
    assert sign_ins(company) == 1
    assert said.code == 1
    assert said.out.startswith(
        f"{ANA} (Exchange): the domain's account was refused: check exchange.username and exchange.secret; "
        "the next try is at "
    )
    # A sync is no other account.
    assert company.calpair("sync", "ana").code == 1
    assert sign_ins(company) == 0


def test_another_password_is_tried_at_once(company: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSWORD", "wrong")
    assert company.calpair("free-busy", ANA).code == 1
    monkeypatch.setenv("PASSWORD", PASSWORD)
    sign_ins(company)
    assert company.calpair("free-busy", ANA).code == 0
    assert sign_ins(company) == 1


def test_what_a_sync_was_refused_is_not_tried_by_a_look_up(company: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSWORD", "wrong")
    assert company.calpair("sync", "ana").code == 1
    sign_ins(company)
    assert company.calpair("free-busy", ANA).code == 1
    assert sign_ins(company) == 0


def test_exchange_is_asked_though_google_refuses(company: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "wrong")
    assert company.calpair("sync", "ana").code == 1
    for _ in range(2):
        assert company.calpair("free-busy", ANA).code == 0
    # And that Exchange answers opens nothing that was shut for Google's word.
    said = company.calpair("sync", "ana")
    assert said.code == 1
    assert "Google: the domain's account was refused" in said.out + said.err


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--from", "30.11.2026"], "--from 30.11.2026 is no day; write it as in 2026-11-30"),
        (["--to", "2026-02-30"], "--to 2026-02-30 is no day; write it as in 2026-11-30"),
        (["--from", "2026-12-02", "--to", "2026-12-01"], "--to 2026-12-01 is before --from 2026-12-02"),
        (["--from", "2026-12-02", "--to", "2036-12-01"], "at most 366 days are shown"),
        (["--from", "9999-12-31"], "--from 9999-12-31 is not in the years 1980 to 2999"),
        (["--from", "0001-01-01", "--to", "0001-01-01"], "--from 0001-01-01 is not in the years 1980 to 2999"),
        (["--from", "2999-12-30", "--to", "9999-12-31"], "--to 9999-12-31 is not in the years 1980 to 2999"),
    ],
)
def test_days_that_are_none_are_refused_in_a_line(company: Office, words: list[str], complaint: str) -> None:
    assert complaint in refused(company, "free-busy", ANA, *words)


def test_a_machine_whose_zone_cannot_be_found_says_so(company: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere() -> ZoneInfo:
        return ZoneInfo("Nowhere/Land")

    monkeypatch.setattr(free_busy, "get_localzone", nowhere)
    assert refused(company, "free-busy", ANA) == (
        "the time zone of this machine cannot be found; set TZ to one, as in Europe/Berlin"
    )
