"""docs/settings.md and the tables the settings are read by say the same."""

from pathlib import Path

import pytest

from calpair.app.deployment import DEPLOYED
from calpair.documents import DOMAIN, PAIR, Field
from calpair.documents.fields import ENTRY
from calpair.settings import SERVICE, Setting

PAGE = (Path(__file__).parents[2] / "docs" / "settings.md").read_text(encoding="utf-8")
OWN = [field for field in DOMAIN.values() if field.name not in PAIR]
FIELDS = [*OWN, *PAIR.values(), *ENTRY.values()]


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.name)
def test_every_field_stands_on_the_page_with_its_meaning_and_default(field: Field) -> None:
    assert f"| `{field.name}` | {field.means}{' *kept*' if field.kept else ''} | {field.default} |" in PAGE


@pytest.mark.parametrize("setting", SERVICE, ids=lambda setting: setting.name)
def test_every_setting_of_the_process_stands_on_the_page(setting: Setting) -> None:
    assert f"| `{setting.name}` | {setting.means} |" in PAGE


@pytest.mark.parametrize("setting", DEPLOYED, ids=lambda setting: setting.variable)
def test_every_variable_of_a_deployed_function_stands_on_the_page(setting: Setting) -> None:
    default = f"`{setting.default}`" if setting.default else ""
    assert f"| `{setting.variable}` | {setting.means} | {default} |" in PAGE


def test_the_page_names_nothing_that_does_not_exist() -> None:
    rows = [line.split("`")[1] for line in PAGE.splitlines() if line.startswith("| `")]
    assert sorted(rows) == sorted(
        [field.name for field in FIELDS]
        + [setting.name for setting in SERVICE]
        + [setting.variable for setting in DEPLOYED]
    )
