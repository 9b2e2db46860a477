"""What the operations of Security Hub share: the hub, pages, ids and errors."""

from __future__ import annotations

import base64
import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar

from simulator.account.account import Account
from simulator.account.chance import drawn_uuid
from simulator.gateway.call import Call
from simulator.gateway.errors import AwsError
from simulator.security_hub import state
from simulator.security_hub.state import Hub

T = TypeVar("T")


def account_of(call: Call) -> Account:
    """The account called into."""
    assert call.account is not None
    return call.account


def hub_of(call: Call) -> Hub:
    """The hub of the call's account and Region.

    Raises:
        AwsError: InvalidAccessException where Security Hub is off.
    """
    account = account_of(call)
    hub = state.hub_of(account, call.region)
    if hub is None:
        raise AwsError(
            "InvalidAccessException",
            f"Account {account.id} is not subscribed to AWS Security Hub",
            401,
        )
    return hub


def keep(call: Call, hub: Hub) -> None:
    """Put `hub` in the place of the call's hub."""
    state.keep(account_of(call), call.region, hub)


def hub_arn(call: Call) -> str:
    """The hub's own ARN."""
    return arn(call, "hub/default")


def arn(call: Call, rest: str) -> str:
    """The ARN of something of Security Hub in the call's account and Region."""
    return f"arn:aws:securityhub:{call.region}:{account_of(call).id}:{rest}"


def drawn(call: Call, what: str) -> str:
    """A UUID that nothing else in this hub got."""
    hub, account = hub_of(call), account_of(call)
    keep(call, replace(hub, made=hub.made + 1))
    place = f"{account.world.seed}/{account.id}/{call.region}/{hub.made + 1}"
    return drawn_uuid(random.Random(f"security-hub/{what}/{place}"))


def page(call: Call, items: Sequence[T], most: int = 100) -> tuple[Sequence[T], dict[str, Any]]:
    """The items that a call asks for, and the NextToken where there are more.

    Raises:
        AwsError: InvalidInputException for a token that was not given out, or too large a page.
    """
    size = int(call.params.get("MaxResults") or most)
    if not 1 <= size <= most:
        raise invalid(f"MaxResults must be between 1 and {most}.")
    start = _offset(call.params.get("NextToken"))
    rest = {"NextToken": _token(start + size)} if start + size < len(items) else {}
    return items[start : start + size], rest


def _token(offset: int) -> str:
    return base64.urlsafe_b64encode(f"offset:{offset}".encode()).decode()


def _offset(token: str | None) -> int:
    if not token:
        return 0
    try:
        word, _, number = base64.urlsafe_b64decode(token).decode().partition(":")
        if word == "offset":
            return int(number)
    except ValueError:
        pass
    raise invalid("Invalid parameter: NextToken")


def invalid(message: str) -> AwsError:
    """A parameter that can't be."""
    return AwsError("InvalidInputException", message)


def missing(message: str) -> AwsError:
    """Something named that there isn't."""
    return AwsError("ResourceNotFoundException", message, 404)
