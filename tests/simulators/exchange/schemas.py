"""Microsoft's schemas, when there are any: they judge requests, and in tests answers.

The schemas are not ours to ship. The environment variable CALPAIR_EWS_SCHEMAS names a folder that holds `SE/`,
`2010_SP2/` and `2007_SP1/`, each with messages.xsd, types.xsd and xml.xsd, which any Exchange server serves at /EWS/messages.xsd.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

from simulators.exchange.soap import Element, children
from simulators.exchange.versions import R2010

VARIABLE = "CALPAIR_EWS_SCHEMAS"
_FOLDERS = ("SE", "2010_SP2", "2007_SP1")


@dataclass(frozen=True)
class Schemas:
    """Three generations of the messages and types schemas."""

    current: etree.XMLSchema
    of_2010: etree.XMLSchema
    of_2007: etree.XMLSchema

    @staticmethod
    def load(folder: Path) -> "Schemas":
        """Read the three below a folder; OSError when a file is missing."""
        return Schemas(*(_load(folder / name / "messages.xsd") for name in _FOLDERS))

    def fault_in(self, element: Element, rank: int) -> str:
        """What is wrong with an element for a version of that rank; empty when nothing is."""
        schema = self.current if rank > R2010 else self.of_2010 if rank == R2010 else self.of_2007
        if schema.validate(element):
            return ""
        log: Any = schema.error_log
        return "; ".join(f"line {entry.line}: {entry.message}" for entry in log)

    def fault_in_request(self, envelope: Element, rank: int) -> str:
        """What is wrong with the types-namespace headers or the body of a request; empty when nothing is."""
        header, body = envelope[0] if len(envelope) > 1 else None, envelope[-1]
        found = [self.fault_in(each, rank) for each in children(body)]
        found += [self.fault_in(each, rank) for each in children(header)]
        return "; ".join(each for each in found if each)


def from_environment(environment: Mapping[str, str] = os.environ) -> Schemas | None:
    """The schemas the environment names; None when it names none."""
    folder = environment.get(VARIABLE)
    return Schemas.load(Path(folder)) if folder else None


def _load(path: Path) -> etree.XMLSchema:
    if not path.is_file():
        raise FileNotFoundError(f"no schema at {path}; {VARIABLE} names the folder that holds {', '.join(_FOLDERS)}")
    return etree.XMLSchema(etree.parse(path))
