"""Parameters and results of every service but EC2 and S3, in CloudTrail's spelling.

The rule: a structure's member name with its first letter in lower case; the keys of a map
stay as they are; blobs and secrets go. A converter is compiled from botocore's model once an
operation and walks plain dicts and lists afterwards.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any
from urllib.parse import quote

from botocore.model import ListShape, MapShape, Shape, StructureShape

from simulator.telemetry.cloudtrail import redaction
from simulator.telemetry.cloudtrail.models import is_sensitive, operation_model
from simulator.telemetry.cloudtrail.names import lower_first
from simulator.telemetry.cloudtrail.redaction import OMIT
from simulator.telemetry.cloudtrail.times import instant, spelled, spelled_without_comma

Converter = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Style:
    service: str
    sensitive: Any
    time: Converter
    document: Converter


def request_parameters(service: str, operation: str, params: dict[str, Any]) -> dict[str, Any]:
    """`params` (boto3's shape) as CloudTrail's requestParameters."""
    converted: dict[str, Any] = _request(service, operation)(params)
    return converted


def response_elements(service: str, operation: str, result: dict[str, Any]) -> dict[str, Any]:
    """`result` (boto3's shape) as CloudTrail's responseElements."""
    converted: dict[str, Any] = _response(service, operation)(result)
    return converted


def plain(value: Any) -> Any:
    """`value` as JSON can hold it, names untouched; bytes become OMIT."""
    if isinstance(value, dict):
        items = ((str(key), plain(item)) for key, item in value.items())
        return {key: item for key, item in items if item is not OMIT}
    if isinstance(value, list | tuple | set | frozenset):
        return [item for item in map(plain, value) if item is not OMIT]
    if isinstance(value, datetime):
        return spelled(value)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if value is None or isinstance(value, str | int | float):
        return value
    return OMIT if isinstance(value, bytes | bytearray) else str(value)


@cache
def _request(service: str, operation: str) -> Converter:
    model = operation_model(service, operation)
    return _operation(service, model.input_shape if model is not None else None)


@cache
def _response(service: str, operation: str) -> Converter:
    model = operation_model(service, operation)
    return _operation(service, model.output_shape if model is not None else None)


def _operation(service: str, shape: Shape | None) -> Converter:
    if shape is None:
        return _unmodelled
    if is_sensitive(shape):
        return lambda _: {}
    style = _Style(
        service,
        redaction.of_sensitive(service),
        spelled_without_comma if service == "iam" else spelled,
        _url_encoded if service == "iam" else json.dumps,
    )
    return _structure(shape, style)


def _unmodelled(value: dict[str, Any]) -> dict[str, Any]:
    return {lower_first(key): item for key, item in plain(value).items()}


def _url_encoded(document: Any) -> str:
    return quote(json.dumps(document), safe="")


def _converter(shape: Shape, style: _Style) -> Converter:
    if is_sensitive(shape):
        return _constant(style.sensitive)
    match shape:
        case StructureShape():
            return _structure(shape, style) if shape.members else plain
        case ListShape():
            return _list(shape, style)
        case MapShape():
            return _map(shape, style)
    if shape.type_name == "timestamp":
        is_iso = shape.serialization.get("timestampFormat") == "iso8601"
        written = instant if is_iso else style.time
        return lambda value: written(value) if isinstance(value, datetime) else plain(value)
    if shape.type_name == "blob":
        return _constant(OMIT)
    return _scalar(style)


def _constant(value: Any) -> Converter:
    return lambda _: value


def _scalar(style: _Style) -> Converter:
    def convert(value: Any) -> Any:
        if isinstance(value, str | int | float):
            return value
        return style.document(value) if isinstance(value, dict | list) else plain(value)

    return convert


def _structure(shape: Shape, style: _Style) -> Converter:
    members: dict[str, tuple[str, Converter]] = {}

    def member(name: str) -> tuple[str, Converter]:
        hidden = redaction.of_member(style.service, name)
        known = getattr(shape, "members", {}).get(name)
        if hidden is not None:
            convert = _constant(hidden)
        elif known is None:
            convert = plain
        else:
            convert = _converter(known, style)
        members[name] = (lower_first(name), convert)
        return members[name]

    def convert(value: Any) -> Any:
        if not isinstance(value, dict):
            return plain(value)
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


def _list(shape: ListShape, style: _Style) -> Converter:
    convert_item = _lazily(shape.member, style)

    def convert(value: Any) -> Any:
        return [shown for shown in map(convert_item, value) if shown is not OMIT]

    return convert


def _map(shape: MapShape, style: _Style) -> Converter:
    convert_item = _lazily(shape.value, style)

    def convert(value: Any) -> Any:
        shown = ((str(key), convert_item(item)) for key, item in value.items())
        return {key: item for key, item in shown if item is not OMIT}

    return convert


def _lazily(shape: Shape, style: _Style) -> Converter:
    compiled: list[Converter] = []

    def convert(value: Any) -> Any:
        if not compiled:
            compiled.append(_converter(shape, style))
        return compiled[0](value)

    return convert
