"""What is said of a line that cannot be understood: one line, or one JSON value, that names what was meant."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scenarios.office import Office, calpair, office, refused


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    with office(tmp_path, monkeypatch) as ground:
        yield ground.ready()


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("sync ana --dryrun", "unrecognized arguments: --dryrun; did you mean `--dry-run`?"),
        ("sync ana --dry", "unrecognized arguments: --dry; did you mean `--dry-run`?"),
        ("sync ana --bogus", "unrecognized arguments: --bogus; `calpair --help` tells what can be said"),
        ("directory import --dry-run x", "unrecognized arguments: --dry-run; `calpair --help` tells what can be said"),
        ("--jsn pairs", "unrecognized arguments: --jsn; did you mean `--json`?"),
        ("pairs --jso", "unrecognized arguments: --jso; did you mean `--json`?"),
        ("syn ana", "there is no command `syn`; did you mean `sync`?"),
        ("directory imprt x", "there is no command `imprt`; did you mean `import`?"),
        ("xyzzy", "there is no command `xyzzy`; `calpair --help` tells what can be said"),
        ("why ana", "the following arguments are required: event; `calpair why --help` tells what can be said"),
    ],
)
def test_a_line_that_cannot_be_understood_is_one_line_with_what_was_meant(line: str, complaint: str) -> None:
    said = calpair(*line.split())
    assert (said.code, said.complaint) == (2, complaint)


@pytest.mark.parametrize("line", ["--json why", "why --json", "--json syn ana", "sync ana --dry --json"])
def test_asked_in_json_a_mistake_in_the_line_is_answered_in_json(line: str) -> None:
    said = calpair(*line.split())
    assert (said.code, said.err, list(said.json)) == (2, "", ["error"])


def test_a_line_that_cannot_be_understood_touches_nothing(company: Office) -> None:
    assert refused(company, "sync", "ana", "--dry") == "unrecognized arguments: --dry; did you mean `--dry-run`?"


def test_a_refused_pair_is_listed_as_such_beside_the_others(company: Office) -> None:
    company.pairs["ben"] = company.ben(direction="sideways")
    company.write()
    said = company.calpair("pairs")
    assert said.code == 1
    refusal = "Its document has a mistake; the pair rests until that is mended."
    assert f"ben: refused  {refusal}" in said.out.splitlines()
    rows = company.calpair("--json", "pairs").json["pairs"]
    assert [row["pair"] for row in rows] == ["ana", "ben"]
    assert rows[1] == {"pair": "ben", "state": "refused", "sentence": refusal}
    # Whoever asks for it alone asks for what cannot be done.
    for words in (("pairs", "ben"), ("sync", "ben"), ("why", "ben", "x")):
        assert company.calpair(*words).code == 2
