"""`python -m tools.infra`: every layer until one finds something; `--write` makes the tables of infra/README.md anew."""

import shutil
import sys
import time

from tools.infra import pages
from tools.infra.layers import LAYERS
from tools.infra.terraform import ROOT, workshop


def write() -> int:
    """Write the tables anew; 1 when there is no plan to write them from."""
    with workshop(ROOT) as place:
        plan, said = place.plan()
    if not plan:
        print(said, file=sys.stderr)
        return 1
    page = ROOT / pages.PAGE
    page.write_text(pages.written(page.read_text(encoding="utf-8"), plan), encoding="utf-8")
    return 0


def main() -> int:
    """Print what is wrong, one line each; 1 when anything is."""
    if not shutil.which("terraform"):
        print("infra: terraform is not there; install Terraform, 1.11 or a later 1.x")
        return 1
    if sys.argv[1:] == ["--write"]:
        return write()
    began = time.monotonic()
    for layer in LAYERS:
        found = layer(ROOT)
        for line in found:
            print(f"{layer.__name__}: {line}")
        if found:
            return 1
    print(f"infra: {', '.join(layer.__name__ for layer in LAYERS)}: nothing wrong ({time.monotonic() - began:.0f} s)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
