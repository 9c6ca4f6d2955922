"""`calpair directory`: an administrator's list taken in, who is registered, and the directory as documents."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scenarios.office import Office, office, refused

DN = "/o=Org/ou=Unit/cn=Recipients/cn="


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    with office(tmp_path, monkeypatch) as ground:
        ground.ready()
        yield ground


def written(company: Office, *lines: str) -> str:
    path = company.folder / "contacts.csv"
    path.write_text("\n".join(lines))
    return str(path)


def test_a_list_is_imported_and_told_and_imported_again_without_a_change(company: Office) -> None:
    path = written(company, "email,type,dn", f"zoe@g.test,GOOGLE,{DN}zoe", f'wise@g.test,GOOGLE,"{DN}Michael, Wise"')
    assert company.calpair("directory", "import", path).out == "2 written, 0 as they were\n"
    assert company.calpair("directory", "import", path).out == "0 written, 2 as they were\n"
    assert company.calpair("directory", "list").out.splitlines() == [
        f"wise@g.test (a.test): Google wise@g.test, {DN}Michael, Wise",
        f"zoe@g.test (a.test): Google zoe@g.test, {DN}zoe",
    ]
    assert company.calpair("--json", "directory", "list", "ZOE@g.test").json == {
        "entries": [
            {
                "address": "zoe@g.test",
                "domain": "a.test",
                "exchange": "",
                "google": "zoe@g.test",
                "legacy_dn": f"{DN}zoe",
                "published": None,
            }
        ],
        "problems": [],
        "missing": [],
    }


def test_wrong_lines_are_told_and_the_others_taken(company: Office) -> None:
    path = written(company, f"zoe@g.test,GOOGLE,{DN}zoe", "ben@g.test,GOOGLE,nowhere", "cid,GOOGLE,")
    said = company.calpair("directory", "import", path)
    assert (said.code, said.out.splitlines()) == (
        1,
        [
            "1 written, 0 as they were",
            'line 2: ben@g.test: "nowhere" is no legacyExchangeDN; write it as in /o=Org/ou=Unit/cn=Recipients/cn=ana',
            'line 3: cid: "cid" is not an address; write name@example.com',
        ],
    )
    assert [one["address"] for one in company.calpair("--json", "directory", "list").json["entries"]] == ["zoe@g.test"]


def test_replacing_removes_whom_the_list_no_longer_names_unless_it_has_mistakes(company: Office) -> None:
    company.calpair("directory", "import", written(company, "zoe@g.test,GOOGLE,", "old@g.test,GOOGLE,"))
    wrong = written(company, "zoe@g.test,GOOGLE,", "x")
    assert "nothing was changed" in refused(company, "directory", "import", "--replace", wrong)
    assert "old@g.test" in company.calpair("directory", "list").out
    right = written(company, "zoe@g.test,GOOGLE,")
    assert company.calpair("directory", "import", "--replace", right).out == "0 written, 1 as they were, 1 removed\n"
    assert "old@g.test" not in company.calpair("directory", "list").out


def test_a_list_that_would_remove_most_of_them_has_to_be_meant(company: Office) -> None:
    everybody = [f"p{number}@g.test,GOOGLE," for number in range(8)]
    company.calpair("directory", "import", written(company, *everybody))
    cut = written(company, *everybody[:2])
    said = refused(company, "directory", "import", "--replace", cut)
    assert "that would remove 6 of 8; nothing was changed: add --remove-most if it is meant" in said
    assert "names nobody" in refused(company, "directory", "import", "--replace", written(company, "email,type,dn"))
    cut = written(company, *everybody[:2])
    said = company.calpair("directory", "import", "--replace", "--remove-most", cut).out
    assert said == "0 written, 2 as they were, 6 removed\n"


def test_bad_usage_is_told_in_a_line(company: Office) -> None:
    path = written(company, "zoe@g.test,GOOGLE,")
    assert "nobody is registered" in company.calpair("directory", "list").out
    assert "there is no domain `a.tset`, did you mean `a.test`?" in refused(
        company, "directory", "import", path, "--domain", "a.tset"
    )
    assert "cannot be read (FileNotFoundError)" in refused(company, "directory", "import", "nowhere.csv")
    asked = company.calpair("directory", "list", "nobody@g.test")
    assert (asked.code, asked.out.splitlines()[0]) == (1, "nobody@g.test: is not registered")
    company.domains["b.test"] = company.domain()
    company.write()
    company.calpair("pairs")
    assert "say whose list this is: --domain NAME (a.test, b.test)" in refused(company, "directory", "import", path)
    assert company.calpair("directory", "import", path, "--domain", "b.test").code == 0


def test_the_directory_is_exported_and_applied_elsewhere_and_an_entry_of_a_file_goes_with_it(company: Office) -> None:
    company.calpair("directory", "import", written(company, f"zoe@g.test,GOOGLE,{DN}zoe"))
    exported = company.folder / "all.json"
    exported.write_text(company.calpair("export").out)
    more = company.folder / "more.toml"
    more.write_text('[directory."eve@a.test"]\ndomain = "a.test"\nexchange = "eve@a.test"\n')
    assert company.calpair("apply", str(more)).out == "directory/eve@a.test: written\n"
    assert "eve@a.test (a.test): Exchange eve@a.test" in company.calpair("directory", "list").out
    more.write_text("")
    company.calpair("apply", str(more))
    assert "eve@a.test" not in company.calpair("directory", "list").out
    (company.folder / "calpair.db").unlink()
    company.calpair("apply", str(exported))
    assert company.calpair("directory", "list").out == f"zoe@g.test (a.test): Google zoe@g.test, {DN}zoe\n"


def test_a_wrong_entry_of_a_file_is_refused_and_named(company: Office) -> None:
    more = company.folder / "more.toml"
    more.write_text('[directory."eve@a.test"]\ndomain = "a.test"\n[directory."Bob@a.test"]\ndomain = "a.test"\n')
    said = company.calpair("apply", str(more))
    assert said.code == 1
    assert "  directory/eve@a.test: it is nowhere; write its address in exchange, in google, or both" in said.out
    assert "  directory/Bob@a.test: an address is registered in lower case; call it bob@a.test" in said.out
    assert company.calpair("directory", "list").out.startswith("nobody is registered")


def test_whom_a_file_dropped_is_registered_again_by_a_list(company: Office) -> None:
    more = company.folder / "more.toml"
    more.write_text('[directory."eve@g.test"]\ndomain = "a.test"\ngoogle = "eve@g.test"\n')
    company.calpair("apply", str(more))
    more.write_text("")
    company.calpair("apply", str(more))
    assert "nobody is registered" in company.calpair("directory", "list").out
    company.calpair("directory", "import", written(company, f"eve@g.test,GOOGLE,{DN}eve"))
    assert company.calpair("directory", "list").out == f"eve@g.test (a.test): Google eve@g.test, {DN}eve\n"


def test_a_list_changes_no_entry_of_another_domain(company: Office) -> None:
    company.domains["b.test"] = company.domain()
    company.write()
    company.calpair("directory", "import", written(company, "gus@g.test,GOOGLE,"), "--domain", "a.test")
    path = written(company, f"gus@g.test,GOOGLE,{DN}gus", "zoe@g.test,GOOGLE,")
    said = company.calpair("directory", "import", path, "--domain", "b.test")
    assert (said.code, said.out.splitlines()) == (
        1,
        [
            "1 written, 0 as they were",
            "line 1: gus@g.test: it is registered for a.test; take it out there first, or leave it out here",
        ],
    )
    assert company.calpair("directory", "list", "gus@g.test").out == "gus@g.test (a.test): Google gus@g.test\n"


def test_a_list_is_judged_by_what_would_stand_there_then(company: Office) -> None:
    company.domains["a.test"]["limits"] |= {"mailbox_domains": ["a.test"], "calendar_domains": ["g.test"]}
    company.write()
    more = company.folder / "more.toml"
    more.write_text('[directory."ria@g.test"]\ndomain = "a.test"\nexchange = "ria@a.test"\n')
    company.calpair("apply", str(more))
    company.domains["a.test"]["limits"]["mailbox_domains"] = ["other.test"]
    company.write()
    said = company.calpair("directory", "import", written(company, "ria@g.test,GOOGLE,"))
    assert said.code == 1
    assert said.out.startswith("0 written, 0 as they were\nline 1: ria@g.test: ")


def test_who_stands_in_the_file_is_changed_and_removed_there_alone(company: Office) -> None:
    entry = '\n[directory."eve@g.test"]\ndomain = "a.test"\ngoogle = "eve@g.test"\n'
    company.config.write_text(company.config.read_text() + entry)
    company.calpair("directory", "list")
    said = company.calpair("directory", "import", written(company, f"eve@g.test,GOOGLE,{DN}eve"))
    assert (said.code, said.out.splitlines()[1]) == (
        1,
        "line 1: eve@g.test: it stands in calpair.toml, which is applied at every start; change it there",
    )
    company.calpair("directory", "import", written(company, "old@g.test,GOOGLE,"))
    said = company.calpair("directory", "import", "--replace", written(company, "zoe@g.test,GOOGLE,"))
    assert said.out == "1 written, 0 as they were, 1 removed\n"
    assert "eve@g.test" in company.calpair("directory", "list").out


def test_a_domain_that_rests_because_of_a_mistake_is_there_all_the_same(company: Office) -> None:
    company.domains["b.test"] = company.domain()
    company.write()
    company.calpair("pairs")
    company.domains["a.test"]["public_folder"] = {"enable": True}
    company.write()
    path = written(company, "zoe@g.test,GOOGLE,")
    said = company.calpair("directory", "import", path)
    assert (said.code, said.out) == (2, "")
    assert said.err.splitlines()[-1] == "calpair: say whose list this is: --domain NAME (a.test, b.test)"
    *_, last = company.calpair("directory", "import", path, "--domain", "a.test").err.splitlines()
    assert last.startswith("calpair: domains/a.test: public_folder.enable")
    assert last.endswith("; mend it first, until then the domain rests")


def test_who_stands_in_the_file_may_stand_in_the_list_as_well(company: Office) -> None:
    entry = f'\n[directory."eve@g.test"]\ndomain = "a.test"\ngoogle = "eve@g.test"\nlegacy_dn = "{DN}eve"\n'
    company.config.write_text(company.config.read_text() + entry)
    company.calpair("directory", "list")
    path = written(company, f"eve@g.test,GOOGLE,{DN}eve", "zoe@g.test,GOOGLE,")
    said = company.calpair("directory", "import", "--replace", path)
    assert (said.code, said.out) == (0, "1 written, 1 as they were, 0 removed\n")
