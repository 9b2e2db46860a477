"""What AWS Config's operations share: state and pages."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Any, TypeVar

from simulator.configuration import state
from simulator.configuration.state import Kept
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.reactions.reactions import wake

Item = TypeVar("Item")


def kept(call: Call) -> Kept:
    """What is kept in the call's account and Region."""
    assert call.account is not None
    return state.kept(call.account, call.region)


def keep(call: Call, changed: Kept) -> None:
    """Keep this from now on, and look after it as time passes."""
    assert call.account is not None
    state.keep(call.account, call.region, changed)
    wake(call.account.world, "config")


def catch_up(call: Call) -> None:
    """What has happened until now is taken in first, as under the settings of until now."""
    assert call.account is not None
    call.account.world.react()


def page(
    call: Call, items: Sequence[Item], default: int, upper: bool = True
) -> tuple[list[Item], dict[str, str]]:
    """The items that the call asks for, and its next token where there are more.

    Raises:
        AwsError: InvalidLimitException, InvalidNextTokenException.
    """
    limit, token = ("Limit", "NextToken") if upper else ("limit", "nextToken")
    size = int(call.params.get(limit) or default)
    if not 0 <= size <= 100:
        raise AwsError(
            "InvalidLimitException",
            f"Value '{size}' at 'limit' failed to satisfy constraint: Member must have value less"
            " than or equal to 100",
        )
    start = _place(call.params.get(token))
    shown = list(items[start : start + size])
    if start + size >= len(items):
        return shown, {}
    return shown, {token: base64.b64encode(f"place/{start + size}".encode()).decode()}


def _place(token: Any) -> int:
    if not token:
        return 0
    try:
        word, _, number = base64.b64decode(str(token), validate=True).decode().partition("/")
        if word == "place" and number.isdecimal():
            return int(number)
    except (binascii.Error, UnicodeDecodeError):
        pass
    raise AwsError("InvalidNextTokenException", "The nextToken provided is invalid")
