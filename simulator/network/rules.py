"""Which rule of a listener applies to a request.

Sources: "Listener rules for your Application Load Balancer", "Condition types for listener rules"
(Elastic Load Balancing, Application Load Balancers).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from simulator.network.message import WebRequest

DEFAULT = 0
"""The priority of the default rule, as the access log writes it."""


@dataclass(frozen=True, slots=True)
class Matched:
    """A rule's priority, and its actions in their order."""

    priority: int
    actions: tuple[Mapping[str, Any], ...]


def match(listener: Any, request: WebRequest) -> Matched:
    """The rule of the backend's listener that applies: by priority, the default one last."""
    others = [rule for rule in listener.rules.values() if not rule.is_default]
    for rule in sorted(others, key=lambda each: int(each.priority)):
        if all(_holds(condition, request) for condition in rule.conditions):
            return Matched(int(rule.priority), _actions(rule.actions))
    return Matched(DEFAULT, _actions(listener.default_actions))


def _actions(actions: Iterable[Any]) -> tuple[Mapping[str, Any], ...]:
    told = [getattr(action, "data", action) for action in actions]
    return tuple(sorted(told, key=lambda each: int(each.get("Order") or 0)))


def _holds(condition: Mapping[str, Any], request: WebRequest) -> bool:
    kind = str(condition.get("Field"))
    settings: Mapping[str, Any] = condition.get(_SETTINGS.get(kind, "")) or {}
    values = [*(settings.get("Values") or ()), *(condition.get("Values") or ())]
    patterns = settings.get("RegexValues") or ()
    if kind == "source-ip":
        return any(_inside(request.source_ip, block) for block in values)
    if kind == "query-string":
        return any(_in_query(value, request) for value in values)
    if kind == "http-request-method":
        return request.method in values
    if kind == "host-header":
        found: str | None = (request.header("host") or "").rsplit(":", 1)[0]
    elif kind == "path-pattern":
        found = request.path
    elif kind == "http-header":
        found = request.header(str(settings.get("HttpHeaderName", "")))
    else:
        return False
    any_case = kind != "path-pattern"
    return found is not None and (
        any(_like(value, found, any_case) for value in values)
        or any(re.search(pattern, found, re.IGNORECASE * any_case) for pattern in patterns)
    )


_SETTINGS = {
    "host-header": "HostHeaderConfig",
    "http-header": "HttpHeaderConfig",
    "http-request-method": "HttpRequestMethodConfig",
    "path-pattern": "PathPatternConfig",
    "query-string": "QueryStringConfig",
    "source-ip": "SourceIpConfig",
}


def _like(pattern: str, text: str, any_case: bool) -> bool:
    """`*` is any number of characters, `?` one."""
    escaped = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(escaped, text, re.IGNORECASE * any_case | re.DOTALL) is not None


def _in_query(wanted: Any, request: WebRequest) -> bool:
    """A key and value, or a value of any key."""
    pairs = parse_qsl(request.parts.query, keep_blank_values=True)
    key, value = wanted.get("Key"), str(wanted.get("Value", ""))
    return any(
        (key is None or _like(str(key), name, True)) and _like(value, given, True)
        for name, given in pairs
    )


def _inside(address: str, block: str) -> bool:
    try:
        return ipaddress.ip_address(address) in ipaddress.ip_network(block, strict=False)
    except ValueError:
        return False
