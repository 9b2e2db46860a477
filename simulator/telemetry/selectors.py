"""Which events a trail logs.

Source: "Logging management events", "Logging data events" and "Filtering data events by using
advanced event selectors" in the CloudTrail User Guide; "AdvancedFieldSelector" in the API
Reference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

Record = Mapping[str, Any]
Selector = Mapping[str, Any]

_GLOBAL: Final = frozenset(
    f"{name}.amazonaws.com" for name in ("cloudfront", "iam", "organizations", "route53", "shield")
)
_GLOBAL_HOME: Final = "us-east-1"
_ALL_OF_TYPE: Final = {
    "AWS::S3::Object": ("arn:aws:s3", "arn:aws:s3:::"),
    "AWS::Lambda::Function": ("arn:aws:lambda",),
    "AWS::DynamoDB::Table": ("arn:aws:dynamodb",),
}
_OPERATORS: Final[dict[str, Callable[[str, str], bool]]] = {
    "Equals": str.__eq__,
    "StartsWith": str.startswith,
    "EndsWith": str.endswith,
}
NEGATED: Final = {"NotEquals": "Equals", "NotStartsWith": "StartsWith", "NotEndsWith": "EndsWith"}


@dataclass(frozen=True, slots=True)
class Selection:
    """What a trail logs at a moment. `basic` or `advanced` selectors, or neither: the default."""

    home_region: str
    multi_region: bool
    global_events: bool
    basic: Sequence[Selector] = ()
    advanced: Sequence[Selector] = ()

    def logs(self, record: Record) -> bool:
        """Whether the trail logs this event."""
        if not self._in_reach(record):
            return False
        if self.advanced:
            return any(_advanced(selector, record) for selector in self.advanced)
        if not self.basic:
            return bool(record["managementEvent"])
        return any(_basic(selector, record) for selector in self.basic)

    def _in_reach(self, record: Record) -> bool:
        """A trail of one region logs global service events only in the region they occur in."""
        if not self.multi_region and record["awsRegion"] != self.home_region:
            return False
        return self.global_events or not is_global(record)


def is_global(record: Record) -> bool:
    """Whether this is a global service event: recorded in us-east-1 wherever the caller is."""
    if record["eventSource"] == "sts.amazonaws.com":
        host = record.get("tlsDetails", {}).get("clientProvidedHostHeader")
        return bool(host == "sts.amazonaws.com")
    return record["eventSource"] in _GLOBAL and record["awsRegion"] == _GLOBAL_HOME


def _basic(selector: Selector, record: Record) -> bool:
    wanted = selector.get("ReadWriteType", "All")
    if wanted != "All" and (wanted == "ReadOnly") is not record["readOnly"]:
        return False
    if record["managementEvent"]:
        excluded = selector.get("ExcludeManagementEventSources") or ()
        return (
            selector.get("IncludeManagementEvents", True) and record["eventSource"] not in excluded
        )
    touched = list(_touched(record))
    return any(
        _names(source["Type"], value, arn)
        for source in selector.get("DataResources") or ()
        for value in source.get("Values") or ()
        for kind, arn in touched
        if kind == source["Type"]
    )


def _names(kind: str, value: str, arn: str) -> bool:
    if value in _ALL_OF_TYPE.get(kind, ()):
        return True
    return arn.startswith(value) if kind == "AWS::S3::Object" else arn == value


def _touched(record: Record) -> Iterator[tuple[str, str]]:
    """Type and ARN of an event's resources; every S3 data event is about objects."""
    for resource in record.get("resources") or ():
        arn = resource.get("ARN") or resource.get("ARNPrefix") or ""
        kind = resource.get("type") or ""
        yield kind, arn
        if kind == "AWS::S3::Bucket" and record["eventName"] == "HeadBucket":
            yield "AWS::S3::Object", f"{arn}/"


def _advanced(selector: Selector, record: Record) -> bool:
    return all(_field(one, record) for one in selector["FieldSelectors"])


def _field(selector: Selector, record: Record) -> bool:
    """Any of the values asked for, and none of those excluded."""
    values = list(_values(selector["Field"], record))
    asked = [(name, selector[name]) for name in _OPERATORS if selector.get(name)]
    if asked and not any(_matches(name, wanted, values) for name, wanted in asked):
        return False
    return not any(
        _matches(positive, selector[name], values)
        for name, positive in NEGATED.items()
        if selector.get(name)
    )


def _matches(operator: str, wanted: Sequence[str], values: Sequence[str]) -> bool:
    compare = _OPERATORS[operator]
    return any(compare(value, one) for value in values for one in wanted)


def _values(name: str, record: Record) -> Iterator[str]:
    if name == "resources.type":
        yield from (kind for kind, _ in _touched(record))
    elif name == "resources.ARN":
        yield from (arn for kind, arn in _touched(record) if kind != "AWS::S3::Bucket")
    elif name == "userIdentity.arn":
        yield str(record["userIdentity"].get("arn", ""))
    elif name == "sessionCredentialFromConsole":
        yield str(record.get(name, "false")).lower()
    elif isinstance(record.get(name), bool):
        yield str(record[name]).lower()
    elif record.get(name) is not None:
        yield str(record[name])
