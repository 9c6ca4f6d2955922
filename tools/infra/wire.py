"""Schemas, values and complaints as the plugin protocol carries them.

    wire.schema(held)           # the answer to GetProviderSchema
    wire.write({"name": "q"})   # a DynamicValue; `UNKNOWN` in it is what is known after apply

Source: Terraform's plugin protocol 6 (`messages.py`): values travel as MessagePack, types as JSON.
"""

import json
from collections.abc import Mapping
from typing import Any

import msgpack

from tools.infra.messages import message

UNKNOWN = msgpack.ExtType(0, b"\x00")
Steps = tuple[str | int, ...]
"""The way to a place in a block: names of arguments and blocks, and which of several."""

_NESTING = {"single": 1, "list": 2, "set": 3}
_ERROR = 1


def schema(held: Mapping[str, Any]) -> Any:
    """Give the whole schema of a provider, from its shape in `schema.py`."""
    named = message("Named")
    return message("GetProviderSchema.Response")(
        provider=_schema(held["provider"]),
        resource_schemas=[named(key=kind, value=_schema(one)) for kind, one in held["resource_schemas"].items()],
        data_source_schemas=[named(key=kind, value=_schema(one)) for kind, one in held["data_source_schemas"].items()],
    )


def _schema(one: Mapping[str, Any]) -> Any:
    return message("Schema")(version=one.get("version", 0), block=_block(one["block"]))


def _block(block: Mapping[str, Any]) -> Any:
    attribute, nested = message("Attribute"), message("NestedBlock")
    return message("Block")(
        attributes=[
            attribute(
                name=name,
                type=json.dumps(one["type"]).encode(),
                required=one.get("required", False),
                optional=one.get("optional", False),
                computed=one.get("computed", False),
            )
            for name, one in block.get("attributes", {}).items()
        ],
        block_types=[
            nested(
                type_name=name,
                nesting=_NESTING[one["nesting_mode"]],
                min_items=one.get("min_items", 0),
                max_items=one.get("max_items", 0),
                block=_block(one["block"]),
            )
            for name, one in block.get("block_types", {}).items()
        ],
    )


def read(value: Any) -> Any:
    """Read a value; None where there is none."""
    return msgpack.unpackb(value.msgpack, strict_map_key=False) if value.msgpack else None


def write(value: Any) -> Any:
    """Write a value."""
    return message("DynamicValue")(msgpack=msgpack.packb(value))


def complaint(path: Steps, said: str) -> Any:
    """Give an error at a place."""
    step = message("AttributePath.Step")
    steps = [step(attribute_name=one) if isinstance(one, str) else step(element_key_int=one) for one in path]
    return message("Diagnostic")(severity=_ERROR, summary=said, attribute=message("AttributePath")(steps=steps))
