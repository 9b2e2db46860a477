"""EC2's later operations: their XML, inside `<Operation>Request` and `<Operation>Response`."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from botocore.model import ListShape, Shape, StructureShape

from simulator.telemetry.cloudtrail.ec2_names import SECRETS
from simulator.telemetry.cloudtrail.models import is_sensitive, operation_model
from simulator.telemetry.cloudtrail.names import lower_first, upper_first
from simulator.telemetry.cloudtrail.parameters import plain
from simulator.telemetry.cloudtrail.redaction import OMIT, REMOVED
from simulator.telemetry.cloudtrail.times import instant

_NAMESPACE: Final = "http://ec2.amazonaws.com/doc/2016-11-15/"


def request_parameters(operation: str, params: dict[str, Any]) -> dict[str, Any]:
    """`params` (boto3's shape, without DryRun) as CloudTrail's requestParameters."""
    model = operation_model("ec2", operation)
    shape = model.input_shape if model is not None else None
    return {f"{operation}Request": _request(shape, params) or ""}


def response_elements(operation: str, result: dict[str, Any], request_id: str) -> dict[str, Any]:
    """`result` (boto3's shape) as CloudTrail's responseElements."""
    model = operation_model("ec2", operation)
    shape = model.output_shape if model is not None else None
    body = {"xmlns": _NAMESPACE, "requestId": request_id}
    if isinstance(shape, StructureShape) and "Unsuccessful" in shape.members:
        body["unsuccessful"] = ""
        body.update(_response(shape, result))
    else:
        body.update(_response(shape, result) or {"return": True})
    return {f"{operation}Response": body}


def _request(shape: Shape | None, value: Any) -> Any:
    if shape is not None and is_sensitive(shape):
        return REMOVED
    if isinstance(shape, StructureShape):
        converted = {}
        for name, item in value.items():
            member = shape.members.get(name)
            shown = REMOVED if name in SECRETS else _request(member, item)
            if shown is not OMIT:
                converted[_query_name(name, member)] = shown
        return converted
    if isinstance(shape, ListShape):
        items = [_tagged(_request(shape.member, item), at) for at, item in enumerate(value, 1)]
        return items[0] if len(items) == 1 else items
    return plain(value)


def _query_name(name: str, member: Shape | None) -> str:
    if member is None:
        return name
    written = member.serialization.get("queryName") or member.serialization.get("name", name)
    return upper_first(written)


def _tagged(item: Any, position: int) -> dict[str, Any]:
    return {**(item if isinstance(item, dict) else {"content": item}), "tag": position}


def _response(shape: Shape | None, value: Any) -> Any:
    if shape is not None and is_sensitive(shape):
        return REMOVED
    if isinstance(shape, StructureShape):
        converted = {}
        for name, item in value.items():
            if item is None:
                continue
            member = shape.members.get(name)
            written = member.serialization.get("name", name) if member is not None else name
            shown = REMOVED if name in SECRETS else _response(member, item)
            if shown is not OMIT:
                converted[lower_first(written)] = shown
        return converted
    if isinstance(shape, ListShape):
        items = [_response(shape.member, item) for item in value]
        return {"item": items[0] if len(items) == 1 else items} if items else ""
    return instant(value) if isinstance(value, datetime) else plain(value)
