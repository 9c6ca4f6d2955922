"""How the process is set up: from calpair.toml, and from the environment."""

from pathlib import Path

import pytest

from calpair.errors import UsageError
from calpair.settings import SERVICE, Configuration, FirestoreAt, Settings, SqliteAt, load_file

README = """
[service]
store = "sqlite:calpair.db"                     # path relative to this file; or "firestore:PROJECT/DATABASE"
listen = "127.0.0.1:8080"
public_url = ""                                 # set it to receive push
digest_key = "file:calpair.key"

[domains."altostrat.com"]
exchange.url = "https://mail.altostrat.com/EWS/Exchange.asmx"
exchange.username = 'ALTOSTRAT\\svc-calpair'
google.auth = "key"

[pairs.ana]
domain = "altostrat.com"
interval = "10s"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "calpair.toml"


def written(file: Path, text: str) -> Configuration:
    file.write_text(text, encoding="utf-8")
    return load_file(file)


def refused(file: Path, text: str) -> str:
    with pytest.raises(UsageError) as refusal:
        written(file, text)
    return str(refusal.value)


def test_the_file_of_the_documentation_is_read(file: Path) -> None:
    assert written(file, README) == Configuration(
        settings=Settings(
            store=SqliteAt(file.parent / "calpair.db"),
            listen=("127.0.0.1", 8080),
            public_url="",
            digest_key="file:calpair.key",
            folder=file.parent,
        ),
        domains={
            "altostrat.com": {
                "exchange": {
                    "url": "https://mail.altostrat.com/EWS/Exchange.asmx",
                    "username": "ALTOSTRAT\\svc-calpair",
                },
                "google": {"auth": "key"},
            }
        },
        pairs={"ana": {"domain": "altostrat.com", "interval": "10s"}},
    )


def test_an_empty_file_has_every_default_and_no_document(file: Path) -> None:
    configuration = written(file, "")
    assert configuration.settings == written(file, README).settings
    assert (configuration.domains, configuration.pairs) == ({}, {})


def test_a_path_of_its_own_stays_and_a_mark_at_the_start_is_no_matter(file: Path) -> None:
    configuration = written(file, '\ufeff[service]\r\nstore = "sqlite:/var/lib/calpair.db"\r\n')
    assert configuration.settings.store == SqliteAt(Path("/var/lib/calpair.db"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a = 1\n\n\n\n\n\n[service\n", "calpair.toml line 7: Expected ']' at the end of a table declaration"),
        (
            "[service]\nstore = sqlite\n",
            "calpair.toml line 2: Invalid value; write text in quotes, else a number, true, false or a list",
        ),
        ('[service]\nstore = "sqlite', "calpair.toml line 2: Unterminated string"),
        ("[pairs.ana]\na = 1\n[pairs.ana]\n", "calpair.toml line 3: Cannot declare ('pairs', 'ana') twice"),
    ],
)
def test_broken_toml_is_named_with_its_line(file: Path, text: str, said: str) -> None:
    assert refused(file, text) == said


@pytest.mark.parametrize("before", ["", "\ufeff", "\n  "])
def test_what_begins_with_a_brace_is_json_whatever_the_file_is_called(file: Path, before: str) -> None:
    assert written(file, before + '{"pairs": {"ana": {}}, "paused": ["ana"]}').paused == ("ana",)


def test_a_broken_export_is_named_with_its_line(file: Path) -> None:
    assert refused(file, '{"pairs": {},\n"domains"') == (
        "calpair.toml line 2: not JSON; write what `calpair export` prints"
    )


def test_a_file_that_is_not_utf8_is_named_with_its_line(file: Path) -> None:
    file.write_bytes(b"[service]\n# B\xfcro\n")
    with pytest.raises(UsageError, match=r"^calpair.toml line 2: not UTF-8; save the file as UTF-8$"):
        load_file(file)


def test_a_missing_file_says_how_to_make_one(file: Path) -> None:
    with pytest.raises(UsageError) as refusal:
        load_file(file)
    assert str(refusal.value) == f"{file} is not there; make one with `calpair init`, or name one with --config"


def test_what_cannot_be_read_says_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refusal:
        load_file(tmp_path)
    assert str(refusal.value) == f"{tmp_path} cannot be read (IsADirectoryError); check its rights"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[domain.x]\n", "unknown section [domain], did you mean `[domains]`?"),
        ("[zzz]\n", "unknown section [zzz]"),
        ("pairs = 3\n", "pairs is no section; write [pairs] on a line of its own"),
        ('[pairs]\nmailbox = "x"\n', "[pairs] holds `mailbox`, which is no section; write [pairs.NAME] above it"),
        ('[service]\nstroe = "x"\n', "[service] stroe is unknown, did you mean `store`?"),
        ("[service]\nlisten = 8080\n", "[service] listen = 8080 is not text; put it in quotes"),
        ('[service]\nstore = "calpair.db"\n', '[service] store = "calpair.db"; write sqlite:PATH or firestore:PROJECT/DATABASE'),
        ('[service]\nstore = "sqlite:"\n', '[service] store = "sqlite:"; write sqlite:PATH or firestore:PROJECT/DATABASE'),
        ('[service]\nstore = "firestore:p"\n', '[service] store = "firestore:p"; write sqlite:PATH or firestore:PROJECT/DATABASE'),
        ('[service]\nlisten = "8080"\n', '[service] listen = "8080"; write ADDRESS:PORT, as in 127.0.0.1:8080'),
        ('[service]\nlisten = "::1"\n', '[service] listen = "::1"; write ADDRESS:PORT, as in 127.0.0.1:8080'),
        ('[service]\nlisten = "x:65536"\n', '[service] listen = "x:65536"; write ADDRESS:PORT, as in 127.0.0.1:8080'),
        ('[service]\npublic_url = "http://x.example"\n', "[service] public_url is no https address; write https://HOST, or leave it empty"),
        ('[service]\npublic_url = "https://a:b@x.example"\n', "[service] public_url is no https address; write https://HOST, or leave it empty"),
        ('[service]\npublic_url = "https://x:y"\n', "[service] public_url is no https address; write https://HOST, or leave it empty"),
        ('[service]\ndigest_key = "0123abcd"\n', "[service] digest_key is no reference; write file:PATH, env:NAME or secret-manager:NAME"),
    ],
)  # fmt: skip
def test_a_mistake_of_the_process_is_one_line_with_the_cure(file: Path, text: str, said: str) -> None:
    assert refused(file, text) == f"calpair.toml: {said}"


def test_what_only_toml_can_say_reaches_its_document_as_a_map_and_stops_no_other(file: Path) -> None:
    assert written(
        file,
        """
        [pairs.ana]
        interval = 2026-11-02
        mailbox = 2026-11-02T08:00:00Z
        calendar = 08:00:00
        history_days = nan
        owners = [["x"], 9223372036854775808]
        "" = 1
        __x__ = 2
        a.b.c.d.e.f.g.h.i.j.k.l = 1
        [pairs.bob]
        paused = true
        history_days = 7
        """,
    ).pairs == {
        "ana": {
            "interval": {"date": "2026-11-02"},
            "mailbox": {"date": "2026-11-02T08:00:00+00:00"},
            "calendar": {"date": "08:00:00"},
            "history_days": {"number": "nan"},
            "owners": [{"list": ""}, {"number": "9223372036854775808"}],
            "(empty)": 1,
            "(__x__)": 2,
            "a": {"b": {"c": {"d": {"e": {"f": {"g": {"h": {"i": {"j": {"deep": ""}}}}}}}}}},
        },
        "bob": {"paused": True, "history_days": 7},
    }


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "__x__", "x" * 1001])
def test_a_name_no_store_can_hold_is_named(file: Path, name: str) -> None:
    assert refused(file, f'[pairs."{name}"]\n') == (
        f"calpair.toml: [pairs.{name!r}] cannot be a name; take letters, digits, dots and dashes"
    )


def test_all_mistakes_are_told_at_once(file: Path) -> None:
    assert refused(file, '[servce]\n[service]\nlisten = ""\nstore = "x"\n') == (
        "calpair.toml: unknown section [servce], did you mean `[service]`?; "
        '[service] store = "x"; write sqlite:PATH or firestore:PROJECT/DATABASE; '
        '[service] listen = ""; write ADDRESS:PORT, as in 127.0.0.1:8080'
    )


def test_the_environment_is_read_once_from_a_mapping() -> None:
    assert Settings.from_env(
        {
            "CALPAIR_STORE": "firestore:altostrat-prod/(default)",
            "CALPAIR_DIGEST_KEY": "secret-manager:calpair-digest-key",
            "CALPAIR_PUBLIC_URL": "https://calpair.example/",
            "CALPAIR_LISTEN": "[::]:8080",
            "PATH": "/bin",
        }
    ) == Settings(
        store=FirestoreAt("altostrat-prod", "(default)"),
        listen=("::", 8080),
        public_url="https://calpair.example",
        digest_key="secret-manager:calpair-digest-key",
        folder=Path(),
    )


def test_an_environment_without_store_or_key_says_which_variables_are_missing() -> None:
    with pytest.raises(UsageError) as refusal:
        Settings.from_env({"CALPAIR_STORE": " "})
    assert str(refusal.value) == (
        "the environment: CALPAIR_STORE is not set (Where calpair remembers: `sqlite:PATH` (relative to the file) or "
        "`firestore:PROJECT/DATABASE`.); "
        "CALPAIR_DIGEST_KEY is not set (Where the digest key is: `file:PATH`, `env:NAME` or `secret-manager:NAME`.)"
    )


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080", "http://localhost:8080", "https://calpair.example"])
def test_the_public_address_may_be_http_on_loopback_only(file: Path, url: str) -> None:
    assert written(file, f'[service]\npublic_url = "{url}"\n').settings.public_url == url


def test_every_setting_has_a_variable_and_a_sentence() -> None:
    assert [(setting.name, setting.variable) for setting in SERVICE] == [
        ("store", "CALPAIR_STORE"),
        ("listen", "CALPAIR_LISTEN"),
        ("public_url", "CALPAIR_PUBLIC_URL"),
        ("digest_key", "CALPAIR_DIGEST_KEY"),
        ("sync_identity", "CALPAIR_SYNC_IDENTITY"),
    ]
    assert all(setting.means.endswith(".") for setting in SERVICE)


@pytest.mark.parametrize("text", ['{"pairs": {"ana": {"mailbox": "\\ud800"}}}', '{"pairs": {"\\udfff": {}}}'])
def test_half_a_character_in_exported_documents_is_named(tmp_path: Path, text: str) -> None:
    file = tmp_path / "all.json"
    assert refused(file, text) == "all.json: a text holds half a character; write what `calpair export` prints"
    whole = text.replace("\\ud800", "\\ud83d\\uddd3").replace("\\udfff", "x")
    assert written(file, whole).pairs in ({"ana": {"mailbox": "🗓"}}, {"x": {}})


def test_the_account_to_act_through_is_an_address() -> None:
    needed = {"CALPAIR_STORE": "sqlite:x.db", "CALPAIR_DIGEST_KEY": "env:KEY"}
    account = "sync@project.iam.gserviceaccount.com"
    assert Settings.from_env(needed).sync_identity == ""
    assert Settings.from_env({**needed, "CALPAIR_SYNC_IDENTITY": f" {account} "}).sync_identity == account
    for wrong in ("sync", "sync@", "../x@y", "a@b c"):
        with pytest.raises(UsageError, match=r"CALPAIR_SYNC_IDENTITY = .*; write NAME@PROJECT"):
            Settings.from_env({**needed, "CALPAIR_SYNC_IDENTITY": wrong})
