"""Basic authentication from the side that is called. Source: RFC 7617, whose examples are used."""

import base64
from time import perf_counter

import pytest

from calpair.errors import CallerError
from calpair.exchange.basic import LONGEST, challenge, parse, prove

LIST = [("svc", "first"), ("ALTOSTRAT\\svc-busy", "secret"), ("kö@a.test", "pässword: 1"), ("nobody", ""), ("", "x")]


def header(text: str, charset: str = "utf-8", scheme: str = "Basic") -> str:
    return f"{scheme} {base64.b64encode(text.encode(charset)).decode()}"


def proven(authorization: str, *more: tuple[str, str]) -> str:
    return prove(parse(authorization), [*LIST, *more])


def test_the_examples_of_the_standard_are_read() -> None:
    assert proven("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", ("Aladdin", "open sesame")) == "Aladdin"
    assert proven("Basic dGVzdDoxMjPCow==", ("test", "123\u00a3")) == "test"


@pytest.mark.parametrize(
    ("authorization", "name"),
    [
        (header("svc:first"), "svc"),
        (header("svc:first", scheme="basic"), "svc"),
        (header("svc:first", scheme="BASIC") + " ", "svc"),
        (header("altostrat\\SVC-Busy:secret"), "ALTOSTRAT\\svc-busy"),
        # .NET writes the domain of a name before it, also where the name has it behind.
        (header("ALTOSTRAT\\svc:first"), "svc"),
        (header("a.test\\kö@a.test:pässword: 1"), "kö@a.test"),
        (header("kö@a.test:pässword: 1"), "kö@a.test"),
        (header("kö@a.test:pässword: 1", "latin-1"), "kö@a.test"),
        # The same letters, of two characters each, as some keyboards write them.
        (header("ko\u0308@a.test:pa\u0308ssword: 1"), "kö@a.test"),
    ],
)
def test_who_gives_name_and_password_is_known_by_the_name_of_the_list(authorization: str, name: str) -> None:
    assert proven(authorization) == name


@pytest.mark.parametrize(
    "text",
    [
        "svc:First",
        "svc:first ",
        "svc:",
        "svc:secret",
        "other:first",
        "nobody:",
        "nobody:x",
        "svc-busy:secret",
        "OTHER\\svc-busy:secret",
        "ALTOSTRAT\\svc:secret",
        "svc\\:first",
        "svc\\other:first",
        "svc:firs",
    ],
)
def test_what_is_another_name_or_password_is_refused(text: str) -> None:
    with pytest.raises(CallerError) as refused:
        proven(header(text))
    assert (refused.value.known, str(refused.value)) == (False, "the name or the password is wrong")


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Basic",
        "Basic ",
        "Bearer abc",
        "c3ZjOmZpcnN0",
        "Basic c3ZjOmZpcnN0IQ",
        "Basic c3ZjOmZpcnN0IQ==x",
        "Basic c3ZjOmZpcnN0IR==",
        "Basic c3Zj OmZpcnN0",
        "Basic c3ZjOmZpcnN0\n",
        "Basic !!!!",
        "Basic c3Zj\u00e4mZpcnN0",
        header("svcfirst"),
        header(":first"),
        header("svc\n:first"),
        header("svc:fi\0rst"),
        header("svc:first\x7f"),
        "Basic " + "A" * (LONGEST + 4),
    ],
)
def test_what_is_no_name_and_password_is_refused(authorization: str | None) -> None:
    with pytest.raises(CallerError) as refused:
        parse(authorization)
    assert not refused.value.known
    assert "\n" not in str(refused.value)


def test_a_header_may_be_so_long_and_no_longer() -> None:
    most = LONGEST // 4 * 3
    assert prove(parse(header("a:" + "b" * (most - 2))), [("a", "b" * (most - 2))]) == "a"
    with pytest.raises(CallerError):
        parse(header("a:" + "b" * (most - 1)))


def test_nobody_is_known_where_the_list_is_empty() -> None:
    with pytest.raises(CallerError):
        prove(parse(header("svc:first")), [])


def test_nothing_given_is_shown() -> None:
    assert "first" not in repr(parse(header("svc:first")))


def test_the_challenge_names_a_realm_and_the_charset() -> None:
    assert challenge() == 'Basic realm="calpair", charset="UTF-8"'


def test_the_whole_list_is_looked_through_whoever_asks() -> None:
    """The first of two thousand takes as long as the last and as nobody; a way out at the first would be a thousandth of it."""
    many = [(f"user{n}", f"secret{n}") for n in range(2000)]
    took = []
    for text in ("user0:secret0", "user1999:secret1999"):
        given = parse(header(text))
        began = perf_counter()
        prove(given, many)
        took.append(perf_counter() - began)
    assert max(took) < 100 * min(took)
