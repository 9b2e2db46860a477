"""Which buckets and objects a job looks at.

Source: "CreateClassificationJob", S3JobDefinition (Amazon Macie API Reference). Criteria that exclude
win over those that include.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from simulator.account.account import Account
from simulator.macie import buckets
from simulator.macie.content import extension


def names_bucket(settings: Mapping[str, Any], name: str) -> bool:
    """Whether a job names a bucket itself."""
    listed = settings["s3JobDefinition"].get("bucketDefinitions") or ()
    return any(name in one["buckets"] for one in listed)


def chosen_buckets(account: Account, region: str, settings: Mapping[str, Any]) -> list[str]:
    """Names of the buckets to look at: those listed, or those in the region that fit criteria now."""
    definition = settings["s3JobDefinition"]
    listed = definition.get("bucketDefinitions")
    if listed:
        return [name for one in listed for name in one["buckets"]]
    criteria = definition.get("bucketCriteria") or {}
    return [
        bucket.name
        for bucket in buckets.in_region(account, region)
        if _passes(criteria, lambda term, b=bucket: _bucket_fits(account, b, term))
    ]


def _passes(block: Mapping[str, Any], fits: Any) -> bool:
    excluded, included = (
        (block.get(name) or {}).get("and") or () for name in ("excludes", "includes")
    )
    if excluded and all(fits(term) for term in excluded):
        return False
    return all(fits(term) for term in included)


def _bucket_fits(account: Account, bucket: Any, term: Mapping[str, Any]) -> bool:
    if "tagCriterion" in term:
        return _tagged(buckets.tags(bucket), term["tagCriterion"], "tagValues")
    simple = term.get("simpleCriterion") or {}
    own: dict[str, Callable[[], Any]] = {
        "ACCOUNT_ID": lambda: account.id,
        "S3_BUCKET_NAME": lambda: bucket.name,
        "S3_BUCKET_EFFECTIVE_PERMISSION": lambda: buckets.public_access(bucket)[
            "effectivePermission"
        ],
        "S3_BUCKET_SHARED_ACCESS": lambda: buckets.shared_access(account, bucket),
    }
    return compares(
        str(own[simple["key"]]()), simple.get("comparator") or "EQ", simple.get("values") or ()
    )


def takes_object(settings: Mapping[str, Any], item: Any, since: datetime | None) -> bool:
    """Whether a job's run looks at an object of a bucket."""
    if item.storage_class not in buckets.CLASSES:
        return False
    if since is not None and modified(item) < since:
        return False
    scoping = settings["s3JobDefinition"].get("scoping") or {}
    return _passes(scoping, lambda term: _object_fits(item, term))


def _object_fits(item: Any, term: Mapping[str, Any]) -> bool:
    if "tagScopeTerm" in term:
        return _tagged(object_tags(item), term["tagScopeTerm"], "tagValues")
    simple = term.get("simpleScopeTerm") or {}
    values, comparator = simple.get("values") or (), simple.get("comparator") or "EQ"
    if simple["key"] == "OBJECT_EXTENSION":
        return compares(extension(item.name), comparator, values)
    if simple["key"] == "OBJECT_KEY":
        starts = any(item.name.startswith(one) for one in values)
        return not starts if comparator == "NE" else starts
    if simple["key"] == "OBJECT_SIZE":
        return compares(int(item.size), comparator, [int(one) for one in values])
    moments = [datetime.fromisoformat(one.replace("Z", "+00:00")) for one in values]
    return compares(modified(item), comparator, moments)


def _tagged(tags: list[dict[str, str]], term: Mapping[str, Any], name: str) -> bool:
    held = {(one["key"], one["value"]) for one in tags}
    keys = {key for key, _ in held}
    wanted = term.get(name) or ()
    fits = any(
        (one["key"], one["value"]) in held if one.get("value") else one.get("key") in keys
        for one in wanted
    )
    return not fits if term.get("comparator") == "NE" else fits


def compares(own: Any, comparator: str, values: Iterable[Any]) -> bool:
    """A value and others, joined by OR; NE is none of them."""
    values = list(values)
    if comparator == "NE":
        return own not in values
    checks: dict[str, Callable[[Any], bool]] = {
        "EQ": lambda one: own == one,
        "CONTAINS": lambda one: one in own,
        "STARTS_WITH": lambda one: own[: len(one)] == one,
        "GT": lambda one: own > one,
        "GTE": lambda one: own >= one,
        "LT": lambda one: own < one,
        "LTE": lambda one: own <= one,
    }
    return any(checks[comparator](one) for one in values)


def modified(item: Any) -> datetime:
    """When an object was last changed."""
    at: datetime = item.last_modified
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def object_tags(item: Any) -> list[dict[str, str]]:
    """An object's tags."""
    from simulator.account.state import state_of

    state = state_of("s3", item.account_id)
    kept = state.tagger.get_tag_dict_for_resource(item.arn) if state is not None else {}
    return [{"key": key, "value": value or ""} for key, value in kept.items()]
