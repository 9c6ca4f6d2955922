"""The command on the store of the functions, where the files of several people meet; SQLite stands for Firestore.

A command that looks changes nothing there, what the functions do is theirs, and documents are judged as they judge them.
"""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from calpair.app import shared
from calpair.app.clock import clock
from calpair.local.store import SqliteStore
from calpair.ports import Doc, Store
from scenarios.deployed import Deployed, sqlite
from scenarios.office import ANA, ANAS, BEN, Office, calpair, noon, office, toml

STORE = "firestore:p/calpair"
ELSEWHERE = (
    "is not for a store on Google Cloud, where the functions do the work, with rights and secrets of their own; "
)


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """An operator's folder, with a calpair.toml that names the functions' store."""

    def opened(*_: Any) -> Store:
        return SqliteStore(tmp_path / "deployed.db", clock)

    monkeypatch.setattr(shared, "opened", opened)
    folder = tmp_path / "operator"
    folder.mkdir()
    with office(folder, monkeypatch) as ground:
        assert ground.calpair("init", "--store", STORE).code == 0
        yield ground


def documents(company: Office, name: str = "documents.toml", **sections: Any) -> Path:
    """Write a file of documents that are right there: Ana's pair and its domain."""
    limits = {"hosts": ["127.0.0.1"], "secrets": ["exchange"]}
    domain = {**company.domain(secret="secret-manager:exchange"), "google": {"auth": "delegated"}, "limits": limits}
    path = company.folder / name
    path.write_text(
        toml({"domains": {"a.test": domain}, "pairs": {"ana": company.pair()}} | sections), encoding="utf-8"
    )
    return path


def stored(company: Office, *names: str) -> dict[str, Doc | None]:
    store = SqliteStore(company.folder.parent / "deployed.db", clock)
    return {name: store.get(*name.split("/", 1)) for name in names}


def test_init_with_a_store_on_google_cloud_names_it_and_writes_nothing_else(company: Office) -> None:
    assert list(company.files()) == ["calpair.toml"]
    assert company.config.read_text().splitlines()[3:] == ["[service]", f'store = "{STORE}"']
    before = company.files()
    said = company.calpair("init", "--store", STORE)
    assert (said.code, said.complaint) == (
        2,
        f"{company.config} exists already; nothing was written. Move it away, or use --config FILE",
    )
    assert company.files() == before


def test_init_refuses_documents_beside_a_store_on_google_cloud(company: Office) -> None:
    company.config.unlink()
    said = company.calpair("init", "--store", STORE, "--mailbox", ANA, "--google-user", ANAS)
    assert said.code == 2
    assert said.complaint == (
        "--mailbox, --google-user: beside a store on Google Cloud calpair.toml holds [service] alone; write domains and "
        "pairs into a file of their own, and `calpair apply FILE`"
    )
    said = company.calpair("init", "--store", "firestore:p")
    assert said.complaint == "--store firestore:p: write sqlite:PATH or firestore:PROJECT/DATABASE"
    assert not company.files()


def test_init_takes_another_place_for_the_own_store_too(tmp_path: Path) -> None:
    config = tmp_path / "calpair.toml"
    assert calpair("--config", str(config), "init", "--store", "sqlite:other.db").code == 0
    assert 'store = "sqlite:other.db"\n' in config.read_text()
    assert (tmp_path / "calpair.key").exists()


def test_where_there_is_no_pair_yet_the_way_to_one_is_told(company: Office) -> None:
    assert company.calpair("pairs").out == "there is no pair; write one into a file, and `calpair apply FILE`\n"
    assert company.calpair("pairs", "ana").complaint == (
        "there is no pair `ana`; write one into a file, and `calpair apply FILE`"
    )


def test_whoever_looks_from_another_folder_disables_nothing(company: Office, tmp_path: Path) -> None:
    company.calpair("apply", str(documents(company)))
    before = company.calpair("export").json
    other = tmp_path / "another"
    other.mkdir()
    config = other / "calpair.toml"
    assert calpair("--config", str(config), "init", "--store", STORE).code == 0
    for words in (("pairs",), ("pairs", "ana"), ("export",), ("apply", str(config))):
        assert calpair("--config", str(config), *words).code == 0
    assert company.calpair("export").json == before
    assert list(before["pairs"]) == ["ana"]
    assert company.calpair("pairs").out.startswith("ana: ana@a.test <-> ana@g.test: waiting")


@pytest.mark.parametrize("words", [("pairs",), ("export",), ("pause", "ana"), ("apply", "calpair.toml")])
def test_a_calpair_toml_with_documents_is_refused_beside_a_shared_store(
    company: Office, words: tuple[str, ...]
) -> None:
    company.service["store"] = STORE
    company.pairs["ben"], company.pairs["eve"] = company.ben(), company.ben()
    company.write()
    said = company.calpair(*words)
    assert said.code == 2
    assert said.complaint == (
        "calpair.toml: beside a store on Google Cloud it holds [service] alone; move [domains.a.test], [pairs.ana], "
        "[pairs.ben] and more into a file of their own, and `calpair apply FILE`"
    )
    assert not (company.folder.parent / "deployed.db").exists()


def test_a_file_of_documents_is_applied_when_it_is_said_and_dropped_by_itself_alone(company: Office) -> None:
    said = company.calpair("apply", str(documents(company)))
    assert (said.code, said.out) == (0, "domains/a.test: written\npairs/ana: written\n")
    bens = company.folder / "bens.toml"
    bens.write_text(toml({"pairs": {"ben": company.ben()}}))
    assert company.calpair("apply", str(bens)).code == 0
    bens.write_text("")
    assert company.calpair("apply", str(bens)).out == f"pairs/ben: disabled ({bens} no longer names it)\n"
    said = company.calpair("pairs")
    assert said.code == 0
    assert [line.split(":")[0] for line in said.out.splitlines()] == ["ana", "ben"]


def test_what_another_file_or_a_hand_wrote_is_overwritten_with_a_word(company: Office) -> None:
    first = documents(company)
    company.calpair("apply", str(first))
    SqliteStore(company.folder.parent / "deployed.db", clock).put(Doc("pairs", "ben", company.ben(interval="5m")))
    second = documents(company, "second.toml", pairs={"ana": company.pair(interval="1h"), "ben": company.ben()})
    said = company.calpair("apply", str(second))
    assert said.out.splitlines() == [
        f"domains/a.test: written, over what {first} said",
        f"pairs/ana: written, over what {first} said",
        "pairs/ben: written, over what was written straight into the store",
    ]


@pytest.mark.parametrize(
    ("words", "instead"),
    [
        (("run",), "`calpair pairs` shows how the pairs stand"),
        (("sync", "ana"), "`calpair pairs ana` shows how it stands and what waits for a person"),
        (("sync", "ana", "--dry-run"), "`calpair pairs ana` shows how it stands and what waits for a person"),
        (
            ("doctor",),
            "`calpair pairs` shows what they found, `calpair apply FILE` judges documents as they do",
        ),
    ],
)
def test_what_is_the_functions_work_is_refused_and_leaves_the_store_as_it_is(
    company: Office, words: tuple[str, ...], instead: str
) -> None:
    company.calpair("apply", str(documents(company)))
    before = company.requests(), stored(company, "status/ana", "gates/a.test", "pairs/ana")
    said = company.calpair(*words)
    assert (said.code, said.complaint) == (2, f"`calpair {words[0]}` {ELSEWHERE}{instead}")
    assert (company.requests(), stored(company, "status/ana", "gates/a.test", "pairs/ana")) == before


@pytest.mark.parametrize(
    ("secret", "limits", "mistake"),
    [
        ("env:PASSWORD", ["exchange"], "env:PASSWORD is not for Google Cloud; write secret-manager:NAME"),
        (
            "secret-manager:exchange",
            [],
            "secret-manager:exchange is not among the secrets the operator allows; ask for it in limits.secrets",
        ),
    ],
)
def test_apply_judges_a_domain_as_the_functions_do(
    company: Office, secret: str, limits: list[str], mistake: str
) -> None:
    domain = {
        **company.domain(secret=secret),
        "google": {"auth": "delegated"},
        "limits": {"hosts": ["127.0.0.1"], "secrets": limits},
    }
    said = company.calpair("apply", str(documents(company, domains={"a.test": domain})))
    assert said.code == 1
    assert f"  domains/a.test: exchange.secret: {mistake}" in said.out.splitlines()
    assert stored(company, "domains/a.test") == {"domains/a.test": None}
    assert company.calpair("pairs").code == 1


def test_what_the_breaker_holds_is_named_without_the_servers_secrets(company: Office) -> None:
    ground = Deployed(company.folder.parent, sqlite)
    for hour in range(8, 15):
        ground.outlook(f"Lunch {hour}", hour=hour)
    ground.first.look("ana")
    for item in ground.ana.items()[:5]:
        ground.ana.delete(item.id)
    assert ground.first.look("ana")["outcome"] == "held"
    before = company.requests()
    said = company.calpair("pairs")
    assert "5 deletions wait: `calpair pairs ana` names them, `calpair approve ana` carries them out." in said.out
    named = company.calpair("pairs", "ana")
    lines = named.out.splitlines()
    assert (named.code, company.requests()) == (0, before)
    held = next(number for number, line in enumerate(lines) if line.startswith("  held back since "))
    assert lines[held].endswith(": deletions, 5 events")
    copies = {event["id"] for event in ground.calendar.events()}
    assert len({line.split()[0] for line in lines[held + 1 : held + 6]} & copies) == 5
    assert all("(from Exchange, UID " in line for line in lines[held + 1 : held + 6])
    row = company.calpair("--json", "pairs", "ana").json["pairs"][0]
    assert {event["google_id"] for event in row["holds"]["named"]} <= copies
    assert company.calpair("approve", "ana").code == 0
    assert company.calpair("--json", "pairs", "ana").json["pairs"][0]["holds"] is None


def test_on_one_machine_it_is_named_with_its_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with office(tmp_path, monkeypatch) as company:
        company.ready()
        items = [company.outlook(f"Lunch {day}", day) for day in range(2, 9)]
        company.calpair("sync", "ana")
        for item in items[:5]:
            company.exchange.mailbox(ANA).delete(item)
        assert company.calpair("sync", "ana").code == 1
        said = company.calpair("pairs", "ana")
        starts = {f"{noon(0) + timedelta(days=day):%Y-%m-%d %H:%M} UTC" for day in range(2, 7)}
        assert all(any(f": {start} (from Exchange, UID " in line for line in said.out.splitlines()) for start in starts)
        assert company.calpair("pairs", "nobody").complaint.startswith(
            "there is no pair `nobody`; there are: pairs ana"
        )


def test_of_one_pair_alone_every_parked_event_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with office(tmp_path, monkeypatch) as company:
        company.pairs["ben"] = company.ben()
        company.ready()
        for day in range(2, 14):
            company.web(f"Often {day}", day, recurrence=["RRULE:FREQ=MINUTELY;INTERVAL=7"])
        company.calpair("sync", "ana")
        assert "    and 2 more" in company.calpair("pairs").out
        said = company.calpair("pairs", "ana")
        assert sum("no event of the other side can repeat like this" in line for line in said.out.splitlines()) == 12
        assert BEN not in said.out
