"""Any API call that an AWS service makes by itself, in its own name or with a role it assumed.

It goes through the gateway's stages as any other: policies of the caller and of the resource
decide, a key that guards the resource is asked for, and a record is left. The caller of `perform`
has the world's turn.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlencode

from werkzeug.test import EnvironBuilder

from simulator.account.account import Account
from simulator.account.chance import drawn_uuid
from simulator.account.lookup import AccountLookup
from simulator.account.principal_policies import policies_of
from simulator.gateway import authorize, hidden
from simulator.gateway.call import Call, Outcome
from simulator.gateway.caller import Caller, CallerType
from simulator.gateway.context import global_context
from simulator.gateway.dispatch import dispatch
from simulator.gateway.errors import AwsError, to_response
from simulator.gateway.models import operation_model, serializer
from simulator.gateway.parse import Parsed
from simulator.gateway.record import record
from simulator.iam.actions import needed


@dataclass(frozen=True, slots=True)
class OwnCall:
    """`params` has boto3's shape; `service` and `operation` are botocore's names."""

    caller: Caller
    """The service principal on behalf of `issuer_arn`, or its session of a role."""
    by: str
    """The service principal that makes the call: "events.amazonaws.com"."""
    service: str
    operation: str
    params: Mapping[str, Any]
    region: str


def perform(wanted: OwnCall, account: Account) -> dict[str, Any]:
    """Make the call into `account`, now on its clock; what it answers.

    Raises:
        AwsError: it was refused, or it failed.
    """
    environ, parsed = _parsed(wanted, account)
    call, failed = parsed.call, None
    try:
        _admit(call, account, parsed.protocol)
        hidden.perform(call, environ)
        call.outcome = dispatch(parsed, environ)
        if call.outcome.error_code is not None:
            status = call.outcome.response.status_code
            failed = AwsError(call.outcome.error_code, call.outcome.error_message or "", status)
    except AwsError as error:
        failed = error
        response = to_response(error, parsed.protocol, call.service, call.request_id)
        call.outcome = Outcome(response, error.code, error.message)
    if wanted.caller.type is not CallerType.AWS_SERVICE:
        call.invoked_by = wanted.by
    for each in (*call.hidden, call):
        record(each, account.world.accounts)
    if failed is not None:
        raise failed
    assert call.outcome is not None
    return call.outcome.result or {}


def _parsed(wanted: OwnCall, account: Account) -> tuple[dict[str, Any], Parsed]:
    """The call as it would have arrived: botocore's models say how it looks on the wire."""
    from moto.core.request import Request, determine_request_protocol

    operation = operation_model(wanted.service, wanted.operation)
    protocol = determine_request_protocol(operation.service_model)
    sent = serializer(protocol).serialize_to_request(dict(wanted.params), operation)
    body = sent["body"]
    if isinstance(body, dict):
        body = urlencode(body).encode()
    host = f"{operation.service_model.endpoint_prefix}.{wanted.region}.amazonaws.com"
    environ: dict[str, Any] = EnvironBuilder(
        method=sent["method"],
        path=unquote(sent["url_path"].partition("?")[0]),
        headers=[*sent["headers"].items(), ("Host", host)],
        data=body,
    ).get_environ()
    environ["RAW_URI"] = sent["url_path"]
    call = Call(
        service=wanted.service,
        event_source=f"{operation.service_model.endpoint_prefix}.amazonaws.com",
        operation=wanted.operation,
        params=dict(wanted.params),
        region=wanted.region,
        headers=sent["headers"],
        host=host,
        source_ip=wanted.by,
        user_agent=wanted.by,
        request_id=_request_id(wanted, account),
        event_id="",
        time=account.world.clock.now(),
        request_line=f"{sent['method']} {sent['url_path']}",
        tls=True,
        caller=wanted.caller,
    )
    call.enter(account)
    return environ, Parsed(call, operation, protocol, Request(environ), body or b"")


def _request_id(wanted: OwnCall, account: Account) -> str:
    now, number = account.world.clock.now().isoformat(), len(account.records)
    what = f"{wanted.service}:{wanted.operation}/{wanted.caller.arn}/{now}/{number}"
    return drawn_uuid(random.Random(f"own call/{account.world.seed}/{account.id}/{what}"))


def _admit(call: Call, account: Account, protocol: str) -> None:
    lookup = AccountLookup(account.id, call.region, call.caller, account.world.accounts)
    own, context = policies_of(call.caller), global_context(call)
    for need in needed(
        call.service,
        call.operation,
        call.params,
        account_id=account.id,
        region=call.region,
        lookup=lookup,
    ):
        authorize.decide(call, need, own, context, protocol)
