"""Parameters of a REST-XML request that has neither query nor body, read without the models.

The models' own way looks each parameter's header up twice, and parses an empty body.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from moto.core.model import OperationModel


@dataclass(frozen=True, slots=True)
class Place:
    """Where a parameter stands: under `key` in the path or, as WSGI spells it, among the headers."""

    member: str
    key: str
    in_path: bool
    plain: bool
    """The value is the very text that is sent."""


def read(
    operation: OperationModel, environ: Mapping[str, Any], in_path: Mapping[str, Any]
) -> dict[str, Any] | None:
    """The parameters of a request whose body, if it has one, is none; None: ask the models."""
    places = _places(operation)
    if places is None or environ.get("QUERY_STRING"):
        return None
    found: dict[str, Any] = {}
    for place in places:
        if place.in_path:
            found[place.member] = in_path.get(place.key)
        elif place.key in environ:
            if not place.plain:
                return None
            found[place.member] = environ[place.key]
    return found


@functools.cache
def _places(operation: OperationModel) -> tuple[Place, ...] | None:
    """In the model's order. None for an operation that needs more than texts and a query."""
    from moto.core.request import environ_key_for_header

    shape, found = operation.input_shape, []
    for name, member in shape.members.items() if shape is not None else ():
        said, kind = member.serialization, member.type_name
        where, key = said.get("location"), said.get("name", name)
        if where not in {"uri", "header", "querystring"} or "hostLabel" in said:
            return None
        if where == "querystring":
            if kind in {"list", "map"}:
                return None
            continue
        plain = kind == "string" and "jsonvalue" not in said
        if where == "uri":
            if not plain:
                return None
            found.append(Place(name, key, in_path=True, plain=True))
        else:
            found.append(Place(name, environ_key_for_header(key), in_path=False, plain=plain))
    return tuple(found)
