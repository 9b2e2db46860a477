"""EC2's first API generation: `instancesSet {items: [{instanceId}]}`."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any

from botocore.model import ListShape, Shape, StructureShape

from simulator.telemetry.cloudtrail.ec2_names import (
    ALSO_ACKNOWLEDGED,
    ALWAYS_IN_ITEM,
    GRANTS,
    RENAMED,
    RENAMED_IN,
    RENAMED_IN_RESULT,
    SECRETS,
    SETS,
    STRUCTURE_SETS,
    WRITTEN_AS_TEXT,
)
from simulator.telemetry.cloudtrail.ec2_operations import ALWAYS_SHOWN
from simulator.telemetry.cloudtrail.models import is_sensitive, operation_model
from simulator.telemetry.cloudtrail.names import lower_first
from simulator.telemetry.cloudtrail.parameters import plain
from simulator.telemetry.cloudtrail.redaction import OMIT, REMOVED
from simulator.telemetry.cloudtrail.times import milliseconds

Converter = Callable[[Any], Any]


def request_parameters(operation: str, params: dict[str, Any]) -> dict[str, Any]:
    """`params` (boto3's shape, without DryRun) as CloudTrail's requestParameters."""
    if operation in GRANTS:
        params = _grant(operation, params)
    shown: dict[str, Any] = _request(operation)(params)
    if operation == "ModifyInstanceAttribute" and params.get("Attribute") == "userData":
        shown["value"] = REMOVED
    for name, value in ALWAYS_SHOWN.get(operation, {}).items():
        if name not in shown:
            shown[name] = dict(value) if isinstance(value, dict) else value
    if operation == "RunInstances":
        return _launch(shown)
    return shown


def response_elements(operation: str, result: dict[str, Any], request_id: str) -> dict[str, Any]:
    """`result` (boto3's shape) as CloudTrail's responseElements."""
    shown: dict[str, Any] = {"requestId": request_id}
    converted: dict[str, Any] = _response(operation)(result)
    acknowledged = converted.pop("return", None)
    if acknowledged is not None or not converted or operation in ALSO_ACKNOWLEDGED:
        shown["_return"] = True if acknowledged is None else acknowledged
    shown.update(converted)
    return shown


@cache
def _request(operation: str) -> Converter:
    model = operation_model("ec2", operation)
    shape = model.input_shape if model is not None else None
    return _request_structure(operation, shape)


@cache
def _response(operation: str) -> Converter:
    model = operation_model("ec2", operation)
    shape = model.output_shape if model is not None else None
    return _response_structure(operation, shape)


def _request_structure(operation: str, shape: Shape | None) -> Converter:
    members: dict[str, tuple[str, Converter]] = {}

    def member(name: str) -> tuple[str, Converter]:
        known = shape.members.get(name) if isinstance(shape, StructureShape) else None
        key = RENAMED_IN.get((operation, name)) or RENAMED.get(name) or lower_first(name)
        convert: Converter = plain
        if _is_secret(name, known):
            convert = _removed
        elif isinstance(known, StructureShape):
            convert = _request_structure("", known)
        elif isinstance(known, ListShape):
            key, convert = _request_list(name, known)
        elif (operation, name) in WRITTEN_AS_TEXT:
            convert = str
        elif name == "PublicKeyMaterial":
            convert = _base64
        members[name] = (key, convert)
        return members[name]

    def convert(value: Any) -> Any:
        converted = {}
        for name, item in value.items():
            if item is None:
                continue
            key, convert_item = members.get(name) or member(name)
            shown = convert_item(item)
            if shown is not OMIT:
                converted[key] = shown
        return converted

    return convert


def _is_secret(name: str, shape: Shape | None) -> bool:
    if name in SECRETS:
        return shape is None or shape.type_name != "boolean"
    return shape is not None and is_sensitive(shape)


def _removed(_: Any) -> str:
    return REMOVED


def _base64(value: bytes | str) -> str:
    return b64encode(value if isinstance(value, bytes) else value.encode()).decode()


def _request_list(name: str, shape: ListShape) -> tuple[str, Converter]:
    element = shape.member
    if isinstance(element, StructureShape):
        convert_item = _request_structure("", element)
        if name == "TagSpecifications":
            convert_item = _tag_specification
        elif name in ALWAYS_IN_ITEM:
            convert_item = _completed(convert_item, ALWAYS_IN_ITEM[name])
        key = STRUCTURE_SETS.get(name, lower_first(name))
        return key, _items(convert_item)
    singular = name.removesuffix("s")
    key, scalar = SETS.get(name, (f"{lower_first(singular)}Set", lower_first(singular)))
    return key, _items(lambda item: {scalar: plain(item)})


def _completed(convert_item: Converter, always: tuple[str, ...]) -> Converter:
    def convert(value: Any) -> Any:
        shown = convert_item(value)
        for name in always:
            shown.setdefault(name, {})
        return shown

    return convert


def _items(convert_item: Converter, envelope: str = "items") -> Converter:
    def convert(value: Any) -> Any:
        return {envelope: [convert_item(item) for item in value]} if value else {}

    return convert


def _tag_specification(value: dict[str, Any]) -> dict[str, Any]:
    tags = [{lower_first(k): v for k, v in tag.items()} for tag in value.get("Tags", ())]
    return {"resourceType": value.get("ResourceType"), "tags": tags}


def _response_structure(operation: str, shape: Shape | None) -> Converter:
    members: dict[str, tuple[str, Converter]] = {}

    def member(name: str) -> tuple[str, Converter]:
        known = shape.members.get(name) if isinstance(shape, StructureShape) else None
        key = lower_first(name)
        convert: Converter = _response_scalar
        if known is not None:
            key = lower_first(known.serialization.get("name", name))
        key = RENAMED_IN_RESULT.get((operation, name), key)
        if (operation, name) in WRITTEN_AS_TEXT:
            convert = str
        if _is_secret(name, known):
            convert = _removed
        elif isinstance(known, StructureShape):
            convert = _response_structure("", known)
        elif isinstance(known, ListShape):
            element = known.member
            if isinstance(element, StructureShape):
                envelope = "item" if key == "privateIpAddressesSet" else "items"
                convert = _items(_response_structure("", element), envelope)
            else:
                scalar = lower_first(element.serialization.get("name", "item"))
                convert = _scalar_items(scalar)
        members[name] = (key, convert)
        return members[name]

    def convert(value: Any) -> Any:
        converted = {}
        for name, item in value.items():
            if item is None or item == "":
                continue
            key, convert_item = members.get(name) or member(name)
            shown = convert_item(item)
            if shown is not OMIT:
                converted[key] = shown
        return converted

    return convert


def _scalar_items(scalar: str) -> Converter:
    return _items(lambda item: {scalar: _response_scalar(item)})


def _response_scalar(value: Any) -> Any:
    return milliseconds(value) if isinstance(value, datetime) else plain(value)


def _launch(shown: dict[str, Any]) -> dict[str, Any]:
    instance = {
        name: shown.pop(name)
        for name in ("imageId", "minCount", "maxCount", "keyName")
        if name in shown
    }
    return {"instancesSet": {"items": [instance]}, **shown}


def _grant(operation: str, params: dict[str, Any]) -> dict[str, Any]:
    """Both ways to write a permission change, as the one way CloudTrail shows."""
    permission, attribute_type = GRANTS[operation]
    written = (
        "Attribute",
        "OperationType",
        "UserIds",
        "GroupNames",
        "UserGroups",
        permission,
    )
    shown = {name: value for name, value in params.items() if name not in written}
    shown["attributeType"] = attribute_type
    change: dict[str, list[dict[str, str]]] = dict(params.get(permission, {}))
    groups = params.get("GroupNames") or params.get("UserGroups") or ()
    flat = [{"UserId": user} for user in params.get("UserIds", ())]
    flat += [{"Group": group} for group in groups]
    if flat:
        change["Add" if params.get("OperationType") == "add" else "Remove"] = flat
    if change:
        shown[permission] = change
    return shown
