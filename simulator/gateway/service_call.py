"""A call that an AWS service makes in its own name, inside the call being served.

It goes through the gateway's stages as any other, so that policies can forbid it and a record is
left, but for the one that delivers logs. The caller of `perform` has the world's turn.
"""

from __future__ import annotations

import random
import string
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from werkzeug.test import EnvironBuilder

from simulator.account.account import Account
from simulator.account.principal_policies import policies_of
from simulator.gateway import authorize
from simulator.gateway.call import Outcome
from simulator.gateway.caller import service_caller
from simulator.gateway.context import global_context
from simulator.gateway.dispatch import dispatch
from simulator.gateway.errors import AwsError, to_response
from simulator.gateway.identify import identify
from simulator.gateway.origin import ENVIRON_KEY, Origin
from simulator.gateway.parse import Parsed, parse
from simulator.gateway.record import record
from simulator.iam.actions import needed


@dataclass(frozen=True, slots=True)
class ServiceCall:
    """An S3 request of an AWS service."""

    service: str
    """The service principal: "cloudtrail.amazonaws.com"."""
    source_arn: str
    """The resource on whose behalf it calls: aws:SourceArn, whose account is aws:SourceAccount."""
    method: str
    path: str
    """"/bucket/key"; neither quoted."""
    region: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


def perform(wanted: ServiceCall, account: Account) -> Outcome:
    """Make the call, now on the account's clock, and write it down."""
    environ, parsed = _parsed(wanted, account)
    call = parsed.call
    try:
        _admit(parsed, environ, account)
        call.outcome = dispatch(parsed, environ)
    except AwsError as error:
        response = to_response(error, parsed.protocol, call.service, call.request_id)
        call.outcome = Outcome(response, error.code, error.message)
    record(call, account.world.accounts)
    return call.outcome


def refusal(wanted: ServiceCall, account: Account) -> AwsError | None:
    """Why the call would be refused; None if it would be let through. It is not made."""
    environ, parsed = _parsed(wanted, account)
    try:
        _admit(parsed, environ, account)
    except AwsError as error:
        return error
    return None


def _parsed(wanted: ServiceCall, account: Account) -> tuple[dict[str, Any], Parsed]:
    caller = replace(service_caller(wanted.service), issuer_arn=wanted.source_arn)
    origin = Origin(wanted.service, wanted.service, vouched=caller, account_id=account.id)
    environ: dict[str, Any] = EnvironBuilder(
        method=wanted.method,
        path=wanted.path,
        query_string=wanted.query,
        headers=list(wanted.headers.items()),
        data=wanted.body,
    ).get_environ()
    environ[ENVIRON_KEY] = origin
    parsed = parse(environ, origin, _request_id(wanted, account))
    parsed.call.region = wanted.region
    return environ, parsed


def _request_id(wanted: ServiceCall, account: Account) -> str:
    """S3's form of an id, from what is called, so that it differs from the call being served."""
    now = account.world.clock.now().isoformat()
    chance = random.Random(f"{account.world.seed}/{wanted.source_arn}/{wanted.path}/{now}")
    return "".join(chance.choices(string.digits + string.ascii_uppercase, k=16))


def _admit(parsed: Parsed, environ: dict[str, Any], account: Account) -> None:
    """Identify and authorize.

    A service's upload with a canned ACL needs s3:PutObject alone: AWS documents no more for any
    service that delivers to a bucket ("Amazon S3 bucket policy for CloudTrail").
    """
    call, accounts = parsed.call, account.world.accounts
    identify(call, environ, parsed.body, parsed.protocol, accounts)
    authorize._find_bucket_account(call, accounts)
    assert call.account is not None
    wanted = needed(
        call.service, call.operation, call.params, account_id=call.account.id, region=call.region
    )
    own, context = policies_of(call.caller), global_context(call)
    for need in wanted:
        if need.action != "s3:PutObjectAcl":
            authorize._decide(call, need, own, context, parsed.protocol)
