"""Which findings match filters: attributes are joined by AND, a field's own filters as AWS joins them.

Sources: "AwsSecurityFindingFilters", "StringFilter", "NumberFilter", "DateFilter", "MapFilter",
"IpFilter", "KeywordFilter" (AWS Security Hub API Reference).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final

from simulator.gateway.errors import AwsError
from simulator.security_hub.attributes import values

Asff = Mapping[str, Any]
Filters = Mapping[str, Sequence[Mapping[str, Any]]]
_MOST: Final = 20
_POSITIVE: Final = ("EQUALS", "PREFIX", "CONTAINS")
_COMPARE: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "EQUALS": lambda value, wanted: value == wanted,
    "PREFIX": lambda value, wanted: value.startswith(wanted),
    "CONTAINS": lambda value, wanted: wanted in value,
}
_OPPOSITES: Final = {
    "NOT_EQUALS": "EQUALS",
    "PREFIX_NOT_EQUALS": "PREFIX",
    "NOT_CONTAINS": "CONTAINS",
}
_APART: Final = (
    ("EQUALS", "NOT_EQUALS"),
    ("EQUALS", "PREFIX_NOT_EQUALS"),
    ("CONTAINS", "NOT_CONTAINS"),
    ("CONTAINS", "NOT_EQUALS"),
    ("CONTAINS", "PREFIX_NOT_EQUALS"),
    ("EQUALS", "NOT_CONTAINS"),
    ("PREFIX", "NOT_CONTAINS"),
)
_LIMITS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "Gte": lambda value, limit: value >= limit,
    "Lte": lambda value, limit: value <= limit,
    "Gt": lambda value, limit: value > limit,
    "Lt": lambda value, limit: value < limit,
    "Eq": lambda value, limit: value == limit,
}


def check(filters: Filters) -> None:
    """Raises AwsError: InvalidInputException for filters that AWS refuses."""
    for name, given in filters.items():
        if len(given) > _MOST:
            raise _invalid(f"The filter {name} has more than {_MOST} values.")
        used = {each.get("Comparison", "EQUALS") for each in given}
        if "CONTAINS_WORD" in used:
            raise _invalid("CONTAINS_WORD is only supported by GetFindingsV2.")
        for one, other in _APART:
            if {one, other} <= used:
                raise _invalid(f"{name} can't have both {one} and {other} filters.")
        if _kind(name) == "DateFilter":
            for each in given:
                _span(each, datetime(2000, 1, 1, tzinfo=UTC))
        if _kind(name) == "IpFilter":
            for each in given:
                _network(str(each.get("Cidr", "")))


def matches(finding: Asff, filters: Filters, now: datetime) -> bool:
    """Whether a finding matches filters that `check` let pass. `now` is aware UTC."""
    return all(_field(finding, name, given, now) for name, given in filters.items() if given)


def _field(finding: Asff, name: str, given: Sequence[Mapping[str, Any]], now: datetime) -> bool:
    kind, found = _kind(name), values(finding, name)
    if kind == "NumberFilter":
        return any(_number(value, each) for each in given for value in found)
    if kind == "DateFilter":
        spans = [_span(each, now) for each in given]
        times = [moment(value) for value in found]
        return any(since <= time <= until for since, until in spans for time in times)
    if kind == "MapFilter":
        return _map(found, given)
    if kind == "IpFilter":
        return any(_inside(str(value), each["Cidr"]) for each in given for value in found)
    if kind == "KeywordFilter":
        texts = [text.lower() for text in _texts(finding)]
        return any(str(each["Value"]).lower() in text for each in given for text in texts)
    if kind == "BooleanFilter":
        told = bool(found and found[0])
        return any(bool(each["Value"]) is told for each in given)
    return _string([str(value) for value in found], given)


def _string(found: Sequence[str], given: Sequence[Mapping[str, Any]]) -> bool:
    """Positive filters are joined by OR; negative ones by AND, and none of the values may match."""
    wanted = [(each.get("Comparison", "EQUALS"), str(each.get("Value", ""))) for each in given]
    chosen = [(_COMPARE[how], value) for how, value in wanted if how in _POSITIVE]
    barred = [(_COMPARE[_OPPOSITES[how]], value) for how, value in wanted if how in _OPPOSITES]
    if any(test(value, text) for test, text in barred for value in found):
        return False
    return not chosen or any(test(value, text) for test, text in chosen for value in found)


def _map(found: Sequence[Any], given: Sequence[Mapping[str, Any]]) -> bool:
    chosen: list[bool] = []
    for each in given:
        how, text = each.get("Comparison", "EQUALS"), str(each.get("Value", ""))
        told = [str(one[each["Key"]]) for one in found if each["Key"] in one]
        if how in _OPPOSITES:
            if any(_COMPARE[_OPPOSITES[how]](value, text) for value in told):
                return False
        else:
            chosen.append(any(_COMPARE[how](value, text) for value in told))
    return not chosen or any(chosen)


def _number(value: Any, given: Mapping[str, Any]) -> bool:
    return all(_LIMITS[name](float(value), float(limit)) for name, limit in given.items())


def _span(given: Mapping[str, Any], now: datetime) -> tuple[datetime, datetime]:
    if (within := given.get("DateRange")) is not None:
        edge = now - timedelta(days=int(within["Value"]))
        if within.get("Comparison") == "OLDER_THAN":
            return datetime.min.replace(tzinfo=UTC), edge
        return edge, now
    if not given.get("Start") and not given.get("End"):
        raise _invalid("A date filter needs a Start, an End or a DateRange.")
    try:
        since = moment(given["Start"]) if given.get("Start") else datetime.min.replace(tzinfo=UTC)
        until = moment(given["End"]) if given.get("End") else datetime.max.replace(tzinfo=UTC)
    except ValueError:
        raise _invalid("Start and End must be ISO 8601 timestamps.") from None
    return since, until


def moment(text: str) -> datetime:
    """An ISO 8601 timestamp as aware UTC.

    Raises:
        ValueError: it is none.
    """
    time = datetime.fromisoformat(text)
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _network(cidr: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    try:
        return ipaddress.ip_network(cidr, strict=False)
    except ValueError:
        raise _invalid(f"{cidr} is not a CIDR block.") from None


def _inside(address: str, cidr: str) -> bool:
    try:
        return ipaddress.ip_address(address) in _network(cidr)
    except ValueError:
        return False


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)
    elif value is not None:
        yield str(value)


@cache
def _kind(name: str) -> str:
    """The filter's shape by botocore's model: "StringFilter", "DateFilter" …"""
    import botocore.session

    model = botocore.session.get_session().get_service_model("securityhub")
    shape: Any = model.shape_for("AwsSecurityFindingFilters")
    if name not in shape.members:
        return "StringFilter"
    return str(shape.members[name].member.name)


def _invalid(message: str) -> AwsError:
    return AwsError("InvalidInputException", message)
