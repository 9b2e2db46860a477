"""Condition keys that follow from a call's parameters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from simulator.iam.actions.needed import ContextValue, Lookup
from simulator.iam.actions.paths import found, text

_KEY_NAMES = ("Key", "key", "TagKey", "tagKey")
_VALUE_NAMES = ("Value", "value", "TagValue", "tagValue")


def tags_of(value: Any) -> dict[str, str]:
    """Tags in any of AWS's shapes: a map, or a list of key and value pairs."""
    if isinstance(value, Mapping):
        return {str(key): text(item) for key, item in value.items() if item is not None}
    tags = {}
    for item in value or ():
        key = next((item[name] for name in _KEY_NAMES if name in item), None)
        if key is not None:
            tags[str(key)] = text(next((item[name] for name in _VALUE_NAMES if name in item), ""))
    return tags


def request_tags(tags: Mapping[str, str]) -> dict[str, ContextValue]:
    """aws:RequestTag/… and aws:TagKeys; nothing where no tag is sent, as on AWS."""
    if not tags:
        return {}
    context: dict[str, ContextValue] = {f"aws:RequestTag/{k}": v for k, v in tags.items()}
    context["aws:TagKeys"] = tuple(tags)
    return context


def tag_keys(keys: Iterable[str]) -> dict[str, ContextValue]:
    """aws:TagKeys of a call that takes tags away."""
    names = tuple(keys)
    return {"aws:TagKeys": names} if names else {}


def resource_tags(
    lookup: Lookup | None, arn: str, service_keys: Iterable[str] = ()
) -> dict[str, ContextValue]:
    """aws:ResourceTag/…, and the service's own name for it, of a resource as it is now."""
    tags = lookup.tags(arn) if lookup is not None else None
    if not tags:
        return {}
    context: dict[str, ContextValue] = {}
    for key, value in tags.items():
        context[f"aws:ResourceTag/{key}"] = value
        for prefix in service_keys:
            context[f"{prefix}{key}"] = value
    return context


def keys_of(params: Mapping[str, Any], paths: Mapping[str, str]) -> dict[str, ContextValue]:
    """Condition keys bound to parameters: {"ec2:InstanceType": "InstanceType"}.

    A path through a list ("[]" or "{}") gives a multivalued key.
    """
    context: dict[str, ContextValue] = {}
    for key, path in paths.items():
        values = tuple(text(value) for value in found(params, path))
        if values:
            context[key] = values if "[]" in path or "{}" in path else values[0]
    return context
