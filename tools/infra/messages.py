"""The messages of Terraform's plugin protocol 6 that `provider.py` needs, built when imported; no generated file.

    answer = message("PlanResourceChange.Response")(planned_state=message("DynamicValue")(msgpack=packed))

Source: `tfplugin6.proto`, as published by Terraform. Only fields used here are listed; others are skipped on reading,
as protobuf does with fields it does not know.
"""

from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

PACKAGE = "tfplugin6"

_FIELDS = {
    "DynamicValue": "bytes msgpack 1, bytes json 2",
    "AttributePath.Step": "string attribute_name 1, string element_key_string 2, int64 element_key_int 3",
    "AttributePath": "AttributePath.Step steps* 1",
    "Diagnostic": "int32 severity 1, string summary 2, string detail 3, AttributePath attribute 4",
    "RawState": "bytes json 1",
    "Attribute": "string name 1, bytes type 2, bool required 4, bool optional 5, bool computed 6",
    "NestedBlock": "string type_name 1, Block block 2, int32 nesting 3, int64 min_items 4, int64 max_items 5",
    "Block": "int64 version 1, Attribute attributes* 2, NestedBlock block_types* 3",
    "Schema": "int64 version 1, Block block 2",
    # a map is on the wire what a list of pairs is
    "Named": "string key 1, Schema value 2",
    "GetProviderSchema.Request": "",
    "GetProviderSchema.Response": "Schema provider 1, Named resource_schemas* 2, Named data_source_schemas* 3",
    "ValidateProviderConfig.Request": "DynamicValue config 1",
    "ValidateProviderConfig.Response": "Diagnostic diagnostics* 2",
    "ValidateResourceConfig.Request": "string type_name 1, DynamicValue config 2",
    "ValidateResourceConfig.Response": "Diagnostic diagnostics* 1",
    "ValidateDataResourceConfig.Request": "string type_name 1, DynamicValue config 2",
    "ValidateDataResourceConfig.Response": "Diagnostic diagnostics* 1",
    "ConfigureProvider.Request": "string terraform_version 1, DynamicValue config 2",
    "ConfigureProvider.Response": "Diagnostic diagnostics* 1",
    "PlanResourceChange.Request": "string type_name 1, DynamicValue prior_state 2, DynamicValue proposed_new_state 3",
    "PlanResourceChange.Response": "DynamicValue planned_state 1",
    "ReadDataSource.Request": "string type_name 1, DynamicValue config 2",
    "ReadDataSource.Response": "DynamicValue state 1",
    "StopProvider.Request": "",
    "StopProvider.Response": "string error 1",
}
_PLAIN = {
    "bytes": descriptor_pb2.FieldDescriptorProto.TYPE_BYTES,
    "string": descriptor_pb2.FieldDescriptorProto.TYPE_STRING,
    "bool": descriptor_pb2.FieldDescriptorProto.TYPE_BOOL,
    "int32": descriptor_pb2.FieldDescriptorProto.TYPE_INT32,
    "int64": descriptor_pb2.FieldDescriptorProto.TYPE_INT64,
}


def _flat(name: str) -> str:
    """Name a message without nesting: a message's name is not on the wire."""
    return name.replace(".", "_")


def _pool() -> descriptor_pool.DescriptorPool:
    file = descriptor_pb2.FileDescriptorProto(name=f"{PACKAGE}.proto", package=PACKAGE, syntax="proto3")
    for name, fields in _FIELDS.items():
        made = file.message_type.add(name=_flat(name))
        for field in filter(None, fields.split(", ")):
            kind, label, number = field.split()
            one = made.field.add(name=label.removesuffix("*"), number=int(number))
            one.label = one.LABEL_REPEATED if label.endswith("*") else one.LABEL_OPTIONAL
            one.type = _PLAIN.get(kind, one.TYPE_MESSAGE)
            if kind not in _PLAIN:
                one.type_name = f".{PACKAGE}.{_flat(kind)}"
            if name == "AttributePath.Step":
                one.oneof_index = 0
        if name == "AttributePath.Step":
            made.oneof_decl.add(name="selector")
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return pool


_POOL = _pool()


def message(name: str) -> Any:
    """Give a message's class by its name in the protocol. KeyError for one that is not listed."""
    return message_factory.GetMessageClass(_POOL.FindMessageTypeByName(f"{PACKAGE}.{_flat(name)}"))
