"""The first file, as `calpair init` writes it: with a pair, or for free/busy alone."""

from pathlib import Path

from scenarios.office import calpair


def test_init_writes_a_file_that_can_be_used_and_a_key_for_its_owner_alone(tmp_path: Path) -> None:
    config = tmp_path / "calpair.toml"
    said = calpair("--config", str(config), "init", "--mailbox", "eva@b.test", "--calendar", "eva@gmail.test")
    assert (said.code, said.err) == (0, "")
    assert (
        said.out
        == f"wrote {config} and calpair.key; edit the first, keep the second private, then run `calpair doctor`\n"
    )
    key = tmp_path / "calpair.key"
    assert key.stat().st_mode & 0o777 == 0o600
    assert len(bytes.fromhex(key.read_text().strip())) == 32
    listed = calpair("--config", str(config), "pairs")
    assert listed.out == "eva: eva@b.test --> eva@gmail.test: waiting  Not looked at yet.\n"


def test_init_says_in_json_what_it_wrote(tmp_path: Path) -> None:
    config = tmp_path / "calpair.toml"
    said = calpair("--config", str(config), "--json", "init")
    assert (said.code, said.json) == (0, {"wrote": [str(config), str(tmp_path / "calpair.key")]})


def test_a_first_file_takes_every_word_of_the_line(tmp_path: Path) -> None:
    config = tmp_path / "calpair.toml"
    url = "https://mail.b.test/EWS/Exchange.asmx"
    calpair(
        "--config", str(config), "init", "--mailbox", "eva@b.test", "--exchange-url", url, "--username", 'B\\e"v😀a'
    )
    said = calpair("--config", str(config), "export")
    exchange = said.json["domains"]["b.test"]["exchange"]
    assert (exchange["url"], exchange["username"]) == (url, 'B\\e"v😀a')


def test_a_first_file_for_a_simulator_names_this_machine_among_the_hosts(tmp_path: Path) -> None:
    config = tmp_path / "calpair.toml"
    url = "http://127.0.0.1:8025/EWS/Exchange.asmx"
    team = ("--calendar", "team@group.calendar.google.com", "--google-user", "eva@g.test")
    calpair("--config", str(config), "init", "--mailbox", "eva@b.test", "--exchange-url", url, *team)
    said = calpair("--config", str(config), "export").json
    assert said["domains"]["b.test"]["limits"] == {"hosts": ["127.0.0.1"]}
    assert said["pairs"]["eva"]["google_user"] == "eva@g.test"
    assert calpair("--config", str(config), "pairs").code == 0


def test_a_first_file_for_free_busy_pairs_nothing(tmp_path: Path) -> None:
    config = tmp_path / "calpair.toml"
    url = "https://mail.b.test/EWS/Exchange.asmx"
    words = ("--mailbox", "svc@b.test", "--google-user", "eyes@g.test", "--exchange-url", url)
    said = calpair("--config", str(config), "init", "--free-busy", *words)
    assert (said.code, said.err) == (0, "")
    written = calpair("--config", str(config), "export").json
    assert written.get("pairs", {}) == {}
    domain = written["domains"]["b.test"]
    assert (domain["exchange"]["url"], domain["exchange"]["username"]) == (url, "svc@b.test")
    assert domain["google"]["free_busy_account"] == "eyes@g.test"
    assert domain["limits"] == {"mailbox_domains": ["b.test"], "calendar_domains": ["g.test"]}
    assert domain["availability"] == {"credentials": "env:CALPAIR_CALLER"}
    # The lines about Exchange 2007 and 2010 are sound as soon as they are no comment any more.
    config.write_text(config.read_text().replace("# public_folder", "public_folder"))
    domain = calpair("--config", str(config), "export").json["domains"]["b.test"]
    assert domain["public_folder"] == {
        "enabled": True,
        "legacy_dn_template": "/o=ORGANISATION/ou=UNIT/cn=Recipients/cn={local}",
    }
