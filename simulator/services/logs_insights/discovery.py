"""Fields that are found in log events.

Source: "Supported logs and discovered fields" (CloudWatch Logs User Guide): JSON (CloudTrail's too),
VPC flow logs in the default format, Route 53 query logs, Lambda logs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from simulator.services.logs_insights.syntax import Value
from simulator.services.logs_insights.values import finite

_FLOW: Final = re.compile(
    r"(?P<version>\d+) (?P<accountId>\S+) (?P<interfaceId>eni-\S+) (?P<srcAddr>\S+) "
    r"(?P<dstAddr>\S+) (?P<srcPort>\S+) (?P<dstPort>\S+) (?P<protocol>\S+) (?P<packets>\S+) "
    r"(?P<bytes>\S+) (?P<startTime>\d+) (?P<endTime>\d+) (?P<action>\S+) (?P<logStatus>[A-Z]+)\s*"
)
_ROUTE_53: Final = re.compile(
    r"(?P<version>\d\.\d) (?P<queryTimestamp>\d{4}-\S+) (?P<hostZoneId>Z\S+) (?P<queryName>\S+) "
    r"(?P<queryType>\S+) (?P<responseCode>[A-Z]+) (?P<protocol>TCP|UDP) (?P<edgeLocation>\S+) "
    r"(?P<resolverIp>\S+) \S+\s*"
)
_LAMBDA: Final = "/aws/lambda/"
_TYPE: Final = re.compile(r"(?P<type>START|END|REPORT) RequestId: (?P<requestId>[0-9a-f-]{36})")
_IN_REPORT: Final = {
    "@duration": (re.compile(r"\tDuration: ([\d.]{1,20}) ms"), 1),
    "@billedDuration": (re.compile(r"\tBilled Duration: ([\d.]{1,20}) ms"), 1),
    "@memorySize": (re.compile(r"\tMemory Size: (\d{1,20}) MB"), 1_000_000),
    "@maxMemoryUsed": (re.compile(r"\tMax Memory Used: (\d{1,20}) MB"), 1_000_000),
    "@initDuration": (re.compile(r"\tInit Duration: ([\d.]{1,20}) ms"), 1),
}
_LONGEST_LINE: Final = 2000


def discovered(message: str, group: str) -> Mapping[str, Any]:
    """The fields of a message in a log group, nested as JSON nests them."""
    start = message.lstrip()[:1]
    if start == "{":
        return _json(message.lstrip())
    if _LAMBDA in group:
        return {**_lambda(message), **_json(message[message.find("{") :])}
    if start.isdigit() and len(message) <= _LONGEST_LINE:
        found = _FLOW.fullmatch(message) or _ROUTE_53.fullmatch(message)
        return found.groupdict() if found else {}
    return {}


def resolve(found: Any, parts: Sequence[str]) -> Value:
    """The value at a path; None where there is none, or none that is a single value.

    A key may have dots in it, and so be several of the path's parts.
    """
    if not parts:
        if isinstance(found, bool):
            return int(found)
        return found if isinstance(found, str) else finite(found)
    if isinstance(found, Mapping):
        for size in range(len(parts), 0, -1):
            key = ".".join(parts[:size])
            if key in found and (value := resolve(found[key], parts[size:])) is not None:
                return value
    elif isinstance(found, list) and parts[0].isdecimal() and len(parts[0]) < 10:
        place = int(parts[0])
        return resolve(found[place], parts[1:]) if place < len(found) else None
    return None


def _json(text: str) -> Mapping[str, Any]:
    """The first JSON object of a text."""
    try:
        found = json.JSONDecoder().raw_decode(text)[0] if text.startswith("{") else {}
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _lambda(message: str) -> Mapping[str, Value]:
    found = _TYPE.match(message)
    if found is None:
        return {}
    fields: dict[str, Value] = {"@type": found["type"], "@requestId": found["requestId"]}
    if found["type"] == "REPORT":
        for name, (pattern, unit) in _IN_REPORT.items():
            if (value := pattern.search(message[:_LONGEST_LINE])) is not None:
                fields[name] = float(value[1]) * unit if "." in value[1] else int(value[1]) * unit
    return fields
