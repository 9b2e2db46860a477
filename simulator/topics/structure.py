"""One message for each protocol, in one JSON object: MessageStructure "json".

Source: "Publish", JSON-specific constraints (Amazon SNS API Reference); the errors as clients
report them.
"""

from __future__ import annotations

import json

from simulator.gateway.errors import AwsError


def check(message: str) -> None:
    """Refuse what is no such object.

    Raises:
        AwsError: InvalidParameter.
    """
    told = _told(message)
    if told is None:
        raise _refusal("JSON message body failed to parse")
    if "default" not in told:
        raise _refusal("No default entry in JSON message body")


def chosen(message: str, protocol: str) -> str:
    """What subscribers of a protocol get."""
    told = _told(message) or {}
    return told.get(protocol, told.get("default", ""))


def _told(message: str) -> dict[str, str] | None:
    """Entries that are no strings are passed over."""
    try:
        told = json.loads(message)
    except ValueError:
        return None
    if not isinstance(told, dict):
        return None
    return {name: value for name, value in told.items() if isinstance(value, str)}


def _refusal(why: str) -> AwsError:
    return AwsError("InvalidParameter", f"Invalid parameter: Message Structure - {why}")
