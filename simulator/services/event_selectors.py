"""Event selectors of a trail: what is left out filled in, what AWS refuses refused.

Source: "PutEventSelectors", "EventSelector" and "AdvancedFieldSelector" (CloudTrail API
Reference).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from simulator.gateway.errors import AwsError
from simulator.telemetry.selectors import NEGATED

Selector = dict[str, Any]

DEFAULT: Final[Selector] = {
    "ReadWriteType": "All",
    "IncludeManagementEvents": True,
    "DataResources": [],
    "ExcludeManagementEventSources": [],
}
"""What a trail logs that nobody gave selectors."""

_DATA_TYPES: Final = {
    "AWS::S3::Object": "arn:aws:s3",
    "AWS::Lambda::Function": "arn:aws:lambda",
    "AWS::DynamoDB::Table": "arn:aws:dynamodb",
}
_EXCLUDABLE: Final = frozenset({"kms.amazonaws.com", "rdsdata.amazonaws.com"})
_OPERATORS: Final = ("Equals", "StartsWith", "EndsWith", *NEGATED)
_EQUALS_ONLY: Final = frozenset({"readOnly", "eventCategory", "resources.type"})
_FIELDS: Final = {
    "Management": {"eventCategory", "readOnly", "eventSource", "eventName", "eventType"}
    | {"sessionCredentialFromConsole", "userIdentity.arn"},
    "Data": {"eventCategory", "readOnly", "eventName", "resources.type", "resources.ARN"}
    | {"eventSource", "eventType", "sessionCredentialFromConsole", "userIdentity.arn"},
    "NetworkActivity": {"eventCategory", "eventSource", "eventName", "errorCode", "vpcEndpointId"},
}
_MOST_BASIC: Final = 5
_MOST_RESOURCES: Final = 250
_MOST_VALUES: Final = 500


def basic(selectors: Sequence[Mapping[str, Any]]) -> list[Selector]:
    """Basic selectors as AWS keeps them.

    Raises:
        AwsError: InvalidEventSelectorsException.
    """
    if len(selectors) > _MOST_BASIC:
        raise _invalid(f"A trail can have up to {_MOST_BASIC} event selectors.")
    kept = [{**DEFAULT, **selector} for selector in selectors]
    for selector in kept:
        _check_basic(selector)
    values = sum(len(r.get("Values") or ()) for s in kept for r in s["DataResources"])
    if values > _MOST_RESOURCES:
        raise _invalid(f"A trail can have up to {_MOST_RESOURCES} data resources.")
    return kept


def _check_basic(selector: Selector) -> None:
    if selector["ReadWriteType"] not in {"All", "ReadOnly", "WriteOnly"}:
        raise _invalid(f"Value {selector['ReadWriteType']} for ReadWriteType is invalid.")
    if not selector["IncludeManagementEvents"] and not selector["DataResources"]:
        raise _invalid(
            "Invalid combination of parameters in EventSelectors. When includeManagementEvents is "
            "false, DataResources must not be empty."
        )
    for source in selector["ExcludeManagementEventSources"]:
        if source not in _EXCLUDABLE:
            raise _invalid(f"Value {source} for ExcludeManagementEventSources is invalid.")
    for resource in selector["DataResources"]:
        kind = resource.get("Type")
        if kind not in _DATA_TYPES:
            raise _invalid(f"Value {kind} for DataResources.Type is invalid.")
        for value in resource.get("Values") or ():
            if not value.startswith(_DATA_TYPES[kind]) or "*" in value:
                raise _invalid(f"Value {value} for DataResources.Values is invalid.")


def advanced(selectors: Sequence[Mapping[str, Any]]) -> list[Selector]:
    """Advanced selectors as AWS keeps them.

    Raises:
        AwsError: InvalidEventSelectorsException.
    """
    kept = [dict(selector) for selector in selectors]
    for selector in kept:
        _check_advanced(selector.get("FieldSelectors") or [])
    values = sum(
        len(one.get(name) or ()) for s in kept for one in s["FieldSelectors"] for name in _OPERATORS
    )
    if values > _MOST_VALUES:
        raise _invalid(f"Advanced event selectors can have up to {_MOST_VALUES} values.")
    return kept


def _check_advanced(fields: Sequence[Mapping[str, Any]]) -> None:
    named = {str(one["Field"]): one for one in fields}
    if len(named) < len(fields):
        raise _invalid("A field can be used once in an advanced event selector.")
    categories = named.get("eventCategory", {}).get("Equals") or []
    if len(categories) != 1 or categories[0] not in _FIELDS:
        raise _invalid(
            "An advanced event selector needs the field eventCategory, equal to one of Management, "
            "Data and NetworkActivity."
        )
    category = categories[0]
    if category == "Data" and len(named.get("resources.type", {}).get("Equals") or []) != 1:
        raise _invalid("A selector of data events needs the field resources.type with one value.")
    for name, one in named.items():
        operators = [operator for operator in _OPERATORS if one.get(operator)]
        if name not in _FIELDS[category]:
            raise _invalid(f"Field {name} is not valid for event category {category}.")
        if not operators or (name in _EQUALS_ONLY and operators != ["Equals"]):
            raise _invalid(f"The operators of field {name} are invalid.")


def _invalid(message: str) -> AwsError:
    return AwsError("InvalidEventSelectorsException", message)
