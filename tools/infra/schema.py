"""The part of the google provider's schema that `infra/` uses, kept in `google.json`.

    terraform providers schema -json | python -m tools.infra.schema     # writes the file anew, in a folder after init

Kept are the kinds that `infra/*.tf` names, without prose; a list of possible values that stood in the prose is kept as
`one_of`. The file says where it comes from and under which licence. Its shape is that of the command's own output.
"""

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FILE = Path(__file__).with_name("google.json")
PROVIDER_ARGUMENTS = ("default_labels", "project", "region")

_KIND = re.compile(r'^(resource|data) "(google_\w+)"', re.MULTILINE)
_VALUES = re.compile(r"Possible values: \[([^\]]*)\]")


def load(path: Path = FILE) -> dict[str, Any]:
    """Give `provider`, `resource_schemas` and `data_source_schemas`, each as Terraform writes them."""
    return dict(json.loads(path.read_text(encoding="utf-8")))


def kinds(folder: Path) -> dict[str, set[str]]:
    """Give the kinds that a folder of Terraform files names: under `resource` and under `data`."""
    found: dict[str, set[str]] = {"resource": set(), "data": set()}
    for path in folder.glob("*.tf"):
        for word, kind in _KIND.findall(path.read_text(encoding="utf-8")):
            found[word].add(kind)
    return found


def trimmed(whole: Mapping[str, Any], wanted: Mapping[str, set[str]]) -> dict[str, Any]:
    """Keep of one provider's schema what is wanted. KeyError: a kind the provider does not have."""
    provider = whole["provider"]["block"]["attributes"]
    return {
        "provider": {"block": {"attributes": {name: _attribute(provider[name]) for name in PROVIDER_ARGUMENTS}}},
        "resource_schemas": {kind: _schema(whole["resource_schemas"][kind]) for kind in sorted(wanted["resource"])},
        "data_source_schemas": {kind: _schema(whole["data_source_schemas"][kind]) for kind in sorted(wanted["data"])},
    }


def _schema(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"version": schema.get("version", 0), "block": _block(schema["block"])}


def _block(block: Mapping[str, Any]) -> dict[str, Any]:
    nested = {
        name: {key: value for key, value in inner.items() if key != "block"} | {"block": _block(inner["block"])}
        for name, inner in block.get("block_types", {}).items()
    }
    attributes = {name: _attribute(one) for name, one in block.get("attributes", {}).items()}
    return {key: value for key, value in (("attributes", attributes), ("block_types", nested)) if value}


def _attribute(attribute: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: attribute[key] for key in ("type", "required", "optional", "computed") if key in attribute}
    values = _VALUES.search(attribute.get("description", ""))
    named = re.findall(r'"([^"]+)"', values[1]) if values else []
    return kept | ({"one_of": named} if named else {})


def main() -> int:
    """Read a whole schema from standard input and write the part of it that is kept."""
    [whole] = json.load(sys.stdin)["provider_schemas"].values()
    note = {key: value for key, value in load().items() if key in {"origin", "licence"}} if FILE.exists() else {}
    kept = note | trimmed(whole, kinds(ROOT / "infra"))
    FILE.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    print(f"{FILE.name}: {len(kept['resource_schemas'])} resources; say in `origin` which release they are of")
    return 0


if __name__ == "__main__":
    sys.exit(main())
