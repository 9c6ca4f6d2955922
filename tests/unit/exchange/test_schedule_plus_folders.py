"""The way to the folders of free/busy, and what an administrator reads where it does not lead there."""

from dataclasses import replace
from typing import Any

import pytest
from lxml import etree

from calpair.errors import AccessLostError, BackOffError, SideError, SignInError
from calpair.exchange.schedule_plus_folders import Folders, rows
from calpair.exchange.schedule_plus_message import find_children
from calpair.exchange.server import ExchangeConnection
from calpair.exchange.soap import m
from simulators.clock import ManualClock
from simulators.exchange.mount import SimulatorAdapter
from unit.exchange.ground import NAMES, SERVER, Script, answer, fault

NAME = "EX:/o=Org/ou=Unit"
ROOT = answer(
    '<m:X ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode><m:Folders><t:Folder>'
    '<t:FolderId Id="seen"/><t:ParentFolderId Id="top"/></t:Folder></m:Folders></m:X>'
)
KNOWN = {"SCHEDULE+ FREE BUSY": "store", NAME: "unit"}


def page(*folders: tuple[str, str], last: bool = True) -> str:
    listed = "".join(
        f'<t:Folder><t:FolderId Id="{identifier}"/><t:DisplayName>{name}</t:DisplayName></t:Folder>'
        for name, identifier in folders
    )
    return answer(
        f'<m:X ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode><m:RootFolder IncludesLastItemInRange='
        f'"{"true" if last else "false"}"><t:Folders>{listed}</t:Folders></m:RootFolder></m:X>'
    )


def error(code: str) -> str:
    return answer(f'<m:X ResponseClass="Error"><m:ResponseCode>{code}</m:ResponseCode></m:X>')


HIDDEN = page(("IPM_SUBTREE", "seen"), ("NON_IPM_SUBTREE", "hidden"))
STORE = page(("OFFLINE ADDRESS BOOK", "book"), ("SCHEDULE+ FREE BUSY", "store"))
UNITS = page(("EX:/o=Org/ou=Unit two", "two"), ("EX:/o=org/ou=unit", "unit"), ("", ""), ("Notes", "notes"))


def connected(script: Script, **settings: Any) -> ExchangeConnection:
    return ExchangeConnection(
        replace(SERVER, **settings), lambda: "secret", ManualClock().now, SimulatorAdapter(script)
    )


def folders(script: Script, known: dict[str, str] | None = None, **settings: Any) -> Folders:
    return Folders(connected(script, **settings), known or {})


def above(script: Script) -> list[str | None]:
    """The ids of the folders asked about, in order."""
    roots = [etree.fromstring(request.body) for request in script.asked]
    return [
        next(one.get("Id") for one in root.iter() if etree.QName(one).localname.endswith("FolderId")) for root in roots
    ]


def test_the_way_leads_over_the_parent_and_is_remembered(script: Script) -> None:
    for said in (ROOT, HIDDEN, STORE, UNITS):
        script.say(said)
    found = folders(script)
    assert found.id("EX:/O=ORG/ou=Unit") == "unit"
    assert above(script) == ["publicfoldersroot", "top", "hidden", "store"]
    assert found.id("EX:/o=Org/ou=Unit two") == "two"
    remembered = found.remembered()
    assert remembered == {
        "schedule+ free busy": "store",
        "ex:/o=org/ou=unit": "unit",
        "ex:/o=org/ou=unit two": "two",
    }
    assert folders(script, remembered).id(NAME) == "unit"
    assert len(script.asked) == 4


def test_the_account_itself_asks(script: Script) -> None:
    for said in (ROOT, HIDDEN, STORE, UNITS):
        script.say(said)
    folders(script).id(NAME)
    assert not any(b"ExchangeImpersonation" in request.body for request in script.asked)
    assert not any(name.lower() == "x-anchormailbox" for request in script.asked for name in request.headers)


def test_names_are_compared_whole(script: Script) -> None:
    for said in (ROOT, HIDDEN, STORE, page(("EX:/o=Org/ou=Unit two", "two"), ("x EX:/o=Org/ou=Unit", "x"))):
        script.say(said)
    with pytest.raises(AccessLostError) as lost:
        folders(script).id(NAME)
    assert lost.value.code == "NoFreeBusyFolder"
    assert lost.value.sentence == (
        r"there is no folder '\NON_IPM_SUBTREE\SCHEDULE+ FREE BUSY\EX:/o=Org/ou=Unit', or the account may not see it: "
        r"compare legacy_dn with what Get-PublicFolder '\NON_IPM_SUBTREE\SCHEDULE+ FREE BUSY' -GetChildren lists, or "
        "create the contact in an administrative group that is there"
    )


def test_a_folder_is_looked_for_where_the_others_are_remembered(script: Script) -> None:
    script.say(UNITS)
    assert folders(script, {"SCHEDULE+ FREE BUSY": "store"}).id(NAME) == "unit"
    assert above(script) == ["store"]


def test_a_store_that_has_another_id_by_now_is_found_anew(script: Script) -> None:
    for said in (error("ErrorFolderNotFound"), ROOT, HIDDEN, STORE, UNITS):
        script.say(said)
    assert folders(script, {"SCHEDULE+ FREE BUSY": "old"}).id(NAME) == "unit"
    assert above(script) == ["old", "publicfoldersroot", "top", "hidden", "store"]


@pytest.mark.parametrize(
    "said",
    [
        [error("ErrorFolderNotFound")],
        [page()],
        [ROOT, page(("IPM_SUBTREE", "seen"))],
        [ROOT, HIDDEN, page(("OFFLINE ADDRESS BOOK", "book"))],
    ],
)
def test_a_server_without_the_store_is_told_so(script: Script, said: list[str]) -> None:
    for one in said:
        script.say(one)
    with pytest.raises(AccessLostError) as lost:
        folders(script).id(NAME)
    assert lost.value.code == "NoFreeBusyStore"
    assert "2013 and later do not. Set public_folder.enabled to false" in lost.value.sentence


def test_a_right_that_is_missing_is_given_by_a_command_for_the_shell(script: Script) -> None:
    script.say(error("ErrorAccessDenied"))
    with pytest.raises(AccessLostError) as lost:
        folders(script, {"schedule+ free busy": "store"}, username=r"DOM\svc").id('EX:/o=O\'Hara\u2019s $(x)/ou="Unit"')
    assert lost.value.code == "ErrorAccessDenied"
    assert lost.value.sentence == (
        "the account may not write free/busy: Add-PublicFolderClientPermission -Identity "
        "'\\NON_IPM_SUBTREE\\SCHEDULE+ FREE BUSY\\EX:/o=O''Hara\u2019\u2019s $(x)/ou=\"Unit\"' -User 'DOM\\svc' "
        "-AccessRights Owner; the server may take hours to believe it"
    )


@pytest.mark.parametrize(
    ("code", "told", "cure"),
    [
        ("ErrorNoPublicFolderServerAvailable", "ErrorNoPublicFolderServerAvailable", "-PublicFolderDatabase PUBLIC"),
        ("ErrorPublicFolderServerNotFound", "ErrorNoPublicFolderServerAvailable", "-PublicFolderDatabase PUBLIC"),
        (
            "ErrorNoPublicFolderReplicaAvailable",
            "ErrorNoPublicFolderReplicaAvailable",
            r"Set-PublicFolder -Identity '\NON_IPM_SUBTREE\SCHEDULE+ FREE BUSY\EX:/o=Org/ou=Unit' -Replicas PUBLIC",
        ),
        (
            "ErrorNonExistentMailbox",
            "ErrorMissingEmailAddress",
            "the account's own mailbox, and it has none: give it one",
        ),
        ("ErrorSomethingElse", "ErrorSomethingElse", "the server refuses this folder"),
    ],
)
def test_what_the_server_lacks_is_said_with_its_cure(script: Script, code: str, told: str, cure: str) -> None:
    script.say(error(code))
    with pytest.raises(AccessLostError) as lost:
        folders(script).id(NAME)
    assert lost.value.code == told
    assert cure in lost.value.sentence
    assert "\n" not in lost.value.sentence


def test_a_server_of_2013_has_no_store_to_find(script: Script) -> None:
    told = '<s:Header><t:ServerVersionInfo MajorVersion="15" MinorVersion="1" MajorBuildNumber="2507"/></s:Header>'
    script.say(
        error("ErrorNoPublicFolderServerAvailable").replace(f"<s:Envelope {NAMES}>", f"<s:Envelope {NAMES}>{told}")
    )
    with pytest.raises(AccessLostError) as lost:
        folders(script).id(NAME)
    assert lost.value.code == "NoFreeBusyStore"


@pytest.mark.parametrize(
    ("said", "status", "kind"),
    [(fault("ErrorServerBusy"), 500, BackOffError), ("", 401, SignInError), ("", 503, BackOffError)],
)
def test_what_has_nothing_to_do_with_folders_stays_what_it_is(
    script: Script, said: str, status: int, kind: type[SideError]
) -> None:
    script.say(said, status)
    with pytest.raises(kind):
        folders(script, dict(KNOWN)).id("EX:/o=Org/ou=Other")


def test_a_list_is_read_to_its_end(script: Script) -> None:
    script.say(page(("a", "1"), ("b", "2"), last=False))
    script.say(page(("c", "3")))
    found = rows(connected(script), lambda offset: find_children(m("X"), offset), "Folders")
    assert len(found) == 3
    offsets = [
        next(etree.fromstring(request.body).iter("{*}IndexedPageFolderView")).get("Offset") for request in script.asked
    ]
    assert offsets == ["0", "2"]


def test_a_list_without_an_end_is_no_list(script: Script) -> None:
    script.say(page(("a", "1"), last=False))
    script.say(page(last=False))
    with pytest.raises(BackOffError):
        rows(connected(script), lambda offset: find_children(m("X"), offset), "Folders")
