"""Answers of REST-XML that are all in headers, as PutObject's: read and written without the models.

The models' own way through is the same for every answer, and takes twenty times as long.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response

if TYPE_CHECKING:
    from moto.core.model import OperationModel


@dataclass(frozen=True, slots=True)
class Place:
    """Where a member of an answer stands; `plain`: as the very text that it is."""

    member: str
    header: str
    plain: bool


@functools.cache
def _places(operation: OperationModel) -> tuple[Place, ...] | None:
    """In the model's order. None for an operation that answers with more than headers."""
    shape = operation.output_shape
    if shape is None or "payload" in shape.serialization or "responseCode" in operation.http:
        return None
    found = []
    for name, member in shape.members.items():
        said = member.serialization
        if said.get("location") != "header":
            return None
        plain = member.type_name == "string" and "jsonvalue" not in said
        found.append(Place(name, said.get("name", name), plain))
    return tuple(found)


def serialize(operation: OperationModel, protocol: str, result: dict[str, Any]) -> Response | None:
    """The response that carries `result`; None where the models must be asked."""
    places = _places(operation) if protocol == "rest-xml" else None
    if places is None:
        return None
    headers = {}
    for place in places:
        value = result.get(place.member)
        if value is not None:
            if not place.plain:
                return None
            headers[place.header] = str(value)
    return Response("", status=200, headers=headers)


def parse(operation: OperationModel, protocol: str, response: Response) -> dict[str, Any] | None:
    """A response in boto3's shape; None where the models must be asked."""
    places = _places(operation) if protocol == "rest-xml" else None
    if places is None or response.status_code != 200 or response.get_data():
        return None
    sent = {name.lower(): value for name, value in response.headers.items()}
    result = {}
    for place in places:
        value = sent.get(place.header.lower())
        if value is not None:
            if not place.plain:
                return None
            result[place.member] = value
    return result
