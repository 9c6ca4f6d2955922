"""`make live`: what it reads, whom it refuses, and that it removes exactly what it made."""

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from demo import live
from demo.company import TWO_WAY, Company, ground
from demo.events import Event, Plan, at
from demo.ews import Ews
from demo.google_hand import Google
from demo.live import bearer, counting, read, secret, strangers, tidy
from demo.options import OptionError
from demo.play import Play
from demo.stage import Stage, StageError
from demo.telling import Teller
from simulators.clock import ManualClock
from simulators.exchange import ExchangeSimulator
from simulators.google import GoogleSimulator
from simulators.wire import mounted

DAY = date(2026, 11, 24)
MARK = " [calpair-demo 0a1b2c]"
EXCHANGE = '[exchange]\nurl = "https://m/E"\nmailbox = "a@x"\nusername = "a"\npassword = "env:PW"\n'
GOOGLE = '[google]\nurl = "https://g"\ncalendar = "a@g"\ntoken = "file:token"\n'


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "live.toml"
    path.write_text(text)
    return path


def test_the_example_can_be_read_as_it_is() -> None:
    example = Path(live.__file__).with_name("live.example.toml")
    servers = read(example)
    assert servers.exchange["password"] == "env:LIVE_EXCHANGE_PASSWORD"
    assert servers.google["credentials"] == f"file:{example.parent / 'google-credentials.json'}"


def test_references_to_files_start_from_the_file_they_stand_in(tmp_path: Path) -> None:
    servers = read(written(tmp_path, EXCHANGE + GOOGLE))
    (tmp_path / "token").write_text("TOKEN\n")
    assert servers.google["token"] == f"file:{tmp_path / 'token'}"
    assert bearer(servers.google, {})() == "TOKEN"
    assert secret(servers.exchange["password"], {"PW": "hush"}) == "hush"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GOOGLE, "write a section [exchange]"),
        (EXCHANGE.replace("username", "user"), "[exchange] username is missing"),
        (EXCHANGE + 'passwort = "x"\n' + GOOGLE, "[exchange] passwort: no such text"),
        (EXCHANGE + GOOGLE.replace('token = "file:token"\n', ""), "either token or credentials"),
        (EXCHANGE + GOOGLE + 'credentials = "file:x"\n', "either token or credentials"),
        ("[exchange", "cannot be read"),
    ],
)
def test_a_wrong_file_is_one_line_with_the_cure(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(OptionError) as caught:
        read(written(tmp_path, text))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_names_the_example(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=r"copy demo/live\.example\.toml to it"):
        read(tmp_path / "live.toml")


@pytest.mark.parametrize("reference", ["hunter2", "env:NOTHING", "file:/nowhere/at/all"])
def test_a_reference_to_nothing_is_refused_and_never_repeated(reference: str) -> None:
    with pytest.raises(OptionError) as caught:
        secret(reference, {})
    assert reference not in str(caught.value)


def test_what_is_no_authorised_user_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    path.write_text('{"type": "service_account"}')
    with pytest.raises(OptionError, match="no authorised-user file"):
        bearer({"credentials": f"file:{path}"}, {})


@pytest.fixture
def company() -> Iterator[Company]:
    exchange, google = ExchangeSimulator(clock=ManualClock()), GoogleSimulator(clock=ManualClock())
    with mounted(exchange) as at_exchange, mounted(google) as at_google:
        ews = Ews(f"{at_exchange}/EWS/Exchange.asmx", "ana@a.test", "secret")
        api = Google(at_google, "ana@g.test", lambda: "TOKEN")
        pair = ground("live", TWO_WAY, "ana@a.test", ews, api, MARK)
        for hand in (pair.exchange, pair.google):
            hand.create(
                [Plan(Event("Mine", at(DAY, 9), at(DAY, 10))), Plan(Event(f"Ours{MARK}", at(DAY, 9), at(DAY, 10)))]
            )
        counters = counting(at_exchange), counting(at_google)
        yield Company({"live": pair}, *counters, mark=MARK)
        for each in counters:
            assert each is not None
            each.wire.close()
        ews.wire.close()
        api.wire.close()


def play(company: Company) -> tuple[Play, io.StringIO]:
    out = io.StringIO()
    return Play(Stage(), company, Teller(out), DAY), out


def test_other_peoples_events_are_counted_and_left(company: Company) -> None:
    assert strangers(company) == 2
    played, out = play(company)
    tidy(played)
    assert out.getvalue() == "removed: 1 events from Exchange, 1 from Google; left: 0\n"
    assert strangers(company) == 2
    assert company.pairs["live"].reader.fresh().events("Exchange") == []


def test_a_series_of_this_run_is_removed_as_a_whole(company: Company) -> None:
    pair = company.pairs["live"]
    pair.exchange.create_weekly(Plan(Event(f"Weekly{MARK}", at(DAY, 11), at(DAY, 12))), 6)
    pair.google.create_series(Plan(Event(f"Daily{MARK}", at(DAY, 11), at(DAY, 12))), "FREQ=DAILY;COUNT=3")
    pair.google.create_series(Plan(Event("Theirs", at(DAY, 13), at(DAY, 14))), "FREQ=DAILY")
    played, out = play(company)
    tidy(played)
    assert out.getvalue() == "removed: 7 events from Exchange, 4 from Google; left: 0\n"
    assert strangers(company) == 3


def test_without_a_mark_nothing_is_removed(company: Company) -> None:
    company.mark = ""
    played, _ = play(company)
    with pytest.raises(StageError, match="nothing is removed"):
        tidy(played)
    assert len(company.pairs["live"].reader.fresh().events("Google")) == 1


def test_only_a_server_of_this_machine_is_asked_for_counters(company: Company) -> None:
    assert company.exchange is not None
    assert company.exchange.counters()["mails"] == 0
    assert counting("https://mail.example.com/EWS/Exchange.asmx") is None
    assert counting("http://127.0.0.1:9/") is None


def test_counts_begin_where_the_story_begins(company: Company) -> None:
    company._before = company._counted()
    company.pairs["live"].reader.fresh()
    counts = company.counts()
    assert (counts.requests_exchange, counts.requests_google, counts.mails) == (0, 0, 0)
