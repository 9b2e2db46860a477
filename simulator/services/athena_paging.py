"""Pages of Athena's lists: a token tells the place in the list."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Any, TypeVar

from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError

Item = TypeVar("Item")


def page(
    call: Call, items: Sequence[Item], default: int, most: int = 50
) -> tuple[Sequence[Item], dict[str, Any]]:
    """The items that the call asks for, and NextToken where there are more.

    Raises:
        AwsError: InvalidRequestException for a token that was not given out.
    """
    size = int(call.params.get("MaxResults") or default)
    if not 1 <= size <= most:
        raise AwsError(
            "InvalidRequestException",
            f"1 validation error detected: Value '{size}' at 'maxResults' failed to satisfy"
            f" constraint: Member must have value less than or equal to {most}",
        )
    start = _place(call.params.get("NextToken"))
    shown = items[start : start + size]
    if start + size >= len(items):
        return shown, {}
    token = base64.urlsafe_b64encode(f"place/{start + size}".encode()).decode()
    return shown, {"NextToken": token}


def _place(token: Any) -> int:
    if not token:
        return 0
    try:
        word, _, number = base64.urlsafe_b64decode(str(token)).decode().partition("/")
        if word == "place" and number.isdecimal():
            return int(number)
    except (binascii.Error, UnicodeDecodeError, ValueError):
        pass
    raise AwsError("InvalidRequestException", f"Invalid next token: {token}")
