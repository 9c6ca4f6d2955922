"""Domain documents: what they become, and what is said of those that are wrong."""

from datetime import timedelta
from typing import Any

import pytest

from calpair.documents import DOMAIN, PAIR
from calpair.model.pair import (
    Access,
    Detail,
    Domain,
    ExchangeAuth,
    ExchangeServer,
    GoogleAuth,
    GoogleService,
    Limits,
    PublicFolder,
)
from unit.documents_written import ABSENT, domain, domain_problems, read


def one(**fields: Any) -> Domain:
    documents = read({"altostrat.com": domain(**fields)})
    assert documents.problems == ()
    return documents.domains["altostrat.com"]


def test_the_least_a_domain_holds_gets_every_default() -> None:
    assert one() == Domain(
        name="altostrat.com",
        exchange=ExchangeServer(
            url="https://mail.altostrat.com/EWS/Exchange.asmx",
            auth=ExchangeAuth.BASIC,
            username="ALTOSTRAT\\svc-calpair",
            secret="env:CALPAIR_EXCHANGE_PASSWORD",
            access=Access.IMPERSONATION,
            version="",
            ca="",
            tls_minimum="1.2",
            max_connections=4,
            timeout_seconds=60,
        ),
        google=GoogleService(GoogleAuth.KEY, "file:service-account.json", "https://www.googleapis.com/"),
        limits=Limits(),
        kept={},
    )


def test_every_field_a_domain_may_hold_is_read() -> None:
    limits = {
        "mailbox_domains": ["altostrat.com"],
        "calendar_domains": ["g.altostrat.com"],
        "hosts": ["127.0.0.1", "Login.Example.com."],
        "secrets": ["env:EWS", "file:google.json", "callers"],
    }
    assert one(
        schema=1,
        exchange={
            "url": "http://127.0.0.1:8081/EWS/Exchange.asmx",
            "auth": "oauth",
            "tenant": "altostrat",
            "client_id": "1-2-3",
            "token_url": "https://login.example.com/token",
            "secret": "env:EWS",
            "access": "impersonation",
            "version": "Exchange2016",
            "ca": "ca.pem",
            "tls_minimum": "1.3",
            "max_connections": 8,
            "timeout_seconds": 30,
        },
        google={
            "auth": "token",
            "secret": "file:google.json",
            "url": "http://127.0.0.1:8082",
            "free_busy_account": "eyes@g.altostrat.com",
        },
        limits=limits,
        public_folder={
            "enabled": True,
            "legacy_dn_template": "/o=x/cn={local}",
            "interval": "20m",
            "months": 6,
            "detail": "status",
        },
        availability={
            "credentials": "secret-manager:callers",
            "callers": ["Planner@altostrat.com"],
            "connector_form": True,
        },
        admins=["admin@altostrat.com"],
        meetings="invitation",
    ) == Domain(
        name="altostrat.com",
        exchange=ExchangeServer(
            url="http://127.0.0.1:8081/EWS/Exchange.asmx",
            auth=ExchangeAuth.OAUTH,
            username="",
            secret="env:EWS",
            access=Access.IMPERSONATION,
            version="Exchange2016",
            ca="ca.pem",
            tls_minimum="1.3",
            max_connections=8,
            timeout_seconds=30,
            tenant="altostrat",
            client_id="1-2-3",
            token_url="https://login.example.com/token",
        ),
        google=GoogleService(GoogleAuth.TOKEN, "file:google.json", "http://127.0.0.1:8082/", "eyes@g.altostrat.com"),
        limits=Limits(
            ("altostrat.com",),
            ("g.altostrat.com",),
            ("127.0.0.1", "login.example.com"),
            ("env:EWS", "file:google.json", "callers"),
        ),
        callers=("planner@altostrat.com",),
        public_folder=PublicFolder("/o=x/cn={local}", timedelta(minutes=20), 6, Detail.STATUS),
        credentials="secret-manager:callers",
        connector_form=True,
        kept={"admins": ("admin@altostrat.com",)},
    )


def test_autodiscover_stands_for_the_address() -> None:
    exchange = one(exchange__url=ABSENT, exchange__autodiscover=True).exchange
    assert (exchange.url, exchange.autodiscover) == ("", True)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (
            {"exchange__url": ABSENT},
            "exchange.url: missing; write the EWS address, as in https://mail.example.com/EWS/Exchange.asmx",
        ),
        ({"exchange__autodiscover": True}, "exchange.autodiscover: true beside exchange.url; leave one of them out"),
        ({"exchange__auth": ABSENT}, "exchange.auth: missing; write basic, ntlm or oauth"),
        ({"exchange__auth": "nltm"}, 'exchange.auth: "nltm" is none of `basic`, `ntlm`, `oauth`, did you mean `ntlm`?'),
        ({"exchange__username": ABSENT}, "exchange.username: missing; write the account that signs in, for basic"),
        (
            {"exchange__secret": ABSENT},
            "exchange.secret: missing; write where the account's password is, as in env:CALPAIR_EXCHANGE_PASSWORD",
        ),
        (
            {"exchange__auth": "oauth", "exchange__client_id": "x"},
            "exchange.tenant: missing; write the Entra tenant, for oauth",
        ),
        (
            {"exchange__auth": "oauth", "exchange__token_url": "https://x.example/"},
            "exchange.client_id: missing; write the application's id, for oauth",
        ),
        (
            {
                "exchange__auth": "oauth",
                "exchange__client_id": "x",
                "exchange__tenant": "x",
                "exchange__access": "own",
            },
            'exchange.access: "own" does not go with oauth: an application has no mailbox; leave it out',
        ),
        ({"exchange__access": "delegate"}, 'exchange.access: "delegate" is none of `impersonation`, `own`'),
        (
            {"exchange__tls_minimum": 1.2},
            "exchange.tls_minimum: 1.2 is a number; write one of `1.0`, `1.1`, `1.2`, `1.3`, in quotes",
        ),
        ({"exchange__pasword": "hunter2"}, "exchange.pasword: unknown field"),
        ({"exchange__password": "hunter2"}, "exchange.password: unknown field, did you mean `secret`?"),
        ({"exchange__secert": "hunter2"}, "exchange.secert: unknown field, did you mean `secret`?"),
        (
            {"exchange__username": object()},
            "exchange.username: a value of another kind, not text; put it in quotes",
        ),
        ({"usernam": "x"}, "usernam: unknown field"),
        ({"client_id": "x"}, "client_id: unknown field, did you mean `exchange.client_id`?"),
        ({"domain": "x"}, "domain: unknown field"),
        ({"google__auth": ABSENT}, "google.auth: missing; write delegated, key, adc or token"),
        (
            {"google__secret": ABSENT},
            "google.secret: missing; write where the key is, as in file:service-account.json",
        ),
        (
            {"google": "key"},
            "google: text, not a map; it holds `google.auth`, `google.secret`, `google.url`, `google.free_busy_account`",
        ),
        (
            {"limits": {"hosts": ["https://x"]}},
            'limits.hosts: "https://x" is not a host; write its name or address alone, without https://, port or path',
        ),
        (
            {"limits": {"hosts": ["127.0.0.1:80"]}},
            'limits.hosts: "127.0.0.1:80" is not a host; write its name or address alone, without https://, port or path',
        ),
        (
            {"limits": {"mailbox_domains": ["a b"]}},
            'limits.mailbox_domains: "a b" is not the domain of an address; write example.com',
        ),
        (
            {"public_folder": {"interval": 15}},
            'public_folder.interval: 15 is a number; write text with a unit, as in "15s"',
        ),
        (
            {"public_folder": {"legacy_dn_template": "/o=x/cn={user}"}},
            (
                'public_folder.legacy_dn_template: "/o=x/cn={user}" makes no legacyExchangeDN; '
                "write it as in /o=Org/ou=Unit/cn=Recipients/cn={local}"
            ),
        ),
        (
            {"public_folder": {"legacy_dn_template": f"/o={'x' * 400}/cn={{local}}"}},
            (
                f'public_folder.legacy_dn_template: "/o={"x" * 55}…" has 410 characters; '
                "a legacyExchangeDN has at most 320: compare it with Exchange's"
            ),
        ),
        (
            {"public_folder": {"enabled": True, "interval": "30s"}, "google__free_busy_account": "eyes@g.test"},
            "public_folder.interval: too short; the shortest is 1m, and 15m is usual",
        ),
        (
            {"public_folder": {"enabled": True}},
            "google.free_busy_account: missing; write the Google account that may see everybody's free/busy",
        ),
        (
            {"public_folder": {"months": 0}},
            "public_folder.months: 0 is out of bounds; write a whole number from 1 to 36",
        ),
        (
            {"availability": {"connector_form": "off"}},
            'availability.connector_form: "off" is text; write true or false, without quotes',
        ),
        (
            {"direction": "twoway"},
            'direction: "twoway" is none of `exchange_to_google`, `two_way`, did you mean `two_way`?',
        ),
    ],
)
def test_a_mistake_is_named_with_field_value_and_cure(fields: dict[str, Any], said: str) -> None:
    problems = domain_problems(**fields)
    assert f"domains/altostrat.com: {said}" in problems
    if "google" not in fields:
        assert len(problems) == 1


@pytest.mark.parametrize("auth", ["delegated", "adc"])
def test_google_needs_a_secret_only_where_one_is_used(auth: str) -> None:
    assert one(google={"auth": auth}).google == GoogleService(GoogleAuth(auth))


@pytest.mark.parametrize(
    "value", ["hunter2", "env:hunter 2", "vault:hunter2", "file:", "secret-manager:a/hunter2", ["hunter2"]]
)
def test_what_stands_in_place_of_a_reference_is_never_repeated(value: Any) -> None:
    for field in ("exchange__secret", "google__secret", "availability"):
        written = {"credentials": value} if field == "availability" else value
        problems = domain_problems(**{field: written})
        assert len(problems) == 1
        assert "hunter2" not in problems[0]
        assert "write where the secret is: env:NAME, file:PATH or secret-manager:NAME" in problems[0]


@pytest.mark.parametrize(
    "reference",
    ["env:A_1", "file:/run/secrets/ews", "secret-manager:ews", "secret-manager:projects/p/secrets/ews/versions/3"],
)
def test_references_come_in_three_forms(reference: str) -> None:
    assert one(exchange__secret=reference).exchange.secret == reference


@pytest.mark.parametrize("value", [7, "", "https://mail\n.example"])
def test_what_is_no_address_of_a_server_is_refused(value: Any) -> None:
    (problem,) = domain_problems(exchange__url=value)
    assert problem.endswith("that is not an address of a server; write https://HOST/PATH, in quotes")


def test_an_address_with_a_password_in_it_is_refused_and_not_repeated() -> None:
    assert domain_problems(exchange__url="https://svc:hunter2@mail.altostrat.com/") == [
        "domains/altostrat.com: exchange.url: an address holds no name or password; they have fields of their own"
    ]


def test_what_stands_after_a_question_mark_is_not_repeated() -> None:
    assert domain_problems(exchange__url="http://mail.altostrat.com/?key=hunter2") == [
        (
            'domains/altostrat.com: exchange.url: "http://mail.altostrat.com/": '
            "http sends the password in the clear; write https://mail.altostrat.com/"
        )
    ]


def test_a_forbidden_address_is_named_with_the_rule() -> None:
    assert domain_problems(google__url="http://mail.altostrat.com/") == [
        (
            'domains/altostrat.com: google.url: "http://mail.altostrat.com/": '
            "http sends the password in the clear; write https://mail.altostrat.com/"
        )
    ]


def test_an_unquoted_domain_name_is_recognised() -> None:
    documents = read({"mail": {"altostrat": {"com": domain()}}})
    assert str(documents.problems[0]) == (
        'domains/mail: altostrat: unknown field; a name with dots is quoted: [domains."mail.altostrat.com"]'
    )


def test_an_unknown_map_is_just_unknown() -> None:
    assert domain_problems(zzz={"x": {"y": 1}}) == ["domains/altostrat.com: zzz: unknown field"]


def test_every_field_has_a_sentence() -> None:
    for table in (DOMAIN, PAIR):
        for name, field in table.items():
            assert field.name == name
            assert field.means.endswith(".")
