"""docs/deploying.md tells operators what the Terraform files and the code say: scopes, accounts, roles to type by hand."""

import re
import tomllib
from datetime import timedelta
from textwrap import dedent

from calpair.app.deployment import DEPLOYED
from calpair.documents import read_all
from calpair.google.identity import EVENTS_READONLY, FREE_BUSY, SCOPE
from calpair.settings import SERVICE
from house.tree import ROOT, tracked
from tools.infra import table

PAGE = (ROOT / "docs" / "deploying.md").read_text(encoding="utf-8")
FILES = {path.name: path.read_text(encoding="utf-8") for path in tracked("infra/*.tf")}
CALENDAR = re.compile(r"https://www\.googleapis\.com/auth/calendar[\w.]*")


def test_the_scopes_to_enter_are_those_the_accounts_are_made_for() -> None:
    assert sorted(CALENDAR.findall(PAGE)) == sorted(CALENDAR.findall(FILES["identities.tf"]))


def test_the_scopes_are_those_the_code_asks_for() -> None:
    sync, _, free_busy = FILES["identities.tf"].partition("free_busy = ")
    assert CALENDAR.findall(sync) == [SCOPE]
    assert CALENDAR.findall(free_busy) == [FREE_BUSY, EVENTS_READONLY]


def test_each_function_of_the_table_stands_on_the_page() -> None:
    rows = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \| [^|]+ \| [^|]+ \|$", PAGE, re.MULTILINE)
    assert {name for row in rows for name in re.findall(r"`(\w+)`", row)} == set(table.read(ROOT))


def test_variables_and_outputs_named_on_the_page_are_there() -> None:
    variables = set(re.findall(r'^variable "(\w+)"', FILES["variables.tf"], re.MULTILINE))
    outputs = set(re.findall(r'^output "(\w+)"', FILES["outputs.tf"], re.MULTILINE))
    assert set(re.findall(r"`terraform output (\w+)`", PAGE)) == outputs
    assert {"vpc_connector", "instances", "look_up_callers", "digest_key_version"} <= variables
    assert {"open_look_ups", "workspace_account", "publish_status"} <= variables
    assert "`digest_key_version`" in PAGE


def test_every_address_to_enter_has_its_place_on_the_page() -> None:
    [block] = re.findall(r'^output "addresses" \{.*?^\}', FILES["outputs.tf"], re.MULTILINE | re.DOTALL)
    names = re.findall(r"^    (\w+) += ", block, re.MULTILINE)
    assert names
    assert [name for name in names if f"| `{name}` | in " not in PAGE] == []


def test_every_setting_that_terraform_gives_is_one_the_code_knows() -> None:
    known = {setting.variable for setting in (*SERVICE, *DEPLOYED)}
    given = set(re.findall(r"^ +(CALPAIR_\w+) += ", FILES["settings.tf"], re.MULTILINE))
    assert given <= known


def test_services_switched_on_by_hand_are_those_terraform_needs_itself() -> None:
    by_hand = set(re.findall(r"gcloud services enable ([\w. ]+)$", PAGE, re.MULTILINE)[0].split())
    assert by_hand == {"cloudresourcemanager.googleapis.com", "serviceusage.googleapis.com"}
    assert not [service for service in by_hand if service in FILES["services.tf"]]


def test_the_documents_to_start_from_are_right_for_the_functions() -> None:
    [text] = [
        block for block in re.findall(r"^ *```\n(.*?)^ *```$", PAGE, re.MULTILINE | re.DOTALL) if "[pairs." in block
    ]
    written = tomllib.loads(dedent(text))
    minute = timedelta(minutes=1)
    read = read_all(written["domains"], written["pairs"], minimum_interval=minute, default_interval=minute, cloud=True)
    assert (list(read.pairs), read.problems) == (["ana"], ())
