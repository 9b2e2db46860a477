"""Bodies that can't be read are refused: half of one must not pass for a whole one.

Sources: "Error responses" (Amazon S3 API Reference) for MalformedXML and MissingRequestBodyError;
"Common Errors" of the JSON services for SerializationException and ValidationException.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from simulator.gateway.errors import AwsError

if TYPE_CHECKING:
    from moto.core.model import OperationModel

_JSON = {"json", "rest-json"}
_KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "blob": (str,),
    "boolean": (bool,),
    "integer": (int, float),
    "long": (int, float),
    "structure": (dict,),
    "map": (dict,),
    "list": (list,),
}
_TOKENS = {bool: "TRUE_VALUE", int: "NUMBER_VALUE", float: "NUMBER_VALUE", str: "STRING_VALUE"}
_WANTED = {"string": "a String", "boolean": "a Boolean", "integer": "an Integer", "long": "a Long"}


def unreadable(service: str, protocol: str, why: str) -> AwsError:
    """The refusal of a body that is not in the form that the service takes."""
    if service in {"s3", "s3control"}:
        return AwsError(
            "MalformedXML",
            "The XML you provided was not well-formed or did not validate against our published "
            "schema",
        )
    if protocol == "rest-xml":
        return AwsError("MalformedInput", "Could not parse XML")
    return AwsError("SerializationException", why)


def check(operation: OperationModel, protocol: str, body: bytes) -> None:
    """Refuse a body that the operation's parser would read as something else, or as nothing.

    Raises:
        AwsError: SerializationException for JSON that is cut short or of another shape than
            botocore's model, ValidationException where a member is missing that must be there,
            MissingRequestBodyError for S3 without its document.
    """
    shape = operation.input_shape
    if shape is None:
        return
    payload = shape.serialization.get("payload")
    if operation.service_model.service_name == "s3":
        if payload in shape.required_members and not body and _is_document(shape, payload):
            raise AwsError("MissingRequestBodyError", "Request body is empty.")
    elif protocol in _JSON:
        shape = shape.members[payload] if payload else shape
        if shape.type_name == "structure":
            _check_json(shape, body)


def _is_document(shape: Any, payload: str) -> bool:
    return bool(shape.members[payload].type_name == "structure")


def _check_json(shape: Any, body: bytes) -> None:
    try:
        sent = json.loads(body or b"{}")
        wrong = _mistaken(sent, "structure") if sent is None else next(_mistakes(shape, sent), "")
    except (ValueError, RecursionError):
        wrong = "Could not parse request body into json"
    if wrong:
        raise AwsError("SerializationException", wrong)
    for name in shape.required_members:
        member = shape.members[name].serialization
        if "location" not in member and sent.get(member.get("name", name)) is None:
            raise AwsError(
                "ValidationException",
                f"1 validation error detected: Value null at '{name[0].lower()}{name[1:]}' failed "
                "to satisfy constraint: Member must not be null",
            )


def _mistakes(shape: Any, value: Any) -> Iterator[str]:
    """What is of another kind than `shape`, botocore's model of it, in AWS's words."""
    kind: str = shape.type_name
    if value is None or kind not in _KINDS or getattr(shape, "is_document_type", False):
        return
    if not _is_a(kind, value):
        yield _mistaken(value, kind)
    elif kind == "structure":
        for name, member in shape.members.items():
            if "location" not in member.serialization:
                yield from _mistakes(member, value.get(member.serialization.get("name", name)))
    elif kind == "map":
        for each in value.values():
            yield from _mistakes(shape.value, each)
    elif kind == "list":
        for each in value:
            yield from _mistakes(shape.member, each)


def _is_a(kind: str, value: Any) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, _KINDS[kind])


def _mistaken(value: Any, wanted: str) -> str:
    if wanted == "list":
        return "Expected list or null"
    if isinstance(value, dict):
        return "Start of structure or map found where not expected."
    if isinstance(value, list):
        return "Start of list found where not expected"
    if wanted in _WANTED:
        return f"{_TOKENS[type(value)]} can not be converted to {_WANTED[wanted]}"
    return "Unexpected token received from parser"
