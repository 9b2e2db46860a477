"""A role that an AWS service assumes, to act in an account with the rights that the role has.

Every step is decided by the policy engine on the account as it is now: the role's trust in the
service, then each call on the role's own policies and all that limits them. Source: "Roles terms
and concepts" ("service role") in the IAM User Guide.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from werkzeug.wrappers import Response

from simulator.account.account import Account
from simulator.account.chance import drawn_uuid
from simulator.account.principal_policies import iam_state, policies_of
from simulator.gateway import authorize
from simulator.gateway.call import Call, Outcome
from simulator.gateway.caller import Caller, CallerType, Session, service_caller
from simulator.gateway.context import global_context
from simulator.gateway.errors import AwsError
from simulator.gateway.record import record
from simulator.iam.actions import Needed, needed

_HOUR = timedelta(hours=1)


def assume(
    account: Account, service: str, source_arn: str, role_arn: str, session_name: str, region: str
) -> Caller:
    """The service's session of the role; nothing is written down.

    `service` is a service principal, `source_arn` the resource on whose behalf it calls.

    Raises:
        AwsError: there is no such role, or it doesn't trust the service.
    """
    role = next((r for r in iam_state(account.id).roles.values() if r.arn == role_arn), None)
    if role is None:
        raise AwsError("AccessDenied", f"{role_arn} does not exist.", 403)
    caller = replace(service_caller(service), issuer_arn=source_arn)
    params = {"RoleArn": role_arn, "RoleSessionName": session_name}
    asks = _call(account, caller, service, "sts", "AssumeRole", params, region)
    authorize.decide(
        asks, Needed("sts:AssumeRole", role_arn), policies_of(caller), global_context(asks), "query"
    )
    now = account.world.clock.now()
    key = "".join(_chance(account, role_arn, now).choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", k=16))
    return Caller(
        CallerType.ASSUMED_ROLE,
        account.id,
        f"arn:aws:sts::{account.id}:assumed-role/{role.name}/{session_name}",
        f"{role.id}:{session_name}",
        f"ASIA{key}",
        issuer_arn=role.arn,
        issuer_id=role.id,
        issuer_name=role.name,
        session=Session(issued=now, expires=now + _HOUR, name=session_name),
    )


def check(
    account: Account,
    caller: Caller,
    service: str,
    operation: str,
    params: Mapping[str, Any],
    region: str,
) -> None:
    """Let the role's session make a call of `service` (botocore's name), or refuse it.

    Raises:
        AwsError: the refusal.
    """
    call = _call(account, caller, "", service, operation, dict(params), region)
    own, context = policies_of(caller), global_context(call)
    for need in needed(service, operation, params, account_id=account.id, region=region):
        authorize.decide(call, need, own, context, "json")


def write_down(
    account: Account,
    caller: Caller,
    by: str,
    service: str,
    operation: str,
    params: Mapping[str, Any],
    region: str,
    result: Mapping[str, Any] | None = None,
) -> None:
    """Leave the record of a call that succeeded; `by` is the service principal behind it."""
    call = _call(account, caller, by, service, operation, dict(params), region)
    if caller.type is CallerType.ASSUMED_ROLE:
        call.invoked_by = by
    call.outcome = Outcome(Response(b""), result=dict(result or {}))
    record(call, account.world.accounts)


def _call(
    account: Account,
    caller: Caller,
    by: str,
    service: str,
    operation: str,
    params: dict[str, Any],
    region: str,
) -> Call:
    now = account.world.clock.now()
    chance = _chance(account, f"{service}:{operation}", now)
    call = Call(
        service=service,
        event_source=f"{service}.amazonaws.com",
        operation=operation,
        params=params,
        region=region,
        headers={},
        host=f"{service}.{region}.amazonaws.com",
        source_ip=by,
        user_agent=by,
        request_id=drawn_uuid(chance),
        event_id="",
        time=now,
        tls=True,
        caller=caller,
    )
    call.account = account
    return call


def _chance(account: Account, what: str, now: Any) -> random.Random:
    return random.Random(f"service role/{account.world.seed}/{account.id}/{what}/{now.isoformat()}")
