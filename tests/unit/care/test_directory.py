"""An Exchange administrator's list: read in either form, its mistakes told by line, its addresses registered."""

from collections.abc import Iterable

import pytest

from calpair.care.directory import LARGEST, Imported, Row, read, register, registered, unnamed
from calpair.errors import UsageError
from calpair.model.side import Side
from calpair.ports import Doc
from unit.sync.fakes import FakeStore

DN = "/o=Org/ou=Unit/cn=Recipients/cn="
ANA = Row(1, "ana@g.test", Side.GOOGLE, f"{DN}ana")


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        (f'ana@g.test,GOOGLE,{DN}ana\n"wise@g.test",GOOGLE,"{DN}Michael, Wise"\n', (1, 2)),
        (f'email,type,legacyExchangeDN\nAna@g.test,google,{DN}ana\nwise@g.test,GOOGLE,"{DN}Michael, Wise"', (2, 3)),
        (f'\r\nana@g.test, GOOGLE ,{DN}ana\r\n\r\nwise@g.test,GOOGLE,"{DN}Michael, Wise"\r\n', (2, 4)),
        (
            f'"PrimarySmtpAddress","LegacyExchangeDN"\n"ana@g.test","{DN}ana"\n"wise@g.test","{DN}Michael, Wise"\n',
            (2, 3),
        ),
        (
            (
                "#TYPE Selected.Microsoft.Exchange.Data.Directory.Management.MailContact\n"
                f'"LegacyExchangeDN","Name","PrimarySmtpAddress"\n"{DN}ana","Ana","ana@g.test"\n'
                f'"{DN}Michael, Wise","Wise, M.","wise@g.test"\n'
            ),
            (3, 4),
        ),
        (
            f'PrimarySmtpAddress;LegacyExchangeDN\nana@g.test;{DN}ana\nwise@g.test;"{DN}Michael, Wise"\n',
            (2, 3),
        ),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_both_forms_are_read_however_they_were_exported(text: str, numbers: tuple[int, int], encoding: str) -> None:
    found = read(text.encode(encoding))
    assert not found.problems
    assert found.rows == [
        Row(numbers[0], "ana@g.test", Side.GOOGLE, f"{DN}ana"),
        Row(numbers[1], "wise@g.test", Side.GOOGLE, f"{DN}Michael, Wise"),
    ]


def test_a_list_may_say_who_lives_on_exchange() -> None:
    assert read(b"eve@a.test,EXCHANGE,\n").rows == [Row(1, "eve@a.test", Side.EXCHANGE)]


def test_two_of_one_name_are_registered_and_told() -> None:
    found = read(
        f"ana@g.test,GOOGLE,{DN}ana\nben@g.test,GOOGLE,{DN.upper()}ANA\ncid@g.test,GOOGLE,\ndan@g.test,GOOGLE,\n".encode()
    )
    assert [row.address for row in found.rows] == ["ana@g.test", "ben@g.test", "cid@g.test", "dan@g.test"]
    (told,) = found.problems
    assert told == (
        "line 2: ben@g.test has the legacyExchangeDN of ana@g.test in line 1, and only one of them can be published; "
        "give each contact its own"
    )


def test_a_wrong_line_is_told_by_its_number_and_stops_no_other() -> None:
    found = read(
        f"ana@g.test,GOOGLE,{DN}ana\n"
        f"ben@g.test,GOGLE,{DN}ben\n"
        f"wise@g.test,GOOGLE,{DN}Michael, Wise\n"
        f"ana@g.test,GOOGLE,{DN.lower()}ANA\n"
        f"ana@g.test,GOOGLE,{DN}other\n"
        f"cid@g.test,GOOGLE,{DN}cid\n".encode()
    )
    cure = "write email,GOOGLE,legacyExchangeDN, a value with a comma in quotes"
    assert [row.address for row in found.rows] == ["ana@g.test", "cid@g.test"]
    assert found.problems == [
        f"line 2: it says neither GOOGLE nor EXCHANGE; {cure}",
        f"line 3: it has 4 values; {cure}",
        "line 5: ana@g.test stands in line 1 already, with something else",
    ]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "the list is empty; write email,GOOGLE,legacyExchangeDN on each line"),
        (b"\n , \n", "the list is empty"),
        (b"PrimarySmtpAddress,LegacyExchangeDN\n", "the list names nobody, and nothing was changed"),
        (b"email,type,dn\n", "the list names nobody, and nothing was changed"),
        (b"one\ntwo\n", "neither three columns (email,GOOGLE,legacyExchangeDN) nor the headings PrimarySmtp"),
        (b"PrimarySmtpAddress,Name\n", "no column LegacyExchangeDN; add it to Select-Object"),
        (b"ana@g.test,GOOGLE,\xff\n", "neither UTF-8 nor UTF-16; write it with Export-Csv -Encoding UTF8"),
        (b"ana@g.test,GOOGLE," + b"x" * 200_000 + b"\n", "line 1 of the list is no CSV"),
        (b"x" * (LARGEST + 1), "more than 32 MiB; split it"),
    ],
)
def test_what_is_no_list_is_refused_in_a_line(raw: bytes, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(raw)
    assert said in str(caught.value)


def test_a_line_that_was_cut_off_is_told_and_lines_are_told_in_their_order() -> None:
    found = read(f"PrimarySmtpAddress,LegacyExchangeDN\nana@g.test,{DN}ana\nben@g.test\ncid@g.test,{DN}cid\n".encode())
    assert [row.address for row in found.rows] == ["ana@g.test", "cid@g.test"]
    assert found.problems == ["line 3: it has 1 values, and the headings are 2"]
    other = read(
        f"ana@g.test,GOOGLE,{DN}a\nana@g.test,GOOGLE,{DN}b\nx@g.test,GOGLE,\nana@g.test,GOOGLE,{DN}c\n".encode()
    )
    assert [problem.partition(":")[0] for problem in other.problems] == ["line 2", "line 3", "line 4"]


def take(store: FakeStore, *rows: Row, domain: str = "a.test", gone: Iterable[Doc] = ()) -> Imported:
    return register(store, rows, domain, registered(store, rows), gone)


def test_a_line_without_an_address_is_told_so() -> None:
    found = read(f"ana@g.test,GOOGLE,{DN}ana\n,GOOGLE,{DN}ben\n".encode())
    assert ([row.address for row in found.rows], found.problems) == (["ana@g.test"], ["line 2: it names no address"])


def test_a_first_line_that_names_a_side_is_no_heading_though_its_address_is_broken() -> None:
    found = read(f"anna.a.test,GOOGLE,{DN}anna\nben@g.test,GOOGLE,{DN}ben\n".encode())
    assert [row.address for row in found.rows] == ["anna.a.test", "ben@g.test"]
    found = read(f"anna@g.test,GOGLE,{DN}anna\nben@g.test,GOOGLE,{DN}ben\n".encode())
    assert [row.address for row in found.rows] == ["ben@g.test"]
    assert found.problems[0].startswith("line 1: it says neither GOOGLE nor EXCHANGE")


def test_rows_are_registered_once() -> None:
    store = FakeStore()
    first, again = take(store, ANA), take(store, ANA)
    assert (first.written, again.written, again.unchanged) == (["ana@g.test"], [], ["ana@g.test"])
    doc = store.get("directory", "ana@g.test")
    assert doc
    assert doc.data == {"schema": 1, "domain": "a.test", "google": "ana@g.test", "legacy_dn": f"{DN}ana"}


def test_what_an_entry_says_besides_stays() -> None:
    store = FakeStore()
    store.put(Doc("directory", "ana@g.test", {"domain": "a.test", "exchange": "ana@a.test", "legacy_dn": "/o=x/cn=y"}))
    take(store, Row(1, "ana@g.test", Side.GOOGLE))
    doc = store.get("directory", "ana@g.test")
    assert doc
    assert doc.data == {
        "domain": "a.test",
        "exchange": "ana@a.test",
        "google": "ana@g.test",
        "legacy_dn": "/o=x/cn=y",
    }


def test_only_a_list_that_replaces_removes_and_only_of_its_own_domain() -> None:
    store = FakeStore()
    take(store, Row(1, "old@g.test", Side.GOOGLE), ANA)
    take(store, Row(1, "other@g.test", Side.GOOGLE), domain="b.test")
    assert take(store, ANA).removed == []
    gone, there = unnamed(store, [ANA], "a.test")
    assert there == 2
    assert unnamed(store, [ANA], "a.test", ["old@g.test"]) == ([], 2)
    assert take(store, ANA, gone=gone).removed == ["old@g.test"]
    assert [bool(store.get("directory", f"{name}@g.test")) for name in ("old", "ana", "other")] == [False, True, True]
