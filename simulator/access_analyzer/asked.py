"""What a call to IAM Access Analyzer names, and the refusals of what isn't there."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Any, TypeVar

from simulator.access_analyzer import state
from simulator.access_analyzer.filters import invalid
from simulator.access_analyzer.state import Analyzer, ArchiveRule, Finding
from simulator.account.account import Account
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError

Item = TypeVar("Item")
_MOST = 1_000


def account_of(call: Call) -> Account:
    """The account that is called into."""
    assert call.account is not None
    return call.account


def missing(what: str, name: str, kind: str) -> AwsError:
    """A ResourceNotFoundException."""
    details = {"resourceId": name, "resourceType": kind}
    return AwsError("ResourceNotFoundException", f"{what} not found", 404, details)


def arn_of(call: Call, name: str) -> str:
    """The ARN of an analyzer of the account called into."""
    return f"arn:aws:access-analyzer:{call.region}:{account_of(call).id}:analyzer/{name}"


def by_name(call: Call) -> Analyzer:
    """The analyzer that `analyzerName` names.

    Raises:
        AwsError: ResourceNotFoundException.
    """
    name = str(call.params["analyzerName"])
    found = state.of(account_of(call), call.region).analyzers.get(name)
    if found is None:
        raise missing("Analyzer", name, "Analyzer")
    return found


def by_arn(call: Call, key: str = "analyzerArn") -> Analyzer:
    """The analyzer that an ARN names.

    Raises:
        AwsError: ValidationException, ResourceNotFoundException.
    """
    arn = str(call.params[key])
    head, _, name = arn.partition(":analyzer/")
    if not head.startswith("arn:aws:access-analyzer:") or not name:
        raise invalid(f"Invalid analyzer ARN: {arn}")
    found = state.of(account_of(call), call.region).analyzers.get(name)
    if found is None or found.arn != arn:
        raise missing("Analyzer", arn, "Analyzer")
    return found


def rule_of(call: Call, analyzer: Analyzer) -> ArchiveRule:
    """The archive rule that `ruleName` names.

    Raises:
        AwsError: ResourceNotFoundException.
    """
    name = str(call.params["ruleName"])
    if name not in analyzer.rules:
        raise missing("Archive rule", name, "ArchiveRule")
    return analyzer.rules[name]


def finding_of(call: Call, analyzer: Analyzer) -> Finding:
    """The finding that `id` names.

    Raises:
        AwsError: ResourceNotFoundException.
    """
    name = str(call.params["id"])
    if name not in analyzer.findings:
        raise missing("Finding", name, "Finding")
    return analyzer.findings[name]


def page(
    call: Call, items: Sequence[Item], default: int = 100
) -> tuple[list[Item], dict[str, Any]]:
    """The items that a call asks for, and nextToken where there are more.

    Raises:
        AwsError: ValidationException for a token that was not given out.
    """
    size = int(call.params.get("maxResults") or default)
    if not 1 <= size <= _MOST:
        raise invalid("maxResults must be between 1 and 1000")
    start = _place(call.params.get("nextToken"))
    shown = list(items[start : start + size])
    if start + size >= len(items):
        return shown, {}
    return shown, {"nextToken": base64.b64encode(f"place/{start + size}".encode()).decode()}


def _place(token: Any) -> int:
    if not token:
        return 0
    try:
        word, _, number = base64.b64decode(str(token), validate=True).decode().partition("/")
        if word == "place" and number.isdecimal():
            return int(number)
    except (binascii.Error, UnicodeDecodeError, ValueError):
        pass
    raise invalid("Invalid nextToken")
