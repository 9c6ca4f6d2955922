"""What holds for every file: short, opened by a sentence, and free of addresses that are nobody else's business."""

import ast

from house.tree import ROOT, short, tracked

LINES = 400
ADDRESSES = [
    "/" + "work/",
    "tmp" + "/w/",
    "/opt/" + "pypi",
    "pypi" + ".org",
    "python" + "hosted.org",
    "registry.npm" + "js.org",
    "npm" + "js.com",
    "deb.debian" + ".org",
]
SHARED = "shared/" + "xsd"


def text_of(patterns: tuple[str, ...] = ()) -> dict[str, str]:
    return {short(path): path.read_bytes().decode(errors="replace") for path in tracked(*patterns)}


def test_no_python_file_is_longer_than_one_duty_needs() -> None:
    long = {name: text.count("\n") for name, text in text_of(("*.py",)).items() if text.count("\n") > LINES}
    assert not long


def test_every_module_opens_with_what_it_is_for() -> None:
    silent = [
        name
        for name, text in text_of(("*.py",)).items()
        if not name.rpartition("/")[2].startswith("test_") and not ast.get_docstring(ast.parse(text))
    ]
    assert not silent


def test_no_file_names_a_place_of_one_machine_or_a_host_of_an_index() -> None:
    found = [f"{name}: {address}" for name, text in text_of().items() for address in ADDRESSES if address in text]
    assert not found


def test_the_schemas_folder_beside_the_tree_is_named_by_the_ci_script_alone() -> None:
    assert [name for name, text in text_of().items() if SHARED in text] == [".ci/run"]


def test_test_files_have_names_of_their_own() -> None:
    names = [path.name for path in tracked("tests/*test_*.py")]
    assert sorted(set(names)) == sorted(names)


def test_the_ci_script_can_be_run() -> None:
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o100
