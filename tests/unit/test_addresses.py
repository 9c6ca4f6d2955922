"""Which servers may be spoken to."""

import pytest

from calpair.addresses import address_refused, url_refused
from calpair.model.pair import Limits

ANY = Limits()
LOCAL = Limits(hosts=("127.0.0.1", "localhost", "::1"))


@pytest.mark.parametrize(
    "url",
    [
        "https://mail.altostrat.com/EWS/Exchange.asmx",
        "https://mail.altostrat.com:8443/",
        "https://10.0.0.5/EWS/Exchange.asmx",
        "https://[2001:db8::5]/",
        "https://büro.example/",
        "https://exchange/",
    ],
)
def test_https_anywhere_but_here_is_allowed(url: str) -> None:
    assert url_refused(url, ANY) == ""


@pytest.mark.parametrize("url", ["http://127.0.0.1:8080/", "https://localhost/", "http://[::1]:1/", "http://127.1/"])
def test_loopback_is_allowed_only_where_the_operator_listed_it(url: str) -> None:
    assert url_refused(url, LOCAL) == ""
    assert url_refused(url, ANY).endswith("is a loopback address; the operator may list it in limits.hosts")


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://127.9.9.9/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://localhost./",
        "https://\uff11\uff12\uff17.0.0.1/",
        "https://127\u30020\u30020\u30021/",
        "https://\u24dbocalhost/",
        "https://x.localhost/",
        "https://LOCALHOST/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://0.0.0.0/",
        "https://[::]/",
        "https://169.254.1.1/",
        "https://169.254.169.254/",
        "https://[::ffff:169.254.169.254]/",
        "https://[2002:a9fe:a9fe::]/",
        "https://[fd00:ec2::254]/",
        "https://[fe80::1]/",
        "https://224.0.0.1/",
        "https://metadata.google.internal/",
        "https://metadata/",
    ],
)
def test_no_spelling_reaches_what_only_this_machine_may_reach(url: str) -> None:
    assert url_refused(url, ANY) != ""


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (
            "HTTP://mail.altostrat.com:8080/EWS/Exchange.asmx?key=1",
            "http sends the password in the clear; write https://mail.altostrat.com:8080/EWS/Exchange.asmx",
        ),
        ("ftp://mail.altostrat.com/", "this is not an address of a server; write https://HOST/PATH"),
        ("mail.altostrat.com", "this is not an address of a server; write https://HOST/PATH"),
        ("https://", "this is not an address of a server; write https://HOST/PATH"),
        ("https://x:port/", "this is not an address of a server; write https://HOST/PATH"),
        ("https://[x/", "this is not an address of a server; write https://HOST/PATH"),
        ("https://mail altostrat.com/", "this is not an address of a server; write https://HOST/PATH"),
        ("https://a:b@mail.altostrat.com/", "an address holds no name or password; they have fields of their own"),
        ("https://mail..altostrat.com/", "'mail..altostrat.com' is not the name of a host"),
        ("https://ma$il.altostrat.com/", "'ma$il.altostrat.com' is not the name of a host"),
        ("https://mail.altostrat.com/#x", "an address of a server has no part after #"),
        ("https://300.300.300.300.300/", ""),
    ],
)
def test_an_address_of_the_wrong_shape_is_refused_with_the_reason(url: str, said: str) -> None:
    assert url_refused(url, ANY) == said


def test_when_hosts_are_listed_no_other_is_allowed_but_the_built_in_ones() -> None:
    limits = Limits(hosts=("Mail.Altostrat.com",))
    assert url_refused("https://mail.altostrat.com./EWS", limits) == ""
    assert url_refused("https://www.googleapis.com/", limits) == ""
    assert url_refused("https://mail.evil.example/", limits) == (
        "the operator has not listed mail.evil.example in limits.hosts"
    )


def test_a_name_is_refused_for_what_it_resolved_to() -> None:
    assert address_refused("mail.altostrat.com", ["10.0.0.5", "2001:db8::5"], ANY) == ""
    assert address_refused("mail.altostrat.com", ["10.0.0.5", "127.0.0.1"], ANY) == (
        "mail.altostrat.com (127.0.0.1) is a loopback address; the operator may list it in limits.hosts"
    )
    assert address_refused("mail.altostrat.com", ["fe80::1%eth0"], ANY) == (
        "mail.altostrat.com (fe80::1) is a link-local address; the operator may list it in limits.hosts"
    )


def test_a_listed_name_may_be_on_loopback() -> None:
    assert address_refused("localhost", ["127.0.0.1", "::1"], LOCAL) == ""
    assert address_refused("exchange.test", ["127.0.0.1"], Limits(hosts=("exchange.test",))) == ""


def test_a_listed_name_that_is_made_to_point_at_the_metadata_service_is_refused() -> None:
    limits = Limits(hosts=("mail.altostrat.com",))
    assert address_refused("mail.altostrat.com", ["169.254.169.254"], limits) == (
        "mail.altostrat.com (169.254.169.254) is a metadata service address; the operator may list it in limits.hosts"
    )
    assert address_refused("metadata.google.internal", ["169.254.169.254"], ANY) == (
        "metadata.google.internal is the machine's metadata service"
    )
    assert address_refused("169.254.169.254", ["169.254.169.254"], Limits(hosts=("169.254.169.254",))) == ""
