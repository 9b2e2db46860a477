"""What a service of this simulator says of itself, as its own API tells it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator import services
from simulator.account.account import Account
from simulator.gateway.call import Call
from simulator.gateway.caller import Caller, CallerType
from simulator.gateway.errors import AwsError


def is_built(service: str, operation: str) -> bool:
    """Whether the simulator has the operation, and doesn't leave it to the backend."""
    return services.find(service, operation) is not None


def ask(
    account: Account,
    region: str,
    service: str,
    operation: str,
    params: Mapping[str, Any] | None = None,
) -> Mapping[str, Any]:
    """The answer of a reading operation, without a record; empty where the service refuses.

    Names are botocore's.
    """
    serve = services.find(service, operation)
    if serve is None:
        return {}
    arn = f"arn:aws:iam::{account.id}:root"
    call = Call(
        service=service,
        event_source=f"{service}.amazonaws.com",
        operation=operation,
        params=dict(params or {}),
        region=region,
        headers={},
        host=f"{service}.{region}.amazonaws.com",
        source_ip="securityhub.amazonaws.com",
        user_agent="securityhub.amazonaws.com",
        request_id="",
        event_id="",
        time=account.world.clock.now(),
        caller=Caller(CallerType.ROOT, account.id, arn, account.id),
        account=account,
    )
    try:
        return serve(call, services.Backend(_nothing))
    except AwsError:
        return {}


def _nothing() -> dict[str, Any]:
    return {}
